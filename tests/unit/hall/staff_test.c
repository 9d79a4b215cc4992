/* Who sits where, and windows that a manager opens, closes and gives other services. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

START_TEST(unknown_staff_is_refused) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(lab_sign_in(lab, 1, "999"), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(lab_sign_in(lab, 1, "wang"), REASON_UNKNOWN_STAFF);
    ck_assert_uint_eq(reason_answer(REASON_UNKNOWN_STAFF), 10);
    ck_assert_int_eq(lab_sign_in(lab, 1, "107"), REASON_NONE); /* 107 is "0107" */
    ck_assert_str_eq(lab_window(lab, 1)->staff, "0107");
    lab_close(lab);
}
END_TEST

START_TEST(a_planned_window_takes_only_its_own) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(lab_sign_in(lab, 4, "0109"), REASON_NOT_YOURS);
    ck_assert_int_eq(lab_sign_in(lab, 4, "0107"), REASON_NONE);
    ck_assert_int_eq(lab_sign_in(lab, 4, "0107"), REASON_NONE); /* stands so: no event */
    ck_said(lab, "");
    lab_close(lab);
}
END_TEST

START_TEST(idle_elsewhere_is_signed_out_there_busy_is_refused) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(lab_sign_in(lab, 2, "0107"), REASON_NONE);
    ck_said(lab, "staff.signed_out window.closed staff.signed_in window.opened");
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0107"), REASON_BUSY_ELSEWHERE);
    ck_assert_uint_eq(reason_answer(REASON_BUSY_ELSEWHERE), 11);
    lab_close(lab);
}
END_TEST

START_TEST(the_b_takes_over_window_and_ticket) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-4", ROLE_KEYPAD, 4);
    lab_sign_in(lab, 4, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 4);
    lab_key(lab, COMMAND_WINDOW_START, 4);
    ck_assert_int_eq(lab_sign_in(lab, 4, "0108"), REASON_NONE);
    ck_at(lab, 4, "A001");
    lab_key(lab, COMMAND_WINDOW_DONE, 4);
    ck_assert_str_eq(lab_last(lab, EVENT_TICKET_DONE)->staff, "0108");
    lab_sign_in(lab, 4, "0107"); /* the rating goes to who was there at DONE */
    lab_rate(lab, 4, lab_window(lab, 4)->session, 5);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_GIVEN)->staff, "0108");
    lab_close(lab);
}
END_TEST

static struct command about_staff(enum command_type type, const char *staff) {
    struct command command = { .type = type, .by = { BY_PAGE, "wang" } };
    snprintf(command.staff, sizeof command.staff, "%s", staff);
    return command;
}

START_TEST(staff_come_and_go_live) {
    struct lab *lab = lab_open();
    struct command set = about_staff(COMMAND_STAFF_SET, "0200");
    struct command remove = about_staff(COMMAND_STAFF_REMOVE, "0109");
    ck_assert_int_eq(lab_sign_in(lab, 1, "0200"), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(lab_send(lab, &set), REASON_NONE);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0200"), REASON_NONE);
    ck_assert_int_eq(lab_send(lab, &remove), REASON_NONE);
    ck_assert_int_eq(lab_sign_in(lab, 2, "0109"), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(lab_send(lab, &remove), REASON_UNKNOWN_STAFF);
    set = about_staff(COMMAND_STAFF_SET, "x");
    ck_assert_int_eq(lab_send(lab, &set), REASON_BAD_ARGUMENT);
    lab_next_day(lab);
    ck_assert_int_eq(lab_sign_in(lab, 1, "0200"), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(lab_sign_in(lab, 2, "0109"), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* Some of each day's cover are in no file: their places are free again the next day. */
START_TEST(staff_added_for_a_day_make_room_for_the_next) {
    struct lab *lab = lab_open();
    unsigned added = 0;
    for (unsigned day = 0; day < 6; day++) {
        for (unsigned i = 0; i < 4; i++) {
            char staff[STAFF_SIZE];
            snprintf(staff, sizeof staff, "%04u", 900 - added++);
            struct command set = about_staff(COMMAND_STAFF_SET, staff);
            set.until_ms = i == 0 && day == 5 ? lab->now_ms + 48 * HOUR : 0;
            ck_assert_int_eq(lab_send(lab, &set), REASON_NONE);
            ck_assert_int_eq(lab_sign_in(lab, 1, staff), REASON_NONE);
        }
        lab_next_day(lab);
    }
    ck_assert_int_eq(lab_sign_in(lab, 1, "0880"), REASON_NONE); /* until tomorrow */
    ck_assert_int_eq(lab_sign_in(lab, 1, "0879"), REASON_UNKNOWN_STAFF);
    lab_close(lab);
}
END_TEST

START_TEST(a_manager_signs_staff_out) {
    struct lab *lab = lab_open();
    struct command out = about_staff(COMMAND_STAFF_SIGN_OUT, "0107");
    ck_assert_int_eq(lab_send(lab, &out), REASON_NOT_NOW);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(lab_send(lab, &out), REASON_NONE);
    ck_assert(lab_window(lab, 1)->is_pending_close);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(lab_send(lab, &out), REASON_NONE);
    ck_said(lab, "staff.signed_out window.closed");
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    out.window = 2; /* who is signed in there is another */
    ck_assert_int_eq(lab_send(lab, &out), REASON_NOT_YOURS);
    out.window = 1;
    ck_assert_int_eq(lab_send(lab, &out), REASON_NONE);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    ck_assert_int_eq(lab_window(lab, 2)->state, WINDOW_OPEN);
    out = about_staff(COMMAND_STAFF_SIGN_OUT, "0999");
    ck_assert_int_eq(lab_send(lab, &out), REASON_UNKNOWN_STAFF);
    lab_close(lab);
}
END_TEST

static enum reason manage(struct lab *lab, enum command_type type, uint16_t window, bool force) {
    struct command command = lab_command(type, window);
    command.by = (struct by){ BY_PAGE, "wang" };
    command.force = force;
    return lab_send(lab, &command);
}

START_TEST(a_manager_opens_and_closes_a_window) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 77, false), REASON_NO_SUCH);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, false), REASON_ALREADY);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, false), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, false), REASON_ALREADY);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, false), REASON_NONE);
    ck_assert(lab_window(lab, 1)->is_pending_close);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, false), REASON_ALREADY);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, false), REASON_NONE); /* taken back */
    ck_said(lab, "window.opened");
    ck_assert(!lab_window(lab, 1)->is_pending_close);
    ck_at(lab, 1, "A001");
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, false), REASON_ALREADY);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, false), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, true), REASON_NONE);
    ck_said(lab, "ticket.undone window.closed"); /* called waits with its turn */
    ck_assert_uint_eq(lab_service(lab, "social")->waiting, 1);
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, true), REASON_NONE);
    ck_said(lab, "ticket.done rating.not_asked staff.signed_out window.closed");
    lab_close(lab);
}
END_TEST

START_TEST(what_a_window_would_forget_is_refused) {
    struct lab *lab = lab_open();
    struct command open = lab_command(COMMAND_WINDOW_OPEN, 5);
    snprintf(open.staff, sizeof open.staff, "0109");
    ck_assert_int_eq(lab_send(lab, &open), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(assigned_services_hold_until_their_time) {
    struct lab *lab = lab_open();
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 1);
    assign.services = (struct name_list){ .count = 1, .names = { "tax" } };
    assign.helps = (struct name_list){ .count = 1, .names = { "social" } };
    assign.has |= COMMAND_HAS(ARG_OWN) | COMMAND_HAS(ARG_HELPS);
    assign.until_ms = lab_time(10, 0);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "tax");
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NONE);
    ck_assert(lab_window(lab, 1)->differs);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_at(lab, 1, "B001");
    lab_reload(lab); /* survives a reload */
    ck_assert_uint_eq(lab_window(lab, 1)->own, 1U << 2);
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_window(lab, 1)->own, 1U << 1);
    ck_assert(!lab_window(lab, 1)->differs);
    snprintf(assign.services.names[0], NAME_SIZE, "passport");
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NO_SUCH);
    snprintf(assign.services.names[0], NAME_SIZE, "tax");
    ck_assert_int_eq(lab_send(lab, &assign), REASON_BAD_ARGUMENT); /* until is past */
    assign.until_ms = 0;
    lab_send(lab, &assign);
    lab_next_day(lab);
    ck_assert(!lab_window(lab, 1)->differs);
    lab_close(lab);
}
END_TEST

START_TEST(what_an_assignment_does_not_name_stays) {
    struct lab *lab = lab_open();
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 2);
    assign.helps = (struct name_list){ .count = 1, .names = { "unsolved" } };
    assign.has |= COMMAND_HAS(ARG_HELPS);
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NONE);
    ck_assert_uint_eq(lab_window(lab, 2)->own, 1U << 1);
    ck_assert_uint_eq(lab_window(lab, 2)->helps, 1U << 4);
    assign = lab_command(COMMAND_WINDOW_ASSIGN, 2);
    assign.services = (struct name_list){ .count = 1, .names = { "tax" } };
    assign.has |= COMMAND_HAS(ARG_OWN);
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NONE);
    ck_assert_uint_eq(lab_window(lab, 2)->own, 1U << 2);
    ck_assert_uint_eq(lab_window(lab, 2)->helps, 1U << 4);
    lab_close(lab);
}
END_TEST

/* 25 services are more than an event names: "*" would give the window those that are not its own. */
START_TEST(more_services_than_can_be_named_must_be_named_anew) {
    struct lab *lab = lab_new();
    lab->limits.services = SERVICES_MAX - 1;
    for (unsigned i = 6; i < 32; i++) {
        struct service_rule *service = &lab->rules.services[i];
        *service = lab->rules.services[2];
        snprintf(service->id, sizeof service->id, "service-%u", i);
        snprintf(service->prefix, sizeof service->prefix, "C%c", (char)('A' + i % 26));
        lab->rules.service_count++;
    }
    lab->rules.windows[1].own = (UINT64_C(1) << 31) - (UINT64_C(1) << 6);
    lab_begin(lab);
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 2);
    assign.helps = (struct name_list){ .count = 1, .names = { "unsolved" } };
    assign.has |= COMMAND_HAS(ARG_HELPS);
    ck_assert_int_eq(lab_send(lab, &assign), REASON_BAD_ARGUMENT);
    assign.services = (struct name_list){ .is_all = true };
    assign.has |= COMMAND_HAS(ARG_OWN);
    ck_assert_int_eq(lab_send(lab, &assign), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(an_assignment_with_a_later_end_outlives_the_day) {
    struct lab *lab = lab_open();
    struct command assign = lab_command(COMMAND_WINDOW_ASSIGN, 1);
    assign.services = (struct name_list){ .is_all = true };
    assign.has |= COMMAND_HAS(ARG_OWN);
    assign.until_ms = lab_time(10, 0) + 72 * HOUR;
    lab_send(lab, &assign);
    lab_next_day(lab);
    lab_next_day(lab);
    ck_assert(lab_window(lab, 1)->differs);
    ck_assert_uint_eq(lab_window(lab, 1)->own, SERVICES_ALL);
    lab_close(lab);
}
END_TEST

START_TEST(an_extended_window_stays_open) {
    struct lab *lab = lab_new();
    lab->rules.require_sign_in = false;
    lab_begin(lab);
    struct command extend = lab_command(COMMAND_HALL_EXTEND, 1);
    extend.until_ms = lab_time(13, 0);
    ck_assert_int_eq(lab_send(lab, &extend), REASON_NONE);
    lab_pass(lab, 3 * HOUR);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_int_eq(lab_window(lab, 2)->state, WINDOW_CLOSED);
    lab_pass(lab, HOUR);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(without_sign_in_windows_open_with_the_hall) {
    struct lab *lab = lab_new();
    lab->rules.require_sign_in = false;
    lab_begin(lab);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_str_eq(lab_window(lab, 1)->staff, "");
    lab_issue(lab, "social");
    lab_pass(lab, 3 * HOUR + MINUTE); /* the break: A001 still waits for windows 1, 2 and 4 */
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_int_eq(lab_window(lab, 3)->state, WINDOW_CLOSED);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_pass(lab, lab_time(14, 0) - lab->now_ms);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_sleep(lab, MINUTE);
    manage(lab, COMMAND_WINDOW_CLOSE, 1, false); /* by a person: stays closed */
    lab_pass(lab, MINUTE);
    ck_assert_int_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_close(lab);
}
END_TEST

/* INVITE comes before DONE: the rating goes to who is there at DONE. */
START_TEST(an_early_invitation_goes_to_who_is_there_at_done) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_key(lab, COMMAND_RATING_INVITE, 1);
    lab_sign_in(lab, 1, "0110");
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_sign_in(lab, 1, "0109");
    lab_pass(lab, MINUTE);
    ck_assert_str_eq(lab_last(lab, EVENT_RATING_MISSED)->staff, "0110");
    lab_close(lab);
}
END_TEST

TCase *staff_case(void) {
    TCase *tcase = tcase_create("staff");
    tcase_add_test(tcase, unknown_staff_is_refused);
    tcase_add_test(tcase, a_planned_window_takes_only_its_own);
    tcase_add_test(tcase, idle_elsewhere_is_signed_out_there_busy_is_refused);
    tcase_add_test(tcase, the_b_takes_over_window_and_ticket);
    tcase_add_test(tcase, staff_come_and_go_live);
    tcase_add_test(tcase, staff_added_for_a_day_make_room_for_the_next);
    tcase_add_test(tcase, a_manager_signs_staff_out);
    tcase_add_test(tcase, a_manager_opens_and_closes_a_window);
    tcase_add_test(tcase, what_a_window_would_forget_is_refused);
    tcase_add_test(tcase, assigned_services_hold_until_their_time);
    tcase_add_test(tcase, what_an_assignment_does_not_name_stays);
    tcase_add_test(tcase, more_services_than_can_be_named_must_be_named_anew);
    tcase_add_test(tcase, an_assignment_with_a_later_end_outlives_the_day);
    tcase_add_test(tcase, an_extended_window_stays_open);
    tcase_add_test(tcase, without_sign_in_windows_open_with_the_hall);
    tcase_add_test(tcase, an_early_invitation_goes_to_who_is_there_at_done);
    return tcase;
}
