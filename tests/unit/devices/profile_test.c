#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/profile_map.h"
#include "protocol/registers.h"
#include "tests/unit/devices/suites.h"

enum { TEXT_MAX = 16384 };

static char *shipped_text(const char *path) {
    static char text[TEXT_MAX];
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static char *reference_text(void) {
    return shipped_text("etc/profiles/hallq-1.jsonc");
}

/* A copy with the first `from` replaced. */
static const char *changed(const char *text, const char *from, const char *to) {
    static char out[TEXT_MAX];
    const char *at = strstr(text, from);
    ck_assert_ptr_nonnull(at);
    snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

START_TEST(the_reference_is_the_register_map) {
    const struct profile *profile = profile_reference();
    ck_assert_str_eq(profile_name(profile), "hallq-1");
    ck_assert_uint_eq(profile->answer_ms, 60);
    ck_assert_uint_eq(profile->input.ring, INPUT_RING);
    ck_assert_uint_eq(profile->input.events, INPUT_KEY_EVENTS);
    ck_assert_uint_eq(profile->dispenser.job, DISPENSER_JOB);
    ck_assert_uint_eq(profile->dispenser.qr, DISPENSER_QR);
    ck_assert_uint_eq(profile->identify, HOLD_IDENTIFY);
    ck_assert_uint_eq(profile->unit.board.text, UNIT_BOARD + BOARD_TEXT);
    ck_assert_uint_eq(profile->unit.keypad.name, UNIT_KEYPAD + KEYPAD_NAME);
    for (unsigned key = KEY_NEXT; key <= KEY_PIN; key++) {
        ck_assert_uint_eq(profile->codes.terminal[key], key);
    }
    for (enum role role = ROLE_DISPENSER; role <= ROLE_UNIT; role++) {
        ck_assert_uint_eq(profile_kind(profile, role), role);
    }
    struct span pulse = profile_pulse(profile);
    ck_assert_uint_eq(pulse.address, 5);
    ck_assert_uint_eq(pulse.count, 5);
    ck_assert_uint_eq(profile_baseline(profile).count, INPUT_COUNT);
    ck_assert_uint_eq(terminal_span(&profile->terminal).count, TERMINAL_COUNT);
    ck_assert_uint_eq(keypad_span(&profile->keypad).count, KEYPAD_COUNT);
}
END_TEST

static const struct {
    const char *from, *to; /* a change of the reference */
    const char *path, *what;
} mistakes[] = {
    { "\"counter\"", "\"clear\"", "reading", "where `roles` stand" },
    { "\"counter\"", "\"level\"", "reading", "where `roles` stand" },
    { "\"answer_ms\": 60", "\"answer_ms\": 0", "answer_ms", "1..2000" },
    { "\"read_max\": 125", "\"read_max\": 20", "input", "read" },
    { "\"ring\": 10", "\"ring\": 6", "input", "ring" },
    { "\"status\": 6", "\"stauts\": 6", "input", "status" },
    { "\"waiting\": 258, \"job\"", "\"waiting\": 300, \"job\"", "waiting", "expected 258" },
    { "\"lamp\": 259, \"answer\": 260", "\"lamp\": 900, \"answer\": 260", "terminal", "one write" },
    { "\"text\": 259", "\"text\": 300", "board", "side by side" },
    { "\"text\": 259", "\"text\": 65500", "board.text", "expected at most 65472" },
    { "\"serial\": 3", "\"serial\": 65535", "input.serial", "expected at most 65534" },
    { "\"name\": 327", "\"name\": 65535", "unit.keypad.name", "expected at most 65528" },
    { "\"next\": 1,", "", "next", "missing" },
    { "\"kind\": 3", "\"kind\": 0", "roles.keypad.kind", "1..65535" },
    { "\"kind\": 4,", "", "roles.board.kind", "missing, expected a whole number 1..65535" },
    { "\"kind\": 5", "\"kind\": 0", "roles.unit.kind", "1..65535" },
    { "\"identify\": 240", "\"identify\": 70000", "identify", "70000" },
    { "\"codes\"", "\"code\"", "codes", "missing" },
    { "\"dispenser\": { \"ticket\"", "\"dispense\": { \"ticket\"", "codes.dispenser", "missing" },
    { "\"keypad\": { \"grade\"", "\"keypads\": { \"grade\"", "codes.keypad", "missing" },
    { "\"terminal\": { \"next\"", "\"terminals\": { \"next\"", "codes.terminal", "missing" },
    { "\"keypad\":   {", "\"key\":   {", "unit.keypad", "missing" },
};

START_TEST(a_mistake_is_named_with_its_place) {
    static char text[TEXT_MAX];
    const char *reference = reference_text();
    const char *at = strstr(reference, mistakes[_i].from);
    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - reference), reference, mistakes[_i].to,
             at + strlen(mistakes[_i].from));
    struct json_doc *doc = json_open("test.jsonc", text, strlen(text));
    ck_assert_ptr_null(profile_read(doc));
    bool is_found = false;
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        ck_assert_uint_gt(mistake->line, 0);
        is_found = is_found || (strstr(mistake->path, mistakes[_i].path) != NULL &&
                                strstr(mistake->what, mistakes[_i].what) != NULL);
    }
    ck_assert_msg(is_found, "%s: %s", json_mistake_at(doc, 0)->path, json_mistake_at(doc, 0)->what);
    json_close(doc);
}
END_TEST

START_TEST(another_profile_may_stand_elsewhere) {
    static char text[TEXT_MAX];
    const char *reference = reference_text();
    const char *at = strstr(reference, "\"job\": 512");
    snprintf(text, sizeof text, "%.*s\"job\": 700%s", (int)(at - reference), reference, at + 10);
    struct json_doc *doc = json_open("test.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    ck_assert_uint_eq(profile->dispenser.job, 700);
    profile_close(profile);
    json_close(doc);
}
END_TEST

/* Devices of the map say 1; with 0 for what is not said none of them would be driven. */
START_TEST(a_profile_without_a_map_means_map_1) {
    const char *text = changed(reference_text(), "\"map\": 1, ", "");
    struct json_doc *doc = json_open("test.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    ck_assert_uint_eq(profile->map, 1);
    profile_close(profile);
    json_close(doc);
}
END_TEST

/* What it lacks is known, so that nobody writes to register 0 instead. */
START_TEST(a_profile_may_have_fewer_abilities) {
    static const char BOARD_ONLY[] =
        "{\"name\":\"sign\",\"map\":1,\"input\":{\"kind\":0,\"map\":1,\"firmware\":2,\"serial\":3,"
        "\"boots\":5,\"status\":6,\"events\":7,\"done\":8,\"result\":9,\"ring\":10},\"roles\":{"
        "\"board\":"
        "{\"kind\":4,\"revision\":256,\"style\":257,\"length\":258,\"text\":259}}}";
    struct json_doc *doc = json_open("sign.jsonc", BOARD_ONLY, sizeof BOARD_ONLY - 1);
    struct profile *profile = profile_read(doc);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    ck_assert(profile_has_role(profile, ROLE_BOARD));
    ck_assert(!profile_has_role(profile, ROLE_TERMINAL));
    ck_assert(!profile_can_identify(profile));
    ck_assert(profile_can_identify(profile_reference()));
    profile_close(profile);
    json_close(doc);
}
END_TEST

static const char VENDOR[] =
    "{\"name\":\"v\",\"role\":\"terminal\",\"reading\":\"level\",\n"
    "\"read\":{\"function\":4,\"address\":8,\"count\":1,\"bounce_ms\":30,\"long_ms\":900},\n"
    "\"codes\":{\"0\":\"next\",\"1\":{\"key\":\"recall\",\"long\":\"no_show\"}},\n"
    "\"write\":[\n"
    "{\"value\":\"number\",\"register\":100,\"as\":\"bcd\",\"digits\":3},\n"
    "{\"value\":\"prefix\",\"register\":101,\"registers\":1},\n"
    "{\"value\":\"lamp\",\"coil\":0,\"bits\":[\"calling\"]},\n"
    "{\"value\":\"answer\",\"register\":102,\"function\":6}]}";

static const struct {
    const char *from, *to; /* a change of VENDOR */
    unsigned line;
    const char *path, *what;
} vendor_mistakes[] = {
    { "\"role\":", "\"rolle\":\"x\",\"role\":", 1, "rolle", "role" },
    { "\"terminal\"", "\"printer\"", 1, "role", "expected dispenser, terminal" },
    { "\"level\"", "\"none\"", 1, "reading", "a terminal has keys" },
    { "\"reading\":\"level\",", "", 1, "reading", "missing, expected counter" },
    { "\"level\"", "\"level\",\"pause_ms\":\"x\"", 1, "pause_ms", "0..2000" },
    { "\"function\":4", "\"function\":5", 2, "read.function", "1..4" },
    { "\"function\":4,", "", 2, "read.function", "missing, expected 1, 2, 3 or 4" },
    { "\"address\":8,", "", 2, "read.address", "missing" },
    { "\"count\":1", "\"count\":126", 2, "read.count", "1..125" },
    { "\"count\":1", "\"count\":4,\"room\":3", 2, "read.room", "4..125" },
    { "\"long_ms\":900", "\"long_ms\":30", 2, "read.long_ms", "more than bounce_ms, 30" },
    { "\"long_ms\":900", "\"repeat_ms\":30", 2, "read.repeat_ms",
      "found where reading is level, expected only where it is clear" },
    { "\"long_ms\":900", "\"clear\":6,\"longms\":30", 2, "read.longms", "unknown key" },
    { "\"level\"", "\"poll\"", 1, "reading", "expected counter, clear, level or none" },
    { "\"1\":{", "\"16\":{", 3, "codes.16", "one of the 16" },
    { "\"1\":{", "\"0x0\":{", 3, "codes.0x0", "stands twice" },
    { "\"1\":{", "\"x\":{", 3, "codes.x", "0..65535" },
    { "\"1\":{", "\"0x00001\":{", 3, "codes.0x00001", "0..65535" },
    { "\"next\"", "\"nxt\"", 3, "codes.0", "expected next, recall" },
    { "\"next\"", "\"grade 5\"", 3, "codes.0", "expected next, recall" },
    { "\"next\"", "{\"argument\":1}", 3, "codes.0.key", "expected next" },
    { "\"no_show\"", "7", 3, "codes.1.long", "expected next" },
    { "\"codes\":{\"0\":\"next\",\"1\":{\"key\":\"recall\",\"long\":\"no_show\"}},", "", 1, "codes",
      "which key each is" },
    { "\"register\":100,", "", 5, "write[0].register", "either `register` or `coil`" },
    { "\"register\":100,", "\"register\":100,\"coil\":1,", 5, "write[0].register", "either" },
    { "\"value\":\"number\"", "\"value\":\"numbre\"", 5, "write[0].value", "prefix, number" },
    { "\"value\":\"number\",", "", 5, "write[0].value", "either `constant` or `value`" },
    { "\"digits\":3", "\"digits\":2", 5, "write[0].digits", "too few for `number` up to 999" },
    { ",\"digits\":3", "", 5, "write[0].digits", "missing" },
    { "\"as\":\"bcd\"", "\"as\":\"gbk\"", 5, "write[0].as", "number, bcd, digits" },
    { "\"as\":\"bcd\",\"digits\":3", "\"scale\":100", 5, "write[0].scale", "at most 65535" },
    { "\"register\":101", "\"register\":100", 6, "write[1].register", "write[0] writes too" },
    { "\"registers\":1", "\"registers\":1,\"join\":true,\"function\":6", 6, "write[1].join",
      "function 16" },
    { "\"register\":101", "\"register\":103,\"join\":true", 6, "write[1].join", "expected 101" },
    { "\"prefix\"", "\"ticket\"", 6, "write[1].registers", "too few for a ticket such as A012" },
    { "\"bits\":[\"calling\"]", "\"bits\":[\"caling\"]", 7, "write[2].bits[0]", "calling" },
    { "\"bits\":[\"calling\"]", "\"bits\":[]", 7, "write[2].bits", "a list of 1..16" },
    { ",\"bits\":[\"calling\"]", "", 7, "write[2]", "of a coil `bits`" },
    { "\"function\":6}", "\"function\":5}", 8, "write[3].function", "6 or 16" },
    { "\"register\":102", "\"register\":65536", 8, "write[3].register", "0..65535" },
};

START_TEST(a_mistake_in_a_vendors_profile_is_named_with_its_place) {
    const char *text = changed(VENDOR, vendor_mistakes[_i].from, vendor_mistakes[_i].to);
    struct json_doc *doc = json_open("v.jsonc", text, strlen(text));
    ck_assert_ptr_null(profile_read(doc));
    bool is_found = false;
    /* Without a reading nothing else can be told right from wrong. */
    bool is_of_reading = strcmp(vendor_mistakes[_i].path, "reading") == 0;
    ck_assert(!is_of_reading || json_mistake_count(doc) == 1);
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        is_found = is_found || (strcmp(mistake->path, vendor_mistakes[_i].path) == 0 &&
                                strstr(mistake->what, vendor_mistakes[_i].what) != NULL &&
                                mistake->line == vendor_mistakes[_i].line);
    }
    ck_assert_msg(is_found, "%s:%u: %s", json_mistake_at(doc, 0)->path,
                  json_mistake_at(doc, 0)->line, json_mistake_at(doc, 0)->what);
    json_close(doc);
}
END_TEST

START_TEST(a_vendors_profile_says_what_the_hall_will_not_have) {
    const char *text = changed(VENDOR, "\"value\":\"answer\"", "\"value\":\"waiting\"");
    struct json_doc *doc = json_open("v.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    ck_assert_uint_eq(json_warning_count(doc), 1);
    ck_assert_ptr_nonnull(strstr(json_warning_at(doc, 0)->what, "why a key was refused"));
    ck_assert(profile_has_role(profile, ROLE_TERMINAL));
    ck_assert(!profile_has_role(profile, ROLE_KEYPAD));
    ck_assert(!profile_is_reference(profile));
    ck_assert(!profile_can_identify(profile));
    ck_assert(profile_is_reference(profile_reference()));
    profile_close(profile);
    json_close(doc);
}
END_TEST

static const char KEYPAD[] =
    "{\"name\":\"v\",\"role\":\"keypad\",\"reading\":\"clear\",\n"
    "\"read\":{\"function\":3,\"code\":8},\n"
    "\"codes\":{\"1\":\"grade 5\",\"2\":\"grade 4\",\"7\":\"grade 3\"},\n"
    "\"write\":[{\"value\":\"state\",\"register\":100,\n"
    "\"table\":{\"idle\":1,\"invite\":2,\"thanks\":3,\"closed\":4,\"reasons\":5}}]}";

static const struct {
    const char *from, *to; /* a change of KEYPAD */
    unsigned line;
    const char *path, *what;
} doubts[] = {
    { "grade 3", "grade 5", 3, "codes", "grade 5 stands at code 1 and at code 7" },
    { ",\"closed\":4,\"reasons\":5", "", 5, "write[0].table",
      "no number for `closed`, `reasons`: 0 is written then" },
};

START_TEST(what_is_doubtful_in_a_vendors_profile_is_a_warning) {
    struct json_doc *doc = json_open("v.jsonc", KEYPAD, strlen(KEYPAD));
    profile_close(profile_read(doc));
    ck_assert_uint_eq(json_mistake_count(doc) + json_warning_count(doc), 0);
    json_close(doc);
    const char *text = changed(KEYPAD, doubts[_i].from, doubts[_i].to);
    doc = json_open("v.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    ck_assert_uint_eq(json_warning_count(doc), 1);
    ck_assert_str_eq(json_warning_at(doc, 0)->path, doubts[_i].path);
    ck_assert_str_eq(json_warning_at(doc, 0)->what, doubts[_i].what);
    ck_assert_uint_eq(json_warning_at(doc, 0)->line, doubts[_i].line);
    profile_close(profile);
    json_close(doc);
}
END_TEST

START_TEST(a_dispenser_has_the_keys_of_its_profile) {
    const char *text = shipped_text("etc/profiles/button-box.jsonc");
    struct json_doc *doc = json_open("button-box.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert(profile_has_ticket_key(profile, 1) && profile_has_ticket_key(profile, 16));
    ck_assert(!profile_has_ticket_key(profile, 17));
    ck_assert(profile_has_ticket_key(profile_reference(), 32));
    profile_close(profile);
    json_close(doc);
}
END_TEST

static const struct {
    const char *to;
    unsigned warnings;
} tickets[] = {
    { "\"value\":\"ticket\",\"register\":103,\"registers\":2", 1 },
    { "\"value\":\"ticket\",\"register\":103,\"registers\":3", 0 },
};

START_TEST(a_ticket_of_two_letters_takes_three_registers) {
    const char *from = "\"value\":\"prefix\",\"register\":101,\"registers\":1";
    const char *text = changed(VENDOR, from, tickets[_i].to);
    struct json_doc *doc = json_open("v.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    ck_assert_uint_eq(json_warning_count(doc), tickets[_i].warnings);
    if (tickets[_i].warnings > 0) {
        ck_assert_str_eq(json_warning_at(doc, 0)->path, "write[1].registers");
        ck_assert_ptr_nonnull(strstr(json_warning_at(doc, 0)->what, "AB012"));
    }
    profile_close(profile);
    json_close(doc);
}
END_TEST

/* The shipped one says what holds without a profile (10-frames.md, "Caller and four-key rater"). */
START_TEST(callers_say_the_usual_codes) {
    const char *text = shipped_text("etc/profiles/ff68.jsonc");
    struct json_doc *doc = json_open("ff68.jsonc", text, strlen(text));
    struct profile *profile = profile_read(doc);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    ck_assert(profile_is_unasked(profile) && !profile_is_unasked(profile_reference()));
    ck_assert(profile_has_role(profile, ROLE_KEYPAD) && profile_has_role(profile, ROLE_TERMINAL));
    ck_assert(!profile_has_role(profile, ROLE_BOARD));
    const struct profile *both[] = { profile, profile_reference() };
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned key = KEY_NEXT; key <= KEY_PIN; key++) {
            const struct ff68_code *code = &both[i]->ff68.terminal[key];
            ck_assert_uint_eq(code->length, FF68_CODES.terminal[key].length);
            ck_assert_mem_eq(code->bytes, FF68_CODES.terminal[key].bytes, code->length);
        }
        ck_assert_mem_eq(both[i]->ff68.grades, FF68_CODES.grades, FF68_RATINGS);
    }
    profile_close(profile);
    json_close(doc);
}
END_TEST

START_TEST(callers_may_have_keys_of_their_own) {
    static const char TEXT[] = "{\"name\":\"own\",\"reading\":\"unasked\",\"codes\":{\"terminal\":{"
                               "\"next\":\"1f\",\"help\":\"9 0F\"},\"keypad\":{\"1\":3}}}";
    static const char RIGHT[] =
        "{\"name\":\"own\",\"reading\":\"unasked\",\"codes\":{\"terminal\":{"
        "\"next\":\"1f\",\"help\":\"09 0F\"},\"keypad\":{\"1\":3}}}";
    struct json_doc *doc = json_open("own.jsonc", TEXT, sizeof TEXT - 1);
    ck_assert_ptr_null(profile_read(doc));
    ck_assert_str_eq(json_mistake_at(doc, 0)->path, "codes.terminal.help");
    json_close(doc);
    doc = json_open("own.jsonc", RIGHT, sizeof RIGHT - 1);
    struct profile *profile = profile_read(doc);
    ck_assert_ptr_nonnull(profile);
    static const struct ff68_frame NEXT = { 5, FF68_KEY, 1, { 0x1F } };
    static const struct ff68_frame HELP = { 5, FF68_KEY, 2, { 9, 0x0F } };
    static const struct ff68_frame RECALL = { 5, FF68_KEY, 1, { 0x0D } };
    static const struct ff68_frame RATING = { 5, FF68_RATING, 1, { 1 } };
    uint16_t argument;
    ck_assert_uint_eq(ff68_codes_key(&profile->ff68, &NEXT, &argument), KEY_NEXT);
    ck_assert_uint_eq(ff68_codes_key(&profile->ff68, &HELP, &argument), KEY_HELP);
    ck_assert_uint_eq(ff68_codes_key(&profile->ff68, &RECALL, &argument), 0);
    ck_assert_uint_eq(ff68_codes_grade(&profile->ff68, &RATING), 3);
    profile_close(profile);
    json_close(doc);
}
END_TEST

static const struct {
    const char *from, *to, *path, *what; /* a change of the shipped one for callers */
} unasked_mistakes[] = {
    { "\"next\": \"0C\"", "\"nxt\": \"0C\"", "codes.terminal.nxt", "next" },
    { "\"0C\"", "\"0C 0D 0E\"", "codes.terminal.next", "in hex" },
    { "\"0C\"", "\"C\"", "codes.terminal.next", "in hex" },
    { "\"0C\"", "\"+C\"", "codes.terminal.next", "in hex" },
    { "\"06 0F\"", "\"0A 0F\"", "codes.terminal.no_show", "in hex" },
    { "\"0D\"", "\"0C\"", "codes.terminal.recall", "the same as \"next\"" },
    { "\"0\": 2", "\"0\": 6", "codes.keypad.0", "6" },
    { "\"0\": 2", "\"4\": 2", "codes.keypad.4", "unknown" },
    { "\"codes\"", "\"input\": {}, \"codes\"", "input", "unknown" },
    { "\"codes\"", "\"code\"", "codes", "missing" },
};

START_TEST(a_callers_mistake_is_named) {
    static char text[TEXT_MAX];
    const char *shipped = shipped_text("etc/profiles/ff68.jsonc");
    const char *at = strstr(shipped, unasked_mistakes[_i].from);
    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shipped), shipped, unasked_mistakes[_i].to,
             at + strlen(unasked_mistakes[_i].from));
    struct json_doc *doc = json_open("test.jsonc", text, strlen(text));
    ck_assert_ptr_null(profile_read(doc));
    bool is_found = false;
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        is_found = is_found || (strcmp(mistake->path, unasked_mistakes[_i].path) == 0 &&
                                strstr(mistake->what, unasked_mistakes[_i].what) != NULL);
    }
    ck_assert_msg(is_found, "%s: %s", json_mistake_at(doc, 0)->path, json_mistake_at(doc, 0)->what);
    json_close(doc);
}
END_TEST

Suite *profile_suite(void) {
    Suite *suite = suite_create("profile");
    TCase *cases = tcase_create("profile");
    tcase_add_test(cases, the_reference_is_the_register_map);
    tcase_add_loop_test(cases, a_mistake_is_named_with_its_place, 0,
                        sizeof mistakes / sizeof *mistakes);
    tcase_add_test(cases, another_profile_may_stand_elsewhere);
    tcase_add_test(cases, a_profile_without_a_map_means_map_1);
    tcase_add_test(cases, a_profile_may_have_fewer_abilities);
    tcase_add_loop_test(cases, a_mistake_in_a_vendors_profile_is_named_with_its_place, 0,
                        sizeof vendor_mistakes / sizeof *vendor_mistakes);
    tcase_add_test(cases, a_vendors_profile_says_what_the_hall_will_not_have);
    tcase_add_loop_test(cases, what_is_doubtful_in_a_vendors_profile_is_a_warning, 0,
                        sizeof doubts / sizeof *doubts);
    tcase_add_test(cases, a_dispenser_has_the_keys_of_its_profile);
    tcase_add_loop_test(cases, a_ticket_of_two_letters_takes_three_registers, 0,
                        sizeof tickets / sizeof *tickets);
    tcase_add_test(cases, callers_say_the_usual_codes);
    tcase_add_test(cases, callers_may_have_keys_of_their_own);
    tcase_add_loop_test(cases, a_callers_mistake_is_named, 0,
                        sizeof unasked_mistakes / sizeof *unasked_mistakes);
    suite_add_tcase(suite, cases);
    return suite;
}
