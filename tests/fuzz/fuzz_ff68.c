/*
 * A line of callers and raters: bytes in any pieces give the same frames as at once; a good frame behind any garbage is
 * read by the silence that follows it; what was read is written as it came.
 */
#include <assert.h>
#include <string.h>

#include "protocol/ff68.h"

enum { STREAM_MAX = 1024, FRAMES_MAX = STREAM_MAX / FF68_AROUND + 2 };

struct heard {
    struct ff68_reader reader;
    unsigned count;
    struct ff68_frame frames[FRAMES_MAX];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(struct heard *heard, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        ff68_take(&heard->reader, bytes[i]);
        while (ff68_next(&heard->reader, &heard->frames[heard->count])) {
            heard->count++;
        }
        assert(heard->reader.count < FF68_FRAME_MAX);
    }
}

static void fall_silent(struct heard *heard) {
    while (ff68_next_in_silence(&heard->reader, &heard->frames[heard->count])) {
        heard->count++;
    }
}

static void check_same(const struct heard *a, const struct heard *b) {
    assert(a->count == b->count && a->reader.count == b->reader.count);
    assert(a->reader.stray == b->reader.stray && a->reader.bad == b->reader.bad);
    for (unsigned i = 0; i < a->count; i++) {
        assert(ff68_equal(&a->frames[i], &b->frames[i]));
    }
}

/* Every byte is a frame's or a stray one, and a frame that was read stands in the stream as it is written. */
static void check_bytes(const struct heard *heard, const uint8_t *bytes, size_t size) {
    size_t at = 0, spent = 0;
    for (unsigned i = 0; i < heard->count; i++) {
        uint8_t written[FF68_FRAME_MAX];
        size_t length = ff68_write(&heard->frames[i], written);
        while (at + length <= size && memcmp(bytes + at, written, length) != 0) {
            at++;
        }
        assert(at + length <= size);
        at += length;
        spent += length;
    }
    assert(spent + heard->reader.stray + heard->reader.count == size);
}

/* A garbage that holds no FF can be no head, one that does may hide it until the line is silent. */
static void check_last(const uint8_t *garbage, size_t size) {
    struct heard heard = { .count = 0 };
    struct ff68_frame last = { .address = 5, .function = FF68_KEY, .length = 1, .data = { 0x0C } };
    uint8_t bytes[FF68_FRAME_MAX];
    size_t length = ff68_write(&last, bytes);
    hear(&heard, garbage, size);
    fall_silent(&heard);
    hear(&heard, bytes, length);
    fall_silent(&heard);
    /* But where the garbage is the beginning of a longer frame that this one's bytes complete. */
    bool is_spliced = heard.count > 0 && heard.frames[heard.count - 1].length > 1;
    assert(is_spliced || (heard.count > 0 && ff68_equal(&heard.frames[heard.count - 1], &last)));
}

static void check_made(const uint8_t *data, size_t size) {
    struct heard heard = { .count = 0 };
    struct ff68_frame frame = { .address = data[0], .function = data[1] };
    frame.length = (uint8_t)(size - 2 < FF68_DATA_MAX ? size - 2 : FF68_DATA_MAX);
    memcpy(frame.data, data + 2, frame.length);
    uint8_t bytes[FF68_FRAME_MAX];
    hear(&heard, bytes, ff68_write(&frame, bytes));
    assert(heard.count == 1 && ff68_equal(&heard.frames[0], &frame));
    assert(heard.reader.count == 0 && heard.reader.stray == 0);
    struct ff68_key key;
    assert(ff68_read_key(&frame, &key) == (frame.length > 0 && frame.function != FF68_RATING));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || size > STREAM_MAX) {
        return 0;
    }
    check_made(data + 1, size - 1);
    check_last(data + 1, size - 1);
    struct heard once = { .count = 0 }, pieces = { .count = 0 };
    hear(&once, data + 1, size - 1);
    size_t step = data[0] % 31U + 1;
    for (size_t at = 1; at < size; at += step) {
        hear(&pieces, data + at, size - at < step ? size - at : step);
    }
    check_same(&once, &pieces);
    check_bytes(&once, data + 1, size - 1);
    fall_silent(&once);
    check_bytes(&once, data + 1, size - 1);
    return 0;
}
