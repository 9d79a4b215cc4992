/* A whole day and its figures, as the timetable of whole_day_table.c makes them. */
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "whole_day.h"

/* Of each service; waits run from the ticket to the call, a second call of the same ticket included. */
struct service_figures {
    const char *service;
    unsigned issued, served, calls, helped;
    uint32_t mean_s, longest_s;
};

/* clang-format off */
static const struct service_figures SERVICES[] = {
    /* who came at 11:57 is called at 14:06, with four of window 5 after eleven minutes each */
    { "social", 75, 75, 75, 4, 719, CLOCK(2, 8) + 35 },
    /* booked for 10:30, checked in at 10:27:04, called at 10:51 because the B came at 10:35:30 */
    { "tax", 62, 62, 62, 1, 457, 23 * 60 + 56 },
    /* one given up and one no-show; he is called again 2:27 h after his ticket of 11:54 */
    { "housing", 68, 67, 68, 0, 551, CLOCK(2, 27) },
    /* one no-show, one held; who was refused at 15:27 came again at 16:05:34 and is called at 16:31 */
    { "license", 51, 49, 51, 0, 367, 25 * 60 + 25 },
    { "unsolved", 2, 2, 2, 0, 60, 60 },
    /* one waits from 9:40:22 until window 5 is given the archive at 11:30, one in vain */
    { "archive", 2, 1, 1, 0, 6638, CLOCK(1, 50) + 38 },
};

static const struct { unsigned window, served; uint64_t served_s; } WINDOWS[] = {
    { 1, 71, 13110 }, { 2, 61, 11040 }, { 3, 67, 13465 },
    { 4, 49, 8650 + CLOCK(28, 0) - (CLOCK(17, 46) + 15) }, /* the last until the day ends: nobody pressed DONE */
    { 5, 8, 1670 }, /* 4 social, 1 tax, 2 unsolved, 1 archive */
};

static const struct { const char *staff; unsigned served; uint64_t served_s; } STAFF[] = {
    { "0107", 68, 12540 }, { "0108", 3, 570 },  /* window 1: the B finishes the A's and serves two more */
    { "0109", 53, 9570 },  { "0110", 8, 1470 }, /* window 2: the B from 10:35 to 11:30 */
    { "0111", 67, 13465 }, { "0112", 49, 45475 }, { "0113", 8, 1670 },
};
/* clang-format on */

static void ck_services(const struct figures *figures) {
    for (unsigned i = 0; i < DAY_SERVICES; i++) {
        const struct service_figures *service = &SERVICES[i];
        const struct wait *wait = &figures->services[i + 1];
        ck_assert_str_eq(SERVICE_IDS[i + 1], service->service);
        ck_assert_uint_eq(figures->issued[i + 1], service->issued);
        ck_assert_uint_eq(figures->served[i + 1], service->served);
        ck_assert_uint_eq(figures->helped[i + 1], service->helped);
        ck_assert_uint_eq(wait->count, service->calls);
        ck_assert_uint_eq(wait->sum_s / wait->count, service->mean_s);
        ck_assert_uint_eq(wait->longest_s, service->longest_s);
    }
}

static void ck_who_served(const struct figures *figures) {
    for (unsigned i = 0; i < DAY_WINDOWS; i++) {
        ck_assert_uint_eq(figures->windows[WINDOWS[i].window].served, WINDOWS[i].served);
        ck_assert_uint_eq(figures->windows[WINDOWS[i].window].served_s, WINDOWS[i].served_s);
    }
    for (unsigned i = 0; i < DAY_STAFF; i++) {
        ck_assert_str_eq(STAFF_IDS[i + 1], STAFF[i].staff);
        ck_assert_uint_eq(figures->staff[i + 1].served, STAFF[i].served);
        ck_assert_uint_eq(figures->staff[i + 1].served_s, STAFF[i].served_s);
    }
}

static void ck_tickets(const unsigned *types) {
    ck_assert_uint_eq(types[EVENT_APPOINTMENT_BOOKED], 200);
    ck_assert_uint_eq(types[EVENT_APPOINTMENT_MISSED], 10);
    ck_assert_uint_eq(types[EVENT_TICKET_ISSUED], 260); /* 190 booked ones, 70 others */
    ck_assert_uint_eq(types[EVENT_TICKET_PRINTED], 68); /* not the agent's and the green one */
    ck_assert_uint_eq(types[EVENT_TICKET_CALLED], 259); /* not given up, not unserved; one twice */
    ck_assert_uint_eq(types[EVENT_TICKET_NO_SHOW], 2);
    ck_assert_uint_eq(types[EVENT_TICKET_REQUEUED], 1);
    ck_assert_uint_eq(types[EVENT_TICKET_HELD], 1);
    ck_assert_uint_eq(types[EVENT_TICKET_CANCELLED], 1);
    ck_assert_uint_eq(types[EVENT_TICKET_EXPIRED], 3); /* no-show, held, unserved */
    ck_assert_uint_eq(types[EVENT_TICKET_DONE], 256);  /* with the three and the one given up 260 */
}

/* Of each class in the whole hall: who came 25 minutes early waits 26, one green citizen a minute, one no-show 2:27 h. */
static void ck_classes(const struct figures *figures) {
    static const struct {
        enum ticket_class class;
        unsigned calls;
        uint32_t mean_s, longest_s;
    } CLASSES[] = { { CLASS_APPOINTMENT, 190, 518, 26 * 60 },
                    { CLASS_NORMAL, 68, 688, CLOCK(2, 27) },
                    { CLASS_GREEN, 1, 60, 60 } };
    for (unsigned i = 0; i < sizeof CLASSES / sizeof CLASSES[0]; i++) {
        struct wait all = { 0, 0, 0 };
        for (unsigned k = 1; k <= DAY_SERVICES; k++) {
            const struct wait *wait = &figures->waits[k][CLASSES[i].class];
            all.count += wait->count;
            all.sum_s += wait->sum_s;
            all.longest_s = wait->longest_s > all.longest_s ? wait->longest_s : all.longest_s;
        }
        ck_assert_uint_eq(all.count, CLASSES[i].calls);
        ck_assert_uint_eq(all.sum_s / all.count, CLASSES[i].mean_s);
        ck_assert_uint_eq(all.longest_s, CLASSES[i].longest_s);
    }
    ck_assert_uint_eq(figures->late, 30);
    ck_assert_uint_eq(figures->tiers[TIER_HELP], 5);
    ck_assert_uint_eq(figures->tiers[TIER_IDLE], 1);
}

/* Of 256 visits 253 are asked: two ended at a dead keypad, one with the day. */
static void ck_ratings(const struct figures *figures) {
    static const unsigned GRADES[] = { 7, 7, 5, 47, 36, 151 }; /* 0: no answer */
    const unsigned *types = figures->types;
    unsigned satisfied = GRADES[5] + GRADES[4] + GRADES[3];
    for (unsigned i = 0; i < sizeof GRADES / sizeof GRADES[0]; i++) {
        ck_assert_uint_eq(figures->grades[i], GRADES[i]);
    }
    ck_assert_uint_eq(types[EVENT_RATING_INVITED], 253);
    ck_assert_uint_eq(types[EVENT_RATING_GIVEN], 246);
    ck_assert_uint_eq(types[EVENT_RATING_MISSED], 7);
    ck_assert_uint_eq(types[EVENT_RATING_NOT_ASKED], 2);
    ck_assert_uint_eq(satisfied * 1000 / types[EVENT_RATING_GIVEN], 951); /* 95.1 % */
}

/* Thirteen of fourteen end; two of them, and no other, after a second round. */
static void ck_cases(const struct figures *figures) {
    const unsigned *types = figures->types;
    ck_assert_uint_eq(types[EVENT_CASE_OPENED], 14);
    ck_assert_uint_eq(types[EVENT_CASE_CLOSED] - figures->second_rounds, 13);
    ck_assert_uint_eq(figures->second_rounds, 2);
    ck_assert_uint_eq(types[EVENT_CASE_APPEALED], 2);
    ck_assert_uint_eq(types[EVENT_CASE_LATE], 3);
    /* thirteen, two of them again, three more attempts after one that reached nobody */
    ck_assert_uint_eq(types[EVENT_CASE_CONTACTED], 18);
    ck_assert_uint_eq(figures->not_reached, 4);
}

static void ck_hall_closed_at(const struct lab *lab) {
    ck_assert_int_eq(lab_last(lab, EVENT_HALL_CLOSED)->time_ms, day_ms(CLOCK(19, 0)));
    const struct event *resumed = lab_last(lab, EVENT_SERVICE_RESUMED);
    ck_assert_str_eq(resumed->by.id, "until");
    ck_assert_int_eq(resumed->time_ms, day_ms(CLOCK(16, 5)));
    /* 11:57 to 14:27: of the thirty minutes of a no-show 27 are left after the break */
    ck_assert_int_eq(lab_last(lab, EVENT_TICKET_EXPIRED)->time_ms, day_ms(CLOCK(14, 27)));
}

START_TEST(a_whole_day_and_its_figures) {
    struct day *day = calloc(1, sizeof *day);
    struct figures *expected = calloc(1, sizeof *expected);
    struct figures *found = calloc(1, sizeof *found);
    day_plan(day);
    figures_expect(day, expected);
    day_live(day);
    ck_snapshot(day, expected);
    ck_hall_closed_at(day->lab);
    day_follow(day);
    ck_missed(day);
    ck_alerts(day->lab);
    figures_find(day->lab, found);
    ck_figures(found, expected);
    ck_services(found);
    ck_who_served(found);
    ck_tickets(found->types);
    ck_classes(found);
    ck_ratings(found);
    ck_cases(found);
    hall_snapshot(day->lab->hall, day->lab->now_ms, day->lab->snapshot);
    ck_assert_uint_eq(day->lab->snapshot->cases_open, 1); /* which nobody began */
    lab_close(day->lab);
    free(found);
    free(expected);
    free(day);
}
END_TEST

TCase *whole_day_case(void) {
    TCase *tcase = tcase_create("whole_day");
    tcase_set_tags(tcase, "long"); /* mutants.py leaves it out at first */
    tcase_add_test(tcase, a_whole_day_and_its_figures);
    return tcase;
}
