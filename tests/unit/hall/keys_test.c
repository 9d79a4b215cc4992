/* The table of 3-hall-rules.md: every key in every state of its window, its events and its answer. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

/* What a row's window is before the key: the state, and how it came to it. */
enum setting { CLOSED, OPEN, OPEN_EMPTY, CALLING, SERVING, ASSUMED, JUST_ASSUMED, PAUSED };

struct row {
    enum command_type key;
    enum setting setting;
    unsigned answer;    /* on the terminal */
    const char *events; /* of the press */
};

/*
 * Window 1 with staff 0107; A001 is called where the setting says so, A002 and A003 wait. The press comes 60 s after
 * the call, when it is neither a mistake nor too soon; in JUST_ASSUMED 25 s after it, 5 s after the assumed start.
 */
static const struct row ROWS[] = {
    { COMMAND_STAFF_SIGN_IN, CLOSED, 1, "staff.signed_in window.opened" },
    { COMMAND_STAFF_SIGN_IN, OPEN, 1, "staff.signed_out staff.signed_in" },
    { COMMAND_STAFF_SIGN_IN, CALLING, 1, "staff.signed_out staff.signed_in" },
    { COMMAND_STAFF_SIGN_IN, SERVING, 1, "staff.signed_out staff.signed_in" },
    { COMMAND_STAFF_SIGN_IN, ASSUMED, 1, "staff.signed_out staff.signed_in" },
    { COMMAND_STAFF_SIGN_IN, PAUSED, 1, "staff.signed_out staff.signed_in" },
    { COMMAND_STAFF_SIGN_OUT, CLOSED, 5, "" },
    { COMMAND_STAFF_SIGN_OUT, OPEN, 1, "staff.signed_out window.closed" },
    { COMMAND_STAFF_SIGN_OUT, CALLING, 1, "window.closed" },
    { COMMAND_STAFF_SIGN_OUT, SERVING, 1, "window.closed" },
    { COMMAND_STAFF_SIGN_OUT, ASSUMED, 1, "window.closed" },
    { COMMAND_STAFF_SIGN_OUT, PAUSED, 1, "staff.signed_out window.closed" },
    { COMMAND_WINDOW_NEXT, CLOSED, 3, "" },
    { COMMAND_WINDOW_NEXT, OPEN, 1, "ticket.called" },
    { COMMAND_WINDOW_NEXT, OPEN_EMPTY, 2, "" },
    { COMMAND_WINDOW_NEXT, CALLING, 1, "ticket.no_show ticket.called" },
    { COMMAND_WINDOW_NEXT, SERVING, 1, "ticket.done rating.invited ticket.called" },
    { COMMAND_WINDOW_NEXT, ASSUMED, 1, "ticket.done rating.invited ticket.called" },
    { COMMAND_WINDOW_NEXT, PAUSED, 1, "window.resumed ticket.called" },
    { COMMAND_WINDOW_RECALL, CLOSED, 3, "" },
    { COMMAND_WINDOW_RECALL, OPEN, 5, "" },
    { COMMAND_WINDOW_RECALL, CALLING, 1, "ticket.recalled" },
    { COMMAND_WINDOW_RECALL, SERVING, 5, "" },
    { COMMAND_WINDOW_RECALL, ASSUMED, 1, "ticket.recalled" },
    { COMMAND_WINDOW_RECALL, PAUSED, 5, "" },
    { COMMAND_WINDOW_START, CLOSED, 3, "" },
    { COMMAND_WINDOW_START, OPEN, 5, "" },
    { COMMAND_WINDOW_START, CALLING, 1, "ticket.serving" },
    { COMMAND_WINDOW_START, SERVING, 1, "" },
    { COMMAND_WINDOW_START, ASSUMED, 1, "" },
    { COMMAND_WINDOW_START, PAUSED, 5, "" },
    { COMMAND_WINDOW_NO_SHOW, CLOSED, 3, "" },
    { COMMAND_WINDOW_NO_SHOW, OPEN, 5, "" },
    { COMMAND_WINDOW_NO_SHOW, CALLING, 1, "ticket.no_show" },
    { COMMAND_WINDOW_NO_SHOW, SERVING, 5, "" },
    { COMMAND_WINDOW_NO_SHOW, ASSUMED, 1, "ticket.no_show" },
    { COMMAND_WINDOW_NO_SHOW, JUST_ASSUMED, 8, "" },
    { COMMAND_WINDOW_NO_SHOW, PAUSED, 5, "" },
    { COMMAND_WINDOW_DONE, CLOSED, 3, "" },
    { COMMAND_WINDOW_DONE, OPEN, 5, "" },
    { COMMAND_WINDOW_DONE, CALLING, 1, "ticket.serving ticket.done rating.invited" },
    { COMMAND_WINDOW_DONE, SERVING, 1, "ticket.done rating.invited" },
    { COMMAND_WINDOW_DONE, ASSUMED, 1, "ticket.done rating.invited" },
    { COMMAND_WINDOW_DONE, PAUSED, 5, "" },
    { COMMAND_RATING_INVITE, CLOSED, 3, "" },
    { COMMAND_RATING_INVITE, OPEN, 5, "" },
    { COMMAND_RATING_INVITE, CALLING, 5, "" },
    { COMMAND_RATING_INVITE, SERVING, 1, "rating.invited" },
    { COMMAND_RATING_INVITE, ASSUMED, 1, "rating.invited" },
    { COMMAND_RATING_INVITE, PAUSED, 5, "" },
    { COMMAND_WINDOW_TRANSFER, CLOSED, 3, "" },
    { COMMAND_WINDOW_TRANSFER, OPEN, 5, "" },
    { COMMAND_WINDOW_TRANSFER, CALLING, 1, "ticket.transferred" },
    { COMMAND_WINDOW_TRANSFER, SERVING, 1, "ticket.transferred" },
    { COMMAND_WINDOW_TRANSFER, ASSUMED, 1, "ticket.transferred" },
    { COMMAND_WINDOW_TRANSFER, PAUSED, 5, "" },
    { COMMAND_WINDOW_CALL, CLOSED, 3, "" },
    { COMMAND_WINDOW_CALL, OPEN, 1, "ticket.called" },
    { COMMAND_WINDOW_CALL, CALLING, 5, "" },
    { COMMAND_WINDOW_CALL, SERVING, 1, "ticket.done rating.invited ticket.called" },
    { COMMAND_WINDOW_CALL, ASSUMED, 1, "ticket.done rating.invited ticket.called" },
    { COMMAND_WINDOW_CALL, PAUSED, 1, "window.resumed ticket.called" },
    { COMMAND_WINDOW_HOLD, CLOSED, 3, "" },
    { COMMAND_WINDOW_HOLD, OPEN, 5, "" },
    { COMMAND_WINDOW_HOLD, CALLING, 1, "ticket.held" },
    { COMMAND_WINDOW_HOLD, SERVING, 1, "ticket.held" },
    { COMMAND_WINDOW_HOLD, ASSUMED, 1, "ticket.held" },
    { COMMAND_WINDOW_HOLD, PAUSED, 5, "" },
    { COMMAND_WINDOW_UNHOLD, CLOSED, 3, "" },
    { COMMAND_WINDOW_UNHOLD, OPEN, 2, "" },
    { COMMAND_WINDOW_UNHOLD, CALLING, 5, "" },
    { COMMAND_WINDOW_UNHOLD, SERVING, 5, "" },
    { COMMAND_WINDOW_UNHOLD, ASSUMED, 5, "" },
    { COMMAND_WINDOW_UNHOLD, PAUSED, 2, "" },
    { COMMAND_WINDOW_PAUSE, CLOSED, 3, "" },
    { COMMAND_WINDOW_PAUSE, OPEN, 1, "window.paused" },
    { COMMAND_WINDOW_PAUSE, CALLING, 1, "window.paused" },
    { COMMAND_WINDOW_PAUSE, SERVING, 1, "window.paused" },
    { COMMAND_WINDOW_PAUSE, ASSUMED, 1, "window.paused" },
    { COMMAND_WINDOW_PAUSE, PAUSED, 1, "window.paused" },
    { COMMAND_WINDOW_RESUME, CLOSED, 3, "" },
    { COMMAND_WINDOW_RESUME, OPEN, 1, "" },
    { COMMAND_WINDOW_RESUME, CALLING, 1, "" },
    { COMMAND_WINDOW_RESUME, SERVING, 1, "" },
    { COMMAND_WINDOW_RESUME, ASSUMED, 1, "" },
    { COMMAND_WINDOW_RESUME, PAUSED, 1, "window.resumed" },
    { COMMAND_WINDOW_UNDO, CLOSED, 3, "" },
    { COMMAND_WINDOW_UNDO, OPEN, 5, "" },
    { COMMAND_WINDOW_UNDO, CALLING, 5, "" }, /* 60 s after the call: too late */
    { COMMAND_WINDOW_UNDO, SERVING, 5, "" },
    { COMMAND_WINDOW_UNDO, ASSUMED, 5, "" }, /* 40 s after the assumed start: too late */
    { COMMAND_WINDOW_UNDO, JUST_ASSUMED, 1, "ticket.undone" },
    { COMMAND_WINDOW_UNDO, PAUSED, 5, "" },
    { COMMAND_WINDOW_HELP, CLOSED, 1, "alert.raised" },
    { COMMAND_WINDOW_HELP, OPEN, 1, "alert.raised" },
    { COMMAND_WINDOW_HELP, CALLING, 1, "alert.raised" },
    { COMMAND_WINDOW_HELP, SERVING, 1, "alert.raised" },
    { COMMAND_WINDOW_HELP, ASSUMED, 1, "alert.raised" },
    { COMMAND_WINDOW_HELP, PAUSED, 1, "alert.raised" },
};
enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0] };

static bool is_assumed(enum setting setting) {
    return setting == ASSUMED || setting == JUST_ASSUMED;
}

static bool has_ticket(enum setting setting) {
    return setting == CALLING || setting == SERVING || is_assumed(setting);
}

static void people_come(struct lab *lab, enum setting setting) {
    for (unsigned i = 0; i < 3 && setting != OPEN_EMPTY; i++) {
        lab_issue(lab, "social");
    }
    if (has_ticket(setting)) {
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    }
    ck_at(lab, 1, has_ticket(setting) ? "A001" : "");
}

static struct lab *set_up(enum setting setting) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = is_assumed(setting) ? 20 : 0;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    if (setting != CLOSED) {
        lab_sign_in(lab, 1, "0107");
    }
    people_come(lab, setting);
    lab_pass(lab, setting == JUST_ASSUMED ? 25 * SECOND : MINUTE);
    if (setting == SERVING) {
        ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_START, 1), REASON_NONE);
    } else if (setting == PAUSED) {
        ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_PAUSE, 1), REASON_NONE);
    }
    return lab;
}

static struct command press_of(const struct row *row) {
    struct command command = lab_command(row->key, 1);
    command.ticket = lab_no("A003");
    command.has |= COMMAND_HAS(ARG_TICKET);
    if (row->key == COMMAND_STAFF_SIGN_IN) {
        snprintf(command.staff, sizeof command.staff, "0108");
    }
    if (row->key == COMMAND_WINDOW_TRANSFER) {
        snprintf(command.service, sizeof command.service, "tax");
    }
    if (row->key == COMMAND_WINDOW_PAUSE) {
        snprintf(command.reason, sizeof command.reason, "2");
    }
    return command;
}

START_TEST(key_in_state_gives_the_tables_event_and_answer) {
    const struct row *row = &ROWS[_i];
    struct lab *lab = set_up(row->setting);
    struct command command = press_of(row);
    uint64_t digest = hall_digest(lab->hall);
    enum reason reason = lab_send(lab, &command);
    unsigned answer = reason == REASON_NONE ? 1 : reason_answer(reason);
    ck_assert_msg(answer == row->answer && strcmp(lab->said, row->events) == 0,
                  "%s in setting %d: answer %u \"%s\", expected %u \"%s\"", command_name(row->key),
                  row->setting, answer, lab->said, row->answer, row->events);
    if (row->events[0] == 0) {
        ck_assert_uint_eq(hall_digest(lab->hall), digest);
    }
    lab_close(lab);
}
END_TEST

START_TEST(next_just_after_a_call_is_a_mistake) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 2999);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_JUST_CALLED);
    ck_assert_uint_eq(reason_answer(REASON_JUST_CALLED), 7);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_TOO_SOON);
    ck_assert_uint_eq(reason_answer(REASON_TOO_SOON), 8);
    ck_at(lab, 1, "A001");
    lab_close(lab);
}
END_TEST

START_TEST(no_show_waits_longer_for_the_green_channel) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = 0;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue_green(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 90 * SECOND - 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_TOO_SOON);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_NONE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 45 * SECOND - 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_TOO_SOON);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(serving_starts_by_itself_and_is_assumed) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 15 * SECOND);
    lab_key(lab, COMMAND_WINDOW_RECALL, 1); /* restarts the timer */
    lab_pass(lab, 20 * SECOND - 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_SERVING);
    ck_assert(lab_window(lab, 1)->is_assumed);
    ck_assert(lab_last(lab, EVENT_TICKET_SERVING)->assumed);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_SERVING)->by.kind, BY_RULE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert(lab_last(lab, EVENT_TICKET_DONE)->assumed);
    lab_close(lab);
}
END_TEST

START_TEST(recalls_are_counted) {
    struct lab *lab = lab_new();
    lab->rules.recalls = 2;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RECALL, 1), REASON_NONE);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RECALL, 1), REASON_NONE);
    ck_assert_uint_eq(lab_window(lab, 1)->calls, 3);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_RECALLED)->count, 3);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RECALL, 1), REASON_NOT_NOW);
    lab_close(lab);
}
END_TEST

START_TEST(undo_of_a_call_within_ten_seconds) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 9999);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NONE);
    ck_said(lab, "ticket.undone");
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001"); /* with its turn */
    lab_sleep(lab, 10000);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NOT_NOW);
    lab_close(lab);
}
END_TEST

START_TEST(undo_brings_the_last_no_show_back) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = 0;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1); /* A001 no show, A002 called */
    ck_at(lab, 1, "A002");
    lab_sleep(lab, 4000);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NONE);
    lab_sleep(lab, 4000);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NONE);
    ck_at(lab, 1, "A001");
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    ck_assert_uint_eq(lab->snapshot->no_shows, 0);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    lab_sleep(lab, 10000);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 1), REASON_NOT_NOW);
    lab_close(lab);
}
END_TEST

START_TEST(pause_and_sign_out_wait_for_the_ticket) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    ck_assert(lab_window(lab, 1)->is_pending_pause);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CALLING);
    lab_sleep(lab, MINUTE);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_NONE);
    ck_said(lab, "ticket.no_show window.paused");
    ck_assert_str_eq(lab_window(lab, 1)->pause_reason, "1");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 1);
    ck_assert(lab_window(lab, 1)->is_pending_close);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked staff.signed_out window.closed");
    lab_close(lab);
}
END_TEST

START_TEST(the_opposite_key_cancels_what_waits) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RESUME, 1), REASON_NONE);
    ck_said(lab, "window.resumed");
    ck_assert(!lab_window(lab, 1)->is_pending_pause);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 1);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0107"), REASON_NONE);
    ck_said(lab, "staff.signed_in");
    ck_assert(!lab_window(lab, 1)->is_pending_close);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_close(lab);
}
END_TEST

START_TEST(held_ticket_is_called_by_unhold) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_HOLD, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A002");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_HOLD, 1), REASON_NOT_NOW); /* one a window */
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNHOLD, 1), REASON_NONE);
    ck_said(lab, "window.resumed ticket.unheld ticket.called");
    ck_at(lab, 1, "A001");
    ck_assert_int_eq(lab_window(lab, 1)->why.tier, TIER_BOUND);
    lab_key(lab, COMMAND_WINDOW_HOLD, 1);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 1);
    ck_said(lab, "ticket.unheld staff.signed_out window.closed");
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001"); /* back in its line with its turn */
    lab_close(lab);
}
END_TEST

START_TEST(a_window_that_closes_after_this_ticket_holds_nobody) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_HOLD, 1), REASON_NONE);
    ck_said(lab, "ticket.held ticket.unheld staff.signed_out window.closed");
    lab_sign_in(lab, 2, "0109");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_at(lab, 2, "A001");
    lab_close(lab);
}
END_TEST

START_TEST(pause_reason_must_be_known) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    struct command command = lab_command(COMMAND_WINDOW_PAUSE, 1);
    snprintf(command.reason, sizeof command.reason, "3");
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(a_pause_is_told_again_only_with_another_reason) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    struct command command = lab_command(COMMAND_WINDOW_PAUSE, 1);
    snprintf(command.reason, sizeof command.reason, "1");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "window.paused");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "");
    snprintf(command.reason, sizeof command.reason, "2");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "window.paused");
    lab_close(lab);
}
END_TEST

START_TEST(done_says_its_outcome) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct command command = lab_command(COMMAND_WINDOW_DONE, 1);
    command.outcome = OUTCOME_TOLD_MISSING;
    lab_send(lab, &command);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_DONE)->outcome, OUTCOME_TOLD_MISSING);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    command.outcome = OUTCOME_NOT_HERE;
    lab_send(lab, &command);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    ck_assert_uint_eq(lab_window(lab, 1)->session, 1); /* who was there before may still answer */
    command.outcome = (enum outcome)6;
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(auto_call_calls_by_itself_and_guards_the_keys) {
    struct lab *lab = lab_new();
    lab->rules.windows[0].auto_call = true;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    ck_at(lab, 1, "A001");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_CALLED)->by.id, "auto_call");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RECALL, 1), REASON_JUST_CALLED);
    ck_assert_int_eq(lab_call(lab, 1, "A002"), REASON_JUST_CALLED);
    lab_sleep(lab, 3000);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_RECALL, 1), REASON_NONE);
    ck_assert_int_eq(lab_call(lab, 1, "A002"), REASON_NOT_NOW);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_tick(lab, lab->now_ms);
    ck_at(lab, 1, "A002");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_START, 1); /* the guard stands after START too */
    ck_assert_int_eq(lab_call(lab, 1, "A003"), REASON_JUST_CALLED);
    lab_sleep(lab, 3000);
    ck_assert_int_eq(lab_call(lab, 1, "A003"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(unknown_window_is_no_such) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 77), REASON_NO_SUCH);
    ck_assert_uint_eq(reason_answer(REASON_NO_SUCH), 9);
    lab_close(lab);
}
END_TEST

TCase *keys_case(void) {
    TCase *tcase = tcase_create("keys");
    tcase_add_loop_test(tcase, key_in_state_gives_the_tables_event_and_answer, 0, ROW_COUNT);
    tcase_add_test(tcase, next_just_after_a_call_is_a_mistake);
    tcase_add_test(tcase, no_show_waits_longer_for_the_green_channel);
    tcase_add_test(tcase, serving_starts_by_itself_and_is_assumed);
    tcase_add_test(tcase, recalls_are_counted);
    tcase_add_test(tcase, undo_of_a_call_within_ten_seconds);
    tcase_add_test(tcase, undo_brings_the_last_no_show_back);
    tcase_add_test(tcase, pause_and_sign_out_wait_for_the_ticket);
    tcase_add_test(tcase, the_opposite_key_cancels_what_waits);
    tcase_add_test(tcase, held_ticket_is_called_by_unhold);
    tcase_add_test(tcase, a_window_that_closes_after_this_ticket_holds_nobody);
    tcase_add_test(tcase, pause_reason_must_be_known);
    tcase_add_test(tcase, a_pause_is_told_again_only_with_another_reason);
    tcase_add_test(tcase, done_says_its_outcome);
    tcase_add_test(tcase, auto_call_calls_by_itself_and_guards_the_keys);
    tcase_add_test(tcase, unknown_window_is_no_such);
    return tcase;
}
