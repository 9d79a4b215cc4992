#include "devices/listener.h"

#include <stdio.h>

#include "devices/press.h"

static enum rtu_outcome listener_read(struct listener *listener, struct span span,
                                      struct rtu_result *result);
static bool listener_is_it(struct listener *listener, uint16_t kind, uint16_t map);

bool listener_begin(struct listener *listener) {
    const struct profile *profile = listener->target.profile;
    struct span all = profile_baseline(profile);
    struct rtu_result result;
    enum rtu_outcome outcome = listener_read(listener, all, &result);
    if (outcome == RTU_NO_ANSWER || outcome == RTU_MANGLED) {
        outcome = listener_read(listener, all, &result);
    }
    listener->is_present = false;
    if (outcome == RTU_EXCEPTION) {
        snprintf(listener->what, WHAT_SIZE, "refuses to be read with exception %u",
                 result.exception);
        return false;
    }
    if (outcome != RTU_ANSWER) {
        snprintf(listener->what, WHAT_SIZE, "%s",
                 outcome == RTU_MANGLED ? "answers unreadably: two of one address?" : "no answer");
        return false;
    }
    const struct input_map *input = &profile->input;
    const uint16_t *values = result.values;
    listener->firmware = values[input->firmware - all.address];
    listener->serial = (uint32_t)values[input->serial - all.address] << 16 |
                       values[input->serial + 1 - all.address];
    listener->events = values[input->events - all.address];
    listener->is_present = listener_is_it(listener, values[input->kind - all.address],
                                          values[input->map - all.address]);
    return listener->is_present;
}

enum hall_error listener_hear(struct listener *listener, struct heard_press *press) {
    const struct profile *profile = listener->target.profile;
    struct span pulse = profile_pulse(profile);
    struct span all = profile_baseline(profile);
    struct rtu_result result;
    if (!listener->is_present || listener->misses >= LISTENER_MISSES_MOST) {
        return HALL_MISSING;
    }
    enum rtu_outcome outcome = listener_read(listener, pulse, &result);
    bool has_moved = outcome == RTU_ANSWER &&
                     result.values[profile->input.events - pulse.address] != listener->events;
    if (has_moved) {
        outcome = listener_read(listener, all, &result);
    }
    if (outcome == RTU_GONE) {
        return HALL_GONE;
    }
    listener->misses = outcome == RTU_ANSWER ? 0 : listener->misses + 1;
    if (!has_moved || outcome != RTU_ANSWER) {
        return HALL_MISSING;
    }
    const uint16_t *entry = result.values + (profile->input.ring - all.address);
    struct press read = press_read(profile, listener->target.role, entry);
    listener->events = result.values[profile->input.events - all.address];
    *press = (struct heard_press){ read.part, read.code, read.argument, listener->events };
    return HALL_OK;
}

static enum rtu_outcome listener_read(struct listener *listener, struct span span,
                                      struct rtu_result *result) {
    struct rtu_request request = { .slave = listener->target.slave,
                                   .function = READ_INPUT,
                                   .address = span.address,
                                   .count = span.count };
    return bench_ask_once(listener->bench, &request, result);
}

static bool listener_is_it(struct listener *listener, uint16_t kind, uint16_t map) {
    const struct profile *profile = listener->target.profile;
    uint16_t wanted = profile_kind(profile, listener->target.role);
    if (kind != wanted) {
        snprintf(listener->what, WHAT_SIZE, "kind %u, expected %u", kind, wanted);
    } else if (map != profile->map) {
        snprintf(listener->what, WHAT_SIZE, "map %u, expected %u", map, profile->map);
    }
    return kind == wanted && map == profile->map;
}
