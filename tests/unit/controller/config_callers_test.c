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

Suite *config_callers_suite(void) {
    Suite *suite = suite_create("config_callers");
    TCase *tests = tcase_create("config_callers");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_test(tests, callers_and_raters_share_addresses);
    tcase_add_test(tests, a_profile_fits_its_bus);
    suite_add_tcase(suite, tests);
    return suite;
}
