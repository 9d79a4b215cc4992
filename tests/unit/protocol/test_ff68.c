/*
 * Frames of callers and raters. The vectors are those of 10-frames.md, "Caller and four-key rater", marked (c) there:
 * computed from the published rule; that a key comes under FUNC 01 is not confirmed.
 */
#include <string.h>

#include "protocol/ff68.h"
#include "suite.h"

enum { STREAM_MAX = 256, FRAMES = 6 };

static const struct {
    const char *what;
    struct ff68_frame frame;
    size_t size;
    uint8_t bytes[FF68_FRAME_MAX];
} VECTORS[] = {
    { "show ticket 012 at 5, leave the people waiting",
      { 5, FF68_DIGITS, 6, { 0x0A, 0x0A, 0x0A, 0, 1, 2 } },
      15,
      { 0xFF, 0x68, 0x08, 0x08, 0x68, 0x05, 0x02, 0x0A, 0x0A, 0x0A, 0x00, 0x01, 0x02, 0x28,
        0x16 } },
    { "beep",
      { 5, FF68_BEEP, 0, { 0 } },
      9,
      { 0xFF, 0x68, 0x02, 0x02, 0x68, 0x05, 0x03, 0x08, 0x16 } },
    { "key next",
      { 5, FF68_KEY, 1, { 0x0C } },
      10,
      { 0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x01, 0x0C, 0x12, 0x16 } },
    { "rating 3",
      { 5, FF68_RATING, 1, { 3 } },
      10,
      { 0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x11, 0x03, 0x19, 0x16 } },
    { "its answer",
      { 5, FF68_RATED, 1, { 3 } },
      10,
      { 0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x01, 0x03, 0x09, 0x16 } },
};

/* What a reader makes of bytes that come at once; returns how many frames. */
static unsigned read_all(const uint8_t *bytes, size_t size, struct ff68_frame *frames,
                         unsigned most) {
    struct ff68_reader reader = { 0 };
    unsigned count = 0;
    for (size_t i = 0; i < size; i++) {
        ff68_take(&reader, bytes[i]);
        while (count < most && ff68_next(&reader, &frames[count])) {
            count++;
        }
    }
    while (count < most && ff68_next_in_silence(&reader, &frames[count])) {
        count++;
    }
    return count;
}

START_TEST(a_vector_is_written_and_read) {
    uint8_t bytes[FF68_FRAME_MAX];
    struct ff68_frame frames[2];
    ck_assert_uint_eq(ff68_write(&VECTORS[_i].frame, bytes), VECTORS[_i].size);
    ck_assert_mem_eq(bytes, VECTORS[_i].bytes, VECTORS[_i].size);
    ck_assert_uint_eq(read_all(bytes, VECTORS[_i].size, frames, 2), 1);
    ck_assert(ff68_equal(&frames[0], &VECTORS[_i].frame));
}
END_TEST

START_TEST(a_window_is_shown_in_six_digits) {
    static const struct {
        uint16_t waiting;
        struct ticket_no ticket;
        uint8_t digits[6];
    } rows[] = {
        { 7, { "A", 12 }, { 0, 0, 7, 0, 1, 2 } },
        { 999, { "AB", 999 }, { 9, 9, 9, 9, 9, 9 } },
        { 1000, { "", 0 }, { 9, 9, 9, 0, 0, 0 } },
        { 120, { "", 45 }, { 1, 2, 0, 0, 0, 0 } },
    };
    struct ff68_frame frame;
    ff68_show(5, rows[_i].waiting, rows[_i].ticket, &frame);
    ck_assert_uint_eq(frame.function, FF68_DIGITS);
    ck_assert_uint_eq(frame.address, 5);
    ck_assert_uint_eq(frame.length, 6);
    ck_assert_mem_eq(frame.data, rows[_i].digits, 6);
}
END_TEST

/* 10-frames.md: "06 0F give up, 00 0F hold, 03 0F call back"; the last byte is the key, digits come before it. */
START_TEST(a_key_is_the_last_byte_with_what_was_typed_before) {
    static const struct {
        struct ff68_frame frame;
        bool is_key;
        struct ff68_key key;
    } rows[] = {
        { { 5, FF68_KEY, 1, { 0x0C } }, true, { 0x0C, true, 0 } },
        { { 5, FF68_KEY, 2, { 0x06, 0x0F } }, true, { 0x0F, true, 6 } },
        { { 5, FF68_KEY, 2, { 0x00, 0x0F } }, true, { 0x0F, true, 0 } },
        { { 5, 0x07, 2, { 0x03, 0x0F } }, true, { 0x0F, true, 3 } },
        { { 5, FF68_KEY, 3, { 1, 2, 0x13 } }, true, { 0x13, true, 12 } },
        { { 5, FF68_KEY, 3, { 1, 0x0C, 0x0F } }, true, { 0x0F, false, 0 } },
        { { 5, FF68_KEY, 6, { 6, 5, 5, 3, 6, 0x0F } }, true, { 0x0F, false, 0 } },
        { { 5, FF68_KEY, 6, { 6, 5, 5, 3, 5, 0x0F } }, true, { 0x0F, true, 65535 } },
        { { 5, FF68_RATING, 1, { 3 } }, false, { 0 } },
        { { 5, FF68_KEY, 0, { 0 } }, false, { 0 } },
    };
    struct ff68_key key = { 0 };
    ck_assert(ff68_read_key(&rows[_i].frame, &key) == rows[_i].is_key);
    ck_assert_uint_eq(key.code, rows[_i].key.code);
    ck_assert(key.is_number == rows[_i].key.is_number);
    ck_assert_uint_eq(key.number, rows[_i].key.number);
}
END_TEST

/* Six frames, each with another address, and where each begins. */
static size_t make_stream(uint8_t *stream, struct ff68_frame *frames, size_t *begins) {
    size_t size = 0;
    for (unsigned i = 0; i < FRAMES; i++) {
        frames[i] = VECTORS[i % 5].frame;
        frames[i].address = (uint8_t)(1 + i);
        begins[i] = size;
        size += ff68_write(&frames[i], stream + size);
    }
    begins[FRAMES] = size;
    return size;
}

static void check_others_read(const uint8_t *stream, size_t size, const struct ff68_frame *frames,
                              unsigned spoiled) {
    struct ff68_frame read[FRAMES];
    unsigned count = read_all(stream, size, read, FRAMES);
    unsigned at = 0;
    for (unsigned i = 0; i < FRAMES; i++) {
        if (at < count && ff68_equal(&read[at], &frames[i])) {
            at++;
        } else {
            ck_assert_msg(i == spoiled, "frame %u is not read, %u was spoiled", i, spoiled);
        }
    }
    ck_assert_uint_eq(at, count);
}

START_TEST(a_byte_lost_doubled_or_flipped_spoils_its_frame_alone) {
    uint8_t stream[STREAM_MAX], bad[STREAM_MAX];
    struct ff68_frame frames[FRAMES];
    size_t begins[FRAMES + 1];
    size_t size = make_stream(stream, frames, begins);
    unsigned spoiled = 0;
    for (size_t at = 0; at < size; at++) {
        spoiled += at == begins[spoiled + 1] ? 1 : 0;
        memcpy(bad, stream, at);
        memcpy(bad + at, stream + at + 1, size - at - 1);
        check_others_read(bad, size - 1, frames, spoiled);
        memcpy(bad, stream, at + 1);
        memcpy(bad + at + 1, stream + at, size - at);
        check_others_read(bad, size + 1, frames, spoiled);
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bad, stream, size);
            bad[at] ^= (uint8_t)(1U << bit);
            check_others_read(bad, size, frames, spoiled);
        }
    }
}
END_TEST

START_TEST(a_frame_behind_a_false_head_is_read_at_the_silence) {
    struct ff68_reader reader = { 0 };
    struct ff68_frame frame;
    static const uint8_t HEAD[] = { 0xFF, 0x68, 0x12, 0x12, 0x68, 0x05 };
    for (size_t i = 0; i < sizeof HEAD; i++) {
        ff68_take(&reader, HEAD[i]);
        ck_assert(!ff68_next(&reader, &frame));
    }
    ck_assert(!ff68_next_in_silence(&reader, &frame));
    ck_assert_uint_eq(reader.count, sizeof HEAD);
    for (size_t i = 0; i < VECTORS[2].size; i++) {
        ff68_take(&reader, VECTORS[2].bytes[i]);
        ck_assert(!ff68_next(&reader, &frame));
    }
    ck_assert(ff68_next_in_silence(&reader, &frame));
    ck_assert(ff68_equal(&frame, &VECTORS[2].frame));
    ck_assert(!ff68_next_in_silence(&reader, &frame));
    ck_assert_uint_eq(reader.stray, sizeof HEAD);
    ck_assert_uint_eq(reader.bad, 0);
}
END_TEST

START_TEST(wrong_frames_are_counted) {
    struct ff68_reader reader = { 0 };
    struct ff68_frame frame;
    for (unsigned i = 0; i < VECTORS[2].size; i++) {
        ff68_take(&reader, (uint8_t)(VECTORS[2].bytes[i] ^ (i == 7 ? 1 : 0)));
        ck_assert(!ff68_next(&reader, &frame));
    }
    ck_assert_uint_eq(reader.bad, 1);
    ck_assert_uint_eq(reader.stray, VECTORS[2].size);
    ck_assert_uint_eq(reader.count, 0);
}
END_TEST

TCase *ff68_case(void) {
    TCase *tcase = tcase_create("ff68");
    tcase_add_loop_test(tcase, a_vector_is_written_and_read, 0, 5);
    tcase_add_loop_test(tcase, a_window_is_shown_in_six_digits, 0, 4);
    tcase_add_loop_test(tcase, a_key_is_the_last_byte_with_what_was_typed_before, 0, 10);
    tcase_add_test(tcase, a_byte_lost_doubled_or_flipped_spoils_its_frame_alone);
    tcase_add_test(tcase, a_frame_behind_a_false_head_is_read_at_the_silence);
    tcase_add_test(tcase, wrong_frames_are_counted);
    return tcase;
}
