/* The hall thread's whole state, shared by loop.c (epoll, open, close), round.c (a batch of inputs) and doors.c. */
#ifndef CONTROLLER_LOOP_PRIVATE_H
#define CONTROLLER_LOOP_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "controller/clock.h"
#include "controller/config.h"
#include "controller/control.h"
#include "controller/inbox.h"
#include "controller/ledger.h"
#include "controller/loop.h"
#include "controller/uplink.h"
#include "controller/wires.h"
#include "controller/worker.h"
#include "web/server.h"

enum {
    INBOX_CAPACITY = 2048,
    ROUND_ITEMS = 256,  /* inputs of one batch */
    RETRIES_MAX = 256,  /* device reports kept while the journal can't be written: oldest dropped */
    REPLAY_ITEMS = 100, /* events of one answer to events.replay */
    REPLAY_BYTES = 1024 * 1024,
    TIDY_MS = 1000
};

/* Somebody who waits for the commit to hear how it went. */
struct waiter {
    enum { WAITER_PRESS, WAITER_COMMAND, WAITER_REPORT } kind;
    struct device_report report; /* press or report */
    enum origin origin;
    uint64_t ticket;
    struct answer answer; /* first_seq and event_count tell what must be durable */
};

struct loop {
    struct config *config; /* the rules and texts in force */
    struct config *
        wires_config; /* what the buses were opened with; the same unless a reload left the wires alone */
    struct clock clock;
    struct inbox *inbox;
    struct worker *worker;
    struct ledger *ledger;
    struct wires *wires;
    struct web *web; /* NULL: the pages could not be opened, never after loop_open */
    struct control *control;
    struct uplink *uplink; /* NULL without mqtt */
    struct uplink_stats uplink_stats;
    struct snapshot *snapshot;
    int epoll_fd, signal_fd;
    bool is_ending;
    bool is_saved; /* the last commit went well */
    bool is_uplink_connected;
    char uplink_what[WHAT_SIZE];
    bool shows_change; /* the snapshot must be made anew */
    int64_t tidied_ms; /* CLOCK_MONOTONIC */
    unsigned waiter_count;
    struct waiter waiters[ROUND_ITEMS];
    unsigned retry_count;
    struct device_report retries[RETRIES_MAX];
    /* Presses that counted for nobody since the device's last rating.ignored: bus * BUS_DEVICES_MAX + device. */
    uint32_t dropped[BUSES_MAX * BUS_DEVICES_MAX];
    uint64_t commits, commit_failures, presses;
    uint32_t
        refused_count; /* commands refused before they came to the hall, not yet written down */
    char refused_name[WORD_SIZE];
    enum reason refused_reason;
    int64_t refused_ms;
    char *replay_items; /* REPLAY_BYTES: one answer to events.replay at a time */
};

/* doors.c: what web, control and uplink may ask. */
enum hall_error doors_open(struct loop *loop, char *fault);
void doors_close(struct loop *loop);
/* Takes a command that the core does not decide (events.replay, device.*); false: the core's. */
bool doors_take(struct loop *loop, const struct command *command, struct answer *answer);
/* Hands a finished answer to whoever asked. */
void doors_answer(struct loop *loop, enum origin origin, uint64_t ticket,
                  const struct answer *answer);

/* After a commit, or when only health moved: pages, watchers and the back office hear of it. */
void doors_changed(struct loop *loop, uint64_t last_seq);

/* round.c: drains what waits, commits, tells. */
void round_run(struct loop *loop);
/* One input by itself, committed at once: hall.started, config.loaded, hall.stopped. */
enum hall_error round_now(struct loop *loop, const struct input *input);
/* Makes the snapshot and gives the devices their images. */
void round_show(struct loop *loop);
/* Milliseconds until time alone asks for a round. */
int round_timeout_ms(struct loop *loop);

int64_t loop_mono_ms(void);
int64_t loop_now_ms(struct loop *loop); /* hall time */
void loop_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Reads the config file again and takes it whole, or says why not and changes nothing. */
bool loop_reload(struct loop *loop, FILE *mistakes);

#endif
