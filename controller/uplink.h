/*
 * The way to the back office: MQTT 5 or 3.1.1 with a loop of our own over libmosquitto (its threaded loop never comes
 * back over TLS). One thread. It reads the journal through its own read-only connection from the cursor on, keeps at most
 * the window in flight, and reports acknowledgements; it gives commands and takes answers. Holes never, duplicates after
 * a crash may be.
 */
#ifndef CONTROLLER_UPLINK_H
#define CONTROLLER_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "controller/config.h"
#include "protocol/command.h"

struct uplink;

/* Called on the uplink's thread; must not block; copies what it keeps. */
struct uplink_callbacks {
    void *context;
    void (*acknowledged)(void *context, uint64_t seq); /* every event up to seq is at the broker */
    void (*connected)(void *context, bool is_connected, const char *what);
    /*
     * A command that was well-formed and in time. `reply` is a number to give back with uplink_answer. Malformed ones
     * are answered by the uplink itself; refusals are counted by `refused`.
     */
    void (*command)(void *context, const struct command *command, uint64_t reply);
    void (*refused)(void *context, const char *name, enum reason reason);
    int64_t (*now_ms)(void *context); /* hall time */
    void (*log)(void *context, int level, const char *text);
};

struct uplink_stats {
    bool is_connected;
    uint64_t published, acknowledged_seq, commands, refused, reconnects;
    uint32_t ack_p50_us, ack_p99_us; /* publish to PUBACK, recent */
};

/* Where the journal stands when the uplink begins. */
struct uplink_range {
    uint32_t era;
    uint64_t first, cursor, last;
};

/* NULL when no thread can be had. The journal is read from config->store_path; `config` is borrowed for its life. */
struct uplink *uplink_open(const struct config *config, const struct uplink_range *range,
                           const struct uplink_callbacks *callbacks);
/* Publishes what it can within 1 s, says offline, disconnects. */
void uplink_close(struct uplink *uplink);
/* Any thread: the journal ends at `last` now. */
void uplink_advance(struct uplink *uplink, uint64_t last);
/* Any thread: the newest retained states; copied as far as they changed, sent at most once a second each. */
void uplink_show(struct uplink *uplink, const struct snapshot *snapshot);
void uplink_answer(struct uplink *uplink, uint64_t reply, const struct answer *answer);
void uplink_read_stats(struct uplink *uplink, struct uplink_stats *stats);

#endif
