/*
 * Who holds a serial line that is locked against a second user (flock): found in /proc/locks, so that an error can name
 * the program to stop. Linux only; where /proc is hidden nobody is found, which is no error.
 */
#ifndef DEVICES_HOLDER_H
#define DEVICES_HOLDER_H

#include <stdbool.h>

enum { HOLDER_NAME_SIZE = 32 };

struct holder {
    int process;
    char name[HOLDER_NAME_SIZE]; /* the program's, as ps shows it */
};

/* False: nobody holds it, or nobody can be seen. `path` is a device's own or a symlink to it. */
bool holder_find(const char *path, struct holder *holder);

#endif
