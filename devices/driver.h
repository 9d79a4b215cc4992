/*
 * A protocol on a bus: what its driver must bring, and what the bus gives it. The bus (bus.c) owns thread, line,
 * mailboxes and counters; a driver owns its devices' states and says on the line what they need. One table a protocol;
 * all of it is called on the bus's thread.
 */
#ifndef DEVICES_DRIVER_H
#define DEVICES_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/line.h"
#include "protocol/image.h"

/* The bus's side, for its driver. Everything is borrowed for the bus's life. */
struct link {
    const struct bus_config *config;
    const struct bus_callbacks *callbacks;
    struct line *line; /* open between `rise` and `fall` */
    struct bus *bus;   /* for the functions below alone */
};

struct driver {
    size_t size; /* bytes of the driver's state; zeroed before `init` */
    /* Once, before anything else. */
    void (*init)(void *state, struct link *link);
    /* The line was opened. False: no memory, it is tried again later. */
    bool (*rise)(void *state);
    /* The line is lost, or the bus ends (`is_end`): frees what `rise` took; a lost line is told for each device. */
    void (*fall)(void *state, bool is_end, int64_t now_us);
    /* A device's newest image; also while the line is down. */
    void (*show)(void *state, unsigned device, const struct image *image, int64_t now_us);
    /*
     * One exchange, or a wait until something falls due (link_wait, link_listen); no longer than about a second.
     * HALL_OK; HALL_GONE: the line is lost and its `what` says why; HALL_BUSY: the bus is to stop.
     */
    enum hall_error (*step)(void *state);
};

/* NULL: of PROTOCOL_NONE, which no config gives. */
const struct driver *driver_of(enum bus_protocol protocol);
const char *driver_word(enum bus_protocol protocol);

/* Waits for `until_us` or mail. False when the bus is to stop. */
bool link_wait(struct link *link, int64_t until_us);
/* The same to the microsecond, as far as the system allows, for pauses that end with a request. */
bool link_wait_exactly(struct link *link, int64_t until_us);
/* The same, and ends as soon as the line has bytes or has hung up. */
bool link_listen(struct link *link, int64_t until_us);
/* The counters, locked until link_unlock: copy figures in, do nothing else meanwhile. */
struct bus_stats *link_lock(struct link *link);
void link_unlock(struct link *link);
/*
 * Under link_lock: the device answered now, `took_us` after it was asked. Before `is_online` is set anew: the pause since
 * its last answer counts where it was online then.
 */
void link_count_answer(struct device_stats *stats, int64_t took_us);
/* A warning about the whole line, shown with the bus's counters and logged: "echo: ...". */
void link_warn(struct link *link, const char *what);
/* What was warned of is over. */
void link_clear(struct link *link);

#endif
