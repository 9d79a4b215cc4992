/* The register file. Addresses, orders and meanings: the reference register map "hallq-1". */
#include "devices/sim/device.h"

#include <assert.h>
#include <string.h>

#include "devices/sim/part.h"

enum { ANY_BASE = HOLD_IDENTIFY, ANY_COUNT = 5, FIRMWARE = 0x0102, MAP_VERSION = 1 };

struct span {
    uint16_t first, count;
};

static const struct span ANY_SPAN = { ANY_BASE, ANY_COUNT };
static const struct span DISPENSER_SPANS[] = {
    { DISPENSER_ENABLED, DISPENSER_IMAGE_COUNT },
    { DISPENSER_JOB, 1 + DISPENSER_TEXT_COUNT + DISPENSER_QR_COUNT },
    { 0, 0 },
};
static const struct span TERMINAL_SPANS[] = { { TERMINAL_BASE, TERMINAL_COUNT }, { 0, 0 } };
static const struct span KEYPAD_SPANS[] = { { KEYPAD_BASE, KEYPAD_COUNT }, { 0, 0 } };
static const struct span BOARD_SPANS[] = { { BOARD_BASE, BOARD_COUNT }, { 0, 0 } };
static const struct span UNIT_SPANS[] = {
    { UNIT_TERMINAL, TERMINAL_COUNT },
    { UNIT_KEYPAD, KEYPAD_COUNT },
    { UNIT_BOARD, BOARD_COUNT },
    { 0, 0 },
};
static const struct span NO_SPANS[] = { { 0, 0 } };

static bool holding_exists(const struct sim_device *device, uint16_t first, uint16_t count);
static bool span_holds(struct span span, uint16_t first, uint16_t count);
static const struct span *role_spans(enum role role);
static void fill_input(const struct sim_device *device, uint16_t *input);
static void write_any(struct sim_device *device, const struct sim_write *write, int64_t now_us);

void sim_device_init(struct sim_device *device, const struct sim_device_config *config,
                     unsigned place, uint16_t boots) {
    memset(device, 0, sizeof(*device));
    device->config = *config;
    device->place = place;
    device->boots = boots;
    device->is_dead = config->make == MAKE_UNKNOWN;
    /* Any number that differs between the hall's devices and stays with the device. */
    device->serial = 0x5A000000u + ((uint32_t)config->address << 8) + (uint32_t)config->role;
    for (const char *letter = config->id; *letter != '\0'; letter++)
        device->serial = device->serial * 31 + (uint8_t)*letter;
}

enum sim_exception sim_device_read(struct sim_device *device, uint8_t function, uint16_t first,
                                   uint16_t count, uint16_t *out) {
    assert(function == 3 || function == 4);
    if (count == 0 || count > SIM_READ_MAX)
        return SIM_BAD_VALUE;
    if (function == 3) {
        if (!holding_exists(device, first, count))
            return SIM_BAD_ADDRESS;
        memcpy(out, device->holding + first, count * sizeof(*out));
        return SIM_WELL;
    }
    if (first + count > INPUT_COUNT)
        return SIM_BAD_ADDRESS;
    uint16_t input[INPUT_COUNT];
    fill_input(device, input);
    memcpy(out, input + first, count * sizeof(*out));
    return SIM_WELL;
}

enum sim_exception sim_device_write(struct sim_device *device, const struct sim_write *write,
                                    int64_t now_us) {
    if (write->count == 0 || write->count > SIM_WRITE_MAX)
        return SIM_BAD_VALUE;
    if (!holding_exists(device, write->first, write->count))
        return SIM_BAD_ADDRESS;
    sim_device_step(device, now_us);
    enum sim_exception refusal = sim_part_refuses(device, write);
    if (refusal != SIM_WELL)
        return refusal;
    uint16_t old[SIM_WRITE_MAX];
    uint16_t *into = device->holding + write->first;
    memcpy(old, into, write->count * sizeof(*old));
    memcpy(into, write->values, write->count * sizeof(*into));
    if (span_holds(ANY_SPAN, write->first, write->count))
        write_any(device, write, now_us);
    else
        sim_part_wrote(device, write, old, now_us);
    return SIM_WELL;
}

void sim_device_step(struct sim_device *device, int64_t now_us) {
    if (device->is_printing && now_us >= device->printed_at_us)
        sim_part_printed(device);
}

uint16_t sim_device_press(struct sim_device *device, uint16_t code, uint16_t argument) {
    memmove(device->ring + 2, device->ring, sizeof(device->ring) - 2 * sizeof(device->ring[0]));
    device->ring[0] = code;
    device->ring[1] = argument;
    device->key_events++;
    device->counts.presses++;
    return device->key_events;
}

void sim_device_reboot(struct sim_device *device, int64_t now_us) {
    device->boots++;
    device->key_events = device->done = device->result = device->last_job = 0;
    device->is_printing = false;
    device->has_text = device->has_qr = true;
    device->panel.kind = SIGHT_NONE;
    memset(device->ring, 0, sizeof(device->ring));
    memset(device->holding, 0, sizeof(device->holding));
    memset(&device->foreign, 0, sizeof(device->foreign));
    struct sim_sight sight = { .kind = SIGHT_REBOOT, .device = device->place, .at_us = now_us };
    sight.value[0] = device->boots;
    device->saw(device->context, &sight);
}

uint16_t sim_device_base(const struct sim_device *device, enum role part) {
    if (device->config.role == part)
        return TERMINAL_BASE; /* every part begins at 256 when it is a device of its own */
    if (device->config.role != ROLE_UNIT)
        return 0;
    if (part == ROLE_TERMINAL)
        return UNIT_TERMINAL;
    if (part == ROLE_KEYPAD)
        return UNIT_KEYPAD;
    return part == ROLE_BOARD ? UNIT_BOARD : 0;
}

uint8_t sim_device_text_byte(const struct sim_device *device, uint16_t first, size_t at) {
    uint16_t pair = device->holding[first + at / 2];
    return (uint8_t)(at % 2 == 0 ? pair >> 8 : pair & 0xFF);
}

static bool holding_exists(const struct sim_device *device, uint16_t first, uint16_t count) {
    if (span_holds(ANY_SPAN, first, count))
        return true;
    for (const struct span *span = role_spans(device->config.role); span->count > 0; span++)
        if (span_holds(*span, first, count))
            return true;
    return false;
}

static bool span_holds(struct span span, uint16_t first, uint16_t count) {
    return first >= span.first && first + count <= span.first + span.count;
}

static const struct span *role_spans(enum role role) {
    switch (role) {
    case ROLE_DISPENSER:
        return DISPENSER_SPANS;
    case ROLE_TERMINAL:
        return TERMINAL_SPANS;
    case ROLE_KEYPAD:
        return KEYPAD_SPANS;
    case ROLE_BOARD:
        return BOARD_SPANS;
    case ROLE_UNIT:
        return UNIT_SPANS;
    case ROLE_NONE:
    case ROLE_PRINTER:
    case ROLE_VOICE:
        break;
    }
    return NO_SPANS;
}

static void fill_input(const struct sim_device *device, uint16_t *input) {
    memset(input, 0, INPUT_COUNT * sizeof(*input));
    input[INPUT_KIND] = (uint16_t)device->config.role;
    input[INPUT_MAP] = MAP_VERSION;
    input[INPUT_FIRMWARE] = FIRMWARE;
    input[INPUT_SERIAL] = (uint16_t)(device->serial >> 16);
    input[INPUT_SERIAL + 1] = (uint16_t)device->serial;
    input[INPUT_BOOTS] = device->boots;
    input[INPUT_STATUS] = device->status;
    input[INPUT_KEY_EVENTS] = device->key_events;
    input[INPUT_DONE] = device->done;
    input[INPUT_RESULT] = device->result;
    memcpy(input + INPUT_RING, device->ring, sizeof(device->ring));
}

static void write_any(struct sim_device *device, const struct sim_write *write, int64_t now_us) {
    struct sim_sight sight = { .device = device->place, .at_us = now_us };
    if (sim_write_holds(write, HOLD_IDENTIFY)) {
        sight.kind = SIGHT_IDENTIFY;
        sight.value[0] = device->holding[HOLD_IDENTIFY];
        device->saw(device->context, &sight);
    }
    if (sim_write_holds(write, HOLD_BEEP)) {
        sight.kind = SIGHT_BEEP;
        sight.value[0] = device->holding[HOLD_BEEP];
        device->saw(device->context, &sight);
    }
    const uint16_t *renamed = device->holding + HOLD_ADDRESS;
    bool is_mine =
        renamed[0] == (uint16_t)(device->serial >> 16) && renamed[1] == (uint16_t)device->serial;
    /* Taken only in one write with the device's own serial: the other devices hear it too. */
    if (write->first == HOLD_ADDRESS && write->count == 3 && is_mine && renamed[2] >= 1 &&
        renamed[2] <= 247)
        device->config.address = (uint8_t)renamed[2];
}
