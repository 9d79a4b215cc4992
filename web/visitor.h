/* Who asks: by a bearer token or by the session's cookie. */
#ifndef WEB_VISITOR_H
#define WEB_VISITOR_H

#include "web/web.h"

#define VISITOR_COOKIE "hallq_session"

/* false: a token was given and is not good. Without token and session the visitor is WEB_NOBODY. */
bool visitor_of(struct web *web, const struct http_request *request, struct visitor *visitor);
/* Is a visitor of an open stream still who they were? Counts as use of the session. */
bool visitor_stands(struct web *web, const struct visitor *visitor);

#endif
