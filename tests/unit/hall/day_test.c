/* The day's change, the program's start and stop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

START_TEST(everything_open_ends_with_the_day) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    for (unsigned i = 0; i < 40; i++) {
        lab_issue(lab, "social");
    }
    lab_print(lab, "social");
    lab_print(lab, "social");
    lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, 2);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_HOLD, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1); /* its session stays open */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_next_day(lab);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_DONE)->reason, "day_end");
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->reason, "day_end");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_EXPIRED)->reason, "day_end");
    ck_assert_str_eq(lab_last(lab, EVENT_WINDOW_CLOSED)->reason, "day_end");
    ck_assert_uint_eq(lab_last(lab, EVENT_HALL_DAY_BEGAN)->seq, hall_seq(lab->hall));
    ck_assert_uint_eq(hall_day(lab->hall), 20261124);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->waiting_count, 0);
    ck_assert_uint_eq(lab->snapshot->issued, 0);
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    ck_assert_int_eq(lab_sign_in(lab, 2, "0107"), REASON_NONE);
    ck_said(lab, "staff.signed_in window.opened"); /* nobody was signed in any more */
    lab_issue(lab, "social");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 1);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->day, 20261124);
    lab_close(lab);
}
END_TEST

/* What the day's end wrote: one line for each ticket that ended, in its place; and how often each type came. */
struct day_end {
    char how[64][32]; /* by the ticket's number, "done day_end"; more than one end: joined */
    unsigned counts[EVENT_TYPES];
};

static void read_day_end(const struct lab *lab, unsigned from, struct day_end *end) {
    memset(end, 0, sizeof *end);
    for (unsigned i = from; i < lab->count; i++) {
        struct event event;
        ck_assert_int_eq(
            event_read(lab->journal[i], strlen(lab->journal[i]), &event, NULL, NULL, NULL),
            HALL_OK);
        end->counts[event.type]++;
        if (event.type == EVENT_TICKET_DONE || event.type == EVENT_TICKET_EXPIRED ||
            event.type == EVENT_TICKET_CANCELLED) {
            char *how = end->how[event.ticket.number];
            size_t length = strlen(how);
            snprintf(how + length, sizeof end->how[0] - length, "%s %s",
                     event_type_name(event.type), event.reason);
        }
    }
}

/*
 * A001 held, A002 done before, A003 serving, A004 called, A005 a no-show, A006 to A040 waiting, A041 being printed, A042
 * unsure, A043 given up before.
 */
static struct lab *with_every_state(void) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = 0;
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_online(lab, "keypad-2", ROLE_KEYPAD, 2);
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    for (unsigned i = 0; i < 40; i++) {
        lab_issue(lab, "social");
    }
    lab_print(lab, "social");
    lab_print(lab, "social");
    lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, 2);
    lab_issue(lab, "social");
    lab_ticket(lab, COMMAND_TICKET_CANCEL, "A043");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_HOLD, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1); /* its session stays open */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_call(lab, 2, "A005");
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 2);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_at(lab, 1, "A003");
    ck_at(lab, 2, "A004");
    return lab;
}

START_TEST(each_ticket_ends_once) {
    static struct day_end end;
    struct lab *lab = with_every_state();
    unsigned from = lab->count;
    lab_next_day(lab);
    read_day_end(lab, from, &end);
    for (unsigned i = 1; i <= 43; i++) {
        const char *wanted = i == 2 || i == 43  ? ""
                             : i == 3 || i == 4 ? "ticket.done day_end"
                             : i == 5           ? "ticket.expired no_show"
                                                : "ticket.expired day_end";
        ck_assert_msg(strcmp(end.how[i], wanted) == 0, "A%03u: %s", i, end.how[i]);
    }
    lab_close(lab);
}
END_TEST

START_TEST(whom_the_days_end_finds_at_a_window_is_asked_for_no_rating) {
    static struct day_end end;
    struct lab *lab = with_every_state();
    unsigned from = lab->count;
    lab_next_day(lab);
    read_day_end(lab, from, &end);
    ck_assert_uint_eq(end.counts[EVENT_TICKET_DONE], 2);
    ck_assert_uint_eq(end.counts[EVENT_RATING_INVITED], 0);
    ck_assert_uint_eq(end.counts[EVENT_RATING_NOT_ASKED], 0);
    ck_assert_uint_eq(end.counts[EVENT_RATING_MISSED], 1); /* A002, who was asked before */
    ck_assert_uint_eq(end.counts[EVENT_STAFF_SIGNED_OUT], 2);
    ck_assert_uint_eq(end.counts[EVENT_WINDOW_CLOSED], 2);
    ck_assert_uint_eq(end.counts[EVENT_HALL_CLOSED], 1);
    ck_assert_uint_eq(end.counts[EVENT_HALL_DAY_BEGAN], 1);
    ck_assert_uint_eq(lab_window(lab, 1)->session, 0);
    lab_close(lab);
}
END_TEST

START_TEST(nothing_is_decided_before_the_first_day) {
    struct lab *lab = lab_new();
    lab->hall = hall_create(malloc(hall_size(&lab->limits)), &lab->limits);
    ck_assert_int_eq(hall_next_tick_ms(lab->hall), INT64_MAX);
    ck_assert_ptr_null(hall_rules(lab->hall));
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NOT_NOW);
    struct hall *empty = lab->hall;
    lab_begin(lab);
    free(empty);
    lab_close(lab);
}
END_TEST

static void start(struct lab *lab, const char *next) {
    struct input input = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    input.started.next = next;
    lab_take(lab, &input);
    ck_said(lab, "hall.started");
}

START_TEST(a_start_makes_every_device_unknown) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_print(lab, "social");
    start(lab, NULL);
    ck_assert_int_eq(lab_print(lab, "social"), REASON_DEVICE_OFFLINE);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->printing_count, 1); /* still to be asked for */
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_print(lab, "social");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->job,
                      2); /* same serial and boots: goes on */
    struct input stop = { .kind = INPUT_STOPPED, .now_ms = lab->now_ms };
    lab_take(lab, &stop);
    ck_said(lab, "hall.stopped");
    lab_close(lab);
}
END_TEST

START_TEST(after_a_restore_numbers_go_on_where_paper_may_be) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    start(lab, "A=120,B=7");
    lab_issue(lab, "social");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 120);
    lab_issue(lab, "tax");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 7);
    lab_issue(lab, "unsolved");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 1);
    lab_close(lab);
}
END_TEST

START_TEST(hall_time_never_goes_back) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    int64_t issued_ms = lab->now_ms;
    lab->now_ms -= HOUR;
    lab_issue(lab, "social");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->time_ms, issued_ms);
    lab_close(lab);
}
END_TEST

TCase *day_case(void) {
    TCase *tcase = tcase_create("day");
    tcase_add_test(tcase, everything_open_ends_with_the_day);
    tcase_add_test(tcase, each_ticket_ends_once);
    tcase_add_test(tcase, whom_the_days_end_finds_at_a_window_is_asked_for_no_rating);
    tcase_add_test(tcase, nothing_is_decided_before_the_first_day);
    tcase_add_test(tcase, a_start_makes_every_device_unknown);
    tcase_add_test(tcase, after_a_restore_numbers_go_on_where_paper_may_be);
    tcase_add_test(tcase, hall_time_never_goes_back);
    return tcase;
}
