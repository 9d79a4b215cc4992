#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "devices/device.h"
#include "devices/status.h"
#include "protocol/registers.h"

struct reading {
    uint16_t boots, status, events, done, result;
};

enum { BACKWARD = 32768 };

static struct reading reading_of(const struct profile *profile, struct span span,
                                 const uint16_t *values);
static bool reading_is_late(struct device *device, const struct reading *reading, uint16_t length,
                            int64_t now_us);
static void reading_keep(struct device *device, const struct reading *reading, int64_t now_us);
static bool device_is_right(struct device *device, struct span span, const uint16_t *values,
                            int64_t now_us);
static void baseline_new(struct device *device, const struct reading *reading, const uint16_t *ring,
                         bool is_other, int64_t now_us);
static void baseline_rebooted(struct device *device, const struct reading *reading,
                              const uint16_t *ring, int64_t now_us);
static void device_go_on(struct device *device, const struct reading *reading, const uint16_t *ring,
                         int64_t now_us);

void device_take_pulse(struct device *device, struct span span, const uint16_t *values,
                       int64_t now_us) {
    const struct profile *profile = device->config->profile;
    struct schedule_item *item = device->item;
    struct reading reading = reading_of(profile, span, values);
    /* Garbled answers are life, but who pressed a key so long ago has given up: the baseline decides. */
    bool is_stale = !device->is_alien && now_us - device->good_us >= FRESH_US;
    if (item->life != LIFE_ALIVE || reading.boots != device->boots || is_stale) {
        item->life = LIFE_RETURNED;
        return;
    }
    if (device->is_alien || reading_is_late(device, &reading, span.count, now_us)) {
        return;
    }
    uint16_t missed = (uint16_t)(reading.events - device->events);
    uint16_t ring = profile->input.ring;
    bool has_ring = span.address + span.count >= ring + RING_REGISTERS;
    reading_keep(device, &reading, now_us);
    if (missed > 0 && has_ring) {
        device_take_keys(device, values + (ring - span.address), reading.events, missed, now_us);
    }
    item->has_keys = missed > 0 && !has_ring;
    device_tell_status(device, now_us);
    device_check_job(device, now_us);
    device_check_shown(device, now_us);
}

void device_take_baseline(struct device *device, struct span span, const uint16_t *values,
                          int64_t now_us) {
    const struct input_map *input = &device->config->profile->input;
    struct reading reading = reading_of(device->config->profile, span, values);
    const uint16_t *ring = values + (input->ring - span.address);
    const uint16_t *serial_at = values + (input->serial - span.address);
    uint32_t serial = (uint32_t)serial_at[0] << 16 | serial_at[1];
    bool is_same = device->is_known && serial == device->serial;
    bool is_fresh = is_same && now_us - device->good_us < FRESH_US;
    bool has_rebooted = is_same && (reading.boots != device->boots || device->is_rebooted);
    if (is_fresh && !has_rebooted && reading_is_late(device, &reading, span.count, now_us)) {
        return;
    }
    device->serial = serial;
    device->firmware = values[input->firmware - span.address];
    device->item->life = LIFE_ALIVE;
    if (!device_is_right(device, span, values, now_us)) {
        device->boots = reading.boots;
        return;
    }
    if (!is_fresh) {
        bool is_other = device->is_known && (!is_same || has_rebooted);
        baseline_new(device, &reading, ring, is_other, now_us);
        if (is_other) {
            device_job_rebooted(device, now_us);
        }
    } else if (has_rebooted) {
        baseline_rebooted(device, &reading, ring, now_us);
    } else {
        device_go_on(device, &reading, ring, now_us);
    }
    device_tell_status(device, now_us);
    device_check_job(device, now_us);
    device_make(device, now_us);
}

void device_lose(struct device *device, const char *what, int64_t now_us) {
    struct device_report report = { .kind = REPORT_OFFLINE };
    writer_cancel(&device->writer);
    device->item->has_keys = device->item->has_image = false;
    device_forget_shown(device);
    device_job_lost(device, now_us);
    device->is_away = device->is_lost = true;
    snprintf(report.what, sizeof report.what, "%s", what);
    device_report(device, &report, now_us);
    device_log(device, LOG_WARNING, "%s, offline", what);
}

static struct reading reading_of(const struct profile *profile, struct span span,
                                 const uint16_t *values) {
    const struct input_map *input = &profile->input;
    return (struct reading){ .boots = values[input->boots - span.address],
                             .status = values[input->status - span.address],
                             .events = values[input->events - span.address],
                             .done = values[input->done - span.address],
                             .result = values[input->result - span.address] };
}

/*
 * A count that went backwards without a reboot is an answer to an older question: nothing in it is believed and this
 * length is left alone. Three running, each in another length, can't be: the device forgot its count and its boots.
 */
static bool reading_is_late(struct device *device, const struct reading *reading, uint16_t length,
                            int64_t now_us) {
    if ((uint16_t)(reading->events - device->events) <= BACKWARD) {
        device->backward = 0;
        return false;
    }
    device->backward++;
    lengths_note(&device->lengths, length, now_us);
    if (device->backward >= BACKWARD_MOST) {
        device->backward = 0;
        device->is_rebooted = true;
        device->item->life = LIFE_RETURNED;
    }
    return true;
}

static void reading_keep(struct device *device, const struct reading *reading, int64_t now_us) {
    device->good_us = now_us;
    device->status = reading->status;
    device->done = reading->done;
    device->result = reading->result;
    held_check(device);
}

static bool device_is_right(struct device *device, struct span span, const uint16_t *values,
                            int64_t now_us) {
    const struct profile *profile = device->config->profile;
    uint16_t kind = values[profile->input.kind - span.address];
    uint16_t map = values[profile->input.map - span.address];
    uint16_t expected = profile_kind(profile, device->config->role);
    bool was_alien = device->is_alien;
    device->is_alien = kind != expected || map != profile->map;
    if (!device->is_alien || was_alien) {
        return !device->is_alien;
    }
    struct device_report report = { .kind = REPORT_FAULTED };
    if (kind != expected) {
        const char *word = kind <= ROLE_UNIT ? role_word((enum role)kind) : "unknown";
        snprintf(report.what, sizeof report.what, "kind %u (%s), expected %u (%s)", kind, word,
                 expected, role_word(device->config->role));
    } else {
        snprintf(report.what, sizeof report.what, "map %u, expected %u", map, profile->map);
    }
    device->told_status = 0xFFFF;
    device_report(device, &report, now_us);
    device_log(device, LOG_ERR, "%s: not driven", report.what);
    return false;
}

/* First seen, long away, or (`is_other`) rebooted or swapped meanwhile: what was pressed before is past. */
static void baseline_new(struct device *device, const struct reading *reading, const uint16_t *ring,
                         bool is_other, int64_t now_us) {
    device->epoch++;
    device->boots = reading->boots;
    device->events = reading->events;
    reading_keep(device, reading, now_us);
    bool is_unanswered = device->config->role == ROLE_TERMINAL && reading->done != reading->events;
    device->answer = is_unanswered ? ANSWER_NOT_NOW : 0;
    device->answered = reading->events;
    device->has_unread = false;
    writer_cancel(&device->writer);
    device_forget_shown(device);
    device_come_online(device, is_other, now_us);
    device_take_old_keys(device, ring, reading->events, now_us);
}

/* A power-up while we listened: counts start from 0, and who pressed since then still stands there. */
static void baseline_rebooted(struct device *device, const struct reading *reading,
                              const uint16_t *ring, int64_t now_us) {
    device->epoch++;
    device->boots = reading->boots;
    device->events = 0;
    device->answer = device->answered = 0;
    device->has_unread = false; /* that count was the life before's */
    reading_keep(device, reading, now_us);
    writer_cancel(&device->writer);
    device_forget_shown(device);
    device_come_online(device, true, now_us);
    device_job_rebooted(device, now_us);
    if (reading->events > 0) {
        device_take_keys(device, ring, reading->events, reading->events, now_us);
    }
}

/* Away for a moment, the same device: its counts go on. */
static void device_go_on(struct device *device, const struct reading *reading, const uint16_t *ring,
                         int64_t now_us) {
    uint16_t missed = (uint16_t)(reading->events - device->events);
    reading_keep(device, reading, now_us);
    if (device->is_away) {
        device_forget_shown(device);
        device_come_online(device, false, now_us);
    }
    if (missed > 0) {
        device_take_keys(device, ring, reading->events, missed, now_us);
    }
}

void device_come_online(struct device *device, bool is_rebooted, int64_t now_us) {
    device->held = is_rebooted ? 0 : device->held;
    struct device_report report = { .kind = REPORT_ONLINE,
                                    .rebooted = is_rebooted,
                                    .job = device->held };
    if (device->held != 0 && !device->is_known) {
        device->sent_job = device->held;
        device->sent_us = now_us;
        device_log(device, LOG_NOTICE, "still holds job %u, sent before this start", device->held);
    }
    device->is_known = true;
    device->is_away = device->is_rebooted = device->is_lost = false;
    device->backward = 0;
    device->item->has_keys = false;
    device_report(device, &report, now_us);
    device_log(device, LOG_NOTICE, "%s", is_rebooted ? "rebooted" : "online");
}

void device_tell_status(struct device *device, int64_t now_us) {
    /* One that takes no image is faulted whatever its status says. */
    if (device->status == device->told_status || device->is_unshown) {
        return;
    }
    device->told_status = device->status;
    struct device_report report = { .kind =
                                        device->status == 0 ? REPORT_RECOVERED : REPORT_FAULTED };
    status_text(device->status, report.what, sizeof report.what);
    device_report(device, &report, now_us);
    device_log(device, LOG_WARNING, "%s", device->status == 0 ? "recovered" : report.what);
}
