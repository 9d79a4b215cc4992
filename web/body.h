/* The body of a request while it comes: bounded alone and together with all others. Pure but for the heap. */
#ifndef WEB_BODY_H
#define WEB_BODY_H

#include <stdbool.h>
#include <stddef.h>

enum {
    BODY_MAX = 65536,
    BODY_DISCARD_MAX = 1 << 20, /* of a body that is too large, bytes that are still listened to */
    BODIES_MAX = 4 << 20        /* all bodies being received */
};

struct body {
    char *bytes; /* with a closing NUL; NULL none */
    size_t length, size, discarded;
    bool is_too_large, is_out_of_memory; /* what came is not kept */
};

/*
 * Keeps up to BODY_MAX bytes. What is beyond is read and dropped, so that the sender is there to hear 413; false: that
 * has gone on for too long. `account` counts the bytes of all bodies.
 */
bool body_take(struct body *body, const char *bytes, size_t length, size_t *account);
void body_free(struct body *body, size_t *account);

#endif
