/* What reports ask of the records: arrivals, busy times, promised against actual waits. */
#include <string.h>

#include "tests/unit/store/fixture.h"

enum { QUARTER_MS = 900000 };
static const int64_t NINE_MS = 1795395600000; /* 2026-11-23 09:00 in UTC+8 */

/* Tickets above A900 come by appointment. */
static void append(enum event_type type, uint16_t number, int64_t time_ms, const uint32_t *values) {
    struct by by = { BY_KEY, "terminal-1" };
    struct event event;
    event_init(&event, type, time_ms, &by);
    memset(&event.more, 0, sizeof event.more);
    event.seq = ++story.seq;
    event.day = 20261123;
    event.ticket = (struct ticket_no){ "A", number };
    memcpy(event.service, "social", sizeof "social");
    event.class = CLASS_NORMAL;
    event.has = EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_SERVICE) | EVENT_HAS(FIELD_CLASS);
    if (type == EVENT_TICKET_ISSUED && values != NULL) {
        memcpy(event.estimate_s, values, sizeof event.estimate_s);
        event.has |= EVENT_HAS(FIELD_ESTIMATE);
    }
    if (type == EVENT_TICKET_ISSUED) {
        event.channel = number > 900 ? CHANNEL_APPOINTMENT : CHANNEL_DISPENSER;
        event.has |= EVENT_HAS(FIELD_CHANNEL);
    }
    if (type == EVENT_TICKET_CALLED) {
        event.waited_s = values[0];
        event.window = 3;
        event.has |= EVENT_HAS(FIELD_WAITED) | EVENT_HAS(FIELD_WINDOW);
    }
    struct store_entry entry = { &event, "{}", 2 };
    ck_assert_int_eq(store_append(store, &entry, 1, NULL, 0), HALL_OK);
}

/* A ticket that is issued at nine, called after so long and done two minutes later. */
static void append_visit(uint16_t number, const uint32_t *promised, uint32_t waited_s) {
    int64_t called_ms = NINE_MS + waited_s * INT64_C(1000);
    append(EVENT_TICKET_ISSUED, number, NINE_MS, promised);
    append(EVENT_TICKET_CALLED, number, called_ms, &waited_s);
    append(EVENT_TICKET_DONE, number, called_ms + 120000, NULL);
}

static struct store_promise promise;
static struct store_arrivals arrivals[4];
static unsigned rows;
static uint32_t busy_s;

static void take_promise(void *context, const struct store_promise *row) {
    (void)context;
    promise = *row;
    rows++;
}

static void take_arrivals(void *context, const struct store_arrivals *row) {
    (void)context;
    ck_assert_uint_lt(rows, 4);
    arrivals[rows++] = *row;
}

static void take_busy(void *context, const char *service, uint32_t mean_s) {
    (void)context;
    ck_assert_str_eq(service, "social");
    busy_s = mean_s;
}

START_TEST(promised_and_actual_waits_of_a_day) {
    const uint32_t promised[2] = { 250, 350 };
    append_visit(1, promised, 300);
    append_visit(2, promised, 360); /* 250 to 350 s is shown as 4 to 6 minutes */
    append_visit(3, promised, 600);
    append_visit(4, NULL, 5000); /* nothing was promised */
    append(EVENT_TICKET_ISSUED, 5, NINE_MS, promised);
    rows = 0;
    ck_assert_int_eq(store_promises(store, 20261123, 20261124, take_promise, NULL), HALL_OK);
    ck_assert_uint_eq(rows, 1);
    ck_assert_uint_eq(promise.day, 20261123);
    ck_assert_str_eq(promise.service, "social");
    ck_assert_uint_eq(promise.tickets, 3);
    ck_assert_uint_eq(promise.within, 2);
    ck_assert_uint_eq(promise.waited_s, 420);
    ck_assert_uint_eq(promise.promised_s, 300);
    ck_assert_uint_eq(promise.error_s, 120);
    ck_assert_int_eq(store_promises(store, 20261124, 20261130, take_promise, NULL), HALL_OK);
    ck_assert_uint_eq(rows, 1);
}
END_TEST

/* Called again, as after a transfer: the first call is the one that was promised. */
START_TEST(the_first_call_is_what_was_promised) {
    const uint32_t promised[2] = { 60, 120 };
    uint32_t later_s = 900;
    append_visit(1, promised, 90);
    append(EVENT_TICKET_CALLED, 1, NINE_MS + 900000, &later_s);
    ck_assert_int_eq(store_promises(store, 20261123, 20261124, take_promise, NULL), HALL_OK);
    ck_assert_uint_eq(promise.tickets, 1);
    ck_assert_uint_eq(promise.waited_s, 90);
}
END_TEST

START_TEST(arrivals_by_quarter_of_an_hour) {
    append(EVENT_TICKET_ISSUED, 1, NINE_MS, NULL);
    append(EVENT_TICKET_ISSUED, 2, NINE_MS + QUARTER_MS - 1, NULL);
    append(EVENT_TICKET_ISSUED, 901, NINE_MS + QUARTER_MS, NULL);
    rows = 0;
    ck_assert_int_eq(store_arrivals(store, 20261101, 20261124, take_arrivals, NULL), HALL_OK);
    ck_assert_uint_eq(rows, 2);
    ck_assert_uint_eq(arrivals[0].people, 2);
    ck_assert_int_eq(arrivals[0].from_ms, NINE_MS);
    ck_assert_uint_eq(arrivals[0].booked, 0);
    ck_assert_uint_eq(arrivals[1].people, 1);
    ck_assert_uint_eq(arrivals[1].booked, 1);
    ck_assert_uint_eq(arrivals[1].day, 20261123);
    ck_assert_int_eq(store_arrivals(store, 20261101, 20261123, take_arrivals, NULL), HALL_OK);
    ck_assert_uint_eq(rows, 2);
}
END_TEST

START_TEST(how_long_a_ticket_kept_its_window) {
    append_visit(1, NULL, 10);
    append_visit(2, NULL, 20);
    ck_assert_int_eq(store_busy_times(store, 20261123, 20261124, take_busy, NULL), HALL_OK);
    ck_assert_uint_eq(busy_s, 120);
}
END_TEST

static void append_booking(enum event_type type, int64_t slot_ms, const char *hash) {
    struct by by = { BY_MQTT, "office" };
    struct event event;
    event_init(&event, type, NINE_MS, &by);
    memset(&event.more, 0, sizeof event.more);
    event.seq = ++story.seq;
    event.day = 20261123;
    event.slot_ms = slot_ms;
    memcpy(event.service, "social", sizeof "social");
    memcpy(event.code_hash, hash, strlen(hash) + 1);
    event.has = EVENT_HAS(FIELD_SLOT) | EVENT_HAS(FIELD_SERVICE) | EVENT_HAS(FIELD_CODE_HASH);
    struct store_entry entry = { &event, "{}", 2 };
    ck_assert_int_eq(store_append(store, &entry, 1, NULL, 0), HALL_OK);
}

static struct store_slot slots[4];

static void take_slots(void *context, const struct store_slot *row) {
    (void)context;
    ck_assert_uint_lt(rows, 4);
    slots[rows++] = *row;
}

START_TEST(appointments_that_stand_by_slot) {
    enum { SLOT_MS = 600000 };
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS, "0a");
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS, "0b");
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS, "0c");
    append_booking(EVENT_APPOINTMENT_CANCELLED, NINE_MS, "0c");
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS + SLOT_MS, "0d");
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS + 2 * SLOT_MS, "0e");
    append_booking(EVENT_APPOINTMENT_MISSED, NINE_MS + 2 * SLOT_MS, "0e");
    append_booking(EVENT_APPOINTMENT_BOOKED, NINE_MS + 3 * SLOT_MS, "0f");
    rows = 0;
    ck_assert_int_eq(store_slots(store, NINE_MS, NINE_MS + 3 * SLOT_MS, take_slots, NULL), HALL_OK);
    ck_assert_uint_eq(rows, 2);
    ck_assert_str_eq(slots[0].service, "social");
    ck_assert_int_eq(slots[0].slot_ms, NINE_MS);
    ck_assert_uint_eq(slots[0].booked, 2);
    ck_assert_int_eq(slots[1].slot_ms, NINE_MS + SLOT_MS);
    ck_assert_uint_eq(slots[1].booked, 1);
}
END_TEST

TCase *report_cases(void) {
    TCase *tcase = tcase_create("report");
    tcase_add_checked_fixture(tcase, fixture_set_up, fixture_tear_down);
    tcase_add_test(tcase, promised_and_actual_waits_of_a_day);
    tcase_add_test(tcase, the_first_call_is_what_was_promised);
    tcase_add_test(tcase, arrivals_by_quarter_of_an_hour);
    tcase_add_test(tcase, appointments_that_stand_by_slot);
    tcase_add_test(tcase, how_long_a_ticket_kept_its_window);
    return tcase;
}
