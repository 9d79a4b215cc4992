/* Listening sockets from "127.0.0.1:8080", "[::1]:8080" or "0.0.0.0:80" (numbers only: no name is ever looked up). */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"

/* HALL_INVALID: `text` is not an address with a port. `host` holds 64 bytes. */
enum hall_error listen_parse(const char *text, char *host, uint16_t *port);
/*
 * A bound, listening, non-blocking descriptor. HALL_INVALID (form), HALL_BUSY (taken), HALL_IO: `fault` (WHAT_SIZE)
 * says what.
 */
enum hall_error listen_open(const char *text, int *fd, char *fault);
/* The port that a listening descriptor got (port 0 asks the system for a free one); 0 unknown. */
uint16_t listen_port(int fd);

#endif
