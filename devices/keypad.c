#include "devices/parts.h"

void keypad_write(const struct keypad_map *map, const struct keypad_image *image,
                  struct sequence *out) {
    struct span span = keypad_span(map);
    sequence_clear(out);
    uint16_t *values = sequence_add(out, span.address, span.count, span.count);
    values[map->state - span.address] = image->state;
    values[map->session - span.address] = image->session;
    values[map->stars - span.address] = image->stars;
    text_write(image->staff, values + (map->staff - span.address), STAFF_REGISTERS);
    text_write(image->name, values + (map->name - span.address), STAFF_NAME_REGISTERS);
}
