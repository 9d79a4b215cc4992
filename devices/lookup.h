/*
 * The addresses of a host's name, without waiting for ever: the system's resolver may block for half a minute, and a bus
 * must stop within 200 ms. Each lookup has a small thread of its own; one that is not done in time is left to itself and
 * frees what it has. Any thread.
 */
#ifndef DEVICES_LOOKUP_H
#define DEVICES_LOOKUP_H

#include <netdb.h>
#include <stddef.h>
#include <stdint.h>

enum { LOOKUPS_MAX = 16, LOOKUP_HOST_SIZE = 128, LOOKUP_PORT_SIZE = 16 };

/*
 * The addresses for a stream to HOST at PORT (a number), to be freed with freeaddrinfo; NULL with `what`. Numbers are
 * taken at once. A name waits until `deadline_us` or until `stop_fd` is readable. No more than LOOKUPS_MAX are under way
 * in a program.
 */
struct addrinfo *lookup_host(const char *host, const char *port, int stop_fd, int64_t deadline_us,
                             char *what, size_t size);

#endif
