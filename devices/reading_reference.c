/* Devices of the reference map: one span of input registers tells all that a pulse is asked for. */
#include "devices/reading.h"
#include "devices/span.h"

static bool reference_ask(struct device *device, enum ask ask, int64_t now_us,
                          struct rtu_request *request);
static void reference_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                           const struct rtu_result *result);

const struct reading READING_REFERENCE = { .ask = reference_ask,
                                           .hear = reference_hear,
                                           .make = device_make_parts };

static bool reference_ask(struct device *device, enum ask ask, int64_t now_us,
                          struct rtu_request *request) {
    if (ask == ASK_BASELINE && held_is_wanted(device)) {
        return held_ask(device, now_us, request);
    }
    const struct profile *profile = device->config->profile;
    struct span all = profile_baseline(profile);
    struct span pulse = profile_pulse(profile);
    uint16_t behind = (uint16_t)(all.address + all.count - pulse.address);
    struct span to_end = { pulse.address, behind };
    struct span need = ask == ASK_BASELINE ? all : ask == ASK_KEYS ? to_end : pulse;
    struct span room = ask == ASK_BASELINE || ask == ASK_KEYS ? all : to_end;
    request->function = READ_INPUT;
    request->values = NULL;
    if (!span_choose(&device->lengths, need, room, now_us, request)) {
        /* All lengths of this reading rest; the first is free again within a second. */
        device->item->resume_us = now_us + LOOK_AGAIN_US;
        return false;
    }
    return true;
}

static void reference_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                           const struct rtu_result *result) {
    if (request->function == READ_HOLDING) {
        held_hear(device, result);
        return;
    }
    struct span span = { request->address, request->count };
    if (result->outcome == RTU_EXCEPTION) {
        device_refuse(device, result);
    }
    if (result->outcome != RTU_ANSWER) {
        return;
    }
    device->is_refusing = false;
    if (ask == ASK_BASELINE) {
        device_take_baseline(device, span, result->values, result->done_us);
    } else {
        device_take_pulse(device, span, result->values, result->done_us);
    }
}
