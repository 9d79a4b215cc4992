/* The published schemas say exactly what the tables of event.c and command.c say. */
#include <stdio.h>
#include <string.h>

#include "protocol/command_fields.h"
#include "protocol/event_fields.h"
#include "protocol/json.h"
#include "suite.h"

enum { KEYS_MAX = 64 };
struct keys {
    unsigned count;
    const char *keys[KEYS_MAX];
};

static void add(struct keys *keys, const char *key) {
    ck_assert_uint_lt(keys->count, KEYS_MAX);
    keys->keys[keys->count++] = key;
}

static bool holds(const struct keys *keys, const char *key) {
    for (unsigned i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

static struct json_doc *open_schema(const char *folder, const char *name) {
    char path[128];
    size_t length;
    snprintf(path, sizeof path, "protocol/schemas/%s%s.json", folder, name);
    const char *text = file_text(path, &length);
    struct json_doc *doc = json_open(name, text, length);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    return doc;
}

/* `node` is the schema of an object; both sets must be equal, in number and one by one. */
static void check_object(const char *name, const struct json *node, const struct keys *required,
                         const struct keys *allowed) {
    const struct json *list = json_get(node, "required");
    const struct json *properties = json_get(node, "properties");
    ck_assert_msg(json_count(list) == required->count, "%s: required", name);
    for (const struct json *at = json_first(list); at != NULL; at = json_next(at)) {
        ck_assert_msg(holds(required, json_text(at)), "%s requires %s", name, json_text(at));
    }
    ck_assert_msg(json_count(properties) == allowed->count, "%s: properties", name);
    for (const struct json *at = json_first(properties); at != NULL; at = json_next(at)) {
        ck_assert_msg(holds(allowed, json_key(at)), "%s allows %s", name, json_key(at));
    }
    const struct json *more = json_get(node, "additionalProperties");
    ck_assert_msg(json_is_bool(more) && !json_is_true(more), "%s lets other keys in", name);
}

static void event_keys(uint64_t fields, struct keys *keys) {
    add(keys, "by");
    for (unsigned i = 0; i < EVENT_FIELDS; i++) {
        if (fields & EVENT_HAS(i)) {
            add(keys, field_row_of((enum event_field)i)->key);
        }
    }
    if (fields & EVENT_HAS(FIELD_TICKET)) {
        add(keys, "ticket_id");
    }
    if (fields & EVENT_HAS(FIELD_CODE_HASH)) {
        add(keys, "code_end");
    }
}

/* Each property's schema is a definition of fields.json that exists. */
static void check_references(const struct json_doc *doc, const struct json *properties) {
    size_t length;
    static char fields[65536];
    const char *text = file_text("protocol/schemas/fields.json", &length);
    ck_assert_uint_lt(length, sizeof fields);
    memcpy(fields, text, length + 1);
    struct json_doc *all = json_open("fields.json", fields, length);
    const struct json *definitions = json_get(json_top(all), "$defs");
    ck_assert_ptr_nonnull(json_top(doc));
    for (const struct json *at = json_first(properties); at != NULL; at = json_next(at)) {
        const char *reference = json_text(json_get(at, "$ref"));
        ck_assert_ptr_nonnull(reference);
        ck_assert(strncmp(reference, "fields.json#/$defs/", 19) == 0);
        ck_assert_msg(json_get(definitions, reference + 19) != NULL, "%s is nowhere", reference);
    }
    json_close(all);
}

START_TEST(events_agree_with_their_schema) {
    enum event_type type = (enum event_type)_i;
    const char *name = event_type_name(type);
    struct json_doc *doc = open_schema("", name);
    const struct json *properties = json_get(json_top(doc), "properties");
    const struct json *data = json_get(properties, "data");
    struct keys required = { 0 };
    struct keys allowed = { 0 };
    char full[64];
    snprintf(full, sizeof full, "hallq.%s", name);
    event_keys(event_required(type), &required);
    event_keys(event_allowed(type), &allowed);
    ck_assert_str_eq(json_text(json_get(json_get(properties, "type"), "const")), full);
    check_object(name, data, &required, &allowed);
    check_references(doc, json_get(data, "properties"));
    json_close(doc);
}
END_TEST

/* "ticket" may be named as "ticket_id" too, so it stands in anyOf, not in required. */
static void command_keys(enum command_type type, struct keys *required, struct keys *allowed) {
    static const char *const ENVELOPE[] = { "id", "time", "expires", "by" };
    for (unsigned i = 0; i < 4; i++) {
        add(allowed, ENVELOPE[i]);
    }
    for (unsigned i = 0; i < COMMAND_FIELDS; i++) {
        const char *key = arg_row_of((enum command_field)i)->key;
        if (command_allowed(type) & COMMAND_HAS(i)) {
            add(allowed, key);
        }
        if (command_required(type) & COMMAND_HAS(i) && i != ARG_TICKET) {
            add(required, key);
        }
    }
    if (command_allowed(type) & COMMAND_HAS(ARG_TICKET)) {
        add(allowed, "ticket_id");
    }
}

START_TEST(commands_agree_with_their_schema) {
    enum command_type type = (enum command_type)_i;
    const struct command_row *row = command_row_of(type);
    struct json_doc *doc = open_schema("commands/", row->name);
    struct keys required = { 0 };
    struct keys allowed = { 0 };
    unsigned groups = 0;
    command_keys(type, &required, &allowed);
    check_object(row->name, json_top(doc), &required, &allowed);
    while (groups < GROUPS_MAX && row->one_of[groups] != 0) {
        groups++;
    }
    bool names_ticket = groups > 0 ? row->one_of[0] == COMMAND_HAS(ARG_TICKET) ||
                                         row->one_of[1] == COMMAND_HAS(ARG_TICKET)
                                   : (row->required & COMMAND_HAS(ARG_TICKET)) != 0;
    unsigned expected = groups == 0 && names_ticket ? 2 : groups + (names_ticket ? 1U : 0U);
    ck_assert_uint_eq(json_count(json_get(json_top(doc), "anyOf")), expected);
    json_close(doc);
}
END_TEST

/* The description of the topics names the schema of every event and command. */
START_TEST(topics_carry_every_schema) {
    size_t length;
    const char *text = file_text("protocol/asyncapi.yaml", &length);
    char reference[128];
    for (unsigned i = 1; i < EVENT_TYPES; i++) {
        snprintf(reference, sizeof reference, "'./schemas/%s.json'",
                 event_type_name((enum event_type)i));
        ck_assert_msg(strstr(text, reference) != NULL, "%s is missing", reference);
    }
    for (unsigned i = 1; i < COMMAND_TYPES; i++) {
        snprintf(reference, sizeof reference, "'./schemas/commands/%s.json'",
                 command_name((enum command_type)i));
        ck_assert_msg(strstr(text, reference) != NULL, "%s is missing", reference);
    }
}
END_TEST

TCase *schema_case(void) {
    TCase *tcase = tcase_create("schema");
    tcase_add_loop_test(tcase, events_agree_with_their_schema, 1, EVENT_TYPES);
    tcase_add_loop_test(tcase, commands_agree_with_their_schema, 1, COMMAND_TYPES);
    tcase_add_test(tcase, topics_carry_every_schema);
    return tcase;
}
