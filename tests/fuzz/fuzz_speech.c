/*
 * A speech chip's line: whatever bytes come, in whatever order with frames that are sent, each is echo, noise or one of
 * five replies. Any text becomes a frame of the chip's form whose text is whole GBK characters and comes back the same.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/gbk.h"
#include "protocol/speech.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 300, DECODED_SIZE = 1024 };

static void check_frame(enum speech_chip chip, const struct speech_frame *frame) {
    size_t check = chip == CHIP_SYN6288 ? 1 : 0;
    uint8_t sum = 0;
    assert(frame->length >= 5 + check && frame->length <= 5 + SPEECH_TEXT_MAX + check);
    assert(frame->bytes[0] == 0xFD && frame->bytes[3] == 0x01 && frame->bytes[4] <= 1);
    assert(frame->bytes[1] * 256U + frame->bytes[2] == frame->length - 3);
    for (size_t i = 0; check == 1 && i < frame->length; i++) {
        sum ^= frame->bytes[i];
    }
    assert(sum == 0);
    char text[DECODED_SIZE];
    uint8_t again[DECODED_SIZE];
    size_t length = frame->length - 5 - check;
    (void)gbk_decode(frame->bytes + 5, length, text, sizeof text);
    assert(gbk_encode(text, again, sizeof again) == length);
    assert(memcmp(again, frame->bytes + 5, length) == 0);
}

static void try_text(const uint8_t *data, size_t size) {
    char text[TEXT_MAX + 1];
    char spelled[SPEECH_SPELLED_SIZE];
    struct speech_frame frame;
    size_t length = size - 2 < TEXT_MAX ? size - 2 : TEXT_MAX;
    memcpy(text, data + 2, length);
    text[length] = '\0';
    enum speech_chip chip = data[0] & 2 ? CHIP_SYN6288 : CHIP_XFS5152;
    size_t room = 1 + (size_t)data[1] * 3;
    size_t used = speech_spell(text, spelled, room < sizeof spelled ? room : sizeof spelled);
    assert(used == strlen(spelled) && used < room && strpbrk(spelled, "[]\n") == NULL);
    assert(speech_usual_ms(spelled) <= 250 * used);
    speech_frame_say(chip, data[1], spelled, &frame);
    check_frame(chip, &frame);
    speech_frame_say(chip, data[1], text, &frame);
    check_frame(chip, &frame);
}

static void try_replies(const uint8_t *data, size_t size) {
    struct speech_reader reader = { 0 };
    struct speech_frame frame;
    size_t replies = 0;
    for (size_t i = 1; i < size; i++) {
        if (data[i] % 16 == 3) {
            speech_frame_question(i % 2 == 0 ? CHIP_SYN6288 : CHIP_XFS5152, &frame);
            speech_reader_note_sent(&reader, &frame);
        }
        enum speech_reply reply = speech_reader_take(&reader, data[i]);
        assert(reply == REPLY_NONE || (reply == data[i] && strchr("AEJNO", data[i]) != NULL));
        replies += reply != REPLY_NONE ? 1 : 0;
    }
    assert(replies + reader.noise <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) {
        return 0;
    }
    if (data[0] & 1) {
        try_replies(data, size);
    } else {
        try_text(data, size);
    }
    return 0;
}
