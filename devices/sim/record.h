/*
 * What the simulated hall's people saw and did, one JSON line each, flushed at once. Of one thread: whoever runs the
 * people writes it, so that a slow reader never holds up a bus.
 */
#ifndef DEVICES_SIM_RECORD_H
#define DEVICES_SIM_RECORD_H

#include <stdint.h>
#include <stdio.h>

#include "devices/sim/hall.h"
#include "protocol/json.h"

enum { SIM_RECORD_SIZE = 16384 };

struct sim_record {
    FILE *out;
    int64_t began_us; /* CLOCK_MONOTONIC of t = 0 */
    struct json_writer writer;
    char line[SIM_RECORD_SIZE];
};

void sim_record_init(struct sim_record *record, FILE *out, int64_t began_us);
/* {"t":... and the writer for what follows; sim_record_end closes and writes the line. */
struct json_writer *sim_record_begin(struct sim_record *record, int64_t at_us);
void sim_record_end(struct sim_record *record);

/* Text of a slip or board as UTF-8; `size` of twice the bytes always does. */
void sim_record_sight(struct sim_record *record, const struct sim_hall *hall,
                      const struct sim_sight *sight);
/* {"show":DEVICE,...}: the meaning of a device's registers. */
void sim_record_device(struct sim_record *record, const struct sim_device *device, int64_t now_us);
/* The prefix and number registers of a terminal; none gives prefix "". */
struct ticket_no sim_record_ticket(uint16_t prefix, uint16_t number);

#endif
