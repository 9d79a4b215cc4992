/*
 * Hall time: milliseconds since 1970 UTC that never go back by themselves, whatever the wall clock does. Pure: the caller
 * reads the two clocks and learns whether the wall can be trusted. A wall clock ahead by no more than `step_s` is
 * followed at once; one behind by no more than ten minutes is met again slowly, hall time running at nine tenths until
 * they agree. Anything larger is a jump: clock_jumps says so, the caller writes it down and calls clock_set. A larger
 * step forward must have stood two minutes, and an untrusted wall that is behind is not met at all: hall time goes on
 * from the journal's last event.
 */
#ifndef CONTROLLER_CLOCK_H
#define CONTROLLER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    int64_t hall_ms;    /* hall time when last asked */
    int64_t mono_ms;    /* CLOCK_MONOTONIC when last asked */
    int64_t step_ms;    /* a larger forward step waits */
    int64_t stepped_ms; /* CLOCK_MONOTONIC since when a large step stands, -1 none */
    int64_t offset_ms;  /* what a person's word adds to the wall clock */
    bool is_said;       /* a person has said what time it is */
    bool is_trusted;
};

/* `last_ms`: time of the journal's last event, 0 none. Keeps step_ms. Nothing is trusted yet. */
void clock_init(struct clock *clock, int64_t mono_ms, int64_t wall_ms, int64_t last_ms);
int64_t clock_now(struct clock *clock, int64_t mono_ms, int64_t wall_ms);
/*
 * Must hall time go on elsewhere? Then `to_ms` is where. `last_ms` is the journal's last event: a jump back that could
 * not be written is asked for again.
 */
bool clock_jumps(struct clock *clock, int64_t wall_ms, int64_t last_ms, int64_t *to_ms);
void clock_set(struct clock *clock, int64_t to_ms);
/* A person's word: from now on the wall clock is taken for wrong by as much, until it is synchronised. */
void clock_say(struct clock *clock, int64_t wall_ms, int64_t to_ms);
/* What the system says of its wall clock: set by a time server; kept over a power failure. */
void clock_trust(struct clock *clock, bool is_synchronised, bool is_kept);

#endif
