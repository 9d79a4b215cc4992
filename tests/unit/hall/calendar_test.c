/* Spans of civil dates: weeks, holidays, extra days, services, midnight. */
#include <stdio.h>
#include <string.h>

#include "controller/hall/calendar.h"
#include "fixture.h"
#include "suites.h"

static const uint32_t MONDAY = 20261123, SATURDAY = 20261128, SUNDAY = 20261129;

static void set_calendar(struct calendar_rule *calendar) {
    memset(calendar, 0, sizeof *calendar);
    for (unsigned day = 0; day < 5; day++) {
        calendar->week[day] = (struct day_spans){ 2, { { 540, 720 }, { 840, 1080 } } };
    }
    calendar->week[5] = (struct day_spans){ 1, { { 540, 960 } } };
    calendar->holidays[calendar->holiday_count++] = 20270101;
    calendar->extra[calendar->extra_count++] =
        (struct extra_day){ 20270110, { 1, { { 540, 720 } } } };
}

struct date_row {
    uint32_t date;
    unsigned count, first_begin;
};

START_TEST(week_holiday_and_extra_day) {
    static const struct date_row ROWS[] = {
        { 20261123, 2, 540 }, { 20261128, 1, 540 },
        { 20261129, 0, 0 },   { 20270101, 0, 0 }, /* a Friday, but a holiday */
        { 20270110, 1, 540 },                     /* a Sunday, but an extra day */
    };
    struct calendar_rule calendar;
    struct day_spans spans;
    set_calendar(&calendar);
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        calendar_spans(&calendar, NULL, ROWS[i].date, &spans);
        ck_assert_uint_eq(spans.count, ROWS[i].count);
        ck_assert_int_eq(spans.spans[0].begin_min, (int)ROWS[i].first_begin);
        ck_assert(calendar_is_working_day(&calendar, ROWS[i].date) == (ROWS[i].count > 0));
    }
}
END_TEST

START_TEST(a_service_differs_on_the_days_it_names) {
    struct calendar_rule calendar;
    struct service_week week = { .named = 1U << 5 }; /* closed on Saturdays */
    struct day_spans spans;
    set_calendar(&calendar);
    calendar_spans(&calendar, &week, SATURDAY, &spans);
    ck_assert_uint_eq(spans.count, 0);
    calendar_spans(&calendar, &week, MONDAY, &spans);
    ck_assert_uint_eq(spans.count, 2);
    week.named |= 1U << 6;
    week.week[6] = (struct day_spans){ 1, { { 600, 660 } } };
    calendar_spans(&calendar, &week, SUNDAY, &spans);
    ck_assert_uint_eq(spans.count, 1);
    calendar_spans(&calendar, &week, 20270110, &spans); /* an extra day holds for services too */
    ck_assert_int_eq(spans.spans[0].begin_min, 540);
}
END_TEST

START_TEST(no_calendar_is_always_open) {
    struct calendar_rule calendar = { .is_always = true };
    struct day_spans spans;
    calendar_spans(&calendar, NULL, SUNDAY, &spans);
    ck_assert_uint_eq(spans.count, 1);
    ck_assert_int_eq(spans.spans[0].end_min, 1440);
}
END_TEST

static int64_t utc_clock(void *context, uint32_t date, int minute) {
    (void)context;
    return (int64_t)date_to_days(date) * 24 * HOUR + (int64_t)minute * MINUTE;
}

static int64_t at(uint32_t date, int hour) {
    return utc_clock(NULL, date, hour * 60);
}

static void find_times(const struct rules *rules, uint32_t day, const struct time_span *bounds,
                       struct day_times *times) {
    struct calendar_source source = { &rules->calendar, rules, utc_clock, NULL };
    calendar_day_times(&source, day, bounds, times);
}

START_TEST(a_hall_day_takes_the_spans_that_overlap_it) {
    struct rules rules;
    struct day_times times;
    struct time_span bounds = { at(MONDAY, 4), at(20261124, 4) };
    rules_defaults(&rules);
    rules.calendar.is_always = false;
    /* Monday 20:00-24:00 and Tuesday 00:00-02:00 touch: one span. Tuesday 03:00-05:00 is cut at 04:00. */
    rules.calendar.week[0] = (struct day_spans){ 2, { { 60, 300 }, { 1200, 1440 } } };
    rules.calendar.week[1] = (struct day_spans){ 2, { { 0, 120 }, { 180, 300 } } };
    find_times(&rules, MONDAY, &bounds, &times);
    ck_assert_uint_eq(times.hall.count, 3);
    ck_assert_int_eq(times.hall.spans[0].begin_ms, at(MONDAY, 4)); /* 01:00-05:00 cut */
    ck_assert_int_eq(times.hall.spans[0].end_ms, at(MONDAY, 5));
    ck_assert_int_eq(times.hall.spans[1].begin_ms, at(MONDAY, 20));
    ck_assert_int_eq(times.hall.spans[1].end_ms, at(20261124, 2));
    ck_assert_int_eq(times.hall.spans[2].end_ms, at(20261124, 4));
}
END_TEST

START_TEST(always_open_is_one_span_from_bound_to_bound) {
    struct rules rules;
    struct day_times times;
    struct time_span bounds = { at(MONDAY, 4), at(20261124, 4) };
    rules_defaults(&rules);
    find_times(&rules, MONDAY, &bounds, &times);
    ck_assert_uint_eq(times.hall.count, 1);
    ck_assert_int_eq(times.hall.spans[0].begin_ms, bounds.begin_ms);
    ck_assert_int_eq(times.hall.spans[0].end_ms, bounds.end_ms);
}
END_TEST

START_TEST(services_that_differ_are_named) {
    struct rules rules;
    struct day_times times;
    struct time_span bounds = { at(SATURDAY, 4), at(SUNDAY, 4) };
    rules_defaults(&rules);
    rules.calendar.is_always = false;
    set_calendar(&rules.calendar);
    snprintf(rules.services[7].id, NAME_SIZE, "social");
    rules.services[7].week.named = 1U << 5;
    find_times(&rules, SATURDAY, &bounds, &times);
    ck_assert_uint_eq(times.service_count, 1);
    ck_assert_uint_eq(times.differs, 1U << 7);
    ck_assert_str_eq(times.service_ids[0], "social");
    ck_assert_uint_eq(times.services[0].count, 0);
    ck_assert_uint_eq(times.hall.count, 1);
}
END_TEST

/* In the core: a service that is closed today refuses although the hall is open. */
START_TEST(a_service_closed_today_refuses) {
    struct lab *lab = lab_new();
    lab->now_ms = lab_time(3, 0);
    lab_begin(lab);
    struct day_times times = { .hall = { 1, { { lab_time(9, 0), lab_time(18, 0) } } },
                               .service_count = 1,
                               .service_ids = { "social" } };
    struct input input = { .kind = INPUT_DAY, .now_ms = lab_time(9, 0) };
    input.day.day = 20261124;
    input.day.begins_ms = lab_time(4, 0);
    input.day.ends_ms = lab_time(28, 0);
    input.day.times = &times;
    lab_take(lab, &input);
    lab_tick(lab, lab_time(9, 0));
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_close(lab);
}
END_TEST

TCase *calendar_case(void) {
    TCase *tcase = tcase_create("calendar");
    tcase_add_test(tcase, week_holiday_and_extra_day);
    tcase_add_test(tcase, a_service_differs_on_the_days_it_names);
    tcase_add_test(tcase, no_calendar_is_always_open);
    tcase_add_test(tcase, a_hall_day_takes_the_spans_that_overlap_it);
    tcase_add_test(tcase, always_open_is_one_span_from_bound_to_bound);
    tcase_add_test(tcase, services_that_differ_are_named);
    tcase_add_test(tcase, a_service_closed_today_refuses);
    return tcase;
}
