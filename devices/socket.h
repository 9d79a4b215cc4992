/*
 * A TCP connection to a serial server or gateway. The host is a number or a name, which is looked up anew each time. A
 * connection that is half open is given up by the kernel after 5 s (ETIMEDOUT), also while nothing is asked.
 */
#ifndef DEVICES_SOCKET_H
#define DEVICES_SOCKET_H

#include <netdb.h>
#include <stddef.h>
#include <stdint.h>

/* Where `target` (as below) is, in the order to try it; freed with freeaddrinfo. NULL with `what`. */
struct addrinfo *socket_look_up(const char *target, int stop_fd, int64_t deadline_us, char *what,
                                size_t size);
/* `target` is HOST:PORT, or [HOST]:PORT for IPv6. The non-blocking descriptor, or -1 with `what`. */
int socket_open(const char *target, int stop_fd, int64_t deadline_us, char *what, size_t size);
/*
 * The first of these addresses that takes a connection, in their order; each that is left has an equal part of the time
 * that is left, so that one which swallows all does not keep the next from its turn. -1 with errno, the last one's.
 */
int socket_connect_any(const struct addrinfo *found, int stop_fd, int64_t deadline_us);

#endif
