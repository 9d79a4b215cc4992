/*
 * The rules part of the config: everything the core needs to decide, and no name of a person. It travels in
 * `config.loaded`, so a journal replays by itself. The JSON has the config's own keys with every default filled in.
 * A plain value: fixed arrays, no pointers, about 60 KiB; the owner decides where it lives.
 */
#ifndef PROTOCOL_RULES_H
#define PROTOCOL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/json.h"
#include "protocol/words.h"

/* Sets of services: bit i stands for the service with index i (1..63). */

#define SERVICES_ALL UINT64_MAX

struct span {
    int16_t begin_min; /* minutes since local midnight, 0..1440 */
    int16_t end_min;   /* later than begin_min, at most 1440 */
};

struct day_spans {
    uint8_t count;
    struct span spans[SPANS_MAX]; /* in order, not overlapping */
};

struct extra_day {
    uint32_t date; /* YYYYMMDD */
    struct day_spans spans;
};

/* is_always: no calendar in the file. Of a service: only the days whose bit stands in `named` differ from the hall's. */
struct calendar_rule {
    bool is_always;
    uint8_t named; /* bit 0 = Monday */
    struct day_spans week[7];
    uint16_t holiday_count;
    uint32_t holidays[HOLIDAYS_MAX];
    uint16_t extra_count;
    struct extra_day
        extra[EXTRA_DAYS_MAX + DAY_CHANGES_MAX]; /* the file has the first part at most */
    uint16_t last_ticket_minutes;
};

/* What of the hall's week a service changes. */
struct service_week {
    uint8_t named;
    struct day_spans week[7];
};

struct service_rule {
    char id[NAME_SIZE]; /* "" = no service at this index */
    char prefix[3];
    uint16_t first, last;   /* numbers, 1..999 */
    uint16_t wait_minutes;  /* 0 none */
    uint16_t serve_minutes; /* 0 none */
    uint16_t quota;         /* tickets a day, 0 none */
    bool needs_precheck;
    bool opens_case;
    struct service_week week;
};

struct class_rule {
    bool is_always; /* advance_minutes "always" */
    uint32_t advance_minutes;
    uint32_t channels; /* bit 1 << enum class_source */
    uint64_t services;
};

/*
 * Words of classes.*.by, by who sends the command: a dispenser's key; the code of a precheck, which the class was
 * approved with; a log-in or token of the role guide; any other log-in or token; MQTT and `hallq send`.
 */
enum class_source { SOURCE_KEY, SOURCE_CODE, SOURCE_GUIDE, SOURCE_PAGE, SOURCE_COMMAND };

struct window_rule {
    uint16_t id;  /* 1..999 */
    uint64_t own; /* SERVICES_ALL for "*" */
    uint64_t helps;
    uint16_t help_after_minutes; /* default 10 */
    bool auto_call;
    char voice
        [NAME_SIZE]; /* the device that speaks of its calls; "" none. Made from buses and zones */
    uint8_t staff_count;       /* 0 = anyone */
    uint16_t staff[COVER_MAX]; /* staff numbers, A first */
};

struct staff_rule {
    uint16_t number;
    char id[STAFF_SIZE];
};

struct rating_rule {
    uint32_t keypad_s, linger_s, rate_first_s, reason_s, too_fast_ms, too_short_s;
    uint8_t default_grade;             /* 0 none */
    uint32_t until_days[9];            /* by enum rating_channel; 0 = the hall day's end */
    uint32_t contact_days, close_days; /* working days */
};

struct rules {
    uint8_t service_count;
    struct service_rule services[SERVICES_MAX]; /* at its index; 0 unused */
    struct class_rule classes[5];               /* by enum ticket_class */
    uint16_t window_count;
    struct window_rule windows[WINDOWS_MAX]; /* in the file's order */
    uint16_t staff_count;
    struct staff_rule staff[STAFF_MAX];
    bool require_sign_in;
    uint32_t cover_after_minutes;
    bool unserved_stops; /* when_unserved: stop */
    bool pin;
    uint16_t pause_reasons; /* bit n = wire value n is known */
    struct calendar_rule calendar;
    struct {
        uint32_t slot_minutes, per_slot, days_ahead, grace_minutes, early_minutes;
    } appointments;
    struct {
        uint32_t minutes, behind, times, after_s, after_green_s;
    } no_show;
    uint32_t start_after_s, mistake_s, recalls, near_ahead;
    struct rating_rule rating;
    struct {
        uint32_t bad_share_percent, bad_least, bad_minutes, idle_minutes;
    } alerts;
    uint32_t estimate_least;
};

/* "09:00-12:00 14:00-18:00", "" for a day without spans. `out` holds WHAT_SIZE bytes. */
void hours_format(const struct day_spans *spans, char *out);
/* False: not such a text, `out` is untouched. */
bool hours_parse(const char *text, struct day_spans *out);

/* The defaults of hallq.example.jsonc; no service, no window. */
void rules_defaults(struct rules *rules);
/*
 * Reads the rules' keys of a config's top object (or of config.loaded's `rules`) over the defaults. Every mistake goes
 * to the document's mistakes with its path; keys that are not the rules' are left to the caller. Names, labels and
 * stars that stand beside rules in the config ("name", "label", "zone", ...) are accepted here and read by the config.
 */
void rules_read(struct json_doc *doc, const struct json *top, struct rules *rules);
/* Canonical JSON with all defaults; the same rules give the same bytes. Returns bytes written or HALL_FULL. */
int rules_write(const struct rules *rules, char *out, size_t size);

/* Index of the service with this id, 0 none. */
unsigned rules_service(const struct rules *rules, const char *id);
/* NULL when there is none. */
const struct window_rule *rules_window(const struct rules *rules, uint16_t id);
const struct staff_rule *rules_staff(const struct rules *rules, uint16_t number);

#endif
