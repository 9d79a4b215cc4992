/* Command ids and their answers, 24 hours long: in memory until the next commit, then in a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/store_private.h"

enum { ANSWER_KEPT_MS = 24 * 60 * 60 * 1000 };

bool store_answer_find(struct store *store, const char *id, char *out, size_t size,
                       int64_t now_ms) {
    for (unsigned i = store->answer_count; i > 0; i--) {
        if (strcmp(store->answers[i - 1].id, id) == 0) {
            snprintf(out, size, "%s", store->answers[i - 1].answer);
            return true;
        }
    }
    struct statement *get = store_statement(store, STATEMENT_ANSWER_GET);
    statement_bind_text(get, 1, id);
    statement_bind_int(get, 2, now_ms - ANSWER_KEPT_MS);
    bool is_found = statement_step(get) == HALL_OK;
    if (is_found) {
        statement_copy_text(get, 0, out, size);
    }
    statement_reset(get);
    return is_found;
}

/* When no more fit, they are written at once; on a disk that takes nothing the oldest is forgotten. */
void store_answer_keep(struct store *store, const char *id, const char *answer, int64_t now_ms) {
    if (store->answer_count == ANSWERS_PENDING_MAX &&
        store_append(store, NULL, 0, NULL, 0) != HALL_OK) {
        free(store->answers[0].answer);
        store->answer_count--;
        memmove(&store->answers[0], &store->answers[1],
                store->answer_count * sizeof store->answers[0]);
    }
    struct answer_pending *pending = &store->answers[store->answer_count];
    pending->answer = strdup(answer);
    if (pending->answer == NULL) {
        return;
    }
    snprintf(pending->id, sizeof pending->id, "%s", id);
    pending->time_ms = now_ms;
    store->answer_count++;
}

enum hall_error answers_write(struct store *store) {
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; i < store->answer_count && error == HALL_OK; i++) {
        struct statement *put = store_statement(store, STATEMENT_ANSWER_PUT);
        statement_bind_text(put, 1, store->answers[i].id);
        statement_bind_text(put, 2, store->answers[i].answer);
        statement_bind_int(put, 3, store->answers[i].time_ms);
        error = statement_run(put);
    }
    if (error == HALL_OK && store->answer_count > 0) {
        struct statement *forget = store_statement(store, STATEMENT_ANSWER_FORGET);
        statement_bind_int(forget, 1,
                           store->answers[store->answer_count - 1].time_ms - ANSWER_KEPT_MS);
        error = statement_run(forget);
    }
    return error;
}

void answers_forget(struct store *store) {
    for (unsigned i = 0; i < store->answer_count; i++) {
        free(store->answers[i].answer);
    }
    store->answer_count = 0;
}
