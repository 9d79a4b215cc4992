/* The whole day's figures: from the timetable, from the journal's bytes, and as the hall itself keeps them. */
#include <stdlib.h>
#include <string.h>

#include "whole_day.h"

static void expect_events_of_office(struct figures *out);
static void expect_events_of_hall(struct figures *out);

static void add_wait(struct wait *wait, uint32_t waited_s) {
    wait->count++;
    wait->sum_s += waited_s;
    wait->longest_s = waited_s > wait->longest_s ? waited_s : wait->longest_s;
}

static void add_call(struct figures *out, unsigned service, enum ticket_class class,
                     uint32_t waited_s, enum tier tier) {
    add_wait(&out->waits[service][class], waited_s);
    add_wait(&out->services[service], waited_s);
    add_wait(&out->all, waited_s);
    out->tiers[tier]++;
    out->helped[service] += tier == TIER_HELP;
}

static void add_work(struct figures *out, unsigned service, unsigned window, unsigned staff,
                     uint64_t served_s) {
    out->served[service]++;
    out->windows[window].served++;
    out->windows[window].served_s += served_s;
    out->staff[staff].served++;
    out->staff[staff].served_s += served_s;
}

/* --- from the timetable --------------------------------------------------------------------------------------- */

static enum ticket_class class_of(const struct person *person) {
    return person->kind->way == BOOKED  ? CLASS_APPOINTMENT
           : person->kind->way == GREEN ? CLASS_GREEN
                                        : CLASS_NORMAL;
}

static void expect_person(const struct person *person, struct figures *out) {
    unsigned *types = out->types;
    types[EVENT_APPOINTMENT_BOOKED] += person->kind->way == BOOKED;
    if (person->kind->fate == ABSENT) {
        types[EVENT_APPOINTMENT_MISSED]++;
        return;
    }
    out->issued[service_place(person->service)]++;
    types[EVENT_TICKET_ISSUED]++;
    out->late += person->kind->letter == 'l' || person->kind->letter == 'q';
    types[EVENT_TICKET_NEAR]++; /* everybody is once among the first four */
    types[EVENT_TICKET_PRINTED] += person->kind->way == PRINTED;
    types[EVENT_TICKET_CANCELLED] += person->kind->fate == GIVEN_UP;
    /* the no-show who stayed away, the one held and the one of the archive are there at the day's end */
    types[EVENT_TICKET_EXPIRED] +=
        person->kind->letter == 'n' || person->kind->fate == HELD || person->kind->fate == UNSERVED;
}

static void expect_rating(const struct call *call, struct figures *out) {
    if (!is_asked(call)) {
        out->types[EVENT_RATING_NOT_ASKED] += call->fate == DONE;
        return;
    }
    out->types[EVENT_RATING_INVITED]++;
    out->types[call->grade == 0 ? EVENT_RATING_MISSED : EVENT_RATING_GIVEN]++;
    out->grades[call->grade]++;
}

static void expect_call(const struct call *call, struct figures *out) {
    const struct person *person = call->person;
    unsigned service = service_place(person->service);
    int64_t start_ms = call->called_ms + 15 * SECOND;
    add_call(out, service, class_of(person),
             (uint32_t)((call->called_ms - person->came_ms) / SECOND), call->tier);
    out->types[EVENT_TICKET_CALLED]++;
    out->types[EVENT_TICKET_SERVING]++; /* with who did not come: after 20 s it is assumed */
    out->types[EVENT_TICKET_NO_SHOW] += call->fate == NO_SHOW;
    out->types[EVENT_TICKET_REQUEUED] += call->fate == RETURNED;
    out->types[EVENT_TICKET_HELD] += call->fate == HELD;
    if (call->fate == DONE || call->fate == RETURNED || call->fate == LEFT) {
        out->types[EVENT_TICKET_DONE]++;
        add_work(out, service, call->window, staff_place_at(call->window, call->ended_ms),
                 (uint64_t)((call->ended_ms - start_ms) / SECOND));
        expect_rating(call, out);
    }
}

void figures_expect(const struct day *day, struct figures *out) {
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < day->people_count; i++) {
        expect_person(&day->people[i], out);
    }
    for (unsigned i = 0; i < day->call_count; i++) {
        if (day->calls[i].person != NULL) {
            expect_call(&day->calls[i], out);
        }
    }
    expect_events_of_office(out);
    expect_events_of_hall(out);
}

static void expect_events_of_office(struct figures *out) {
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        if (STEPS[i].reason == REASON_NONE) {
            out->types[STEP_EVENTS[STEPS[i].deed]]++;
            out->not_reached += STEPS[i].outcome == CASE_UNREACHED;
        }
    }
    out->second_rounds = 2;
    out->types[EVENT_CASE_OPENED] = DAY_CASES;
    out->types[EVENT_CASE_LATE] = 3; /* the contacts of 11 and 14, the closing of 12 */
    out->types[EVENT_ALERT_ACKNOWLEDGED] = BAD_COUNT;
    for (unsigned i = 0; i < ALERT_COUNT; i++) {
        out->types[EVENT_ALERT_RAISED] += ALERT_COUNTS[i].raised;
        out->types[EVENT_ALERT_CLEARED] += ALERT_COUNTS[i].cleared;
    }
}

static void expect_events_of_hall(struct figures *out) {
    unsigned *types = out->types;
    types[EVENT_CONFIG_LOADED] = 1;
    types[EVENT_HALL_DAY_BEGAN] = 10; /* Monday to Wednesday of the next week */
    types[EVENT_HALL_OPENED] = 3;     /* Monday; Tuesday at 9 and 14 */
    types[EVENT_HALL_CLOSED] = 3;     /* Monday; Tuesday at 12 and, an hour later than usual, 19 */
    types[EVENT_HALL_EXTENDED] = 1;
    types[EVENT_SERVICE_STOPPED] = 3; /* license by command, the archive twice by the rule */
    types[EVENT_SERVICE_RESUMED] = 2; /* license after its hour, the archive once it is served */
    types[EVENT_DEVICE_ONLINE] = 7;   /* a dispenser, five keypads, one of them twice */
    types[EVENT_DEVICE_OFFLINE] = 1;
    types[EVENT_WINDOW_OPENED] = 6; /* five in the morning, 2 again for its B */
    types[EVENT_WINDOW_CLOSED] =
        7; /* 2 (pressed, then closed) for its B; 5, 2, 3, 1; 4 at the day's end */
    types[EVENT_WINDOW_PAUSED] = 6; /* 1 at 11, five at lunch */
    types[EVENT_WINDOW_RESUMED] = 6;
    types[EVENT_WINDOW_ASSIGNED] = 2; /* the archive to window 5, and its end */
    types[EVENT_STAFF_SIGNED_IN] = 9; /* five in the morning, twice a B, twice the A again */
    types[EVENT_STAFF_SIGNED_OUT] = 9;
}

/* --- from the journal ----------------------------------------------------------------------------------------- */

static void find_event(const struct event *event, struct figures *out) {
    unsigned service = service_place(event->service);
    out->types[event->type]++;
    if (event->type == EVENT_TICKET_ISSUED) {
        out->issued[service]++;
        out->late += event->slot_ms != 0 && event->time_ms > event->slot_ms + 15 * MINUTE;
    } else if (event->type == EVENT_TICKET_CALLED) {
        add_call(out, service, event->class, event->waited_s, event->more.why.tier);
    } else if (event->type == EVENT_TICKET_DONE) {
        add_work(out, service, event->window, staff_place(event->staff), event->served_s);
    } else if (event->type == EVENT_RATING_GIVEN || event->type == EVENT_RATING_MISSED) {
        out->grades[event->grade]++;
    } else if (event->type == EVENT_CASE_CLOSED) {
        out->second_rounds += strcmp(event->reason, "second_round") == 0;
    } else if (event->type == EVENT_CASE_CONTACTED) {
        out->not_reached += event->case_outcome == CASE_UNREACHED;
    }
}

/* Calls `take` with each event of the journal. */
static void each_event(const struct lab *lab,
                       void (*take)(const struct event *event, void *context), void *context) {
    struct rules *rules = malloc(sizeof *rules);
    struct event *event = malloc(sizeof *event);
    for (unsigned i = 0; i < lab->count; i++) {
        const char *bytes = lab->journal[i];
        ck_assert_int_eq(event_read(bytes, strlen(bytes), event, NULL, rules, NULL), HALL_OK);
        take(event, context);
    }
    free(event);
    free(rules);
}

static void take_figure(const struct event *event, void *context) {
    find_event(event, context);
}

void figures_find(const struct lab *lab, struct figures *out) {
    memset(out, 0, sizeof *out);
    each_event(lab, take_figure, out);
}

static void take_alert(const struct event *event, void *context) {
    struct alert_count *count = context;
    if (strcmp(event->alert_kind, count->kind) == 0) {
        count->raised += event->type == EVENT_ALERT_RAISED;
        count->cleared += event->type == EVENT_ALERT_CLEARED;
    }
}

void ck_alerts(const struct lab *lab) {
    for (unsigned i = 0; i < ALERT_COUNT; i++) {
        struct alert_count found = { ALERT_COUNTS[i].kind, 0, 0 };
        each_event(lab, take_alert, &found);
        ck_assert_msg(found.raised == ALERT_COUNTS[i].raised &&
                          found.cleared == ALERT_COUNTS[i].cleared,
                      "%s: raised %u, cleared %u", found.kind, found.raised, found.cleared);
    }
}

/* Each absent one's slot is said to be missed 45 minutes after it began. */
static void take_missed(const struct event *event, void *context) {
    if (event->type == EVENT_APPOINTMENT_MISSED) {
        ck_assert_int_eq(event->time_ms, event->slot_ms + 45 * MINUTE);
        ++*(unsigned *)context;
    }
}

void ck_missed(const struct day *day) {
    unsigned missed = 0;
    each_event(day->lab, take_missed, &missed);
    ck_assert_uint_eq(missed, 10);
}

/* --- comparing ------------------------------------------------------------------------------------------------ */

static void ck_wait(const char *whose, const struct wait *found, const struct wait *expected) {
    ck_assert_msg(found->count == expected->count && found->sum_s == expected->sum_s &&
                      found->longest_s == expected->longest_s,
                  "%s: %u calls after %llu s, at most %u; by the timetable %u after %llu, %u",
                  whose, found->count, (unsigned long long)found->sum_s, found->longest_s,
                  expected->count, (unsigned long long)expected->sum_s, expected->longest_s);
}

static void ck_work(const char *whose, const struct work *found, const struct work *expected) {
    ck_assert_msg(found->served == expected->served && found->served_s == expected->served_s,
                  "%s: served %u in %llu s, by the timetable %u in %llu", whose, found->served,
                  (unsigned long long)found->served_s, expected->served,
                  (unsigned long long)expected->served_s);
}

static void ck_services(const struct figures *found, const struct figures *expected) {
    for (unsigned i = 1; i <= DAY_SERVICES; i++) {
        for (unsigned class = CLASS_NORMAL; class <= CLASS_CREDIT; class ++) {
            ck_wait(SERVICE_IDS[i], &found->waits[i][class], &expected->waits[i][class]);
        }
        ck_wait(SERVICE_IDS[i], &found->services[i], &expected->services[i]);
        ck_assert_uint_eq(found->issued[i], expected->issued[i]);
        ck_assert_uint_eq(found->served[i], expected->served[i]);
        ck_assert_uint_eq(found->helped[i], expected->helped[i]);
    }
    ck_wait("the hall", &found->all, &expected->all);
}

void ck_figures(const struct figures *found, const struct figures *expected) {
    ck_services(found, expected);
    for (unsigned i = 1; i <= DAY_WINDOWS; i++) {
        ck_work("a window", &found->windows[i], &expected->windows[i]);
    }
    for (unsigned i = 0; i <= DAY_STAFF; i++) {
        ck_work(STAFF_IDS[i], &found->staff[i], &expected->staff[i]);
    }
    for (unsigned i = 0; i <= TIER_IDLE; i++) {
        ck_assert_uint_eq(found->tiers[i], expected->tiers[i]);
    }
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_uint_eq(found->grades[i], expected->grades[i]);
    }
    ck_assert_uint_eq(found->late, expected->late);
    ck_assert_uint_eq(found->second_rounds, expected->second_rounds);
    ck_assert_uint_eq(found->not_reached, expected->not_reached);
    for (unsigned i = 1; i < EVENT_TYPES; i++) {
        ck_assert_msg(found->types[i] == expected->types[i], "%s: %u, by the timetable %u",
                      event_type_name((enum event_type)i), found->types[i], expected->types[i]);
    }
}

static void ck_slots(const struct snapshot *snapshot) {
    unsigned checked_in = 0;
    unsigned missed = 0;
    for (unsigned i = 0; i < snapshot->slot_count; i++) {
        ck_assert_uint_eq(snapshot->slots[i].booked, 0);
        checked_in += snapshot->slots[i].checked_in;
        missed += snapshot->slots[i].missed;
    }
    ck_assert_uint_eq(checked_in, 190);
    ck_assert_uint_eq(missed, 10);
}

/* The one whom window 4 still serves at 23:00 is done only when the day ends. */
void ck_snapshot(struct day *day, const struct figures *expected) {
    struct snapshot *snapshot = day->lab->snapshot;
    const uint64_t left_s = CLOCK(28, 0) - (CLOCK(17, 46) + 15);
    hall_snapshot(day->lab->hall, day->lab->now_ms, snapshot);
    ck_assert_uint_eq(snapshot->issued, expected->types[EVENT_TICKET_ISSUED]);
    ck_assert_uint_eq(snapshot->served, expected->types[EVENT_TICKET_DONE] - 1);
    ck_assert_uint_eq(snapshot->no_shows, expected->types[EVENT_TICKET_NO_SHOW]);
    ck_assert_uint_eq(snapshot->invited, expected->types[EVENT_RATING_INVITED]);
    ck_assert_uint_eq(snapshot->ratings, expected->types[EVENT_RATING_GIVEN]);
    ck_assert_uint_eq(snapshot->ratings_satisfied,
                      expected->grades[3] + expected->grades[4] + expected->grades[5]);
    ck_assert_uint_eq(snapshot->cases_open, DAY_CASES);
    ck_assert_uint_eq(snapshot->service_count, DAY_SERVICES);
    for (unsigned i = 0; i < DAY_SERVICES; i++) {
        unsigned left = i + 1 == 4;
        ck_assert_uint_eq(snapshot->services[i].issued, expected->issued[i + 1]);
        ck_assert_uint_eq(snapshot->services[i].served, expected->served[i + 1] - left);
        ck_assert_uint_eq(snapshot->services[i].waiting, i + 1 == DAY_SERVICES ? 1 : 0);
    }
    for (unsigned i = 0; i < DAY_WINDOWS; i++) {
        unsigned left = i + 1 == 4;
        ck_assert_uint_eq(snapshot->windows[i].served, expected->windows[i + 1].served - left);
        ck_assert_uint_eq(snapshot->windows[i].served_s,
                          expected->windows[i + 1].served_s - left * left_s);
    }
    ck_slots(snapshot);
}
