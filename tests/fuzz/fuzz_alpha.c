/*
 * Any text for an Alpha sign: what is left of it is in order what stood there, a sign can show it, and the frame that
 * carries it, read by a reader of its own here, has a right sum, no code of the sign's own but those meant, and the text.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "protocol/alpha.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The command between 02 and 03; asserts all around it. Returns its bytes. */
static size_t peer_unpack(const uint8_t *frame, size_t length, const uint8_t **command) {
    char sum_text[5];
    unsigned sum = 0;
    size_t at = 0;
    while (at < length && frame[at] == 0) {
        at++;
    }
    assert(at == 5 && length > at + 11 && frame[at] == 1 && frame[at + 1] == 'Z');
    *command = frame + at + 5;
    assert(frame[at + 4] == 2);
    for (at += 4; frame[at] != 3; at++) {
        assert(at + 6 < length);
        sum += frame[at];
    }
    sum += 3;
    snprintf(sum_text, sizeof sum_text, "%04X", sum & 0xFFFF);
    assert(memcmp(frame + at + 1, sum_text, 4) == 0);
    assert(frame[at + 5] == 4 && at + 6 == length);
    return (size_t)(frame + at - *command);
}

/* Every character that is left stands in `text`, in this order. */
static void check_order(const char *text, const char *left) {
    for (; *left != '\0'; left++) {
        if (*left == ' ' || *left == '\n') {
            continue;
        }
        text = strchr(text, *left);
        assert(text != NULL);
        text++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char text[512] = "";
    char left[400];
    uint8_t frame[ALPHA_FRAME_MAX];
    const uint8_t *command;
    if (size < 2) {
        return 0;
    }
    memcpy(text, data + 1, size < sizeof text ? size - 1 : sizeof text - 1);
    alpha_reduce(text, left, 2 + data[0]);
    assert(strlen(left) < 2u + data[0] && alpha_can_show(left));
    check_order(text, left);
    size_t length = alpha_write_string(data[0], '1', text, frame);
    size_t bytes = peer_unpack(frame, length, &command);
    assert(command[0] == 'G' && command[1] == '1' && bytes <= 2 + ALPHA_STRING_MAX);
    for (size_t i = 2; i < bytes; i++) {
        bool is_plain = text[i - 2] >= ' ' && text[i - 2] <= '~';
        assert(command[i] == (is_plain ? (uint8_t)text[i - 2] : ' '));
    }
    struct alpha_text call = { .label = 'A', .mode = ALPHA_HOLD, .colour = '1', .text = left };
    length = alpha_write_text(data[0], &call, frame);
    bytes = peer_unpack(frame, length, &command);
    assert(bytes >= 7 && memcmp(command,
                                "AA\x1B b\x1C"
                                "1",
                                7) == 0);
    return 0;
}
