#include <stdio.h>
#include <syslog.h>

#include "devices/reading.h"

enum {
    WRITE_PAUSE_US = 50000, /* after a write that failed; doubled with each one more ... */
    WRITE_TRIES = 8,        /* ... than so many running: a bad line alone must not slow it */
    WRITE_PAUSE_MOST_US = 2000000,
    REFUSED_PAUSE_US = 1000000
};

static bool write_ask(struct device *device, int64_t now_us, struct rtu_request *request);
static bool unread_ask(struct device *device, int64_t now_us, struct rtu_request *request);
static void unread_hear(struct device *device, const struct rtu_result *result);
static bool is_identify(const struct device *device, const struct rtu_request *request);
static void identify_hear(struct device *device, const struct rtu_result *result);
static void device_miss(struct device *device, enum ask ask, const struct rtu_request *request,
                        const struct rtu_result *result);
static void write_miss(struct device *device, const struct rtu_request *request, int64_t done_us);
static void device_pause(struct device *device, int64_t done_us);

bool device_ask(struct device *device, enum ask ask, int64_t now_us, struct rtu_request *request) {
    request->slave = device->config->address;
    if (ask == ASK_IMAGE) {
        return write_ask(device, now_us, request);
    }
    return device->reading->ask(device, ask, now_us, request);
}

void device_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                 const struct rtu_result *result) {
    bool is_lost = result->outcome == RTU_NO_ANSWER || result->outcome == RTU_MANGLED;
    if (is_lost && ask != ASK_IMAGE && !frame_is_write(request->function)) {
        lengths_note(&device->lengths, frame_answer_size(request), result->done_us);
    }
    if (result->outcome == RTU_ANSWER || result->outcome == RTU_EXCEPTION) {
        schedule_hit(device->item, result->waited_us);
    }
    if (ask == ASK_IMAGE && frame_is_write(request->function) && result->outcome == RTU_ANSWER) {
        device->write_misses = 0;
    }
    if (ask != ASK_IMAGE) {
        device->reading->hear(device, ask, request, result);
    } else if (device->has_unread) {
        unread_hear(device, result);
    } else if (is_identify(device, request)) {
        identify_hear(device, result);
    } else if (device_take_write(device, request, result)) {
        device->item->write_us = 0;
    }
    if (is_lost) {
        device_miss(device, ask, request, result);
    }
    device_pause(device, result->done_us);
}

static bool write_ask(struct device *device, int64_t now_us, struct rtu_request *request) {
    if (device->has_unread) {
        return unread_ask(device, now_us, request);
    }
    if (device->has_identify && !device->writer.is_active) {
        bool is_vendor = device->config->profile->vendor.has_identify;
        request->function =
            is_vendor ? device->config->profile->vendor.identify_function : WRITE_HOLDING;
        request->address = device->config->profile->identify;
        request->count = 1;
        request->values = &device->image.identify_s;
        return true;
    }
    if (device_next_write(device, now_us, request)) {
        return true;
    }
    device->item->write_us = now_us + LOOK_AGAIN_US;
    device_plan(device, now_us);
    return false;
}

/* A unit's `done` tells of its board, so what it last answered is read before it is overwritten. */
static bool unread_ask(struct device *device, int64_t now_us, struct rtu_request *request) {
    request->function = READ_HOLDING;
    request->address = device->config->profile->unit.terminal.answered;
    request->count = 1;
    request->values = NULL;
    if (lengths_is_free(&device->lengths, 1, now_us)) {
        return true;
    }
    device->item->write_us = now_us + LOOK_AGAIN_US;
    return false;
}

static void unread_hear(struct device *device, const struct rtu_result *result) {
    if (result->outcome == RTU_NO_ANSWER || result->outcome == RTU_MANGLED) {
        lengths_note(&device->lengths, 1, result->done_us);
        return;
    }
    device->has_unread = false;
    /* A newer press may have been answered while this reading was lost. */
    if (result->outcome == RTU_ANSWER && device->answer == 0) {
        /* Where no key of the terminal was in the ring, the keypad's newest was written as answered. */
        uint16_t beyond = (uint16_t)(result->values[0] - device->unread);
        bool is_answered = beyond <= (uint16_t)(device->events - device->unread);
        device->answer = is_answered ? 0 : ANSWER_NOT_NOW;
        device->answered = device->unread;
    }
    device_make(device, result->done_us);
}

static bool is_identify(const struct device *device, const struct rtu_request *request) {
    return frame_is_write(request->function) && request->values == &device->image.identify_s;
}

static void identify_hear(struct device *device, const struct rtu_result *result) {
    struct device_report report = { .kind = REPORT_ABLE };
    bool is_answered = result->outcome == RTU_ANSWER || result->outcome == RTU_EXCEPTION;
    if (is_answered) {
        device->has_identify = false;
        if (result->outcome == RTU_EXCEPTION) {
            snprintf(report.what, sizeof report.what, "not able to identify");
            device_log(device, LOG_WARNING, "%s", report.what);
        }
        device_report(device, &report, result->done_us);
    }
    device_plan(device, result->done_us);
}

/* It lives, but does not know the map: something else stands at this address. Asked now and then, so that a swap heals. */
void device_refuse(struct device *device, const struct rtu_result *result) {
    struct device_report report = { .kind = REPORT_FAULTED };
    device->item->resume_us = device->item->probe_us = result->done_us + REFUSED_PAUSE_US;
    if (device->is_refusing) {
        return;
    }
    device->is_refusing = true;
    device->told_status = UINT16_MAX;
    snprintf(report.what, sizeof report.what, "refuses to be read with exception %u",
             result->exception);
    device_report(device, &report, result->done_us);
    device_log(device, LOG_ERR, "%s", report.what);
}

static void device_miss(struct device *device, enum ask ask, const struct rtu_request *request,
                        const struct rtu_result *result) {
    struct schedule_item *item = device->item;
    if (ask == ASK_IMAGE) {
        write_miss(device, request, result->done_us);
    }
    if (result->outcome == RTU_MANGLED) {
        schedule_mangle(item, result->done_us);
    } else if (schedule_miss(item, result->done_us) && !device->is_lost) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "no answer %u of %u", item->misses, OFFLINE_MISSES);
        device_lose(device, what, result->done_us);
    }
}

/*
 * Nothing is sent again at once: the others have their turn first. Dispensers and terminals go on, once. A device that
 * takes no write is asked ever less often, so that it doesn't hold the others up for ever.
 */
static void write_miss(struct device *device, const struct rtu_request *request, int64_t done_us) {
    struct schedule_item *item = device->item;
    bool is_main =
        item->role == ROLE_DISPENSER || item->role == ROLE_TERMINAL || item->role == ROLE_UNIT;
    device->write_misses++;
    bool is_hopeful = device->write_misses <= WRITE_TRIES;
    bool goes_on = is_main && is_hopeful && item->misses == 0 && !item->was_again;
    int64_t pause_us = WRITE_PAUSE_US;
    for (unsigned i = WRITE_TRIES; i < device->write_misses && pause_us < WRITE_PAUSE_MOST_US;
         i++) {
        pause_us *= 2;
    }
    pause_us = pause_us < WRITE_PAUSE_MOST_US ? pause_us : WRITE_PAUSE_MOST_US;
    item->was_again = goes_on;
    item->write_us = goes_on ? 0 : done_us + pause_us;
    if (frame_is_write(request->function)) {
        device->writer.doubt_us = done_us + DOUBT_US;
    }
}

/* A device that needs a rest after each exchange; the others have their turn meanwhile. */
static void device_pause(struct device *device, int64_t done_us) {
    struct schedule_item *item = device->item;
    int64_t rest_us = done_us + (int64_t)device->config->profile->vendor.pause_ms * 1000;
    if (rest_us > done_us) {
        item->resume_us = item->resume_us > rest_us ? item->resume_us : rest_us;
        item->write_us = item->write_us > rest_us ? item->write_us : rest_us;
        item->probe_us = item->probe_us > rest_us ? item->probe_us : rest_us;
    }
}
