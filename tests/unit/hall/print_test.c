/* What a dispenser is given to print: one job at a time, in the order of issue, each as often as is safe. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

static void unsure(struct lab *lab, uint16_t job, bool rebooted) {
    struct device_report report = { .kind = REPORT_UNSURE,
                                    .bus = "floor",
                                    .device = "dispenser-1",
                                    .role = ROLE_DISPENSER,
                                    .part = ROLE_DISPENSER,
                                    .job = job,
                                    .rebooted = rebooted };
    struct input input = { .kind = INPUT_REPORT, .now_ms = lab->now_ms, .report = &report };
    lab_take(lab, &input);
    ck_said(lab, "ticket.unsure");
}

static void ck_printing(struct lab *lab, unsigned first_job) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->printing_count, 1);
    ck_assert_uint_eq(lab->snapshot->printing[0].job, first_job);
}

START_TEST(silence_leaves_a_job_to_be_written_again) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_print(lab, "social");
    lab_print(lab, "social");
    unsure(lab, 1, false);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_UNSURE)->reason, "");
    ck_printing(lab, 1); /* before the newer one */
    unsure(lab, 2, false);
    ck_printing(lab, 1);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.restored");
    ck_printing(lab, 2);
    lab_close(lab);
}
END_TEST

START_TEST(a_reboot_leaves_nothing_to_be_written_again) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_print(lab, "social");
    lab_print(lab, "social");
    unsure(lab, 1, true);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_UNSURE)->reason, "rebooted");
    ck_printing(lab, 2);
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(lab_call(lab, 1, "A001"), REASON_NONE); /* it may be on paper */
    lab_close(lab);
}
END_TEST

static void online(struct lab *lab, uint32_t serial, uint16_t boots, uint16_t done, bool was_seen) {
    struct device_report report = { .kind = REPORT_ONLINE,
                                    .bus = "floor",
                                    .device = "dispenser-1",
                                    .role = ROLE_DISPENSER,
                                    .part = ROLE_DISPENSER,
                                    .serial = serial,
                                    .boots = boots,
                                    .done_job = done,
                                    .rebooted = was_seen };
    struct input input = { .kind = INPUT_REPORT, .now_ms = lab->now_ms, .report = &report };
    lab_take(lab, &input);
}

/* What the program has to print after a start, by the life in which the dispenser is found. */
static const struct {
    uint32_t serial;
    uint16_t boots, done;
    bool was_seen; /* the program ran and will say itself what it had sent */
    const char *said;
    unsigned job;
} lives[] = {
    { 7, 1, 0, false, "device.online", 1 },
    { 7, 2, 0, false, "device.online ticket.unsure", 2 },
    { 8, 1, 0, false, "device.online ticket.unsure", 2 },
    { 8, 1, 1, false, "device.online ticket.unsure", 2 }, /* another's paper */
    { 7, 2, 1, false, "device.online", 1 },               /* it remembers: printed is told next */
    { 7, 2, 0, true, "device.online", 1 },
};

START_TEST(a_reboot_that_nobody_saw_leaves_the_job_at_hand_unsure) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 0, false);
    lab_print(lab, "social");
    lab_print(lab, "social");
    online(lab, lives[_i].serial, lives[_i].boots, lives[_i].done, lives[_i].was_seen);
    ck_said(lab, lives[_i].said);
    ck_printing(lab, lives[_i].job);
    ck_assert_uint_eq(lab->snapshot->printing[0].serial, lives[_i].serial);
    ck_assert_uint_eq(lab->snapshot->printing[0].boots, lives[_i].boots);
    if (lives[_i].job == 2) {
        ck_assert_str_eq(lab_last(lab, EVENT_TICKET_UNSURE)->reason, "rebooted");
    }
    lab_close(lab);
}
END_TEST

/* The job that silence had left unsure is the one that was sent; those behind it are printed. */
START_TEST(an_unsure_job_is_forgotten_and_the_next_is_printed) {
    struct lab *lab = lab_open();
    online(lab, 7, 1, 0, false);
    lab_print(lab, "social");
    lab_print(lab, "social");
    unsure(lab, 1, false);
    online(lab, 7, 2, 0, false);
    ck_said(lab, "device.online");
    ck_printing(lab, 2);
    lab_close(lab);
}
END_TEST

static void print_at(struct lab *lab, const char *dispenser) {
    struct command command = lab_command(COMMAND_TICKET_ISSUE, 0);
    command.by = (struct by){ .kind = BY_KEY };
    snprintf(command.by.id, sizeof command.by.id, "%s", dispenser);
    snprintf(command.print, sizeof command.print, "%s", dispenser);
    snprintf(command.service, sizeof command.service, "social");
    command.class = CLASS_NORMAL;
    command.channel = CHANNEL_DISPENSER;
    command.has |= COMMAND_HAS(ARG_SERVICE) | COMMAND_HAS(ARG_CLASS) | COMMAND_HAS(ARG_CHANNEL) |
                   COMMAND_HAS(ARG_PRINT);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
}

/* A hundred wait at one that has jammed; the first of another is printed all the same. */
START_TEST(a_stuck_dispenser_keeps_no_other_from_printing) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_report(lab, REPORT_ONLINE, "dispenser-2", ROLE_DISPENSER, 0, 0);
    for (unsigned i = 0; i < 100; i++) {
        lab_print(lab, "social");
    }
    print_at(lab, "dispenser-2");
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->printing_count, 2);
    ck_assert_str_eq(lab->snapshot->printing[0].dispenser, "dispenser-1");
    ck_assert_uint_eq(lab->snapshot->printing[0].job, 1);
    ck_assert_str_eq(lab->snapshot->printing[1].dispenser, "dispenser-2");
    ck_assert_uint_eq(lab->snapshot->printing[1].ticket.number, 101);
    lab_close(lab);
}
END_TEST

TCase *print_case(void) {
    TCase *tcase = tcase_create("print");
    tcase_add_test(tcase, silence_leaves_a_job_to_be_written_again);
    tcase_add_test(tcase, a_reboot_leaves_nothing_to_be_written_again);
    tcase_add_loop_test(tcase, a_reboot_that_nobody_saw_leaves_the_job_at_hand_unsure, 0,
                        sizeof lives / sizeof lives[0]);
    tcase_add_test(tcase, an_unsure_job_is_forgotten_and_the_next_is_printed);
    tcase_add_test(tcase, a_stuck_dispenser_keeps_no_other_from_printing);
    return tcase;
}
