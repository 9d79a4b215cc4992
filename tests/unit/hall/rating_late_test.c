/* Ratings of an earlier day's visit, reasons by ticket, and the grade that who did not rate is given at the day's end. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

/* What the records know of A001 of that Monday, served at window 1 and not rated. */
static const struct past_visit VISIT = { .visit = 9,
                                         .window = 1,
                                         .class = CLASS_GREEN,
                                         .served_s = 300,
                                         .service = "social",
                                         .staff = "0107" };

/* So many days after that Monday, in the morning. */
static struct lab *days_later(unsigned days) {
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < days; i++) {
        lab_next_day(lab);
    }
    lab_pass(lab, 6 * HOUR);
    return lab;
}

static struct command late(enum command_type type, enum rating_channel channel) {
    struct command command = { .type = type, .by = { BY_MQTT, "office" }, .day = 20261123 };
    command.has = COMMAND_HAS(ARG_TICKET);
    command.ticket = lab_no("A001");
    command.rating_channel = channel;
    return command;
}

static enum reason send_with(struct lab *lab, const struct command *command,
                             const struct past_visit *past) {
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = lab->now_ms,
                           .command = { .command = command, .past_visit = past } };
    return lab_take(lab, &input);
}

static enum reason rate_late(struct lab *lab, enum rating_channel channel, uint8_t grade,
                             const struct past_visit *past) {
    struct command command = late(COMMAND_RATING_GIVE, channel);
    command.grade = grade;
    return send_with(lab, &command, past);
}

START_TEST(a_late_rating_belongs_to_the_visits_day) {
    struct lab *lab = days_later(1);
    lab_sign_in(lab, 1, "0109");
    lab_issue(lab, "social"); /* today's A001 is somebody else */
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 4, &VISIT), REASON_NONE);
    ck_said(lab, "rating.given");
    const struct event *given = lab_last(lab, EVENT_RATING_GIVEN);
    ck_assert_uint_eq(given->day, 20261123);
    ck_assert_uint_eq(given->ticket.number, 1);
    ck_assert_uint_eq(given->visit, 9);
    ck_assert_str_eq(given->service, "social");
    ck_assert_int_eq(given->class, CLASS_GREEN);
    ck_assert_uint_eq(given->window, 1);
    ck_assert_str_eq(given->staff, "0107");
    ck_assert_int_eq(given->rating_channel, RATING_SMS);
    ck_assert_uint_eq(given->suspicious, 0);
    ck_assert_uint_eq(given->has & EVENT_HAS(FIELD_SESSION), 0);
    lab_window(lab, 1);
    ck_assert_uint_eq(lab->snapshot->ratings, 0); /* of today */
    struct past_visit hasty = VISIT;
    hasty.served_s = 20;
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 5, &hasty), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->suspicious, SUSPICION_TOO_SHORT);
    lab_close(lab);
}
END_TEST

START_TEST(a_late_rating_counts_as_long_as_its_channel_says) {
    struct lab *lab = days_later(5);
    ck_assert_int_eq(rate_late(lab, RATING_QR, 5, &VISIT), REASON_RATING_OVER);
    ck_said(lab, "");
    ck_assert_int_eq(rate_late(lab, RATING_KEYPAD, 5, &VISIT), REASON_RATING_OVER);
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 5, &VISIT), REASON_NONE);
    lab_next_day(lab);
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 5, &VISIT), REASON_RATING_OVER);
    lab->rules.rating.until_days[RATING_QR] = 6;
    lab_reload(lab);
    ck_assert_int_eq(rate_late(lab, RATING_QR, 5, &VISIT), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_visit_of_an_earlier_day_is_rated_once) {
    struct lab *lab = days_later(1);
    struct past_visit past = VISIT;
    past.grade = 5;
    past.channel = RATING_KEYPAD;
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 1, &past), REASON_ALREADY_RATED);
    past.visit = 0;
    past.grade = 0;
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 1, &past), REASON_NOT_SERVED_YET);
    lab_issue(lab, "social"); /* today's A001 is no such ticket of that day */
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 1, NULL), REASON_NO_SUCH);
    ck_said(lab, "");
    lab_close(lab);
}
END_TEST

START_TEST(a_bad_late_rating_opens_its_case_at_once) {
    struct lab *lab = days_later(2);
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 2, &VISIT), REASON_NONE);
    ck_said(lab, "rating.given case.opened alert.raised");
    const struct event *opened = lab_last(lab, EVENT_CASE_OPENED);
    ck_assert_uint_eq(opened->day, 20261123);
    ck_assert_uint_eq(opened->visit, 9);
    ck_assert_uint_eq(opened->grade, 2);
    ck_assert_uint_eq(opened->window, 1);
    ck_assert_str_eq(opened->staff, "0107");
    /* One working day from now, not from the visit. */
    ck_assert_int_gt(opened->due_ms, lab->now_ms + 12 * HOUR);
    char subject[NAME_SIZE];
    snprintf(subject, sizeof subject, "C-%llu", (unsigned long long)opened->seq);
    ck_assert(lab_has_alert(lab, "bad_rating", subject));
    lab_close(lab);
}
END_TEST

/* The hall is not in a bad way today because of what happened some days ago. */
START_TEST(late_ratings_are_no_run_of_bad_ones) {
    struct lab *lab = days_later(2);
    for (unsigned i = 0; i < 6; i++) {
        struct past_visit past = VISIT;
        past.visit += i;
        ck_assert_int_eq(rate_late(lab, RATING_SMS, 1, &past), REASON_NONE);
        ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->suspicious, 0);
    }
    lab_pass(lab, 1);
    ck_assert(!lab_has_alert(lab, "bad_run", "hall"));
    lab_close(lab);
}
END_TEST

/* --- reasons -------------------------------------------------------------------------------------------------- */

static enum reason explain(struct lab *lab, struct command command, const struct past_visit *past) {
    command.type = COMMAND_RATING_REASONS;
    command.reason_count = 2;
    command.reasons[0] = 207;
    command.reasons[1] = 209;
    return send_with(lab, &command, past);
}

/* A001 has been done at window 1 and is asked for a rating. */
static void serve(struct lab *lab) {
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done rating.invited");
}

START_TEST(reasons_by_ticket_explain_its_newest_rating) {
    struct lab *lab = lab_open();
    struct command command = late(COMMAND_RATING_GIVE, RATING_QR);
    command.grade = 2;
    ck_assert_int_eq(explain(lab, command, NULL), REASON_NO_SUCH);
    serve(lab);
    ck_assert_int_eq(explain(lab, command, NULL), REASON_STEP_MISSING);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(explain(lab, command, NULL), REASON_NONE);
    ck_said(lab, "rating.reasons_given");
    const struct event *given = lab_last(lab, EVENT_RATING_REASONS_GIVEN);
    ck_assert_uint_eq(given->visit, lab_last(lab, EVENT_TICKET_CALLED)->seq);
    ck_assert_uint_eq(given->grade, 2);
    ck_assert_uint_eq(given->reason_count, 2);
    ck_assert_uint_eq(given->reasons[1], 209);
    ck_assert_uint_eq(given->has & EVENT_HAS(FIELD_SESSION), 0);
    lab_close(lab);
}
END_TEST

START_TEST(reasons_are_of_the_grade_they_explain) {
    struct lab *lab = lab_open();
    struct command command = late(COMMAND_RATING_GIVE, RATING_QR);
    command.grade = _i == 0 ? 1 : 5;
    serve(lab);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_int_eq(explain(lab, command, NULL), REASON_BAD_ARGUMENT); /* those of grade 2 */
    ck_said(lab, "");
    command.type = COMMAND_RATING_REASONS;
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT); /* none at all */
    lab_close(lab);
}
END_TEST

/* Given at once with the grade, they are held to it too. */
START_TEST(a_rating_takes_no_reasons_of_another_grade) {
    struct lab *lab = lab_open();
    struct command command = late(COMMAND_RATING_GIVE, RATING_QR);
    serve(lab);
    command.grade = 5;
    command.reason_count = 2;
    command.reasons[0] = 517;
    command.reasons[1] = 207;
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT);
    command.reasons[1] = 510;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->reasons[1], 510);
    lab_close(lab);
}
END_TEST

START_TEST(reasons_of_an_earlier_day_count_as_long_as_their_rating) {
    struct lab *lab = days_later(1);
    struct command command = late(COMMAND_RATING_REASONS, RATING_CHANNEL_NONE);
    struct past_visit past = VISIT;
    ck_assert_int_eq(explain(lab, command, &past), REASON_STEP_MISSING);
    past.grade = 2;
    past.channel = RATING_KEYPAD;
    ck_assert_int_eq(explain(lab, command, &past), REASON_RATING_OVER);
    past.channel = RATING_SMS;
    ck_assert_int_eq(explain(lab, command, &past), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->day, 20261123);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_REASONS_GIVEN)->visit, 9);
    lab_close(lab);
}
END_TEST

/* --- the default grade ---------------------------------------------------------------------------------------- */

static struct lab *with_default(void) {
    struct lab *lab = lab_new();
    lab->rules.rating.default_grade = 1;
    lab_begin(lab);
    return lab;
}

START_TEST(who_was_asked_and_did_not_rate_is_given_the_default_grade) {
    struct lab *lab = with_default();
    serve(lab);
    uint64_t missed = lab_last(lab, EVENT_TICKET_CALLED)->seq;
    lab_pass(lab, 2 * MINUTE);
    ck_assert_uint_ne(lab->last[EVENT_RATING_MISSED].seq, 0);
    serve(lab);
    lab_rate(lab, 1, lab_window(lab, 1)->session, 5);
    lab_report(lab, REPORT_OFFLINE, "keypad-1", ROLE_KEYPAD, 1, 0);
    lab_issue(lab, "social"); /* not asked */
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked");
    lab_next_day(lab);
    ck_said(lab, "staff.signed_out window.closed rating.given hall.closed hall.day_began");
    const struct event *given = lab_last(lab, EVENT_RATING_GIVEN);
    ck_assert_uint_eq(given->visit, missed);
    ck_assert_uint_eq(given->day, 20261123);
    ck_assert_int_eq(given->rating_channel, RATING_DEFAULT);
    ck_assert_uint_eq(given->grade, 1); /* and yet no case and no alert */
    ck_assert_int_eq(given->by.kind, BY_RULE);
    ck_assert_str_eq(given->staff, "0107");
    lab_close(lab);
}
END_TEST

/* INVITE while the ticket is served, and nobody answered before DONE. */
START_TEST(an_early_invitation_asks_too) {
    struct lab *lab = with_default();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_key(lab, COMMAND_RATING_INVITE, 1);
    lab_pass(lab, 2 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done");
    lab_next_day(lab);
    ck_assert_int_eq(lab_last(lab, EVENT_RATING_GIVEN)->rating_channel, RATING_DEFAULT);
    lab_close(lab);
}
END_TEST

/* More of them than one input may say; and a session that the day's end itself closed is among them. */
START_TEST(every_one_of_them_is_given_it_once) {
    enum { VISITS = 20 };
    struct lab *lab = with_default();
    unsigned count = 0;
    for (unsigned i = 0; i < VISITS; i++) {
        serve(lab);
        lab_pass(lab, i + 1 < VISITS ? 2 * MINUTE : 0);
    }
    lab_next_day(lab);
    for (unsigned i = 0; i < lab->count; i++) {
        count += strstr(lab->journal[i], "\"channel\":\"default\"") != NULL;
    }
    ck_assert_uint_eq(count, VISITS);
    lab_close(lab);
}
END_TEST

/* Between the steps of a day's end the hall is looked at too. */
START_TEST(a_default_grade_counts_in_no_figure) {
    struct lab *lab = with_default();
    serve(lab);
    struct day_times times = { .hall = { 0 } };
    lab->now_ms = hall_day_ends_ms(lab->hall);
    struct input input = { .kind = INPUT_DAY, .now_ms = lab->now_ms };
    input.day.day = 20261124;
    input.day.begins_ms = lab->now_ms;
    input.day.ends_ms = lab->now_ms + 24 * HOUR;
    input.day.times = &times;
    while (lab->last[EVENT_RATING_GIVEN].seq == 0) {
        lab_step(lab, &input);
    }
    ck_assert_int_eq(lab_last(lab, EVENT_RATING_GIVEN)->rating_channel, RATING_DEFAULT);
    lab_window(lab, 1);
    ck_assert_uint_eq(lab->snapshot->invited, 1);
    ck_assert_uint_eq(lab->snapshot->ratings, 0);
    lab_take(lab, &input);
    lab_close(lab);
}
END_TEST

START_TEST(without_a_default_grade_nobody_is_given_one) {
    struct lab *lab = lab_open();
    serve(lab);
    lab_next_day(lab);
    ck_assert_uint_eq(lab->last[EVENT_RATING_GIVEN].seq, 0);
    lab_close(lab);
}
END_TEST

/* The records give a visit with a default grade as one that nobody has rated. */
START_TEST(a_rating_takes_the_place_of_a_default_grade) {
    struct lab *lab = with_default();
    serve(lab);
    struct past_visit past = VISIT;
    past.visit = lab_last(lab, EVENT_TICKET_CALLED)->seq;
    lab_next_day(lab);
    ck_assert_int_eq(lab_last(lab, EVENT_RATING_GIVEN)->rating_channel, RATING_DEFAULT);
    ck_assert_int_eq(rate_late(lab, RATING_SMS, 4, &past), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_RATING_GIVEN)->visit, past.visit);
    lab_close(lab);
}
END_TEST

TCase *rating_late_case(void) {
    TCase *tcase = tcase_create("rating late");
    tcase_add_test(tcase, a_late_rating_belongs_to_the_visits_day);
    tcase_add_test(tcase, a_late_rating_counts_as_long_as_its_channel_says);
    tcase_add_test(tcase, a_visit_of_an_earlier_day_is_rated_once);
    tcase_add_test(tcase, a_bad_late_rating_opens_its_case_at_once);
    tcase_add_test(tcase, late_ratings_are_no_run_of_bad_ones);
    tcase_add_test(tcase, reasons_by_ticket_explain_its_newest_rating);
    tcase_add_loop_test(tcase, reasons_are_of_the_grade_they_explain, 0, 2);
    tcase_add_test(tcase, a_rating_takes_no_reasons_of_another_grade);
    tcase_add_test(tcase, reasons_of_an_earlier_day_count_as_long_as_their_rating);
    tcase_add_test(tcase, who_was_asked_and_did_not_rate_is_given_the_default_grade);
    tcase_add_test(tcase, an_early_invitation_asks_too);
    tcase_add_test(tcase, every_one_of_them_is_given_it_once);
    tcase_add_test(tcase, a_default_grade_counts_in_no_figure);
    tcase_add_test(tcase, without_a_default_grade_nobody_is_given_one);
    tcase_add_test(tcase, a_rating_takes_the_place_of_a_default_grade);
    return tcase;
}
