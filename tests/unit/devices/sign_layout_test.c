/* What stands on a sign of a certain size. */
#include <stdio.h>
#include <string.h>

#include "devices/sign_layout.h"
#include "tests/unit/devices/suites.h"

static struct board_image image_of(uint16_t style, const char *text, const char *plain) {
    struct board_image image = { .style = style };
    snprintf(image.text, sizeof image.text, "%s", text);
    snprintf(image.plain, sizeof image.plain, "%s", plain);
    return image;
}

static const struct {
    uint16_t width, height, style;
    const char *text;
    uint16_t across, high;
    bool is_single, wraps;
    uint8_t effect, stay;
    const char *bytes;
} AREAS[] = {
    { 0, 0, STYLE_GREEN, "Z001", 128, 16, true, false, ONBON_STILL, 5, "\\C2Z001" },
    { 128, 16, STYLE_RED | STYLE_FLASH, "Z001", 128, 16, true, false, ONBON_QUICK, 1, "\\C1Z001" },
    /* 8 pixels an ASCII character, 16 another: 128 fit, 136 run */
    { 128, 16, STYLE_RED | STYLE_FLASH, "12345678\xE8\xAF\xB7\xE8\xAF\xB7\xE8\xAF\xB7\xE8\xAF\xB7",
      128, 16, true, false, ONBON_QUICK, 1, "\\C112345678\xC7\xEB\xC7\xEB\xC7\xEB\xC7\xEB" },
    { 128, 16, STYLE_RED | STYLE_FLASH, "12345678901234567", 128, 16, true, false, ONBON_LEFT, 5,
      "\\C112345678901234567" },
    { 128, 16, STYLE_RED, "请 Z017 到 1 号窗口", 128, 16, true, false, ONBON_STILL, 5,
      "\\C1\xC7\xEBZ017\xB5\xBD"
      "1\xBA\xC5\xB4\xB0\xBF\xDA" },
    { 128, 16, STYLE_RED, "请 Z017 到 123 号窗口", 128, 16, true, false, ONBON_LEFT, 5,
      "\\C1\xC7\xEB Z017 \xB5\xBD 123 \xBA\xC5\xB4\xB0\xBF\xDA" },
    { 128, 31, STYLE_AMBER | STYLE_SCROLL, "Z", 128, 31, true, false, ONBON_LEFT, 5, "\\C3Z" },
    { 128, 16, STYLE_RED, "A\nB", 128, 16, true, false, ONBON_STILL, 5, "\\C1A  B" },
    { 128, 32, STYLE_RED, "A\nB", 128, 32, false, false, ONBON_STILL, 5, "\\C1A\\nB" },
    { 128, 32, STYLE_RED, "Z001", 128, 32, true, false, ONBON_STILL, 5, "\\C1Z001" },
    { 64, 32, STYLE_RED, "1234567890", 64, 32, false, true, ONBON_STILL, 5, "\\C11234567890" },
    { 64, 32, STYLE_RED, "12345678901234567", 64, 32, false, true, ONBON_LEFT, 5,
      "\\C112345678901234567" },
};

START_TEST(an_area_for_the_sign) {
    struct device_config config = { .width = AREAS[_i].width, .height = AREAS[_i].height };
    struct board_image image = image_of(AREAS[_i].style, AREAS[_i].text, "");
    struct onbon_area area;
    sign_lay_area(&config, &image, &area);
    ck_assert_uint_eq(area.width, AREAS[_i].across);
    ck_assert_uint_eq(area.height, AREAS[_i].high);
    ck_assert_int_eq(area.is_single, AREAS[_i].is_single);
    ck_assert_int_eq(area.wraps, AREAS[_i].wraps);
    ck_assert_uint_eq(area.effect, AREAS[_i].effect);
    ck_assert_uint_eq(area.stay_halves, AREAS[_i].stay);
    ck_assert_uint_eq(area.length, strlen(AREAS[_i].bytes));
    ck_assert_mem_eq(area.text, AREAS[_i].bytes, area.length);
}
END_TEST

START_TEST(a_text_of_nothing_but_ends_of_lines_fits) {
    struct device_config config = { .height = 16 };
    struct board_image image = { .style = STYLE_RED };
    struct onbon_area area;
    struct sign_face face;
    memset(image.text, '\n', sizeof image.text - 1);
    sign_lay_area(&config, &image, &area);
    ck_assert_uint_eq(area.length, ONBON_TEXT_MAX);
    sign_lay_face(&config, &image, &face);
    ck_assert_uint_eq(face.count, 1);
}
END_TEST

static const struct {
    uint16_t width, height, style;
    const char *text, *plain;
    char mode, colour;
    unsigned count;
    const char *first, *second;
} FACES[] = {
    { 0, 0, STYLE_RED | STYLE_FLASH, "请 A012 到 3 号窗口", "A012 -> 3", 'c', '1', 1, "A012 -> 3",
      NULL },
    { 0, 0, STYLE_GREEN, "3号窗口 社会保障", "3 OPEN", 'b', '2', 1, "3 OPEN", NULL },
    /* what the sign can show is shown as it was written */
    { 0, 0, STYLE_AMBER, "A012 to window 3", "A012 -> 3", 'b', '3', 1, "A012 to window 3", NULL },
    { 0, 0, STYLE_RED, "请 A012 到 3 号窗口", "", 'b', '1', 1, "A012 3", NULL },
    { 0, 0, STYLE_RED, "测试大厅", "", 'b', '1', 1, "", NULL },
    { 54, 8, STYLE_RED | STYLE_FLASH, "A012 -> 3", "", 'c', '1', 1, "A012 -> 3", NULL },
    { 53, 8, STYLE_RED | STYLE_FLASH, "A012 -> 3", "", 'a', '1', 1, "A012 -> 3", NULL },
    { 0, 8, STYLE_RED | STYLE_SCROLL, "A", "", 'a', '1', 1, "A", NULL },
    { 0, 8, STYLE_RED, "A\nB", "", 'a', '1', 1, "A   B", NULL },
    { 0, 16, STYLE_RED, "A\nB", "", 'b', '1', 2, "A", "B" },
    { 0, 16, STYLE_RED, "A\nB\nC", "", 'a', '1', 1, "A   B   C", NULL },
};

START_TEST(a_face_for_the_sign) {
    struct device_config config = { .width = FACES[_i].width, .height = FACES[_i].height };
    struct board_image image = image_of(FACES[_i].style, FACES[_i].text, FACES[_i].plain);
    struct sign_face face;
    sign_lay_face(&config, &image, &face);
    ck_assert_int_eq(face.mode, FACES[_i].mode);
    ck_assert_int_eq(face.colour, FACES[_i].colour);
    ck_assert_uint_eq(face.count, FACES[_i].count);
    ck_assert_str_eq(face.lines[0], FACES[_i].first);
    if (FACES[_i].second != NULL) {
        ck_assert_str_eq(face.lines[1], FACES[_i].second);
    }
}
END_TEST

Suite *sign_layout_suite(void) {
    Suite *suite = suite_create("sign_layout");
    TCase *cases = tcase_create("sign_layout");
    tcase_add_loop_test(cases, an_area_for_the_sign, 0, sizeof AREAS / sizeof *AREAS);
    tcase_add_test(cases, a_text_of_nothing_but_ends_of_lines_fits);
    tcase_add_loop_test(cases, a_face_for_the_sign, 0, sizeof FACES / sizeof *FACES);
    suite_add_tcase(suite, cases);
    return suite;
}
