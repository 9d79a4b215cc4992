/*
 * Seeded days of a hall of twelve windows for the estimates' bench: citizens by the simulated hall's daily curve and its
 * shape of service times, staff of different speed with breaks, a lunch break of the hall, green tickets, agents with
 * several errands, people who do not come. Every window also works for other services than the one a citizen came for.
 */
#ifndef TESTS_BENCH_ESTIMATE_DAYS_H
#define TESTS_BENCH_ESTIMATE_DAYS_H

#include "controller/hall/estimate.h"
#include "devices/sim/rng.h"

enum { DAYS_WINDOWS = 12, DAYS_SERVICES = 6, DAYS_TICKETS = 2000 };

/* What was promised to one ticket, and what came. */
struct promise {
    bool is_asked; /* both formulas had something to say */
    bool is_called;
    uint8_t service;
    int64_t issued_ms, called_ms;
    uint32_t low_s, high_s, naive_s;
};

struct agent { /* behind a window */
    struct sim_rng rng;
    uint32_t speed_percent; /* 100: as the service's mean */
    int64_t act_ms, pause_ms;
    bool is_called;
};

struct days {
    struct rules rules;
    struct hall_limits limits;
    struct hall *hall;
    struct decision decision;
    struct snapshot *snapshot;
    struct estimates estimates;
    void *work;
    uint64_t seed;
    unsigned day;
    int64_t begins_ms, now_ms;
    uint32_t per_hour;     /* citizens in a full hour at the busiest time of a day at 100 % */
    uint32_t load_percent; /* of this day */
    struct sim_rng door;
    int64_t arrival_ms;
    struct agent agents[DAYS_WINDOWS];
    uint64_t served_s[DAYS_SERVICES + 1]; /* of today, for the naive formula */
    uint32_t served[DAYS_SERVICES + 1];
    unsigned promise_count;
    struct promise promises[DAYS_TICKETS];
};

/* Aborts without memory. */
void days_open(struct days *days, uint64_t seed, uint32_t per_hour);
void days_close(struct days *days);
/* The next day, until everybody who waited was called; its promises stand in `promises`. */
void days_run(struct days *days);

#endif
