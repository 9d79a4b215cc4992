/*
 * The closed lists of words that events, commands, images and snapshots share, and their spelling in JSON.
 * Each enum starts at 0 = none, so that a zeroed value says nothing rather than something wrong.
 * Pure: no I/O, no allocation. `x_word` returns a static text ("" for none); `x_of_word` returns 0 for an unknown word.
 */
#ifndef PROTOCOL_WORDS_H
#define PROTOCOL_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/limits.h"

/* Errors of our own functions: 0 is well. What the outside does wrong is a value of this kind; what we do wrong asserts. */
enum hall_error {
    HALL_OK = 0,
    HALL_INVALID = -1, /* the input does not have the promised form */
    HALL_FULL = -2,    /* a stated bound is reached, or the disk is full */
    HALL_MISSING = -3, /* no such thing */
    HALL_BUSY = -4,    /* somebody else holds it */
    HALL_IO = -5,      /* the system refused; the log says what */
    HALL_TIMEOUT = -6,
    HALL_GONE = -7,  /* the line or the peer went away */
    HALL_BROKEN = -8 /* a checksum or the chain does not match */
};

enum ticket_class { CLASS_NONE, CLASS_NORMAL, CLASS_APPOINTMENT, CLASS_GREEN, CLASS_CREDIT };
enum ticket_channel {
    CHANNEL_NONE,
    CHANNEL_DISPENSER,
    CHANNEL_KIOSK,
    CHANNEL_GUIDE,
    CHANNEL_APPOINTMENT,
    CHANNEL_PRECHECK,
    CHANNEL_WEB,
    CHANNEL_COMMAND
};
enum ground {
    GROUND_NONE,
    GROUND_ELDERLY,
    GROUND_DISABLED,
    GROUND_PREGNANT,
    GROUND_MILITARY,
    GROUND_COMPATRIOT,
    GROUND_OTHER
};
enum ticket_state {
    TICKET_NONE,
    TICKET_PRINTING,
    TICKET_UNSURE,
    TICKET_WAITING,
    TICKET_CALLED,
    TICKET_SERVING,
    TICKET_DONE,
    TICKET_NO_SHOW,
    TICKET_HELD,
    TICKET_TRANSFERRED,
    TICKET_CANCELLED,
    TICKET_EXPIRED
};
enum window_state {
    WINDOW_NONE,
    WINDOW_CLOSED,
    WINDOW_OPEN,
    WINDOW_CALLING,
    WINDOW_SERVING,
    WINDOW_PAUSED
};
/* The values are DONE's argument on the wire. */
enum outcome {
    OUTCOME_NONE,
    OUTCOME_DONE,
    OUTCOME_ACCEPTED,
    OUTCOME_TO_FOLLOW,
    OUTCOME_TOLD_MISSING,
    OUTCOME_NOT_HERE
};
enum tier { TIER_NONE, TIER_OWN, TIER_HELP, TIER_BOUND, TIER_NUMBER, TIER_IDLE };
enum rating_channel {
    RATING_CHANNEL_NONE,
    RATING_KEYPAD,
    RATING_TABLET,
    RATING_QR,
    RATING_PC,
    RATING_MOBILE,
    RATING_PHONE,
    RATING_SMS,
    RATING_DEFAULT
};
/* Bits of a set; JSON is an array of words in this order. */
enum suspicion { SUSPICION_TOO_FAST = 1, SUSPICION_TOO_SHORT = 2, SUSPICION_RUN = 4 };
enum by_kind { BY_NONE, BY_KEY, BY_DEVICE, BY_PAGE, BY_MQTT, BY_CLI, BY_RULE };
/* The values are the register `kind` of the reference map; printer and voice have none there. */
enum role {
    ROLE_NONE,
    ROLE_DISPENSER,
    ROLE_TERMINAL,
    ROLE_KEYPAD,
    ROLE_BOARD,
    ROLE_UNIT,
    ROLE_PRINTER,
    ROLE_VOICE
};
/* What is spoken on a line; the config's words are in devices/driver.c. */
enum bus_protocol {
    PROTOCOL_NONE,
    PROTOCOL_MODBUS_RTU,
    PROTOCOL_MODBUS_TCP,
    PROTOCOL_FF68,
    PROTOCOL_ONBON,
    PROTOCOL_ALPHA,
    PROTOCOL_SYN6288,
    PROTOCOL_XFS5152,
    PROTOCOL_ESCPOS
};
enum case_kind { CASE_NONE, CASE_BAD_RATING, CASE_UNSOLVED };
/* What a step of a case came to: the contact, the verification, the closing. */
enum case_outcome {
    CASE_OUTCOME_NONE,
    CASE_REACHED,
    CASE_UNREACHED,
    CASE_ANONYMOUS, /* nobody can be asked: no contact was left */
    CASE_TRUE,
    CASE_MISTAKEN,
    CASE_MALICIOUS,
    CASE_SATISFIED,
    CASE_NOT_SATISFIED,
    CASE_UNKNOWN
};
/* What a bad rating came from, as the rectification says. */
enum case_cause {
    CAUSE_NONE,
    CAUSE_MANNER,
    CAUSE_SKILL,
    CAUSE_WAIT,
    CAUSE_PAPERS,
    CAUSE_PROCESS,
    CAUSE_SYSTEM,
    CAUSE_PLACE,
    CAUSE_RULES,
    CAUSE_OTHER
};
enum place { PLACE_NONE, PLACE_KEEP, PLACE_NOW };

/* Who did it: {"kind","id"}. id is a device id, a page user, a command's sender, or the name of the rule. */
struct by {
    enum by_kind kind;
    char id[COMMAND_ID_SIZE];
};

/* A number on paper: prefix of one or two letters and 1..999. prefix[0] == 0 means none. */
struct ticket_no {
    char prefix[3];
    uint16_t number;
};

const char *class_word(enum ticket_class value);
enum ticket_class class_of_word(const char *word);
const char *channel_word(enum ticket_channel value);
enum ticket_channel channel_of_word(const char *word);
const char *ground_word(enum ground value);
enum ground ground_of_word(const char *word);
const char *ticket_state_word(enum ticket_state value);
enum ticket_state ticket_state_of_word(const char *word);
const char *window_state_word(enum window_state value);
enum window_state window_state_of_word(const char *word);
const char *outcome_word(enum outcome value); /* done accepted to_follow told_missing not_here */
enum outcome outcome_of_word(const char *word);
const char *tier_word(enum tier value);
enum tier tier_of_word(const char *word);
const char *rating_channel_word(enum rating_channel value);
enum rating_channel rating_channel_of_word(const char *word);
const char *by_kind_word(enum by_kind value);
enum by_kind by_kind_of_word(const char *word);
const char *role_word(enum role value);
enum role role_of_word(const char *word);
const char *case_kind_word(enum case_kind value);
enum case_kind case_kind_of_word(const char *word);
const char *case_outcome_word(enum case_outcome value);
enum case_outcome case_outcome_of_word(const char *word);
const char *case_cause_word(enum case_cause value);
enum case_cause case_cause_of_word(const char *word);
const char *place_word(enum place value);
enum place place_of_word(const char *word);

/* "A001". `out` holds TICKET_SIZE bytes; none gives "". */
void ticket_no_format(struct ticket_no ticket, char *out);
/* Takes "A001", "AB001" (letters A-Z, exactly three digits, 001..999); HALL_INVALID leaves `out` untouched. */
enum hall_error ticket_no_parse(const char *text, struct ticket_no *out);
bool ticket_no_equal(struct ticket_no a, struct ticket_no b);
/* "20261123-A001"; `day` is YYYYMMDD. `out` holds TICKET_ID_SIZE bytes. */
void ticket_id_format(uint32_t day, struct ticket_no ticket, char *out);
enum hall_error ticket_id_parse(const char *text, uint32_t *day, struct ticket_no *ticket);

/* RFC 3339 with milliseconds and the given offset. time_ms: milliseconds since 1970 UTC. `out` holds TIME_SIZE bytes. */
void time_format(int64_t time_ms, int utc_offset_min, char *out);
/* Takes any RFC 3339 date-time with offset or Z, with or without a fraction. */
enum hall_error time_parse(const char *text, int64_t *time_ms);
/* Civil dates as YYYYMMDD <-> days since 1970-01-01; weekday 0 = Monday. */
int32_t date_to_days(uint32_t date);
uint32_t date_of_days(int32_t days);
unsigned date_weekday(uint32_t date);
bool date_is_valid(uint32_t date);

#endif
