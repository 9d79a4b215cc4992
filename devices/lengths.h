/*
 * Which answer lengths of a device can't be trusted now. An RTU answer to a read says only how many registers it
 * carries, so an answer that comes after its time-out looks like the answer to the next question of that length. A
 * length that went unanswered is therefore left alone for a second, whatever kind of registers it was of: a device that
 * answers under another function must not be believed either. Pure.
 */
#ifndef DEVICES_LENGTHS_H
#define DEVICES_LENGTHS_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/frame.h"

enum { LENGTH_REST_US = 1000000 };

struct lengths {
    int64_t rest_us[FRAME_READ_MAX + 1]; /* by registers: free again from this time on */
    /* Of holding registers: read and answered until a second before this. */
    int64_t used_us[FRAME_READ_MAX + 1];
};

/* An answer with so many registers may still come. */
void lengths_note(struct lengths *lengths, uint16_t count, int64_t now_us);
bool lengths_is_free(const struct lengths *lengths, uint16_t count, int64_t now_us);
/* Holding registers were read in this length, and answered; is it more than a second ago? */
void lengths_use(struct lengths *lengths, uint16_t count, int64_t now_us);
bool lengths_is_fresh(const struct lengths *lengths, uint16_t count, int64_t now_us);

#endif
