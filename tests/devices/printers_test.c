/* The driver of ESC/POS printers on a real pseudo-terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/devices/paper.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

/* RESET: what a printer is put in order with when a life begins, its own cut and GS r among it. */
enum { TEXT_MAX = 65536, RESET = 140 + 2 + 4 + 3 + 3 };

static struct paper *paper;

static struct rig *printer_open(void) {
    struct rig *rig = rig_open();
    paper = paper_open();
    rig->config.protocol = PROTOCOL_ESCPOS;
    snprintf(rig->config.line.port, sizeof rig->config.line.port, "%s", paper_path(paper));
    rig_add(rig, "printer-1", ROLE_PRINTER, 1);
    return rig;
}

static void printer_close(struct rig *rig) {
    rig_close(rig);
    paper_close(paper);
}

static void job_show(struct rig *rig, uint16_t number) {
    struct print_job *job = &rig->images[0].dispenser.job;
    job->job = number;
    snprintf(job->text, sizeof job->text,
             "福田区行政服务大厅\n\x1D"
             "A%03u\n前面 3 人",
             number);
    snprintf(job->qr, sizeof job->qr, "https://hall.example/t/%u", number);
    rig_show(rig, 0);
}

static bool await_heard(size_t bytes) {
    for (unsigned waited = 0; waited < 5000 && paper_heard(paper) < bytes; waited += 2) {
        rig_sleep(2);
    }
    return paper_heard(paper) >= bytes;
}

/* With HALLQ_GOLDEN=write the file is made anew; read it against 10-frames.md before it is kept. */
START_TEST(a_ticket_is_the_bytes_of_the_transcript) {
    static const char path[] = "tests/devices/transcripts/printer.txt";
    static char said[TEXT_MAX], kept[TEXT_MAX];
    struct rig *rig = printer_open();
    struct device_report report;
    rig_start(rig);
    job_show(rig, 12);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 12);
    ck_assert_uint_eq(report.role, ROLE_PRINTER);
    ck_assert_uint_eq(paper_cuts(paper), 2);
    struct device_stats stats = rig_stats(rig, 0);
    ck_assert(stats.is_online && !stats.is_faulted);
    ck_assert_uint_eq(stats.images, 1);
    ck_assert_uint_eq(stats.serial, 0);
    paper_transcript(paper, said, sizeof said);
    printer_close(rig);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    const char *mode = getenv("HALLQ_GOLDEN") != NULL ? "w+" : "r";
    FILE *file = fopen(path, mode);
    ck_assert_ptr_nonnull(file);
    if (mode[0] == 'w') {
        fputs(said, file);
        rewind(file);
    }
    kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(said, kept);
}
END_TEST

START_TEST(paper_out_before_and_during) {
    struct rig *rig = printer_open();
    struct device_report report;
    paper_answer(paper, 0x1A, 0x32, 0x12, 0x72);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_FAULTED, 1, &report));
    ck_assert_str_eq(report.what, "paper out");
    ck_assert(report.is_out);
    job_show(rig, 1);
    ck_assert(rig_await(rig, REPORT_NOT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 1);
    ck_assert_uint_eq(paper_heard(paper), 0);
    paper_answer(paper, 0x12, 0x12, 0x12, 0x12);
    ck_assert(rig_await(rig, REPORT_RECOVERED, 1, NULL));
    rig->images[0].dispenser.job.job = 0;
    rig_show(rig, 0);
    ck_assert(await_heard(RESET));
    paper_hold(paper, true);
    job_show(rig, 2);
    ck_assert(await_heard(RESET + 100));
    paper_answer(paper, 0x1A, 0x32, 0x12, 0x72);
    ck_assert(rig_await(rig, REPORT_UNSURE, 1, &report));
    ck_assert(!report.rebooted);
    ck_assert_uint_eq(report.job, 2);
    paper_hold(paper, false);
    paper_answer(paper, 0x12, 0x12, 0x12, 0x12);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 2);
    ck_assert_uint_eq(paper_cuts(paper), 2);
    printer_close(rig);
}
END_TEST

START_TEST(power_off_in_the_middle_is_never_printed_again) {
    struct rig *rig = printer_open();
    struct device_report report;
    rig->config.line.baud = 4800; /* the ticket takes a third of a second */
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, &report));
    uint16_t life = report.boots;
    uint32_t serial = report.serial;
    job_show(rig, 3);
    ck_assert(await_heard(RESET + 20));
    paper_set_power(paper, false);
    ck_assert(rig_await(rig, REPORT_UNSURE, 1, &report));
    ck_assert(report.rebooted);
    ck_assert_uint_eq(report.job, 3);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    paper_set_power(paper, true);
    size_t heard = paper_heard(paper);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, &report));
    ck_assert(report.rebooted);
    ck_assert_uint_ne(report.boots, life);
    ck_assert_uint_eq(report.serial, serial);
    ck_assert(await_heard(heard + RESET));
    job_show(rig, 4);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, &report));
    ck_assert_uint_eq(report.job, 4);
    ck_assert_uint_eq(paper_cuts(paper), 3);
    printer_close(rig);
}
END_TEST

START_TEST(a_line_pulled_and_back) {
    struct rig *rig = printer_open();
    struct device_report report;
    rig_start(rig);
    job_show(rig, 4);
    ck_assert(rig_await(rig, REPORT_PRINTED, 1, NULL));
    paper_unplug(paper);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_str_eq(report.what, "the line is lost");
    ck_assert_uint_eq(rig_count(rig, REPORT_UNSURE), 0);
    paper_replug(paper);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    job_show(rig, 5);
    ck_assert(rig_await(rig, REPORT_PRINTED, 2, &report));
    ck_assert_uint_eq(report.job, 5);
    ck_assert_uint_eq(paper_cuts(paper), 4);
    printer_close(rig);
}
END_TEST

/* What the line is said to be, in words that begin so; "" well. */
static void await_ill(struct rig *rig, const char *ill) {
    struct bus_stats stats = { 0 };
    for (unsigned i = 0; i < 1000; i++) {
        bus_read_stats(rig->bus, &stats);
        bool is_it = strncmp(stats.what, ill, strlen(ill)) == 0;
        if (ill[0] == '\0' ? !stats.is_ill && stats.what[0] == '\0' : stats.is_ill && is_it) {
            return;
        }
        rig_sleep(10);
    }
    ck_abort_msg("the line is said to be \"%s\", expected \"%s\"", stats.what, ill);
}

START_TEST(a_line_on_which_nothing_answers_is_named) {
    struct rig *rig = printer_open();
    paper_set_power(paper, false);
    rig_start(rig);
    await_ill(rig, "nothing answers: wires A and B swapped, line not connected, ");
    ck_assert_uint_eq(rig_count(rig, REPORT_OFFLINE), 1);
    paper_set_power(paper, true);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    await_ill(rig, "");
    paper_set_power(paper, false);
    await_ill(rig, "nothing answers any more: ");
    printer_close(rig);
}
END_TEST

/* A sixteenth of all bytes look like an answer, half of them like the end of a job. */
START_TEST(garbage_is_no_answer) {
    struct rig *rig = printer_open();
    struct device_report report;
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    ck_assert(await_heard(RESET));
    paper_hold(paper, true);
    job_show(rig, 6);
    ck_assert(await_heard(RESET + 100));
    paper_babble(paper, 12);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_uint_eq(rig_count(rig, REPORT_FAULTED), 0);
    ck_assert_uint_eq(rig_count(rig, REPORT_PRINTED), 0);
    ck_assert(rig_await(rig, REPORT_UNSURE, 1, &report));
    ck_assert_uint_ge(rig_stats(rig, 0).misfits, 8);
    await_ill(rig, "answers come but can't be read: ");
    paper_babble(paper, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    await_ill(rig, "");
    printer_close(rig);
}
END_TEST

Suite *printers_suite(void) {
    Suite *suite = suite_create("printers");
    TCase *cases = tcase_create("printers");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_ticket_is_the_bytes_of_the_transcript);
    tcase_add_test(cases, paper_out_before_and_during);
    tcase_add_test(cases, power_off_in_the_middle_is_never_printed_again);
    tcase_add_test(cases, a_line_pulled_and_back);
    tcase_add_test(cases, a_line_on_which_nothing_answers_is_named);
    tcase_add_test(cases, garbage_is_no_answer);
    suite_add_tcase(suite, cases);
    return suite;
}
