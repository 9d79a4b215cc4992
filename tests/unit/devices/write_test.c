/* What an image is in the registers and coils of another maker's device: each encoding, and the order. */
#include <stdio.h>
#include <string.h>

#include "devices/vendor_write.h"
#include "tests/unit/devices/suites.h"

enum { TEXT_MAX = 1024 };

/* The profile of one role whose `write` is this list. */
static struct profile *profile_of(const char *role, const char *more, const char *steps) {
    char text[TEXT_MAX];
    bool is_board = strcmp(role, "board") == 0;
    const char *codes = strcmp(role, "dispenser") == 0 ? "ticket 1" : "next";
    codes = strcmp(role, "keypad") == 0 ? "grade 5" : codes;
    snprintf(text, sizeof text,
             "{\"name\":\"w\",\"role\":\"%s\",\"reading\":\"%s\",%s"
             "\"read\":{\"function\":3,\"%s\":0},%s%s%s\"write\":[%s]}",
             role, is_board ? "none" : "clear", more, is_board ? "address" : "code",
             is_board ? "" : "\"codes\":{\"1\":\"", is_board ? "" : codes, is_board ? "" : "\"},",
             steps);
    struct json_doc *doc = json_open("w.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_msg(profile != NULL, "%s: %s", text, json_mistake_at(doc, 0)->what);
    json_close(doc);
    return profile;
}

static const struct {
    const char *role, *step;
    uint8_t function;
    unsigned count;
    uint16_t values[6];
} encodings[] = {
    { "terminal", "\"value\":\"number\",\"register\":9", 16, 1, { 17 } },
    { "terminal",
      "\"value\":\"number\",\"register\":9,\"scale\":10,\"function\":6",
      6,
      1,
      { 170 } },
    { "terminal", "\"value\":\"number\",\"register\":9,\"registers\":2", 16, 2, { 0, 17 } },
    { "terminal",
      "\"value\":\"number\",\"register\":9,\"registers\":2,\"words\":\"low_first\"",
      16,
      2,
      { 17, 0 } },
    { "terminal",
      "\"value\":\"number\",\"register\":9,\"as\":\"bcd\",\"digits\":5",
      16,
      2,
      { 0, 0x0017 } },
    { "terminal",
      "\"value\":\"number\",\"register\":9,\"as\":\"digits\",\"digits\":4",
      16,
      4,
      { 0, 0, 1, 7 } },
    { "terminal",
      "\"value\":\"waiting\",\"register\":9,\"as\":\"bcd\",\"digits\":2",
      16,
      1,
      { 0x0099 } }, /* 250 do not fit: the most that does */
    { "terminal", "\"value\":\"waiting\",\"register\":9,\"scale\":1000", 16, 1, { 65535 } },
    { "terminal",
      "\"value\":\"ticket\",\"register\":9,\"registers\":3",
      16,
      3,
      { 0x4142, 0x3031, 0x3700 } },
    { "terminal",
      "\"value\":\"ticket\",\"register\":9,\"registers\":3,\"bytes\":\"low_first\",\"pad\":32",
      16,
      3,
      { 0x4241, 0x3130, 0x2037 } },
    { "terminal", "\"value\":\"prefix\",\"register\":9,\"registers\":1", 16, 1, { 0x4142 } },
    { "terminal", "\"value\":\"lamp\",\"register\":9", 16, 1, { 2 } },
    { "terminal", "\"value\":\"lamp\",\"register\":9,\"table\":{\"calling\":513}", 16, 1, { 513 } },
    { "terminal", "\"value\":\"lamp\",\"register\":9,\"table\":{\"ready\":513}", 16, 1, { 0 } },
    { "terminal",
      "\"value\":\"lamp\",\"register\":9,\"bits\":[\"ready\",[\"calling\",\"serving\"],"
      "\"calling\"]",
      16,
      1,
      { 6 } },
    { "terminal", "\"value\":\"lamp\",\"coil\":9,\"bits\":[\"calling\"]", 5, 1, { 1 } },
    { "terminal",
      "\"value\":\"lamp\",\"coil\":9,\"bits\":[\"calling\",\"ready\",[]]",
      15,
      3,
      { 1, 0, 0 } },
    { "terminal", "\"value\":\"answer\",\"coil\":9,\"bits\":[[2,3],7]", 15, 2, { 1, 0 } },
    { "terminal", "\"value\":\"answered\",\"register\":9", 16, 1, { 300 } },
    { "keypad", "\"value\":\"staff\",\"register\":9,\"registers\":2", 16, 2, { 0x3031, 0x3037 } },
    { "keypad", "\"value\":\"name\",\"register\":9,\"registers\":2", 16, 2, { 0xD5C5, 0xC8FD } },
    { "keypad",
      "\"value\":\"name\",\"register\":9,\"registers\":2,\"as\":\"ascii\",\"pad\":46",
      16,
      2,
      { 0x3F3F, 0x2E2E } },
    { "keypad", "\"value\":\"state\",\"register\":9,\"table\":{\"thanks\":4}", 16, 1, { 4 } },
    { "keypad", "\"value\":\"stars\",\"register\":9,\"as\":\"digits\",\"digits\":1", 16, 1, { 5 } },
    { "board",
      "\"value\":\"text\",\"register\":9,\"registers\":3,\"line\":2",
      16,
      3,
      { 0x3220, 0x3300, 0 } },
    { "board", "\"value\":\"text\",\"register\":9,\"registers\":2,\"line\":3", 16, 2, { 0, 0 } },
    { "dispenser", "\"value\":\"enabled\",\"coil\":9,\"coils\":5", 15, 5, { 1, 0, 1, 0, 0 } },
    { "dispenser", "\"value\":\"enabled\",\"register\":9,\"registers\":2", 16, 2, { 5, 0x8000 } },
    { "dispenser", "\"value\":\"waiting\",\"register\":9,\"key\":3", 16, 1, { 33 } },
};

static struct image an_image(void) {
    struct image image = { .role = ROLE_TERMINAL };
    image.terminal =
        (struct terminal_image){ .ticket = { "AB", 17 }, .waiting = 250, .lamp = LAMP_CALLING };
    image.keypad = (struct keypad_image){ .state = KEYPAD_THANKS, .session = 5, .stars = 5 };
    snprintf(image.keypad.staff, sizeof image.keypad.staff, "0107");
    snprintf(image.keypad.name, sizeof image.keypad.name, "张三");
    snprintf(image.board.text, sizeof image.board.text, "A017\n2 3");
    image.dispenser.enabled = UINT32_C(0x80000005);
    image.dispenser.waiting[2] = 33;
    return image;
}

START_TEST(each_value_is_written_as_the_profile_says) {
    char steps[TEXT_MAX];

    snprintf(steps, sizeof steps, "{%s}", encodings[_i].step);
    struct profile *profile = profile_of(encodings[_i].role, "", steps);
    struct image image = an_image();
    struct vendor_shown shown = { &image, 2, 300 };
    struct sequence made;
    vendor_write(&profile->vendor, &shown, &made);
    ck_assert_uint_eq(made.step_count, 1);
    ck_assert_uint_eq(made.steps[0].function, encodings[_i].function);
    ck_assert_uint_eq(made.steps[0].address, 9);
    ck_assert_uint_eq(made.steps[0].count, encodings[_i].count);
    for (unsigned i = 0; i < encodings[_i].count; i++) {
        ck_assert_msg(made.values[i] == encodings[_i].values[i], "%s: %04x at %u",
                      encodings[_i].step, made.values[i], i);
    }

    profile_close(profile);
}
END_TEST

START_TEST(steps_go_out_in_order_joined_and_cut) {
    struct profile *profile = profile_of(
        "terminal", "\"write_max\":2,",
        "{\"constant\":0,\"register\":50},"
        "{\"value\":\"ticket\",\"register\":10,\"registers\":3},"
        "{\"value\":\"waiting\",\"register\":20},{\"value\":\"lamp\",\"register\":21,\"join\":true}"
        ","
        "{\"value\":\"number\",\"register\":30,\"as\":\"digits\",\"digits\":3,\"function\":6},"
        "{\"constant\":1,\"register\":50}");
    static const struct {
        uint16_t address, count;
        uint8_t function;
        bool is_constant;
    } expected[] = { { 50, 1, 16, true },  { 10, 2, 16, false }, { 12, 1, 16, false },
                     { 20, 2, 16, false }, { 30, 1, 6, false },  { 31, 1, 6, false },
                     { 32, 1, 6, false },  { 50, 1, 16, true } };
    struct image image = an_image();
    struct vendor_shown shown = { &image, 0, 0 };
    struct sequence made, other;
    vendor_write(&profile->vendor, &shown, &made);
    ck_assert_uint_eq(made.step_count, 8);
    ck_assert_uint_eq(vendor_measure(&profile->vendor).requests, 8);
    ck_assert_uint_eq(vendor_measure(&profile->vendor).values, made.value_count);
    for (unsigned i = 0; i < made.step_count; i++) {
        ck_assert_uint_eq(made.steps[i].address, expected[i].address);
        ck_assert_uint_eq(made.steps[i].count, expected[i].count);
        ck_assert_uint_eq(made.steps[i].function, expected[i].function);
        ck_assert_int_eq(made.steps[i].is_constant, expected[i].is_constant);
    }
    ck_assert_uint_eq(made.values[6], 0);
    ck_assert_uint_eq(made.values[8], 7);
    ck_assert_uint_eq(made.values[9], 1);
    image.terminal.lamp = LAMP_SERVING;
    vendor_write(&profile->vendor, &shown, &other);
    ck_assert(!sequence_equal(&made, &other));
    ck_assert_uint_eq(sequence_unchanged(&other, &made), 0x76);
    profile_close(profile);
}
END_TEST

START_TEST(no_ticket_is_what_the_profile_calls_none) {
    struct profile *profile = profile_of(
        "terminal", "",
        "{\"value\":\"number\",\"register\":9,\"as\":\"digits\",\"digits\":3,\"none\":15},"
        "{\"value\":\"ticket\",\"register\":20,\"registers\":3,\"pad\":32}");
    struct image image = { .role = ROLE_TERMINAL };
    struct vendor_shown shown = { &image, 0, 0 };
    struct sequence made;
    vendor_write(&profile->vendor, &shown, &made);
    static const uint16_t expected[] = { 15, 15, 15, 0x2020, 0x2020, 0x2020 };
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_uint_eq(made.values[i], expected[i]);
    }
    profile_close(profile);
}
END_TEST

Suite *write_suite(void) {
    Suite *suite = suite_create("write");
    TCase *cases = tcase_create("write");
    tcase_add_loop_test(cases, each_value_is_written_as_the_profile_says, 0,
                        sizeof encodings / sizeof *encodings);
    tcase_add_test(cases, steps_go_out_in_order_joined_and_cut);
    tcase_add_test(cases, no_ticket_is_what_the_profile_calls_none);
    suite_add_tcase(suite, cases);
    return suite;
}
