/* Every table stands here but the records', which stand beside the statements that fill them. */
#include "controller/store/schema.h"

#include <stdio.h>

#include "controller/store/records.h"
#include "controller/store/store_private.h"

enum { SQL_SIZE = 2048 };

const char schema_carry_table[] = "carry";

/* What version 2 brought. A change of the tables is a row in `growth`, and never one of those before it. */
static const char pins_table[] = "CREATE TABLE pins(staff INTEGER PRIMARY KEY, hash TEXT NOT NULL)";
static const char *const growth[STORE_SCHEMA + 1] = { [2] = pins_table };

static const char *const tables[] = {
    "CREATE TABLE journal(seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL, hash BLOB NOT NULL)",
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "CREATE TABLE answers(id TEXT PRIMARY KEY, answer TEXT NOT NULL, time INTEGER NOT NULL)"
    " WITHOUT ROWID",
    "CREATE INDEX answers_by_time ON answers(time)",
    "CREATE TABLE users(name TEXT NOT NULL, is_token INTEGER NOT NULL, role TEXT NOT NULL,"
    " staff TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY(name, is_token)) WITHOUT ROWID",
    /* AUTOINCREMENT: the number of an erased note never means another one. */
    "CREATE TABLE notes(number INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL, salt BLOB,"
    " text TEXT, contact TEXT)",
    pins_table, NULL
};

static const char carry_definition[] =
    "TABLE carry(day_seq INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,"
    " key TEXT NOT NULL, n0 INTEGER, n1 INTEGER, n2 INTEGER, n3 INTEGER, n4 INTEGER, n5 INTEGER,"
    " text TEXT NOT NULL, PRIMARY KEY(day_seq, place)) WITHOUT ROWID";

static enum hall_error make(struct database *database, const char *definition, const char *where);

enum hall_error schema_check(struct database *database, const char *path, char *fault) {
    int64_t application = 0;
    int64_t version = 0;
    int64_t pages = 0;
    enum hall_error error = database_ask(database, "PRAGMA application_id", &application);
    if (error == HALL_OK) {
        error = database_ask(database, "PRAGMA user_version", &version);
    }
    if (error == HALL_OK) {
        error = database_ask(database, "SELECT count(*) FROM sqlite_schema", &pages);
    }
    if (error != HALL_OK) {
        fault_say(fault, path, database_error_text(database));
        return error;
    }
    if (pages == 0 && application == 0) {
        return HALL_MISSING;
    }
    if (application != STORE_APPLICATION) {
        fault_say(fault, path, "a database, but not of HallQ");
        return HALL_BROKEN;
    }
    if (version < 1 || version > STORE_SCHEMA) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "has schema %lld, this program knows %d", (long long)version,
                 STORE_SCHEMA);
        fault_say(fault, path, what);
        return HALL_BROKEN;
    }
    return HALL_OK;
}

enum hall_error schema_make(struct database *database) {
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; tables[i] != NULL && error == HALL_OK; i++) {
        error = database_run(database, tables[i]);
    }
    for (unsigned i = 0; record_tables[i] != NULL && error == HALL_OK; i++) {
        error = make(database, record_definitions[i], "");
    }
    if (error == HALL_OK) {
        error = make(database, carry_definition, "");
    }
    if (error == HALL_OK) {
        char sql[SQL_SIZE];
        snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d",
                 STORE_APPLICATION, STORE_SCHEMA);
        error = database_run(database, sql);
    }
    return error;
}

enum hall_error schema_grow(struct database *database) {
    int64_t version = STORE_SCHEMA;
    enum hall_error error = database_ask(database, "PRAGMA user_version", &version);
    while (error == HALL_OK && version < STORE_SCHEMA) {
        char sql[SQL_SIZE];
        version++;
        snprintf(sql, sizeof sql, "BEGIN IMMEDIATE; %s; PRAGMA user_version=%lld; COMMIT",
                 growth[version], (long long)version);
        error = database_run(database, sql);
    }
    return error;
}

enum hall_error schema_index(struct database *database) {
    enum hall_error error =
        database_run(database, "CREATE INDEX IF NOT EXISTS visits_by_ticket ON visits(ticket_id)");
    return error == HALL_FULL ? HALL_OK : error;
}

enum hall_error schema_make_derived(struct database *database) {
    enum hall_error error = make(database, carry_definition, "TEMP");
    for (unsigned i = 0; record_tables[i] != NULL && error == HALL_OK; i++) {
        error = make(database, record_definitions[i], "TEMP");
    }
    return error;
}

static enum hall_error make(struct database *database, const char *definition, const char *where) {
    char sql[SQL_SIZE];
    snprintf(sql, sizeof sql, "CREATE %s %s", where, definition);
    return database_run(database, sql);
}
