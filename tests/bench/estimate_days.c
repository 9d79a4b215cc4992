#include "tests/bench/estimate_days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
    FIRST_DAY = 20261123,
    HALF_HOURS = 17,
    STREAM_STAFF = 1000
};

/* As devices/sim/people.c, from 9:00: in percent of the busiest half hour. Nobody is let in from 12:00 to 14:00. */
static const uint8_t CURVE[HALF_HOURS] = { 85, 100, 100, 90, 70, 45, 0,  0, 0,
                                           0,  85,  95,  90, 80, 60, 40, 20 };

static const struct {
    uint64_t own, helps;
} WINDOWS[DAYS_WINDOWS] = { { 0x02, 0x04 }, { 0x02, 0x04 }, { 0x06, 0 }, { 0x04, 0 },
                            { 0x08, 0x10 }, { 0x08, 0 },    { 0x18, 0 }, { 0x10, 0x08 },
                            { 0x20, 0x40 }, { 0x60, 0 },    { 0x7E, 0 }, { 0x7E, 0 } };
/* Serving times, and who of a hundred comes for what. */
static const uint32_t MEAN_S[DAYS_SERVICES + 1] = { 0, 180, 240, 300, 150, 420, 360 };
static const uint32_t SHARE[DAYS_SERVICES + 1] = { 0, 27, 20, 18, 19, 9, 7 };

static void begin_day(struct days *days);
static void let_in(struct days *days);
static void staff_act(struct days *days, unsigned window);

static void *memory_of(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void make_rules(struct rules *rules) {
    rules_defaults(rules);
    rules->mistake_s = 0;
    rules->calendar.is_always = false;
    rules->pause_reasons = 1U << 1;
    rules->classes[CLASS_GREEN].channels = UINT32_MAX;
    for (unsigned i = 1; i <= DAYS_SERVICES; i++) {
        struct service_rule *service = &rules->services[i];
        snprintf(service->id, sizeof service->id, "service-%u", i);
        service->prefix[0] = (char)('A' + i - 1);
        service->first = 1;
        service->last = TICKET_NUMBER_MAX;
        rules->service_count++;
    }
    for (unsigned i = 0; i < DAYS_WINDOWS; i++) {
        rules->windows[i] = (struct window_rule){ .id = (uint16_t)(i + 1),
                                                  .own = WINDOWS[i].own,
                                                  .helps = WINDOWS[i].helps,
                                                  .help_after_minutes = 10 };
        rules->window_count++;
    }
}

static enum reason take(struct days *days, struct input *input) {
    enum reason reason;
    do {
        input->now_ms = days->now_ms;
        hall_decide(days->hall, input, &days->decision);
        reason = days->decision.reason;
        for (unsigned i = 0; i < days->decision.count; i++) {
            const struct event *event = &days->decision.events[i];
            hall_apply(days->hall, event);
            if (event->type == EVENT_TICKET_DONE) {
                unsigned service = rules_service(&days->rules, event->service);
                days->served_s[service] += event->served_s;
                days->served[service]++;
            }
        }
    } while (days->decision.again);
    return reason;
}

void days_open(struct days *days, uint64_t seed, uint32_t per_hour) {
    memset(days, 0, sizeof *days);
    days->per_hour = per_hour;
    days->seed = seed;
    days->limits = (struct hall_limits){ DAYS_TICKETS, DAYS_WINDOWS, 8, 1, 1 };
    days->hall = hall_create(memory_of(hall_size(&days->limits)), &days->limits);
    days->work = memory_of(estimate_size(&days->limits));
    days->snapshot = memory_of(sizeof *days->snapshot);
    days->now_ms = (int64_t)date_to_days(FIRST_DAY) * DAY_MS;
    make_rules(&days->rules);
    struct input config = { .kind = INPUT_CONFIG, .config = { .rules = &days->rules, .hash = "" } };
    take(days, &config);
    for (unsigned i = 0; i < DAYS_WINDOWS; i++) {
        sim_rng_init(&days->agents[i].rng, seed, STREAM_STAFF + i);
        days->agents[i].speed_percent = (uint32_t)sim_rng_between(&days->agents[i].rng, 75, 130);
    }
}

void days_close(struct days *days) {
    free(days->hall);
    free(days->work);
    free(days->snapshot);
}

void days_run(struct days *days) {
    struct input tick = { .kind = INPUT_TICK };
    begin_day(days);
    for (; days->now_ms < days->begins_ms + 22 * HOUR_MS; days->now_ms += SECOND_MS) {
        if (hall_next_tick_ms(days->hall) <= days->now_ms) {
            take(days, &tick);
        }
        let_in(days);
        for (unsigned i = 0; i < DAYS_WINDOWS; i++) {
            if (days->now_ms >= days->agents[i].act_ms) {
                staff_act(days, i);
            }
        }
    }
}

static int64_t clock_of(const struct days *days, int hour, int minute) {
    return days->begins_ms + hour * (int64_t)HOUR_MS + minute * (int64_t)MINUTE_MS;
}

/* Staff come two minutes before the opening, and take two breaks of a quarter of an hour at a time of their own. */
static void begin_day(struct days *days) {
    uint32_t date = date_of_days(date_to_days(FIRST_DAY) + (int32_t)days->day);
    days->begins_ms = (int64_t)date_to_days(date) * DAY_MS;
    days->now_ms = days->begins_ms;
    days->day++;
    struct day_times times = { .hall = { 2,
                                         { { clock_of(days, 9, 0), clock_of(days, 12, 0) },
                                           { clock_of(days, 14, 0), clock_of(days, 17, 30) } } } };
    struct input input = { .kind = INPUT_DAY,
                           .day = { .day = date,
                                    .begins_ms = days->begins_ms,
                                    .ends_ms = days->begins_ms + DAY_MS,
                                    .times = &times,
                                    .previous_hash = "" } };
    take(days, &input);
    days->now_ms = clock_of(days, 8, 50);
    sim_rng_init(&days->door, days->seed, days->day);
    days->arrival_ms = clock_of(days, 9, 0);
    days->load_percent = (uint32_t)sim_rng_between(&days->door, 70, 115);
    days->promise_count = 0;
    memset(days->served_s, 0, sizeof days->served_s);
    memset(days->served, 0, sizeof days->served);
    for (unsigned i = 0; i < DAYS_WINDOWS; i++) {
        struct agent *agent = &days->agents[i];
        agent->act_ms = clock_of(days, 8, 58);
        agent->pause_ms =
            clock_of(days, 9, 30) + sim_rng_between(&agent->rng, 0, 110) * (int64_t)MINUTE_MS;
    }
}

static enum reason send(struct days *days, enum command_type type, unsigned window) {
    struct command command = { .type = type, .window = (uint16_t)window };
    command.by.kind = BY_CLI;
    command.has = COMMAND_HAS(ARG_WINDOW);
    if (type == COMMAND_WINDOW_PAUSE) {
        snprintf(command.reason, sizeof command.reason, "1");
    }
    struct input input = { .kind = INPUT_COMMAND, .command = { .command = &command } };
    return take(days, &input);
}

/* --- citizens ------------------------------------------------------------------------------------------------- */

static unsigned draw_service(struct sim_rng *rng) {
    uint32_t chance = sim_rng_below(rng, 100);
    unsigned service = 1;
    while (service < DAYS_SERVICES && chance >= SHARE[service]) {
        chance -= SHARE[service++];
    }
    return service;
}

static void promise(struct days *days, const struct command *command, struct promise *made) {
    unsigned service = rules_service(&days->rules, command->service);
    estimate_run(days->hall, days->now_ms, days->work, &days->estimates);
    hall_snapshot(days->hall, days->now_ms, days->snapshot);
    const struct estimate *said = &days->estimates.of[service][command->class];
    *made = (struct promise){ .is_asked = said->is_known && days->served[service] > 0 &&
                                          days->snapshot->services[service - 1].windows_open > 0,
                              .service = (uint8_t)service,
                              .issued_ms = days->now_ms,
                              .low_s = said->low_s,
                              .high_s = said->high_s };
}

static void take_ticket(struct days *days) {
    struct sim_rng *rng = &days->door;
    struct command command = { .type = COMMAND_TICKET_ISSUE, .has = COMMAND_HAS(ARG_SERVICE) };
    unsigned service = draw_service(rng);
    command.by.kind = BY_CLI;
    memcpy(command.service, days->rules.services[service].id, NAME_SIZE);
    command.class = sim_rng_below(rng, 100) < 8 ? CLASS_GREEN : CLASS_NORMAL;
    command.for_count = sim_rng_below(rng, 100) < 3 ? (uint16_t)sim_rng_between(rng, 2, 5) : 1;
    if (days->promise_count == DAYS_TICKETS) {
        return;
    }
    struct promise *made = &days->promises[days->promise_count];
    promise(days, &command, made);
    struct input input = { .kind = INPUT_COMMAND,
                           .command = { .command = &command, .chance = sim_rng_next(rng) } };
    if (take(days, &input) != REASON_NONE) {
        return;
    }
    if (made->is_asked) {
        made->naive_s =
            (uint32_t)(days->decision.events[0].ahead * days->served_s[service] /
                       days->served[service] / days->snapshot->services[service - 1].windows_open);
    }
    days->promise_count++;
}

/* Exponential times between two arrivals would need a logarithm; the sum of two even draws is near enough. */
static void let_in(struct days *days) {
    while (days->now_ms >= days->arrival_ms) {
        int64_t half_hour = (days->arrival_ms - clock_of(days, 9, 0)) / (30 * MINUTE_MS);
        uint32_t share = half_hour < HALF_HOURS ? CURVE[half_hour] : 0;
        if (share == 0) {
            days->arrival_ms += 30 * (int64_t)MINUTE_MS;
            continue;
        }
        int64_t mean_ms =
            (int64_t)HOUR_MS * 100 * 100 / ((int64_t)days->per_hour * days->load_percent * share);
        take_ticket(days);
        days->arrival_ms += sim_rng_spread(&days->door, mean_ms) + 1;
    }
}

/* --- staff ---------------------------------------------------------------------------------------------------- */

static void note_call(struct days *days) {
    const struct event *event = &days->decision.events[days->decision.count - 1];
    unsigned place = 0;
    unsigned number = 0;
    /* Tickets are numbered in order within their service, as promises were made. */
    for (; place < days->promise_count && number < event->ticket.number; place++) {
        number += days->promises[place].service == (unsigned)(event->ticket.prefix[0] - 'A') + 1;
    }
    struct promise *made = &days->promises[place - 1];
    made->called_ms = made->is_called ? made->called_ms : days->now_ms;
    made->is_called = true;
}

static bool pauses(struct days *days, unsigned window) {
    struct agent *agent = &days->agents[window];
    bool is_lunch = days->now_ms >= clock_of(days, 12, 0) && days->now_ms < clock_of(days, 14, 0);
    bool is_break = days->now_ms >= agent->pause_ms && agent->pause_ms != 0;
    if (!is_lunch && !is_break) {
        return false;
    }
    send(days, COMMAND_WINDOW_PAUSE, window + 1);
    agent->act_ms = is_lunch ? clock_of(days, 13, 58)
                             : days->now_ms + sim_rng_between(&agent->rng, 8, 15) * MINUTE_MS;
    agent->pause_ms =
        days->now_ms < clock_of(days, 14, 0)
            ? clock_of(days, 14, 30) + sim_rng_between(&agent->rng, 0, 120) * (int64_t)MINUTE_MS
            : 0;
    return true;
}

static void call_next(struct days *days, unsigned window) {
    struct agent *agent = &days->agents[window];
    if (pauses(days, window)) {
        return;
    }
    if (send(days, COMMAND_WINDOW_NEXT, window + 1) != REASON_NONE) {
        agent->act_ms = days->now_ms + sim_rng_between(&agent->rng, 2, 15) * SECOND_MS;
        return;
    }
    note_call(days);
    agent->act_ms = days->now_ms + sim_rng_between(&agent->rng, 8, 30) * SECOND_MS;
}

/* Four of a hundred do not come. */
static void receive(struct days *days, unsigned window) {
    struct agent *agent = &days->agents[window];
    if (sim_rng_below(&agent->rng, 100) < 4) {
        agent->act_ms = days->now_ms + 40 * (int64_t)SECOND_MS;
        agent->is_called = true;
        return;
    }
    send(days, COMMAND_WINDOW_START, window + 1);
    const struct event *event = &days->decision.events[0];
    unsigned service = days->decision.count > 0 ? rules_service(&days->rules, event->service) : 1;
    int64_t mean_ms = (int64_t)MEAN_S[service] * agent->speed_percent * (SECOND_MS / 100);
    agent->act_ms = days->now_ms + sim_rng_spread(&agent->rng, mean_ms);
}

static void finish(struct days *days, unsigned window) {
    struct agent *agent = &days->agents[window];
    send(days, COMMAND_WINDOW_DONE, window + 1);
    agent->act_ms = days->now_ms + sim_rng_between(&agent->rng, 2, 20) * SECOND_MS;
}

static void staff_act(struct days *days, unsigned window) {
    struct agent *agent = &days->agents[window];
    hall_snapshot(days->hall, days->now_ms, days->snapshot);
    switch (days->snapshot->windows[window].state) {
    case WINDOW_NONE:
    case WINDOW_CLOSED:
        send(days, COMMAND_WINDOW_OPEN, window + 1);
        agent->act_ms = clock_of(days, 9, 0);
        return;
    case WINDOW_OPEN:
        call_next(days, window);
        return;
    case WINDOW_CALLING:
        if (agent->is_called) {
            agent->is_called = false;
            send(days, COMMAND_WINDOW_NO_SHOW, window + 1);
            agent->act_ms = days->now_ms + sim_rng_between(&agent->rng, 2, 20) * SECOND_MS;
            return;
        }
        receive(days, window);
        return;
    case WINDOW_SERVING:
        finish(days, window);
        return;
    case WINDOW_PAUSED:
        send(days, COMMAND_WINDOW_RESUME, window + 1);
        agent->act_ms = days->now_ms + 5 * (int64_t)SECOND_MS;
        return;
    }
}
