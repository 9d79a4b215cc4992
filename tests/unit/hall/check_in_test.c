/* Codes that become tickets: appointments and prechecks, at a dispenser or by command. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static unsigned book(struct lab *lab, const char *service, int64_t slot_ms) {
    struct command command = { .type = COMMAND_APPOINTMENT_BOOK, .slot_ms = slot_ms };
    command.by = (struct by){ BY_MQTT, "office" };
    snprintf(command.service, sizeof command.service, "%s", service);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    return lab->decision.code;
}

static struct command approve(const char *service) {
    struct command command = { .type = COMMAND_PRECHECK_APPROVE };
    command.by = (struct by){ BY_PAGE, "guide" };
    command.has = COMMAND_HAS(ARG_SERVICE);
    snprintf(command.service, sizeof command.service, "%s", service);
    return command;
}

static enum reason check_in(struct lab *lab, unsigned code, struct by by) {
    struct command command = { .type = COMMAND_TICKET_CHECK_IN, .by = by };
    command.code = (uint16_t)code;
    command.has = COMMAND_HAS(ARG_CODE);
    return lab_send(lab, &command);
}

static enum reason check_in_page(struct lab *lab, unsigned code) {
    return check_in(lab, code, (struct by){ BY_PAGE, "guide" });
}

static enum reason check_in_key(struct lab *lab, unsigned code) {
    return check_in(lab, code, (struct by){ BY_KEY, "dispenser-1" });
}

static struct lab *with_dispenser(void) {
    struct lab *lab = lab_open();
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    return lab;
}

START_TEST(an_appointments_code_gives_its_ticket_at_the_dispenser) {
    struct lab *lab = with_dispenser();
    unsigned code = book(lab, "social", lab_time(10, 0));
    lab_sleep(lab, 50 * MINUTE);
    ck_assert_int_eq(check_in_key(lab, code), REASON_NONE);
    ck_said(lab, "ticket.issued");
    const struct event *issued = lab_last(lab, EVENT_TICKET_ISSUED);
    ck_assert_int_eq(issued->class, CLASS_APPOINTMENT);
    ck_assert_int_eq(issued->channel, CHANNEL_APPOINTMENT);
    ck_assert_str_eq(issued->dispenser, "dispenser-1");
    ck_assert_int_eq(issued->turn_ms, lab_time(10, 0));
    ck_assert_int_eq(issued->slot_ms, lab_time(10, 0));
    ck_assert_uint_ne(issued->code, code);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, issued->job);
    ck_said(lab, "ticket.printed");
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->slots[0].checked_in, 1);
    lab_close(lab);
}
END_TEST

START_TEST(it_never_takes_a_second_ticket) {
    struct lab *lab = lab_open();
    unsigned code = book(lab, "social", lab_time(9, 30));
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE);
    ck_assert_int_eq(check_in_page(lab, code), REASON_ALREADY);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 2 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE); /* it brings the same ticket back */
    ck_said(lab, "ticket.requeued");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_int_eq(check_in_page(lab, code), REASON_ALREADY);
    ck_assert_uint_eq(lab_service(lab, "social")->issued, 1);
    lab_close(lab);
}
END_TEST

START_TEST(what_was_not_printed_gives_its_code_back) {
    struct lab *lab = with_dispenser();
    unsigned code = book(lab, "social", lab_time(9, 30));
    ck_assert_int_eq(check_in_key(lab, code), REASON_NONE);
    lab_report(lab, REPORT_NOT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.cancelled");
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE);
    lab_ticket(lab, COMMAND_TICKET_CANCEL, "A002"); /* given up is given up */
    ck_said(lab, "ticket.cancelled");
    ck_assert_int_eq(check_in_page(lab, code), REASON_ALREADY);
    lab_close(lab);
}
END_TEST

START_TEST(in_time_it_has_the_turn_of_its_slot_and_late_that_of_the_check_in) {
    struct lab *lab = lab_open();
    unsigned in_time = book(lab, "social", lab_time(9, 30));
    unsigned late = book(lab, "social", lab_time(9, 30));
    lab_sleep(lab, 45 * MINUTE);
    ck_assert_int_eq(check_in_page(lab, in_time), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->turn_ms, lab_time(9, 30));
    lab_sleep(lab, SECOND);
    ck_assert_int_eq(check_in_page(lab, late), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->turn_ms, lab_time(9, 45) + SECOND);
    lab_close(lab);
}
END_TEST

START_TEST(too_late_it_gives_nothing) {
    struct lab *lab = lab_open();
    unsigned code = book(lab, "social", lab_time(9, 30));
    lab_sleep(lab, 75 * MINUTE); /* nobody has said yet that it was missed */
    ck_assert_int_eq(check_in_page(lab, code), REASON_SLOT_OVER);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(check_in_page(lab, code), REASON_SLOT_OVER);
    lab_close(lab);
}
END_TEST

START_TEST(a_code_gives_a_ticket_only_on_its_day) {
    struct lab *lab = with_dispenser();
    unsigned code = book(lab, "social", lab_time(9, 30) + 24 * HOUR);
    ck_assert_int_eq(check_in_key(lab, code), REASON_BAD_CODE);
    ck_said(lab, "command.refused");
    lab_next_day(lab);
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(early_ones_are_called_only_by_an_idle_window) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    unsigned first = book(lab, "social", lab_time(10, 0));
    unsigned second = book(lab, "social", lab_time(9, 30));
    check_in_page(lab, first);  /* A001 */
    check_in_page(lab, second); /* A002 */
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A003");
    const struct why *why = &lab_last(lab, EVENT_TICKET_CALLED)->more.why;
    ck_assert_int_eq(why->tier, TIER_OWN);
    ck_assert_uint_eq(why->passed_count, 2);
    ck_assert_str_eq(why->passed[0].reason, "slot");
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A002"); /* its slot comes first */
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_CALLED)->more.why.tier, TIER_IDLE);
    lab_close(lab);
}
END_TEST

START_TEST(from_some_minutes_before_its_slot_it_waits_like_others) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    check_in_page(lab, book(lab, "social", lab_time(9, 30)));
    lab_pass(lab, 20 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_CALLED)->more.why.tier, TIER_OWN);
    lab_close(lab);
}
END_TEST

/* A no-show that comes back may stand behind an early one: the early one does not hold it up. */
START_TEST(an_early_one_holds_nobody_up) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    check_in_page(lab, book(lab, "social", lab_time(10, 0)));
    lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_REQUEUED)->turn_ms, lab_time(10, 0) + 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001");
    lab_close(lab);
}
END_TEST

/* Window 2 helps tax after 10 min of waiting, which for who is early begin 10 min before the slot. */
START_TEST(who_is_early_does_not_wait_yet) {
    struct lab *lab = lab_new();
    lab->rules.services[2].wait_minutes = 5;
    lab_begin(lab);
    lab_sign_in(lab, 2, "0109");
    lab_sign_in(lab, 3, "0110");
    check_in_page(lab, book(lab, "tax", lab_time(9, 30)));
    lab_pass(lab, 24 * MINUTE);
    ck_assert(!lab_has_alert(lab, "wait_over", "tax"));
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 2), REASON_QUEUE_EMPTY);
    lab_pass(lab, MINUTE);
    ck_assert(lab_has_alert(lab, "wait_over", "tax"));
    lab_pass(lab, 5 * MINUTE + SECOND);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_at(lab, 2, "B001");
    lab_close(lab);
}
END_TEST

START_TEST(an_appointment_needs_no_quota_and_no_last_ticket_time) {
    struct lab *lab = lab_new();
    lab->rules.services[1].quota = 1;
    lab_begin(lab);
    unsigned code = book(lab, "social", lab_time(17, 30));
    unsigned other = book(lab, "social", lab_time(17, 30));
    lab_issue(lab, "social");
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_QUOTA_USED);
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE);
    lab_pass(lab, lab_time(17, 50) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_TOO_LATE);
    ck_assert_int_eq(check_in_page(lab, other), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(outside_opening_hours_nobody_checks_in) {
    struct lab *lab = lab_open();
    unsigned code = book(lab, "social", lab_time(14, 0));
    lab_pass(lab, lab_time(13, 55) - lab->now_ms);
    ck_assert_int_eq(check_in_page(lab, code), REASON_HALL_CLOSED);
    lab_pass(lab, 5 * MINUTE);
    ck_assert_int_eq(check_in_page(lab, code), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_prechecks_code_gives_a_ticket_where_one_is_needed) {
    struct lab *lab = with_dispenser();
    struct command command = approve("permit");
    lab_send(lab, &command);
    ck_assert_int_eq(check_in_key(lab, lab->decision.code), REASON_NONE);
    const struct event *issued = lab_last(lab, EVENT_TICKET_ISSUED);
    ck_assert_int_eq(issued->channel, CHANNEL_PRECHECK);
    ck_assert_int_eq(issued->class, CLASS_NORMAL);
    ck_assert_int_eq(issued->turn_ms, lab->now_ms);
    ck_assert_uint_eq(issued->has & EVENT_HAS(FIELD_SLOT), 0);
    lab_close(lab);
}
END_TEST

START_TEST(ticket_issue_takes_a_code_too) {
    struct lab *lab = lab_open();
    struct command command = approve("permit");
    lab_send(lab, &command);
    struct command issue = { .type = COMMAND_TICKET_ISSUE, .by = { BY_PAGE, "guide" } };
    issue.code = lab->decision.code;
    issue.has = COMMAND_HAS(ARG_SERVICE) | COMMAND_HAS(ARG_CODE);
    issue.for_count = 3;
    snprintf(issue.service, sizeof issue.service, "social");
    ck_assert_int_eq(lab_send(lab, &issue), REASON_BAD_CODE);
    snprintf(issue.service, sizeof issue.service, "permit");
    ck_assert_int_eq(lab_send(lab, &issue), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->for_count, 3);
    ck_assert_int_eq(lab_send(lab, &issue), REASON_ALREADY);
    lab_close(lab);
}
END_TEST

START_TEST(a_precheck_with_a_dispenser_issues_at_once) {
    struct lab *lab = lab_open();
    struct command command = approve("permit");
    snprintf(command.print, sizeof command.print, "dispenser-1");
    command.has |= COMMAND_HAS(ARG_PRINT);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NO_SUCH);
    ck_said(lab, "");
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "precheck.approved ticket.issued");
    ck_assert(!lab->decision.has_code);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->channel, CHANNEL_PRECHECK);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_ISSUED)->dispenser, "dispenser-1");
    lab_close(lab);
}
END_TEST

START_TEST(credit_comes_by_code) {
    struct lab *lab = lab_new();
    lab->rules.classes[CLASS_CREDIT].channels = 1U << SOURCE_CODE;
    lab->rules.classes[CLASS_GREEN].channels = 1U << SOURCE_KEY;
    lab_begin(lab);
    struct command command = approve("social");
    command.class = CLASS_CREDIT;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(check_in_page(lab, lab->decision.code), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->class, CLASS_CREDIT);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->turn_ms, lab_time(4, 0));
    command.class = CLASS_GREEN;
    ck_assert_int_eq(lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    command.class = CLASS_APPOINTMENT;
    ck_assert_int_eq(lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    lab_close(lab);
}
END_TEST

START_TEST(several_errands_may_take_longer) {
    struct lab *lab = lab_new();
    lab->rules.services[1].serve_minutes = 10;
    lab_begin(lab);
    struct command issue = { .type = COMMAND_TICKET_ISSUE, .by = { BY_PAGE, "guide" } };
    snprintf(issue.service, sizeof issue.service, "social");
    issue.for_count = 3;
    lab_send(lab, &issue);
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 29 * MINUTE);
    ck_assert(!lab_has_alert(lab, "serve_over", "1"));
    lab_pass(lab, 2 * MINUTE);
    ck_assert(lab_has_alert(lab, "serve_over", "1"));
    lab_close(lab);
}
END_TEST

TCase *check_in_case(void) {
    TCase *tcase = tcase_create("check_in");
    tcase_add_test(tcase, an_appointments_code_gives_its_ticket_at_the_dispenser);
    tcase_add_test(tcase, it_never_takes_a_second_ticket);
    tcase_add_test(tcase, what_was_not_printed_gives_its_code_back);
    tcase_add_test(tcase, in_time_it_has_the_turn_of_its_slot_and_late_that_of_the_check_in);
    tcase_add_test(tcase, too_late_it_gives_nothing);
    tcase_add_test(tcase, a_code_gives_a_ticket_only_on_its_day);
    tcase_add_test(tcase, early_ones_are_called_only_by_an_idle_window);
    tcase_add_test(tcase, from_some_minutes_before_its_slot_it_waits_like_others);
    tcase_add_test(tcase, an_early_one_holds_nobody_up);
    tcase_add_test(tcase, who_is_early_does_not_wait_yet);
    tcase_add_test(tcase, an_appointment_needs_no_quota_and_no_last_ticket_time);
    tcase_add_test(tcase, outside_opening_hours_nobody_checks_in);
    tcase_add_test(tcase, a_prechecks_code_gives_a_ticket_where_one_is_needed);
    tcase_add_test(tcase, ticket_issue_takes_a_code_too);
    tcase_add_test(tcase, a_precheck_with_a_dispenser_issues_at_once);
    tcase_add_test(tcase, credit_comes_by_code);
    tcase_add_test(tcase, several_errands_may_take_longer);
    return tcase;
}
