#include "controller/clock.h"

enum { STEP_STANDS_MS = 120000, BEHIND_MS = 600000, NO_STEP = -1 };

static int64_t advance(struct clock *clock, int64_t elapsed_ms, int64_t mono_ms, int64_t wall_ms);

void clock_init(struct clock *clock, int64_t mono_ms, int64_t wall_ms, int64_t last_ms) {
    int64_t step_ms = clock->step_ms;
    *clock = (struct clock){ .hall_ms = wall_ms > last_ms ? wall_ms : last_ms,
                             .mono_ms = mono_ms,
                             .step_ms = step_ms,
                             .stepped_ms = NO_STEP };
}

int64_t clock_now(struct clock *clock, int64_t mono_ms, int64_t wall_ms) {
    int64_t elapsed_ms = mono_ms - clock->mono_ms;
    if (elapsed_ms > 0) {
        clock->hall_ms = advance(clock, elapsed_ms, mono_ms, wall_ms + clock->offset_ms);
        clock->mono_ms = mono_ms;
    }
    return clock->hall_ms;
}

static int64_t advance(struct clock *clock, int64_t elapsed_ms, int64_t mono_ms, int64_t wall_ms) {
    int64_t next_ms = clock->hall_ms + elapsed_ms;
    int64_t ahead_ms = wall_ms - next_ms;
    if (ahead_ms > clock->step_ms) {
        clock->stepped_ms = clock->stepped_ms == NO_STEP ? mono_ms : clock->stepped_ms;
        return next_ms;
    }
    clock->stepped_ms = NO_STEP;
    if (ahead_ms >= 0) {
        return wall_ms;
    }
    if (!clock->is_trusted) {
        return next_ms;
    }
    /* Behind: give back at most a tenth of the time that passed, so that order and timers go on. */
    int64_t back_ms = elapsed_ms / 10 < -ahead_ms ? elapsed_ms / 10 : -ahead_ms;
    return next_ms - back_ms;
}

bool clock_jumps(struct clock *clock, int64_t wall_ms, int64_t last_ms, int64_t *to_ms) {
    int64_t real_ms = wall_ms + clock->offset_ms;
    int64_t now_ms = clock->hall_ms > last_ms ? clock->hall_ms : last_ms;
    bool is_behind = clock->is_trusted && now_ms - real_ms > BEHIND_MS;
    bool is_stepped =
        clock->stepped_ms != NO_STEP && clock->mono_ms - clock->stepped_ms >= STEP_STANDS_MS;
    if (is_behind || is_stepped) {
        *to_ms = real_ms;
    }
    return is_behind || is_stepped;
}

void clock_set(struct clock *clock, int64_t to_ms) {
    clock->hall_ms = to_ms;
    clock->stepped_ms = NO_STEP;
}

void clock_say(struct clock *clock, int64_t wall_ms, int64_t to_ms) {
    clock->offset_ms = to_ms - wall_ms;
    clock->is_said = true;
    clock->is_trusted = true;
    clock_set(clock, to_ms);
}

void clock_trust(struct clock *clock, bool is_synchronised, bool is_kept) {
    if (is_synchronised) {
        clock->is_said = false;
        clock->offset_ms = 0;
    }
    clock->is_trusted = is_synchronised || is_kept || clock->is_said;
}
