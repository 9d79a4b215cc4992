#include <syslog.h>

#include "devices/device.h"
#include "devices/press.h"
#include "protocol/registers.h"

static struct press press_at(const struct device *device, const uint16_t *ring, unsigned place);
static struct press press_of_terminal(const struct code_map *codes, uint16_t code);
static struct press press_of_keypad(const struct code_map *codes, uint16_t code);
static struct press press_of_dispenser(const struct code_map *codes, uint16_t code);
static bool press_is_last(const struct device *device, const uint16_t *ring, unsigned place,
                          enum role part);

void device_take_keys(struct device *device, const uint16_t *ring, uint16_t events, uint16_t missed,
                      int64_t now_us) {
    unsigned taken = missed < RING_ENTRIES ? missed : RING_ENTRIES;
    device->events = events;
    if (missed > RING_ENTRIES) {
        struct device_report report = { .kind = REPORT_KEYS_LOST };
        report.lost = (uint16_t)(missed - RING_ENTRIES);
        report.count = report.lost;
        device_report(device, &report, now_us);
        device_log(device, LOG_WARNING, "%u keys lost", report.lost);
    }
    for (unsigned place = taken; place-- > 0;) {
        struct press press = press_at(device, ring, place);
        if (press.part == ROLE_NONE || press.code == KEY_UNKNOWN) {
            device_log(device, LOG_WARNING, "key code %u is not in the profile",
                       ring[(size_t)2 * place]);
        }
        if (press.part == ROLE_NONE) {
            continue;
        }
        struct device_report report = { .kind = REPORT_KEY,
                                        .part = press.part,
                                        .code = press.code,
                                        .argument = press.argument,
                                        .count = (uint16_t)(events - place) };
        report.is_last = press_is_last(device, ring, place, press.part);
        device_report(device, &report, now_us);
    }
}

/* A keypad's press names its session, so the hall can still tell whether it counts. */
void device_take_old_keys(struct device *device, const uint16_t *ring, uint16_t events,
                          int64_t now_us) {
    unsigned held = events < RING_ENTRIES ? events : RING_ENTRIES;
    for (unsigned place = held; place-- > 0;) {
        struct press press = press_at(device, ring, place);
        if (press.part == ROLE_TERMINAL && device->config->role == ROLE_UNIT) {
            device->has_unread = true;
            device->unread = (uint16_t)(events - place);
        }
        if (press.part != ROLE_KEYPAD) {
            continue;
        }
        struct device_report report = { .kind = REPORT_KEY,
                                        .part = press.part,
                                        .code = press.code,
                                        .argument = press.argument,
                                        .count = (uint16_t)(events - place),
                                        .is_old = true };
        device_report(device, &report, now_us);
    }
}

static struct press press_at(const struct device *device, const uint16_t *ring, unsigned place) {
    return press_read(device->config->profile, device->config->role, ring + (size_t)2 * place);
}

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

static bool press_is_last(const struct device *device, const uint16_t *ring, unsigned place,
                          enum role part) {
    for (unsigned newer = 0; newer < place; newer++) {
        if (press_at(device, ring, newer).part == part) {
            return false;
        }
    }
    return true;
}
