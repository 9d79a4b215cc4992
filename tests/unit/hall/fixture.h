/*
 * One hall for a test: it decides, applies and writes every event down as the journal's bytes. lab_close replays the
 * bytes into a fresh hall, from the first event and from the carry-over of the last day, and compares the digests:
 * each test is a test of replay too.
 */
#ifndef TESTS_UNIT_HALL_FIXTURE_H
#define TESTS_UNIT_HALL_FIXTURE_H

#include <check.h>

#include "controller/hall/hall.h"

enum { LAB_EVENTS = 8192 };
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

struct lab {
    struct hall_limits limits;
    uint32_t chance;
    unsigned count;
    unsigned open_tickets; /* issued and not ended */
    struct rules rules;
    struct hall *hall;
    int64_t now_ms;
    uint64_t code_hashes[CHECK_IN_CODES];
    char said[1024];          /* types of the last input's events, "ticket.done rating.invited" */
    struct decision decision; /* the last one */
    char *journal[LAB_EVENTS];
    struct event *last; /* the last event of each type stands at its number */
    struct snapshot *snapshot;
    struct waiting_now waiting[64];
};

/*
 * Services: A "social" index 1, B "tax" index 2, Z "unsolved" index 4 (opens a case), P "permit" index 5 (precheck).
 * Windows: 1 own social, 2 own social helps tax after 10 min, 3 own tax, 4 own everything, 5 own unsolved.
 * Staff 0107, 0108 (who alone may sit at window 4), 0109, 0110. It is Monday 2026-11-23, 09:00 in the hall (UTC+8),
 * which is open 09:00-12:00 and 14:00-18:00; the day runs from 04:00 to 04:00.
 */
struct lab *lab_new(void);         /* rules only: change lab->rules, then lab_begin */
void lab_begin(struct lab *lab);   /* loads the rules, begins the day, opens the hall */
struct lab *lab_open(void);        /* both */
void lab_restart(struct lab *lab); /* the hall anew from the journal's bytes, and hall.started */
void lab_close(struct lab *lab);

int64_t lab_time(int hour, int minute); /* of that Monday */
enum reason lab_take(struct lab *lab, const struct input *input);
enum reason lab_step(struct lab *lab,
                     const struct input *input); /* one decision, even with `again` */
enum reason lab_send(struct lab *lab, const struct command *command);
/* Ticks until nothing is due at this time. The events' types stand in `said`. */
void lab_tick(struct lab *lab, int64_t now_ms);
void lab_pass(struct lab *lab, int64_t ms);  /* time goes on, with ticks */
void lab_sleep(struct lab *lab, int64_t ms); /* time goes on, nothing else */
void lab_next_day(struct lab *lab);
void lab_report(struct lab *lab, enum report_kind kind, const char *device, enum role role,
                uint16_t window, uint16_t job);
void lab_online(struct lab *lab, const char *device, enum role role, uint16_t window);
void lab_reload(struct lab *lab); /* lab->rules as they are now */

/* What the keeper of the key would give for this code. */
uint64_t lab_code_hash(unsigned code);

/* Commands. A ticket by its text, "A001". */
struct command lab_command(enum command_type type, uint16_t window);
enum reason lab_key(struct lab *lab, enum command_type type, uint16_t window);
enum reason lab_issue(struct lab *lab, const char *service); /* by a command: counts at once */
enum reason lab_issue_green(struct lab *lab, const char *service);
enum reason lab_print(struct lab *lab, const char *service); /* by a key of dispenser-1 */
enum reason lab_sign_in(struct lab *lab, uint16_t window, const char *staff);
enum reason lab_call(struct lab *lab, uint16_t window, const char *ticket);
enum reason lab_rate(struct lab *lab, uint16_t window, uint16_t session, uint8_t grade);
enum reason lab_ticket(struct lab *lab, enum command_type type, const char *ticket);
struct ticket_no lab_no(const char *text);

const struct event *lab_last(const struct lab *lab, enum event_type type);
const struct window_now *lab_window(struct lab *lab, uint16_t id);
const struct service_now *lab_service(struct lab *lab, const char *id);
/* The ticket at the window as text, "" none. Static memory. */
const char *lab_at(struct lab *lab, uint16_t window);
bool lab_has_alert(struct lab *lab, const char *kind, const char *subject);

#define ck_said(lab, text) ck_assert_str_eq((lab)->said, (text))
#define ck_alert(lab, kind, subject, stands)                                                       \
    ck_assert_msg(lab_has_alert((lab), (kind), (subject)) == (stands), "%s %s %s", (kind),         \
                  (subject), (stands) ? "does not stand" : "stands")
#define ck_at(lab, id, text) ck_assert_str_eq(lab_at((lab), (id)), (text))

/* A refusal changes nothing; lab_take has already compared the digest before and after the decision. */
#define ck_refused(lab, call, wanted)                                                              \
    do {                                                                                           \
        uint64_t before_ = hall_digest((lab)->hall);                                               \
        enum reason reason_ = (call);                                                              \
        ck_assert_str_eq(reason_word(reason_), reason_word(wanted));                               \
        ck_said((lab), "");                                                                        \
        ck_assert_uint_eq(hall_digest((lab)->hall), before_);                                      \
    } while (0)

#endif
