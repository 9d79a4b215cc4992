/* Days that a command changes: holidays, extra days, other hours today, taken back. */

#include "controller/hall/calendar.h"
#include "fixture.h"
#include "suites.h"

static const uint32_t MONDAY = 20261123, TUESDAY = 20261124;

static struct command change_of(uint32_t date, const struct day_spans *spans) {
    struct command command = { .type = COMMAND_CALENDAR_SET, .by = { BY_PAGE, "wang" } };
    command.date = date;
    command.has = COMMAND_HAS(ARG_DATE);
    if (spans != NULL) {
        command.spans = *spans;
        command.has |= COMMAND_HAS(ARG_SPANS);
    }
    return command;
}

/* `spans` NULL: taken back. `times` are the running day's spans then, as the loop gives them. */
static enum reason set_day(struct lab *lab, uint32_t date, const struct day_spans *spans,
                           const struct day_times *times) {
    struct command command = change_of(date, spans);
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &command;
    input.command.times = times;
    return lab_take(lab, &input);
}

static struct day_times until_three(void) {
    return (struct day_times){ .hall = { 1, { { lab_time(9, 0), lab_time(15, 0) } } } };
}

static const struct day_spans TO_THREE = { 1, { { 540, 900 } } };
static const struct day_spans NONE = { 0 };

START_TEST(todays_hours_change_at_once_and_back) {
    struct lab *lab = lab_open();
    struct day_times times = until_three();
    struct day_times before = {
        .hall = { 2, { { lab_time(9, 0), lab_time(12, 0) }, { lab_time(14, 0), lab_time(18, 0) } } }
    };
    ck_assert_int_eq(set_day(lab, MONDAY, &TO_THREE, &times), REASON_NONE);
    ck_said(lab, "calendar.set");
    ck_assert_str_eq(lab_last(lab, EVENT_CALENDAR_SET)->what, "09:00-15:00");
    ck_assert_int_eq(set_day(lab, MONDAY, &TO_THREE, &times), REASON_ALREADY);
    lab_pass(lab, lab_time(12, 30) - lab->now_ms); /* no lunch break any more */
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_int_eq(lab->snapshot->closes_ms, lab_time(15, 0));
    ck_assert_int_eq(set_day(lab, MONDAY, NULL, &before), REASON_NONE);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOSED)->time_ms, lab_time(12, 30));
    ck_assert_int_eq(set_day(lab, MONDAY, NULL, &before), REASON_ALREADY);
    lab_pass(lab, lab_time(14, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_holiday_by_command_is_no_working_day) {
    struct lab *lab = lab_open();
    struct day_spans spans;
    ck_assert_int_eq(set_day(lab, TUESDAY, &NONE, NULL), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_CALENDAR_SET)->has & EVENT_HAS(FIELD_SPANS), 0);
    ck_assert_str_eq(lab_last(lab, EVENT_CALENDAR_SET)->what, "");
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE); /* today is as before */
    calendar_spans(hall_calendar(lab->hall), NULL, TUESDAY, &spans);
    ck_assert_uint_eq(spans.count, 0);
    ck_assert(!calendar_is_working_day(hall_calendar(lab->hall), TUESDAY));
    lab_close(lab);
}
END_TEST

/* The change stands beside the file: a reload does not end it, and the days before today are over. */
START_TEST(changed_days_survive_reload_and_end_when_they_are_over) {
    struct lab *lab = lab_open();
    struct day_spans spans;
    static const struct day_spans MANY = { 8,
                                           { { 0, 60 },
                                             { 120, 180 },
                                             { 240, 300 },
                                             { 360, 420 },
                                             { 480, 540 },
                                             { 600, 660 },
                                             { 720, 780 },
                                             { 840, 1440 } } };
    set_day(lab, TUESDAY, &NONE, NULL);
    set_day(lab, 20261128, &MANY, NULL); /* a Saturday, which the file has closed */
    lab_reload(lab);
    lab_next_day(lab); /* lab_close replays it from the carry-over */
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->change_count, 2);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->change_count, 1);
    ck_assert_uint_eq(lab->snapshot->changes[0].kind, CHANGE_DAY);
    ck_assert_uint_eq(lab->snapshot->changes[0].date, 20261128);
    ck_assert_uint_eq(lab->snapshot->changes[0].hours.count, 8);
    ck_assert_int_eq(lab->snapshot->changes[0].hours.spans[7].end_min, 1440);
    ck_assert_str_eq(lab->snapshot->changes[0].by.id, "wang");
    calendar_spans(hall_calendar(lab->hall), NULL, 20261128, &spans);
    ck_assert_uint_eq(spans.count, 8);
    ck_assert_int_eq(set_day(lab, 20261128, NULL, NULL), REASON_NONE);
    calendar_spans(hall_calendar(lab->hall), NULL, 20261128, &spans);
    ck_assert_uint_eq(spans.count, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_day_that_is_over_or_one_too_many_is_refused) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(set_day(lab, 20261122, &NONE, NULL), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(set_day(lab, 20270229, &NONE, NULL), REASON_BAD_ARGUMENT);
    for (int32_t i = 0; i < DAY_CHANGES_MAX; i++) {
        uint32_t date = date_of_days(date_to_days(TUESDAY) + i);
        ck_assert_int_eq(set_day(lab, date, &NONE, NULL), REASON_NONE);
    }
    ck_assert_int_eq(set_day(lab, MONDAY, &NONE, NULL), REASON_CAPACITY);
    ck_assert_int_eq(set_day(lab, TUESDAY, &TO_THREE, NULL), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* The calendar as it would be, from which the loop makes the day's absolute times. */
START_TEST(the_calendar_after_a_command_is_known_before) {
    struct lab *lab = lab_open();
    struct calendar_rule calendar;
    struct day_spans spans;
    set_day(lab, MONDAY, &TO_THREE, NULL);
    struct command command = change_of(MONDAY, NULL);
    hall_calendar_after(lab->hall, &command, &calendar);
    calendar_spans(&calendar, NULL, MONDAY, &spans);
    ck_assert_uint_eq(spans.count, 2); /* the file's */
    command = change_of(TUESDAY, &NONE);
    hall_calendar_after(lab->hall, &command, &calendar);
    calendar_spans(&calendar, NULL, MONDAY, &spans);
    ck_assert_uint_eq(spans.count, 1);
    calendar_spans(&calendar, NULL, TUESDAY, &spans);
    ck_assert_uint_eq(spans.count, 0);
    lab_close(lab);
}
END_TEST

/* In December, where there are holidays at all, until there is one of the next year: in the file or by command. */
START_TEST(next_years_holidays_are_missing_in_december) {
    struct lab *lab = lab_new();
    lab->rules.calendar.holidays[0] = 20261001;
    lab->rules.calendar.holiday_count = 1;
    lab_begin(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "holidays_missing", "hall"));
    while (hall_day(lab->hall) < 20261201) {
        lab_next_day(lab);
    }
    lab_tick(lab, lab->now_ms);
    ck_assert(lab_has_alert(lab, "holidays_missing", "hall"));
    set_day(lab, 20270101, &TO_THREE, NULL); /* open: no holiday */
    lab_tick(lab, lab->now_ms);
    ck_assert(lab_has_alert(lab, "holidays_missing", "hall"));
    set_day(lab, 20270101, &NONE, NULL);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "holidays_missing", "hall"));
    set_day(lab, 20270101, NULL, NULL);
    lab->rules.calendar.holidays[lab->rules.calendar.holiday_count++] = 20270211;
    lab_reload(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "holidays_missing", "hall"));
    lab->rules.calendar.holiday_count = 0; /* a hall without holidays misses none */
    lab_reload(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "holidays_missing", "hall"));
    lab_close(lab);
}
END_TEST

TCase *days_case(void) {
    TCase *tcase = tcase_create("days");
    tcase_add_test(tcase, todays_hours_change_at_once_and_back);
    tcase_add_test(tcase, a_holiday_by_command_is_no_working_day);
    tcase_add_test(tcase, changed_days_survive_reload_and_end_when_they_are_over);
    tcase_add_test(tcase, a_day_that_is_over_or_one_too_many_is_refused);
    tcase_add_test(tcase, the_calendar_after_a_command_is_known_before);
    tcase_add_test(tcase, next_years_holidays_are_missing_in_december);
    return tcase;
}
