/* Profiles that a config's devices name: where they are looked for, and what must fit. */
#include <stdlib.h>
#include <string.h>

#include "devices/profile.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

static void write_profiled(void) {
    folder_write("hall.jsonc",
                 replaced(replaced(BASE, "\"id\": \"k1\"", "\"profile\": \"mine\", \"id\": \"k1\""),
                          "\"id\": \"t1\"", "\"profile\": \"mine\", \"id\": \"t1\""));
}

START_TEST(profile_beside_the_config_is_found) {
    size_t length;
    char *text = reference_named_mine(&length);
    folder_write("profiles/mine.jsonc", text);
    free(text);
    write_profiled();
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    const struct device_config *devices = config->buses[0].bus.devices;
    ck_assert_uint_eq(config->profile_count, 1);
    ck_assert_ptr_eq(devices[1].profile, config->profiles[0].profile);
    ck_assert_ptr_eq(devices[2].profile, config->profiles[0].profile);
    ck_assert_ptr_eq(devices[0].profile, profile_reference());
    config_free(config);
}
END_TEST

START_TEST(profile_must_have_the_role) {
    size_t length;
    char *text = reference_named_mine(&length);
    char *role = strstr(text, "\"keypad\":    { \"kind\"");
    ck_assert_ptr_nonnull(role);
    memcpy(role, "//    ", 6); /* the rest of the line */
    folder_write("profiles/mine.jsonc", text);
    free(text);
    write_profiled();
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said,
                     "hall.jsonc:17: buses[0].devices[2].role: found keypad, which the profile "
                     "mine does not have, expected dispenser, terminal, board, unit\n");
}
END_TEST

START_TEST(profiles_dir_begins_at_the_config) {
    size_t length;
    char *text = reference_named_mine(&length);
    folder_write("mine.jsonc", text);
    free(text);
    folder_write("hall.jsonc",
                 replaced(replaced(BASE, "\"id\": \"k1\"", "\"profile\": \"mine\", \"id\": \"k1\""),
                          "\"buses\"", "\"profiles_dir\": \".\", \"buses\""));
    config_free(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "");
}
END_TEST

/* Whoever reads a log or a page would look for a file that is not there. */
START_TEST(a_profile_is_called_as_its_file) {
    size_t length;
    char *text = repository_text("etc/profiles/hallq-1.jsonc", &length);
    folder_write("profiles/mine.jsonc", text);
    free(text);
    write_profiled();
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "profiles/mine.jsonc:4: name: found \"hallq-1\", expected \"mine\" as "
                           "the file is named\n");
}
END_TEST

START_TEST(broken_profile_is_told_once) {
    folder_write("profiles/mine.jsonc", "{\n  \"name\": 5,,\n}");
    write_profiled();
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_msg(strncmp(said, "profiles/mine.jsonc:2: ", 23) == 0, "%s", said);
    ck_assert_ptr_eq(strstr(said + 1, "profiles/"), NULL);
}
END_TEST

/* The contract allows all of these; they are not what anybody wants. */
START_TEST(what_is_not_used_is_a_warning) {
    size_t length;
    char *text = repository_text("etc/profiles/button-box.jsonc", &length);
    folder_write("profiles/button-box.jsonc", text);
    free(text);
    folder_write(
        "hall.jsonc",
        replaced(replaced(BASE, "\"buses\": [",
                          "\"buses\": [\n"
                          "    { \"id\": \"p\", \"protocol\": \"escpos\", \"port\": "
                          "\"usb:1-1\", \"baud\": 9600, \"devices\": [ { \"id\": \"p1\", "
                          "\"role\": \"printer\", \"address\": 3, \"dispenser\": \"d1\" } ] },"),
                 "\"role\": \"dispenser\", \"address\": 1, \"keys\": { ",
                 "\"profile\": \"button-box\", \"role\": \"dispenser\", \"address\": 1, "
                 "\"keys\": { \"17\": \"tax\", "));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    char warnings[1024];
    snprintf(warnings, sizeof warnings, "%s", config->warnings);
    cut_folder(warnings);
    ck_assert_str_eq(warnings,
                     "hall.jsonc:14: warning: buses[0].devices[0].address: not used: escpos has no "
                     "addresses on its line\n"
                     "hall.jsonc:16: warning: buses[1].devices[0].keys.17: not used: no key of the "
                     "profile button-box sends ticket 17\n");
    config_free(config);
}
END_TEST

Suite *config_profile_suite(void) {
    Suite *suite = suite_create("config_profile");
    TCase *tests = tcase_create("config_profile");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_test(tests, profile_beside_the_config_is_found);
    tcase_add_test(tests, profile_must_have_the_role);
    tcase_add_test(tests, profiles_dir_begins_at_the_config);
    tcase_add_test(tests, a_profile_is_called_as_its_file);
    tcase_add_test(tests, what_is_not_used_is_a_warning);
    tcase_add_test(tests, broken_profile_is_told_once);
    suite_add_tcase(suite, tests);
    return suite;
}
