#include "devices/press.h"

#include "protocol/image.h"

static struct press press_of_terminal(const struct code_map *codes, uint16_t code);
static struct press press_of_keypad(const struct code_map *codes, uint16_t code);
static struct press press_of_dispenser(const struct code_map *codes, uint16_t code);

struct press press_read(const struct profile *profile, enum role role, const uint16_t *entry) {
    const struct code_map *codes = &profile->codes;
    uint16_t code = entry[0];
    struct press press = { .part = ROLE_NONE };
    if (role == ROLE_DISPENSER) {
        press = press_of_dispenser(codes, code);
    } else if (role == ROLE_KEYPAD) {
        press = press_of_keypad(codes, code);
    } else if (role == ROLE_TERMINAL || role == ROLE_UNIT) {
        press = press_of_terminal(codes, code);
    }
    if (role == ROLE_UNIT && press.part == ROLE_NONE) {
        press = press_of_keypad(codes, (uint16_t)(code - codes->of_unit));
    }
    /* Staff who press it wait for an answer, if only that there is no such key. */
    bool is_keypads = role == ROLE_UNIT && code >= codes->of_unit;
    bool is_terminals = role == ROLE_TERMINAL || (role == ROLE_UNIT && !is_keypads);
    if (press.part == ROLE_NONE && is_terminals) {
        press = (struct press){ .part = ROLE_TERMINAL, .code = KEY_UNKNOWN };
    }
    press.argument = entry[1];
    return press;
}

static struct press press_of_terminal(const struct code_map *codes, uint16_t code) {
    for (unsigned key = KEY_NEXT; key <= KEY_PIN; key++) {
        if (codes->terminal[key] == code) {
            return (struct press){ .part = ROLE_TERMINAL, .code = (uint16_t)key };
        }
    }
    return (struct press){ .part = ROLE_NONE };
}

static struct press press_of_keypad(const struct code_map *codes, uint16_t code) {
    uint16_t grade = (uint16_t)(code - codes->grade);
    uint16_t reason = (uint16_t)(code - codes->reason);
    if (grade >= 1 && grade <= 5) {
        return (struct press){ .part = ROLE_KEYPAD, .code = grade };
    }
    if (reason >= 1 && reason <= RATING_REASONS_MAX) {
        return (struct press){ .part = ROLE_KEYPAD, .code = (uint16_t)(KEY_REASON + reason) };
    }
    return (struct press){ .part = ROLE_NONE };
}

static struct press press_of_dispenser(const struct code_map *codes, uint16_t code) {
    uint16_t key = (uint16_t)(code - codes->ticket);
    if (code == codes->check_in) {
        return (struct press){ .part = ROLE_DISPENSER, .code = KEY_CHECK_IN };
    }
    if (key >= 1 && key <= DISPENSER_KEYS) {
        return (struct press){ .part = ROLE_DISPENSER, .code = (uint16_t)(KEY_TICKET + key) };
    }
    return (struct press){ .part = ROLE_NONE };
}
