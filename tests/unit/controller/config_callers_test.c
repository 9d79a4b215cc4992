/* Buses of callers and raters in a config. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/profile.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

/* A caller and its rater may share an address, two callers may not; the line needs no warning. */
START_TEST(callers_and_raters_share_addresses) {
    static const char BUS[] = "\"buses\": [ { \"id\": \"c\", \"protocol\": \"ff68\", \"port\": "
                              "\"/dev/c\", \"baud\": 9600, \"devices\": [\n"
                              "{ \"id\": \"c1\", \"role\": \"terminal\", \"address\": 5, "
                              "\"window\": 1 },\n"
                              "{ \"id\": \"r1\", \"role\": \"%s\", \"address\": 5, "
                              "\"window\": 1 } ] },";
    char text[512];
    snprintf(text, sizeof text, BUS, "keypad");
    folder_write("hall.jsonc", replaced(BASE, "\"buses\": [", text));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->warnings, "");
    ck_assert_int_eq(config->buses[0].bus.protocol, PROTOCOL_FF68);
    config_free(config);
    snprintf(text, sizeof text, BUS, "terminal");
    folder_write("hall.jsonc", replaced(BASE, "\"buses\": [", text));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_msg(strstr(said, "buses[0].devices[1].address: found 5, which c1 has") != NULL, "%s",
                  said);
}
END_TEST

/* Registers mean nothing to a caller, and a caller's codes nothing to a device that has registers. */
START_TEST(a_profile_fits_its_bus) {
    size_t length;
    char *text = repository_text("etc/profiles/ff68.jsonc", &length);
    folder_write("profiles/ff68.jsonc", text);
    free(text);
    folder_write("hall.jsonc",
                 replaced(BASE, "\"id\": \"k1\"", "\"profile\": \"ff68\", \"id\": \"k1\""));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_msg(strstr(said,
                         "devices[2].profile: found ff68, expected one of registers on a bus of "
                         "modbus-rtu") != NULL,
                  "%s", said);
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\": [",
                          "\"buses\": [ { \"id\": \"c\", \"protocol\": \"ff68\", \"port\": "
                          "\"/dev/c\", \"baud\": 9600, \"devices\": [ { \"id\": \"c1\", "
                          "\"profile\": \"ff68\", \"role\": \"terminal\", \"address\": 5, "
                          "\"window\": 1 } ] },"));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(profile_name(config->buses[0].bus.devices[0].profile), "ff68");
    config_free(config);
}
END_TEST

/* A hall with a list of staff wants them signed in, and a caller has no key for that unless its profile says so. */
START_TEST(a_window_where_nobody_can_sign_in_is_told) {
    static const char AT_TWO[] = "\"buses\": [ { \"id\": \"c\", \"protocol\": \"ff68\", "
                                 "\"port\": \"/dev/c\", \"baud\": 9600, \"devices\": [ { "
                                 "\"id\": \"c1\", \"role\": \"terminal\", \"address\": 5, "
                                 "\"window\": 2 } ] },";
    static const char WARNING[] = "buses[0].devices[0].window: no key of this window signs anybody "
                                  "in: staff sign in on the page, or require_sign_in is false\n";
    size_t length;
    char *profile = repository_text("etc/profiles/ff68.jsonc", &length);
    folder_write("profiles/ff68.jsonc",
                 replaced(profile, "{ \"next\"", "{ \"sign_in\": \"11\", \"next\""));
    free(profile);
    char text[4096];
    snprintf(text, sizeof text, "%s", replaced(BASE, "\"buses\": [", AT_TWO));
    const struct {
        const char *from, *to;
        bool is_told;
    } rows[] = { { "\"buses\"", "\"buses\"", true },
                 { "\"buses\"", "\"require_sign_in\": false, \"buses\"", false },
                 { "\"id\": \"c1\"", "\"profile\": \"ff68\", \"id\": \"c1\"", false },
                 { "\"address\": 11, \"window\": 1", "\"address\": 11, \"window\": 2", false } };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        folder_write("hall.jsonc", replaced(text, rows[i].from, rows[i].to));
        struct config *config = folder_load("hall.jsonc");
        ck_assert_str_eq(said, "");
        ck_assert_msg((strstr(config->warnings, WARNING) != NULL) == rows[i].is_told, "%u: %s", i,
                      config->warnings);
        config_free(config);
    }
}
END_TEST

/* A maker's own terminal names its keys one by one. */
START_TEST(a_makers_terminal_may_have_a_key_to_sign_in) {
    size_t length;
    char *profile = repository_text("etc/profiles/relay-8.jsonc", &length);
    folder_write("profiles/relay-8.jsonc", profile);
    folder_write("hall.jsonc", replaced(BASE, "\"role\": \"terminal\"",
                                        "\"profile\": \"relay-8\", \"role\": \"terminal\""));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_ptr_nonnull(strstr(config->warnings, "buses[0].devices[1].window: no key of this "));
    config_free(config);
    folder_write("profiles/relay-8.jsonc", replaced(profile, "\"pause\", \"argument\": 1, \"long\"",
                                                    "\"sign_in\", \"argument\": 107, \"long\""));
    free(profile);
    config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_ptr_null(strstr(config->warnings, "signs anybody in"));
    config_free(config);
}
END_TEST

Suite *config_callers_suite(void) {
    Suite *suite = suite_create("config_callers");
    TCase *tests = tcase_create("config_callers");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_test(tests, callers_and_raters_share_addresses);
    tcase_add_test(tests, a_profile_fits_its_bus);
    tcase_add_test(tests, a_window_where_nobody_can_sign_in_is_told);
    tcase_add_test(tests, a_makers_terminal_may_have_a_key_to_sign_in);
    suite_add_tcase(suite, tests);
    return suite;
}
