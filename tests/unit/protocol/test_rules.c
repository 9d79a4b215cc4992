/* The rules there and back, their defaults, and every mistake of a config's rules. */
#include <stdio.h>
#include <string.h>

#include "protocol/rules.h"
#include "suite.h"

static struct rules rules;
static char first[EVENT_JSON_MAX];
static char second[EVENT_JSON_MAX];

static struct json_doc *read(const char *text, size_t length) {
    struct json_doc *doc = json_open("rules", text, length);
    rules_read(doc, json_top(doc), &rules);
    return doc;
}

START_TEST(canonical_rules_come_back_the_same) {
    static struct rules back;
    size_t length;
    const char *text = file_text("tests/unit/protocol/rules.json", &length);
    struct json_doc *doc = read(text, length);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    json_close(doc);
    back = rules;
    int written = rules_write(&rules, first, sizeof first);
    ck_assert_int_gt(written, 0);
    doc = read(first, (size_t)written);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    json_close(doc);
    ck_assert_mem_eq(&rules, &back, sizeof rules);
    ck_assert_int_eq(rules_write(&rules, second, sizeof second), written);
    ck_assert_str_eq(first, second);
    ck_assert_int_eq(rules_write(&rules, second, (size_t)written), HALL_FULL);
}
END_TEST

START_TEST(every_key_of_the_file_is_taken) {
    size_t length;
    const char *text = file_text("tests/unit/protocol/rules.json", &length);
    json_close(read(text, length));
    ck_assert_uint_eq(rules.service_count, 4);
    ck_assert_str_eq(rules.services[63].prefix, "ZZ");
    ck_assert(rules.services[63].opens_case);
    ck_assert(rules.services[3].needs_precheck);
    ck_assert_uint_eq(rules.services[1].last, 500);
    ck_assert_uint_eq(rules.services[2].first, 501);
    ck_assert_uint_eq(rules.services[1].quota, 400);
    ck_assert_uint_eq(rules.services[1].week.named, 1U << 5 | 1U << 6);
    ck_assert_uint_eq(rules.services[1].week.week[6].count, 1);
    ck_assert_int_eq(rules.services[1].week.week[6].spans[0].end_min, 690);
    ck_assert_uint_eq(rules.classes[CLASS_GREEN].advance_minutes, 45);
    ck_assert_uint_eq(rules.classes[CLASS_GREEN].channels, 1U << SOURCE_KEY | 1U << SOURCE_GUIDE);
    ck_assert(rules.classes[CLASS_CREDIT].is_always);
    ck_assert_uint_eq(rules.classes[CLASS_CREDIT].services, 1U << 3);
    ck_assert_uint_eq(rules.window_count, 3);
    ck_assert_uint_eq(rules.windows[0].staff[1], 108);
    ck_assert_uint_eq(rules.windows[1].helps, 1U << 2);
    ck_assert_uint_eq(rules.windows[1].help_after_minutes, 7);
    ck_assert(rules_window(&rules, 999)->own == SERVICES_ALL);
    ck_assert(rules_window(&rules, 999)->auto_call);
    ck_assert(rules.unserved_stops);
    ck_assert(rules.pin);
    ck_assert_str_eq(rules_staff(&rules, 107)->id, "0107");
    ck_assert_uint_eq(rules.pause_reasons, 1U << 1 | 1U << 15);
    ck_assert(!rules.calendar.is_always);
    ck_assert_uint_eq(rules.calendar.named, 0x3F);
    ck_assert_int_eq(rules.calendar.week[4].spans[1].begin_min, 840);
    ck_assert_int_eq(rules.calendar.week[5].spans[0].end_min, 1440);
    ck_assert_uint_eq(rules.calendar.holidays[0], 20270101);
    ck_assert_uint_eq(rules.calendar.extra[0].date, 20270110);
    ck_assert_uint_eq(rules.appointments.early_minutes, 11);
    ck_assert_uint_eq(rules.no_show.after_green_s, 91);
    ck_assert_uint_eq(rules.rating.until_days[RATING_QR], 2);
    ck_assert_uint_eq(rules.rating.until_days[RATING_SMS], 6);
    ck_assert_uint_eq(rules.rating.default_grade, 3);
    ck_assert_uint_eq(rules.rating.close_days, 8);
    ck_assert_uint_eq(rules.alerts.bad_share_percent, 29);
    ck_assert_uint_eq(rules.alerts.bad_minutes, 17);
    ck_assert_uint_eq(rules.estimate_least, 10);
    ck_assert_uint_eq(rules_service(&rules, "tax"), 2);
    ck_assert_uint_eq(rules_service(&rules, "none"), 0);
    ck_assert_ptr_null(rules_window(&rules, 3));
    ck_assert_ptr_null(rules_staff(&rules, 3));
}
END_TEST

START_TEST(defaults_are_those_of_the_design) {
    static struct rules defaults;
    rules_defaults(&defaults);
    json_close(read("{\"staff\":[]}", 12));
    ck_assert_mem_eq(&rules, &defaults, sizeof rules);
    ck_assert_uint_eq(defaults.no_show.after_s, 45);
    ck_assert_uint_eq(defaults.rating.keypad_s, 60);
    ck_assert_uint_eq(defaults.rating.until_days[RATING_SMS], 5);
    ck_assert_uint_eq(defaults.alerts.bad_share_percent, 50);
    ck_assert(defaults.calendar.is_always);
    ck_assert(defaults.require_sign_in);
    json_close(read("{}", 2));
    ck_assert(!rules.require_sign_in);
    json_close(read("{\"require_sign_in\":true}", 24));
    ck_assert(rules.require_sign_in);
}
END_TEST

static const struct {
    const char *text, *path, *what;
} WRONG[] = {
    { "{\"services\":[{\"id\":\"A B\",\"index\":1}]}", "services[0].id", "found \"A B\"" },
    { "{\"services\":[{\"index\":1}]}", "services[0].id", "is missing" },
    { "{\"services\":[{\"id\":\"a\",\"index\":64}]}", "services[0].index", "found 64" },
    { "{\"services\":[{\"id\":\"a\"}]}", "services[0].index", "is missing" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"abc\"}]}", "services[0].prefix",
      "found" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\",\"numbers\":[9,3]}]}",
      "services[0].numbers", "found a list, expected [first, last]" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\",\"qota\":3}]}", "services[0].qota",
      "found an unknown key, expected perhaps \"quota\"" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\"},{\"id\":\"b\",\"index\":1,"
      "\"prefix\":\"B\"}]}",
      "services[1].index", "found 1, which \"a\" has" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\"},{\"id\":\"a\",\"index\":2,"
      "\"prefix\":\"B\"}]}",
      "services[1].id", "found \"a\" a second time" },
    { "{\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\"},{\"id\":\"b\",\"index\":2,"
      "\"prefix\":\"A\"}]}",
      "services[1].prefix", "shares numbers" },
    { "{\"services\":[7]}", "services[0]", "found 7, expected an object" },
    { "{\"services\":{}}", "services", "found" },
    { "{\"windows\":[{\"id\":0,\"own\":[]}]}", "windows[0].id", "found 0" },
    { "{\"windows\":[{\"id\":1,\"own\":[\"x\"]}]}", "windows[0].own[0]", "found \"x\"" },
    { "{\"windows\":[{\"id\":1}]}", "windows[0].own", "is missing" },
    { "{\"windows\":[{\"id\":1,\"own\":[\"*\"]},{\"id\":1,\"own\":[]}]}", "windows[1].id",
      "found 1 a second time" },
    { "{\"windows\":[{\"id\":1,\"own\":[\"*\"],\"staff\":[\"0107\"]}]}", "windows[0].staff[0]",
      "found \"0107\"" },
    { "{\"staff\":[{\"id\":\"x1\"}]}", "staff[0].id", "found \"x1\"" },
    { "{\"staff\":[{\"id\":\"65536\"}]}", "staff[0].id", "found \"65536\"" },
    { "{\"staff\":[{\"id\":\"7\"},{\"id\":\"007\"}]}", "staff[1].id", "found \"007\"" },
    { "{\"classes\":{\"green\":{\"by\":[\"door\"]}}}", "classes.green.by[0]",
      "found \"door\", expected key" },
    { "{\"classes\":{\"credit\":{\"by\":[\"key\"]}}}", "classes.credit.by", "found key" },
    { "{\"classes\":{\"gold\":{}}}", "classes.gold", "found an unknown key" },
    { "{\"classes\":{\"green\":{\"advance_minutes\":\"never\"}}}", "classes.green.advance_minutes",
      "found \"never\"" },
    { "{\"calendar\":{\"week\":{\"monday\":[]}}}", "calendar.week.monday", "found an unknown key" },
    { "{\"calendar\":{\"week\":{\"mon\":[\"9:00-12:00\"]}}}", "calendar.week.mon[0]", "found" },
    { "{\"calendar\":{\"week\":{\"mon\":[\"09:00-24:01\"]}}}", "calendar.week.mon[0]", "found" },
    { "{\"calendar\":{\"week\":{\"mon\":[\"09:00-12:00\",\"11:00-13:00\"]}}}",
      "calendar.week.mon[1]", "begins before" },
    { "{\"calendar\":{\"week\":{\"mon-wed\":[],\"tue\":[]}}}", "calendar.week.tue",
      "names tue a second time" },
    { "{\"calendar\":{\"holidays\":[\"2027-02-30\"]}}", "calendar.holidays[0]",
      "found \"2027-02-30\", expected a date" },
    { "{\"calendar\":{\"extra_days\":{\"2027\":[]}}}", "calendar.extra_days.2027",
      "found an unknown" },
    { "{\"when_unserved\":\"panic\"}", "when_unserved", "found \"panic\"" },
    { "{\"pause_reasons\":{\"16\":{}}}", "pause_reasons.16", "found \"16\"" },
    { "{\"rating\":{\"until\":{\"qr\":\"never\"}}}", "rating.until.qr",
      "found \"never\", expected \"day_end\"" },
    { "{\"rating\":{\"until\":{\"default\":1}}}", "rating.until.default", "found an unknown key" },
    { "{\"rating\":{\"default_grade\":6}}", "rating.default_grade", "found 6" },
    { "{\"rating\":{\"keypad\":6}}", "rating.keypad", "found an unknown key" },
    { "{\"alerts\":{\"bad_run\":{\"share\":2}}}", "alerts.bad_run.share", "found 2" },
    { "{\"no_show\":{\"minutes\":-1}}", "no_show.minutes", "found -1" },
    { "{\"no_show\":7}", "no_show", "found" },
    { "{\"recalls\":1.5}", "recalls", "found 1.5" },
};

START_TEST(each_mistake_is_named) {
    struct json_doc *doc = read(WRONG[_i].text, strlen(WRONG[_i].text));
    bool is_found = false;
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        is_found = is_found || (strcmp(mistake->path, WRONG[_i].path) == 0 &&
                                strstr(mistake->what, WRONG[_i].what) == mistake->what);
    }
    ck_assert_msg(is_found, "%s: %s %s", WRONG[_i].text,
                  json_mistake_count(doc) > 0 ? json_mistake_at(doc, 0)->path : "no mistake",
                  json_mistake_count(doc) > 0 ? json_mistake_at(doc, 0)->what : "");
    json_close(doc);
}
END_TEST

TCase *rules_case(void) {
    TCase *tcase = tcase_create("rules");
    tcase_add_test(tcase, canonical_rules_come_back_the_same);
    tcase_add_test(tcase, every_key_of_the_file_is_taken);
    tcase_add_test(tcase, defaults_are_those_of_the_design);
    tcase_add_loop_test(tcase, each_mistake_is_named, 0, (int)(sizeof WRONG / sizeof WRONG[0]));
    return tcase;
}
