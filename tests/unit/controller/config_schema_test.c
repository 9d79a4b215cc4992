/* The config's published schema: the example agrees with it, both name the same keys, its defaults are the code's. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

enum { WORK_MAX = 4096 };

/* Pairs still to be looked at; a stack, because nothing here may recurse. */
struct work {
    const struct json *schema, *value;
    const char *where;
};
static struct work work[WORK_MAX];
static unsigned work_count;
static struct json_doc *schema_doc, *example_doc;
static char *schema_text, *example_text;

static void open_both(void) {
    size_t length;
    schema_text = repository_text("protocol/schemas/config.json", &length);
    schema_doc = json_open("config.json", schema_text, length);
    ck_assert_uint_eq(json_mistake_count(schema_doc), 0);
    example_text = repository_text("etc/hallq.jsonc", &length);
    example_doc = json_open("hallq.jsonc", example_text, length);
    ck_assert_uint_eq(json_mistake_count(example_doc), 0);
    work_count = 0;
    folder_make();
}

static void close_both(void) {
    json_close(schema_doc);
    json_close(example_doc);
    free(schema_text);
    free(example_text);
    folder_remove();
}

static void push(const struct json *schema, const struct json *value, const char *where) {
    ck_assert_uint_lt(work_count, WORK_MAX);
    work[work_count++] = (struct work){ schema, value, where };
}

static const struct json *resolved(const struct json *schema) {
    const char *name = json_text(json_get(schema, "$ref"));
    if (name == NULL) {
        return schema;
    }
    ck_assert(strncmp(name, "#/$defs/", 8) == 0);
    const struct json *found = json_get(json_get(json_top(schema_doc), "$defs"), name + 8);
    ck_assert_msg(found != NULL, "%s", name);
    return found;
}

static bool matches(const char *pattern, const char *text) {
    regex_t regex;
    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool is_match = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static bool is_type(const char *type, const struct json *value) {
    if (strcmp(type, "object") == 0) {
        return json_is_object(value);
    }
    if (strcmp(type, "array") == 0) {
        return json_is_array(value);
    }
    if (strcmp(type, "string") == 0) {
        return json_is_string(value);
    }
    if (strcmp(type, "boolean") == 0) {
        return json_is_bool(value);
    }
    return strcmp(type, "null") == 0 ? json_is_null(value) : json_is_number(value);
}

static bool same_json(const struct json *a, const struct json *b) {
    char first[4096];
    char second[4096];
    ck_assert_int_gt(json_print(a, first, sizeof first), 0);
    ck_assert_int_gt(json_print(b, second, sizeof second), 0);
    return strcmp(first, second) == 0;
}

static bool is_in_enum(const struct json *list, const struct json *value) {
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        if (same_json(one, value)) {
            return true;
        }
    }
    return false;
}

/* The schema of a member, or NULL when the object may not have it. */
static const struct json *member_schema(const struct json *schema, const char *key) {
    const struct json *found = json_get(json_get(schema, "properties"), key);
    const struct json *pattern = json_first(json_get(schema, "patternProperties"));
    for (; found == NULL && pattern != NULL; pattern = json_next(pattern)) {
        found = matches(json_key(pattern), key) ? pattern : NULL;
    }
    const struct json *more = json_get(schema, "additionalProperties");
    return found == NULL && json_is_object(more) ? more : found;
}

static bool is_plain_good(const struct json *schema, const struct json *value) {
    const char *type = json_text(json_get(schema, "type"));
    const char *pattern = json_text(json_get(schema, "pattern"));
    const struct json *low = json_get(schema, "minimum");
    const struct json *high = json_get(schema, "maximum");
    bool is_good = type == NULL || is_type(type, value);
    is_good = is_good &&
              (json_get(schema, "enum") == NULL || is_in_enum(json_get(schema, "enum"), value));
    is_good = is_good && (pattern == NULL || matches(pattern, json_text(value)));
    is_good = is_good && (low == NULL || json_number(value) >= json_number(low));
    return is_good && (high == NULL || json_number(value) <= json_number(high));
}

static void check_required(const struct json *schema, const struct json *value) {
    const struct json *key = json_first(json_get(schema, "required"));
    for (; key != NULL; key = json_next(key)) {
        ck_assert_msg(json_get(value, json_text(key)) != NULL, "%s is required", json_text(key));
    }
}

static void check_one(const struct json *schema, const struct json *value, const char *where) {
    const struct json *any = json_first(json_get(schema, "anyOf"));
    bool is_good = any == NULL;
    for (; any != NULL; any = json_next(any)) {
        is_good = is_good || is_plain_good(resolved(any), value);
    }
    ck_assert_msg(is_good && is_plain_good(schema, value), "%s", where);
    check_required(schema, value);
    for (const struct json *one = json_first(value); one != NULL; one = json_next(one)) {
        bool is_object = json_is_object(value);
        const struct json *next =
            is_object ? member_schema(schema, json_key(one)) : json_get(schema, "items");
        ck_assert_msg(next != NULL, "%s.%s is not in the schema", where, json_key(one));
        push(next, one, is_object ? json_key(one) : where);
    }
}

START_TEST(example_agrees_with_the_schema) {
    unsigned count = 0;
    push(json_top(schema_doc), json_top(example_doc), "top");
    while (work_count > 0) {
        struct work one = work[--work_count];
        check_one(resolved(one.schema), one.value, one.where);
        count++;
    }
    ck_assert_uint_gt(count, 300);
}
END_TEST

/* Keys of the schema that stand nowhere in the example, not even in a comment. */
START_TEST(each_key_of_the_schema_is_in_the_example) {
    unsigned count = 0;
    push(json_top(schema_doc), NULL, "top");
    while (work_count > 0) {
        struct work one = work[--work_count];
        const struct json *properties = json_get(one.schema, "properties");
        for (const struct json *at = json_first(properties); at != NULL; at = json_next(at)) {
            char quoted[80];
            snprintf(quoted, sizeof quoted, "\"%s\":", json_key(at));
            bool is_there = strstr(example_text, quoted) != NULL;
            /* The other channels of rating.until go like those that are shown. */
            is_there = is_there || json_get(properties, "keypad") != NULL;
            ck_assert_msg(is_there, "%s is not in etc/hallq.jsonc", quoted);
            count++;
        }
        for (const struct json *at = json_first(one.schema); at != NULL; at = json_next(at)) {
            push(at, NULL, "");
        }
    }
    ck_assert_uint_gt(count, 120);
}
END_TEST

/* What the code makes of a config that says nothing more than it must. */
static void write_made(const struct config *config, struct json_writer *writer) {
    char clock[8];
    snprintf(clock, sizeof clock, "%02u:%02u", config->day_change_min / 60U % 24U,
             config->day_change_min % 60U);
    json_begin_object(writer, NULL);
    json_begin_object(writer, "hall");
    json_write_text(writer, "timezone", config->timezone);
    json_write_text(writer, "locale", config->locale);
    json_write_text(writer, "day_change", clock);
    json_write_int(writer, "step_s", config->step_s);
    json_write_text(writer, "area_code", config->area_code);
    json_end_object(writer);
    json_begin_object(writer, "limits");
    json_write_int(writer, "tickets_per_day", config->limits.tickets_per_day);
    json_write_int(writer, "windows", config->limits.windows);
    json_write_int(writer, "services", config->limits.services);
    json_write_int(writer, "staff", config->limits.staff);
    json_write_int(writer, "devices", config->limits.devices);
    json_end_object(writer);
    json_begin_object(writer, "store");
    json_write_text(writer, "path", config->store_path);
    json_write_int(writer, "keep_days", config->keep_days);
    json_end_object(writer);
    json_begin_object(writer, "ticket");
    json_begin_array(writer, "lines");
    for (unsigned i = 0; i < config->ticket_line_count; i++) {
        json_write_text(writer, NULL, config->ticket_lines[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
    json_begin_object(writer, "boards");
    json_write_text(writer, "call", config->boards.call);
    json_write_text(writer, "idle", config->boards.idle);
    json_write_int(writer, "flash_s", config->boards.flash_s);
    json_end_object(writer);
    json_begin_object(writer, "http");
    json_write_text(writer, "listen", config->http.listen);
    json_write_text(writer, "public", config->http.public_listen);
    json_write_text(writer, "public_url", config->http.public_url);
    json_end_object(writer);
    json_write_text(writer, "socket", config->socket);
    json_end_object(writer);
}

static void push_members(const struct json *schema, const struct json *value) {
    const struct json *at = json_first(json_get(schema, "properties"));
    for (; at != NULL; at = json_next(at)) {
        const struct json *member = json_get(value, json_key(at));
        if (member != NULL) {
            push(at, member, json_key(at));
        }
    }
}

/* Compares each default of the schema with what stands at its path in `made`; counts those that stand there. */
static unsigned compare_defaults(const struct json *made) {
    unsigned count = 0;
    push(json_top(schema_doc), made, "top");
    while (work_count > 0) {
        struct work one = work[--work_count];
        const struct json *schema = resolved(one.schema);
        const struct json *wanted = json_get(one.schema, "default");
        if (wanted != NULL) {
            char found[4096];
            (void)json_print(one.value, found, sizeof found);
            ck_assert_msg(same_json(wanted, one.value), "%s: the code has %s", one.where, found);
            count++;
            continue;
        }
        push_members(schema, one.value);
    }
    return count;
}

static unsigned compare_text(const char *text, int length) {
    ck_assert_int_gt(length, 0);
    struct json_doc *doc = json_open("made", text, (size_t)length);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    unsigned count = compare_defaults(json_top(doc));
    json_close(doc);
    return count;
}

START_TEST(defaults_are_the_codes) {
    static char text[EVENT_JSON_MAX];
    struct json_writer writer;
    folder_write("hall.jsonc",
                 "{ \"hall\": { \"id\": \"h1\" }, \"store\": {}, \"services\": [], \"windows\": "
                 "[], \"buses\": [] }");
    struct config *config = folder_load("hall.jsonc");
    ck_assert_str_eq(said, "");
    json_writer_init(&writer, text, sizeof text);
    write_made(config, &writer);
    ck_assert_uint_eq(compare_text(text, json_writer_end(&writer)), 20);
    ck_assert_uint_gt(compare_text(text, rules_write(&config->rules, text, sizeof text)), 35);
    config_free(config);
}
END_TEST

Suite *config_schema_suite(void) {
    Suite *suite = suite_create("config_schema");
    TCase *tests = tcase_create("config_schema");
    tcase_add_checked_fixture(tests, open_both, close_both);
    tcase_add_test(tests, example_agrees_with_the_schema);
    tcase_add_test(tests, each_key_of_the_schema_is_in_the_example);
    tcase_add_test(tests, defaults_are_the_codes);
    suite_add_tcase(suite, tests);
    return suite;
}
