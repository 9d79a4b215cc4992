/*
 * The journal's newest rows as frames, read once and shared by every stream; older ones a stream asks for itself, in
 * batches. Bounded: the oldest go first.
 */
#ifndef WEB_TAIL_H
#define WEB_TAIL_H

#include "web/frame.h"
#include "web/server.h"

enum { TAIL_MAX = 256, TAIL_BYTES = 1 << 20 };

struct tail {
    uint64_t first, last; /* rows first..last are held; first = last + 1: none */
    size_t bytes;         /* of the rows held */
    size_t *account;
    bool is_seen; /* the last reading brought a row that staff and the public see the effect of */
    struct frame *rows[TAIL_MAX]; /* row seq stands at seq % TAIL_MAX */
};

/* Starts at the journal's end. */
void tail_begin(struct tail *tail, const struct web_owner *owner, size_t *account);
void tail_end(struct tail *tail);
/* Reads what the journal has beyond `last`. false: only rows that change nothing for staff and the public (filter.h). */
bool tail_read(struct tail *tail, const struct web_owner *owner);
/* The row after `after`, borrowed; NULL when it is not held. */
struct frame *tail_next(const struct tail *tail, uint64_t after);

/* Writes a row as an event of a stream; bytes, or 0 when it does not fit. */
size_t tail_format(uint64_t seq, const char *bytes, size_t length, char *out, size_t size);

#endif
