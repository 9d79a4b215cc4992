/*
 * Power cuts: the real store on a disk that loses, tears and reorders what was not synced, cut within every write and
 * sync of many short lives, recoveries among them. What was acknowledged must be there, byte for byte, with its records.
 * The control: with synchronous=NORMAL the same disk must be seen to lose; else the disk proves nothing.
 * `hall_power [CUTS [SEED]]`; 20,000 cuts unless said.
 */
#include <assert.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/store_private.h"
#include "tests/hall/power_vfs.h"
#include "tests/unit/store/story.h"

/* Every check is some two milliseconds; under a sanitizer ten times that. */
#ifdef __SANITIZE_ADDRESS__
enum { CUTS_DEFAULT = 2000 };
#else
enum { CUTS_DEFAULT = 20000 };
#endif

enum {
    STREAM = 400,      /* events that one line of lives may reach */
    DAY = 45,          /* events; so that most lives see a day begin */
    CARRIED = 3,       /* rows that outlive a day */
    LIVES_IN_LINE = 4, /* each begins where a cut of the one before left the disk */
    BATCHES = 10,      /* a life */
    BATCH_MAX = 6,     /* events */
    TIMEOUT_S = 900,
    REBUILD_EVERY = 16, /* cuts whose records are compared with the journal row by row */
    CONTROL_CUTS = 2000
};

#define PATH "hall.db"

/* The story's bytes: what seq n must hold. */
static struct {
    struct event event;
    char *bytes;
    size_t length;
    unsigned tickets; /* issued up to here */
    uint64_t day_seq; /* the newest hall.day_began up to here */
} stream[STREAM + 1];

struct run {
    bool is_normal; /* the control */
    uint64_t seed, chance;
    unsigned long cuts, lost, heard_less, life;
};

static unsigned long cuts_wanted = CUTS_DEFAULT;
static uint64_t seed = 1;

static void make_stream(void) {
    struct story story;
    struct batch batch;
    story_init(&story, 0x9f3c21aa);
    batch_init(&batch);
    for (unsigned seq = 1; seq <= STREAM; seq++) {
        batch_clear(&batch);
        if (seq % DAY == 0) {
            story_turn_day(&story);
        }
        story_next(&story, &stream[seq].event);
        const struct store_entry *entry = batch_add(&batch, &story, &stream[seq].event);
        stream[seq].length = entry->length;
        stream[seq].bytes = malloc(entry->length);
        assert(stream[seq].bytes != NULL);
        memcpy(stream[seq].bytes, entry->bytes, entry->length);
        stream[seq].tickets =
            stream[seq - 1].tickets + (stream[seq].event.type == EVENT_TICKET_ISSUED);
        stream[seq].day_seq =
            stream[seq].event.type == EVENT_HALL_DAY_BEGAN ? seq : stream[seq - 1].day_seq;
    }
    batch_deinit(&batch);
}

static void free_stream(void) {
    for (unsigned seq = 1; seq <= STREAM; seq++) {
        free(stream[seq].bytes);
    }
}

static struct store *open_store(bool is_normal) {
    struct store *store = NULL;
    char fault[WHAT_SIZE] = "";
    struct store_options options = { .vfs = POWER_VFS, .is_sync_normal = is_normal };
    ck_assert_msg(store_open_with(PATH, &options, &store, fault) == HALL_OK, "%s", fault);
    return store;
}

static enum hall_error append(struct store *store, unsigned count) {
    struct store_entry entries[BATCH_MAX];
    struct carry_row carry[CARRIED] = { 0 };
    uint64_t seq = store_last_seq(store);
    uint64_t day_seq = stream[seq].day_seq;
    for (unsigned i = 0; i < count; i++) {
        seq++;
        entries[i] =
            (struct store_entry){ &stream[seq].event, stream[seq].bytes, stream[seq].length };
    }
    bool has_day = stream[seq].day_seq != day_seq;
    for (unsigned i = 0; i < CARRIED; i++) {
        carry[i].numbers[0] = (int64_t)stream[seq].day_seq;
    }
    return store_append(store, entries, count, carry, has_day ? CARRIED : 0);
}

static void work(struct run *run, struct disk *disk, struct store *store, unsigned count) {
    store_set_cursor(store, store_last_seq(store));
    ck_assert_int_eq(append(store, count), HALL_OK);
    disk->acknowledged = store_last_seq(store);
    if (draw(&run->chance) % 5 == 0) {
        bool is_whole = draw(&run->chance) % 2 == 0;
        ck_assert_int_eq(database_checkpoint(store->database, is_whole), HALL_OK);
    }
}

/* One life of the hall on this disk, recorded: batches, cursors, checkpoints, now and then a clean end. */
static void live(struct run *run, struct disk *disk) {
    power_vfs_use(disk);
    struct store *store = open_store(run->is_normal);
    disk->acknowledged =
        disk->acknowledged > store_last_seq(store) ? disk->acknowledged : store_last_seq(store);
    for (unsigned i = 0; i < BATCHES; i++) {
        unsigned count = 1 + (unsigned)(draw(&run->chance) % BATCH_MAX);
        if (store_last_seq(store) + count > STREAM) {
            break;
        }
        work(run, disk, store, count);
    }
    if (draw(&run->chance) % 2 == 0) {
        store_close(store);
    } else {
        store_disconnect(store);
        free(store);
    }
}

struct reading {
    uint64_t next;
};

static bool compare(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct reading *reading = context;
    ck_assert_uint_eq(seq, reading->next);
    ck_assert_uint_eq(length, stream[seq].length);
    ck_assert_int_eq(memcmp(bytes, stream[seq].bytes, length), 0);
    reading->next++;
    return true;
}

static int64_t ask(struct store *store, const char *sql) {
    int64_t value = -1;
    ck_assert_int_eq(database_ask(store->database, sql, &value), HALL_OK);
    return value;
}

/* Everything in the journal is what was written, without a hole, and the tables say the same. Gives the last seq. */
static uint64_t check_whole(struct store *store, bool is_thorough) {
    char fault[WHAT_SIZE] = "";
    uint64_t rows = 0;
    uint64_t bad = 0;
    uint64_t last = store_last_seq(store);
    struct reading reading = { 1 };
    ck_assert_int_eq(store_read(store, 1, UINT64_MAX, compare, &reading), HALL_OK);
    ck_assert_uint_eq(reading.next, last + 1);
    ck_assert_msg(store_verify(store, &rows, &bad, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(rows, last);
    ck_assert_uint_le(store_cursor(store), last);
    ck_assert_int_eq(ask(store, "SELECT count(*) FROM tickets"), stream[last].tickets);
    ck_assert_uint_eq(meta_get_int(store, "day_seq"), stream[last].day_seq);
    ck_assert_int_eq(ask(store, "SELECT count(*) FROM carry WHERE n0 = day_seq"),
                     stream[last].day_seq == 0 ? 0 : CARRIED);
    ck_assert_int_eq(ask(store, "SELECT coalesce(max(day_seq), 0) FROM carry"),
                     (int64_t)stream[last].day_seq);
    if (is_thorough) {
        ck_assert_msg(rebuild_derived(store, true, false, fault) == HALL_OK, "%s", fault);
    }
    return last;
}

/* Opens what a cut left. Closing leaves `disk` as the next life may find it. */
static void check_cut(struct run *run, struct disk *disk, uint64_t acknowledged, size_t at) {
    power_vfs_use(disk);
    struct store *store = open_store(run->is_normal);
    run->cuts++;
    uint64_t last = check_whole(store, run->cuts % REBUILD_EVERY == 0);
    run->lost += last < acknowledged;
    run->heard_less += last > acknowledged;
    ck_assert_msg(run->is_normal || last >= acknowledged,
                  "seed %llu, life %lu, operation %zu: %llu acknowledged, %llu there",
                  (unsigned long long)run->seed, run->life, at, (unsigned long long)acknowledged,
                  (unsigned long long)last);
    store_close(store);
}

/* Cuts within each operation of the recorded life; gives one cut disk, not looked at, for the next life. */
static struct disk *cut_everywhere(struct run *run, struct disk *disk, unsigned long wanted) {
    struct cutter cutter;
    struct disk *next = NULL;
    size_t heir = draw(&run->chance) % disk->op_count;
    for (cutter_init(&cutter, disk); cutter.at < disk->op_count; cutter_step(&cutter)) {
        uint64_t acknowledged = disk->ops[cutter.at].acknowledged;
        enum cut_mode mode = (enum cut_mode)(draw(&run->chance) % CUT_MODES);
        if (cutter.at == heir) {
            next = cutter_cut(&cutter, mode, &run->chance);
            next->acknowledged = run->is_normal ? 0 : acknowledged;
        }
        if (run->cuts < wanted) {
            struct disk *cut = cutter_cut(&cutter, mode, &run->chance);
            check_cut(run, cut, acknowledged, cutter.at);
            disk_free(cut);
        }
    }
    cutter_deinit(&cutter);
    return next;
}

static void cut_many(struct run *run, unsigned long wanted) {
    run->seed = seed;
    run->chance = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    make_stream();
    while (run->cuts < wanted) {
        struct disk *disk = disk_make();
        for (unsigned i = 0; i < LIVES_IN_LINE && run->cuts < wanted; i++, run->life++) {
            live(run, disk);
            struct disk *next = cut_everywhere(run, disk, wanted);
            disk_free(disk);
            disk = next;
        }
        disk_free(disk);
    }
    free_stream();
}

START_TEST(no_cut_loses_what_was_acknowledged) {
    struct run run = { 0 };
    cut_many(&run, cuts_wanted);
    printf("power cuts: %lu in %lu lives, seed %llu: %lu lost; %lu with rows that nobody had heard "
           "of\n",
           run.cuts, run.life, (unsigned long long)run.seed, run.lost, run.heard_less);
    ck_assert_uint_eq(run.lost, 0);
    ck_assert_uint_gt(run.heard_less, 0);
}
END_TEST

START_TEST(with_normal_sync_this_disk_is_seen_to_lose) {
    struct run run = { .is_normal = true };
    cut_many(&run, CONTROL_CUTS);
    printf("control with synchronous=NORMAL: %lu of %lu cuts lost acknowledged events\n", run.lost,
           run.cuts);
    ck_assert_uint_gt(run.lost, CONTROL_CUTS / 20);
}
END_TEST

/* Cuts after everything: what was told to people after the trouble must be there. */
static void check_end(const struct disk *disk, uint64_t acknowledged) {
    uint64_t chance = 7;
    struct cutter cutter;
    cutter_init(&cutter, disk);
    while (cutter.at < disk->op_count) {
        cutter_step(&cutter);
    }
    for (unsigned mode = 0; mode < CUT_MODES; mode++) {
        struct disk *cut = cutter_cut(&cutter, (enum cut_mode)mode, &chance);
        power_vfs_use(cut);
        struct store *store = open_store(false);
        ck_assert_uint_ge(check_whole(store, true), acknowledged);
        store_close(store);
        disk_free(cut);
    }
    cutter_deinit(&cutter);
}

/*
 * `_i` commits go well before the sync that fails. A reader stays open, as the uplink's does: so the writer is not the
 * last to close, and SQLite does not move the log by itself.
 */
START_TEST(a_failed_sync_is_not_believed) {
    struct store_options reading = { .vfs = POWER_VFS, .is_read_only = true };
    struct store *reader = NULL;
    char fault[WHAT_SIZE] = "";
    make_stream();
    struct disk *disk = disk_make();
    power_vfs_use(disk);
    struct store *store = open_store(false);
    for (int i = 0; i < _i; i++) {
        ck_assert_int_eq(append(store, 3), HALL_OK);
    }
    ck_assert_msg(store_open_with(PATH, &reading, &reader, fault) == HALL_OK, "%s", fault);
    uint64_t before = store_last_seq(store);
    uint64_t last = 0;
    disk->syncs_to_fail = 1;
    ck_assert_int_eq(append(store, 5), HALL_IO);
    ck_assert_uint_eq(store_last_seq(store), before);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_uint_ge(last, before);
    check_whole(store, true);
    size_t end = disk->op_count; /* closing writes, but the power goes before */
    store_disconnect(store);
    free(store);
    store_close(reader);
    disk->op_count = end;
    check_end(disk, last);
    disk_free(disk);
    free_stream();
}
END_TEST

/* Killed after the failed sync: the next process finds the rows in the log, and they look like any others. */
START_TEST(a_killed_writers_log_is_not_believed) {
    static struct store
        *killed; /* its memory is lost as a killed process's; nothing may touch it again */
    make_stream();
    struct disk *disk = disk_make();
    power_vfs_use(disk);
    killed = open_store(false);
    ck_assert_int_eq(append(killed, 3), HALL_OK);
    disk->syncs_to_fail = 1;
    ck_assert_int_eq(append(killed, 5), HALL_IO);
    power_vfs_use(disk);
    struct store *store = open_store(false);
    uint64_t last = check_whole(store, true);
    ck_assert_uint_eq(last, 8);
    size_t end = disk->op_count;
    store_close(store);
    disk->op_count = end;
    check_end(disk, last);
    disk_free(disk);
    free_stream();
}
END_TEST

START_TEST(a_recovery_whose_sync_fails_is_no_recovery) {
    make_stream();
    struct disk *disk = disk_make();
    power_vfs_use(disk);
    struct store *store = open_store(false);
    uint64_t last = 0;
    ck_assert_int_eq(append(store, 3), HALL_OK);
    disk->syncs_to_fail = 3;
    ck_assert_int_eq(append(store, 3), HALL_IO);
    ck_assert_int_eq(store_recover(store, &last), HALL_IO);
    ck_assert_int_eq(append(store, 3), HALL_IO);
    disk->syncs_to_fail = 0;
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_int_eq(append(store, 3), HALL_OK);
    last = store_last_seq(store);
    store_disconnect(store);
    free(store);
    check_end(disk, last);
    disk_free(disk);
    free_stream();
}
END_TEST

START_TEST(a_full_disk_refuses_and_goes_on_when_there_is_room) {
    make_stream();
    struct disk *disk = disk_make();
    power_vfs_use(disk);
    struct store *store = open_store(false);
    ck_assert_int_eq(append(store, 6), HALL_OK);
    disk->quota = 1;
    uint64_t last = 0;
    ck_assert_int_eq(append(store, 6), HALL_FULL);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_uint_eq(last, 6);
    ck_assert_uint_eq(check_whole(store, false), 6);
    disk->quota = 0;
    ck_assert_int_eq(append(store, 6), HALL_OK);
    ck_assert_uint_eq(check_whole(store, true), 12);
    store_disconnect(store);
    free(store);
    check_end(disk, 12);
    disk_free(disk);
    free_stream();
}
END_TEST

int main(int argc, char **argv) {
    if (argc > 1) {
        cuts_wanted = strtoul(argv[1], NULL, 10);
    }
    if (argc > 2) {
        seed = strtoull(argv[2], NULL, 10);
    }
    power_vfs_register();
    Suite *suite = suite_create("power cuts");
    TCase *cases = tcase_create("cuts");
    tcase_set_timeout(cases, TIMEOUT_S);
    tcase_add_test(cases, no_cut_loses_what_was_acknowledged);
    tcase_add_test(cases, with_normal_sync_this_disk_is_seen_to_lose);
    tcase_add_loop_test(cases, a_failed_sync_is_not_believed, 0, 4);
    tcase_add_test(cases, a_killed_writers_log_is_not_believed);
    tcase_add_test(cases, a_recovery_whose_sync_fails_is_no_recovery);
    tcase_add_test(cases, a_full_disk_refuses_and_goes_on_when_there_is_room);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
