/* Live changes: their ends, who made them, and how they are taken back. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static enum reason manage(struct lab *lab, enum command_type type, uint16_t window,
                          int64_t until_ms) {
    struct command command = { .type = type, .by = { BY_PAGE, "wang" } };
    command.window = window;
    command.until_ms = until_ms;
    command.has =
        (window == 0 ? 0 : COMMAND_HAS(ARG_WINDOW)) | (until_ms == 0 ? 0 : COMMAND_HAS(ARG_UNTIL));
    if (type == COMMAND_WINDOW_PAUSE) {
        snprintf(command.reason, sizeof command.reason, "1");
    }
    return lab_send(lab, &command);
}

static enum reason manage_service(struct lab *lab, enum command_type type, const char *service,
                                  int64_t until_ms) {
    struct command command = { .type = type, .by = { BY_MQTT, "office" }, .until_ms = until_ms };
    snprintf(command.service, sizeof command.service, "%s", service);
    return lab_send(lab, &command);
}

/* CHANGE_NONE when no such change stands. */
static const struct change_now *change_of(struct lab *lab, enum change_kind kind) {
    static const struct change_now none = { .kind = CHANGE_NONE };
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    for (unsigned i = 0; i < lab->snapshot->change_count; i++) {
        if (lab->snapshot->changes[i].kind == kind) {
            return &lab->snapshot->changes[i];
        }
    }
    return &none;
}

static unsigned change_count(struct lab *lab) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    return lab->snapshot->change_count;
}

START_TEST(a_window_opened_until_a_time_closes_then) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, lab_time(8, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, lab->now_ms), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 1, lab_time(10, 0)), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_OPEN, 2, lab_time(10, 0)), REASON_NONE);
    ck_assert_str_eq(change_of(lab, CHANGE_WINDOW_OPENED)->by.id, "wang");
    ck_assert_int_eq(change_of(lab, CHANGE_WINDOW_OPENED)->until_ms, lab_time(10, 0));
    ck_assert(lab_window(lab, 1)->differs);
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    ck_assert_str_eq(lab_last(lab, EVENT_WINDOW_CLOSED)->by.id, "until");
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

/* Whoever signs in has the window; and the ticket that is there is finished first. */
START_TEST(the_end_of_an_opening_respects_who_is_there) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    manage(lab, COMMAND_WINDOW_OPEN, 1, lab_time(10, 0));
    manage(lab, COMMAND_WINDOW_OPEN, 2, lab_time(10, 0));
    lab_sign_in(lab, 1, "0107");
    ck_assert(!lab_window(lab, 1)->differs);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_SERVING);
    ck_assert(lab_window(lab, 2)->is_pending_close);
    lab_key(lab, COMMAND_WINDOW_DONE, 2);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(a_window_closed_until_a_time_opens_then) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, lab_time(8, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 1, lab_time(10, 0)), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_CLOSE, 2, lab_time(13, 0)), REASON_NONE);
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_str_eq(lab_last(lab, EVENT_WINDOW_OPENED)->by.id, "until");
    lab_pass(lab, 4 * HOUR - MINUTE); /* 13:59: the hall has its break */
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_CLOSED);
    lab_pass(lab, MINUTE);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_OPEN);
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_closing_after_this_ticket_keeps_its_end) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    manage(lab, COMMAND_WINDOW_CLOSE, 1, lab_time(10, 0));
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    ck_assert_str_eq(change_of(lab, CHANGE_WINDOW_CLOSED)->by.id, "wang");
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_close(lab);
}
END_TEST

/* Without sign-in windows open with the hall, but not one that is closed until Wednesday. */
START_TEST(a_closing_with_a_later_end_outlives_the_day) {
    struct lab *lab = lab_new();
    lab->rules.require_sign_in = false;
    lab_begin(lab);
    manage(lab, COMMAND_WINDOW_CLOSE, 1, lab_time(10, 0) + 48 * HOUR);
    lab_next_day(lab);
    lab_pass(lab, lab_time(9, 0) + 24 * HOUR - lab->now_ms);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_OPEN);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    ck_assert_uint_ne(change_of(lab, CHANGE_WINDOW_CLOSED)->kind, CHANGE_NONE);
    lab_next_day(lab);
    lab_pass(lab, lab_time(9, 59) + 48 * HOUR - lab->now_ms);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_pass(lab, MINUTE);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_close(lab);
}
END_TEST

/* Without sign-in: opened outside the hours it stays open until its end although the hall is closed. */
START_TEST(a_window_opened_in_the_break_stays_open_until_its_end) {
    struct lab *lab = lab_new();
    lab->rules.require_sign_in = false;
    lab_begin(lab);
    lab_pass(lab, lab_time(12, 10) - lab->now_ms);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    manage(lab, COMMAND_WINDOW_OPEN, 1, lab_time(13, 0));
    lab_pass(lab, lab_time(12, 59) - lab->now_ms);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_pass(lab, MINUTE);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_CLOSED);
    lab_close(lab);
}
END_TEST

START_TEST(a_pause_until_a_time_ends_then) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_sign_in(lab, 1, "0107");
    lab_sign_in(lab, 2, "0109");
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_PAUSE, 1, lab_time(8, 0)), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(manage(lab, COMMAND_WINDOW_PAUSE, 1, lab_time(9, 30)), REASON_NONE);
    ck_assert_str_eq(change_of(lab, CHANGE_WINDOW_PAUSED)->by.id, "wang");
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    manage(lab, COMMAND_WINDOW_PAUSE, 2, lab_time(9, 40)); /* after this ticket */
    lab_pass(lab, 10 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 2);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_PAUSED);
    lab_pass(lab, 20 * MINUTE);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_PAUSED);
    lab_pass(lab, 10 * MINUTE);
    ck_assert_uint_eq(lab_window(lab, 2)->state, WINDOW_OPEN);
    manage(lab, COMMAND_WINDOW_PAUSE, 2, lab_time(10, 40));
    lab_key(lab, COMMAND_WINDOW_RESUME, 2); /* resumed before: nothing is left to end */
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

/* A pause that would begin after this ticket is not begun when its end is past. */
START_TEST(a_pause_that_never_began_ends_too) {
    struct lab *lab = lab_open();
    lab_issue(lab, "social");
    lab_sign_in(lab, 1, "0107");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    manage(lab, COMMAND_WINDOW_PAUSE, 1, lab_time(9, 10));
    lab_pass(lab, 10 * MINUTE);
    ck_assert(!lab_window(lab, 1)->is_pending_pause);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_uint_eq(lab_window(lab, 1)->state, WINDOW_OPEN);
    lab_close(lab);
}
END_TEST

START_TEST(an_extension_ends_and_can_be_taken_back) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, 0, 0), REASON_ALREADY);
    manage(lab, COMMAND_HALL_EXTEND, 0, lab_time(19, 0));
    manage(lab, COMMAND_HALL_EXTEND, 1, lab_time(19, 0));
    manage_service(lab, COMMAND_HALL_EXTEND, "tax", lab_time(20, 0));
    ck_assert_uint_eq(change_count(lab), 3);
    ck_assert_str_eq(change_of(lab, CHANGE_SERVICE_EXTENDED)->by.id, "office");
    ck_assert_str_eq(change_of(lab, CHANGE_SERVICE_EXTENDED)->service, "tax");
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, 1, 0), REASON_NONE);
    ck_assert_uint_eq(change_of(lab, CHANGE_WINDOW_EXTENDED)->kind, CHANGE_NONE);
    lab_pass(lab, lab_time(18, 30) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_assert_int_eq(manage(lab, COMMAND_HALL_EXTEND, 0, 0), REASON_NONE);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_NONE);
    lab_pass(lab, lab_time(20, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "tax"), REASON_HALL_CLOSED);
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

/* Closing a hall that is open only by command takes the opening back: the next span opens it again. */
START_TEST(an_opening_by_command_is_taken_back_by_closing) {
    struct lab *lab = lab_open();
    lab_pass(lab, lab_time(12, 30) - lab->now_ms);
    manage(lab, COMMAND_HALL_OPEN, 0, lab_time(13, 30));
    ck_assert_str_eq(change_of(lab, CHANGE_HALL_OPENED)->by.id, "wang");
    ck_assert_int_eq(manage(lab, COMMAND_HALL_CLOSE, 0, 0), REASON_NONE);
    ck_assert_uint_eq(change_count(lab), 0);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_HALL_CLOSED);
    lab_pass(lab, lab_time(14, 0) - lab->now_ms);
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    manage(lab, COMMAND_HALL_CLOSE, 0, lab_time(15, 0));
    ck_assert_int_eq(change_of(lab, CHANGE_HALL_CLOSED)->until_ms, lab_time(15, 0));
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

static void assign_tax(struct lab *lab, uint16_t window, int64_t until_ms) {
    struct command command = { .type = COMMAND_WINDOW_ASSIGN, .by = { BY_CLI, "root" } };
    command.window = window;
    command.until_ms = until_ms;
    command.services.count = 1;
    snprintf(command.services.names[0], NAME_SIZE, "tax");
    command.has = COMMAND_HAS(ARG_WINDOW) | COMMAND_HAS(ARG_OWN);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
}

/* Every change, with who made it; those with a later end keep that over the day, the restart and the reload. */
START_TEST(changes_say_who_made_them_as_long_as_they_stand) {
    struct lab *lab = lab_open();
    int64_t later_ms = lab_time(10, 0) + 48 * HOUR;
    struct command command = { .type = COMMAND_STAFF_SET, .by = { BY_PAGE, "wang" } };
    snprintf(command.staff, sizeof command.staff, "0999");
    lab_send(lab, &command);
    command.type = COMMAND_STAFF_REMOVE;
    snprintf(command.staff, sizeof command.staff, "0110");
    command.until_ms = later_ms;
    lab_send(lab, &command);
    manage_service(lab, COMMAND_SERVICE_STOP, "tax", later_ms);
    assign_tax(lab, 1, later_ms);
    assign_tax(lab, 2, 0);
    ck_assert_uint_eq(change_count(lab), 5);
    ck_assert_str_eq(change_of(lab, CHANGE_STAFF_ADDED)->staff, "0999");
    ck_assert_uint_eq(change_of(lab, CHANGE_WINDOW_ASSIGNED)->own, 1U << 1);
    ck_assert_uint_eq(change_of(lab, CHANGE_WINDOW_ASSIGNED)->by.kind, BY_CLI);
    lab_reload(lab);
    lab_next_day(lab);
    ck_assert_uint_eq(change_count(lab), 3);
    ck_assert_str_eq(change_of(lab, CHANGE_STAFF_REMOVED)->by.id, "wang");
    ck_assert_str_eq(change_of(lab, CHANGE_SERVICE_STOPPED)->by.id, "office");
    ck_assert_str_eq(change_of(lab, CHANGE_WINDOW_ASSIGNED)->by.id, "root");
    ck_assert_int_eq(change_of(lab, CHANGE_WINDOW_ASSIGNED)->until_ms, later_ms);
    lab_close(lab);
}
END_TEST

/* Sends what stands behind one "revert": {"name":"window.assign","command":{...}}. */
static void revert(struct lab *lab, const char *text) {
    char name[64] = "";
    char body[256] = "";
    char fault[WHAT_SIZE];
    struct command command;
    int found = sscanf(text, "\"revert\":{\"name\":\"%63[^\"]\",\"command\":%255[^}]", name, body);
    ck_assert_int_eq(found, 2);
    strcat(body, "}");
    ck_assert_int_eq(command_read(name, body, strlen(body), &command, fault), REASON_NONE);
    command.by = (struct by){ BY_PAGE, "li" };
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
}

/* What the snapshot offers to take a change back is a command that does so. */
START_TEST(each_change_offers_the_command_that_takes_it_back) {
    static char json[262144];
    struct lab *lab = lab_open();
    assign_tax(lab, 1, 0);
    manage(lab, COMMAND_WINDOW_OPEN, 2, 0);
    manage_service(lab, COMMAND_SERVICE_STOP, "tax", 0);
    manage(lab, COMMAND_HALL_EXTEND, 0, lab_time(19, 0));
    manage(lab, COMMAND_HALL_CLOSE, 0, 0);
    ck_assert_uint_eq(change_count(lab), 5);
    ck_assert_int_gt(snapshot_write(lab->snapshot, VIEW_ALL, json, sizeof json), 0);
    unsigned reverted = 0;
    for (const char *at = json; (at = strstr(at, "\"revert\"")) != NULL; at++) {
        revert(lab, at);
        reverted++;
    }
    ck_assert_uint_eq(reverted, 5);
    ck_assert_uint_eq(change_count(lab), 0);
    lab_close(lab);
}
END_TEST

TCase *change_case(void) {
    TCase *tcase = tcase_create("change");
    tcase_add_test(tcase, a_window_opened_until_a_time_closes_then);
    tcase_add_test(tcase, the_end_of_an_opening_respects_who_is_there);
    tcase_add_test(tcase, a_window_closed_until_a_time_opens_then);
    tcase_add_test(tcase, a_closing_after_this_ticket_keeps_its_end);
    tcase_add_test(tcase, a_closing_with_a_later_end_outlives_the_day);
    tcase_add_test(tcase, a_window_opened_in_the_break_stays_open_until_its_end);
    tcase_add_test(tcase, a_pause_until_a_time_ends_then);
    tcase_add_test(tcase, a_pause_that_never_began_ends_too);
    tcase_add_test(tcase, an_extension_ends_and_can_be_taken_back);
    tcase_add_test(tcase, an_opening_by_command_is_taken_back_by_closing);
    tcase_add_test(tcase, changes_say_who_made_them_as_long_as_they_stand);
    tcase_add_test(tcase, each_change_offers_the_command_that_takes_it_back);
    return tcase;
}
