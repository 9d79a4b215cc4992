/* A shared piece of a stream; see frame.h. */
#include "web/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct frame *frame_make(size_t *account, const char *bytes, size_t length) {
    struct frame *made = malloc(sizeof *made + length);
    if (made == NULL) {
        return NULL;
    }
    *made = (struct frame){ .refs = 1, .account = account, .length = length };
    memcpy(made->bytes, bytes, length);
    *account += sizeof *made + length;
    return made;
}

struct frame *frame_hold(struct frame *frame) {
    frame->refs++;
    return frame;
}

void frame_drop(struct frame *frame) {
    if (frame == NULL) {
        return;
    }
    assert(frame->refs > 0);
    frame->refs--;
    if (frame->refs == 0) {
        *frame->account -= sizeof *frame + frame->length;
        free(frame);
    }
}
