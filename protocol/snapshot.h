/*
 * What stands now: the value that pages, state topics, boards, keypads, terminals and dispensers are computed from.
 * Made by the core (hall_snapshot) and completed by the loop (names, devices' health, uplink). Plain arrays; the
 * waiting list's memory is the maker's. Read-only for everybody else.
 */
#ifndef PROTOCOL_SNAPSHOT_H
#define PROTOCOL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/event.h"
#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/reason.h"
#include "protocol/words.h"

struct label { /* names of the config; "" where it has none */
    char zh[WHAT_SIZE], en[WHAT_SIZE];
};

struct service_now {
    uint8_t index;
    char id[NAME_SIZE];
    char prefix[3];
    struct label name;
    uint16_t waiting;
    int64_t longest_since_ms; /* issue time of who waits longest; 0 nobody */
    bool has_estimate;
    uint32_t estimate_s[2];
    bool is_open;           /* tickets are issued now, at dispensers only without needs_precheck */
    enum reason closed_why; /* why not */
    bool needs_precheck;    /* whoever comes has been looked over before: no key gives a ticket */
    bool is_stopped;        /* stopped by command or when_unserved */
    char stop_reason[WORD_SIZE];           /* of the command; "" none */
    int64_t stopped_until_ms, extended_ms; /* by command; 0 none */
    uint16_t wait_minutes;                 /* limit, 0 none */
    uint16_t windows_open;                 /* windows that are not closed or paused and own it */
    bool has_windows_advised;
    uint16_t windows_advised; /* for the half hour that runs */
    uint16_t issued, served;  /* today */
};

struct window_now {
    uint16_t id;
    char label[NAME_SIZE], zone[NAME_SIZE];
    enum window_state state;
    struct ticket_no ticket; /* called or serving, none */
    uint8_t ticket_service;  /* index */
    enum ticket_class ticket_class;
    uint64_t visit;
    int64_t ticket_issued_ms;
    bool is_assumed;
    uint16_t calls;          /* of this ticket: 1 + recalls */
    int64_t called_ms;       /* last call or recall: boards flash from here; 0 none */
    int64_t first_called_ms; /* where its wait ended; 0 none */
    uint16_t announced;      /* calls that were spoken, of `calls` */
    struct why why;          /* of the call */
    struct ticket_no held;
    char staff[STAFF_SIZE];
    int64_t since_ms;    /* of the state */
    uint64_t own, helps; /* sets by index */
    bool differs;        /* live change against the file */
    int64_t extended_ms; /* by command, 0 none */
    char pause_reason[WORD_SIZE];
    bool is_pending_close, is_pending_pause; /* after this ticket */
    bool help_wanted;
    uint16_t waiting;      /* people who may be called here (own services and bound) */
    struct ticket_no next; /* who would be called, none */
    int64_t next_since_ms;
    uint16_t session; /* open rating session or one asking for reasons, else 0 */
    uint8_t keypad;   /* enum keypad_state: what the keypad shows (thanks: 3 s from thanks_ms) */
    int64_t session_ends_ms, thanks_ms;
    int64_t
        qr_ends_ms;  /* who left was not asked, as no keypad lives: by the paper's QR until then */
    uint16_t served; /* today */
    uint32_t served_s; /* sum of their serving times */
};

struct waiting_now { /* in turn order within its service */
    struct ticket_no ticket;
    uint8_t service;
    enum ticket_class class;
    enum ticket_state state; /* waiting, printing, unsure, held, no_show (may return) */
    int64_t issued_ms, turn_ms;
    uint16_t bound_window; /* 0 none */
};

/* The oldest ticket that a dispenser still has to print; one a dispenser at most. */
struct printing_now {
    char dispenser[NAME_SIZE];
    uint32_t serial; /* of the dispenser, and how often it had powered up, as the hall last heard */
    uint16_t boots;
    uint16_t job;
    struct ticket_no ticket;
    char token[TOKEN_SIZE]; /* the caller's, for this paper alone: it is written nowhere else */
    uint8_t service;
    enum ticket_class class;
    uint16_t ahead, code;
    bool has_estimate;
    uint32_t estimate_s[2];
    int64_t issued_ms;
};

struct device_now {
    char id[NAME_SIZE], bus[NAME_SIZE];
    enum role role;
    uint16_t window; /* 0 none */
    bool is_online, is_faulted;
    int64_t since_ms;       /* of online / offline; 0 unknown */
    int64_t last_answer_ms; /* 0 never */
    uint32_t failures;      /* unanswered, since start */
    uint16_t firmware;
    char what[WHAT_SIZE];
};

struct bus_now {
    char id[NAME_SIZE];
    bool is_up, is_ill; /* ill: up, and something is wrong with its wiring or settings */
    char
        what[WHAT_SIZE]; /* why it is down, what is wrong with it, what the port did not take; "" */
};

struct alert_now {
    uint64_t id;     /* seq; of one that is not saved a number of its own */
    bool is_unsaved; /* stands in no journal yet: its number is written as a negative one */
    char kind[WORD_SIZE], subject[NAME_SIZE];
    int64_t since_ms;
    char acknowledged_by[COMMAND_ID_SIZE];
    char text[WHAT_SIZE];
    uint16_t window; /* of a case that is open: whom it is about; 0 and none for others */
    struct ticket_no ticket;
};

struct called_now { /* last calls, newest first, for the display */
    struct ticket_no ticket;
    uint16_t window;
    int64_t called_ms;
    uint16_t calls;
};

/* Today's appointments of one service and slot, as numbers only. */
struct slot_now {
    uint8_t service;
    int64_t slot_ms;
    uint16_t booked; /* and still to come */
    uint16_t checked_in, missed;
};

enum { SLOTS_NOW_MAX = 512 }; /* the rest of a day with more is left out */

/* What a manager, the back office or the operator has changed against the file. */
enum change_kind {
    CHANGE_NONE,
    CHANGE_HALL_CLOSED,
    CHANGE_HALL_OPENED,
    CHANGE_HALL_EXTENDED,
    CHANGE_SERVICE_STOPPED,
    CHANGE_SERVICE_EXTENDED,
    CHANGE_WINDOW_ASSIGNED,
    CHANGE_WINDOW_OPENED,
    CHANGE_WINDOW_CLOSED,
    CHANGE_WINDOW_PAUSED,
    CHANGE_WINDOW_EXTENDED,
    CHANGE_STAFF_ADDED,
    CHANGE_STAFF_REMOVED,
    CHANGE_DAY,
    CHANGE_KINDS
};

struct change_now {
    enum change_kind kind;
    char service[NAME_SIZE]; /* what is changed, by its kind; the hall itself: none */
    uint16_t window;
    char staff[STAFF_SIZE];
    uint32_t date;
    uint64_t own, helps;    /* window_assigned: what the file says */
    struct day_spans hours; /* day: what it has now */
    int64_t until_ms;       /* 0: the day's end; a changed day stays until it is over */
    int64_t since_ms;       /* 0 unknown */
    struct by by;           /* BY_NONE unknown */
};

enum {
    ALERTS_NOW_MAX = 128,
    CHANGES_NOW_MAX = 128,
    BUSES_NOW_MAX = BUSES_MAX,
    CALLED_NOW_MAX = 12,
    PRINTING_NOW_MAX = 64
};

struct snapshot {
    char hall_id[NAME_SIZE];
    char hall_name[WHAT_SIZE];
    struct label pause_reasons[PAUSE_REASONS_MAX]; /* at their wire value */
    uint32_t flash_s;    /* a call stands out on the display for so long */
    bool speaks_english; /* the display says a call in English too */
    bool is_open;        /* within a span, not closed by command */
    enum reason closed_why;
    char closed_reason[WORD_SIZE]; /* of the command that closed it; "" none */
    int64_t opens_ms;              /* next opening known, 0 none */
    int64_t closes_ms;             /* end of the span that runs, 0 none, or it has no calendar */
    int64_t extended_ms;           /* today's end by command, 0 none */
    uint32_t day;
    uint64_t seq;
    uint32_t era;
    int64_t now_ms;
    int utc_offset_min;
    bool is_saved; /* false: the last commit failed, keys answer "not saved" */
    bool is_clock_trusted;
    bool wants_pin; /* who signs in is asked for their PIN: see command.needs_pin */
    char notice[TEXT_SIZE];
    uint32_t issued, served, no_shows;
    uint32_t ratings, ratings_satisfied; /* today; satisfied = grades 5, 4, 3 */
    uint32_t invited;
    uint32_t cases_open;
    uint16_t prechecks; /* approved, and no ticket taken yet */
    uint16_t slot_count;
    struct slot_now slots[SLOTS_NOW_MAX]; /* in order of time, then of the service's index */
    uint16_t service_count, window_count, device_count, alert_count, called_count, printing_count;
    uint16_t change_count, bus_count;
    uint32_t waiting_count;
    struct service_now services[SERVICES_MAX];
    struct window_now windows[WINDOWS_MAX];
    struct device_now devices[DEVICES_MAX];
    struct bus_now buses[BUSES_NOW_MAX];
    struct alert_now alerts[ALERTS_NOW_MAX];
    struct called_now called[CALLED_NOW_MAX];
    struct change_now changes[CHANGES_NOW_MAX];
    struct printing_now printing[PRINTING_NOW_MAX];
    struct waiting_now *waiting; /* `waiting_capacity` places, the maker's */
    uint32_t waiting_capacity;
    bool uplink_connected, uplink_configured;
    uint64_t uplink_behind;
};

/* People who wait for a service now: not who is held, missed their call, or has a ticket that is not printed. */
uint32_t snapshot_waiting(const struct snapshot *snapshot);

/*
 * Who looks: some see less. VIEW_STAFF: no rating, case or bad-rating alert, nor a count of events from which one could
 * be told (seq, uplink.behind: null; an alert's id is its place in the list). VIEW_PUBLIC: what the display may show.
 */
enum view { VIEW_ALL, VIEW_STAFF, VIEW_PUBLIC };

/* /api/v1/hall, `hallq status --json`, /api/v1/display. Bytes without NUL, or HALL_FULL. */
int snapshot_write(const struct snapshot *snapshot, enum view view, char *out, size_t size);
/* The retained state topics. */
int snapshot_write_hall(const struct snapshot *snapshot, char *out, size_t size);
int snapshot_write_service(const struct service_now *service, const struct snapshot *snapshot,
                           char *out, size_t size);
int snapshot_write_window(const struct window_now *window, const struct snapshot *snapshot,
                          char *out, size_t size);
int snapshot_write_device(const struct device_now *device, const struct snapshot *snapshot,
                          char *out, size_t size);

#endif
