/*
 * What devices say: a report is the only thing that goes from devices/ to the hall. Codes are those of the reference
 * map whatever the profile; a unit's parts are told apart by `part`.
 */
#ifndef PROTOCOL_KEY_H
#define PROTOCOL_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"

enum terminal_key {
    KEY_NEXT = 1,
    KEY_RECALL,
    KEY_NO_SHOW,
    KEY_PAUSE,
    KEY_RESUME,
    KEY_TRANSFER,
    KEY_DONE,
    KEY_INVITE,
    KEY_SIGN_IN,
    KEY_SIGN_OUT,
    KEY_CALL,
    KEY_START,
    KEY_HELP,
    KEY_HOLD,
    KEY_UNHOLD,
    KEY_UNDO,
    KEY_PIN
};
enum dispenser_key { KEY_TICKET = 256, KEY_CHECK_IN = 512 }; /* KEY_TICKET + k, k 1..32 */
enum keypad_key { KEY_REASON = 16 }; /* 1..5 grades, KEY_REASON + r, r 1..8 */

enum report_kind {
    REPORT_NONE,
    REPORT_KEY, /* part, code, argument, count, epoch, is_old */
    REPORT_ONLINE, /* the baseline is taken: serial, boots, firmware, done_job; job: held unprinted, 0 none */
    REPORT_OFFLINE, /* what */
    REPORT_FAULTED, /* what: "paper out", "kind 3, expected 2", ... */
    REPORT_RECOVERED,
    REPORT_KEYS_LOST,   /* count: how many */
    REPORT_PRINTED,     /* job */
    REPORT_NOT_PRINTED, /* job, what: the result is not 0 */
    REPORT_UNSURE, /* job; rebooted: it will not be sent again; else the line was lost and it may still come */
    REPORT_SLIP_OVER, /* job: no ticket's; printed or lost, it is not sent again */
    REPORT_BUS_DOWN,  /* what; device is "" */
    REPORT_BUS_UP,
    REPORT_ABLE, /* what: "" or "not able to identify": the answer to an identify */
    REPORT_SPOKEN, /* count: the number of a voice's line that is over: said to its end, or `what` says why not */
    REPORT_REMOVED /* from the config, by a reload; no bus says it */
};

struct device_report {
    enum report_kind kind;
    char bus[NAME_SIZE];
    char device[NAME_SIZE];
    enum role role;  /* of the device */
    enum role part;  /* terminal, keypad or board: of a unit the part, else the role */
    int64_t mono_us; /* CLOCK_MONOTONIC when the answer's last byte had come */
    uint16_t code, argument;
    uint32_t epoch; /* the device's baselines, counted from 1; a caller's: its bus's opening */
    uint16_t count; /* key event count of this press */
    bool
        is_old; /* pressed before the baseline: see 4-devices (only keypads' old presses are reported) */
    bool is_last; /* the last press of one reading: the one that is answered */
    bool rebooted;
    bool is_out; /* FAULTED: a printer prints nothing until it recovers, or is faulted otherwise */
    uint32_t serial;
    uint16_t boots, firmware, done_job, job, lost;
    char what[WHAT_SIZE];
};

#endif
