/* Opening hours, closing and stopping by command, the last-ticket time. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static struct command manager(enum command_type type, const char *service, int64_t until_ms) {
    struct command command = { .type = type, .by = { BY_PAGE, "wang" }, .until_ms = until_ms };
    snprintf(command.service, sizeof command.service, "%s", service);
    snprintf(command.reason, sizeof command.reason, "drill");
    return command;
}

static enum reason manage(struct lab *lab, enum command_type type, const char *service,
                          int64_t until_ms) {
    struct command command = manager(type, service, until_ms);
    return lab_send(lab, &command);
}

START_TEST(the_hall_opens_and_closes_at_the_ends_of_its_spans) {
    struct lab *lab = lab_new();
    lab->now_ms = lab_time(8, 0);
    lab_begin(lab);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert(!lab->snapshot->is_open);
    ck_assert_int_eq(lab->snapshot->opens_ms, lab_time(9, 0));
    lab_pass(lab, HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_OPENED)->time_ms, lab_time(9, 0));
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, 3 * HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOSED)->time_ms, lab_time(12, 0));
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_sign_in(lab, 1, "0107"); /* who waits is served on */
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_NONE);
    lab_pass(lab, 2 * HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_OPENED)->time_ms, lab_time(14, 0));
    lab_close(lab);
}
END_TEST

START_TEST(the_last_ticket_is_before_the_last_span_ends) {
    struct lab *lab = lab_open();
    lab_pass(lab, lab_time(11, 59) - lab->now_ms); /* the morning's end is not the day's */
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(17, 45) - 1 - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_TOO_LATE);
    ck_assert_int_eq(lab_service(lab, "social")->closed_why, REASON_TOO_LATE);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "tax", lab_time(19, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_TOO_LATE);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "", lab_time(19, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(18, 44) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(19, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(extending_must_name_a_time_today_and_something_known) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "", lab_time(8, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "", lab_time(29, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "passport", lab_time(19, 0)), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

/*
 * A Tuesday on which the hall is open 09:00-16:00 (`is_holiday`: not at all), social by its own calendar 09:00-12:00 and
 * the unsolved not at all; tax goes with the hall.
 */
static struct lab *own_hours(bool is_holiday, int64_t now_ms) {
    struct lab *lab = lab_new();
    lab->now_ms = lab_time(3, 0);
    lab_begin(lab);
    struct day_times times = { .hall = { is_holiday ? 0 : 1,
                                         { { lab_time(9, 0), lab_time(16, 0) } } },
                               .services = { { 1, { { lab_time(9, 0), lab_time(12, 0) } } } },
                               .service_count = 2,
                               .service_ids = { "social", "unsolved" } };
    struct input input = { .kind = INPUT_DAY, .now_ms = lab_time(4, 0) };
    input.day.day = 20261124;
    input.day.begins_ms = lab_time(4, 0);
    input.day.ends_ms = lab_time(28, 0);
    input.day.times = &times;
    lab_take(lab, &input);
    lab_pass(lab, now_ms - lab->now_ms);
    return lab;
}

START_TEST(extending_the_hall_leaves_a_service_closed_that_ended_before) {
    struct lab *lab = own_hours(false, lab_time(11, 40));
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "", lab_time(18, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, 5 * MINUTE); /* its own last-ticket time */
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_TOO_LATE);
    lab_pass(lab, lab_time(12, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_pass(lab, lab_time(17, 0) - lab->now_ms); /* behind the hall's own end */
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    ck_assert_int_eq(lab_issue(lab, "unsolved"), REASON_HALL_CLOSED);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_service_extended_to_the_halls_end_goes_on_with_the_hall) {
    struct lab *lab = own_hours(false, lab_time(11, 0));
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "", lab_time(18, 0)), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "social", lab_time(13, 0)), REASON_NONE);
    lab_pass(lab, lab_time(12, 30) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, 15 * MINUTE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_TOO_LATE);
    lab_pass(lab, 15 * MINUTE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, "social", lab_time(16, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(17, 30) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(an_opening_by_command_is_for_what_has_hours_today) {
    struct lab *lab = own_hours(false, lab_time(20, 0));
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", lab_time(21, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE); /* its hours are over */
    ck_assert_int_eq(lab_issue(lab, "unsolved"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(an_opening_of_a_day_without_hours_is_for_all) {
    struct lab *lab = own_hours(true, lab_time(10, 0));
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_HALL_CLOSED);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", lab_time(13, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "unsolved"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_manager_closes_and_opens_the_hall) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", 0), REASON_ALREADY);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_CLOSE, "", lab_time(8, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_CLOSE, "", lab_time(10, 0)), REASON_NONE);
    ck_said(lab, "hall.closed");
    ck_assert_int_eq(manage(lab, COMMAND_HALL_CLOSE, "", 0), REASON_ALREADY);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_pass(lab, HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_OPENED)->time_ms, lab_time(10, 0));
    manage(lab, COMMAND_HALL_CLOSE, "", 0);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", 0), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(20, 0) - lab->now_ms);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", lab_time(21, 0)), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE); /* outside its spans, by command */
    lab_pass(lab, HOUR);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(the_last_ticket_time_holds_again_when_an_opening_by_command_is_over) {
    struct lab *lab = lab_open();
    lab_pass(lab, lab_time(13, 0) - lab->now_ms);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", lab_time(14, 30)), REASON_NONE);
    unsigned count = lab->count;
    lab_pass(lab, 90 * MINUTE); /* the span begins and the command ends: the hall stays open */
    ck_assert_uint_eq(lab->count, count);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, lab_time(17, 50) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_TOO_LATE);
    lab_pass(lab, 10 * MINUTE);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOSED)->time_ms, lab_time(18, 0));
    lab_close(lab);
}
END_TEST

START_TEST(an_opening_by_command_outlives_the_day) {
    struct lab *lab = lab_open();
    lab_pass(lab, lab_time(20, 0) - lab->now_ms);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", lab_time(30, 0)), REASON_NONE);
    lab_pass(lab, lab_time(28, 0) - lab->now_ms);
    lab_next_day(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_pass(lab, 2 * HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOSED)->time_ms, lab_time(30, 0));
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(a_stopped_service_gives_no_tickets_but_is_served) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_RESUME, "social", 0), REASON_ALREADY);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_STOP, "passport", 0), REASON_NO_SUCH);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_RESUME, "passport", 0), REASON_NO_SUCH);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_STOP, "social", lab_time(8, 0)),
                     REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_STOP, "social", lab_time(9, 30)), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_STOP, "social", 0), REASON_ALREADY);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_SERVICE_STOPPED);
    ck_assert(lab_service(lab, "social")->is_stopped);
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_NONE);
    lab_pass(lab, 30 * MINUTE);
    ck_assert_str_eq(lab_last(lab, EVENT_SERVICE_RESUMED)->by.id, "until");
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    manage(lab, COMMAND_SERVICE_STOP, "social", 0);
    ck_assert_int_eq(manage(lab, COMMAND_SERVICE_RESUME, "social", 0), REASON_NONE);
    manage(lab, COMMAND_SERVICE_STOP, "social", 0);
    manage(lab, COMMAND_SERVICE_STOP, "tax", lab_time(10, 0) + 48 * HOUR);
    lab_next_day(lab);
    ck_assert(!lab_service(lab, "social")->is_stopped);
    ck_assert(lab_service(lab, "tax")->is_stopped);
    lab_close(lab);
}
END_TEST

START_TEST(an_unserved_service_stops_when_the_rules_say_so) {
    struct lab *lab = lab_new();
    lab->rules.unserved_stops = true;
    lab_begin(lab);
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_SERVICE_STOPPED);
    ck_assert(lab_has_alert(lab, "service_unserved", "social"));
    lab_sign_in(lab, 1, "0107");
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_assert(!lab_has_alert(lab, "service_unserved", "social"));
    lab_close(lab);
}
END_TEST

START_TEST(a_pause_of_its_only_window_stops_a_service_too) {
    struct lab *lab = lab_new();
    lab->rules.unserved_stops = true;
    lab_begin(lab);
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 3);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_SERVICE_STOPPED);
    lab_sign_in(lab, 2, "0110"); /* which helps tax */
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_notice_ends_at_its_time) {
    struct lab *lab = lab_open();
    struct command command = manager(COMMAND_HALL_NOTICE, "", lab_time(9, 30));
    snprintf(command.text, sizeof command.text, "系统维护");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_str_eq(lab->snapshot->notice, "系统维护");
    lab_pass(lab, 30 * MINUTE);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_str_eq(lab->snapshot->notice, "");
    command.until_ms = lab_time(8, 0);
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(a_long_notice_outlives_the_day) {
    struct lab *lab = lab_open();
    struct command command = manager(COMMAND_HALL_NOTICE, "", lab_time(9, 0) + 72 * HOUR);
    for (unsigned i = 0; i < sizeof command.text - 1; i++) {
        command.text[i] = (char)('a' + i % 26);
    }
    lab_send(lab, &command);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_str_eq(lab->snapshot->notice, command.text);
    lab_close(lab);
}
END_TEST

START_TEST(without_a_trusted_clock_tickets_are_issued_despite_the_calendar) {
    struct lab *lab = lab_new();
    lab->now_ms = lab_time(6, 0);
    lab_begin(lab);
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = "clock_untrusted";
    input.condition.subject = "hall";
    input.condition.is_raised = true;
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_take(lab, &input);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert(!lab->snapshot->is_clock_trusted);
    input.condition.is_raised = false;
    lab_take(lab, &input);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(a_hall_without_a_calendar_never_closes) {
    struct lab *lab = lab_new();
    lab->rules.calendar = (struct calendar_rule){ .is_always = true };
    lab->now_ms = lab_time(8, 0);
    lab_begin(lab);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_OPEN, "", 0), REASON_NONE); /* to the day's end */
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert(lab->snapshot->is_open);
    ck_assert_int_eq(lab->snapshot->closes_ms, 0);
    lab_close(lab);
}
END_TEST

/* The day's change waits until the time is known: past the day's end the hall stands open and says nothing more. */
START_TEST(without_a_trusted_clock_the_days_end_passes_in_silence) {
    struct lab *lab = lab_open();
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = "clock_untrusted";
    input.condition.subject = "hall";
    input.condition.is_raised = true;
    lab_take(lab, &input);
    lab_tick(lab, hall_day_ends_ms(lab->hall) + HOUR);
    ck_assert_ptr_null(strstr(lab->said, "hall."));
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_int_eq(lab->snapshot->closes_ms, hall_day_ends_ms(lab->hall));
    ck_assert_int_eq(manage(lab, COMMAND_HALL_CLOSE, "", lab->now_ms + HOUR), REASON_NONE);
    lab_pass(lab, HOUR);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    lab_close(lab);
}
END_TEST

TCase *hours_case(void) {
    TCase *tcase = tcase_create("hours");
    tcase_add_test(tcase, the_hall_opens_and_closes_at_the_ends_of_its_spans);
    tcase_add_test(tcase, the_last_ticket_is_before_the_last_span_ends);
    tcase_add_test(tcase, extending_must_name_a_time_today_and_something_known);
    tcase_add_test(tcase, a_hall_without_a_calendar_never_closes);
    tcase_add_test(tcase, extending_the_hall_leaves_a_service_closed_that_ended_before);
    tcase_add_test(tcase, a_service_extended_to_the_halls_end_goes_on_with_the_hall);
    tcase_add_test(tcase, an_opening_by_command_is_for_what_has_hours_today);
    tcase_add_test(tcase, an_opening_of_a_day_without_hours_is_for_all);
    tcase_add_test(tcase, a_manager_closes_and_opens_the_hall);
    tcase_add_test(tcase, the_last_ticket_time_holds_again_when_an_opening_by_command_is_over);
    tcase_add_test(tcase, an_opening_by_command_outlives_the_day);
    tcase_add_test(tcase, a_stopped_service_gives_no_tickets_but_is_served);
    tcase_add_test(tcase, an_unserved_service_stops_when_the_rules_say_so);
    tcase_add_test(tcase, a_pause_of_its_only_window_stops_a_service_too);
    tcase_add_test(tcase, a_notice_ends_at_its_time);
    tcase_add_test(tcase, a_long_notice_outlives_the_day);
    tcase_add_test(tcase, without_a_trusted_clock_tickets_are_issued_despite_the_calendar);
    tcase_add_test(tcase, without_a_trusted_clock_the_days_end_passes_in_silence);
    return tcase;
}
