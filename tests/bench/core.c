/*
 * The pure core alone: inputs decided and applied a second, and a full day replayed. One line of JSON.
 * 100 windows, 8 services, 5,000 tickets; every ticket is issued, called, started and done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "controller/hall/hall.h"

enum { WINDOWS = 100, SERVICES = 8, TICKETS = 5000, EVENTS_MAX = 65536, T0 = 1000000000 };

struct day {
    struct rules rules;
    struct hall_limits limits;
    struct hall *hall;
    struct decision decision;
    struct event *events;
    unsigned count, inputs;
    int64_t now_ms;
    double busy_s;
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct hall *new_hall(const struct hall_limits *limits) {
    void *memory = calloc(1, hall_size(limits));
    if (memory == NULL) {
        abort();
    }
    return hall_create(memory, limits);
}

static void make_rules(struct rules *rules) {
    rules_defaults(rules);
    rules->calendar.is_always = true;
    rules->mistake_s = 0;
    rules->require_sign_in = false;
    for (unsigned i = 1; i <= SERVICES; i++) {
        struct service_rule *service = &rules->services[i];
        snprintf(service->id, sizeof service->id, "service-%u", i);
        service->prefix[0] = (char)('A' + i - 1);
        service->first = 1;
        service->last = TICKET_NUMBER_MAX;
        rules->service_count++;
    }
    for (unsigned i = 0; i < WINDOWS; i++) {
        rules->windows[i].id = (uint16_t)(i + 1);
        rules->windows[i].own = UINT64_C(1) << (1 + i % SERVICES);
        rules->window_count++;
    }
}

/* The clock runs only while the core decides and applies; keeping the events for the replay is the bench's. */
static void take(struct day *day, struct input *input) {
    do {
        input->now_ms = day->now_ms;
        double begin_s = seconds();
        hall_decide(day->hall, input, &day->decision);
        for (unsigned i = 0; i < day->decision.count; i++) {
            hall_apply(day->hall, &day->decision.events[i]);
        }
        day->busy_s += seconds() - begin_s;
        day->inputs++;
        for (unsigned i = 0; i < day->decision.count && day->count < EVENTS_MAX; i++) {
            day->events[day->count++] = day->decision.events[i];
        }
    } while (day->decision.again);
}

static void send(struct day *day, enum command_type type, unsigned window, unsigned service) {
    static struct command command;
    memset(&command, 0, sizeof command);
    command.type = type;
    command.by.kind = BY_CLI;
    if (window != 0) {
        command.window = (uint16_t)window;
        command.has |= COMMAND_HAS(ARG_WINDOW);
    }
    if (service != 0) {
        memcpy(command.service, day->rules.services[service].id, NAME_SIZE);
        command.has |= COMMAND_HAS(ARG_SERVICE);
    }
    struct input input = { .kind = INPUT_COMMAND,
                           .command = { .command = &command,
                                        .chance = day->inputs * 2654435761U } };
    take(day, &input);
}

static void begin(struct day *day) {
    struct day_times times = { .hall = { .count = 1, .spans = { { T0, T0 + 86400000 } } } };
    struct input inputs[] = {
        { .kind = INPUT_STARTED },
        { .kind = INPUT_CONFIG, .config = { .rules = &day->rules, .hash = "" } },
        { .kind = INPUT_DAY,
          .day = { .day = 20261123,
                   .begins_ms = T0,
                   .ends_ms = T0 + 86400000,
                   .times = &times,
                   .previous_hash = "" } },
        { .kind = INPUT_TICK },
    };
    for (unsigned i = 0; i < 4; i++) {
        take(day, &inputs[i]);
    }
}

/* A quarter of a second a step: a ticket comes, then one window goes through call, start and done. */
static void run(struct day *day) {
    for (unsigned i = 0; i < TICKETS; i++) {
        unsigned window = 1 + i % WINDOWS;
        unsigned service = 1 + (i % WINDOWS) % SERVICES;
        day->now_ms += 250;
        send(day, COMMAND_TICKET_ISSUE, 0, service);
        send(day, COMMAND_WINDOW_NEXT, window, 0);
        send(day, COMMAND_WINDOW_START, window, 0);
        send(day, COMMAND_WINDOW_DONE, window, 0);
        struct input tick = { .kind = INPUT_TICK };
        while (hall_next_tick_ms(day->hall) <= day->now_ms) {
            take(day, &tick);
        }
    }
}

int main(void) {
    static struct day day;
    day.limits = (struct hall_limits){ TICKETS, WINDOWS, 32, 16, 16 };
    day.events = malloc(EVENTS_MAX * sizeof *day.events);
    if (day.events == NULL) {
        return 1;
    }
    day.now_ms = T0;
    make_rules(&day.rules);
    day.hall = new_hall(&day.limits);
    begin(&day);
    unsigned before = day.inputs;
    day.busy_s = 0;
    run(&day);
    unsigned inputs = day.inputs - before;

    struct hall *again = new_hall(&day.limits);
    double begin_s = seconds();
    for (unsigned i = 0; i < day.count; i++) {
        hall_apply(again, &day.events[i]);
    }
    double replay_s = seconds() - begin_s;
    struct snapshot *now = calloc(1, sizeof *now);
    if (now == NULL || hall_digest(again) != hall_digest(day.hall)) {
        fprintf(stderr, "bench_core: the replayed day differs\n");
        return 1;
    }
    hall_snapshot(day.hall, day.now_ms, now);
    printf("{\"bench\":\"core\",\"inputs\":%u,\"inputs_per_s\":%.0f,\"tickets\":%u,\"served\":%u,"
           "\"events\":%u,"
           "\"replay_ms\":%.2f,\"hall_bytes\":%zu}\n",
           inputs, inputs / day.busy_s, now->issued, now->served, day.count, replay_s * 1000,
           hall_size(&day.limits));
    return 0;
}
