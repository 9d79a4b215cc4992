/* A dispenser and the printer beside it, as the hall hears of them. */
#include "controller/pair.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/controller/suites.h"

static struct side dispenser, printer;
static struct device_report heard[PAIR_SAYS_MAX];

static void set_up(void) {
    dispenser = (struct side){ 0 };
    printer = (struct side){ 0 };
}

static unsigned hear(const struct device_report *said) {
    const struct pair pair = { "d1", "p1", &dispenser, &printer };
    return pair_hear(&pair, said, heard);
}

static unsigned dispenser_says(enum report_kind kind) {
    struct device_report said = { .kind = kind,
                                  .device = "d1",
                                  .bus = "floor",
                                  .role = ROLE_DISPENSER,
                                  .part = ROLE_DISPENSER,
                                  .serial = 99,
                                  .boots = 5,
                                  .done_job = 17,
                                  .job = 17,
                                  .rebooted = true };
    return hear(&said);
}

static struct device_report printer_report(enum report_kind kind, const char *what) {
    struct device_report said = { .kind = kind,
                                  .device = "p1",
                                  .bus = "paper",
                                  .role = ROLE_PRINTER,
                                  .part = ROLE_PRINTER,
                                  .serial = 4711,
                                  .boots = 1,
                                  .job = 3 };
    snprintf(said.what, sizeof said.what, "%s", what);
    return said;
}

static unsigned printer_says(enum report_kind kind, const char *what) {
    struct device_report said = printer_report(kind, what);
    said.is_out = strcmp(what, "paper out") == 0;
    return hear(&said);
}

static unsigned printer_lives(uint16_t boots) {
    struct device_report said = printer_report(REPORT_ONLINE, "");
    said.boots = boots;
    said.rebooted = boots > 1;
    return hear(&said);
}

static void check_dispenser(unsigned place, enum report_kind kind, const char *what) {
    ck_assert_int_eq(heard[place].kind, kind);
    ck_assert_str_eq(heard[place].device, "d1");
    ck_assert_int_eq(heard[place].role, ROLE_DISPENSER);
    ck_assert_str_eq(heard[place].what, what);
}

START_TEST(both_make_one_that_is_online) {
    ck_assert_uint_eq(dispenser_says(REPORT_ONLINE), 0);
    ck_assert_uint_eq(printer_lives(1), 2);
    ck_assert_str_eq(heard[0].device, "p1");
    check_dispenser(1, REPORT_ONLINE, "");
    ck_assert_str_eq(heard[1].bus, "floor");
    ck_assert_uint_eq(heard[1].serial, 4711);
    ck_assert_uint_eq(heard[1].boots, 1);
    ck_assert_uint_eq(heard[1].done_job, 0);
    ck_assert(!heard[1].rebooted);
    /* The dispenser's own power-up loses no paper. */
    ck_assert_uint_eq(dispenser_says(REPORT_ONLINE), 1);
    check_dispenser(0, REPORT_ONLINE, "");
    ck_assert_uint_eq(heard[0].boots, 1);
}
END_TEST

START_TEST(it_is_away_while_its_printer_is) {
    dispenser_says(REPORT_ONLINE);
    ck_assert_uint_eq(printer_says(REPORT_OFFLINE, "no answer 8 of 8"), 2);
    check_dispenser(1, REPORT_OFFLINE, "p1: no answer 8 of 8");
    ck_assert_uint_eq(printer_lives(1), 2);
    check_dispenser(1, REPORT_ONLINE, "");
    ck_assert_uint_eq(printer_says(REPORT_FAULTED, "paper low"), 1);
    ck_assert_uint_eq(printer_says(REPORT_FAULTED, "paper out"), 2);
    check_dispenser(1, REPORT_OFFLINE, "p1: paper out");
    ck_assert_uint_eq(printer_says(REPORT_OFFLINE, "the line is lost"), 1);
    ck_assert_uint_eq(printer_lives(2), 1); /* still without paper */
    ck_assert_uint_eq(printer_says(REPORT_RECOVERED, ""), 2);
    check_dispenser(1, REPORT_ONLINE, "");
    ck_assert_uint_eq(heard[1].boots, 2);
    ck_assert(heard[1].rebooted);
}
END_TEST

START_TEST(nothing_is_said_of_a_dispenser_that_is_away_itself) {
    printer_lives(1);
    dispenser_says(REPORT_ONLINE);
    ck_assert_uint_eq(dispenser_says(REPORT_OFFLINE), 1);
    check_dispenser(0, REPORT_OFFLINE, "");
    ck_assert_uint_eq(printer_says(REPORT_OFFLINE, "x"), 1);
    ck_assert_uint_eq(dispenser_says(REPORT_ONLINE), 0);
    ck_assert_uint_eq(dispenser_says(REPORT_OFFLINE), 1);
    ck_assert_uint_eq(printer_lives(2), 1);
    ck_assert_uint_eq(dispenser_says(REPORT_ONLINE), 1);
    ck_assert_uint_eq(heard[0].boots, 2);
}
END_TEST

/* A job of before the program's start may have been printed: only who was asked for it since can say that it was not. */
START_TEST(a_later_life_that_the_hall_never_heard_of_is_no_reboot) {
    printer_lives(1);
    printer_says(REPORT_OFFLINE, "x");
    printer_lives(2);
    ck_assert_uint_eq(dispenser_says(REPORT_ONLINE), 1);
    ck_assert(!heard[0].rebooted);
    ck_assert_uint_eq(printer_lives(3), 2);
    ck_assert(heard[1].rebooted);
    /* The bus opened anew: another driver, that knows nothing. */
    struct device_report said = printer_report(REPORT_ONLINE, "");
    said.serial = 4712;
    said.boots = 2;
    said.rebooted = true;
    ck_assert_uint_eq(hear(&said), 2);
    ck_assert(!heard[1].rebooted);
}
END_TEST

START_TEST(a_jobs_end_is_the_dispensers) {
    static const enum report_kind KINDS[] = { REPORT_PRINTED, REPORT_NOT_PRINTED, REPORT_UNSURE,
                                              REPORT_SLIP_OVER };
    dispenser_says(REPORT_ONLINE);
    printer_lives(1);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        ck_assert_uint_eq(printer_says(KINDS[i], "why"), 1);
        check_dispenser(0, KINDS[i], "why");
        ck_assert_uint_eq(heard[0].job, 3);
        /* What the dispenser says of its own printing part is none of ours. */
        ck_assert_uint_eq(dispenser_says(KINDS[i]), 0);
    }
    ck_assert_uint_eq(dispenser_says(REPORT_KEY), 1);
    ck_assert_uint_eq(dispenser_says(REPORT_FAULTED), 1);
}
END_TEST

/* A line that was never there opens no driver, so nobody says that the printer is offline. */
START_TEST(a_line_that_is_down_is_a_printer_that_is_away) {
    struct device_report said = { .kind = REPORT_BUS_DOWN, .bus = "paper", .what = "no such file" };
    dispenser_says(REPORT_ONLINE);
    ck_assert_uint_eq(hear(&said), 2);
    ck_assert_int_eq(heard[0].kind, REPORT_BUS_DOWN);
    check_dispenser(1, REPORT_OFFLINE, "p1: no such file");
    ck_assert_uint_eq(hear(&said), 1);
    printer_lives(1);
    ck_assert_uint_eq(hear(&said), 1); /* its driver says it */
}
END_TEST

Suite *pair_suite(void) {
    Suite *suite = suite_create("pair");
    TCase *tests = tcase_create("pair");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, both_make_one_that_is_online);
    tcase_add_test(tests, it_is_away_while_its_printer_is);
    tcase_add_test(tests, nothing_is_said_of_a_dispenser_that_is_away_itself);
    tcase_add_test(tests, a_later_life_that_the_hall_never_heard_of_is_no_reboot);
    tcase_add_test(tests, a_jobs_end_is_the_dispensers);
    tcase_add_test(tests, a_line_that_is_down_is_a_printer_that_is_away);
    suite_add_tcase(suite, tests);
    return suite;
}
