/* What is kept beside the journal: cursor, answers, users, notes, the reserve. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/store/store_private.h"
#include "tests/unit/store/fixture.h"

enum { HOUR_MS = 3600000 };

START_TEST(a_cursor_is_saved_with_the_next_append_or_by_a_tidy) {
    append_story(20, 20);
    store_set_cursor(store, 7);
    ck_assert_uint_eq(store_cursor(store), 7);
    ck_assert_int_eq(ask_number(path, "SELECT value FROM meta WHERE name = 'cursor'"), 0);
    append_story(1, 1);
    ck_assert_int_eq(ask_number(path, "SELECT value FROM meta WHERE name = 'cursor'"), 7);
    store_set_cursor(store, 9);
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    ck_assert_int_eq(ask_number(path, "SELECT value FROM meta WHERE name = 'cursor'"), 9);
    store_set_cursor(store, 15);
    reopen();
    ck_assert_uint_eq(store_cursor(store), 15);
}
END_TEST

START_TEST(an_answer_is_found_for_a_day_and_then_forgotten) {
    char out[64] = "";
    store_answer_keep(store, "a-1", "{\"ok\":true}", 1000);
    ck_assert(store_answer_find(store, "a-1", out, sizeof out, 1000));
    ck_assert_str_eq(out, "{\"ok\":true}");
    ck_assert(!store_answer_find(store, "a-2", out, sizeof out, 1000));
    append_story(1, 1);
    reopen();
    ck_assert(store_answer_find(store, "a-1", out, sizeof out, 1000 + 23 * HOUR_MS));
    ck_assert(!store_answer_find(store, "a-1", out, sizeof out, 1000 + 24 * HOUR_MS));
    store_answer_keep(store, "a-3", "{}", 1000 + 24 * HOUR_MS);
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM answers"), 1);
}
END_TEST

START_TEST(more_answers_than_fit_are_written_at_once) {
    char id[32];
    char out[64];
    for (unsigned i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "id-%u", i);
        store_answer_keep(store, id, id, 5);
    }
    for (unsigned i = 0; i < 200; i++) {
        snprintf(id, sizeof id, "id-%u", i);
        ck_assert(store_answer_find(store, id, out, sizeof out, 5));
        ck_assert_str_eq(out, id);
    }
    ck_assert_int_ge(ask_number(path, "SELECT count(*) FROM answers"), 136);
}
END_TEST

START_TEST(an_answer_about_a_failed_append_is_forgotten) {
    char out[64];
    uint64_t last = 0;
    store_answer_keep(store, "a-1", "{\"ok\":true}", 1000);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert(!store_answer_find(store, "a-1", out, sizeof out, 1000));
}
END_TEST

static void count_users(void *context, const struct store_user *user) {
    unsigned *count = context;
    ck_assert_str_ne(user->name, "");
    ++*count;
}

START_TEST(users_and_tokens_are_told_apart) {
    struct store_user user = { .name = "li", .role = "staff", .staff = "0107", .hash = "h1" };
    struct store_user token = { .name = "li", .role = "viewer", .hash = "h2", .is_token = true };
    struct store_user found;
    unsigned count = 0;
    ck_assert_uint_eq(store_user_count(store), 0);
    ck_assert_int_eq(store_user_put(store, &user), HALL_OK);
    ck_assert_int_eq(store_user_put(store, &token), HALL_OK);
    ck_assert_uint_eq(store_user_count(store), 1);
    reopen();
    ck_assert_int_eq(store_user_get(store, "li", false, &found), HALL_OK);
    ck_assert_str_eq(found.role, "staff");
    ck_assert_str_eq(found.staff, "0107");
    ck_assert_int_eq(store_token_find(store, "h2", &found), HALL_OK);
    ck_assert_str_eq(found.role, "viewer");
    ck_assert(found.is_token);
    ck_assert_int_eq(store_token_find(store, "h1", &found), HALL_MISSING);
    ck_assert_int_eq(store_users(store, count_users, &count), HALL_OK);
    ck_assert_uint_eq(count, 2);
    snprintf(user.hash, sizeof user.hash, "h3");
    ck_assert_int_eq(store_user_put(store, &user), HALL_OK);
    ck_assert_int_eq(store_user_get(store, "li", false, &found), HALL_OK);
    ck_assert_str_eq(found.hash, "h3");
    ck_assert_int_eq(store_user_remove(store, "li", false), HALL_OK);
    ck_assert_int_eq(store_user_remove(store, "li", false), HALL_MISSING);
    ck_assert_int_eq(store_user_get(store, "li", true, &found), HALL_OK);
}
END_TEST

static void put_admin(const char *name, bool is_token) {
    struct store_user user = { .role = "admin", .hash = "h", .is_token = is_token };
    snprintf(user.name, sizeof user.name, "%s", name);
    ck_assert_int_eq(store_user_put(store, &user), HALL_OK);
}

START_TEST(the_last_admin_stays) {
    put_admin("wang", false);
    put_admin("machine", true); /* a token of that role is nobody who could log in */
    ck_assert_int_eq(store_user_remove(store, "wang", false), HALL_BUSY);
    ck_assert_uint_eq(store_user_count(store), 1);
    put_admin("li", false);
    ck_assert_int_eq(store_user_remove(store, "wang", false), HALL_OK);
    ck_assert_int_eq(store_user_remove(store, "li", false), HALL_BUSY);
    ck_assert_int_eq(store_user_remove(store, "machine", true), HALL_OK);
}
END_TEST

static bool file_holds(const char *file, const char *text) {
    static char bytes[1 << 20];
    FILE *opened = fopen(file, "r");
    if (opened == NULL) {
        return false;
    }
    size_t length = fread(bytes, 1, sizeof bytes, opened);
    fclose(opened);
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

static void erase_note(uint64_t number) {
    struct event event;
    struct by by = { BY_PAGE, "wang" };
    event_init(&event, EVENT_NOTE_ERASED, 1, &by);
    event.seq = store_last_seq(store) + 1;
    event.note = number;
    struct store_entry entry = { &event, "{}", 2 };
    ck_assert_int_eq(store_append(store, &entry, 1, NULL, 0), HALL_OK);
}

START_TEST(an_erased_note_is_nowhere_on_the_disk) {
    char hash[HASH_SIZE];
    char again[HASH_SIZE];
    char text[TEXT_SIZE];
    char contact[WHAT_SIZE];
    char log[320];
    uint64_t number = 0;
    uint64_t second = 0;
    snprintf(log, sizeof log, "%s-wal", path);
    ck_assert_int_eq(store_note_keep(store, "queue too long", "13800138000", &number, hash),
                     HALL_OK);
    ck_assert_int_eq(store_note_keep(store, "queue too long", "13800138000", &second, again),
                     HALL_OK);
    ck_assert_uint_ne(number, second);
    ck_assert_str_ne(hash, again); /* salted: equal texts can't be told to be equal */
    ck_assert_uint_eq(strlen(hash), 64);
    ck_assert_int_eq(store_note_get(store, number, text, contact), HALL_MISSING);
    append_story(1, 1);
    ck_assert_int_eq(store_note_get(store, number, text, contact), HALL_OK);
    ck_assert_str_eq(text, "queue too long");
    ck_assert_str_eq(contact, "13800138000");
    ck_assert(file_holds(log, "13800138000"));
    erase_note(number);
    erase_note(second);
    ck_assert_int_eq(store_note_get(store, number, text, contact), HALL_MISSING);
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    ck_assert(!file_holds(log, "13800138000"));
    ck_assert(!file_holds(path, "13800138000"));
    reopen();
    ck_assert_int_eq(store_note_keep(store, "x", "", &number, hash), HALL_OK);
    ck_assert_uint_gt(number, second);
}
END_TEST

START_TEST(a_note_falls_with_its_batch) {
    char hash[HASH_SIZE];
    char text[TEXT_SIZE];
    char contact[WHAT_SIZE];
    uint64_t number = 0;
    uint64_t last = 0;
    uint64_t again = 0;
    ck_assert_int_eq(store_note_keep(store, "lost", "", &number, hash), HALL_OK);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    append_story(1, 1);
    ck_assert_int_eq(store_note_get(store, number, text, contact), HALL_MISSING);
    for (unsigned i = 0; i < NOTES_PENDING_MAX; i++) {
        ck_assert_int_eq(store_note_keep(store, "kept", "", &again, hash), HALL_OK);
        ck_assert_uint_eq(again, number + i);
    }
    ck_assert_int_eq(store_note_keep(store, "one more", "", &again, hash), HALL_FULL);
    append_story(1, 1);
    ck_assert_int_eq(store_note_get(store, number, text, contact), HALL_OK);
    ck_assert_str_eq(text, "kept");
}
END_TEST

static void check_pin(uint16_t staff, const char *wanted) {
    char hash[HASH_SIZE] = "";
    bool has_one = wanted[0] != '\0';
    ck_assert_int_eq(store_pin_get(store, staff, hash), has_one ? HALL_OK : HALL_MISSING);
    ck_assert_str_eq(has_one ? hash : "", wanted);
}

static void keep_pin(uint16_t staff, const char *hash) {
    ck_assert_int_eq(store_pin_keep(store, staff, hash), HALL_OK);
}

START_TEST(a_pin_stands_until_it_is_replaced_or_forgotten) {
    check_pin(107, "");
    keep_pin(107, "h1");
    keep_pin(65535, "h2");
    check_pin(107, "h1"); /* in the same batch */
    append_story(1, 1);
    reopen();
    check_pin(107, "h1");
    check_pin(65535, "h2");
    keep_pin(107, "");
    keep_pin(107, "h3");
    keep_pin(65535, "");
    check_pin(107, "h3");
    check_pin(65535, "");
    append_story(1, 1);
    reopen();
    check_pin(107, "h3");
    check_pin(65535, "");
}
END_TEST

START_TEST(a_pin_falls_with_its_batch) {
    uint64_t last = 0;
    keep_pin(107, "h1");
    append_story(1, 1);
    keep_pin(107, "");
    keep_pin(108, "h2");
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    check_pin(107, "h1");
    check_pin(108, "");
    for (unsigned i = 0; i < PINS_PENDING_MAX; i++) {
        keep_pin((uint16_t)(200 + i), "h");
    }
    ck_assert_int_eq(store_pin_keep(store, 300, "h"), HALL_FULL);
    append_story(1, 1);
    keep_pin(300, "h");
    store_set_cursor(store, 1);
    reopen(); /* what closing still writes has no event of theirs */
    check_pin(300, "");
}
END_TEST

/* As a hall had it that comes from a program without PINs. */
START_TEST(a_store_of_the_schema_before_grows) {
    struct store *reader = NULL;
    append_story(20, 5);
    store_close(store);
    tamper(path, "DROP TABLE pins; PRAGMA user_version = 1");
    ck_assert_int_eq(store_open_reader(path, &reader, fault), HALL_OK);
    store_close(reader);
    ck_assert_int_eq(ask_number(path, "PRAGMA user_version"), 1);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    ck_assert_int_eq(ask_number(path, "PRAGMA user_version"), 2);
    ck_assert_uint_eq(store_last_seq(store), 20);
    keep_pin(107, "h1");
    append_story(1, 1);
    reopen();
    check_pin(107, "h1");
}
END_TEST

START_TEST(the_reserve_is_made_given_up_and_made_again) {
    char reserve[320];
    struct stat now;
    snprintf(reserve, sizeof reserve, "%s.reserve", path);
    ck_assert_int_eq(stat(reserve, &now), 0);
    ck_assert_int_eq(now.st_size, 16 << 20);
    ck_assert_uint_gt(store_free_bytes(store), 0);
    store_release_reserve(store);
    ck_assert_int_ne(stat(reserve, &now), 0);
    /* Not in the same breath: who gave it up needs the room now. */
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    ck_assert_int_ne(stat(reserve, &now), 0);
    reopen();
    ck_assert_int_eq(stat(reserve, &now), 0);
}
END_TEST

START_TEST(the_files_are_their_owners_alone) {
    static const char *const beside[] = { "", "-wal", "-shm", ".lock", ".reserve" };
    append_story(1, 1);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char file[320];
        struct stat now;
        snprintf(file, sizeof file, "%s%s", path, beside[i]);
        ck_assert_int_eq(stat(file, &now), 0);
        ck_assert_msg((now.st_mode & 077) == 0, "%s is open to others", file);
    }
}
END_TEST

START_TEST(the_log_is_moved_into_the_file_when_it_is_large) {
    char log[320];
    struct stat now;
    snprintf(log, sizeof log, "%s-wal", path);
    for (unsigned i = 0; i < 60; i++) {
        append_story(300, 300);
        ck_assert_int_eq(store_tidy(store), HALL_OK);
    }
    ck_assert_int_eq(stat(log, &now), 0);
    ck_assert_int_lt(now.st_size, 16 << 20);
    ck_assert_int_eq(stat(path, &now), 0);
    ck_assert_int_gt(now.st_size, 4 << 20);
}
END_TEST

static atomic_bool is_over;

/* As a shell in which somebody has begun to look and gone to lunch. */
static struct database *begin_long_look(void) {
    struct database *reader = NULL;
    int64_t rows = 0;
    ck_assert_int_eq(database_open(path, NULL, true, &reader, fault), HALL_OK);
    ck_assert_int_eq(database_run(reader, "BEGIN"), HALL_OK);
    ck_assert_int_eq(database_ask(reader, "SELECT count(*) FROM journal", &rows), HALL_OK);
    return reader;
}

START_TEST(a_long_reader_keeps_nobody_out) {
    uint64_t last = 0;
    append_story(50, 10);
    struct database *reader = begin_long_look();
    append_story(50, 10);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_uint_eq(last, 100);
    append_story(20, 10);
    reopen();
    ck_assert_uint_eq(store_last_seq(store), 120);
    append_story(20, 10);
    database_close(reader);
    reopen();
    ck_assert_uint_eq(store_last_seq(store), 140);
    uint64_t rows = 0;
    uint64_t bad = 0;
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_OK);
}
END_TEST

/* Not told as "another hallqd runs": systemd would never start it again. */
START_TEST(a_file_that_somebody_locks_is_no_rival) {
    struct store *other = NULL;
    struct database *writer = NULL;
    append_story(10, 10);
    store_close(store);
    store = NULL;
    ck_assert_int_eq(database_open(path, NULL, false, &writer, fault), HALL_OK);
    ck_assert_int_eq(database_run(writer, "BEGIN IMMEDIATE"), HALL_OK);
    ck_assert_int_eq(store_open(path, &other, fault), HALL_IO);
    ck_assert_msg(strstr(fault, "locked") != NULL, "%s", fault);
    database_close(writer);
}
END_TEST

static void *checkpoint_often(void *context) {
    (void)context;
    char what[WHAT_SIZE];
    while (!is_over) {
        ck_assert_msg(store_checkpoint(path, what) == HALL_OK, "%s", what);
        usleep(2000);
    }
    return NULL;
}

START_TEST(a_checkpoint_from_another_thread_stops_nobody) {
    pthread_t thread;
    is_over = false;
    ck_assert_int_eq(pthread_create(&thread, NULL, checkpoint_often, NULL), 0);
    append_story(6000, 20);
    is_over = true;
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    /* Everything is moved: the next commit begins the log anew. */
    ck_assert_uint_gt(database_wal_pages(store->database), 200);
    ck_assert_int_eq(store_checkpoint(path, fault), HALL_OK);
    append_story(1, 1);
    ck_assert_uint_lt(database_wal_pages(store->database), 100);
    uint64_t rows = 0;
    uint64_t bad = 0;
    ck_assert_msg(store_verify(store, &rows, &bad, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(rows, 6001);
}
END_TEST

TCase *keeping_cases(void) {
    TCase *cases = tcase_create("keeping");
    tcase_add_checked_fixture(cases, fixture_set_up, fixture_tear_down);
    tcase_add_test(cases, a_cursor_is_saved_with_the_next_append_or_by_a_tidy);
    tcase_add_test(cases, an_answer_is_found_for_a_day_and_then_forgotten);
    tcase_add_test(cases, more_answers_than_fit_are_written_at_once);
    tcase_add_test(cases, an_answer_about_a_failed_append_is_forgotten);
    tcase_add_test(cases, users_and_tokens_are_told_apart);
    tcase_add_test(cases, the_last_admin_stays);
    tcase_add_test(cases, an_erased_note_is_nowhere_on_the_disk);
    tcase_add_test(cases, a_note_falls_with_its_batch);
    tcase_add_test(cases, a_pin_stands_until_it_is_replaced_or_forgotten);
    tcase_add_test(cases, a_pin_falls_with_its_batch);
    tcase_add_test(cases, a_store_of_the_schema_before_grows);
    tcase_add_test(cases, the_reserve_is_made_given_up_and_made_again);
    tcase_add_test(cases, the_files_are_their_owners_alone);
    tcase_add_test(cases, the_log_is_moved_into_the_file_when_it_is_large);
    tcase_add_test(cases, a_long_reader_keeps_nobody_out);
    tcase_add_test(cases, a_file_that_somebody_locks_is_no_rival);
    tcase_add_test(cases, a_checkpoint_from_another_thread_stops_nobody);
    return cases;
}
