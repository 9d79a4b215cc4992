/* The hall's side of the buses from inside: of wires.c, and of wires_health.c, which reads the counters. */
#ifndef CONTROLLER_WIRES_PRIVATE_H
#define CONTROLLER_WIRES_PRIVATE_H

#include "controller/card.h"
#include "controller/slip.h"
#include "controller/wires.h"

enum {
    ALL_DEVICES = BUSES_MAX * BUS_DEVICES_MAX,
    INDEX_SIZE = 2 * ALL_DEVICES, /* a power of two: half of it stays empty */
    NOWHERE = UINT16_MAX
};

struct shown {
    struct image image;
    bool is_sent;
    struct key_answer answer, keypad_answer;
    uint16_t identify_s, identify_count;
    struct slip slip;
    struct side side;          /* of a dispenser, and of a printer */
    struct announce *announce; /* owned; a voice's, else NULL */
};

struct wires {
    const struct config *config;
    struct inbox *inbox;
    void (*log)(void *context, int level, const char *text);
    struct card card;
    struct announce_counts counts;
    struct bus *buses[BUSES_MAX];   /* NULL: got no thread */
    struct shown *memory;           /* of ALL_DEVICES */
    struct shown *shown[BUSES_MAX]; /* of each bus, BUS_DEVICES_MAX places in `memory` */
    uint16_t index[INDEX_SIZE];     /* by the hash of the id: its place, or NOWHERE */
    uint16_t now_of[ALL_DEVICES];   /* scratch: where the snapshot has the device */
    struct bus_stats stats;         /* scratch: read one bus at a time */
};

/* A device's place: bus * BUS_DEVICES_MAX + device. NOWHERE: no such. */
unsigned wires_find(const struct wires *wires, const char *id);
struct shown *wires_shown_at(struct wires *wires, unsigned place);
const struct device_config *wires_config_at(const struct wires *wires, unsigned place);
const struct device_place *wires_place_at(const struct wires *wires, unsigned place);

#endif
