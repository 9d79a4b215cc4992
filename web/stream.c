/* The live streams; see stream.h. */
#include "web/stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/reply.h"
#include "web/tail.h"

enum { BATCH_ROWS = 100, BATCH_BYTES = 32768, VIEWS = VIEW_PUBLIC + 1, LOG_ERROR = 3 };

struct stream {
    struct stream *next, *previous;
    struct web *web;
    struct http_request *request;
    struct visitor visitor;
    enum view view;
    uint64_t after;      /* the last row that went out or was not meant for this view */
    struct frame *frame; /* being sent from `at` on; NULL between two */
    size_t at;
    int64_t moved_ms; /* when the peer last took something */
    bool is_snapshot_due, was_snapshot, is_heartbeat_due, is_idle, is_wanted, is_cut;
};

struct streams {
    struct stream *first, *next_wake; /* next_wake: where waking goes on, NULL at the first */
    unsigned count, public_count, wanted;
    unsigned pulls;   /* in this turn of the loop */
    struct tail tail; /* kept while a stream is open */
    bool has_tail, is_changed;
    bool is_seen_changed; /* what changed is seen by staff and the public too */
    struct frame *snapshots[VIEWS], *heartbeats[VIEWS];
    size_t bytes;
    int64_t snapshot_ms, heartbeat_ms; /* when the next is due */
    int64_t hall_ms, hall_read_ms;     /* the hall's time last seen new, and when */
};

/* Rows for a stream that is behind the tail: several in one piece. */
struct batch {
    struct stream *stream;
    size_t used;
    uint64_t seq;
};

static bool stream_reads_start(const struct http_request *request, uint64_t last, uint64_t *after);
static struct stream *stream_make(struct web *web, struct http_request *request,
                                  const struct visitor *visitor, enum view view);
static void stream_gone(void *context);
static int stream_pull(void *context, char *out, size_t size);
static struct frame *stream_next(struct stream *stream);
static struct frame *stream_next_event(struct stream *stream);
static struct frame *stream_read_batch(struct stream *stream);
static bool stream_take(void *context, uint64_t seq, const char *bytes, size_t length);
static void stream_want(struct stream *stream);
static void streams_wake_some(struct streams *streams);
static void stream_cut(struct stream *stream);
static struct frame *streams_snapshot(struct web *web, enum view view);
static void streams_forget(struct streams *streams);
static void streams_forget_beats(struct streams *streams);
static int64_t streams_snapshot_pause_ms(const struct streams *streams);
static void streams_spread_snapshot(struct web *web, bool is_seen);
static void streams_beat(struct web *web);
static void streams_make_room(struct streams *streams);
static struct stream *streams_slowest(struct streams *streams);
static struct frame *streams_heartbeat(struct web *web, enum view view);

struct streams *streams_open(struct web *web) {
    struct streams *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->snapshot_ms = web_now_ms(web);
        made->heartbeat_ms = made->snapshot_ms + STREAM_HEARTBEAT_MS;
    }
    return made;
}

void streams_close(struct streams *streams) {
    assert(streams->first == NULL);
    streams_forget(streams);
    if (streams->has_tail) {
        tail_end(&streams->tail);
    }
    assert(streams->bytes == 0);
    free(streams);
}

void stream_begin(struct web *web, struct http_request *request, const struct visitor *visitor,
                  enum view view) {
    struct streams *streams = web->streams;
    if (streams->count >= STREAMS_MAX ||
        (view == VIEW_PUBLIC && streams->public_count >= STREAMS_PUBLIC_MAX)) {
        reply_error_after(request, STATUS_UNAVAILABLE, "too_many_streams",
                          "As many live pages are open as there is room for; try again later.",
                          STREAM_HEARTBEAT_MS);
        return;
    }
    if (!streams->has_tail) {
        tail_begin(&streams->tail, &web->owner, &streams->bytes);
        streams->has_tail = true;
    }
    uint64_t after = 0;
    if (view != VIEW_PUBLIC && !stream_reads_start(request, streams->tail.last, &after)) {
        reply_error(request, STATUS_BAD_REQUEST, "bad_after",
                    "Last-Event-ID or after is not an event's number.");
        return;
    }
    struct stream *stream = stream_make(web, request, visitor, view);
    char hello[64];
    int length =
        view != VIEW_ALL
            ? snprintf(hello, sizeof hello, "retry: 2000\n\n")
            /* The id makes a stream that breaks before its first event continue without a hole. */
            : snprintf(hello, sizeof hello, "retry: 2000\nid: %llu\n\n", (unsigned long long)after);
    if (stream == NULL) {
        reply_error(request, STATUS_UNAVAILABLE, "no_memory", "No memory for another live page.");
        return;
    }
    stream->after = after;
    stream->frame = frame_make(&streams->bytes, hello, (size_t)length);
    stream->is_snapshot_due = true;
    http_stream(request, "text/event-stream; charset=utf-8", stream_pull);
}

void streams_changed(struct web *web) {
    struct streams *streams = web->streams;
    if (!streams->has_tail) {
        return; /* nobody is there; who comes gets a snapshot at once */
    }
    streams->is_changed = true;
    streams->is_seen_changed = tail_read(&streams->tail, &web->owner) || streams->is_seen_changed;
    for (struct stream *one = streams->first; one != NULL; one = one->next) {
        if (one->view == VIEW_ALL) {
            stream_want(one);
        }
    }
}

void streams_run(struct web *web) {
    struct streams *streams = web->streams;
    int64_t now_ms = web_now_ms(web);
    streams->pulls = 0;
    if (streams->is_changed && now_ms >= streams->snapshot_ms) {
        streams->is_changed = false;
        streams->snapshot_ms = now_ms + streams_snapshot_pause_ms(streams);
        streams_spread_snapshot(web, streams->is_seen_changed);
        streams->is_seen_changed = false;
    }
    if (now_ms >= streams->heartbeat_ms) {
        streams->heartbeat_ms = now_ms + STREAM_HEARTBEAT_MS;
        streams_beat(web);
    }
    streams_wake_some(streams);
}

int streams_timeout_ms(const struct web *web) {
    const struct streams *streams = web->streams;
    if (streams->count == 0) {
        return -1;
    }
    int64_t due_ms = streams->heartbeat_ms;
    if (streams->is_changed && streams->snapshot_ms < due_ms) {
        due_ms = streams->snapshot_ms;
    }
    if (streams->wanted > 0) {
        return 0;
    }
    int64_t wait_ms = due_ms - web_now_ms(web);
    return wait_ms > 0 ? (int)wait_ms : 0;
}

unsigned streams_count(const struct streams *streams) {
    return streams->count;
}

size_t streams_bytes(const struct streams *streams) {
    return streams->bytes;
}

static bool stream_reads_start(const struct http_request *request, uint64_t last, uint64_t *after) {
    const char *text = http_header(request, "Last-Event-ID");
    text = text != NULL ? text : http_query(request, "after");
    if (text == NULL) {
        *after = last;
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 19 || text[digits] != '\0') {
        return false;
    }
    *after = strtoull(text, NULL, 10);
    *after = *after > last ? last : *after; /* a restored store may have fewer rows than it had */
    return true;
}

static struct stream *stream_make(struct web *web, struct http_request *request,
                                  const struct visitor *visitor, enum view view) {
    struct streams *streams = web->streams;
    struct stream *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->web = web;
    made->request = request;
    made->visitor = *visitor;
    made->view = view;
    made->moved_ms = web_now_ms(web);
    made->next = streams->first;
    if (made->next != NULL) {
        made->next->previous = made;
    }
    streams->first = made;
    streams->count++;
    streams->public_count += view == VIEW_PUBLIC;
    request->gone = stream_gone;
    request->context = made;
    return made;
}

static void stream_gone(void *context) {
    struct stream *stream = context;
    struct streams *streams = stream->web->streams;
    *(stream->previous != NULL ? &stream->previous->next : &streams->first) = stream->next;
    if (stream->next != NULL) {
        stream->next->previous = stream->previous;
    }
    if (streams->next_wake == stream) {
        streams->next_wake = stream->next;
    }
    streams->count--;
    streams->wanted -= stream->is_wanted;
    streams->public_count -= stream->view == VIEW_PUBLIC;
    frame_drop(stream->frame);
    free(stream);
    if (streams->count == 0) {
        streams_forget(streams); /* nobody is there to have them renewed */
    }
    if (streams->has_tail && streams->count == 0) {
        tail_end(&streams->tail);
        streams->has_tail = false;
    }
}

static int stream_pull(void *context, char *out, size_t size) {
    struct stream *stream = context;
    size_t used = 0;
    if (stream->is_cut) {
        return -1;
    }
    if (stream->web->streams->pulls++ >= STREAM_TURN_PULLS) {
        stream->is_idle = true;
        stream_want(stream);
        return 0;
    }
    size = size < STREAM_TURN_BYTES ? size : STREAM_TURN_BYTES;
    while (used < size) {
        if (stream->frame == NULL) {
            stream->frame = stream_next(stream);
            stream->at = 0;
        }
        if (stream->frame == NULL && stream->is_cut && used == 0) {
            return -1;
        }
        if (stream->frame == NULL) {
            break;
        }
        size_t length = stream->frame->length - stream->at;
        length = length < size - used ? length : size - used;
        memcpy(out + used, stream->frame->bytes + stream->at, length);
        used += length;
        stream->at += length;
        if (stream->at == stream->frame->length) {
            frame_drop(stream->frame);
            stream->frame = NULL;
        }
    }
    stream->moved_ms = web_now_ms(stream->web);
    stream->is_idle = used == 0;
    return (int)used;
}

/* Snapshots and events take turns, so that neither starves the other on a thin line. */
static struct frame *stream_next(struct stream *stream) {
    struct web *web = stream->web;
    if (stream->is_heartbeat_due) {
        stream->is_heartbeat_due = false;
        struct frame *beat = streams_heartbeat(web, stream->view);
        if (beat != NULL) {
            return beat;
        }
    }
    struct frame *next = NULL;
    if (!stream->is_snapshot_due || stream->was_snapshot) {
        next = stream_next_event(stream);
    }
    if (next == NULL && stream->is_snapshot_due) {
        stream->is_snapshot_due = false;
        next = streams_snapshot(web, stream->view);
        stream->was_snapshot = next != NULL;
        return next != NULL ? next : stream_next_event(stream);
    }
    stream->was_snapshot = false;
    return next;
}

static struct frame *stream_next_event(struct stream *stream) {
    struct streams *streams = stream->web->streams;
    if (stream->view != VIEW_ALL) {
        return NULL;
    }
    if (stream->after >= streams->tail.last) {
        return NULL;
    }
    struct frame *row = tail_next(&streams->tail, stream->after);
    if (row == NULL) {
        return stream_read_batch(stream);
    }
    stream->after = row->seq;
    return frame_hold(row);
}

static struct frame *stream_read_batch(struct stream *stream) {
    struct web *web = stream->web;
    struct batch batch = { .stream = stream, .seq = stream->after };
    uint64_t last =
        web->owner.events(web->owner.context, stream->after, BATCH_ROWS, stream_take, &batch);
    if (last == WEB_EVENTS_UNREAD || batch.seq == stream->after) {
        /* There are rows and they can't be had. To go on behind them would be a hole that nobody sees. */
        stream->is_cut = true;
        return NULL;
    }
    stream->after = batch.seq;
    streams_make_room(web->streams);
    return frame_make(&web->streams->bytes, web->scratch, batch.used);
}

static bool stream_take(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct batch *batch = context;
    char *scratch = batch->stream->web->scratch;
    batch->seq = seq;
    batch->used +=
        tail_format(seq, bytes, length, scratch + batch->used, WEB_SCRATCH_SIZE - batch->used);
    return batch->used < BATCH_BYTES;
}

/* It is woken in its turn. Who is not idle asks by itself. */
static void stream_want(struct stream *stream) {
    if (stream->is_idle && !stream->is_wanted) {
        stream->is_wanted = true;
        stream->web->streams->wanted++;
    }
}

static void streams_wake_some(struct streams *streams) {
    for (unsigned woken = 0; woken < STREAM_TURN_PULLS && streams->wanted > 0;) {
        struct stream *one = streams->next_wake != NULL ? streams->next_wake : streams->first;
        streams->next_wake = one->next;
        if (one->is_wanted) {
            one->is_wanted = false;
            one->is_idle = false;
            one->moved_ms = web_now_ms(one->web);
            streams->wanted--;
            woken++;
            http_wake(one->request);
        }
    }
}

static void stream_cut(struct stream *stream) {
    stream->is_cut = true;
    frame_drop(stream->frame);
    stream->frame = NULL;
    http_cut(stream->request);
}

static struct frame *streams_snapshot(struct web *web, enum view view) {
    static const char HEAD[] = "event: snapshot\ndata: ";
    struct streams *streams = web->streams;
    if (streams->snapshots[view] == NULL) {
        size_t used = sizeof HEAD - 1;
        memcpy(web->scratch, HEAD, used);
        int length = snapshot_write(web->owner.snapshot(web->owner.context), view,
                                    web->scratch + used, WEB_SCRATCH_SIZE - used - 2);
        if (length < 0) {
            web_log(web, LOG_ERROR, "web: the snapshot does not fit into %d bytes",
                    WEB_SCRATCH_SIZE);
            return NULL;
        }
        used += (size_t)length;
        web->scratch[used++] = '\n';
        web->scratch[used++] = '\n';
        streams_make_room(streams);
        streams->snapshots[view] = frame_make(&streams->bytes, web->scratch, used);
    }
    return streams->snapshots[view] == NULL ? NULL : frame_hold(streams->snapshots[view]);
}

static void streams_forget(struct streams *streams) {
    for (unsigned view = 0; view < VIEWS; view++) {
        frame_drop(streams->snapshots[view]);
        streams->snapshots[view] = NULL;
    }
    streams_forget_beats(streams);
}

static void streams_forget_beats(struct streams *streams) {
    for (unsigned view = 0; view < VIEWS; view++) {
        frame_drop(streams->heartbeats[view]);
        streams->heartbeats[view] = NULL;
    }
}

static int64_t streams_snapshot_pause_ms(const struct streams *streams) {
    size_t largest = 0;
    for (unsigned view = 0; view < VIEWS; view++) {
        const struct frame *last = streams->snapshots[view];
        largest = last != NULL && last->length > largest ? last->length : largest;
    }
    int64_t pause_ms = (int64_t)(largest * streams->count / STREAM_SNAPSHOT_BYTES_MS);
    return pause_ms > STREAM_SNAPSHOT_MS ? pause_ms : STREAM_SNAPSHOT_MS;
}

/* Who would see no change gets no snapshot either: that one comes would tell of what changed. */
static void streams_spread_snapshot(struct web *web, bool is_seen) {
    struct streams *streams = web->streams;
    streams_forget(streams);
    for (struct stream *one = streams->first; one != NULL; one = one->next) {
        if (is_seen || one->view == VIEW_ALL) {
            one->is_snapshot_due = true;
            stream_want(one);
        }
    }
}

/*
 * The heartbeat also finds who is gone (a parked connection never notices by itself), who takes nothing, and whose
 * log-in has ended.
 */
static void streams_beat(struct web *web) {
    struct streams *streams = web->streams;
    int64_t now_ms = web_now_ms(web);
    streams_forget_beats(streams);
    for (struct stream *one = streams->first; one != NULL; one = one->next) {
        bool is_stuck = !one->is_idle && now_ms - one->moved_ms >= STREAM_STALL_MS;
        bool is_out = one->view != VIEW_PUBLIC && !visitor_stands(web, &one->visitor);
        if (is_stuck || is_out) {
            stream_cut(one);
            continue;
        }
        one->is_heartbeat_due = true;
        stream_want(one);
    }
}

/* Cuts who moved least lately until all pieces fit their bound. */
static void streams_make_room(struct streams *streams) {
    struct stream *slowest = streams_slowest(streams);
    while (streams->bytes > STREAM_FRAMES_MAX && slowest != NULL) {
        stream_cut(slowest);
        slowest = streams_slowest(streams);
    }
}

/* Of those that have a piece in hand. */
static struct stream *streams_slowest(struct streams *streams) {
    struct stream *slowest = NULL;
    for (struct stream *one = streams->first; one != NULL; one = one->next) {
        if (one->frame != NULL && (slowest == NULL || one->moved_ms < slowest->moved_ms)) {
            slowest = one;
        }
    }
    return slowest;
}

/* The journal's end stands only in the heartbeat of who gets its rows. */
static struct frame *streams_heartbeat(struct web *web, enum view view) {
    struct streams *streams = web->streams;
    if (streams->heartbeats[view] != NULL) {
        return frame_hold(streams->heartbeats[view]);
    }
    const struct snapshot *snapshot = web->owner.snapshot(web->owner.context);
    int64_t now_ms = web_now_ms(web);
    if (snapshot->now_ms != streams->hall_ms) {
        streams->hall_ms = snapshot->now_ms;
        streams->hall_read_ms = now_ms;
    }
    char time[TIME_SIZE], seq[32] = "", text[160];
    time_format(streams->hall_ms + now_ms - streams->hall_read_ms, snapshot->utc_offset_min, time);
    if (view == VIEW_ALL) {
        snprintf(seq, sizeof seq, ",\"seq\":%llu", (unsigned long long)snapshot->seq);
    }
    int length =
        snprintf(text, sizeof text, "event: heartbeat\ndata: {\"time\":\"%s\"%s}\n\n", time, seq);
    streams->heartbeats[view] = frame_make(&streams->bytes, text, (size_t)length);
    return streams->heartbeats[view] == NULL ? NULL : frame_hold(streams->heartbeats[view]);
}
