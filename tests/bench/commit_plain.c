#include "tests/bench/commit_plain.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENTS_MAX = 96, VALUES_MAX = 24, WAL_LARGE_PAGES = 1000 };

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BYTES };

struct value {
    enum value_kind kind;
    sqlite3_int64 number; /* or the length */
    size_t place;         /* in the bytes */
};

struct call {
    unsigned statement, first; /* its values begin there */
};

struct plain {
    sqlite3 *handle;
    int wal_pages;
    unsigned statement_count;
    char *texts[STATEMENTS_MAX];
    int value_counts[STATEMENTS_MAX];
    sqlite3_stmt *statements[STATEMENTS_MAX];
    struct call *calls;
    size_t call_count, call_room;
    struct value *values;
    size_t value_count, value_room;
    char *bytes;
    size_t byte_count, byte_room;
    size_t *marks; /* the first call of each batch */
    size_t mark_count, mark_room;
};

static struct plain *listening;

static void *grow(void *items, size_t needed, size_t *room, size_t size) {
    if (needed <= *room) {
        return items;
    }
    *room = 2 * needed + 1024;
    void *larger = realloc(items, *room * size);
    assert(larger != NULL);
    return larger;
}

struct plain *plain_make(void) {
    struct plain *plain = calloc(1, sizeof *plain);
    assert(plain != NULL);
    return plain;
}

void plain_free(struct plain *plain) {
    for (unsigned i = 0; i < plain->statement_count; i++) {
        free(plain->texts[i]);
    }
    free(plain->calls);
    free(plain->values);
    free(plain->bytes);
    free(plain->marks);
    free(plain);
}

static unsigned statement_of(struct plain *plain, const char *sql, int value_count) {
    unsigned i = 0;
    while (i < plain->statement_count && strcmp(plain->texts[i], sql) != 0) {
        i++;
    }
    assert(i < STATEMENTS_MAX && value_count <= VALUES_MAX);
    if (i == plain->statement_count) {
        plain->texts[i] = strdup(sql);
        plain->value_counts[i] = value_count;
        plain->statement_count++;
    }
    return i;
}

/* Keeps a text's or blob's bytes and gives their place. */
static size_t keep_byte(struct plain *plain, char byte) {
    plain->bytes = grow(plain->bytes, plain->byte_count + 1, &plain->byte_room, 1);
    plain->bytes[plain->byte_count] = byte;
    return plain->byte_count++;
}

static const char *read_text(struct plain *plain, const char *at, struct value *value) {
    value->kind = VALUE_TEXT;
    value->place = plain->byte_count;
    for (at++; *at != '\'' || at[1] == '\''; at++) {
        at += *at == '\'';
        keep_byte(plain, *at);
    }
    value->number = (sqlite3_int64)(plain->byte_count - value->place);
    return at + 1;
}

static const char *read_bytes(struct plain *plain, const char *at, struct value *value) {
    value->kind = VALUE_BYTES;
    value->place = plain->byte_count;
    for (at += 2; *at != '\''; at += 2) {
        const char hex[3] = { at[0], at[1], '\0' };
        keep_byte(plain, (char)strtoul(hex, NULL, 16));
    }
    value->number = (sqlite3_int64)(plain->byte_count - value->place);
    return at + 1;
}

/* One literal as sqlite3_expanded_sql writes it; gives the place behind. */
static const char *read_value(struct plain *plain, const char *at, struct value *value) {
    if (*at == '\'') {
        return read_text(plain, at, value);
    }
    if (*at == 'x') {
        return read_bytes(plain, at, value);
    }
    if (*at == 'N') {
        value->kind = VALUE_NULL;
        return at + strlen("NULL");
    }
    char *end = NULL;
    value->kind = VALUE_INT;
    value->number = strtoll(at, &end, 10);
    return end;
}

/* The statement's text and the same with values in it go side by side; quoted words of ours hold no ":" or "?". */
static void read_values(struct plain *plain, sqlite3_stmt *statement, const char *expanded,
                        struct value *values) {
    const char *sql = sqlite3_sql(statement);
    int positional = 0;
    while (*sql != '\0') {
        if (*sql != ':' && *sql != '?') {
            assert(*sql == *expanded);
            sql++;
            expanded++;
            continue;
        }
        char name[64];
        size_t length = 1 + strspn(sql + 1, "abcdefghijklmnopqrstuvwxyz_");
        assert(length < sizeof name);
        snprintf(name, sizeof name, "%.*s", (int)length, sql);
        int place = *sql == '?' ? ++positional : sqlite3_bind_parameter_index(statement, name);
        assert(place >= 1 && place <= VALUES_MAX);
        expanded = read_value(plain, expanded, &values[place - 1]);
        sql += length;
    }
}

static int note(unsigned kind, void *context, void *statement, void *text) {
    struct plain *plain = context;
    (void)kind;
    (void)text;
    if (plain->mark_count == 0) {
        return 0; /* the tables being made */
    }
    char *expanded = sqlite3_expanded_sql(statement);
    struct value values[VALUES_MAX] = { 0 };
    int count = sqlite3_bind_parameter_count(statement);
    assert(expanded != NULL);
    read_values(plain, statement, expanded, values);
    sqlite3_free(expanded);
    plain->calls =
        grow(plain->calls, plain->call_count + 1, &plain->call_room, sizeof *plain->calls);
    plain->calls[plain->call_count++] =
        (struct call){ statement_of(plain, sqlite3_sql(statement), count),
                       (unsigned)plain->value_count };
    plain->values = grow(plain->values, plain->value_count + VALUES_MAX, &plain->value_room,
                         sizeof *plain->values);
    memcpy(&plain->values[plain->value_count], values, (size_t)count * sizeof values[0]);
    plain->value_count += (size_t)count;
    return 0;
}

/* SQLite calls this for each new connection. */
static int attach(sqlite3 *handle, char **message, const void *routines) {
    (void)message;
    (void)routines;
    sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, note, listening);
    return SQLITE_OK;
}

/* sqlite3_auto_extension is documented to take an entry point under this plain type. */
static void (*entry_point(void))(void) {
    union {
        int (*attach)(sqlite3 *, char **, const void *);
        void (*plain)(void);
    } entry = { .attach = attach };
    return entry.plain;
}

void plain_listen(struct plain *plain) {
    listening = plain;
    sqlite3_auto_extension(entry_point());
}

void plain_stop_listening(void) {
    sqlite3_cancel_auto_extension(entry_point());
    listening = NULL;
}

void plain_mark(struct plain *plain) {
    plain->marks =
        grow(plain->marks, plain->mark_count + 1, &plain->mark_room, sizeof *plain->marks);
    plain->marks[plain->mark_count++] = plain->call_count;
}

static int note_pages(void *context, sqlite3 *handle, const char *name, int pages) {
    struct plain *plain = context;
    (void)handle;
    (void)name;
    plain->wal_pages = pages;
    return SQLITE_OK;
}

bool plain_open(struct plain *plain, const char *path) {
    if (sqlite3_open_v2(path, &plain->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(plain->handle,
                     "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; PRAGMA synchronous=FULL",
                     NULL, NULL, NULL) != SQLITE_OK) {
        return false;
    }
    sqlite3_wal_hook(plain->handle, note_pages, plain);
    for (unsigned i = 0; i < plain->statement_count; i++) {
        if (sqlite3_prepare_v3(plain->handle, plain->texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &plain->statements[i], NULL) != SQLITE_OK) {
            return false;
        }
    }
    return true;
}

static void bind(const struct plain *plain, sqlite3_stmt *statement, int place,
                 const struct value *value) {
    switch (value->kind) {
    case VALUE_NULL:
        sqlite3_bind_null(statement, place);
        return;
    case VALUE_INT:
        sqlite3_bind_int64(statement, place, value->number);
        return;
    case VALUE_TEXT:
        sqlite3_bind_text(statement, place, plain->bytes + value->place, (int)value->number,
                          SQLITE_STATIC);
        return;
    case VALUE_BYTES:
        sqlite3_bind_blob64(statement, place, plain->bytes + value->place,
                            (sqlite3_uint64)value->number, SQLITE_STATIC);
        return;
    }
}

bool plain_run(struct plain *plain, unsigned batch) {
    for (size_t i = plain->marks[batch]; i < plain->marks[batch + 1]; i++) {
        const struct call *call = &plain->calls[i];
        sqlite3_stmt *statement = plain->statements[call->statement];
        for (int n = 0; n < plain->value_counts[call->statement]; n++) {
            bind(plain, statement, n + 1, &plain->values[call->first + (unsigned)n]);
        }
        int code = sqlite3_step(statement);
        sqlite3_reset(statement);
        if (code != SQLITE_DONE && code != SQLITE_ROW) {
            fprintf(stderr, "plain: %s: %s\n", plain->texts[call->statement],
                    sqlite3_errmsg(plain->handle));
            return false;
        }
    }
    if (plain->wal_pages > WAL_LARGE_PAGES) {
        sqlite3_wal_checkpoint_v2(plain->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        plain->wal_pages = 0;
    }
    return true;
}

void plain_close(struct plain *plain) {
    for (unsigned i = 0; i < plain->statement_count; i++) {
        sqlite3_finalize(plain->statements[i]);
        plain->statements[i] = NULL;
    }
    sqlite3_close_v2(plain->handle);
    plain->handle = NULL;
}
