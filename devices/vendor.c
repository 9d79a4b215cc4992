#include "devices/vendor.h"

#include <stdio.h>
#include <syslog.h>

#include "devices/press.h"
#include "devices/span.h"
#include "devices/vendor_write.h"

enum { ALIEN_PAUSE_US = 1000000 };

static const struct vendor_map *map_of(const struct device *device);
static bool is_identity(const struct device *device, const struct rtu_request *request);
static void identity_hear(struct device *device, const struct rtu_result *result);
static void identity_refuse(struct device *device, uint16_t kind, int64_t now_us);
static void begin_hear(struct device *device, const uint16_t *values, int64_t now_us);
static enum vendor_return how_returned(const struct device *device, uint16_t boots, int64_t now_us);
static void keys_hear(struct device *device, const uint16_t *values, int64_t now_us);
static void refresh(struct device *device, int64_t now_us);
static void press_fill(struct device *device, const struct vendor_press *press,
                       struct device_report *report);
static void press_log_unknown(const struct device *device, const struct vendor_press *press);
static enum role press_part(const struct device *device, const struct vendor_press *press);
static void none_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                       int64_t now_us);
static void none_take(struct device *device, const uint16_t *values, int64_t now_us);

const struct reading READING_NONE = { .ask = vendor_ask,
                                      .hear = vendor_hear,
                                      .make = vendor_make,
                                      .begin = none_begin,
                                      .take = none_take };

bool vendor_ask(struct device *device, enum ask ask, int64_t now_us, struct rtu_request *request) {
    const struct vendor_identity *identity = &map_of(device)->identity;
    const struct vendor_read *read = &map_of(device)->read;
    struct span need = { read->address, read->count };
    struct span room = { read->address, read->room };
    request->function = read->function;
    request->values = NULL;
    if (ask == ASK_BASELINE && identity->is_there && !device->vendor.is_identified) {
        need = room = (struct span){ identity->address, identity->count };
        request->function = identity->function;
    }
    if (!span_choose(&device->lengths, need, room, now_us, request)) {
        device->item->resume_us = now_us + LOOK_AGAIN_US;
        return false;
    }
    return true;
}

void vendor_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                 const struct rtu_result *result) {
    if (result->outcome == RTU_EXCEPTION) {
        device_refuse(device, result);
    }
    if (result->outcome != RTU_ANSWER) {
        return;
    }
    device->is_refusing = false;
    if (ask == ASK_BASELINE && is_identity(device, request)) {
        identity_hear(device, result);
        return;
    }
    const uint16_t *values = result->values + (map_of(device)->read.address - request->address);
    if (ask == ASK_BASELINE) {
        begin_hear(device, values, result->done_us);
    } else {
        keys_hear(device, values, result->done_us);
    }
    /* It was a late one (reading_counter.c): where there is room the next question is of another length. */
    if (device->backward > 0 && map_of(device)->read.room > map_of(device)->read.count) {
        lengths_note(&device->lengths, frame_answer_size(request), result->done_us);
    }
}

void vendor_make(struct device *device) {
    struct vendor_shown shown = { &device->image, device->answer, device->answered };
    struct sequence made;
    vendor_write(map_of(device), &shown, &made);
    if (made.step_count > 0) {
        device_want(device, PART_VENDOR, &made);
    }
    vendor_note_shown(device);
}

uint16_t vendor_at(const struct device *device, const uint16_t *values, uint16_t address) {
    return values[address - map_of(device)->read.address];
}

const struct vendor_key *vendor_key_of(const struct vendor_map *map, uint16_t code) {
    for (unsigned i = 0; i < map->code_count; i++) {
        if (map->codes[i].code == code) {
            return &map->codes[i].press;
        }
    }
    return NULL;
}

void vendor_report(struct device *device, const struct vendor_press *presses, unsigned count,
                   int64_t now_us) {
    for (unsigned i = 0; i < count; i++) {
        enum role part = press_part(device, &presses[i]);
        struct device_report report = { .kind = REPORT_KEY, .is_last = true };
        device->events++;
        press_log_unknown(device, &presses[i]);
        if (part == ROLE_NONE) {
            continue;
        }
        for (unsigned later = i + 1; later < count; later++) {
            report.is_last = report.is_last && press_part(device, &presses[later]) != part;
        }
        press_fill(device, &presses[i], &report);
        device_report(device, &report, now_us);
    }
}

void vendor_report_old(struct device *device, const struct vendor_press *presses, unsigned count,
                       int64_t now_us) {
    for (unsigned i = 0; i < count; i++) {
        enum role part = press_part(device, &presses[i]);
        struct device_report report = { .kind = REPORT_KEY, .is_old = true };
        device->events++;
        if (part == ROLE_TERMINAL) {
            device->answer = ANSWER_NOT_NOW;
            device->answered = device->events;
        }
        press_fill(device, &presses[i], &report);
        if (part == ROLE_KEYPAD && report.argument != 0) {
            device_report(device, &report, now_us);
        }
    }
}

/* From the first step of another session's image until its last the keypad may show either: a press is nobody's. */
void vendor_note_write(struct device *device) {
    struct vendor_state *vendor = &device->vendor;
    vendor->written_session = device->image.keypad.session;
    if (vendor->written_session != vendor->shown_session) {
        vendor->shown_session = 0;
        vendor->is_session_doubtful = true;
    }
}

/*
 * Also where nothing had to be written: a keypad without a display is asked by whoever sits at the window. A new session
 * is followed by a reading at once, so that hardly a press falls between the two and is taken for one of before.
 */
void vendor_note_shown(struct device *device) {
    struct vendor_state *vendor = &device->vendor;
    uint16_t before = vendor->shown_session;
    const struct writer *writer = &device->writer;
    bool is_writing = writer->is_active && writer->part == PART_VENDOR;
    if (!is_writing && !device->parts[PART_VENDOR].is_due && !device->is_away) {
        vendor->shown_session = vendor->written_session = device->image.keypad.session;
        vendor->is_session_doubtful = false;
    } else if (!is_writing && device->parts[PART_VENDOR].is_shown) {
        vendor->shown_session = vendor->written_session;
        vendor->is_session_doubtful = false;
    }
    if (vendor->shown_session != before && vendor->shown_session != 0 && !device->is_away) {
        device->item->has_keys = true;
    }
}

static const struct vendor_map *map_of(const struct device *device) {
    return &device->config->profile->vendor;
}

static bool is_identity(const struct device *device, const struct rtu_request *request) {
    const struct vendor_identity *identity = &map_of(device)->identity;
    return identity->is_there && !device->vendor.is_identified &&
           request->function == identity->function && request->address == identity->address &&
           request->count == identity->count;
}

static void identity_hear(struct device *device, const struct rtu_result *result) {
    const struct vendor_identity *identity = &map_of(device)->identity;
    const uint16_t *values = result->values;
    if (identity->has_kind && values[identity->kind - identity->address] != identity->kind_is) {
        identity_refuse(device, values[identity->kind - identity->address], result->done_us);
        return;
    }
    device->is_alien = false;
    device->vendor.is_identified = true;
    if (identity->has_firmware) {
        device->firmware = values[identity->firmware - identity->address];
    }
    if (identity->has_serial) {
        const uint16_t *serial = values + (identity->serial - identity->address);
        uint32_t now = (uint32_t)serial[0] << 16 | serial[1];
        bool is_other = device->is_known && now != device->serial;
        device->serial = now;
        device->is_rebooted = device->is_rebooted || is_other;
    }
}

/* Something else stands at its address. Asked now and then, so that a swap heals. */
static void identity_refuse(struct device *device, uint16_t kind, int64_t now_us) {
    struct device_report report = { .kind = REPORT_FAULTED };
    device->item->resume_us = now_us + ALIEN_PAUSE_US;
    if (device->is_alien) {
        return;
    }
    device->is_alien = true;
    device->told_status = UINT16_MAX;
    snprintf(report.what, sizeof report.what, "kind %u, expected %u", kind,
             map_of(device)->identity.kind_is);
    device_report(device, &report, now_us);
    device_log(device, LOG_ERR, "%s: not driven", report.what);
}

static void begin_hear(struct device *device, const uint16_t *values, int64_t now_us) {
    const struct vendor_read *read = &map_of(device)->read;
    uint16_t boots = read->has_boots ? vendor_at(device, values, read->boots) : 0;
    enum vendor_return how = how_returned(device, boots, now_us);
    bool was_away = device->is_away;
    bool is_other = device->is_known && (device->is_rebooted || boots != device->boots);
    device->boots = boots;
    device->good_us = now_us;
    device->item->life = LIFE_ALIVE;
    if (how != RETURN_FRESH) {
        device->epoch++;
        device->answer = 0;
        device->answered = device->events;
    }
    if (how == RETURN_FIRST) {
        device->vendor.shown_session = device->vendor.read_session = 0;
        device->vendor.is_session_doubtful = false;
    }
    if (was_away || how != RETURN_FRESH) {
        writer_cancel(&device->writer);
        device_forget_shown(device);
        device_come_online(device, is_other, now_us);
    }
    device->item->has_keys = false;
    device->reading->begin(device, values, how, now_us);
    device->vendor.read_session = device->vendor.shown_session;
    device_tell_status(device, now_us);
    device_make(device, now_us);
}

static enum vendor_return how_returned(const struct device *device, uint16_t boots,
                                       int64_t now_us) {
    bool has_booted = boots != device->boots;
    bool is_late = now_us - device->good_us >= FRESH_US;
    if (!device->is_known || device->is_rebooted || (is_late && has_booted)) {
        return RETURN_FIRST;
    }
    if (is_late) {
        return RETURN_LATE;
    }
    return has_booted ? RETURN_REBOOTED : RETURN_FRESH;
}

static void keys_hear(struct device *device, const uint16_t *values, int64_t now_us) {
    const struct vendor_read *read = &map_of(device)->read;
    bool has_rebooted = read->has_boots && vendor_at(device, values, read->boots) != device->boots;
    bool is_stale = now_us - device->good_us >= FRESH_US;
    if (device->item->life != LIFE_ALIVE || has_rebooted || is_stale) {
        device->item->life = LIFE_RETURNED;
        device->vendor.is_identified = false;
        return;
    }
    device->good_us = now_us;
    device->item->has_keys = false;
    device->reading->take(device, values, now_us);
    device->vendor.read_session = device->vendor.shown_session;
    device_tell_status(device, now_us);
    refresh(device, now_us);
    device_plan(device, now_us);
}

/* A device that can't say that it lost its image is given it again now and then. */
static void refresh(struct device *device, int64_t now_us) {
    struct part_state *part = &device->parts[PART_VENDOR];
    int64_t most_us = (int64_t)map_of(device)->refresh_s * 1000000;
    if (most_us > 0 && part->is_shown && now_us - part->shown_us >= most_us) {
        part->is_shown = false;
        part->is_due = part->is_wanted;
    }
}

static void press_fill(struct device *device, const struct vendor_press *press,
                       struct device_report *report) {
    report->part = press_part(device, press);
    report->count = device->events;
    report->code = press->key == NULL ? KEY_UNKNOWN : press->key->code;
    if (press->key != NULL && press->key->has_argument) {
        report->argument = press->key->argument;
    } else if (press->has_argument) {
        report->argument = press->argument;
    } else if (report->part == ROLE_KEYPAD && !device->vendor.is_session_doubtful) {
        report->argument = device->vendor.read_session;
    }
}

static void press_log_unknown(const struct device *device, const struct vendor_press *press) {
    if (press->key == NULL) {
        device_log(device, LOG_WARNING, "key code %u is not in the profile", press->code);
    }
}

/* Staff who press a key that the profile does not have wait for an answer too. */
static enum role press_part(const struct device *device, const struct vendor_press *press) {
    bool is_terminal = device->config->role == ROLE_TERMINAL;
    if (press->key == NULL) {
        return is_terminal ? ROLE_TERMINAL : ROLE_NONE;
    }
    return press->key->part;
}

static void none_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                       int64_t now_us) {
    (void)device;
    (void)values;
    (void)how;
    (void)now_us;
}

static void none_take(struct device *device, const uint16_t *values, int64_t now_us) {
    (void)device;
    (void)values;
    (void)now_us;
}
