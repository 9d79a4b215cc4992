/*
 * Commands: one vocabulary for keys, pages, MQTT and CLI. A flat value; a table in command.c says which arguments each
 * command must and may have. A key press becomes a command too (controller/press.c), so the core knows one language.
 */
#ifndef PROTOCOL_COMMAND_H
#define PROTOCOL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/event.h"
#include "protocol/reason.h"

enum command_type {
    COMMAND_NONE,
    COMMAND_TICKET_ISSUE,
    COMMAND_TICKET_CANCEL,
    COMMAND_TICKET_REQUEUE,
    COMMAND_TICKET_RECLASS,
    COMMAND_TICKET_CHECK_IN,
    COMMAND_WINDOW_NEXT,
    COMMAND_WINDOW_RECALL,
    COMMAND_WINDOW_NO_SHOW,
    COMMAND_WINDOW_START,
    COMMAND_WINDOW_DONE,
    COMMAND_WINDOW_PAUSE,
    COMMAND_WINDOW_RESUME,
    COMMAND_WINDOW_OPEN,
    COMMAND_WINDOW_CLOSE,
    COMMAND_WINDOW_TRANSFER,
    COMMAND_WINDOW_CALL,
    COMMAND_WINDOW_HOLD,
    COMMAND_WINDOW_UNHOLD,
    COMMAND_WINDOW_UNDO,
    COMMAND_WINDOW_HELP,
    COMMAND_WINDOW_ASSIGN,
    COMMAND_STAFF_SIGN_IN,
    COMMAND_STAFF_SIGN_OUT,
    COMMAND_STAFF_SET,
    COMMAND_STAFF_REMOVE,
    COMMAND_SERVICE_STOP,
    COMMAND_SERVICE_RESUME,
    COMMAND_HALL_CLOSE,
    COMMAND_HALL_OPEN,
    COMMAND_HALL_EXTEND,
    COMMAND_HALL_NOTICE,
    COMMAND_HALL_TIME,
    COMMAND_CALENDAR_SET,
    COMMAND_VISIT_LINK,
    COMMAND_RATING_INVITE,
    COMMAND_RATING_GIVE,
    COMMAND_RATING_REASONS,
    COMMAND_CASE_CONTACT,
    COMMAND_CASE_VERIFY,
    COMMAND_CASE_RECTIFY,
    COMMAND_CASE_CLOSE,
    COMMAND_CASE_APPEAL,
    COMMAND_NOTE_ERASE,
    COMMAND_APPOINTMENT_BOOK,
    COMMAND_APPOINTMENT_CANCEL,
    COMMAND_PRECHECK_APPROVE,
    COMMAND_ALERT_ACKNOWLEDGE,
    COMMAND_DEVICE_IDENTIFY,
    COMMAND_DEVICE_TEST,
    COMMAND_EVENTS_REPLAY,
    COMMAND_TYPES
};

/* Keys of a command's object, besides id, time, expires, by. `has` is a set of 1 << these. */
enum command_field {
    ARG_TICKET, /* "A001" (today: day 0) or "20261123-A001" */
    ARG_SERVICE,
    ARG_SERVICES,
    ARG_CLASS,
    ARG_GROUND,
    ARG_CHANNEL,
    ARG_PERSON,
    ARG_FOR,
    ARG_PRINT,
    ARG_CODE,
    ARG_WINDOW,
    ARG_TO_WINDOW,
    ARG_OUTCOME,
    ARG_REASON,
    ARG_FORCE,
    ARG_PLACE,
    ARG_OWN,
    ARG_HELPS,
    ARG_UNTIL,
    ARG_STAFF,
    ARG_TEXT,
    ARG_SESSION,
    ARG_GRADE,
    ARG_RATING_CHANNEL,
    ARG_REASONS,
    ARG_TOKEN,
    ARG_CASE,
    ARG_ALERT,
    ARG_DEVICE,
    ARG_FROM,
    ARG_TO,
    ARG_DATE,
    ARG_SPANS,
    ARG_PROJECT,
    ARG_TASK,
    ARG_PRO_STATUS,
    ARG_NOTE,
    ARG_SLOT,
    ARG_CONTACT,
    ARG_PIN,
    ARG_CASE_OUTCOME,
    ARG_CAUSE,
    ARG_AT,
    COMMAND_FIELDS
};
#define COMMAND_HAS(field) (UINT64_C(1) << (field))

/* Four or five digits, none of them a leading 0: a terminal sends a number of 16 bits. */
enum { PIN_MIN = 1000, PIN_MAX = 65535 };

struct command {
    enum command_type type;
    char id[COMMAND_ID_SIZE];    /* "" none */
    int64_t time_ms, expires_ms; /* 0 none */
    struct by by;                /* by.kind is set by who received it, never by the sender */
    uint64_t has;

    uint32_t day; /* of ticket; 0 today */
    struct ticket_no ticket;
    char service[NAME_SIZE];
    struct name_list services; /* or own */
    struct name_list helps;
    enum ticket_class class;
    enum ground ground;
    /*
     * A key's is the dispenser's. A program may say kiosk or web, for whoever asked it; of others, and where it says
     * none, the core knows it from who sent the command.
     */
    enum ticket_channel channel;
    /* As the sender knows them; the core is given the keyed hash of the day instead. */
    char person[WORD_SIZE];
    uint16_t for_count;
    char print[NAME_SIZE]; /* a dispenser */
    uint16_t code;
    uint16_t window, to_window;
    enum outcome outcome;
    char reason[WORD_SIZE]; /* pause: the wire value as text, "1"; else a word or short text */
    bool force;
    enum place place;
    int64_t until_ms, slot_ms;
    char staff[STAFF_SIZE];
    char text[TEXT_SIZE];
    char contact[WHAT_SIZE];
    uint16_t session;
    uint8_t grade;
    enum rating_channel rating_channel;
    uint8_t reason_count;
    uint16_t reasons[RATING_REASONS_MAX];
    char token[COMMAND_ID_SIZE];
    uint64_t case_seq, alert, note;
    enum case_outcome case_outcome;
    enum case_cause cause;
    char device[NAME_SIZE];
    uint64_t from, to;
    uint32_t date;
    struct day_spans spans; /* calendar.set without them: the file counts again */
    char project[COMMAND_ID_SIZE], task[COMMAND_ID_SIZE];
    uint8_t pro_status;
    int64_t at_ms;
    uint16_t pin; /* PIN_MIN..PIN_MAX: never in an event, kept hashed; the core is not told it */
    /*
     * staff.sign_in: the hall's PIN is asked for, where it wants one. Set by who received it, as by.kind is: a key of a
     * terminal, and a page whose log-in is not that of the person. Whose own password stood at the door, and programs
     * (MQTT, API tokens, the local socket), which answer for whom they name, are asked for none; but a PIN that they
     * hand on is looked at.
     */
    bool needs_pin;
    /*
     * Sent by the guide desk: a page's log-in, or a token, of the role guide. Set by who received it, as by.kind is: it
     * decides which classes may be had (classes.*.by), so no sender says it.
     */
    bool is_guide;
};

/* "ticket.issue"; NULL for COMMAND_NONE. */
const char *command_name(enum command_type type);
enum command_type command_of_name(const char *name);
/*
 * Reads a command's JSON object (at most COMMAND_JSON_MAX bytes). Returns REASON_NONE, or REASON_MALFORMED,
 * REASON_TOO_LARGE, REASON_UNKNOWN_COMMAND with `fault` (WHAT_SIZE bytes) naming the key, what was found and what would
 * be right. Even then `id` is taken over where it is valid, so that the answer finds its way. `by` of the sender gives
 * by.id only. Unknown keys are faults.
 */
enum reason command_read(const char *name, const char *bytes, size_t length,
                         struct command *command, char *fault);
/* For `hallq send` and the tests. */
int command_write(const struct command *command, char *out, size_t size);

/* What a command is answered. Built by whoever owns the hall. */
struct answer {
    const char *raw; /* borrowed: the JSON answered to this id before; then nothing else counts */
    char id[COMMAND_ID_SIZE];
    enum reason reason;      /* REASON_NONE = ok */
    char message[WHAT_SIZE]; /* "" = the reason's own text */
    uint64_t first_seq;      /* events it made: first_seq .. first_seq + event_count - 1 */
    unsigned event_count;
    struct ticket_no ticket; /* issued, or called */
    uint32_t day;
    uint16_t code;
    bool has_code;
    const char *items; /* events.replay: a JSON array of whole events, borrowed; NULL none */
    size_t items_length;
    bool has_more;
};
/* {"id","ok":true,"events":[...],...} or {"id","ok":false,"reason","message","message_zh"}. */
int answer_write(const struct answer *answer, char *out, size_t size);
/* Empties the list "events" of a written answer, for who may not count events. Bytes that are left. */
int answer_hide_events(char *bytes, int length);

#endif
