/* Which reports are kept while nothing can be written, and which give way. */
#include "controller/retries.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/controller/suites.h"

static struct retries retries;

static void set_up(void) {
    memset(&retries, 0, sizeof retries);
}

static void keep(enum report_kind kind, const char *device) {
    struct device_report report = { .kind = kind };
    snprintf(report.device, sizeof report.device, "%s", device);
    retries_keep(&retries, &report);
}

static unsigned count(enum report_kind kind, const char *device) {
    unsigned found = 0;
    for (unsigned i = 0; i < retries.count; i++) {
        found += retries.reports[i].kind == kind && strcmp(retries.reports[i].device, device) == 0;
    }
    return found;
}

START_TEST(what_was_said_stays_in_order) {
    keep(REPORT_OFFLINE, "board-1");
    keep(REPORT_ONLINE, "board-1");
    keep(REPORT_PRINTED, "dispenser-1");
    ck_assert_uint_eq(retries.count, 3);
    retries_remove(&retries, 0);
    ck_assert_int_eq(retries.reports[0].kind, REPORT_ONLINE);
    ck_assert_int_eq(retries.reports[1].kind, REPORT_PRINTED);
}
END_TEST

/* One device with a loose plug; the others said once that they are gone. */
START_TEST(a_noisy_device_pushes_nobody_out) {
    keep(REPORT_OFFLINE, "keypad-1");
    keep(REPORT_FAULTED, "board-1");
    for (unsigned i = 0; i < 1000; i++) {
        keep(i % 2 == 0 ? REPORT_OFFLINE : REPORT_ONLINE, "board-1");
    }
    ck_assert_uint_eq(retries.count, RETRIES_MAX);
    ck_assert_uint_eq(count(REPORT_OFFLINE, "keypad-1"), 1);
    ck_assert_uint_eq(count(REPORT_FAULTED, "board-1"), 1);
    ck_assert_int_eq(retries.reports[RETRIES_MAX - 1].kind, REPORT_ONLINE);
    ck_assert_uint_eq(retries.dropped, 0);
}
END_TEST

START_TEST(a_printer_is_heard_before_all_others) {
    char device[NAME_SIZE];
    for (unsigned i = 0; i < RETRIES_MAX; i++) {
        keep(REPORT_PRINTED, "dispenser-1");
    }
    keep(REPORT_OFFLINE, "keypad-1");
    ck_assert_uint_eq(count(REPORT_OFFLINE, "keypad-1"), 0);
    ck_assert_uint_eq(count(REPORT_PRINTED, "dispenser-1"), RETRIES_MAX);
    ck_assert_uint_eq(retries.dropped, 1);
    set_up();
    for (unsigned i = 0; i < RETRIES_MAX; i++) {
        snprintf(device, sizeof device, "board-%u", i);
        keep(REPORT_OFFLINE, device);
    }
    keep(REPORT_UNSURE, "dispenser-1");
    ck_assert_uint_eq(count(REPORT_UNSURE, "dispenser-1"), 1);
    ck_assert_uint_eq(count(REPORT_OFFLINE, "board-0"), 0);
}
END_TEST

Suite *retries_suite(void) {
    Suite *suite = suite_create("retries");
    TCase *tests = tcase_create("retries");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, what_was_said_stays_in_order);
    tcase_add_test(tests, a_noisy_device_pushes_nobody_out);
    tcase_add_test(tests, a_printer_is_heard_before_all_others);
    suite_add_tcase(suite, tests);
    return suite;
}
