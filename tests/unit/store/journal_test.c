#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/store/fixture.h"

/* What was appended, to compare with what is read. */
struct seen {
    const struct batch *batch;
    uint64_t next, stop_after;
};

static bool compare(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct seen *seen = context;
    ck_assert_uint_eq(seq, seen->next);
    const struct store_entry *entry = &seen->batch->entries[seq - 1];
    ck_assert_uint_eq(length, entry->length);
    ck_assert_int_eq(memcmp(bytes, entry->bytes, length), 0);
    seen->next++;
    return seq != seen->stop_after;
}

static void check_all(uint64_t from, uint64_t to, uint64_t stop_after, uint64_t end) {
    struct seen seen = { &batch, from, stop_after };
    ck_assert_int_eq(store_read(store, from, to, compare, &seen), HALL_OK);
    ck_assert_uint_eq(seen.next, end);
}

START_TEST(a_new_store_is_empty_and_has_an_era) {
    char hash[HASH_SIZE];
    store_last_hash(store, hash);
    ck_assert_str_eq(hash, "");
    ck_assert_uint_eq(store_first_seq(store), 0);
    ck_assert_uint_eq(store_last_seq(store), 0);
    uint32_t era = store_era(store);
    reopen();
    ck_assert_uint_eq(store_era(store), era);
}
END_TEST

START_TEST(what_was_appended_is_read_back_byte_for_byte) {
    batch_fill(&batch, &story, 100);
    ck_assert_int_eq(store_append(store, batch.entries, 60, NULL, 0), HALL_OK);
    ck_assert_int_eq(store_append(store, batch.entries + 60, 40, NULL, 0), HALL_OK);
    check_all(1, UINT64_MAX, 0, 101);
    check_all(20, 30, 0, 31);
    check_all(20, 30, 25, 26);
    reopen();
    check_all(1, 100, 0, 101);
    ck_assert_uint_eq(store_first_seq(store), 1);
    ck_assert_uint_eq(store_last_seq(store), 100);
}
END_TEST

START_TEST(the_chain_goes_on_over_a_restart) {
    uint64_t rows = 0;
    uint64_t bad = 0;
    char before[HASH_SIZE];
    char after[HASH_SIZE];
    append_story(50, 7);
    store_last_hash(store, before);
    ck_assert_uint_eq(strlen(before), 64);
    reopen();
    store_last_hash(store, after);
    ck_assert_str_eq(before, after);
    append_story(50, 7);
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_OK);
    ck_assert_uint_eq(rows, 100);
}
END_TEST

static const struct {
    const char *sql;
    uint64_t bad;
} wounds[] = {
    { "UPDATE journal SET bytes = replace(bytes, 'A001', 'A002') WHERE seq = 14", 14 },
    { "UPDATE journal SET hash = zeroblob(32) WHERE seq = 20", 20 },
    { "DELETE FROM journal WHERE seq = 30", 30 },
    { "UPDATE journal SET hash = zeroblob(5) WHERE seq = 7", 7 },
    { "DELETE FROM journal WHERE seq < 5", 5 },
};

START_TEST(verify_names_the_first_bad_row) {
    uint64_t rows = 0;
    uint64_t bad = 0;
    append_story(50, 50);
    store_close(store);
    tamper(path, wounds[_i].sql);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    ck_assert_int_eq(store_verify(store, &rows, &bad, fault), HALL_BROKEN);
    ck_assert_uint_eq(bad, wounds[_i].bad);
    ck_assert_ptr_nonnull(strstr(fault, "seq"));
}
END_TEST

START_TEST(a_reader_sees_what_is_committed) {
    struct store *reader = NULL;
    append_story(10, 10);
    ck_assert_msg(store_open_reader(path, &reader, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(store_last_seq(reader), 10);
    append_story(5, 5);
    ck_assert_uint_eq(store_last_seq(reader), 15);
    ck_assert_uint_eq(store_era(reader), store_era(store));
    store_set_cursor(store, 12);
    ck_assert_int_eq(store_tidy(store), HALL_OK);
    ck_assert_uint_eq(store_cursor(reader), 12);
    store_close(reader);
}
END_TEST

START_TEST(a_reader_notices_a_hole) {
    struct store *reader = NULL;
    struct seen seen = { &batch, 1, 0 };
    batch_fill(&batch, &story, 20);
    ck_assert_int_eq(store_append(store, batch.entries, 20, NULL, 0), HALL_OK);
    tamper(path, "DELETE FROM journal WHERE seq = 9");
    ck_assert_int_eq(store_open_reader(path, &reader, fault), HALL_OK);
    ck_assert_int_eq(store_read(reader, 1, 20, compare, &seen), HALL_BROKEN);
    ck_assert_uint_eq(seen.next, 9);
    store_close(reader);
}
END_TEST

START_TEST(a_second_writer_is_refused_and_a_killed_one_leaves_nothing) {
    struct store *other = NULL;
    ck_assert_int_eq(store_open(path, &other, fault), HALL_BUSY);
    ck_assert_ptr_nonnull(strstr(fault, "another process"));
    store_close(store);
    store = NULL;
    int ready[2];
    ck_assert_int_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        char byte = store_open(path, &other, fault) == HALL_OK ? 'y' : 'n';
        (void)!write(ready[1], &byte, 1);
        pause();
        _exit(0);
    }
    char byte = 0;
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'y');
    ck_assert_int_eq(store_open(path, &store, fault), HALL_BUSY);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
}
END_TEST

TCase *journal_cases(void) {
    TCase *cases = tcase_create("journal");
    tcase_add_checked_fixture(cases, fixture_set_up, fixture_tear_down);
    tcase_add_test(cases, a_new_store_is_empty_and_has_an_era);
    tcase_add_test(cases, what_was_appended_is_read_back_byte_for_byte);
    tcase_add_test(cases, the_chain_goes_on_over_a_restart);
    tcase_add_loop_test(cases, verify_names_the_first_bad_row, 0, sizeof wounds / sizeof wounds[0]);
    tcase_add_test(cases, a_reader_sees_what_is_committed);
    tcase_add_test(cases, a_reader_notices_a_hole);
    tcase_add_test(cases, a_second_writer_is_refused_and_a_killed_one_leaves_nothing);
    return cases;
}
