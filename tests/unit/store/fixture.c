#include "tests/unit/store/fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "controller/store/database.h"

char folder[256], path[300], fault[WHAT_SIZE];
struct store *store;
struct story story;
struct batch batch;

void fixture_set_up(void) {
    const char *temporary = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    snprintf(folder, sizeof folder, "%s/hallq-store-XXXXXX", temporary ? temporary : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/hall.db", folder);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    story_init(&story, store_era(store));
    batch_init(&batch);
}

void fixture_tear_down(void) {
    store_close(store);
    store = NULL;
    batch_deinit(&batch);
    DIR *opened = opendir(folder);
    ck_assert_ptr_nonnull(opened);
    struct dirent *entry;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    while ((entry = readdir(opened)) != NULL) {
        char file[600];
        snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        unlink(file);
    }
    closedir(opened);
    rmdir(folder);
}

void append_story(unsigned events, unsigned size) {
    while (events > 0) {
        unsigned count = events < size ? events : size;
        batch_fill(&batch, &story, count);
        ck_assert_int_eq(store_append(store, batch.entries, batch.count, NULL, 0), HALL_OK);
        events -= count;
    }
}

void reopen(void) {
    store_close(store);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
}

void tamper(const char *file, const char *sql) {
    struct database *database = NULL;
    ck_assert_msg(database_open(file, NULL, false, &database, fault) == HALL_OK, "%s", fault);
    ck_assert_msg(database_run(database, sql) == HALL_OK, "%s", database_error_text(database));
    database_close(database);
}

int64_t ask_number(const char *file, const char *sql) {
    struct database *database = NULL;
    int64_t value = 0;
    ck_assert_msg(database_open(file, NULL, true, &database, fault) == HALL_OK, "%s", fault);
    ck_assert_msg(database_ask(database, sql, &value) == HALL_OK, "%s: %s", sql,
                  database_error_text(database));
    database_close(database);
    return value;
}

void ask_text(const char *file, const char *sql, char *out, size_t size) {
    struct database *database = NULL;
    ck_assert_msg(database_open(file, NULL, true, &database, fault) == HALL_OK, "%s", fault);
    struct statement *statement = database_prepare(database, sql);
    ck_assert_msg(statement_step(statement) == HALL_OK, "%s: %s", sql,
                  database_error_text(database));
    statement_copy_text(statement, 0, out, size);
    statement_close(statement);
    database_close(database);
}
