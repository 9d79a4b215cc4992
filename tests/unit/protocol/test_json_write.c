/* The writer's bytes, and its sticky end of space. */
#include <string.h>

#include "protocol/json.h"
#include "suite.h"

static void write_all(struct json_writer *writer) {
    json_begin_object(writer, NULL);
    json_write_text(writer, "t", "a\"\\\n\t\x01\x7F/请😀");
    json_write_text(writer, "bad", "x\xFFy\xE8");
    json_write_text(writer, "null", NULL);
    json_begin_array(writer, "a");
    json_write_int(writer, NULL, INT64_MIN);
    json_write_int(writer, NULL, 0);
    json_begin_object(writer, NULL);
    json_end_object(writer);
    json_write_fixed(writer, NULL, 123, 1);
    json_write_fixed(writer, NULL, -5, 2);
    json_write_fixed(writer, NULL, 100, 2);
    json_end_array(writer);
    json_write_bool(writer, "y", true);
    json_write_bool(writer, "n", false);
    json_write_null(writer, "z");
    json_write_raw(writer, "r", "[1]", 3);
    json_end_object(writer);
}

static const char EXPECTED[] =
    "{\"t\":\"a\\\"\\\\\\n\\t\\u0001\\u007f/请😀\",\"bad\":\"x\xEF\xBF\xBDy\xEF\xBF\xBD\","
    "\"null\":null,\"a\":[-9223372036854775808,0,{},12.3,-0.05,1.00],\"y\":true,\"n\":false,"
    "\"z\":null,\"r\":[1]}";

START_TEST(bytes_are_as_expected) {
    char out[512];
    struct json_writer writer;
    json_writer_init(&writer, out, sizeof out);
    write_all(&writer);
    ck_assert_int_eq(json_writer_end(&writer), (int)strlen(EXPECTED));
    ck_assert_str_eq(out, EXPECTED);
}
END_TEST

START_TEST(full_is_full_and_no_byte_behind) {
    char out[512];
    struct json_writer writer;
    for (size_t size = 1; size <= sizeof EXPECTED; size++) {
        memset(out, '#', sizeof out);
        json_writer_init(&writer, out, size);
        write_all(&writer);
        int expected = size < sizeof EXPECTED ? HALL_FULL : (int)strlen(EXPECTED);
        ck_assert_int_eq(json_writer_end(&writer), expected);
        ck_assert_int_eq(out[size], '#');
    }
}
END_TEST

TCase *json_write_case(void) {
    TCase *tcase = tcase_create("json_write");
    tcase_add_test(tcase, bytes_are_as_expected);
    tcase_add_test(tcase, full_is_full_and_no_byte_behind);
    return tcase;
}
