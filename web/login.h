/*
 * Log-in and log-out. Passwords are hashed on the worker, one at a time, with a bounded waiting list; attempts are
 * slowed by account and by address.
 */
#ifndef WEB_LOGIN_H
#define WEB_LOGIN_H

#include "web/visitor.h"
#include "web/web.h"

enum { LOGINS_MAX = 8, LOGIN_PASSWORD_SIZE = 257 };

struct logins *logins_open(struct web *web);
/* After the listeners were closed. What is on the worker is finished there and forgotten. */
void logins_close(struct logins *logins);

/* POST {"user","password"}, GET and DELETE of /api/v1/session. */
void login_begin(struct web *web, struct http_request *request, const struct visitor *visitor);
void login_show(struct web *web, struct http_request *request, const struct visitor *visitor);
void login_end(struct web *web, struct http_request *request, const struct visitor *visitor);

#endif
