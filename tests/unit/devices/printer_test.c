/* A printer without a wire: the test gives time and answers, and sees what is done and reported. */
#include <stdlib.h>
#include <string.h>

#include "devices/printer.h"
#include "devices/schedule.h"
#include "tests/unit/devices/suites.h"

enum { DESK_REPORTS = 64, STEP_US = 5000, SECOND_US = 1000000, SERIAL = 0x1234 };

struct desk {
    struct printer printer;
    struct device_config config;
    struct bus_callbacks callbacks;
    int64_t now_us;
    bool is_off;    /* answers nothing */
    bool has_turns; /* answers GS r */
    bool is_stuck;  /* takes bytes and prints nothing */
    uint8_t answers[ESCPOS_QUESTIONS];
    int64_t turn_us; /* when GS r is answered, 0 none is owed */
    unsigned asked, jobs;
    unsigned report_count;
    struct device_report reports[DESK_REPORTS];
};

static void desk_report(void *context, const struct device_report *report) {
    struct desk *desk = context;
    ck_assert_uint_lt(desk->report_count, DESK_REPORTS);
    desk->reports[desk->report_count++] = *report;
}

static void desk_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static void desk_set(struct desk *desk, uint8_t printer, uint8_t offline, uint8_t paper) {
    const uint8_t answers[] = { printer, offline, 0x12, paper };
    memcpy(desk->answers, answers, sizeof answers);
}

static void desk_be_well(struct desk *desk) {
    desk_set(desk, 0x12, 0x12, 0x12);
}

static void desk_be_out(struct desk *desk) {
    desk_set(desk, 0x1A, 0x32, 0x72);
}

static struct desk *desk_open(void) {
    struct desk *desk = calloc(1, sizeof *desk);
    memcpy(desk->config.id, "printer-1", sizeof "printer-1");
    desk->config.role = ROLE_PRINTER;
    desk->callbacks = (struct bus_callbacks){ desk_report, desk_log, desk };
    printer_init(&desk->printer, &desk->config, SERIAL);
    desk->printer.bus_id = "paper";
    desk->printer.callbacks = &desk->callbacks;
    desk->now_us = 1000 * (int64_t)SECOND_US;
    desk->has_turns = true;
    desk_be_well(desk);
    printer_rise(&desk->printer, desk->now_us);
    return desk;
}

static void desk_listen(struct desk *desk) {
    struct printer *printer = &desk->printer;
    bool is_clear = desk->answers[1] == 0x12 && !desk->is_stuck && !desk->is_off;
    if (printer->phase == PRINTER_TRYING) {
        printer_end_try(printer, desk->has_turns && !desk->is_off, desk->now_us);
    } else if (desk->turn_us != 0 && desk->now_us >= desk->turn_us && is_clear) {
        desk->turn_us = 0;
        printer_take_turn(printer, desk->now_us);
    }
}

static void desk_do(struct desk *desk) {
    struct printer *printer = &desk->printer;
    int64_t until_us;
    enum printer_deed deed = printer_next(printer, desk->now_us, &until_us);
    if (deed == DEED_ASK) {
        desk->asked++;
    }
    if (deed == DEED_ASK && desk->is_off) {
        printer_miss(printer, desk->now_us);
    } else if (deed == DEED_ASK) {
        printer_take_answer(printer, desk->answers[printer->about - 1], desk->now_us);
    } else if (deed == DEED_SEND) {
        desk->jobs += printer->sent == 0;
        size_t left = printer->length - printer->sent;
        size_t piece = left < 96 ? left : 96;
        printer_note_sent(printer, piece, desk->now_us + 100000);
        desk->turn_us = desk->has_turns ? desk->now_us + 300000 : 0;
    }
    desk_listen(desk);
    desk->now_us += STEP_US;
}

static void desk_run(struct desk *desk, int64_t ms) {
    for (int64_t end_us = desk->now_us + ms * 1000; desk->now_us < end_us;) {
        desk_do(desk);
    }
}

static unsigned desk_count(const struct desk *desk, enum report_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < desk->report_count; i++) {
        count += desk->reports[i].kind == kind;
    }
    return count;
}

static const struct device_report *desk_last(const struct desk *desk, enum report_kind kind) {
    const struct device_report *found = NULL;
    for (unsigned i = 0; i < desk->report_count; i++) {
        found = desk->reports[i].kind == kind ? &desk->reports[i] : found;
    }
    ck_assert_ptr_nonnull(found);
    return found;
}

static void desk_want(struct desk *desk, uint16_t number, uint16_t boots) {
    struct print_job job = {
        .job = number, .is_bound = boots != 0, .serial = SERIAL, .boots = boots
    };
    memcpy(job.text, "A012\n", sizeof "A012\n");
    printer_want(&desk->printer, &job);
}

START_TEST(it_is_online_when_two_rounds_agree) {
    struct desk *desk = desk_open();
    desk_do(desk);
    desk_do(desk);
    desk_do(desk);
    desk_do(desk);
    ck_assert_uint_eq(desk->report_count, 0);
    desk_run(desk, 100);
    const struct device_report *report = desk_last(desk, REPORT_ONLINE);
    ck_assert_uint_eq(report->serial, SERIAL);
    ck_assert_uint_eq(report->boots, 1);
    ck_assert_uint_eq(report->role, ROLE_PRINTER);
    ck_assert(!report->rebooted);
    desk_run(desk, 5000);
    ck_assert_uint_eq(desk->report_count, 1);
    free(desk);
}
END_TEST

START_TEST(a_job_is_printed_once) {
    struct desk *desk = desk_open();
    desk_want(desk, 7, 1);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 1);
    ck_assert_uint_eq(desk_last(desk, REPORT_PRINTED)->job, 7);
    ck_assert_uint_eq(desk_last(desk, REPORT_PRINTED)->done_job, 7);
    ck_assert_uint_eq(desk->jobs, 1);
    /* The hall may not have heard: it is told again, and nothing is printed again. */
    desk_run(desk, 6000);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 2);
    ck_assert_uint_eq(desk->jobs, 1);
    desk_want(desk, 8, 1);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk->jobs, 2);
    ck_assert_uint_eq(desk_last(desk, REPORT_PRINTED)->job, 8);
    free(desk);
}
END_TEST

START_TEST(a_job_of_another_life_is_not_begun) {
    struct desk *desk = desk_open();
    desk_want(desk, 7, 3);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk->jobs, 0);
    desk->printer.wanted.boots = 1;
    desk->printer.wanted.serial = SERIAL + 1;
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk->jobs, 0);
    desk_want(desk, 7, 1);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk->jobs, 1);
    free(desk);
}
END_TEST

START_TEST(a_slip_ends_without_a_word_about_tickets) {
    struct desk *desk = desk_open();
    desk_want(desk, 60001, 0);
    desk->printer.wanted.is_slip = true;
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk->jobs, 1);
    ck_assert_uint_eq(desk_last(desk, REPORT_SLIP_OVER)->job, 60001);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 0);
    free(desk);
}
END_TEST

START_TEST(without_paper_nothing_is_begun) {
    struct desk *desk = desk_open();
    desk_be_out(desk);
    desk_run(desk, 1000);
    ck_assert_str_eq(desk_last(desk, REPORT_FAULTED)->what, "paper out");
    ck_assert(desk_last(desk, REPORT_FAULTED)->is_out);
    desk_want(desk, 7, 1);
    desk_run(desk, 1000);
    ck_assert_uint_eq(desk->jobs, 0);
    ck_assert_uint_eq(desk_count(desk, REPORT_NOT_PRINTED), 1);
    ck_assert_str_eq(desk_last(desk, REPORT_NOT_PRINTED)->what, "paper out");
    desk_be_well(desk);
    desk_run(desk, 1500);
    ck_assert_uint_eq(desk_count(desk, REPORT_RECOVERED), 1);
    ck_assert_uint_eq(desk->jobs, 0); /* said to be not printed: so it never is */
    desk_want(desk, 8, 1);
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk->jobs, 1);
    free(desk);
}
END_TEST

START_TEST(paper_that_is_low_prints) {
    struct desk *desk = desk_open();
    desk_set(desk, 0x12, 0x12, 0x1E);
    desk_want(desk, 7, 1);
    desk_run(desk, 3000);
    ck_assert_str_eq(desk_last(desk, REPORT_FAULTED)->what, "paper low");
    ck_assert(!desk_last(desk, REPORT_FAULTED)->is_out);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 1);
    free(desk);
}
END_TEST

START_TEST(paper_that_ends_in_a_job_is_unsure_until_it_goes_on) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    desk->is_stuck = true;
    desk_want(desk, 7, 1);
    desk_run(desk, 1000);
    ck_assert_uint_eq(desk->jobs, 1);
    desk_be_out(desk);
    desk_run(desk, 60000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 1);
    ck_assert(!desk_last(desk, REPORT_UNSURE)->rebooted);
    desk_be_well(desk);
    desk->is_stuck = false;
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 1);
    ck_assert_uint_eq(desk->jobs, 1);
    ck_assert_uint_eq(desk_count(desk, REPORT_ONLINE), 1);
    free(desk);
}
END_TEST

START_TEST(a_ticket_behind_a_slip_that_hangs_is_not_begun) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    desk->is_stuck = true;
    desk_want(desk, 60001, 0);
    desk->printer.wanted.is_slip = true;
    desk_run(desk, 1000);
    desk_want(desk, 7, 1);
    desk_be_out(desk);
    desk_run(desk, 10000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 0);
    ck_assert_uint_eq(desk_last(desk, REPORT_NOT_PRINTED)->job, 7);
    ck_assert_str_eq(desk_last(desk, REPORT_NOT_PRINTED)->what, "paper out");
    ck_assert_uint_eq(desk_count(desk, REPORT_SLIP_OVER), 0);
    desk_want(desk, 0, 0);
    desk_be_well(desk);
    desk->is_stuck = false;
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_last(desk, REPORT_SLIP_OVER)->job, 60001);
    ck_assert_uint_eq(desk->jobs, 1);
    free(desk);
}
END_TEST

START_TEST(a_job_that_never_ends_ends_its_life) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    desk->is_stuck = true;
    desk_want(desk, 7, 1);
    desk_run(desk, 19000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 0);
    desk_run(desk, 4000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 1);
    ck_assert(desk_last(desk, REPORT_UNSURE)->rebooted);
    ck_assert_uint_eq(desk_last(desk, REPORT_UNSURE)->boots, 1);
    ck_assert_uint_eq(desk_count(desk, REPORT_ONLINE), 2);
    ck_assert_uint_eq(desk_last(desk, REPORT_ONLINE)->boots, 2);
    ck_assert(desk_last(desk, REPORT_ONLINE)->rebooted);
    /* Not even when the hall asks for it in the new life. */
    desk->is_stuck = false;
    desk_want(desk, 7, 2);
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk->jobs, 1);
    free(desk);
}
END_TEST

START_TEST(power_off_in_a_job_is_unsure) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    desk->is_stuck = true;
    desk_want(desk, 7, 1);
    desk_run(desk, 500);
    desk->is_off = true;
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 1);
    ck_assert(desk_last(desk, REPORT_UNSURE)->rebooted);
    ck_assert_str_eq(desk_last(desk, REPORT_OFFLINE)->what, "no answer 8 of 8");
    desk->is_off = desk->is_stuck = false;
    desk->turn_us = 0;
    desk_run(desk, 8000);
    ck_assert_uint_eq(desk_last(desk, REPORT_ONLINE)->boots, 2);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 0);
    ck_assert_uint_eq(desk->jobs, 1);
    desk_want(desk, 8, 2);
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_last(desk, REPORT_PRINTED)->job, 8);
    free(desk);
}
END_TEST

START_TEST(a_job_not_begun_when_the_power_went_is_printed_later) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    desk->is_off = true;
    desk_run(desk, 1000);
    desk_want(desk, 7, 1);
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_count(desk, REPORT_UNSURE), 0);
    desk->is_off = false;
    desk_run(desk, 8000);
    ck_assert_uint_eq(desk->jobs, 0); /* its life is over: the hall asks anew */
    desk_want(desk, 7, 2);
    desk_run(desk, 2000);
    ck_assert_uint_eq(desk_last(desk, REPORT_PRINTED)->job, 7);
    free(desk);
}
END_TEST

START_TEST(one_that_says_no_turn_is_waited_for) {
    struct desk *desk = desk_open();
    desk->has_turns = false;
    desk_want(desk, 7, 1);
    desk_run(desk, 2500);
    ck_assert_uint_eq(desk->jobs, 1);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 0);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk_count(desk, REPORT_PRINTED), 1);
    /* Out of paper in the middle: nobody will ever say whether it came. */
    desk_want(desk, 8, 1);
    desk_run(desk, 1000);
    desk_be_out(desk);
    desk_run(desk, 1000);
    ck_assert(desk_last(desk, REPORT_UNSURE)->rebooted);
    ck_assert_uint_eq(desk_last(desk, REPORT_ONLINE)->boots, 2);
    free(desk);
}
END_TEST

START_TEST(one_round_alone_changes_nothing) {
    struct desk *desk = desk_open();
    desk_run(desk, 1000);
    while (desk->printer.about != ESCPOS_QUESTIONS) {
        desk_do(desk);
    }
    printer_take_answer(&desk->printer, 0x72, desk->now_us);
    desk_run(desk, 3000);
    ck_assert_uint_eq(desk_count(desk, REPORT_FAULTED), 0);
    free(desk);
}
END_TEST

START_TEST(an_absent_one_is_asked_ever_less_often) {
    struct desk *desk = desk_open();
    desk->is_off = true;
    desk_run(desk, 10000);
    ck_assert_uint_eq(desk_count(desk, REPORT_OFFLINE), 1);
    desk->asked = 0;
    desk_run(desk, 60000);
    ck_assert_uint_ge(desk->asked, 11);
    ck_assert_uint_le(desk->asked, 14);
    ck_assert_uint_eq(desk->report_count, 1);
    free(desk);
}
END_TEST

Suite *printer_suite(void) {
    Suite *suite = suite_create("printer");
    TCase *tcase = tcase_create("printer");
    tcase_add_test(tcase, it_is_online_when_two_rounds_agree);
    tcase_add_test(tcase, a_job_is_printed_once);
    tcase_add_test(tcase, a_job_of_another_life_is_not_begun);
    tcase_add_test(tcase, a_slip_ends_without_a_word_about_tickets);
    tcase_add_test(tcase, without_paper_nothing_is_begun);
    tcase_add_test(tcase, paper_that_is_low_prints);
    tcase_add_test(tcase, paper_that_ends_in_a_job_is_unsure_until_it_goes_on);
    tcase_add_test(tcase, a_ticket_behind_a_slip_that_hangs_is_not_begun);
    tcase_add_test(tcase, a_job_that_never_ends_ends_its_life);
    tcase_add_test(tcase, power_off_in_a_job_is_unsure);
    tcase_add_test(tcase, a_job_not_begun_when_the_power_went_is_printed_later);
    tcase_add_test(tcase, one_that_says_no_turn_is_waited_for);
    tcase_add_test(tcase, one_round_alone_changes_nothing);
    tcase_add_test(tcase, an_absent_one_is_asked_ever_less_often);
    suite_add_tcase(suite, tcase);
    return suite;
}
