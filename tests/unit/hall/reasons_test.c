/* The reasons of a bad rating: for so long, at the window's own keypad, also when the next citizen is asked meanwhile. */
#include <string.h>

#include "asked.h"
#include "suites.h"

START_TEST(reasons_count_for_so_long) {
    struct lab *lab = asked(0);
    uint16_t session = session_of(lab);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.ignored"); /* not rated yet */
    lab_rate(lab, 1, session, 1);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, 4);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.reasons_given");
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->reasons[0], 110);
    lab_sleep(lab, 15 * SECOND - 1);
    give_reason(lab, session, 8);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->reasons[0], 115);
    lab_sleep(lab, 1);
    give_reason(lab, session, 1);
    ck_said(lab, "rating.ignored");
    lab_close(lab);
}
END_TEST

START_TEST(reasons_of_grade_two_have_their_own_codes_and_good_grades_none) {
    struct lab *lab = asked(1);
    lab_rate(lab, 1, session_of(lab), 2);
    give_reason(lab, session_of(lab), 1);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->reasons[0], 207);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_rate(lab, 1, session_of(lab), 3);
    ck_said(lab, "rating.given");
    give_reason(lab, session_of(lab), 1);
    ck_said(lab, "rating.ignored");
    lab_close(lab);
}
END_TEST

/* A001 was rated 1; the next was called, done at once by who takes over, and invited. The session of A001. */
static uint16_t next_is_asked(struct lab *lab) {
    uint16_t session = session_of(lab);
    lab_rate(lab, 1, session, 1);
    ck_said(lab, "rating.given case.opened alert.raised");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sign_in(lab, 1, "0110");
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.invited");
    ck_assert_uint_eq(session_of(lab), session + 1);
    return session;
}

static void ck_explained(struct lab *lab, uint16_t session) {
    ck_said(lab, "rating.reasons_given");
    const struct event *given = lab_last(lab, EVENT_RATING_REASONS_GIVEN);
    ck_assert_uint_eq(given->session, session);
    ck_assert_uint_eq(given->visit, lab_last(lab, EVENT_RATING_GIVEN)->visit);
    ck_assert_uint_eq(given->ticket.number, 1);
    ck_assert_uint_eq(given->grade, 1);
    ck_assert_str_eq(given->staff, "0107");
}

START_TEST(reasons_count_also_when_the_next_is_asked) {
    struct lab *lab = asked(2);
    uint16_t session = next_is_asked(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1); /* and a third stands there by now */
    ck_at(lab, 1, "A003");
    lab_sleep(lab, 15 * SECOND - 1);
    give_reason(lab, session, 3);
    ck_explained(lab, session);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, 1); /* the next is still asked, and answers */
    lab_sleep(lab, 1);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.ignored");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "session_closed");
    lab_rate(lab, 1, (uint16_t)(session + 1), 5);
    ck_said(lab, "rating.given");
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->ticket.number, 2);
    lab_close(lab);
}
END_TEST

START_TEST(reasons_of_the_one_before_count_at_its_window_and_rate_nobody) {
    struct lab *lab = asked(1);
    uint16_t session = next_is_asked(lab);
    struct command elsewhere = lab_command(COMMAND_RATING_REASONS, 2);
    elsewhere.session = session;
    elsewhere.reason_count = 1;
    elsewhere.reasons[0] = 3;
    lab_send(lab, &elsewhere);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "not_this_window");
    lab_rate(lab, 1, session, 5);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "already_rated");
    ck_assert_uint_eq(lab->snapshot->ratings, 1);
    lab_close(lab);
}
END_TEST

START_TEST(reasons_of_the_one_before_count_after_a_restart) {
    struct lab *lab = asked(1);
    uint16_t session = next_is_asked(lab);
    lab_restart(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sleep(lab, 15 * SECOND - 1);
    give_reason(lab, session, 3);
    ck_explained(lab, session);
    lab_close(lab);
}
END_TEST

/* What counts no more is not kept over what does: a good rating, or an old bad one, gives its place to none. */
START_TEST(only_the_last_bad_one_is_kept_beside_the_new_one) {
    struct lab *lab = asked(3);
    uint16_t session = next_is_asked(lab);
    lab_rate(lab, 1, (uint16_t)(session + 1), 5);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_uint_eq(session_of(lab), session + 2);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.reasons_given");
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->ticket.number, 1);
    give_reason(lab, (uint16_t)(session + 1), 3);
    ck_said(lab, "rating.ignored");
    lab_close(lab);
}
END_TEST

START_TEST(a_jump_of_the_clock_ends_no_reasons) {
    struct lab *lab = asked(1);
    uint16_t session = next_is_asked(lab);
    struct input jump = { .kind = INPUT_CLOCK, .now_ms = lab->now_ms };
    jump.clock.to_ms = lab->now_ms + HOUR;
    lab_take(lab, &jump);
    lab->now_ms = jump.clock.to_ms;
    lab_sleep(lab, 15 * SECOND - 1);
    give_reason(lab, session, 3);
    ck_explained(lab, session);
    lab_sleep(lab, 1);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.ignored");
    lab_close(lab);
}
END_TEST

START_TEST(a_session_whose_reasons_count_is_given_to_nobody_else) {
    struct lab *lab = asked(3);
    uint16_t session = next_is_asked(lab);
    struct carry_row row = { .kind = "hall" };
    row.numbers[0] = session - 1; /* as if 65,535 more had passed */
    row.numbers[1] = lab->now_ms;
    hall_restore(lab->hall, &row);
    lab_sign_in(lab, 2, "0109");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_key(lab, COMMAND_WINDOW_DONE, 2);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_INVITED)->session, session + 2);
    lab_restart(lab); /* what was restored stands in no journal */
    lab_close(lab);
}
END_TEST

START_TEST(the_day_forgets_whose_reasons_counted) {
    struct lab *lab = asked(1);
    uint16_t session = next_is_asked(lab);
    lab_next_day(lab);
    give_reason(lab, session, 3);
    ck_said(lab, "rating.ignored");
    lab_close(lab); /* which compares with the day from its carry-over: nothing is left */
}
END_TEST

/* After a restart the keypad's last presses are read again. */
START_TEST(a_reason_counts_once) {
    struct lab *lab = asked(1);
    uint16_t session = session_of(lab);
    lab_rate(lab, 1, session, 2);
    for (uint16_t round = 0; round < 4; round++) {
        if (round == 1) {
            lab_restart(lab);
            lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
        } else if (round == 2) {
            lab_key(lab, COMMAND_WINDOW_NEXT, 1);
            lab_key(lab, COMMAND_WINDOW_DONE, 1);
            ck_said(lab, "ticket.serving ticket.done rating.invited");
        }
        ck_assert_int_eq(give_reason(lab, session, 3), REASON_NONE);
        ck_said(lab, round == 0 ? "rating.reasons_given" : "");
        ck_assert_int_eq(give_reason(lab, session, (uint16_t)(4 + round)), REASON_NONE);
        ck_said(lab, "rating.reasons_given");
        ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->reasons[0], 210 + round);
        give_reason(lab, session, (uint16_t)(4 + round));
        ck_said(lab, "");
    }
    lab_close(lab);
}
END_TEST

TCase *reasons_case(void) {
    TCase *tcase = tcase_create("reasons");
    tcase_add_test(tcase, reasons_count_for_so_long);
    tcase_add_test(tcase, reasons_of_grade_two_have_their_own_codes_and_good_grades_none);
    tcase_add_test(tcase, reasons_count_also_when_the_next_is_asked);
    tcase_add_test(tcase, reasons_of_the_one_before_count_at_its_window_and_rate_nobody);
    tcase_add_test(tcase, reasons_of_the_one_before_count_after_a_restart);
    tcase_add_test(tcase, only_the_last_bad_one_is_kept_beside_the_new_one);
    tcase_add_test(tcase, a_jump_of_the_clock_ends_no_reasons);
    tcase_add_test(tcase, a_session_whose_reasons_count_is_given_to_nobody_else);
    tcase_add_test(tcase, the_day_forgets_whose_reasons_counted);
    tcase_add_test(tcase, a_reason_counts_once);
    return tcase;
}
