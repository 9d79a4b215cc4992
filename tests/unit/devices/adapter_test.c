#include <stdio.h>
#include <string.h>

#include "devices/adapter.h"
#include "tests/unit/devices/suites.h"

static const struct adapter plugged[] = {
    { .path = "/dev/ttyS0" },
    { .path = "/dev/ttyUSB0", .serial = "FTA1", .socket = "1-1.3" },
    { .path = "/dev/ttyUSB1", .serial = "0001", .socket = "1-1.4" },
    { .path = "/dev/ttyUSB2", .serial = "0001", .socket = "1-1.1" },
    { .path = "/dev/ttyUSB3", .socket = "2-1" }, /* one of the many without a serial number */
};
enum { PLUGGED = sizeof plugged / sizeof *plugged };

static const struct {
    const char *name;
    unsigned count;
    const char *path; /* NULL: none */
    const char *what;
} names[] = {
    { "FTA1", PLUGGED, "/dev/ttyUSB0", "" },
    { "1-1.3", PLUGGED, "/dev/ttyUSB0", "" },
    { "1-1.1", PLUGGED, "/dev/ttyUSB2", "" },
    { "2-1", PLUGGED, "/dev/ttyUSB3", "" },
    { "0001", 3, "/dev/ttyUSB1", "" },
    { "0001", PLUGGED, NULL,
      "two adapters have the serial number 0001: name one by its socket, usb:1-1.4 or usb:1-1.1" },
    { "FTA9", 3, NULL,
      "usb:FTA9: no such adapter is plugged in; there are FTA1 (1-1.3), 0001 (1-1.4)" },
    { "FTA9", PLUGGED, NULL,
      "usb:FTA9: no such adapter is plugged in; there are FTA1 (1-1.3), 0001 (1-1.4), 0001 "
      "(1-1.1), "
      "2-1" },
    { "FTA9", 1, NULL, "usb:FTA9: no such adapter is plugged in, nor any other" },
    { "", PLUGGED, NULL, "usb:: no such adapter" },
};

static const struct adapter quads[] = {
    { .path = "/dev/ttyUSB2", .serial = "FT4", .socket = "1-1.2" },
    { .path = "/dev/ttyUSB0", .serial = "FT4", .socket = "1-1.2" },
    { .path = "/dev/ttyUSB4", .socket = "1-1.3" }, /* without a serial number */
    { .path = "/dev/ttyUSB5", .socket = "1-1.3" },
    { .path = "/dev/ttyUSB6", .serial = "FTA1", .socket = "1-1.4" },
};
static const char *const quad_names[] = { "FT4", "1-1.2", "1-1.3" };

START_TEST(a_name_means_one_adapter_or_says_why_none) {
    char what[WHAT_SIZE] = "";
    const struct adapter *found =
        adapter_choose(plugged, names[_i].count, names[_i].name, what, sizeof what);
    if (names[_i].path == NULL) {
        ck_assert_ptr_null(found);
        ck_assert_msg(strncmp(what, names[_i].what, strlen(names[_i].what)) == 0, "%s", what);
    } else {
        ck_assert_ptr_nonnull(found);
        ck_assert_str_eq(found->path, names[_i].path);
        ck_assert_str_eq(what, "");
    }
}
END_TEST

/* Which of its lines comes first changes from boot to boot. */
START_TEST(an_adapter_with_several_lines_is_no_line) {
    enum { QUADS = sizeof quads / sizeof *quads };
    char what[WHAT_SIZE] = "";
    char expected[WHAT_SIZE];
    ck_assert_ptr_null(adapter_choose(quads, QUADS, quad_names[_i], what, sizeof what));
    snprintf(expected, sizeof expected,
             "usb:%s has more than one line: name one by its path below /dev/serial/by-path",
             quad_names[_i]);
    ck_assert_str_eq(what, expected);
    ck_assert_ptr_nonnull(adapter_choose(quads, QUADS, "FTA1", what, sizeof what));
}
END_TEST

START_TEST(many_adapters_are_not_all_named) {
    struct adapter many[ADAPTERS_MAX];
    char what[WHAT_SIZE] = "";
    for (unsigned i = 0; i < ADAPTERS_MAX; i++) {
        many[i] = (struct adapter){ .socket = "1-1.4.4.4" };
        memset(many[i].serial, 'S', sizeof many[i].serial - 1);
    }
    ck_assert_ptr_null(adapter_choose(many, ADAPTERS_MAX, "X", what, sizeof what));
    ck_assert_uint_lt(strlen(what), sizeof what);
    ck_assert_ptr_nonnull(strstr(what, ", ..."));
}
END_TEST

Suite *adapter_suite(void) {
    Suite *suite = suite_create("adapter");
    TCase *cases = tcase_create("adapter");
    tcase_add_loop_test(cases, a_name_means_one_adapter_or_says_why_none, 0,
                        sizeof names / sizeof *names);
    tcase_add_loop_test(cases, an_adapter_with_several_lines_is_no_line, 0,
                        sizeof quad_names / sizeof *quad_names);
    tcase_add_test(cases, many_adapters_are_not_all_named);
    suite_add_tcase(suite, cases);
    return suite;
}
