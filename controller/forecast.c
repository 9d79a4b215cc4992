#include "controller/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "controller/advice.h"
#include "controller/config.h"

enum { MINUTE_S = 60 };

/* The worker's own from worker_do until `done` has run, but for the flags, which are the hall thread's. */
struct reading {
    char path[CONFIG_PATH_SIZE];
    struct rules rules;
    uint32_t day;
    struct advice advice;
    bool is_running, is_read;
};

struct forecast {
    void *work;
    struct estimates estimates;
    struct estimates of_slot; /* of the last appointment's ticket */
    bool has_run;
    struct reading reading;
    uint32_t read_day; /* the last weeks were read for it, or are being; 0 they are to be read */
    struct advice advice;
};

static void read_store(void *job);
static void end_reading(void *job);
static void show_advice(const struct advice *advice, const struct snapshot *snapshot,
                        struct service_now *service);

struct forecast *forecast_open(const struct hall_limits *limits) {
    struct forecast *forecast = calloc(1, sizeof *forecast);
    if (forecast == NULL) {
        return NULL;
    }
    forecast->work = malloc(estimate_size(limits));
    if (forecast->work == NULL) {
        forecast_close(forecast);
        return NULL;
    }
    return forecast;
}

void forecast_close(struct forecast *forecast) {
    free(forecast->work);
    free(forecast);
}

const struct estimates *forecast_estimates(struct forecast *forecast, const struct hall *hall,
                                           int64_t now_ms, int64_t age_ms) {
    /* The wall clock may have been set back. */
    int64_t passed_ms = now_ms - forecast->estimates.now_ms;
    if (!forecast->has_run || passed_ms < 0 || passed_ms >= age_ms) {
        estimate_run(hall, now_ms, forecast->work, &forecast->estimates);
        forecast->has_run = true;
    }
    return &forecast->estimates;
}

struct estimate forecast_ticket(struct forecast *forecast, const struct hall *hall, int64_t now_ms,
                                const struct foreseen *ticket) {
    if (ticket->class != CLASS_APPOINTMENT) {
        return forecast_estimates(forecast, hall, now_ms, FORECAST_TICKET_MS)
            ->of[ticket->service][ticket->class];
    }
    estimate_run_slot(hall, now_ms, ticket->turn_ms, forecast->work, &forecast->of_slot);
    return forecast->of_slot.of[ticket->service][CLASS_APPOINTMENT];
}

/* In whole minutes, as paper has it: what changes each second would be told to the back office each second. */
void forecast_show(struct forecast *forecast, const struct hall *hall, int64_t now_ms,
                   struct snapshot *snapshot) {
    const struct estimates *estimates =
        forecast_estimates(forecast, hall, now_ms, FORECAST_SHOWN_MS);
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        struct service_now *service = &snapshot->services[i];
        const struct estimate *estimate = &estimates->of[service->index][CLASS_NORMAL];
        service->has_estimate = estimate->is_known;
        service->estimate_s[0] = estimate->low_s / MINUTE_S * MINUTE_S;
        service->estimate_s[1] = (estimate->high_s + MINUTE_S - 1) / MINUTE_S * MINUTE_S;
        show_advice(&forecast->advice, snapshot, service);
    }
}

static void show_advice(const struct advice *advice, const struct snapshot *snapshot,
                        struct service_now *service) {
    struct advice_wish wish = advice_wish_now(snapshot, service);
    unsigned windows = 0;
    service->has_windows_advised = advice_windows(advice, &wish, &windows);
    service->windows_advised = (uint16_t)windows;
}

void forecast_forget(struct forecast *forecast) {
    forecast->has_run = false;
    forecast->advice.is_known = false;
    forecast->read_day = 0;
}

/* --- the last weeks ------------------------------------------------------------------------------------------- */

void forecast_read(struct forecast *forecast, const struct hall *hall, struct worker *worker,
                   const char *store_path) {
    struct reading *reading = &forecast->reading;
    if (reading->is_running) {
        return;
    }
    if (reading->is_read) {
        reading->is_read = false;
        if (forecast->read_day != 0) {
            forecast->advice = reading->advice;
        }
    }
    if (hall_day(hall) == 0 || hall_day(hall) == forecast->read_day || hall_rules(hall) == NULL) {
        return;
    }
    reading->rules = *hall_rules(hall);
    reading->day = hall_day(hall);
    memccpy(reading->path, store_path, 0, sizeof reading->path);
    if (worker_do(worker, read_store, end_reading, reading)) {
        reading->is_running = true;
        forecast->read_day = reading->day;
    }
}

/* On the worker's thread. A store that can't be read gives no advice today. */
static void read_store(void *job) {
    struct reading *reading = job;
    struct store *store = NULL;
    char fault[WHAT_SIZE];
    memset(&reading->advice, 0, sizeof reading->advice);
    if (store_open_reader(reading->path, &store, fault) != HALL_OK) {
        return;
    }
    if (advice_read(store, &reading->rules, reading->day, &reading->advice) != HALL_OK) {
        reading->advice.is_known = false;
    }
    store_close(store);
}

static void end_reading(void *job) {
    struct reading *reading = job;
    reading->is_running = false;
    reading->is_read = true;
}
