/*
 * The one door into the hall thread: a bounded queue that any thread may put into and only the hall thread empties.
 * Full: the item is refused and counted; the caller says so to whoever asked (a command is answered `too_many`, a
 * device's report is counted as dropped). The last quarter is for devices alone, so that no crowd of commands keeps a
 * key press out.
 */
#ifndef CONTROLLER_INBOX_H
#define CONTROLLER_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/command.h"
#include "protocol/key.h"

enum inbox_kind {
    INBOX_REPORT,   /* report */
    INBOX_COMMAND,  /* command (owned, freed by the taker), origin, ticket */
    INBOX_WORK_DONE /* done(job) */
};
enum origin { ORIGIN_WEB, ORIGIN_CONTROL, ORIGIN_UPLINK };

struct inbox_item {
    enum inbox_kind kind;
    union {
        struct device_report report;
        struct {
            struct command *command;
            enum origin origin;
            uint64_t ticket; /* the origin's own number for the answer */
            bool is_expired; /* too late to be done; done in time its answer is given again */
        } command;
        struct {
            void (*done)(void *job);
            void *job;
        } work;
    };
};

struct inbox;
struct inbox *inbox_open(unsigned capacity); /* NULL: no memory or descriptor */
/* Frees commands that nobody took. No thread may put any more. */
void inbox_close(struct inbox *inbox);
/* Readable while something waits, and until inbox_take has said once that nothing does. */
int inbox_fd(const struct inbox *inbox);
/* Any thread. False: full for this kind; whatever the item points to stays the caller's. */
bool inbox_put(struct inbox *inbox, const struct inbox_item *item);
/* Hall thread. False: empty. */
bool inbox_take(struct inbox *inbox, struct inbox_item *item);
/* Items refused since inbox_open. */
uint64_t inbox_dropped(struct inbox *inbox);

#endif
