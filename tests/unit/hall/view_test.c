/* The snapshot says what stands, and the size of a hall is what its limits ask for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

START_TEST(the_snapshot_says_what_stands) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "social");
    lab_issue_green(lab, "social");
    lab_print(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    const struct window_now *window = lab_window(lab, 1);
    ck_assert_uint_eq(window->waiting, 2);
    ck_assert_uint_eq(window->next.number, 1);
    ck_assert_uint_eq(window->ticket.number, 3);
    ck_assert_int_eq(window->ticket_class, CLASS_GREEN);
    ck_assert_uint_eq(window->visit, lab_last(lab, EVENT_TICKET_CALLED)->seq);
    const struct snapshot *now = lab->snapshot;
    ck_assert_uint_eq(now->seq, hall_seq(lab->hall));
    ck_assert_uint_eq(now->day, 20261123);
    ck_assert(now->is_open);
    ck_assert_int_eq(now->closes_ms, lab_time(12, 0));
    ck_assert_uint_eq(now->issued, 4);
    ck_assert_uint_eq(now->service_count, 4);
    ck_assert_uint_eq(now->window_count, 5);
    ck_assert_uint_eq(now->waiting_count, 3);
    ck_assert_uint_eq(now->waiting[0].ticket.number, 1);
    ck_assert_int_eq(now->waiting[2].state, TICKET_PRINTING);
    ck_assert_uint_eq(now->printing_count, 1);
    ck_assert_str_eq(now->printing[0].dispenser, "dispenser-1");
    ck_assert_uint_eq(now->printing[0].job, 1);
    ck_assert_uint_eq(now->called_count, 1);
    ck_assert_uint_eq(now->called[0].ticket.number, 3);
    ck_assert_uint_eq(lab_service(lab, "social")->windows_open, 1);
    ck_assert_int_eq(lab_service(lab, "social")->longest_since_ms, lab_time(9, 0));
    /* Taken by whoever has been looked over before, so no board may call it closed. */
    ck_assert(lab_service(lab, "permit")->is_open);
    ck_assert(lab_service(lab, "permit")->needs_precheck);
    ck_assert_int_eq(lab_service(lab, "permit")->closed_why, REASON_NONE);
    lab_close(lab);
}
END_TEST

/* What was promised stands on the paper; a ticket for which nothing could be said has none. */
START_TEST(the_paper_has_the_estimate_of_its_ticket) {
    struct lab *lab = lab_open();
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    struct command command = lab_command(COMMAND_TICKET_ISSUE, 0);
    snprintf(command.service, sizeof command.service, "social");
    snprintf(command.print, sizeof command.print, "dispenser-1");
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &command;
    for (unsigned i = 0; i < 2; i++) {
        input.command.has_estimate = i == 0;
        input.command.estimate_s[0] = 300;
        input.command.estimate_s[1] = 900;
        ck_assert_int_eq(lab_take(lab, &input), REASON_NONE);
    }
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->printing_count, 1); /* one paper a dispenser */
    ck_assert(lab->snapshot->printing[0].has_estimate);
    ck_assert_uint_eq(lab->snapshot->printing[0].estimate_s[1], 900);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0,
               lab->snapshot->printing[0].job);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert(!lab->snapshot->printing[0].has_estimate);
    lab_close(lab);
}
END_TEST

static void extend(struct lab *lab, const char *service, uint16_t window, int64_t until_ms) {
    struct command command = lab_command(COMMAND_HALL_EXTEND, window);
    command.has |= COMMAND_HAS(ARG_UNTIL);
    command.until_ms = until_ms;
    snprintf(command.service, sizeof command.service, "%s", service);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
}

/* What a page needs to say so, and to take it back. */
START_TEST(the_snapshot_says_what_was_extended_or_stopped_and_until_when) {
    struct lab *lab = lab_open();
    extend(lab, "", 0, lab_time(19, 0));
    extend(lab, "tax", 0, lab_time(19, 30));
    extend(lab, "", 2, lab_time(20, 0));
    struct command stop = lab_command(COMMAND_SERVICE_STOP, 0);
    snprintf(stop.service, sizeof stop.service, "social");
    stop.has |= COMMAND_HAS(ARG_UNTIL);
    stop.until_ms = lab_time(11, 0);
    ck_assert_int_eq(lab_send(lab, &stop), REASON_NONE);
    ck_assert_int_eq(lab_service(lab, "tax")->extended_ms, lab_time(19, 30));
    ck_assert_int_eq(lab_service(lab, "social")->stopped_until_ms, lab_time(11, 0));
    ck_assert_int_eq(lab_window(lab, 2)->extended_ms, lab_time(20, 0));
    ck_assert(lab_window(lab, 2)->differs);
    ck_assert_int_eq(lab->snapshot->extended_ms, lab_time(19, 0));
    extend(lab, "", 2, lab->now_ms + SECOND); /* as an undo does: over at once */
    lab_pass(lab, SECOND);
    ck_assert_int_eq(lab_window(lab, 2)->extended_ms, 0);
    ck_assert(!lab_window(lab, 2)->differs);
    lab_close(lab);
}
END_TEST

/* Of the refusal that who asks for a ticket of this service gets: 1 social, 2 tax. */
static const char *stop_reason(struct lab *lab, const char *service) {
    enum reason refusal = lab_issue(lab, service);
    return hall_stop_reason(lab->hall, lab_service(lab, service)->index, refusal, lab->now_ms);
}

START_TEST(the_snapshot_says_why_hall_and_service_are_closed) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_SERVICE_STOP, .by = { BY_PAGE, "wang" } };
    snprintf(command.service, sizeof command.service, "tax");
    snprintf(command.reason, sizeof command.reason, "no_network");
    lab_send(lab, &command);
    ck_assert_str_eq(lab_service(lab, "tax")->stop_reason, "no_network");
    ck_assert_str_eq(stop_reason(lab, "tax"), "no_network");
    ck_assert_str_eq(stop_reason(lab, "social"), "");
    command.type = COMMAND_SERVICE_RESUME;
    lab_send(lab, &command);
    ck_assert_str_eq(lab_service(lab, "tax")->stop_reason, "");
    command.type = COMMAND_HALL_CLOSE;
    command.until_ms = lab_time(10, 0);
    snprintf(command.reason, sizeof command.reason, "fire_drill");
    lab_send(lab, &command);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_str_eq(lab->snapshot->closed_reason, "fire_drill");
    ck_assert_str_eq(stop_reason(lab, "tax"), "fire_drill");
    lab_pass(lab, HOUR);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_str_eq(lab->snapshot->closed_reason, "");
    command.until_ms = lab_time(13, 0);
    lab_send(lab, &command);
    lab_pass(lab, lab_time(13, 0) - lab->now_ms); /* in the break: still closed, by nobody */
    ck_assert_str_eq(stop_reason(lab, "tax"), "");
    lab_close(lab);
}
END_TEST

START_TEST(the_last_calls_are_bounded_newest_first) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < CALLED_NOW_MAX + 3; i++) {
        lab_issue(lab, "social");
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
    }
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->called_count, CALLED_NOW_MAX);
    ck_assert_uint_eq(lab->snapshot->called[0].ticket.number, CALLED_NOW_MAX + 3);
    ck_assert_uint_eq(lab->snapshot->called[CALLED_NOW_MAX - 1].ticket.number, 4);
    lab_close(lab);
}
END_TEST

START_TEST(the_waiting_list_is_cut_at_the_makers_capacity) {
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < 70; i++) {
        lab_issue(lab, "social");
    }
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->waiting_count, 64);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 70);
    lab_close(lab);
}
END_TEST

/* What a staff's page would be sent, `s` seconds after a press of this grade. */
static int staff_bytes(uint8_t grade, unsigned s, char *out, size_t size) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_rate(lab, 1, lab_window(lab, 1)->session, grade);
    lab_sleep(lab, s * SECOND);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    lab->snapshot->seq = 1; /* how many rows there are is not this test's question */
    int length = snapshot_write(lab->snapshot, VIEW_STAFF, out, size);
    lab_close(lab);
    return length;
}

START_TEST(staff_see_the_same_after_every_grade) {
    static char best[65536], other[65536];
    for (unsigned s = 0; s <= 60; s += s < 5 ? 1 : 5) {
        int length = staff_bytes(5, s, best, sizeof best);
        ck_assert_int_gt(length, 0);
        for (uint8_t grade = 1; grade < 5; grade++) {
            ck_assert_int_eq(staff_bytes(grade, s, other, sizeof other), length);
            ck_assert_msg(memcmp(best, other, (size_t)length) == 0,
                          "grade %u shows %u s after the press", grade, s);
        }
    }
}
END_TEST

/* Window 1, where no keypad lives, is done with A001: a paper of dispenser-1, or a ticket without one. */
static struct lab *done_without_keypad(bool has_paper) {
    struct lab *lab = lab_open();
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    lab_sign_in(lab, 1, "0107");
    if (has_paper) {
        lab_print(lab, "social");
        lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    } else {
        lab_issue(lab, "social");
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done rating.not_asked");
    return lab;
}

START_TEST(who_was_not_asked_is_told_of_the_qr_on_the_ticket) {
    struct lab *lab = done_without_keypad(true);
    int64_t keypad_ms = lab->rules.rating.keypad_s * SECOND;
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, lab->now_ms + keypad_ms);
    lab_pass(lab, keypad_ms - 1);
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, lab->now_ms + 1);
    lab_pass(lab, 1);
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, 0);
    lab_close(lab);
}
END_TEST

START_TEST(the_next_call_ends_what_is_said_of_the_qr) {
    struct lab *lab = done_without_keypad(true);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, 0);
    lab_key(lab, COMMAND_WINDOW_UNDO, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, 0);
    lab_close(lab);
}
END_TEST

START_TEST(nothing_is_said_of_a_qr_to_who_has_none_or_is_not_here) {
    struct lab *lab = done_without_keypad(false);
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, 0);
    lab_print(lab, "social");
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct command command = lab_command(COMMAND_WINDOW_DONE, 1);
    command.outcome = OUTCOME_NOT_HERE;
    command.has |= COMMAND_HAS(ARG_OUTCOME);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_NOT_ASKED)->reason, "not_here");
    ck_assert_int_eq(lab_window(lab, 1)->qr_ends_ms, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_full_hall_fits_into_its_memory) {
    struct hall_limits district = { 5000, 128, 32, 512, 512 };
    struct hall_limits largest = { TICKETS_MAX, WINDOWS_MAX, SERVICES_MAX - 1, STAFF_MAX,
                                   DEVICES_MAX };
    ck_assert_uint_lt(hall_size(&district), UINT64_C(4) * 1024 * 1024);
    ck_assert_uint_lt(hall_size(&largest), UINT64_C(8) * 1024 * 1024);
}
END_TEST

TCase *view_case(void) {
    TCase *tcase = tcase_create("view");
    tcase_add_test(tcase, the_snapshot_says_what_stands);
    tcase_add_test(tcase, the_paper_has_the_estimate_of_its_ticket);
    tcase_add_test(tcase, the_snapshot_says_what_was_extended_or_stopped_and_until_when);
    tcase_add_test(tcase, the_snapshot_says_why_hall_and_service_are_closed);
    tcase_add_test(tcase, the_last_calls_are_bounded_newest_first);
    tcase_add_test(tcase, the_waiting_list_is_cut_at_the_makers_capacity);
    tcase_add_test(tcase, staff_see_the_same_after_every_grade);
    tcase_add_test(tcase, who_was_not_asked_is_told_of_the_qr_on_the_ticket);
    tcase_add_test(tcase, the_next_call_ends_what_is_said_of_the_qr);
    tcase_add_test(tcase, nothing_is_said_of_a_qr_to_who_has_none_or_is_not_here);
    tcase_add_test(tcase, a_full_hall_fits_into_its_memory);
    return tcase;
}
