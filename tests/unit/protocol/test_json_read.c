/* Reading with comments, and every mistake at its line and path with what would be right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "suite.h"

static const char TEXT[] = "// first line\n"
                           "{ /* a comment\n"
                           "     of two lines */ \"hall\": \"http://x/*y*/\",\n"
                           "  \"buses\": [\n"
                           "    { \"id\": \"a\" },\n"
                           "    { \"id\": \"b\", \"devices\": [ 1,\n"
                           "        { \"n\": 2,\n"
                           "          \"address\": 300, \"name\": \"Bad Name\",\n"
                           "          \"half\": 1.5, \"flag\": 1 } ] }\n"
                           "  ]\n"
                           "}\n";

static struct json_doc *open_text(const char *text) {
    return json_open("test.jsonc", text, strlen(text));
}

static void expect(const struct json_doc *doc, size_t i, unsigned line, const char *path,
                   const char *what) {
    ck_assert_uint_gt(json_mistake_count(doc), i);
    const struct json_mistake *mistake = json_mistake_at(doc, i);
    ck_assert_str_eq(mistake->what, what);
    ck_assert_str_eq(mistake->path, path);
    ck_assert_uint_eq(mistake->line, line);
    ck_assert_str_eq(mistake->file, "test.jsonc");
}

START_TEST(mistakes_have_line_path_and_advice) {
    static const char *const KNOWN[] = { "n", "adress", "name", NULL };
    struct json_doc *doc = open_text(TEXT);
    const struct json *top = json_top(doc);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    ck_assert_str_eq(json_text(json_get(top, "hall")), "http://x/*y*/");
    const struct json *bus = json_next(json_first(json_get(top, "buses")));
    const struct json *device = json_next(json_first(json_get(bus, "devices")));
    uint16_t address = 7;
    char name[NAME_SIZE] = "kept";
    bool flag = true;
    ck_assert(!json_read_u16(doc, device, "address", 1, 247, &address));
    ck_assert_uint_eq(address, 7);
    ck_assert(!json_read_name(doc, device, "name", name));
    ck_assert_str_eq(name, "kept");
    ck_assert(!json_read_u16(doc, device, "half", 1, 247, &address));
    ck_assert(!json_read_bool(doc, device, "flag", &flag));
    ck_assert(!json_read_u16(doc, device, "absent", 1, 247, &address));
    json_complain(doc, device, "role", "is missing");
    json_only(doc, device, KNOWN);
    expect(doc, 0, 8, "buses[1].devices[1].address", "found 300, expected a whole number 1..247");
    expect(doc, 1, 8, "buses[1].devices[1].name",
           "found \"Bad Name\", expected 1..32 of the characters a-z 0-9 -");
    expect(doc, 2, 9, "buses[1].devices[1].half", "found 1.5, expected a whole number 1..247");
    expect(doc, 3, 9, "buses[1].devices[1].flag", "found 1, expected true or false");
    expect(doc, 4, 7, "buses[1].devices[1].role", "is missing");
    expect(doc, 5, 8, "buses[1].devices[1].address",
           "found an unknown key, expected perhaps \"adress\"");
    expect(doc, 6, 9, "buses[1].devices[1].half", "found an unknown key");
    ck_assert_uint_eq(json_mistake_count(doc), 8);
    json_close(doc);
}
END_TEST

static const struct {
    const char *text;
    unsigned line;
    const char *what;
} SYNTAX[] = {
    { "{\n\"a\": 1,\n}", 2, "found }, expected no comma before it" },
    { "[1,\n2,]", 2, "found ], expected no comma before it" },
    { "{\n\"a\" 1}", 2, "found 1, expected" },
    { "{\n\"a\": nul}", 2, "found nul, expected" },
    { "{\"a\": 1", 1, "found the end of the text" },
    { "", 1, "found the end of the text" },
    { "{} x", 1, "found x" },
    { "\n{} {}", 2, "found {" },
    { "[01]", 1, "found a number that is not written as JSON asks" },
    { "[1.]", 1, "found a number" },
    { "[-]", 1, "found a number" },
    { "[1e]", 1, "found a number" },
    { "[+1]", 1, "found +1" },
    { "[\n1e999]", 2, "found a number that is too large" },
    { "[\"a\nb\"]", 1, "found the end of the line inside a text" },
    { "[\"a\x01\"]", 1, "found a control character" },
    { "[\x01]", 1, "found a control character" },
    { "[\"\xFF\"]", 1, "found bytes that are not UTF-8" },
    { "[\"\\u0000\"]", 1, "found \\u0000" },
    { "[\"\\x\"]", 1, "found" },
    { "[\"abc", 1, "found a text without its closing" },
    { "[\"abc\\", 1, "found a text without its closing" },
    { "[1] /* open\n", 1, "found the end of the text inside a comment" },
    { "[1] / 2", 1, "found /, expected a value or a comment" },
    { "{\"a\":1,\n\"b\":2,\n\"a\":3}", 3, "found this key twice" },
    { "['a']", 1, "found 'a'" },
    { "[NaN]", 1, "found NaN" },
    { "[Infinity]", 1, "found Infinity" },
};

START_TEST(syntax_is_refused_with_its_line) {
    struct json_doc *doc = open_text(SYNTAX[_i].text);
    ck_assert_msg(json_mistake_count(doc) > 0, "%s passes", SYNTAX[_i].text);
    const struct json_mistake *mistake = json_mistake_at(doc, 0);
    ck_assert_msg(strstr(mistake->what, SYNTAX[_i].what) == mistake->what, "%s: %s",
                  SYNTAX[_i].text, mistake->what);
    ck_assert_uint_eq(mistake->line, SYNTAX[_i].line);
    json_close(doc);
}
END_TEST

static const char *const GOOD[] = {
    "{}",
    "[]",
    " [1, -0, 0.5, 1e3, -1.5E-3] ",
    "\"text\"",
    "null",
    "true // end",
    "{\"a\":{\"a\":1},\"b\":[{\"a\":2}]}",
    "[\"\\u8bf7\\n\\/\", \"//\", \"/*\"]",
    "/**/[]/**/",
};

START_TEST(good_texts_pass) {
    struct json_doc *doc = open_text(GOOD[_i]);
    ck_assert_msg(json_mistake_count(doc) == 0, "%s: %s", GOOD[_i], json_mistake_at(doc, 0)->what);
    ck_assert_ptr_nonnull(json_top(doc));
    json_close(doc);
}
END_TEST

START_TEST(nesting_has_a_bound) {
    char text[128] = "";
    for (size_t levels = 31; levels <= 34; levels++) {
        memset(text, '[', levels);
        memset(text + levels, ']', levels);
        text[levels + levels] = '\0';
        struct json_doc *doc = open_text(text);
        ck_assert_uint_eq(json_mistake_count(doc), levels > 32 ? 1 : 0);
        json_close(doc);
    }
    /* A mistake at the very bottom still finds its way. */
    memset(text, '[', 32);
    snprintf(text + 32, sizeof text - 32, "7");
    memset(text + 33, ']', 32);
    text[65] = '\0';
    struct json_doc *doc = open_text(text);
    const struct json *node = json_top(doc);
    while (json_first(node) != NULL) {
        node = json_first(node);
    }
    json_complain(doc, node, NULL, "here");
    ck_assert_uint_eq(strlen(json_mistake_at(doc, 0)->path), (size_t)32 * 3);
    json_close(doc);
}
END_TEST

START_TEST(length_has_a_bound) {
    size_t size = 1024 * 1024 + 1;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', size);
    text[0] = '[';
    text[1] = ']';
    struct json_doc *doc = json_open("test.jsonc", text, size - 1);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    json_close(doc);
    doc = json_open("test.jsonc", text, size);
    ck_assert_uint_eq(json_mistake_count(doc), 1);
    ck_assert_ptr_null(json_top(doc));
    json_close(doc);
    free(text);
}
END_TEST

START_TEST(no_more_than_200_mistakes_are_kept) {
    struct json_doc *doc = open_text("{}");
    for (unsigned i = 0; i < 300; i++) {
        json_complain(doc, json_top(doc), NULL, "mistake %u", i);
    }
    ck_assert_uint_eq(json_mistake_count(doc), 201);
    ck_assert_str_eq(json_mistake_at(doc, 199)->what, "mistake 199");
    ck_assert_str_eq(json_mistake_at(doc, 200)->what, "and 100 more");
    json_close(doc);
}
END_TEST

/* What a file says can't make a line that looks like another mistake, or like none. */
START_TEST(a_mistake_stays_on_its_line) {
    struct json_doc *doc =
        open_text("{\"a\\nb\": \"x\\ny\\u001b[2K\\u009b\\u007f\\u00e9\\u4e2d\", \"c\": \x01}");
    expect(doc, 0, 1, "", "found a control character, expected a value");
    json_close(doc);
    doc = open_text("{\"a\\nb\": \"x\\ny\\u001b[2K\\u009b\\u007f\\u00e9\\u4e2d\"}");
    json_expect(doc, json_first(json_top(doc)), NULL, "a name");
    json_warn(doc, json_top(doc), "a\tb", "found %s", "\r");
    expect(doc, 0, 1, "a\\x0ab",
           "found \"x\\x0ay\\x1b[2K\\x9b\\x7f\xc3\xa9\xe4\xb8\xad\", expected a name");
    ck_assert_uint_eq(json_mistake_count(doc), 1);
    ck_assert_uint_eq(json_warning_count(doc), 1);
    ck_assert_str_eq(json_warning_at(doc, 0)->what, "found \\x0d");
    ck_assert_str_eq(json_warning_at(doc, 0)->path, "a\\x09b");
    json_close(doc);
}
END_TEST

START_TEST(values_are_read) {
    struct json_doc *doc =
        open_text("{\"i\":-7,\"big\":9007199254740992,\"more\":1e17,\"u\":4294967295,"
                  "\"t\":\"abc\",\"b\":true,\"n\":null,\"o\":{\"k\":[1,2]}}\0");
    const struct json *top = json_top(doc);
    int64_t whole = 0;
    uint32_t u = 0;
    char text[4];
    bool flag = false;
    ck_assert(json_read_int(doc, top, "i", -10, 10, &whole));
    ck_assert_int_eq(whole, -7);
    ck_assert(json_read_int(doc, top, "big", 0, INT64_MAX, &whole));
    ck_assert_int_eq(whole, 9007199254740992);
    ck_assert(json_read_u32(doc, top, "u", 0, UINT32_MAX, &u));
    ck_assert_uint_eq(u, UINT32_MAX);
    ck_assert(json_read_text(doc, top, "t", text, sizeof text));
    ck_assert_str_eq(text, "abc");
    ck_assert(json_read_bool(doc, top, "b", &flag));
    ck_assert(flag);
    ck_assert(json_is_null(json_get(top, "n")));
    ck_assert(!json_is_null(json_get(top, "absent")));
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    ck_assert(!json_read_text(doc, top, "t", text, 3));
    ck_assert(!json_read_int(doc, top, "more", 0, INT64_MAX, &whole));
    ck_assert_uint_eq(json_mistake_count(doc), 2);
    char printed[32];
    ck_assert_int_eq(json_print(json_get(top, "o"), printed, sizeof printed), 11);
    ck_assert_str_eq(printed, "{\"k\":[1,2]}");
    ck_assert_int_eq(json_print(json_get(top, "o"), printed, 11), HALL_FULL);
    ck_assert_uint_eq(json_count(json_get(json_get(top, "o"), "k")), 2);
    json_close(doc);
}
END_TEST

START_TEST(nothing_is_accepted_everywhere) {
    struct json_doc *doc = open_text("[]");
    static const char *const KNOWN[] = { "a", NULL };
    int64_t value = 3;
    ck_assert_ptr_null(json_get(NULL, "a"));
    ck_assert_ptr_null(json_get(json_top(doc), "a"));
    ck_assert_ptr_null(json_first(NULL));
    ck_assert_ptr_null(json_next(NULL));
    ck_assert_str_eq(json_key(NULL), "");
    ck_assert_ptr_null(json_text(NULL));
    ck_assert_uint_eq(json_count(NULL), 0);
    ck_assert(!json_read_int(doc, NULL, "a", 0, 9, &value));
    json_only(doc, NULL, KNOWN);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    json_close(doc);
    json_close(NULL);
}
END_TEST

TCase *json_read_case(void) {
    TCase *tcase = tcase_create("json_read");
    tcase_add_test(tcase, mistakes_have_line_path_and_advice);
    tcase_add_loop_test(tcase, syntax_is_refused_with_its_line, 0,
                        (int)(sizeof SYNTAX / sizeof SYNTAX[0]));
    tcase_add_loop_test(tcase, good_texts_pass, 0, (int)(sizeof GOOD / sizeof GOOD[0]));
    tcase_add_test(tcase, nesting_has_a_bound);
    tcase_add_test(tcase, length_has_a_bound);
    tcase_add_test(tcase, no_more_than_200_mistakes_are_kept);
    tcase_add_test(tcase, a_mistake_stays_on_its_line);
    tcase_add_test(tcase, values_are_read);
    tcase_add_test(tcase, nothing_is_accepted_everywhere);
    return tcase;
}
