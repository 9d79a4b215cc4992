/*
 * What all devices of other makers have in common, however their keys are read: who they are, coming and staying,
 * presses under the codes of the reference map, and which session a keypad showed when it was pressed. On the bus's
 * thread.
 */
#ifndef DEVICES_VENDOR_H
#define DEVICES_VENDOR_H

#include "devices/reading.h"

enum { VENDOR_PRESSES_MAX = VENDOR_LEVELS_MAX, STUCK_US = 60000000 };

/* A press as the device told it. `key` NULL: its code is not in the profile. */
struct vendor_press {
    const struct vendor_key *key;
    uint16_t code, argument;
    bool has_argument; /* the device named one */
};

bool vendor_ask(struct device *device, enum ask ask, int64_t now_us, struct rtu_request *request);
void vendor_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                 const struct rtu_result *result);
void vendor_make(struct device *device);
/* The value at this register, of those that were read. */
uint16_t vendor_at(const struct device *device, const uint16_t *values, uint16_t address);
/* What a code means; NULL: it is not in the profile. */
const struct vendor_key *vendor_key_of(const struct vendor_map *map, uint16_t code);
/* Counts and reports presses of one reading, the oldest first. */
void vendor_report(struct device *device, const struct vendor_press *presses, unsigned count,
                   int64_t now_us);
/*
 * Presses of before the device came: who pressed has given up. A keypad's are told as old, for its session may still be
 * open; a terminal's newest is answered 5.
 */
void vendor_report_old(struct device *device, const struct vendor_press *presses, unsigned count,
                       int64_t now_us);
/* show.c: a part's write begins, and all of a device's image is shown. They keep the session that a keypad shows. */
void vendor_note_write(struct device *device);
void vendor_note_shown(struct device *device);

#endif
