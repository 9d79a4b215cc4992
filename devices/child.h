/*
 * One run of a program: its input written, its end waited for with a time limit. It runs in a process group of its own,
 * and whatever of that group is left at its end, over time or when the owner stops, is killed. Used by one thread that
 * may wait; takes no signals and no SIGCHLD.
 */
#ifndef DEVICES_CHILD_H
#define DEVICES_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct child_order {
    char *const *arguments; /* NULL-ended; the first is looked for on PATH */
    const char *input;      /* for its standard input, at most 4,096 bytes; then the input ends */
    const char *setting;    /* "NAME=value", added to its environment */
    uint32_t limit_ms;
    int stop_fd; /* readable: the owner stops, the program is killed at once */
};

enum child_end {
    CHILD_WELL, /* exit status 0 */
    CHILD_BAD, /* anything else; `what` says what: not found, its exit status and the last line of its complaints */
    CHILD_OVER_TIME, /* killed; `what` says so */
    CHILD_STOPPED    /* killed, for the owner stops */
};

/* Blocks until the program is over, at most limit_ms and a second; `what` holds `size` bytes. */
enum child_end child_run(const struct child_order *order, char *what, size_t size);
/* Whether the program could be run now; if not, `what` says why. */
bool child_exists(const char *program, char *what, size_t size);

#endif
