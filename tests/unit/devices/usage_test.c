#include "devices/usage.h"
#include "tests/unit/devices/suites.h"

START_TEST(a_minutes_use_forgets_what_is_older) {
    enum { SECOND_US = 1000000 };
    struct usage usage = { 0 };
    int64_t now_us = (int64_t)1000 * SECOND_US;
    for (unsigned i = 0; i < 90; i++) {
        usage_add(&usage, now_us, 1000);
        usage_add(&usage, now_us + SECOND_US / 2, 500);
        now_us += SECOND_US;
    }
    ck_assert_uint_eq(usage_minute(&usage, now_us - 1), 60 * 1500);
    ck_assert_uint_eq(usage_minute(&usage, now_us + (int64_t)29 * SECOND_US), 30 * 1500);
    ck_assert_uint_eq(usage_minute(&usage, now_us + (int64_t)60 * SECOND_US), 0);
}
END_TEST

Suite *usage_suite(void) {
    Suite *suite = suite_create("usage");
    TCase *cases = tcase_create("usage");
    tcase_add_test(cases, a_minutes_use_forgets_what_is_older);
    suite_add_tcase(suite, cases);
    return suite;
}
