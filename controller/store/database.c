/* The only file that includes SQLite. */
#include "controller/store/database.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Only a checkpoint or a look from a tool can hold the file for a moment; the hall thread must not wait longer. */
enum { BUSY_WAIT_MS = 250, PATH_SHOWN = 56 };

struct database {
    sqlite3 *handle;
    unsigned wal_pages;
    const atomic_bool *is_cancelled; /* NULL: never */
};

static enum hall_error error_of(int code);
static int note_wal_pages(void *context, sqlite3 *handle, const char *name, int pages);
static int is_over(void *context);
static int copy_pages(struct database *database, sqlite3 *copy);

static sqlite3_stmt *inner(struct statement *statement) {
    return (sqlite3_stmt *)statement;
}

void fault_say(char *fault, const char *path, const char *what) {
    size_t length = strlen(path);
    const char *shown = length > PATH_SHOWN ? path + length - PATH_SHOWN : path;
    snprintf(fault, WHAT_SIZE, "%.*s: %.*s", PATH_SHOWN, shown, WHAT_SIZE - PATH_SHOWN - 3, what);
}

enum hall_error database_open(const char *path, const char *vfs, bool is_read_only,
                              struct database **database, char *fault) {
    struct database *made = calloc(1, sizeof *made);
    if (made == NULL) {
        snprintf(fault, WHAT_SIZE, "out of memory");
        return HALL_IO;
    }
    int flags = SQLITE_OPEN_NOMUTEX;
    flags |= is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(path, &made->handle, flags, vfs);
    if (code != SQLITE_OK) {
        fault_say(fault, path, sqlite3_errstr(code));
        database_close(made);
        return error_of(code);
    }
    sqlite3_busy_timeout(made->handle, BUSY_WAIT_MS);
    /* A hook of ours also switches SQLite's checkpoints inside a commit off: store_tidy makes them. */
    sqlite3_wal_hook(made->handle, note_wal_pages, made);
    *database = made;
    return HALL_OK;
}

void database_close(struct database *database) {
    if (database == NULL) {
        return;
    }
    sqlite3_close_v2(database->handle);
    free(database);
}

void database_heed(struct database *database, const atomic_bool *is_cancelled) {
    enum { STEPS = 10000 }; /* of SQLite's machine: well under a millisecond */
    database->is_cancelled = is_cancelled;
    sqlite3_progress_handler(database->handle, STEPS, is_cancelled != NULL ? is_over : NULL,
                             database);
}

static int is_over(void *context) {
    const struct database *database = context;
    return database->is_cancelled != NULL && atomic_load(database->is_cancelled);
}

const char *database_error_text(const struct database *database) {
    return database == NULL ? "closed" : sqlite3_errmsg(database->handle);
}

enum hall_error database_run(struct database *database, const char *sql) {
    if (database == NULL) {
        return HALL_IO;
    }
    return error_of(sqlite3_exec(database->handle, sql, NULL, NULL, NULL));
}

enum hall_error database_ask(struct database *database, const char *sql, int64_t *value) {
    struct statement *statement = database_prepare(database, sql);
    if (statement == NULL) {
        return database == NULL ? HALL_IO : error_of(sqlite3_errcode(database->handle));
    }
    enum hall_error error = statement_step(statement);
    if (error == HALL_OK) {
        *value = statement_int(statement, 0);
    }
    statement_close(statement);
    return error;
}

bool database_is_writing(const struct database *database) {
    return database != NULL && sqlite3_get_autocommit(database->handle) == 0;
}

unsigned database_wal_pages(const struct database *database) {
    return database == NULL ? 0 : database->wal_pages;
}

enum hall_error database_checkpoint(struct database *database, bool is_whole) {
    if (database == NULL) {
        return HALL_IO;
    }
    int mode = is_whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int left = 0;
    int code = sqlite3_wal_checkpoint_v2(database->handle, NULL, mode, &left, NULL);
    if (code == SQLITE_OK) {
        /* The log's file keeps its length after a passive one and is written anew from its begin. */
        database->wal_pages = 0;
    }
    if (!is_whole && (code & 0xff) == SQLITE_BUSY) {
        return HALL_OK; /* a writer or another checkpoint stood in the way; the next call moves it */
    }
    return error_of(code);
}

enum hall_error database_renew_log(struct database *database) {
    enum { CHUNK = 64 * 1024 };
    sqlite3_file *log = NULL;
    char *bytes = malloc(CHUNK);
    sqlite3_int64 size = 0;
    assert(database_is_writing(database));
    int code = sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code == SQLITE_OK && (bytes == NULL || log == NULL || log->pMethods == NULL)) {
        code = SQLITE_NOMEM;
    }
    code = code != SQLITE_OK ? code : log->pMethods->xFileSize(log, &size);
    for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += CHUNK) {
        int length = size - at < CHUNK ? (int)(size - at) : CHUNK;
        code = log->pMethods->xRead(log, bytes, length, at);
        code = code != SQLITE_OK ? code : log->pMethods->xWrite(log, bytes, length, at);
    }
    code = code != SQLITE_OK ? code : log->pMethods->xSync(log, SQLITE_SYNC_FULL);
    free(bytes);
    return error_of(code);
}

enum hall_error database_copy(struct database *database, const char *file, char *fault) {
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code == SQLITE_OK) {
        code = copy_pages(database, copy);
    }
    if (code == SQLITE_OK) {
        /* The copy says "write-ahead log" in its header; one file can be carried away, two are forgotten. */
        code = sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    }
    if (code != SQLITE_OK) {
        fault_say(fault, file, sqlite3_errstr(code));
    }
    sqlite3_close_v2(copy);
    return error_of(code);
}

/* In steps, so that it can be cancelled, and in one reading: else each of the writer's commits would begin it anew. */
static int copy_pages(struct database *database, sqlite3 *copy) {
    enum { PAGES = 256 }; /* 1 MB */
    int code = sqlite3_exec(database->handle, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL,
                            NULL, NULL);
    if (code != SQLITE_OK) {
        return code;
    }
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", database->handle, "main");
    code = backup == NULL ? sqlite3_errcode(copy) : SQLITE_OK;
    while (code == SQLITE_OK) {
        code = is_over(database) ? SQLITE_INTERRUPT : sqlite3_backup_step(backup, PAGES);
    }
    int end = sqlite3_backup_finish(backup);
    (void)sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return code == SQLITE_DONE ? end : code;
}

enum hall_error database_check(struct database *database, char *fault) {
    struct statement *statement = database_prepare(database, "PRAGMA integrity_check(1)");
    enum hall_error error = statement_step(statement);
    if (error == HALL_OK && strcmp(statement_text(statement, 0), "ok") != 0) {
        error = HALL_BROKEN;
        snprintf(fault, WHAT_SIZE, "%.*s", WHAT_SIZE - 1, statement_text(statement, 0));
    } else if (error != HALL_OK) {
        error = HALL_BROKEN;
        snprintf(fault, WHAT_SIZE, "%.*s", WHAT_SIZE - 1, database_error_text(database));
    }
    statement_close(statement);
    return error;
}

struct statement *database_prepare(struct database *database, const char *sql) {
    sqlite3_stmt *made = NULL;
    if (database == NULL || sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                               &made, NULL) != SQLITE_OK) {
        return NULL;
    }
    return (struct statement *)made;
}

void statement_close(struct statement *statement) {
    sqlite3_finalize(inner(statement));
}

void statement_reset(struct statement *statement) {
    sqlite3_reset(inner(statement));
}

enum hall_error statement_step(struct statement *statement) {
    if (statement == NULL) {
        return HALL_IO;
    }
    int code = sqlite3_step(inner(statement));
    if (code == SQLITE_ROW) {
        return HALL_OK;
    }
    return code == SQLITE_DONE ? HALL_MISSING : error_of(code);
}

enum hall_error statement_run(struct statement *statement) {
    enum hall_error error = statement_step(statement);
    statement_reset(statement);
    return error == HALL_MISSING ? HALL_OK : error;
}

void statement_bind_int(struct statement *statement, int place, int64_t value) {
    if (statement != NULL) {
        sqlite3_bind_int64(inner(statement), place, value);
    }
}

void statement_bind_text(struct statement *statement, int place, const char *text) {
    if (statement != NULL) {
        sqlite3_bind_text(inner(statement), place, text, -1, SQLITE_STATIC);
    }
}

void statement_bind_bytes(struct statement *statement, int place, const void *bytes,
                          size_t length) {
    if (statement != NULL) {
        sqlite3_bind_blob64(inner(statement), place, bytes, length, SQLITE_STATIC);
    }
}

void statement_bind_null(struct statement *statement, int place) {
    if (statement != NULL) {
        sqlite3_bind_null(inner(statement), place);
    }
}

int statement_places(struct statement *statement) {
    return statement == NULL ? 0 : sqlite3_bind_parameter_count(inner(statement));
}

const char *statement_place_name(struct statement *statement, int place) {
    return sqlite3_bind_parameter_name(inner(statement), place);
}

int64_t statement_int(struct statement *statement, int column) {
    return sqlite3_column_int64(inner(statement), column);
}

const char *statement_text(struct statement *statement, int column) {
    const unsigned char *text = sqlite3_column_text(inner(statement), column);
    return text == NULL ? "" : (const char *)text;
}

const void *statement_bytes(struct statement *statement, int column, size_t *length) {
    const void *bytes = sqlite3_column_blob(inner(statement), column);
    *length = (size_t)sqlite3_column_bytes(inner(statement), column);
    return bytes;
}

void statement_copy_text(struct statement *statement, int column, char *out, size_t size) {
    snprintf(out, size, "%s", statement_text(statement, column));
}

static enum hall_error error_of(int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return HALL_OK;
    case SQLITE_FULL:
        return HALL_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return HALL_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return HALL_BROKEN;
    default:
        return HALL_IO;
    }
}

static int note_wal_pages(void *context, sqlite3 *handle, const char *name, int pages) {
    (void)handle;
    (void)name;
    struct database *database = context;
    database->wal_pages = (unsigned)pages;
    return SQLITE_OK;
}
