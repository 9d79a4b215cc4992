/*
 * A plain day's events, one after the other, for tests and benches of the store: the same number gives the same event.
 * Rules, a day, windows with staff, then citizens who take a ticket, are called, served and asked; every seventh is not
 * content, and every fifth does not answer.
 */
#ifndef TESTS_UNIT_STORE_STORY_H
#define TESTS_UNIT_STORE_STORY_H

#include "controller/store/store.h"

enum { STORY_BYTES = EVENT_JSON_MAX, STORY_BATCH_MAX = 512 };

struct story {
    uint32_t era;
    uint64_t seq; /* of the newest event given */
    int64_t now_ms;
    uint32_t day;
    unsigned opening; /* events of the opening given so far */
    unsigned citizen; /* this day's, from 0 */
    unsigned step;    /* of this citizen */
    uint64_t visit, given;
    uint16_t session, job;
};

/* A batch of entries with memory of its own. */
struct batch {
    unsigned count;
    size_t used, size;
    char *bytes;
    struct event events[STORY_BATCH_MAX];
    struct store_entry entries[STORY_BATCH_MAX];
};

void story_init(struct story *story, uint32_t era);
/* The next day: the story goes on with hall.day_began. */
void story_turn_day(struct story *story);
void story_next(struct story *story, struct event *event);

void batch_init(struct batch *batch);
void batch_deinit(struct batch *batch);
void batch_clear(struct batch *batch);
/* Writes the event's bytes and adds both. */
const struct store_entry *batch_add(struct batch *batch, const struct story *story,
                                    const struct event *event);
/* Clears the batch and fills it with the story's next `count` events. */
void batch_fill(struct batch *batch, struct story *story, unsigned count);

#endif
