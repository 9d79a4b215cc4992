/* Who is next: classes, helping windows, bound tickets, transfer, call by number, and why. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static void ck_next(struct lab *lab, uint16_t window, const char *ticket, enum tier tier) {
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, window), REASON_NONE);
    ck_at(lab, window, ticket);
    ck_assert_int_eq(lab_window(lab, window)->why.tier, tier);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_DONE, window), REASON_NONE);
}

START_TEST(green_comes_before_those_of_half_an_hour) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social"); /* A001 09:00 */
    lab_sleep(lab, 20 * MINUTE);
    lab_issue(lab, "social"); /* A002 09:20 */
    lab_sleep(lab, 20 * MINUTE);
    lab_issue_green(lab, "social"); /* A003 09:40, turn 09:10 */
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->turn_ms, lab_time(9, 10));
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ground, GROUND_ELDERLY);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ahead, 1);
    ck_next(lab, 1, "A001", TIER_OWN);
    ck_next(lab, 1, "A003", TIER_OWN);
    const struct why *why = &lab_last(lab, EVENT_TICKET_CALLED)->more.why;
    ck_assert_uint_eq(why->passed_count, 1);
    ck_assert_uint_eq(why->passed[0].ticket.number, 2);
    ck_assert_str_eq(why->passed[0].reason, "class");
    ck_assert_int_eq(why->class, CLASS_GREEN);
    ck_next(lab, 1, "A002", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(always_comes_first_and_is_fair_among_its_own) {
    struct lab *lab = lab_open();
    struct command credit = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
    credit.class = CLASS_CREDIT;
    snprintf(credit.service, sizeof credit.service, "social");
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue_green(lab, "social");
    lab_send(lab, &credit);
    lab_sleep(lab, MINUTE);
    lab_send(lab, &credit);
    ck_next(lab, 1, "A003", TIER_OWN);
    ck_next(lab, 1, "A004", TIER_OWN);
    ck_next(lab, 1, "A002", TIER_OWN);
    ck_next(lab, 1, "A001", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(equal_turns_go_by_issue_and_services_by_turn) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 4, "0107");
    lab_issue(lab, "tax");
    lab_issue(lab, "social");
    lab_issue(lab, "tax");
    ck_next(lab, 4, "B001", TIER_OWN);
    ck_next(lab, 4, "A001", TIER_OWN);
    ck_next(lab, 4, "B002", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(help_only_without_own_and_after_its_time) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 2, "0107");
    lab_issue(lab, "tax");
    lab_sleep(lab, 10 * MINUTE);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 2), REASON_QUEUE_EMPTY);
    lab_sleep(lab, 1); /* exceeds */
    lab_issue(lab, "social");
    ck_next(lab, 2, "A001", TIER_OWN);
    const struct why *why = &lab_last(lab, EVENT_TICKET_CALLED)->more.why;
    ck_assert_uint_eq(why->passed_count, 1);
    ck_assert_str_eq(why->passed[0].reason, "help_later");
    ck_next(lab, 2, "B001", TIER_HELP);
    lab_close(lab);
}
END_TEST

START_TEST(a_window_serves_only_its_services) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "social");
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_NEXT, 3), REASON_QUEUE_EMPTY);
    ck_assert_int_eq(lab_call(lab, 3, "A001"), REASON_NOT_YOURS);
    ck_assert_int_eq(lab_call(lab, 3, "A002"), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(call_by_number_says_so) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 12; i++) {
        lab_issue(lab, "social");
    }
    ck_assert_int_eq(lab_call(lab, 1, "A012"), REASON_NONE);
    const struct why *why = &lab_last(lab, EVENT_TICKET_CALLED)->more.why;
    ck_assert_int_eq(why->tier, TIER_NUMBER);
    ck_assert_uint_eq(why->passed_count, 11);
    ck_assert_uint_eq(why->passed_listed, 8);
    ck_assert_str_eq(why->passed[7].reason, "number");
    lab_close(lab);
}
END_TEST

static enum reason transfer(struct lab *lab, uint16_t window, const char *service,
                            uint16_t to_window, enum place place) {
    struct command command = lab_command(COMMAND_WINDOW_TRANSFER, window);
    snprintf(command.service, sizeof command.service, "%s", service);
    command.to_window = to_window;
    command.place = place;
    return lab_send(lab, &command);
}

START_TEST(transfer_keeps_the_turn_or_takes_now) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    for (unsigned i = 0; i < 2; i++) {
        lab_issue(lab, "social");
        lab_issue(lab, "tax");
        lab_sleep(lab, MINUTE);
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(transfer(lab, 1, "tax", 0, PLACE_KEEP), REASON_NONE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(transfer(lab, 1, "tax", 0, PLACE_NOW), REASON_NONE);
    ck_next(lab, 3, "A001", TIER_OWN);
    ck_next(lab, 3, "B001", TIER_OWN);
    ck_next(lab, 3, "B002", TIER_OWN);
    ck_next(lab, 3, "A002", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(a_bound_ticket_comes_first_at_its_window) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "tax");
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(transfer(lab, 1, "", 9, PLACE_KEEP), REASON_NO_SUCH);
    ck_assert_int_eq(transfer(lab, 1, "", 1, PLACE_KEEP), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(transfer(lab, 1, "", 2, PLACE_KEEP), REASON_NOT_NOW); /* closed */
    ck_assert_int_eq(transfer(lab, 1, "", 0, PLACE_KEEP), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(transfer(lab, 1, "passport", 0, PLACE_KEEP), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(transfer(lab, 1, "", 3, PLACE_KEEP), REASON_NONE);
    ck_next(lab, 3, "A001", TIER_BOUND);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_CALLED)->more.why.passed[0].reason, "bound");
    ck_next(lab, 3, "B001", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(bound_tickets_return_when_the_window_closes) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    lab_issue(lab, "social");
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    transfer(lab, 1, "", 3, PLACE_KEEP);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 1);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 3);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 2);
    ck_next(lab, 1, "A001", TIER_OWN);
    lab_close(lab);
}
END_TEST

/* A001 is bound to window 3 and called by number at window 2, when window 3 closes. */
static struct lab *bound_and_called_elsewhere(void) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    lab_sign_in(lab, 3, "0110");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(transfer(lab, 1, "", 3, PLACE_KEEP), REASON_NONE);
    ck_assert_int_eq(lab_call(lab, 2, "A001"), REASON_NONE);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 3);
    return lab;
}

START_TEST(who_is_called_elsewhere_is_bound_no_longer_when_the_window_closes) {
    struct lab *lab = bound_and_called_elsewhere();
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 2), REASON_NONE);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 1);
    ck_next(lab, 1, "A001", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(who_is_called_elsewhere_is_bound_no_longer_when_the_window_goes) {
    struct lab *lab = bound_and_called_elsewhere();
    lab_sign_in(lab, 3, "0110");
    lab_key(lab, COMMAND_WINDOW_HOLD, 2);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(transfer(lab, 1, "", 3, PLACE_KEEP), REASON_NONE);
    ck_assert_int_eq(lab_call(lab, 2, "A002"), REASON_NONE);
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 3);
    lab->rules.windows[2] = lab->rules.windows[--lab->rules.window_count];
    lab_reload(lab);
    ck_said(lab, "config.loaded");
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 2);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_UNDO, 2), REASON_NONE);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 2);
    ck_next(lab, 1, "A001", TIER_OWN);
    ck_next(lab, 1, "A002", TIER_OWN);
    lab_close(lab);
}
END_TEST

START_TEST(reclass_makes_the_turn_anew_from_issue) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_sleep(lab, 5 * MINUTE);
    lab_issue(lab, "social");
    lab_sleep(lab, MINUTE);
    struct command command = { .type = COMMAND_TICKET_RECLASS, .by = { BY_PAGE, "guide" } };
    command.has = COMMAND_HAS(ARG_TICKET);
    command.ticket = lab_no("A002");
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_ARGUMENT);
    command.class = CLASS_GREEN;
    command.ground = GROUND_PREGNANT;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_RECLASSED)->turn_ms, lab_time(8, 35));
    ck_next(lab, 1, "A002", TIER_OWN);
    command.class = CLASS_CREDIT;
    command.ground = GROUND_NONE;
    command.by = (struct by){ BY_KEY, "terminal-1" }; /* credit never by key */
    ck_assert_int_eq(lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    command.by = (struct by){ BY_PAGE, "guide" };
    command.class = CLASS_APPOINTMENT;
    command.ticket = lab_no("A001");
    ck_assert_int_eq(lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    lab_close(lab);
}
END_TEST

/* Two windows that call at the same moment never get the same ticket: the second decides on what the first left. */
START_TEST(next_is_decided_one_after_another) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_at(lab, 1, "A001");
    ck_at(lab, 2, "A002");
    lab_close(lab);
}
END_TEST

static void issue_two_services(struct lab *lab, const char *first, const char *second) {
    struct command command = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
    command.services.count = 2;
    snprintf(command.service, sizeof command.service, "%s", first);
    snprintf(command.services.names[0], NAME_SIZE, "%s", first);
    snprintf(command.services.names[1], NAME_SIZE, "%s", second);
    command.has = COMMAND_HAS(ARG_SERVICES);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
}

/* NEXT from serving is DONE, then NEXT: who goes on to the next service by this very press waits like the others. */
START_TEST(who_goes_on_by_this_press_is_passed_over_too) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 4, "0107");
    issue_two_services(lab, "social", "tax");
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    lab_key(lab, COMMAND_WINDOW_START, 4);
    lab_issue_green(lab, "tax");
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    ck_at(lab, 4, "B001");
    const struct why *why = &lab_last(lab, EVENT_TICKET_CALLED)->more.why;
    ck_assert_uint_eq(why->passed_count, 1);
    ck_assert_str_eq(why->passed[0].ticket.prefix, "A");
    ck_assert_str_eq(why->passed[0].reason, "class");
    lab_close(lab);
}
END_TEST

START_TEST(who_goes_on_by_this_press_may_be_helped) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 2, "0107");
    issue_two_services(lab, "social", "tax");
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_key(lab, COMMAND_WINDOW_START, 2);
    lab_sleep(lab, 20 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_at(lab, 2, "A001");
    ck_assert_int_eq(lab_window(lab, 2)->why.tier, TIER_HELP);
    lab_close(lab);
}
END_TEST

START_TEST(near_is_said_once) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 6; i++) {
        lab_issue(lab, "social");
    }
    lab_tick(lab, lab->now_ms);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ticket.number, 4);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ahead, 3);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_tick(lab, lab->now_ms);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ticket.number, 5);
    lab_key(lab, COMMAND_WINDOW_UNDO, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_tick(lab, lab->now_ms);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ticket.number, 5);
    lab_close(lab);
}
END_TEST

START_TEST(near_is_said_once_a_ticket_not_once_a_service) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    issue_two_services(lab, "social", "tax");
    lab_tick(lab, lab->now_ms);
    uint64_t said = lab_last(lab, EVENT_TICKET_NEAR)->seq;
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_tick(lab, lab->now_ms);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->seq, said);
    lab_close(lab);
}
END_TEST

/* Called by number from behind, before anybody was told: at window 3 one is before it, in the line of social four were. */
START_TEST(near_is_said_to_who_is_bound_to_a_window) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    for (unsigned i = 0; i < 6; i++) {
        lab_issue(lab, "social");
    }
    lab_call(lab, 1, "A005");
    ck_assert_int_eq(transfer(lab, 1, "", 3, PLACE_KEEP), REASON_NONE);
    lab_call(lab, 1, "A006");
    ck_assert_int_eq(transfer(lab, 1, "", 3, PLACE_KEEP), REASON_NONE);
    lab_tick(lab, lab->now_ms);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ticket.number, 6);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_NEAR)->ahead, 1);
    ck_assert_ptr_nonnull(strstr(
        lab->said, "ticket.near ticket.near ticket.near ticket.near ticket.near ticket.near"));
    lab_close(lab);
}
END_TEST

TCase *turn_case(void) {
    TCase *tcase = tcase_create("turn");
    tcase_add_test(tcase, green_comes_before_those_of_half_an_hour);
    tcase_add_test(tcase, always_comes_first_and_is_fair_among_its_own);
    tcase_add_test(tcase, equal_turns_go_by_issue_and_services_by_turn);
    tcase_add_test(tcase, help_only_without_own_and_after_its_time);
    tcase_add_test(tcase, a_window_serves_only_its_services);
    tcase_add_test(tcase, call_by_number_says_so);
    tcase_add_test(tcase, transfer_keeps_the_turn_or_takes_now);
    tcase_add_test(tcase, a_bound_ticket_comes_first_at_its_window);
    tcase_add_test(tcase, bound_tickets_return_when_the_window_closes);
    tcase_add_test(tcase, who_is_called_elsewhere_is_bound_no_longer_when_the_window_closes);
    tcase_add_test(tcase, who_is_called_elsewhere_is_bound_no_longer_when_the_window_goes);
    tcase_add_test(tcase, reclass_makes_the_turn_anew_from_issue);
    tcase_add_test(tcase, who_goes_on_by_this_press_is_passed_over_too);
    tcase_add_test(tcase, who_goes_on_by_this_press_may_be_helped);
    tcase_add_test(tcase, next_is_decided_one_after_another);
    tcase_add_test(tcase, near_is_said_once);
    tcase_add_test(tcase, near_is_said_once_a_ticket_not_once_a_service);
    tcase_add_test(tcase, near_is_said_to_who_is_bound_to_a_window);
    return tcase;
}
