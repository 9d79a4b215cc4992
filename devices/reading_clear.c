/*
 * A register that holds the code of the key until the master writes it to 0. A code that is read is a press: counted and
 * reported, then cleared. Such a device keeps one press; what is pressed before it is cleared the device itself drops.
 *
 * The trouble is a lost clearing write. Then nobody knows whether the device obeyed, and a code that is read next is
 * either the old press or a new one. So after a lost clearing write the register is read before anything else is
 * believed (a device answers in the order in which it was asked, so a reading behind the write tells what the write did):
 *   - 0: it was cleared;
 *   - another code, or another argument: a new press;
 *   - the same: taken for the old press, and cleared again. That is right unless the same key was pressed anew between
 *     the write and the reading behind it, some milliseconds; and then the press is one that nobody has seen an answer
 *     to, while the other choice would call two tickets for one press whenever a frame is lost.
 * For a second after a loss the answer to a clearing write is not believed alone, since all of them are equal and it may
 * be the lost one come late: the register is read behind it. A late answer to a reading is kept away by its length
 * (lengths.h). So no press is doubled by any loss, and none is lost but the one above.
 */
#include <syslog.h>

#include "devices/vendor.h"
#include "protocol/registers.h"

enum { CLEAR_RETRY_US = 1000000 };

static bool clear_ask(struct device *device, enum ask ask, int64_t now_us,
                      struct rtu_request *request);
static void clear_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                       const struct rtu_result *result);
static void clear_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                        int64_t now_us);
static void clear_take(struct device *device, const uint16_t *values, int64_t now_us);
static bool is_known_press(struct device *device, uint16_t code, uint16_t argument, int64_t now_us);
static void clear_hold(struct device *device, const struct vendor_press *press);
static void clear_done(struct device *device, int64_t now_us);
static void clear_plan(struct device *device, int64_t now_us);
static void clear_refused(struct device *device, const struct rtu_result *result);
static struct vendor_press press_of(const struct device *device, const uint16_t *values);

const struct reading READING_CLEAR = { .ask = clear_ask,
                                       .hear = clear_hear,
                                       .make = vendor_make,
                                       .begin = clear_begin,
                                       .take = clear_take };

static bool clear_ask(struct device *device, enum ask ask, int64_t now_us,
                      struct rtu_request *request) {
    static const uint16_t nothing[1] = { 0 };
    const struct vendor_read *read = &device->config->profile->vendor.read;
    if (ask != ASK_KEYS || !device->vendor.is_held || device->vendor.is_verifying) {
        return vendor_ask(device, ask, now_us, request);
    }
    request->function = read->clear_function;
    request->address = read->code;
    request->count = 1;
    request->values = nothing;
    return true;
}

static void clear_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                       const struct rtu_result *result) {
    struct vendor_state *vendor = &device->vendor;
    if (!frame_is_write(request->function)) {
        vendor_hear(device, ask, request, result);
        return;
    }
    bool is_doubtful = result->done_us < vendor->doubt_us;
    vendor->is_verifying = true;
    if (result->outcome == RTU_ANSWER && !is_doubtful) {
        clear_done(device, result->done_us);
    } else if (result->outcome == RTU_EXCEPTION && !is_doubtful) {
        clear_refused(device, result);
    } else if (result->outcome == RTU_NO_ANSWER || result->outcome == RTU_MANGLED) {
        vendor->doubt_us = result->done_us + DOUBT_US;
    }
    clear_plan(device, result->done_us);
}

static void clear_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                        int64_t now_us) {
    struct vendor_press press = press_of(device, values);
    struct vendor_state *vendor = &device->vendor;
    bool is_taken = how != RETURN_FIRST && how != RETURN_REBOOTED && vendor->is_held &&
                    press.code == vendor->held && press.argument == vendor->held_argument;
    vendor->is_held = is_taken;
    if (how == RETURN_FRESH || how == RETURN_REBOOTED) {
        clear_take(device, values, now_us);
        return;
    }
    vendor->is_verifying = false;
    device->status = 0;
    if (press.code != 0 && !is_taken) {
        vendor_report_old(device, &press, 1, now_us);
        clear_hold(device, &press);
    }
    clear_plan(device, now_us);
}

static void clear_take(struct device *device, const uint16_t *values, int64_t now_us) {
    struct vendor_press press = press_of(device, values);
    device->vendor.is_verifying = false;
    if (press.code == 0) {
        if (device->vendor.is_held) {
            clear_done(device, now_us);
        }
    } else if (is_known_press(device, press.code, press.argument, now_us)) {
        clear_hold(device, &press);
    } else {
        vendor_report(device, &press, 1, now_us);
        clear_hold(device, &press);
    }
    clear_plan(device, now_us);
}

/* The press that was taken and is not cleared yet; or one that the device sets again while its key is held down. */
static bool is_known_press(struct device *device, uint16_t code, uint16_t argument,
                           int64_t now_us) {
    const struct vendor_state *vendor = &device->vendor;
    int64_t repeat_us = (int64_t)device->config->profile->vendor.read.repeat_ms * 1000;
    if (vendor->is_held) {
        return code == vendor->held && argument == vendor->held_argument;
    }
    return vendor->cleared == code && now_us - vendor->cleared_us < repeat_us;
}

static void clear_hold(struct device *device, const struct vendor_press *press) {
    device->vendor.is_held = true;
    device->vendor.held = press->code;
    device->vendor.held_argument = press->argument;
}

static void clear_done(struct device *device, int64_t now_us) {
    struct vendor_state *vendor = &device->vendor;
    vendor->is_held = vendor->is_verifying = false;
    vendor->cleared = vendor->held;
    vendor->cleared_us = now_us;
    vendor->retry_us = 0;
    device->status = 0;
}

/* At once, before anybody else's pulse: to clear it, or to look what the last try has done. */
static void clear_plan(struct device *device, int64_t now_us) {
    device->item->has_keys = device->vendor.is_held && now_us >= device->vendor.retry_us;
}

/* Its keys are stuck, then: the same one can't be told from the last. Tried again now and then. */
static void clear_refused(struct device *device, const struct rtu_result *result) {
    if (device->status == 0) {
        device_log(device, LOG_ERR,
                   "can't be cleared: refuses a write of 0 to %u with exception %u",
                   device->config->profile->vendor.read.code, result->exception);
    }
    device->status = STATUS_KEY_STUCK;
    device->vendor.retry_us = result->done_us + CLEAR_RETRY_US;
}

static struct vendor_press press_of(const struct device *device, const uint16_t *values) {
    const struct vendor_map *map = &device->config->profile->vendor;
    struct vendor_press press = { .code = vendor_at(device, values, map->read.code),
                                  .has_argument = map->read.has_argument };
    press.key = vendor_key_of(map, press.code);
    if (press.has_argument) {
        press.argument = vendor_at(device, values, map->read.argument);
    }
    return press;
}
