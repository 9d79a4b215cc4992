/* Copies that can be trusted, and putting one in the place of the store. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/store/store_private.h"

enum { BESIDE_SIZE = STORE_PATH_SIZE + 16, SQL_SIZE = 256 };

static enum hall_error check_path(const char *path, char *fault);
static enum hall_error make_draft(const char *file, char *made, char *fault);
static enum hall_error make_private(const char *file, const char *store, char *fault);
static enum hall_error verify_file(const char *file, const atomic_bool *is_cancelled, char *fault);
static enum hall_error put_in_place(const char *made, const char *path, char *fault);
static enum hall_error copy_anew(const char *file, const char *copy, char *fault);
static enum hall_error mark_restored(const char *copy, const char *next, char *fault);
static enum hall_error check_next(const char *next, char *fault);
static enum hall_error keep_present(const char *path, char *kept, char *fault);
static uint32_t settle_present(const char *path);
static void name_kept(const char *path, uint32_t era, char *kept);

enum hall_error store_backup(struct store *store, const char *file, const atomic_bool *is_cancelled,
                             char *fault) {
    char made[BESIDE_SIZE];
    enum hall_error error = check_path(file, fault);
    error = error != HALL_OK ? error : target_check(store->path, file, fault);
    if (error != HALL_OK) {
        return error;
    }
    error = make_draft(file, made, fault);
    if (error != HALL_OK) {
        return error;
    }
    database_heed(store->database, is_cancelled);
    error = database_copy(store->database, made, fault);
    database_heed(store->database, NULL);
    error = error != HALL_OK ? error : verify_file(made, is_cancelled, fault);
    error = error != HALL_OK ? error : put_in_place(made, file, fault);
    if (error != HALL_OK) {
        unlink(made);
    }
    return error;
}

enum hall_error store_restore(const char *path, const struct store_source *source,
                              struct store_restored *restored, char *fault) {
    char made[BESIDE_SIZE];
    int lock = -1;
    *restored = (struct store_restored){ 0 };
    enum hall_error error = check_path(path, fault);
    error = error != HALL_OK ? error : check_next(source->next, fault);
    error = error != HALL_OK ? error : place_lock(path, &lock, fault);
    if (error != HALL_OK) {
        return error;
    }
    place_beside(path, ".restore", made);
    unlink(made); /* ours, under the lock: of a restore that was cut off */
    error = verify_file(source->file, NULL, fault);
    error = error != HALL_OK ? error : numbers_judge(source, restored, fault);
    error = error != HALL_OK ? error : make_private(made, path, fault);
    error = error != HALL_OK ? error : copy_anew(source->file, made, fault);
    error = error != HALL_OK ? error : mark_restored(made, source->next, fault);
    error = error != HALL_OK ? error : keep_present(path, restored->kept, fault);
    error = error != HALL_OK ? error : put_in_place(made, path, fault);
    if (error != HALL_OK) {
        unlink(made);
    }
    close(lock);
    return error;
}

static enum hall_error check_path(const char *path, char *fault) {
    if (strlen(path) >= STORE_PATH_SIZE) {
        fault_say(fault, path, "the path is too long");
        return HALL_INVALID;
    }
    return HALL_OK;
}

/* An empty file of a name that nobody has, beside `file`: it becomes `file` when all is in it. */
static enum hall_error make_draft(const char *file, char *made, char *fault) {
    enum { TRIES = 8 };
    enum hall_error error = HALL_IO;
    for (unsigned i = 0; i < TRIES && error != HALL_OK; i++) {
        char suffix[16];
        uint32_t drawn = 0;
        hash_draw(&drawn, sizeof drawn);
        snprintf(suffix, sizeof suffix, ".tmp-%08x", (unsigned)drawn);
        place_beside(file, suffix, made);
        error = make_private(made, NULL, fault);
    }
    return error;
}

/*
 * An empty file of one owner alone, the one of `store` (NULL: ours): what SQLite then fills holds contacts and password
 * hashes.
 */
static enum hall_error make_private(const char *file, const char *store, char *fault) {
    int made = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) {
        place_fault(fault, file);
        return HALL_IO;
    }
    if (store != NULL) {
        place_give(made, store);
    }
    close(made);
    return HALL_OK;
}

/* SQLite's check of the pages, then ours of the chain. */
static enum hall_error verify_file(const char *file, const atomic_bool *is_cancelled, char *fault) {
    struct store *store = NULL;
    uint64_t rows = 0;
    uint64_t bad = 0;
    if (access(file, R_OK) < 0) {
        place_fault(fault, file);
        return HALL_IO;
    }
    enum hall_error error = store_open_reader(file, &store, fault);
    if (error == HALL_OK) {
        database_heed(store->database, is_cancelled);
    }
    error = error != HALL_OK ? error : database_check(store->database, fault);
    error = error != HALL_OK ? error : store_verify(store, &rows, &bad, fault);
    store_close(store);
    return error;
}

/* The file's bytes before its name, its name before the answer. */
static enum hall_error put_in_place(const char *made, const char *path, char *fault) {
    enum hall_error error = place_sync(made, fault);
    if (error == HALL_OK && rename(made, path) < 0) {
        place_fault(fault, path);
        error = HALL_IO;
    }
    return error != HALL_OK ? error : place_sync_folder(path, fault);
}

static enum hall_error copy_anew(const char *file, const char *copy, char *fault) {
    struct database *database = NULL;
    enum hall_error error = database_open(file, NULL, true, &database, fault);
    error = error != HALL_OK ? error : database_copy(database, copy, fault);
    database_close(database);
    return error;
}

/*
 * A new era, so that no event of the restored store is taken for one that the lost days already sent. The broker's
 * cursor stays the backup's: everything after it goes out again, under the new era.
 */
static enum hall_error mark_restored(const char *copy, const char *next, char *fault) {
    struct database *database = NULL;
    int64_t old = 0;
    uint32_t era = 0;
    char sql[SQL_SIZE];
    enum hall_error error = database_open(copy, NULL, false, &database, fault);
    if (error != HALL_OK) {
        return error;
    }
    error = database_ask(database, "SELECT value FROM meta WHERE name = 'era'", &old);
    do {
        hash_draw(&era, sizeof era);
    } while (era == (uint32_t)old);
    /* check_next has let only capital letters, digits, = and commas through. */
    snprintf(sql, sizeof sql,
             "BEGIN; INSERT OR REPLACE INTO meta VALUES('era', %lu);"
             " INSERT OR REPLACE INTO meta VALUES('next', '%.128s'); COMMIT",
             (unsigned long)era, next == NULL ? "" : next);
    error = error != HALL_OK ? error : database_run(database, sql);
    if (error != HALL_OK) {
        fault_say(fault, copy, database_error_text(database));
    }
    database_close(database);
    return error;
}

/* "A=120,B=7": one or two capital letters, a number 1..999. */
static enum hall_error check_next(const char *next, char *fault) {
    const char *at = next == NULL ? "" : next;
    bool is_good = strlen(at) < WHAT_SIZE;
    while (is_good && *at != '\0') {
        size_t letters = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        const char *digits = at + letters + 1;
        is_good = letters >= 1 && letters <= 2 && at[letters] == '=';
        size_t count = is_good ? strspn(digits, "0123456789") : 0;
        is_good = count >= 1 && count <= 3 && strtol(digits, NULL, 10) >= 1;
        if (is_good) {
            at = digits + count;
            is_good = *at == '\0' || (*at == ',' && at[1] != '\0');
            at += *at == ',';
        }
    }
    if (!is_good) {
        fault_say(fault, next, "expected numbers of 1..999 such as A=120,B=7");
        return HALL_INVALID;
    }
    return HALL_OK;
}

/*
 * Keeps the present store beside its place, under its era, and takes its log away: SQLite would play it into the new
 * file. A store that can be opened is made one whole file first; one that can't is why somebody restores, so its log
 * is kept too. A second name, not a move: until the new file takes the place there is always a store in it.
 */
static enum hall_error keep_present(const char *path, char *kept, char *fault) {
    char log[BESIDE_SIZE];
    char kept_log[STORE_KEPT_SIZE + 8];
    place_beside(path, "-wal", log);
    if (access(path, F_OK) == 0) {
        name_kept(path, settle_present(path), kept);
        if (linkat(AT_FDCWD, path, AT_FDCWD, kept, AT_SYMLINK_FOLLOW) < 0 &&
            rename(path, kept) < 0) {
            place_fault(fault, kept);
            return HALL_IO;
        }
        snprintf(kept_log, sizeof kept_log, "%s-wal", kept);
        (void)rename(log, kept_log);
    }
    unlink(log);
    place_beside(path, "-shm", log);
    unlink(log);
    return place_sync_folder(path, fault);
}

/* The present store's era, 0 of one that can't be opened. */
static uint32_t settle_present(const char *path) {
    struct database *database = NULL;
    char fault[WHAT_SIZE];
    int64_t era = 0;
    if (database_open(path, NULL, false, &database, fault) == HALL_OK) {
        (void)database_ask(database, "SELECT value FROM meta WHERE name = 'era'", &era);
        (void)database_run(database, "PRAGMA journal_mode=DELETE");
        database_close(database);
    }
    return (uint32_t)era;
}

/* "hall.db.before-0123abcd"; an era that was kept before, or an unknown one, gets a number behind it. */
static void name_kept(const char *path, uint32_t era, char *kept) {
    enum { KEPT_MAX = 1000 };
    snprintf(kept, STORE_KEPT_SIZE, "%s.before-%08x", path, (unsigned)era);
    for (unsigned i = 2; i < KEPT_MAX && access(kept, F_OK) == 0; i++) {
        snprintf(kept, STORE_KEPT_SIZE, "%s.before-%08x-%u", path, (unsigned)era, i);
    }
}
