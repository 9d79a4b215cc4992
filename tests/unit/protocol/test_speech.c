/* The speech chips' frames against the makers' examples; digits, coding, volume; replies out of noise and echo. */
#include <string.h>

#include "protocol/gbk.h"
#include "protocol/speech.h"
#include "suite.h"

struct vector {
    const char *source;
    enum speech_chip chip;
    enum speech_coding coding;
    const char *text; /* NULL: the question */
    const char *bytes;
    size_t length;
};

#define BYTES(text) text, sizeof text - 1

static const struct vector VECTORS[] = {
    { "10-frames.md (v); SYN6288 datasheet 4.4.1", CHIP_SYN6288, CODING_GB2312, "宇音天下",
      BYTES("\xFD\x00\x0B\x01\x00\xD3\xEE\xD2\xF4\xCC\xEC\xCF\xC2\xC1") },
    { "SYN6288 datasheet 4.4.1, text control", CHIP_SYN6288, CODING_GBK, "[v11]",
      BYTES("\xFD\x00\x08\x01\x01\x5B\x76\x31\x31\x5D\x85") },
    { "10-frames.md (v); SYN6288 datasheet 4.4.6", CHIP_SYN6288, CODING_GB2312, NULL,
      BYTES("\xFD\x00\x02\x21\xDE") },
    { "10-frames.md (c)", CHIP_SYN6288, CODING_GBK, "请A012号到3号窗口",
      BYTES("\xFD\x00\x14\x01\x01\xC7\xEB\x41\x30\x31\x32\xBA\xC5\xB5\xBD\x33\xBA\xC5\xB4\xB0\xBF"
            "\xDA\xED") },
    { "10-frames.md (c)", CHIP_XFS5152, CODING_GBK, "请A012号到3号窗口",
      BYTES("\xFD\x00\x13\x01\x01\xC7\xEB\x41\x30\x31\x32\xBA\xC5\xB5\xBD\x33\xBA\xC5\xB4\xB0\xBF"
            "\xDA") },
    { "10-frames.md; XFS5152CE guide 8.1.1", CHIP_XFS5152, CODING_GB2312, NULL,
      BYTES("\xFD\x00\x01\x21") },
};

START_TEST(published_frames) {
    const struct vector *vector = &VECTORS[_i];
    struct speech_frame frame;
    if (vector->text == NULL) {
        speech_frame_question(vector->chip, &frame);
    } else {
        speech_frame_text(vector->chip, vector->coding, vector->text, &frame);
    }
    ck_assert_msg(frame.length == vector->length, "%s: %zu bytes", vector->source, frame.length);
    ck_assert_mem_eq(frame.bytes, vector->bytes, frame.length);
    ck_assert(!frame.is_cut);
}
END_TEST

START_TEST(a_frame_to_say_begins_with_the_volume) {
    struct speech_frame frame;
    speech_frame_say(CHIP_SYN6288, 10, "请", &frame);
    ck_assert_uint_eq(frame.length, 5 + 5 + 2 + 1);
    ck_assert_mem_eq(frame.bytes, "\xFD\x00\x0A\x01\x00[v16]\xC7\xEB", 12);
    speech_frame_say(CHIP_SYN6288, 5, "请", &frame);
    ck_assert_mem_eq(frame.bytes + 5, "[v8]\xC7\xEB", 6);
    speech_frame_say(CHIP_SYN6288, 0, "请", &frame);
    ck_assert_mem_eq(frame.bytes + 5, "[v0]\xC7\xEB", 6);
    speech_frame_say(CHIP_XFS5152, 10, "请", &frame);
    ck_assert_uint_eq(frame.length, 5 + 5 + 2);
    ck_assert_mem_eq(frame.bytes, "\xFD\x00\x09\x01\x00[v10]\xC7\xEB", 12);
    speech_frame_say(CHIP_XFS5152, 99, "请", &frame);
    ck_assert_mem_eq(frame.bytes + 5, "[v10]", 5);
}
END_TEST

START_TEST(gbk_is_used_where_gb2312_is_too_small) {
    ck_assert_int_eq(speech_coding_of("请A012号到3号窗口，谢谢！"), CODING_GB2312);
    ck_assert_int_eq(speech_coding_of(""), CODING_GB2312);
    /* 镕 and 臺 are in GBK alone, ● is a symbol that GB2312 has. */
    ck_assert_int_eq(speech_coding_of("请朱镕先生"), CODING_GBK);
    ck_assert_int_eq(speech_coding_of("臺"), CODING_GBK);
    /* 8AB2: the lead byte alone tells it from GB2312. */
    ck_assert_int_eq(speech_coding_of("姴"), CODING_GBK);
    ck_assert_int_eq(speech_coding_of("●"), CODING_GB2312);
    /* What neither has is spoken as a question mark. */
    ck_assert_int_eq(speech_coding_of("😀"), CODING_GB2312);
    struct speech_frame frame;
    speech_frame_say(CHIP_XFS5152, 10, "镕", &frame);
    ck_assert_uint_eq(frame.bytes[4], CODING_GBK);
}
END_TEST

START_TEST(text_is_cut_at_a_whole_character) {
    char text[SPEECH_TEXT_MAX * 3 + 1] = "";
    for (unsigned i = 0; i < SPEECH_TEXT_MAX / 2; i++) {
        memcpy(text + strlen(text), "请", sizeof "请");
    }
    struct speech_frame frame;
    speech_frame_text(CHIP_SYN6288, CODING_GB2312, text, &frame);
    ck_assert(!frame.is_cut);
    ck_assert_uint_eq(frame.length, SPEECH_FRAME_MAX);
    ck_assert_mem_eq(frame.bytes, "\xFD\x00\xCB", 3);
    /* "[v16]" takes five bytes, so that the last half of a character stays out. */
    speech_frame_say(CHIP_SYN6288, 10, text, &frame);
    ck_assert(frame.is_cut);
    ck_assert_uint_eq(frame.length, SPEECH_FRAME_MAX - 1);
    ck_assert_mem_eq(frame.bytes, "\xFD\x00\xCA", 3);
}
END_TEST

static const struct {
    const char *text, *spelled;
} SPELLINGS[] = {
    { "请A012号到3号窗口", "请A0,1,2号到3号窗口" },
    { "请AB107号到12号窗口", "请AB1,0,7号到12号窗口" },
    { "请b12号", "请b1,2号" },
    { "012", "0,1,2" },
    { "12", "12" },
    { "到101室，07号", "到1,0,1室，07号" },
    { "[d]A1", "(d)A1" },
    { "一\n二\x1d三", "一 二 三" },
    { "", "" },
};

START_TEST(numbers_on_paper_are_read_digit_by_digit) {
    char out[SPEECH_SPELLED_SIZE];
    size_t length = speech_spell(SPELLINGS[_i].text, out, sizeof out);
    ck_assert_str_eq(out, SPELLINGS[_i].spelled);
    ck_assert_uint_eq(length, strlen(out));
}
END_TEST

START_TEST(a_spelling_is_cut_at_a_whole_character) {
    char out[8];
    ck_assert_uint_eq(speech_spell("请请请", out, sizeof out), 6);
    ck_assert_str_eq(out, "请请");
    ck_assert_uint_eq(speech_spell("A0123", out, 4), 2);
    ck_assert_str_eq(out, "A0");
    ck_assert_uint_eq(speech_spell("A0123", out, 1), 0);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(the_time_to_speak_follows_the_text) {
    ck_assert_uint_eq(speech_usual_ms(""), 0);
    ck_assert_uint_eq(speech_usual_ms("请A0,1"), 4 * 250 + 100);
}
END_TEST

static size_t replies_of(struct speech_reader *reader, const char *bytes, size_t length,
                         uint8_t *replies) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        enum speech_reply reply = speech_reader_take(reader, (uint8_t)bytes[i]);
        if (reply != REPLY_NONE) {
            replies[count++] = (uint8_t)reply;
        }
    }
    return count;
}

START_TEST(replies_are_found_in_noise) {
    struct speech_reader reader = { 0 };
    uint8_t replies[16];
    size_t count = replies_of(&reader, BYTES("\x00\xFF\x4A\xFE\x41\x45\x21\x4E\x4F\xFD"), replies);
    ck_assert_uint_eq(count, 5);
    ck_assert_mem_eq(replies, "\x4A\x41\x45\x4E\x4F", 5);
    ck_assert_uint_eq(reader.noise, 5);
    ck_assert(!reader.has_echo);
}
END_TEST

/* The letters of "A012" and "EJNO" are the bytes of replies. */
START_TEST(an_echo_is_no_reply) {
    struct speech_reader reader = { 0 };
    struct speech_frame frame;
    uint8_t replies[16];
    speech_frame_text(CHIP_SYN6288, CODING_GB2312, "请A012号 EJNO", &frame);
    speech_reader_note_sent(&reader, &frame);
    frame.bytes[9] ^= 4; /* mangled on its way back */
    ck_assert_uint_eq(replies_of(&reader, (const char *)frame.bytes, frame.length, replies), 0);
    ck_assert(reader.has_echo);
    ck_assert_uint_eq(replies_of(&reader, BYTES("\x41\x4F"), replies), 2);
    ck_assert_mem_eq(replies, "\x41\x4F", 2);
    ck_assert_uint_eq(reader.noise, 0);
    speech_reader_note_sent(&reader, &frame);
    ck_assert_uint_eq(replies_of(&reader, BYTES("\x41\x4F"), replies), 2);
    ck_assert(!reader.has_echo);
}
END_TEST

START_TEST(an_echo_is_known_behind_noise) {
    struct speech_reader reader = { 0 };
    struct speech_frame frame;
    uint8_t replies[16];
    speech_frame_text(CHIP_SYN6288, CODING_GB2312, "A", &frame);
    speech_reader_note_sent(&reader, &frame);
    ck_assert_uint_eq(replies_of(&reader, BYTES("\xFD"), replies), 0);
    ck_assert_uint_eq(replies_of(&reader, (const char *)frame.bytes, frame.length, replies), 0);
    ck_assert(reader.has_echo);
    ck_assert_uint_eq(reader.noise, 1);
}
END_TEST

START_TEST(noise_that_begins_like_an_echo_hides_no_reply) {
    struct speech_reader reader = { 0 };
    struct speech_frame frame;
    uint8_t replies[16];
    speech_frame_question(CHIP_SYN6288, &frame);
    speech_reader_note_sent(&reader, &frame);
    ck_assert_uint_eq(replies_of(&reader, BYTES("\xFD\x41\xFD\xFD\x00\x4E"), replies), 2);
    ck_assert_mem_eq(replies, "\x41\x4E", 2);
    ck_assert_uint_eq(reader.noise, 4);
    ck_assert(!reader.has_echo);
}
END_TEST

TCase *speech_case(void) {
    TCase *tcase = tcase_create("speech");
    tcase_add_loop_test(tcase, published_frames, 0, (int)(sizeof VECTORS / sizeof VECTORS[0]));
    tcase_add_test(tcase, a_frame_to_say_begins_with_the_volume);
    tcase_add_test(tcase, gbk_is_used_where_gb2312_is_too_small);
    tcase_add_test(tcase, text_is_cut_at_a_whole_character);
    tcase_add_loop_test(tcase, numbers_on_paper_are_read_digit_by_digit, 0,
                        (int)(sizeof SPELLINGS / sizeof SPELLINGS[0]));
    tcase_add_test(tcase, a_spelling_is_cut_at_a_whole_character);
    tcase_add_test(tcase, the_time_to_speak_follows_the_text);
    tcase_add_test(tcase, replies_are_found_in_noise);
    tcase_add_test(tcase, an_echo_is_no_reply);
    tcase_add_test(tcase, an_echo_is_known_behind_noise);
    tcase_add_test(tcase, noise_that_begins_like_an_echo_hides_no_reply);
    return tcase;
}
