#include "protocol/alpha.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "protocol/cursor.h"

enum {
    NUL = 0x00,
    SOH = 0x01,
    STX = 0x02,
    ETX = 0x03,
    EOT = 0x04,
    NEW_LINE = 0x0D,
    CALL_STRING = 0x10,
    MODE = 0x1B,
    COLOUR = 0x1C,
    NULS = 5,
    ANY_TYPE = 'Z',
    MIDDLE = ' ', /* where on the sign */
    WRITE_TEXT = 'A',
    WRITE_SPECIAL = 'E',
    WRITE_STRING = 'G',
    MEMORY = '$'
};

static size_t begin(struct cursor *cursor, uint8_t address, uint8_t *out);
static size_t seal(struct cursor *cursor, size_t from);
static void put_plain(struct cursor *cursor, const char *text);
static bool is_plain(char byte);

size_t alpha_write_memory(uint8_t address, const struct alpha_file *files, unsigned count,
                          uint8_t *out) {
    struct cursor cursor;
    size_t from = begin(&cursor, address, out);
    assert(count <= ALPHA_FILES_MAX);
    cursor_put_u8(&cursor, WRITE_SPECIAL);
    cursor_put_u8(&cursor, MEMORY);
    for (unsigned i = 0; i < count; i++) {
        /* A TEXT may be changed by the sign's own keyboard and is shown always; a STRING may not and has no times. */
        const char *kind = files[i].is_string ? "BL" : "AU";
        const char *times = files[i].is_string ? "0000" : "FFFF";
        char row[16];
        int length = snprintf(row, sizeof row, "%c%s%04X%s", files[i].label, kind,
                              (unsigned)files[i].size, times);
        cursor_put_bytes(&cursor, row, (size_t)length);
    }
    return seal(&cursor, from);
}

size_t alpha_write_string(uint8_t address, char label, const char *text, uint8_t *out) {
    struct cursor cursor;
    size_t from = begin(&cursor, address, out);
    cursor_put_u8(&cursor, WRITE_STRING);
    cursor_put_u8(&cursor, (uint8_t)label);
    put_plain(&cursor, text);
    return seal(&cursor, from);
}

size_t alpha_write_text(uint8_t address, const struct alpha_text *text, uint8_t *out) {
    struct cursor cursor;
    size_t from = begin(&cursor, address, out);
    cursor_put_u8(&cursor, WRITE_TEXT);
    cursor_put_u8(&cursor, (uint8_t)text->label);
    cursor_put_u8(&cursor, MODE);
    cursor_put_u8(&cursor, MIDDLE);
    cursor_put_u8(&cursor, (uint8_t)text->mode);
    if (text->colour != 0) {
        cursor_put_u8(&cursor, COLOUR);
        cursor_put_u8(&cursor, (uint8_t)text->colour);
    }
    for (unsigned i = 0; text->calls[i] != 0; i++) {
        if (i > 0) {
            cursor_put_u8(&cursor, NEW_LINE);
        }
        cursor_put_u8(&cursor, CALL_STRING);
        cursor_put_u8(&cursor, (uint8_t)text->calls[i]);
    }
    put_plain(&cursor, text->text == NULL ? "" : text->text);
    return seal(&cursor, from);
}

bool alpha_can_show(const char *text) {
    while (*text != '\0' && (is_plain(*text) || *text == '\n')) {
        text++;
    }
    return *text == '\0';
}

void alpha_reduce(const char *text, char *out, size_t size) {
    size_t used = 0;
    size_t line = 0;        /* where in `out` the line begins */
    bool has_gap = false;   /* something was left out since the last character */
    bool has_break = false; /* a line ended since then */
    assert(size > 0);
    for (; *text != '\0' && used + 2 < size; text++) {
        if (!is_plain(*text) || *text == ' ') {
            has_gap = true;
            has_break = has_break || *text == '\n';
            continue;
        }
        if (has_break && used > 0) {
            out[used++] = '\n';
            line = used;
        } else if (has_gap && used > line) {
            out[used++] = ' ';
        }
        out[used++] = *text;
        has_gap = has_break = false;
    }
    out[used] = '\0';
}

/* Up to the sign's address; returns where the sum begins. */
static size_t begin(struct cursor *cursor, uint8_t address, uint8_t *out) {
    static const uint8_t NULS_BEFORE[NULS] = { NUL };
    char digits[3];
    cursor_init(cursor, out, ALPHA_FRAME_MAX);
    snprintf(digits, sizeof digits, "%02X", (unsigned)address);
    cursor_put_bytes(cursor, NULS_BEFORE, NULS);
    cursor_put_u8(cursor, SOH);
    cursor_put_u8(cursor, ANY_TYPE);
    cursor_put_bytes(cursor, digits, 2);
    size_t from = cursor->at;
    cursor_put_u8(cursor, STX);
    return from;
}

static size_t seal(struct cursor *cursor, size_t from) {
    char digits[5];
    unsigned sum = 0;
    cursor_put_u8(cursor, ETX);
    for (size_t i = from; i < cursor->at; i++) {
        sum += cursor->bytes[i];
    }
    snprintf(digits, sizeof digits, "%04X", sum & 0xFFFFu);
    cursor_put_bytes(cursor, digits, 4);
    cursor_put_u8(cursor, EOT);
    assert(!cursor->is_bad);
    return cursor->at;
}

static void put_plain(struct cursor *cursor, const char *text) {
    for (unsigned i = 0; i < ALPHA_STRING_MAX && text[i] != '\0'; i++) {
        cursor_put_u8(cursor, is_plain(text[i]) ? (uint8_t)text[i] : (uint8_t)' ');
    }
}

/* Below a blank stand the sign's own codes, above 7E what seven bits can't carry. */
static bool is_plain(char byte) {
    return byte >= ' ' && byte <= '~';
}
