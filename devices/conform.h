/*
 * Checks a maker's device against the reference register map, step by step, and says of each what was expected and what
 * was found. Blocking, on a bench. Leaves the device dark and idle. What only a person sees (keys, papers) is checked
 * when somebody stands by.
 */
#ifndef DEVICES_CONFORM_H
#define DEVICES_CONFORM_H

#include "devices/bench.h"

/* An answer is waited for so long on the bench, so that a slow device is called slow and not silent. */
enum { CONFORM_ANSWER_US = 500000 };

enum conform_verdict { CONFORM_WELL, CONFORM_FAULT, CONFORM_UNTESTED };

struct conform_check {
    const char *name; /* a word or two that stay the same: "kind", "unknown registers" */
    enum conform_verdict verdict;
    const char *expected;
    char found[WHAT_SIZE];
};

struct conform_callbacks {
    void (*checked)(void *context, const struct conform_check *check);
    /* Asks for the press of any key, `number` of `count`. NULL: nobody stands by. */
    void (*press)(void *context, unsigned number, unsigned count);
    /* Asks how many papers have come out; negative: nobody knows. Not called where `press` is NULL. */
    int (*papers)(void *context);
    void *context;
};

struct conform_report {
    unsigned well, faults, untested;
};

/* HALL_OK when the checks came to an end, whatever they found; HALL_GONE when the line was lost. */
enum hall_error conform_run(struct bench *bench, uint8_t slave,
                            const struct conform_callbacks *callbacks,
                            struct conform_report *report);

#endif
