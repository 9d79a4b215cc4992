/*
 * The pure core: one hall's live day. hall_decide says what an input means now (some events, or a refusal);
 * hall_apply changes the live day and can't refuse; nothing else changes it. No clock, no I/O, no allocation: memory is
 * the caller's, all time and chance stand in the input. The same journal gives the same live day, field by field.
 * One thread (the hall's) owns it. Rules: 3-hall-rules.md.
 */
#ifndef CONTROLLER_HALL_HALL_H
#define CONTROLLER_HALL_HALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/command.h"
#include "protocol/event.h"
#include "protocol/key.h"
#include "protocol/snapshot.h"

/* Fixed at hall_create; a config beyond them is refused until a restart. */
struct hall_limits {
    uint32_t tickets_per_day; /* at most TICKETS_MAX */
    uint16_t windows, services, staff, devices;
};

struct hall;

/* hall.time takes no time before 2026 or after 2099: a slip of the hand, or a clock that has lost its battery. */
#define HALL_TIME_MIN_MS INT64_C(1767225600000)
#define HALL_TIME_MAX_MS INT64_C(4102444800000)

enum input_kind {
    INPUT_COMMAND, /* command (keys too): by, chance, estimate */
    INPUT_REPORT,  /* a device's health, a print's end; keys come as commands */
    INPUT_SPOKEN,  /* a voice has said a call */
    INPUT_TICK,    /* time passed; give it again while `again` is set */
    INPUT_DAY, /* the hall day changes: times, previous_hash; give it again while `again` is set */
    INPUT_STARTED, /* the program started: every device unknown; after a restore `next` (hall.started's text) */
    INPUT_STOPPED,   /* the program's clean stop */
    INPUT_CONFIG,    /* rules, rules_hash */
    INPUT_CLOCK,     /* the wall clock was set: from now_ms hall time goes on at `to_ms` */
    INPUT_CONDITION, /* something outside the core: uplink lost, disk low, store not written */
    INPUT_DROPPED, /* presses that were dropped and stand in no rating.ignored yet: device, count */
    INPUT_REFUSED /* commands that never came to the core (malformed, too many): name, reason, count */
};

/* A hall day as the core is told of it, as it converts no time zone. */
struct hall_day {
    uint32_t day; /* YYYYMMDD */
    int64_t begins_ms, ends_ms;
    const struct day_times *times;
};

/* What came of a PIN with staff.sign_in: the caller has hashes and key. */
enum pin_given { PIN_NONE, PIN_WRONG, PIN_RIGHT };

/*
 * A visit of an earlier day, as the records have it: of the ticket that a rating.give or rating.reasons names, the newest
 * finished one without a rating, or with one; where there is none such, the newest finished one.
 */
struct past_visit {
    uint64_t visit;  /* 0: the ticket was given, and no visit of it was finished */
    uint16_t window; /* id, 0 unknown */
    enum ticket_class class;
    uint32_t served_s;
    uint8_t grade;               /* 0: nobody rated it; a default grade is nobody's */
    enum rating_channel channel; /* by which it was rated */
    char service[NAME_SIZE];
    char staff[STAFF_SIZE]; /* "" nobody */
};

enum case_step { CASE_STEP_OPENED, CASE_STEP_CONTACTED, CASE_STEP_VERIFIED, CASE_STEP_RECTIFIED };

/* A case that is open. */
struct open_case {
    uint64_t seq, visit;
    int64_t opened_ms, due_ms, close_due_ms; /* due_ms: the contact's */
    uint8_t kind, grade;                     /* grade 0: no rating opened it */
    uint8_t step, round;                     /* round 1 or 2 */
    uint8_t contact, proposed, verdict; /* enum case_outcome; proposed waits for a second person */
    uint16_t unreached;                 /* attempts that reached nobody */
    uint16_t window;
    struct ticket_no ticket;
    bool is_late; /* the deadline that runs has passed and that was said */
    bool is_appealed;
    int32_t staff; /* whom it concerns, NO_STAFF nobody */
    char verified_by[COMMAND_ID_SIZE];
    char found_by[COMMAND_ID_SIZE]; /* whose finding is under appeal */
};

struct input {
    enum input_kind kind;
    int64_t now_ms; /* hall time, never less than that of the input before */
    uint16_t
        window; /* INPUT_REPORT, INPUT_DROPPED: the window at which the config has the device, 0 none; INPUT_SPOKEN: that calls */
    union {
        struct {
            const struct command *command;
            bool
                is_old_press; /* a keypad's press from before the baseline: taken or silently dropped */
            uint32_t chance; /* for the check-in code */
            /*
             * Keyed hashes of all codes (CHECK_IN_CODES of them, each other than 0): the key is the caller's and never changes
             * while a booking stands. NULL: nothing can be booked, and no code of a booking is known.
             */
            const uint64_t *code_hashes;
            const struct hall_day
                *slot_day; /* appointment.book: the day of the slot; NULL: only today is known */
            /*
             * Presses of this device since its last rating.ignored whose decision said `is_dropped`: the caller counts
             * them, because a press that gives no event leaves no trace in the live day. 0 when it does not count.
             */
            uint32_t dropped;
            enum pin_given pin; /* staff.sign_in; the command itself says no PIN here */
            /* staff.set with a PIN: its keyed hash, hex, which the ledger keeps beside the event; NULL none */
            const char *pin_hash;
            bool has_estimate;
            uint32_t estimate_s[2];
            /* The note that keeps the command's text and contact, or the one that stands to be erased. 0 none. */
            uint64_t note;
            const char *note_hash; /* of a kept one */
            /* A rating of an earlier day's ticket; NULL: no such ticket, or it is of today. */
            const struct past_visit *past_visit;
            /* case.*: one that the live day lacks (hall_lacks_case), as hall_follow_case made it; NULL: there is none */
            const struct open_case *past_case;
            /* calendar.set: this day's spans as they are with it; hall.time: those that overlap from then on */
            const struct day_times *times;
        } command;
        const struct device_report *report;
        struct {
            const char *device; /* the voice */
            uint64_t visit;     /* of the call */
            uint16_t calls;     /* 1: the call itself; n: with its recall n - 1 */
            bool is_given_up;   /* it could not say it, and will not try again */
        } spoken;
        struct {
            uint32_t day; /* YYYYMMDD */
            int64_t begins_ms, ends_ms;
            const struct day_times *times;
            const char *previous_hash; /* hex; "" for a new store */
        } day;
        struct {
            const char
                *next; /* after a restore: "A=120,B=7", numbers go on from there today; NULL else */
        } started;
        struct {
            const struct rules *rules;
            const char *hash;
        } config;
        struct {
            int64_t to_ms;
            const struct day_times *times; /* spans from to_ms to the day's end; NULL: they stay */
        } clock;
        struct {
            const char *kind, *subject, *text; /* alert.kind and subject */
            bool is_raised;
        } condition;
        struct {
            const char *device;
            uint32_t
                count; /* no event while the 10 s of the last rating.ignored run: give it again later */
        } dropped;
        struct {
            const char *name; /* of the last one */
            enum reason reason;
            uint32_t count;
        } refused;
    };
};

struct decision {
    /*
     * REASON_NONE: decided, perhaps without an event. A refusal changes nothing, but for a wrong check-in code at a
     * dispenser and a wrong PIN: it is refused and carries the command.refused that counts it; apply whatever there is.
     */
    enum reason reason;
    bool again; /* more of the same stands to be done: apply these, then give the input again */
    bool
        is_dropped; /* a keypad's press that counts for nobody and gives no event: see input's `dropped` */
    /* What an appointment or a precheck was given: for who asked, as it stands in no event. */
    bool has_code;
    uint16_t code;
    unsigned count;
    struct event events[EVENTS_PER_INPUT];
};

/* Bytes that hall_create needs, for memory aligned as malloc aligns it. */
size_t hall_size(const struct hall_limits *limits);
/* An empty hall in `memory`: no rules, no day, seq 0. */
struct hall *hall_create(void *memory, const struct hall_limits *limits);

/* A ticket that is to be issued, as far as its wait depends on it. */
struct foreseen {
    unsigned service; /* index */
    enum ticket_class class;
    int64_t turn_ms;
};

/*
 * The ticket that this input would issue if nothing speaks against it, so that an estimate for it can be made: a command
 * or a press, also one that is a booking's or a precheck's. False: it issues none.
 */
bool hall_foresee(const struct hall *hall, const struct input *input, struct foreseen *out);
/* Pure. Events carry seq, time and by. `decision` is written only as far as `count`. */
void hall_decide(const struct hall *hall, const struct input *input, struct decision *decision);
/*
 * Has this hall room for a journal's event? Not when it was made under larger limits; `what` says which. One that was
 * decided here always fits.
 */
bool hall_fits(const struct hall *hall, const struct event *event, char *what /* WHAT_SIZE */);
/* Applies a decided or a journal's event; its seq must be the next one (after hall_set_seq any). */
void hall_apply(struct hall *hall, const struct event *event);
/* When INPUT_TICK has something to do: hall time, INT64_MAX never. */
int64_t hall_next_tick_ms(const struct hall *hall);

/* Would the rules fit into this hall now? REASON_STILL_IN_USE, REASON_NEEDS_RESTART (limits), else REASON_NONE. */
enum reason hall_check_rules(const struct hall *hall, const struct rules *rules,
                             char *what /* WHAT_SIZE */);
const struct rules *hall_rules(const struct hall *hall); /* NULL before the first config.loaded */
uint64_t hall_seq(const struct hall *hall);
void hall_set_seq(struct hall *hall, uint64_t seq); /* before a replay that does not begin at 1 */
uint32_t hall_day(const struct hall *hall);         /* 0 before the first day */
int64_t hall_day_ends_ms(const struct hall *hall);
int64_t hall_last_ms(const struct hall *hall); /* time of the last event */
/* Would INPUT_DAY begin this day? A day begins once; one that a wrong clock began too early gives way to the real one. */
bool hall_day_may_begin(const struct hall *hall, uint32_t day);
/* Puts the days that calendar.set has changed over a file's calendar. */
void hall_change_calendar(const struct hall *hall, struct calendar_rule *calendar);
/* The calendar in force, of rules and changed days; and as it were after this calendar.set. */
const struct calendar_rule *hall_calendar(const struct hall *hall);
void hall_calendar_after(const struct hall *hall, const struct command *command,
                         struct calendar_rule *out);

/*
 * What whoever stopped the service (its index) or closed the hall gave as the reason of this refusal; "" nothing, or it
 * is another refusal. Borrowed until the next event.
 */
const char *hall_stop_reason(const struct hall *hall, unsigned service, enum reason refusal,
                             int64_t now_ms);

/* Did cases come when the ledger was full, and could this be one of them? See cases.h. */
bool hall_lacks_case(const struct hall *hall, uint64_t seq);
/*
 * What the case is after its next event, case.opened first. False: that one closed it. Its deadlines are those of the
 * events, the closing's counts from now.
 */
bool hall_follow_case(const struct hall *hall, const struct event *event, struct open_case *open);

/*
 * Alerts that should stand by now and stand in no event, as while nothing can be written: kind, subject, text and since
 * when. Returns how many, at most `max`.
 */
unsigned hall_alerts_due(const struct hall *hall, int64_t now_ms, struct alert_now *out,
                         unsigned max);
/* Is a device missed now? Not outside opening hours but for half an hour before. */
bool hall_needs_devices(const struct hall *hall, int64_t now_ms);

/* Fills everything the core knows; names, devices' health, uplink are the caller's. Keeps snapshot->waiting. */
void hall_snapshot(const struct hall *hall, int64_t now_ms, struct snapshot *snapshot);

/*
 * What outlives a day. hall_carry writes it down as it stands right after hall.day_began; hall_restore puts it into an
 * empty hall whose rules are loaded, and the day's events (hall.day_began first) follow by hall_apply.
 * A list of rows so that the store keeps it as a table and rebuild compares it row by row.
 */
struct carry_row {
    char kind
        [WORD_SIZE]; /* "session", "job", "assigned", "stopped", "alert", "case", "open_session", ... */
    char key[NAME_SIZE];
    int64_t numbers[6];
    char text[COMMAND_ID_SIZE * 4];
};
/* Calls `take` for each row, in a fixed order. */
void hall_carry(const struct hall *hall, void (*take)(void *context, const struct carry_row *row),
                void *context);
void hall_restore(struct hall *hall, const struct carry_row *row);

/* 64-bit digest over every field of the live day: equal days give equal digests (replay against live). */
uint64_t hall_digest(const struct hall *hall);

#endif
