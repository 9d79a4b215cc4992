/*
 * What is to be expected: the live estimates, run beside the decision and kept for a moment because many ask, and how
 * many windows to open, from the arrivals of the last four weeks. Hall thread, but for the reading, which the worker
 * does once a hall day.
 */
#ifndef CONTROLLER_FORECAST_H
#define CONTROLLER_FORECAST_H

#include "controller/hall/estimate.h"
#include "controller/worker.h"

enum {
    FORECAST_SHOWN_MS = 1000, /* estimates that are shown may be so old */
    FORECAST_TICKET_MS =
        100 /* those on a ticket: at most ten runs a second, however many tickets are issued */
};

struct forecast;

/* NULL: no memory. */
struct forecast *forecast_open(const struct hall_limits *limits);
/* After worker_close. */
void forecast_close(struct forecast *forecast);

/* The estimates, run anew when they are older than `age_ms`. Borrowed until the next call. */
const struct estimates *forecast_estimates(struct forecast *forecast, const struct hall *hall,
                                           int64_t now_ms, int64_t age_ms);
/* Of this ticket: an appointment's is run by itself, as its turn is its own; the others' may be so old as above. */
struct estimate forecast_ticket(struct forecast *forecast, const struct hall *hall, int64_t now_ms,
                                const struct foreseen *ticket);
/* Estimates and windows advised into the snapshot's services. */
void forecast_show(struct forecast *forecast, const struct hall *hall, int64_t now_ms,
                   struct snapshot *snapshot);
/* Other rules hold: a service may have come to another index. */
void forecast_forget(struct forecast *forecast);
/* Cheap to call each second: reads the store's last weeks when another hall day has begun. */
void forecast_read(struct forecast *forecast, const struct hall *hall, struct worker *worker,
                   const char *store_path);

#endif
