#include "protocol/escpos.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "protocol/cursor.h"
#include "protocol/gbk.h"
#include "protocol/registers.h"

enum {
    LF = 0x0A,
    DLE = 0x10,
    XON = 0x11,
    XOFF = 0x13,
    ESC = 0x1B,
    FS = 0x1C,
    GS = 0x1D,
    PRINTABLE = 0x20,
    DEL = 0x7F,
    LEAD = 0x81, /* the first byte of a GBK pair is this or higher */
    DOUBLE = 0x11,
    FEED_LINES = 4,
    CUT_SHORT_MOST = 140, /* a QR content with its command, and a little more */
    QR_MODULE = 6         /* dots: about 3 cm for a ticket's address at 203 dpi */
};

/* Answers to DLE EOT, by question. */
enum {
    STATUS_MASK = 0x93,
    STATUS_FIXED = 0x12,
    TURN_MASK = 0x90,
    OFFLINE = 0x08, /* 1: and 2 to 4 say why */
    OFFLINE_COVER = 0x04 /* 2 */,
    OFFLINE_FEED = 0x08, /* 2: somebody holds the feed key */
    OFFLINE_PAPER = 0x20,
    OFFLINE_ERROR = 0x40,
    ERROR_CUTTER = 0x08, /* 3 */
    ERROR_ANY = 0x6C,
    PAPER_OUT = 0x72, /* 4, with the fixed bits */
    PAPER_NEAR_END = 0x1E
};

static void put_end(struct cursor *out);
static void put_line(struct cursor *out, const char *line, size_t length, bool *is_double);
static void put_size(struct cursor *out, bool is_double);
static void put_text(struct cursor *out, const uint8_t *text, size_t length);
static void put_kanji(struct cursor *out, bool *is_kanji, bool is_wanted);
static void put_qr(struct cursor *out, const char *content);
static void put_qr_command(struct cursor *out, size_t length, uint8_t function);

size_t escpos_write_job(const struct print_job *job, uint8_t *out) {
    struct cursor cursor;
    bool is_double = false;
    cursor_init(&cursor, out, ESCPOS_JOB_SIZE);
    cursor_put_bytes(&cursor, (const uint8_t[]){ ESC, '@', ESC, 'a', 1 }, 5);
    for (const char *line = job->text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        put_line(&cursor, line, length, &is_double);
        line += length + (line[length] == '\n');
    }
    if (is_double) {
        put_size(&cursor, false);
    }
    if (job->qr[0] != '\0') {
        put_qr(&cursor, job->qr);
    }
    put_end(&cursor);
    assert(!cursor.is_bad);
    return cursor.at;
}

size_t escpos_write_reset(uint8_t *out) {
    _Static_assert(CUT_SHORT_MOST >= 8 + QR_SIZE, "no command of a job is longer");
    struct cursor cursor;
    cursor_init(&cursor, out, ESCPOS_RESET_SIZE);
    for (unsigned i = 0; i < CUT_SHORT_MOST; i++) {
        cursor_put_u8(&cursor, 0);
    }
    cursor_put_bytes(&cursor, (const uint8_t[]){ ESC, '@' }, 2);
    put_end(&cursor);
    assert(!cursor.is_bad);
    return cursor.at;
}

void escpos_write_question(unsigned about, uint8_t *out) {
    assert(about >= 1 && about <= ESCPOS_QUESTIONS);
    out[0] = DLE;
    out[1] = 0x04;
    out[2] = (uint8_t)about;
}

void escpos_write_turn(uint8_t *out) {
    out[0] = GS;
    out[1] = 'r';
    out[2] = 1;
}

void escpos_hear(struct escpos_heard *heard, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if ((bytes[i] & STATUS_MASK) == STATUS_FIXED) {
            heard->statuses++;
            heard->status = bytes[i];
        } else if ((bytes[i] & TURN_MASK) == 0) {
            heard->turns++;
        } else if (bytes[i] != XON && bytes[i] != XOFF) {
            heard->noise++;
        }
    }
}

/*
 * A printer that is offline for no reason that it can name has some other fault, unless its feed key is pressed: that
 * passes.
 */
uint16_t escpos_status(const uint8_t answers[ESCPOS_QUESTIONS]) {
    uint8_t offline = answers[1];
    uint8_t error = answers[2];
    uint8_t paper = answers[3];
    unsigned status = 0;
    bool is_out = (paper & PAPER_OUT) == PAPER_OUT;
    status |= is_out || (offline & OFFLINE_PAPER) != 0 ? STATUS_PAPER_OUT : 0;
    status |= (paper & PAPER_NEAR_END) == PAPER_NEAR_END && !is_out ? STATUS_PAPER_LOW : 0;
    status |= (offline & OFFLINE_COVER) != 0 ? STATUS_COVER : 0;
    status |= (error & ERROR_CUTTER) != 0 ? STATUS_JAM : 0;
    status |= (error & (ERROR_ANY & ~ERROR_CUTTER)) != 0 ? STATUS_OTHER : 0;
    bool is_named = (status & ~(unsigned)STATUS_PAPER_LOW) != 0;
    bool is_feeding = (offline & OFFLINE_FEED) != 0;
    bool is_off = (answers[0] & OFFLINE) != 0 || (offline & OFFLINE_ERROR) != 0;
    status |= is_off && !is_named && !is_feeding ? STATUS_OTHER : 0;
    return (uint16_t)status;
}

/* Past the knife, and off. */
static void put_end(struct cursor *out) {
    for (unsigned i = 0; i < FEED_LINES; i++) {
        cursor_put_u8(out, LF);
    }
    cursor_put_bytes(out, (const uint8_t[]){ GS, 'V', 1 }, 3);
}

/* An empty line only feeds. */
static void put_line(struct cursor *out, const char *line, size_t length, bool *is_double) {
    uint8_t text[JOB_TEXT_SIZE];
    char copy[JOB_TEXT_SIZE];
    bool is_large = length > 0 && (uint8_t)line[0] == GS;
    size_t marks = is_large ? 1 : 0;
    if (length > marks) {
        memcpy(copy, line + marks, length - marks);
        copy[length - marks] = '\0';
        if (is_large != *is_double) {
            put_size(out, is_large);
            *is_double = is_large;
        }
        put_text(out, text, gbk_encode(copy, text, sizeof text));
    }
    cursor_put_u8(out, LF);
}

static void put_size(struct cursor *out, bool is_double) {
    cursor_put_bytes(out, (const uint8_t[]){ GS, '!', is_double ? DOUBLE : 0 }, 3);
}

static void put_text(struct cursor *out, const uint8_t *text, size_t length) {
    bool is_kanji = false;
    for (size_t i = 0; i < length; i++) {
        bool is_pair = text[i] >= LEAD && i + 1 < length;
        put_kanji(out, &is_kanji, is_pair);
        if (is_pair) {
            cursor_put_bytes(out, text + i++, 2);
        } else {
            bool is_printable = text[i] >= PRINTABLE && text[i] < DEL;
            cursor_put_u8(out, is_printable ? text[i] : '?');
        }
    }
    put_kanji(out, &is_kanji, false);
}

static void put_kanji(struct cursor *out, bool *is_kanji, bool is_wanted) {
    if (*is_kanji != is_wanted) {
        cursor_put_bytes(out, (const uint8_t[]){ FS, is_wanted ? '&' : '.' }, 2);
        *is_kanji = is_wanted;
    }
}

/* Model 2, level M; a content of other bytes than printable ASCII would be another content. */
static void put_qr(struct cursor *out, const char *content) {
    size_t length = strlen(content);
    put_qr_command(out, 4, 'A');
    cursor_put_bytes(out, (const uint8_t[]){ '2', 0 }, 2);
    put_qr_command(out, 3, 'C');
    cursor_put_u8(out, QR_MODULE);
    put_qr_command(out, 3, 'E');
    cursor_put_u8(out, '1');
    put_qr_command(out, length + 3, 'P');
    cursor_put_u8(out, '0');
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = (uint8_t)content[i];
        cursor_put_u8(out, byte >= PRINTABLE && byte < DEL ? byte : '?');
    }
    put_qr_command(out, 3, 'Q');
    cursor_put_u8(out, '0');
}

/* `length`: of what follows the length, so with the two bytes that name the function. */
static void put_qr_command(struct cursor *out, size_t length, uint8_t function) {
    cursor_put_bytes(out, (const uint8_t[]){ GS, '(', 'k' }, 3);
    cursor_put_le16(out, (uint16_t)length);
    cursor_put_bytes(out, (const uint8_t[]){ '1', function }, 2);
}
