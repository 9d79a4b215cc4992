/*
 * What the keys of callers and raters mean, in one place: bytes on the wire against the reference map's codes. Which
 * byte stands for which key is not confirmed for every maker, so a profile may say it anew. Pure.
 */
#ifndef DEVICES_FF68_CODES_H
#define DEVICES_FF68_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/ff68.h"
#include "protocol/key.h"

enum { FF68_CODE_MAX = 2, FF68_RATINGS = 4 };

/* The key's byte, or a digit and the key that confirms it. */
struct ff68_code {
    uint8_t length; /* 0: these devices have no such key */
    uint8_t bytes[FF68_CODE_MAX];
};

struct ff68_codes {
    struct ff68_code terminal[KEY_PIN + 1]; /* at enum terminal_key */
    uint8_t grades[FF68_RATINGS];           /* of rating 0..3; 0: it stands for no grade */
};

extern const struct ff68_codes FF68_CODES;

/*
 * What a terminal's frame asks for: enum terminal_key, with the digits typed before the key as its argument (a service
 * for TRANSFER, a reason for PAUSE, an outcome for DONE). KEY_UNKNOWN (0) when the codes have no such key.
 */
uint16_t ff68_codes_key(const struct ff68_codes *codes, const struct ff68_frame *frame,
                        uint16_t *argument);
/* The grade of a rater's frame; 0: no rating, or one that stands for no grade. */
uint8_t ff68_codes_grade(const struct ff68_codes *codes, const struct ff68_frame *frame);

#endif
