#include <stdio.h>
#include <string.h>

#include "tests/unit/store/fixture.h"

/* Adds one event of the story's first ticket, with `more` fields set by the caller. */
static struct event ticket_event(enum event_type type) {
    struct event event;
    struct by by = { BY_KEY, "terminal-1" };
    story.now_ms += 1000;
    event_init(&event, type, story.now_ms, &by);
    event.seq = ++story.seq;
    event.has = EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_SERVICE) | EVENT_HAS(FIELD_CLASS);
    event.day = 20261123;
    event.ticket = (struct ticket_no){ "A", 1 };
    event.class = CLASS_NORMAL;
    snprintf(event.service, sizeof event.service, "social");
    memset(&event.more, 0, sizeof event.more);
    return event;
}

static void append(const struct event *event) {
    struct store_entry entry = { event, "{}", 2 };
    ck_assert_int_eq(store_append(store, &entry, 1, NULL, 0), HALL_OK);
}

static void append_plain(enum event_type type) {
    struct event event = ticket_event(type);
    append(&event);
}

static void append_call(uint16_t window) {
    struct event event = ticket_event(EVENT_TICKET_CALLED);
    event.has |= EVENT_HAS(FIELD_WINDOW) | EVENT_HAS(FIELD_STAFF) | EVENT_HAS(FIELD_WAITED);
    event.window = window;
    event.waited_s = 60;
    snprintf(event.staff, sizeof event.staff, "0107");
    append(&event);
}

static void append_issue(void) {
    struct event event = ticket_event(EVENT_TICKET_ISSUED);
    event.has |= EVENT_HAS(FIELD_CHANNEL) | EVENT_HAS(FIELD_TURN) | EVENT_HAS(FIELD_AHEAD) |
                 EVENT_HAS(FIELD_JOB);
    event.channel = CHANNEL_DISPENSER;
    event.job = 5;
    event.turn_ms = story.now_ms;
    append(&event);
}

static void append_rating(enum event_type type, uint64_t visit, uint8_t grade) {
    struct event event = ticket_event(type);
    event.has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_WINDOW) | EVENT_HAS(FIELD_SESSION);
    event.visit = visit;
    event.window = 3;
    event.session = 17;
    if (grade != 0) {
        event.has |=
            EVENT_HAS(FIELD_GRADE) | EVENT_HAS(FIELD_RATING_CHANNEL) | EVENT_HAS(FIELD_SUSPICIOUS);
        event.grade = grade;
        event.rating_channel = RATING_QR;
        event.suspicious = SUSPICION_RUN;
    }
    append(&event);
}

/* Of visit 2; session 0: by its ticket. */
static void append_reasons(uint16_t session, const uint16_t *codes, uint8_t count) {
    struct event event = ticket_event(EVENT_RATING_REASONS_GIVEN);
    event.has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_REASONS);
    event.has |= session != 0 ? EVENT_HAS(FIELD_SESSION) : 0;
    event.visit = 2;
    event.session = session;
    event.reason_count = count;
    memcpy(event.reasons, codes, count * sizeof codes[0]);
    append(&event);
}

static void check_text(const char *sql, const char *expected) {
    char text[256];
    ask_text(path, sql, text, sizeof text);
    ck_assert_str_eq(text, expected);
}

#define STATE "SELECT state FROM tickets"

START_TEST(a_ticket_row_follows_its_events) {
    append_issue();
    check_text(STATE, "printing");
    append_plain(EVENT_TICKET_UNSURE);
    check_text(STATE, "unsure");
    append_plain(EVENT_TICKET_RESTORED);
    check_text(STATE, "waiting");
    append_call(3);
    check_text("SELECT ticket_id || ' ' || state || ' ' || window || ' ' || staff || ' ' || visit"
               " || ' ' || waited_s || ' ' || calls FROM tickets",
               "20261123-A001 called 3 0107 4 60 1");
    append_plain(EVENT_TICKET_SERVING);
    check_text(STATE, "serving");
    struct event done = ticket_event(EVENT_TICKET_DONE);
    done.has |= EVENT_HAS(FIELD_SERVED) | EVENT_HAS(FIELD_OUTCOME);
    done.served_s = 90;
    done.outcome = OUTCOME_TO_FOLLOW;
    append(&done);
    check_text("SELECT state || ' ' || served_s || ' ' || outcome FROM tickets",
               "done 90 to_follow");
    check_text("SELECT visit || ' ' || ending || ' ' || served_s || ' ' || assumed FROM visits",
               "4 done 90 0");
}
END_TEST

START_TEST(a_no_show_may_be_undone_or_return_for_a_second_visit) {
    append_issue();
    append_call(1);
    append_plain(EVENT_TICKET_NO_SHOW);
    check_text(STATE, "no_show");
    check_text("SELECT ending FROM visits", "no_show");
    append_plain(EVENT_TICKET_UNDONE);
    check_text(STATE, "called");
    check_text("SELECT ending IS NULL FROM visits", "1");
    append_plain(EVENT_TICKET_NO_SHOW);
    append_plain(EVENT_TICKET_REQUEUED);
    check_text(STATE, "waiting");
    append_call(2);
    check_text("SELECT count(*) || ' ' || max(visit) FROM visits", "2 7");
    append_plain(EVENT_TICKET_UNDONE);
    check_text(STATE, "waiting");
    check_text("SELECT ending FROM visits WHERE visit = 7", "undone");
    struct event end = ticket_event(EVENT_TICKET_EXPIRED);
    end.has |= EVENT_HAS(FIELD_REASON);
    snprintf(end.reason, sizeof end.reason, "day_end");
    append(&end);
    check_text("SELECT state || ' ' || reason FROM tickets", "expired day_end");
}
END_TEST

START_TEST(a_transfer_ends_the_visit_and_waits_for_the_next_service) {
    append_issue();
    append_call(1);
    struct event moved = ticket_event(EVENT_TICKET_TRANSFERRED);
    snprintf(moved.service, sizeof moved.service, "tax");
    append(&moved);
    check_text("SELECT state || ' ' || service FROM tickets", "waiting tax");
    check_text("SELECT ending || ' ' || service FROM visits", "transferred social");
}
END_TEST

START_TEST(a_rating_stands_whatever_its_session_becomes) {
    append_issue();
    append_call(3);
    append_rating(EVENT_RATING_INVITED, 2, 0);
    check_text("SELECT state || ' ' || session || ' ' || window FROM ratings", "invited 17 3");
    append_rating(EVENT_RATING_GIVEN, 2, 2);
    append_rating(EVENT_RATING_MISSED, 2, 0);
    check_text("SELECT state || ' ' || grade || ' ' || channel || ' ' || suspicious FROM ratings",
               "given 2 qr 4");
    static const uint16_t FIRST[] = { 201, 65535 };
    static const uint16_t AGAIN[] = { 207 };
    append_reasons(0, FIRST, 2);
    check_text("SELECT reasons FROM ratings", "201,65535");
    append_reasons(0, AGAIN, 1); /* the phone says all of them each time */
    check_text("SELECT reasons FROM ratings", "207");
}
END_TEST

START_TEST(a_keypads_reasons_are_kept_one_after_the_other) {
    static const uint16_t PRESSED[] = { 208, 207, 208, 214 };
    append_issue();
    append_call(3);
    append_rating(EVENT_RATING_INVITED, 2, 0);
    append_rating(EVENT_RATING_GIVEN, 2, 2);
    for (unsigned i = 0; i < sizeof PRESSED / sizeof PRESSED[0]; i++) {
        append_reasons(17, &PRESSED[i], 1);
    }
    check_text("SELECT reasons FROM ratings", "208,207,214");
}
END_TEST

START_TEST(unanswered_and_never_asked_are_told_apart) {
    append_rating(EVENT_RATING_INVITED, 10, 0);
    append_rating(EVENT_RATING_MISSED, 10, 0);
    append_rating(EVENT_RATING_NOT_ASKED, 11, 0);
    append_rating(EVENT_RATING_GIVEN, 11, 5);
    check_text("SELECT group_concat(state, ' ') FROM (SELECT state FROM ratings ORDER BY visit)",
               "missed given");
}
END_TEST

static void append_default(uint64_t visit) {
    struct event event = ticket_event(EVENT_RATING_GIVEN);
    event.has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_GRADE) | EVENT_HAS(FIELD_RATING_CHANNEL);
    event.visit = visit;
    event.grade = 4;
    event.rating_channel = RATING_DEFAULT;
    append(&event);
}

START_TEST(a_default_grade_is_no_answer) {
    append_rating(EVENT_RATING_INVITED, 10, 0);
    append_rating(EVENT_RATING_MISSED, 10, 0);
    append_default(10);
    check_text("SELECT state || ' ' || grade || ' ' || channel FROM ratings", "missed 4 default");
    append_rating(EVENT_RATING_GIVEN, 10, 2);
    check_text("SELECT state || ' ' || grade || ' ' || channel FROM ratings", "given 2 qr");
}
END_TEST

static uint64_t append_whole_visit(void) {
    append_call(3);
    uint64_t visit = story.seq;
    append_plain(EVENT_TICKET_SERVING);
    struct event done = ticket_event(EVENT_TICKET_DONE);
    done.has |= EVENT_HAS(FIELD_SERVED);
    done.served_s = 90;
    append(&done);
    return visit;
}

static struct past_visit past_of(bool is_rated) {
    struct past_visit past;
    ck_assert_int_eq(
        store_past_visit(store, 20261123, (struct ticket_no){ "A", 1 }, is_rated, &past), HALL_OK);
    return past;
}

START_TEST(an_earlier_days_visit_is_found_by_its_ticket) {
    struct past_visit past;
    struct ticket_no ticket = { "A", 1 };
    ck_assert_int_eq(store_past_visit(store, 20261123, ticket, false, &past), HALL_MISSING);
    append_issue();
    append_call(3); /* was called and never came: nothing to rate */
    append_plain(EVENT_TICKET_NO_SHOW);
    ck_assert_uint_eq(past_of(false).visit, 0);
    append_call(3); /* nor is who stood there at the day's end */
    append_plain(EVENT_TICKET_DONE);
    ck_assert_uint_eq(past_of(false).visit, 0);
    uint64_t first = append_whole_visit();
    uint64_t second = append_whole_visit();
    past = past_of(false);
    ck_assert_uint_eq(past.visit, second);
    ck_assert_uint_eq(past.window, 3);
    ck_assert_uint_eq(past.served_s, 90);
    ck_assert_int_eq(past.class, CLASS_NORMAL);
    ck_assert_str_eq(past.service, "social");
    ck_assert_str_eq(past.staff, "0107");
    ck_assert_uint_eq(past.grade, 0);
    append_default(second);
    ck_assert_uint_eq(past_of(false).visit, second);
    append_rating(EVENT_RATING_GIVEN, second, 2);
    ck_assert_uint_eq(past_of(false).visit, first);
    past = past_of(true);
    ck_assert_uint_eq(past.visit, second);
    ck_assert_uint_eq(past.grade, 2);
    ck_assert_int_eq(past.channel, RATING_QR);
    append_rating(EVENT_RATING_GIVEN, first, 5);
    past = past_of(false); /* all are rated, and it says so */
    ck_assert_uint_eq(past.visit, second);
    ck_assert_uint_eq(past.grade, 2);
    ck_assert_int_eq(store_past_visit(store, 20261124, ticket, false, &past), HALL_MISSING);
}
END_TEST

static bool has_outcome(enum event_type type) {
    return type == EVENT_CASE_CONTACTED || type == EVENT_CASE_VERIFIED || type == EVENT_CASE_CLOSED;
}

START_TEST(a_case_keeps_the_time_of_each_step) {
    struct event opened = ticket_event(EVENT_CASE_OPENED);
    opened.has |= EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_DUE) |
                  EVENT_HAS(FIELD_CASE);
    opened.case_kind = CASE_BAD_RATING;
    opened.case_seq = 1;
    opened.visit = 4;
    opened.due_ms = 99;
    append(&opened);
    static const enum event_type steps[] = { EVENT_CASE_CONTACTED, EVENT_CASE_VERIFIED,
                                             EVENT_CASE_LATE,      EVENT_CASE_APPEALED,
                                             EVENT_CASE_VERIFIED,  EVENT_CASE_RECTIFIED,
                                             EVENT_CASE_CLOSED };
    static const char *const states[] = { "contacted", "verified",  "verified", "appealed",
                                          "verified",  "rectified", "closed" };
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct event step = ticket_event(steps[i]);
        step.has |= EVENT_HAS(FIELD_CASE) | EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_VISIT);
        step.has |= step.type == EVENT_CASE_LATE ? EVENT_HAS(FIELD_DUE) : 0;
        step.has |= step.type == EVENT_CASE_RECTIFIED ? EVENT_HAS(FIELD_CAUSE) : 0;
        step.has |= has_outcome(step.type) ? EVENT_HAS(FIELD_CASE_OUTCOME) : 0;
        step.case_kind = CASE_BAD_RATING;
        step.case_outcome = CASE_TRUE;
        step.cause = CAUSE_WAIT;
        step.due_ms = 99;
        step.visit = 4;
        step.case_seq = 1;
        append(&step);
        check_text("SELECT state FROM cases WHERE case_seq = 1", states[i]);
    }
    check_text("SELECT group_concat(step, ' ') FROM (SELECT step FROM case_steps ORDER BY seq)",
               "opened contacted verified late appealed verified rectified closed");
    check_text("SELECT outcome || ' ' || by FROM case_steps WHERE step = 'closed'",
               "true terminal-1");
    check_text("SELECT cause FROM case_steps WHERE step = 'rectified'", "wait");
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM cases WHERE kind = 'bad_rating' AND"
                                      " due = 99 AND opened < contacted AND contacted < late AND"
                                      " late < verified AND verified < rectified AND"
                                      " rectified < closed"),
                     1);
}
END_TEST

/* One event of the appointment at 10:00 under this code's hash. */
static void append_booking(enum event_type type, const char *hash) {
    struct event event = ticket_event(type);
    bool is_ticket = type == EVENT_TICKET_ISSUED || type == EVENT_TICKET_CANCELLED;
    event.slot_ms = 1795399200000;
    event.has |= type == EVENT_TICKET_CANCELLED
                     ? EVENT_HAS(FIELD_REASON)
                     : EVENT_HAS(FIELD_SLOT) | EVENT_HAS(FIELD_CODE_HASH);
    event.has &= is_ticket ? UINT64_MAX : ~EVENT_HAS(FIELD_TICKET);
    snprintf(event.code_hash, sizeof event.code_hash, "%s", hash);
    snprintf(event.code_end, sizeof event.code_end, "07");
    snprintf(event.reason, sizeof event.reason, "not_printed");
    append(&event);
}

#define BOOKINGS                                                                                   \
    "SELECT group_concat(code_hash || ' ' || state, ', ') FROM"                                    \
    " (SELECT * FROM appointments ORDER BY booked_seq)"

START_TEST(an_appointment_row_follows_its_events) {
    append_booking(EVENT_APPOINTMENT_BOOKED, "aa");
    append_booking(EVENT_APPOINTMENT_BOOKED, "bb");
    append_booking(EVENT_TICKET_ISSUED, "aa");
    check_text(BOOKINGS, "aa checked_in, bb booked");
    check_text("SELECT ticket_id FROM appointments WHERE code_hash = 'aa'", "20261123-A001");
    append_booking(EVENT_TICKET_CANCELLED, "");
    check_text(BOOKINGS, "aa booked, bb booked");
    append_booking(EVENT_APPOINTMENT_CANCELLED, "aa");
    append_booking(EVENT_APPOINTMENT_BOOKED, "aa"); /* the code is given again */
    append_booking(EVENT_APPOINTMENT_MISSED, "aa");
    check_text(BOOKINGS, "aa cancelled, bb booked, aa missed");
}
END_TEST

START_TEST(alerts_and_ignored_presses_are_kept) {
    struct event raised = ticket_event(EVENT_ALERT_RAISED);
    raised.has = EVENT_HAS(FIELD_ALERT_KIND) | EVENT_HAS(FIELD_SUBJECT);
    snprintf(raised.alert_kind, sizeof raised.alert_kind, "wait");
    snprintf(raised.subject, sizeof raised.subject, "social");
    append(&raised);
    struct event seen = ticket_event(EVENT_ALERT_ACKNOWLEDGED);
    seen.has = EVENT_HAS(FIELD_ALERT);
    seen.alert = 1;
    snprintf(seen.by.id, sizeof seen.by.id, "manager");
    append(&seen);
    check_text("SELECT kind || ' ' || subject || ' ' || acknowledged_by || ' ' ||"
               " (cleared IS NULL) FROM alerts",
               "wait social manager 1");
    struct event ignored = ticket_event(EVENT_RATING_IGNORED);
    ignored.has = EVENT_HAS(FIELD_REASON) | EVENT_HAS(FIELD_COUNT);
    ignored.count = 7;
    append(&ignored);
    ck_assert_int_eq(ask_number(path, "SELECT sum(count) FROM ignored"), 7);
}
END_TEST

START_TEST(a_day_of_the_story_adds_up) {
    append_story(11 + 7 * 70 + 10, 64);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM tickets WHERE state = 'done'"), 70);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM visits"), 70);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM ratings WHERE grade = 2"), 10);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM ratings WHERE state = 'missed'"), 12);
    ck_assert_int_eq(ask_number(path, "SELECT count(*) FROM cases WHERE state = 'opened'"), 10);
}
END_TEST

TCase *record_cases(void) {
    TCase *cases = tcase_create("records");
    tcase_add_checked_fixture(cases, fixture_set_up, fixture_tear_down);
    tcase_add_test(cases, a_ticket_row_follows_its_events);
    tcase_add_test(cases, a_no_show_may_be_undone_or_return_for_a_second_visit);
    tcase_add_test(cases, a_transfer_ends_the_visit_and_waits_for_the_next_service);
    tcase_add_test(cases, a_rating_stands_whatever_its_session_becomes);
    tcase_add_test(cases, a_keypads_reasons_are_kept_one_after_the_other);
    tcase_add_test(cases, unanswered_and_never_asked_are_told_apart);
    tcase_add_test(cases, a_default_grade_is_no_answer);
    tcase_add_test(cases, an_earlier_days_visit_is_found_by_its_ticket);
    tcase_add_test(cases, a_case_keeps_the_time_of_each_step);
    tcase_add_test(cases, an_appointment_row_follows_its_events);
    tcase_add_test(cases, alerts_and_ignored_presses_are_kept);
    tcase_add_test(cases, a_day_of_the_story_adds_up);
    return cases;
}
