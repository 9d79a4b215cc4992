/* The floor of the rules: services, classes, staff and windows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/rules_parts.h"
#include "protocol/rules_words.h"

enum { ADVANCE_MAX = 1440 };

bool rules_is_named(const struct json_doc *doc, const char *list, const char *id) {
    const struct json *at = json_first(json_get(json_top(doc), list));
    for (; id != NULL && at != NULL; at = json_next(at)) {
        const char *named = json_text(json_get(at, "id"));
        if (named != NULL && strcmp(named, id) == 0) {
            return true;
        }
    }
    return false;
}

void rules_read_set(struct json_doc *doc, const struct json *object, const char *key,
                    const struct rules *rules, uint64_t *set) {
    const struct json *list = rules_list(doc, object, key);
    if (list == NULL) {
        return;
    }
    *set = 0;
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        const char *id = json_text(at);
        unsigned index = id == NULL ? 0 : rules_service(rules, id);
        if (id != NULL && strcmp(id, "*") == 0) {
            *set = SERVICES_ALL;
        } else if (index != 0) {
            *set |= UINT64_C(1) << index;
        } else if (!rules_is_named(doc, "services", id)) {
            json_expect(doc, at, NULL, "the id of a service or \"*\"");
        }
    }
}

static bool is_prefix(const char *text) {
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return (length == 1 || length == 2) && text[length] == '\0';
}

static void read_prefix(struct json_doc *doc, const struct json *node, struct service_rule *rule) {
    char prefix[NAME_SIZE] = "";
    (void)json_read_text(doc, node, "prefix", prefix, sizeof prefix);
    if (is_prefix(prefix)) {
        memcpy(rule->prefix, prefix, sizeof rule->prefix);
    } else {
        json_expect(doc, node, "prefix", "one or two letters A-Z");
    }
}

static void read_range(struct json_doc *doc, const struct json *node, struct service_rule *rule) {
    const struct json *numbers = json_get(node, "numbers");
    if (numbers == NULL) {
        return;
    }
    double first = json_number(json_first(numbers));
    double last = json_number(json_next(json_first(numbers)));
    bool is_good = json_is_array(numbers) && json_count(numbers) == 2 && first >= 1.0 &&
                   last <= (double)TICKET_NUMBER_MAX && first <= last;
    if (is_good && first - (double)(uint16_t)first <= 0.0 && last - (double)(uint16_t)last <= 0.0) {
        rule->first = (uint16_t)first;
        rule->last = (uint16_t)last;
    } else {
        json_expect(doc, node, "numbers", "[first, last] within 1..999");
    }
}

/* Two services may share a letter as long as no number on paper comes twice. */
static void check_overlap(struct json_doc *doc, const struct json *node, const struct rules *rules,
                          unsigned index) {
    const struct service_rule *mine = &rules->services[index];
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *other = &rules->services[i];
        if (i != index && other->id[0] != '\0' && strcmp(other->prefix, mine->prefix) == 0 &&
            mine->first <= other->last && other->first <= mine->last) {
            json_complain(doc, node, "prefix", "shares numbers of %s with \"%s\"", mine->prefix,
                          other->id);
        }
    }
}

/* Says what an entry is dropped for: an index or id that is no good, or that another has. */
static bool read_service_place(struct json_doc *doc, const struct json *node,
                               const struct rules *rules, struct service_rule *rule,
                               uint16_t *index) {
    bool is_named = json_read_name(doc, node, "id", rule->id);
    bool is_placed = json_read_u16(doc, node, "index", 1, SERVICES_MAX - 1, index);
    if (json_get(node, "id") == NULL) {
        json_complain(doc, node, "id", "is missing, expected a name");
    }
    if (json_get(node, "index") == NULL) {
        json_complain(doc, node, "index", "is missing, expected a whole number 1..63");
    }
    if (is_placed && rules->services[*index].id[0] != '\0') {
        json_complain(doc, node, "index", "found %u, which \"%s\" has already", *index,
                      rules->services[*index].id);
        is_placed = false;
    }
    if (is_named && rules_service(rules, rule->id) != 0) {
        json_complain(doc, node, "id", "found \"%s\" a second time", rule->id);
        is_named = false;
    }
    return is_named && is_placed;
}

/* All of an entry is looked at, also of one that is dropped: who mends its index wants the other mistakes too. */
static void read_service(struct json_doc *doc, const struct json *node, struct rules *rules) {
    static const char *const KEYS[] = {
        "id",           "index",         "prefix",   "name",      "numbers",
        "wait_minutes", "serve_minutes", "quota",    "task_code", "task_name",
        "dept_code",    "calendar",      "precheck", "case",      NULL
    };
    static const char *const WEEK[] = { "week", NULL };
    struct service_rule rule = { .first = 1, .last = TICKET_NUMBER_MAX };
    uint16_t index = 0;
    json_only(doc, node, KEYS);
    bool is_kept = read_service_place(doc, node, rules, &rule, &index);
    read_prefix(doc, node, &rule);
    read_range(doc, node, &rule);
    (void)json_read_u16(doc, node, "wait_minutes", 0, ADVANCE_MAX, &rule.wait_minutes);
    (void)json_read_u16(doc, node, "serve_minutes", 0, ADVANCE_MAX, &rule.serve_minutes);
    (void)json_read_u16(doc, node, "quota", 0, UINT16_MAX, &rule.quota);
    (void)json_read_bool(doc, node, "precheck", &rule.needs_precheck);
    (void)json_read_bool(doc, node, "case", &rule.opens_case);
    const struct json *calendar = rules_object(doc, node, "calendar");
    json_only(doc, calendar, WEEK);
    rules_read_week(doc, calendar, &rule.week);
    if (is_kept) {
        rules->services[index] = rule;
        rules->service_count++;
        check_overlap(doc, node, rules, index);
    }
}

void rules_read_services(struct json_doc *doc, const struct json *top, struct rules *rules) {
    unsigned differing = 0;
    const struct json *list = rules_list(doc, top, "services");
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        if (!json_is_object(at)) {
            json_expect(doc, at, NULL, "an object {}");
            continue;
        }
        read_service(doc, at, rules);
    }
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        differing += rules->services[i].week.named != 0 ? 1 : 0;
    }
    if (differing > RULES_WEEKS_MAX) {
        json_complain(doc, list, NULL, "found %u services with a calendar, expected at most %d",
                      differing, RULES_WEEKS_MAX);
    }
}

static void read_sources(struct json_doc *doc, const struct json *node, struct class_rule *rule) {
    const struct json *list = rules_list(doc, node, "by");
    if (list == NULL) {
        return;
    }
    rule->channels = 0;
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        const char *word = json_text(at);
        unsigned source = 0;
        while (source < SOURCES && (word == NULL || strcmp(word, SOURCE_WORDS[source]) != 0)) {
            source++;
        }
        if (source == SOURCES) {
            json_expect(doc, at, NULL, "key, code, guide, page or command");
        } else {
            rule->channels |= 1U << source;
        }
    }
}

static void read_class(struct json_doc *doc, const struct json *classes, struct rules *rules,
                       enum ticket_class class) {
    static const char *const KEYS[] = { "advance_minutes", "by", "services", NULL };
    const struct json *node = rules_object(doc, classes, class_word(class));
    struct class_rule *rule = &rules->classes[class];
    json_only(doc, node, KEYS);
    const char *advance = json_text(json_get(node, "advance_minutes"));
    if (advance != NULL && strcmp(advance, "always") == 0) {
        rule->is_always = true;
    } else if (json_read_u32(doc, node, "advance_minutes", 0, ADVANCE_MAX,
                             &rule->advance_minutes)) {
        rule->is_always = false;
    }
    read_sources(doc, node, rule);
    rules_read_set(doc, node, "services", rules, &rule->services);
    if (class == CLASS_CREDIT && rule->channels & 1U << SOURCE_KEY) {
        json_complain(doc, node, "by", "found key, but credit is never given by a key");
    }
}

void rules_read_classes(struct json_doc *doc, const struct json *top, struct rules *rules) {
    static const char *const KEYS[] = { "green", "credit", NULL };
    const struct json *classes = rules_object(doc, top, "classes");
    json_only(doc, classes, KEYS);
    read_class(doc, classes, rules, CLASS_GREEN);
    read_class(doc, classes, rules, CLASS_CREDIT);
}

/* "0107" as 107; 0 for what is no staff number. */
static uint16_t staff_number(const char *id) {
    size_t digits = id == NULL ? 0 : strspn(id, "0123456789");
    if (digits == 0 || digits >= STAFF_SIZE || id[digits] != '\0') {
        return 0;
    }
    unsigned long number = strtoul(id, NULL, 10);
    return number <= STAFF_NUMBER_MAX ? (uint16_t)number : 0;
}

void rules_read_staff(struct json_doc *doc, const struct json *top, struct rules *rules) {
    static const char *const KEYS[] = { "id", "name", "stars", NULL };
    const struct json *list = rules_list(doc, top, "staff");
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        json_only(doc, at, KEYS);
        const char *id = json_text(json_get(at, "id"));
        uint16_t number = staff_number(id);
        if (number == 0) {
            json_expect(doc, at, "id", "1..8 digits, at most 65535");
        } else if (rules_staff(rules, number) != NULL) {
            json_complain(doc, at, "id", "found \"%s\", whose number stands there already", id);
        } else if (rules->staff_count == STAFF_MAX) {
            json_complain(doc, list, NULL, "found more than %d", STAFF_MAX);
            return;
        } else {
            struct staff_rule *rule = &rules->staff[rules->staff_count++];
            rule->number = number;
            memcpy(rule->id, id, strlen(id) + 1);
        }
    }
}

static void read_cover(struct json_doc *doc, const struct json *node, const struct rules *rules,
                       struct window_rule *rule) {
    const struct json *list = rules_list(doc, node, "staff");
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        uint16_t number = staff_number(json_text(at));
        bool is_known = number != 0 && rules_staff(rules, number) != NULL;
        if (!is_known && rules_is_named(doc, "staff", json_text(at))) {
            continue;
        }
        if (!is_known) {
            json_expect(doc, at, NULL, "the id of a member of staff");
        } else if (rule->staff_count == COVER_MAX) {
            json_complain(doc, list, NULL, "found more than %d", COVER_MAX);
            return;
        } else {
            rule->staff[rule->staff_count++] = number;
        }
    }
}

static void read_window(struct json_doc *doc, const struct json *node, struct rules *rules) {
    static const char *const KEYS[] = { "id",    "label",     "zone",
                                        "own",   "helps",     "help_after_minutes",
                                        "staff", "auto_call", "voice",
                                        NULL };
    struct window_rule rule = { .help_after_minutes = 10 };
    json_only(doc, node, KEYS);
    bool is_kept = json_read_u16(doc, node, "id", 1, WINDOW_ID_MAX, &rule.id);
    if (json_get(node, "id") == NULL) {
        json_complain(doc, node, "id", "is missing, expected a whole number 1..999");
    }
    if (is_kept && rules_window(rules, rule.id) != NULL) {
        json_complain(doc, node, "id", "found %u a second time", rule.id);
        is_kept = false;
    }
    if (is_kept && rules->window_count == WINDOWS_MAX) {
        json_complain(doc, node, NULL, "found more than %d windows", WINDOWS_MAX);
        is_kept = false;
    }
    if (json_get(node, "own") == NULL) {
        json_complain(doc, node, "own", "is missing, expected a list of services or [\"*\"]");
    }
    rules_read_set(doc, node, "own", rules, &rule.own);
    rules_read_set(doc, node, "helps", rules, &rule.helps);
    (void)json_read_u16(doc, node, "help_after_minutes", 0, ADVANCE_MAX, &rule.help_after_minutes);
    (void)json_read_bool(doc, node, "auto_call", &rule.auto_call);
    (void)json_read_name(doc, node, "voice", rule.voice);
    read_cover(doc, node, rules, &rule);
    if (is_kept) {
        rules->windows[rules->window_count++] = rule;
    }
}

void rules_read_windows(struct json_doc *doc, const struct json *top, struct rules *rules) {
    const struct json *list = rules_list(doc, top, "windows");
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        if (json_is_object(at)) {
            read_window(doc, at, rules);
        } else {
            json_expect(doc, at, NULL, "an object {}");
        }
    }
}
