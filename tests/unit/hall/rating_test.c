/* A rating's life: invited, given, missed, not asked, ignored; and the case that a bad one opens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "suites.h"

START_TEST(a_good_rating_is_given_once) {
    struct lab *lab = asked(0);
    uint16_t session = session_of(lab);
    ck_assert_uint_eq(session, 1);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, 1);
    lab_sleep(lab, 4000);
    ck_assert_int_eq(lab_rate(lab, 1, session, 5), REASON_NONE);
    ck_said(lab, "rating.given");
    const struct event *given = lab_last(lab, EVENT_RATING_GIVEN);
    ck_assert_uint_eq(given->visit, lab_last(lab, EVENT_TICKET_CALLED)->seq);
    ck_assert_uint_eq(given->after_s, 4);
    ck_assert_uint_eq(given->suspicious, 0);
    ck_assert_str_eq(given->staff, "0107");
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, 2); /* thanks, for 3 s */
    lab_sleep(lab, 3000);
    ck_assert_uint_eq(lab_window(lab, 1)->keypad, 0);
    lab_rate(lab, 1, session, 1);
    ck_said(lab, "rating.ignored");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "already_rated");
    ck_assert_uint_eq(lab->snapshot->ratings, 1);
    lab_close(lab);
}
END_TEST

START_TEST(a_press_late_by_one_citizen_is_refused) {
    struct lab *lab = asked(1);
    uint16_t first = session_of(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.missed rating.invited");
    ck_assert_uint_eq(session_of(lab), first + 1);
    lab_rate(lab, 1, first, 1);
    ck_said(lab, "rating.ignored");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "session_closed");
    ck_assert_uint_eq(lab->snapshot->ratings, 0);
    lab_rate(lab, 1, (uint16_t)(first + 1), 5);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->ticket.number, 2);
    lab_close(lab);
}
END_TEST

START_TEST(only_the_windows_own_keypad_counts) {
    struct lab *lab = asked(0);
    lab_rate(lab, 2, session_of(lab), 5);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "not_this_window");
    lab_rate(lab, 1, 0, 5);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "session_closed");
    struct command page = lab_command(COMMAND_RATING_GIVE, 2);
    page.by = (struct by){ BY_MQTT, "office" };
    page.has |= COMMAND_HAS(ARG_SESSION);
    page.session = session_of(lab);
    page.grade = 5;
    ck_assert_int_eq(lab_send(lab, &page), REASON_NOT_THIS_WINDOW);
    ck_said(lab, "");
    page.session = 77;
    ck_assert_int_eq(lab_send(lab, &page), REASON_SESSION_CLOSED);
    page.window = 99;
    ck_assert_int_eq(lab_send(lab, &page), REASON_NO_SUCH);
    page.grade = 6;
    ck_assert_int_eq(lab_send(lab, &page), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(an_unanswered_invitation_is_missed) {
    struct lab *lab = asked(0);
    uint16_t session = session_of(lab);
    lab_pass(lab, 60 * SECOND - 1);
    ck_assert_uint_eq(lab->last[EVENT_RATING_MISSED].seq, 0);
    lab_pass(lab, 1);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->reason, "no_answer");
    ck_assert_uint_eq(session_of(lab), 0);
    lab_rate(lab, 1, session, 5);
    ck_said(lab, "rating.ignored");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_IGNORED)->reason, "session_closed");
    lab_close(lab);
}
END_TEST

START_TEST(it_lingers_after_the_next_citizens_start) {
    struct lab *lab = asked(1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 10 * SECOND);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 20 * SECOND - 1);
    ck_assert_uint_ne(session_of(lab), 0);
    lab_pass(lab, 1);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->reason, "next_citizen");
    lab_close(lab);
}
END_TEST

START_TEST(a_bad_rating_opens_a_case_and_an_alert) {
    struct lab *lab = asked(0);
    lab_sleep(lab, 2000);
    lab_rate(lab, 1, session_of(lab), 2);
    ck_said(lab, "rating.given case.opened alert.raised");
    const struct event *opened = lab_last(lab, EVENT_CASE_OPENED);
    ck_assert_int_eq(opened->case_kind, CASE_BAD_RATING);
    ck_assert_uint_eq(opened->case_seq, opened->seq);
    ck_assert_int_eq(opened->due_ms,
                     lab_time(4, 0) + 48 * HOUR); /* the end of Tuesday's hall day */
    char subject[NAME_SIZE];
    snprintf(subject, sizeof subject, "C-%llu", (unsigned long long)opened->seq);
    ck_assert(lab_has_alert(lab, "bad_rating", subject));
    ck_assert_uint_eq(lab->snapshot->cases_open, 1);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->cases_open, 1); /* no case disappears */
    lab_close(lab);
}
END_TEST

START_TEST(a_note_is_named_by_number_and_hash) {
    struct lab *lab = asked(0);
    struct command command = lab_command(COMMAND_RATING_GIVE, 1);
    command.session = session_of(lab);
    command.grade = 4;
    command.has |= COMMAND_HAS(ARG_SESSION);
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = lab->now_ms,
                           .command = { .command = &command, .note = 7, .note_hash = "ab12" } };
    ck_assert_int_eq(lab_take(lab, &input), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_GIVEN)->note_hash, "ab12");
    command.type = COMMAND_NOTE_ERASE;
    ck_assert_int_eq(lab_take(lab, &input), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_NOTE_ERASED)->note, 7);
    lab_close(lab);
}
END_TEST

START_TEST(a_dead_keypad_is_not_asked) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_RATING_INVITE, 1), REASON_DEVICE_OFFLINE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done rating.not_asked");
    lab_online(lab, "keypad-1", ROLE_UNIT, 1);
    lab_report(lab, REPORT_OFFLINE, "keypad-1", ROLE_UNIT, 1, 0);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    lab_close(lab);
}
END_TEST

/* A001 goes on from social to tax while its rating of social is asked, and the B takes over. */
START_TEST(a_rating_names_the_service_and_staff_of_its_visit) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
    command.services = (struct name_list){ .count = 2, .names = { "social", "tax" } };
    command.has = COMMAND_HAS(ARG_SERVICES);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_sleep(lab, MINUTE);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
        ck_said(lab, "ticket.serving ticket.done rating.invited ticket.transferred");
        lab_sign_in(lab, 1, "0110");
        if (i == 0) {
            uint16_t session = session_of(lab);
            lab_rate(lab, 1, session, 1);
            ck_said(lab, "rating.given case.opened alert.raised");
            give_reason(lab, session, 1);
        } else {
            lab_pass(lab, MINUTE);
        }
        lab_sign_in(lab, 1, "0107");
    }
    static const enum event_type TYPES[] = { EVENT_RATING_GIVEN, EVENT_CASE_OPENED,
                                             EVENT_RATING_REASONS_GIVEN, EVENT_RATING_MISSED };
    for (unsigned i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        ck_assert_str_eq(lab_last(lab, TYPES[i])->service, "social");
        ck_assert_str_eq(lab_last(lab, TYPES[i])->staff, "0107");
    }
    lab_close(lab);
}
END_TEST

START_TEST(only_a_new_invitation_closes_the_one_before) {
    struct lab *lab = asked(1);
    lab_report(lab, REPORT_OFFLINE, "keypad-1", ROLE_KEYPAD, 1, 0);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_pass(lab, 10 * SECOND);
    lab_rate(lab, 1, session_of(lab), 5);
    ck_said(lab, "rating.given");
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->ticket.number, 1);
    lab_close(lab);
}
END_TEST

START_TEST(invite_before_done_asks_once) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    ck_assert_int_eq(lab_key(lab, COMMAND_RATING_INVITE, 1), REASON_NONE);
    ck_assert_int_eq(lab_key(lab, COMMAND_RATING_INVITE, 1), REASON_ALREADY);
    lab_rate(lab, 1, session_of(lab), 4);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done"); /* no second invitation, and the visit is rated */
    struct command qr = { .type = COMMAND_RATING_GIVE, .by = { BY_PAGE, "phone" } };
    qr.has = COMMAND_HAS(ARG_TICKET);
    qr.ticket = lab_no("A001");
    qr.grade = 5;
    qr.rating_channel = RATING_QR;
    ck_assert_int_eq(lab_send(lab, &qr), REASON_ALREADY_RATED);
    lab_close(lab);
}
END_TEST

START_TEST(the_phone_rates_the_newest_finished_visit) {
    struct lab *lab = asked(1);
    struct command qr = { .type = COMMAND_RATING_GIVE, .by = { BY_PAGE, "phone" } };
    qr.has = COMMAND_HAS(ARG_TICKET);
    qr.ticket = lab_no("A002");
    qr.grade = 5;
    qr.rating_channel = RATING_QR;
    ck_assert_int_eq(lab_send(lab, &qr), REASON_NOT_SERVED_YET);
    qr.ticket = lab_no("A009");
    ck_assert_int_eq(lab_send(lab, &qr), REASON_NO_SUCH);
    qr.ticket = lab_no("A001");
    uint16_t session = session_of(lab);
    ck_assert_int_eq(lab_send(lab, &qr), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_RATING_GIVEN)->rating_channel, RATING_QR);
    ck_assert_int_eq(lab_send(lab, &qr), REASON_ALREADY_RATED);
    lab_rate(lab, 1, session, 1); /* one rating a visit, whatever the channel */
    ck_said(lab, "rating.ignored");
    qr.day = 20261122;
    ck_assert_int_eq(lab_send(lab, &qr), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(ignored_presses_are_counted_by_ten_seconds) {
    struct lab *lab = asked(0);
    lab_rate(lab, 1, 9, 5);
    ck_said(lab, "rating.ignored");
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_IGNORED)->count, 1);
    lab_sleep(lab, 9999);
    lab_rate(lab, 1, 9, 5);
    ck_said(lab, "");
    ck_assert(lab->decision.is_dropped);
    lab_rate(lab, 2, 9, 5); /* another device: at once */
    ck_said(lab, "rating.ignored");
    lab_sleep(lab, 1);
    struct command press = lab_command(COMMAND_RATING_GIVE, 1);
    snprintf(press.by.id, sizeof press.by.id, "keypad-1");
    press.grade = 5;
    press.has |= COMMAND_HAS(ARG_SESSION);
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &press;
    input.command.dropped = 4;
    lab_take(lab, &input);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_IGNORED)->count, 5);
    lab_close(lab);
}
END_TEST

/* Nobody presses again: the rest of the count is said when the 10 s are over. */
START_TEST(the_rest_of_the_ignored_presses_is_said) {
    struct lab *lab = asked(0);
    lab_rate(lab, 1, 9, 5);
    struct input input = { .kind = INPUT_DROPPED, .now_ms = lab->now_ms + 9999, .window = 1 };
    input.dropped.device = "keypad-1";
    input.dropped.count = 3;
    lab_take(lab, &input);
    ck_said(lab, "");
    input.now_ms++;
    lab_take(lab, &input);
    ck_said(lab, "rating.ignored");
    const struct event *ignored = lab_last(lab, EVENT_RATING_IGNORED);
    ck_assert_uint_eq(ignored->count, 3);
    ck_assert_uint_eq(ignored->window, 1);
    ck_assert_str_eq(ignored->device, "keypad-1");
    lab->now_ms = input.now_ms;
    lab_rate(lab, 1, 9, 5); /* that was one, too: silence for 10 s more */
    ck_assert(lab->decision.is_dropped);
    lab_close(lab);
}
END_TEST

START_TEST(an_old_press_counts_only_while_its_session_is_open) {
    struct lab *lab = asked(0);
    struct command press = lab_command(COMMAND_RATING_GIVE, 1);
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    press.grade = 4;
    press.session = 9;
    press.has |= COMMAND_HAS(ARG_SESSION);
    input.command.command = &press;
    input.command.is_old_press = true;
    lab_take(lab, &input);
    ck_said(lab, "");
    press.session = session_of(lab);
    lab_take(lab, &input);
    ck_said(lab, "rating.given");
    lab_close(lab);
}
END_TEST

START_TEST(suspicious_ones_are_marked_and_counted) {
    struct lab *lab = lab_new();
    lab->rules.mistake_s = 0;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 6; i++) {
        lab_issue(lab, "social");
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
        lab_sleep(lab, i == 0 ? 699 : 1000);
        lab_rate(lab, 1, session_of(lab), 5);
        unsigned wanted =
            (i == 0 ? SUSPICION_TOO_FAST : 0) | SUSPICION_TOO_SHORT | (i >= 4 ? SUSPICION_RUN : 0);
        ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->suspicious, wanted);
    }
    ck_assert_uint_eq(lab->snapshot->ratings, 5);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->ratings, 6);
    lab_close(lab);
}
END_TEST

START_TEST(sessions_go_on_over_the_days) {
    struct lab *lab = asked(0);
    lab_next_day(lab);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->reason, "day_end");
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_uint_eq(session_of(lab), 2);
    lab_close(lab);
}
END_TEST

START_TEST(session_numbers_run_around_and_skip_open_ones) {
    struct lab *lab = asked(0);
    struct carry_row row = { .kind = "hall" };
    void *memory = malloc(hall_size(&lab->limits));
    struct hall *hall = hall_create(memory, &lab->limits);
    struct event *event = calloc(1, sizeof *event);
    struct decision *decision = calloc(1, sizeof *decision);
    event_init(event, EVENT_CONFIG_LOADED, lab->now_ms, &(struct by){ BY_RULE, "test" });
    event->seq = 1;
    event->more.rules = &lab->rules;
    hall_apply(hall, event);
    row.numbers[0] = 65535;
    hall_restore(hall, &row);
    struct day_times times = { .hall = { 1, { { lab_time(4, 0), lab_time(28, 0) } } } };
    struct input day = { .kind = INPUT_DAY, .now_ms = lab->now_ms };
    day.day.day = 20261123;
    day.day.begins_ms = lab_time(4, 0);
    day.day.ends_ms = lab_time(28, 0);
    day.day.times = &times;
    hall_decide(hall, &day, decision);
    hall_apply(hall, &decision->events[0]);
    struct hall *kept = lab->hall;
    unsigned count = lab->count;
    lab->hall = hall; /* the same presses on the hall whose sessions are at their end */
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_INVITED)->session, 1);
    row.numbers[0] = 0; /* as if 65,535 more had passed: 1 is still open */
    row.numbers[1] = lab->now_ms;
    hall_restore(hall, &row);
    lab_online(lab, "keypad-2", ROLE_KEYPAD, 2);
    lab_sign_in(lab, 2, "0109");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_key(lab, COMMAND_WINDOW_DONE, 2);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_INVITED)->session, 2);
    lab->hall = kept;
    while (lab->count > count) {
        free(lab->journal[--lab->count]);
    }
    free(decision);
    free(event);
    free(memory);
    lab_close(lab);
}
END_TEST

TCase *rating_case(void) {
    TCase *tcase = tcase_create("rating");
    tcase_add_test(tcase, a_good_rating_is_given_once);
    tcase_add_test(tcase, a_press_late_by_one_citizen_is_refused);
    tcase_add_test(tcase, only_the_windows_own_keypad_counts);
    tcase_add_test(tcase, an_unanswered_invitation_is_missed);
    tcase_add_test(tcase, it_lingers_after_the_next_citizens_start);
    tcase_add_test(tcase, a_bad_rating_opens_a_case_and_an_alert);
    tcase_add_test(tcase, a_note_is_named_by_number_and_hash);
    tcase_add_test(tcase, a_dead_keypad_is_not_asked);
    tcase_add_test(tcase, a_rating_names_the_service_and_staff_of_its_visit);
    tcase_add_test(tcase, only_a_new_invitation_closes_the_one_before);
    tcase_add_test(tcase, invite_before_done_asks_once);
    tcase_add_test(tcase, the_phone_rates_the_newest_finished_visit);
    tcase_add_test(tcase, ignored_presses_are_counted_by_ten_seconds);
    tcase_add_test(tcase, the_rest_of_the_ignored_presses_is_said);
    tcase_add_test(tcase, an_old_press_counts_only_while_its_session_is_open);
    tcase_add_test(tcase, suspicious_ones_are_marked_and_counted);
    tcase_add_test(tcase, sessions_go_on_over_the_days);
    tcase_add_test(tcase, session_numbers_run_around_and_skip_open_ones);
    return tcase;
}
