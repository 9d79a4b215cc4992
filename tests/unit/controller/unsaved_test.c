/* Alerts that can't be written: what pages show of them, and what is kept until it is written. */
#include "controller/unsaved.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/controller/suites.h"

static struct unsaved unsaved;
static struct snapshot *snapshot;

static void set_up(void) {
    memset(&unsaved, 0, sizeof unsaved);
    snapshot = calloc(1, sizeof *snapshot);
}

static void tear_down(void) {
    free(snapshot);
}

static struct alert_now alert_of(const char *kind, const char *subject, int64_t since_ms) {
    struct alert_now alert = { .since_ms = since_ms };
    snprintf(alert.kind, sizeof alert.kind, "%s", kind);
    snprintf(alert.subject, sizeof alert.subject, "%s", subject);
    return alert;
}

static void tell(const char *kind, const char *subject, int64_t since_ms) {
    struct alert_now alert = alert_of(kind, subject, since_ms);
    unsaved_tell(&unsaved, snapshot, &alert);
}

static void stand(const char *kind, uint64_t id) {
    struct alert_now *alert = &snapshot->alerts[snapshot->alert_count++];
    *alert = alert_of(kind, "hall", 1);
    alert->id = id;
}

static void ck_shown(unsigned place, const char *kind, uint64_t id, bool is_unsaved) {
    ck_assert_uint_lt(place, snapshot->alert_count);
    ck_assert_str_eq(snapshot->alerts[place].kind, kind);
    ck_assert_uint_eq(snapshot->alerts[place].id, id);
    ck_assert_int_eq(snapshot->alerts[place].is_unsaved, is_unsaved);
}

START_TEST(one_that_is_told_again_keeps_its_number_and_time) {
    stand("wait_over", 77);
    for (int64_t now_ms = 10; now_ms < 13; now_ms++) {
        unsaved_begin(&unsaved,
                      snapshot); /* takes out what a snapshot that was not made anew still has */
        tell("not_saved", "hall", now_ms);
        tell("help", "1", now_ms);
        tell("wait_over", "hall", now_ms); /* saved, so it is no other */
        unsaved_end(&unsaved, false, snapshot);
        ck_assert_uint_eq(snapshot->alert_count, 3);
        ck_shown(0, "wait_over", 77, false);
        ck_shown(1, "not_saved", 1, true);
        ck_shown(2, "help", 2, true);
        ck_assert_int_eq(snapshot->alerts[2].since_ms, 10);
    }
}
END_TEST

START_TEST(what_is_not_told_any_more_is_gone_unless_nobody_knows) {
    unsaved_begin(&unsaved, snapshot);
    tell("not_saved", "hall", 1);
    tell("device_offline", "board-1", 1);
    unsaved_end(&unsaved, false, snapshot);
    unsaved_begin(&unsaved, snapshot);
    tell("not_saved", "hall", 2);
    unsaved_end(&unsaved, true, snapshot);
    ck_assert_uint_eq(snapshot->alert_count, 2);
    unsaved_begin(&unsaved, snapshot);
    tell("not_saved", "hall", 2);
    tell("device_offline", "board-1", 2);
    unsaved_withdraw(&unsaved, "device_offline", "board-1"); /* it came back */
    unsaved_withdraw(&unsaved, "device_offline", "board-9");
    unsaved_end(&unsaved, false, snapshot);
    ck_assert_uint_eq(snapshot->alert_count, 1);
    ck_shown(0, "not_saved", 1, true);
}
END_TEST

START_TEST(the_oldest_that_are_saved_make_room) {
    for (unsigned i = 0; i < ALERTS_NOW_MAX; i++) {
        char kind[WORD_SIZE];
        snprintf(kind, sizeof kind, "kind_%u", i);
        stand(kind, 100 + i);
    }
    unsaved_begin(&unsaved, snapshot);
    for (unsigned i = 0; i < UNSAVED_MAX + 1; i++) {
        char subject[NAME_SIZE];
        snprintf(subject, sizeof subject, "%u", i);
        tell("help", subject, 1);
    }
    unsaved_end(&unsaved, false, snapshot);
    ck_assert_uint_eq(snapshot->alert_count, ALERTS_NOW_MAX);
    ck_shown(0, "kind_64", 164, false);
    ck_shown(ALERTS_NOW_MAX - 1, "help", UNSAVED_MAX, true);
}
END_TEST

START_TEST(a_help_is_kept_until_its_batch_is_saved) {
    unsaved_keep_help(&unsaved, 3, 1000);
    unsaved_keep_help(&unsaved, 3, 2000); /* pressed again */
    unsaved_keep_help(&unsaved, 4, 3000);
    ck_assert_uint_eq(unsaved.help_count, 2);
    ck_assert_int_eq(unsaved.helps[0].pressed_ms, 1000);
    unsaved.helps[0].is_offered = true;
    unsaved_settle(&unsaved, false);
    ck_assert_uint_eq(unsaved.help_count, 2);
    unsaved_settle(&unsaved, true); /* a batch without them */
    ck_assert_uint_eq(unsaved.help_count, 2);
    unsaved.helps[0].is_offered = true;
    unsaved_settle(&unsaved, true);
    ck_assert_uint_eq(unsaved.help_count, 1);
    ck_assert_uint_eq(unsaved.helps[0].window, 4);
}
END_TEST

Suite *unsaved_suite(void) {
    Suite *suite = suite_create("unsaved");
    TCase *tcase = tcase_create("unsaved");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, one_that_is_told_again_keeps_its_number_and_time);
    tcase_add_test(tcase, what_is_not_told_any_more_is_gone_unless_nobody_knows);
    tcase_add_test(tcase, the_oldest_that_are_saved_make_room);
    tcase_add_test(tcase, a_help_is_kept_until_its_batch_is_saved);
    suite_add_tcase(suite, tcase);
    return suite;
}
