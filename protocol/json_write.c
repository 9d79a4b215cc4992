/* JSON into the caller's buffer: a cursor whose error sticks, so that callers check once. */
#include "protocol/json.h"

#include <assert.h>
#include <string.h>

#include "protocol/utf8.h"

void json_writer_init(struct json_writer *writer, char *out, size_t size) {
    assert(size > 0);
    *writer = (struct json_writer){ .out = out, .size = size };
}

/* One byte is always kept for the closing NUL. */
static void put(struct json_writer *writer, const char *bytes, size_t length) {
    if (writer->is_full || length >= writer->size - writer->used) {
        writer->is_full = true;
        return;
    }
    memcpy(writer->out + writer->used, bytes, length);
    writer->used += length;
}

static void put_char(struct json_writer *writer, char c) {
    put(writer, &c, 1);
}

static void put_escaped(struct json_writer *writer, unsigned char c) {
    static const char HEX[] = "0123456789abcdef";
    static const char SHORT[] = "\"\\\n\r\t\b\f";
    static const char LETTER[] = "\"\\nrtbf";
    const char *place = c == '\0' ? NULL : strchr(SHORT, c);
    if (place != NULL) {
        char pair[2] = { '\\', LETTER[place - SHORT] };
        put(writer, pair, sizeof pair);
        return;
    }
    char escape[6] = { '\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15] };
    put(writer, escape, sizeof escape);
}

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void put_string(struct json_writer *writer, const char *text) {
    put_char(writer, '"');
    size_t left = strlen(text);
    while (left > 0) {
        size_t run = 0;
        while (run < left && is_plain((unsigned char)text[run])) {
            run++;
        }
        put(writer, text, run);
        text += run;
        left -= run;
        if (left == 0) {
            break;
        }
        uint32_t character;
        size_t width = utf8_take(text, left, &character);
        if (character < 0x80) {
            put_escaped(writer, (unsigned char)character);
        } else {
            char encoded[UTF8_MAX];
            put(writer, encoded, utf8_put(character, encoded));
        }
        text += width;
        left -= width;
    }
    put_char(writer, '"');
}

/* What stands before every value: the comma, and the key inside an object. */
static void begin_value(struct json_writer *writer, const char *key) {
    if (writer->needs_comma) {
        put_char(writer, ',');
    }
    writer->needs_comma = true;
    if (key != NULL) {
        put_string(writer, key);
        put_char(writer, ':');
    }
}

void json_begin_object(struct json_writer *writer, const char *key) {
    begin_value(writer, key);
    put_char(writer, '{');
    writer->needs_comma = false;
}

void json_end_object(struct json_writer *writer) {
    put_char(writer, '}');
    writer->needs_comma = true;
}

void json_begin_array(struct json_writer *writer, const char *key) {
    begin_value(writer, key);
    put_char(writer, '[');
    writer->needs_comma = false;
}

void json_end_array(struct json_writer *writer) {
    put_char(writer, ']');
    writer->needs_comma = true;
}

void json_write_text(struct json_writer *writer, const char *key, const char *text) {
    begin_value(writer, key);
    if (text == NULL) {
        put(writer, "null", 4);
    } else {
        put_string(writer, text);
    }
}

/* Writes the digits of `value` with at least `least` of them. */
static void put_digits(struct json_writer *writer, uint64_t value, unsigned least) {
    char digits[24];
    size_t at = sizeof digits;
    for (unsigned i = 0; value > 0 || i < least; i++, value /= 10) {
        digits[--at] = (char)('0' + value % 10);
    }
    put(writer, digits + at, sizeof digits - at);
}

/* Also right for INT64_MIN, whose negative does not fit. */
static uint64_t magnitude_of(int64_t value) {
    return value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
}

void json_write_int(struct json_writer *writer, const char *key, int64_t value) {
    json_write_fixed(writer, key, value, 0);
}

void json_write_bool(struct json_writer *writer, const char *key, bool value) {
    begin_value(writer, key);
    put(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_write_null(struct json_writer *writer, const char *key) {
    json_write_text(writer, key, NULL);
}

void json_write_fixed(struct json_writer *writer, const char *key, int64_t value,
                      unsigned decimals) {
    assert(decimals <= 9);
    begin_value(writer, key);
    if (value < 0) {
        put_char(writer, '-');
    }
    uint64_t scale = 1;
    for (unsigned i = 0; i < decimals; i++) {
        scale *= 10;
    }
    uint64_t magnitude = magnitude_of(value);
    put_digits(writer, magnitude / scale, 1);
    if (decimals > 0) {
        put_char(writer, '.');
        put_digits(writer, magnitude % scale, decimals);
    }
}

void json_write_raw(struct json_writer *writer, const char *key, const char *json, size_t length) {
    begin_value(writer, key);
    put(writer, json, length);
}

int json_writer_end(struct json_writer *writer) {
    if (writer->is_full) {
        return HALL_FULL;
    }
    writer->out[writer->used] = '\0';
    return (int)writer->used;
}
