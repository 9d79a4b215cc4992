/* The body of a request while it comes; see body.h. */
#include "web/body.h"

#include <stdlib.h>
#include <string.h>

static bool body_grow(struct body *body, size_t needed, size_t *account);

bool body_take(struct body *body, const char *bytes, size_t length, size_t *account) {
    size_t needed = body->length + length;
    body->is_too_large = body->is_too_large || needed > BODY_MAX;
    if (!body->is_too_large && !body->is_out_of_memory) {
        body->is_out_of_memory = !body_grow(body, needed + 1, account);
    }
    if (body->is_too_large || body->is_out_of_memory) {
        body->discarded += length;
        return body->discarded <= BODY_DISCARD_MAX;
    }
    memcpy(body->bytes + body->length, bytes, length);
    body->bytes[needed] = '\0';
    body->length = needed;
    return true;
}

void body_free(struct body *body, size_t *account) {
    *account -= body->size;
    free(body->bytes);
    *body = (struct body){ 0 };
}

static bool body_grow(struct body *body, size_t needed, size_t *account) {
    if (needed <= body->size) {
        return true;
    }
    size_t size = body->size == 0 ? 1024 : body->size * 2;
    size = size < needed ? needed : size;
    size_t more = size - body->size;
    char *grown = *account + more > BODIES_MAX ? NULL : realloc(body->bytes, size);
    if (grown == NULL) {
        return false;
    }
    *account += more;
    body->bytes = grown;
    body->size = size;
    return true;
}
