/*
 * A pseudo-terminal that stands where the config says the serial adapter is: a symlink at the port's path. Never
 * replaces anything that is not a symlink. Not locked; of one thread at a time.
 */
#ifndef DEVICES_SIM_LINE_H
#define DEVICES_SIM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_PORT_SIZE = 256, SIM_WHY_SIZE = 400 };

struct sim_line {
    char port[SIM_PORT_SIZE];
    char terminal[64]; /* /dev/pts/N */
    int master_fd;     /* -1 while it is pulled out; non-blocking */
    int slave_fd;      /* kept open, so that the master's coming and going is no hang-up */
};

/* Makes the pseudo-terminal, raw, and its symlink. False: `why` (SIM_WHY_SIZE) says in one line what stands against it. */
bool sim_line_open(struct sim_line *line, const char *port, char *why);
/* Hangs up and removes the symlink, if it is still ours. */
void sim_line_close(struct sim_line *line);

#endif
