/* The forms that every answer of the API has. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/http.h"

enum http_status {
    STATUS_OK = 200,
    STATUS_NO_CONTENT = 204,
    STATUS_NOT_MODIFIED = 304,
    STATUS_BAD_REQUEST = 400,
    STATUS_UNAUTHORIZED = 401,
    STATUS_FORBIDDEN = 403,
    STATUS_NOT_FOUND = 404,
    STATUS_METHOD = 405,
    STATUS_TOO_LARGE = 413,
    STATUS_TOO_MANY = 429,
    STATUS_ERROR = 500,
    STATUS_UNAVAILABLE = 503
};

void reply_json(struct http_request *request, const char *bytes, size_t length);
/* {"error","message"}. 429 and 503 say after how many seconds to try again. */
void reply_error(struct http_request *request, enum http_status status, const char *error,
                 const char *message);
void reply_error_after(struct http_request *request, enum http_status status, const char *error,
                       const char *message, int64_t wait_ms);
/* 404 for people: a page of a few words. */
void reply_no_page(struct http_request *request);
void reply_text(struct http_request *request, enum http_status status, const char *text);

#endif
