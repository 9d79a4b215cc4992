/*
 * What devices said while the journal could not be written, to be offered again in its order. Bounded: of a device that
 * changes often only the newest state is kept, so that quiet ones are not pushed out; what a printer did is kept before
 * all else, because the paper is in somebody's hand. Pure; hall thread.
 */
#ifndef CONTROLLER_RETRIES_H
#define CONTROLLER_RETRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/key.h"

enum { RETRIES_MAX = 256 };

/* Zeros are an empty one. */
struct retries {
    unsigned count;
    struct device_report reports[RETRIES_MAX]; /* the oldest first */
    uint64_t dropped;                          /* that nothing newer stands for */
};

/* A printer's: written even on a full disk. */
bool retries_is_print(const struct device_report *report);
void retries_keep(struct retries *retries, const struct device_report *report);
void retries_remove(struct retries *retries, unsigned place);

#endif
