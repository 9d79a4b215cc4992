/* What can be read; see api.h. */
#include "web/api.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/reason.h"
#include "web/reply.h"
#include "web/stream.h"

enum { EVENTS_ROOM = WEB_SCRATCH_SIZE - EVENT_JSON_MAX - 64 };

/* One answer of /api/v1/events being written into web->scratch. */
struct page {
    struct web *web;
    size_t used;
    uint64_t next;
    bool needs_comma;
};

static void api_snapshot(struct web *web, struct http_request *request, enum view view);
static enum view view_of(const struct visitor *visitor);
static bool query_number(const struct http_request *request, const char *name, uint64_t *value);
static bool page_take(void *context, uint64_t seq, const char *bytes, size_t length);
static bool is_local(const struct http_request *request);
static int metrics_write(struct web *web, char *out, size_t size);

void api_hall(struct web *web, struct http_request *request, const struct visitor *visitor) {
    api_snapshot(web, request, view_of(visitor));
}

void api_display(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)visitor;
    api_snapshot(web, request, VIEW_PUBLIC);
}

void api_stream(struct web *web, struct http_request *request, const struct visitor *visitor) {
    stream_begin(web, request, visitor, view_of(visitor));
}

void api_display_stream(struct web *web, struct http_request *request,
                        const struct visitor *visitor) {
    stream_begin(web, request, visitor, VIEW_PUBLIC);
}

void api_events(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)visitor;
    uint64_t after = 0, limit = API_EVENTS_MAX;
    if (!query_number(request, "after", &after) || !query_number(request, "limit", &limit) ||
        limit == 0 || limit > API_EVENTS_MAX) {
        reply_error(request, STATUS_BAD_REQUEST, "malformed",
                    "after must be a whole number, limit 1..500.");
        return;
    }
    struct page page = { .web = web, .next = after };
    page.used = (size_t)snprintf(web->scratch, WEB_SCRATCH_SIZE, "{\"events\":[");
    if (web->owner.events(web->owner.context, after, (unsigned)limit, page_take, &page) ==
        WEB_EVENTS_UNREAD) {
        reply_error(request, STATUS_UNAVAILABLE, "unread", "The journal can't be read just now.");
        return;
    }
    page.used += (size_t)snprintf(web->scratch + page.used, WEB_SCRATCH_SIZE - page.used,
                                  "],\"next\":%llu}", (unsigned long long)page.next);
    reply_json(request, web->scratch, page.used);
}

void api_devices(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)visitor;
    int length = web->owner.devices(web->owner.context, web->scratch, WEB_SCRATCH_SIZE);
    if (length <= 0) {
        reply_error(request, STATUS_UNAVAILABLE, "not_ready", "The devices are not known yet.");
        return;
    }
    reply_json(request, web->scratch, (size_t)length);
}

void api_healthz(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)web;
    (void)visitor;
    reply_text(request, STATUS_OK, "ok\n");
}

void api_readyz(struct web *web, struct http_request *request, const struct visitor *visitor) {
    (void)visitor;
    bool is_ready = web->owner.is_ready(web->owner.context);
    reply_text(request, is_ready ? STATUS_OK : STATUS_UNAVAILABLE,
               is_ready ? "ready\n" : "not ready\n");
}

void api_metrics(struct web *web, struct http_request *request, const struct visitor *visitor) {
    if (visitor->role == WEB_STAFF) { /* the count of events tells what was rated, and how */
        reply_error(request, STATUS_FORBIDDEN, reason_word(REASON_NOT_ALLOWED),
                    reason_en(REASON_NOT_ALLOWED));
        return;
    }
    if (!visitor->is_token && !is_local(request)) {
        reply_error(request, STATUS_UNAUTHORIZED, "token_needed",
                    "Metrics are given to this machine itself, or for a token.");
        return;
    }
    int length = metrics_write(web, web->scratch, WEB_SCRATCH_SIZE);
    struct http_reply reply = { .status = STATUS_OK,
                                .type = "text/plain; version=0.0.4; charset=utf-8",
                                .bytes = web->scratch,
                                .length = (size_t)length,
                                .headers = { { "Cache-Control", "no-store" } } };
    http_answer(request, &reply);
}

static void api_snapshot(struct web *web, struct http_request *request, enum view view) {
    const struct snapshot *snapshot = web->owner.snapshot(web->owner.context);
    int length = snapshot_write(snapshot, view, web->scratch, WEB_SCRATCH_SIZE);
    if (length < 0) {
        reply_error(request, STATUS_ERROR, "too_large", "The hall does not fit into an answer.");
        return;
    }
    reply_json(request, web->scratch, (size_t)length);
}

static enum view view_of(const struct visitor *visitor) {
    return role_sees_ratings(visitor->role) ? VIEW_ALL : VIEW_STAFF;
}

/* Not there: the value stays. false: not a whole number. */
static bool query_number(const struct http_request *request, const char *name, uint64_t *value) {
    const char *text = http_query(request, name);
    if (text == NULL) {
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18 || text[digits] != '\0') {
        return false;
    }
    *value = strtoull(text, NULL, 10);
    return true;
}

static bool page_take(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct page *page = context;
    page->next = seq;
    if (page->needs_comma) {
        page->web->scratch[page->used++] = ',';
    }
    memcpy(page->web->scratch + page->used, bytes, length);
    page->used += length;
    page->needs_comma = true;
    return page->used < EVENTS_ROOM;
}

/* Behind a reverse proxy on this machine everybody would be local. */
static bool is_local(const struct http_request *request) {
    return http_is_from_loopback(request) && http_header(request, "X-Forwarded-For") == NULL &&
           http_header(request, "Forwarded") == NULL;
}

static int metrics_write(struct web *web, char *out, size_t size) {
    unsigned connections = 0;
    for (unsigned i = 0; i < WEB_LISTENERS; i++) {
        connections += web->listeners[i] == NULL ? 0 : http_connections(web->listeners[i]);
    }
    int used = web->owner.metrics(web->owner.context, out, size);
    used = used < 0 ? 0 : used;
    used += snprintf(out + used, size - (size_t)used,
                     "# HELP hallq_http_connections Open connections of browsers and programs.\n"
                     "# TYPE hallq_http_connections gauge\n"
                     "hallq_http_connections %u\n"
                     "# HELP hallq_http_streams Open live streams.\n"
                     "# TYPE hallq_http_streams gauge\n"
                     "hallq_http_streams %u\n",
                     connections, streams_count(web->streams));
    return used < (int)size ? used : (int)size - 1;
}
