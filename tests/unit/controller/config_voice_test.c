/* `voice` and the devices of that role: who speaks for whom, what is said, how loud. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

/* A voice of a zone for its windows, before one of all zones; the sound card for who is left. */
START_TEST(each_window_has_its_voice) {
    folder_write(
        "hall.jsonc",
        replaced(replaced(BASE, "    ] }\n  ]",
                          "    ] },\n    { \"id\": \"v\", \"protocol\": \"syn6288\", \"port\": "
                          "\"usb:1-1\", \"baud\": 9600, \"devices\": [\n      { \"id\": \"v1\", "
                          "\"role\": \"voice\", \"zone\": \"east\" } ] }\n  ]"),
                 "{ \"id\": 1, ", "{ \"id\": 1, \"zone\": \"east\", "));
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(config->rules.windows[0].voice, "v1");
    ck_assert_str_eq(config->rules.windows[1].voice, "");
    ck_assert_ptr_nonnull(strstr(config->warnings, "hall.jsonc:11: warning: windows[1].zone: no "
                                                   "voice is of this window's zone or of all "
                                                   "zones: nobody is called to it\n"));
    ck_assert(!config->voice.has_card);
    config_free(config);
    char *text = strdup(replaced(BASE, "{ \"id\": 1, ", "{ \"id\": 1, \"zone\": \"east\", "));
    folder_write("hall.jsonc",
                 replaced(text, "    ] }\n  ]",
                          "    ] },\n    { \"id\": \"u\", \"protocol\": \"xfs5152\", \"port\": "
                          "\"usb:1-2\", \"baud\": 9600, \"devices\": [\n      { \"id\": \"u1\", "
                          "\"role\": \"voice\" } ] },\n    { \"id\": \"v\", \"protocol\": "
                          "\"syn6288\", \"port\": \"usb:1-1\", \"baud\": 9600, \"devices\": [\n"
                          "      { \"id\": \"v1\", \"role\": \"voice\", \"zone\": \"east\" } ] "
                          "}\n  ],\n  \"voice\": { \"program\": [\"speak\", \"\"] }"));
    config = folder_load("hall.jsonc");
    ck_assert_str_eq(config->rules.windows[0].voice, "v1");
    ck_assert_str_eq(config->rules.windows[1].voice, "u1");
    ck_assert_str_eq(config->warnings, "");
    ck_assert(config->voice.has_card);
    config_free(config);
    folder_write("hall.jsonc",
                 replaced(text, "    ] }\n  ]",
                          "    ] },\n    { \"id\": \"v\", \"protocol\": \"syn6288\", \"port\": "
                          "\"usb:1-1\", \"baud\": 9600, \"devices\": [\n      { \"id\": \"v1\", "
                          "\"role\": \"voice\", \"zone\": \"west\" } ] }\n  ],\n  \"voice\": { "
                          "\"clips_dir\": \"clips\" }"));
    config = folder_load("hall.jsonc");
    ck_assert_str_eq(config->rules.windows[0].voice, "sound-card");
    ck_assert_str_eq(config->voice.card.clips_dir, folder_path("clips"));
    ck_assert_str_eq(config->voice.card.bus, "sound-card");
    ck_assert_ptr_nonnull(strstr(config->warnings,
                                 "hall.jsonc:20: warning: buses[1].devices[0].zone"
                                 ": no window is in \"west\": this voice has "
                                 "nobody to call\n"));
    config_free(config);
    free(text);
}
END_TEST

START_TEST(what_is_said_and_how_loud) {
    folder_write("hall.jsonc", BASE);
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(config->voice.text, "请{ticket}号到{window}号窗口");
    ck_assert_uint_eq(config->voice.times, 2);
    ck_assert_uint_eq(config->voice.volume_count, 2);
    ck_assert_uint_eq(config->voice.volumes[0].from_min, 8 * 60);
    ck_assert_uint_eq(config->voice.volumes[0].loudness, 10);
    ck_assert_uint_eq(config->voice.volumes[1].loudness, 6);
    ck_assert(!config->voice.has_card);
    config_free(config);
    folder_write("hall.jsonc",
                 replaced(BASE, "\"buses\"",
                          "\"voice\": { \"text\": \"{ticket}!\", \"times\": 1, \"program\": "
                          "[\"p\", \"-v\"], \"volume\": { \"20:30\": 3, \"06:00\": 9, "
                          "\"12:00\": 0 } }, \"buses\""));
    config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    ck_assert_str_eq(config->voice.text, "{ticket}!");
    ck_assert_uint_eq(config->voice.times, 1);
    ck_assert_uint_eq(config->voice.volume_count, 3);
    ck_assert_uint_eq(config->voice.volumes[0].from_min, 6 * 60);
    ck_assert_uint_eq(config->voice.volumes[1].loudness, 0);
    ck_assert_uint_eq(config->voice.volumes[2].from_min, 20 * 60 + 30);
    ck_assert_uint_eq(config->voice.card.argument_count, 2);
    ck_assert_str_eq(config->voice.card.arguments[1], "-v");
    ck_assert_str_eq(config->voice.card.clips_dir, "");
    config_free(config);
}
END_TEST

Suite *config_voice_suite(void) {
    Suite *suite = suite_create("config_voice");
    TCase *tests = tcase_create("config_voice");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_test(tests, each_window_has_its_voice);
    tcase_add_test(tests, what_is_said_and_how_loud);
    suite_add_tcase(suite, tests);
    return suite;
}
