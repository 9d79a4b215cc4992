/*
 * Single steps for tests: lines such as `press terminal-1 1`, each answered by at least one JSON line. Of the thread
 * that writes the record.
 */
#ifndef DEVICES_SIM_CONTROL_H
#define DEVICES_SIM_CONTROL_H

#include <stdbool.h>

#include "devices/sim/hall.h"
#include "devices/sim/record.h"
#include "devices/sim/rng.h"

struct sim_control {
    struct sim_hall *hall;     /* borrowed */
    struct sim_record *record; /* borrowed */
    struct sim_rng rng;        /* for `faults drawn` */
    bool is_at_rest;           /* `people off`: they look on and do nothing */
};

/* What a line may be, for --help. */
extern const char SIM_CONTROL_HELP[];
/* Obeys one line (without its end). False: it was `quit`. A line that is no command is answered {"error":...}, on stderr too. */
bool sim_control_obey(struct sim_control *control, const char *line);

#endif
