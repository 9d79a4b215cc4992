/* GBK through the tables that gbk_make printed: by code an array, by character a binary search. */
#include "protocol/gbk.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/utf8.h"

#include "gbk_table.h"

enum { FIRST_LEAD = 0x81, LAST_LEAD = 0xFE, FIRST_TRAIL = 0x40, LAST_TRAIL = 0xFE, TRAILS = 191 };

/* 0 when GBK has no such character. */
static unsigned code_of(uint32_t character) {
    size_t low = 0;
    size_t high = sizeof CHARACTERS / sizeof CHARACTERS[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (CHARACTERS[middle] < character) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_found = low < sizeof CHARACTERS / sizeof CHARACTERS[0] && CHARACTERS[low] == character;
    return is_found ? CODES[low] : 0;
}

size_t gbk_encode(const char *text, uint8_t *out, size_t size) {
    size_t used = 0;
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t character;
        size_t step = utf8_take(text, left, &character);
        unsigned code = character < 0x80 ? character : code_of(character);
        if (code == 0) {
            code = '?';
        }
        size_t length = code > 0xFF ? 2 : 1;
        if (length > size - used) {
            break;
        }
        if (length == 2) {
            out[used++] = (uint8_t)(code >> 8);
        }
        out[used++] = (uint8_t)code;
        text += step;
        left -= step;
    }
    return used;
}

/* Takes one character; gives the bytes taken. A lead byte alone or before a byte that can't follow is one '?'. */
static size_t take(const uint8_t *bytes, size_t length, uint32_t *character) {
    *character = '?';
    if (bytes[0] < 0x80) {
        *character = bytes[0];
        return 1;
    }
    if (bytes[0] < FIRST_LEAD || bytes[0] > LAST_LEAD || length < 2 || bytes[1] < FIRST_TRAIL ||
        bytes[1] > LAST_TRAIL) {
        return 1;
    }
    size_t at = (size_t)(bytes[0] - FIRST_LEAD) * TRAILS + (size_t)(bytes[1] - FIRST_TRAIL);
    if (CHARACTER_OF_CODE[at] != 0) {
        *character = CHARACTER_OF_CODE[at];
    }
    return 2;
}

size_t gbk_decode(const uint8_t *bytes, size_t length, char *out, size_t size) {
    size_t used = 0;
    size_t at = 0;
    while (at < length && size > 0) {
        uint32_t character;
        at += take(bytes + at, length - at, &character);
        char encoded[UTF8_MAX];
        size_t width = utf8_put(character == 0 ? '?' : character, encoded);
        if (width >= size - used) {
            break;
        }
        memcpy(out + used, encoded, width);
        used += width;
    }
    if (size > 0) {
        out[used] = '\0';
    }
    return used;
}
