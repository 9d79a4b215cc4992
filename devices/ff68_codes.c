#include "devices/ff68_codes.h"

#include <string.h>

#include "devices/press.h"

/*
 * 10-frames.md: 0C next, 0D recall, 0B finish and rate, 12 pause, 13 transfer, 0F confirm with a digit before it: 6 give
 * up, 0 hold, 3 call back. Chosen: finish and rate is DONE, which invites the rating by the hall's own rules; give up
 * is NO_SHOW, since it is the caller who gives up waiting; call back is UNHOLD, the other half of hold. There is no key
 * that ends a pause: NEXT does.
 * Ratings: 0 dissatisfied, 2 satisfied, 3 very satisfied are the grades of those names. 1 is called "default": whether
 * somebody pressed it or the rater's own clock did can't be told, and a rating is never invented, so it is no grade
 * unless a profile says which one stands on that key.
 */
const struct ff68_codes FF68_CODES = {
    .terminal = { [KEY_NEXT] = { 1, { 0x0C } },
                  [KEY_RECALL] = { 1, { 0x0D } },
                  [KEY_NO_SHOW] = { 2, { 0x06, 0x0F } },
                  [KEY_PAUSE] = { 1, { 0x12 } },
                  [KEY_TRANSFER] = { 1, { 0x13 } },
                  [KEY_DONE] = { 1, { 0x0B } },
                  [KEY_HOLD] = { 2, { 0x00, 0x0F } },
                  [KEY_UNHOLD] = { 2, { 0x03, 0x0F } } },
    .grades = { 2, 0, 4, 5 },
};

uint16_t ff68_codes_key(const struct ff68_codes *codes, const struct ff68_frame *frame,
                        uint16_t *argument) {
    struct ff68_key key;
    *argument = 0;
    if (!ff68_read_key(frame, &key)) {
        return KEY_UNKNOWN;
    }
    uint16_t plain = KEY_UNKNOWN;
    for (unsigned i = KEY_NEXT; i <= KEY_PIN; i++) {
        const struct ff68_code *code = &codes->terminal[i];
        if (code->length == FF68_CODE_MAX && code->length == frame->length &&
            memcmp(code->bytes, frame->data, code->length) == 0) {
            return (uint16_t)i;
        }
        if (code->length == 1 && code->bytes[0] == key.code && key.is_number) {
            plain = (uint16_t)i;
        }
    }
    *argument = plain == KEY_UNKNOWN ? 0 : key.number;
    return plain;
}

uint8_t ff68_codes_grade(const struct ff68_codes *codes, const struct ff68_frame *frame) {
    bool is_rating =
        frame->function == FF68_RATING && frame->length == 1 && frame->data[0] < FF68_RATINGS;
    return is_rating ? codes->grades[frame->data[0]] : 0;
}
