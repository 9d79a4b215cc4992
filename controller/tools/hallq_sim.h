/* What hallq-sim does unless it is told otherwise, and what it says of its options. */
#ifndef CONTROLLER_TOOLS_HALLQ_SIM_H
#define CONTROLLER_TOOLS_HALLQ_SIM_H

#include <stdio.h>

enum {
    PER_WINDOW = 18, /* citizens in a busy hour, for each window */
    SPEED_MAX = 1000,
    ANSWER_US = 2000,
    SPEAK_MS = 200 /* a voice's character */
};

void hallq_sim_print_help(FILE *out);

#endif
