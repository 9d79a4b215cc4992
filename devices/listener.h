/*
 * Hears the keys of one device on a bench: who it says it is, then each time its count has moved the newest press. For
 * a tool that walks through the hall; presses that came between two looks are taken as one.
 */
#ifndef DEVICES_LISTENER_H
#define DEVICES_LISTENER_H

#include "devices/bench.h"

enum { LISTENER_MISSES_MOST = 8 };

struct listener {
    struct bench *bench; /* borrowed; of several listeners */
    struct bench_target target;
    bool is_present; /* it answers, and is what it should be */
    unsigned misses; /* running; after LISTENER_MISSES_MOST it is asked no more */
    uint16_t firmware, events;
    uint32_t serial;
    char what[WHAT_SIZE]; /* why it is not present */
};

struct heard_press {
    enum role part;
    uint16_t code, argument; /* of the reference map; code 0: the profile does not have it */
    uint16_t count;          /* what is to be answered */
};

/* Reads who it is and takes its count as heard; true when it is present. */
bool listener_begin(struct listener *listener);
/* Looks once. HALL_OK with the newest press, HALL_MISSING when there is none, HALL_GONE when the line is lost. */
enum hall_error listener_hear(struct listener *listener, struct heard_press *press);

#endif
