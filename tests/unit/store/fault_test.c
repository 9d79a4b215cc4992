#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/store/store_private.h"
#include "tests/unit/store/fixture.h"

static void write_file(const char *file, const char *text, size_t length, long offset) {
    FILE *opened = fopen(file, offset == 0 ? "w" : "r+");
    ck_assert_ptr_nonnull(opened);
    ck_assert_int_eq(fseek(opened, offset, SEEK_SET), 0);
    ck_assert_uint_eq(fwrite(text, 1, length, opened), length);
    ck_assert_int_eq(fclose(opened), 0);
}

static void check_refused(const char *file, enum hall_error expected, const char *says) {
    struct store *other = NULL;
    fault[0] = '\0';
    enum hall_error error = store_open(file, &other, fault);
    ck_assert_msg(error == expected, "%s gave %d: %s", file, error, fault);
    ck_assert_msg(strstr(fault, says) != NULL, "\"%s\" does not say \"%s\"", fault, says);
    ck_assert_ptr_null(other);
}

START_TEST(a_path_that_can_not_be_is_named) {
    char file[700];
    check_refused("/nowhere/hall.db", HALL_IO, "No such file or directory");
    snprintf(file, sizeof file, "%s/part", folder);
    ck_assert_int_eq(mkdir(file, 0700), 0);
    check_refused(file, HALL_IO, "Is a directory");
    rmdir(file);
    memset(file, 'x', sizeof file - 1);
    file[sizeof file - 1] = '\0';
    check_refused(file, HALL_INVALID, "longer");
    if (geteuid() != 0) { /* nobody can keep root out of a folder */
        ck_assert_int_eq(chmod(folder, 0500), 0);
        snprintf(file, sizeof file, "%s/new.db", folder);
        check_refused(file, HALL_IO, "Permission denied");
        ck_assert_int_eq(chmod(folder, 0700), 0);
    }
}
END_TEST

START_TEST(a_file_that_is_no_database_is_left_alone) {
    char file[300];
    char text[64] = "";
    snprintf(file, sizeof file, "%s/other.db", folder);
    write_file(file, "this is a letter, not a database", 32, 0);
    check_refused(file, HALL_BROKEN, "not a database");
    FILE *opened = fopen(file, "r");
    ck_assert_ptr_nonnull(opened);
    ck_assert_uint_eq(fread(text, 1, sizeof text, opened), 32);
    fclose(opened);
    ck_assert_str_eq(text, "this is a letter, not a database");
}
END_TEST

static const struct {
    const char *sql, *says;
} strangers[] = {
    { "CREATE TABLE other(x)", "not of HallQ" },
    { "PRAGMA application_id = 5", "not of HallQ" },
};

START_TEST(somebody_elses_database_is_refused) {
    char file[300];
    snprintf(file, sizeof file, "%s/other.db", folder);
    tamper(file, strangers[_i].sql);
    check_refused(file, HALL_BROKEN, strangers[_i].says);
}
END_TEST

START_TEST(another_version_is_refused) {
    store_close(store);
    store = NULL;
    tamper(path, "PRAGMA user_version = 9");
    check_refused(path, HALL_BROKEN, "has schema 9, this program knows 2");
}
END_TEST

static const struct {
    const char *sql, *says;
} wounds[] = {
    { "UPDATE journal SET bytes = 'x' WHERE seq = 20", "seq 20" },
    { "DELETE FROM journal WHERE seq = 19", "seq 19 is missing" },
    { "DROP TABLE journal", "no such table" },
    { "DROP TABLE tickets", "no such table" },
    { "ALTER TABLE ratings DROP COLUMN grade", "grade" },
};

START_TEST(a_wounded_end_is_noticed_at_once) {
    append_story(20, 20);
    store_close(store);
    store = NULL;
    tamper(path, wounds[_i].sql);
    struct store *other = NULL;
    ck_assert_int_ne(store_open(path, &other, fault), HALL_OK);
    ck_assert_msg(strstr(fault, wounds[_i].says) != NULL, "%s", fault);
}
END_TEST

START_TEST(damaged_pages_are_a_fault_and_not_a_crash) {
    char junk[4096];
    append_story(400, 100);
    store_close(store);
    store = NULL;
    memset(junk, 0xa5, sizeof junk);
    struct stat now;
    ck_assert_int_eq(stat(path, &now), 0);
    long pages = now.st_size / 4096;
    ck_assert_int_gt(pages, 20);
    /* Every page but the first in turn; some hold nothing that is asked for. */
    unsigned noticed = 0;
    for (long page = 1; page < pages; page++) {
        char whole[4096];
        FILE *file = fopen(path, "r");
        ck_assert_ptr_nonnull(file);
        fseek(file, page * 4096, SEEK_SET);
        ck_assert_uint_eq(fread(whole, 1, sizeof whole, file), sizeof whole);
        fclose(file);
        write_file(path, junk, sizeof junk, page * 4096);
        struct store *other = NULL;
        uint64_t rows = 0;
        uint64_t bad = 0;
        enum hall_error error = store_open(path, &other, fault);
        error = error != HALL_OK ? error : store_verify(other, &rows, &bad, fault);
        error = error != HALL_OK ? error : rebuild_derived(other, true, false, fault);
        noticed += error != HALL_OK;
        store_close(other);
        write_file(path, whole, sizeof whole, page * 4096);
    }
    ck_assert_uint_gt(noticed, (unsigned)pages / 2);
}
END_TEST

START_TEST(a_full_database_refuses_and_goes_on) {
    uint64_t last = 0;
    append_story(100, 10);
    ck_assert_int_eq(database_run(store->database, "PRAGMA max_page_count = 1"), HALL_OK);
    batch_fill(&batch, &story, 500);
    ck_assert_int_eq(store_append(store, batch.entries, batch.count, NULL, 0), HALL_FULL);
    ck_assert_uint_eq(store_last_seq(store), 100);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_uint_eq(last, 100);
    ck_assert_int_eq(store_append(store, batch.entries, batch.count, NULL, 0), HALL_OK);
    ck_assert_uint_eq(store_last_seq(store), 600);
    ck_assert_msg(rebuild_derived(store, true, false, fault) == HALL_OK, "%s", fault);
}
END_TEST

START_TEST(a_store_whose_disk_went_away_stays_callable) {
    char away[320];
    char out[WHAT_SIZE];
    uint64_t last = 0;
    append_story(10, 10);
    snprintf(away, sizeof away, "%s.away", path);
    ck_assert_int_eq(rename(path, away), 0);
    /* A folder in its place: nothing can be opened there. */
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_ne(store_recover(store, &last), HALL_OK);
    batch_fill(&batch, &story, 1);
    ck_assert_int_eq(store_append(store, batch.entries, 1, NULL, 0), HALL_IO);
    ck_assert_int_ne(store_tidy(store), HALL_OK);
    ck_assert_uint_eq(store_first_seq(store), 0);
    ck_assert(!store_answer_find(store, "x", out, sizeof out, 0));
    store_next_numbers(store, out);
    ck_assert_str_eq(out, "");
    ck_assert_uint_eq(store_user_count(store), 0);
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(rename(away, path), 0);
    ck_assert_int_eq(store_recover(store, &last), HALL_OK);
    ck_assert_uint_eq(last, 10);
    ck_assert_int_eq(store_append(store, batch.entries, 1, NULL, 0), HALL_OK);
}
END_TEST

START_TEST(a_reader_needs_a_store) {
    struct store *reader = NULL;
    char file[300];
    snprintf(file, sizeof file, "%s/none.db", folder);
    ck_assert_int_ne(store_open_reader(file, &reader, fault), HALL_OK);
    ck_assert_ptr_nonnull(strstr(fault, "unable to open"));
    write_file(file, "", 0, 0);
    ck_assert_int_ne(store_open_reader(file, &reader, fault), HALL_OK);
    ck_assert_ptr_nonnull(strstr(fault, "empty file"));
}
END_TEST

TCase *fault_cases(void) {
    TCase *cases = tcase_create("faults");
    tcase_add_checked_fixture(cases, fixture_set_up, fixture_tear_down);
    tcase_add_test(cases, a_path_that_can_not_be_is_named);
    tcase_add_test(cases, a_file_that_is_no_database_is_left_alone);
    tcase_add_loop_test(cases, somebody_elses_database_is_refused, 0,
                        sizeof strangers / sizeof strangers[0]);
    tcase_add_test(cases, another_version_is_refused);
    tcase_add_loop_test(cases, a_wounded_end_is_noticed_at_once, 0,
                        sizeof wounds / sizeof wounds[0]);
    tcase_add_test(cases, damaged_pages_are_a_fault_and_not_a_crash);
    tcase_add_test(cases, a_full_database_refuses_and_goes_on);
    tcase_add_test(cases, a_store_whose_disk_went_away_stays_callable);
    tcase_add_test(cases, a_reader_needs_a_store);
    return cases;
}
