/* Configs that load: their values and defaults, includes, profiles, and what a reload may change. */
#include <stdlib.h>
#include <string.h>

#include "devices/profile.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

START_TEST(example_loads) {
    size_t length;
    char *text = repository_text("etc/hallq.jsonc", &length);
    folder_write("hall.jsonc", text);
    free(text);
    text = repository_text("etc/profiles/button-box.jsonc", &length);
    folder_write("profiles/button-box.jsonc", text);
    free(text);
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_ptr_nonnull(config);
    ck_assert_ptr_null(strstr(config->warnings, "buses"));
    ck_assert_str_eq(config->hall_name, "福田区行政服务大厅");
    ck_assert_str_eq(config->services[1].zh, "社会保障");
    ck_assert_str_eq(config->windows[0].zone, "main");
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        ck_assert_str_eq(config->rules.windows[i].voice, "voice-1");
    }
    ck_assert_str_eq(config->windows[4].label, "5");
    ck_assert_str_eq(config->staff[1].name, "示例乙");
    ck_assert_uint_eq(config->staff[0].stars, 5);
    ck_assert_str_eq(config->pause_reasons[2].en, "Back office");
    ck_assert_uint_eq(config->bus_count, 5);
    const struct bus_place *floor = &config->buses[0];
    ck_assert_uint_eq(floor->bus.line.baud, 115200);
    ck_assert_uint_eq(floor->bus.device_count, 7);
    ck_assert_uint_eq(floor->devices[0].keys[4], 4);
    ck_assert_uint_eq(floor->devices[0].keys[5], 0);
    ck_assert_uint_eq(floor->devices[6].window, 6);
    ck_assert_ptr_eq(floor->bus.devices[2].profile, profile_reference());
    ck_assert_uint_eq(config->buses[1].bus.devices[0].width, 128);
    ck_assert_uint_eq(config->buses[1].bus.devices[0].height, 16);
    ck_assert_uint_eq(floor->bus.devices[4].width, 0);
    ck_assert_str_eq(config->buses[2].devices[0].dispenser, "box-1");
    ck_assert_int_eq(config->buses[4].bus.protocol, PROTOCOL_FF68);
    ck_assert(config->mqtt.is_used && config->mqtt.tls);
    ck_assert_uint_eq(config->mqtt.port, 1883);
    ck_assert_str_eq(config->http.hosts[0], "hall.example");
    config_free(config);
}
END_TEST

START_TEST(defaults_stand) {
    folder_write("hall.jsonc", BASE);
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->hall_name, "h1");
    ck_assert_str_eq(config->services[2].zh, "tax");
    ck_assert_str_eq(config->windows[1].label, "2");
    ck_assert_str_eq(config->pause_reasons[1].zh, "");
    ck_assert_str_eq(config->key_file, folder_path("store.key"));
    ck_assert(!config->mqtt.is_used);
    ck_assert_str_eq(config->http.listen, "127.0.0.1:8080");
    ck_assert_uint_eq(config->http.host_count, 2);
    ck_assert_str_eq(config->http.hosts[0], "127.0.0.1");
    ck_assert_str_eq(config->http.hosts[1], "localhost");
    ck_assert_str_eq(config->warnings, "");
    ck_assert_uint_eq(config->ticket_line_count, 7);
    ck_assert_uint_eq(config->buses[0].devices[1].lines, 4);
    ck_assert_int_eq(config->buses[0].bus.line.parity, 'N');
    config_free(config);
}
END_TEST

/* Wherever the service, a tool or the simulator is started, they mean the same files. */
START_TEST(relative_paths_begin_at_the_config) {
    char found[CONFIG_PATH_SIZE];
    folder_write("hall.jsonc", replaced(replaced(BASE, "\"path\": \"hall.db\"",
                                                 "\"path\": \"data/hall.db\", "
                                                 "\"key_file\": \"keys/k\""),
                                        "\"buses\"", "\"socket\": \"s.sock\", \"buses\""));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->store_path, folder_path("data/hall.db"));
    ck_assert_str_eq(config->key_file, folder_path("keys/k"));
    ck_assert_str_eq(config->socket, folder_path("s.sock"));
    ck_assert(config_find_socket(folder_path("hall.jsonc"), found, stderr));
    ck_assert_str_eq(found, config->socket);
    config_free(config);
}
END_TEST

START_TEST(secrets_begin_at_the_config_too) {
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\"",
                          "\"http\": { \"tls\": { \"cert_file\": \"c\", \"key_file\": \"k\" } },\n"
                          "\"mqtt\": { \"host\": \"b\", \"username\": \"u\", \"password_file\": "
                          "\"p\", \"tls\": { \"ca_file\": \"ca\" } },\n\"buses\""));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->http.files.cert_file, folder_path("c"));
    ck_assert_str_eq(config->http.files.key_file, folder_path("k"));
    ck_assert_str_eq(config->mqtt.password_file, folder_path("p"));
    ck_assert_str_eq(config->mqtt.files.ca_file, folder_path("ca"));
    ck_assert_str_eq(config->mqtt.files.key_file, "");
    config_free(config);
}
END_TEST

START_TEST(relative_paths_must_fit) {
    char text[160];
    snprintf(text, sizeof text, "\"socket\": \"%0*d\", \"buses\"", 100, 0);
    folder_write("hall.jsonc", replaced(BASE, "\"buses\"", text));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_msg(strstr(said, "is longer than 107 bytes") != NULL, "%s", said);
}
END_TEST

START_TEST(addresses_of_both_families_are_taken) {
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\"",
                          "\"http\": { \"listen\": \"0.0.0.0:8080\", \"public\": \"[::1]:80\" }, "
                          "\"buses\""));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->http.public_listen, "[::1]:80");
    config_free(config);
}
END_TEST

/* An operator hears of what will not happen from the check, not from the hall. */
START_TEST(what_is_not_built_is_a_warning) {
    folder_write("district.jsonc", "{\n\"feeds\": { \"gd\": {} }\n}");
    folder_write("hall.jsonc",
                 replaced(replaced(BASE, "\"buses\": [",
                                   "\"include\": [\"district.jsonc\"],\n  \"rating\": {\n    "
                                   "\"until\": { \"sms\": 5 }, \"default_grade\": 3 },\n"
                                   "  \"pin\": false, \"buses\": ["),
                          "\"hall.db\" },\n  \"services\": [\n    { ",
                          "\"hall.db\", \"keep_days\": 30 },\n  \"services\": [\n    { "));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    char warnings[1024];
    snprintf(warnings, sizeof warnings, "%s", config->warnings);
    cut_folder(warnings);
    ck_assert_str_eq(
        warnings,
        "hall.jsonc:3: warning: store.keep_days: not built yet: the journal keeps all events\n"
        "district.jsonc:2: warning: feeds: not built yet: nothing is published on them\n");
    config_free(config);
}
END_TEST

START_TEST(a_dispenser_knows_its_printer) {
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\": [",
                          "\"buses\": [\n"
                          "    { \"id\": \"p\", \"protocol\": \"escpos\", \"port\": "
                          "\"usb:1-1\", \"baud\": 9600, \"devices\": [ { \"id\": \"p1\", "
                          "\"role\": \"printer\", \"dispenser\": \"d1\" } ] },"));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    /* Its own is not used then, which should be known where nobody meant it. */
    ck_assert_ptr_nonnull(strstr(config->warnings, "buses[0].devices[0].dispenser: found \"d1\", "
                                                   "whose profile hallq-1 has a printer"));
    ck_assert_str_eq(config->buses[0].devices[0].dispenser, "d1");
    ck_assert_str_eq(config->buses[1].devices[0].printer, "p1");
    ck_assert_str_eq(config->buses[1].devices[1].printer, "");
    config_free(config);
}
END_TEST

START_TEST(secure_broker_has_its_port) {
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\"",
                          "\"mqtt\": { \"host\": \"b\", \"version\": \"3.1.1\", \"tls\": "
                          "{ \"ca_file\": \"/ca\" } }, \"buses\""));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_uint_eq(config->mqtt.port, 8883);
    ck_assert_int_eq(config->mqtt.version, 4);
    ck_assert_str_eq(config->mqtt.client_id, "hallq-h1");
    config_free(config);
}
END_TEST

/* The services come from the district's file; the hall's own keys win. */
START_TEST(include_gives_what_the_file_lacks) {
    folder_write("district.jsonc",
                 "// shared\n{ /* { */ \"hall\": { \"id\": \"district\" },\n"
                 "  \"no_show\": { \"minutes\": 7 },\n"
                 "  \"include\": [\"more.jsonc\"],\n"
                 "  \"services\": [ { \"id\": \"social\", \"index\": 9, \"prefix\": \"S\",\n"
                 "    \"name\": { \"zh\": \"a } \\\" // b\" } },\n"
                 "    { \"id\": \"tax\", \"index\": 10, \"prefix\": \"T\" } ] // } \n}\n");
    folder_write("more.jsonc", "{\"no_show\": {\"minutes\": 8}, \"mistake_s\": 9}");
    folder_write("hall.jsonc", replaced(BASE,
                                        "  \"services\": [\n"
                                        "    { \"id\": \"social\", \"index\": 1, \"prefix\": "
                                        "\"A\" },\n"
                                        "    { \"id\": \"tax\", \"index\": 2, \"prefix\": \"B\" "
                                        "}\n  ],\n",
                                        "\"include\": [\"district.jsonc\", \"more.jsonc\"],\n"));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->hall_id, "h1");
    ck_assert_str_eq(config->services[9].zh, "a } \" // b");
    ck_assert_uint_eq(config->rules.no_show.minutes, 7);
    ck_assert_uint_eq(config->rules.mistake_s, 9);
    config_free(config);
}
END_TEST

START_TEST(include_mistakes_have_their_own_line) {
    folder_write("a.jsonc", "{\n  \"near_ahead\": 3,\n  \"no_show\": {\n    \"minuts\": 7\n  },\n"
                            "  \"recalls\": -1 }");
    folder_write("hall.jsonc",
                 replaced(replaced(BASE, "\"buses\"", "\"include\": [\"a.jsonc\"], \"buses\""),
                          "\"window\": 1 }\n    ] }\n  ]\n}",
                          "\"window\": 1 }\n    ] }\n  ]\n, \"start_after_s\": -1\n}"));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "a.jsonc:4: no_show.minuts: found an unknown key, expected perhaps "
                           "\"minutes\"\n"
                           "hall.jsonc:20: start_after_s: found -1, expected a whole number "
                           "0..3600\n"
                           "a.jsonc:6: recalls: found -1, expected a whole number 0..100\n");
}
END_TEST

START_TEST(include_faults_are_refused) {
    folder_write("loop.jsonc", "{\n\"include\": [\"hall.jsonc\"]}");
    folder_write("broken.jsonc", "{\n\"recalls\": \n}");
    folder_write("list.jsonc", "[]");
    folder_write("hall.jsonc", replaced(BASE, "\"buses\"",
                                        "\"include\": [\"loop.jsonc\", \"broken.jsonc\", "
                                        "\"list.jsonc\", \"none.jsonc\"],\n\"buses\""));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said,
                     "hall.jsonc:13: include[3]: none.jsonc: can't be opened: No such file or "
                     "directory\n"
                     "loop.jsonc:2: include[0]: hall.jsonc includes itself, expected no loop\n"
                     "broken.jsonc:3: found }, expected a value, comma or bracket as JSON asks\n"
                     "list.jsonc:1: the file holds no object, expected { ... }\n");
}
END_TEST

/* What the include would have said is not called missing; other mistakes still are told. */
START_TEST(missing_include_hides_no_other_mistake) {
    const char *services = strstr(BASE, "  \"services\": [");
    const char *staff = strstr(BASE, "  \"staff\": [");
    char text[2048];
    snprintf(text, sizeof text, "%.*s  \"include\": [\"profiles/district.jsonc\"],\n%s",
             (int)(services - BASE), BASE, staff);
    folder_write("hall.jsonc", replaced(text, "9600", "9601"));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "hall.jsonc:4: include[0]: profiles/district.jsonc: can't be opened: No "
                           "such file or directory\n"
                           "hall.jsonc:11: buses[0].baud: found 9601, expected 1200, 1800, 2400, "
                           "4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, "
                           "576000 or 921600\n");
    /* An include's own begin beside it. */
    folder_write("profiles/district.jsonc", "{\"include\": [\"services.jsonc\"]}");
    folder_write(
        "profiles/services.jsonc",
        "\xEF\xBB\xBF{\"services\": [ { \"id\": \"social\", \"index\": 1, \"prefix\": \"A\" },\n"
        " { \"id\": \"tax\", \"index\": 2, \"prefix\": \"B\" } ]}");
    folder_write("hall.jsonc", text);
    config_free(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "");
}
END_TEST

/* As some editors save it. */
START_TEST(byte_order_mark_changes_nothing) {
    char text[4096];
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s",
             replaced(BASE, "\"buses\"", "\"include\": [\"more.jsonc\"],\n\"buses\""));
    folder_write("more.jsonc", "\xEF\xBB\xBF{\n\"recalls\": -1\n}");
    folder_write("hall.jsonc", text);
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "more.jsonc:2: recalls: found -1, expected a whole number 0..100\n");
    folder_write("more.jsonc", "\xEF\xBB\xBF{\n\"recalls\": 4\n}");
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_uint_eq(config->rules.recalls, 4);
    config_free(config);
}
END_TEST

START_TEST(missing_file_is_said) {
    ck_assert_ptr_null(folder_load("none.jsonc"));
    ck_assert_str_eq(said, "none.jsonc: can't be opened: No such file or directory\n");
}
END_TEST

/* Where the hall will run they are opened; a tool elsewhere only looks something up. */
START_TEST(secrets_must_be_readable_to_run) {
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\"",
                          "\"http\": { \"tls\": { \"cert_file\": \"c\", \"key_file\": \"k\" } },\n"
                          "\"mqtt\": { \"host\": \"b\", \"username\": \"u\", \"password_file\": "
                          "\"p\",\n\"tls\": { \"ca_file\": \".\" } },\n\"buses\""));
    folder_write("c", "");
    ck_assert_ptr_null(folder_load_to_run("hall.jsonc"));
    ck_assert_str_eq(
        said,
        "hall.jsonc:15: mqtt.tls.ca_file: found \".\", expected a file to read: Is a directory\n"
        "hall.jsonc:14: mqtt.password_file: found \"p\", expected a file to read: No such file or "
        "directory\n"
        "hall.jsonc:13: http.tls.cert_file: found \"c\", expected a file to read: No data "
        "available\n"
        "hall.jsonc:13: http.tls.key_file: found \"k\", expected a file to read: No such file or "
        "directory\n");
    config_free(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, "");
    folder_write("hall.jsonc", replaced(BASE, "\"buses\"",
                                        "\"mqtt\": { \"host\": \"b\", \"username\": \"u\", "
                                        "\"password_file\": \"p\" }, \"buses\""));
    folder_write("p", "secret\n");
    config_free(folder_load_to_run("hall.jsonc"));
    ck_assert_str_eq(said, "");
}
END_TEST

/* Only where the hall will run: another's folders are not this one's to judge. */
START_TEST(a_store_without_a_folder_is_a_warning) {
    folder_write("hall.jsonc", replaced(BASE, "\"hall.db\"", "\"none/hall.db\""));
    struct config *config = folder_load_to_run("hall.jsonc");
    ck_assert_str_eq(said, "");
    char warnings[1024];
    snprintf(warnings, sizeof warnings, "%s", config->warnings);
    cut_folder(warnings);
    ck_assert_str_eq(warnings,
                     "hall.jsonc:3: warning: store.path: found \"none/hall.db\", expected a "
                     "folder that hallqd may write in: No such file or directory\n");
    config_free(config);
    config = folder_load("hall.jsonc");
    ck_assert_str_eq(config->warnings, "");
    config_free(config);
}
END_TEST

struct change {
    const char *old, *new, *what; /* what: NULL may be replaced */
};
static const struct change CHANGES[] = {
    { "\"prefix\": \"B\"", "\"prefix\": \"C\"", NULL },
    { "\"baud\": 9600", "\"baud\": 19200", NULL },
    { "\"buses\"", "\"rating\": { \"keypad_s\": 9 }, \"buses\"", NULL },
    { "\"id\": \"h1\"", "\"id\": \"h2\"", "hall needs a restart" },
    { "\"id\": \"h1\"", "\"id\": \"h1\", \"day_change\": \"05:00\"", "hall needs a restart" },
    { "\"hall.db\"", "\"other.db\"", "store needs a restart" },
    { "\"buses\"", "\"limits\": { \"windows\": 9 }, \"buses\"", "limits needs a restart" },
    { "\"buses\"", "\"http\": { \"listen\": \"127.0.0.1:1\" }, \"buses\"", "http needs a restart" },
    { "\"buses\"", "\"mqtt\": { \"host\": \"b\" }, \"buses\"", "mqtt needs a restart" },
    { "\"buses\"", "\"socket\": \"/tmp/s\", \"buses\"", "socket needs a restart" },
};

START_TEST(reload_takes_what_it_may) {
    const struct change *change = &CHANGES[_i];
    char what[WHAT_SIZE] = "";
    folder_write("hall.jsonc", BASE);
    folder_write("new.jsonc", replaced(BASE, change->old, change->new));
    struct config *old = folder_load("hall.jsonc");
    struct config *new = folder_load("new.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(config_may_replace(old, new, what), change->what == NULL);
    ck_assert_str_eq(what, change->what == NULL ? "" : change->what);
    config_free(old);
    config_free(new);
}
END_TEST

/* A tool finds the running hall although somebody has broken the file meanwhile. */
START_TEST(socket_is_found_in_a_wrong_config) {
    char path[CONFIG_PATH_SIZE];
    folder_write("hall.jsonc", "{ \"socket\": \"/tmp/x.sock\", \"hall\": 5 }");
    ck_assert(config_find_socket(folder_path("hall.jsonc"), path, stderr));
    ck_assert_str_eq(path, "/tmp/x.sock");
    folder_write("hall.jsonc", "{}");
    ck_assert(config_find_socket(folder_path("hall.jsonc"), path, stderr));
    ck_assert_str_eq(path, "/run/hallq/hallq.sock");
}
END_TEST

/* The same rules in another order and with other comments are the same rules. */
START_TEST(hash_is_of_the_rules_alone) {
    char first[HASH_SIZE];
    char second[HASH_SIZE];
    folder_write("hall.jsonc", BASE);
    folder_write("new.jsonc", replaced(replaced(BASE, "\"id\": \"h1\"", "\"id\": \"h2\""), "{\n",
                                       "{ // a comment\n \"recalls\": 3,\n"));
    struct config *config = folder_load("hall.jsonc");
    config_rules_hash(config, first);
    config_free(config);
    config = folder_load("new.jsonc");
    config_rules_hash(config, second);
    config_free(config);
    ck_assert_str_eq(first, second);
    folder_write("new.jsonc", replaced(BASE, "\"buses\"", "\"recalls\": 4, \"buses\""));
    config = folder_load("new.jsonc");
    config_rules_hash(config, second);
    config_free(config);
    ck_assert_str_ne(first, second);
}
END_TEST

Suite *config_suite(void) {
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_test(tests, example_loads);
    tcase_add_test(tests, defaults_stand);
    tcase_add_test(tests, relative_paths_begin_at_the_config);
    tcase_add_test(tests, secrets_begin_at_the_config_too);
    tcase_add_test(tests, relative_paths_must_fit);
    tcase_add_test(tests, addresses_of_both_families_are_taken);
    tcase_add_test(tests, what_is_not_built_is_a_warning);
    tcase_add_test(tests, a_dispenser_knows_its_printer);
    tcase_add_test(tests, secure_broker_has_its_port);
    tcase_add_test(tests, include_gives_what_the_file_lacks);
    tcase_add_test(tests, include_mistakes_have_their_own_line);
    tcase_add_test(tests, include_faults_are_refused);
    tcase_add_test(tests, missing_include_hides_no_other_mistake);
    tcase_add_test(tests, byte_order_mark_changes_nothing);
    tcase_add_test(tests, missing_file_is_said);
    tcase_add_test(tests, secrets_must_be_readable_to_run);
    tcase_add_test(tests, a_store_without_a_folder_is_a_warning);
    tcase_add_loop_test(tests, reload_takes_what_it_may, 0, sizeof CHANGES / sizeof CHANGES[0]);
    tcase_add_test(tests, socket_is_found_in_a_wrong_config);
    tcase_add_test(tests, hash_is_of_the_rules_alone);
    suite_add_tcase(suite, tests);
    return suite;
}
