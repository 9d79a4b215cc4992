/*
 * The live day's memory, seen only inside controller/hall. One block: struct hall, then the arrays that hall_limits
 * sized. Only apply functions write it. Places are indexes into the arrays; NO_PLACE says none. Zeroed memory is an
 * empty hall but for the places, which live_clear_* set.
 */
#ifndef CONTROLLER_HALL_LIVE_H
#define CONTROLLER_HALL_LIVE_H

#include "controller/hall/hall.h"

enum {
    NO_PLACE = 0xFFFF,
    NO_STAFF = -1,
    STEPS_MAX = 8,     /* services that one ticket may list */
    PREFIXES_MAX = 64, /* different prefixes of one hall day */
    PREFIX_KEYS = 27 * 27,
    ALERTS_MAX = ALERTS_NOW_MAX,
    CHANGES_MAX = 256,
    CASES_MAX = 2048,
    BOOKINGS_MAX = 4096,      /* see booking.h */
    GRADES_KEPT = 4,          /* with the one just given: five equal grades are a run */
    PACE_KEPT = 64,           /* times that estimates are made from, of each service */
    GRADES_FOR_RUN = 64,      /* of the whole hall, for the alert about a run of bad ratings */
    UNDO_MS = 10000,          /* 3-hall-rules.md, the table of keys */
    THANKS_MS = 3000,         /* 4-devices.md, keypad state 2 */
    RUN_OF_GRADES_MS = 60000, /* five equal grades within 60 s */
    IGNORED_MS = 10000,       /* at most one rating.ignored a device */
    TRIES_MAX = 5,            /* wrong ones in a minute */
    TRIES_MS = 60000,
    WRONG_PINS_MAX = 256, /* numbers at windows; the one that was wrong longest ago gives way */
    MINUTE_MS = 60000,
    DAY_MS = 86400000
};

/* Tickets in order of turn, and the same tickets in order of issue: who waits longest is not who is next. */
struct line {
    uint16_t turn_first, turn_last;
    uint16_t issue_first, issue_last;
    uint16_t count;
};

struct ticket {
    struct ticket_no no;
    uint8_t state, service, class, channel, ground; /* enums; service is an index */
    uint8_t step, step_count, steps[STEPS_MAX];     /* services still to come after `step` */
    uint8_t no_shows;
    bool is_near, is_moved, has_estimate; /* is_moved: its turn is no longer that of its class */
    uint16_t for_count, code, job;
    uint16_t dispenser; /* place of the device, NO_PLACE none */
    uint16_t window;    /* id: at it, held by it, or the last one; 0 none */
    uint16_t bound;     /* id of the window it waits for, 0 any */
    uint16_t ahead;
    uint16_t turn_prev, turn_next, issue_prev, issue_next;
    uint32_t estimate_s[2];
    int64_t issued_ms, turn_ms, first_turn_ms, since_ms;
    int64_t slot_ms;     /* of its appointment, 0 none */
    uint64_t visit;      /* of the last call */
    uint64_t person;     /* hash of the person's hash, 0 none */
    uint32_t last_visit; /* number of its newest finished visit, 0 none */
};

/* A finished visit, as far as a rating needs it. Kept in a ring of twice the day's tickets; the oldest is overwritten. */
struct visit {
    uint64_t seq;
    uint32_t before; /* number of the same ticket's visit before, 0 none */
    uint16_t ticket, window;
    int32_t staff;
    uint32_t served_s;
    char service[NAME_SIZE]; /* its id: a reload may give another service the index */
    uint8_t grade;           /* 0: not rated */
    bool is_asked;           /* somebody was invited to rate it */
    bool is_default;         /* `grade` was given by nobody, at the day's end */
};

/* See pace.h. */
struct pace {
    uint32_t visits;             /* finished ones ever taken in */
    uint16_t kept;               /* times, at most PACE_KEPT; also of those who did not come */
    uint16_t seconds[PACE_KEPT]; /* the newest first */
};

struct service {
    struct line line;
    struct pace pace;
    uint16_t next_number; /* 0: the range's first */
    uint16_t issued, not_printed, served;
    bool is_stopped, is_stopped_by_rule;
    char stop_reason[WORD_SIZE];
    int64_t stopped_until_ms; /* 0: the day's end */
    int64_t extended_ms;      /* 0 none */
};

struct session {
    uint16_t number; /* 0 none */
    bool is_open;    /* invited and not answered */
    uint8_t grade;   /* given, 0 none */
    uint16_t ticket; /* place */
    uint64_t visit;
    char service[NAME_SIZE]; /* of the visit, which the ticket may have left for another */
    int32_t staff;           /* who was signed in at DONE, before it at the invitation */
    int64_t invited_ms, ends_ms;
    int64_t given_ms, reasons_end_ms; /* 0 none */
    uint8_t reason_count;
    uint16_t reasons[RATING_REASONS_MAX]; /* national codes that were given under this session */
};

struct window {
    uint16_t id, rule; /* rule: place in rules.windows */
    uint8_t state;
    bool is_assigned; /* own and helps are a live change */
    bool is_pending_close, is_pending_pause;
    uint64_t own, helps;
    int64_t assigned_until_ms; /* 0: the day's end */
    int64_t extended_ms;
    int64_t since_ms; /* of the state */
    int64_t left_ms;  /* its staff left, or it opened without any; 0 neither today */
    struct line line; /* tickets bound to this window */
    uint16_t keypads; /* online ones that stand at this window */
    bool is_voiced;   /* the voice that speaks for it lives */
    int32_t staff;    /* number or NO_STAFF */

    uint16_t ticket; /* called or serving */
    uint16_t calls;
    bool is_assumed, is_auto;
    bool is_invited; /* whether to ask was settled for this visit: invited, or not asked */
    bool is_asked;   /* and it was invited */
    uint64_t visit;
    int64_t first_called_ms, called_ms, serving_ms;
    uint16_t announced;   /* calls of this ticket that were spoken, of `calls` */
    int64_t announced_ms; /* when the first was, 0 not yet */
    int64_t speak_by_ms;  /* so long the call's clocks wait for it, 0 not at all */
    struct why why;

    uint64_t missed_visit;
    int64_t missed_ms;
    int64_t next_waits_ms; /* rate_first_s: the next call waits for a press until then, 0 none */
    int64_t qr_ends_ms;    /* nobody was asked for want of a keypad: the ticket's QR is, 0 none */
    uint16_t missed;       /* its last no-show, which UNDO brings back */
    uint16_t held;
    uint16_t served;
    char pause_reason[WORD_SIZE], pending_reason[WORD_SIZE];
    uint32_t served_s;

    struct session session;
    struct session last_bad; /* the one before, when its reasons still counted at the invitation */
    uint8_t grades[GRADES_KEPT];
    int64_t grades_ms[GRADES_KEPT];
};

struct staff {
    int32_t number;
    char id[STAFF_SIZE];
    uint16_t window;  /* id of where signed in, 0 none */
    bool is_in_rules; /* the file has them */
    bool is_added, is_removed;
    int64_t until_ms; /* of added or removed, 0: the day's end */
};

/* Wrong codes or PINs: the fifth within a minute closes for a minute. */
struct tries {
    uint8_t count;
    int64_t ms[TRIES_MAX];
};

/* Of one number of staff at one window. */
struct wrong_pins {
    int32_t staff;
    uint16_t window;    /* id */
    struct tries tries; /* count 0: a free place */
};

struct device {
    char id[NAME_SIZE], bus[NAME_SIZE];
    uint8_t role;
    uint16_t window;
    bool is_online, is_faulted;
    int64_t since_ms;      /* online or offline; 0 not heard of since the start, or removed */
    int64_t faulted_ms;    /* faulted as it is, or well again; 0 neither was said since the start */
    char fault[WHAT_SIZE]; /* "paper low, cover open"; "" none, or not said */
    uint32_t serial;
    uint16_t boots, done_job, last_job;
    uint16_t
        held_job; /* held unprinted when it came online, perhaps from before a restore; 0 none */
    bool has_serial, has_job; /* has_job: last_job counts for this serial and boots */
    int64_t ignored_ms;       /* of its last rating.ignored, 0 none */
    struct tries wrong_codes; /* a dispenser's */
};

struct alert {
    uint64_t seq;
    int64_t since_ms;
    char kind[WORD_SIZE], subject[NAME_SIZE];
    char acknowledged_by[COMMAND_ID_SIZE];
    char what[WHAT_SIZE];
};

/* Who made a live change: see change.h. */
struct change {
    uint8_t kind;     /* enum change_kind */
    uint32_t subject; /* index of a service, id of a window, number of staff, a date; the hall: 0 */
    struct by by;
    int64_t since_ms, until_ms; /* until 0: as long as its kind lasts */
};

enum booking_state { BOOKING_BOOKED, BOOKING_CHECKED_IN, BOOKING_MISSED };

/* An appointment or a precheck; see booking.h. By the service's id: it may outlive many reloads. */
struct booking {
    uint64_t code_hash;
    int64_t slot_ms;       /* 0: a precheck */
    uint32_t last_day;     /* of a precheck */
    uint16_t ticket;       /* place of the ticket that it gave today, NO_PLACE none */
    uint8_t state;         /* enum booking_state */
    uint8_t class, ground; /* of that ticket */
    char code_end[CODE_END_SIZE];
    char service[NAME_SIZE];
    char person[WORD_SIZE]; /* keyed hash, "" nobody named */
};

struct call {
    uint16_t ticket, window, calls;
    int64_t called_ms;
};

struct hall {
    struct hall_limits limits;
    uint64_t seq;
    int64_t last_ms;
    int64_t
        started_ms; /* of the last hall.started among the events applied, 0 none; only an alert asks */
    struct rules rules;
    struct calendar_rule
        calendar; /* of the rules and the changed days, made by days_make_calendar */
    char rules_hash[HASH_SIZE];
    bool has_rules;
    bool is_open;
    bool is_closed_by_command, is_opened_by_command;
    uint8_t call_count;
    uint16_t session_last;

    uint32_t day;
    uint32_t
        day_before; /* the latest day that had begun before this one: it begins no second time */
    uint32_t visits_max, bookings_max;
    uint32_t cases_beyond; /* opened while the ledger was full: see cases.h */
    int64_t begins_ms, ends_ms;
    struct day_times times;
    int64_t opened_ms; /* of its last opening: a window closed by a person after it stays closed */
    int64_t closed_until_ms, opened_until_ms, extended_ms, notice_until_ms;
    char closed_reason[WORD_SIZE];
    char notice[TEXT_SIZE];
    uint16_t recent_at;

    uint32_t issued, served, no_shows, ratings, satisfied, invited;
    uint32_t visit_count; /* visits finished today; number n stands at (n - 1) % visits_max */
    uint32_t defaulted;   /* number of the last visit that was given a default grade, 0 none */
    struct line printing, unsure, missed;
    struct pace reaction; /* from a free window to its call */
    uint64_t crowded; /* set of services whose line is not empty: what every search begins with */
    uint32_t bound_count; /* tickets in the lines of windows */
    struct service services[SERVICES_MAX];
    struct call calls[CALLED_NOW_MAX];
    uint8_t recent_grades[GRADES_FOR_RUN];
    int64_t recent_ms[GRADES_FOR_RUN];
    struct wrong_pins wrong_pins[WRONG_PINS_MAX];

    uint16_t ticket_count, window_count, staff_count, staff_max, device_count, alert_count;
    uint16_t case_count, prefix_count, change_count, day_change_count, booking_count;
    uint16_t booking_due;    /* place of the next to be missed */
    int64_t bookings_due_ms; /* when; INT64_MAX never. Made from the bookings and the rules */
    struct change changes[CHANGES_MAX];
    struct extra_day day_changes[DAY_CHANGES_MAX];
    uint8_t prefix_slots[PREFIX_KEYS]; /* slot + 1, 0 none */
    struct ticket *tickets;
    struct visit *visits;
    struct window *windows, *spare_windows;
    struct staff *staff; /* in order of number */
    struct device *devices;
    struct alert *alerts;
    struct open_case *cases;
    struct booking *bookings;                   /* in the order in which they were made */
    uint16_t (*numbers)[TICKET_NUMBER_MAX + 1]; /* by prefix slot: place of the ticket */
    uint16_t *codes;                            /* by code: place of the ticket that has it */
    uint16_t *window_at;                        /* by window id */
    uint16_t *staff_at;                         /* by staff number */
};

/* Places by name; NO_PLACE when there is none. */
uint16_t live_ticket(const struct hall *hall, struct ticket_no no);
uint16_t live_ticket_of_code(const struct hall *hall, unsigned code);
uint16_t live_window(const struct hall *hall, unsigned id);
uint16_t live_staff(const struct hall *hall, int32_t number);
uint16_t live_device(const struct hall *hall, const char *id);
uint16_t live_alert(const struct hall *hall, const char *kind, const char *subject);
/* NULL: not of today, or overwritten. */
const struct visit *live_visit(const struct hall *hall, uint32_t number);

/* The number that digits stand for (staff, reasons), NO_STAFF when they are none or beyond STAFF_NUMBER_MAX. */
int32_t digits_value(const char *text);
const char *staff_id(const struct hall *hall, int32_t number);
bool ticket_is_ended(const struct ticket *ticket);
bool tries_are_used_up(const struct tries *tries, int64_t now_ms);
void tries_add(struct tries *tries, int64_t time_ms);
/* The prefix's slot; PREFIXES_MAX when it has none yet. */
unsigned prefix_slot(const struct hall *hall, const char *prefix);
const struct window_rule *window_rule(const struct hall *hall, const struct window *window);
void word_copy(char *out, size_t size, const char *text);

/* Used at creation, at the day's change and by restore. */
void live_clear_day(struct hall *hall);
void live_clear_window(struct window *window);
void live_clear_session(struct session *session);
/* Takes a device's name over or finds it; NO_PLACE when the limit is reached. */
uint16_t live_device_make(struct hall *hall, const char *id);
unsigned live_prefix_make(struct hall *hall, const char *prefix); /* its new slot */
/* In order of number, whatever order they came in: places change. */
uint16_t live_staff_make(struct hall *hall, int32_t number, const char *id);
/* Staff who are not in the file, sit nowhere and stand by no live change make room. */
void live_staff_drop(struct hall *hall);

#endif
