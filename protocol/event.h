/*
 * Events: the facts of the hall, as values and as the exact bytes that journal, MQTT and SSE carry (CloudEvents 1.0,
 * structured mode, one line). One flat struct; a table in event.c says which fields each type has, must have, and
 * how they are spelled, so writing, reading and the schemas come from one place.
 * Pure but for reading (cJSON). An event is written once; nobody re-serialises what the journal holds.
 */
#ifndef PROTOCOL_EVENT_H
#define PROTOCOL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/rules.h"
#include "protocol/words.h"

enum event_type {
    EVENT_NONE,
    EVENT_HALL_STARTED,
    EVENT_HALL_STOPPED,
    EVENT_HALL_DAY_BEGAN,
    EVENT_HALL_OPENED,
    EVENT_HALL_CLOSED,
    EVENT_HALL_EXTENDED,
    EVENT_HALL_NOTICE_SET,
    EVENT_HALL_CLOCK_SET,
    EVENT_CALENDAR_SET,
    EVENT_CONFIG_LOADED,
    EVENT_SERVICE_STOPPED,
    EVENT_SERVICE_RESUMED,
    EVENT_TICKET_ISSUED,
    EVENT_TICKET_PRINTED,
    EVENT_TICKET_UNSURE,
    EVENT_TICKET_RESTORED,
    EVENT_TICKET_CHECKED_IN,
    EVENT_TICKET_NEAR,
    EVENT_TICKET_CALLED,
    EVENT_TICKET_RECALLED,
    EVENT_TICKET_ANNOUNCED,
    EVENT_TICKET_SERVING,
    EVENT_TICKET_DONE,
    EVENT_TICKET_NO_SHOW,
    EVENT_TICKET_REQUEUED,
    EVENT_TICKET_TRANSFERRED,
    EVENT_TICKET_HELD,
    EVENT_TICKET_UNHELD,
    EVENT_TICKET_UNDONE,
    EVENT_TICKET_RECLASSED,
    EVENT_TICKET_CANCELLED,
    EVENT_TICKET_EXPIRED,
    EVENT_VISIT_LINKED,
    EVENT_WINDOW_OPENED,
    EVENT_WINDOW_CLOSED,
    EVENT_WINDOW_PAUSED,
    EVENT_WINDOW_RESUMED,
    EVENT_WINDOW_ASSIGNED,
    EVENT_STAFF_SIGNED_IN,
    EVENT_STAFF_SIGNED_OUT,
    EVENT_STAFF_SET,
    EVENT_STAFF_REMOVED,
    EVENT_RATING_INVITED,
    EVENT_RATING_GIVEN,
    EVENT_RATING_REASONS_GIVEN,
    EVENT_RATING_MISSED,
    EVENT_RATING_NOT_ASKED,
    EVENT_RATING_IGNORED,
    EVENT_NOTE_ERASED,
    EVENT_CASE_OPENED,
    EVENT_CASE_CONTACTED,
    EVENT_CASE_VERIFIED,
    EVENT_CASE_RECTIFIED,
    EVENT_CASE_CLOSED,
    EVENT_CASE_APPEALED,
    EVENT_CASE_LATE,
    EVENT_APPOINTMENT_BOOKED,
    EVENT_APPOINTMENT_CANCELLED,
    EVENT_APPOINTMENT_MISSED,
    EVENT_PRECHECK_APPROVED,
    EVENT_DEVICE_ONLINE,
    EVENT_DEVICE_OFFLINE,
    EVENT_DEVICE_FAULTED,
    EVENT_DEVICE_RECOVERED,
    EVENT_DEVICE_KEYS_LOST,
    EVENT_ALERT_RAISED,
    EVENT_ALERT_ACKNOWLEDGED,
    EVENT_ALERT_CLEARED,
    EVENT_COMMAND_REFUSED,
    EVENT_REPORT_WEEKLY,
    EVENT_TYPES /* how many there are */
};

/* Every key that can stand in `data`; the order is the order of writing. `has` is a set of 1 << these. */
enum event_field {
    FIELD_TICKET, /* writes "ticket" and "ticket_id" from day and ticket */
    FIELD_VISIT,
    FIELD_SERVICE,
    FIELD_CLASS,
    FIELD_CHANNEL,
    FIELD_GROUND,
    FIELD_WINDOW,
    FIELD_STAFF,
    FIELD_TURN,
    FIELD_AHEAD,
    FIELD_ESTIMATE,
    FIELD_DISPENSER,
    FIELD_JOB,
    FIELD_CODE,
    FIELD_PERSON,
    FIELD_FOR,
    FIELD_SERVICES,
    FIELD_WAITED,
    FIELD_SERVED,
    FIELD_ASSUMED,
    FIELD_OUTCOME,
    FIELD_REASON,
    FIELD_UNTIL,
    FIELD_OWN,
    FIELD_HELPS,
    FIELD_WHY,
    FIELD_SESSION,
    FIELD_RATING_CHANNEL, /* both channels are written as "channel" */
    FIELD_GRADE,
    FIELD_REASONS,
    FIELD_AFTER,
    FIELD_SUSPICIOUS,
    FIELD_COUNT,
    FIELD_NOTE,
    FIELD_NOTE_HASH,
    FIELD_CASE,
    FIELD_CASE_KIND,
    FIELD_DUE,
    FIELD_DEVICE,
    FIELD_BUS,
    FIELD_ROLE,
    FIELD_WHAT,
    FIELD_SERIAL,
    FIELD_BOOTS,
    FIELD_DONE_JOB,
    FIELD_ALERT,
    FIELD_ALERT_KIND,
    FIELD_SUBJECT,
    FIELD_NAME,
    FIELD_DAY,
    FIELD_BEGINS,
    FIELD_ENDS,
    FIELD_SPANS,
    FIELD_PREVIOUS_HASH,
    FIELD_TEXT,
    FIELD_RULES,
    FIELD_RULES_HASH,
    FIELD_PROJECT,
    FIELD_TASK,
    FIELD_PRO_STATUS,
    FIELD_CASE_OUTCOME,
    FIELD_CAUSE,
    FIELD_SLOT,
    FIELD_CODE_HASH, /* writes "code_end" and "code_hash": the code itself stands in no event */
    EVENT_FIELDS
};
#define EVENT_HAS(field) (UINT64_C(1) << (field))

/* "services", "own", "helps": ids in order; is_all is written ["*"]. Not more than 24 named, else say "*". */
enum { NAMES_MAX = 24 };
struct name_list {
    bool is_all;
    uint8_t count;
    char names[NAMES_MAX][NAME_SIZE];
};

struct passed {
    struct ticket_no ticket;
    char reason[WORD_SIZE]; /* class, place, bound, not_own, help_later, ... */
};

/* Why this one was called: {"turn","class","tier","passed":[...],"passed_count"}. */
struct why {
    int64_t turn_ms;
    enum ticket_class class;
    enum tier tier;
    uint8_t passed_listed; /* at most PASSED_MAX */
    uint32_t passed_count; /* all of them */
    struct passed passed[PASSED_MAX];
};

struct time_span {
    int64_t begin_ms, end_ms; /* milliseconds since 1970 UTC, end excluded */
};

struct span_list {
    uint8_t count;
    struct time_span spans[SPANS_MAX];
};

/*
 * A day's opening times as absolute times: the hall's, and those of each service whose week differs
 * (`differs` bit = its index; `services[k]` belongs to the k-th set bit; at most 16 services differ).
 * The bytes name services by id only: event_read leaves `differs` 0, and who applies the event sets it from service_ids.
 */
enum { DIFFERING_MAX = 16 };
struct day_times {
    struct span_list hall;
    uint64_t differs;
    uint8_t service_count;
    char service_ids[DIFFERING_MAX][NAME_SIZE];
    struct span_list services[DIFFERING_MAX];
};

/* The fields stand by meaning, which costs 56 bytes an event. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct event {
    uint64_t seq;    /* the CloudEvents id; set by the core: its last applied seq + 1, + 2, ... */
    int64_t time_ms; /* hall time, milliseconds since 1970 UTC */
    enum event_type type;
    struct by by;
    uint64_t has; /* which of the fields below are meant */

    uint32_t day; /* YYYYMMDD: the ticket's hall day, or of hall.day_began */
    struct ticket_no ticket;
    uint64_t visit; /* seq of the ticket.called that began it */
    char service[NAME_SIZE];
    enum ticket_class class;
    enum ticket_channel channel;
    enum ground ground;
    uint16_t window;
    char staff[STAFF_SIZE];
    int64_t turn_ms;
    uint16_t ahead;
    uint32_t estimate_s[2]; /* low, high */
    char dispenser[NAME_SIZE];
    uint16_t job;
    uint16_t code;          /* 0..9999, written as four digits */
    char person[HASH_SIZE]; /* a keyed hash of the day, hex */
    uint16_t for_count;
    uint32_t waited_s, served_s, after_s;
    bool assumed;
    enum outcome outcome;
    char reason[WORD_SIZE];
    int64_t until_ms;
    uint16_t session;
    enum rating_channel rating_channel;
    uint8_t grade;
    uint8_t reason_count;
    uint16_t reasons[RATING_REASONS_MAX]; /* national codes */
    uint8_t suspicious;                   /* set of enum suspicion */
    uint32_t count;
    uint64_t note;
    char note_hash[HASH_SIZE];
    uint64_t case_seq; /* written "C-" + seq of case.opened */
    enum case_kind case_kind;
    enum case_outcome case_outcome;
    enum case_cause cause;
    int64_t due_ms;
    char device[NAME_SIZE], bus[NAME_SIZE];
    enum role role;
    char what[WHAT_SIZE];
    uint32_t serial;
    uint16_t boots, done_job;
    uint64_t alert; /* seq of its alert.raised */
    char alert_kind[WORD_SIZE], subject[NAME_SIZE], name[WORD_SIZE];
    int64_t begins_ms, ends_ms;
    char hash[HASH_SIZE]; /* previous_hash of hall.day_began, rules_hash of config.loaded */
    char project[COMMAND_ID_SIZE], task[COMMAND_ID_SIZE];
    uint8_t pro_status;
    int64_t slot_ms;              /* when an appointment begins */
    char code_end[CODE_END_SIZE]; /* the last two digits of an appointment's or a precheck's code */
    char code_hash[HASH_SIZE];    /* keyed; of the whole code */
    union {                       /* no type has two of these */
        struct why why;
        struct {
            struct name_list own, helps;
        } assigned; /* FIELD_SERVICES uses `own` */
        struct day_times times;
        char text[TEXT_SIZE];
        const struct rules *rules; /* borrowed: lives as long as the event is used */
    } more;
};

/* What stands around every event of one hall and store. */
struct event_source {
    char hall[NAME_SIZE];
    uint32_t era;       /* written as 8 hex digits */
    int utc_offset_min; /* of the moment the event is written */
};

/* "ticket.called": without the "hallq." that the CloudEvents type has. NULL for EVENT_NONE. */
const char *event_type_name(enum event_type type);
enum event_type event_type_of(const char *name);
/* Fields that a type must have, and may have. */
uint64_t event_required(enum event_type type);
uint64_t event_allowed(enum event_type type);
/* Starts an event of this type with no field set; clears everything before `more`. */
void event_init(struct event *event, enum event_type type, int64_t now_ms, const struct by *by);

/*
 * Writes one line without a line end. Asserts that the required fields are there and no other. Returns the bytes
 * written without NUL, or HALL_FULL.
 */
int event_write(const struct event *event, const struct event_source *source, char *out,
                size_t size);
/*
 * Reads the journal's own bytes back (replay, rebuild, checks). For config.loaded the rules are read into `rules`
 * (may be NULL: then the event's rules are NULL). `source` may be NULL. HALL_INVALID: not one of our events; `fault`
 * (WHAT_SIZE bytes, may be NULL) says why.
 */
enum hall_error event_read(const char *bytes, size_t length, struct event *event,
                           struct event_source *source, struct rules *rules, char *fault);

#endif
