/* Devices' reports as events, and the numbers of print jobs. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

static void online_with(struct lab *lab, uint32_t serial, uint16_t boots, uint16_t done,
                        uint16_t held) {
    struct device_report report = { .kind = REPORT_ONLINE,
                                    .bus = "floor",
                                    .device = "dispenser-1",
                                    .role = ROLE_DISPENSER,
                                    .part = ROLE_DISPENSER,
                                    .serial = serial,
                                    .boots = boots,
                                    .done_job = done,
                                    .job = held,
                                    .rebooted = boots > 1 };
    struct input input = { .kind = INPUT_REPORT, .now_ms = lab->now_ms };
    input.report = &report;
    lab_take(lab, &input);
    ck_said(lab, "device.online");
}

static void online(struct lab *lab, uint32_t serial, uint16_t boots, uint16_t done) {
    online_with(lab, serial, boots, done, 0);
}

/* What a dispenser that has rebooted says of a job that it had not finished. */
static void unsure(struct lab *lab, uint16_t job) {
    lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, job);
    ck_said(lab, "ticket.unsure");
}

static unsigned next_job(struct lab *lab) {
    ck_assert_int_eq(lab_print(lab, "social"), REASON_NONE);
    return lab_last(lab, EVENT_TICKET_ISSUED)->job;
}

START_TEST(jobs_begin_behind_what_the_device_has_done) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 41);
    ck_assert_uint_eq(next_job(lab), 42);
    ck_assert_uint_eq(next_job(lab), 43);
    online(lab, 7, 1, 42); /* the line was lost: they go on */
    ck_assert_uint_eq(next_job(lab), 44);
    online(lab, 7, 2, 0); /* rebooted */
    ck_assert_uint_eq(next_job(lab), 1);
    online(lab, 8, 2, 500); /* swapped */
    ck_assert_uint_eq(next_job(lab), 501);
    lab_close(lab);
}
END_TEST

START_TEST(jobs_run_around_and_are_never_the_one_done) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, TICKET_JOB_MAX - 1);
    ck_assert_uint_eq(next_job(lab), TICKET_JOB_MAX);
    ck_assert_uint_eq(next_job(lab), 1);
    online(lab, 7, 1, 2); /* the same device says that it has done 2 */
    ck_assert_uint_eq(next_job(lab), 3);
    lab_close(lab);
}
END_TEST

/* The driver writes a job once under its number: two in a row with the same one would be one paper. */
START_TEST(jobs_after_a_reboot_are_not_the_last_one) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 0);
    ck_assert_uint_eq(next_job(lab), 1);
    unsure(lab, 1);
    online(lab, 7, 2, 0);
    ck_assert_uint_eq(next_job(lab), 2);
    unsure(lab, 2);
    online(lab, 7, 3, 0);
    ck_assert_uint_eq(next_job(lab), 1);
    lab_close(lab);
}
END_TEST

/* Numbers above TICKET_JOB_MAX are slips, which the core never gives and never takes for a ticket's. */
START_TEST(jobs_keep_away_from_slips) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, TICKET_JOB_MAX + 5);
    ck_assert_uint_eq(next_job(lab), 1);
    online(lab, 7, 1, TICKET_JOB_MAX + 6); /* a slip after the ticket: tickets go on */
    ck_assert_uint_eq(next_job(lab), 2);
    unsure(lab, 1);
    unsure(lab, 2);
    online(lab, 8, 1, UINT16_MAX);
    ck_assert_uint_eq(next_job(lab), 1);
    lab_close(lab);
}
END_TEST

/* Job 1 of the first and the third life of a dispenser: only the newest ticket's paper can come out of it. */
START_TEST(a_job_number_that_comes_again_is_the_newest_tickets) {
    struct lab *lab = lab_open();
    for (uint16_t boots = 1; boots <= 3; boots++) {
        uint16_t job = boots == 2 ? 2 : 1;
        online(lab, 7, boots, 0);
        ck_assert_uint_eq(next_job(lab), job);
        lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, job);
        ck_said(lab, "ticket.unsure");
    }
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.restored");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_RESTORED)->ticket.number, 3);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, ""); /* not one of the first two: their paper is gone */
    lab_close(lab);
}
END_TEST

/* A restored journal may hold tickets that are not printed yet: two tickets must not share a job. */
START_TEST(jobs_after_a_restore_leave_out_what_is_to_be_printed) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 0);
    ck_assert_uint_eq(next_job(lab), 1);
    ck_assert_uint_eq(next_job(lab), 2);
    struct input restored = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    restored.started.next = "A=100";
    lab_take(lab, &restored);
    online(lab, 7, 1, 0);
    if (_i == 1) { /* one of them may be in the dispenser when nobody waits for it any more */
        lab_next_day(lab);
        lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    }
    ck_assert_uint_eq(next_job(lab), 3);
    lab_close(lab);
}
END_TEST

/* The restored store may know nothing of the paper that is being printed. */
START_TEST(jobs_leave_out_what_the_dispenser_still_holds) {
    struct lab *lab = lab_open();
    online_with(lab, 7, 1, 5, 6);
    ck_assert_uint_eq(lab_last(lab, EVENT_DEVICE_ONLINE)->job, 6);
    ck_assert_uint_eq(next_job(lab), 7);
    struct input restored = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    restored.started.next = "A=100";
    lab_take(lab, &restored);
    online_with(lab, 7, 1, 57, 58);
    lab_next_day(lab);
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    ck_assert_uint_eq(next_job(lab), 59);
    lab_close(lab);
}
END_TEST

START_TEST(jobs_go_on_over_the_days) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 10);
    ck_assert_uint_eq(next_job(lab), 11);
    lab_next_day(lab);
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    ck_assert_uint_eq(next_job(lab), 12);
    lab_close(lab);
}
END_TEST

START_TEST(reports_become_events) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "device.offline");
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, ""); /* on change only */
    lab_report(lab, REPORT_FAULTED, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "device.faulted");
    lab_report(lab, REPORT_RECOVERED, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "device.recovered");
    lab_report(lab, REPORT_RECOVERED, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "");
    lab_report(lab, REPORT_KEYS_LOST, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "device.keys_lost");
    lab_report(lab, REPORT_ABLE, "board-1", ROLE_BOARD, 1, 0);
    ck_said(lab, "");
    const struct event *event = lab_last(lab, EVENT_DEVICE_OFFLINE);
    ck_assert_int_eq(event->by.kind, BY_DEVICE);
    ck_assert_str_eq(event->by.id, "board-1");
    ck_assert_uint_eq(event->window, 1);
    lab_close(lab);
}
END_TEST

START_TEST(a_bus_that_is_down_is_an_alert) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_BUS_DOWN, "", ROLE_NONE, 0, 0);
    ck_said(lab, "alert.raised");
    ck_assert(lab_has_alert(lab, "bus_down", "floor"));
    lab_report(lab, REPORT_BUS_UP, "", ROLE_NONE, 0, 0);
    ck_said(lab, "alert.cleared");
    lab_close(lab);
}
END_TEST

START_TEST(devices_beyond_the_limit_are_refused) {
    struct lab *lab = lab_new();
    lab->limits.devices = 1;
    lab_begin(lab);
    lab_online(lab, "board-1", ROLE_BOARD, 1);
    lab_online(lab, "board-2", ROLE_BOARD, 2);
    ck_said(lab, "");
    ck_assert_int_eq(lab->decision.reason, REASON_CAPACITY);
    lab_close(lab);
}
END_TEST

START_TEST(a_faulted_keypad_asks_nobody) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_report(lab, REPORT_FAULTED, "keypad-1", ROLE_KEYPAD, 1, 0);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    lab_close(lab);
}
END_TEST

START_TEST(what_was_refused_outside_is_only_counted) {
    struct lab *lab = lab_open();
    struct input input = { .kind = INPUT_REFUSED, .now_ms = lab->now_ms };
    input.refused.name = "ticket.issue";
    input.refused.reason = REASON_TOO_MANY;
    input.refused.count = 7;
    lab_take(lab, &input);
    ck_said(lab, "command.refused");
    ck_assert_uint_eq(lab_last(lab, EVENT_COMMAND_REFUSED)->count, 7);
    ck_assert_str_eq(lab_last(lab, EVENT_COMMAND_REFUSED)->reason, "too_many");
    lab_close(lab);
}
END_TEST

START_TEST(a_removed_keypad_is_nobodys_rating_channel) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-2", ROLE_KEYPAD, 2);
    lab_report(lab, REPORT_FAULTED, "keypad-2", ROLE_KEYPAD, 2, 0);
    lab_pass(lab, 30 * MINUTE);
    ck_assert(lab_has_alert(lab, "device_faulted", "keypad-2"));
    lab_report(lab, REPORT_REMOVED, "keypad-2", ROLE_KEYPAD, 0, 0);
    ck_said(lab, "device.offline");
    ck_assert_str_eq(lab_last(lab, EVENT_DEVICE_OFFLINE)->what, "removed");
    lab_pass(lab, 30 * MINUTE);
    ck_assert(!lab_has_alert(lab, "device_faulted", "keypad-2"));
    ck_assert(!lab_has_alert(lab, "device_offline", "keypad-2"));
    lab_report(lab, REPORT_REMOVED, "keypad-2", ROLE_KEYPAD, 0, 0);
    ck_said(lab, ""); /* nor is one that was never heard of */
    lab_report(lab, REPORT_REMOVED, "keypad-9", ROLE_KEYPAD, 0, 0);
    ck_said(lab, "");
    lab_close(lab);
}
END_TEST

TCase *device_case(void) {
    TCase *tcase = tcase_create("device");
    tcase_add_test(tcase, jobs_begin_behind_what_the_device_has_done);
    tcase_add_test(tcase, a_removed_keypad_is_nobodys_rating_channel);
    tcase_add_test(tcase, jobs_after_a_reboot_are_not_the_last_one);
    tcase_add_test(tcase, jobs_run_around_and_are_never_the_one_done);
    tcase_add_test(tcase, jobs_keep_away_from_slips);
    tcase_add_test(tcase, a_job_number_that_comes_again_is_the_newest_tickets);
    tcase_add_loop_test(tcase, jobs_after_a_restore_leave_out_what_is_to_be_printed, 0, 2);
    tcase_add_test(tcase, jobs_leave_out_what_the_dispenser_still_holds);
    tcase_add_test(tcase, jobs_go_on_over_the_days);
    tcase_add_test(tcase, reports_become_events);
    tcase_add_test(tcase, a_bus_that_is_down_is_an_alert);
    tcase_add_test(tcase, devices_beyond_the_limit_are_refused);
    tcase_add_test(tcase, a_faulted_keypad_asks_nobody);
    tcase_add_test(tcase, what_was_refused_outside_is_only_counted);
    return tcase;
}
