#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/store/store_private.h"
#include "tests/unit/store/fixture.h"

static char copy[320];
static struct store_restored restored;

static void make_backup(void) {
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    ck_assert_msg(store_backup(store, copy, NULL, fault) == HALL_OK, "%s", fault);
}

/* On the day that the story tells of. */
static enum hall_error try_restore(const char *file, const char *next) {
    struct store_source source = { .file = file, .next = next, .now_ms = story.now_ms };
    return store_restore(path, &source, &restored, fault);
}

static void restore(const char *next) {
    store_close(store);
    store = NULL;
    ck_assert_msg(try_restore(copy, next) == HALL_OK, "%s", fault);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
}

/* Files beside the copy that should not be there any more. */
static unsigned drafts(void) {
    unsigned found = 0;
    DIR *opened = opendir(folder);
    ck_assert_ptr_nonnull(opened);
    struct dirent *entry;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): one thread */
    while ((entry = readdir(opened)) != NULL) {
        found += strstr(entry->d_name, ".tmp-") != NULL;
    }
    closedir(opened);
    return found;
}

START_TEST(a_backup_is_one_checked_file) {
    char beside[330];
    struct store *reader = NULL;
    append_story(100, 10);
    make_backup();
    append_story(10, 10);
    ck_assert_int_eq(store_open_reader(copy, &reader, fault), HALL_OK);
    ck_assert_uint_eq(store_last_seq(reader), 100);
    store_close(reader);
    snprintf(beside, sizeof beside, "%s-wal", copy);
    ck_assert_int_ne(access(beside, F_OK), 0);
    ck_assert_uint_eq(drafts(), 0);
    struct stat now;
    ck_assert_int_eq(stat(copy, &now), 0);
    ck_assert_int_eq(now.st_mode & 077, 0);
    make_backup(); /* over the older one */
    ck_assert_int_eq(ask_number(copy, "SELECT max(seq) FROM journal"), 110);
}
END_TEST

START_TEST(a_cancelled_backup_leaves_nothing) {
    const atomic_bool is_cancelled = true;
    append_story(100, 10);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    ck_assert_int_eq(store_backup(store, copy, &is_cancelled, fault), HALL_IO);
    ck_assert_msg(strstr(fault, "interrupted") != NULL, "%s", fault);
    ck_assert_int_ne(access(copy, F_OK), 0);
    ck_assert_uint_eq(drafts(), 0);
    append_story(10, 10); /* and the store goes on */
    make_backup();
}
END_TEST

static void *back_up_often(void *context) {
    enum { TIMES = 4 };
    char what[WHAT_SIZE];
    struct store *reader = NULL;
    unsigned *done = context;
    ck_assert_int_eq(store_open_reader(path, &reader, what), HALL_OK);
    for (unsigned i = 0; i < TIMES; i++) {
        *done += store_backup(reader, copy, NULL, what) == HALL_OK;
    }
    store_close(reader);
    return NULL;
}

/* The writer commits between the steps of the copy. */
START_TEST(a_backup_is_of_one_moment) {
    pthread_t thread;
    unsigned done = 0;
    append_story(1500, 500);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    ck_assert_int_eq(pthread_create(&thread, NULL, back_up_often, &done), 0);
    append_story(300, 5);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(done, 4);
}
END_TEST

START_TEST(a_reader_can_make_the_backup) {
    struct store *reader = NULL;
    append_story(50, 10);
    ck_assert_int_eq(store_open_reader(path, &reader, fault), HALL_OK);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    ck_assert_msg(store_backup(reader, copy, NULL, fault) == HALL_OK, "%s", fault);
    store_close(reader);
    ck_assert_int_eq(ask_number(copy, "SELECT max(seq) FROM journal"), 50);
}
END_TEST

START_TEST(a_backup_that_can_not_be_written_is_said) {
    append_story(10, 10);
    ck_assert_int_eq(store_backup(store, "/nowhere/copy.db", NULL, fault), HALL_IO);
    ck_assert_ptr_nonnull(strstr(fault, "No such file"));
}
END_TEST

/* What names the store or a file of its own: as it stands, behind a dot, behind a link. */
static const char *const own[] = { "hall.db",         "./hall.db",    "hall.db-wal",
                                   "hall.db-shm",     "hall.db.lock", "hall.db.reserve",
                                   "hall.db-journal", "link.db",      "hall.db.restore" };

static void check_store_is_whole(uint64_t last) {
    uint64_t rows = 0;
    uint64_t bad = 0;
    reopen();
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_OK);
    ck_assert_uint_eq(rows, last);
}

START_TEST(a_backup_onto_the_store_is_refused) {
    char file[330];
    append_story(10, 10);
    snprintf(file, sizeof file, "%s/link.db", folder);
    ck_assert_int_eq(symlink("hall.db", file), 0);
    snprintf(file, sizeof file, "%s/%s", folder, own[_i]);
    ck_assert_int_eq(store_backup(store, file, NULL, fault), HALL_INVALID);
    ck_assert_msg(strstr(fault, "belongs to the running store") != NULL, "%s", fault);
    check_store_is_whole(10);
}
END_TEST

/* The copy is first made under a name of its own, which nobody has. */
START_TEST(the_draft_of_a_backup_is_nobody_elses_file) {
    char moved[330];
    struct stat before;
    struct stat after;
    append_story(10, 10);
    snprintf(moved, sizeof moved, "%s/copy.db.tmp", folder);
    FILE *letter = fopen(moved, "w");
    ck_assert_ptr_nonnull(letter);
    ck_assert_int_eq(fclose(letter), 0);
    ck_assert_int_eq(stat(moved, &before), 0);
    make_backup();
    ck_assert_int_eq(stat(moved, &after), 0);
    ck_assert_uint_eq(after.st_ino, before.st_ino);
    check_store_is_whole(10);
}
END_TEST

static void write_text(const char *file, const char *text) {
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
}

START_TEST(a_file_that_is_no_backup_is_left_alone) {
    char beside[330];
    struct stat now;
    append_story(10, 10);
    snprintf(copy, sizeof copy, "%s/hallq.jsonc", folder);
    write_text(copy, "{ \"hall\": {} }\n");
    ck_assert_int_eq(store_backup(store, copy, NULL, fault), HALL_INVALID);
    ck_assert_msg(strstr(fault, "no backup of HallQ") != NULL, "%s", fault);
    ck_assert_int_eq(stat(copy, &now), 0);
    ck_assert_int_eq(now.st_size, 15);
    ck_assert_int_eq(store_backup(store, folder, NULL, fault), HALL_INVALID);
    make_backup();
    tamper(copy, "PRAGMA application_id = 7"); /* another program's database */
    ck_assert_int_eq(store_backup(store, copy, NULL, fault), HALL_INVALID);
    tamper(copy, "PRAGMA application_id = 0x48616c51");
    make_backup();
    snprintf(beside, sizeof beside, "%s.lock", copy); /* another hall's store */
    write_text(beside, "");
    ck_assert_int_eq(store_backup(store, copy, NULL, fault), HALL_INVALID);
    ck_assert_msg(strstr(fault, "a hall's store") != NULL, "%s", fault);
    write_text(copy, "");
    unlink(beside);
    make_backup(); /* over an empty file */
}
END_TEST

START_TEST(a_broken_journal_is_not_backed_up_as_whole) {
    append_story(50, 50);
    tamper(path, "UPDATE journal SET bytes = 'x' WHERE seq = 9");
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    ck_assert_int_eq(store_backup(store, copy, NULL, fault), HALL_BROKEN);
    ck_assert_ptr_nonnull(strstr(fault, "seq 9"));
    ck_assert_int_ne(access(copy, F_OK), 0);
}
END_TEST

START_TEST(a_restore_goes_back_under_a_new_era) {
    char next[WHAT_SIZE];
    uint64_t rows = 0;
    uint64_t bad = 0;
    uint32_t era = store_era(store);
    append_story(60, 10);
    store_set_cursor(store, 40);
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    make_backup();
    append_story(60, 10);
    store_set_cursor(store, 120);
    restore("A=120,B=7");
    ck_assert_uint_ne(store_era(store), era);
    ck_assert_uint_eq(store_last_seq(store), 60);
    ck_assert_uint_eq(store_cursor(store),
                      40); /* what was sent since goes again, under the new era */
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_OK);
    ck_assert_msg(rebuild_derived(store, true, false, fault) == HALL_OK, "%s", fault);
    store_next_numbers(store, next);
    ck_assert_str_eq(next, "A=120,B=7");
}
END_TEST

START_TEST(the_store_before_is_kept) {
    char expected[STORE_KEPT_SIZE];
    uint32_t era = store_era(store);
    append_story(60, 10);
    make_backup();
    append_story(60, 10);
    restore(NULL);
    snprintf(expected, sizeof expected, "%s.before-%08x", path, (unsigned)era);
    ck_assert_str_eq(restored.kept, expected);
    ck_assert_int_eq(ask_number(expected, "SELECT max(seq) FROM journal"), 120);
    era = store_era(store);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(unlink(path), 0);
    restore(NULL);
    ck_assert_str_eq(restored.kept, ""); /* there was none */
    ck_assert_uint_ne(store_era(store), era);
}
END_TEST

static unsigned issued(const char *prefix) {
    char sql[160];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM tickets WHERE ticket_id GLOB '20261123-%s[0-9]*'", prefix);
    return (unsigned)ask_number(copy, sql);
}

START_TEST(next_numbers_are_held_against_the_backup) {
    char next[32];
    char expected[64];
    append_story(150, 50);
    make_backup();
    unsigned last = issued("A");
    ck_assert_uint_ge(last, 2);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(try_restore(copy, "B=900,Q=7"), HALL_INVALID);
    ck_assert_msg(strstr(fault, "no service of the backup gives numbers with Q") != NULL, "%s",
                  fault);
    snprintf(next, sizeof next, "A=%u", last);
    snprintf(expected, sizeof expected, "the backup has A%03u issued", last);
    ck_assert_int_eq(try_restore(copy, next), HALL_INVALID);
    ck_assert_msg(strstr(fault, expected) != NULL, "%s", fault);
    snprintf(next, sizeof next, "A=%u", last + 1);
    restore(next);
    snprintf(expected, sizeof expected, "A%03u B%03u C%03u D%03u", last + 1, issued("B") + 1,
             issued("C") + 1, issued("D") + 1);
    ck_assert_str_eq(restored.numbers, expected);
}
END_TEST

/* Yesterday's numbers are in nobody's way, but paper of today may have some. */
START_TEST(numbers_of_a_day_that_is_over_do_not_count) {
    enum { DAY_MS = 86400000 };
    append_story(150, 50);
    make_backup();
    ck_assert_uint_ge(issued("A"), 2);
    story.now_ms += DAY_MS;
    restore("A=1");
    ck_assert(restored.is_day_over);
    ck_assert_str_eq(restored.numbers, "");
    store_close(store);
    store = NULL;
    ck_assert_int_eq(try_restore(copy, "Q=7"), HALL_INVALID);
}
END_TEST

START_TEST(a_new_day_has_no_numbers) {
    append_story(150, 50);
    story_turn_day(&story);
    append_story(3, 3);
    make_backup();
    restore("A=1");
    ck_assert_str_eq(restored.numbers, "");
}
END_TEST

START_TEST(next_numbers_are_forgotten_by_the_start_that_takes_them) {
    char next[WHAT_SIZE];
    append_story(20, 10);
    make_backup();
    restore("A=120");
    append_story(1, 1);
    reopen();
    store_next_numbers(store, next);
    ck_assert_str_eq(next, "A=120");
    struct event event;
    struct by by = { BY_RULE, "start" };
    event_init(&event, EVENT_HALL_STARTED, 1, &by);
    event.seq = store_last_seq(store) + 1;
    struct store_entry entry = { &event, "{}", 2 };
    ck_assert_int_eq(store_append(store, &entry, 1, NULL, 0), HALL_OK);
    store_next_numbers(store, next);
    ck_assert_str_eq(next, "");
}
END_TEST

/* As after a kill: the store's log, with everything since the backup, lies beside it. */
static void leave_log(void) {
    char log[320];
    char kept[320];
    snprintf(log, sizeof log, "%s-wal", path);
    snprintf(kept, sizeof kept, "%s.kept", path);
    ck_assert_int_eq(link(log, kept), 0);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(rename(kept, log), 0);
}

static void check_restored(uint64_t last) {
    uint64_t rows = 0;
    uint64_t bad = 0;
    ck_assert_msg(try_restore(copy, NULL) == HALL_OK, "%s", fault);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(store_last_seq(store), last);
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_OK);
    ck_assert_uint_eq(rows, last);
}

START_TEST(the_old_log_never_plays_into_the_restored_file) {
    append_story(30, 10);
    make_backup();
    append_story(300, 10);
    leave_log();
    check_restored(30);
}
END_TEST

START_TEST(a_restore_replaces_a_store_that_can_not_be_opened) {
    append_story(30, 10);
    make_backup();
    append_story(300, 10);
    leave_log();
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("not a database at all, but long enough to be read", file);
    fclose(file);
    check_restored(30);
}
END_TEST

static const struct {
    const char *sql, *says; /* what befell the backup */
} spoilt[] = {
    { "UPDATE journal SET bytes = 'x' WHERE seq = 9", "seq 9" },
    { "PRAGMA user_version = 7", "schema 7" },
    { "PRAGMA application_id = 7", "not of HallQ" },
    { "DELETE FROM journal WHERE seq = 20", "seq 20" },
};

START_TEST(a_spoilt_backup_changes_nothing) {
    append_story(30, 10);
    make_backup();
    append_story(5, 5);
    tamper(copy, spoilt[_i].sql);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(try_restore(copy, NULL), HALL_BROKEN);
    ck_assert_msg(strstr(fault, spoilt[_i].says) != NULL, "%s", fault);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(store_last_seq(store), 35);
}
END_TEST

static uid_t owner_of(const char *suffix) {
    char file[320];
    struct stat found;
    snprintf(file, sizeof file, "%s%s", path, suffix);
    ck_assert_int_eq(stat(file, &found), 0);
    return found.st_uid;
}

/* By sudo; the service runs as a user of its own. Who is not root can't make another's files: nothing to see then. */
START_TEST(a_restore_by_root_leaves_the_store_to_its_owner) {
    enum { OTHER = 4711 };
    append_story(30, 10);
    make_backup();
    if (geteuid() != 0) {
        return;
    }
    ck_assert_int_eq(chown(folder, OTHER, OTHER), 0);
    restore(NULL); /* root's own */
    ck_assert_uint_eq(owner_of(""), 0);
    ck_assert_int_eq(chown(path, OTHER, OTHER), 0);
    restore(NULL);
    ck_assert_uint_eq(owner_of(""), OTHER);
    ck_assert_uint_eq(owner_of(".lock"), OTHER);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(unlink(path), 0);
    restore(NULL);
    ck_assert_uint_eq(owner_of(""), OTHER);
}
END_TEST

START_TEST(a_running_store_is_not_restored_over) {
    append_story(30, 10);
    make_backup();
    ck_assert_int_eq(try_restore(copy, NULL), HALL_BUSY);
}
END_TEST

START_TEST(a_missing_backup_is_said) {
    char none[320];
    store_close(store);
    store = NULL;
    snprintf(none, sizeof none, "%s/none.db", folder);
    ck_assert_int_eq(try_restore(none, NULL), HALL_IO);
    ck_assert_ptr_nonnull(strstr(fault, "No such file"));
}
END_TEST

static const char *const bad_next[] = { "A",     "A=",   "A=0",   "A=1000", "=5",
                                        "ABC=5", "a=5",  "A=5,",  ",A=5",   "A=5B=6",
                                        "A=x",   "A=-1", "A='5'", "A=5 ",   "A==5" };

START_TEST(wrong_next_numbers_are_refused) {
    append_story(30, 10);
    make_backup();
    store_close(store);
    store = NULL;
    ck_assert_int_eq(try_restore(copy, bad_next[_i]), HALL_INVALID);
    ck_assert_ptr_nonnull(strstr(fault, "1..999 such as A=120,B=7"));
}
END_TEST

TCase *backup_cases(void) {
    TCase *cases = tcase_create("backup");
    tcase_add_checked_fixture(cases, fixture_set_up, fixture_tear_down);
    tcase_add_test(cases, a_backup_is_one_checked_file);
    tcase_add_test(cases, a_cancelled_backup_leaves_nothing);
    tcase_add_test(cases, a_backup_is_of_one_moment);
    tcase_add_test(cases, a_reader_can_make_the_backup);
    tcase_add_test(cases, a_backup_that_can_not_be_written_is_said);
    tcase_add_loop_test(cases, a_backup_onto_the_store_is_refused, 0, sizeof own / sizeof own[0]);
    tcase_add_test(cases, the_draft_of_a_backup_is_nobody_elses_file);
    tcase_add_test(cases, a_file_that_is_no_backup_is_left_alone);
    tcase_add_test(cases, a_broken_journal_is_not_backed_up_as_whole);
    tcase_add_test(cases, a_restore_goes_back_under_a_new_era);
    tcase_add_test(cases, the_store_before_is_kept);
    tcase_add_test(cases, next_numbers_are_held_against_the_backup);
    tcase_add_test(cases, numbers_of_a_day_that_is_over_do_not_count);
    tcase_add_test(cases, a_new_day_has_no_numbers);
    tcase_add_test(cases, next_numbers_are_forgotten_by_the_start_that_takes_them);
    tcase_add_test(cases, the_old_log_never_plays_into_the_restored_file);
    tcase_add_test(cases, a_restore_replaces_a_store_that_can_not_be_opened);
    tcase_add_loop_test(cases, a_spoilt_backup_changes_nothing, 0,
                        sizeof spoilt / sizeof spoilt[0]);
    tcase_add_test(cases, a_restore_by_root_leaves_the_store_to_its_owner);
    tcase_add_test(cases, a_running_store_is_not_restored_over);
    tcase_add_test(cases, a_missing_backup_is_said);
    tcase_add_loop_test(cases, wrong_next_numbers_are_refused, 0,
                        sizeof bad_next / sizeof bad_next[0]);
    return cases;
}
