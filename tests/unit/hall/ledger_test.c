/* The case ledger: each step in its order, by whom, until when. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

/* Window 1, served by 0107, was rated 1: the case is open. */
static struct lab *with_case(void) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_sleep(lab, 2 * SECOND);
    lab_rate(lab, 1, lab_window(lab, 1)->session, 1);
    ck_said(lab, "rating.given case.opened alert.raised");
    return lab;
}

static enum reason step_by(struct lab *lab, enum command_type type, enum case_outcome outcome,
                           const char *who) {
    struct command command = { .type = type, .by = { .kind = BY_PAGE } };
    snprintf(command.by.id, sizeof command.by.id, "%s", who);
    command.case_seq = lab_last(lab, EVENT_CASE_OPENED)->case_seq;
    command.case_outcome = outcome;
    command.cause = CAUSE_WAIT;
    snprintf(command.staff, sizeof command.staff, "0107");
    return lab_send(lab, &command);
}

static enum reason step(struct lab *lab, enum command_type type, enum case_outcome outcome) {
    return step_by(lab, type, outcome, "chen");
}

static unsigned cases_open(struct lab *lab) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    return lab->snapshot->cases_open;
}

static void rectify(struct lab *lab) {
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_NONE);
}

START_TEST(a_case_goes_through_its_steps) {
    struct lab *lab = with_case();
    const struct event *opened = lab_last(lab, EVENT_CASE_OPENED);
    rectify(lab);
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_RECTIFIED)->cause, CAUSE_WAIT);
    ck_assert_uint_eq(cases_open(lab), 1);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_NONE);
    static const enum event_type steps[] = { EVENT_CASE_CONTACTED, EVENT_CASE_VERIFIED,
                                             EVENT_CASE_RECTIFIED, EVENT_CASE_CLOSED };
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct event *event = lab_last(lab, steps[i]);
        ck_assert_uint_eq(event->case_seq, opened->seq);
        ck_assert_uint_eq(event->visit, opened->visit);
        ck_assert_int_eq(event->case_kind, CASE_BAD_RATING);
        ck_assert_str_eq(event->by.id, "chen");
    }
    ck_assert_uint_eq(cases_open(lab), 0);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(no_step_is_left_out) {
    struct lab *lab = with_case();
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_SATISFIED), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_ANONYMOUS), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_ALREADY);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_REACHED), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_ALREADY);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_ALREADY);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_TRUE), REASON_BAD_ARGUMENT);
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED, ""), REASON_PERSON_NEEDED);
    ck_assert_uint_eq(cases_open(lab), 1);
    lab_close(lab);
}
END_TEST

START_TEST(who_was_not_reached_is_tried_again) {
    struct lab *lab = with_case();
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_UNREACHED), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_UNREACHED), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_CASE_CONTACTED)->count, 2);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_UNREACHED), REASON_ALREADY);
    lab_close(lab);
}
END_TEST

START_TEST(mistaken_needs_a_second_person) {
    struct lab *lab = with_case();
    step(lab, COMMAND_CASE_CONTACT, CASE_REACHED);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_VERIFIED)->reason, "second_person_needed");
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN), REASON_OTHER_PERSON);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_UNKNOWN), REASON_STEP_MISSING);
    /* Another verdict of that kind is a proposal of its own. */
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_VERIFY, CASE_MALICIOUS, "liu"), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_VERIFIED)->reason, "second_person_needed");
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_MALICIOUS), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_VERIFIED)->reason, "");
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_ALREADY);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_UNKNOWN), REASON_NONE);
    ck_assert_uint_eq(cases_open(lab), 0);
    lab_close(lab);
}
END_TEST

START_TEST(the_district_needs_no_second) {
    struct lab *lab = with_case();
    step(lab, COMMAND_CASE_CONTACT, CASE_REACHED);
    struct command command = { .type = COMMAND_CASE_VERIFY, .by = { BY_MQTT, "district" } };
    command.case_seq = lab_last(lab, EVENT_CASE_OPENED)->case_seq;
    command.case_outcome = CASE_MISTAKEN;
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_VERIFIED)->reason, "");
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(an_appeal_reopens_the_verification) {
    struct lab *lab = with_case();
    /* Who asks number after number learns of no case before it was found true, and of nobody else's. */
    ck_assert_int_eq(step(lab, COMMAND_CASE_APPEAL, CASE_OUTCOME_NONE), REASON_NO_SUCH);
    rectify(lab);
    struct command other = { .type = COMMAND_CASE_APPEAL, .by = { BY_PAGE, "0108" } };
    other.case_seq = lab_last(lab, EVENT_CASE_OPENED)->case_seq;
    snprintf(other.staff, sizeof other.staff, "0108");
    ck_assert_int_eq(lab_send(lab, &other), REASON_NO_SUCH);
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_APPEAL, CASE_OUTCOME_NONE, "0107"), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_APPEALED)->staff, "0107");
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_STEP_MISSING);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_OTHER_PERSON);
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_VERIFY, CASE_TRUE, "liu"), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_APPEAL, CASE_OUTCOME_NONE), REASON_ALREADY);
    ck_assert_int_eq(step(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_UNKNOWN), REASON_NONE);
    lab_close(lab);
}
END_TEST

/* Neither alone nor as the second of two, also when somebody else has proposed something meanwhile. */
START_TEST(whose_finding_is_under_appeal_verifies_no_more) {
    struct lab *lab = with_case();
    rectify(lab);
    step_by(lab, COMMAND_CASE_APPEAL, CASE_OUTCOME_NONE, "0107");
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN, "liu"), REASON_NONE);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_OTHER_PERSON);
    lab_next_day(lab);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN), REASON_OTHER_PERSON);
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN, "zhao"), REASON_NONE);
    lab_close(lab); /* still open: the carry-over must know it too */
}
END_TEST

START_TEST(who_is_not_satisfied_gets_a_second_round) {
    struct lab *lab = with_case();
    rectify(lab);
    lab_next_day(lab);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_NOT_SATISFIED), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_CLOSED)->reason, "second_round");
    ck_assert_uint_eq(cases_open(lab), 1);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_STEP_MISSING);
    rectify(lab);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_NOT_SATISFIED), REASON_NONE);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_CLOSED)->reason, "");
    ck_assert_uint_eq(cases_open(lab), 0);
    lab_close(lab);
}
END_TEST

/* Opened on a Monday: contact is due at the end of Tuesday's hall day, closing at the end of next Monday's. */
START_TEST(late_steps_are_said_once) {
    struct lab *lab = with_case();
    int64_t contact_ms = lab_time(4, 0) + 48 * HOUR;
    ck_assert(!lab_has_alert(lab, "case_due", "hall"));
    lab_next_day(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert(lab_has_alert(lab, "case_due", "hall"));
    lab_next_day(lab);
    lab_tick(lab, lab->now_ms);
    const struct event *late = lab_last(lab, EVENT_CASE_LATE);
    ck_assert_int_eq(late->due_ms, contact_ms);
    ck_assert_str_eq(late->reason, "contact");
    ck_assert(lab_has_alert(lab, "case_late", "hall"));
    ck_assert(!lab_has_alert(lab, "case_due", "hall"));
    uint64_t first = late->seq;
    lab_pass(lab, HOUR);
    ck_assert_uint_eq(lab_last(lab, EVENT_CASE_LATE)->seq, first);
    step(lab, COMMAND_CASE_CONTACT, CASE_REACHED);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "case_late", "hall"));
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_CONTACTED)->due_ms, lab_time(4, 0) + 8 * 24 * HOUR);
    for (unsigned day = 0; day < 6; day++) {
        lab_next_day(lab);
    }
    lab_tick(lab, lab->now_ms);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_LATE)->reason, "close");
    ck_assert_uint_gt(lab_last(lab, EVENT_CASE_LATE)->seq, first);
    lab_close(lab);
}
END_TEST

/* Both run anew from the day on which the first round ended: the next one's end, and the fifth working day's. */
START_TEST(a_second_round_has_its_own_deadlines) {
    struct lab *lab = with_case();
    rectify(lab);
    lab_next_day(lab);
    lab_next_day(lab); /* Wednesday */
    ck_assert_int_eq(step(lab, COMMAND_CASE_CLOSE, CASE_NOT_SATISFIED), REASON_NONE);
    int64_t contact_ms = lab_time(4, 0) + 4 * 24 * HOUR; /* the end of Thursday's hall day */
    int64_t close_ms = lab_time(4, 0) + 10 * 24 * HOUR;  /* the end of next Wednesday's */
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_CLOSED)->due_ms, contact_ms);
    while (lab->now_ms < contact_ms) {
        ck_assert_uint_eq(lab->last[EVENT_CASE_LATE].seq, 0);
        lab_next_day(lab);
    }
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_LATE)->due_ms, contact_ms);
    ck_assert_str_eq(lab_last(lab, EVENT_CASE_LATE)->reason, "contact");
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NONE);
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_CONTACTED)->due_ms, close_ms);
    lab_close(lab);
}
END_TEST

START_TEST(open_cases_outlive_the_days) {
    struct lab *lab = with_case();
    step(lab, COMMAND_CASE_CONTACT, CASE_UNREACHED);
    step(lab, COMMAND_CASE_VERIFY, CASE_MALICIOUS);
    lab_next_day(lab);
    ck_assert_int_eq(step(lab, COMMAND_CASE_VERIFY, CASE_MALICIOUS), REASON_OTHER_PERSON);
    lab_next_day(lab);
    ck_assert_int_eq(step_by(lab, COMMAND_CASE_VERIFY, CASE_MALICIOUS, "liu"), REASON_NONE);
    ck_assert_uint_eq(cases_open(lab), 1);
    lab_close(lab); /* which replays it all, also from the carry-over of the last day */
}
END_TEST

static const struct alert_now *bad_rating_alert(struct lab *lab) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    for (unsigned i = 0; i < lab->snapshot->alert_count; i++) {
        if (strcmp(lab->snapshot->alerts[i].kind, "bad_rating") == 0) {
            return &lab->snapshot->alerts[i];
        }
    }
    ck_abort_msg("no such alert");
}

START_TEST(the_alert_of_a_case_names_its_window_and_ticket) {
    struct lab *lab = with_case();
    for (unsigned day = 0; day < 2; day++) { /* the ticket itself ends with its day */
        char ticket[TICKET_SIZE];
        ticket_no_format(bad_rating_alert(lab)->ticket, ticket);
        ck_assert_str_eq(ticket, "A001");
        ck_assert_uint_eq(bad_rating_alert(lab)->window, 1);
        lab_next_day(lab);
    }
    lab_close(lab);
}
END_TEST

START_TEST(a_service_for_the_unsolved_opens_a_case_at_done) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 5, "0109");
    lab_issue(lab, "unsolved");
    lab_key(lab, COMMAND_WINDOW_NEXT, 5);
    lab_key(lab, COMMAND_WINDOW_DONE, 5);
    ck_said(lab, "ticket.serving ticket.done rating.not_asked case.opened");
    ck_assert_int_eq(lab_last(lab, EVENT_CASE_OPENED)->case_kind, CASE_UNSOLVED);
    lab_close(lab);
}
END_TEST

/* By SMS, of a visit of the day before: three events each. */
static void rate_badly(struct lab *lab) {
    static const struct past_visit VISIT = { .visit = 9, .window = 1, .service = "social" };
    struct command command = { .type = COMMAND_RATING_GIVE, .by = { BY_MQTT, "office" } };
    command.day = 20261123;
    command.has = COMMAND_HAS(ARG_TICKET);
    command.ticket = lab_no("A001");
    command.rating_channel = RATING_SMS;
    command.grade = 1;
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &command;
    input.command.past_visit = &VISIT;
    ck_assert_int_eq(lab_take(lab, &input), REASON_NONE);
}

static void ck_ledger(struct lab *lab, const char *text) {
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "cases_full", "hall", text[0] != 0);
    const struct alert_now *alert = &lab->snapshot->alerts[lab->snapshot->alert_count - 1];
    if (text[0] != 0) {
        while (strcmp(alert->kind, "cases_full") != 0) {
            alert--;
        }
        ck_assert_str_eq(alert->text, text);
    }
}

static void fill_to(struct lab *lab, unsigned cases) {
    while (cases_open(lab) < cases) {
        rate_badly(lab);
    }
}

/* Closes the case that was opened with this event. */
static void close_case(struct lab *lab, uint64_t seq) {
    static const enum command_type STEPS[] = { COMMAND_CASE_CONTACT, COMMAND_CASE_VERIFY,
                                               COMMAND_CASE_RECTIFY, COMMAND_CASE_CLOSE };
    static const enum case_outcome OUTCOMES[] = { CASE_REACHED, CASE_TRUE, CASE_OUTCOME_NONE,
                                                  CASE_SATISFIED };
    for (unsigned i = 0; i < 4; i++) {
        struct command command = { .type = STEPS[i], .by = { BY_PAGE, "chen" } };
        command.case_seq = seq;
        command.case_outcome = OUTCOMES[i];
        command.cause = CAUSE_WAIT;
        ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    }
}

/* 95 % of 2,048 are 1,945. Nobody notes the bad ratings, whose alerts fill their list: this one finds its place. */
START_TEST(a_full_ledger_is_told_before_and_no_bad_rating_is_refused) {
    struct lab *lab = lab_open();
    lab_next_day(lab);
    lab_pass(lab, 6 * HOUR);
    rate_badly(lab);
    uint64_t first = lab_last(lab, EVENT_CASE_OPENED)->seq;
    fill_to(lab, 1944);
    ck_ledger(lab, "");
    fill_to(lab, 1945);
    ck_ledger(lab, "nearly full");
    fill_to(lab, 2048);
    ck_ledger(lab, "full");
    rate_badly(lab);
    ck_said(lab, "rating.given case.opened alert.raised");
    ck_assert_uint_eq(cases_open(lab), 2049); /* one of them in the journal alone */
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NO_SUCH);
    char subject[NAME_SIZE];
    snprintf(subject, sizeof subject, "C-%llu",
             (unsigned long long)lab_last(lab, EVENT_CASE_OPENED)->seq);
    ck_alert(lab, "bad_rating", subject, true);
    close_case(lab, first); /* it leaves the ledger, and the next one has its place */
    rate_badly(lab);
    ck_assert_int_eq(step(lab, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NONE);
    ck_ledger(lab, "full");
    lab_next_day(lab); /* lab_close begins with what outlives it */
    ck_assert_uint_eq(cases_open(lab), 2049);
    lab_close(lab);
}
END_TEST

/* As the keeper of the journal gives them: the case as its events tell, and after each step once more. */
static enum reason step_beyond(struct lab *lab, enum command_type type, enum case_outcome outcome,
                               struct open_case *open) {
    struct command command = { .type = type, .by = { BY_PAGE, "chen" } };
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    command.case_seq = open->seq;
    command.case_outcome = outcome;
    command.cause = CAUSE_WAIT;
    input.command.command = &command;
    input.command.past_case = open;
    enum reason reason = lab_take(lab, &input);
    for (unsigned i = 0; i < lab->decision.count; i++) {
        hall_follow_case(lab->hall, &lab->decision.events[i], open);
    }
    return reason;
}

START_TEST(a_case_beyond_the_ledger_goes_through_its_steps) {
    struct open_case open;
    struct lab *lab = lab_open();
    lab_next_day(lab);
    lab_pass(lab, 6 * HOUR);
    fill_to(lab, 2048);
    ck_assert(!hall_lacks_case(lab->hall, 12345)); /* all there are stand in it */
    uint64_t last = lab_last(lab, EVENT_CASE_OPENED)->seq;
    rate_badly(lab);
    ck_assert(!hall_lacks_case(lab->hall, last));
    ck_assert(hall_lacks_case(lab->hall, lab_last(lab, EVENT_CASE_OPENED)->seq));
    ck_assert(hall_follow_case(lab->hall, lab_last(lab, EVENT_CASE_OPENED), &open));
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_VERIFY, CASE_TRUE, &open), REASON_STEP_MISSING);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_CONTACT, CASE_REACHED, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_VERIFY, CASE_MISTAKEN, &open),
                     REASON_OTHER_PERSON);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_VERIFY, CASE_TRUE, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_CLOSE, CASE_NOT_SATISFIED, &open), REASON_NONE);
    ck_assert_uint_eq(open.round, 2);
    ck_assert_uint_eq(cases_open(lab), 2049);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_CONTACT, CASE_REACHED, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_VERIFY, CASE_TRUE, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE, &open), REASON_NONE);
    ck_assert_int_eq(step_beyond(lab, COMMAND_CASE_CLOSE, CASE_NOT_SATISFIED, &open), REASON_NONE);
    ck_assert(!hall_follow_case(lab->hall, lab_last(lab, EVENT_CASE_CLOSED), &open));
    ck_assert_uint_eq(cases_open(lab), 2048);
    lab_close(lab);
}
END_TEST

TCase *ledger_case(void) {
    TCase *tcase = tcase_create("ledger");
    tcase_add_test(tcase, a_case_goes_through_its_steps);
    tcase_add_test(tcase, no_step_is_left_out);
    tcase_add_test(tcase, who_was_not_reached_is_tried_again);
    tcase_add_test(tcase, mistaken_needs_a_second_person);
    tcase_add_test(tcase, the_district_needs_no_second);
    tcase_add_test(tcase, an_appeal_reopens_the_verification);
    tcase_add_test(tcase, whose_finding_is_under_appeal_verifies_no_more);
    tcase_add_test(tcase, who_is_not_satisfied_gets_a_second_round);
    tcase_add_test(tcase, a_second_round_has_its_own_deadlines);
    tcase_add_test(tcase, late_steps_are_said_once);
    tcase_add_test(tcase, open_cases_outlive_the_days);
    tcase_add_test(tcase, a_full_ledger_is_told_before_and_no_bad_rating_is_refused);
    tcase_add_test(tcase, a_case_beyond_the_ledger_goes_through_its_steps);
    tcase_add_test(tcase, the_alert_of_a_case_names_its_window_and_ticket);
    tcase_add_test(tcase, a_service_for_the_unsolved_opens_a_case_at_done);
    return tcase;
}
