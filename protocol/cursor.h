/*
 * A byte cursor with a sticky error: write or read a frame field by field and ask once, at the end, whether all of it
 * fitted. After the first overrun nothing is written and reads give 0. Pure.
 */
#ifndef PROTOCOL_CURSOR_H
#define PROTOCOL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
    uint8_t *bytes; /* borrowed; a reader never writes them */
    size_t size, at;
    bool is_bad;
};

void cursor_init(struct cursor *cursor, uint8_t *bytes, size_t size);
void cursor_init_read(struct cursor *cursor, const uint8_t *bytes, size_t size);
void cursor_put_u8(struct cursor *cursor, uint8_t value);
void cursor_put_be16(struct cursor *cursor, uint16_t value);
void cursor_put_le16(struct cursor *cursor, uint16_t value);
void cursor_put_bytes(struct cursor *cursor, const void *bytes, size_t length);
uint8_t cursor_get_u8(struct cursor *cursor);
uint16_t cursor_get_be16(struct cursor *cursor);
uint16_t cursor_get_le16(struct cursor *cursor);
const uint8_t *cursor_get_bytes(struct cursor *cursor, size_t length); /* NULL past the end */
void cursor_skip(struct cursor *cursor, size_t length);
size_t cursor_left(const struct cursor *cursor);

/* CRC-16/MODBUS: polynomial A001 reflected, init FFFF. Modbus over Serial Line V1.02, 6.2.2. */
uint16_t crc16_modbus(const uint8_t *bytes, size_t length);

#endif
