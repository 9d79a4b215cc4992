/* From a whole request to who answers it: limits, Host, Origin, who asks, which route, may they. */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/web.h"

/* The `handle` of both listeners; `context` is the struct web. */
void routes_handle(void *context, struct http_request *request);

#endif
