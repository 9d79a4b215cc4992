/* What the files of web/ share: the server's value, who asks, and small helpers. Nobody outside web/ includes this. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "web/attempts.h"
#include "web/http.h"
#include "web/roles.h"
#include "web/server.h"
#include "web/session.h"

enum { WEB_LISTENERS = 2, WEB_SCRATCH_SIZE = 1 << 20 };

/* Who asks. Without log-in and token the role is WEB_NOBODY. */
struct visitor {
    enum web_role role;
    bool is_token;
    uint64_t session;             /* 0 none */
    char token[SECRET_HASH_SIZE]; /* its hash; "" none */
    struct web_user user;
};

struct streams;
struct orders;
struct logins;

struct web {
    struct web_settings settings;
    struct web_owner owner;
    struct http *listeners[WEB_LISTENERS]; /* [1] is the public one, NULL without */
    struct sessions sessions;
    struct attempts attempts;
    struct streams *streams;
    struct orders *orders;
    struct logins *logins;
    char *scratch;        /* WEB_SCRATCH_SIZE bytes for the answer that is being made */
    int64_t clock_add_ms; /* moves the clock of time limits; tests do */
};

/* Monotonic, for time limits. */
int64_t web_now_ms(const struct web *web);
uint16_t web_port(const struct web *web, unsigned listener);
void web_log(const struct web *web, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
