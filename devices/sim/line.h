/*
 * What stands where the config says the serial adapter is: a pseudo-terminal with a symlink at the port's path (never in
 * the place of anything that is not a symlink), or for "tcp:ADDRESS:PORT" a listening socket, one client at a time, of
 * whom the newest counts. Not locked; of one thread at a time.
 */
#ifndef DEVICES_SIM_LINE_H
#define DEVICES_SIM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_PORT_SIZE = 256, SIM_WHY_SIZE = 400 };

struct sim_line {
    char port[SIM_PORT_SIZE];
    bool is_open;
    char terminal[64]; /* /dev/pts/N, "" of a socket */
    int master_fd; /* the bytes' way; -1 while it is pulled out or nobody is connected; non-blocking */
    int slave_fd;  /* kept open, so that the master's coming and going is no hang-up */
    int listen_fd; /* -1 of a pseudo-terminal */
};

/* Whether the port is a socket. */
bool sim_line_is_network(const char *port);
/* Makes the line. False: `why` (SIM_WHY_SIZE) says in one line what stands against it. */
bool sim_line_open(struct sim_line *line, const char *port, char *why);
/* Hangs up and removes the symlink, if it is still ours. */
void sim_line_close(struct sim_line *line);
/* Takes the client that knocked, in the place of the one before. True when there was one. */
bool sim_line_accept(struct sim_line *line);
/* What came, without waiting; 0 nothing. A client that left makes room for the next. */
size_t sim_line_read(struct sim_line *line, uint8_t *bytes, size_t size);
/* False when nobody takes the bytes. */
bool sim_line_write(struct sim_line *line, const uint8_t *bytes, size_t length);

#endif
