#include "devices/parts.h"

enum { ENABLED_REGISTERS = 2 };

static void block_add(struct sequence *out, uint16_t address, const char *text, uint16_t most);

void dispenser_write(const struct dispenser_map *map, const struct dispenser_image *image,
                     struct sequence *out) {
    sequence_clear(out);
    uint16_t *values = sequence_add(out, map->enabled, ENABLED_REGISTERS + DISPENSER_KEYS,
                                    ENABLED_REGISTERS + DISPENSER_KEYS);
    values[0] = (uint16_t)(image->enabled & 0xFFFF);
    values[1] = (uint16_t)(image->enabled >> 16);
    for (unsigned i = 0; i < DISPENSER_KEYS; i++) {
        values[ENABLED_REGISTERS + i] = image->waiting[i];
    }
}

void dispenser_write_job(const struct dispenser_map *map, const struct print_job *job,
                         struct sequence *out) {
    sequence_clear(out);
    block_add(out, map->text, job->text, JOB_TEXT_REGISTERS);
    block_add(out, map->qr, job->qr, QR_REGISTERS);
    uint16_t room = map->text == map->job + 1 ? 2 + JOB_TEXT_REGISTERS : 1;
    *sequence_add(out, map->job, 1, room) = job->job;
}

/* A length and its text, as far as it is used: what lies behind the length is nobody's. */
static void block_add(struct sequence *out, uint16_t address, const char *text, uint16_t most) {
    uint16_t registers[JOB_TEXT_REGISTERS];
    uint16_t length = text_write(text, registers, most);
    uint16_t used = (uint16_t)((length + 1) / 2);
    uint16_t *values = sequence_add(out, address, (uint16_t)(1 + used), (uint16_t)(1 + most));
    values[0] = length;
    for (unsigned i = 0; i < used; i++) {
        values[1 + i] = registers[i];
    }
}
