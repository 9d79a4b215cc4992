/*
 * Keys that the device counts, in another maker's map: a count, and the last codes, newest first; perhaps only the last
 * one. As with the reference map a count that moved is that many presses, whatever time they came at; what the ring had
 * no room for is told as lost. Count and ring come in one answer.
 */
#include <syslog.h>

#include "devices/vendor.h"

static void counter_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                          int64_t now_us);
static void counter_take(struct device *device, const uint16_t *values, int64_t now_us);
static bool counter_is_late(struct device *device, uint16_t missed);
static void counter_report(struct device *device, const uint16_t *values, unsigned missed,
                           int64_t now_us);
static void counter_report_old(struct device *device, const uint16_t *values, unsigned missed,
                               int64_t now_us);
static void presses_at(const struct device *device, const uint16_t *values, unsigned taken,
                       struct vendor_press *presses);
static bool count_is_backward(const struct device *device, uint16_t beyond);
static uint16_t count_of(const struct device *device, const uint16_t *values);
static uint16_t count_beyond(const struct device *device, uint16_t count);
static struct vendor_press press_at(const struct device *device, const uint16_t *values,
                                    unsigned place);

const struct reading READING_COUNTER = { .ask = vendor_ask,
                                         .hear = vendor_hear,
                                         .make = vendor_make,
                                         .begin = counter_begin,
                                         .take = counter_take };

/*
 * Where the boots say that it rebooted while we listened, it counts from 0, and who pressed since still stands there. A
 * device that can't say so and whose count went backwards begins anew, and what it has counted is past: it may be another
 * one that was put in.
 */
static void counter_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                          int64_t now_us) {
    uint16_t count = count_of(device, values);
    uint16_t beyond = count_beyond(device, count);
    bool names_session = device->config->profile->vendor.read.has_argument;
    device->backward = 0;
    switch (how) {
    case RETURN_FRESH:
        counter_take(device, values, now_us);
        return;
    case RETURN_REBOOTED:
        counter_report(device, values, count, now_us);
        break;
    case RETURN_LATE:
        counter_report_old(device, values, count_is_backward(device, beyond) ? 0 : beyond, now_us);
        break;
    case RETURN_FIRST:
        counter_report_old(device, values, names_session ? count : 0, now_us);
        break;
    }
    device->vendor.count = count;
}

static void counter_take(struct device *device, const uint16_t *values, int64_t now_us) {
    uint16_t count = count_of(device, values);
    uint16_t missed = count_beyond(device, count);
    if (counter_is_late(device, missed)) {
        return;
    }
    if (missed > 0) {
        device->vendor.count = count;
        counter_report(device, values, missed, now_us);
    }
}

/*
 * As reading_is_late in pulse.c: an answer to an older question, until three running, each in another length (vendor_hear
 * lets the last one's rest), say that it is not.
 */
static bool counter_is_late(struct device *device, uint16_t missed) {
    if (!count_is_backward(device, missed)) {
        device->backward = 0;
        return false;
    }
    device->backward++;
    if (device->backward >= BACKWARD_MOST) {
        device->is_rebooted = true;
        device->item->life = LIFE_RETURNED;
    }
    return true;
}

static void counter_report(struct device *device, const uint16_t *values, unsigned missed,
                           int64_t now_us) {
    struct vendor_press presses[VENDOR_PRESSES_MAX] = { 0 };
    unsigned entries = device->config->profile->vendor.read.entries;
    unsigned taken = missed < entries ? missed : entries;
    if (missed > taken) {
        struct device_report report = { .kind = REPORT_KEYS_LOST };
        report.lost = report.count = (uint16_t)(missed - taken);
        device->events = (uint16_t)(device->events + report.lost);
        device_report(device, &report, now_us);
        device_log(device, LOG_WARNING, "%u keys lost", report.lost);
    }
    presses_at(device, values, taken, presses);
    vendor_report(device, presses, taken, now_us);
}

static void counter_report_old(struct device *device, const uint16_t *values, unsigned missed,
                               int64_t now_us) {
    struct vendor_press presses[VENDOR_PRESSES_MAX] = { 0 };
    unsigned entries = device->config->profile->vendor.read.entries;
    unsigned taken = missed < entries ? missed : entries;
    presses_at(device, values, taken, presses);
    vendor_report_old(device, presses, taken, now_us);
}

/* The newest `taken` of the ring, the oldest of them first. */
static void presses_at(const struct device *device, const uint16_t *values, unsigned taken,
                       struct vendor_press *presses) {
    for (unsigned i = 0; i < taken; i++) {
        presses[i] = press_at(device, values, taken - 1 - i);
    }
}

static bool count_is_backward(const struct device *device, uint16_t beyond) {
    bool is_byte = device->config->profile->vendor.read.is_byte;
    return beyond > (is_byte ? UINT8_MAX / 2 + 1 : UINT16_MAX / 2 + 1);
}

static uint16_t count_of(const struct device *device, const uint16_t *values) {
    const struct vendor_read *read = &device->config->profile->vendor.read;
    uint16_t count = vendor_at(device, values, read->events);
    return read->is_byte ? (uint16_t)(count & UINT8_MAX) : count;
}

static uint16_t count_beyond(const struct device *device, uint16_t count) {
    unsigned beyond = (unsigned)count - device->vendor.count;
    bool is_byte = device->config->profile->vendor.read.is_byte;
    return (uint16_t)(beyond & (is_byte ? UINT8_MAX : UINT16_MAX));
}

static struct vendor_press press_at(const struct device *device, const uint16_t *values,
                                    unsigned place) {
    const struct vendor_map *map = &device->config->profile->vendor;
    uint16_t address = (uint16_t)(map->read.ring + place * map->read.stride);
    struct vendor_press press = { .code = vendor_at(device, values, address),
                                  .has_argument = map->read.has_argument };
    press.key = vendor_key_of(map, press.code);
    if (press.has_argument) {
        press.argument = vendor_at(device, values, (uint16_t)(address + 1));
    }
    return press;
}
