/*
 * Bytes without a frame among them, on a line whose devices speak unasked: said when many come in a short time, over
 * with the first frame, or when nothing has come for a minute. Pure; times in microseconds.
 */
#ifndef DEVICES_GARBAGE_H
#define DEVICES_GARBAGE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    GARBAGE_BYTES = 64,        /* without a frame between them, */
    GARBAGE_US = 10000000,     /* ... no longer after the first of them */
    GARBAGE_OVER_US = 60000000 /* without a byte */
};

struct garbage {
    bool is_told;
    uint64_t stray, stray_before; /* the line's count when it was last noted; when its time began */
    int64_t since_us, byte_us;    /* ... which was then; the last byte */
};

/* The line was opened, or nothing was noted yet; `stray` is its count of bytes without a frame, as below. */
void garbage_init(struct garbage *garbage, uint64_t stray);
/* Bytes came, or a frame was among them. True when is_told has changed. */
bool garbage_note(struct garbage *garbage, bool is_frame, uint64_t stray, int64_t now_us);
/* Nothing came. True when is_told has changed. */
bool garbage_pass(struct garbage *garbage, int64_t now_us);

#endif
