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
    /*
     * A command that was well-formed. `reply` is a number to give back with uplink_answer. An expired one is only asked
     * for its answer, should it have been done in time; else it is given back with uplink_expired. The others are answered
     * by the uplink itself, and counted.
     */
    void (*command)(void *context, const struct command *command, bool is_expired, uint64_t reply);
    int64_t (*now_ms)(void *context); /* the wall clock: compared with other machines' */
    void (*log)(void *context, int level, const char *text);
};

/* Asked for, not told: however fast a broker acknowledges or commands pour in, nobody's inbox fills with it. */
struct uplink_stats {
    bool is_connected;    /* the broker took us and has acknowledged a message since */
    char what[WHAT_SIZE]; /* why not connected; "" while the first try runs, and while connected */
    uint64_t acknowledged_seq; /* every event up to it is at the broker */
    uint64_t published, commands, reconnects;
    uint64_t refused; /* commands that the uplink refused itself; the last one: */
    char refused_name[WORD_SIZE];
    enum reason refused_reason;
    uint32_t ack_p50_us, ack_p99_us; /* publish to PUBACK, recent */
};

/* Where the journal stands when the uplink begins. */
struct uplink_range {
    uint32_t era;
    uint64_t first, cursor, last;
};

/* NULL when no thread or memory can be had. The journal is read from config->store_path; `config` is not kept. */
struct uplink *uplink_open(const struct config *config, const struct uplink_range *range,
                           const struct uplink_callbacks *callbacks);
/*
 * Publishes what it can within 1 s, says offline, disconnects, and returns how far the broker has acknowledged. A thread
 * that hangs in the resolver for over 3 s is left behind with its memory: the program ends.
 */
uint64_t uplink_close(struct uplink *uplink);
/* Any thread: the journal ends at `last` now; it never goes back. */
void uplink_advance(struct uplink *uplink, uint64_t last);
/* Any thread: the newest retained states; copied whole (300 KB), sent as far as they changed, once a second at most. */
void uplink_show(struct uplink *uplink, const struct snapshot *snapshot);
/* Any thread. An answer whose connection has broken since is dropped: the asker repeats with the same id. */
void uplink_answer(struct uplink *uplink, uint64_t reply, const struct answer *answer);
/* Any thread. The refusal of an expired command that was never done; counted like the uplink's own. */
void uplink_expired(struct uplink *uplink, uint64_t reply, const struct command *command);
void uplink_read_stats(struct uplink *uplink, struct uplink_stats *stats);

#endif
