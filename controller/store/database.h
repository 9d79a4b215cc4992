/*
 * A thin layer over SQLite, and the only way to it: connections, statements, errors as ours. A closed database and a
 * statement that could not be prepared are NULL; every function takes NULL and answers HALL_IO, so that a store whose
 * disk went away stays callable until it is recovered. A connection belongs to one thread.
 */
#ifndef CONTROLLER_STORE_DATABASE_H
#define CONTROLLER_STORE_DATABASE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

struct database;
struct statement;

/* "PATH: what" into WHAT_SIZE bytes; of a long path the end is kept, and always the whole of a short `what`. */
void fault_say(char *fault, const char *path, const char *what);

/* Opens or makes a file. `vfs` NULL is the system's. `fault` (WHAT_SIZE) says what went wrong. */
enum hall_error database_open(const char *path, const char *vfs, bool is_read_only,
                              struct database **database, char *fault);
void database_close(struct database *database);
/*
 * Once the flag is set, from any thread, what this connection does ends soon and fails. NULL: no flag. It outlives the
 * connection.
 */
void database_heed(struct database *database, const atomic_bool *is_cancelled);
/* The last error in SQLite's words; "closed" for NULL. */
const char *database_error_text(const struct database *database);

/* Runs statements whose rows nobody reads. */
enum hall_error database_run(struct database *database, const char *sql);
/* The first column of the first row. HALL_MISSING: no row. */
enum hall_error database_ask(struct database *database, const char *sql, int64_t *value);
bool database_is_writing(const struct database *database); /* inside a transaction */

/* Pages in the write-ahead log after the last commit of this connection. */
unsigned database_wal_pages(const struct database *database);
/* Moves the log into the file as far as readers allow; `is_whole` waits for them and empties it (HALL_BUSY: it can't). */
enum hall_error database_checkpoint(struct database *database, bool is_whole);
/*
 * Writes the log's own bytes over themselves and syncs them. Inside a transaction that writes, so that nobody else does.
 * For when a reader keeps the log from being moved: what the system calls clean may never have reached the disk.
 */
enum hall_error database_renew_log(struct database *database);
/* A consistent copy as one file (no log beside it), not yet synced. `file` is replaced. */
enum hall_error database_copy(struct database *database, const char *file, char *fault);
/* SQLite's own check of a whole file. HALL_BROKEN: `fault` has its first finding. */
enum hall_error database_check(struct database *database, char *fault);

/* NULL when it can't be prepared. */
struct statement *database_prepare(struct database *database, const char *sql);
void statement_close(struct statement *statement);
/* Makes it ready to be run again; the bound values stay. */
void statement_reset(struct statement *statement);
/* HALL_OK: a row stands ready. HALL_MISSING: no more. Anything else: failed. */
enum hall_error statement_step(struct statement *statement);
/* Runs a statement that gives no rows, and resets it. */
enum hall_error statement_run(struct statement *statement);

/* Places count from 1. Texts and bytes are borrowed until the statement is reset. */
void statement_bind_int(struct statement *statement, int place, int64_t value);
void statement_bind_text(struct statement *statement, int place, const char *text);
void statement_bind_bytes(struct statement *statement, int place, const void *bytes, size_t length);
void statement_bind_null(struct statement *statement, int place);
int statement_places(struct statement *statement);
/* ":window"; NULL for a place without a name. */
const char *statement_place_name(struct statement *statement, int place);

/* Columns count from 0. Borrowed until the next step. Text is never NULL. */
int64_t statement_int(struct statement *statement, int column);
const char *statement_text(struct statement *statement, int column);
const void *statement_bytes(struct statement *statement, int column, size_t *length);
/* Copies a text column, cut to size. */
void statement_copy_text(struct statement *statement, int column, char *out, size_t size);

#endif
