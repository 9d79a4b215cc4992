/* A typed PIN, from the key to the SIGN_IN that it is for. */
#include <string.h>

#include "controller/pins.h"
#include "tests/unit/controller/suites.h"

static struct pins pins;

static void set_up(void) {
    memset(&pins, 0, sizeof pins);
}

static void type(unsigned place, uint16_t pin, int64_t mono_ms) {
    struct command command = { .pin = pin, .has = COMMAND_HAS(ARG_PIN) };
    pins_pass(&pins, place, true, mono_ms, &command);
}

/* The PIN that a SIGN_IN gets, -1 none. */
static int sign_in(unsigned place, int64_t mono_ms) {
    struct command command = { .type = COMMAND_STAFF_SIGN_IN };
    pins_pass(&pins, place, true, mono_ms, &command);
    return command.has & COMMAND_HAS(ARG_PIN) ? command.pin : -1;
}

static bool holds_any(void) {
    static const struct pins none;
    return memcmp(&pins, &none, sizeof pins) != 0;
}

START_TEST(test_the_next_sign_in_of_that_terminal_takes_it) {
    type(3, 52718, 1000);
    ck_assert_int_eq(sign_in(4, 1001), -1);
    ck_assert_int_eq(sign_in(3, 1001), 52718);
    ck_assert(!holds_any());
    ck_assert_int_eq(sign_in(3, 1002), -1);
    type(PIN_PLACES - 1, 0, 1000); /* nothing typed is a PIN too, and a wrong one */
    ck_assert_int_eq(sign_in(PIN_PLACES - 1, 1000), 0);
}
END_TEST

START_TEST(test_the_newest_counts) {
    type(3, 1111, 1000);
    type(3, 2222, 2000);
    ck_assert_int_eq(sign_in(3, 2000), 2222);
}
END_TEST

START_TEST(test_other_keys_leave_it) {
    struct command next = { .type = COMMAND_WINDOW_NEXT };
    type(3, 1111, 1000);
    pins_pass(&pins, 3, true, 1001, &next);
    ck_assert_uint_eq(next.has, 0);
    ck_assert_int_eq(sign_in(3, 1002), 1111);
}
END_TEST

START_TEST(test_it_is_forgotten_after_half_a_minute) {
    type(3, 1111, 1000);
    type(4, 2222, 2000);
    pins_forget_old(&pins, 1000 + PIN_MS);
    ck_assert_int_eq(pins.at[3].pin, 0);
    ck_assert_int_eq(sign_in(4, 1999 + PIN_MS), 2222);
    type(4, 2222, 2000);
    ck_assert_int_eq(sign_in(4, 2000 + PIN_MS), -1);
    ck_assert(!holds_any());
}
END_TEST

START_TEST(test_where_none_is_wanted_none_is_remembered) {
    struct command command = { .pin = 1111, .has = COMMAND_HAS(ARG_PIN) };
    pins_pass(&pins, 3, false, 1000, &command);
    ck_assert(!holds_any());
}
END_TEST

Suite *pins_suite(void) {
    Suite *suite = suite_create("pins");
    TCase *tests = tcase_create("pins");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, test_the_next_sign_in_of_that_terminal_takes_it);
    tcase_add_test(tests, test_the_newest_counts);
    tcase_add_test(tests, test_other_keys_leave_it);
    tcase_add_test(tests, test_it_is_forgotten_after_half_a_minute);
    tcase_add_test(tests, test_where_none_is_wanted_none_is_remembered);
    suite_add_tcase(suite, tests);
    return suite;
}
