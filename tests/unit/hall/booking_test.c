/* Appointments and prechecks before anybody comes: booked, cancelled, approved, over the days. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

#define DAY (24 * HOUR)

static struct command book(const char *service, int64_t slot_ms, const char *person) {
    struct command command = { .type = COMMAND_APPOINTMENT_BOOK, .slot_ms = slot_ms };
    command.by = (struct by){ BY_MQTT, "office" };
    command.has = COMMAND_HAS(ARG_SERVICE) | COMMAND_HAS(ARG_SLOT);
    snprintf(command.service, sizeof command.service, "%s", service);
    snprintf(command.person, sizeof command.person, "%s", person);
    return command;
}

static enum reason send_book(struct lab *lab, const char *service, int64_t slot_ms,
                             const char *person) {
    struct command command = book(service, slot_ms, person);
    return lab_send(lab, &command);
}

static enum reason cancel(struct lab *lab, unsigned code) {
    struct command command = { .type = COMMAND_APPOINTMENT_CANCEL, .code = (uint16_t)code };
    command.by = (struct by){ BY_MQTT, "office" };
    command.has = COMMAND_HAS(ARG_CODE);
    return lab_send(lab, &command);
}

static struct command approve(const char *service) {
    struct command command = { .type = COMMAND_PRECHECK_APPROVE };
    command.by = (struct by){ BY_PAGE, "guide" };
    command.has = COMMAND_HAS(ARG_SERVICE);
    snprintf(command.service, sizeof command.service, "%s", service);
    return command;
}

/* The only slot that stands today. */
static const struct slot_now *slot_now(struct lab *lab) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->slot_count, 1);
    return &lab->snapshot->slots[0];
}

START_TEST(an_appointment_is_booked_under_a_code_that_no_event_says) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), "ab12"), REASON_NONE);
    ck_said(lab, "appointment.booked");
    ck_assert(lab->decision.has_code);
    const struct event *event = lab_last(lab, EVENT_APPOINTMENT_BOOKED);
    char end[CODE_END_SIZE];
    char hash[HASH_SIZE];
    snprintf(end, sizeof end, "%02u", lab->decision.code % 100U);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)lab_code_hash(lab->decision.code));
    ck_assert_str_eq(event->code_end, end);
    ck_assert_str_eq(event->code_hash, hash);
    ck_assert_str_eq(event->person, "ab12");
    ck_assert_int_eq(event->slot_ms, lab_time(10, 0));
    ck_assert_ptr_null(strstr(lab->journal[lab->count - 1], "\"code\""));
    ck_assert_uint_eq(slot_now(lab)->booked, 1);
    lab_close(lab);
}
END_TEST

START_TEST(slots_lie_within_the_spans_of_the_service) {
    struct lab *lab = lab_open();
    const int64_t none[] = { lab_time(9, 0),
                             lab_time(8, 30),
                             lab_time(10, 10),
                             lab_time(12, 0),
                             lab_time(13, 30),
                             lab_time(18, 0),
                             0,
                             lab_time(3, 0) };
    for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_int_eq(send_book(lab, "social", none[i], ""), REASON_NO_SUCH_SLOT);
    }
    const int64_t good[] = { lab_time(9, 30), lab_time(11, 30), lab_time(14, 0), lab_time(17, 30),
                             lab_time(9, 0) + DAY };
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_int_eq(send_book(lab, "social", good[i], ""), REASON_NONE);
    }
    ck_assert_int_eq(send_book(lab, "nothing", good[0], ""), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

START_TEST(nobody_books_further_ahead_than_the_rules_say) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(send_book(lab, "social", lab_time(9, 0) + 14 * DAY, ""), REASON_NONE);
    ck_assert_int_eq(send_book(lab, "social", lab_time(9, 0) + 15 * DAY, ""), REASON_TOO_FAR_AHEAD);
    lab_close(lab);
}
END_TEST

START_TEST(a_slot_takes_so_many_and_a_cancelled_one_makes_room) {
    struct lab *lab = lab_open();
    unsigned code = 0;
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), ""), REASON_NONE);
        code = lab->decision.code;
    }
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), ""), REASON_SLOT_FULL);
    ck_assert_int_eq(send_book(lab, "tax", lab_time(10, 0), ""), REASON_NONE);
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 30), ""), REASON_NONE);
    ck_assert_int_eq(cancel(lab, code), REASON_NONE);
    ck_said(lab, "appointment.cancelled");
    ck_assert_int_eq(lab_last(lab, EVENT_APPOINTMENT_CANCELLED)->slot_ms, lab_time(10, 0));
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), ""), REASON_NONE);
    ck_assert_int_eq(cancel(lab, code), lab->decision.code == code ? REASON_NONE : REASON_BAD_CODE);
    lab_close(lab);
}
END_TEST

START_TEST(one_person_has_one_appointment_a_service_and_slot) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), "ab12"), REASON_NONE);
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), "ab12"), REASON_ALREADY_BOOKED);
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), "cd34"), REASON_NONE);
    ck_assert_int_eq(send_book(lab, "tax", lab_time(10, 0), "ab12"), REASON_NONE);
    ck_assert_int_eq(send_book(lab, "social", lab_time(14, 0), "ab12"), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(who_booked_is_told_so_instead_of_getting_a_ticket) {
    struct lab *lab = lab_open();
    struct command issue = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
    snprintf(issue.service, sizeof issue.service, "social");
    snprintf(issue.person, sizeof issue.person, "ab12");
    ck_assert_int_eq(send_book(lab, "social", lab_time(9, 0) + DAY, "ab12"), REASON_NONE);
    ck_assert_int_eq(lab_send(lab, &issue), REASON_NONE); /* another day's is no matter */
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), "cd34"), REASON_NONE);
    snprintf(issue.person, sizeof issue.person, "cd34");
    ck_assert_int_eq(lab_send(lab, &issue), REASON_ALREADY_BOOKED);
    snprintf(issue.service, sizeof issue.service, "tax");
    ck_assert_int_eq(lab_send(lab, &issue), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(codes_are_unique_among_bookings_and_tickets) {
    struct lab *lab = lab_open();
    struct command command = book("social", lab_time(10, 0), "");
    command.code = 42;
    command.has |= COMMAND_HAS(ARG_CODE);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_uint_eq(lab->decision.code, 42);
    ck_assert_int_eq(lab_send(lab, &command), REASON_CODE_USED);
    command.slot_ms += DAY;
    ck_assert_int_eq(lab_send(lab, &command), REASON_CODE_USED);
    /* Chance begins at the booked code: the ticket gets the next, and the booking after it the one behind. */
    lab->chance = 0;
    while (lab->chance * 2654435761U % CHECK_IN_CODES != 42) {
        lab->chance++;
    }
    uint32_t chance = lab->chance;
    ck_assert_int_eq(lab_issue(lab, "social"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_TICKET_ISSUED)->code, 43);
    lab->chance = chance;
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 30), ""), REASON_NONE);
    ck_assert_uint_eq(lab->decision.code, 44);
    command.code = 43; /* another day's booking may have the code of a ticket that ends today */
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(without_hashes_nothing_is_booked) {
    struct lab *lab = lab_open();
    struct command command = book("social", lab_time(10, 0), "");
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    input.command.command = &command;
    ck_assert_int_eq(lab_take(lab, &input), REASON_NOT_ABLE);
    command = approve("social");
    ck_assert_int_eq(lab_take(lab, &input), REASON_NOT_ABLE);
    lab_close(lab);
}
END_TEST

START_TEST(a_stopped_service_books_nothing_while_it_is_stopped) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_SERVICE_STOP, .by = { BY_PAGE, "manager" } };
    snprintf(command.service, sizeof command.service, "social");
    lab_send(lab, &command);
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), ""), REASON_SERVICE_STOPPED);
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0) + DAY, ""), REASON_NONE);
    lab_close(lab);
}
END_TEST

START_TEST(a_missed_appointment_is_said_after_grace_and_half_an_hour) {
    struct lab *lab = lab_open();
    send_book(lab, "social", lab_time(10, 0), "ab12");
    unsigned code = lab->decision.code;
    lab_pass(lab, HOUR + 44 * MINUTE + 59 * SECOND);
    ck_assert_uint_eq(slot_now(lab)->missed, 0);
    lab_pass(lab, SECOND);
    const struct event *missed = lab_last(lab, EVENT_APPOINTMENT_MISSED);
    ck_assert_int_eq(missed->time_ms, lab_time(10, 45));
    ck_assert_int_eq(missed->by.kind, BY_RULE);
    ck_assert_str_eq(missed->person, "ab12");
    ck_assert_uint_eq(slot_now(lab)->missed, 1);
    ck_assert_int_eq(cancel(lab, code), REASON_NOT_NOW);
    lab_close(lab);
}
END_TEST

START_TEST(bookings_outlive_the_days_until_theirs) {
    struct lab *lab = lab_open();
    send_book(lab, "social", lab_time(9, 30) + DAY, "ab12");
    send_book(lab, "social", lab_time(17, 30), "");
    lab_next_day(lab); /* the power was off: today's was never said to be missed */
    ck_assert_uint_eq(slot_now(lab)->booked, 1);
    lab_tick(lab, lab->now_ms);
    ck_assert_int_eq(lab_last(lab, EVENT_APPOINTMENT_MISSED)->slot_ms, lab_time(17, 30));
    ck_assert_uint_eq(slot_now(lab)->missed, 0);
    lab_pass(lab, 8 * HOUR);
    ck_assert_int_eq(lab_last(lab, EVENT_APPOINTMENT_MISSED)->slot_ms, lab_time(9, 30) + DAY);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->slot_count, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_precheck_stands_for_some_days_and_lapses) {
    struct lab *lab = lab_new();
    lab->rules.appointments.days_ahead = 1;
    lab_begin(lab);
    struct command command = approve("permit");
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_said(lab, "precheck.approved");
    ck_assert_uint_eq(lab_last(lab, EVENT_PRECHECK_APPROVED)->day, 20261124);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->prechecks, 1);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->prechecks, 1);
    lab_next_day(lab);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->prechecks, 0);
    lab_close(lab);
}
END_TEST

START_TEST(a_service_with_precheck_is_booked_by_the_prechecks_code) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(send_book(lab, "permit", lab_time(10, 0), ""), REASON_PRECHECK_NEEDED);
    struct command command = approve("permit");
    lab_send(lab, &command);
    command = book("permit", lab_time(10, 0), "");
    command.code = lab->decision.code;
    command.has |= COMMAND_HAS(ARG_CODE);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
    ck_assert_uint_eq(lab->decision.code, command.code);
    ck_assert_uint_eq(slot_now(lab)->booked, 1);
    ck_assert_uint_eq(lab->snapshot->prechecks, 0);
    ck_assert_int_eq(lab_send(lab, &command), REASON_PRECHECK_NEEDED);
    lab_close(lab);
}
END_TEST

START_TEST(bookings_are_bounded) {
    struct lab *lab = lab_new();
    lab->limits.tickets_per_day = 2;
    lab_begin(lab);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_int_eq(send_book(lab, "social", lab_time(10, 0), ""), REASON_NONE);
    }
    ck_assert_int_eq(send_book(lab, "social", lab_time(10, 30), ""), REASON_BOOKINGS_FULL);
    struct command command = approve("permit");
    ck_assert_int_eq(lab_send(lab, &command), REASON_BOOKINGS_FULL);
    lab_close(lab);
}
END_TEST

START_TEST(a_booking_of_a_service_that_is_gone_gives_nothing) {
    struct lab *lab = lab_open();
    send_book(lab, "tax", lab_time(9, 30), "");
    struct command command = { .type = COMMAND_TICKET_CHECK_IN, .code = lab->decision.code };
    command.by = (struct by){ BY_PAGE, "guide" };
    command.has = COMMAND_HAS(ARG_CODE);
    lab->rules.windows[1].helps = 0;
    lab->rules.windows[2].own = 1U << 1;
    lab->rules.services[3] = lab->rules.services[2];
    memset(&lab->rules.services[2], 0, sizeof lab->rules.services[2]);
    lab_reload(lab); /* another index is the same service */
    ck_assert_uint_eq(slot_now(lab)->service, 3);
    memset(&lab->rules.services[3], 0, sizeof lab->rules.services[3]);
    lab->rules.service_count--;
    lab_reload(lab);
    ck_assert_int_eq(lab_send(lab, &command), REASON_NO_SUCH);
    lab_close(lab);
}
END_TEST

TCase *booking_case(void) {
    TCase *tcase = tcase_create("booking");
    tcase_add_test(tcase, an_appointment_is_booked_under_a_code_that_no_event_says);
    tcase_add_test(tcase, slots_lie_within_the_spans_of_the_service);
    tcase_add_test(tcase, nobody_books_further_ahead_than_the_rules_say);
    tcase_add_test(tcase, a_slot_takes_so_many_and_a_cancelled_one_makes_room);
    tcase_add_test(tcase, one_person_has_one_appointment_a_service_and_slot);
    tcase_add_test(tcase, who_booked_is_told_so_instead_of_getting_a_ticket);
    tcase_add_test(tcase, codes_are_unique_among_bookings_and_tickets);
    tcase_add_test(tcase, without_hashes_nothing_is_booked);
    tcase_add_test(tcase, a_stopped_service_books_nothing_while_it_is_stopped);
    tcase_add_test(tcase, a_missed_appointment_is_said_after_grace_and_half_an_hour);
    tcase_add_test(tcase, bookings_outlive_the_days_until_theirs);
    tcase_add_test(tcase, a_precheck_stands_for_some_days_and_lapses);
    tcase_add_test(tcase, a_service_with_precheck_is_booked_by_the_prechecks_code);
    tcase_add_test(tcase, bookings_are_bounded);
    tcase_add_test(tcase, a_booking_of_a_service_that_is_gone_gives_nothing);
    return tcase;
}
