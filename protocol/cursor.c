/* Frames field by field, and the checksum of Modbus. */
#include "protocol/cursor.h"

#include <string.h>

void cursor_init(struct cursor *cursor, uint8_t *bytes, size_t size) {
    *cursor = (struct cursor){ .bytes = bytes, .size = size };
}

void cursor_init_read(struct cursor *cursor, const uint8_t *bytes, size_t size) {
    /* The union drops const without a cast; the reading functions never write. */
    union {
        const uint8_t *given;
        uint8_t *kept;
    } pointer = { .given = bytes };
    cursor_init(cursor, pointer.kept, size);
}

size_t cursor_left(const struct cursor *cursor) {
    return cursor->is_bad ? 0 : cursor->size - cursor->at;
}

/* The place of the next `length` bytes, or NULL and the cursor bad from now on. */
static uint8_t *advance(struct cursor *cursor, size_t length) {
    if (cursor->is_bad || length > cursor->size - cursor->at) {
        cursor->is_bad = true;
        return NULL;
    }
    uint8_t *place = cursor->bytes + cursor->at;
    cursor->at += length;
    return place;
}

void cursor_put_u8(struct cursor *cursor, uint8_t value) {
    cursor_put_bytes(cursor, &value, 1);
}

void cursor_put_be16(struct cursor *cursor, uint16_t value) {
    uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };
    cursor_put_bytes(cursor, bytes, sizeof bytes);
}

void cursor_put_le16(struct cursor *cursor, uint16_t value) {
    uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };
    cursor_put_bytes(cursor, bytes, sizeof bytes);
}

void cursor_put_bytes(struct cursor *cursor, const void *bytes, size_t length) {
    uint8_t *place = advance(cursor, length);
    if (place != NULL && length > 0) {
        memcpy(place, bytes, length);
    }
}

uint8_t cursor_get_u8(struct cursor *cursor) {
    const uint8_t *place = advance(cursor, 1);
    return place == NULL ? 0 : place[0];
}

uint16_t cursor_get_be16(struct cursor *cursor) {
    static const uint8_t NONE[2] = { 0 };
    const uint8_t *place = advance(cursor, 2);
    const uint8_t *bytes = place == NULL ? NONE : place;
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint16_t cursor_get_le16(struct cursor *cursor) {
    uint16_t value = cursor_get_be16(cursor);
    return (uint16_t)(value << 8 | value >> 8);
}

const uint8_t *cursor_get_bytes(struct cursor *cursor, size_t length) {
    return advance(cursor, length);
}

void cursor_skip(struct cursor *cursor, size_t length) {
    (void)advance(cursor, length);
}

uint16_t crc16_modbus(const uint8_t *bytes, size_t length) {
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc & 1U ? crc >> 1 ^ 0xA001U : crc >> 1;
        }
    }
    return (uint16_t)crc;
}
