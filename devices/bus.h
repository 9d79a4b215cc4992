/*
 * A bus: one line, one thread, its devices. Gets images, gives reports; knows nothing of the hall's rules.
 * The thread blocks only in the line; it is told of new images by a mailbox per device (the newest wins) and tells by
 * the callback. A line that is missing or vanishes is tried again for ever; opening a bus never fails for that.
 */
#ifndef DEVICES_BUS_H
#define DEVICES_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/image.h"
#include "protocol/key.h"
#include "protocol/limits.h"
#include "protocol/words.h"

struct profile; /* devices/profile.h */

enum { PORT_SIZE = 256, BUS_DEVICES_MAX = 64 };

struct line_settings {
    char port[PORT_SIZE]; /* "/dev/ttyUSB0", "usb:SERIAL", "usb:1-1.3", "tcp:HOST:PORT" */
    uint32_t baud;        /* one of the rates that termios knows, 1,200..921,600 */
    uint8_t data_bits, stop_bits;
    char parity; /* 'N', 'E', 'O' */
};

struct device_config {
    char id[NAME_SIZE];
    enum role role;
    /* 1..247; a caller and a rater of an ff68 bus may share one; 0 where the protocol has none */
    uint8_t address;
    const struct profile *profile; /* borrowed for the bus's life */
    uint16_t width, height;        /* boards: pixels; 0 not said */
};

struct bus_config {
    char id[NAME_SIZE];
    enum bus_protocol protocol;
    struct line_settings line;
    unsigned device_count;
    struct device_config devices[BUS_DEVICES_MAX];
};

/* `report` is called on the bus's thread, must not block, and copies what it keeps. */
struct bus_callbacks {
    void (*report)(void *context, const struct device_report *report);
    void (*log)(void *context, int level /* syslog's */, const char *text);
    void *context;
};

enum { LATENCY_BUCKETS = 24 }; /* bucket i: answers under 2^i * 100 us */

struct device_stats {
    bool is_online, is_faulted;
    uint64_t requests, answers, timeouts, crc_errors,
        misfits;            /* misfit: wrong address, function, length, or late */
    uint64_t images;        /* images that the device was brought to show */
    int64_t last_answer_us; /* CLOCK_MONOTONIC, 0 never */
    uint32_t latency[LATENCY_BUCKETS];
    uint64_t latency_us;       /* the sum of all of them */
    uint64_t longest_pause_us; /* between two answers running, while it was online */
    uint16_t firmware;
    uint32_t serial;
    char what[WHAT_SIZE]; /* why it is offline or faulted; "not able to identify"; "" all is well */
};

struct bus_stats {
    bool is_up;
    bool is_ill;             /* up, and something is wrong with its wiring or settings: `what` */
    char what[WHAT_SIZE];    /* why it is down; what is wrong with it (devices/diagnosis.h); ... */
    uint64_t busy_us;        /* wire time used (frames and silence) ... */
    uint64_t since_us;       /* ... since the thread began, CLOCK_MONOTONIC */
    uint64_t busy_minute_us; /* the same of the last minute, */
    uint64_t minute_us;      /* or of so long as the bus lives, if that is less */
    uint64_t stray_bytes;
    uint64_t crc_errors; /* frames that could not be read and are no answers: nobody knows whose */
    unsigned device_count;
    struct device_stats devices[BUS_DEVICES_MAX]; /* in the config's order */
};

struct bus;
/* Takes a copy of `config`. NULL only when no memory or thread can be had. */
struct bus *bus_open(const struct bus_config *config, const struct bus_callbacks *callbacks);
/* Stops the thread within 200 ms and closes the line; no callback after it returns. */
void bus_close(struct bus *bus);
/* Puts the device's image into its mailbox (any thread; never blocks longer than a copy). `device` = place in the config. */
void bus_show(struct bus *bus, unsigned device, const struct image *image);
/* A copy of the counters, any thread. */
void bus_read_stats(struct bus *bus, struct bus_stats *stats);

#endif
