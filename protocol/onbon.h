/*
 * Frames of ONBON BX font cards (BX-5K, 6K, 5MK), the common Chinese LED strip: commands out, replies in. Pure.
 * A frame is A5 eight times, then header, data and CRC-16/ARC with A5, A6, 5A and 5B escaped, then 5A; numbers are
 * little-endian. So neither A5 nor 5A stands anywhere inside a frame (the ticket letter Z is 5A), and a reader that has
 * lost its place has it again with the next A5.
 * Sources: 10-frames.md; ONBON, "BX-5K/6K user protocol" 1.4, and the SDK's documents (onbonlab/BX-K on GitHub) for the
 * error codes, the alignments and that a dynamic area is lost with the power. Not confirmed by a published frame: the
 * line break (\n, as the colour \C1 one of the text's escapes).
 */
#ifndef PROTOCOL_ONBON_H
#define PROTOCOL_ONBON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/image.h"

enum {
    ONBON_TEXT_MAX = 400,   /* bytes of an area's text, so that the frame, all of it escaped, ... */
    ONBON_FRAME_MAX = 1024, /* ... still fits what the cards' receive buffer holds */
    ONBON_HOST = 0x8000,    /* the address of the controller */
    ONBON_WILDCARD = 0xFFFE, /* a card asked under this address answers under it */
    ONBON_BUSY = 3           /* the error of a card that is to be asked again soon */
};

/* Group and number, high byte first. */
enum onbon_command {
    ONBON_WELL = 0xA000,
    ONBON_REFUSED = 0xA001,
    ONBON_STATUS = 0xA102,
    ONBON_PING = 0xA200,
    ONBON_AREA = 0xA306,
    ONBON_CLEAR = 0xA310
};

enum onbon_effect { ONBON_STILL = 1, ONBON_QUICK, ONBON_LEFT };

/* One dynamic area, the only one of its frame. It stays until the next one of its number, or until the power fails. */
struct onbon_area {
    uint8_t mode;                /* of the command; 0 */
    uint16_t x, y;               /* pixels */
    uint16_t width, height;      /* pixels */
    uint8_t number;              /* 0.. */
    uint8_t line_space;          /* pixels between lines */
    uint8_t run;                 /* 0: over and over */
    uint16_t timeout_s;          /* of the run modes that end; 2 where none does */
    uint8_t voice, align;        /* align: 0 left, 1 right, 2 centred */
    bool is_single, wraps;       /* one line; breaks lines by itself, else at \n */
    uint8_t effect, exit, speed; /* enum onbon_effect; 0; 0 fast .. 24 slow */
    uint8_t stay_halves;         /* half seconds that a page stays */
    size_t length;
    uint8_t text[ONBON_TEXT_MAX]; /* GB2312 with the card's escapes: onbon_write_text */
};

/* A command without data: ping, clear, status. Returns the frame's bytes in `out` (ONBON_FRAME_MAX). */
size_t onbon_write_command(uint16_t address, enum onbon_command command, uint8_t *out);
size_t onbon_write_area(uint16_t address, const struct onbon_area *area, uint8_t *out);
/*
 * A board's text as the card takes it: the colour of `style`, GB2312 (another character is a question mark), LF as \n,
 * a backslash as the wide one, for the card would take it for an escape. Cut at a whole character within `size` bytes.
 */
size_t onbon_write_text(const char *text, uint16_t style, uint8_t *out, size_t size);

struct onbon_reply {
    uint16_t destination,
        source;       /* ONBON_HOST and the card; the other way round: our own frame came back */
    uint16_t command; /* enum onbon_command, or one unknown to us */
    uint8_t error;    /* of ONBON_REFUSED; 0 none */
};

/* A stream of bytes, zeroed before the first. */
struct onbon_reader {
    bool is_inside, is_escaped, is_spoilt;
    uint8_t escape; /* the first byte of the pair */
    size_t length;
    uint8_t bytes[ONBON_FRAME_MAX]; /* unescaped, from the header on */
    unsigned broken;                /* frames that ended with a wrong CRC, length or escape */
};

/* True when `byte` ends a good frame. */
bool onbon_hear(struct onbon_reader *reader, uint8_t byte, struct onbon_reply *reply);
/* What an error code means, in words: "no such font". */
const char *onbon_error_words(uint8_t error);

#endif
