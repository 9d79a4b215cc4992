/*
 * Hall time: milliseconds since 1970 UTC that never go back, whatever the wall clock does. Pure: the caller reads the
 * two clocks. A wall clock ahead by no more than `step_s` is followed at once; a larger step only after it has stood
 * two minutes; a wall clock behind is met again slowly, hall time running at nine tenths until they agree.
 */
#ifndef CONTROLLER_CLOCK_H
#define CONTROLLER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    int64_t hall_ms;    /* hall time when last asked */
    int64_t mono_ms;    /* CLOCK_MONOTONIC when last asked */
    int64_t step_ms;    /* a larger forward step waits */
    int64_t stepped_ms; /* CLOCK_MONOTONIC since when a large step stands, 0 none */
};

/* `last_ms`: time of the journal's last event, 0 none. */
void clock_init(struct clock *clock, int64_t mono_ms, int64_t wall_ms, int64_t last_ms);
int64_t clock_now(struct clock *clock, int64_t mono_ms, int64_t wall_ms);

#endif
