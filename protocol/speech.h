/*
 * The frames of two serial speech chips, SYN6288 and XFS5152CE: text to bytes, and the chip's one-byte replies out of a
 * stream that may hold noise or the echo of what was sent. Pure.
 * Sources: SYN6288 datasheet of 2016-03-09, chapters 2.2, 4 and 5; XFS5152CE user development guide, 8.1, 8.2.5, 12.2.
 * Not confirmed by a published source: how long a chip takes for a character (speech_usual_ms).
 */
#ifndef PROTOCOL_SPEECH_H
#define PROTOCOL_SPEECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/image.h"

enum {
    SPEECH_TEXT_MAX =
        200, /* bytes of text in a frame; a SYN6288 refuses more, an XFS5152 would take 4,096 */
    SPEECH_FRAME_MAX = 3 + 2 + SPEECH_TEXT_MAX + 1,
    SPEECH_SPELLED_SIZE = 2 * VOICE_TEXT_SIZE,
    SPEECH_GAP_MS = 8 /* silence between two frames is longer, between two bytes of one shorter */
};

enum speech_chip { CHIP_SYN6288, CHIP_XFS5152 };
/* The values are the chips'. A GB2312 text is a GBK text too; the chips also know Big5 (2) and Unicode (3). */
enum speech_coding { CODING_GB2312, CODING_GBK };
enum speech_reply {
    REPLY_NONE,
    REPLY_TAKEN = 0x41,          /* the frame was well; a SYN6288 says it before a status too */
    REPLY_NOT_UNDERSTOOD = 0x45, /* length, checksum or command is wrong */
    REPLY_READY = 0x4A,          /* power is on */
    REPLY_BUSY = 0x4E,           /* asked: it speaks */
    REPLY_IDLE = 0x4F            /* asked: it is silent; unasked: a text was said to its end */
};

struct speech_frame {
    size_t length;
    uint8_t bytes[SPEECH_FRAME_MAX];
    bool is_cut; /* the text was longer than SPEECH_TEXT_MAX; its end is left out */
};

/* A stream of replies. All zeros is a new one. */
struct speech_reader {
    struct speech_frame sent; /* may come back when the line has an echo */
    size_t echoed;            /* so many bytes of it did */
    bool has_echo;            /* the line has given it back, as far as its head */
    uint64_t noise;           /* bytes that were neither reply nor echo */
};

/* What the text needs: GB2312, or GBK when a character is not in GB2312. Unknown characters become '?'. */
enum speech_coding speech_coding_of(const char *text);
/* The frame that speaks UTF-8 `text` as it stands, cut at a whole character. */
void speech_frame_text(enum speech_chip chip, enum speech_coding coding, const char *text,
                       struct speech_frame *frame);
/* The same with the volume 0..10 before it ("[v10]", for a SYN6288 of its 0..16), in the coding that it needs. */
void speech_frame_say(enum speech_chip chip, unsigned volume, const char *text,
                      struct speech_frame *frame);
/* Asks for REPLY_BUSY or REPLY_IDLE. */
void speech_frame_question(enum speech_chip chip, struct speech_frame *frame);

/*
 * The text as it is to be read: commas between the digits of a number on paper, that is of a run behind a letter or of
 * three and more ("A012" -> "A0,1,2"; window "12" stays twelve); square brackets, which begin the chips' controls,
 * become round ones. `out` holds `size` bytes with the NUL; cut at a whole character. Returns the bytes without NUL.
 */
size_t speech_spell(const char *text, char *out, size_t size);
/* How long a chip usually speaks a spelled text, in milliseconds. */
unsigned speech_usual_ms(const char *spelled);

/* Call with each frame that is sent: it is not taken for replies if it comes back. */
void speech_reader_note_sent(struct speech_reader *reader, const struct speech_frame *frame);
/* The reply that this byte is; REPLY_NONE for echo and noise. */
enum speech_reply speech_reader_take(struct speech_reader *reader, uint8_t byte);

#endif
