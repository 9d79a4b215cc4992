#include <syslog.h>

#include "devices/device.h"
#include "devices/press.h"
#include "protocol/registers.h"

static struct press press_at(const struct device *device, const uint16_t *ring, unsigned place);
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

static bool press_is_last(const struct device *device, const uint16_t *ring, unsigned place,
                          enum role part) {
    for (unsigned newer = 0; newer < place; newer++) {
        if (press_at(device, ring, newer).part == part) {
            return false;
        }
    }
    return true;
}
