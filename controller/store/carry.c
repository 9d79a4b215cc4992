/* What outlives a day, as rows written with hall.day_began; and the replay that begins there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/store_private.h"

enum { CARRY_NUMBERS = 6 };

/* One replay under way. */
struct replay {
    struct hall *hall;
    struct rules *rules; /* where config.loaded is read to; the hall takes its own copy */
    uint64_t expected, events;
    uint8_t hash[CHAIN_SIZE]; /* the chain over the bytes taken */
    enum hall_error error;
    char *fault;
};

static enum hall_error replay_all(struct store *store, struct hall *hall, uint64_t *events,
                                  char *fault);
static enum hall_error replay_begin(struct store *store, struct replay *replay, uint64_t *from);
static enum hall_error replay_rows(struct store *store, struct replay *replay, uint64_t from,
                                   uint64_t to);
static bool replay_take(void *context, uint64_t seq, const char *bytes, size_t length);
static enum hall_error check_end(struct store *store, const struct replay *replay);
static void restore_row(void *context, const struct carry_row *row);

/* Only the newest set is of use: rebuild makes any other from the journal. */
enum hall_error carry_put(struct store *store, uint64_t day_seq, const struct carry_row *rows,
                          unsigned count) {
    enum hall_error error = statement_run(store_statement(store, STATEMENT_CARRY_CLEAR));
    for (unsigned i = 0; i < count && error == HALL_OK; i++) {
        struct statement *put = store_statement(store, STATEMENT_CARRY_PUT);
        statement_bind_int(put, 1, (int64_t)day_seq);
        statement_bind_int(put, 2, i);
        statement_bind_text(put, 3, rows[i].kind);
        statement_bind_text(put, 4, rows[i].key);
        for (int n = 0; n < CARRY_NUMBERS; n++) {
            statement_bind_int(put, 5 + n, rows[i].numbers[n]);
        }
        statement_bind_text(put, 5 + CARRY_NUMBERS, rows[i].text);
        error = statement_run(put);
    }
    return error;
}

enum hall_error carry_read(struct store *store,
                           void (*take)(void *context, const struct carry_row *row),
                           void *context) {
    struct statement *get = store_statement(store, STATEMENT_CARRY_READ);
    enum hall_error error = statement_step(get);
    while (error == HALL_OK) {
        struct carry_row row;
        memset(&row, 0, sizeof row);
        statement_copy_text(get, 0, row.kind, sizeof row.kind);
        statement_copy_text(get, 1, row.key, sizeof row.key);
        for (int n = 0; n < CARRY_NUMBERS; n++) {
            row.numbers[n] = statement_int(get, 2 + n);
        }
        statement_copy_text(get, 2 + CARRY_NUMBERS, row.text, sizeof row.text);
        take(context, &row);
        error = statement_step(get);
    }
    statement_reset(get);
    return error == HALL_MISSING ? HALL_OK : error;
}

/* A reader's rows must be of one moment, as the writer goes on meanwhile. */
enum hall_error store_replay(struct store *store, struct hall *hall, uint64_t *events,
                             char *fault) {
    if (!store->options.is_read_only) {
        return replay_all(store, hall, events, fault);
    }
    enum hall_error error = database_run(store->database, "BEGIN");
    if (error != HALL_OK) {
        snprintf(fault, WHAT_SIZE, "%s", database_error_text(store->database));
        return error;
    }
    error = replay_all(store, hall, events, fault);
    (void)database_run(store->database, "COMMIT");
    return error;
}

static enum hall_error replay_all(struct store *store, struct hall *hall, uint64_t *events,
                                  char *fault) {
    struct replay replay = { .hall = hall, .fault = fault };
    replay.rules = malloc(sizeof *replay.rules);
    if (replay.rules == NULL) {
        snprintf(fault, WHAT_SIZE, "out of memory");
        return HALL_IO;
    }
    uint64_t from = 0;
    enum hall_error error = replay_begin(store, &replay, &from);
    if (error == HALL_OK) {
        error = replay_rows(store, &replay, from, UINT64_MAX);
    }
    if (error == HALL_OK) {
        error = check_end(store, &replay);
    }
    if (events != NULL) {
        *events = replay.events;
    }
    free(replay.rules);
    return error;
}

/* Rules in force before the day, then what outlived the day before; without a day the journal's first row. */
static enum hall_error replay_begin(struct store *store, struct replay *replay, uint64_t *from) {
    uint64_t day_seq = meta_get_int(store, "day_seq");
    uint64_t rules_seq = meta_get_int(store, "day_rules_seq");
    if (day_seq == 0) {
        *from = store_first_seq(store);
        return HALL_OK;
    }
    *from = day_seq;
    enum hall_error error = HALL_OK;
    if (rules_seq != 0) {
        error = replay_rows(store, replay, rules_seq, rules_seq);
    }
    if (error == HALL_OK && rules_seq != 0 && replay->events != 1) {
        snprintf(replay->fault, WHAT_SIZE, "seq %llu is missing", (unsigned long long)rules_seq);
        error = HALL_BROKEN;
    }
    replay->events = 0;
    if (error == HALL_OK) {
        error = carry_read(store, restore_row, replay->hall);
        if (error != HALL_OK) {
            snprintf(replay->fault, WHAT_SIZE, "carry: %s", database_error_text(store->database));
        }
    }
    return error;
}

static enum hall_error replay_rows(struct store *store, struct replay *replay, uint64_t from,
                                   uint64_t to) {
    if (from == 0) {
        return HALL_OK;
    }
    replay->expected = from;
    (void)journal_hash(store, from - 1, replay->hash);
    hall_set_seq(replay->hall, from - 1);
    enum hall_error error = store_read(store, from, to, replay_take, replay);
    if (replay->error != HALL_OK) {
        return replay->error;
    }
    if (error != HALL_OK) {
        snprintf(replay->fault, WHAT_SIZE, "after seq %llu: %s",
                 (unsigned long long)replay->expected - 1, database_error_text(store->database));
    }
    return error;
}

static bool replay_take(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct replay *replay = context;
    struct event event;
    char what[WHAT_SIZE] = "";
    if (event_read(bytes, length, &event, NULL, replay->rules, what) != HALL_OK) {
        snprintf(replay->fault, WHAT_SIZE, "seq %llu: %.96s", (unsigned long long)seq, what);
        replay->error = HALL_BROKEN;
        return false;
    }
    if (seq != replay->expected || event.seq != seq) {
        snprintf(replay->fault, WHAT_SIZE, "seq %llu: a row says %llu and holds event %llu",
                 (unsigned long long)replay->expected, (unsigned long long)seq,
                 (unsigned long long)event.seq);
        replay->error = HALL_BROKEN;
        return false;
    }
    if (!hall_fits(replay->hall, &event, what)) {
        snprintf(replay->fault, WHAT_SIZE,
                 "seq %llu: %.60s; raise it again until the day has ended", (unsigned long long)seq,
                 what);
        replay->error = HALL_INVALID;
        return false;
    }
    hash_chain(replay->hash, replay->hash, bytes, length);
    hall_apply(replay->hall, &event);
    replay->expected++;
    replay->events++;
    return true;
}

/* The bytes that were applied must lead to the chain's end; if not, the walk over all of it names the row. */
static enum hall_error check_end(struct store *store, const struct replay *replay) {
    uint8_t end[CHAIN_SIZE];
    uint64_t last = store_last_seq(store);
    uint64_t rows = 0;
    uint64_t bad = 0;
    if (last == 0) {
        return HALL_OK;
    }
    if (replay->expected != last + 1) {
        snprintf(replay->fault, WHAT_SIZE, "seq %llu is missing",
                 (unsigned long long)replay->expected);
        return HALL_BROKEN;
    }
    if (journal_hash(store, last, end) == HALL_OK && memcmp(end, replay->hash, CHAIN_SIZE) == 0) {
        return HALL_OK;
    }
    snprintf(replay->fault, WHAT_SIZE, "the chain does not lead to seq %llu",
             (unsigned long long)last);
    (void)store_verify(store, &rows, &bad, replay->fault);
    return HALL_BROKEN;
}

static void restore_row(void *context, const struct carry_row *row) {
    hall_restore(context, row);
}
