/*
 * The live streams (server-sent events): the snapshot at connect and at most ten times a second after changes (less
 * often where large snapshots go to many pages: at most 20 MB/s together, so that pages never hold up the hall), a
 * heartbeat with the hall's time every 5 s; with VIEW_ALL every journal row in order and at once, while staff and the public
 * get none, and no snapshot after a row that changes nothing for them. A stream remembers the row that it sent last and
 * asks for the next, so a slow one costs no memory beside the piece it sends; one that takes nothing for 15 s is cut.
 * All pieces together are at most 8 MiB: beyond that the slowest is cut.
 */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include "web/visitor.h"
#include "web/web.h"

enum {
    STREAMS_MAX = 200,
    STREAMS_PUBLIC_MAX = 150, /* of them without log-in, so that those at work always find room */
    STREAM_HEARTBEAT_MS = 5000,
    STREAM_SNAPSHOT_MS = 100,
    STREAM_SNAPSHOT_BYTES_MS = 20000, /* all snapshots together, bytes a millisecond */
    STREAM_TURN_BYTES = 8192,         /* to one stream in one turn of the loop */
    STREAM_TURN_PULLS = 40,           /* streams served in one turn: the hall waits 1 ms, not 5 */
    STREAM_STALL_MS = 15000,
    STREAM_FRAMES_MAX = 8 << 20
};

struct streams *streams_open(struct web *web);
/* After the listeners were closed: no stream is left. */
void streams_close(struct streams *streams);
/* Answers the request by a stream of this view, or with an error. Rows continue after Last-Event-ID, or `after`. */
void stream_begin(struct web *web, struct http_request *request, const struct visitor *visitor,
                  enum view view);
void streams_changed(struct web *web);
void streams_run(struct web *web);
int streams_timeout_ms(const struct web *web);
unsigned streams_count(const struct streams *streams);
/* Bytes of all pieces that live. */
size_t streams_bytes(const struct streams *streams);

#endif
