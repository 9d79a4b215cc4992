/* Keys: each press counted once, the newest first in the ring, a code that the map has. */
#include <string.h>
#include <time.h>

#include "devices/conform_private.h"
#include "devices/line.h"
#include "protocol/key.h"

enum { PRESSES = 3, PRESS_WAIT_US = 60000000, SETTLE_US = 400000, LOOK_NS = 40000000 };

static bool check_press(struct conform *conform, unsigned number, uint16_t *all);
static bool await_press(struct conform *conform, uint16_t count, struct rtu_result *result);
static const char *ring_fault(enum role role, const uint16_t *old, const uint16_t *now);
static bool code_is_known(enum role role, uint16_t code);
static void look_pause(void);

void conform_keys(struct conform *conform) {
    static const char EXPECTED[] = "each press counts one, is the ring's newest, the map's code";
    struct rtu_result result;
    enum role role = conform_role(conform);
    if (role == ROLE_BOARD || role == ROLE_NONE) {
        return;
    }
    if (conform->callbacks->press == NULL) {
        conform_note(conform, "keys", CONFORM_UNTESTED, EXPECTED, "nobody stands by to press");
        return;
    }
    if (conform_read(conform, READ_INPUT, (struct span){ 0, INPUT_COUNT }, &result) != RTU_ANSWER) {
        return; /* told by "answers always" */
    }
    uint16_t all[INPUT_COUNT];
    memcpy(all, result.values, sizeof all);
    unsigned number = 1;
    while (number <= PRESSES && check_press(conform, number, all)) {
        number++;
    }
    if (number > PRESSES) {
        conform_note(conform, "keys", CONFORM_WELL, EXPECTED, "%u presses, the last one %u (%u)",
                     PRESSES, all[INPUT_RING], all[INPUT_RING + 1]);
    }
}

static bool check_press(struct conform *conform, unsigned number, uint16_t *all) {
    static const char EXPECTED[] = "each press counts one, is the ring's newest, the map's code";
    struct rtu_result result;
    conform->callbacks->press(conform->callbacks->context, number, PRESSES);
    if (!await_press(conform, all[INPUT_KEY_EVENTS], &result)) {
        conform_note(conform, "keys", CONFORM_FAULT, EXPECTED, "press %u: none is counted in 60 s",
                     number);
        return false;
    }
    uint16_t counted = (uint16_t)(result.values[INPUT_KEY_EVENTS] - all[INPUT_KEY_EVENTS]);
    conform->pressed = (uint16_t)(conform->pressed + counted);
    const char *fault = ring_fault(conform_role(conform), all, result.values);
    if (counted != 1) {
        fault = "more than one is counted: it bounces, or more were pressed";
    }
    if (fault != NULL) {
        conform_note(conform, "keys", CONFORM_FAULT, EXPECTED, "press %u: %s: %u (%u)", number,
                     fault, result.values[INPUT_RING], result.values[INPUT_RING + 1]);
        return false;
    }
    memcpy(all, result.values, INPUT_COUNT * sizeof *all);
    return true;
}

/* A little longer than the first count: a key that bounces has bounced by then. */
static bool await_press(struct conform *conform, uint16_t count, struct rtu_result *result) {
    int64_t until_us = line_now_us() + PRESS_WAIT_US;
    int64_t settled_us = INT64_MAX;
    while (!conform->is_gone && line_now_us() < until_us && line_now_us() < settled_us) {
        look_pause();
        bool is_read = conform_read(conform, READ_INPUT, (struct span){ 0, INPUT_COUNT }, result) ==
                       RTU_ANSWER;
        if (is_read && settled_us == INT64_MAX && result->values[INPUT_KEY_EVENTS] != count) {
            settled_us = line_now_us() + SETTLE_US;
        }
    }
    return settled_us != INT64_MAX && result->outcome == RTU_ANSWER;
}

static const char *ring_fault(enum role role, const uint16_t *old, const uint16_t *now) {
    unsigned kept = old[INPUT_KEY_EVENTS] < RING_ENTRIES ? old[INPUT_KEY_EVENTS] : RING_ENTRIES - 1;
    const uint16_t *shifted = now + INPUT_RING + 2;
    if (memcmp(old + INPUT_RING, shifted, (size_t)kept * 2 * sizeof *shifted) != 0) {
        return "the ring does not hold the newest first";
    }
    if (!code_is_known(role, now[INPUT_RING])) {
        return "a code that the map does not have";
    }
    bool is_keypad =
        role == ROLE_KEYPAD || (role == ROLE_UNIT && now[INPUT_RING] > UNIT_KEYPAD_CODES);
    if (is_keypad && now[INPUT_RING + 1] != CONFORM_SESSION) {
        return "its argument is not the session that is shown";
    }
    return NULL;
}

static bool code_is_known(enum role role, uint16_t code) {
    enum { GRADES = 5 };
    bool is_terminal = code >= KEY_NEXT && code <= KEY_PIN;
    if (role == ROLE_DISPENSER) {
        bool is_ticket = code > KEY_TICKET && code <= KEY_TICKET + DISPENSER_KEYS;
        return is_ticket || code == KEY_CHECK_IN;
    }
    if (role == ROLE_TERMINAL || (role == ROLE_UNIT && is_terminal)) {
        return is_terminal;
    }
    uint16_t own = role == ROLE_UNIT ? (uint16_t)(code - UNIT_KEYPAD_CODES) : code;
    return (own >= 1 && own <= GRADES) ||
           (own > KEY_REASON && own <= KEY_REASON + RATING_REASONS_MAX);
}

static void look_pause(void) {
    static const struct timespec PAUSE = { 0, LOOK_NS };
    (void)nanosleep(&PAUSE, NULL);
}
