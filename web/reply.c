/* The forms that every answer of the API has; see reply.h. */
#include "web/reply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "protocol/json.h"

static const char JSON_TYPE[] = "application/json";

void reply_json(struct http_request *request, const char *bytes, size_t length) {
    struct http_reply reply = { .status = STATUS_OK,
                                .type = JSON_TYPE,
                                .bytes = bytes,
                                .length = length,
                                .headers = { { "Cache-Control", "no-store" } } };
    http_answer(request, &reply);
}

void reply_error(struct http_request *request, enum http_status status, const char *error,
                 const char *message) {
    bool passes = status == STATUS_TOO_MANY || status == STATUS_UNAVAILABLE;
    reply_error_after(request, status, error, message, passes ? 1000 : 0);
}

void reply_error_after(struct http_request *request, enum http_status status, const char *error,
                       const char *message, int64_t wait_ms) {
    char text[512], after[24];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "error", error);
    json_write_text(&writer, "message", message);
    json_end_object(&writer);
    int length = json_writer_end(&writer);
    assert(length > 0);
    snprintf(after, sizeof after, "%lld", (long long)((wait_ms + 999) / 1000));
    struct http_reply reply = { .status = status,
                                .type = JSON_TYPE,
                                .bytes = text,
                                .length = (size_t)length,
                                .headers = { { "Cache-Control", "no-store" },
                                             { wait_ms > 0 ? "Retry-After" : NULL, after } } };
    http_answer(request, &reply);
}

void reply_no_page(struct http_request *request) {
    static const char PAGE[] =
        "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>404</title></head>"
        "<body><p>这个网址没有页面。</p>"
        "<p lang=\"en\">There is nothing at this address.</p></body></html>\n";
    struct http_reply reply = { .status = STATUS_NOT_FOUND,
                                .type = "text/html; charset=utf-8",
                                .bytes = PAGE,
                                .length = sizeof PAGE - 1,
                                .headers = { { "Cache-Control", "no-store" } } };
    http_answer(request, &reply);
}

void reply_text(struct http_request *request, enum http_status status, const char *text) {
    struct http_reply reply = { .status = status,
                                .type = "text/plain; charset=utf-8",
                                .bytes = text,
                                .length = strlen(text),
                                .headers = { { "Cache-Control", "no-store" } } };
    http_answer(request, &reply);
}
