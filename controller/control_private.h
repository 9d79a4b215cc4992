/* What control.c (sockets, clients) and control_request.c (what is asked) share; nobody else includes it. */
#ifndef CONTROLLER_CONTROL_PRIVATE_H
#define CONTROLLER_CONTROL_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "controller/control.h"

/* One connection. It asks one thing at a time: while it waits or watches nothing more is read. */
struct client {
    int fd;           /* -1: a free place */
    uint32_t wanted;  /* epoll events it is registered with */
    uint64_t ticket;  /* of the command or backup it waits for, 0 none */
    uint64_t after;   /* watch: the last seq that was taken into `out` */
    int64_t since_ms; /* CLOCK_MONOTONIC of the last progress */
    bool is_watching;
    bool is_ended; /* the peer has said all, or said too much: cut when `out` is empty */
    size_t in_length, out_at, out_length;
    char *in;  /* CONTROL_LINE_MAX bytes */
    char *out; /* CONTROL_ANSWER_MAX bytes; out_at..out_length is still to be sent */
};

struct control {
    struct control_owner owner;
    char path[108];
    dev_t device; /* of the socket's entry, so that another's is never removed */
    ino_t inode;
    int epoll, listener, timer;
    uint64_t last_ticket;
    struct client clients[CONTROL_CLIENTS_MAX];
};

/* One request; the answer, if it is there at once, stands in `out` afterwards. */
void control_request(struct control *control, struct client *client, const char *line,
                     size_t length);
/* Takes a bounded number of events that the watcher has room for; true: some did come, and more are there. */
bool control_fill(struct control *control, struct client *client);
void control_say_answer(struct client *client, const struct answer *answer);
void control_say_ok(struct client *client);
/* `message` NULL: the reason's own text. */
void control_refuse(struct client *client, enum reason reason, const char *message);
/* The reason that stands for an error of the store. */
enum reason control_reason(enum hall_error error);

#endif
