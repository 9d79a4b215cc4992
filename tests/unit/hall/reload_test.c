/* Other rules in mid-day: what stays, what changes, what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

START_TEST(windows_are_matched_by_id) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct window_rule first = lab->rules.windows[0];
    lab->rules.windows[0] = lab->rules.windows[2]; /* 3, 2, 1, 4 and a new 6 in place of 5 */
    lab->rules.windows[2] = first;
    lab->rules.windows[4].id = 6;
    lab_reload(lab);
    ck_said(lab, "config.loaded");
    ck_at(lab, 1, "A001");
    ck_assert_str_eq(lab_window(lab, 3)->staff, "0109");
    ck_assert_int_eq(lab_window(lab, 6)->state, WINDOW_CLOSED);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A002");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 5), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(bound_and_held_tickets_survive) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct command transfer = lab_command(COMMAND_WINDOW_TRANSFER, 1);
    transfer.to_window = 3;
    lab_send(lab, &transfer);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_HOLD, 1);
    struct window_rule first = lab->rules.windows[0];
    lab->rules.windows[0] = lab->rules.windows[2];
    lab->rules.windows[2] = first;
    lab_reload(lab);
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    ck_at(lab, 3, "A001");
    lab_key(lab, COMMAND_WINDOW_UNHOLD, 1);
    ck_at(lab, 1, "A002");
    lab_close(lab);
}
END_TEST

static enum reason check(struct lab *lab, char *what) {
    return hall_check_rules(lab->hall, &lab->rules, what);
}

START_TEST(what_is_in_use_may_not_go) {
    struct lab *lab = lab_open();
    char what[WHAT_SIZE] = "";
    lab_issue(lab, "tax");
    struct service_rule tax = lab->rules.services[2];
    memset(&lab->rules.services[2], 0, sizeof tax);
    ck_assert_int_eq(check(lab, what), REASON_STILL_IN_USE);
    ck_assert_str_eq(what, "service tax has open tickets");
    uint64_t digest = hall_digest(lab->hall);
    lab_reload(lab);
    ck_assert_int_eq(lab->decision.reason, REASON_STILL_IN_USE);
    ck_assert_uint_eq(hall_digest(lab->hall), digest);
    lab->rules.services[2] = tax;
    lab_sign_in(lab, 3, "0109");
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab->rules.windows[2].id = 9;
    ck_assert_int_eq(check(lab, what), REASON_STILL_IN_USE);
    ck_assert_str_eq(what, "window 3 has open tickets");
    lab_key(lab, COMMAND_WINDOW_DONE, 3);
    ck_assert_int_eq(check(lab, what), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* social and tax change places; each keeps its counts, its stop and its windows' assignments. */
START_TEST(what_stands_by_a_service_goes_with_its_id) {
    struct lab *lab = lab_open();
    struct command stop = { .type = COMMAND_SERVICE_STOP, .by = { BY_PAGE, "wang" } };
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 5);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    snprintf(stop.service, sizeof stop.service, "tax");
    lab_send(lab, &stop);
    assign.services = (struct name_list){ .count = 1, .names = { "social" } };
    assign.helps = (struct name_list){ .count = 1, .names = { "tax" } };
    assign.has |= COMMAND_HAS(ARG_OWN) | COMMAND_HAS(ARG_HELPS);
    lab_send(lab, &assign);
    struct service_rule social = lab->rules.services[1];
    lab->rules.services[1] = lab->rules.services[2];
    lab->rules.services[2] = social;
    lab_reload(lab);
    ck_said(lab, "config.loaded");
    ck_assert_uint_eq(lab_service(lab, "social")->served, 1);
    ck_assert(!lab_service(lab, "social")->is_stopped);
    ck_assert_uint_eq(lab_service(lab, "tax")->served, 0);
    ck_assert(lab_service(lab, "tax")->is_stopped);
    ck_assert_uint_eq(lab_window(lab, 5)->own, 1U << 2);
    ck_assert_uint_eq(lab_window(lab, 5)->helps, 1U << 1);
    ck_assert(lab_window(lab, 5)->differs);
    lab_rate(lab, 1, lab_window(lab, 1)->session, 5);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_GIVEN)->service, "social");
    lab_issue(lab, "social");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 2);
    lab_close(lab);
}
END_TEST

/* The phone rates a visit of a service that is no longer in the file; who is only assigned to it serves his own again. */
START_TEST(a_service_that_goes_leaves_its_name_to_its_visits) {
    struct lab *lab = lab_open();
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 1);
    assign.services = (struct name_list){ .count = 1, .names = { "tax" } };
    assign.has |= COMMAND_HAS(ARG_OWN);
    lab_send(lab, &assign);
    lab_sign_in(lab, 3, "0107");
    lab_issue(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    lab_key(lab, COMMAND_WINDOW_DONE, 3);
    snprintf(lab->rules.services[2].id, NAME_SIZE, "passport");
    snprintf(lab->rules.services[2].prefix, sizeof lab->rules.services[2].prefix, "E");
    lab_reload(lab);
    ck_said(lab, "config.loaded");
    ck_assert_uint_eq(lab_service(lab, "passport")->issued, 0);
    ck_assert_uint_eq(lab_window(lab, 1)->own, 1U << 1);
    ck_assert(!lab_window(lab, 1)->differs);
    struct command qr = { .type = COMMAND_RATING_GIVE, .by = { BY_PAGE, "phone" } };
    qr.has = COMMAND_HAS(ARG_TICKET);
    qr.ticket = lab_no("B001");
    qr.grade = 1;
    qr.rating_channel = RATING_QR;
    ck_assert_int_eq(lab_send(lab, &qr), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_GIVEN)->service, "tax");
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_OPENED)->service, "tax");
    lab_close(lab);
}
END_TEST

START_TEST(a_window_that_goes_is_closed_first) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    lab->rules.windows[0] = lab->rules.windows[4];
    lab->rules.windows[1] = lab->rules.windows[3];
    lab->rules.window_count = 3;
    lab_reload(lab);
    ck_said(lab, "staff.signed_out window.closed staff.signed_out window.closed config.loaded");
    ck_assert_str_eq(lab_last(lab, EVENT_WINDOW_CLOSED)->reason, "removed");
    ck_assert_int_eq(lab_sign_in(lab, 4, "0107"), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* A restart makes a hall of the new limits and gives it the journal. */
static enum reason check_after_restart(struct lab *lab, char *what) {
    struct hall_limits limits = lab->limits;
    limits.windows = 9;
    struct hall *hall = hall_create(malloc(hall_size(&limits)), &limits);
    static struct rules rules;
    static struct event event;
    for (unsigned i = 0; i < lab->count; i++) {
        ck_assert_int_eq(
            event_read(lab->journal[i], strlen(lab->journal[i]), &event, NULL, &rules, NULL),
            HALL_OK);
        hall_apply(hall, &event);
    }
    ck_assert(hall_digest(hall) == hall_digest(lab->hall));
    enum reason reason = hall_check_rules(hall, &lab->rules, what);
    free(hall);
    return reason;
}

START_TEST(capacities_are_fixed_until_a_restart) {
    struct lab *lab = lab_open();
    char what[WHAT_SIZE] = "";
    for (uint16_t i = 0; i < 9; i++) {
        lab->rules.windows[i] = (struct window_rule){ .id = (uint16_t)(i + 1), .own = 2 };
    }
    lab->rules.window_count = 9;
    ck_assert_int_eq(check(lab, what), REASON_NEEDS_RESTART);
    ck_assert_str_eq(what, "9 windows, limits.windows is 8");
    lab->rules.window_count = 5;
    lab->rules.service_count = 9;
    ck_assert_int_eq(check(lab, what), REASON_NEEDS_RESTART);
    lab->rules.service_count = 4;
    lab->rules.staff_count = 9;
    ck_assert_int_eq(check(lab, what), REASON_NEEDS_RESTART);
    lab->rules.staff_count = 4;
    lab->rules.window_count = 9;
    ck_assert_int_eq(check_after_restart(lab, what), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(staff_are_matched_by_number) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    lab->rules.staff[0] = lab->rules.staff[3]; /* 0107 leaves the file, 0110 moves up */
    lab->rules.staff_count = 3;
    lab->rules.windows[3].staff_count = 0;
    lab_reload(lab);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "0107"); /* sits until signing out */
    ck_assert_str_eq(lab_window(lab, 2)->staff, "0109");
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 1);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0107"), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0110"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(new_rules_hold_at_once_and_numbers_are_not_given_twice) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab->rules.services[1].first = 900; /* the letter is shared, and tax gets the used numbers */
    lab->rules.services[2].last = 899;
    snprintf(lab->rules.services[2].prefix, sizeof lab->rules.services[2].prefix, "A");
    lab->rules.services[1].quota = 2;
    lab_reload(lab);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_QUOTA_USED);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 3);
    lab_close(lab);
}
END_TEST

TCase *reload_case(void) {
    TCase *tcase = tcase_create("reload");
    tcase_add_test(tcase, windows_are_matched_by_id);
    tcase_add_test(tcase, bound_and_held_tickets_survive);
    tcase_add_test(tcase, what_is_in_use_may_not_go);
    tcase_add_test(tcase, what_stands_by_a_service_goes_with_its_id);
    tcase_add_test(tcase, a_service_that_goes_leaves_its_name_to_its_visits);
    tcase_add_test(tcase, a_window_that_goes_is_closed_first);
    tcase_add_test(tcase, capacities_are_fixed_until_a_restart);
    tcase_add_test(tcase, staff_are_matched_by_number);
    tcase_add_test(tcase, new_rules_hold_at_once_and_numbers_are_not_given_twice);
    return tcase;
}
