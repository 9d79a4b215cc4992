/*
 * One HTTP listener: requests come whole (headers and at most 64 KiB of body), each is answered now, later, or by a
 * stream that is pulled. The only file that knows libmicrohttpd is http.c. Nothing waits for ever: headers and body have
 * 20 s, an idle connection 30 s, an answer 60 s to be taken; a stream's owner judges it by itself (http_cut).
 * All calls on one thread.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

enum {
    HTTP_CONNECTIONS_MAX = 256,
    HTTP_PATH_SIZE = 256,
    HTTP_ADDRESS_SIZE = 64,
    HTTP_REPLY_HEADERS = 4
};

enum http_method { HTTP_OTHER, HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_DELETE };

struct http;

struct http_request {
    struct http *http; /* the listener that it came by */
    enum http_method method;
    char path[HTTP_PATH_SIZE];       /* decoded; "" when longer than this */
    char address[HTTP_ADDRESS_SIZE]; /* the peer's, numeric */
    const char *body;                /* with a closing NUL; NULL none */
    size_t body_length;
    bool is_too_large, is_out_of_memory; /* the body was not kept */
    /*
     * For a request that is answered later: `gone(context)` is called once, when the connection is over or the answer
     * is out, and after it the request does not exist.
     */
    void (*gone)(void *context);
    void *context;
};

struct http_reply {
    unsigned status;
    const char *type; /* NULL none */
    const void *bytes;
    size_t length;
    bool is_static; /* bytes outlive the program: not copied */
    struct {
        const char *name, *value;
    } headers[HTTP_REPLY_HEADERS]; /* ended by a NULL name */
};

struct http_settings {
    const char *listen;
    bool tls;
    const char *cert_file, *key_file;
    int64_t (*now_ms)(void *context);
    /* Must answer, stream, or keep the request to answer it later. */
    void (*handle)(void *context, struct http_request *request);
    void (*log)(void *context, int level, const char *text);
    void *context;
};

/* `fault` (WHAT_SIZE) says what is wrong with address or certificate. */
enum hall_error http_open(const struct http_settings *settings, struct http **http, char *fault);
/* Ends every request and stream (their `gone` is called). */
void http_close(struct http *http);
int http_fd(const struct http *http);
uint16_t http_port(const struct http *http);
int http_timeout_ms(struct http *http);
void http_run(struct http *http);
unsigned http_connections(const struct http *http);

bool http_is_from_loopback(const struct http_request *request);
/* NULL when it is not there. Borrowed for the request's life. */
const char *http_header(const struct http_request *request, const char *name);
const char *http_cookie(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);

/* Once a request. */
void http_answer(struct http_request *request, const struct http_reply *reply);
/*
 * Answers 200 with an unbounded body: `pull(request->context, out, size)` gives the next bytes, 0 when there are none
 * (then http_wake says when to ask again), -1 to end.
 */
void http_stream(struct http_request *request, const char *type,
                 int (*pull)(void *context, char *out, size_t size));
void http_wake(struct http_request *request);
/* Breaks the connection now; `gone` follows in a later http_run. */
void http_cut(struct http_request *request);

#endif
