#include "controller/clock.h"

enum { STEP_STANDS_MS = 120000 };

static int64_t advance(struct clock *clock, int64_t elapsed_ms, int64_t mono_ms, int64_t wall_ms);

void clock_init(struct clock *clock, int64_t mono_ms, int64_t wall_ms, int64_t last_ms) {
    int64_t step_ms = clock->step_ms;
    *clock = (struct clock){ .hall_ms = wall_ms > last_ms ? wall_ms : last_ms,
                             .mono_ms = mono_ms,
                             .step_ms = step_ms };
}

int64_t clock_now(struct clock *clock, int64_t mono_ms, int64_t wall_ms) {
    int64_t elapsed_ms = mono_ms - clock->mono_ms;
    if (elapsed_ms > 0) {
        clock->hall_ms = advance(clock, elapsed_ms, mono_ms, wall_ms);
        clock->mono_ms = mono_ms;
    }
    return clock->hall_ms;
}

static int64_t advance(struct clock *clock, int64_t elapsed_ms, int64_t mono_ms, int64_t wall_ms) {
    int64_t next_ms = clock->hall_ms + elapsed_ms;
    int64_t ahead_ms = wall_ms - next_ms;
    if (ahead_ms > clock->step_ms) {
        if (clock->stepped_ms == 0) {
            clock->stepped_ms = mono_ms;
        }
        return mono_ms - clock->stepped_ms >= STEP_STANDS_MS ? wall_ms : next_ms;
    }
    clock->stepped_ms = 0;
    if (ahead_ms >= 0) {
        return wall_ms;
    }
    /* Behind: give back at most a tenth of the time that passed, so that order and timers go on. */
    int64_t back_ms = elapsed_ms / 10 < -ahead_ms ? elapsed_ms / 10 : -ahead_ms;
    return next_ms - back_ms;
}
