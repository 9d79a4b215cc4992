/* Back to where the journal ends: replay, carry-over, rebuild; with the real core. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/store_private.h"
#include "tests/unit/store/fixture.h"

enum { CARRY_MAX = 512, DAY_EVENTS = 500 };

static const struct hall_limits limits = {
    .tickets_per_day = 5000, .windows = 64, .services = 32, .staff = 64, .devices = 64
};

static struct hall *live;
static struct carry_row carried[CARRY_MAX];
static unsigned carried_count;

static struct hall *make_hall(void) {
    void *memory = malloc(hall_size(&limits));
    ck_assert_ptr_nonnull(memory);
    return hall_create(memory, &limits);
}

static void take_carry(void *context, const struct carry_row *row) {
    (void)context;
    ck_assert_uint_lt(carried_count, CARRY_MAX);
    carried[carried_count++] = *row;
}

static void set_up(void) {
    fixture_set_up();
    live = make_hall();
    carried_count = 0;
}

static void tear_down(void) {
    free(live);
    fixture_tear_down();
}

/* As the loop does: decide (the story has), apply, and the carry-over right after hall.day_began. */
static void run_events(unsigned events) {
    for (unsigned done = 0; done < events; done++) {
        struct event event;
        carried_count = 0;
        batch_clear(&batch);
        story_next(&story, &event);
        batch_add(&batch, &story, &event);
        hall_apply(live, &event);
        if (event.type == EVENT_HALL_DAY_BEGAN) {
            hall_carry(live, take_carry, NULL);
        }
        ck_assert_int_eq(store_append(store, batch.entries, 1, carried, carried_count), HALL_OK);
    }
}

static void check_replay(uint64_t expected_events) {
    struct hall *hall = make_hall();
    uint64_t events = 0;
    ck_assert_msg(store_replay(store, hall, &events, fault) == HALL_OK, "%s", fault);
    ck_assert_uint_eq(hall_seq(hall), store_last_seq(store));
    ck_assert_uint_eq(hall_digest(hall), hall_digest(live));
    ck_assert_uint_eq(events, expected_events);
    free(hall);
}

START_TEST(an_empty_journal_gives_an_empty_hall) {
    check_replay(0);
}
END_TEST

START_TEST(a_first_day_replays_field_by_field) {
    run_events(1);
    check_replay(1);
    run_events(DAY_EVENTS - 1);
    reopen();
    /* From hall.day_began on; config.loaded before it gives the rules. */
    check_replay(DAY_EVENTS - 1);
}
END_TEST

START_TEST(a_later_day_replays_from_what_was_carried_over) {
    run_events(DAY_EVENTS);
    for (unsigned day = 0; day < 3; day++) {
        story_turn_day(&story);
        run_events(1);
        check_replay(1);
        run_events(DAY_EVENTS);
        reopen();
        check_replay(DAY_EVENTS + 1);
    }
    ck_assert_int_gt(ask_number(path, "SELECT count(*) FROM carry"), 0);
    ck_assert_int_eq(ask_number(path, "SELECT count(DISTINCT day_seq) FROM carry"), 1);
}
END_TEST

START_TEST(rebuilt_records_and_carry_over_equal_the_kept_ones) {
    run_events(DAY_EVENTS);
    story_turn_day(&story);
    run_events(DAY_EVENTS);
    ck_assert_msg(store_rebuild(store, true, fault) == HALL_OK, "%s", fault);
    struct store *reader = NULL;
    ck_assert_int_eq(store_open_reader(path, &reader, fault), HALL_OK);
    ck_assert_msg(store_rebuild(reader, true, fault) == HALL_OK, "%s", fault);
    store_close(reader);
}
END_TEST

static const struct {
    const char *sql, *says;
} wounds[] = {
    { "UPDATE tickets SET window = 3 WHERE ticket_id = '20261123-A002'", "20261123-A002" },
    { "DELETE FROM visits WHERE visit = 14", "visits: the row 14" },
    { "INSERT INTO ratings(visit, state) VALUES(1, 'given')", "ratings: the row 1" },
    { "UPDATE cases SET due = NULL", "cases" },
    { "UPDATE carry SET n0 = n0 + 1", "carry" },
    { "DELETE FROM carry", "carry" },
    { "UPDATE meta SET value = 1 WHERE name = 'day_seq'", "day_seq" },
    { "DELETE FROM meta WHERE name = 'day_rules_seq'", "day_rules_seq" },
};

START_TEST(a_rebuild_finds_and_mends_what_differs) {
    run_events(DAY_EVENTS);
    story_turn_day(&story);
    run_events(DAY_EVENTS);
    store_close(store);
    tamper(path, wounds[_i].sql);
    ck_assert_msg(store_open(path, &store, fault) == HALL_OK, "%s", fault);
    ck_assert_int_eq(store_rebuild(store, true, fault), HALL_BROKEN);
    ck_assert_msg(strstr(fault, wounds[_i].says) != NULL, "%s", fault);
    ck_assert_int_eq(store_rebuild(store, true, fault), HALL_BROKEN); /* it changed nothing */
    ck_assert_msg(store_rebuild(store, false, fault) == HALL_OK, "%s", fault);
    ck_assert_msg(store_rebuild(store, true, fault) == HALL_OK, "%s", fault);
    check_replay(DAY_EVENTS);
    run_events(20);
    ck_assert_msg(store_rebuild(store, true, fault) == HALL_OK, "%s", fault);
}
END_TEST

static const struct {
    const char *sql, *says;
} broken[] = {
    { "UPDATE journal SET bytes = 'x' WHERE seq = 100", "seq 100" },
    { "DELETE FROM journal WHERE seq = 100", "seq 99" },
    { "UPDATE journal SET bytes = (SELECT bytes FROM journal WHERE seq = 101) WHERE seq = 100",
      "seq 100" },
    { "DELETE FROM journal WHERE seq = 1", "seq 1" },
    /* Another number, and still an event: only the chain knows. */
    { "UPDATE journal SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"social\"', '\"tax\"')"
      " AS BLOB) WHERE seq = 12",
      "seq 12" },
};

START_TEST(a_broken_row_stops_the_replay_and_is_named) {
    run_events(DAY_EVENTS);
    tamper(path, broken[_i].sql);
    struct hall *hall = make_hall();
    ck_assert_int_eq(store_replay(store, hall, NULL, fault), HALL_BROKEN);
    ck_assert_msg(strstr(fault, broken[_i].says) != NULL, "%s", fault);
    free(hall);
}
END_TEST

TCase *replay_cases(void) {
    TCase *cases = tcase_create("replay");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, an_empty_journal_gives_an_empty_hall);
    tcase_add_test(cases, a_first_day_replays_field_by_field);
    tcase_add_test(cases, a_later_day_replays_from_what_was_carried_over);
    tcase_add_test(cases, rebuilt_records_and_carry_over_equal_the_kept_ones);
    tcase_add_loop_test(cases, a_rebuild_finds_and_mends_what_differs, 0,
                        sizeof wounds / sizeof wounds[0]);
    tcase_add_loop_test(cases, a_broken_row_stops_the_replay_and_is_named, 0,
                        sizeof broken / sizeof broken[0]);
    return cases;
}
