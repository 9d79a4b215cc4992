#include <assert.h>

#include "devices/parts.h"
#include "protocol/cursor.h"

enum {
    STYLE_REGISTERS = 2 /* style and length */,
    TEXT_ROOM = STYLE_REGISTERS + BOARD_TEXT_REGISTERS
};

void board_write(const struct board_map *map, const struct board_image *image,
                 struct sequence *out) {
    uint16_t text[BOARD_TEXT_REGISTERS];
    uint16_t length = text_write(image->text, text, BOARD_TEXT_REGISTERS);
    uint16_t used = (uint16_t)((length + 1) / 2);
    sequence_clear(out);
    uint16_t *values = sequence_add(out, map->style, (uint16_t)(STYLE_REGISTERS + used), TEXT_ROOM);
    values[0] = image->style;
    values[1] = length;
    for (unsigned i = 0; i < used; i++) {
        values[STYLE_REGISTERS + i] = text[i];
    }
    uint16_t revision = board_revision(out);
    uint16_t room = map->style == map->revision + 1 ? 1 + TEXT_ROOM : 1;
    *sequence_add(out, map->revision, 1, room) = revision;
}

uint16_t board_revision(const struct sequence *written) {
    uint8_t bytes[2 * (STYLE_REGISTERS + BOARD_TEXT_REGISTERS)];
    struct cursor cursor;
    cursor_init(&cursor, bytes, sizeof bytes);
    const uint16_t *values = written->values + written->steps[0].at;
    cursor_put_be16(&cursor, values[0]);
    for (unsigned i = 0; i < values[1]; i++) {
        uint16_t pair = values[STYLE_REGISTERS + i / 2];
        cursor_put_u8(&cursor, (uint8_t)(i % 2 == 0 ? pair >> 8 : pair & 0xFF));
    }
    assert(!cursor.is_bad);
    uint16_t revision = crc16_modbus(bytes, cursor.at);
    return revision == 0 ? 1 : revision;
}
