/* The status words that devices share, as a person reads them. Pure. */
#ifndef DEVICES_STATUS_H
#define DEVICES_STATUS_H

#include <stddef.h>
#include <stdint.h>

/* "paper low, cover open"; bits that have no name as "status 0200"; "" for none. `size` at least WHAT_SIZE. */
void status_text(uint16_t status, char *what, size_t size);

#endif
