/* Raters: whose session a rating is of, and when it is thanked for. */
#include <string.h>

#include "tests/unit/devices/caller.h"
#include "tests/unit/devices/suites.h"

static const struct ff68_frame RATING = { ADDRESS, FF68_RATING, 1, { 3 } };

START_TEST(a_rating_names_the_session_that_is_shown) {
    static const uint8_t GRADES[FF68_RATINGS] = { 2, 0, 4, 5 };
    struct ff68_frame frame = { ADDRESS, FF68_RATING, 1, { (uint8_t)(_i / 2) } };
    lone.image.keypad.state = _i % 2 == 0 ? KEYPAD_INVITE : KEYPAD_IDLE;
    lone.image.keypad.session = _i % 2 == 0 ? 513 : 0;
    caller_show();
    caller_hear(&frame, 0);
    uint8_t grade = GRADES[_i / 2];
    ck_assert_uint_eq(caller_count(REPORT_KEY), grade == 0 ? 0 : 1);
    if (grade != 0) {
        ck_assert_uint_eq(caller_last(REPORT_KEY)->code, grade);
        ck_assert_uint_eq(caller_last(REPORT_KEY)->argument, lone.image.keypad.session);
        ck_assert_int_eq(caller_last(REPORT_KEY)->part, ROLE_KEYPAD);
    }
}
END_TEST

START_TEST(what_is_no_rating_is_nobodys) {
    static const struct ff68_frame ROWS[] = {
        { ADDRESS, FF68_RATING, 1, { 4 } },
        { ADDRESS, FF68_RATING, 2, { 3, 3 } },
        { ADDRESS, FF68_RATING, 0, { 0 } },
    };
    caller_hear(&ROWS[_i], 0);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 0);
}
END_TEST

START_TEST(a_rating_is_thanked_for_by_function_01) {
    struct ff68_frame back;
    caller_hear(&RATING, 0);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_RATED, &back), 1);
    ck_assert_uint_eq(back.length, 1);
    ck_assert_uint_eq(back.data[0], 3);
    caller_hear(&RATING, 5000);
    caller_answer(5);
    ck_assert_uint_eq(caller_say_all(FF68_RATED, &back), 0);
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &back), 0);
}
END_TEST

START_TEST(a_rater_has_no_sign_to_give) {
    struct ff68_frame told;
    caller_show();
    lone.image.identify_s = 3;
    lone.image.identify_count = 1;
    caller_show();
    ck_assert_str_eq(caller_last(REPORT_ABLE)->what, "not able to identify");
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 0);
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 0);
}
END_TEST

Suite *rater_suite(void) {
    Suite *suite = suite_create("rater");
    TCase *tcase = tcase_create("rater");
    tcase_add_checked_fixture(tcase, caller_begin_rater, NULL);
    tcase_add_loop_test(tcase, a_rating_names_the_session_that_is_shown, 0, 8);
    tcase_add_loop_test(tcase, what_is_no_rating_is_nobodys, 0, 3);
    tcase_add_test(tcase, a_rating_is_thanked_for_by_function_01);
    tcase_add_test(tcase, a_rater_has_no_sign_to_give);
    suite_add_tcase(suite, tcase);
    return suite;
}
