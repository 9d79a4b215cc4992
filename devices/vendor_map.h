/*
 * What a profile says of a device that has another maker's map: how its keys are read, what they mean, where each part
 * of the image is written, in which order. Plain values, made and checked by the readers of profiles (profile_vendor.c
 * and those beside it), immutable afterwards. Addresses are as on the wire, from 0.
 */
#ifndef DEVICES_VENDOR_MAP_H
#define DEVICES_VENDOR_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/frame.h"
#include "protocol/words.h"

enum {
    VENDOR_CODES_MAX = 64,
    VENDOR_LEVELS_MAX = 32, /* keys of one device that are read as levels */
    VENDOR_STEPS_MAX = 48,
    VENDOR_BITS_MAX = 16,   /* bits of one step that each stand for states */
    VENDOR_STATES_MAX = 32, /* states are 0..31, so that a set of them is 32 bits */
    VENDOR_LINES_MAX = 16
};

enum vendor_reading {
    VENDOR_COUNTER, /* the device counts its key events */
    VENDOR_CLEAR,   /* a register holds the key's code until it is written to 0 */
    VENDOR_LEVEL,   /* bits that are on while a key is held */
    VENDOR_NONE     /* no keys: it is read only to see that it lives */
};

/* What a key means, in the codes of the reference map (protocol/key.h). */
struct vendor_key {
    enum role part; /* ROLE_NONE: nothing */
    uint16_t code, argument;
    bool
        has_argument; /* it is `argument`; else what the device says, or the session that it shows */
};

struct vendor_code {
    uint16_t code;                 /* as the device says it; of a level its bit, from 0 */
    bool is_low;                   /* a level that is 0 while the key is held */
    struct vendor_key press, hold; /* hold: of a long press of a level */
};

/* What is read in every pulse: `count` registers or bits from `address` on, all of them in one answer. */
struct vendor_read {
    uint8_t function;
    uint16_t address, count;
    uint16_t
        room; /* so many may be read from there on, so that two questions can differ in length */
    bool has_boots, has_argument;
    uint16_t boots;
    uint16_t events, ring, entries, stride; /* VENDOR_COUNTER: newest entry first */
    bool is_byte;                           /* its count goes from 255 to 0 */
    uint16_t code, argument; /* VENDOR_CLEAR; `argument` of a counter: behind the code */
    uint8_t clear_function;
    uint16_t repeat_ms; /* the same code so soon after it was cleared is the same press */
    uint16_t bounce_ms, long_ms;
};

/* Who it is, read once when it comes. */
struct vendor_identity {
    bool is_there, has_kind, has_firmware, has_serial;
    uint8_t function;
    uint16_t address, count;
    uint16_t kind, kind_is, firmware, serial;
};

enum vendor_value {
    VALUE_CONSTANT,
    VALUE_TICKET,
    VALUE_PREFIX,
    VALUE_NUMBER,
    VALUE_WAITING,
    VALUE_LAMP,
    VALUE_ANSWER,
    VALUE_ANSWERED,
    VALUE_STATE,
    VALUE_SESSION,
    VALUE_STARS,
    VALUE_STAFF,
    VALUE_NAME,
    VALUE_TEXT,
    VALUE_STYLE,
    VALUE_REVISION,
    VALUE_ENABLED,
    VALUE_KEY_WAITING, /* people waiting behind one key of a dispenser */
    VALUE_COUNT
};

enum vendor_as {
    AS_NUMBER,
    AS_BCD,    /* four digits a register */
    AS_DIGITS, /* one digit a register */
    AS_ASCII,  /* text, two bytes a register; what is no ASCII becomes '?' */
    AS_GBK,
    AS_TABLE, /* a number for each state */
    AS_BITS,  /* each bit is on in some states */
    AS_MASK   /* bit 0 of the value into the first coil, and so on */
};

struct vendor_step {
    uint8_t function;        /* WRITE_COIL .. WRITE_HOLDING */
    uint16_t address, count; /* registers or coils */
    bool is_joined;          /* goes out in one request with the step before it */
    enum vendor_value value;
    enum vendor_as as;
    uint16_t constant, scale, key, line, digits;
    bool has_none;
    uint16_t none; /* while there is no ticket: in every register of AS_NUMBER and AS_DIGITS */
    bool is_low_word_first, is_low_byte_first;
    uint8_t pad;                    /* behind a text */
    uint32_t bits[VENDOR_BITS_MAX]; /* AS_BITS: of each the set of its states */
    uint16_t table[VENDOR_STATES_MAX];
};

struct vendor_map {
    enum role role; /* ROLE_NONE: the profile is one of the reference map */
    enum vendor_reading reading;
    struct vendor_read read;
    struct vendor_identity identity;
    uint16_t write_max, pause_ms, refresh_s;
    bool is_never_read_back;
    bool has_identify;
    uint8_t identify_function;
    unsigned code_count, step_count;
    struct vendor_code codes[VENDOR_CODES_MAX];
    struct vendor_step steps[VENDOR_STEPS_MAX];
};

#endif
