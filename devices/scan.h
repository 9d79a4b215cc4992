/*
 * Finds the devices on a line that nobody else uses: asks every address at every given rate for its identity, kindly
 * (t3.5 kept, one question each, a second one when something unreadable came). Blocking; for a tool, not for hallqd.
 * Most addresses are nobody's, so each is waited for briefly. A device that thinks longer is not missed: its answer
 * disturbs a later question, and then the addresses asked last are asked again with all the patience of the map.
 */
#ifndef DEVICES_SCAN_H
#define DEVICES_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bus.h"
#include "protocol/words.h"

enum { SCAN_BAUDS_MAX = 16 };

struct scan_options {
    struct line_settings line; /* its baud is not used */
    unsigned baud_count;
    uint32_t bauds[SCAN_BAUDS_MAX];
    uint8_t first, last;           /* addresses, 1..247 */
    const struct profile *profile; /* where the identity stands; NULL = the reference profile */
};

struct scan_found {
    uint32_t baud;
    uint8_t address;
    bool is_refused; /* a Modbus device that does not know these registers: the rest is 0 */
    bool
        is_unclear; /* something answered unreadably twice: two devices of one address, or a wrong parity */
    uint16_t kind, map, firmware;
    uint32_t serial;
};

struct scan_callbacks {
    void (*found)(void *context, const struct scan_found *found);
    /* Before each question: `done` of `total`. False stops the scan. May be NULL. */
    bool (*progress)(void *context, uint32_t baud, uint8_t address, unsigned done, unsigned total);
    void *context;
};

/*
 * Returns HALL_OK when all was asked or the caller stopped it, HALL_INVALID for a rate that no line has, HALL_IO when
 * the line can't be opened, HALL_GONE when it was lost; `what` (WHAT_SIZE bytes) then says why. Silent addresses take
 * the wire time of one question and answer + 20 ms each. Who answers late is found a little out of order.
 */
enum hall_error scan_line(const struct scan_options *options,
                          const struct scan_callbacks *callbacks, char *what);

#endif
