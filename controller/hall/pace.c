#include "controller/hall/pace.h"

#include <assert.h>
#include <string.h>

enum {
    LONGEST_S = 90 * 60,
    /* A window that was free for longer was not about to call: staff were away without PAUSE. */
    REACTION_MAX_S = 5 * 60,
    DIGITS = 4,
    NIBBLE_BITS = 4,
    NIBBLE = 0xF
};

void pace_add(struct pace *pace, uint32_t seconds) {
    if (pace->kept < PACE_KEPT) {
        pace->kept++;
    }
    memmove(&pace->seconds[1], &pace->seconds[0], (pace->kept - 1U) * sizeof pace->seconds[0]);
    pace->seconds[0] = (uint16_t)(seconds < LONGEST_S ? seconds : LONGEST_S);
}

uint32_t pace_mean_s(const struct pace *pace) {
    uint32_t sum = 0;
    for (unsigned i = 0; i < pace->kept; i++) {
        sum += pace->seconds[i];
    }
    return pace->kept == 0 ? 0 : (sum + pace->kept / 2U) / pace->kept;
}

static uint32_t seconds_to(int64_t from_ms, int64_t to_ms) {
    return to_ms > from_ms ? (uint32_t)((to_ms - from_ms) / 1000) : 0;
}

void pace_take_end(struct hall *hall, const struct window *window, const struct event *event) {
    const struct ticket *ticket = &hall->tickets[window->ticket];
    struct pace *pace = &hall->services[ticket->service].pace;
    if (event->by.kind == BY_RULE) {
        return;
    }
    pace_add(pace, seconds_to(window->first_called_ms, event->time_ms) / ticket->for_count);
    if (event->type != EVENT_TICKET_NO_SHOW) {
        pace->visits++;
    }
}

void pace_take_call(struct hall *hall, const struct window *window, const struct ticket *ticket,
                    int64_t now_ms) {
    uint32_t seconds = seconds_to(window->since_ms, now_ms);
    if (window->state == WINDOW_OPEN && ticket->since_ms <= window->since_ms &&
        seconds <= REACTION_MAX_S) {
        pace_add(&hall->reaction, seconds);
    }
}

/* --- over days ------------------------------------------------------------------------------------------------ */

void pace_write(const struct pace *pace, char *out, size_t size) {
    static const char HEX[] = "0123456789abcdef";
    assert(size > (size_t)PACE_KEPT * DIGITS);
    for (unsigned i = 0; i < pace->kept; i++) {
        for (unsigned k = 0; k < DIGITS; k++) {
            unsigned shift = (DIGITS - 1 - k) * NIBBLE_BITS;
            *out++ = HEX[(unsigned)pace->seconds[i] >> shift & NIBBLE];
        }
    }
    *out = 0;
}

static unsigned digit_value(char digit) {
    return (unsigned)(digit >= 'a' ? digit - 'a' + 10 : digit - '0') & NIBBLE;
}

void pace_read(struct pace *pace, uint32_t visits, const char *text) {
    memset(pace, 0, sizeof *pace);
    pace->visits = visits;
    while (pace->kept < PACE_KEPT && strlen(text) >= DIGITS) {
        unsigned seconds = 0;
        for (unsigned k = 0; k < DIGITS; k++) {
            seconds = seconds << NIBBLE_BITS | digit_value(*text++);
        }
        pace->seconds[pace->kept++] = (uint16_t)seconds;
    }
}
