/*
 * How far the estimates are off, beside the naive formula (people ahead x mean serving time / open windows) on the same
 * tickets of simulated days, and what one costs in the largest hall: 100 windows and 1,000 waiting. One line of JSON
 * each. Arguments: seeds, the first seed, days a seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/bench/estimate_days.h"

enum { WINDOWS = 100, WAITING = 1000, SERVICES = 20, VISITS = 80, TIMES = 200, T0 = 1000000000 };

struct errors {
    unsigned tickets, within;
    double ours_s, naive_s, waited_s;
};

/* Processor time: what else the machine does is not this thread's. */
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double distance(double one, double other) {
    return one > other ? one - other : other - one;
}

/* As it is shown: whole minutes. */
static bool is_within(const struct promise *made, double waited_s) {
    return waited_s >= made->low_s / 60 * 60 && waited_s <= (made->high_s + 59) / 60 * 60;
}

static void add_day(const struct days *days, struct errors *errors) {
    for (unsigned i = 0; i < days->promise_count; i++) {
        const struct promise *made = &days->promises[i];
        if (!made->is_asked || !made->is_called) {
            continue;
        }
        double waited_s = (double)(made->called_ms - made->issued_ms) / 1000;
        errors->tickets++;
        errors->within += is_within(made, waited_s);
        errors->ours_s += distance(waited_s, (made->low_s + made->high_s) / 2.0);
        errors->naive_s += distance(waited_s, made->naive_s);
        errors->waited_s += waited_s;
    }
}

static void print_errors(uint32_t per_hour, const struct errors *errors) {
    double tickets = errors->tickets == 0 ? 1 : errors->tickets;
    printf("{\"bench\":\"estimate\",\"per_hour\":%u,\"tickets\":%u,\"mean_wait_s\":%.0f,"
           "\"error_s\":%.0f,\"naive_error_s\":%.0f,\"ratio\":%.2f,\"within_range\":%.2f}\n",
           (unsigned)per_hour, errors->tickets, errors->waited_s / tickets,
           errors->ours_s / tickets, errors->naive_s / tickets, errors->ours_s / errors->naive_s,
           errors->within / tickets);
}

static void run_seeds(uint32_t per_hour, unsigned seeds, uint64_t first, unsigned per_seed) {
    static struct days days;
    struct errors errors = { 0 };
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        days_open(&days, seed, per_hour);
        for (unsigned i = 0; i < per_seed; i++) {
            days_run(&days);
            add_day(&days, &errors);
        }
        days_close(&days);
    }
    print_errors(per_hour, &errors);
}

/* --- what it costs -------------------------------------------------------------------------------------------- */

struct crowd {
    struct rules rules;
    struct hall_limits limits;
    struct hall *hall;
    struct decision decision;
    int64_t now_ms;
};

static void take(struct crowd *crowd, struct input *input) {
    do {
        input->now_ms = crowd->now_ms;
        hall_decide(crowd->hall, input, &crowd->decision);
        for (unsigned i = 0; i < crowd->decision.count; i++) {
            hall_apply(crowd->hall, &crowd->decision.events[i]);
        }
    } while (crowd->decision.again);
}

static void send(struct crowd *crowd, enum command_type type, unsigned window, unsigned service) {
    struct command command = { .type = type, .window = (uint16_t)window };
    command.by.kind = BY_CLI;
    command.has = window != 0 ? COMMAND_HAS(ARG_WINDOW) : COMMAND_HAS(ARG_SERVICE);
    memcpy(command.service, crowd->rules.services[service].id, NAME_SIZE);
    struct input input = { .kind = INPUT_COMMAND, .command = { .command = &command } };
    take(crowd, &input);
}

/* Every window may serve everything, which is the dearest: each call looks at every line. */
static void make_crowd(struct crowd *crowd) {
    struct rules *rules = &crowd->rules;
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
        rules->windows[i] = (struct window_rule){ .id = (uint16_t)(i + 1), .own = SERVICES_ALL };
        rules->window_count++;
    }
}

static void fill_crowd(struct crowd *crowd) {
    struct day_times times = { .hall = { .count = 1, .spans = { { T0, T0 + 86400000 } } } };
    struct input inputs[] = {
        { .kind = INPUT_CONFIG, .config = { .rules = &crowd->rules, .hash = "" } },
        { .kind = INPUT_DAY,
          .day = { .day = 20261123,
                   .begins_ms = T0,
                   .ends_ms = T0 + 86400000,
                   .times = &times,
                   .previous_hash = "" } },
        { .kind = INPUT_TICK },
    };
    for (unsigned i = 0; i < 3; i++) {
        take(crowd, &inputs[i]);
    }
    unsigned served = SERVICES * VISITS;
    for (unsigned i = 0; i < served + WINDOWS + WAITING; i++) {
        unsigned window = 1 + i % WINDOWS;
        crowd->now_ms += 1000;
        send(crowd, COMMAND_TICKET_ISSUE, 0, 1 + i % SERVICES);
        if (i < served + WINDOWS) {
            send(crowd, COMMAND_WINDOW_NEXT, window, 0);
        }
        if (i < served) {
            crowd->now_ms += i * 7919 % 60 * 1000;
            send(crowd, COMMAND_WINDOW_DONE, window, 0);
        }
    }
}

static int print_cost(void) {
    static struct crowd crowd;
    static struct estimates estimates;
    crowd.limits = (struct hall_limits){ 5000, WINDOWS, 32, 16, 16 };
    crowd.now_ms = T0;
    void *memory = calloc(1, hall_size(&crowd.limits));
    void *work = calloc(1, estimate_size(&crowd.limits));
    if (memory == NULL || work == NULL) {
        return 1;
    }
    crowd.hall = hall_create(memory, &crowd.limits);
    make_crowd(&crowd);
    fill_crowd(&crowd);
    double worst_s = 0;
    double begin_s = seconds();
    for (unsigned i = 0; i < TIMES; i++) {
        double one_s = seconds();
        estimate_run(crowd.hall, crowd.now_ms, work, &estimates);
        one_s = seconds() - one_s;
        worst_s = one_s > worst_s ? one_s : worst_s;
    }
    const struct estimate *said = &estimates.of[1][CLASS_NORMAL];
    printf("{\"bench\":\"estimate_cost\",\"windows\":%u,\"waiting\":%u,\"mean_ms\":%.2f,"
           "\"worst_ms\":%.2f,\"bytes\":%zu,\"low_s\":%u,\"high_s\":%u}\n",
           WINDOWS, WAITING, (seconds() - begin_s) * 1000 / TIMES, worst_s * 1000,
           estimate_size(&crowd.limits), said->low_s, said->high_s);
    free(memory);
    free(work);
    return said->is_known ? 0 : 1;
}

int main(int argc, char **argv) {
    static const uint32_t PER_HOUR[] = { 210, 255, 300, 345 };
    unsigned seeds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    unsigned per_seed = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 3;
    for (size_t i = 0; i < sizeof PER_HOUR / sizeof PER_HOUR[0]; i++) {
        run_seeds(PER_HOUR[i], seeds, first, per_seed);
    }
    return print_cost();
}
