/* The server's life in the caller's loop; see server.h. */
#include "web/server.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "web/login.h"
#include "web/orders.h"
#include "web/routes.h"
#include "web/stream.h"
#include "web/web.h"

static enum hall_error web_listen(struct web *web, char *fault);
static int64_t web_clock(void *context);
static void web_library_log(void *context, int level, const char *text);
static int least_wait(int a, int b);

enum hall_error web_open(const struct web_settings *settings, const struct web_owner *owner,
                         struct web **web, char *fault) {
    struct web *made = calloc(1, sizeof *made);
    if (made == NULL || !secret_init()) {
        free(made);
        snprintf(fault, WHAT_SIZE, "the web server does not start: no memory or no randomness");
        return HALL_IO;
    }
    made->settings = *settings;
    made->owner = *owner;
    made->scratch = malloc(WEB_SCRATCH_SIZE);
    made->streams = streams_open(made);
    made->orders = orders_open();
    made->logins = logins_open(made);
    enum hall_error error = HALL_IO;
    if (made->scratch == NULL || made->streams == NULL || made->orders == NULL ||
        made->logins == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory for the web server");
    } else {
        error = web_listen(made, fault);
    }
    if (error != HALL_OK) {
        web_close(made);
        return error;
    }
    *web = made;
    return HALL_OK;
}

void web_close(struct web *web) {
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        if (web->listeners[i] != NULL) {
            http_close(web->listeners[i]);
        }
    }
    if (web->streams != NULL) {
        streams_close(web->streams);
    }
    if (web->logins != NULL) {
        logins_close(web->logins);
    }
    orders_close(web->orders);
    free(web->scratch);
    secret_wipe(&web->sessions, sizeof web->sessions);
    free(web);
}

unsigned web_fds(const struct web *web, int fds[2]) {
    unsigned count = 0;
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        if (web->listeners[i] != NULL) {
            fds[count++] = http_fd(web->listeners[i]);
        }
    }
    return count;
}

int web_timeout_ms(struct web *web) {
    int wait_ms = least_wait(streams_timeout_ms(web), orders_timeout_ms(web));
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        if (web->listeners[i] != NULL) {
            wait_ms = least_wait(wait_ms, http_timeout_ms(web->listeners[i]));
        }
    }
    return wait_ms;
}

void web_run(struct web *web) {
    streams_run(web);
    orders_run(web);
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        if (web->listeners[i] != NULL) {
            http_run(web->listeners[i]);
        }
    }
}

void web_changed(struct web *web) {
    streams_changed(web);
    streams_run(web);
}

void web_answer(struct web *web, uint64_t ticket, const struct answer *answer) {
    order_answer(web, ticket, answer);
}

unsigned web_streams(const struct web *web) {
    return streams_count(web->streams);
}

int64_t web_now_ms(const struct web *web) {
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(failed == 0);
    (void)failed;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + web->clock_add_ms;
}

uint16_t web_port(const struct web *web, unsigned listener) {
    return http_port(web->listeners[listener]);
}

void web_log(const struct web *web, int level, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is, one line above; clang 14 loses it */
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    web->owner.log(web->owner.context, level, text);
}

/* TLS is the private listener's and the public one's alike: phones come from outside. */
static enum hall_error web_listen(struct web *web, char *fault) {
    const char *const addresses[WEB_LISTENERS] = { web->settings.listen,
                                                   web->settings.public_listen };
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        if (addresses[i][0] == '\0') {
            continue;
        }
        struct http_settings settings = { .listen = addresses[i],
                                          .tls = web->settings.tls,
                                          .cert_file = web->settings.cert_file,
                                          .key_file = web->settings.key_file,
                                          .now_ms = web_clock,
                                          .handle = routes_handle,
                                          .log = web_library_log,
                                          .context = web };
        enum hall_error error = http_open(&settings, &web->listeners[i], fault);
        if (error != HALL_OK) {
            return error;
        }
    }
    return HALL_OK;
}

static int64_t web_clock(void *context) {
    return web_now_ms(context);
}

static void web_library_log(void *context, int level, const char *text) {
    web_log(context, level, "http: %s", text);
}

/* -1 is never. */
static int least_wait(int a, int b) {
    return a < 0 || (b >= 0 && b < a) ? b : a;
}
