#include <stdio.h>

#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

static struct rig *dispenser_open(void) {
    struct rig *rig = rig_open();
    rig_add(rig, "dispenser-1", ROLE_DISPENSER, 1);
    return rig;
}

static void job_show(struct rig *rig, uint16_t number) {
    struct print_job *job = &rig->images[0].dispenser.job;
    job->job = number;
    snprintf(job->text, sizeof job->text,
             "\x1D"
             "A%03u\nhall",
             number);
    snprintf(job->qr, sizeof job->qr, "https://hall.example/%u", number);
    rig_show(rig, 0);
}

START_TEST(a_job_is_printed_once_and_told) {
    struct rig *rig = dispenser_open();
    struct device_report report;
    rig_start(rig);
    job_show(rig, 7);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 7);
    ck_assert_uint_eq(slave_printed(rig->slaves, 1, 7), 1);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 513), 10);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 514), 0x1D41);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 614), 22);
    rig_sleep(100);
    ck_assert_uint_eq(rig_count(rig, REPORT_PRINTED), 1);
    rig_close(rig);
}
END_TEST

START_TEST(paper_out_is_told) {
    struct rig *rig = dispenser_open();
    struct device_report report;
    slave_hold_paper(rig->slaves, 1, true, 0);
    rig_start(rig);
    job_show(rig, 7);
    ck_assert(rig_await_holding(rig, 1, 512, 7));
    slave_hold_paper(rig->slaves, 1, false, 1);
    ck_assert(rig_await(rig, REPORT_NOT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 7);
    ck_assert_str_eq(report.what, "paper out");
    rig_close(rig);
}
END_TEST

START_TEST(a_job_done_before_the_start_is_not_sent) {
    struct rig *rig = dispenser_open();
    struct device_report report;
    slave_set_input(rig->slaves, 1, 8, 7);
    rig_start(rig);
    job_show(rig, 7);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(slave_printed(rig->slaves, 1, 7), 0);
    rig_close(rig);
}
END_TEST

START_TEST(a_slip_is_printed_without_a_word) {
    struct rig *rig = dispenser_open();
    rig_start(rig);
    rig->images[0].dispenser.job.is_slip = true;
    job_show(rig, 3);
    ck_assert(rig_await_holding(rig, 1, 512, 3));
    rig_sleep(100);
    ck_assert_uint_eq(slave_printed(rig->slaves, 1, 3), 1);
    ck_assert_uint_eq(rig_count(rig, REPORT_PRINTED), 0);
    rig_close(rig);
}
END_TEST

START_TEST(a_reboot_with_the_job_unfinished_is_unsure_and_never_sent_again) {
    struct rig *rig = dispenser_open();
    struct device_report report;
    slave_hold_paper(rig->slaves, 1, true, 0);
    rig_start(rig);
    job_show(rig, 7);
    ck_assert(rig_await_holding(rig, 1, 512, 7));
    rig_sleep(30);
    slave_reboot(rig->slaves, 1);
    ck_assert(rig_await(rig, REPORT_UNSURE, 1, &report));
    ck_assert_uint_eq(report.job, 7);
    ck_assert(report.rebooted);
    rig_sleep(200);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 512), 0);
    ck_assert_uint_eq(slave_printed(rig->slaves, 1, 7), 1);
    rig_close(rig);
}
END_TEST

START_TEST(a_lost_line_leaves_the_job_unsure_until_done_tells) {
    struct rig *rig = dispenser_open();
    struct device_report report;
    slave_hold_paper(rig->slaves, 1, true, 0);
    rig_start(rig);
    job_show(rig, 7);
    ck_assert(rig_await_holding(rig, 1, 512, 7));
    rig_sleep(30);
    slave_fault(rig->slaves, 1, FAULT_DEAF, 0, 9, 0);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_str_eq(report.what, "no answer 8 of 8");
    ck_assert(rig_await(rig, REPORT_UNSURE, 1, &report));
    ck_assert(!report.rebooted);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    slave_hold_paper(rig->slaves, 1, false, 0);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 7);
    ck_assert_uint_eq(slave_printed(rig->slaves, 1, 7), 1);
    rig_close(rig);
}
END_TEST

/* Whatever answer is lost on the way, forty jobs are forty papers, each told once. */
START_TEST(lost_answers_print_nothing_twice) {
    struct rig *rig = dispenser_open();
    static const enum fault faults[] = { FAULT_SILENT, FAULT_DEAF, FAULT_MANGLED, FAULT_TRUNCATED };
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    for (uint16_t job = 1; job <= 12; job++) {
        slave_fault(rig->slaves, 1, faults[job % 4], 0, 1, 0);
        slave_fault_after(rig->slaves, 1, job / 4);
        job_show(rig, job);
        ck_assert_msg(rig_await(rig, REPORT_PRINTED, job, NULL), "job %u", job);
        ck_assert_uint_eq(slave_printed(rig->slaves, 1, job), 1);
    }
    rig_sleep(100);
    ck_assert_uint_eq(rig_count(rig, REPORT_PRINTED), 12);
    ck_assert_uint_eq(rig_count(rig, REPORT_UNSURE), 0);
    rig_close(rig);
}
END_TEST

/* The hall in small: each press is one ticket; the next is printed when the one before is told. */
static void react_tickets(struct rig *rig, const struct device_report *report) {
    struct print_job *job = &rig->images[0].dispenser.job;
    static unsigned pressed, printed;
    if (report->kind == REPORT_ONLINE && report->epoch == 1 && rig->report_count < 3) {
        pressed = printed = 0;
    }
    pressed += report->kind == REPORT_KEY ? 1 : 0;
    printed += report->kind == REPORT_PRINTED && report->job == job->job ? 1 : 0;
    job->job = (uint16_t)(pressed > printed ? printed + 1 : 0);
    snprintf(job->text, sizeof job->text,
             "\x1D"
             "A%03u",
             job->job);
    bus_show(rig->bus, 0, &rig->images[0]);
}

/* 20 of 100 answers lost, 10 mangled, 3 late by 0.4 s: each press is still one paper, told once. */
START_TEST(a_storm_loses_and_doubles_nothing) {
    enum { PRESSES = 16 };
    struct rig *rig = dispenser_open();
    rig->react = react_tickets;
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    struct storm storm = { 20261122U + (unsigned)_i, 20, 10, 3, 400 };
    slaves_storm(rig->slaves, storm);
    for (unsigned i = 0; i < PRESSES; i++) {
        slave_press(rig->slaves, 1, 257, 0);
        rig_sleep(450);
    }
    ck_assert_msg(rig_await(rig, REPORT_PRINTED, PRESSES, NULL), "%u printed",
                  rig_count(rig, REPORT_PRINTED));
    slaves_storm(rig->slaves, (struct storm){ 0 });
    rig_sleep(600);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), PRESSES);
    ck_assert_uint_eq(rig_count(rig, REPORT_PRINTED), PRESSES);
    for (unsigned job = 1; job <= PRESSES; job++) {
        ck_assert_uint_eq(slave_printed(rig->slaves, 1, (uint16_t)job), 1);
    }
    ck_assert_uint_eq(rig_count(rig, REPORT_KEYS_LOST), 0);
    rig_close(rig);
}
END_TEST

Suite *jobs_suite(void) {
    Suite *suite = suite_create("jobs");
    TCase *cases = tcase_create("jobs");
    tcase_set_timeout(cases, 40);
    tcase_add_test(cases, a_job_is_printed_once_and_told);
    tcase_add_test(cases, paper_out_is_told);
    tcase_add_test(cases, a_job_done_before_the_start_is_not_sent);
    tcase_add_test(cases, a_slip_is_printed_without_a_word);
    tcase_add_test(cases, a_reboot_with_the_job_unfinished_is_unsure_and_never_sent_again);
    tcase_add_test(cases, a_lost_line_leaves_the_job_unsure_until_done_tells);
    tcase_add_test(cases, lost_answers_print_nothing_twice);
    tcase_add_loop_test(cases, a_storm_loses_and_doubles_nothing, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
