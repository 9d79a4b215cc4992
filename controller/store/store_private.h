/*
 * What the store's own files share. Nothing outside controller/store and its tests includes this.
 */
#ifndef CONTROLLER_STORE_STORE_PRIVATE_H
#define CONTROLLER_STORE_STORE_PRIVATE_H

#include "controller/store/database.h"
#include "controller/store/hash.h"
#include "controller/store/records.h"
#include "controller/store/store.h"

enum {
    STORE_SCHEMA = 2,               /* user_version; 1 had no table of PINs */
    STORE_APPLICATION = 0x48616c51, /* application_id: "HalQ" */
    STORE_PATH_SIZE = 512,
    ANSWERS_PENDING_MAX = 64 /* kept in memory until the next commit; more are written at once */
};

/* How a test opens a store: with a file system of its own, and less careful than the service is. */
struct store_options {
    const char *vfs;     /* NULL the system's; else no lock, no reserve beside the store */
    bool is_sync_normal; /* the negative control of the power cuts */
    bool is_read_only;
};

enum statement_name {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_JOURNAL_PUT,
    STATEMENT_JOURNAL_READ,
    STATEMENT_JOURNAL_WALK,
    STATEMENT_META_PUT,
    STATEMENT_META_GET,
    STATEMENT_CARRY_CLEAR,
    STATEMENT_CARRY_PUT,
    STATEMENT_CARRY_READ,
    STATEMENT_ANSWER_PUT,
    STATEMENT_ANSWER_GET,
    STATEMENT_ANSWER_FORGET,
    STATEMENT_NOTE_PUT,
    STATEMENT_NOTE_GET,
    STATEMENT_NOTE_ERASE,
    STATEMENT_PIN_PUT,
    STATEMENT_PIN_GET,
    STATEMENT_PIN_FORGET,
    STATEMENT_PAST_VISIT,
    STATEMENT_PAST_CASE,
    STATEMENT_NAMES
};

struct answer_pending {
    char id[COMMAND_ID_SIZE];
    char *answer;
    int64_t time_ms;
};

struct note_pending {
    uint64_t number;
    char hash[HASH_SIZE];
    uint8_t salt[SALT_SIZE];
    char *text, *contact;
};

struct pin_pending {
    uint16_t staff;
    char hash[HASH_SIZE]; /* "": forgotten */
};

struct store {
    char path[STORE_PATH_SIZE];
    struct store_options options;
    int lock;                  /* -1: none held */
    struct database *database; /* NULL after a recovery that failed */
    struct statement *statements[STATEMENT_NAMES];
    struct records *records; /* writers only */
    uint32_t era;
    /* The journal's end, as the last commit left it (a reader asks anew). */
    uint64_t last_seq;
    uint8_t last_hash[CHAIN_SIZE];
    uint64_t rules_seq; /* the newest config.loaded; 0 none */
    uint64_t cursor, saved_cursor;
    int64_t reserve_tried_s; /* when the reserve file was last tried to be made, monotonic */
    unsigned answer_count;
    struct answer_pending answers[ANSWERS_PENDING_MAX];
    uint64_t note_last; /* the highest number ever written; those that wait come behind it */
    unsigned note_count;
    struct note_pending notes[NOTES_PENDING_MAX];
    unsigned pin_count; /* in the order they came: the last one of a number counts */
    struct pin_pending pins[PINS_PENDING_MAX];
    bool has_erased;       /* an erased text may still stand in the log */
    int64_t erase_tried_s; /* when the log was last tried to be emptied of it, monotonic */
};

enum hall_error store_open_with(const char *path, const struct store_options *options,
                                struct store **store, char *fault);
/* The connection alone, with the schema made or checked; the lock is the caller's. */
enum hall_error store_connect(struct store *store, char *fault);
void store_disconnect(struct store *store);

/* Prepared once a connection; NULL when that fails. Who steps it resets it. */
struct statement *store_statement(struct store *store, enum statement_name name);
enum hall_error store_begin(struct store *store);
/* Commits, or rolls back when `error` is one or the commit fails. Gives the error on. */
enum hall_error store_end(struct store *store, enum hall_error error);

/* One named value that outlives everything. */
enum hall_error meta_put_int(struct store *store, const char *name, uint64_t value);
enum hall_error meta_put_text(struct store *store, const char *name, const char *value);
uint64_t meta_get_int(struct store *store, const char *name); /* 0: not there */
void meta_get_text(struct store *store, const char *name, char *out, size_t size);

/* Inside a transaction: what the append writes beside the journal. */
enum hall_error carry_put(struct store *store, uint64_t day_seq, const struct carry_row *rows,
                          unsigned count);
enum hall_error answers_write(struct store *store);
void answers_forget(struct store *store);
enum hall_error notes_write(struct store *store);
void notes_forget(struct store *store);
enum hall_error pins_write(struct store *store);
enum hall_error note_erase(struct store *store, uint64_t number);
/* Empties the log of erased texts, tried every few seconds while a reader is in the way. */
void notes_clean_log(struct store *store);

/* Calls `take` for each carry row in order. */
enum hall_error carry_read(struct store *store,
                           void (*take)(void *context, const struct carry_row *row), void *context);

/* What store_rebuild does; without a hall the records alone, the carry-over stays as it is. */
enum hall_error rebuild_derived(struct store *store, bool verify_only, bool has_hall, char *fault);

/* Loads the newest row's hash, and looks whether it is what the row before says. */
enum hall_error journal_load_end(struct store *store, char *fault);
/* The hash of row `seq`; zeros before the first. HALL_MISSING: no such row. */
enum hall_error journal_hash(struct store *store, uint64_t seq, uint8_t hash[CHAIN_SIZE]);

/* Files beside the store. place_fault says errno. */
void place_fault(char *fault, const char *path);
enum hall_error place_lock(const char *path, int *lock, char *fault);
/* Gives a file that root made to whoever owns the store at `path`, or its folder: the service is not root. */
void place_give(int file, const char *path);
enum hall_error place_make(const char *path, char *fault);
enum hall_error place_sync(const char *path, char *fault);
enum hall_error place_sync_folder(const char *path, char *fault);
void place_beside(const char *path, const char *suffix, char *out);
void place_keep_reserve(struct store *store);

/* Whether a store's file may go on with the numbers (`next` of good form), and what comes next in it. */
enum hall_error numbers_judge(const struct store_source *source, struct store_restored *restored,
                              char *fault);

/* HALL_INVALID: a backup of `store` must not be written to `file`, and `fault` says why. */
enum hall_error target_check(const char *store, const char *file, char *fault);

#endif
