#include "devices/profile_map.h"

#include <stddef.h>

static struct span span_over(const uint16_t *addresses, size_t count, uint16_t behind);

uint16_t profile_kind(const struct profile *profile, enum role role) {
    switch (role) {
    case ROLE_DISPENSER:
        return profile->dispenser.kind;
    case ROLE_TERMINAL:
        return profile->terminal.kind;
    case ROLE_KEYPAD:
        return profile->keypad.kind;
    case ROLE_BOARD:
        return profile->board.kind;
    case ROLE_UNIT:
        return profile->unit.kind;
    case ROLE_NONE:
    case ROLE_PRINTER:
    case ROLE_VOICE:
        break;
    }
    return 0;
}

struct span profile_pulse(const struct profile *profile) {
    const struct input_map *input = &profile->input;
    const uint16_t addresses[] = { input->boots, input->status, input->events, input->done,
                                   input->result };
    return span_over(addresses, sizeof addresses / sizeof *addresses, 0);
}

struct span profile_identity(const struct profile *profile) {
    const struct input_map *input = &profile->input;
    const uint16_t addresses[] = { input->kind, input->map, input->firmware, input->serial,
                                   (uint16_t)(input->serial + 1) };
    return span_over(addresses, sizeof addresses / sizeof *addresses, 0);
}

struct span profile_baseline(const struct profile *profile) {
    const struct input_map *input = &profile->input;
    const uint16_t addresses[] = {
        input->kind,   input->map,
        input->boots,  input->status,
        input->events, input->done,
        input->result, input->firmware,
        input->serial, (uint16_t)(input->serial + 1),
        input->ring,   (uint16_t)(input->ring + RING_REGISTERS - 1),
    };
    return span_over(addresses, sizeof addresses / sizeof *addresses, 0);
}

struct span terminal_span(const struct terminal_map *map) {
    const uint16_t addresses[] = { map->prefix, map->number, map->waiting,
                                   map->lamp,   map->answer, map->answered };
    return span_over(addresses, sizeof addresses / sizeof *addresses, 0);
}

struct span keypad_span(const struct keypad_map *map) {
    const uint16_t addresses[] = { map->state, map->session,
                                   map->stars, (uint16_t)(map->staff + STAFF_REGISTERS - 1),
                                   map->staff, map->name };
    return span_over(addresses, sizeof addresses / sizeof *addresses, STAFF_NAME_REGISTERS - 1);
}

/* From the lowest address to the highest; the last one named is followed by `behind` registers more. */
static struct span span_over(const uint16_t *addresses, size_t count, uint16_t behind) {
    unsigned low = addresses[0];
    unsigned high = addresses[count - 1] + (unsigned)behind;
    for (size_t i = 0; i < count; i++) {
        low = addresses[i] < low ? addresses[i] : low;
        high = addresses[i] > high ? addresses[i] : high;
    }
    return (struct span){ .address = (uint16_t)low, .count = (uint16_t)(high - low + 1) };
}
