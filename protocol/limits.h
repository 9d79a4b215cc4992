/*
 * The hard bounds of every word and list that travels. A config may ask for less (its `limits`), never for more.
 * All sizes of texts are in bytes, with the closing NUL where an array is declared from them.
 */
#ifndef PROTOCOL_LIMITS_H
#define PROTOCOL_LIMITS_H

enum {
    NAME_SIZE = 33,       /* an id of a hall, service, bus, device, zone: [a-z0-9-]{1,32} and NUL */
    STAFF_SIZE = 9,       /* a staff number as written, "0107": at most eight digits and NUL */
    COMMAND_ID_SIZE = 65, /* [A-Za-z0-9._-]{1,64} and NUL */
    WORD_SIZE = 33,       /* a reason, kind or outcome: [a-z0-9_]{1,32} and NUL */
    WHAT_SIZE = 129,      /* a short text for people, UTF-8 */
    TEXT_SIZE = 1025,     /* a long text for people (notice), UTF-8 */
    TICKET_SIZE = 6,      /* "AB001" and NUL */
    TICKET_ID_SIZE = 15,  /* "20261123-AB001" and NUL */
    TOKEN_SIZE = 36,   /* a ticket_id, "-", 20 hex digits and NUL: what the QR on a ticket proves */
    TIME_SIZE = 30,    /* "2026-11-23T09:31:02.123+08:00" and NUL */
    HASH_SIZE = 65,    /* 32 bytes in hex and NUL */
    CODE_END_SIZE = 3, /* two digits and NUL */
    CHECK_IN_CODES = 10000, /* check-in codes 0000..9999 */
    SERVICES_MAX = 64,      /* services stand at their index 1..63; place 0 is never used */
    WINDOWS_MAX = 256,
    WINDOW_ID_MAX = 999,
    STAFF_MAX = 1024,
    STAFF_NUMBER_MAX = 65535,
    DEVICES_MAX = 512,
    BUSES_MAX = 8,
    TICKETS_MAX = 20000, /* tickets of one hall day */
    TICKET_NUMBER_MAX = 999,
    TICKET_JOB_MAX = 60000, /* print jobs of tickets; those above are the controller's slips */
    COVER_MAX = 8,          /* staff named for one window (A, B, ...) */
    SPANS_MAX = 8,          /* spans of one day */
    HOLIDAYS_MAX = 128,
    EXTRA_DAYS_MAX = 64,
    DAY_CHANGES_MAX = 64,   /* days that calendar.set has changed, from today on */
    PAUSE_REASONS_MAX = 16, /* wire values 1..15 */
    RATING_REASONS_MAX = 8,
    PASSED_MAX = 8,          /* passed-over tickets that a `why` names */
    EVENTS_PER_INPUT = 16,   /* one input never gives more */
    EVENT_JSON_MAX = 131072, /* bytes of one event, config.loaded being the largest */
    COMMAND_JSON_MAX = 65536
};

#endif
