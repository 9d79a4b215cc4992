/*
 * One HTTP listener over libmicrohttpd, nested by its epoll descriptor; see http.h.
 * Traps: a reader that gives 0 bytes without suspending its connection makes the library spin; a suspended connection
 * never notices that its peer closed; stopping with suspended connections is undefined, so all are resumed first.
 */
#include "web/http.h"

#include <assert.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "web/body.h"
#include "web/listen.h"
#include "web/pem.h"
#include "web/secret.h"

enum {
    REQUEST_MS = 20000,
    IDLE_MS = 30000,
    REPLY_MS = 60000,
    SWEEP_MS = 1000,
    POOL_SIZE = 12288, /* holds 8 KiB of headers beside what the library keeps of them */
    STREAM_BLOCK = 512,
    LOG_DEBUG = 7,
    SEND_BUFFER =
        65536 /* what the kernel holds for a slow peer; its own choice may grow to 4 MiB */
};

struct connection {
    struct connection *next, *previous;
    struct http *http;
    int fd;
    int64_t deadline_ms; /* 0 none: a handler or a stream's owner watches */
};

struct exchange {
    struct http_request
        request; /* the first member: an http_request is cast back to its exchange */
    struct exchange *next, *previous;
    struct MHD_Connection *peer;
    struct connection *connection;
    struct MHD_Response *response;
    unsigned status;
    struct body body;
    bool is_handled, is_queued, is_parked, is_cut;
    int (*pull)(void *context, char *out, size_t size);
};

struct http {
    struct MHD_Daemon *daemon;
    struct http_settings settings;
    struct connection *connections;
    struct exchange *exchanges;
    unsigned connection_count;
    size_t body_bytes;
    int64_t sweep_ms;
    int fd;
    uint16_t port;
    bool has_resumed; /* connections that wait for the next run, and not for their peer */
    char *cert, *key;
};

/* Every answer carries these: the pages need nothing from elsewhere, and nobody may frame them. */
static const char *const SECURITY_HEADERS[][2] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      "connect-src 'self'; font-src 'self'; media-src 'self'; manifest-src 'self'; "
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    /* Not no-referrer: with it some browsers send "Origin: null" even to ourselves. */
    { "Referrer-Policy", "same-origin" },
};

static enum hall_error http_start(struct http *http, int listener, char *fault);
static void http_sweep(struct http *http);
static void http_log(void *context, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static void http_on_connection(void *context, struct MHD_Connection *peer, void **place,
                               enum MHD_ConnectionNotificationCode code);
static enum MHD_Result http_on_request(void *context, struct MHD_Connection *peer, const char *url,
                                       const char *method, const char *version, const char *bytes,
                                       size_t *length, void **place);
static void http_on_completed(void *context, struct MHD_Connection *peer, void **place,
                              enum MHD_RequestTerminationCode code);
static struct exchange *exchange_open(struct http *http, struct MHD_Connection *peer,
                                      const char *url, const char *method);
static void exchange_close(struct exchange *exchange);
static void exchange_name_peer(struct exchange *exchange);
static enum MHD_Result exchange_go_on(struct exchange *exchange);
static void exchange_resume(struct exchange *exchange);
static void exchange_respond(struct exchange *exchange, struct MHD_Response *response,
                             const char *type);
static ssize_t exchange_pull(void *context, uint64_t position, char *out, size_t size);
static void header_add(struct MHD_Response *response, const char *name, const char *value);

enum hall_error http_open(const struct http_settings *settings, struct http **http, char *fault) {
    struct http *made = calloc(1, sizeof *made);
    if (made == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory for the HTTP server");
        return HALL_IO;
    }
    made->settings = *settings;
    int listener = -1;
    enum hall_error error = HALL_OK;
    if (settings->tls) {
        error = pem_read(settings->cert_file, &made->cert, fault);
        error = error == HALL_OK ? pem_read(settings->key_file, &made->key, fault) : error;
    }
    error = error == HALL_OK ? listen_open(settings->listen, &listener, fault) : error;
    error = error == HALL_OK ? http_start(made, listener, fault) : error;
    if (error != HALL_OK) {
        free(made->cert);
        free(made->key);
        free(made);
        return error;
    }
    *http = made;
    return HALL_OK;
}

void http_close(struct http *http) {
    for (struct exchange *exchange = http->exchanges; exchange != NULL; exchange = exchange->next) {
        exchange->is_cut = true;
        exchange_resume(exchange);
    }
    MHD_stop_daemon(http->daemon);
    assert(http->exchanges == NULL && http->connections == NULL);
    if (http->key != NULL) {
        secret_wipe(http->key, strlen(http->key));
    }
    free(http->cert);
    free(http->key);
    free(http);
}

int http_fd(const struct http *http) {
    return http->fd;
}

uint16_t http_port(const struct http *http) {
    return http->port;
}

unsigned http_connections(const struct http *http) {
    return http->connection_count;
}

int http_timeout_ms(struct http *http) {
    /* The library's own time-out does not know of them (seen with version 0.9.75). */
    if (http->has_resumed) {
        return 0;
    }
    MHD_UNSIGNED_LONG_LONG library_ms;
    int64_t wait_ms = http->connections == NULL ? -1 : SWEEP_MS;
    if (MHD_get_timeout(http->daemon, &library_ms) == MHD_YES &&
        (wait_ms < 0 || library_ms < (MHD_UNSIGNED_LONG_LONG)wait_ms)) {
        wait_ms = (int64_t)library_ms;
    }
    return (int)wait_ms;
}

void http_run(struct http *http) {
    int64_t now_ms = http->settings.now_ms(http->settings.context);
    if (now_ms >= http->sweep_ms) {
        http->sweep_ms = now_ms + SWEEP_MS;
        http_sweep(http);
    }
    http->has_resumed = false;
    (void)MHD_run(http->daemon);
}

bool http_is_from_loopback(const struct http_request *request) {
    return strncmp(request->address, "127.", 4) == 0 || strcmp(request->address, "::1") == 0;
}

const char *http_header(const struct http_request *request, const char *name) {
    const struct exchange *exchange = (const struct exchange *)(const void *)request;
    return MHD_lookup_connection_value(exchange->peer, MHD_HEADER_KIND, name);
}

const char *http_cookie(const struct http_request *request, const char *name) {
    const struct exchange *exchange = (const struct exchange *)(const void *)request;
    return MHD_lookup_connection_value(exchange->peer, MHD_COOKIE_KIND, name);
}

const char *http_query(const struct http_request *request, const char *name) {
    const struct exchange *exchange = (const struct exchange *)(const void *)request;
    return MHD_lookup_connection_value(exchange->peer, MHD_GET_ARGUMENT_KIND, name);
}

void http_answer(struct http_request *request, const struct http_reply *reply) {
    struct exchange *exchange = (struct exchange *)(void *)request;
    assert(exchange->response == NULL);
    /* The library takes a pointer to void; with these modes it only reads. */
    union {
        const void *given;
        void *taken;
    } bytes = { .given = reply->bytes };
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->length, bytes.taken,
        reply->is_static ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        http_cut(request);
        return;
    }
    for (unsigned i = 0; i < HTTP_REPLY_HEADERS && reply->headers[i].name != NULL; i++) {
        header_add(response, reply->headers[i].name, reply->headers[i].value);
    }
    exchange->status = reply->status;
    exchange->connection->deadline_ms =
        request->http->settings.now_ms(request->http->settings.context) + REPLY_MS;
    exchange_respond(exchange, response, reply->type);
}

void http_stream(struct http_request *request, const char *type,
                 int (*pull)(void *context, char *out, size_t size)) {
    struct exchange *exchange = (struct exchange *)(void *)request;
    assert(exchange->response == NULL);
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_BLOCK, exchange_pull, exchange, NULL);
    if (response == NULL) {
        http_cut(request);
        return;
    }
    exchange->pull = pull;
    exchange->status = MHD_HTTP_OK;
    header_add(response, "Cache-Control", "no-store");
    exchange_respond(exchange, response, type);
}

void http_wake(struct http_request *request) {
    struct exchange *exchange = (struct exchange *)(void *)request;
    if (exchange->pull != NULL) {
        exchange_resume(exchange);
    }
}

void http_cut(struct http_request *request) {
    struct exchange *exchange = (struct exchange *)(void *)request;
    exchange->is_cut = true;
    (void)shutdown(exchange->connection->fd, SHUT_RDWR);
    exchange_resume(exchange);
}

static enum hall_error http_start(struct http *http, int listener, char *fault) {
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (http->settings.tls ? (unsigned)MHD_USE_TLS : 0U);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, http->key },
        { MHD_OPTION_END, 0, NULL },
    };
    http->port = listen_port(listener);
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, http_on_request, http, MHD_OPTION_EXTERNAL_LOGGER, http_log, http,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_SIZE,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, http,
        MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, http, MHD_OPTION_ARRAY,
        http->settings.tls ? tls : &tls[2], MHD_OPTION_END);
    if (http->daemon ==
        NULL) { /* it has closed the listening descriptor, as MHD_stop_daemon does */
        snprintf(fault, WHAT_SIZE, "the HTTP server does not start%s",
                 http->settings.tls ? ": is the certificate and its key valid?" : "");
        return HALL_IO;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    assert(info != NULL);
    http->fd = info->epoll_fd;
    return HALL_OK;
}

static void http_sweep(struct http *http) {
    int64_t now_ms = http->settings.now_ms(http->settings.context);
    for (struct connection *one = http->connections; one != NULL; one = one->next) {
        if (one->deadline_ms != 0 && now_ms > one->deadline_ms) {
            (void)shutdown(one->fd, SHUT_RDWR);
            one->deadline_ms = 0;
        }
    }
}

static void http_log(void *context, const char *format, va_list arguments) {
    const struct http *http = context;
    char text[256];
    vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    http->settings.log(http->settings.context, LOG_DEBUG, text);
}

static void http_on_connection(void *context, struct MHD_Connection *peer, void **place,
                               enum MHD_ConnectionNotificationCode code) {
    struct http *http = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        struct connection *gone = *place;
        if (gone == NULL) {
            return;
        }
        *(gone->previous != NULL ? &gone->previous->next : &http->connections) = gone->next;
        if (gone->next != NULL) {
            gone->next->previous = gone->previous;
        }
        http->connection_count--;
        free(gone);
        return;
    }
    struct connection *made = calloc(1, sizeof *made);
    *place = made; /* without memory the connection's first request is refused */
    if (made == NULL) {
        return;
    }
    made->http = http;
    made->fd = MHD_get_connection_info(peer, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    made->deadline_ms = http->settings.now_ms(http->settings.context) + REQUEST_MS;
    const int room = SEND_BUFFER;
    (void)setsockopt(made->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    made->next = http->connections;
    if (made->next != NULL) {
        made->next->previous = made;
    }
    http->connections = made;
    http->connection_count++;
}

static enum MHD_Result http_on_request(void *context, struct MHD_Connection *peer, const char *url,
                                       const char *method, const char *version, const char *bytes,
                                       size_t *length, void **place) {
    (void)version;
    struct exchange *exchange = *place;
    if (exchange == NULL) {
        exchange = exchange_open(context, peer, url, method);
        *place = exchange;
        if (exchange == NULL) {
            return MHD_NO;
        }
        return exchange->request.is_too_large ? exchange_go_on(exchange) : MHD_YES;
    }
    if (*length > 0) {
        struct http *http = context;
        bool is_taken = body_take(&exchange->body, bytes, *length, &http->body_bytes);
        *length = 0;
        return is_taken ? MHD_YES : MHD_NO;
    }
    return exchange_go_on(exchange);
}

static void http_on_completed(void *context, struct MHD_Connection *peer, void **place,
                              enum MHD_RequestTerminationCode code) {
    struct http *http = context;
    (void)peer;
    (void)code;
    struct exchange *exchange = *place;
    if (exchange == NULL) {
        return;
    }
    exchange->connection->deadline_ms = http->settings.now_ms(http->settings.context) + IDLE_MS;
    *place = NULL;
    exchange_close(exchange);
}

static struct exchange *exchange_open(struct http *http, struct MHD_Connection *peer,
                                      const char *url, const char *method) {
    static const char *const METHODS[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_DELETE] = "DELETE"
    };
    struct connection *connection =
        MHD_get_connection_info(peer, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct exchange *made = connection == NULL ? NULL : calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->request.http = http;
    made->peer = peer;
    made->connection = connection;
    connection->deadline_ms = http->settings.now_ms(http->settings.context) + REQUEST_MS;
    for (unsigned i = HTTP_GET; i <= HTTP_DELETE; i++) {
        if (strcmp(method, METHODS[i]) == 0) {
            made->request.method = (enum http_method)i;
        }
    }
    size_t length = strlen(url);
    if (length < HTTP_PATH_SIZE) {
        memcpy(made->request.path, url, length + 1);
    }
    exchange_name_peer(made);
    const char *announced = http_header(&made->request, "Content-Length");
    made->request.is_too_large =
        announced != NULL && strtoull(announced, NULL, 10) > BODY_DISCARD_MAX;
    made->next = http->exchanges;
    if (made->next != NULL) {
        made->next->previous = made;
    }
    http->exchanges = made;
    return made;
}

static void exchange_close(struct exchange *exchange) {
    struct http *http = exchange->request.http;
    if (exchange->request.gone != NULL) {
        exchange->request.gone(exchange->request.context);
    }
    *(exchange->previous != NULL ? &exchange->previous->next : &http->exchanges) = exchange->next;
    if (exchange->next != NULL) {
        exchange->next->previous = exchange->previous;
    }
    if (exchange->response != NULL && !exchange->is_queued) {
        MHD_destroy_response(exchange->response);
    }
    body_free(&exchange->body, &http->body_bytes);
    free(exchange);
}

static void exchange_name_peer(struct exchange *exchange) {
    const struct sockaddr *address =
        MHD_get_connection_info(exchange->peer, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    socklen_t length =
        address->sa_family == AF_INET6 ? sizeof(struct sockaddr_storage) : sizeof(struct sockaddr);
    if (getnameinfo(address, length, exchange->request.address, HTTP_ADDRESS_SIZE, NULL, 0,
                    NI_NUMERICHOST) != 0) {
        exchange->request.address[0] = '\0';
    }
}

static enum MHD_Result exchange_go_on(struct exchange *exchange) {
    struct http *http = exchange->request.http;
    if (!exchange->is_handled) {
        exchange->is_handled = true;
        exchange->connection->deadline_ms = 0;
        exchange->request.body = exchange->body.bytes;
        exchange->request.body_length = exchange->body.length;
        exchange->request.is_too_large |= exchange->body.is_too_large;
        exchange->request.is_out_of_memory = exchange->body.is_out_of_memory;
        http->settings.handle(http->settings.context, &exchange->request);
    }
    if (exchange->is_cut) {
        return MHD_NO;
    }
    if (exchange->response == NULL) {
        exchange->is_parked = true;
        MHD_suspend_connection(exchange->peer);
        return MHD_YES;
    }
    exchange->is_queued = true;
    enum MHD_Result result =
        MHD_queue_response(exchange->peer, exchange->status, exchange->response);
    MHD_destroy_response(exchange->response);
    return result;
}

static void exchange_resume(struct exchange *exchange) {
    if (exchange->is_parked) {
        exchange->is_parked = false;
        exchange->request.http->has_resumed = true;
        MHD_resume_connection(exchange->peer);
    }
}

static void exchange_respond(struct exchange *exchange, struct MHD_Response *response,
                             const char *type) {
    for (size_t i = 0; i < sizeof SECURITY_HEADERS / sizeof SECURITY_HEADERS[0]; i++) {
        header_add(response, SECURITY_HEADERS[i][0], SECURITY_HEADERS[i][1]);
    }
    if (type != NULL) {
        header_add(response, "Content-Type", type);
    }
    exchange->response = response;
    exchange_resume(exchange);
}

static ssize_t exchange_pull(void *context, uint64_t position, char *out, size_t size) {
    (void)position;
    struct exchange *exchange = context;
    int given = exchange->is_cut ? -1 : exchange->pull(exchange->request.context, out, size);
    if (given < 0) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    if (given == 0) {
        exchange->is_parked = true;
        MHD_suspend_connection(exchange->peer);
    }
    return given;
}

/* Only an out-of-memory or a malformed header fails here; the latter is ours. */
static void header_add(struct MHD_Response *response, const char *name, const char *value) {
    (void)MHD_add_response_header(response, name, value);
}
