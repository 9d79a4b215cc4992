/* Which call was spoken, and the clocks that wait for it. Window 1 and 2 have voice-1, window 3 voice-2, the others none. */
#include <string.h>

#include "fixture.h"
#include "suites.h"

static struct lab *voiced(void) {
    struct lab *lab = lab_new();
    strcpy(lab->rules.windows[0].voice, "voice-1");
    strcpy(lab->rules.windows[1].voice, "voice-1");
    strcpy(lab->rules.windows[2].voice, "voice-2");
    lab->rules.start_after_s = 0;
    lab_begin(lab);
    lab_online(lab, "voice-1", ROLE_VOICE, 0);
    lab_online(lab, "voice-2", ROLE_VOICE, 0);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    for (unsigned i = 0; i < 4; i++) {
        lab_issue(lab, "social");
    }
    return lab;
}

static void speak(struct lab *lab, uint16_t window, uint16_t calls, uint64_t visit) {
    struct input input = { .kind = INPUT_SPOKEN, .now_ms = lab->now_ms, .window = window };
    input.spoken.device = "voice-1";
    input.spoken.calls = calls;
    input.spoken.visit = visit;
    lab_take(lab, &input);
}

static uint64_t visit_at(struct lab *lab, uint16_t window) {
    return lab_window(lab, window)->visit;
}

/* NO_SHOW is too soon now, and is not `later_ms` on. */
static void ck_too_soon_until(struct lab *lab, uint16_t window, int64_t later_ms) {
    lab_sleep(lab, later_ms - 1);
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NO_SHOW, window), REASON_TOO_SOON);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, window), REASON_NONE);
}

START_TEST(no_show_counts_from_where_the_call_was_spoken) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 18 * SECOND);
    speak(lab, 1, 1, visit_at(lab, 1));
    ck_said(lab, "ticket.announced");
    const struct event *said = lab_last(lab, EVENT_TICKET_ANNOUNCED);
    ck_assert_uint_eq(said->window, 1);
    ck_assert_uint_eq(said->visit, visit_at(lab, 1));
    ck_assert_uint_eq(said->count, 1);
    ck_assert_int_eq(said->by.kind, BY_DEVICE);
    ck_assert_str_eq(said->by.id, "voice-1");
    ck_assert_str_eq(said->reason, "");
    ck_assert_uint_eq(lab_window(lab, 1)->announced, 1);
    ck_too_soon_until(lab, 1, 45 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(a_green_one_has_its_longer_time_from_there_too) {
    struct lab *lab = voiced();
    lab_issue_green(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A005");
    lab_sleep(lab, 18 * SECOND);
    speak(lab, 1, 1, visit_at(lab, 1));
    ck_too_soon_until(lab, 1, 90 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(next_is_too_soon_for_as_long) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 18 * SECOND);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_sleep(lab, 45 * SECOND - 1);
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_TOO_SOON);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_NONE);
    ck_at(lab, 1, "A002");
    lab_close(lab);
}
END_TEST

START_TEST(a_silent_voice_is_waited_for_twenty_seconds) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_too_soon_until(lab, 1, 65 * SECOND);
    lab_close(lab);
}
END_TEST

/* Window 3 has another voice, and window 2 has been spoken of when window 1 calls the second time. */
START_TEST(each_call_before_it_gives_ten_seconds_more) {
    struct lab *lab = voiced();
    lab_sign_in(lab, 3, "0110");
    lab_issue(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    speak(lab, 2, 1, visit_at(lab, 2));
    ck_too_soon_until(lab, 1, 75 * SECOND);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_too_soon_until(lab, 1, 65 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(a_rush_is_waited_for_three_minutes_at_most) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = 0;
    lab->rules.require_sign_in = false;
    lab->limits.windows = 20;
    lab->rules.window_count = 20;
    for (uint16_t i = 0; i < 20; i++) {
        struct window_rule *window = &lab->rules.windows[i];
        *window = (struct window_rule){ .id = (uint16_t)(i + 1), .own = 1U << 1 };
        strcpy(window->voice, "voice-1");
    }
    lab_begin(lab);
    lab_online(lab, "voice-1", ROLE_VOICE, 0);
    for (uint16_t i = 1; i <= 20; i++) {
        lab_issue(lab, "social");
        lab_key(lab, COMMAND_WINDOW_NEXT, i);
    }
    ck_at(lab, 20, "A020");
    ck_too_soon_until(lab, 20, 225 * SECOND);
    lab_close(lab);
}
END_TEST

static const struct {
    enum report_kind ends, returns;
} TROUBLES[] = { { REPORT_OFFLINE, REPORT_ONLINE }, { REPORT_FAULTED, REPORT_RECOVERED } };

/* The call itself counts as soon as the voice can't speak, and no longer once it can again. */
START_TEST(where_the_voice_is_dead_the_call_itself_counts) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 46 * SECOND);
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_TOO_SOON);
    lab_report(lab, TROUBLES[_i].ends, "voice-1", ROLE_VOICE, 0, 0);
    lab_report(lab, TROUBLES[_i].returns, "voice-1", ROLE_VOICE, 0, 0);
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_TOO_SOON);
    lab_report(lab, TROUBLES[_i].ends, "voice-1", ROLE_VOICE, 0, 0);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_NONE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_too_soon_until(lab, 1, 45 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(after_a_start_the_voice_is_waited_for_until_it_is_offline) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 46 * SECOND);
    lab_restart(lab);
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_TOO_SOON);
    lab_report(lab, REPORT_OFFLINE, "voice-1", ROLE_VOICE, 0, 0);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_window_without_a_voice_counts_from_the_call) {
    struct lab *lab = voiced();
    lab_sign_in(lab, 4, "0108");
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    ck_too_soon_until(lab, 4, 45 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(serving_is_assumed_only_after_the_call_was_spoken) {
    struct lab *lab = voiced();
    lab->rules.start_after_s = 20;
    lab_reload(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 19 * SECOND);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_pass(lab, 20 * SECOND - 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_SERVING);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2); /* whose voice says nothing */
    lab_pass(lab, 40 * SECOND - 1);
    ck_assert_int_eq(lab_window(lab, 2)->state, WINDOW_CALLING);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_window(lab, 2)->state, WINDOW_SERVING);
    lab_close(lab);
}
END_TEST

START_TEST(a_recall_restarts_the_start_timer_by_its_press) {
    struct lab *lab = voiced();
    lab->rules.start_after_s = 20;
    lab_reload(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_pass(lab, 15 * SECOND);
    lab_key(lab, COMMAND_WINDOW_RECALL, 1);
    lab_pass(lab, 15 * SECOND);
    speak(lab, 1, 2, visit_at(lab, 1));
    ck_said(lab, "ticket.announced");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ANNOUNCED)->count, 2);
    lab_pass(lab, 5 * SECOND - 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_SERVING);
    lab_close(lab);
}
END_TEST

/* Twice the same, an earlier call, one more than there were, another's visit, a window that is gone, nobody there. */
START_TEST(what_was_spoken_too_late_or_twice_is_no_event) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    uint64_t visit = visit_at(lab, 1);
    speak(lab, 1, 2, visit);
    ck_said(lab, "");
    speak(lab, 1, 1, visit - 1);
    ck_said(lab, "");
    speak(lab, 99, 1, visit);
    ck_said(lab, "");
    lab_key(lab, COMMAND_WINDOW_RECALL, 1);
    speak(lab, 1, 2, visit);
    ck_said(lab, "ticket.announced");
    speak(lab, 1, 1, visit);
    ck_said(lab, "");
    speak(lab, 1, 2, visit);
    ck_said(lab, "");
    lab_key(lab, COMMAND_WINDOW_RECALL, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    speak(lab, 1, 3, visit);
    ck_said(lab, "");
    lab_close(lab);
}
END_TEST

START_TEST(what_a_voice_gave_up_counts_as_spoken_and_says_so) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct input input = { .kind = INPUT_SPOKEN, .now_ms = lab->now_ms, .window = 1 };
    input.spoken.device = "voice-1";
    input.spoken.calls = 1;
    input.spoken.visit = visit_at(lab, 1);
    input.spoken.is_given_up = true;
    lab_take(lab, &input);
    ck_said(lab, "ticket.announced");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_ANNOUNCED)->reason, "given_up");
    ck_too_soon_until(lab, 1, 45 * SECOND);
    lab_close(lab);
}
END_TEST

/* It is the window's own that is waited for. */
START_TEST(what_another_voice_gave_up_is_not_spoken) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct input input = { .kind = INPUT_SPOKEN, .now_ms = lab->now_ms, .window = 1 };
    input.spoken.device = "voice-2";
    input.spoken.calls = 1;
    input.spoken.visit = visit_at(lab, 1);
    input.spoken.is_given_up = true;
    lab_take(lab, &input);
    ck_said(lab, "");
    ck_assert_uint_eq(lab_window(lab, 1)->announced, 0);
    input.spoken.is_given_up = false;
    lab_take(lab, &input);
    ck_said(lab, "ticket.announced");
    ck_too_soon_until(lab, 1, 45 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(who_comes_back_by_undo_is_not_called_again) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_key(lab, COMMAND_WINDOW_RECALL, 1); /* never spoken */
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    lab_key(lab, COMMAND_WINDOW_UNDO, 1);
    ck_at(lab, 1, "A001");
    ck_assert_uint_eq(lab_window(lab, 1)->announced, lab_window(lab, 1)->calls);
    ck_too_soon_until(lab, 1, 45 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(who_is_called_anew_is_spoken_of_anew) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_key(lab, COMMAND_WINDOW_UNDO, 1);
    lab_sleep(lab, 4 * SECOND);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001");
    ck_assert_uint_eq(lab_window(lab, 1)->announced, 0);
    ck_too_soon_until(lab, 1, 65 * SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(a_restart_knows_what_was_spoken) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    speak(lab, 1, 1, visit_at(lab, 1));
    lab_restart(lab);
    ck_assert_uint_eq(lab_window(lab, 1)->announced, 1);
    ck_assert_uint_eq(lab_window(lab, 2)->announced, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_reload_gives_and_takes_the_voice) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    memset(lab->rules.windows[0].voice, 0, NAME_SIZE);
    lab_reload(lab);
    ck_too_soon_until(lab, 1, 45 * SECOND);
    strcpy(lab->rules.windows[0].voice, "voice-2");
    lab_reload(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_too_soon_until(lab, 1, 65 * SECOND);
    lab_close(lab);
}
END_TEST

/* Back by three hours while one call waits for its voice and another has been spoken of. */
START_TEST(a_jump_of_the_clock_moves_what_was_heard) {
    struct lab *lab = voiced();
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    speak(lab, 2, 1, visit_at(lab, 2));
    struct input input = { .kind = INPUT_CLOCK, .now_ms = lab->now_ms };
    input.clock.to_ms = lab->now_ms - 3 * HOUR;
    lab_take(lab, &input);
    lab->now_ms = input.clock.to_ms;
    ck_too_soon_until(lab, 2, 45 * SECOND);
    ck_too_soon_until(lab, 1, 30 * SECOND);
    lab_close(lab);
}
END_TEST

TCase *voice_case(void) {
    TCase *tcase = tcase_create("voice");
    tcase_add_test(tcase, no_show_counts_from_where_the_call_was_spoken);
    tcase_add_test(tcase, a_green_one_has_its_longer_time_from_there_too);
    tcase_add_test(tcase, next_is_too_soon_for_as_long);
    tcase_add_test(tcase, a_silent_voice_is_waited_for_twenty_seconds);
    tcase_add_test(tcase, each_call_before_it_gives_ten_seconds_more);
    tcase_add_test(tcase, a_rush_is_waited_for_three_minutes_at_most);
    tcase_add_loop_test(tcase, where_the_voice_is_dead_the_call_itself_counts, 0,
                        sizeof TROUBLES / sizeof TROUBLES[0]);
    tcase_add_test(tcase, after_a_start_the_voice_is_waited_for_until_it_is_offline);
    tcase_add_test(tcase, a_window_without_a_voice_counts_from_the_call);
    tcase_add_test(tcase, serving_is_assumed_only_after_the_call_was_spoken);
    tcase_add_test(tcase, a_recall_restarts_the_start_timer_by_its_press);
    tcase_add_test(tcase, what_was_spoken_too_late_or_twice_is_no_event);
    tcase_add_test(tcase, what_a_voice_gave_up_counts_as_spoken_and_says_so);
    tcase_add_test(tcase, what_another_voice_gave_up_is_not_spoken);
    tcase_add_test(tcase, who_comes_back_by_undo_is_not_called_again);
    tcase_add_test(tcase, who_is_called_anew_is_spoken_of_anew);
    tcase_add_test(tcase, a_restart_knows_what_was_spoken);
    tcase_add_test(tcase, a_jump_of_the_clock_moves_what_was_heard);
    tcase_add_test(tcase, a_reload_gives_and_takes_the_voice);
    return tcase;
}
