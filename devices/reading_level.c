/*
 * Keys that are bits, on while a key is held: discrete inputs, coils, or the bits of registers. A change is believed when
 * it is read again half of `bounce_ms` later and once more at its end, and these readings are asked for as soon as their
 * time has come, so that a press need not last a whole round of the line. A key with a long press is told when it is let go, or once it was held for
 * `long_ms`; every other key when it goes down. A key that is held when the device comes gives no press.
 */
#include "devices/vendor.h"
#include "protocol/registers.h"

enum { WORD_BITS = 16 };

static void level_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                        int64_t now_us);
static void level_take(struct device *device, const uint16_t *values, int64_t now_us);
static bool level_of(const struct device *device, const struct vendor_code *code,
                     const uint16_t *values);
static const struct vendor_key *level_move(struct level_key *level, const struct vendor_code *code,
                                           const struct vendor_read *read, int64_t now_us);
static const struct vendor_key *level_change(struct level_key *level,
                                             const struct vendor_code *code);

const struct reading READING_LEVEL = { .ask = vendor_ask,
                                       .hear = vendor_hear,
                                       .make = vendor_make,
                                       .begin = level_begin,
                                       .take = level_take };

static void level_begin(struct device *device, const uint16_t *values, enum vendor_return how,
                        int64_t now_us) {
    const struct vendor_map *map = &device->config->profile->vendor;
    (void)how;
    for (unsigned i = 0; i < map->code_count; i++) {
        bool is_down = level_of(device, &map->codes[i], values);
        device->vendor.levels[i] = (struct level_key){ .is_raw = is_down,
                                                       .is_down = is_down,
                                                       .is_old = is_down,
                                                       .raw_us = now_us,
                                                       .down_us = now_us };
    }
    device->status = 0;
}

static void level_take(struct device *device, const uint16_t *values, int64_t now_us) {
    const struct vendor_map *map = &device->config->profile->vendor;
    struct vendor_press presses[VENDOR_PRESSES_MAX] = { 0 };
    unsigned count = 0;
    int64_t bounce_us = (int64_t)map->read.bounce_ms * 1000;
    int64_t look_us = INT64_MAX;
    bool is_stuck = false;
    for (unsigned i = 0; i < map->code_count; i++) {
        struct level_key *level = &device->vendor.levels[i];
        bool is_raw = level_of(device, &map->codes[i], values);
        if (is_raw != level->is_raw) {
            level->is_raw = is_raw;
            level->raw_us = now_us;
        }
        const struct vendor_key *key = level_move(level, &map->codes[i], &map->read, now_us);
        if (key != NULL) {
            presses[count++] = (struct vendor_press){ .key = key, .code = map->codes[i].code };
        }
        if (level->is_raw != level->is_down) {
            int64_t half_us = now_us + bounce_us / 2;
            int64_t end_us = level->raw_us + bounce_us;
            int64_t next_us = half_us < end_us ? half_us : end_us;
            look_us = next_us < look_us ? next_us : look_us;
        }
        is_stuck = is_stuck || (level->is_down && now_us - level->down_us >= STUCK_US);
    }
    vendor_report(device, presses, count, now_us);
    device->status = is_stuck ? STATUS_KEY_STUCK : 0;
    device->item->has_keys = look_us != INT64_MAX;
    if (device->item->has_keys && device->item->resume_us < look_us) {
        device->item->resume_us = look_us;
    }
}

static bool level_of(const struct device *device, const struct vendor_code *code,
                     const uint16_t *values) {
    bool is_bits = frame_is_bits(device->config->profile->vendor.read.function);
    unsigned value = is_bits ? values[code->code] : values[code->code / WORD_BITS];
    bool is_on = is_bits ? value != 0 : (value >> code->code % WORD_BITS & 1) != 0;
    return is_on != code->is_low;
}

/* What the reading makes of one key: a press, or NULL. */
static const struct vendor_key *level_move(struct level_key *level, const struct vendor_code *code,
                                           const struct vendor_read *read, int64_t now_us) {
    bool has_long = code->hold.part != ROLE_NONE;
    bool is_settled = now_us - level->raw_us >= (int64_t)read->bounce_ms * 1000;
    if (level->is_raw != level->is_down && is_settled) {
        return level_change(level, code);
    }
    /* Only while it is seen held: who let go between two readings may have pressed shortly. */
    bool is_long = now_us - level->down_us >= (int64_t)read->long_ms * 1000;
    if (has_long && level->is_down && level->is_raw && is_long && !level->is_old &&
        !level->is_held) {
        level->is_held = true;
        return &code->hold;
    }
    return NULL;
}

static const struct vendor_key *level_change(struct level_key *level,
                                             const struct vendor_code *code) {
    bool has_long = code->hold.part != ROLE_NONE;
    bool is_short = has_long && !level->is_raw && !level->is_old && !level->is_held;
    level->is_down = level->is_raw;
    level->is_old = false;
    if (level->is_down) {
        level->down_us = level->raw_us;
        level->is_held = false;
    }
    bool is_press = level->is_down ? !has_long : is_short;
    return is_press ? &code->press : NULL;
}
