/* What can be read: the hall, its events, its devices, the service's own health. */
#ifndef WEB_API_H
#define WEB_API_H

#include "web/visitor.h"
#include "web/web.h"

enum { API_EVENTS_MAX = 500 };

void api_hall(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_display(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_stream(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_display_stream(struct web *web, struct http_request *request,
                        const struct visitor *visitor);
/* ?after=N&limit=500 -> {"events":[...],"next":N}: the next question's `after`. */
void api_events(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_devices(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_healthz(struct web *web, struct http_request *request, const struct visitor *visitor);
void api_readyz(struct web *web, struct http_request *request, const struct visitor *visitor);
/* From loopback without a proxy between, or with a token. */
void api_metrics(struct web *web, struct http_request *request, const struct visitor *visitor);

#endif
