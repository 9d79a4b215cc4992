/* The values that a vendor's device can be given: which roles have them, and what an image says of them. Pure. */
#ifndef DEVICES_VENDOR_VALUE_H
#define DEVICES_VENDOR_VALUE_H

#include <stddef.h>

#include "devices/vendor_map.h"
#include "protocol/image.h"

enum { VALUE_TEXT_SIZE = BOARD_TEXT_SIZE };

struct vendor_value_row {
    const char *name;
    unsigned roles;            /* set of 1 << enum role */
    uint32_t most;             /* the largest number; 0: a text */
    const char *const *states; /* the words of its states, NULL-ended; NULL: it has none */
};

/* What is shown: an image, and of a terminal's keys the answer and the count that it answers. */
struct vendor_shown {
    const struct image *image;
    uint16_t answer, answered;
};

const struct vendor_value_row *vendor_value_row(enum vendor_value value);
/* The value that this name has for a device of this role; VALUE_CONSTANT: none. */
enum vendor_value vendor_value_named(const char *name, enum role role);
/* "prefix, number, lamp": of this role. */
void vendor_value_list(enum role role, char *out, size_t size);
uint32_t vendor_number(const struct vendor_step *step, const struct vendor_shown *shown);
/* UTF-8. `out` holds VALUE_TEXT_SIZE bytes. */
void vendor_text(const struct vendor_step *step, const struct vendor_shown *shown, char *out);

#endif
