/* UTF-8 by the table of well-formed byte sequences (Unicode, table 3-7). */
#include "protocol/utf8.h"

#include <stdbool.h>
#include <string.h>

/* Bytes that a sequence with this first byte has; 0: none begins so. */
static size_t width_of(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

size_t utf8_take(const char *text, size_t length, uint32_t *character) {
    static const uint32_t LEAST[] = { 0, 0, 0x80, 0x800, 0x10000 };
    static const unsigned char MASK[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    size_t width = width_of((unsigned char)text[0]);
    *character = UTF8_REPLACEMENT;
    if (width == 0 || width > length) {
        return 1;
    }
    uint32_t value = (unsigned char)text[0] & MASK[width];
    for (size_t i = 1; i < width; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0) != 0x80) {
            return 1;
        }
        value = value << 6 | (byte & 0x3FU);
    }
    if (value < LEAST[width] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 1;
    }
    *character = value;
    return width;
}

size_t utf8_put(uint32_t character, char *out) {
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t width = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char FIRST[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = width - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(FIRST[width] | character);
    return width;
}

void utf8_copy(char *out, size_t size, const char *text) {
    size_t length = strlen(text);
    size_t used = 0;
    while (used < length) {
        uint32_t character;
        size_t width = utf8_take(text + used, length - used, &character);
        if (used + width >= size) {
            break;
        }
        used += width;
    }
    memcpy(out, text, used);
    out[used] = '\0';
}

/* C0, DEL and C1: what could end a line, colour it or take it back on a terminal. */
static bool is_control(uint32_t character) {
    return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

void utf8_copy_visible(char *out, size_t size, const char *text) {
    static const char DIGITS[] = "0123456789abcdef";
    size_t length = strlen(text);
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character;
        size_t taken = utf8_take(text + at, length - at, &character);
        char shown[UTF8_MAX] = "?";
        size_t width = 1;
        if (is_control(character)) {
            shown[0] = '\\';
            shown[1] = 'x';
            shown[2] = DIGITS[character >> 4];
            shown[3] = DIGITS[character & 0xF];
            width = 4;
        } else if (taken > 1 || character < 0x80) {
            width = utf8_put(character, shown);
        }
        if (used + width >= size) {
            break;
        }
        memcpy(out + used, shown, width);
        used += width;
        at += taken;
    }
    out[used] = '\0';
}
