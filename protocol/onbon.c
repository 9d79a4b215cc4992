#include "protocol/onbon.h"

#include <assert.h>
#include <string.h>

#include "protocol/cursor.h"
#include "protocol/gbk.h"
#include "protocol/utf8.h"

enum {
    START = 0xA5,
    END = 0x5A,
    STARTS = 8,
    HEADER = 14,
    CRC = 2,
    SHORTEST = 2,    /* a reply's data: group and number */
    AREA_FIXED = 27, /* of an area without its text */
    PLAIN_MAX = 512, /* header, data and CRC before escaping */
    ANY_DEVICE = 0xFE,
    VERSION = 2,
    REPLY_WANTED = 1,
    IN_PIXELS = 0x8000, /* X and width count bytes of eight pixels unless this bit is set */
    BYTE_PIXELS = 8
};
_Static_assert(STARTS + 2 * (HEADER + 9 + AREA_FIXED + ONBON_TEXT_MAX + CRC) + 1 <= ONBON_FRAME_MAX,
               "the longest area, all of it escaped, is a frame");
_Static_assert(HEADER + 9 + AREA_FIXED + ONBON_TEXT_MAX + CRC <= PLAIN_MAX, "and fits unescaped");

static void write_header(struct cursor *cursor, uint16_t address, size_t data_length);
static void write_area(struct cursor *cursor, const struct onbon_area *area);
static uint16_t across(uint16_t pixels);
static size_t seal(const uint8_t *plain, size_t length, uint8_t *out);
static size_t put_escaped(uint8_t byte, uint8_t *out);
static uint16_t crc16_arc(const uint8_t *bytes, size_t length);
static size_t text_unit(const char *text, uint8_t *out);
static void begin(struct onbon_reader *reader);
static void take(struct onbon_reader *reader, uint8_t byte);
static bool finish(struct onbon_reader *reader, struct onbon_reply *reply);
static bool is_whole(const struct onbon_reader *reader);
static uint16_t le16(const uint8_t *bytes);

size_t onbon_write_command(uint16_t address, enum onbon_command command, uint8_t *out) {
    uint8_t plain[PLAIN_MAX];
    struct cursor cursor;
    cursor_init(&cursor, plain, sizeof plain);
    write_header(&cursor, address, 5);
    cursor_put_be16(&cursor, (uint16_t)command);
    cursor_put_u8(&cursor, REPLY_WANTED);
    cursor_put_le16(&cursor, 0);
    return seal(plain, cursor.at, out);
}

size_t onbon_write_area(uint16_t address, const struct onbon_area *area, uint8_t *out) {
    uint8_t plain[PLAIN_MAX];
    struct cursor cursor;
    assert(area->length <= ONBON_TEXT_MAX);
    cursor_init(&cursor, plain, sizeof plain);
    write_header(&cursor, address, 9 + AREA_FIXED + area->length);
    cursor_put_be16(&cursor, ONBON_AREA);
    cursor_put_u8(&cursor, REPLY_WANTED);
    cursor_put_u8(&cursor, area->mode);
    cursor_put_u8(&cursor, 0);
    cursor_put_u8(&cursor, 0); /* no area is deleted ... */
    cursor_put_u8(&cursor, 1); /* ... and one follows */
    cursor_put_le16(&cursor, (uint16_t)(AREA_FIXED + area->length));
    write_area(&cursor, area);
    return seal(plain, cursor.at, out);
}

size_t onbon_write_text(const char *text, uint16_t style, uint8_t *out, size_t size) {
    static const char COLOURS[] = "123"; /* at bits 0-1 of enum board_style: red, green, amber */
    unsigned colour = style & 3u;
    size_t used = 0;
    if (size < 3) {
        return 0;
    }
    out[used++] = '\\';
    out[used++] = 'C';
    out[used++] = (uint8_t)COLOURS[colour <= STYLE_AMBER ? colour : STYLE_AMBER];
    while (*text != '\0') {
        uint8_t unit[2];
        char one[UTF8_MAX + 1];
        uint32_t character;
        size_t taken = utf8_take(text, strlen(text), &character);
        one[utf8_put(character, one)] = '\0';
        size_t length = text_unit(one, unit);
        if (length > size - used) {
            break;
        }
        memcpy(out + used, unit, length);
        used += length;
        text += taken;
    }
    return used;
}

bool onbon_hear(struct onbon_reader *reader, uint8_t byte, struct onbon_reply *reply) {
    if (byte == START) {
        begin(reader);
        return false;
    }
    if (!reader->is_inside) {
        return false;
    }
    if (byte == END) {
        return finish(reader, reply);
    }
    take(reader, byte);
    return false;
}

const char *onbon_error_words(uint8_t error) {
    static const char *const WORDS[] = {
        [0] = "no reason given",     [1] = "unknown command group",
        [2] = "unknown command",     [3] = "busy",
        [4] = "memory full",         [5] = "wrong checksum",
        [6] = "no such file",        [7] = "flash error",
        [8] = "file not loaded",     [9] = "wrong file name",
        [10] = "wrong file type",    [11] = "wrong file checksum",
        [12] = "no such font",       [13] = "wrong firmware type",
        [14] = "wrong date",         [15] = "the file exists",
        [16] = "wrong block number",
    };
    return error < sizeof WORDS / sizeof WORDS[0] ? WORDS[error] : "unknown error";
}

static void write_header(struct cursor *cursor, uint16_t address, size_t data_length) {
    static const uint8_t RESERVED[6] = { 0 }; /* 3 reserved, barcode, check mode, display mode */
    cursor_put_le16(cursor, address);
    cursor_put_le16(cursor, ONBON_HOST);
    cursor_put_bytes(cursor, RESERVED, sizeof RESERVED);
    cursor_put_u8(cursor, ANY_DEVICE);
    cursor_put_u8(cursor, VERSION);
    cursor_put_le16(cursor, (uint16_t)data_length);
}

static void write_area(struct cursor *cursor, const struct onbon_area *area) {
    cursor_put_u8(cursor, 0); /* the type of a text */
    cursor_put_le16(cursor, across(area->x));
    cursor_put_le16(cursor, area->y);
    cursor_put_le16(cursor, across(area->width));
    cursor_put_le16(cursor, area->height);
    cursor_put_u8(cursor, area->number);
    cursor_put_u8(cursor, area->line_space);
    cursor_put_u8(cursor, area->run);
    cursor_put_le16(cursor, area->timeout_s);
    cursor_put_u8(cursor, area->voice);
    cursor_put_u8(cursor, 0); /* no extension follows */
    cursor_put_u8(cursor, area->align);
    cursor_put_u8(cursor, area->is_single ? 1 : 2);
    cursor_put_u8(cursor, area->wraps ? 2 : 1);
    cursor_put_u8(cursor, area->effect);
    cursor_put_u8(cursor, area->exit);
    cursor_put_u8(cursor, area->speed);
    cursor_put_u8(cursor, area->stay_halves);
    cursor_put_le16(cursor, (uint16_t)area->length);
    cursor_put_le16(cursor, 0);
    cursor_put_bytes(cursor, area->text, area->length);
}

static uint16_t across(uint16_t pixels) {
    bool is_bytes = pixels % BYTE_PIXELS == 0;
    return (uint16_t)(is_bytes ? pixels / BYTE_PIXELS : IN_PIXELS | pixels);
}

static size_t seal(const uint8_t *plain, size_t length, uint8_t *out) {
    uint16_t crc = crc16_arc(plain, length);
    memset(out, START, STARTS);
    size_t used = STARTS;
    for (size_t i = 0; i < length; i++) {
        used += put_escaped(plain[i], out + used);
    }
    used += put_escaped((uint8_t)(crc & 0xFF), out + used);
    used += put_escaped((uint8_t)(crc >> 8), out + used);
    out[used++] = END;
    return used;
}

static size_t put_escaped(uint8_t byte, uint8_t *out) {
    bool is_low =
        byte == END || byte == START; /* A5 -> A6 02, A6 -> A6 01, 5A -> 5B 02, 5B -> 5B 01 */
    bool is_high = byte == END + 1 || byte == START + 1;
    if (!is_low && !is_high) {
        out[0] = byte;
        return 1;
    }
    out[0] = (uint8_t)(is_low ? byte + 1 : byte);
    out[1] = is_low ? 2 : 1;
    return 2;
}

/* Polynomial A001 reflected as Modbus's, but from 0. */
static uint16_t crc16_arc(const uint8_t *bytes, size_t length) {
    uint16_t crc = 0;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (uint16_t)((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
        }
    }
    return crc;
}

/* One character, at most two bytes. */
static size_t text_unit(const char *text, uint8_t *out) {
    if (text[0] == '\n') {
        out[0] = '\\';
        out[1] = 'n';
        return 2;
    }
    if ((unsigned char)text[0] < ' ' || text[0] == 0x7F) {
        out[0] = ' ';
        return 1;
    }
    size_t length = gbk_encode(text[0] == '\\' ? "＼" : text, out, 2);
    /* GB2312 is the part of GBK in which both bytes are A1 or more. */
    if (length == 2 && (out[0] < 0xA1 || out[0] > 0xF7 || out[1] < 0xA1)) {
        out[0] = '?';
        return 1;
    }
    return length;
}

static void begin(struct onbon_reader *reader) {
    /* What began before and never ended was cut off. */
    reader->broken += reader->is_inside && reader->length > 0 ? 1 : 0;
    reader->is_inside = true;
    reader->is_escaped = reader->is_spoilt = false;
    reader->length = 0;
}

static void take(struct onbon_reader *reader, uint8_t byte) {
    bool is_first = byte == START + 1 || byte == END + 1;
    if (!reader->is_escaped && is_first) {
        reader->is_escaped = true;
        reader->escape = byte;
        return;
    }
    if (reader->is_escaped) {
        reader->is_spoilt = reader->is_spoilt || (byte != 1 && byte != 2);
        byte = (uint8_t)(byte == 2 ? reader->escape - 1 : reader->escape);
        reader->is_escaped = false;
    }
    if (reader->length == sizeof reader->bytes) {
        reader->is_spoilt = true;
        return;
    }
    reader->bytes[reader->length++] = byte;
}

static bool finish(struct onbon_reader *reader, struct onbon_reply *reply) {
    reader->is_inside = false;
    if (!is_whole(reader)) {
        reader->broken++;
        return false;
    }
    const uint8_t *data = reader->bytes + HEADER;
    *reply = (struct onbon_reply){ .destination = le16(reader->bytes),
                                   .source = le16(reader->bytes + 2),
                                   .command = (uint16_t)(data[0] << 8 | data[1]) };
    bool has_error = reply->command == ONBON_REFUSED && reader->length > HEADER + SHORTEST + CRC;
    reply->error = has_error ? data[2] : 0;
    return true;
}

static bool is_whole(const struct onbon_reader *reader) {
    if (reader->is_spoilt || reader->is_escaped || reader->length < HEADER + SHORTEST + CRC) {
        return false;
    }
    size_t body = reader->length - CRC;
    return le16(reader->bytes + HEADER - 2) == body - HEADER &&
           le16(reader->bytes + body) == crc16_arc(reader->bytes, body);
}

static uint16_t le16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}
