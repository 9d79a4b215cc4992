/* Windows advised: so many people of so long a visit in a half hour, busy for at most 85 % of it. */
#include <string.h>

#include "controller/advice.h"
#include "tests/unit/controller/suites.h"

enum { MONDAY = 20261123, TUESDAY = 20261124, NINE = 18 };

static struct advice advice;

static void set_up(void) {
    memset(&advice, 0, sizeof advice);
    advice.is_known = true;
    advice.busy_s[1] = 300;
    advice.days[0] = 4;
    advice.people[1][0][NINE] = 40; /* ten a Monday: 3,000 s of work in 1,800 s */
}

static int windows_of(uint32_t date, unsigned half_hour, uint32_t waiting, uint32_t minutes) {
    struct advice_wish wish = { .service = 1,
                                .half_hour = half_hour,
                                .date = date,
                                .waiting = waiting,
                                .wait_minutes = minutes };
    unsigned windows = 99;
    return advice_windows(&advice, &wish, &windows) ? (int)windows : -1;
}

START_TEST(as_many_as_the_weekdays_arrivals_need) {
    ck_assert_int_eq(windows_of(MONDAY, NINE, 0, 0), 2);
    advice.people[1][0][NINE] = 45; /* 1.875 windows of work: over 85 % of two */
    ck_assert_int_eq(windows_of(MONDAY, NINE, 0, 0), 3);
    ck_assert_int_eq(windows_of(MONDAY, NINE + 1, 0, 0), 0);
}
END_TEST

START_TEST(a_weekday_without_a_day_goes_by_all_of_them) {
    advice.days[3] = 1;
    advice.people[1][3][NINE] = 60; /* 100 in 5 days */
    ck_assert_int_eq(windows_of(TUESDAY, NINE, 0, 0), 4);
}
END_TEST

/* Twelve people of five minutes within 20 minutes: three windows more. */
START_TEST(who_waits_already_is_served_within_the_limit) {
    ck_assert_int_eq(windows_of(MONDAY, NINE + 1, 12, 20), 4);
    ck_assert_int_eq(windows_of(MONDAY, NINE + 1, 12, 0), 3);
    ck_assert_int_eq(windows_of(MONDAY, NINE, 12, 20), 6);
}
END_TEST

START_TEST(nothing_is_advised_without_a_past) {
    advice.busy_s[1] = 0;
    ck_assert_int_eq(windows_of(MONDAY, NINE, 0, 0), -1);
    set_up();
    advice.is_known = false;
    ck_assert_int_eq(windows_of(MONDAY, NINE, 0, 0), -1);
}
END_TEST

Suite *advice_suite(void) {
    Suite *suite = suite_create("advice");
    TCase *tcase = tcase_create("advice");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, as_many_as_the_weekdays_arrivals_need);
    tcase_add_test(tcase, a_weekday_without_a_day_goes_by_all_of_them);
    tcase_add_test(tcase, who_waits_already_is_served_within_the_limit);
    tcase_add_test(tcase, nothing_is_advised_without_a_past);
    suite_add_tcase(suite, tcase);
    return suite;
}
