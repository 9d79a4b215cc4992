/* The rules as canonical JSON: the config's own keys, all defaults filled in, always in this order. */
#include <stdio.h>
#include <string.h>

#include "protocol/rules_parts.h"
#include "protocol/rules_words.h"

void rules_write_spans(struct json_writer *writer, const char *key, const struct day_spans *spans) {
    json_begin_array(writer, key);
    for (unsigned i = 0; i < spans->count; i++) {
        unsigned begin = (unsigned)spans->spans[i].begin_min;
        unsigned end = (unsigned)spans->spans[i].end_min;
        char text[32];
        snprintf(text, sizeof text, "%02u:%02u-%02u:%02u", begin / 60, begin % 60, end / 60,
                 end % 60);
        json_write_text(writer, NULL, text);
    }
    json_end_array(writer);
}

static void write_week(struct json_writer *writer, uint8_t named, const struct day_spans *week) {
    json_begin_object(writer, "week");
    for (unsigned day = 0; day < WEEK_DAYS; day++) {
        if (named & 1U << day) {
            rules_write_spans(writer, DAY_WORDS[day], &week[day]);
        }
    }
    json_end_object(writer);
}

static void date_text(uint32_t date, char out[16]) {
    snprintf(out, 16, "%04u-%02u-%02u", (unsigned)(date / 10000 % 10000),
             (unsigned)(date / 100 % 100), (unsigned)(date % 100));
}

static void write_calendar(struct json_writer *writer, const struct calendar_rule *calendar) {
    char date[16];
    json_begin_object(writer, "calendar");
    write_week(writer, calendar->named, calendar->week);
    json_begin_array(writer, "holidays");
    for (unsigned i = 0; i < calendar->holiday_count; i++) {
        date_text(calendar->holidays[i], date);
        json_write_text(writer, NULL, date);
    }
    json_end_array(writer);
    json_begin_object(writer, "extra_days");
    for (unsigned i = 0; i < calendar->extra_count; i++) {
        date_text(calendar->extra[i].date, date);
        rules_write_spans(writer, date, &calendar->extra[i].spans);
    }
    json_end_object(writer);
    json_write_int(writer, "last_ticket_minutes", calendar->last_ticket_minutes);
    json_end_object(writer);
}

static void write_set(struct json_writer *writer, const char *key, uint64_t set,
                      const struct rules *rules) {
    json_begin_array(writer, key);
    if (set == SERVICES_ALL) {
        json_write_text(writer, NULL, "*");
    }
    for (unsigned i = 1; i < SERVICES_MAX && set != SERVICES_ALL; i++) {
        if (set & UINT64_C(1) << i) {
            json_write_text(writer, NULL, rules->services[i].id);
        }
    }
    json_end_array(writer);
}

static void write_service(struct json_writer *writer, unsigned index,
                          const struct service_rule *service) {
    json_begin_object(writer, NULL);
    json_write_text(writer, "id", service->id);
    json_write_int(writer, "index", index);
    json_write_text(writer, "prefix", service->prefix);
    json_begin_array(writer, "numbers");
    json_write_int(writer, NULL, service->first);
    json_write_int(writer, NULL, service->last);
    json_end_array(writer);
    json_write_int(writer, "wait_minutes", service->wait_minutes);
    json_write_int(writer, "serve_minutes", service->serve_minutes);
    json_write_int(writer, "quota", service->quota);
    json_write_bool(writer, "precheck", service->needs_precheck);
    json_write_bool(writer, "case", service->opens_case);
    json_begin_object(writer, "calendar");
    write_week(writer, service->week.named, service->week.week);
    json_end_object(writer);
    json_end_object(writer);
}

static void write_services(struct json_writer *writer, const struct rules *rules) {
    json_begin_array(writer, "services");
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        if (rules->services[i].id[0] != '\0') {
            write_service(writer, i, &rules->services[i]);
        }
    }
    json_end_array(writer);
}

static void write_class(struct json_writer *writer, const struct rules *rules,
                        enum ticket_class class) {
    const struct class_rule *rule = &rules->classes[class];
    json_begin_object(writer, class_word(class));
    if (rule->is_always) {
        json_write_text(writer, "advance_minutes", "always");
    } else {
        json_write_int(writer, "advance_minutes", rule->advance_minutes);
    }
    json_begin_array(writer, "by");
    for (unsigned i = 0; i < SOURCES; i++) {
        if (rule->channels & 1U << i) {
            json_write_text(writer, NULL, SOURCE_WORDS[i]);
        }
    }
    json_end_array(writer);
    write_set(writer, "services", rule->services, rules);
    json_end_object(writer);
}

/* The id as the staff list spells it: 107 is "0107" there. */
static void write_cover(struct json_writer *writer, const struct rules *rules,
                        const struct window_rule *window) {
    json_begin_array(writer, "staff");
    for (unsigned i = 0; i < window->staff_count; i++) {
        const struct staff_rule *staff = rules_staff(rules, window->staff[i]);
        char number[STAFF_SIZE];
        snprintf(number, sizeof number, "%u", window->staff[i]);
        json_write_text(writer, NULL, staff == NULL ? number : staff->id);
    }
    json_end_array(writer);
}

static void write_windows(struct json_writer *writer, const struct rules *rules) {
    json_begin_array(writer, "windows");
    for (unsigned i = 0; i < rules->window_count; i++) {
        const struct window_rule *window = &rules->windows[i];
        json_begin_object(writer, NULL);
        json_write_int(writer, "id", window->id);
        write_set(writer, "own", window->own, rules);
        write_set(writer, "helps", window->helps, rules);
        json_write_int(writer, "help_after_minutes", window->help_after_minutes);
        json_write_bool(writer, "auto_call", window->auto_call);
        if (window->voice[0] != '\0') {
            json_write_text(writer, "voice", window->voice);
        }
        write_cover(writer, rules, window);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_staff(struct json_writer *writer, const struct rules *rules) {
    json_begin_array(writer, "staff");
    for (unsigned i = 0; i < rules->staff_count; i++) {
        json_begin_object(writer, NULL);
        json_write_text(writer, "id", rules->staff[i].id);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_pause_reasons(struct json_writer *writer, const struct rules *rules) {
    json_begin_object(writer, "pause_reasons");
    for (unsigned i = 1; i < PAUSE_REASONS_MAX; i++) {
        if (rules->pause_reasons & 1U << i) {
            char key[4];
            snprintf(key, sizeof key, "%u", i % 100);
            json_begin_object(writer, key);
            json_end_object(writer);
        }
    }
    json_end_object(writer);
}

/* The numbers of one group; the group's object is open. */
static void write_numbers(struct json_writer *writer, const struct rules *rules,
                          const char *group) {
    for (unsigned i = 0; i < RULES_NUMBERS; i++) {
        const struct rules_number *row = &RULES_NUMBER_ROWS[i];
        bool is_here = row->group == NULL || group == NULL ? row->group == group
                                                           : strcmp(row->group, group) == 0;
        if (is_here) {
            uint32_t value;
            memcpy(&value, (const char *)rules + row->offset, sizeof value);
            json_write_int(writer, row->key, value);
        }
    }
}

static void write_group(struct json_writer *writer, const struct rules *rules, const char *group) {
    const char *dot = strchr(group, '.');
    json_begin_object(writer, dot == NULL ? group : dot + 1);
    write_numbers(writer, rules, group);
    json_end_object(writer);
}

static void write_rating(struct json_writer *writer, const struct rules *rules) {
    const struct rating_rule *rating = &rules->rating;
    json_begin_object(writer, "rating");
    write_numbers(writer, rules, "rating");
    if (rating->default_grade == 0) {
        json_write_null(writer, "default_grade");
    } else {
        json_write_int(writer, "default_grade", rating->default_grade);
    }
    json_begin_object(writer, "until");
    for (unsigned i = RATING_KEYPAD; i < RATING_DEFAULT; i++) {
        const char *key = rating_channel_word((enum rating_channel)i);
        if (rating->until_days[i] == 0) {
            json_write_text(writer, key, "day_end");
        } else {
            json_write_int(writer, key, rating->until_days[i]);
        }
    }
    json_end_object(writer);
    write_group(writer, rules, "rating.case");
    json_end_object(writer);
}

static void write_alerts(struct json_writer *writer, const struct rules *rules) {
    json_begin_object(writer, "alerts");
    json_begin_object(writer, "bad_run");
    json_write_fixed(writer, "share", rules->alerts.bad_share_percent, 2);
    write_numbers(writer, rules, "alerts.bad_run");
    json_end_object(writer);
    write_numbers(writer, rules, "alerts");
    json_end_object(writer);
}

int rules_write(const struct rules *rules, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    write_services(&writer, rules);
    json_begin_object(&writer, "classes");
    write_class(&writer, rules, CLASS_GREEN);
    write_class(&writer, rules, CLASS_CREDIT);
    json_end_object(&writer);
    write_windows(&writer, rules);
    json_write_bool(&writer, "require_sign_in", rules->require_sign_in);
    json_write_text(&writer, "when_unserved", rules->unserved_stops ? "stop" : "warn");
    json_write_bool(&writer, "pin", rules->pin);
    write_staff(&writer, rules);
    write_pause_reasons(&writer, rules);
    if (!rules->calendar.is_always) {
        write_calendar(&writer, &rules->calendar);
    }
    write_numbers(&writer, rules, NULL);
    write_group(&writer, rules, "appointments");
    write_group(&writer, rules, "no_show");
    write_rating(&writer, rules);
    write_alerts(&writer, rules);
    write_group(&writer, rules, "estimate");
    json_end_object(&writer);
    return json_writer_end(&writer);
}
