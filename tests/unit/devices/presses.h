/*
 * Presses on a bus in virtual time, one after the other at any moment, and how long each took to its report. For the
 * test of the schedule and for the bench.
 */
#ifndef TESTS_UNIT_DEVICES_PRESSES_H
#define TESTS_UNIT_DEVICES_PRESSES_H

#include "tests/unit/devices/virtual.h"

enum { PRESSES_MOST = 4000 };

/* What goes on in the hall while keys are pressed. */
struct presses_hall {
    uint32_t baud;
    unsigned terminals, keypads, boards;
    unsigned dead;    /* of the terminals, the last ones */
    int64_t waits_us; /* so often the counts of people waiting change, on all terminals; 0 never */
    int64_t calls_us; /* so often a board, any of them, shows a new call; 0 never */
    unsigned count;   /* presses, at most PRESSES_MOST */
};

struct presses {
    struct virtual *bus;
    struct presses_hall hall;
    unsigned count;
    int64_t pressed_us;
    int64_t took_us[PRESSES_MOST]; /* in rising order */
};

/* Opens the hall and presses; `presses` is to be closed. */
void presses_make(struct presses *presses, const struct presses_hall *hall);
void presses_close(struct presses *presses);
/* What so many in a thousand stayed at or below, against the ideal of this wire (virtual_ideal_us). */
double presses_ratio(const struct presses *presses, unsigned thousandths);

#endif
