/* Callers: what they say, what they are answered and told. */
#include <string.h>

#include "tests/unit/devices/caller.h"
#include "tests/unit/devices/suites.h"

static const struct ff68_frame NEXT = { ADDRESS, FF68_KEY, 1, { 0x0C } };
static const struct ff68_frame RECALL = { ADDRESS, FF68_KEY, 1, { 0x0D } };

START_TEST(a_key_is_reported_under_the_reference_code) {
    static const struct {
        struct ff68_frame frame;
        uint16_t code, argument;
    } rows[] = {
        { { ADDRESS, 1, 1, { 0x0C } }, KEY_NEXT, 0 },
        { { ADDRESS, 1, 1, { 0x0D } }, KEY_RECALL, 0 },
        { { ADDRESS, 1, 1, { 0x0B } }, KEY_DONE, 0 },
        { { ADDRESS, 1, 1, { 0x12 } }, KEY_PAUSE, 0 },
        { { ADDRESS, 1, 2, { 1, 0x12 } }, KEY_PAUSE, 1 },
        { { ADDRESS, 1, 3, { 1, 2, 0x13 } }, KEY_TRANSFER, 12 },
        { { ADDRESS, 1, 2, { 0x06, 0x0F } }, KEY_NO_SHOW, 0 },
        { { ADDRESS, 1, 2, { 0x00, 0x0F } }, KEY_HOLD, 0 },
        { { ADDRESS, 1, 2, { 0x03, 0x0F } }, KEY_UNHOLD, 0 },
        { { ADDRESS, 7, 1, { 0x0C } }, KEY_NEXT, 0 },
        /* Answered that there is no such key. */
        { { ADDRESS, 1, 1, { 0x0F } }, 0, 0 },
        { { ADDRESS, 1, 2, { 0x07, 0x0F } }, 0, 0 },
        { { ADDRESS, 1, 1, { 0x14 } }, 0, 0 },
        { { ADDRESS, 1, 2, { 0x0E, 0x0C } }, 0, 0 },
        { { ADDRESS, 1, 0, { 0 } }, 0, 0 },
    };
    caller_hear(&rows[_i].frame, 0);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    const struct device_report *press = caller_last(REPORT_KEY);
    ck_assert_uint_eq(press->code, rows[_i].code);
    ck_assert_uint_eq(press->argument, rows[_i].argument);
    ck_assert_uint_eq(press->count, 1);
    ck_assert_uint_ne(press->epoch, 0);
    ck_assert(press->is_last && !press->is_old);
    ck_assert_int_eq(press->part, ROLE_TERMINAL);
}
END_TEST

START_TEST(a_key_is_sent_back_after_the_answer_alone) {
    struct ff68_frame back;
    caller_show();
    caller_say_all(FF68_KEY, &back);
    caller_hear(&NEXT, 0);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 0);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &NEXT));
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 0);
}
END_TEST

START_TEST(a_refused_key_is_not_sent_back_but_heard) {
    struct ff68_frame back;
    unsigned beeps = 0;
    caller_hear(&NEXT, 0);
    caller_answer(2);
    for (unsigned i = 0; i < 10; i++) {
        lone.now_us += FF68_BEEP_US / 4;
        enum ff68_say say = ff68_device_wants(&lone.device, lone.now_us);
        if (say != FF68_SAY_NOTHING) {
            ff68_device_say(&lone.device, say, lone.now_us, &back);
            ck_assert_uint_ne(back.function, FF68_KEY);
            beeps += back.function == FF68_BEEP ? 1 : 0;
        }
    }
    ck_assert_uint_eq(beeps, 2);
    caller_hear(&NEXT, 100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 0);
}
END_TEST

/* A key of which the answer was late or lost is one press; the same key pressed again later is another. */
START_TEST(a_repeated_key_is_one_press) {
    struct ff68_frame back;
    caller_hear(&NEXT, 0);
    caller_hear(&NEXT, 400);
    caller_hear(&NEXT, 400);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    caller_hear(&NEXT, 400);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    caller_hear(&NEXT, 1100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    caller_hear(&NEXT, 1300);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 2);
    ck_assert_uint_eq(caller_last(REPORT_KEY)->count, 2);
    ck_assert_uint_eq(lone.device.repeats, 4);
}
END_TEST

/* Nobody may be locked out by pressing on: a refusal is no longer the same press after two seconds, or another key. */
START_TEST(a_refused_key_is_asked_for_again) {
    caller_hear(&NEXT, 0);
    caller_answer(2);
    caller_hear(&NEXT, 900);
    caller_hear(&NEXT, 900);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    caller_hear(&NEXT, 300);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 2);
    caller_answer(2);
    caller_hear(&RECALL, 100);
    caller_hear(&NEXT, 100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 4);
}
END_TEST

START_TEST(another_key_is_another_press) {
    struct ff68_frame back;
    caller_hear(&NEXT, 0);
    caller_hear(&RECALL, 10);
    caller_hear(&NEXT, 10);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 2);
    /* The answer to the second overtook the first's: what became of that is not known. */
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &RECALL));
    caller_hear(&NEXT, 300);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 3);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 0);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    caller_hear(&RECALL, 100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 4);
}
END_TEST

START_TEST(an_old_answer_settles_nothing_newer) {
    struct ff68_frame back;
    caller_hear(&NEXT, 0);
    struct device_report first = *caller_last(REPORT_KEY);
    caller_hear(&RECALL, 10);
    caller_answer_to(&first, 1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &NEXT));
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &RECALL));
}
END_TEST

START_TEST(a_press_without_an_answer_is_given_up) {
    caller_hear(&NEXT, 0);
    caller_hear(&NEXT, 9000);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    caller_hear(&NEXT, 1100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 2);
}
END_TEST

/* The answer came while the line was away, and the lone.device says its key again when it is back. */
START_TEST(a_lost_line_makes_no_second_press) {
    struct ff68_frame back;
    caller_hear(&NEXT, 0);
    ff68_device_fall(&lone.device, lone.now_us);
    ck_assert_uint_eq(caller_count(REPORT_OFFLINE), 1);
    caller_answer(1);
    lone.now_us += 3 * SECOND;
    ff68_device_rise(&lone.device, lone.now_us);
    ck_assert_uint_eq(caller_count(REPORT_ONLINE), 2);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    caller_hear(&NEXT, 400);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
}
END_TEST

/* At once, whatever was due: the terminal may have been without power as well. */
START_TEST(a_line_that_returns_is_told_what_to_show) {
    struct ff68_frame told;
    caller_show();
    for (unsigned i = 0; i < 12; i++) {
        caller_say_all(FF68_DIGITS, &told);
        lone.now_us += 30 * (int64_t)SECOND;
    }
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    ff68_device_fall(&lone.device, lone.now_us);
    lone.now_us += SECOND;
    ff68_device_rise(&lone.device, lone.now_us);
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
}
END_TEST

START_TEST(a_picture_is_told_again_ever_more_seldom) {
    struct ff68_frame told;
    unsigned count = 0;
    lone.image.terminal.waiting = 7;
    lone.image.terminal.ticket = (struct ticket_no){ "A", 12 };
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    ck_assert_mem_eq(told.data, "\0\0\7\0\1\2", 6);
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 0);
    for (unsigned i = 0; i < 600; i++) {
        lone.now_us += 100 * MS;
        count += caller_say_all(FF68_DIGITS, &told);
    }
    /* After 0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2 s, then each 30 s. */
    ck_assert_uint_eq(count, 7);
    ck_assert_uint_eq(lone.device.images, 1);
    ck_assert_uint_eq(caller_count(REPORT_OFFLINE), 0);
    ck_assert_uint_eq(lone.device.timeouts, 0);
}
END_TEST

START_TEST(people_waiting_alone_may_lag_a_second) {
    struct ff68_frame told;
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    lone.image.rank = RANK_WAITING;
    lone.image.terminal.waiting = 1;
    caller_show();
    lone.now_us += 900 * MS;
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 0);
    lone.now_us += 200 * MS;
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    lone.image.rank = RANK_CALL;
    lone.image.terminal.ticket = (struct ticket_no){ "A", 1 };
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
}
END_TEST

/* The line was taken when the call came, and is free when people have come as well. */
START_TEST(people_waiting_hold_up_no_call) {
    struct ff68_frame told;
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    lone.now_us += 100 * MS;
    lone.image.terminal.ticket = (struct ticket_no){ "A", 12 };
    caller_show();
    lone.now_us += 50 * MS;
    lone.image.rank = RANK_WAITING;
    lone.image.terminal.waiting = 1;
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
    ck_assert_mem_eq(told.data, "\0\0\1\0\1\2", 6);
}
END_TEST

START_TEST(a_call_beeps_once) {
    struct ff68_frame told;
    lone.image.terminal.lamp = LAMP_READY;
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 0);
    lone.image.terminal.lamp = LAMP_CALLING;
    lone.image.terminal.ticket = (struct ticket_no){ "A", 1 };
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 1);
    ck_assert_uint_eq(told.length, 0);
    lone.image.terminal.waiting = 3;
    caller_show();
    lone.now_us += SECOND;
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 0);
    lone.image.terminal.ticket = (struct ticket_no){ "A", 2 };
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 1);
}
END_TEST

/* One that sends back what it is told is asked by it: offline after eight times without, online by any word. */
START_TEST(one_that_sends_back_can_be_offline) {
    struct ff68_frame told;
    caller_show();
    caller_say_all(FF68_DIGITS, &told);
    ck_assert_uint_eq(lone.device.images, 1);
    caller_hear(&told, 40);
    for (unsigned i = 0; i < 3; i++) {
        lone.now_us += 31 * (int64_t)SECOND;
        ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
        caller_hear(&told, 40);
        lone.now_us += 20 * (int64_t)SECOND;
        ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 0);
    }
    ck_assert_uint_eq(caller_count(REPORT_KEY), 0);
    for (unsigned i = 0; i < 500 && caller_count(REPORT_OFFLINE) == 0; i++) {
        lone.now_us += 100 * MS;
        caller_say_all(FF68_DIGITS, &told);
    }
    ck_assert_uint_eq(caller_count(REPORT_OFFLINE), 1);
    ck_assert_str_eq(caller_last(REPORT_OFFLINE)->what, "no answer 8 of 8");
    ck_assert_uint_eq(lone.device.timeouts, 8);
    caller_hear(&NEXT, 1000);
    ck_assert_uint_eq(caller_count(REPORT_ONLINE), 2);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 1);
    ck_assert_uint_eq(caller_say_all(FF68_DIGITS, &told), 1);
}
END_TEST

/* Its digits are not confirmed, but its keys are heard. */
START_TEST(one_whose_keys_are_heard_is_not_offline) {
    struct ff68_frame told;
    caller_show();
    caller_say_all(FF68_DIGITS, &told);
    caller_hear(&told, 40);
    for (unsigned i = 0; i < 40; i++) {
        caller_hear(&NEXT, 3000);
        caller_say_all(FF68_DIGITS, &told);
    }
    ck_assert_uint_gt(lone.device.timeouts, 16);
    ck_assert_uint_eq(caller_count(REPORT_OFFLINE), 0);
}
END_TEST

START_TEST(digits_that_come_back_late_are_no_key) {
    struct ff68_frame told, newer;
    caller_show();
    caller_say_all(FF68_DIGITS, &told);
    lone.image.terminal.waiting = 8;
    caller_show();
    caller_say_all(FF68_DIGITS, &newer);
    caller_hear(&told, 100);
    ck_assert_uint_eq(caller_count(REPORT_KEY), 0);
    ck_assert(lone.device.is_unconfirmed);
    caller_hear(&newer, 100);
    ck_assert(!lone.device.is_unconfirmed);
}
END_TEST

START_TEST(a_device_that_was_never_heard_says_so) {
    ck_assert_uint_eq(caller_count(REPORT_ONLINE), 1);
    ck_assert_ptr_nonnull(strstr(lone.device.what, "not heard yet"));
    caller_hear(&NEXT, 0);
    ck_assert_str_eq(lone.device.what, "");
    ck_assert_uint_eq(caller_count(REPORT_ONLINE), 1);
}
END_TEST

START_TEST(a_terminal_is_found_by_its_beeps) {
    struct ff68_frame told;
    unsigned beeps = 0;
    caller_show();
    lone.image.identify_s = 3;
    lone.image.identify_count = 1;
    caller_show();
    for (unsigned i = 0; i < 50; i++) {
        beeps += caller_say_all(FF68_BEEP, &told);
        lone.now_us += 100 * MS;
    }
    ck_assert_uint_eq(beeps, 3);
    ck_assert_uint_eq(caller_count(REPORT_ABLE), 1);
    ck_assert_str_eq(caller_last(REPORT_ABLE)->what, "");
}
END_TEST

START_TEST(an_identify_that_the_line_took_is_not_said_to_be_done) {
    struct ff68_frame told;
    caller_show();
    lone.image.identify_s = 3;
    lone.image.identify_count = 1;
    caller_show();
    ff68_device_fall(&lone.device, lone.now_us);
    lone.now_us += SECOND;
    ff68_device_rise(&lone.device, lone.now_us);
    lone.image.terminal.lamp = LAMP_CALLING;
    lone.image.terminal.ticket = (struct ticket_no){ "A", 1 };
    caller_show();
    ck_assert_uint_eq(caller_say_all(FF68_BEEP, &told), 1);
    ck_assert_uint_eq(caller_count(REPORT_ABLE), 0);
}
END_TEST

/* A reload opens the bus anew and counts from 1 again, while the answer to an older press may still come. */
START_TEST(an_answer_from_before_a_reload_settles_nothing) {
    struct ff68_frame back;
    caller_hear(&NEXT, 0);
    struct device_report before = *caller_last(REPORT_KEY);
    caller_reopen();
    caller_hear(&RECALL, 1000);
    ck_assert_uint_eq(caller_last(REPORT_KEY)->count, before.count);
    caller_answer_to(&before, 1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 0);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
    /* Unlike the bus, a line that is opened anew goes on counting. */
    caller_hear(&NEXT, 0);
    ff68_device_fall(&lone.device, lone.now_us);
    ff68_device_rise(&lone.device, lone.now_us + SECOND);
    caller_answer(1);
    ck_assert_uint_eq(caller_say_all(FF68_KEY, &back), 1);
}
END_TEST

Suite *ff68_suite(void) {
    Suite *suite = suite_create("ff68");
    TCase *tcase = tcase_create("terminal");
    tcase_add_checked_fixture(tcase, caller_begin_terminal, NULL);
    tcase_add_loop_test(tcase, a_key_is_reported_under_the_reference_code, 0, 15);
    tcase_add_test(tcase, a_key_is_sent_back_after_the_answer_alone);
    tcase_add_test(tcase, a_refused_key_is_not_sent_back_but_heard);
    tcase_add_test(tcase, a_repeated_key_is_one_press);
    tcase_add_test(tcase, a_refused_key_is_asked_for_again);
    tcase_add_test(tcase, another_key_is_another_press);
    tcase_add_test(tcase, an_old_answer_settles_nothing_newer);
    tcase_add_test(tcase, a_press_without_an_answer_is_given_up);
    tcase_add_test(tcase, a_lost_line_makes_no_second_press);
    tcase_add_test(tcase, a_line_that_returns_is_told_what_to_show);
    tcase_add_test(tcase, a_picture_is_told_again_ever_more_seldom);
    tcase_add_test(tcase, people_waiting_alone_may_lag_a_second);
    tcase_add_test(tcase, people_waiting_hold_up_no_call);
    tcase_add_test(tcase, a_call_beeps_once);
    tcase_add_test(tcase, one_that_sends_back_can_be_offline);
    tcase_add_test(tcase, one_whose_keys_are_heard_is_not_offline);
    tcase_add_test(tcase, digits_that_come_back_late_are_no_key);
    tcase_add_test(tcase, a_device_that_was_never_heard_says_so);
    tcase_add_test(tcase, a_terminal_is_found_by_its_beeps);
    tcase_add_test(tcase, an_identify_that_the_line_took_is_not_said_to_be_done);
    tcase_add_test(tcase, an_answer_from_before_a_reload_settles_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
