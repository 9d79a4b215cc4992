/* Which ratings are marked as suspicious: too fast, of a visit too short, or the fifth equal one in a minute. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

enum { GOOD = 5, FAIR = 4 };

static struct lab *with_keypads(void) {
    struct lab *lab = lab_new();
    lab->rules.mistake_s = 0;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_online(lab, "keypad-2", ROLE_KEYPAD, 2);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    return lab;
}

/* Somebody is served for so long, asked, and presses so much later. What it was marked as. */
static unsigned suspicion_of(struct lab *lab, uint16_t window, uint8_t grade, int64_t served_ms,
                             int64_t after_ms) {
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, window);
    lab_key(lab, COMMAND_WINDOW_START, window);
    lab_sleep(lab, served_ms);
    lab_key(lab, COMMAND_WINDOW_DONE, window);
    lab_sleep(lab, after_ms);
    ck_assert_int_eq(lab_rate(lab, window, lab_window(lab, window)->session, grade), REASON_NONE);
    const struct event *given = lab_last(lab, EVENT_RATING_GIVEN);
    ck_assert_uint_eq((given->has & EVENT_HAS(FIELD_SUSPICIOUS)) != 0, given->suspicious != 0);
    return given->suspicious;
}

START_TEST(too_fast_is_under_its_time) {
    struct lab *lab = with_keypads();
    ck_assert_uint_eq(suspicion_of(lab, 1, GOOD, MINUTE, 699), SUSPICION_TOO_FAST);
    ck_assert_uint_eq(suspicion_of(lab, 1, GOOD, MINUTE, 700), 0);
    lab_close(lab);
}
END_TEST

START_TEST(too_short_is_under_its_time) {
    struct lab *lab = with_keypads();
    ck_assert_uint_eq(suspicion_of(lab, 1, GOOD, 29 * SECOND, SECOND), SUSPICION_TOO_SHORT);
    ck_assert_uint_eq(suspicion_of(lab, 1, GOOD, 30 * SECOND, SECOND), 0);
    lab_close(lab);
}
END_TEST

/* Five equal ones at window 1; what the fifth was marked as, so long after the first. */
static unsigned fifth_after(struct lab *lab, int64_t first_to_fifth_ms) {
    int64_t first_ms = lab->now_ms + SECOND;
    for (unsigned i = 0; i < 4; i++) {
        suspicion_of(lab, 1, GOOD, 0, SECOND);
    }
    return suspicion_of(lab, 1, GOOD, 0, first_ms + first_to_fifth_ms - lab->now_ms);
}

START_TEST(five_equal_ones_are_a_run_within_a_minute_only) {
    struct lab *lab = with_keypads();
    ck_assert(fifth_after(lab, MINUTE) & SUSPICION_RUN);
    lab_sleep(lab, 5 * MINUTE);
    ck_assert(!(fifth_after(lab, MINUTE + 1) & SUSPICION_RUN));
    lab_close(lab);
}
END_TEST

START_TEST(a_run_is_of_equal_grades) {
    struct lab *lab = with_keypads();
    suspicion_of(lab, 1, FAIR, 0, SECOND);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(!(suspicion_of(lab, 1, GOOD, 0, SECOND) & SUSPICION_RUN));
    }
    ck_assert(!(suspicion_of(lab, 1, FAIR, 0, SECOND) & SUSPICION_RUN));
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(!(suspicion_of(lab, 1, GOOD, 0, SECOND) & SUSPICION_RUN));
    }
    ck_assert(suspicion_of(lab, 1, GOOD, 0, SECOND) & SUSPICION_RUN);
    lab_close(lab);
}
END_TEST

START_TEST(a_run_is_of_one_window) {
    struct lab *lab = with_keypads();
    for (unsigned i = 0; i < 8; i++) {
        ck_assert(!(suspicion_of(lab, i % 2 == 0 ? 1 : 2, GOOD, 0, SECOND) & SUSPICION_RUN));
    }
    ck_assert(suspicion_of(lab, 1, GOOD, 0, SECOND) & SUSPICION_RUN);
    lab_close(lab);
}
END_TEST

TCase *suspicion_case(void) {
    TCase *tcase = tcase_create("suspicion");
    tcase_add_test(tcase, too_fast_is_under_its_time);
    tcase_add_test(tcase, too_short_is_under_its_time);
    tcase_add_test(tcase, five_equal_ones_are_a_run_within_a_minute_only);
    tcase_add_test(tcase, a_run_is_of_equal_grades);
    tcase_add_test(tcase, a_run_is_of_one_window);
    return tcase;
}
