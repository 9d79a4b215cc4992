/* What the hall makes of its disk: a loop with nothing but a ledger, and the failures told to it. */
#include <stdio.h>
#include <stdlib.h>

#include "controller/loop_private.h"
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
    ck_assert_msg(ledger_open(config, &loop->ledger, fault) == HALL_OK, "%s", fault);
    outside_begin(loop);
}

static void tear_down(void) {
    ledger_close(loop->ledger);
    config_free(config);
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

Suite *outside_suite(void) {
    Suite *suite = suite_create("outside");
    TCase *tests = tcase_create("outside");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_a_disk_that_was_full_for_a_moment);
    suite_add_tcase(suite, tests);
    return suite;
}
