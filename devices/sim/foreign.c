#include "devices/sim/foreign.h"

#include <assert.h>
#include <string.h>

#include "protocol/image.h"
#include "protocol/key.h"

enum {
    READ_COILS = 1,
    READ_INPUTS = 2,
    READ_REGISTERS = 3,
    WRITE_COIL = 5,
    WRITE_REGISTER = 6,
    WRITE_COILS = 15,
    WRITE_REGISTERS = 16,
    EXCEPTION_BIT = 0x80,
    HEADER = 7, /* address, function, first, count, bytes */
    SHORT_US = 250 * 1000,
    LONG_US = 2500 * 1000,
    RELAYS = 8,
    LATCH = 0,
    PAGE = 16, /* what the keypad shows; stars behind it */
    STARS = 17
};

/* A key as the person means it, and the contact that closes for so long. */
struct contact {
    uint16_t code;
    unsigned input;
    int64_t held_us;
};

static const struct contact CONTACTS[] = {
    { KEY_NEXT, 0, SHORT_US },  { KEY_RECALL, 1, SHORT_US }, { KEY_NO_SHOW, 1, LONG_US },
    { KEY_PAUSE, 2, SHORT_US }, { KEY_RESUME, 3, SHORT_US }, { KEY_HELP, 3, LONG_US },
};
/* Each relay is a lamp; the one that burns says which. */
static const uint16_t LAMPS[] = { LAMP_READY,  LAMP_CALLING, LAMP_SERVING,
                                  LAMP_PAUSED, LAMP_RATING,  LAMP_CLOSED };

static enum sim_exception obey(struct sim_device *device, const struct sim_frame *request,
                               int64_t now_us, struct sim_frame *answer);
static enum sim_exception read_bits(const struct sim_device *device,
                                    const struct sim_frame *request, int64_t now_us,
                                    struct sim_frame *answer);
static enum sim_exception read_registers(const struct sim_device *device,
                                         const struct sim_frame *request, struct sim_frame *answer);
static enum sim_exception write_bits(struct sim_device *device, const struct sim_frame *request,
                                     int64_t now_us);
static enum sim_exception write_registers(struct sim_device *device,
                                          const struct sim_frame *request, int64_t now_us);
static bool has_registers(unsigned first, unsigned count);
static unsigned bits_of(const struct sim_device *device);
static void show_relays(struct sim_device *device, const bool *before, int64_t now_us);
static void show_page(struct sim_device *device, uint16_t before, int64_t now_us);
static uint16_t pair(const uint8_t *bytes);

enum sim_make sim_make_named(const char *profile) {
    static const struct {
        const char *profile;
        enum sim_make make;
    } ROWS[] = { { "hallq-1", MAKE_REFERENCE },
                 { "relay-8", MAKE_RELAYS },
                 { "keypad-clear", MAKE_KEYPAD },
                 { "button-box", MAKE_BOX } };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
        if (strcmp(ROWS[i].profile, profile) == 0)
            return ROWS[i].make;
    return MAKE_UNKNOWN;
}

void sim_foreign_answer(struct sim_device *device, const struct sim_frame *request, int64_t now_us,
                        struct sim_frame *answer) {
    memcpy(answer->bytes, request->bytes, 6);
    answer->length = 6;
    enum sim_exception result = obey(device, request, now_us, answer);
    if (result != SIM_WELL) {
        answer->bytes[1] = request->bytes[1] | EXCEPTION_BIT;
        answer->bytes[2] = (uint8_t)result;
        answer->length = 3;
    }
    sim_frame_seal(answer, answer->length);
}

uint16_t sim_foreign_press(struct sim_device *device, uint16_t code, int64_t now_us) {
    struct sim_foreign *foreign = &device->foreign;
    for (size_t i = 0; i < sizeof(CONTACTS) / sizeof(*CONTACTS); i++)
        if (device->config.make == MAKE_RELAYS && CONTACTS[i].code == code)
            foreign->closed_us[CONTACTS[i].input] = now_us + CONTACTS[i].held_us;
    if (device->config.make == MAKE_BOX && code > KEY_TICKET &&
        code <= KEY_TICKET + SIM_FOREIGN_BITS)
        foreign->closed_us[code - KEY_TICKET - 1] = now_us + SHORT_US;
    if (device->config.make == MAKE_KEYPAD && foreign->registers[LATCH] == 0) {
        if (code >= 1 && code <= 5)
            foreign->registers[LATCH] = (uint16_t)(6 - code);
        if (code > KEY_REASON && code <= KEY_REASON + 4)
            foreign->registers[LATCH] = (uint16_t)(0x10 + code - KEY_REASON);
    }
    device->counts.presses++;
    return ++device->key_events;
}

static enum sim_exception obey(struct sim_device *device, const struct sim_frame *request,
                               int64_t now_us, struct sim_frame *answer) {
    bool is_keypad = device->config.make == MAKE_KEYPAD;
    if (device->config.make == MAKE_UNKNOWN)
        return SIM_BAD_FUNCTION;
    switch (request->bytes[1]) {
    case READ_COILS:
    case READ_INPUTS:
        return is_keypad ? SIM_BAD_FUNCTION : read_bits(device, request, now_us, answer);
    case READ_REGISTERS:
        return is_keypad ? read_registers(device, request, answer) : SIM_BAD_FUNCTION;
    case WRITE_COIL:
    case WRITE_COILS:
        return is_keypad ? SIM_BAD_FUNCTION : write_bits(device, request, now_us);
    case WRITE_REGISTER:
    case WRITE_REGISTERS:
        return is_keypad ? write_registers(device, request, now_us) : SIM_BAD_FUNCTION;
    default:
        return SIM_BAD_FUNCTION;
    }
}

static enum sim_exception read_bits(const struct sim_device *device,
                                    const struct sim_frame *request, int64_t now_us,
                                    struct sim_frame *answer) {
    const struct sim_foreign *foreign = &device->foreign;
    unsigned first = pair(request->bytes + 2);
    unsigned count = pair(request->bytes + 4);
    if (count == 0 || first + count > bits_of(device))
        return SIM_BAD_ADDRESS;
    answer->bytes[2] = (uint8_t)((count + 7) / 8);
    answer->length = 3U + answer->bytes[2];
    memset(answer->bytes + 3, 0, answer->bytes[2]);
    for (unsigned i = 0; i < count; i++) {
        bool is_coil = request->bytes[1] == READ_COILS;
        bool is_on = is_coil ? foreign->coils[first + i] : now_us < foreign->closed_us[first + i];
        answer->bytes[3 + i / 8] |= (uint8_t)((is_on ? 1U : 0U) << i % 8);
    }
    return SIM_WELL;
}

static enum sim_exception read_registers(const struct sim_device *device,
                                         const struct sim_frame *request,
                                         struct sim_frame *answer) {
    unsigned first = pair(request->bytes + 2);
    unsigned count = pair(request->bytes + 4);
    if (!has_registers(first, count))
        return SIM_BAD_ADDRESS;
    answer->bytes[2] = (uint8_t)(2 * count);
    answer->length = 3U + 2U * count;
    for (unsigned i = 0; i < count; i++) {
        uint16_t value = device->foreign.registers[first + i];
        answer->bytes[3 + 2 * i] = (uint8_t)(value >> 8);
        answer->bytes[4 + 2 * i] = (uint8_t)value;
    }
    return SIM_WELL;
}

static enum sim_exception write_bits(struct sim_device *device, const struct sim_frame *request,
                                     int64_t now_us) {
    struct sim_foreign *foreign = &device->foreign;
    bool before[SIM_FOREIGN_BITS];
    bool is_single = request->bytes[1] == WRITE_COIL;
    unsigned first = pair(request->bytes + 2);
    unsigned second = pair(request->bytes + 4);
    unsigned count = is_single ? 1 : second;
    if (is_single && second != 0 && second != 0xFF00)
        return SIM_BAD_VALUE;
    if (count == 0 || first + count > bits_of(device))
        return SIM_BAD_ADDRESS;
    memcpy(before, foreign->coils, sizeof(before));
    for (unsigned i = 0; i < count; i++)
        foreign->coils[first + i] =
            is_single ? second != 0 : (request->bytes[HEADER + i / 8] >> i % 8 & 1) != 0;
    show_relays(device, before, now_us);
    return SIM_WELL;
}

static enum sim_exception write_registers(struct sim_device *device,
                                          const struct sim_frame *request, int64_t now_us) {
    struct sim_foreign *foreign = &device->foreign;
    bool is_single = request->bytes[1] == WRITE_REGISTER;
    unsigned first = pair(request->bytes + 2);
    unsigned count = is_single ? 1 : pair(request->bytes + 4);
    uint16_t page = foreign->registers[PAGE];
    if (!has_registers(first, count))
        return SIM_BAD_ADDRESS;
    if (!is_single && request->bytes[HEADER - 1] != 2 * count)
        return SIM_BAD_VALUE;
    for (unsigned i = 0; i < count; i++)
        foreign->registers[first + i] =
            pair(request->bytes + (is_single ? 4 : HEADER + (size_t)2 * i));
    if (page != foreign->registers[PAGE])
        show_page(device, page, now_us);
    return SIM_WELL;
}

/* 0..3 the key, 16..29 what is shown. */
static bool has_registers(unsigned first, unsigned count) {
    return count >= 1 &&
           (first + count <= 4 || (first >= PAGE && first + count <= SIM_FOREIGN_REGISTERS));
}

static unsigned bits_of(const struct sim_device *device) {
    return device->config.make == MAKE_RELAYS ? (unsigned)RELAYS : (unsigned)SIM_FOREIGN_BITS;
}

static void show_relays(struct sim_device *device, const bool *before, int64_t now_us) {
    struct sim_sight sight = { .device = device->place, .at_us = now_us };
    const bool *coils = device->foreign.coils;
    if (memcmp(before, coils, sizeof(device->foreign.coils)) == 0)
        return;
    if (device->config.make == MAKE_BOX) {
        sight.kind = SIGHT_LIT;
        for (unsigned i = 0; i < SIM_FOREIGN_BITS; i++)
            sight.value[0] |= (uint16_t)((coils[i] ? 1U : 0U) << i);
        device->holding[DISPENSER_ENABLED] = sight.value[0];
    } else {
        sight.kind = SIGHT_TERMINAL;
        for (size_t i = 0; i < sizeof(LAMPS) / sizeof(*LAMPS); i++)
            sight.value[3] = coils[i] ? LAMPS[i] : sight.value[3];
        device->holding[TERMINAL_BASE + TERMINAL_LAMP] = sight.value[3];
    }
    device->saw(device->context, &sight);
}

/* Nobody sees a session on it; the number only tells one invitation from the next. */
static void show_page(struct sim_device *device, uint16_t before, int64_t now_us) {
    static const uint16_t STATES[] = { KEYPAD_IDLE, KEYPAD_INVITE, KEYPAD_THANKS, KEYPAD_REASONS };
    struct sim_foreign *foreign = &device->foreign;
    uint16_t page = foreign->registers[PAGE];
    struct sim_sight sight = { .kind = SIGHT_KEYPAD, .device = device->place, .at_us = now_us };
    bool is_known = page < sizeof(STATES) / sizeof(*STATES);
    sight.value[0] = is_known ? STATES[page] : (uint16_t)KEYPAD_CLOSED;
    foreign->invitations = (uint16_t)(foreign->invitations + (page == 1 && before != 1));
    sight.value[1] =
        sight.value[0] == KEYPAD_IDLE || sight.value[0] == KEYPAD_CLOSED ? 0 : foreign->invitations;
    sight.value[2] = foreign->registers[STARS];
    memcpy(device->holding + KEYPAD_BASE, sight.value, 3 * sizeof(sight.value[0]));
    device->saw(device->context, &sight);
}

static uint16_t pair(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}
