/* Commands given over HTTP: handed to the owner, answered after its commit or with 503 after 5 s. Bounded. */
#ifndef WEB_ORDERS_H
#define WEB_ORDERS_H

#include "web/visitor.h"
#include "web/web.h"

enum { ORDERS_MAX = 64, ORDER_DEADLINE_MS = 5000 };

struct orders *orders_open(void);
void orders_close(struct orders *orders);
/* POST /api/v1/commands/NAME. */
void order_begin(struct web *web, struct http_request *request, const struct visitor *visitor);
void order_answer(struct web *web, uint64_t ticket, const struct answer *answer);
void orders_run(struct web *web);
int orders_timeout_ms(const struct web *web);

#endif
