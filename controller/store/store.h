/*
 * The durable record: an append-only journal in SQLite (WAL, synchronous=FULL, hash chain), the tables that reports
 * read, what outlives a day, the broker's cursor, notes, PINs, users. One transaction a batch; nothing is acknowledged before
 * it has returned HALL_OK. Opened for writing by one process only (a lock on the store; a killed process leaves none).
 * All functions but store_open_reader's are for the thread that opened the store.
 */
#ifndef CONTROLLER_STORE_STORE_H
#define CONTROLLER_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/hall/hall.h"
#include "protocol/event.h"

struct store;

/* One event of a batch: the value, and the exact bytes that the journal keeps. */
struct store_entry {
    const struct event *event;
    const char *bytes;
    size_t length;
};

/*
 * Opens or makes the store; one of an older schema is brought to this program's. HALL_BUSY: another process has it; HALL_IO, HALL_BROKEN: `fault` (WHAT_SIZE) says what.
 * A new store draws an era.
 */
enum hall_error store_open(const char *path, struct store **store, char *fault);
/* Read-only, from any thread, with a connection of its own: history, reports, the uplink's reading. */
enum hall_error store_open_reader(const char *path, struct store **store, char *fault);
void store_close(struct store *store);

uint32_t store_era(const struct store *store);
uint64_t store_first_seq(struct store *store); /* 0 when empty */
uint64_t store_last_seq(struct store *store);
/* Hex of the chain's hash up to and with the last row; "" for an empty journal. */
void store_last_hash(struct store *store, char *out /* HASH_SIZE */);
/* The same as it will be once `entries` are appended. For who writes. */
void store_hash_after(const struct store *store, const struct store_entry *entries, unsigned count,
                      char *out /* HASH_SIZE */);

/*
 * Appends the batch in one transaction: journal rows, records, carry (rows given by `carry` right after a
 * hall.day_began in the batch; NULL none), kept notes, PINs and answers, and the cursor if it moved; with no entries the
 * last four alone.
 * On any failure nothing is kept that the caller may
 * count on: HALL_FULL (disk), HALL_IO. Call store_recover then.
 */
enum hall_error store_append(struct store *store, const struct store_entry *entries, unsigned count,
                             const struct carry_row *carry, unsigned carry_count);
/* After a failed append: reopens and says the last durable seq (rows may be durable although the call failed). */
enum hall_error store_recover(struct store *store, uint64_t *last_seq);

/* Calls `take` for rows from..to in order until it returns false. */
enum hall_error store_read(struct store *store, uint64_t from, uint64_t to,
                           bool (*take)(void *context, uint64_t seq, const char *bytes,
                                        size_t length),
                           void *context);
/*
 * Brings an empty hall to where the journal ends: the rules in force, the carry-over, the events since the day began.
 * `events` (may be NULL) counts them. HALL_BROKEN: `fault` names the row. HALL_INVALID: the hall's limits are smaller
 * than what the day has already. A reader may do it while another process writes: it sees one moment.
 */
enum hall_error store_replay(struct store *store, struct hall *hall, uint64_t *events, char *fault);

/* How far the broker has acknowledged. Saved with the next append, or by store_tidy at most once a second. */
uint64_t store_cursor(struct store *store);
void store_set_cursor(struct store *store, uint64_t seq);
/* Saves a moved cursor, checkpoints the WAL when it is large. Cheap to call each second. */
enum hall_error store_tidy(struct store *store);
/*
 * The same checkpoint from any other thread, with a connection of its own and without stopping the writer: where it is
 * called every few seconds, store_tidy finds nothing to move and never waits for the disk's large writes.
 */
enum hall_error store_checkpoint(const char *path, char *fault);

/* Command ids are remembered for 24 h with their answers: the same id gets the same answer. */
bool store_answer_find(struct store *store, const char *id, char *out, size_t size, int64_t now_ms);
/* Written with the next append, or at once when no event comes of it. */
void store_answer_keep(struct store *store, const char *id, const char *answer, int64_t now_ms);

/* Page users and API tokens (hashes only; the caller hashes). roles: viewer staff guide manager admin. */
struct store_user {
    char name[COMMAND_ID_SIZE];
    char role[WORD_SIZE];
    char staff[STAFF_SIZE]; /* role staff: the staff number, "" else */
    char hash[129];         /* crypto_pwhash_str, or hex of a token's hash */
    bool is_token;
};
enum hall_error store_user_put(struct store *store, const struct store_user *user);
enum hall_error store_user_get(struct store *store, const char *name, bool is_token,
                               struct store_user *user);
enum hall_error store_token_find(struct store *store, const char *hash, struct store_user *user);
/* HALL_MISSING: no such; HALL_BUSY: the last admin, who stays until there is another. */
enum hall_error store_user_remove(struct store *store, const char *name, bool is_token);
unsigned store_user_count(struct store *store);
enum hall_error store_users(struct store *store,
                            void (*take)(void *context, const struct store_user *user),
                            void *context);

/*
 * Notes: text and contact given by consent, kept outside the journal so that they can be erased; the event carries number
 * and hash. Written with the next append, which holds that event. HALL_FULL: NOTES_PENDING_MAX wait for it, or no memory.
 * The append of a note.erased erases what it names, and the next tidy the last trace of it on the disk.
 */
enum { NOTES_PENDING_MAX = 16 };
enum hall_error store_note_keep(struct store *store, const char *text, const char *contact,
                                uint64_t *number, char *hash /* HASH_SIZE */);
/* HALL_MISSING: never written, or erased. */
enum hall_error store_note_get(struct store *store, uint64_t number, char *text /* TEXT_SIZE */,
                               char *contact /* WHAT_SIZE */);

/*
 * PINs of staff, by number, as the caller's keyed hashes (key_hash_pin). `hash` "" forgets. Written with the next append,
 * which holds the staff.set or staff.removed, and asked for as if they stood already; HALL_FULL: PINS_PENDING_MAX wait.
 * store_pin_get: HALL_MISSING, this number has none.
 */
enum { PINS_PENDING_MAX = 16 };
enum hall_error store_pin_keep(struct store *store, uint16_t staff, const char *hash);
enum hall_error store_pin_get(struct store *store, uint16_t staff, char *hash /* HASH_SIZE */);
/*
 * What the records know of an earlier day's ticket, for a rating that comes late: see struct past_visit. `is_rated`: the
 * newest rated visit is wanted, else the newest that is not. Only what is durable: a running batch is not in there.
 * HALL_MISSING: no such ticket.
 */
enum hall_error store_past_visit(struct store *store, uint32_t day, struct ticket_no ticket,
                                 bool is_rated, struct past_visit *past);
/*
 * A case that is open, as its events tell: for one that the live day lacks. Only what is durable. HALL_MISSING: no such
 * case, or it is closed.
 */
enum hall_error store_past_case(struct store *store, const struct hall *hall, uint64_t case_seq,
                                struct open_case *open);

/*
 * A consistent copy while running (SQLite's online backup), then synced. HALL_INVALID: `file` is the store itself, one
 * of the files beside it, or anything there but an older backup. Years of history take minutes: with `is_cancelled` (NULL:
 * never) set from another thread it ends soon, without a copy.
 */
enum hall_error store_backup(struct store *store, const char *file, const atomic_bool *is_cancelled,
                             char *fault);
/* What a restore takes. */
struct store_source {
    const char *file;
    const char *next; /* "A=120,B=7" or NULL: numbers go on from there today */
    int64_t now_ms;   /* the wall clock: is the backup's last day still today? */
};
/* What a restore did. */
enum { STORE_KEPT_SIZE = 544 };
struct store_restored {
    char kept
        [STORE_KEPT_SIZE]; /* where the store before is now: "PATH.before-ERA"; "" there was none */
    bool is_day_over;      /* the backup's last day: numbers begin anew */
    /* "A004 B010": what comes next today, of each service that gave tickets on it; "A:none" for a range that is used
     * up. "" when the day is over. */
    char numbers[WHAT_SIZE];
};
/*
 * Verifies the file, keeps what is at `path` (nobody may have it open) beside it, puts the copy there, draws a new era.
 * HALL_INVALID: `next` has no such form, names a prefix that the backup does not know, or a number that was issued
 * today already.
 */
enum hall_error store_restore(const char *path, const struct store_source *source,
                              struct store_restored *restored, char *fault);
/* What a restore was told to give to INPUT_STARTED; "" none. Forgotten by the append that holds hall.started. */
void store_next_numbers(struct store *store, char *out /* WHAT_SIZE */);
/* Walks the chain: HALL_OK, or HALL_BROKEN with the first bad seq and what is wrong. */
enum hall_error store_verify(struct store *store, uint64_t *rows, uint64_t *bad_seq, char *fault);
/* Makes records and carry-over anew from the journal; with `verify_only` compares and changes nothing (HALL_BROKEN: differ). */
enum hall_error store_rebuild(struct store *store, bool verify_only, char *fault);

/* Free bytes on the store's file system, without the reserve file (16 MiB beside the store). */
uint64_t store_free_bytes(struct store *store);
/* False: it was released and not made again, or never fitted. */
bool store_has_reserve(const struct store *store);
/* Gives the reserve's room to what must still be written on a full disk; store_tidy makes it again when there is room. */
void store_release_reserve(struct store *store);

/* --- what reports ask of the records; days are YYYYMMDD, `to` is not among them -------------------------------- */

/* People who took a ticket within a quarter of an hour; a ticket that went on counts for the service it came to last. */
struct store_arrivals {
    uint32_t day;
    char service[NAME_SIZE];
    int64_t from_ms; /* of the quarter */
    uint32_t people;
    uint32_t booked; /* of them by appointment */
};
/* In order of day. */
enum hall_error store_arrivals(struct store *store, uint32_t from, uint32_t to,
                               void (*take)(void *context, const struct store_arrivals *row),
                               void *context);
/* Appointments of one service and slot that somebody came for or is still to come for. */
struct store_slot {
    char service[NAME_SIZE];
    int64_t slot_ms;
    uint32_t booked;
};
/* Those whose slot begins in [from_ms, to_ms). */
enum hall_error store_slots(struct store *store, int64_t from_ms, int64_t to_ms,
                            void (*take)(void *context, const struct store_slot *row),
                            void *context);
/* How long a finished ticket kept its window from the call on, the mean of each service. */
enum hall_error store_busy_times(struct store *store, uint32_t from, uint32_t to,
                                 void (*take)(void *context, const char *service, uint32_t mean_s),
                                 void *context);

/* Tickets with an estimate that were called, of one service and day: means, the middle of the range being the promise. */
struct store_promise {
    uint32_t day;
    char service[NAME_SIZE];
    uint32_t tickets;
    uint32_t within; /* called within the promised range, as paper shows it: whole minutes */
    uint32_t waited_s, promised_s;
    uint32_t error_s; /* mean distance between the two */
};
/* By day and service. */
enum hall_error store_promises(struct store *store, uint32_t from, uint32_t to,
                               void (*take)(void *context, const struct store_promise *row),
                               void *context);

#endif
