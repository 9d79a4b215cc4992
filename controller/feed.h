/*
 * What the core must be told beside a command's own words, and what it must not be told: it converts no time zone, draws
 * nothing and has no key, so it gets chance, the hashes of all codes and the day of a slot; a person only as the keyed
 * hash of the day, and of a PIN only whether it is right, or the hash that is to be kept. Hall thread only.
 */
#ifndef CONTROLLER_FEED_H
#define CONTROLLER_FEED_H

#include "controller/day.h"
#include "controller/loop_private.h"

/* What the input points to; lives as long as the input. */
struct feed {
    struct command command;
    struct day_plan plan;
    struct hall_day slot_day;
    char pin_hash[HASH_SIZE];
};

/*
 * A command that comes with the token of a paper is read as one about its ticket, before anything else sees it: the core
 * never does. A token that is none names no ticket.
 */
void feed_token(const struct loop *loop, struct command *command);
/* Fills the whole input, but for what concerns a press alone. */
void feed_command(struct loop *loop, const struct command *command, struct feed *feed,
                  struct input *input);

#endif
