/* Windows advised: so many people of so long a visit in a half hour, busy for at most 85 % of it. */
#include <string.h>

#include "controller/advice.h"
#include "controller/zone.h"
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

/* Ten come without an appointment on a Monday at nine, and used to come four with one. */
static int windows_booked(uint32_t booked, bool is_settled) {
    struct advice_wish wish = {
        .service = 1, .half_hour = NINE, .date = MONDAY, .booked = booked, .is_settled = is_settled
    };
    unsigned windows = 99;
    advice.booked[1][0][NINE] = 16;
    return advice_windows(&advice, &wish, &windows) ? (int)windows : -1;
}

START_TEST(appointments_come_on_top_of_who_comes_without) {
    ck_assert_int_eq(windows_booked(10, true), 4); /* 20 people: 3.33 windows of work */
    ck_assert_int_eq(windows_booked(0, true), 2);  /* today nobody has booked */
    ck_assert_int_eq(windows_booked(10, false), 4);
}
END_TEST

START_TEST(who_comes_by_appointment_is_counted_once) {
    ck_assert_int_eq(windows_booked(0, false), 3); /* 14 people: they will book yet */
    ck_assert_int_eq(windows_booked(4, false), 3); /* they have */
    ck_assert_int_eq(windows_booked(5, false), 3); /* 15, not 19, people */
}
END_TEST

/* At 09:40: of what is booked only what is still to come in this half hour. */
START_TEST(the_running_half_hour_counts_who_is_still_to_come) {
    static struct snapshot now;
    zone_set("Asia/Shanghai");
    const int64_t half_past_ms = zone_time(MONDAY, 9 * 60 + 30);
    const int64_t minutes[] = { -1, 0, 20, 29, 30 };
    now.now_ms = half_past_ms + 600000;
    now.services[0] = (struct service_now){ .index = 1, .waiting = 7, .wait_minutes = 20 };
    for (unsigned i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
        now.slots[now.slot_count++] =
            (struct slot_now){ .service = 1,
                               .slot_ms = half_past_ms + minutes[i] * 60000,
                               .booked = (uint16_t)(1U << i),
                               .checked_in = 100 };
    }
    now.slots[now.slot_count++] =
        (struct slot_now){ .service = 2, .slot_ms = half_past_ms, .booked = 100 };
    struct advice_wish wish = advice_wish_now(&now, &now.services[0]);
    ck_assert_uint_eq(wish.booked, 2 + 4 + 8);
    ck_assert(wish.is_settled);
    ck_assert_uint_eq(wish.half_hour, NINE + 1);
    ck_assert_uint_eq(wish.date, MONDAY);
    ck_assert_uint_eq(wish.waiting, 7);
    ck_assert_uint_eq(wish.wait_minutes, 20);
}
END_TEST

/* Two hours' work comes in one half hour to two windows: half of it is left, and then worked off. */
START_TEST(too_few_windows_leave_a_line_to_the_next_half_hour) {
    uint64_t left_ms = 0;
    uint64_t work_ms = 0;
    struct advice_wish wish = {
        .service = 1, .half_hour = NINE, .date = MONDAY, .booked = 14, .is_settled = true
    };
    ck_assert(advice_work_ms(&advice, &wish, &work_ms));
    ck_assert_uint_eq(work_ms, 24 * 300 * 1000);
    ck_assert_uint_eq(advice_wait_s(&left_ms, work_ms, 2), 1800);
    ck_assert_uint_eq(left_ms, 3600 * 1000);
    ck_assert_uint_eq(advice_wait_s(&left_ms, 0, 2), 1800); /* who stood at its begin */
    ck_assert_uint_eq(left_ms, 0);
    ck_assert_uint_eq(advice_wait_s(&left_ms, work_ms, 4), 0);
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
    tcase_add_test(tcase, appointments_come_on_top_of_who_comes_without);
    tcase_add_test(tcase, who_comes_by_appointment_is_counted_once);
    tcase_add_test(tcase, the_running_half_hour_counts_who_is_still_to_come);
    tcase_add_test(tcase, too_few_windows_leave_a_line_to_the_next_half_hour);
    tcase_add_test(tcase, nothing_is_advised_without_a_past);
    suite_add_tcase(suite, tcase);
    return suite;
}
