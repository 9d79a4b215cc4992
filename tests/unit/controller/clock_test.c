#include "controller/clock.h"
#include "controller/day.h"
#include "controller/zone.h"
#include "tests/unit/controller/suites.h"

enum { T0 = 1000000, HOUR_MS = 3600000 };

static struct clock clock_at(int64_t wall_ms, int64_t last_ms) {
    struct clock clock = { .step_ms = 300000 };
    clock_init(&clock, 0, wall_ms, last_ms);
    clock_trust(&clock, true, false);
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
    int64_t to_ms;
    int64_t before = clock_now(&clock, 1000, T0 + 1000);
    /* The wall is set back by 20 s; hall time goes on, a tenth slower, until both agree. */
    for (int second = 2; second <= 250; second++) {
        int64_t wall_ms = T0 + second * 1000 - 20000;
        int64_t now = clock_now(&clock, second * 1000, wall_ms);
        ck_assert_int_gt(now, before);
        ck_assert(!clock_jumps(&clock, wall_ms, now, &to_ms));
        before = now;
    }
    ck_assert_int_eq(before, T0 + 250000 - 20000);
}
END_TEST

START_TEST(test_begins_at_the_journal_when_the_wall_is_behind) {
    struct clock clock = clock_at(T0, T0 + 600000);
    int64_t to_ms;
    ck_assert_int_ge(clock_now(&clock, 10, T0 + 10), T0 + 600000);
    ck_assert(!clock_jumps(&clock, T0 + 10, T0 + 600000, &to_ms));
}
END_TEST

START_TEST(test_behind_by_over_ten_minutes_follows_the_wall) {
    struct clock clock = clock_at(T0, T0 + 700000);
    int64_t to_ms = 0;
    clock_now(&clock, 10, T0 + 10);
    ck_assert(clock_jumps(&clock, T0 + 10, T0 + 700000, &to_ms));
    ck_assert_int_eq(to_ms, T0 + 10);
    clock_set(&clock, to_ms);
    ck_assert_int_eq(clock_now(&clock, 1010, T0 + 1010), T0 + 1010);
    ck_assert(!clock_jumps(&clock, T0 + 1010, T0 + 10, &to_ms));
    /* The disk took no event: the journal still ends ahead, so the jump is asked for again. */
    ck_assert(clock_jumps(&clock, T0 + 1010, T0 + 700000, &to_ms));
}
END_TEST

START_TEST(test_large_step_waits_two_minutes) {
    struct clock clock = clock_at(T0, 0);
    int64_t ahead = 3600000;
    int64_t to_ms = 0;
    ck_assert_int_eq(clock_now(&clock, 1000, T0 + 1000 + ahead), T0 + 1000);
    ck_assert_int_eq(clock_now(&clock, 120999, T0 + 120999 + ahead), T0 + 120999);
    ck_assert(!clock_jumps(&clock, T0 + 120999 + ahead, T0, &to_ms));
    ck_assert_int_eq(clock_now(&clock, 121000, T0 + 121000 + ahead), T0 + 121000);
    ck_assert(clock_jumps(&clock, T0 + 121000 + ahead, T0, &to_ms));
    ck_assert_int_eq(to_ms, T0 + 121000 + ahead);
    clock_set(&clock, to_ms);
    ck_assert(!clock_jumps(&clock, T0 + 121000 + ahead, T0, &to_ms));
}
END_TEST

START_TEST(test_large_step_taken_back_is_forgotten) {
    struct clock clock = clock_at(T0, 0);
    int64_t to_ms;
    clock_now(&clock, 1000, T0 + 3601000);
    clock_now(&clock, 2000, T0 + 2000);
    ck_assert_int_eq(clock_now(&clock, 122000, T0 + 3722000), T0 + 122000);
    ck_assert(!clock_jumps(&clock, T0 + 3722000, T0, &to_ms));
}
END_TEST

/* A box without a battery starts in 1970: hall time goes on from the journal, at full speed. */
START_TEST(test_an_untrusted_wall_behind_is_not_met) {
    struct clock clock = clock_at(0, T0);
    int64_t to_ms;
    clock_trust(&clock, false, false);
    ck_assert_int_eq(clock_now(&clock, 60000, 60000), T0 + 60000);
    ck_assert(!clock_jumps(&clock, 60000, T0 + 60000, &to_ms));
    clock_trust(&clock, false, true);
    ck_assert(clock_jumps(&clock, 60000, T0 + 60000, &to_ms));
}
END_TEST

START_TEST(test_a_persons_word_holds_until_the_wall_is_synchronised) {
    struct clock clock = clock_at(5000, T0);
    int64_t to_ms = 0;
    clock_trust(&clock, false, false);
    ck_assert(!clock.is_trusted);
    clock_say(&clock, 5000, T0 + 9000000);
    ck_assert(clock.is_trusted);
    ck_assert_int_eq(clock_now(&clock, 1000, 6000), T0 + 9001000);
    clock_trust(&clock, false, false);
    ck_assert(clock.is_trusted);
    /* The time server says it better: from here on the wall counts, by the rules of any step. */
    int64_t real_ms = T0 + 9002000 + 3600000;
    clock_trust(&clock, true, false);
    ck_assert_int_eq(clock_now(&clock, 2000, real_ms), T0 + 9002000);
    ck_assert_int_eq(clock_now(&clock, 122000, real_ms + 120000), T0 + 9122000);
    ck_assert(clock_jumps(&clock, real_ms + 120000, T0, &to_ms));
    ck_assert_int_eq(to_ms, real_ms + 120000);
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

static void plan_of(const struct rules *rules, uint32_t date, int day_change_min,
                    struct day_plan *plan) {
    day_plan_make(&rules->calendar, rules, zone_time(date, 720), day_change_min, plan);
}

START_TEST(test_day_of_daylight_saving_has_23_hours) {
    zone_set("Europe/Berlin");
    struct rules rules = { .calendar = { .is_always = true } };
    struct day_plan plan;
    plan_of(&rules, 20270328, 0, &plan);
    ck_assert_int_eq(plan.ends_ms - plan.begins_ms, 23 * HOUR_MS);
    ck_assert_uint_eq(plan.times.hall.count, 1);
    ck_assert_int_eq(plan.times.hall.spans[0].end_ms, plan.ends_ms);
    plan_of(&rules, 20270327, 240, &plan); /* from 04:00 on Saturday to 04:00 on Sunday */
    ck_assert_int_eq(plan.ends_ms - plan.begins_ms, 23 * HOUR_MS);
    plan_of(&rules, 20270328, 240, &plan);
    ck_assert_int_eq(plan.ends_ms - plan.begins_ms, 24 * HOUR_MS);
    zone_set("Asia/Shanghai");
}
END_TEST

START_TEST(test_day_after_daylight_saving_has_25_hours) {
    zone_set("Europe/Berlin");
    struct rules rules = { .calendar = { .is_always = true } };
    struct day_plan plan;
    plan_of(&rules, 20261025, 0, &plan);
    ck_assert_int_eq(plan.ends_ms - plan.begins_ms, 25 * HOUR_MS);
    ck_assert_int_eq(plan.times.hall.spans[0].end_ms - plan.times.hall.spans[0].begin_ms,
                     25 * HOUR_MS);
    ck_assert_uint_eq(zone_hall_day(plan.ends_ms - 1, 0), 20261025);
    ck_assert_uint_eq(zone_hall_day(plan.ends_ms, 0), 20261026);
    zone_set("Asia/Shanghai");
}
END_TEST

/* 00:00-06:00 lasts five hours in spring and seven in autumn; 09:00-17:00 eight hours on every day. */
START_TEST(test_spans_across_the_change_keep_their_local_times) {
    static const struct {
        uint32_t date;
        int night_h;
    } ROWS[] = { { 20270328, 5 }, { 20261025, 7 }, { 20261123, 6 } };
    zone_set("Europe/Berlin");
    struct rules rules = { 0 };
    struct day_plan plan;
    for (unsigned day = 0; day < 7; day++) {
        rules.calendar.week[day] = (struct day_spans){ 2, { { 0, 360 }, { 540, 1020 } } };
    }
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        plan_of(&rules, ROWS[i].date, 0, &plan);
        const struct span_list *list = &plan.times.hall;
        ck_assert_uint_eq(list->count, 2);
        ck_assert_int_eq(list->spans[0].end_ms - list->spans[0].begin_ms,
                         ROWS[i].night_h * HOUR_MS);
        ck_assert_int_eq(list->spans[1].begin_ms, zone_time(ROWS[i].date, 540));
        ck_assert_int_eq(list->spans[1].end_ms - list->spans[1].begin_ms, 8 * HOUR_MS);
    }
    zone_set("Asia/Shanghai");
}
END_TEST

/* 02:30 does not exist in spring and comes twice in autumn; the answer never depends on what was asked before. */
START_TEST(test_a_time_in_the_gap_is_later_and_one_that_comes_twice_the_first) {
    zone_set("Europe/Berlin");
    int64_t spring_ms = INT64_C(1806195600000); /* 2027-03-28T01:00:00Z, when 02:00 becomes 03:00 */
    int64_t autumn_ms = INT64_C(1792890000000); /* 2026-10-25T01:00:00Z, when 03:00 becomes 02:00 */
    for (int month = 1; month <= 12; month += 3) {
        (void)zone_time((uint32_t)(20260001 + month * 100), 0);
        ck_assert_int_eq(zone_time(20270328, 119), spring_ms - 60000);
        ck_assert_int_eq(zone_time(20270328, 150), spring_ms + HOUR_MS / 2);
        ck_assert_int_eq(zone_time(20270328, 180), spring_ms);
        ck_assert_int_eq(zone_time(20261025, 150), autumn_ms - HOUR_MS / 2);
        ck_assert_int_eq(zone_time(20261025, 180), autumn_ms + HOUR_MS);
    }
    ck_assert_int_eq(zone_offset_min(autumn_ms - 1), 120);
    ck_assert_int_eq(zone_offset_min(autumn_ms), 60);
    zone_set("Asia/Shanghai");
}
END_TEST

Suite *clock_suite(void) {
    Suite *suite = suite_create("clock");
    TCase *tests = tcase_create("clock");
    tcase_add_test(tests, test_follows_the_wall);
    tcase_add_test(tests, test_never_goes_back);
    tcase_add_test(tests, test_begins_at_the_journal_when_the_wall_is_behind);
    tcase_add_test(tests, test_behind_by_over_ten_minutes_follows_the_wall);
    tcase_add_test(tests, test_large_step_waits_two_minutes);
    tcase_add_test(tests, test_large_step_taken_back_is_forgotten);
    tcase_add_test(tests, test_an_untrusted_wall_behind_is_not_met);
    tcase_add_test(tests, test_a_persons_word_holds_until_the_wall_is_synchronised);
    tcase_add_test(tests, test_hall_day_changes_at_four);
    tcase_add_test(tests, test_day_of_daylight_saving_has_23_hours);
    tcase_add_test(tests, test_day_after_daylight_saving_has_25_hours);
    tcase_add_test(tests, test_spans_across_the_change_keep_their_local_times);
    tcase_add_test(tests, test_a_time_in_the_gap_is_later_and_one_that_comes_twice_the_first);
    suite_add_tcase(suite, tests);
    return suite;
}
