/*
 * A TCP connection to a serial server or gateway. The host is a number or a name, which is looked up anew each time. A
 * connection that is half open is given up by the kernel after 5 s (ETIMEDOUT), also while nothing is asked.
 */
#ifndef DEVICES_SOCKET_H
#define DEVICES_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/* `target` is HOST:PORT, or [HOST]:PORT for IPv6. The non-blocking descriptor, or -1 with `what`. */
int socket_open(const char *target, int stop_fd, int64_t deadline_us, char *what, size_t size);

#endif
