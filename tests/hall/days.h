/*
 * Whole hall days from a seed: a hall with rules drawn by lot, people and devices drawn by lot, the pure core that
 * decides, the model that judges, a journal as bytes and a second hall that lives from those bytes alone. A world that
 * broke a rule has a fault; nothing further happens in it.
 */
#ifndef TESTS_HALL_DAYS_H
#define TESTS_HALL_DAYS_H

#include "tests/hall/model.h"

/* Classes of faults, each on or off by seed, so that rare mixtures come together often. */
enum fault_class {
    FAULT_MASHING = 1,  /* random keys at random windows */
    FAULT_PAPER = 2,    /* not printed, unsure, rebooted dispensers */
    FAULT_DEVICES = 4,  /* offline, faulted, back again */
    FAULT_RESTART = 8,  /* the program dies and starts from the carry-over and the day's bytes */
    FAULT_RELOAD = 16,  /* changed rules in mid-day */
    FAULT_CLOCK = 32,   /* time leaps forward, ticks come late */
    FAULT_MANAGER = 64, /* assign, close, stop, extend at any moment */
    FAULT_RATING = 128, /* late, double, unasked presses; bad codes */
    FAULTS = 256
};

/* Bugs planted between the decision and everybody who learns of it. */
enum plant {
    PLANT_NONE,
    PLANT_SESSION_OFF_BY_ONE,
    PLANT_NUMBER_TWICE,
    PLANT_SECOND_EARLIEST,
    PLANT_EVENT_DROPPED,
    PLANT_DONE_TWICE,
    PLANT_RATED_TWICE,
    PLANT_CASE_DROPPED,
    PLANT_TURN_MOVED,
    PLANT_CARRY_LOST,
    PLANT_PRINT_FORGOTTEN,
    PLANT_DAY_TWICE,
    PLANT_HELP_FIRST,
    PLANT_BYTES_DIFFER,
    PLANT_ANSWER_WRONG,
    PLANTS
};

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

enum {
    DAY_EVENTS = 30000,
    CARRY_ROWS = 4096,
    PAPERS = 400,
    DISPENSERS = 2,
    KEYPADS = MODEL_WINDOWS,
    GIVEN_CODES = 64
};

/* A slip that a dispenser was told to print. */
struct paper {
    unsigned dispenser;
    uint16_t job;
    struct ticket_no ticket;
    uint32_t day;
    bool is_pending, is_unsure;
    bool is_old;     /* was in the dispenser when the program started */
    bool is_nobodys; /* no ticket waits for it any more */
};

struct world {
    uint64_t seed, chance;
    unsigned faults;
    enum plant plant;
    bool is_planted;  /* the bug has struck */
    bool is_printing; /* each event to standard output */
    unsigned step, input_count, event_count;
    int64_t now_ms;
    struct hall_limits limits;
    struct rules rules;
    struct hall *hall, *shadow; /* the shadow knows only the journal's bytes */
    struct model *model;
    struct snapshot *snapshot;
    struct decision *decision;
    struct event *parsed;
    struct rules *parsed_rules;
    struct waiting_now *waiting;
    struct day_times times;
    int64_t day_ends_ms;
    unsigned steps_a_day;
    uint64_t day_seq; /* of the last hall.day_began */
    /* Lines: the newest rules, the rules in force when the day began, the day's own, each with its NUL. */
    char *newest, *config, *bytes;
    size_t bytes_used, starts[DAY_EVENTS];
    unsigned line_count, carry_count;
    struct carry_row carry[CARRY_ROWS];
    struct paper papers[PAPERS];
    unsigned paper_count;
    uint16_t boots[DISPENSERS], done[DISPENSERS];
    bool is_online[DISPENSERS], has_keypad[MODEL_WINDOWS];
    unsigned voice_count;        /* none in half of the halls */
    bool is_old_press;           /* the next command is a keypad's press from before the baseline */
    uint16_t given[GIVEN_CODES]; /* codes of bookings, the newest */
    unsigned given_count;
    uint64_t code_hashes[CHECK_IN_CODES];
    uint64_t last_alert; /* seq of the newest alert.raised */
};

struct world *world_new(uint64_t seed, unsigned faults, enum plant plant);
void world_free(struct world *world);
/* Runs so many days in a row. False: world->model->fault says what, world->step when. */
bool world_run(struct world *world, unsigned days);

/* Gives one input to the core until it has nothing more to say; judges, writes and applies every event. */
enum reason world_take(struct world *world, struct input *input);
bool world_is_well(const struct world *world);
/* Throws the live hall away and makes it anew from carry-over and bytes, as a start does. */
void world_restart(struct world *world);
void world_check_replay(struct world *world);

uint32_t draw(struct world *world, uint32_t below);
void draw_rules(struct world *world);
/* Another hall of the same shape: what a reload in mid-day may change. */
void draw_changes(struct world *world);
void draw_times(struct world *world, int64_t begins_ms);

/* One step: somebody does something. */
void people_step(struct world *world);
/* Every device says that it is there. */
void people_devices_online(struct world *world);
enum reason people_send(struct world *world, const struct command *command);

/* Changes the decision where this world's bug strikes. */
void plant_decision(struct world *world);
/* Changes what the journal is told, and only that; false: it is not told at all. */
bool plant_line(struct world *world, struct event *event);
const char *plant_name(enum plant plant);

#endif
