/*
 * The oracle: a naive model of the hall, written from the rules of the hall and from nothing of the core. It is told the
 * same events before the core applies them, keeps plain arrays, and looks through all of them for everything. What breaks
 * a rule becomes its fault: the first one stands, the rest is silence. Memory is the caller's.
 */
#ifndef TESTS_HALL_MODEL_H
#define TESTS_HALL_MODEL_H

#include "controller/hall/hall.h"

enum {
    MODEL_TICKETS = 1500,
    MODEL_WINDOWS = 16,
    MODEL_VISITS = 8000,
    MODEL_CASES = 4000,
    MODEL_SERVICES = 8,
    MODEL_VOICES = 2,
    MODEL_BOOKINGS = 2048,
    MODEL_TOUCHED = 64,
    MODEL_FAULT = 400
};

struct model_ticket {
    struct ticket_no no;
    uint8_t service; /* index; of `list` the first that is still to be served */
    uint8_t count, next;
    uint8_t list[MODEL_SERVICES];
    enum ticket_class class;
    enum ticket_state state;
    int64_t issued_ms, turn_ms, first_turn_ms, no_show_ms;
    int64_t slot_ms; /* of its appointment, 0 none */
    uint16_t window; /* where it is called, served or held */
    uint16_t bound;  /* waits for this window only */
    uint16_t code, job, returns;
    char dispenser[NAME_SIZE], person[HASH_SIZE];
    bool is_near_said, is_moved; /* moved: its turn no longer comes from its issue */
};

struct model_window {
    uint16_t id;
    enum window_state state;
    uint64_t own, helps;
    bool is_assigned;
    int64_t assigned_until_ms;
    int ticket, held; /* places in `tickets`, -1 none */
    char staff[STAFF_SIZE];
    bool is_assumed, is_closing, is_pausing, is_self_called;
    bool is_back; /* a no-show that UNDO brought back: its clocks are not known */
    unsigned calls;
    int64_t called_ms, first_called_ms, serving_ms, no_show_ms;
    unsigned announced; /* of `calls` */
    int64_t announced_ms, spoken_by_ms;
    uint64_t visit;
    int no_show;            /* the last one here, -1 none */
    int64_t waits_until_ms; /* NEXT has invited and waits so long for the press; 0 no */
};

/* "voice-1", ... */
struct model_voice {
    bool is_known, is_offline, is_faulted;
};

struct model_booking {
    char hash[HASH_SIZE], service[NAME_SIZE], person[HASH_SIZE];
    int64_t slot_ms; /* 0: a precheck */
    uint32_t last_day;
    bool is_used, is_missed;
    struct ticket_no ticket; /* once it is used */
};

struct model_visit {
    uint64_t seq;
    uint32_t day;
    struct ticket_no no;
    uint16_t window;
    char service[NAME_SIZE];
    char staff[STAFF_SIZE]; /* at DONE, before it at its invitation */
    uint16_t session;       /* 0: none was shown */
    bool is_open, is_rated, is_done;
    bool is_defaulted;           /* a grade that nobody gave, at the day's end */
    enum rating_channel by;      /* how it was rated */
    int64_t invited_ms, ends_ms; /* its session's: keypad_s, or linger_s after the next START */
};

struct model {
    char fault[MODEL_FAULT];
    struct hall_limits limits;
    struct rules rules;
    uint64_t seq;
    int64_t now_ms, begins_ms, ends_ms;
    uint32_t day;
    int64_t last_ticket_ms;
    int64_t opened_until_ms;     /* opened by somebody, whatever the calendar says */
    bool is_open, has_own_hours; /* some service has other hours than the hall */
    uint64_t stopped, extended;  /* sets of services */
    int64_t stopped_until_ms[SERVICES_MAX];
    unsigned ticket_count, window_count, visit_count, case_count, issued[SERVICES_MAX];
    struct model_ticket tickets[MODEL_TICKETS];
    struct model_window windows[MODEL_WINDOWS];
    struct model_voice voices[MODEL_VOICES];
    struct model_visit visits[MODEL_VISITS];
    uint64_t cases[MODEL_CASES];
    uint16_t invitation_wanted; /* the window whose session was missed for a new one, 0 none */
    unsigned booking_count;
    struct model_booking bookings[MODEL_BOOKINGS];
    uint64_t case_wanted; /* the visit whose bad rating or DONE needs a case in the same input */
    uint16_t touched[MODEL_TOUCHED]; /* staff numbers added or removed live */
    unsigned touched_count;
    uint16_t floor; /* after a restore, today: prefix A goes on from here, 0 none */
    int unheld;     /* the place of who was unheld in this input, -1 none */
};

void model_init(struct model *model, const struct hall_limits *limits);
/* One event, in order, before the core applies it. */
void model_event(struct model *model, const struct event *event);
/* After the events of one input: nothing is left half done. */
void model_settle(struct model *model);
/* The core's snapshot against the model's arrays. */
void model_compare(struct model *model, const struct snapshot *now, int64_t now_ms);
/* The set of answers (bits) that the table of keys allows this command now; 0: it says nothing about it. */
unsigned model_answers(const struct model *model, const struct command *command, int64_t now_ms);

void model_voice_event(struct model *model, const struct event *event);
/* A call stands at the window from now on. */
void model_voice_called(struct model *model, struct model_window *window, int64_t now_ms);
/* From when its citizen is waited for. */
int64_t model_heard_ms(const struct model *model, const struct model_window *window);

void model_rating_event(struct model *model, const struct event *event);
/* The day is over: no session is open, and who was asked in vain has the default grade. */
void model_end_ratings(struct model *model);
/* What the records would say of this command's ticket of an earlier day; NULL: nobody with it was ever called. */
const struct past_visit *model_past_visit(const struct model *model, const struct command *command,
                                          struct past_visit *past);
void model_booking_event(struct model *model, const struct event *event);
/* Has somebody an appointment of the service today and has not come yet? */
bool model_has_booked(const struct model *model, const char *service, const char *person);
void model_compare_bookings(struct model *model, const struct snapshot *now);

/* A ticket.issue was refused now, for this reason. */
void model_check_refused(struct model *model, const struct command *command, enum reason reason,
                         int64_t now_ms);

/* Who is next at this window, -1 nobody; and on what ground. */
int model_next(const struct model *model, const struct model_window *window, int64_t now_ms,
               enum tier *tier);
void model_check_call(struct model *model, const struct event *event, int place,
                      const struct model_window *window);
int64_t model_turn(const struct model *model, enum ticket_class class, int64_t issued_ms);
/* The turn that a ticket.issued must say. */
int64_t model_turn_of_issue(const struct model *model, const struct event *event);
/* The turn of a no-show that returns now; 0: more than one is right. */
int64_t model_return_turn(const struct model *model, int place);

void model_fault(struct model *model, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void model_ticket_event(struct model *model, const struct event *event);
bool model_has_ended(const struct model_ticket *ticket);
struct model_visit *model_visit_at(struct model *model, uint64_t seq); /* NULL: a fault is set */
int model_ticket_at(const struct model *model, struct ticket_no no);   /* -1 none */
struct model_window *model_window_at(struct model *model, uint16_t id);
const struct window_rule *model_rule(const struct model *model, uint16_t id);

#endif
