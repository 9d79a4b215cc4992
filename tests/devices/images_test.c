#include <stdio.h>
#include <string.h>

#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

/* CRC-16/MODBUS of style (big-endian) and text, as the map defines a board's revision. */
static uint16_t revision_of(uint16_t style, const uint8_t *text, size_t length) {
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < length + 2; i++) {
        uint8_t byte = i == 0   ? (uint8_t)(style >> 8)
                       : i == 1 ? (uint8_t)(style & 0xFF)
                                : text[i - 2];
        crc ^= byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
    }
    return crc == 0 ? 1 : (uint16_t)crc;
}

START_TEST(a_terminal_shows_ticket_lamp_and_answer) {
    struct rig *rig = rig_open();
    struct device_report key;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &key));
    struct terminal_image *image = &rig->images[0].terminal;
    *image = (struct terminal_image){ .ticket = { "AB", 17 },
                                      .waiting = 12,
                                      .lamp = LAMP_CALLING,
                                      .answer = { key.epoch, key.count, 1 } };
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 261, 1));
    static const uint16_t expected[] = { 0x4142, 17, 12, 2, 1, 1 };
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_uint_eq(slave_holding(rig->slaves, 11, (uint16_t)(256 + i)), expected[i]);
    }
    /* An answer of another epoch is not this device's: what was answered stays. */
    image->answer = (struct key_answer){ key.epoch + 1, 9, 3 };
    image->ticket = (struct ticket_no){ "Z", 1 };
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 256, 0x005A));
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 261), 1);
    rig_close(rig);
}
END_TEST

START_TEST(a_keypad_shows_session_and_staff) {
    struct rig *rig = rig_open();
    rig_add(rig, "keypad-1", ROLE_KEYPAD, 31);
    rig_start(rig);
    struct keypad_image *image = &rig->images[0].keypad;
    *image = (struct keypad_image){ .state = KEYPAD_INVITE, .session = 300, .stars = 5 };
    snprintf(image->staff, sizeof image->staff, "0107");
    snprintf(image->name, sizeof image->name, "张三");
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 31, 257, 300));
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 256), KEYPAD_INVITE);
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 258), 5);
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 259), 0x3031);
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 260), 0x3037);
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 261), 0);
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 263), 0xD5C5); /* GBK of zhang */
    ck_assert_uint_eq(slave_holding(rig->slaves, 31, 264), 0xC8FD);
    rig_close(rig);
}
END_TEST

START_TEST(a_board_gets_text_then_revision) {
    struct rig *rig = rig_open();
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig_start(rig);
    struct board_image *image = &rig->images[0].board;
    image->style = STYLE_GREEN | STYLE_FLASH;
    snprintf(image->text, sizeof image->text, "A017 3");
    rig_show(rig, 0);
    uint16_t revision = revision_of(image->style, (const uint8_t *)image->text, 6);
    ck_assert(rig_await_holding(rig, 51, 256, revision));
    ck_assert_uint_eq(slave_holding(rig->slaves, 51, 257), STYLE_GREEN | STYLE_FLASH);
    ck_assert_uint_eq(slave_holding(rig->slaves, 51, 258), 6);
    ck_assert_uint_eq(slave_holding(rig->slaves, 51, 261), 0x2033);
    rig_close(rig);
}
END_TEST

/* A board that says another revision than the one written is written again, without being told by anybody. */
START_TEST(a_board_that_shows_something_else_is_driven_again) {
    struct rig *rig = rig_open();
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig_start(rig);
    snprintf(rig->images[0].board.text, BOARD_TEXT_SIZE, "B002");
    rig_show(rig, 0);
    uint16_t revision = revision_of(0, (const uint8_t *)"B002", 4);
    ck_assert(rig_await_holding(rig, 51, 256, revision));
    slave_set_holding(rig->slaves, 51, 256, 0);
    slave_set_input(rig->slaves, 51, 8, 0);
    ck_assert(rig_await_holding(rig, 51, 256, revision));
    rig_close(rig);
}
END_TEST

START_TEST(a_reboot_has_every_image_driven_again) {
    struct rig *rig = rig_open();
    rig_add(rig, "unit-1", ROLE_UNIT, 26);
    rig_start(rig);
    struct image *image = &rig->images[0];
    image->terminal.waiting = 7;
    image->keypad.stars = 4;
    snprintf(image->board.text, BOARD_TEXT_SIZE, "C003");
    rig_show(rig, 0);
    uint16_t revision = revision_of(0, (const uint8_t *)"C003", 4);
    for (unsigned round = 0; round < 2; round++) {
        ck_assert(rig_await_holding(rig, 26, 384, revision));
        ck_assert(rig_await_holding(rig, 26, 258, 7));
        ck_assert(rig_await_holding(rig, 26, 322, 4));
        slave_reboot(rig->slaves, 26);
    }
    ck_assert(rig_await_holding(rig, 26, 384, revision));
    rig_close(rig);
}
END_TEST

START_TEST(the_newest_image_wins) {
    struct rig *rig = rig_open();
    rig_add(rig, "dispenser-1", ROLE_DISPENSER, 1);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    for (unsigned i = 1; i <= 200; i++) {
        rig->images[0].dispenser.enabled = i << 16 | i;
        rig->images[0].dispenser.waiting[31] = (uint16_t)i;
        rig_show(rig, 0);
    }
    ck_assert(rig_await_holding(rig, 1, 289, 200));
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 256), 200);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 257), 200);
    rig_sleep(50);
    ck_assert_uint_eq(slave_holding(rig->slaves, 1, 289), 200);
    rig_close(rig);
}
END_TEST

START_TEST(people_waiting_may_lag_but_come) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_sleep(50);
    rig->images[0].rank = RANK_WAITING;
    rig->images[0].terminal.waiting = 3;
    rig_show(rig, 0);
    rig_sleep(200);
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 258), 0);
    rig_sleep(900);
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 258), 3);
    rig_close(rig);
}
END_TEST

/*
 * A write's answer is lost: from then on, for a second, acknowledgements alone are not enough. Each later write is read
 * back as well.
 */
START_TEST(a_write_that_timed_out_is_read_back) {
    struct rig *rig = rig_open();
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 51, FAULT_SILENT, 16, 1, 0);
    snprintf(rig->images[0].board.text, BOARD_TEXT_SIZE, "A001 5");
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 51, 256, revision_of(0, (const uint8_t *)"A001 5", 6)));
    rig_sleep(60);
    char text[32768];
    slaves_transcript(rig->slaves, text, sizeof text);
    const char *write = strstr(text, ">> 33 10 01 01");
    const char *read = strstr(text, ">> 33 03 01 01 00 05");
    const char *revision = strstr(text, ">> 33 10 01 00 00 01");
    ck_assert(write != NULL && read != NULL && revision != NULL);
    ck_assert(write < read && read < revision);
    /* The text was in the device, so it is not written twice; the revision, written in doubt, is read back too. */
    ck_assert_ptr_null(strstr(write + 1, ">> 33 10 01 01"));
    ck_assert_ptr_nonnull(strstr(revision, ">> 33 03 01 00 00 01"));
    rig_close(rig);
}
END_TEST

START_TEST(a_write_that_was_not_heard_is_written_again) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 11, FAULT_DEAF, 16, 2, 0);
    rig->images[0].terminal.waiting = 9;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 258, 9));
    rig_close(rig);
}
END_TEST

/* The acknowledgement of an older write comes when a newer one of the same place was not heard at all. */
START_TEST(a_late_acknowledgement_is_not_believed) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 11, FAULT_LATE, 16, 1, 150);
    rig->images[0].terminal.waiting = 1;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 258, 1));
    rig_sleep(70);
    slave_fault(rig->slaves, 11, FAULT_DEAF, 16, 1, 0);
    rig->images[0].terminal.waiting = 2;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 11, 258, 2));
    rig_close(rig);
}
END_TEST

START_TEST(identify_says_what_the_device_can) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig_start(rig);
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_sleep(50);
    rig->images[0].identify_s = 10;
    rig->images[0].identify_count = 1;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, 51, 240, 10));
    ck_assert(rig_await(rig, REPORT_ABLE, 1, &report));
    ck_assert_str_eq(report.what, "");
    slave_fault(rig->slaves, 51, FAULT_REFUSE, 16, 1, 2);
    rig->images[0].identify_count = 2;
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_ABLE, 2, &report));
    ck_assert_str_eq(report.what, "not able to identify");
    /* The counters follow with the exchange's end. */
    for (unsigned waited = 0; waited < 500 && rig_stats(rig, 0).what[0] == '\0'; waited++) {
        rig_sleep(10);
    }
    ck_assert_str_eq(rig_stats(rig, 0).what, "not able to identify");
    rig_close(rig);
}
END_TEST

START_TEST(a_device_of_another_kind_is_not_driven) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slave_set_input(rig->slaves, 11, 0, 3);
    rig_start(rig);
    rig->images[0].terminal.waiting = 9;
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_FAULTED, 1, &report));
    ck_assert_str_eq(report.what, "kind 3 (keypad), expected 2 (terminal)");
    slave_press(rig->slaves, 11, 1, 0);
    rig_sleep(200);
    ck_assert_uint_eq(slave_holding(rig->slaves, 11, 258), 0);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    ck_assert_uint_eq(rig_count(rig, REPORT_ONLINE), 0);
    rig_close(rig);
}
END_TEST

/* Another maker's device at the address must not take the wire from the others. */
START_TEST(a_device_that_does_not_know_the_map_is_told_and_left_alone) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_add(rig, "terminal-2", ROLE_TERMINAL, 12);
    slave_fault(rig->slaves, 11, FAULT_REFUSE, 0, 100000, 2);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_FAULTED, 1, &report));
    ck_assert_str_eq(report.device, "terminal-1");
    ck_assert_str_eq(report.what, "refuses to be read with exception 2");
    rig_sleep(500);
    ck_assert_uint_le(slave_requests(rig->slaves, 11), 2);
    slave_fault(rig->slaves, 11, FAULT_NONE, 0, 0, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    ck_assert(rig_await(rig, REPORT_RECOVERED, 1, NULL));
    rig_close(rig);
}
END_TEST

START_TEST(status_is_told_in_words_once) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "dispenser-1", ROLE_DISPENSER, 1);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_set_input(rig->slaves, 1, 6, 1 | 8);
    ck_assert(rig_await(rig, REPORT_FAULTED, 1, &report));
    ck_assert_str_eq(report.what, "paper low, cover open");
    slave_set_input(rig->slaves, 1, 6, 0);
    ck_assert(rig_await(rig, REPORT_RECOVERED, 1, &report));
    rig_sleep(50);
    ck_assert_uint_eq(rig_count(rig, REPORT_FAULTED), 1);
    rig_close(rig);
}
END_TEST

Suite *images_suite(void) {
    Suite *suite = suite_create("images");
    TCase *cases = tcase_create("images");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_terminal_shows_ticket_lamp_and_answer);
    tcase_add_test(cases, a_keypad_shows_session_and_staff);
    tcase_add_test(cases, a_board_gets_text_then_revision);
    tcase_add_test(cases, a_board_that_shows_something_else_is_driven_again);
    tcase_add_test(cases, a_reboot_has_every_image_driven_again);
    tcase_add_test(cases, the_newest_image_wins);
    tcase_add_test(cases, people_waiting_may_lag_but_come);
    tcase_add_test(cases, a_write_that_timed_out_is_read_back);
    tcase_add_test(cases, a_write_that_was_not_heard_is_written_again);
    tcase_add_test(cases, a_late_acknowledgement_is_not_believed);
    tcase_add_test(cases, identify_says_what_the_device_can);
    tcase_add_test(cases, a_device_of_another_kind_is_not_driven);
    tcase_add_test(cases, a_device_that_does_not_know_the_map_is_told_and_left_alone);
    tcase_add_test(cases, status_is_told_in_words_once);
    suite_add_tcase(suite, cases);
    return suite;
}
