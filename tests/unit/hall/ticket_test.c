/* Taking tickets, printing them, returning after a no-show, and what is refused. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static struct command issue(const char *service) {
    struct command command = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
    snprintf(command.service, sizeof command.service, "%s", service);
    return command;
}

static struct command check_in(struct by by, unsigned code) {
    struct command command = { .type = COMMAND_TICKET_CHECK_IN, .by = by };
    command.code = (uint16_t)code;
    command.has = COMMAND_HAS(ARG_CODE);
    return command;
}

START_TEST(numbers_run_from_the_range_and_say_who_is_ahead) {
    struct lab *lab = lab_new();
    lab->rules.services[2].first = 500;
    lab->rules.services[2].last = 501;
    lab_begin(lab);
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    const struct event *event = lab_last(lab, EVENT_TICKET_ISSUED);
    ck_assert_str_eq(event->ticket.prefix, "A");
    ck_assert_uint_eq(event->ticket.number, 2);
    ck_assert_uint_eq(event->ahead, 1);
    ck_assert_uint_eq(event->day, 20261123);
    ck_assert_int_eq(event->turn_ms, lab->now_ms);
    lab_issue(lab, "tax");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 500);
    lab_issue(lab, "tax");
    ck_refused(lab, lab_issue(lab, "tax"), REASON_NUMBERS_USED);
    lab_close(lab);
}
END_TEST

START_TEST(the_last_number_there_is_can_be_called) {
    struct lab *lab = lab_new();
    lab->rules.services[1].first = TICKET_NUMBER_MAX;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    ck_assert_int_eq(lab_call(lab, 1, "A999"), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* What the store replays into the hall fits as long as it was decided with the same limits. */
START_TEST(a_day_as_full_as_its_limits_is_read_back) {
    struct lab *lab = lab_new();
    lab->limits.tickets_per_day = 2;
    lab_begin(lab);
    struct event issued = { .type = EVENT_TICKET_ISSUED };
    char what[WHAT_SIZE];
    lab_issue(lab, "social");
    ck_assert(hall_fits(lab->hall, &issued, what));
    lab_issue(lab, "social");
    ck_assert(!hall_fits(lab->hall, &issued, what));
    ck_assert_str_eq(what, "more tickets today than limits.tickets_per_day, 2");
    lab_close(lab);
}
END_TEST

START_TEST(unknown_service_is_refused) {
    struct lab *lab = lab_open();
    ck_refused(lab, lab_issue(lab, "passport"), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(quota_and_capacity_are_refusals) {
    struct lab *lab = lab_new();
    lab->limits.tickets_per_day = 3;
    lab->rules.services[1].quota = 1;
    lab_begin(lab);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_refused(lab, lab_issue(lab, "social"), REASON_QUOTA_USED);
    ck_assert(!lab_service(lab, "social")->is_open);
    ck_assert_int_eq(lab_service(lab, "social")->closed_why, REASON_QUOTA_USED);
    lab_issue(lab, "tax");
    lab_issue(lab, "tax");
    ck_refused(lab, lab_issue(lab, "tax"), REASON_CAPACITY);
    lab_close(lab);
}
END_TEST

START_TEST(a_service_with_precheck_needs_one) {
    struct lab *lab = lab_open();
    ck_refused(lab, lab_issue(lab, "permit"), REASON_PRECHECK_NEEDED);
    lab_close(lab);
}
END_TEST

START_TEST(a_class_is_given_only_by_its_sources) {
    struct lab *lab = lab_open();
    struct command command = issue("social");
    command.class = CLASS_CREDIT;
    command.by = (struct by){ BY_KEY, "dispenser-1" };
    ck_refused(lab, lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    command.class = CLASS_APPOINTMENT;
    ck_refused(lab, lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    command.class = CLASS_CREDIT;
    command.by = (struct by){ BY_MQTT, "office" };
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->turn_ms, lab_time(4, 0));
    command.class = CLASS_NORMAL;
    command.ground = GROUND_ELDERLY;
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(the_same_person_waits_once) {
    struct lab *lab = lab_open();
    struct command command = issue("social");
    snprintf(command.person, sizeof command.person, "0f3a");
    lab_send(lab, &command);
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY_WAITING);
    snprintf(command.service, sizeof command.service, "tax");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    snprintf(command.service, sizeof command.service, "social");
    snprintf(command.person, sizeof command.person, "0f3b");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE); /* somebody else */
    lab_close(lab);
}
END_TEST

/* Who is called, held, being printed or of unsure paper comes sooner or later; who is served has had that turn. */
START_TEST(who_is_to_come_waits_too) {
    struct lab *lab = lab_open();
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    lab_sign_in(lab, 1, "0107");
    struct command command = issue("social");
    snprintf(command.person, sizeof command.person, "0f3a");
    snprintf(command.print, sizeof command.print, "dispenser-1");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE); /* printing */
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY_WAITING);
    lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY_WAITING);
    lab_call(lab, 1, "A001");
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY_WAITING);
    ck_assert_int_eq(lab_key(lab, COMMAND_WINDOW_HOLD, 1), REASON_NONE);
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY_WAITING);
    lab_key(lab, COMMAND_WINDOW_UNHOLD, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_dispenser_ticket_counts_when_it_is_printed) {
    struct lab *lab = lab_open();
    ck_refused(lab, lab_print(lab, "social"), REASON_NO_SUCH);
    lab_report(lab, REPORT_OFFLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    ck_refused(lab, lab_print(lab, "social"), REASON_DEVICE_OFFLINE);
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    ck_assert_int_eq(lab_print(lab, "social"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->job, 1);
    lab_sign_in(lab, 1, "0107");
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_QUEUE_EMPTY);
    ck_refused(lab, lab_call(lab, 1, "A001"), REASON_NO_SUCH);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->printing_count, 1);
    lab_sleep(lab, 5000);
    lab_issue(lab, "social");
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ahead, 1);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.printed");
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "A001"); /* its turn counts from issue */
    lab_close(lab);
}
END_TEST

START_TEST(not_printed_is_cancelled_and_gives_its_quota_back) {
    struct lab *lab = lab_new();
    lab->rules.services[1].quota = 1;
    lab_begin(lab);
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    lab_print(lab, "social");
    lab_report(lab, REPORT_NOT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.cancelled");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_CANCELLED)->reason, "not_printed");
    ck_assert_int_eq(lab_print(lab, "social"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->ticket.number, 2); /* never again 1 */
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->job, 2);
    lab_close(lab);
}
END_TEST

START_TEST(an_unsure_ticket_lives_again) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    for (unsigned i = 0; i < 3; i++) {
        lab_print(lab, "social");
        lab_report(lab, REPORT_UNSURE, "dispenser-1", ROLE_DISPENSER, 0, (uint16_t)(i + 1));
        ck_said(lab, "ticket.unsure");
    }
    lab_sign_in(lab, 1, "0107");
    ck_refused(lab, lab_key(lab, COMMAND_WINDOW_NEXT, 1), REASON_QUEUE_EMPTY);
    lab_report(lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, 1);
    ck_said(lab, "ticket.restored");
    struct command command =
        check_in((struct by){ BY_KEY, "dispenser-1" }, lab_last(lab, EVENT_TICKET_ISSUED)->code);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "ticket.checked_in");
    ck_assert_int_eq(lab_call(lab, 1, "A002"), REASON_NONE);
    ck_at(lab, 1, "A002");
    lab_close(lab);
}
END_TEST

START_TEST(codes_are_unique_among_the_valid) {
    static bool is_used[10000];
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < 200; i++) {
        lab->chance = i % 7; /* chance that repeats must not repeat a code */
        ck_assert_int_eq(lab_issue(lab, i % 2 == 0 ? "social" : "tax"), REASON_NONE);
        unsigned code = lab_last(lab, EVENT_TICKET_ISSUED)->code;
        ck_assert(!is_used[code]);
        is_used[code] = true;
    }
    unsigned code = lab_last(lab, EVENT_TICKET_ISSUED)->code;
    lab_ticket(lab, COMMAND_TICKET_CANCEL, "B100");
    struct command command = check_in((struct by){ BY_MQTT, "office" }, code);
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_CODE); /* it is nobody's now */
    for (unsigned i = 0; i < 60; i++) {
        lab->chance = i % 7;
        lab_issue(lab, "social");
        ck_assert(!is_used[lab_last(lab, EVENT_TICKET_ISSUED)->code] ||
                  lab_last(lab, EVENT_TICKET_ISSUED)->code == code);
        is_used[code] = is_used[code] && lab_last(lab, EVENT_TICKET_ISSUED)->code != code;
    }
    ck_assert(!is_used[code]); /* given again */
    ck_refused(lab, lab_send(lab, &command), REASON_ALREADY);
    lab_close(lab);
}
END_TEST

START_TEST(five_wrong_codes_close_check_in_for_a_minute) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    struct command command = check_in((struct by){ BY_KEY, "dispenser-1" }, 1);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_CODE);
    }
    lab_sleep(lab, MINUTE); /* those are of the minute before */
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_CODE);
        ck_said(lab, "command.refused");
        lab_sleep(lab, 1000);
    }
    ck_refused(lab, lab_send(lab, &command), REASON_TOO_MANY);
    lab_sleep(lab, MINUTE - 1001); /* a minute after the fifth */
    ck_refused(lab, lab_send(lab, &command), REASON_TOO_MANY);
    lab_sleep(lab, 1);
    ck_assert_int_eq(lab_send(lab, &command), REASON_BAD_CODE);
    command.by = (struct by){ BY_MQTT, "office" };
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_CODE);
    lab_close(lab);
}
END_TEST

static struct lab *with_no_show(void) {
    struct lab *lab = lab_new();
    lab->rules.start_after_s = 0;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < 6; i++) {
        lab_issue(lab, "social");
        lab_sleep(lab, 1000);
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    return lab;
}

START_TEST(a_no_show_returns_behind_three) {
    struct lab *lab = with_no_show();
    ck_assert_int_eq(lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001"), REASON_NONE);
    ck_said(lab, "ticket.requeued");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_REQUEUED)->turn_ms, lab_time(9, 0) + 3001);
    ck_refused(lab, lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001"), REASON_ALREADY);
    static const char *const ORDER[] = { "A002", "A003", "A004", "A001", "A005" };
    for (unsigned i = 0; i < 5; i++) {
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        ck_at(lab, 1, ORDER[i]);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
    }
    lab_close(lab);
}
END_TEST

START_TEST(a_no_show_returns_once_and_in_time) {
    struct lab *lab = with_no_show();
    lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001");
    lab_call(lab, 1, "A001");
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    ck_refused(lab, lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001"), REASON_RETURN_OVER);
    lab_pass(lab, 30 * MINUTE - 1);
    ck_assert_uint_eq(lab->last[EVENT_TICKET_EXPIRED].seq, 0);
    lab_pass(lab, 1);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_EXPIRED)->reason, "no_show");
    ck_refused(lab, lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001"), REASON_NOT_NOW);
    lab_close(lab);
}
END_TEST

START_TEST(the_clock_of_a_no_show_stops_in_the_break) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_pass(lab, lab_time(11, 40) - lab->now_ms);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 10 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1); /* 11:50: 10 min left, then from 14:00 20 more */
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_NO_SHOW)->until_ms, lab_time(14, 20));
    lab_pass(lab, lab_time(14, 20) - 1 - lab->now_ms);
    ck_assert_uint_eq(lab->last[EVENT_TICKET_EXPIRED].seq, 0);
    lab_pass(lab, 1);
    ck_assert_uint_gt(lab->last[EVENT_TICKET_EXPIRED].seq, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_waiting_ticket_can_be_given_up) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    ck_assert_int_eq(lab_ticket(lab, COMMAND_TICKET_CANCEL, "A001"), REASON_NONE);
    ck_refused(lab, lab_ticket(lab, COMMAND_TICKET_CANCEL, "A001"), REASON_NOT_NOW);
    ck_refused(lab, lab_ticket(lab, COMMAND_TICKET_CANCEL, "A002"), REASON_NO_SUCH);
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 0);
    lab_close(lab);
}
END_TEST

START_TEST(several_services_on_one_ticket) {
    struct lab *lab = lab_open();
    struct command command = issue("social");
    command.services = (struct name_list){ .count = 2, .names = { "social", "tax" } };
    command.has = COMMAND_HAS(ARG_SERVICES);
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 3, "0109");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    int64_t turn_ms = lab->now_ms;
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked ticket.transferred");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_TRANSFERRED)->turn_ms, turn_ms);
    lab_key(lab, COMMAND_WINDOW_NEXT, 3);
    ck_at(lab, 3, "A001"); /* first turn, its letter stays */
    lab_key(lab, COMMAND_WINDOW_DONE, 3);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    command.services.count = 2;
    snprintf(command.services.names[1], NAME_SIZE, "permit");
    ck_refused(lab, lab_send(lab, &command), REASON_PRECHECK_NEEDED);
    lab_close(lab);
}
END_TEST

START_TEST(a_general_window_goes_on_with_the_same_citizen) {
    struct lab *lab = lab_open();
    struct command command = issue("");
    command.services = (struct name_list){ .count = 2, .names = { "social", "tax" } };
    command.has = COMMAND_HAS(ARG_SERVICES);
    lab_sign_in(lab, 4, "0107");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "tax");
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    lab_key(lab, COMMAND_WINDOW_START, 4);
    lab_sleep(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    ck_said(lab, "ticket.done rating.not_asked ticket.transferred ticket.called");
    ck_at(lab, 4, "A001");
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_CALLED)->service, "tax");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_CALLED)->turn_ms, lab_time(9, 0));
    lab_close(lab);
}
END_TEST

START_TEST(a_list_of_services_is_checked) {
    struct lab *lab = lab_open();
    struct command command = issue("tax");
    command.services = (struct name_list){ .count = 2, .names = { "social", "tax" } };
    command.has = COMMAND_HAS(ARG_SERVICES);
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT); /* must begin with service */
    snprintf(command.services.names[0], NAME_SIZE, "tax");
    snprintf(command.services.names[1], NAME_SIZE, "passport");
    ck_refused(lab, lab_send(lab, &command), REASON_NO_SUCH);
    snprintf(command.services.names[1], NAME_SIZE, "tax");
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT); /* one service twice */
    command.services.count = 9;
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(what_comes_in_with_the_command_stands_on_the_ticket) {
    struct lab *lab = lab_open();
    struct command command = issue("social");
    command.by = (struct by){ BY_PAGE, "guide" };
    command.for_count = 3;
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &command;
    input.command.has_estimate = true;
    input.command.estimate_s[0] = 300;
    input.command.estimate_s[1] = 900;
    lab_take(lab, &input);
    const struct event *issued = lab_last(lab, EVENT_TICKET_ISSUED);
    ck_assert_uint_eq(issued->for_count, 3);
    ck_assert_uint_eq(issued->estimate_s[1], 900);
    ck_assert_int_eq(issued->channel, CHANNEL_GUIDE);
    lab_close(lab);
}
END_TEST

START_TEST(a_no_show_returns_into_an_empty_line) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, MINUTE);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    lab_ticket(lab, COMMAND_TICKET_REQUEUE, "A001");
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_REQUEUED)->turn_ms, lab_time(9, 0) + 1);
    lab_close(lab);
}
END_TEST

START_TEST(parts_that_this_hall_does_not_have_say_so) {
    /* What concerns a device or the journal is answered before it comes to the core. */
    static const enum command_type LATER[] = { COMMAND_DEVICE_IDENTIFY, COMMAND_DEVICE_TEST,
                                               COMMAND_EVENTS_REPLAY };
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < sizeof LATER / sizeof LATER[0]; i++) {
        struct command command = { .type = LATER[i], .by = { BY_PAGE, "wang" } };
        ck_refused(lab, lab_send(lab, &command), REASON_NOT_ABLE);
    }
    lab_close(lab);
}
END_TEST

TCase *ticket_case(void) {
    TCase *tcase = tcase_create("ticket");
    tcase_add_test(tcase, numbers_run_from_the_range_and_say_who_is_ahead);
    tcase_add_test(tcase, the_last_number_there_is_can_be_called);
    tcase_add_test(tcase, a_day_as_full_as_its_limits_is_read_back);
    tcase_add_test(tcase, unknown_service_is_refused);
    tcase_add_test(tcase, quota_and_capacity_are_refusals);
    tcase_add_test(tcase, a_service_with_precheck_needs_one);
    tcase_add_test(tcase, a_class_is_given_only_by_its_sources);
    tcase_add_test(tcase, the_same_person_waits_once);
    tcase_add_test(tcase, who_is_to_come_waits_too);
    tcase_add_test(tcase, a_dispenser_ticket_counts_when_it_is_printed);
    tcase_add_test(tcase, not_printed_is_cancelled_and_gives_its_quota_back);
    tcase_add_test(tcase, an_unsure_ticket_lives_again);
    tcase_add_test(tcase, codes_are_unique_among_the_valid);
    tcase_add_test(tcase, five_wrong_codes_close_check_in_for_a_minute);
    tcase_add_test(tcase, a_no_show_returns_behind_three);
    tcase_add_test(tcase, a_no_show_returns_once_and_in_time);
    tcase_add_test(tcase, the_clock_of_a_no_show_stops_in_the_break);
    tcase_add_test(tcase, a_waiting_ticket_can_be_given_up);
    tcase_add_test(tcase, several_services_on_one_ticket);
    tcase_add_test(tcase, a_general_window_goes_on_with_the_same_citizen);
    tcase_add_test(tcase, a_list_of_services_is_checked);
    tcase_add_test(tcase, what_comes_in_with_the_command_stands_on_the_ticket);
    tcase_add_test(tcase, a_no_show_returns_into_an_empty_line);
    tcase_add_test(tcase, parts_that_this_hall_does_not_have_say_so);
    return tcase;
}
