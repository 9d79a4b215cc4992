#include "controller/clock.h"
#include "controller/day.h"
#include "controller/zone.h"
#include "tests/unit/controller/suites.h"

enum { T0 = 1000000 };

static struct clock clock_at(int64_t wall_ms, int64_t last_ms) {
    struct clock clock = { .step_ms = 300000 };
    clock_init(&clock, 0, wall_ms, last_ms);
    return clock;
}

START_TEST(test_follows_the_wall) {
    struct clock clock = clock_at(T0, 0);
    ck_assert_int_eq(clock_now(&clock, 1000, T0 + 1000), T0 + 1000);
    ck_assert_int_eq(clock_now(&clock, 2000, T0 + 2000 + 299000), T0 + 301000);
}
END_TEST

START_TEST(test_never_goes_back) {
    struct clock clock = clock_at(T0, 0);
    int64_t before = clock_now(&clock, 1000, T0 + 1000);
    /* The wall is set back by 20 s; hall time goes on, a tenth slower, until both agree. */
    for (int second = 2; second <= 250; second++) {
        int64_t now = clock_now(&clock, second * 1000, T0 + second * 1000 - 20000);
        ck_assert_int_gt(now, before);
        before = now;
    }
    ck_assert_int_eq(before, T0 + 250000 - 20000);
}
END_TEST

START_TEST(test_begins_at_the_journal_when_the_wall_is_behind) {
    struct clock clock = clock_at(T0, T0 + 5000);
    ck_assert_int_ge(clock_now(&clock, 10, T0 + 10), T0 + 5000);
}
END_TEST

START_TEST(test_large_step_waits_two_minutes) {
    struct clock clock = clock_at(T0, 0);
    int64_t ahead = 3600000;
    ck_assert_int_eq(clock_now(&clock, 1000, T0 + 1000 + ahead), T0 + 1000);
    ck_assert_int_eq(clock_now(&clock, 100000, T0 + 100000 + ahead), T0 + 100000);
    ck_assert_int_eq(clock_now(&clock, 121000, T0 + 121000 + ahead), T0 + 121000 + ahead);
}
END_TEST

START_TEST(test_large_step_taken_back_is_forgotten) {
    struct clock clock = clock_at(T0, 0);
    clock_now(&clock, 1000, T0 + 3601000);
    clock_now(&clock, 2000, T0 + 2000);
    ck_assert_int_eq(clock_now(&clock, 122000, T0 + 3722000), T0 + 122000);
}
END_TEST

START_TEST(test_hall_day_changes_at_four) {
    zone_set("Asia/Shanghai");
    int64_t midnight = zone_time(20261123, 0);
    ck_assert_int_eq(midnight, INT64_C(1795363200000));
    ck_assert_uint_eq(zone_hall_day(midnight + 239 * 60000, 240), 20261122);
    ck_assert_uint_eq(zone_hall_day(midnight + 240 * 60000, 240), 20261123);
}
END_TEST

START_TEST(test_day_of_daylight_saving_has_23_hours) {
    zone_set("Europe/Berlin");
    struct rules rules = { .calendar = { .is_always = true } };
    struct day_plan plan;
    day_plan_make(&rules.calendar, &rules, zone_time(20270328, 720), 0, &plan);
    ck_assert_int_eq(plan.ends_ms - plan.begins_ms, 23 * 3600000);
    ck_assert_uint_eq(plan.times.hall.count, 1);
    ck_assert_int_eq(plan.times.hall.spans[0].end_ms, plan.ends_ms);
    zone_set("Asia/Shanghai");
}
END_TEST

Suite *clock_suite(void) {
    Suite *suite = suite_create("clock");
    TCase *tests = tcase_create("clock");
    tcase_add_test(tests, test_follows_the_wall);
    tcase_add_test(tests, test_never_goes_back);
    tcase_add_test(tests, test_begins_at_the_journal_when_the_wall_is_behind);
    tcase_add_test(tests, test_large_step_waits_two_minutes);
    tcase_add_test(tests, test_large_step_taken_back_is_forgotten);
    tcase_add_test(tests, test_hall_day_changes_at_four);
    tcase_add_test(tests, test_day_of_daylight_saving_has_23_hours);
    suite_add_tcase(suite, tests);
    return suite;
}
