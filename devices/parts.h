/*
 * The device roles: what an image's part is in registers, in the order in which it must be written. One file a role.
 * Pure. Every function makes `out` anew.
 */
#ifndef DEVICES_PARTS_H
#define DEVICES_PARTS_H

#include "devices/profile_map.h"
#include "devices/sequence.h"
#include "protocol/image.h"

/* `answer` and `answered`: the key event count that is answered, and with what. */
void terminal_write(const struct terminal_map *map, const struct terminal_image *image,
                    uint16_t answer, uint16_t answered, struct sequence *out);
void keypad_write(const struct keypad_map *map, const struct keypad_image *image,
                  struct sequence *out);
void board_write(const struct board_map *map, const struct board_image *image,
                 struct sequence *out);
/* The revision that a board shows this text under: CRC-16 of style and text, never 0. */
uint16_t board_revision(const struct sequence *written);
void dispenser_write(const struct dispenser_map *map, const struct dispenser_image *image,
                     struct sequence *out);
void dispenser_write_job(const struct dispenser_map *map, const struct print_job *job,
                         struct sequence *out);
/* GBK text into registers, two bytes each, high byte first. Returns its bytes. */
uint16_t text_write(const char *text, uint16_t *registers, uint16_t count);

#endif
