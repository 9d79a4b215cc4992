/* The loop with nothing but a ledger: what it makes of a disk that fails, and of a journal that can't be read. */
#include <stdio.h>
#include <stdlib.h>

#include "controller/loop_private.h"
#include "controller/store/database.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

static struct config *config;
static struct loop *loop;

static void set_up(void) {
    char fault[WHAT_SIZE] = "";
    folder_make();
    folder_write("hall.jsonc", BASE);
    config = folder_load("hall.jsonc");
    ck_assert_msg(config != NULL, "%s", said);
    snprintf(config->store_path, sizeof config->store_path, "%s", folder_path("hall.db"));
    loop = calloc(1, sizeof *loop);
    ck_assert_ptr_nonnull(loop);
    loop->config = config;
    loop->replay_items = malloc(REPLAY_BYTES);
    ck_assert_ptr_nonnull(loop->replay_items);
    ck_assert_msg(ledger_open(config, &loop->ledger, fault) == HALL_OK, "%s", fault);
    outside_begin(loop);
}

static void tear_down(void) {
    ledger_close(loop->ledger);
    config_free(config);
    free(loop->replay_items);
    free(loop);
    folder_remove();
}

/* As round.c ends a batch that held the conditions of the second. */
static void commit(void) {
    uint64_t durable_seq;
    ck_assert_int_eq(ledger_commit(loop->ledger, &durable_seq), HALL_OK);
    outside_saved(loop);
}

/* Who filled the disk had gone when the hall looked what is free. */
START_TEST(test_a_disk_that_was_full_for_a_moment) {
    ck_assert(loop->disk.is_saved);
    outside_failed(loop, HALL_FULL);
    ck_assert(loop->disk.is_full);
    ck_assert(!outside_may_write(loop, false));
    outside_take(loop, 1);
    commit();
    ck_assert(!loop->disk.is_full);
    ck_assert(loop->disk.is_saved);
    ck_assert(outside_may_write(loop, false));
}
END_TEST

static enum reason replay(uint64_t from, uint64_t to) {
    struct command command = { .type = COMMAND_EVENTS_REPLAY, .from = from, .to = to };
    struct answer answer = { 0 };
    ck_assert(doors_take(loop, &command, &answer));
    return answer.reason;
}

/* A journal with a hole, as a disk that loses pages leaves it: what comes before the hole is not all there is. */
START_TEST(test_a_replay_tells_no_part_as_the_whole) {
    struct database *database = NULL;
    char fault[WHAT_SIZE];
    for (unsigned i = 0; i < 4; i++) {
        struct input input = { .kind = INPUT_STARTED, .now_ms = i + 1 };
        ledger_take(loop->ledger, &input, NULL, NULL);
    }
    commit();
    ck_assert_int_eq(replay(1, 4), REASON_NONE);
    ck_assert_int_eq(database_open(config->store_path, NULL, false, &database, fault), HALL_OK);
    ck_assert_int_eq(database_run(database, "DELETE FROM journal WHERE seq = 3"), HALL_OK);
    database_close(database);
    ck_assert_int_eq(replay(1, 4), REASON_NOT_NOW);
    ck_assert_int_eq(replay(1, 2), REASON_NONE);
}
END_TEST

Suite *loop_suite(void) {
    Suite *suite = suite_create("loop");
    TCase *tests = tcase_create("loop");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_a_disk_that_was_full_for_a_moment);
    tcase_add_test(tests, test_a_replay_tells_no_part_as_the_whole);
    suite_add_tcase(suite, tests);
    return suite;
}
