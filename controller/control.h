/*
 * The local socket: how `hallq` talks to the running service. A unix stream socket (mode 0660: who may open it may do
 * everything), one JSON object a line in, one line out, nested in the hall's loop by one descriptor. Knows neither the
 * hall nor the store: it is handed a few functions. All calls on the hall thread; none blocks.
 *
 * Requests: {"do":"status"} {"do":"watch","after":N} {"do":"send","name":..,"command":{..}} {"do":"reload"}
 * {"do":"backup","file":..} {"do":"users"} {"do":"user_put","name":..,"role":..,"staff":..,"hash":..,"token":false}
 * {"do":"user_remove","name":..,"token":false} {"do":"time","time":RFC3339,"by":..}. Answers: the snapshot, the events as the
 * journal has them (a watch never ends), a command's answer, {"ok":true,...}, {"ok":false,"reason":..,"message":..}.
 */
#ifndef CONTROLLER_CONTROL_H
#define CONTROLLER_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "controller/store/store.h"
#include "protocol/command.h"
#include "protocol/snapshot.h"

enum {
    CONTROL_CLIENTS_MAX = 16, /* one more is turned away with an answer */
    CONTROL_LINE_MAX = 65536, /* bytes of a request with its line end */
    CONTROL_ANSWER_MAX =
        1u << 20, /* bytes waiting for one client; a watch reads on when there is room */
    CONTROL_SLOW_S =
        10 /* who takes no byte of a waiting answer, or leaves a line unfinished, is cut */
};

/* What the socket may ask of its owner; each is called from control_run or control_changed. */
struct control_owner {
    void *context;
    /* The newest snapshot; borrowed until the call of control returns. */
    const struct snapshot *(*snapshot)(void *context);
    /* Journal rows after `after`, at most `limit`, in order, until `take` returns false. Returns the last seq there is. */
    uint64_t (*events)(void *context, uint64_t after, unsigned limit,
                       bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                       void *to);
    /* The lines' figures as a JSON object; bytes without NUL, or HALL_FULL. */
    int (*lines)(void *context, char *out, size_t size);
    /* Hands a command over (by.kind is BY_CLI). Answered by control_answer, perhaps before this returns. */
    void (*submit)(void *context, const struct command *command, uint64_t ticket);
    /* Reads the config again; what is wrong goes to `mistakes`, a line each. True: taken. */
    bool (*reload)(void *context, FILE *mistakes);
    /* Begins a backup into `file`. Ended by control_done, perhaps before this returns. */
    void (*backup)(void *context, const char *file, uint64_t ticket);
    enum hall_error (*user_put)(void *context, const struct store_user *user);
    enum hall_error (*user_remove)(void *context, const char *name, bool is_token);
    enum hall_error (*users)(void *context, void (*take)(void *to, const struct store_user *user),
                             void *to);
    void (*log)(void *context, int level, const char *text);
};

struct control;

/*
 * Listens at `path`, making its folder's entry anew when nobody listens there any more. HALL_BUSY: somebody does;
 * HALL_IO, HALL_INVALID (the path is too long): `fault` (WHAT_SIZE) says what. `owner` is copied.
 */
enum hall_error control_open(const char *path, const struct control_owner *owner,
                             struct control **control, char *fault);
/* Cuts every client and removes the socket. NULL is accepted. */
void control_close(struct control *control);
/* One level-triggered descriptor for the loop (readable = call control_run); the same for life. */
int control_fd(const struct control *control);
void control_run(struct control *control);
/* After each commit: watchers get the new events. */
void control_changed(struct control *control);
/*
 * The answer to a submitted command, sent by the next control_run; a ticket whose client has gone is dropped. `answer` is
 * copied.
 */
void control_answer(struct control *control, uint64_t ticket, const struct answer *answer);
/* The end of a backup; `fault` is said when `error` is not HALL_OK. */
void control_done(struct control *control, uint64_t ticket, enum hall_error error,
                  const char *fault);
/* Clients connected now, for metrics and tests. */
unsigned control_clients(const struct control *control);

#endif
