/*
 * The termios part of a line: opens a tty raw at the wanted rate and checks what the driver really took. Rates are from
 * a table, since the C library's speeds are no numbers; a pseudo-terminal drops parity, which is a warning.
 */
#ifndef DEVICES_SERIAL_H
#define DEVICES_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bus.h"

/* A message of the opening: `what` when it failed, `warning` when something was not taken. */
struct serial_says {
    char *what;
    size_t what_size;
    char *warning;
    size_t warning_size;
};

/* The descriptor (non-blocking, close-on-exec, locked against a second user), or -1 with `what`. */
int serial_open(const char *path, const struct line_settings *settings,
                const struct serial_says *says);
bool serial_knows_baud(uint32_t baud);

#endif
