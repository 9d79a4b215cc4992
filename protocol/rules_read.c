/* The rules out of a config's top object or of config.loaded. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/rules.h"
#include "protocol/rules_parts.h"
#include "protocol/rules_words.h"

const struct json *rules_object(struct json_doc *doc, const struct json *object, const char *key) {
    const struct json *node = json_get(object, key);
    if (node != NULL && !json_is_object(node)) {
        json_expect(doc, object, key, "an object {}");
        return NULL;
    }
    return node;
}

const struct json *rules_list(struct json_doc *doc, const struct json *object, const char *key) {
    const struct json *node = json_get(object, key);
    if (node != NULL && !json_is_array(node)) {
        json_expect(doc, object, key, "a list []");
        return NULL;
    }
    return node;
}

/* The group's object: "rating.case" is `case` in `rating`. */
static const struct json *group_of(const struct json *top, const char *group) {
    if (group == NULL) {
        return top;
    }
    char first[NAME_SIZE];
    size_t length = strcspn(group, ".");
    snprintf(first, sizeof first, "%.*s", (int)length, group);
    const struct json *node = json_get(top, first);
    return group[length] == '.' ? json_get(node, group + length + 1) : node;
}

static void read_numbers(struct json_doc *doc, const struct json *top, struct rules *rules) {
    for (unsigned i = 0; i < RULES_NUMBERS; i++) {
        const struct rules_number *row = &RULES_NUMBER_ROWS[i];
        uint32_t value;
        if (json_read_u32(doc, group_of(top, row->group), row->key, row->low, row->high, &value)) {
            memcpy((char *)rules + row->offset, &value, sizeof value);
        }
    }
}

/* Each plain group: its kind, and that it holds no unknown key. */
static void check_groups(struct json_doc *doc, const struct json *top) {
    static const char *const APPOINTMENTS[] = { "slot_minutes",  "per_slot",      "days_ahead",
                                                "grace_minutes", "early_minutes", NULL };
    static const char *const NO_SHOW[] = { "minutes", "behind",        "times",
                                           "after_s", "after_green_s", NULL };
    static const char *const ESTIMATE[] = { "least", NULL };
    static const char *const ALERTS[] = { "bad_run", "idle_minutes", NULL };
    static const char *const BAD_RUN[] = { "share", "least", "minutes", NULL };
    json_only(doc, rules_object(doc, top, "appointments"), APPOINTMENTS);
    json_only(doc, rules_object(doc, top, "no_show"), NO_SHOW);
    json_only(doc, rules_object(doc, top, "estimate"), ESTIMATE);
    const struct json *alerts = rules_object(doc, top, "alerts");
    json_only(doc, alerts, ALERTS);
    json_only(doc, rules_object(doc, alerts, "bad_run"), BAD_RUN);
}

static void read_share(struct json_doc *doc, const struct json *top, struct rules *rules) {
    const struct json *run = group_of(top, "alerts.bad_run");
    const struct json *share = json_get(run, "share");
    if (share == NULL) {
        return;
    }
    double value = json_number(share);
    if (!json_is_number(share) || value < 0.01 || value > 1.0) {
        json_expect(doc, run, "share", "a share 0.01..1");
        return;
    }
    rules->alerts.bad_share_percent = (uint32_t)lround(value * 100.0);
}

static void read_until(struct json_doc *doc, const struct json *rating, struct rating_rule *rule) {
    const struct json *until = rules_object(doc, rating, "until");
    for (const struct json *at = json_first(until); at != NULL; at = json_next(at)) {
        enum rating_channel channel = rating_channel_of_word(json_key(at));
        if (channel == RATING_CHANNEL_NONE || channel == RATING_DEFAULT) {
            json_complain(doc, at, NULL,
                          "found an unknown key, expected keypad, tablet, qr, pc, mobile, phone "
                          "or sms");
            continue;
        }
        const char *text = json_text(at);
        if (text != NULL && strcmp(text, "day_end") == 0) {
            rule->until_days[channel] = 0;
            continue;
        }
        double days = json_number(at);
        if (!(days >= 1.0 && days <= 365.0) || floor(days) < days) {
            json_expect(doc, at, NULL, "\"day_end\" or a whole number of days 1..365");
            continue;
        }
        rule->until_days[channel] = (uint32_t)days;
    }
}

static void read_rating(struct json_doc *doc, const struct json *top, struct rules *rules) {
    static const char *const RATING[] = { "keypad_s",    "linger_s",    "rate_first_s",  "reason_s",
                                          "too_fast_ms", "too_short_s", "default_grade", "until",
                                          "case",        NULL };
    static const char *const CASE[] = { "contact_days", "close_days", NULL };
    const struct json *rating = rules_object(doc, top, "rating");
    json_only(doc, rating, RATING);
    json_only(doc, rules_object(doc, rating, "case"), CASE);
    read_until(doc, rating, &rules->rating);
    const struct json *grade = json_get(rating, "default_grade");
    if (json_is_null(grade)) {
        rules->rating.default_grade = 0;
    } else {
        uint16_t value;
        if (json_read_u16(doc, rating, "default_grade", 1, 5, &value)) {
            rules->rating.default_grade = (uint8_t)value;
        }
    }
}

static void read_pause_reasons(struct json_doc *doc, const struct json *top, struct rules *rules) {
    const struct json *reasons = rules_object(doc, top, "pause_reasons");
    if (reasons != NULL) {
        rules->pause_reasons = 0;
    }
    for (const struct json *at = json_first(reasons); at != NULL; at = json_next(at)) {
        const char *key = json_key(at);
        size_t digits = strspn(key, "0123456789");
        unsigned long value = digits > 0 && digits < 3 && key[digits] == '\0' && key[0] != '0'
                                  ? strtoul(key, NULL, 10)
                                  : 0;
        if (value == 0 || value >= PAUSE_REASONS_MAX) {
            json_complain(doc, at, NULL, "found \"%.20s\", expected a whole number 1..15", key);
        } else if (!json_is_object(at)) {
            json_expect(doc, at, NULL, "{\"zh\", \"en\"}");
        } else {
            rules->pause_reasons = (uint16_t)(rules->pause_reasons | 1U << value);
        }
    }
}

static void read_unserved(struct json_doc *doc, const struct json *top, struct rules *rules) {
    char word[WORD_SIZE] = "";
    if (!json_read_text(doc, top, "when_unserved", word, sizeof word)) {
        return;
    }
    if (strcmp(word, "warn") != 0 && strcmp(word, "stop") != 0) {
        json_expect(doc, top, "when_unserved", "\"warn\" or \"stop\"");
        return;
    }
    rules->unserved_stops = strcmp(word, "stop") == 0;
}

void rules_read(struct json_doc *doc, const struct json *top, struct rules *rules) {
    rules_defaults(rules);
    rules_read_services(doc, top, rules);
    rules_read_classes(doc, top, rules);
    /* Windows name their staff, so the staff come first. */
    rules_read_staff(doc, top, rules);
    rules_read_windows(doc, top, rules);
    rules_read_calendar(doc, top, rules);
    read_pause_reasons(doc, top, rules);
    /* A hall that names no staff asks nobody to sign in, unless it says so itself. */
    rules->require_sign_in = json_get(top, "staff") != NULL;
    (void)json_read_bool(doc, top, "require_sign_in", &rules->require_sign_in);
    (void)json_read_bool(doc, top, "pin", &rules->pin);
    read_unserved(doc, top, rules);
    check_groups(doc, top);
    read_rating(doc, top, rules);
    read_share(doc, top, rules);
    read_numbers(doc, top, rules);
}
