/*
 * The one door into the hall thread: a bounded queue that any thread may put into and only the hall thread empties.
 * Full: the item is refused and counted; the caller says so to whoever asked (a key press is then still counted by its
 * device, a command is answered `too_many`).
 */
#ifndef CONTROLLER_INBOX_H
#define CONTROLLER_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/command.h"
#include "protocol/key.h"

enum inbox_kind {
    INBOX_REPORT,       /* report */
    INBOX_COMMAND,      /* command (owned, freed by the taker), origin, ticket */
    INBOX_ACKNOWLEDGED, /* seq: every event up to it is at the broker */
    INBOX_UPLINK,       /* is_connected, text */
    INBOX_REFUSED,      /* text: a command's name, reason: refused before it came here */
    INBOX_WORK_DONE     /* done(job) */
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
        } command;
        uint64_t seq;
        struct {
            bool is_connected;
            enum reason reason;
            char text[WHAT_SIZE];
        } note;
        struct {
            void (*done)(void *job);
            void *job;
        } work;
    };
};

struct inbox;
struct inbox *inbox_open(unsigned capacity); /* NULL: no memory or descriptor */
void inbox_close(struct inbox *inbox);       /* frees commands that nobody took */
int inbox_fd(const struct inbox *inbox);     /* readable while something waits */
bool inbox_put(struct inbox *inbox, const struct inbox_item *item);
bool inbox_take(struct inbox *inbox, struct inbox_item *item);
uint64_t inbox_dropped(struct inbox *inbox);

#endif
