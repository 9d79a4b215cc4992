/*
 * How long a ticket issued now would wait: the live day run forward, several times, with times drawn from the newest
 * visits. Each run calls as queue.h does (bound, own, helped services that wait too long) at the windows that are open,
 * from who is at them and since when, until every service's next ticket would have been called; breaks of the calendar
 * are waited out. Left out: windows that are paused, closed, or close or pause after this ticket; whoever has yet to
 * come, also the next services of those who wait, no-shows who may return and bookings. Appointments count by their turn
 * alone: that they are not called long before it while anybody else waits mostly follows from it.
 *
 * Pure: the same day and time give the same estimates; chance is drawn from a fixed seed. Nothing is allocated and the
 * live day is only read. Bounded: each run calls each waiting ticket at most once; tests/bench/estimate.c says how long
 * it takes.
 */
#ifndef CONTROLLER_HALL_ESTIMATE_H
#define CONTROLLER_HALL_ESTIMATE_H

#include "controller/hall/hall.h"

enum { ESTIMATE_CLASSES = CLASS_CREDIT + 1 };

/* Of ten citizens about seven should be called within it. */
struct estimate {
    bool is_known; /* false: too few visits (estimate.least), or no open window serves it */
    uint32_t low_s, high_s;
};

struct estimates {
    int64_t now_ms;
    struct estimate of[SERVICES_MAX][ESTIMATE_CLASSES]; /* by service index and enum ticket_class */
};

/* Bytes of `memory` that estimate_run needs, aligned as malloc aligns it; what stands in it does not matter. */
size_t estimate_size(const struct hall_limits *limits);
void estimate_run(const struct hall *hall, int64_t now_ms, void *memory, struct estimates *out);
/* The same, with the turn that a slot gives to its appointment; in estimate_run an appointment has that of now. */
void estimate_run_slot(const struct hall *hall, int64_t now_ms, int64_t slot_turn_ms, void *memory,
                       struct estimates *out);

/*
 * Should the alert wait_forecast of the service be raised or cleared? It is raised when the middle of the normal
 * ticket's range is over wait_minutes and somebody waits, and cleared under four fifths of that, so that it does not
 * flap; an alert whose forecast is no longer known is cleared too.
 */
enum forecast_change { FORECAST_STAYS, FORECAST_RAISE, FORECAST_CLEAR };
enum forecast_change estimate_alert(const struct hall *hall, unsigned service,
                                    const struct estimates *estimates);

#endif
