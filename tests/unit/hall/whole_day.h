/*
 * A whole day by its timetable (whole_day_table.c): who comes when, who is called in which five minutes, what the
 * manager and the office do. whole_day_script.c lives it in a lab and checks each answer; whole_day_figures.c counts it
 * twice, from the timetable alone and from the journal's bytes. Nothing here asks the core what should happen.
 */
#ifndef TESTS_UNIT_HALL_WHOLE_DAY_H
#define TESTS_UNIT_HALL_WHOLE_DAY_H

#include "fixture.h"

enum {
    BEATS = 6, /* a half hour has six beats of five minutes */
    DAY_WINDOWS = 5,
    DAY_SERVICES = 6,
    DAY_STAFF = 7,
    DAY_CASES = 14, /* twelve bad ratings, two of the service for the unsolved */
    PEOPLE_MAX = 400
};

/* Times of the day in seconds since its midnight. */
#define CLOCK(hour, minute) ((hour)*3600 + (minute)*60)

enum { KEYPAD_DEAD_AT = 4, KEYPAD_DIES_S = CLOCK(16, 30), KEYPAD_LIVES_S = CLOCK(17, 0) };

/* --- the timetable -------------------------------------------------------------------------------------------- */

/* A letter a beat and window: who is called a minute into that beat. whole_day_table.c says what each letter is. */
struct half_hour {
    int time_s;
    const char *windows[DAY_WINDOWS];
};
extern const struct half_hour HALF_HOURS[];
extern const unsigned HALF_HOUR_COUNT;

enum way { BOOKED, PRINTED, AGENT, GREEN }; /* how a ticket is taken */
enum from { FROM_SLOT, FROM_CALL, FROM_CLOCK };
enum fate { DONE, ABSENT, NO_SHOW, RETURNED, HELD, LEFT, GIVEN_UP, UNSERVED };

struct kind {
    char letter;
    const char *service; /* NULL: that of the window's column */
    enum way way;
    enum from from; /* `came_s` counts from there; FROM_CLOCK: is the time of the day */
    int came_s;
    int slot_s; /* of a booking: as `came_s`, but FROM_SLOT and FROM_CALL from the half hour's begin */
    enum fate fate;
    uint32_t served_s;
    uint8_t grade; /* 0: nobody presses */
    enum tier tier;
};
extern const struct kind KINDS[];
extern const unsigned KIND_COUNT;

/* Who stands in no beat. */
struct other {
    char letter;
    int time_s;
};
extern const struct other OTHERS[];
extern const unsigned OTHER_COUNT;

/* What somebody does or tries at that time, and what it is answered. */
struct doing {
    int time_s;
    enum command_type type;
    uint16_t window;
    const char *what; /* staff, service, pause reason; window.assign: two services */
    int until_s;      /* 0 none */
    enum reason reason;
    const char *said;
};
extern const struct doing DOINGS[];
extern const unsigned DOING_COUNT;

/* A bad rating: the beat it comes from; its number is its place + 1. */
struct bad {
    int time_s;
    uint16_t window, beat;
    uint8_t grade;
    const char *staff; /* whom the case concerns */
};
extern const struct bad BADS[];
extern const unsigned BAD_COUNT;

/* The office's work on the cases, in this order; `day` counts from the day of the ratings. */
enum deed { CONTACT, VERIFY, RECTIFY, CLOSE, APPEAL };
struct step {
    unsigned day, number;
    enum deed deed;
    enum case_outcome outcome;
    const char *who; /* "district": over the back office's line */
    enum reason reason;
};
extern const struct step STEPS[];
extern const unsigned STEP_COUNT;
extern const enum event_type STEP_EVENTS[]; /* at their deed */

struct alert_count {
    const char *kind;
    unsigned raised, cleared;
};
extern const struct alert_count ALERT_COUNTS[];
extern const unsigned ALERT_COUNT;

/* Place 0 of both is nothing. */
extern const char *const SERVICE_IDS[DAY_SERVICES + 1];
extern const char *const STAFF_IDS[DAY_STAFF + 1];

/* --- the day, made from it ------------------------------------------------------------------------------------ */

struct person {
    const struct kind *kind;
    const char *service;
    int64_t slot_ms, came_ms; /* 0 none */
    uint16_t code;            /* of the booking */
    struct ticket_no ticket;  /* once it is taken */
};

struct call {
    struct person *person; /* NULL: nobody waits, and the key says so */
    uint16_t window;
    enum fate fate;
    enum tier tier;
    int64_t called_ms, ended_ms;
    uint8_t grade;
    unsigned bad; /* number, 0 none */
};

struct day {
    struct lab *lab;
    unsigned people_count, call_count, case_count;
    struct person people[PEOPLE_MAX];
    struct call calls[PEOPLE_MAX * 2]; /* in order of time, then of window */
    uint64_t cases[DAY_CASES + 1];
};

/* Milliseconds of a time of the day. */
int64_t day_ms(int time_s);
/* People and calls from the table. */
void day_plan(struct day *day);
/* Places in SERVICE_IDS and STAFF_IDS; 0 none. */
unsigned service_place(const char *service);
unsigned staff_place(const char *staff);
/* Who is signed in at the window then, by the table: place in STAFF_IDS, 0 nobody. */
unsigned staff_place_at(uint16_t window, int64_t time_ms);
/* Does the visit end with an invitation, as far as the keypads go? */
bool is_asked(const struct call *call);
/* Was SIGN_OUT pressed while the visit went on? */
bool leaves_after(const struct call *call);

/* Rules, the bookings of the day before, then the day until 23:00. */
void day_live(struct day *day);
/* The office's days after it, to the end of the last deadline. */
void day_follow(struct day *day);

/* --- figures -------------------------------------------------------------------------------------------------- */

struct wait {
    unsigned count;
    uint32_t longest_s;
    uint64_t sum_s;
};
struct work {
    unsigned served;
    uint64_t served_s;
};
struct figures {
    unsigned types[EVENT_TYPES];
    struct wait waits[DAY_SERVICES + 1][CLASS_CREDIT + 1]; /* of each call */
    struct wait services[DAY_SERVICES + 1], all;
    unsigned issued[DAY_SERVICES + 1], served[DAY_SERVICES + 1];
    unsigned helped[DAY_SERVICES + 1], tiers[TIER_IDLE + 1];
    unsigned grades[6];
    unsigned late; /* checked in after the grace of their slot */
    unsigned second_rounds, not_reached;
    struct work windows[DAY_WINDOWS + 1], staff[DAY_STAFF + 1];
};
void figures_expect(const struct day *day, struct figures *out);
void figures_find(const struct lab *lab, struct figures *out);
void ck_figures(const struct figures *found, const struct figures *expected);
/* The hall's own figures as the day stands at 23:00. */
void ck_snapshot(struct day *day, const struct figures *expected);
void ck_missed(const struct day *day);
void ck_alerts(const struct lab *lab);

#endif
