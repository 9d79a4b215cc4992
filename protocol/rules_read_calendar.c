/* The weekly spans, holidays and extra days of the rules. */
#include <stdio.h>
#include <string.h>

#include "protocol/rules_parts.h"
#include "protocol/rules_words.h"

enum { MINUTES_PER_DAY = 1440 };

static int two_digits(const char *text) {
    bool is_good = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    return is_good ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

/* "09:00" at `text`; -1 for anything else. */
static int minutes_at(const char *text) {
    int hour = two_digits(text);
    int minute = hour < 0 || text[2] != ':' ? -1 : two_digits(text + 3);
    int sum = minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
    return sum > MINUTES_PER_DAY ? -1 : sum;
}

static bool span_of(const char *text, struct span *span) {
    if (text == NULL || strlen(text) != 11 || text[5] != '-') {
        return false;
    }
    int begin = minutes_at(text);
    int end = minutes_at(text + 6);
    if (begin < 0 || end <= begin) {
        return false;
    }
    *span = (struct span){ (int16_t)begin, (int16_t)end };
    return true;
}

void rules_read_spans(struct json_doc *doc, const struct json *list, struct day_spans *day) {
    *day = (struct day_spans){ 0 };
    if (!json_is_array(list)) {
        json_expect(doc, list, NULL, "a list such as [\"09:00-12:00\"]");
        return;
    }
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        struct span span;
        if (day->count == SPANS_MAX) {
            json_complain(doc, list, NULL, "found more than %d spans", SPANS_MAX);
            return;
        }
        if (!span_of(json_text(at), &span)) {
            json_expect(doc, at, NULL, "a span such as \"09:00-12:00\", at most 24:00");
        } else if (day->count > 0 && span.begin_min < day->spans[day->count - 1].end_min) {
            json_complain(doc, at, NULL, "begins before the span before it ends");
        } else {
            day->spans[day->count++] = span;
        }
    }
}

/* Index of the day whose word begins `text`, or -1. */
static int day_of(const char *text) {
    for (int i = 0; i < WEEK_DAYS; i++) {
        if (strncmp(text, DAY_WORDS[i], 3) == 0) {
            return i;
        }
    }
    return -1;
}

/* "mon" or "mon-fri"; also "sat-mon", over the week's end. */
static bool days_of_key(const char *key, int *first, int *last) {
    size_t length = strlen(key);
    *first = length == 3 || (length == 7 && key[3] == '-') ? day_of(key) : -1;
    *last = length == 7 && *first >= 0 ? day_of(key + 4) : *first;
    return *first >= 0 && *last >= 0;
}

/* The days from `first` to `last` take the spans that stand at `node`. */
static void name_days(struct json_doc *doc, const struct json *node, int first, int last,
                      struct service_week *out) {
    struct day_spans spans;
    rules_read_spans(doc, node, &spans);
    int count = (last - first + WEEK_DAYS) % WEEK_DAYS + 1;
    for (int i = 0; i < count; i++) {
        int day = (first + i) % WEEK_DAYS;
        if (out->named & 1U << day) {
            json_complain(doc, node, NULL, "names %s a second time", DAY_WORDS[day]);
        }
        out->named = (uint8_t)(out->named | 1U << day);
        out->week[day] = spans;
    }
}

void rules_read_week(struct json_doc *doc, const struct json *calendar, struct service_week *out) {
    *out = (struct service_week){ 0 };
    const struct json *node = rules_object(doc, calendar, "week");
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        int first;
        int last;
        if (days_of_key(json_key(at), &first, &last)) {
            name_days(doc, at, first, last, out);
        } else {
            json_complain(doc, at, NULL, "found an unknown key, expected mon..sun or mon-fri");
        }
    }
}

/* "2027-01-01" as 20270101; 0 for anything else. */
uint32_t rules_date(const char *text) {
    int century = text != NULL && strlen(text) == 10 ? two_digits(text) : -1;
    if (century < 0 || text[4] != '-' || text[7] != '-') {
        return 0;
    }
    int year = two_digits(text + 2);
    int month = two_digits(text + 5);
    int day = two_digits(text + 8);
    if (year < 0 || month < 0 || day < 0) {
        return 0;
    }
    uint32_t date = (uint32_t)(century * 1000000 + year * 10000 + month * 100 + day);
    return date_is_valid(date) ? date : 0;
}

static void read_holidays(struct json_doc *doc, const struct json *calendar,
                          struct calendar_rule *rule) {
    const struct json *list = rules_list(doc, calendar, "holidays");
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        uint32_t date = rules_date(json_text(at));
        if (date == 0) {
            json_expect(doc, at, NULL, "a date such as \"2027-01-01\"");
        } else if (rule->holiday_count == HOLIDAYS_MAX) {
            json_complain(doc, list, NULL, "found more than %d dates", HOLIDAYS_MAX);
            return;
        } else {
            rule->holidays[rule->holiday_count++] = date;
        }
    }
}

static void read_extra_days(struct json_doc *doc, const struct json *calendar,
                            struct calendar_rule *rule) {
    const struct json *days = rules_object(doc, calendar, "extra_days");
    for (const struct json *at = json_first(days); at != NULL; at = json_next(at)) {
        uint32_t date = rules_date(json_key(at));
        if (date == 0) {
            json_complain(doc, at, NULL, "found an unknown key, expected a date as 2027-01-10");
        } else if (rule->extra_count == EXTRA_DAYS_MAX) {
            json_complain(doc, days, NULL, "found more than %d dates", EXTRA_DAYS_MAX);
            return;
        } else {
            struct extra_day *day = &rule->extra[rule->extra_count++];
            day->date = date;
            rules_read_spans(doc, at, &day->spans);
        }
    }
}

void rules_read_calendar(struct json_doc *doc, const struct json *top, struct rules *rules) {
    static const char *const KEYS[] = { "week", "holidays", "extra_days", "last_ticket_minutes",
                                        NULL };
    const struct json *calendar = rules_object(doc, top, "calendar");
    if (calendar == NULL) {
        return;
    }
    struct calendar_rule *rule = &rules->calendar;
    rule->is_always = false;
    json_only(doc, calendar, KEYS);
    struct service_week week;
    rules_read_week(doc, calendar, &week);
    rule->named = week.named;
    memcpy(rule->week, week.week, sizeof rule->week);
    read_holidays(doc, calendar, rule);
    read_extra_days(doc, calendar, rule);
    (void)json_read_u16(doc, calendar, "last_ticket_minutes", 0, MINUTES_PER_DAY,
                        &rule->last_ticket_minutes);
}
