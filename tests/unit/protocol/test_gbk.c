/* GBK against the vectors of the voice chips' manuals, and the whole table there and back. */
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "protocol/gbk.h"
#include "protocol/utf8.h"
#include "suite.h"

START_TEST(published_vectors) {
    uint8_t out[64];
    static const uint8_t CALL[] = { 0xC7, 0xEB, 0x41, 0x30, 0x31, 0x32, 0xBA, 0xC5, 0xB5,
                                    0xBD, 0x33, 0xBA, 0xC5, 0xB4, 0xB0, 0xBF, 0xDA };
    ck_assert_uint_eq(gbk_encode("请A012号到3号窗口", out, sizeof out), sizeof CALL);
    ck_assert_mem_eq(out, CALL, sizeof CALL);
    ck_assert_uint_eq(gbk_encode("宇音天下", out, sizeof out), 8);
    ck_assert_mem_eq(out, "\xD3\xEE\xD2\xF4\xCC\xEC\xCF\xC2", 8);
}
END_TEST

START_TEST(unknown_is_a_question_mark) {
    uint8_t out[16];
    char text[16];
    ck_assert_uint_eq(gbk_encode("a😀é\xFF"
                                 "b",
                                 out, sizeof out),
                      6);
    ck_assert_mem_eq(out, "a?\xA8\xA6?b", 6);
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"a\xFF\x80\xC7", 4, text, sizeof text), 4);
    ck_assert_str_eq(text, "a???");
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"\xC7 x", 3, text, sizeof text), 3);
    ck_assert_str_eq(text, "? x");
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"\xA6\xD9", 2, text, sizeof text), strlen(text));
}
END_TEST

START_TEST(text_is_cut_at_whole_characters) {
    uint8_t out[8];
    char text[8];
    ck_assert_uint_eq(gbk_encode("请请", out, 3), 2);
    ck_assert_uint_eq(gbk_encode("请", out, 1), 0);
    ck_assert_uint_eq(gbk_encode("请", out, 0), 0);
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"\xC7\xEB\xC7\xEB", 4, text, 6), 3);
    ck_assert_str_eq(text, "请");
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"\xC7\xEB", 2, text, 3), 0);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"ab", 2, text, 1), 0);
    ck_assert_uint_eq(gbk_decode((const uint8_t *)"ab", 2, text, 0), 0);
}
END_TEST

/* Every pair that iconv knows decodes to iconv's character and encodes to the same pair again. */
START_TEST(the_whole_table_comes_back) {
    iconv_t converter = iconv_open("UTF-8", "GBK");
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so. */
    ck_assert(converter != (iconv_t)-1);
    unsigned known = 0;
    for (unsigned code = 0x8140; code <= 0xFEFE; code++) {
        char pair[2] = { (char)(code >> 8), (char)code };
        char expected[8] = "";
        char *from = pair;
        char *to = expected;
        size_t in_left = 2;
        size_t out_left = sizeof expected - 1;
        (void)iconv(converter, NULL, NULL, NULL, NULL);
        bool is_pair = (code & 0xFF) >= 0x40 && (code & 0xFF) != 0x7F && (code & 0xFF) <= 0xFE;
        if (!is_pair || iconv(converter, &from, &in_left, &to, &out_left) == (size_t)-1) {
            continue;
        }
        char text[8];
        uint8_t back[4];
        (void)gbk_decode((const uint8_t *)pair, 2, text, sizeof text);
        size_t length = gbk_encode(text, back, sizeof back);
        if (strcmp(text, expected) != 0 || length != 2 || memcmp(back, pair, 2) != 0) {
            ck_abort_msg("code %04X gives %s, expected %s", code, text, expected);
        }
        known++;
    }
    (void)iconv_close(converter);
    ck_assert_uint_gt(known, 21000);
}
END_TEST

static const struct {
    const char *bytes;
    uint32_t character;
    size_t taken;
} SEQUENCES[] = {
    { "A", 'A', 1 },
    { "\xC3\xA9", 0xE9, 2 },
    { "\xE8\xAF\xB7", 0x8BF7, 3 },
    { "\xF0\x9F\x98\x80", 0x1F600, 4 },
    { "\xC0\x80", 0xFFFD, 1 },
    { "\xE0\x80\x80", 0xFFFD, 1 },
    { "\xED\xA0\x80", 0xFFFD, 1 },
    { "\xF4\x90\x80\x80", 0xFFFD, 1 },
    { "\x80", 0xFFFD, 1 },
    { "\xE8\xAF", 0xFFFD, 1 },
    { "\xE8\x41\x41", 0xFFFD, 1 },
};

START_TEST(utf8_is_taken_in_its_shortest_form_only) {
    uint32_t character;
    char back[UTF8_MAX];
    size_t taken = utf8_take(SEQUENCES[_i].bytes, strlen(SEQUENCES[_i].bytes), &character);
    ck_assert_uint_eq(taken, SEQUENCES[_i].taken);
    ck_assert_uint_eq(character, SEQUENCES[_i].character);
    if (character != UTF8_REPLACEMENT) {
        ck_assert_uint_eq(utf8_put(character, back), taken);
        ck_assert_mem_eq(back, SEQUENCES[_i].bytes, taken);
    }
}
END_TEST

TCase *gbk_case(void) {
    TCase *tcase = tcase_create("gbk");
    tcase_add_test(tcase, published_vectors);
    tcase_add_test(tcase, unknown_is_a_question_mark);
    tcase_add_test(tcase, text_is_cut_at_whole_characters);
    tcase_add_test(tcase, the_whole_table_comes_back);
    tcase_add_loop_test(tcase, utf8_is_taken_in_its_shortest_form_only, 0,
                        (int)(sizeof SEQUENCES / sizeof SEQUENCES[0]));
    return tcase;
}
