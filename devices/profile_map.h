/*
 * The inside of a profile, for the drivers of this folder. All are register addresses as on the wire unless named
 * otherwise. Immutable once read.
 */
#ifndef DEVICES_PROFILE_MAP_H
#define DEVICES_PROFILE_MAP_H

#include <stdint.h>

#include "devices/ff68_codes.h"
#include "devices/profile.h"
#include "devices/vendor_map.h"
#include "protocol/key.h"
#include "protocol/words.h"

enum {
    STAFF_REGISTERS = 4,
    STAFF_NAME_REGISTERS = 8,
    BOARD_TEXT_REGISTERS = 64,
    JOB_TEXT_REGISTERS = 100,
    QR_REGISTERS = 64,
    RING_REGISTERS = 16 /* eight entries of code and argument */
};

struct input_map {
    uint16_t kind, map, firmware, serial, boots, status, events, done, result, ring;
};

struct dispenser_map {
    uint16_t kind;    /* value of the register `kind` */
    uint16_t enabled; /* 2, low word first */
    uint16_t waiting; /* 32, right behind */
    uint16_t job;
    uint16_t text; /* length, then 100 */
    uint16_t qr;   /* length, then 64 */
};

struct terminal_map {
    uint16_t kind, prefix, number, waiting, lamp, answer, answered;
};

struct keypad_map {
    uint16_t kind, state, session, stars, staff, name;
};

struct board_map {
    uint16_t kind, revision, style, length, text;
};

struct unit_map {
    uint16_t kind;
    struct terminal_map terminal;
    struct keypad_map keypad;
    struct board_map board;
};

/* Key codes as the device sends them. */
struct code_map {
    uint16_t ticket, check_in;
    uint16_t grade, reason, of_unit;
    uint16_t terminal[KEY_PIN + 1]; /* at enum terminal_key */
};

struct profile {
    char name[NAME_SIZE];
    uint16_t answer_ms, read_max, map;
    struct input_map input;
    uint16_t identify; /* 0: these devices can't show which one they are */
    struct dispenser_map dispenser;
    struct terminal_map terminal;
    struct keypad_map keypad;
    struct board_map board;
    struct unit_map unit;
    struct code_map codes;
    /* Of another maker's map. It has a role, then, and nothing between here and `map` is filled in but `identify`. */
    struct vendor_map vendor;
    bool is_unasked;        /* of devices without registers: of the rest it has the name alone */
    struct ff68_codes ff68; /* what such devices say; of a profile with registers: the usual */
};

struct span {
    uint16_t address, count;
};

/* What the register `kind` says of a device of this role; 0: the profile has no such role. */
uint16_t profile_kind(const struct profile *profile, enum role role);
/* The shortest read that tells boots, status, key events, done and result. */
struct span profile_pulse(const struct profile *profile);
/* The shortest read that tells kind, map, firmware and serial. */
struct span profile_identity(const struct profile *profile);
/* All input registers, the ring at its end. */
struct span profile_baseline(const struct profile *profile);
/* The registers that one write of a terminal's, a keypad's image covers. */
struct span terminal_span(const struct terminal_map *map);
struct span keypad_span(const struct keypad_map *map);

#endif
