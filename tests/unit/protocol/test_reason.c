/* Each reason has a word, both texts and the lamp's answer of the table of keys. */
#include <string.h>

#include "protocol/reason.h"
#include "suite.h"

START_TEST(each_reason_speaks) {
    enum reason reason = (enum reason)_i;
    ck_assert_uint_eq(reason_of_word(reason_word(reason)), reason);
    ck_assert_uint_gt(strlen(reason_zh(reason)), 0);
    ck_assert_uint_gt(strlen(reason_en(reason)), 0);
    ck_assert_uint_ge(reason_answer(reason), 2);
    ck_assert_uint_le(reason_answer(reason), 11);
    ck_assert_ptr_null(strstr(reason_zh(reason), "抱歉"));
    ck_assert_ptr_null(strstr(reason_zh(reason), "失败"));
}
END_TEST

START_TEST(lamps_answer_as_the_table_says) {
    ck_assert_uint_eq(reason_answer(REASON_NONE), 1);
    ck_assert_uint_eq(reason_answer(REASON_QUEUE_EMPTY), 2);
    ck_assert_uint_eq(reason_answer(REASON_SIGN_IN_FIRST), 3);
    ck_assert_uint_eq(reason_answer(REASON_BAD_ARGUMENT), 4);
    ck_assert_uint_eq(reason_answer(REASON_NOT_NOW), 5);
    ck_assert_uint_eq(reason_answer(REASON_NOT_SAVED), 6);
    ck_assert_uint_eq(reason_answer(REASON_JUST_CALLED), 7);
    ck_assert_uint_eq(reason_answer(REASON_TOO_SOON), 8);
    ck_assert_uint_eq(reason_answer(REASON_NO_SUCH), 9);
    ck_assert_uint_eq(reason_answer(REASON_NOT_YOURS), 9);
    ck_assert_uint_eq(reason_answer(REASON_UNKNOWN_STAFF), 10);
    ck_assert_uint_eq(reason_answer(REASON_BUSY_ELSEWHERE), 11);
    ck_assert_uint_eq(reason_answer(REASON_HALL_CLOSED), 5);
    ck_assert_str_eq(reason_word(REASON_QUEUE_EMPTY), "queue_empty");
    ck_assert_str_eq(reason_word(REASON_NONE), "");
    ck_assert_uint_eq(reason_of_word("no such word"), REASON_NONE);
}
END_TEST

TCase *reason_case(void) {
    TCase *tcase = tcase_create("reason");
    tcase_add_loop_test(tcase, each_reason_speaks, 1, REASONS);
    tcase_add_test(tcase, lamps_answer_as_the_table_says);
    return tcase;
}
