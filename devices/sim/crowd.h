/*
 * What the files of the people share: the crowd as one value, and what each kind of person does in a step. Of
 * people.c, citizen.c and staff.c alone.
 */
#ifndef DEVICES_SIM_CROWD_H
#define DEVICES_SIM_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/sim/people.h"
#include "devices/sim/rng.h"

enum {
    CITIZENS_MAX = 512, /* in the hall at once; more turn round at the door, counted */
    TRAY_MAX = 8,       /* slips that lie in a dispenser's tray */
    DISPENSERS_MAX = 32,
    BOARDS_MAX = 32,
    SHOWN_SIZE = SIM_BOARD_MAX * 2 + 1,
    SECOND_US = 1000000,
    SHOWN_NUMBER = '#',
    DIGITS = 3 /* of a ticket's number */
};

enum citizen_state {
    CITIZEN_NONE,
    CITIZEN_QUEUING,  /* behind others at the dispenser */
    CITIZEN_CHOOSING, /* before its keys */
    CITIZEN_PAPER,    /* pressed, waits for the slip */
    CITIZEN_SEATED,   /* looks at the boards */
    CITIZEN_WALKING,  /* to the window */
    CITIZEN_WINDOW,   /* stands there, or is served */
    CITIZEN_RATING,   /* done; looks at the keypad */
    CITIZEN_REASONS   /* rated badly; looks whether it asks why */
};

/* What the person behind the window last said. */
enum told { TOLD_NOTHING, TOLD_WAIT_AGAIN, TOLD_DONE };

struct citizen {
    enum citizen_state state;
    uint32_t number; /* "citizen 17" */
    struct sim_rng rng;
    unsigned dispenser;   /* place in the crowd's list */
    uint16_t key;         /* of the dispenser */
    uint16_t window;      /* place in the hall's list of windows */
    uint8_t tries, grade; /* grade: what was pressed, 0 nothing yet */
    bool is_green, is_returning, is_served, is_rating;
    bool is_hearing; /* sees no board; waits for the voice, and does not go out meanwhile */
    bool has_heard;  /* was called to `window` */
    uint8_t mash;    /* presses still to come from an impatient finger */
    enum told told;
    uint16_t session; /* rated under it */
    char ticket[TICKET_SIZE];
    uint16_t code;
    int64_t act_us, patience_us, since_us;
};

struct staff {
    struct sim_rng rng;
    uint16_t number; /* 0: has none and can't sign in */
    bool is_asking;  /* a key waits for its answer */
    bool is_mashing; /* the same key once more at act_us */
    bool wants_break;
    bool is_given_up; /* a no-show was refused: the visit is ended instead */
    uint16_t key[2], count;
    uint8_t recalls;
    char ticket[TICKET_SIZE]; /* called or served */
    char missed[TICKET_SIZE]; /* the last no-show */
    int64_t act_us, asked_us, called_us, served_us, missed_us;
    int64_t unhold_us; /* when the one who was put aside is called back; 0 nobody is held */
};

/* What can be seen at a window. */
struct window_view {
    unsigned terminal, keypad, board; /* device numbers, SIM_NO_DEVICE none */
    char ticket[TICKET_SIZE];
    uint16_t waiting, lamp, answered, answer;
    uint16_t keypad_state, session;
    char text[SHOWN_SIZE];
};

struct dispenser_view {
    unsigned device;
    const uint8_t *keys; /* service at each key */
    uint32_t lit;
    uint32_t front; /* number of the citizen before it, 0 nobody */
    unsigned tray_count;
    struct {
        char ticket[TICKET_SIZE];
        uint16_t code;
    } tray[TRAY_MAX];
};

struct crowd_counts {
    uint64_t arrived, turned_away, tickets, slips, without_paper, walked_away, calls_seen,
        calls_heard, served, returned, ratings, bad_ratings, rated_twice, reasons, unasked, presses,
        answers[16];
};

struct sim_people {
    const struct sim_hall_config *hall;
    struct sim_people_options options;
    struct sim_world world;
    struct sim_rng door;
    int64_t arrival_us;
    uint32_t citizen_count; /* so far; the next one's number less one */
    struct citizen citizens[CITIZENS_MAX];
    struct staff staff[WINDOWS_MAX];
    struct window_view windows[WINDOWS_MAX];
    unsigned dispenser_count, board_count;
    struct dispenser_view dispensers[DISPENSERS_MAX];
    struct {
        unsigned device;
        char text[SHOWN_SIZE];
    } boards[BOARDS_MAX]; /* summary boards */
    struct crowd_counts counts;
};

/* A span of people's time in real microseconds. */
int64_t crowd_span(const struct sim_people *people, int64_t human_ms);
/* The same, drawn between two bounds. */
int64_t crowd_draw(const struct sim_people *people, struct sim_rng *rng, int64_t low_ms,
                   int64_t high_ms);
/* Begins a line of the record with "who"; sim_record_end ends it. */
struct json_writer *crowd_line(struct sim_people *people, const char *kind, uint32_t number,
                               int64_t now_us);
/* Whether a terminal shows this ticket: one without letters shows its number alone, SHOWN_NUMBER before it. */
bool crowd_same_ticket(const char *shown, const char *ticket);
/* The citizen with this ticket who stands at this window (place), NULL if none. */
struct citizen *crowd_at_window(struct sim_people *people, unsigned window, const char *ticket);

void citizen_arrive(struct sim_people *people, int64_t now_us);
/* A voice has said something in the hall (UTF-8). */
void citizen_hear(const struct sim_people *people, struct citizen *citizen, const char *text);
void citizen_step(struct sim_people *people, struct citizen *citizen, int64_t now_us);
void staff_step(struct sim_people *people, unsigned window, int64_t now_us);

#endif
