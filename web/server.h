/*
 * The pages and the HTTP API, nested in the caller's epoll loop (libmicrohttpd by its epoll descriptor). Knows neither
 * the hall nor the devices: it is handed a few functions at start. All calls on the caller's (hall) thread.
 * Log-in sessions live in memory and end with the program. Nothing here blocks; a turn of web_run serves at most 40
 * streams, so that pages never hold up the hall.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/command.h"
#include "protocol/snapshot.h"

#define WEB_EVENTS_UNREAD UINT64_MAX /* the journal could not be read just now */

struct web_user {
    char name[COMMAND_ID_SIZE];
    char role[WORD_SIZE];   /* viewer staff guide manager admin */
    char staff[STAFF_SIZE]; /* of role staff */
    char hash[129];
};

/* What the server may ask of its owner. Each is called on the hall thread, from web_run, and must not block. */
struct web_owner {
    void *context;
    /* The newest snapshot (its now_ms is what heartbeats go on from); borrowed until the next web_run or web_changed. */
    const struct snapshot *(*snapshot)(void *context);
    /*
     * Journal rows after `after` (from the first kept on where older ones are gone), at most `limit`, in order; stops
     * when `take` returns false. Returns the last seq there is, or WEB_EVENTS_UNREAD.
     */
    uint64_t (*events)(void *context, uint64_t after, unsigned limit,
                       bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                       void *to);
    /*
     * Hands a command over. The answer comes by web_answer(server, ticket, ...) after the commit, perhaps before this
     * returns. `by.id` is the user's name.
     */
    void (*submit)(void *context, const struct command *command, uint64_t ticket);
    bool (*user)(void *context, const char *name, struct web_user *user);
    /* `hash_hex`: SHA-256 of the bearer token's text, in hex. */
    bool (*token)(void *context, const char *hash_hex, struct web_user *user);
    /* Text of /metrics that the owner knows (Prometheus form); bytes written. */
    int (*metrics)(void *context, char *out, size_t size);
    /* Device and bus health as JSON for /api/v1/devices; bytes written. */
    int (*devices)(void *context, char *out, size_t size);
    bool (*is_ready)(void *context);
    /* Runs `work` on the worker thread, then `done` on the hall thread (password hashing). */
    void (*defer)(void *context, void (*work)(void *job), void (*done)(void *job), void *job);
    void (*log)(void *context, int level, const char *text);
};

struct web_settings {
    char listen[64], public_listen[64];
    char public_url[256];
    unsigned host_count;
    char hosts[8][256];
    bool tls;
    char cert_file[512], key_file[512];
};

struct web;
/* HALL_IO, HALL_BUSY (the address is taken): `fault` (WHAT_SIZE) says what. */
enum hall_error web_open(const struct web_settings *settings, const struct web_owner *owner,
                         struct web **web, char *fault);
void web_close(struct web *web);
/* Level-triggered descriptors for the loop; at most two. */
unsigned web_fds(const struct web *web, int fds[2]);
/* Milliseconds until web_run is wanted without an event, -1 never. */
int web_timeout_ms(struct web *web);
void web_run(struct web *web);
/* After each commit: streams send what is new; see stream.h. */
void web_changed(struct web *web);
void web_answer(struct web *web, uint64_t ticket, const struct answer *answer);
/* Open streams, for metrics and tests. */
unsigned web_streams(const struct web *web);

#endif
