/* Who asks; see visitor.h. */
#include "web/visitor.h"

#include <string.h>
#include <strings.h>

static bool visitor_by_token(struct web *web, const char *token, struct visitor *visitor);
static bool visitor_by_name(struct web *web, const char *name, struct visitor *visitor);

bool visitor_of(struct web *web, const struct http_request *request, struct visitor *visitor) {
    static const char BEARER[] = "Bearer ";
    *visitor = (struct visitor){ .role = WEB_NOBODY };
    const char *authorization = http_header(request, "Authorization");
    if (authorization != NULL) {
        return strncasecmp(authorization, BEARER, sizeof BEARER - 1) == 0 &&
               visitor_by_token(web, authorization + sizeof BEARER - 1, visitor);
    }
    const char *cookie = http_cookie(request, VISITOR_COOKIE);
    const struct session *session =
        cookie == NULL ? NULL : session_find(&web->sessions, cookie, web_now_ms(web));
    if (session == NULL || !visitor_by_name(web, session->user, visitor)) {
        return true;
    }
    if (!session_is_by(session, visitor->user.hash)) {
        session_end(&web->sessions, session->id);
        *visitor = (struct visitor){ .role = WEB_NOBODY };
        return true;
    }
    visitor->session = session->id;
    return true;
}

bool visitor_stands(struct web *web, const struct visitor *visitor) {
    struct visitor now = { .role = WEB_NOBODY };
    bool is_known = false;
    if (visitor->is_token) {
        is_known = web->owner.token(web->owner.context, visitor->token, &now.user);
    } else {
        is_known = session_touch(&web->sessions, visitor->session, web_now_ms(web)) &&
                   web->owner.user(web->owner.context, visitor->user.name, &now.user) &&
                   strcmp(now.user.hash, visitor->user.hash) == 0;
    }
    return is_known && role_of_name(now.user.role) == visitor->role;
}

static bool visitor_by_token(struct web *web, const char *token, struct visitor *visitor) {
    secret_hash_hex(token, visitor->token);
    if (!web->owner.token(web->owner.context, visitor->token, &visitor->user)) {
        return false;
    }
    visitor->is_token = true;
    visitor->role = role_of_name(visitor->user.role);
    return visitor->role != WEB_NOBODY;
}

/* Asked anew at each request: a user who was removed or whose role changed is so at once. */
static bool visitor_by_name(struct web *web, const char *name, struct visitor *visitor) {
    if (!web->owner.user(web->owner.context, name, &visitor->user)) {
        return false;
    }
    visitor->role = role_of_name(visitor->user.role);
    return visitor->role != WEB_NOBODY;
}
