/* PINs before SIGN_IN: of whom they are asked, and what wrong ones do. The hall is told right or wrong, never the PIN. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

enum { MANY_STAFF = 70, WINDOWS = 5, WRONG_PLACES = 256 };

static struct lab *lab_with_pins(void) {
    struct lab *lab = lab_new();
    lab->rules.pin = true;
    lab_begin(lab);
    return lab;
}

static enum reason give(struct lab *lab, const struct command *command, enum pin_given pin) {
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = lab->now_ms,
                           .command = { .command = command, .pin = pin } };
    return lab_take(lab, &input);
}

/* SIGN_IN at the window's terminal. */
static enum reason press(struct lab *lab, uint16_t window, const char *staff, enum pin_given pin) {
    struct command command = lab_command(COMMAND_STAFF_SIGN_IN, window);
    snprintf(command.staff, sizeof command.staff, "%s", staff);
    command.needs_pin = true;
    return give(lab, &command, pin);
}

START_TEST(a_key_signs_in_by_the_right_pin_alone) {
    struct lab *lab = lab_with_pins();
    lab_window(lab, 1);
    ck_assert(lab->snapshot->wants_pin);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_NONE), REASON_UNKNOWN_STAFF);
    ck_said(lab, "");
    ck_assert_int_eq(press(lab, 1, "0107", PIN_WRONG), REASON_UNKNOWN_STAFF);
    ck_said(lab, "command.refused");
    const struct event *refused = lab_last(lab, EVENT_COMMAND_REFUSED);
    ck_assert_str_eq(refused->name, "staff.sign_in");
    ck_assert_str_eq(refused->reason, "unknown_staff");
    ck_assert_str_eq(refused->staff, "0107");
    ck_assert_uint_eq(refused->window, 1);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "");
    ck_assert_int_eq(press(lab, 1, "0107", PIN_RIGHT), REASON_NONE);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "0107");
    /* Who sits there too, and whoever takes over. */
    ck_assert_int_eq(press(lab, 1, "0107", PIN_NONE), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(press(lab, 1, "0109", PIN_NONE), REASON_UNKNOWN_STAFF);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "0107");
    lab_close(lab);
}
END_TEST

START_TEST(where_no_pin_is_wanted_none_is_looked_at) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(press(lab, 1, "0107", PIN_NONE), REASON_NONE);
    ck_assert_int_eq(press(lab, 2, "0109", PIN_WRONG), REASON_NONE);
    ck_assert(!lab->snapshot->wants_pin);
    lab_close(lab);
}
END_TEST

START_TEST(who_answers_for_the_person_is_asked_for_no_pin) {
    struct lab *lab = lab_with_pins();
    struct command command = lab_command(COMMAND_STAFF_SIGN_IN, 1);
    snprintf(command.staff, sizeof command.staff, "0107");
    command.by = (struct by){ BY_MQTT, "office" };
    ck_assert_int_eq(give(lab, &command, PIN_WRONG), REASON_UNKNOWN_STAFF); /* one handed on */
    ck_assert_int_eq(give(lab, &command, PIN_NONE), REASON_NONE);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "0107");
    lab_close(lab);
}
END_TEST

START_TEST(five_wrong_pins_close_sign_in_for_that_number_there_for_a_minute) {
    struct lab *lab = lab_with_pins();
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(press(lab, 1, "0107", PIN_WRONG), REASON_UNKNOWN_STAFF);
    }
    lab_sleep(lab, MINUTE); /* those are of the minute before */
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_int_eq(press(lab, 1, "0107", PIN_WRONG), REASON_UNKNOWN_STAFF);
        ck_said(lab, "command.refused");
        lab_sleep(lab, SECOND);
    }
    uint64_t before = hall_digest(lab->hall);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_RIGHT), REASON_TOO_MANY);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_WRONG), REASON_TOO_MANY);
    ck_said(lab, "");
    ck_assert_uint_eq(hall_digest(lab->hall), before);
    ck_assert_int_eq(press(lab, 1, "0109", PIN_RIGHT), REASON_NONE); /* another number */
    ck_assert_int_eq(press(lab, 2, "0107", PIN_RIGHT), REASON_NONE); /* another window */
    lab_sleep(lab, MINUTE - 2 * SECOND);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_RIGHT), REASON_TOO_MANY);
    lab_sleep(lab, SECOND);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_RIGHT), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(wrong_pins_of_numbers_that_nobody_has_are_not_counted) {
    struct lab *lab = lab_with_pins();
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_int_eq(press(lab, 1, "0999", PIN_WRONG), REASON_UNKNOWN_STAFF);
        ck_said(lab, "");
    }
    lab_close(lab);
}
END_TEST

START_TEST(the_day_forgets_wrong_pins) {
    struct lab *lab = lab_with_pins();
    lab_sleep(lab, lab_time(27, 59) + 50 * SECOND - lab->now_ms); /* ten seconds before its end */
    for (unsigned i = 0; i < 5; i++) {
        press(lab, 1, "0107", PIN_WRONG);
    }
    lab_next_day(lab);
    ck_assert_int_eq(press(lab, 1, "0107", PIN_RIGHT), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* What was wrong longest ago gives way: the list is bounded, and whoever fills it comes to nothing sooner. */
START_TEST(the_list_of_wrong_pins_is_bounded) {
    struct lab *lab = lab_new();
    lab->rules.pin = true;
    lab->limits.staff = MANY_STAFF;
    lab->rules.staff_count = MANY_STAFF;
    for (unsigned i = 0; i < MANY_STAFF; i++) {
        struct staff_rule *staff = &lab->rules.staff[i];
        *staff = (struct staff_rule){ .number = (uint16_t)(107 + i) };
        snprintf(staff->id, sizeof staff->id, "0%u", 107 + i);
    }
    lab_begin(lab);
    for (unsigned i = 0; i <= WRONG_PLACES; i++) {
        char staff[STAFF_SIZE];
        snprintf(staff, sizeof staff, "0%u", 107 + i / WINDOWS);
        for (unsigned k = 0; k < (i == 0 || i == WRONG_PLACES ? 4 : 1); k++) {
            press(lab, (uint16_t)(1 + i % WINDOWS), staff, PIN_WRONG);
        }
        lab_sleep(lab, 10);
    }
    press(lab, 1, "0107", PIN_WRONG); /* its four are forgotten: the fifth is the first */
    ck_assert_int_eq(press(lab, 1, "0107", PIN_WRONG), REASON_UNKNOWN_STAFF);
    press(lab, 2, "0158", PIN_WRONG); /* the newest are not */
    ck_assert_int_eq(press(lab, 2, "0158", PIN_RIGHT), REASON_TOO_MANY);
    lab_close(lab);
}
END_TEST

TCase *pin_case(void) {
    TCase *tcase = tcase_create("pin");
    tcase_add_test(tcase, a_key_signs_in_by_the_right_pin_alone);
    tcase_add_test(tcase, where_no_pin_is_wanted_none_is_looked_at);
    tcase_add_test(tcase, who_answers_for_the_person_is_asked_for_no_pin);
    tcase_add_test(tcase, five_wrong_pins_close_sign_in_for_that_number_there_for_a_minute);
    tcase_add_test(tcase, wrong_pins_of_numbers_that_nobody_has_are_not_counted);
    tcase_add_test(tcase, the_day_forgets_wrong_pins);
    tcase_add_test(tcase, the_list_of_wrong_pins_is_bounded);
    return tcase;
}
