/* The counters of all buses and devices, summed and written as JSON members. Any thread. */
#ifndef DEVICES_SIM_TALLY_H
#define DEVICES_SIM_TALLY_H

#include "devices/sim/hall.h"
#include "protocol/json.h"

/* Into the object that is open in `writer`. */
void sim_tally_write(struct json_writer *writer, const struct sim_hall *hall);

#endif
