/* What presses are told of a reading, and which of them nobody waits for any more. */
#include "tests/unit/devices/lone.h"
#include "tests/unit/devices/suites.h"

static struct lone *lone_online(enum role role) {
    struct lone *lone = lone_open(role);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), 1);
    return lone;
}

/* So long only unreadable answers came: the device was there, but it could not say what was pressed. */
static const struct {
    int64_t silence_us;
    unsigned keys, baselines;
} spells[] = { { FRESH_US - 100000, 1, 1 }, { FRESH_US, 0, 2 } };

START_TEST(a_press_of_before_a_garbled_spell_is_past) {
    struct lone *lone = lone_online(ROLE_TERMINAL);
    lone_press(lone, KEY_NEXT, 0);
    lone->now_us += spells[_i].silence_us;
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_KEY), spells[_i].keys);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), spells[_i].baselines);
    if (spells[_i].keys == 0) {
        ck_assert_uint_eq(lone->device.answer, ANSWER_NOT_NOW);
        ck_assert_uint_eq(lone->device.answered, 1);
    }
    lone_press(lone, KEY_NEXT, 0);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_KEY), spells[_i].keys + 1);
    lone_close(lone);
}
END_TEST

static const struct {
    enum role role;
    uint16_t code;
    bool is_told;
} unknown[] = {
    { ROLE_TERMINAL, 99, true }, { ROLE_TERMINAL, 0, true },   { ROLE_UNIT, 99, true },
    { ROLE_UNIT, 400, false },   { ROLE_DISPENSER, 3, false }, { ROLE_KEYPAD, 99, false },
};

/* The hall answers "no such" to it; a terminal that is not answered looks broken. */
START_TEST(an_unknown_key_of_a_terminal_is_told) {
    struct lone *lone = lone_online(unknown[_i].role);
    lone_press(lone, unknown[_i].code, 5);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_KEY), unknown[_i].is_told ? 1 : 0);
    if (unknown[_i].is_told) {
        const struct device_report *press = lone_last(lone, REPORT_KEY);
        ck_assert_int_eq(press->part, ROLE_TERMINAL);
        ck_assert_uint_eq(press->code, 0);
        ck_assert_uint_eq(press->count, 1);
        ck_assert(press->is_last);
    }
    lone_close(lone);
}
END_TEST

/* Of a unit it was still to be read whether its last press was answered: what it says now is of another count. */
START_TEST(an_unread_answer_ends_with_its_life) {
    struct lone *lone = lone_open(ROLE_UNIT);
    struct image image = { .role = ROLE_UNIT };
    lone->input[INPUT_KEY_EVENTS] = 499;
    lone_press(lone, KEY_NEXT, 0);
    lone_read(lone);
    lone_read(lone);
    ck_assert(lone_ask(lone));
    ck_assert_uint_eq(lone->request.function, READ_HOLDING);
    lone_hear(lone, RTU_NO_ANSWER);
    lone_reboot(lone);
    lone_press(lone, KEY_NEXT, 0);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_KEY), 1);
    lone->now_us += 2000000; /* no length rests any more */
    lone_show(lone, &image);
    ck_assert_uint_gt(lone_drive(lone), 0);
    ck_assert_uint_eq(lone->holding[UNIT_TERMINAL + TERMINAL_ANSWERED], 0);
    lone_close(lone);
}
END_TEST

Suite *key_suite(void) {
    Suite *suite = suite_create("key");
    TCase *cases = tcase_create("key");
    tcase_add_loop_test(cases, a_press_of_before_a_garbled_spell_is_past, 0,
                        sizeof spells / sizeof *spells);
    tcase_add_loop_test(cases, an_unknown_key_of_a_terminal_is_told, 0,
                        sizeof unknown / sizeof *unknown);
    tcase_add_test(cases, an_unread_answer_ends_with_its_life);
    suite_add_tcase(suite, cases);
    return suite;
}
