/* A piece of a stream, made once and shared by all that send it. */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
    unsigned refs;
    uint64_t seq; /* who sent it whole has all events up to here; 0 says nothing about events */
    size_t *account;
    size_t length;
    char bytes[];
};

/* One reference, the caller's. NULL: no memory. `account` counts the bytes of all frames that live. */
struct frame *frame_make(size_t *account, const char *bytes, size_t length);
struct frame *frame_hold(struct frame *frame);
void frame_drop(struct frame *frame); /* NULL is accepted */

#endif
