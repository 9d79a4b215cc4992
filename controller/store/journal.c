/* The append-only list of events: one transaction a batch, and the chain over the exact bytes. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "controller/store/store_private.h"

/* What an append has written so far; becomes the store's own only when the commit has returned. */
struct progress {
    uint64_t last_seq, rules_seq, day_seq;
    uint8_t hash[CHAIN_SIZE];
};

static enum hall_error put_entry(struct store *store, const struct store_entry *entry,
                                 struct progress *progress);
static enum hall_error put_marks(struct store *store, const struct event *event,
                                 struct progress *progress);
static enum hall_error put_cursor(struct store *store);
static enum hall_error check_row(struct statement *row, uint64_t expected, uint8_t hash[CHAIN_SIZE],
                                 char *fault);

enum hall_error store_append(struct store *store, const struct store_entry *entries, unsigned count,
                             const struct carry_row *carry, unsigned carry_count) {
    assert(!store->options.is_read_only);
    struct progress progress = { .last_seq = store->last_seq, .rules_seq = store->rules_seq };
    memcpy(progress.hash, store->last_hash, CHAIN_SIZE);
    enum hall_error error = store_begin(store);
    for (unsigned i = 0; i < count && error == HALL_OK; i++) {
        error = put_entry(store, &entries[i], &progress);
    }
    if (error == HALL_OK && progress.day_seq != 0) {
        error = carry_put(store, progress.day_seq, carry, carry_count);
    }
    error = error != HALL_OK ? error : put_cursor(store);
    error = error != HALL_OK ? error : notes_write(store);
    error = error != HALL_OK ? error : pins_write(store);
    error = error != HALL_OK ? error : answers_write(store);
    error = store_end(store, error);
    if (error != HALL_OK) {
        return error == HALL_FULL ? HALL_FULL : HALL_IO;
    }
    assert(carry_count == 0 || progress.day_seq != 0);
    store->last_seq = progress.last_seq;
    store->rules_seq = progress.rules_seq;
    store->saved_cursor = store->cursor;
    memcpy(store->last_hash, progress.hash, CHAIN_SIZE);
    answers_forget(store);
    store->note_last += store->note_count;
    notes_forget(store);
    store->pin_count = 0;
    return HALL_OK;
}

uint64_t store_first_seq(struct store *store) {
    int64_t first = 0;
    (void)database_ask(store->database, "SELECT coalesce(min(seq), 0) FROM journal", &first);
    return (uint64_t)first;
}

uint64_t store_last_seq(struct store *store) {
    if (!store->options.is_read_only) {
        return store->last_seq;
    }
    int64_t last = 0;
    (void)database_ask(store->database, "SELECT coalesce(max(seq), 0) FROM journal", &last);
    return (uint64_t)last;
}

void store_last_hash(struct store *store, char *out) {
    uint8_t hash[CHAIN_SIZE];
    uint64_t last = store_last_seq(store);
    out[0] = '\0';
    if (last != 0 && journal_hash(store, last, hash) == HALL_OK) {
        hash_hex(hash, out);
    }
}

void store_hash_after(const struct store *store, const struct store_entry *entries, unsigned count,
                      char *out) {
    uint8_t hash[CHAIN_SIZE];
    memcpy(hash, store->last_hash, CHAIN_SIZE);
    for (unsigned i = 0; i < count; i++) {
        hash_chain(hash, hash, entries[i].bytes, entries[i].length);
    }
    out[0] = '\0';
    if (store->last_seq + count > 0) {
        hash_hex(hash, out);
    }
}

enum hall_error store_read(struct store *store, uint64_t from, uint64_t to,
                           bool (*take)(void *context, uint64_t seq, const char *bytes,
                                        size_t length),
                           void *context) {
    struct statement *row = store_statement(store, STATEMENT_JOURNAL_READ);
    statement_bind_int(row, 1, (int64_t)from);
    statement_bind_int(row, 2, to > INT64_MAX ? INT64_MAX : (int64_t)to);
    enum hall_error error = statement_step(row);
    uint64_t expected = 0;
    while (error == HALL_OK) {
        uint64_t seq = (uint64_t)statement_int(row, 0);
        if (expected != 0 && seq != expected) {
            error = HALL_BROKEN;
            break;
        }
        expected = seq + 1;
        size_t length = 0;
        const char *bytes = statement_bytes(row, 1, &length);
        if (!take(context, seq, bytes, length)) {
            error = HALL_MISSING;
            break;
        }
        error = statement_step(row);
    }
    statement_reset(row);
    return error == HALL_MISSING ? HALL_OK : error;
}

enum hall_error store_verify(struct store *store, uint64_t *rows, uint64_t *bad_seq, char *fault) {
    uint8_t hash[CHAIN_SIZE];
    uint64_t first = store_first_seq(store);
    uint64_t expected = first;
    *rows = 0;
    *bad_seq = 0;
    enum hall_error error = first == 0 ? HALL_OK : journal_hash(store, first - 1, hash);
    if (error != HALL_OK) {
        *bad_seq = first;
        snprintf(fault, WHAT_SIZE, "the journal begins at seq %llu, not at 1",
                 (unsigned long long)first);
        return HALL_BROKEN;
    }
    struct statement *row = store_statement(store, STATEMENT_JOURNAL_WALK);
    statement_bind_int(row, 1, 0);
    statement_bind_int(row, 2, INT64_MAX);
    while ((error = statement_step(row)) == HALL_OK) {
        error = check_row(row, expected, hash, fault);
        if (error != HALL_OK) {
            *bad_seq = expected;
            break;
        }
        expected++;
        ++*rows;
    }
    if (error != HALL_MISSING && error != HALL_BROKEN) {
        fault_say(fault, store->path, database_error_text(store->database));
    }
    statement_reset(row);
    return error == HALL_MISSING ? HALL_OK : error;
}

enum hall_error journal_load_end(struct store *store, char *fault) {
    memset(store->last_hash, 0, CHAIN_SIZE);
    if (store->last_seq == 0) {
        return HALL_OK;
    }
    uint8_t hash[CHAIN_SIZE];
    if (journal_hash(store, store->last_seq - 1, hash) != HALL_OK) {
        char missing[WHAT_SIZE];
        snprintf(missing, sizeof missing, "seq %llu is missing",
                 (unsigned long long)store->last_seq - 1);
        fault_say(fault, store->path, missing);
        return HALL_BROKEN;
    }
    struct statement *row = store_statement(store, STATEMENT_JOURNAL_WALK);
    statement_bind_int(row, 1, (int64_t)store->last_seq);
    statement_bind_int(row, 2, (int64_t)store->last_seq);
    char what[WHAT_SIZE];
    snprintf(what, sizeof what, "%.*s", WHAT_SIZE - 1, database_error_text(store->database));
    enum hall_error error = statement_step(row);
    if (error == HALL_OK) {
        error = check_row(row, store->last_seq, hash, what);
    }
    if (error != HALL_OK) {
        fault_say(fault, store->path, what);
        error = HALL_BROKEN;
    } else {
        memcpy(store->last_hash, hash, CHAIN_SIZE);
    }
    statement_reset(row);
    return error;
}

enum hall_error journal_hash(struct store *store, uint64_t seq, uint8_t hash[CHAIN_SIZE]) {
    memset(hash, 0, CHAIN_SIZE);
    if (seq == 0) {
        return HALL_OK;
    }
    struct statement *row = store_statement(store, STATEMENT_JOURNAL_WALK);
    statement_bind_int(row, 1, (int64_t)seq);
    statement_bind_int(row, 2, (int64_t)seq);
    enum hall_error error = statement_step(row);
    if (error == HALL_OK) {
        size_t length = 0;
        const void *bytes = statement_bytes(row, 2, &length);
        if (length == CHAIN_SIZE) {
            memcpy(hash, bytes, CHAIN_SIZE);
        } else {
            error = HALL_BROKEN;
        }
    }
    statement_reset(row);
    return error;
}

static enum hall_error put_entry(struct store *store, const struct store_entry *entry,
                                 struct progress *progress) {
    const struct event *event = entry->event;
    /* The core counts; a gap here would be a hole in every copy of the journal for ever. */
    assert(event->seq == progress->last_seq + 1);
    hash_chain(progress->hash, progress->hash, entry->bytes, entry->length);
    struct statement *put = store_statement(store, STATEMENT_JOURNAL_PUT);
    statement_bind_int(put, 1, (int64_t)event->seq);
    statement_bind_bytes(put, 2, entry->bytes, entry->length);
    statement_bind_bytes(put, 3, progress->hash, CHAIN_SIZE);
    enum hall_error error = statement_run(put);
    error = error != HALL_OK ? error : records_put(store->records, event);
    error = error != HALL_OK ? error : put_marks(store, event, progress);
    progress->last_seq = event->seq;
    return error;
}

/* Where a replay begins, what a restore left to be told once, and the note that an event says is erased. */
static enum hall_error put_marks(struct store *store, const struct event *event,
                                 struct progress *progress) {
    enum hall_error error = HALL_OK;
    if (event->type == EVENT_CONFIG_LOADED) {
        progress->rules_seq = event->seq;
        error = meta_put_int(store, "rules_seq", event->seq);
    } else if (event->type == EVENT_HALL_DAY_BEGAN) {
        progress->day_seq = event->seq;
        error = meta_put_int(store, "day_seq", event->seq);
        error =
            error != HALL_OK ? error : meta_put_int(store, "day_rules_seq", progress->rules_seq);
    } else if (event->type == EVENT_HALL_STARTED) {
        error = meta_put_text(store, "next", "");
    } else if (event->type == EVENT_NOTE_ERASED) {
        error = note_erase(store, event->note);
    }
    return error;
}

static enum hall_error put_cursor(struct store *store) {
    if (store->cursor == store->saved_cursor) {
        return HALL_OK;
    }
    return meta_put_int(store, "cursor", store->cursor);
}

/* Compares one row of the walk with what it must be; `hash` is the row before's and becomes this one's. */
static enum hall_error check_row(struct statement *row, uint64_t expected, uint8_t hash[CHAIN_SIZE],
                                 char *fault) {
    uint64_t seq = (uint64_t)statement_int(row, 0);
    if (seq != expected) {
        snprintf(fault, WHAT_SIZE, "seq %llu is missing", (unsigned long long)expected);
        return HALL_BROKEN;
    }
    size_t length = 0;
    const void *bytes = statement_bytes(row, 1, &length);
    hash_chain(hash, hash, bytes, length);
    const void *kept = statement_bytes(row, 2, &length);
    if (length != CHAIN_SIZE || memcmp(kept, hash, CHAIN_SIZE) != 0) {
        snprintf(fault, WHAT_SIZE, "seq %llu: the bytes are not what the chain says",
                 (unsigned long long)seq);
        return HALL_BROKEN;
    }
    return HALL_OK;
}
