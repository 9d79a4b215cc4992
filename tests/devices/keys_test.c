#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

START_TEST(a_device_comes_online_with_its_identity) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slave_set_input(rig->slaves, 11, 8, 0);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_BUS_UP, 1, &report));
    ck_assert_str_eq(report.bus, "floor");
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, &report));
    ck_assert_str_eq(report.device, "terminal-1");
    ck_assert_uint_eq(report.serial, 0x00AB000B);
    ck_assert_uint_eq(report.firmware, 0x0102);
    ck_assert_uint_eq(report.boots, 1);
    ck_assert_uint_eq(report.epoch, 1);
    ck_assert(!report.rebooted);
    rig_close(rig);
}
END_TEST

START_TEST(each_press_is_reported_once_in_order) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "dispenser-1", ROLE_DISPENSER, 1);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    for (unsigned i = 0; i < 20; i++) {
        slave_press(rig->slaves, 1, (uint16_t)(257 + i % 3), (uint16_t)(i % 2));
        rig_sleep(i % 4 == 0 ? 0 : 7);
    }
    ck_assert(rig_await(rig, REPORT_KEY, 20, NULL));
    rig_sleep(50);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 20);
    for (unsigned i = 0; i < 20; i++) {
        rig_await(rig, REPORT_KEY, i + 1, &report);
        ck_assert_uint_eq(report.code, 257 + i % 3);
        ck_assert_uint_eq(report.argument, i % 2);
        ck_assert_uint_eq(report.count, i + 1);
        ck_assert_int_eq(report.part, ROLE_DISPENSER);
    }
    rig_close(rig);
}
END_TEST

START_TEST(counts_wrap_at_65536) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slave_set_input(rig->slaves, 11, 7, 65534);
    slave_set_input(rig->slaves, 11, 8, 65534);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    for (unsigned i = 0; i < 4; i++) {
        slave_press(rig->slaves, 11, 1, (uint16_t)i);
    }
    ck_assert(rig_await(rig, REPORT_KEY, 4, &report));
    ck_assert_uint_eq(report.count, 2);
    ck_assert_uint_eq(report.argument, 3);
    ck_assert(report.is_last);
    rig_await(rig, REPORT_KEY, 1, &report);
    ck_assert_uint_eq(report.count, 65535);
    rig_close(rig);
}
END_TEST

/* The line is held by silence so that twelve presses fall between two readings. */
START_TEST(more_than_eight_missed_are_told_as_lost) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 11, FAULT_DEAF, 0, 3, 0);
    rig_sleep(20);
    for (unsigned i = 0; i < 12; i++) {
        slave_press(rig->slaves, 11, 1, (uint16_t)(100 + i));
    }
    ck_assert(rig_await(rig, REPORT_KEYS_LOST, 1, &report));
    ck_assert_uint_eq(report.lost, 4);
    ck_assert(rig_await(rig, REPORT_KEY, 8, &report));
    ck_assert_uint_eq(report.argument, 111);
    rig_await(rig, REPORT_KEY, 1, &report);
    ck_assert_uint_eq(report.argument, 104);
    ck_assert_uint_eq(report.count, 5);
    rig_close(rig);
}
END_TEST

START_TEST(of_several_presses_only_the_last_is_to_be_answered) {
    struct rig *rig = rig_open();
    struct device_report first, last;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 11, FAULT_DEAF, 0, 2, 0);
    rig_sleep(20);
    slave_press(rig->slaves, 11, 2, 0);
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 2, &last));
    rig_await(rig, REPORT_KEY, 1, &first);
    ck_assert(!first.is_last && last.is_last);
    rig_close(rig);
}
END_TEST

START_TEST(old_presses_are_past_but_a_terminals_is_answered_5) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_add(rig, "keypad-1", ROLE_KEYPAD, 31);
    for (unsigned i = 0; i < 3; i++) {
        slave_press(rig->slaves, 11, 1, 0);
    }
    slave_set_input(rig->slaves, 11, 8, 2);
    slave_press(rig->slaves, 31, 4, 77);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 261, 3));
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 260), 5);
    struct device_report report;
    ck_assert(rig_await(rig, REPORT_KEY, 1, &report));
    ck_assert_int_eq(report.part, ROLE_KEYPAD);
    ck_assert(report.is_old);
    ck_assert_uint_eq(report.argument, 77);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    rig_close(rig);
}
END_TEST

/* A unit's `done` tells of its board: what it answered last is read from its register. */
START_TEST(a_units_old_press_is_answered_5_unless_it_was_answered) {
    struct rig *rig = rig_open();
    rig_add(rig, "unit-1", ROLE_UNIT, 26);
    slave_press(rig->slaves, 26, 1, 0);
    slave_press(rig->slaves, 26, 256 + 5, 9);
    slave_set_holding(rig->slaves, 26, 261, (uint16_t)_i);
    slave_fault(rig->slaves, 26, FAULT_SILENT, 3, 1, 0);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig->images[0].terminal.waiting = 4;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 26, 258, 4));
    ck_assert_uint_eq(slave_holding(rig->slaves, 26, 260), _i == 0 ? 5 : 0);
    ck_assert_uint_eq(slave_holding(rig->slaves, 26, 261), 1);
    rig_close(rig);
}
END_TEST

START_TEST(nothing_unanswered_keeps_the_baseline) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slave_press(rig->slaves, 11, 1, 0);
    slave_set_input(rig->slaves, 11, 8, 1);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 261, 1));
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 260), 0);
    rig_close(rig);
}
END_TEST

START_TEST(a_reboot_starts_counts_anew_and_takes_fresh_presses) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    for (unsigned i = 0; i < 5; i++) {
        slave_press(rig->slaves, 11, 1, 0);
    }
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 11, FAULT_DEAF, 0, 2, 0);
    slave_reboot(rig->slaves, 11);
    slave_press(rig->slaves, 11, 13, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, &report));
    ck_assert(report.rebooted);
    ck_assert_uint_eq(report.boots, 2);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &report));
    ck_assert_uint_eq(report.code, KEY_HELP);
    ck_assert_uint_eq(report.epoch, 2);
    ck_assert_uint_eq(report.count, 1);
    rig_close(rig);
}
END_TEST

/* The same boots and a count far back: an answer to an older question, unless it stands three times. */
START_TEST(a_count_that_goes_back_is_not_believed_until_it_stands) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slave_set_input(rig->slaves, 11, 7, 500);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_set_input(rig->slaves, 11, 7, 400);
    rig_sleep(4);
    slave_set_input(rig->slaves, 11, 7, 500);
    rig_sleep(50);
    if (rig_count(rig, REPORT_ONLINE) == 1) {
        ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    }
    slave_set_input(rig->slaves, 11, 7, 2);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, &report));
    ck_assert(report.rebooted);
    rig_close(rig);
}
END_TEST

START_TEST(a_units_keys_are_told_apart) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "unit-1", ROLE_UNIT, 26);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 26, FAULT_DEAF, 0, 2, 0);
    rig_sleep(20);
    slave_press(rig->slaves, 26, 7, 2);
    slave_press(rig->slaves, 26, 256 + 5, 9);
    slave_press(rig->slaves, 26, 256 + 18, 9);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &report));
    ck_assert_int_eq(report.part, ROLE_TERMINAL);
    ck_assert_uint_eq(report.code, KEY_DONE);
    ck_assert(report.is_last);
    ck_assert(rig_await(rig, REPORT_KEY, 2, &report));
    ck_assert_int_eq(report.part, ROLE_KEYPAD);
    ck_assert_uint_eq(report.code, 5);
    ck_assert(rig_await(rig, REPORT_KEY, 3, &report));
    ck_assert_uint_eq(report.code, KEY_REASON + 2);
    ck_assert_uint_eq(report.argument, 9);
    rig_close(rig);
}
END_TEST

Suite *keys_suite(void) {
    Suite *suite = suite_create("keys");
    TCase *cases = tcase_create("keys");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_device_comes_online_with_its_identity);
    tcase_add_test(cases, each_press_is_reported_once_in_order);
    tcase_add_test(cases, counts_wrap_at_65536);
    tcase_add_test(cases, more_than_eight_missed_are_told_as_lost);
    tcase_add_test(cases, of_several_presses_only_the_last_is_to_be_answered);
    tcase_add_test(cases, old_presses_are_past_but_a_terminals_is_answered_5);
    tcase_add_loop_test(cases, a_units_old_press_is_answered_5_unless_it_was_answered, 0, 3);
    tcase_add_test(cases, nothing_unanswered_keeps_the_baseline);
    tcase_add_test(cases, a_reboot_starts_counts_anew_and_takes_fresh_presses);
    tcase_add_test(cases, a_count_that_goes_back_is_not_believed_until_it_stands);
    tcase_add_test(cases, a_units_keys_are_told_apart);
    suite_add_tcase(suite, cases);
    return suite;
}
