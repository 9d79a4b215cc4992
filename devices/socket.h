/*
 * A TCP connection to a serial server that carries a line's bytes as they are. The host is given as a number or
 * "localhost": looking up a name may block for many seconds, and a bus must stop within 200 ms.
 */
#ifndef DEVICES_SOCKET_H
#define DEVICES_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/* `target` is HOST:PORT, or [HOST]:PORT for IPv6. The non-blocking descriptor, or -1 with `what`. */
int socket_open(const char *target, int stop_fd, int64_t deadline_us, char *what, size_t size);

#endif
