/*
 * The hall thread's whole state, shared by loop.c (epoll, open, close), loop_reload.c (the config), round.c (a batch of
 * inputs), refusal.c (what a refused citizen reads), show.c (what stands now), outside.c (disk and back office) and doors.c (web, control, uplink). All of it is
 * the hall thread's alone.
 */
#ifndef CONTROLLER_LOOP_PRIVATE_H
#define CONTROLLER_LOOP_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "controller/clock.h"
#include "controller/config.h"
#include "controller/control.h"
#include "controller/forecast.h"
#include "controller/inbox.h"
#include "controller/ledger.h"
#include "controller/loop.h"
#include "controller/pins.h"
#include "controller/retries.h"
#include "controller/store/key.h"
#include "controller/unsaved.h"
#include "controller/uplink.h"
#include "controller/wires.h"
#include "controller/worker.h"
#include "web/server.h"

enum {
    INBOX_CAPACITY = 2048,
    ROUND_ITEMS = 256,  /* inputs of one batch */
    REPLAY_ITEMS = 100, /* events of one answer to events.replay */
    REPLAY_BYTES = 1024 * 1024,
    TIDY_MS = 1000,
    CHECKPOINT_MS = 5000,
    UPLINK_SHOW_MS =
        250 /* states go out once a second at most: a copy of all that stands can wait */
};

/* Somebody who waits for the commit to hear how it went. */
struct waiter {
    enum { WAITER_PRESS, WAITER_COMMAND, WAITER_REPORT } kind;
    struct device_report report; /* press or report */
    enum origin origin;
    uint64_t ticket;
    struct answer answer; /* first_seq and event_count tell what must be durable */
    uint16_t help;        /* the window that asks for help, 0 none */
};

/* How it stands with the disk: see outside.c. */
struct disk {
    bool is_saved; /* the last commit went well: keys are lit */
    /* It took no more: only the day change and what printers did are written, from the reserve. */
    bool is_full;
    bool is_low;
    bool is_unread;      /* rows could not be read back for a page or a tool; as last logged */
    int64_t again_ms;    /* CLOCK_MONOTONIC: nothing is tried before, while not saved */
    uint64_t full_bytes; /* free bytes when it filled up, the reserve released */
    uint64_t free_bytes; /* as of a second ago at most */
};

/* The checkpoint that runs on the worker. */
struct checkpoint {
    char path[CONFIG_PATH_SIZE];
    bool is_running;
    enum hall_error error, told; /* of the last one; as last logged */
    char fault[WHAT_SIZE];
    uint64_t seq;       /* the journal's end when it began */
    int64_t started_ms; /* CLOCK_MONOTONIC */
};

struct loop {
    struct config *config; /* the rules and texts in force */
    struct clock clock;
    bool is_wall_kept; /* the wall clock ran on while the power was off */
    struct inbox *inbox;
    struct worker *worker;
    struct worker *copier;    /* for backups alone: log-ins and checkpoints don't wait for one */
    atomic_bool is_cancelled; /* the hall ends: a running backup is given up */
    struct ledger *ledger;
    struct store_key key;
    uint64_t code_hashes[CHECK_IN_CODES]; /* of all check-in codes, under the key */
    struct forecast *forecast;
    struct wires *wires;              /* NULL until the end of loop_open, and while it closes */
    struct web *web;                  /* NULL while the service starts */
    struct control *control;          /* NULL while the service starts */
    struct uplink *uplink;            /* NULL without mqtt */
    struct uplink_stats uplink_stats; /* as of a second ago at most */
    struct snapshot *snapshot;
    int epoll_fd, signal_fd;
    bool is_ending;
    struct disk disk;
    struct checkpoint checkpoint;
    bool shows_change;                  /* the snapshot must be made anew */
    int64_t tidied_ms, uplink_shown_ms; /* CLOCK_MONOTONIC */
    int64_t uplink_since_ms;            /* CLOCK_MONOTONIC: connected or not */
    unsigned waiter_count;
    struct waiter waiters[ROUND_ITEMS];
    struct retries retries;
    struct unsaved unsaved;
    struct pins pins;
    /* Presses that counted for nobody since the device's last rating.ignored: bus * BUS_DEVICES_MAX + device. */
    uint32_t dropped[BUSES_MAX * BUS_DEVICES_MAX];
    uint64_t commits, commit_failures, presses;
    uint64_t refused_told; /* of uplink_stats.refused: written down as command.refused */
    char *replay_items;    /* REPLAY_BYTES: one answer to events.replay at a time */
};

/* doors.c: what web, control and uplink may ask. */
enum hall_error doors_open(struct loop *loop, char *fault);
/* Returns how far the broker has acknowledged; 0 without an uplink. */
uint64_t doors_close(struct loop *loop);
/* Takes a command that the core does not decide (events.replay, device.*); false: the core's. */
bool doors_take(struct loop *loop, const struct command *command, struct answer *answer);
/* Hands a finished answer to whoever asked. */
void doors_answer(struct loop *loop, enum origin origin, uint64_t ticket,
                  const struct answer *answer);
/* After a commit, or when only health moved: pages, watchers and the back office hear of it. */
void doors_changed(struct loop *loop);

/* loop_reload.c: makes the config's rules those of the live day, by an event where they differ. */
enum hall_error loop_load_rules(struct loop *loop, char *fault);
void loop_log_warnings(const struct config *config);

/* round.c: drains what waits, commits, tells. */
void round_run(struct loop *loop);
/* One input by itself, committed at once, from the reserve if need be: hall.started, config.loaded, hall.stopped. */
enum hall_error round_now(struct loop *loop, const struct input *input);
/* At the start: a day that is over gives way to today's, committed at once. */
enum hall_error round_end_day(struct loop *loop);
/* Milliseconds until time alone asks for a round. */
int round_timeout_ms(struct loop *loop);

/* refusal.c: a refused press at a dispenser prints why. */
void refusal_print(struct loop *loop, const struct device_report *press, enum reason reason);

/* show.c: makes the snapshot and gives the devices their images. */
void show_run(struct loop *loop);

/* outside.c */
/* Once the store is open. One that a full disk left without its reserve begins as it ended: nothing is promised. */
void outside_begin(struct loop *loop);
/* Once the live day stands: begins hall time at the journal's end or the wall clock, and asks whether that is trusted. */
void outside_begin_clock(struct loop *loop);
/* First in each round: where the wall clock was set, hall time goes on there and hall.clock_set says so. */
void outside_take_clock(struct loop *loop);
/* Somebody has said what time it is (hall.time, decided). */
void outside_said_time(struct loop *loop, int64_t time_ms);
/* Each second, as inputs of the running batch: clock, disk and uplink as alerts, commands refused before they came here. */
void outside_take(struct loop *loop, int64_t now_ms);
/* How the last commit went. */
void outside_failed(struct loop *loop, enum hall_error error);
void outside_saved(struct loop *loop);
/* HELP was pressed at this window and could not be saved: pages show it, and it is raised when there is room again. */
void outside_keep_help(struct loop *loop, uint16_t window);
/* Completes the snapshot: while nothing is saved pages show what the journal has no alert for. */
void outside_show_unsaved(struct loop *loop, int64_t now_ms);
/* May an input be decided now? `is_confirmation`: the day change, or what a printer did. False: answer "not saved". */
bool outside_may_write(const struct loop *loop, bool is_confirmation);
/* Moves the journal's log into its file on the worker, every few seconds if anything was written. */
void outside_checkpoint(struct loop *loop);

int64_t loop_mono_ms(void);
int64_t loop_now_ms(struct loop *loop); /* hall time */
/* Any thread. */
void loop_log(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Reads the config file again and takes it whole, or says why not and changes nothing. */
bool loop_reload(struct loop *loop, FILE *mistakes);

#endif
