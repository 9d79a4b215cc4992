/*
 * Who has a line, so that an error can name the program to stop: of a serial port who locked it (flock, in /proc/locks),
 * of a serial server which program of this machine is connected to it (/proc/net/tcp; nobody locks a socket). Linux only;
 * where /proc is hidden nobody is found, which is no error.
 */
#ifndef DEVICES_HOLDER_H
#define DEVICES_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum { HOLDER_NAME_SIZE = 32 };

struct holder {
    int process;                 /* 0: of another user, who must be root to see it */
    char name[HOLDER_NAME_SIZE]; /* the program's, as ps shows it; "a program" when unknown */
};

/*
 * False: nobody holds it, or nobody can be seen. `path` is a device's own, a symlink to it, or tcp:HOST:PORT, whose name
 * is looked up for 2 s at most.
 */
bool holder_find(const char *path, struct holder *holder);
/* "tcp:10.0.0.7:4001: in use by hallqd (process 812)" */
void holder_say(const struct holder *holder, const char *path, char *what, size_t size);

#endif
