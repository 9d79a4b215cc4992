/* From a request to who answers it; see routes.h. */
#include "web/routes.h"

#include <string.h>

#include "protocol/reason.h"
#include "web/api.h"
#include "web/login.h"
#include "web/orders.h"
#include "web/origin.h"
#include "web/pages.h"
#include "web/reply.h"

/*
 * FOR_SIGNED_IN: any role; what each may see or do the handler knows. FOR_READERS: who may see single ratings. The
 * journal's rows tell of each other: a rating left out leaves a hole in their numbers, a bad one a wider hole; and the
 * devices' counters tell what a keypad was asked.
 */
enum access { FOR_ALL, FOR_SIGNED_IN, FOR_READERS };

struct route {
    enum http_method method;
    enum access access;
    bool is_public;   /* also on the public listener */
    const char *path; /* ending in '/': everything below it */
    void (*answer)(struct web *web, struct http_request *request, const struct visitor *visitor);
};

static const struct route ROUTES[] = {
    { HTTP_GET, FOR_ALL, false, "/healthz", api_healthz },
    { HTTP_GET, FOR_ALL, false, "/readyz", api_readyz },
    { HTTP_GET, FOR_ALL, false, "/metrics", api_metrics },
    { HTTP_GET, FOR_ALL, true, "/api/v1/display", api_display },
    { HTTP_GET, FOR_ALL, true, "/api/v1/display/stream", api_display_stream },
    { HTTP_GET, FOR_SIGNED_IN, false, "/api/v1/hall", api_hall },
    { HTTP_GET, FOR_SIGNED_IN, false, "/api/v1/stream", api_stream },
    { HTTP_GET, FOR_READERS, false, "/api/v1/events", api_events },
    { HTTP_GET, FOR_READERS, false, "/api/v1/devices", api_devices },
    { HTTP_POST, FOR_ALL, false, "/api/v1/session", login_begin },
    { HTTP_GET, FOR_SIGNED_IN, false, "/api/v1/session", login_show },
    { HTTP_DELETE, FOR_SIGNED_IN, false, "/api/v1/session", login_end },
    { HTTP_POST, FOR_SIGNED_IN, false, "/api/v1/commands/", order_begin },
};

static bool request_is_sound(struct web *web, struct http_request *request);
static bool request_is_public(const struct web *web, const struct http_request *request);
static const struct route *route_find(const struct http_request *request, bool is_public,
                                      const char **allow);
static bool route_is_at(const struct route *route, const char *path);
static bool origin_is_good(struct web *web, struct http_request *request,
                           const struct visitor *visitor);
static void answer_without_route(struct http_request *request, bool is_public, const char *allow);
static bool is_from_person(const struct http_request *request);

void routes_handle(void *context, struct http_request *request) {
    struct web *web = context;
    if (!request_is_sound(web, request)) {
        return;
    }
    bool is_public = request_is_public(web, request);
    const char *allow = NULL;
    const struct route *route = route_find(request, is_public, &allow);
    if (route == NULL) {
        answer_without_route(request, is_public, allow);
        return;
    }
    struct visitor visitor;
    if (!visitor_of(web, request, &visitor)) {
        reply_error(request, STATUS_UNAUTHORIZED, "bad_token", "This token is not known.");
        return;
    }
    if (!origin_is_good(web, request, &visitor)) {
        reply_error(request, STATUS_FORBIDDEN, "wrong_origin",
                    "This request comes from a page that is not ours.");
        return;
    }
    if (route->access != FOR_ALL && visitor.role == WEB_NOBODY) {
        reply_error(request, STATUS_UNAUTHORIZED, "log_in", "Please log in.");
        return;
    }
    if (route->access == FOR_READERS && !role_sees_ratings(visitor.role)) {
        reply_error(request, STATUS_FORBIDDEN, reason_word(REASON_NOT_ALLOWED),
                    reason_en(REASON_NOT_ALLOWED));
        return;
    }
    route->answer(web, request, &visitor);
}

static bool request_is_sound(struct web *web, struct http_request *request) {
    if (request->is_too_large) {
        reply_error(request, STATUS_TOO_LARGE, "too_large", "At most 65536 bytes.");
        return false;
    }
    if (request->is_out_of_memory) {
        reply_error(request, STATUS_UNAVAILABLE, "busy", "Too much is being sent at once.");
        return false;
    }
    if (!origin_host_is_ours(&web->settings, http_header(request, "Host"))) {
        reply_error(request, STATUS_BAD_REQUEST, "wrong_host",
                    "This service does not go by that name; http.hosts lists its names.");
        return false;
    }
    return true;
}

static bool request_is_public(const struct web *web, const struct http_request *request) {
    return request->http == web->listeners[1];
}

/* HEAD asks for a GET route's headers, but a stream has no end. `allow`: the path is known with another method. */
static const struct route *route_find(const struct http_request *request, bool is_public,
                                      const char **allow) {
    static const char *const ALLOW[] = {
        [HTTP_GET] = "GET, HEAD", [HTTP_POST] = "POST", [HTTP_DELETE] = "DELETE"
    };
    bool is_head = request->method == HTTP_HEAD && strstr(request->path, "stream") == NULL;
    enum http_method method = is_head ? HTTP_GET : request->method;
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        const struct route *route = &ROUTES[i];
        if (!route_is_at(route, request->path) || (is_public && !route->is_public)) {
            continue;
        }
        if (route->method == method) {
            return route;
        }
        *allow = ALLOW[route->method];
    }
    return NULL;
}

static bool route_is_at(const struct route *route, const char *path) {
    size_t length = strlen(route->path);
    return route->path[length - 1] == '/'
               ? strncmp(route->path, path, length) == 0 && path[length] != '\0'
               : strcmp(route->path, path) == 0;
}

/*
 * A browser sends the cookie with requests that other sites make, and tells who made them by Origin. A token is sent by
 * nobody but its owner. Reading is guarded by the browser itself, so a GET may lack it.
 */
static bool origin_is_good(struct web *web, struct http_request *request,
                           const struct visitor *visitor) {
    if (visitor->is_token) {
        return true;
    }
    const char *origin = http_header(request, "Origin");
    bool changes = request->method == HTTP_POST || request->method == HTTP_DELETE;
    if (origin == NULL) {
        return !changes || visitor->session == 0;
    }
    return origin_is_ours(&web->settings, origin, http_header(request, "Host"));
}

static void answer_without_route(struct http_request *request, bool is_public, const char *allow) {
    bool reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    if (allow == NULL && reads && pages_answer(request, is_public)) {
        return;
    }
    if (allow != NULL || !reads) {
        static const char TEXT[] = "{\"error\":\"method\",\"message\":\"Not with this method.\"}";
        struct http_reply reply = { .status = STATUS_METHOD,
                                    .type = "application/json",
                                    .bytes = TEXT,
                                    .length = sizeof TEXT - 1,
                                    .headers = {
                                        { "Allow", allow != NULL ? allow : "GET, HEAD" } } };
        http_answer(request, &reply);
        return;
    }
    if (is_from_person(request)) {
        reply_no_page(request);
        return;
    }
    reply_error(request, STATUS_NOT_FOUND, "not_found", "There is nothing at this address.");
}

/* A browser's address line asks for text/html by name; a program asks for anything. Below /api/ there are no pages. */
static bool is_from_person(const struct http_request *request) {
    const char *accept = http_header(request, "Accept");
    return accept != NULL && strstr(accept, "text/html") != NULL &&
           strncmp(request->path, "/api/", 5) != 0;
}
