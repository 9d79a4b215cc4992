/*
 * What a walk through the hall found: for each device of the config which one was heard where it should stand, and what
 * follows from that: right, swapped with another, dead. Pure; the tool that walks owns it.
 */
#ifndef CONTROLLER_WIRING_H
#define CONTROLLER_WIRING_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"

enum wiring_state {
    WIRING_UNTRIED, /* skipped, or the walk was stopped before it */
    WIRING_OUTSIDE, /* of a kind that no walk can hear; counts for nothing */
    WIRING_ABSENT,  /* does not answer, or is something else; `what` */
    WIRING_UNHEARD, /* nothing was heard, or its board stayed dark */
    WIRING_OTHER,   /* another one was heard in its place */
    WIRING_KEYS,    /* the right one, but a key of it sends another's code; `what` */
    WIRING_RIGHT
};

enum { WIRING_ADVICE = 256 };

struct wiring_place {
    char id[NAME_SIZE], bus[NAME_SIZE];
    enum role role;
    uint16_t window; /* 0 none */
    uint8_t address;
    uint16_t firmware; /* with `serial`: as it said, 0 when it did not */
    uint32_t serial;
    enum wiring_state state;
    unsigned other; /* WIRING_OTHER: the place that was heard */
    char what[WHAT_SIZE];
};

struct wiring {
    unsigned count;
    struct wiring_place places[DEVICES_MAX];
};

/* Static: "right", "swapped", "another", "no answer", ... */
const char *wiring_word(const struct wiring *wiring, unsigned place);
/* The place that it is swapped with: each was heard in place of the other. `count` if there is none. */
unsigned wiring_twin(const struct wiring *wiring, unsigned place);
/* What is to be done about it, a line for people (WIRING_ADVICE); "" nothing, or said at its twin already. */
void wiring_advise(const struct wiring *wiring, unsigned place, char *out);
unsigned wiring_right(const struct wiring *wiring);
/* Those that no walk can hear. */
unsigned wiring_outside(const struct wiring *wiring);
/* All are right that a walk can hear, and there is one. */
bool wiring_passes(const struct wiring *wiring);

#endif
