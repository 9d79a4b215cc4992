/*
 * Frames of callers and four-key raters, `FF 68 L L 68 ADDR FUNC DATA SUM 16`: 9600 8N1, terminals speak unasked. Pure.
 * L counts address, function and data and is sent twice; SUM is the sum of those bytes modulo 256. Deployed hall
 * hardware, described in 10-frames.md of the design; what its description leaves open stands beside each name.
 */
#ifndef PROTOCOL_FF68_H
#define PROTOCOL_FF68_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

enum {
    FF68_DATA_MAX =
        16, /* six digits are the most that is described; a key has typed digits before it */
    FF68_AROUND = 9, /* bytes of a frame without its data */
    FF68_FRAME_MAX = FF68_AROUND + FF68_DATA_MAX,
    FF68_DIGITS_LENGTH = 6,
    FF68_LEAVE = 0x0A,      /* in place of a digit: leave what is shown there */
    FF68_WAITING_MOST = 999 /* three digits */
};

enum ff68_function {
    FF68_KEY = 0x01,   /* terminal to host; not confirmed, so keys come under any but FF68_RATING */
    FF68_RATED = 0x01, /* host to rater: the rating is taken; its data again */
    FF68_DIGITS = 0x02, /* host to terminal: what it shows */
    FF68_BEEP = 0x03,   /* host to terminal; no data */
    FF68_RATING = 0x11  /* rater to host: one byte, 0..3 */
};

struct ff68_frame {
    uint8_t address, function;
    uint8_t length; /* of the data, 0..FF68_DATA_MAX */
    uint8_t data[FF68_DATA_MAX];
};

/*
 * Takes a stream apart byte by byte: a frame counts when both lengths, both 68, the checksum and the closing 16 are
 * right. What is no frame is left one byte at a time, so that a frame that stands behind a broken one, or in it, is
 * read. All members are the reader's; zeroed it is ready.
 */
struct ff68_reader {
    size_t count;
    uint8_t bytes[FF68_FRAME_MAX];
    uint64_t stray; /* bytes that belonged to no frame */
    uint64_t bad;   /* frames with a wrong checksum or end */
};

/* Returns the length; `out` holds FF68_FRAME_MAX bytes. */
size_t ff68_write(const struct ff68_frame *frame, uint8_t *out);
bool ff68_equal(const struct ff68_frame *a, const struct ff68_frame *b);

/* Takes one byte; call ff68_next until it is false before the next byte. */
void ff68_take(struct ff68_reader *reader, uint8_t byte);
/* The next whole frame of what was taken. False: there is none (yet), `frame` is untouched. */
bool ff68_next(struct ff68_reader *reader, struct ff68_frame *frame);
/*
 * The line has been silent, so a beginning that waits for its end may be no frame at all: gives a whole frame that
 * stands behind it, if there is one. Otherwise it goes on waiting, for a line may only have paused. Until it is false.
 */
bool ff68_next_in_silence(struct ff68_reader *reader, struct ff68_frame *frame);

/* A key of a terminal: the last byte of its data, with what was typed before it. */
struct ff68_key {
    uint8_t code;
    bool is_number;
    uint16_t number; /* what the bytes before it say in decimal digits, when is_number */
};

/* False for a rating, and for a frame without data. */
bool ff68_read_key(const struct ff68_frame *frame, struct ff68_key *key);
/* What a terminal shows: three digits of people waiting, at most 999, and three of the ticket, 000 for none. */
void ff68_show(uint8_t address, uint16_t waiting, struct ticket_no ticket,
               struct ff68_frame *frame);

#endif
