#include "devices/parts.h"

static uint16_t prefix_register(const char *prefix);

void terminal_write(const struct terminal_map *map, const struct terminal_image *image,
                    uint16_t answer, uint16_t answered, struct sequence *out) {
    struct span span = terminal_span(map);
    sequence_clear(out);
    uint16_t *values = sequence_add(out, span.address, span.count, span.count);
    bool has_ticket = image->ticket.prefix[0] != '\0';
    values[map->prefix - span.address] = prefix_register(image->ticket.prefix);
    values[map->number - span.address] = has_ticket ? image->ticket.number : 0;
    values[map->waiting - span.address] = image->waiting;
    values[map->lamp - span.address] = image->lamp;
    values[map->answer - span.address] = answer;
    values[map->answered - span.address] = answered;
}

/* Two letters high byte first, one letter in the low byte, none 0. */
static uint16_t prefix_register(const char *prefix) {
    uint8_t first = (uint8_t)prefix[0];
    uint8_t second = first == 0 ? 0 : (uint8_t)prefix[1];
    return (uint16_t)(second == 0 ? first : (unsigned)first << 8 | second);
}
