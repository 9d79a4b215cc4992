/*
 * A dispenser may be holding a job that was sent before this program started, and that its store perhaps knows nothing
 * of: it was restored, or is new. A ticket under that number would not be printed, and would be believed to be on paper
 * once the old one is out; its text would be written over the old one's. So before its first baseline a dispenser is
 * asked for the number that it got last. One that can't say is believed to hold nothing.
 */
#include "devices/device.h"
#include "devices/span.h"

enum { HELD_TRIES = 3, HELD_ROOM = 8 };

bool held_is_wanted(const struct device *device) {
    return device->config->role == ROLE_DISPENSER && !device->is_known &&
           device->held_tries < HELD_TRIES;
}

bool held_ask(struct device *device, int64_t now_us, struct rtu_request *request) {
    const struct dispenser_map *map = &device->config->profile->dispenser;
    struct span need = { map->job, 1 };
    struct span room = { map->job, map->text == map->job + 1 ? HELD_ROOM : 1 };
    request->function = READ_HOLDING;
    request->values = NULL;
    if (!span_choose(&device->lengths, need, room, now_us, request)) {
        device->item->resume_us = now_us + LOOK_AGAIN_US;
        return false;
    }
    return true;
}

void held_hear(struct device *device, const struct rtu_result *result) {
    bool is_over = result->outcome == RTU_ANSWER || result->outcome == RTU_EXCEPTION;
    device->held = result->outcome == RTU_ANSWER ? result->values[0] : 0;
    device->held_tries = is_over ? HELD_TRIES : device->held_tries + 1;
}

void held_check(struct device *device) {
    if (device->held == device->done) {
        device->held = 0;
    }
}
