/* Each kind of alert: raised, and cleared by itself. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

START_TEST(a_long_wait) {
    struct lab *lab = lab_new();
    lab->rules.services[1].wait_minutes = 30;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_pass(lab, 30 * MINUTE - 1);
    ck_alert(lab, "wait_over", "social", false);
    lab_pass(lab, 1);
    ck_alert(lab, "wait_over", "social", true);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "wait_over", "social", false);
    lab_close(lab);
}
END_TEST

/* Called at window 1 and sent to window 3, which rests. */
static void send_to_3(struct lab *lab) {
    struct command command = lab_command(COMMAND_WINDOW_TRANSFER, 1);
    command.to_window = 3;
    command.has |= COMMAND_HAS(ARG_TO_WINDOW);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 3);
}

START_TEST(who_is_bound_to_a_window_waits_too) {
    struct lab *lab = lab_new();
    lab->rules.services[1].wait_minutes = 30;
    lab->rules.services[2].wait_minutes = 30;
    lab_begin(lab);
    send_to_3(lab);
    lab_pass(lab, 30 * MINUTE - 1);
    ck_alert(lab, "wait_over", "social", false);
    lab_pass(lab, 1);
    ck_alert(lab, "wait_over", "social", true);
    ck_alert(lab, "wait_over", "tax", false);
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "wait_over", "social", false);
    lab_close(lab);
}
END_TEST

START_TEST(who_is_bound_to_a_window_still_waits_after_closing) {
    struct lab *lab = lab_open();
    send_to_3(lab);
    lab_pass(lab, lab_time(18, 0) - lab->now_ms);
    ck_alert(lab, "waiting_after_closing", "hall", true);
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "waiting_after_closing", "hall", false);
    lab_close(lab);
}
END_TEST

START_TEST(a_service_that_nobody_serves) {
    struct lab *lab = lab_open();
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", true);
    lab_sign_in(lab, 3, "0109");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_close(lab);
}
END_TEST

START_TEST(a_paused_window_serves_nobody) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 3);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", true);
    lab_key(lab, COMMAND_WINDOW_RESUME, 3);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab_issue(lab, "tax"); /* who waits while another is called is served */
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_key(lab, COMMAND_WINDOW_START, 3);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_close(lab);
}
END_TEST

/* Window 2 helps tax, after ten minutes. */
START_TEST(a_helping_window_serves_unless_it_is_paused) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 2, "0109");
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 2);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "service_unserved", "tax", true);
    lab_close(lab);
}
END_TEST

START_TEST(in_a_break_nobody_misses_the_windows) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "tax");
    lab_pass(lab, lab_time(12, 0) - lab->now_ms);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 3);
    lab_pass(lab, 2 * HOUR - 1);
    ck_alert(lab, "service_unserved", "tax", false);
    lab_pass(lab, 1); /* it is 14:00, and the window still rests */
    ck_alert(lab, "service_unserved", "tax", true);
    lab_pass(lab, 4 * HOUR); /* after the last closing they are still there */
    ck_alert(lab, "service_unserved", "tax", true);
    lab_close(lab);
}
END_TEST

START_TEST(long_serving_and_an_idle_window) {
    struct lab *lab = lab_new();
    lab->rules.services[1].serve_minutes = 20;
    lab->rules.alerts.idle_minutes = 5;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 15 * MINUTE);
    lab_issue(lab, "social");
    lab_pass(lab, 5 * MINUTE - 1);
    ck_alert(lab, "serve_over", "1", false);
    ck_alert(lab, "window_idle", "2", false);
    lab_pass(lab, 1);
    ck_alert(lab, "serve_over", "1", true);
    ck_alert(lab, "window_idle", "2", true);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "serve_over", "1", false);
    ck_alert(lab, "window_idle", "2", false);
    lab_close(lab);
}
END_TEST

/* Window 3, which the file gives tax, gets social too. */
static void give_both(struct lab *lab) {
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 3);
    assign.by = (struct by){ BY_PAGE, "wang" };
    assign.services = (struct name_list){ .count = 2, .names = { "tax", "social" } };
    assign.has |= COMMAND_HAS(ARG_OWN);
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NONE);
}

START_TEST(a_window_that_is_given_a_service_is_not_idle_yet) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 3, "0110");
    lab_issue(lab, "social");
    lab_pass(lab, 20 * MINUTE);
    give_both(lab);
    lab_pass(lab, 5 * MINUTE - 1);
    ck_alert(lab, "window_idle", "3", false);
    lab_pass(lab, 1);
    ck_alert(lab, "window_idle", "3", true);
    lab_close(lab);
}
END_TEST

/* Who waits for what the file gives the window waits on through the change. */
START_TEST(a_window_stays_idle_when_it_is_given_more) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 3, "0110");
    lab_issue(lab, "tax");
    lab_pass(lab, 4 * MINUTE);
    give_both(lab);
    lab_pass(lab, MINUTE);
    ck_alert(lab, "window_idle", "3", true);
    lab_close(lab);
}
END_TEST

static struct lab *lab_covered_after(uint16_t minutes) {
    struct lab *lab = lab_new();
    lab->rules.cover_after_minutes = minutes;
    lab_begin(lab);
    return lab;
}

START_TEST(a_planned_window_that_is_not_open) {
    struct lab *lab = lab_covered_after(3);
    lab_pass(lab, 10 * MINUTE - 1);
    ck_alert(lab, "window_not_open", "4", false);
    lab_pass(lab, 1);
    ck_alert(lab, "window_not_open", "4", true);
    ck_alert(lab, "window_not_open", "1", false); /* not planned */
    lab_sign_in(lab, 4, "0108");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "window_not_open", "4", false);
    lab_key(lab, COMMAND_WINDOW_CLOSE, 4);
    lab_pass(lab, lab_time(14, 10) - 1 - lab->now_ms); /* after lunch it is missed anew */
    ck_alert(lab, "window_not_open", "4", false);
    lab_pass(lab, 1);
    ck_alert(lab, "window_not_open", "4", true);
    ck_alert(lab, "window_uncovered", "4", false);
    lab_close(lab);
}
END_TEST

START_TEST(a_planned_window_whose_staff_left) {
    struct lab *lab = lab_covered_after(25);
    lab_sign_in(lab, 4, "0108");
    lab_pass(lab, 20 * MINUTE);
    struct command command = lab_command(COMMAND_STAFF_SIGN_OUT, 4);
    snprintf(command.staff, sizeof command.staff, "0108");
    lab_send(lab, &command);
    ck_assert_int_eq(lab_window(lab, 4)->state, WINDOW_CLOSED);
    lab_pass(lab, 25 * MINUTE - 1);
    ck_alert(lab, "window_uncovered", "4", false);
    lab_pass(lab, 1);
    ck_alert(lab, "window_uncovered", "4", true);
    ck_alert(lab, "window_not_open", "4", false);
    lab_sign_in(lab, 4, "0108");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "window_uncovered", "4", false);
    lab_close(lab);
}
END_TEST

/* By the manager. What happens at the window meanwhile brings nobody to it. */
START_TEST(a_planned_window_that_opened_without_staff) {
    struct lab *lab = lab_covered_after(4);
    struct command open = lab_command(COMMAND_WINDOW_OPEN, 4);
    lab_pass(lab, 5 * MINUTE);
    ck_assert_int_eq(lab_send(lab, &open), REASON_NONE);
    lab_pass(lab, 2 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 4);
    lab_pass(lab, 2 * MINUTE - 1);
    ck_alert(lab, "window_uncovered", "4", false);
    lab_pass(lab, 1);
    ck_alert(lab, "window_uncovered", "4", true);
    lab_pass(lab, MINUTE);
    ck_alert(lab, "window_not_open", "4", false);
    lab_sign_in(lab, 4, "0108");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "window_uncovered", "4", false);
    lab_close(lab);
}
END_TEST

START_TEST(a_window_without_a_rating_channel) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_pass(lab, 31 * SECOND);
    ck_alert(lab, "no_rating_channel", "1", true);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_pass(lab, MINUTE - 1);
    ck_alert(lab, "no_rating_channel", "1", true);
    lab_pass(lab, 1);
    ck_alert(lab, "no_rating_channel", "1", false);
    /* A keypad that is back within half a minute is no alert, nor is one that a restart has not heard of yet. */
    lab_report(lab, REPORT_OFFLINE, "keypad-1", ROLE_KEYPAD, 1, 0);
    lab_pass(lab, 29 * SECOND);
    ck_alert(lab, "no_rating_channel", "1", false);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    struct input started = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    lab_take(lab, &started);
    lab_pass(lab, 29 * SECOND);
    ck_alert(lab, "no_rating_channel", "1", false);
    lab_pass(lab, 2 * SECOND);
    ck_alert(lab, "no_rating_channel", "1", true);
    lab_close(lab);
}
END_TEST

START_TEST(a_device_offline_or_faulted_in_opening_hours) {
    struct lab *lab = lab_open();
    lab_online(lab, "board-1", ROLE_BOARD, 1);
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "device_offline", "board-1", true);
    lab_online(lab, "board-1", ROLE_BOARD, 1);
    lab_report(lab, REPORT_FAULTED, "board-1", ROLE_BOARD, 1, 0);
    lab_pass(lab, MINUTE);
    ck_alert(lab, "device_offline", "board-1", false);
    ck_alert(lab, "device_faulted", "board-1", true);
    lab_report(lab, REPORT_RECOVERED, "board-1", ROLE_BOARD, 1, 0);
    lab_pass(lab, MINUTE);
    ck_alert(lab, "device_faulted", "board-1", false);
    lab_close(lab);
}
END_TEST

START_TEST(no_device_alert_at_night) {
    struct lab *lab = lab_new();
    lab->now_ms = lab_time(5, 0);
    lab_begin(lab);
    lab_online(lab, "board-1", ROLE_BOARD, 1);
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    lab_pass(lab, lab_time(8, 30) - 1 - lab->now_ms);
    ck_alert(lab, "device_offline", "board-1", false);
    lab_pass(lab, 1);
    ck_alert(lab, "device_offline", "board-1", true);
    lab_pass(lab, lab_time(18, 0) - lab->now_ms);
    ck_alert(lab, "device_offline", "board-1", false);
    lab_close(lab);
}
END_TEST

START_TEST(people_waiting_after_closing) {
    struct lab *lab = lab_open();
    lab_pass(lab, lab_time(17, 0) - lab->now_ms);
    lab_issue(lab, "social");
    lab_pass(lab, HOUR - 1);
    ck_alert(lab, "waiting_after_closing", "hall", false);
    lab_pass(lab, 1);
    ck_alert(lab, "waiting_after_closing", "hall", true);
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "waiting_after_closing", "hall", false);
    lab_close(lab);
}
END_TEST

START_TEST(a_quota_nearly_used) {
    struct lab *lab = lab_new();
    lab->rules.services[1].quota = 10;
    lab_begin(lab);
    for (unsigned i = 0; i < 8; i++) {
        lab_issue(lab, "social");
    }
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "quota_near", "social", false);
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "quota_near", "social", true);
    lab_close(lab);
}
END_TEST

/* As while nothing can be written: time goes on, and no tick is taken. */
START_TEST(what_should_stand_is_known_before_it_is_raised) {
    struct alert_now due[8];
    struct lab *lab = lab_new();
    lab->rules.services[2].wait_minutes = 30;
    lab_begin(lab);
    lab_tick(lab, lab->now_ms);
    lab_sign_in(lab, 3, "0109");
    lab_online(lab, "keypad-3", ROLE_KEYPAD, 3);
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    int64_t issued_ms = lab->now_ms;
    lab_key(lab, COMMAND_WINDOW_PAUSE, 3);
    ck_assert_uint_eq(hall_alerts_due(lab->hall, lab->now_ms, due, 8), 1);
    ck_assert_str_eq(due[0].kind, "service_unserved");
    ck_assert_str_eq(due[0].subject, "tax");
    ck_assert_uint_eq(hall_alerts_due(lab->hall, issued_ms + 30 * MINUTE, due, 8), 3);
    for (unsigned i = 0; i < 3; i++) { /* of several kinds, each in its place */
        ck_assert_str_ne(due[i].kind, "");
    }
    lab_key(lab, COMMAND_WINDOW_RESUME, 3);
    lab_pass(lab, 20 * MINUTE); /* past the windows that are not open */
    int64_t over_ms = issued_ms + 30 * MINUTE;
    ck_assert_uint_eq(hall_alerts_due(lab->hall, over_ms - 1, due, 8), 0);
    ck_assert_uint_eq(hall_alerts_due(lab->hall, over_ms, due, 0), 0);
    ck_assert_uint_eq(hall_alerts_due(lab->hall, over_ms, due, 8), 1);
    ck_assert_str_eq(due[0].kind, "wait_over");
    ck_assert_int_eq(due[0].since_ms, over_ms);
    lab_pass(lab, 10 * MINUTE);
    ck_alert(lab, "wait_over", "tax", true);
    ck_assert_uint_eq(hall_alerts_due(lab->hall, over_ms, due, 8), 0); /* it stands */
    ck_assert(hall_needs_devices(lab->hall, lab->now_ms));
    lab_close(lab);
}
END_TEST

START_TEST(help_stands_until_acknowledged) {
    struct lab *lab = lab_open();
    lab_key(lab, COMMAND_WINDOW_HELP, 1);
    ck_assert(lab_window(lab, 1)->help_wanted);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_HELP, 1), REASON_NONE);
    ck_said(lab, "");
    struct command command = { .type = COMMAND_ALERT_ACKNOWLEDGE };
    command.by.kind = BY_PAGE;
    command.alert = lab_last(lab, EVENT_ALERT_RAISED)->seq;
    ck_assert_int_eq(lab_send(lab, &command), REASON_PERSON_NEEDED);
    snprintf(command.by.id, sizeof command.by.id, "wang");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(lab_send(lab, &command), REASON_ALREADY);
    lab_tick(lab, lab->now_ms);
    ck_said(lab, "alert.cleared");
    ck_assert(!lab_window(lab, 1)->help_wanted);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

TCase *alert_case(void) {
    TCase *tcase = tcase_create("alert");
    tcase_add_test(tcase, a_long_wait);
    tcase_add_test(tcase, who_is_bound_to_a_window_waits_too);
    tcase_add_test(tcase, who_is_bound_to_a_window_still_waits_after_closing);
    tcase_add_test(tcase, a_service_that_nobody_serves);
    tcase_add_test(tcase, a_paused_window_serves_nobody);
    tcase_add_test(tcase, a_helping_window_serves_unless_it_is_paused);
    tcase_add_test(tcase, in_a_break_nobody_misses_the_windows);
    tcase_add_test(tcase, long_serving_and_an_idle_window);
    tcase_add_test(tcase, a_window_that_is_given_a_service_is_not_idle_yet);
    tcase_add_test(tcase, a_window_stays_idle_when_it_is_given_more);
    tcase_add_test(tcase, a_planned_window_that_is_not_open);
    tcase_add_test(tcase, a_planned_window_whose_staff_left);
    tcase_add_test(tcase, a_planned_window_that_opened_without_staff);
    tcase_add_test(tcase, a_window_without_a_rating_channel);
    tcase_add_test(tcase, a_device_offline_or_faulted_in_opening_hours);
    tcase_add_test(tcase, no_device_alert_at_night);
    tcase_add_test(tcase, people_waiting_after_closing);
    tcase_add_test(tcase, a_quota_nearly_used);
    tcase_add_test(tcase, what_should_stand_is_known_before_it_is_raised);
    tcase_add_test(tcase, help_stands_until_acknowledged);
    return tcase;
}
