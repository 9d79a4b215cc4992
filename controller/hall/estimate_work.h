/*
 * What estimate.c reads out of the live day and estimate_run.c runs forward; nobody else includes this. Times are
 * milliseconds after now; what lies before is negative.
 */
#ifndef CONTROLLER_HALL_ESTIMATE_WORK_H
#define CONTROLLER_HALL_ESTIMATE_WORK_H

#include "controller/hall/estimate.h"
#include "controller/hall/live.h"

enum {
    ESTIMATE_RUNS = 15,
    HORIZON_MS = DAY_MS / 2 /* beyond it nothing is said */
};

struct waiter {
    int64_t turn_ms, issued_ms;
    uint16_t errands;
    uint8_t service;
};

/* A stretch of the array of waiters, in order of turn. */
struct stretch {
    uint32_t first, end;
};

struct desk {
    uint64_t own, helps;
    int64_t help_after_ms,
        busy_ms;     /* busy_ms: since when the ticket at it was called, negative or 0 */
    int64_t free_ms; /* of this run */
    struct stretch bound;
    uint32_t next_bound;
    uint16_t errands; /* of the ticket at it */
    uint8_t service;  /* of the ticket at it, 0 none */
};

struct gap {
    int64_t begin_ms, end_ms;
};

/* Sorted times of one service. */
struct times {
    uint16_t count;
    uint16_t seconds[PACE_KEPT];
};

struct estimate_work {
    const struct hall *hall;
    int64_t now_ms;
    uint64_t chance;
    unsigned run;
    int64_t turn_ms[ESTIMATE_CLASSES]; /* of a ticket issued now */
    unsigned gap_count;
    struct gap gaps[SPANS_MAX + 1];
    struct times times[SERVICES_MAX], reaction; /* times[0] stands in for services without any */
    struct stretch lines[SERVICES_MAX];
    uint32_t next[SERVICES_MAX];      /* of this run, as what follows */
    int64_t head_ms[SERVICES_MAX];    /* turn of whoever is next, as far as `crowded` says so */
    uint64_t crowded;                 /* services with somebody left */
    uint64_t asked[ESTIMATE_CLASSES]; /* services whose next ticket has not been called */
    int32_t wait_ms[SERVICES_MAX][ESTIMATE_CLASSES][ESTIMATE_RUNS]; /* -1: not called */
    unsigned desk_count, heap_count;
    struct desk desks[WINDOWS_MAX];
    uint16_t heap[WINDOWS_MAX]; /* desks by free_ms */
    uint32_t waiter_count;
    struct waiter waiters[];
};

/* Runs once, with the chance of this number, and writes wait_ms of it. */
void estimate_run_once(struct estimate_work *work, unsigned run);

#endif
