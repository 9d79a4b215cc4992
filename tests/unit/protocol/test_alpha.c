/* Alpha sign frames against the four computed ones of 10-frames.md (rules: Adaptive's manual 9708-8061F). */
#include <string.h>

#include "protocol/alpha.h"
#include "suite.h"

/* NUL five times, 01, any type, all signs. */
static const uint8_t HEAD[] = { 0, 0, 0, 0, 0, 1, 'Z', '0', '0' };

static void check_frame(const uint8_t *frame, size_t length, const char *after_head) {
    ck_assert_uint_eq(length, sizeof HEAD + strlen(after_head));
    ck_assert_mem_eq(frame, HEAD, sizeof HEAD);
    ck_assert_mem_eq(frame + sizeof HEAD, after_head, strlen(after_head));
}

START_TEST(a_string) {
    uint8_t out[ALPHA_FRAME_MAX];
    size_t length = alpha_write_string(ALPHA_EVERYBODY, '1', "A012", out);
    check_frame(out, length,
                "\x02G1A012\x03"
                "0151\x04");
}
END_TEST

START_TEST(a_text) {
    struct alpha_text text = { .label = 'A', .mode = ALPHA_HOLD, .text = "A012 -> 3" };
    uint8_t out[ALPHA_FRAME_MAX];
    size_t length = alpha_write_text(ALPHA_EVERYBODY, &text, out);
    check_frame(out, length,
                "\x02"
                "AA\x1B bA012 -> 3\x03"
                "02D6\x04");
}
END_TEST

START_TEST(a_text_that_calls_a_string) {
    struct alpha_text text = { .label = 'A', .mode = ALPHA_HOLD, .calls = "1" };
    uint8_t out[ALPHA_FRAME_MAX];
    size_t length = alpha_write_text(ALPHA_EVERYBODY, &text, out);
    check_frame(out, length,
                "\x02"
                "AA\x1B b\x10"
                "1\x03"
                "0165\x04");
}
END_TEST

START_TEST(the_memory_map) {
    static const struct alpha_file FILES[] = { { 'A', false, 0x40 }, { '1', true, 0x20 } };
    uint8_t out[ALPHA_FRAME_MAX];
    size_t length = alpha_write_memory(ALPHA_EVERYBODY, FILES, 2, out);
    check_frame(out, length,
                "\x02"
                "E$AAU0040FFFF1BL00200000\x03"
                "0562\x04");
}
END_TEST

START_TEST(colour_lines_and_address) {
    struct alpha_text text = { .label = 'A', .mode = ALPHA_FLASH, .colour = '2', .calls = "12" };
    uint8_t out[ALPHA_FRAME_MAX];
    size_t length = alpha_write_text(0xAB, &text, out);
    ck_assert_uint_eq(length, sizeof HEAD + 19);
    ck_assert_mem_eq(out + 7, "AB", 2);
    ck_assert_mem_eq(out + 9,
                     "\x02"
                     "AA\x1B c\x1C"
                     "2\x10"
                     "1\r\x10"
                     "2\x03",
                     14);
}
END_TEST

/* What would be one of the sign's own codes, or an eighth bit, is a blank; too much is cut. */
START_TEST(no_text_breaks_a_frame) {
    uint8_t out[ALPHA_FRAME_MAX];
    char text[200];
    size_t length = alpha_write_string(1, '1', "a\x04\x10\xC7z", out);
    ck_assert_uint_eq(length, 9 + 1 + 2 + 5 + 6);
    ck_assert_mem_eq(out + 12, "a   z\x03", 6);
    memset(text, 'Z', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_uint_eq(alpha_write_string(1, '1', text, out), 9 + 1 + 2 + ALPHA_STRING_MAX + 6);
}
END_TEST

static const struct {
    const char *text, *reduced;
} TEXTS[] = {
    { "请 A012 到 3 号窗口", "A012 3" },
    { "请A012号到3号窗口", "A012 3" },
    { "3号窗口 暂停服务", "3" },
    { "请 A012 到 3 号窗口\n请 Z001 到 12 号窗口", "A012 3\nZ001 12" },
    { "未开放\n3", "3" },
    { "未开放", "" },
    { "A012 -> 3", "A012 -> 3" },
    { "A0\xFF\x01 3", "A0 3" },
    { "  ", "" },
};

START_TEST(what_a_sign_can_show) {
    char out[64];
    alpha_reduce(TEXTS[_i].text, out, sizeof out);
    ck_assert_str_eq(out, TEXTS[_i].reduced);
    ck_assert(alpha_can_show(out));
    ck_assert_int_eq(alpha_can_show(TEXTS[_i].text),
                     strcmp(TEXTS[_i].text, out) == 0 || TEXTS[_i].text[0] == ' ');
}
END_TEST

START_TEST(what_does_not_fit_is_left_out) {
    char out[6];
    alpha_reduce("123456789", out, sizeof out);
    ck_assert_uint_lt(strlen(out), sizeof out);
    ck_assert(strncmp(out, "123456789", strlen(out)) == 0);
    alpha_reduce("1", out, 1);
    ck_assert_str_eq(out, "");
}
END_TEST

TCase *alpha_case(void) {
    TCase *tcase = tcase_create("alpha");
    tcase_add_test(tcase, a_string);
    tcase_add_test(tcase, a_text);
    tcase_add_test(tcase, a_text_that_calls_a_string);
    tcase_add_test(tcase, the_memory_map);
    tcase_add_test(tcase, colour_lines_and_address);
    tcase_add_test(tcase, no_text_breaks_a_frame);
    tcase_add_loop_test(tcase, what_a_sign_can_show, 0, (int)(sizeof TEXTS / sizeof TEXTS[0]));
    tcase_add_test(tcase, what_does_not_fit_is_left_out);
    return tcase;
}
