/*
 * ONBON frames against published ones: the vendor's example of a dynamic area and the commands of 10-frames.md (marks
 * v and c), and two more of the vendor's protocol document as dealers show it: a reply that is well (deanled.cn,
 * "5.1.2") and an area in pixels for any card (iledev.com, "5.1.1"), whose checksums were recomputed and match.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/onbon.h"
#include "suite.h"

static const char START[] = "A5 A5 A5 A5 A5 A5 A5 A5 ";

/* "A5 00 5A" into bytes; returns how many. */
static size_t bytes_of(const char *text, uint8_t *out) {
    size_t length = 0;
    while (*text != '\0') {
        char *end;
        out[length++] = (uint8_t)strtoul(text, &end, 16);
        text = *end == ' ' ? end + 1 : end;
    }
    return length;
}

static void check_frame(const uint8_t *frame, size_t length, const char *after_start) {
    uint8_t expected[ONBON_FRAME_MAX];
    char text[3 * ONBON_FRAME_MAX];
    snprintf(text, sizeof text, "%s%s", START, after_start);
    size_t wanted = bytes_of(text, expected);
    ck_assert_uint_eq(length, wanted);
    ck_assert_mem_eq(frame, expected, wanted);
}

/* How often a good frame ended in `bytes`; `reply` is the last one. */
static unsigned hear(struct onbon_reader *reader, const uint8_t *bytes, size_t length,
                     struct onbon_reply *reply) {
    unsigned heard = 0;
    for (size_t i = 0; i < length; i++) {
        heard += onbon_hear(reader, bytes[i], reply) ? 1 : 0;
    }
    return heard;
}

static unsigned hear_text(struct onbon_reader *reader, const char *text,
                          struct onbon_reply *reply) {
    uint8_t bytes[ONBON_FRAME_MAX];
    return hear(reader, bytes, bytes_of(text, bytes), reply);
}

static const struct {
    enum onbon_command command;
    const char *frame;
} COMMANDS[] = {
    { ONBON_PING, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A" },
    { ONBON_CLEAR, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 51 F8 5A" },
    { ONBON_STATUS, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A1 02 01 00 00 2D 40 5A" },
};

START_TEST(commands_are_the_published_frames) {
    uint8_t out[ONBON_FRAME_MAX];
    size_t length = onbon_write_command(1, COMMANDS[_i].command, out);
    check_frame(out, length, COMMANDS[_i].frame);
}
END_TEST

static void put_text(struct onbon_area *area, const void *text, size_t length) {
    area->length = length;
    memcpy(area->text, text, length);
}

START_TEST(the_vendors_area) {
    struct onbon_area area = { .mode = 0x2D, .width = 192, .height = 32, .timeout_s = 2 };
    uint8_t out[ONBON_FRAME_MAX];
    area.wraps = true;
    area.effect = ONBON_LEFT;
    area.speed = 4;
    area.stay_halves = 5;
    put_text(&area, "012345QRSTTV'B", 14);
    size_t length = onbon_write_area(1, &area, out);
    check_frame(out, length,
                "01 00 00 80 00 00 00 00 00 00 FE 02 32 00 A3 06 01 2D 00 00 01 29 00 00 00 00 00 "
                "00 18 00 20 00 00 00 00 02 00 00 00 00 02 02 03 00 04 05 0E 00 00 00 30 31 32 33 "
                "34 35 51 52 53 54 54 56 27 42 A8 7D 5A");
}
END_TEST

START_TEST(the_letter_z_is_escaped) {
    struct onbon_area area = { .width = 128, .height = 16, .timeout_s = 2, .is_single = true };
    uint8_t out[ONBON_FRAME_MAX];
    area.effect = ONBON_STILL;
    area.speed = 4;
    area.stay_halves = 5;
    put_text(&area, "Z001", 4);
    size_t length = onbon_write_area(1, &area, out);
    check_frame(out, length,
                "01 00 00 80 00 00 00 00 00 00 FE 02 28 00 A3 06 01 00 00 00 01 1F 00 00 00 00 00 "
                "00 10 00 10 00 00 00 00 02 00 00 00 00 01 01 01 00 04 05 04 00 00 00 5B 02 30 30 "
                "31 B6 75 5A");
}
END_TEST

/* A5, A6, 5A and 5B of the text stand for starts and ends of frames; the checksum is of the bytes before escaping. */
START_TEST(all_four_special_bytes_are_escaped) {
    struct onbon_area area = { .width = 128, .height = 16, .timeout_s = 2, .is_single = true };
    uint8_t out[ONBON_FRAME_MAX];
    area.effect = ONBON_STILL;
    area.speed = 4;
    area.stay_halves = 5;
    put_text(&area, "\xA5\xA6\x5A\x5B", 4);
    size_t length = onbon_write_area(1, &area, out);
    check_frame(out, length,
                "01 00 00 80 00 00 00 00 00 00 FE 02 28 00 A3 06 01 00 00 00 01 1F 00 00 00 00 00 "
                "00 10 00 10 00 00 00 00 02 00 00 00 00 01 01 01 00 04 05 04 00 00 00 A6 02 A6 01 "
                "5B 02 5B 01 C8 C2 5A");
}
END_TEST

/* iledev.com gives X and width with the top bit, as pixels, for a screen that whole bytes measure as well. */
START_TEST(pixels_that_are_no_whole_bytes) {
    struct onbon_area area = { .x = 4, .width = 100, .height = 32, .timeout_s = 10 };
    uint8_t out[ONBON_FRAME_MAX];
    area.effect = ONBON_STILL;
    put_text(&area, "A", 1);
    (void)onbon_write_area(ONBON_WILDCARD, &area, out);
    ck_assert_mem_eq(out + 8, "\xFE\xFF\x00\x80", 4);
    ck_assert_mem_eq(out + 8 + 14 + 9, "\x00\x04\x80\x00\x00\x64\x80\x20\x00", 9);
}
END_TEST

static const struct {
    uint16_t style;
    const char *text;
    const char *bytes;
} TEXTS[] = {
    { STYLE_RED, "A012", "\\C1A012" },
    { STYLE_GREEN | STYLE_FLASH, "A012", "\\C2A012" },
    { STYLE_AMBER, "", "\\C3" },
    { STYLE_RED, "请\nZ", "\\C1\xC7\xEB\\nZ" },
    { STYLE_RED, "a\\C2b",
      "\\C1a\xA3\xDC"
      "C2b" },
    { STYLE_RED, "1\t2\x7F", "\\C11 2 " },
    /* GBK beyond GB2312: the second byte is low, the first is low; in neither; no UTF-8 */
    { STYLE_RED, "镕伃😀\xFF", "\\C1????" },
};

START_TEST(text_is_gb2312_with_the_cards_escapes) {
    uint8_t out[64];
    size_t length = onbon_write_text(TEXTS[_i].text, TEXTS[_i].style, out, sizeof out);
    ck_assert_uint_eq(length, strlen(TEXTS[_i].bytes));
    ck_assert_mem_eq(out, TEXTS[_i].bytes, length);
}
END_TEST

START_TEST(text_is_cut_at_a_whole_character) {
    uint8_t out[8];
    ck_assert_uint_eq(onbon_write_text("请请", STYLE_RED, out, 6), 5);
    ck_assert_uint_eq(onbon_write_text("a\nb", STYLE_RED, out, 5), 4);
    ck_assert_uint_eq(onbon_write_text("a", STYLE_RED, out, 2), 0);
}
END_TEST

/* The longest text in which all is escaped stays within what a card's buffer holds, and comes back whole. */
START_TEST(the_longest_frame_fits) {
    static struct onbon_reader reader;
    memset(&reader, 0, sizeof reader);
    struct onbon_area area = { .width = 128, .height = 16 };
    struct onbon_reply reply;
    uint8_t out[ONBON_FRAME_MAX];
    area.length = ONBON_TEXT_MAX;
    memset(area.text, 'Z', ONBON_TEXT_MAX);
    size_t length = onbon_write_area(1, &area, out);
    ck_assert_uint_gt(length, (size_t)2 * ONBON_TEXT_MAX);
    ck_assert_uint_eq(hear(&reader, out, length, &reply), 1);
    ck_assert_uint_eq(reply.command, ONBON_AREA);
    ck_assert_uint_eq(reply.source, ONBON_HOST);
}
END_TEST

static const char WELL[] = "A5 A5 A5 A5 A5 A5 A5 A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 "
                           "00 00 00 00 14 AC 5A";

START_TEST(the_published_reply) {
    static struct onbon_reader reader;
    memset(&reader, 0, sizeof reader);
    struct onbon_reply reply;
    ck_assert_uint_eq(hear_text(&reader, WELL, &reply), 1);
    ck_assert_uint_eq(reply.destination, ONBON_HOST);
    ck_assert_uint_eq(reply.source, ONBON_WILDCARD);
    ck_assert_uint_eq(reply.command, ONBON_WELL);
    ck_assert_uint_eq(reply.error, 0);
    ck_assert_uint_eq(reader.broken, 0);
}
END_TEST

/* Escaped bytes in header, data and checksum alike: what this writes, it reads. */
START_TEST(a_reply_from_the_card_5a) {
    static struct onbon_reader reader;
    memset(&reader, 0, sizeof reader);
    struct onbon_reply reply;
    uint8_t out[ONBON_FRAME_MAX];
    size_t length = onbon_write_command(0x5BA6, ONBON_REFUSED, out);
    ck_assert_uint_eq(hear(&reader, out, length, &reply), 1);
    ck_assert_uint_eq(reply.destination, 0x5BA6);
    ck_assert_uint_eq(reply.command, ONBON_REFUSED);
    ck_assert_uint_eq(reply.error, 1);
    ck_assert_str_eq(onbon_error_words(12), "no such font");
    ck_assert_str_eq(onbon_error_words(200), "unknown error");
}
END_TEST

static const char *const BROKEN[] = {
    "A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AD 5A",    /* checksum */
    "A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 5A",       /* a byte is lost */
    "A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 A6 03 14 AC 5A", /* no such escape */
    "A5 00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AC 5B 5A", /* half an escape */
    "A5 5A",
    "A5 00 80 FE FF 00", /* cut off by the next one */
};

START_TEST(a_broken_frame_costs_only_itself) {
    static struct onbon_reader reader;
    memset(&reader, 0, sizeof reader);
    struct onbon_reply reply;
    ck_assert_uint_eq(hear_text(&reader, "00 5A 41 A6 5B", &reply), 0); /* noise */
    ck_assert_uint_eq(hear_text(&reader, BROKEN[_i], &reply), 0);
    ck_assert_uint_eq(hear_text(&reader, WELL, &reply), 1);
    ck_assert_uint_eq(reader.broken, 1);
}
END_TEST

START_TEST(an_endless_frame_ends_with_the_next_start) {
    static struct onbon_reader reader;
    memset(&reader, 0, sizeof reader);
    struct onbon_reply reply;
    uint8_t noise[3 * ONBON_FRAME_MAX] = { 0xA5 };
    memset(noise + 1, 0x41, sizeof noise - 1);
    ck_assert_uint_eq(hear(&reader, noise, sizeof noise, &reply), 0);
    ck_assert_uint_eq(hear_text(&reader, WELL, &reply), 1);
}
END_TEST

/* No single bit turned over on the wire is believed, wherever it is. */
START_TEST(every_flipped_bit_is_found) {
    uint8_t bytes[64];
    struct onbon_reply reply;
    size_t length = bytes_of(WELL, bytes);
    for (size_t bit = 64; bit < 8 * (length - 1); bit++) {
        static struct onbon_reader reader;
        memset(&reader, 0, sizeof reader);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_uint_eq(hear(&reader, bytes, length, &reply), 0);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

TCase *onbon_case(void) {
    TCase *tcase = tcase_create("onbon");
    tcase_add_loop_test(tcase, commands_are_the_published_frames, 0,
                        (int)(sizeof COMMANDS / sizeof COMMANDS[0]));
    tcase_add_test(tcase, the_vendors_area);
    tcase_add_test(tcase, the_letter_z_is_escaped);
    tcase_add_test(tcase, all_four_special_bytes_are_escaped);
    tcase_add_test(tcase, pixels_that_are_no_whole_bytes);
    tcase_add_loop_test(tcase, text_is_gb2312_with_the_cards_escapes, 0,
                        (int)(sizeof TEXTS / sizeof TEXTS[0]));
    tcase_add_test(tcase, text_is_cut_at_a_whole_character);
    tcase_add_test(tcase, the_longest_frame_fits);
    tcase_add_test(tcase, the_published_reply);
    tcase_add_test(tcase, a_reply_from_the_card_5a);
    tcase_add_loop_test(tcase, a_broken_frame_costs_only_itself, 0,
                        (int)(sizeof BROKEN / sizeof BROKEN[0]));
    tcase_add_test(tcase, an_endless_frame_ends_with_the_next_start);
    tcase_add_test(tcase, every_flipped_bit_is_found);
    return tcase;
}
