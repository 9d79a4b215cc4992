/* rate_first_s: the next is called at the press, after the time, or by a second NEXT. */
#include "fixture.h"
#include "suites.h"

static uint16_t session_of(struct lab *lab) {
    return lab_window(lab, 1)->session;
}

static struct lab *rating_first(void) {
    struct lab *lab = lab_new();
    lab->rules.rating.rate_first_s = 30;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_said(lab, "ticket.done rating.invited");
    return lab;
}

START_TEST(rate_first_calls_at_the_press) {
    struct lab *lab = rating_first();
    lab_rate(lab, 1, session_of(lab), 5);
    ck_said(lab, "rating.given ticket.called");
    ck_at(lab, 1, "A002");
    lab_close(lab);
}
END_TEST

START_TEST(rate_first_calls_after_its_time) {
    struct lab *lab = rating_first();
    lab_pass(lab, 30 * SECOND - 1);
    ck_at(lab, 1, "");
    lab_pass(lab, 1);
    ck_at(lab, 1, "A002");
    lab_close(lab);
}
END_TEST

/* A held-back call that found nobody must not stop a window that calls by itself. */
START_TEST(rate_first_lapses_and_auto_call_goes_on) {
    struct lab *lab = lab_new();
    lab->rules.rating.rate_first_s = 30;
    lab->rules.windows[0].auto_call = true;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    lab_pass(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_said(lab, "ticket.done rating.invited");
    lab_pass(lab, 5 * MINUTE);
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    ck_at(lab, 1, "A002");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_CALLED)->by.id, "auto_call");
    lab_close(lab);
}
END_TEST

START_TEST(rate_first_is_skipped_by_a_second_next) {
    struct lab *lab = rating_first();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_said(lab, "rating.missed ticket.called");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->reason, "skipped");
    lab_close(lab);
}
END_TEST

/* UNDO brings A001 back while A003's call waits for the press: nobody is called over A001. */
START_TEST(rate_first_calls_nobody_over_an_undone_no_show) {
    struct lab *lab = lab_new();
    lab->rules.rating.rate_first_s = 30;
    lab->rules.mistake_s = 0;
    lab->rules.no_show.after_s = 0;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 4; i++) {
        lab_issue(lab, "social");
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1); /* A001 */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_said(lab, "ticket.done rating.invited");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NONE);
    ck_at(lab, 1, "A001");
    lab_rate(lab, 1, session_of(lab), 5);
    ck_said(lab, "rating.given");
    ck_at(lab, 1, "A001");
    lab_close(lab);
}
END_TEST

/* Nobody waited at its time: whoever comes later is called by a key, not by the late press, and NEXT skips nothing. */
START_TEST(rate_first_lapses_when_its_time_is_over) {
    struct lab *lab = lab_new();
    lab->rules.rating.rate_first_s = 30;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 2; i++) {
        lab_issue(lab, "social");
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_key(lab, COMMAND_WINDOW_START, 1);
        lab_pass(lab, MINUTE);
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        ck_assert_int_gt(lab_last(lab, EVENT_RATING_INVITED)->until_ms, lab->now_ms);
        lab_pass(lab, 40 * SECOND);
        lab_issue(lab, "social");
        if (i == 0) {
            lab_rate(lab, 1, session_of(lab), 5);
            ck_said(lab, "rating.given");
        }
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        ck_said(lab, "ticket.called");
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
    }
    lab_close(lab);
}
END_TEST

TCase *rating_first_case(void) {
    TCase *tcase = tcase_create("rating_first");
    tcase_add_test(tcase, rate_first_calls_at_the_press);
    tcase_add_test(tcase, rate_first_calls_after_its_time);
    tcase_add_test(tcase, rate_first_lapses_and_auto_call_goes_on);
    tcase_add_test(tcase, rate_first_calls_nobody_over_an_undone_no_show);
    tcase_add_test(tcase, rate_first_lapses_when_its_time_is_over);
    tcase_add_test(tcase, rate_first_is_skipped_by_a_second_next);
    return tcase;
}
