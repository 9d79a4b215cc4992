#include <string.h>

#include "controller/press.h"
#include "tests/unit/controller/suites.h"

static struct rules rules;

static void set_up(void) {
    rules_defaults(&rules);
    strcpy(rules.services[1].id, "social");
    strcpy(rules.services[1].prefix, "A");
    strcpy(rules.services[7].id, "tax");
    strcpy(rules.services[7].prefix, "BX");
    rules.service_count = 2;
    rules.staff[0].number = 107;
    strcpy(rules.staff[0].id, "0107");
    rules.staff_count = 1;
}

static const struct {
    enum role part;
    uint16_t code, argument;
    enum reason reason;
    enum command_type type;
    uint64_t has; /* beside the window */
} CASES[] = {
    { ROLE_TERMINAL, 1, 0, REASON_NONE, COMMAND_WINDOW_NEXT, 0 },
    { ROLE_TERMINAL, 2, 0, REASON_NONE, COMMAND_WINDOW_RECALL, 0 },
    { ROLE_TERMINAL, 3, 0, REASON_NONE, COMMAND_WINDOW_NO_SHOW, 0 },
    { ROLE_TERMINAL, 4, 2, REASON_NONE, COMMAND_WINDOW_PAUSE, COMMAND_HAS(ARG_REASON) },
    { ROLE_TERMINAL, 5, 0, REASON_NONE, COMMAND_WINDOW_RESUME, 0 },
    { ROLE_TERMINAL, 6, 7, REASON_NONE, COMMAND_WINDOW_TRANSFER, COMMAND_HAS(ARG_SERVICE) },
    { ROLE_TERMINAL, 6, 2, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 6, 999, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 7, 0, REASON_NONE, COMMAND_WINDOW_DONE, COMMAND_HAS(ARG_OUTCOME) },
    { ROLE_TERMINAL, 7, 5, REASON_NONE, COMMAND_WINDOW_DONE, COMMAND_HAS(ARG_OUTCOME) },
    { ROLE_TERMINAL, 7, 6, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 8, 0, REASON_NONE, COMMAND_RATING_INVITE, 0 },
    { ROLE_TERMINAL, 9, 107, REASON_NONE, COMMAND_STAFF_SIGN_IN, COMMAND_HAS(ARG_STAFF) },
    { ROLE_TERMINAL, 10, 0, REASON_NONE, COMMAND_STAFF_SIGN_OUT, 0 },
    { ROLE_TERMINAL, 11, 7 * 1024 + 12, REASON_NONE, COMMAND_WINDOW_CALL, COMMAND_HAS(ARG_TICKET) },
    { ROLE_TERMINAL, 11, 7 * 1024, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 11, 3 * 1024 + 1, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 12, 0, REASON_NONE, COMMAND_WINDOW_START, 0 },
    { ROLE_TERMINAL, 13, 0, REASON_NONE, COMMAND_WINDOW_HELP, 0 },
    { ROLE_TERMINAL, 14, 0, REASON_NONE, COMMAND_WINDOW_HOLD, 0 },
    { ROLE_TERMINAL, 15, 0, REASON_NONE, COMMAND_WINDOW_UNHOLD, 0 },
    { ROLE_TERMINAL, 16, 0, REASON_NONE, COMMAND_WINDOW_UNDO, 0 },
    { ROLE_TERMINAL, 17, 52718, REASON_NONE, COMMAND_NONE, COMMAND_HAS(ARG_PIN) },
    { ROLE_TERMINAL, 0, 0, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_TERMINAL, 18, 0, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_KEYPAD, 5, 321, REASON_NONE, COMMAND_RATING_GIVE, COMMAND_HAS(ARG_SESSION) },
    { ROLE_KEYPAD, 17, 321, REASON_NONE, COMMAND_RATING_REASONS, COMMAND_HAS(ARG_REASONS) },
    { ROLE_KEYPAD, 6, 321, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_KEYPAD, 25, 321, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_DISPENSER, 257, 0, REASON_NONE, COMMAND_TICKET_ISSUE, COMMAND_HAS(ARG_SERVICE) },
    { ROLE_DISPENSER, 257, 1, REASON_NONE, COMMAND_TICKET_ISSUE, COMMAND_HAS(ARG_GROUND) },
    { ROLE_DISPENSER, 257, 2, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
    { ROLE_DISPENSER, 258, 0, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_DISPENSER, 256, 0, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_DISPENSER, 289, 0, REASON_NO_SUCH, COMMAND_NONE, 0 },
    { ROLE_DISPENSER, 512, 42, REASON_NONE, COMMAND_TICKET_CHECK_IN, COMMAND_HAS(ARG_CODE) },
    { ROLE_DISPENSER, 512, 10000, REASON_BAD_ARGUMENT, COMMAND_NONE, 0 },
};

START_TEST(test_each_key) {
    struct device_place place = { .window = 3, .keys = { [1] = 1 } };
    struct device_report report = { .kind = REPORT_KEY,
                                    .device = "some-device",
                                    .part = CASES[_i].part,
                                    .code = CASES[_i].code,
                                    .argument = CASES[_i].argument };
    struct command command;
    ck_assert_int_eq(press_to_command(&rules, &place, &report, &command), CASES[_i].reason);
    if (CASES[_i].reason != REASON_NONE) {
        return;
    }
    ck_assert_int_eq(command.type, CASES[_i].type);
    ck_assert_int_eq(command.by.kind, BY_KEY);
    ck_assert_str_eq(command.by.id, "some-device");
    ck_assert_uint_eq(command.has & CASES[_i].has, CASES[_i].has);
    ck_assert_uint_eq(command.window, CASES[_i].part == ROLE_DISPENSER ? 0 : 3);
}
END_TEST

START_TEST(test_values) {
    struct device_place place = { .window = 3 };
    struct device_report report = { .part = ROLE_TERMINAL, .code = KEY_CALL };
    struct command command;
    report.argument = 7 * 1024 + 12;
    press_to_command(&rules, &place, &report, &command);
    ck_assert_str_eq(command.ticket.prefix, "BX");
    ck_assert_uint_eq(command.ticket.number, 12);
    report = (struct device_report){ .part = ROLE_TERMINAL, .code = KEY_SIGN_IN, .argument = 107 };
    press_to_command(&rules, &place, &report, &command);
    ck_assert_str_eq(command.staff, "0107");
    ck_assert(command.needs_pin);
    report.argument = 108;
    press_to_command(&rules, &place, &report, &command);
    ck_assert_str_eq(command.staff, "108");
    report = (struct device_report){ .part = ROLE_KEYPAD, .code = 2, .argument = 65535 };
    press_to_command(&rules, &place, &report, &command);
    ck_assert_uint_eq(command.grade, 2);
    ck_assert_uint_eq(command.session, 65535);
    ck_assert_int_eq(command.rating_channel, RATING_KEYPAD);
}
END_TEST

START_TEST(test_device_without_a_window) {
    struct device_place place = { .window = 0 };
    struct device_report report = { .part = ROLE_TERMINAL, .code = KEY_NEXT };
    struct command command;
    ck_assert_int_eq(press_to_command(&rules, &place, &report, &command), REASON_NO_SUCH);
}
END_TEST

Suite *press_suite(void) {
    Suite *suite = suite_create("press");
    TCase *tests = tcase_create("press");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, test_each_key, 0, sizeof CASES / sizeof CASES[0]);
    tcase_add_test(tests, test_values);
    tcase_add_test(tests, test_device_without_a_window);
    suite_add_tcase(suite, tests);
    return suite;
}
