/*
 * Alerts that can't be written: while the disk is full, or fails, pages show them all the same, marked as not saved. Most
 * are levels that the caller tells again each time and that the hall raises by itself once it may write. A HELP is a
 * moment: it is kept until its alert is durable. All of it is memory, so a restart forgets it. Hall thread only.
 */
#ifndef CONTROLLER_UNSAVED_H
#define CONTROLLER_UNSAVED_H

#include "protocol/snapshot.h"

enum { UNSAVED_MAX = 64 }; /* what comes when it is full is not shown; HELPs are told first */

struct unsaved_help {
    uint16_t window;
    int64_t pressed_ms; /* hall time */
    bool is_offered;    /* stands in the running batch */
};

/* Zeroed memory is an empty one. */
struct unsaved {
    uint64_t last_id;
    unsigned count, help_count;
    struct alert_now alerts[UNSAVED_MAX]; /* as they were shown last */
    bool is_told[UNSAVED_MAX];
    struct unsaved_help helps[WINDOWS_MAX]; /* one a window */
};

/* HELP was pressed there and answered "not saved". A second press at the same window changes nothing. */
void unsaved_keep_help(struct unsaved *unsaved, uint16_t window, int64_t now_ms);
/* How the batch went: what was offered in it is written and forgotten, or has to be offered again. */
void unsaved_settle(struct unsaved *unsaved, bool is_saved);

/* Each time something is shown: begin, tell what should stand, end. */
void unsaved_begin(struct unsaved *unsaved, struct snapshot *snapshot);
/* Nothing when the snapshot has it, saved. One that was told before keeps its number and time. */
void unsaved_tell(struct unsaved *unsaved, const struct snapshot *snapshot,
                  const struct alert_now *alert);
/* It did happen, but is over by what came after. */
void unsaved_withdraw(struct unsaved *unsaved, const char *kind, const char *subject);
/*
 * Puts them into the snapshot, behind those that are saved; the oldest of these make room. What was not told since
 * unsaved_begin is gone, but for `keeps_untold`: then nobody knows.
 */
void unsaved_end(struct unsaved *unsaved, bool keeps_untold, struct snapshot *snapshot);

#endif
