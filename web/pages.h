/* The pages and their files, from what was embedded at build. */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/http.h"

/* Answers a GET or HEAD of a page or file; false: there is none at this path. The public listener has fewer. */
bool pages_answer(struct http_request *request, bool is_public_listener);

#endif
