/* Jumps of the clock: nothing waits longer or shorter for it, no turn changes, a day begins once. */
#include "fixture.h"
#include "protocol/image.h"
#include "suites.h"

static void set_clock(struct lab *lab, int64_t to_ms, const struct day_times *times) {
    struct input input = { .kind = INPUT_CLOCK, .now_ms = lab->now_ms };
    input.clock.to_ms = to_ms;
    input.clock.times = times;
    ck_assert_int_eq(lab_take(lab, &input), REASON_NONE);
    ck_said(lab, "hall.clock_set");
    lab->now_ms = to_ms;
}

static void begin_day(struct lab *lab, uint32_t day, int64_t begins_ms) {
    struct day_times times = { .hall = { 1, { { begins_ms + 5 * HOUR, begins_ms + 14 * HOUR } } } };
    struct input input = { .kind = INPUT_DAY, .now_ms = lab->now_ms };
    input.day.day = day;
    input.day.begins_ms = begins_ms;
    input.day.ends_ms = begins_ms + 24 * HOUR;
    input.day.times = &times;
    input.day.previous_hash = "";
    lab_take(lab, &input);
}

static int64_t waited_ms(struct lab *lab, const char *service) {
    return lab->now_ms - lab_service(lab, service)->longest_since_ms;
}

/* Back by three hours and forward by five: who came first is called first, whoever waited has waited as long. */
START_TEST(a_jump_of_the_clock_changes_no_turn) {
    struct lab *lab = lab_open();
    lab_pass(lab, 2 * HOUR);
    lab_issue(lab, "social"); /* A001 */
    lab_pass(lab, 10 * MINUTE);
    set_clock(lab, lab->now_ms - 2 * HOUR, NULL);
    ck_assert_str_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->reason, "behind");
    ck_assert_str_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->by.id, "clock");
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->begins_ms, lab_time(11, 10));
    ck_assert_int_eq(waited_ms(lab, "social"), 10 * MINUTE);
    lab_issue(lab, "social"); /* A002 at 09:10, two hours before A001 by the wall */
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->time_ms, lab_time(9, 10));
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_CALLED)->waited_s, 600);
    lab_pass(lab, 5 * MINUTE);
    set_clock(lab, lab->now_ms + 5 * HOUR, NULL);
    ck_assert_str_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->reason, "step");
    lab_issue_green(lab, "social"); /* A003 at 14:15 comes before those of the half hour before */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A003");
    lab_close(lab);
}
END_TEST

/* Neither a no-show nor a session nor the assumed start ends early by a step forward, or late by one back. */
START_TEST(a_jump_of_the_clock_ends_no_timer) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 50 * SECOND);
    lab_key(lab, COMMAND_WINDOW_DONE, 1); /* invited for 60 s */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1); /* serving is assumed in 20 s */
    lab_sign_in(lab, 4, "0108");
    lab_key(lab, COMMAND_WINDOW_CLOSE, 4); /* missed in ten minutes */
    set_clock(lab, lab->now_ms + HOUR, NULL);
    lab_pass(lab, 19 * SECOND);
    ck_alert(lab, "window_uncovered", "4", false);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, KEYPAD_INVITE);
    set_clock(lab, lab->now_ms - 30 * MINUTE, NULL);
    lab_pass(lab, SECOND);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_SERVING);
    lab_pass(lab, 41 * SECOND);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, KEYPAD_IDLE);
    lab_close(lab);
}
END_TEST

/* Times of day stay: the hall closes at noon by the clock that counts now. */
START_TEST(spans_and_ends_stay_with_the_time_of_day) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_SERVICE_STOP,
                               .by = { BY_PAGE, "wang" },
                               .service = "tax",
                               .until_ms = lab_time(11, 0) };
    lab_send(lab, &command);
    lab_pass(lab, 30 * MINUTE);
    set_clock(lab, lab_time(11, 30), NULL);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_pass(lab, 30 * MINUTE);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_HALL_CLOSED);
    set_clock(lab, lab_time(10, 0), NULL);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(somebody_says_what_time_it_is) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_HALL_TIME, .by = { BY_CLI, "root" } };
    command.has = COMMAND_HAS(ARG_AT);
    command.at_ms = INT64_C(946684800000); /* 2000 */
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    command.at_ms = lab_time(9, 0) + 200 * 366 * 24 * HOUR;
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    command.at_ms = lab_time(10, 0);
    command.by.kind = BY_MQTT;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NOT_ALLOWED);
    command.by.kind = BY_CLI;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "hall.clock_set");
    ck_assert_str_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->by.id, "root");
    ck_assert_str_eq(lab_last(lab, EVENT_HALL_CLOCK_SET)->reason, "said");
    ck_assert_int_eq(hall_last_ms(lab->hall), lab_time(10, 0));
    lab_close(lab);
}
END_TEST

/* Tuesday was begun by a clock a day ahead: set back, the hall stays in it, open as Monday's hours say. */
START_TEST(a_day_begins_once_whatever_the_clock_does) {
    struct lab *lab = lab_open();
    struct day_times times = { .hall = { 2,
                                         { { lab_time(14, 0), lab_time(18, 0) },
                                           { lab_time(33, 0), lab_time(38, 0) } } } };
    lab_issue(lab, "social");
    lab->now_ms = lab_time(33, 0);
    begin_day(lab, 20261124, lab_time(28, 0));
    ck_said(lab, "ticket.expired hall.closed hall.day_began");
    lab_tick(lab, lab->now_ms);
    lab_issue(lab, "social");
    set_clock(lab, lab_time(14, 30), &times);
    ck_assert(!hall_day_may_begin(lab->hall, 20261123)); /* it has begun before */
    ck_assert(!hall_day_may_begin(lab->hall, 20261124));
    ck_assert(hall_day_may_begin(lab->hall, 20261125));
    begin_day(lab, 20261123, lab_time(4, 0));
    ck_said(lab, "");
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->day, 20261124);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 2);
    lab_pass(lab, lab_time(18, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_close(lab);
}
END_TEST

/* A clock in 2099 must not keep the hall there: the next real day that has not begun begins. */
START_TEST(a_day_far_ahead_gives_way_to_the_real_one) {
    struct lab *lab = lab_open();
    int64_t far_ms = lab_time(9, 0) + 365 * 24 * HOUR;
    lab->now_ms = far_ms;
    begin_day(lab, 20271123, lab_time(4, 0) + 365 * 24 * HOUR);
    lab_issue(lab, "social");
    set_clock(lab, lab_time(10, 0), NULL);
    ck_assert(!hall_day_may_begin(lab->hall, 20261123));
    ck_assert(hall_day_may_begin(lab->hall, 20261124));
    lab->now_ms = lab_time(28, 0);
    begin_day(lab, 20261124, lab_time(28, 0));
    ck_assert_uint_eq(hall_day(lab->hall), 20261124);
    ck_assert(!hall_day_may_begin(lab->hall, 20261123));
    lab_next_day(lab);
    ck_assert_uint_eq(hall_day(lab->hall), 20261125);
    lab_close(lab);
}
END_TEST

/* Past the day's end with a clock that nobody trusts: the day waits, tickets are issued, and a tick comes to rest. */
START_TEST(without_a_trusted_clock_the_day_waits_at_its_end) {
    struct lab *lab = lab_open();
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = "clock_untrusted";
    input.condition.subject = "hall";
    input.condition.is_raised = true;
    lab_take(lab, &input);
    lab_issue(lab, "social");
    lab_pass(lab, lab_time(28, 0) - lab->now_ms);
    lab_tick(lab, lab_time(30, 0)); /* asserts that nothing is due then */
    unsigned count = lab->count;
    for (int second = 1; second < 60; second++) {
        lab_tick(lab, lab_time(30, 0) + second * SECOND);
    }
    ck_assert_uint_eq(lab->count, count);
    ck_assert_uint_eq(hall_day(lab->hall), 20261123);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 2);
    lab_close(lab);
}
END_TEST

TCase *shift_case(void) {
    TCase *tcase = tcase_create("shift");
    tcase_add_test(tcase, a_jump_of_the_clock_changes_no_turn);
    tcase_add_test(tcase, a_jump_of_the_clock_ends_no_timer);
    tcase_add_test(tcase, spans_and_ends_stay_with_the_time_of_day);
    tcase_add_test(tcase, somebody_says_what_time_it_is);
    tcase_add_test(tcase, a_day_begins_once_whatever_the_clock_does);
    tcase_add_test(tcase, a_day_far_ahead_gives_way_to_the_real_one);
    tcase_add_test(tcase, without_a_trusted_clock_the_day_waits_at_its_end);
    return tcase;
}
