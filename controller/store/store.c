/* Opening, closing, recovering and tidying; the named values and the statements that the other files use. */
#include "controller/store/store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/store/schema.h"
#include "controller/store/store_private.h"

enum {
    WAL_LARGE_PAGES = 1000, /* 4 MB: what a tidy moves into the file */
    SQL_SIZE = 128
};

static const char *const statement_texts[STATEMENT_NAMES] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_JOURNAL_PUT] = "INSERT INTO journal(seq, bytes, hash) VALUES(?, ?, ?)",
    [STATEMENT_JOURNAL_READ] =
        "SELECT seq, bytes FROM journal WHERE seq BETWEEN ? AND ? ORDER BY seq",
    [STATEMENT_JOURNAL_WALK] =
        "SELECT seq, bytes, hash FROM journal WHERE seq BETWEEN ? AND ? ORDER BY seq",
    [STATEMENT_META_PUT] = "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)",
    [STATEMENT_META_GET] = "SELECT value FROM meta WHERE name = ?",
    [STATEMENT_CARRY_CLEAR] = "DELETE FROM carry",
    [STATEMENT_CARRY_PUT] = "INSERT INTO carry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_CARRY_READ] =
        "SELECT kind, key, n0, n1, n2, n3, n4, n5, text FROM carry ORDER BY day_seq, place",
    [STATEMENT_ANSWER_PUT] = "INSERT OR REPLACE INTO answers(id, answer, time) VALUES(?, ?, ?)",
    [STATEMENT_ANSWER_GET] = "SELECT answer FROM answers WHERE id = ? AND time > ?",
    [STATEMENT_ANSWER_FORGET] = "DELETE FROM answers WHERE time <= ?",
    [STATEMENT_NOTE_PUT] =
        "INSERT INTO notes(number, hash, salt, text, contact) VALUES(?, ?, ?, ?, ?)",
    [STATEMENT_NOTE_GET] = "SELECT text, contact FROM notes WHERE number = ? AND salt IS NOT NULL",
    [STATEMENT_NOTE_ERASE] =
        "UPDATE notes SET text = NULL, contact = NULL, salt = NULL WHERE number = ?",
    [STATEMENT_PIN_PUT] = "INSERT OR REPLACE INTO pins(staff, hash) VALUES(?, ?)",
    [STATEMENT_PIN_GET] = "SELECT hash FROM pins WHERE staff = ?",
    [STATEMENT_PIN_FORGET] = "DELETE FROM pins WHERE staff = ?",
    /* The wanted kind of rating first, of these the newest visit; a ticket without a finished one gives NULLs. */
    [STATEMENT_PAST_VISIT] =
        "SELECT v.visit, v.window, v.class, v.served_s, v.service, v.staff, r.grade, r.channel"
        " FROM tickets t LEFT JOIN visits v ON v.ticket_id = t.ticket_id AND v.ending = 'done'"
        " AND v.serving IS NOT NULL"
        " LEFT JOIN ratings r ON r.visit = v.visit AND r.state = 'given' WHERE t.ticket_id = ?1"
        " ORDER BY (r.visit IS NOT NULL) = ?2 DESC, v.visit DESC LIMIT 1",
    [STATEMENT_PAST_CASE] = ("SELECT j.bytes FROM case_steps s JOIN journal j ON j.seq = s.seq"
                             " WHERE s.case_seq = ? ORDER BY s.seq"),
};

static enum hall_error load_state(struct store *store, char *fault);
static enum hall_error make_new(struct store *store, char *fault);
static enum hall_error settle_log(struct store *store, char *fault);

enum hall_error store_open(const char *path, struct store **store, char *fault) {
    return store_open_with(path, &(struct store_options){ 0 }, store, fault);
}

enum hall_error store_open_reader(const char *path, struct store **store, char *fault) {
    return store_open_with(path, &(struct store_options){ .is_read_only = true }, store, fault);
}

enum hall_error store_open_with(const char *path, const struct store_options *options,
                                struct store **store, char *fault) {
    if (strlen(path) >= STORE_PATH_SIZE) {
        snprintf(fault, WHAT_SIZE, "the store's path is longer than %d bytes", STORE_PATH_SIZE - 1);
        return HALL_INVALID;
    }
    struct store *made = calloc(1, sizeof *made);
    if (made == NULL || hash_init() != HALL_OK) {
        snprintf(fault, WHAT_SIZE, "out of memory or of random numbers");
        free(made);
        return HALL_IO;
    }
    snprintf(made->path, sizeof made->path, "%s", path);
    made->options = *options;
    made->lock = -1;
    enum hall_error error = HALL_OK;
    bool has_rival =
        false; /* only the lock tells of one; SQLite's own "busy" may be anybody's look */
    if (options->vfs == NULL && !options->is_read_only) {
        error = place_lock(path, &made->lock, fault);
        has_rival = error == HALL_BUSY;
        error = error != HALL_OK ? error : place_make(path, fault);
    }
    if (error == HALL_OK) {
        error = store_connect(made, fault);
    }
    if (error == HALL_OK && !options->is_read_only) {
        error = settle_log(made, fault);
    }
    if (error != HALL_OK) {
        bool is_locked = error == HALL_BUSY && !has_rival;
        store_close(made);
        return is_locked ? HALL_IO : error;
    }
    place_keep_reserve(made);
    *store = made;
    return HALL_OK;
}

void store_close(struct store *store) {
    if (store == NULL) {
        return;
    }
    store->pin_count = 0; /* their event never came */
    if (!store->options.is_read_only) {
        (void)store_tidy(store);
    }
    answers_forget(store);
    notes_forget(store);
    store_disconnect(store);
    if (store->lock >= 0) {
        close(store->lock);
    }
    free(store);
}

enum hall_error store_connect(struct store *store, char *fault) {
    bool is_read_only = store->options.is_read_only;
    enum hall_error error =
        database_open(store->path, store->options.vfs, is_read_only, &store->database, fault);
    if (error != HALL_OK) {
        return error;
    }
    error = schema_check(store->database, store->path, fault);
    if (error == HALL_MISSING && !is_read_only) {
        error = make_new(store, fault);
    } else if (error == HALL_MISSING) {
        fault_say(fault, store->path, "an empty file, not a store");
    }
    if (error == HALL_OK && !is_read_only) {
        error = database_run(store->database, "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON");
        error = error != HALL_OK ? error
                                 : database_run(store->database, store->options.is_sync_normal
                                                                     ? "PRAGMA synchronous=NORMAL"
                                                                     : "PRAGMA synchronous=FULL");
        error = error != HALL_OK ? error : schema_grow(store->database);
        error = error != HALL_OK ? error : schema_index(store->database);
        error = error != HALL_OK ? error : records_open(store->database, &store->records);
        if (error != HALL_OK) {
            fault_say(fault, store->path, database_error_text(store->database));
        }
    }
    return error == HALL_OK ? load_state(store, fault) : error;
}

void store_disconnect(struct store *store) {
    for (unsigned i = 0; i < STATEMENT_NAMES; i++) {
        statement_close(store->statements[i]);
        store->statements[i] = NULL;
    }
    records_close(store->records);
    store->records = NULL;
    database_close(store->database);
    store->database = NULL;
}

uint32_t store_era(const struct store *store) {
    return store->era;
}

enum hall_error store_recover(struct store *store, uint64_t *last_seq) {
    char fault[WHAT_SIZE];
    answers_forget(store);
    notes_forget(store);
    store->pin_count = 0;
    store_disconnect(store);
    enum hall_error error = store_connect(store, fault);
    error = error != HALL_OK ? error : settle_log(store, fault);
    if (error != HALL_OK) {
        store_disconnect(store);
        return error;
    }
    *last_seq = store->last_seq;
    return HALL_OK;
}

uint64_t store_cursor(struct store *store) {
    return store->options.is_read_only ? meta_get_int(store, "cursor") : store->cursor;
}

void store_set_cursor(struct store *store, uint64_t seq) {
    store->cursor = seq;
}

enum hall_error store_tidy(struct store *store) {
    enum hall_error error = store->database == NULL ? HALL_IO : HALL_OK;
    if (store->cursor != store->saved_cursor || store->answer_count + store->note_count > 0) {
        error = store_append(store, NULL, 0, NULL, 0);
    }
    if (error == HALL_OK && database_wal_pages(store->database) > WAL_LARGE_PAGES) {
        error = database_checkpoint(store->database, false);
    }
    if (error == HALL_OK) {
        notes_clean_log(store);
    }
    place_keep_reserve(store);
    return error;
}

enum hall_error store_checkpoint(const char *path, char *fault) {
    struct database *database = NULL;
    enum hall_error error = database_open(path, NULL, false, &database, fault);
    if (error == HALL_OK) {
        /* A connection that has not read anything does not know of the log, and moves nothing. */
        int64_t version = 0;
        error = database_ask(database, "PRAGMA schema_version", &version);
        error = error != HALL_OK ? error : database_checkpoint(database, false);
        if (error != HALL_OK) {
            fault_say(fault, path, database_error_text(database));
        }
    }
    database_close(database);
    return error;
}

void store_next_numbers(struct store *store, char *out) {
    meta_get_text(store, "next", out, WHAT_SIZE);
}

struct statement *store_statement(struct store *store, enum statement_name name) {
    if (store->statements[name] == NULL) {
        store->statements[name] = database_prepare(store->database, statement_texts[name]);
    }
    return store->statements[name];
}

enum hall_error store_begin(struct store *store) {
    return statement_run(store_statement(store, STATEMENT_BEGIN));
}

enum hall_error store_end(struct store *store, enum hall_error error) {
    if (error == HALL_OK) {
        error = statement_run(store_statement(store, STATEMENT_COMMIT));
    }
    if (error != HALL_OK && database_is_writing(store->database)) {
        (void)statement_run(store_statement(store, STATEMENT_ROLLBACK));
    }
    return error;
}

enum hall_error meta_put_int(struct store *store, const char *name, uint64_t value) {
    struct statement *statement = store_statement(store, STATEMENT_META_PUT);
    statement_bind_text(statement, 1, name);
    statement_bind_int(statement, 2, (int64_t)value);
    return statement_run(statement);
}

enum hall_error meta_put_text(struct store *store, const char *name, const char *value) {
    struct statement *statement = store_statement(store, STATEMENT_META_PUT);
    statement_bind_text(statement, 1, name);
    statement_bind_text(statement, 2, value);
    return statement_run(statement);
}

uint64_t meta_get_int(struct store *store, const char *name) {
    struct statement *statement = store_statement(store, STATEMENT_META_GET);
    statement_bind_text(statement, 1, name);
    uint64_t value = 0;
    if (statement_step(statement) == HALL_OK) {
        value = (uint64_t)statement_int(statement, 0);
    }
    statement_reset(statement);
    return value;
}

void meta_get_text(struct store *store, const char *name, char *out, size_t size) {
    struct statement *statement = store_statement(store, STATEMENT_META_GET);
    statement_bind_text(statement, 1, name);
    out[0] = '\0';
    if (statement_step(statement) == HALL_OK) {
        statement_copy_text(statement, 0, out, size);
    }
    statement_reset(statement);
}

/* All tables come in one transaction: a cut leaves an empty file or a whole store. */
static enum hall_error make_new(struct store *store, char *fault) {
    hash_draw(&store->era, sizeof store->era);
    enum hall_error error = database_run(store->database, "PRAGMA journal_mode=WAL");
    error = error != HALL_OK ? error : store_begin(store);
    error = error != HALL_OK ? error : schema_make(store->database);
    error = error != HALL_OK ? error : meta_put_int(store, "era", store->era);
    error = store_end(store, error);
    if (error != HALL_OK) {
        fault_say(fault, store->path, database_error_text(store->database));
    }
    return error;
}

/* Reads what is kept in memory, and looks whether the newest row is what the chain says. */
static enum hall_error load_state(struct store *store, char *fault) {
    store->era = (uint32_t)meta_get_int(store, "era");
    store->rules_seq = meta_get_int(store, "rules_seq");
    store->saved_cursor = meta_get_int(store, "cursor");
    store->cursor = store->cursor > store->saved_cursor ? store->cursor : store->saved_cursor;
    int64_t last = 0;
    int64_t note_last = 0;
    enum hall_error error =
        database_ask(store->database, "SELECT coalesce(max(seq), 0) FROM journal", &last);
    error = error != HALL_OK ? error
                             : database_ask(store->database,
                                            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
                                            " WHERE name = 'notes'",
                                            &note_last);
    if (error != HALL_OK) {
        fault_say(fault, store->path, database_error_text(store->database));
        return error;
    }
    store->last_seq = (uint64_t)last;
    store->note_last = (uint64_t)note_last;
    return journal_load_end(store, fault);
}

/*
 * What a new connection reads in the log is not proof: the process before may have been killed between write and sync,
 * and after a failed sync the system calls pages clean that never reached the disk. Moving the log into the file writes
 * and syncs those rows anew, and a commit after it makes the log's new begin durable: else older rows, which did reach
 * the disk, could be played over the newer ones. A full disk lies about nothing and may have no room for the move.
 * A reader that has begun keeps the log where it is, for hours perhaps; then its bytes are written anew in their place.
 */
static enum hall_error settle_log(struct store *store, char *fault) {
    enum hall_error error = database_checkpoint(store->database, true);
    if (error == HALL_OK || error == HALL_BUSY) {
        bool is_held = error == HALL_BUSY;
        error = store_begin(store);
        if (error == HALL_OK && is_held) {
            error = database_renew_log(store->database);
        }
        error = error != HALL_OK ? error : meta_put_int(store, "cursor", store->cursor);
        error = store_end(store, error);
    }
    if (error == HALL_OK || error == HALL_FULL) {
        return HALL_OK;
    }
    fault_say(fault, store->path, database_error_text(store->database));
    return error;
}
