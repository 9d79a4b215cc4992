/* The journal's newest rows; see tail.h. */
#include "web/tail.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "web/filter.h"

enum { READ_ROWS = 256, READ_ROUNDS = 8, FORMAT_EXTRA = 64 };

static bool tail_take(void *context, uint64_t seq, const char *bytes, size_t length);
static void tail_forget(struct tail *tail, uint64_t up_to);

void tail_begin(struct tail *tail, const struct web_owner *owner, size_t *account) {
    tail->account = account;
    tail->last = owner->events(owner->context, INT64_MAX, 1, tail_take, tail);
    if (tail->last == WEB_EVENTS_UNREAD) {
        tail->last = owner->snapshot(owner->context)->seq;
    }
    tail->first = tail->last + 1;
}

void tail_end(struct tail *tail) {
    tail_forget(tail, tail->last);
}

bool tail_read(struct tail *tail, const struct web_owner *owner) {
    uint64_t began = tail->last, end = tail->last;
    tail->is_seen = false;
    for (unsigned round = 0; round < READ_ROUNDS; round++) {
        end = owner->events(owner->context, tail->last, READ_ROWS, tail_take, tail);
        if (end == WEB_EVENTS_UNREAD || end <= tail->last) {
            return tail->is_seen ||
                   tail->last == began; /* unread: that comes with the next commit's */
        }
    }
    /* More came at once than is worth holding: every stream reads the journal for itself until it is at the end. */
    tail_forget(tail, tail->last);
    tail->last = end;
    tail->first = end + 1;
    return true;
}

struct frame *tail_next(const struct tail *tail, uint64_t after) {
    return after + 1 >= tail->first && after < tail->last ? tail->rows[(after + 1) % TAIL_MAX]
                                                          : NULL;
}

size_t tail_format(uint64_t seq, const char *bytes, size_t length, char *out, size_t size) {
    if (length + FORMAT_EXTRA > size) {
        return 0;
    }
    size_t used =
        (size_t)snprintf(out, size, "id: %llu\nevent: event\ndata: ", (unsigned long long)seq);
    memcpy(out + used, bytes, length);
    used += length;
    out[used++] = '\n';
    out[used++] = '\n';
    return used;
}

static bool tail_take(void *context, uint64_t seq, const char *bytes, size_t length) {
    static char
        text[EVENT_JSON_MAX + FORMAT_EXTRA]; /* the hall thread's; too large for its stack */
    struct tail *tail = context;
    tail->is_seen = tail->is_seen || !filter_is_hidden(bytes, length);
    size_t used = tail_format(seq, bytes, length, text, sizeof text);
    struct frame *row = used == 0 ? NULL : frame_make(tail->account, text, used);
    if (row == NULL || seq != tail->last + 1) {
        tail_forget(tail, tail->last);
        tail->first = seq + 1;
    } else {
        row->seq = seq;
        if (seq - tail->first >= TAIL_MAX) {
            tail_forget(tail, tail->first);
        }
        tail->rows[seq % TAIL_MAX] = frame_hold(row);
        tail->bytes += row->length;
    }
    frame_drop(row);
    tail->last = seq;
    while (tail->bytes > TAIL_BYTES && tail->first < tail->last) {
        tail_forget(tail, tail->first);
    }
    return true;
}

static void tail_forget(struct tail *tail, uint64_t up_to) {
    while (tail->first <= up_to && tail->first <= tail->last) {
        struct frame **row = &tail->rows[tail->first % TAIL_MAX];
        tail->bytes -= (*row)->length;
        frame_drop(*row);
        *row = NULL;
        tail->first++;
    }
}
