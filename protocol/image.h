/*
 * What a device should show. An image is a value: the controller makes it from the snapshot, the bus drives the device
 * until it shows it. Text is UTF-8 here; the driver encodes it (GBK for the reference map).
 */
#ifndef PROTOCOL_IMAGE_H
#define PROTOCOL_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"

enum lamp { LAMP_CLOSED, LAMP_READY, LAMP_CALLING, LAMP_SERVING, LAMP_PAUSED, LAMP_RATING };
enum keypad_state { KEYPAD_IDLE, KEYPAD_INVITE, KEYPAD_THANKS, KEYPAD_CLOSED, KEYPAD_REASONS };
enum board_style {
    STYLE_RED = 0,
    STYLE_GREEN = 1,
    STYLE_AMBER = 2,
    STYLE_FLASH = 16,
    STYLE_SCROLL = 32
};
enum {
    BOARD_TEXT_SIZE = 385,
    PLAIN_TEXT_SIZE = 126,
    JOB_TEXT_SIZE = 601,
    QR_SIZE = 129,
    STAFF_NAME_SIZE = 49,
    DISPENSER_KEYS = 32,
    VOICE_LINES = 4,
    VOICE_TEXT_SIZE = 301
};

/* The answer to one press: belongs to the press with this epoch and count (see struct device_report). */
struct key_answer {
    uint32_t
        epoch; /* 0 = no answer yet since the device came online: the driver keeps its baseline */
    uint16_t count;
    uint16_t answer; /* 1..11 */
};

struct terminal_image {
    struct ticket_no ticket; /* none: prefix[0] 0 */
    uint16_t waiting;        /* people waiting for this window */
    uint16_t lamp;           /* enum lamp */
    struct key_answer answer;
};

struct keypad_image {
    uint16_t state;   /* enum keypad_state */
    uint16_t session; /* while invite, thanks or reasons, else 0 */
    uint16_t stars;
    char staff[STAFF_SIZE];
    char name[STAFF_NAME_SIZE];
    struct key_answer answer; /* 1: the rating counts; for raters that are told so */
};

struct board_image {
    uint16_t style;             /* enum board_style */
    char text[BOARD_TEXT_SIZE]; /* lines by LF */
    /* The same in digits and Latin letters alone, for signs that have no others: "A012 -> 3". */
    char plain[PLAIN_TEXT_SIZE];
};

/* The oldest ticket that is still to be printed. job 0 = none. Written once per job number, never again after a reboot. */
struct print_job {
    uint16_t job;
    bool is_slip; /* no ticket: a refusal's reason on paper; its end is not reported */
    /* Written only to the device with this serial and boots: who asks knows of no reboot since. */
    bool is_bound;
    uint32_t serial;
    uint16_t boots;
    char text[JOB_TEXT_SIZE]; /* a line that starts with byte 1D is printed double size */
    char qr[QR_SIZE];
};

struct dispenser_image {
    uint32_t enabled; /* bit 0 = key 1 */
    uint16_t waiting[DISPENSER_KEYS];
    struct print_job job;
};

/* One announcement that is wanted. Spoken once under its number; a number that was spoken is not spoken again. */
struct voice_line {
    uint16_t number; /* 1..65535, per voice; 0 none */
    uint16_t times;  /* how often the text is said, one straight after the other */
    char text[VOICE_TEXT_SIZE];
};

/* What a speaker is to say, oldest first; a line that is gone is not begun any more, but one under way is never cut. */
struct voice_image {
    uint16_t volume; /* 0..10 */
    struct voice_line lines[VOICE_LINES];
};

enum image_rank {
    RANK_CALL,
    RANK_WAITING
}; /* RANK_WAITING: only people waiting changed; may lag 1 s */

/* A unit uses terminal, keypad and board; a printer the dispenser's job; the other roles their own part. */
struct image {
    enum role role;
    enum image_rank rank;
    uint16_t identify_s; /* with identify_count: blink for so long each time the count moves */
    uint16_t identify_count;
    struct terminal_image terminal;
    struct keypad_image keypad;
    struct board_image board;
    struct dispenser_image dispenser;
    struct voice_image voice;
};

#endif
