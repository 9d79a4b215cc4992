/* Profiles of other makers' maps: one role, how its keys are read, what they mean, what is written where. */
#include <stdio.h>
#include <string.h>

#include "devices/profile_read.h"

enum { WRITE_MAX_DEFAULT = FRAME_WRITE_MAX, PAUSE_MOST_MS = 2000, REFRESH_MOST_S = 3600 };

/* At enum vendor_reading. */
static const char *const READINGS[] = { "counter", "clear", "level", "none", NULL };

static bool read_role(struct json_doc *doc, const struct json *top, struct vendor_map *map);
static bool read_reading(struct json_doc *doc, const struct json *top, struct vendor_map *map);
static void read_timing(struct json_doc *doc, const struct json *top, struct vendor_map *map);
static void read_identify(struct json_doc *doc, const struct json *top, struct profile *profile);

void profile_read_vendor(struct json_doc *doc, const struct json *top, struct profile *profile) {
    static const char *const known[] = { "name",      "role",      "reading",  "answer_ms",
                                         "read_max",  "write_max", "pause_ms", "refresh_s",
                                         "read_back", "identity",  "identify", "read",
                                         "codes",     "write",     NULL };
    struct vendor_map *map = &profile->vendor;
    size_t before = json_mistake_count(doc);
    json_only(doc, top, known);
    /* What the other parts may hold hangs on these two. */
    if (!read_role(doc, top, map) || !read_reading(doc, top, map)) {
        return;
    }
    read_timing(doc, top, map);
    read_identify(doc, top, profile);
    vendor_read_keys(doc, top, profile);
    vendor_read_identity(doc, top, profile);
    vendor_read_codes(doc, top, map);
    vendor_read_steps(doc, top, map);
    if (json_mistake_count(doc) == before) {
        vendor_check(doc, top, map);
    }
}

int vendor_read_word(struct json_doc *doc, const struct json *object, const char *key,
                     const char *const *words) {
    const struct json *node = json_get(object, key);
    const char *text = json_text(node);
    char expected[WHAT_SIZE] = "";
    size_t used = 0;
    if (node == NULL) {
        return -1;
    }
    for (int i = 0; words[i] != NULL; i++) {
        if (text != NULL && strcmp(words[i], text) == 0) {
            return i;
        }
        const char *before = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
        if (used < sizeof expected) {
            used +=
                (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", before, words[i]);
        }
    }
    json_expect(doc, object, key, expected);
    return -1;
}

static bool read_role(struct json_doc *doc, const struct json *top, struct vendor_map *map) {
    static const char *const words[] = { "dispenser", "terminal", "keypad", "board", "unit", NULL };
    int found = vendor_read_word(doc, top, "role", words);
    map->role = found < 0 ? ROLE_NONE : role_of_word(words[found]);
    return found >= 0;
}

const char *vendor_reading_word(enum vendor_reading reading) {
    return READINGS[reading];
}

static bool read_reading(struct json_doc *doc, const struct json *top, struct vendor_map *map) {
    int found = vendor_read_word(doc, top, "reading", READINGS);
    if (json_get(top, "reading") == NULL) {
        json_complain(doc, top, "reading", "missing, expected counter, clear, level or none");
    }
    map->reading = found < 0 ? VENDOR_NONE : (enum vendor_reading)found;
    if (found >= 0 && map->reading == VENDOR_NONE && map->role != ROLE_BOARD) {
        json_complain(doc, top, "reading",
                      "found none, expected counter, clear or level: a %s has keys",
                      role_word(map->role));
        return false;
    }
    return found >= 0;
}

static void read_timing(struct json_doc *doc, const struct json *top, struct vendor_map *map) {
    bool is_read_back = true;
    map->write_max = WRITE_MAX_DEFAULT;
    json_read_u16(doc, top, "write_max", 1, FRAME_WRITE_MAX, &map->write_max);
    json_read_u16(doc, top, "pause_ms", 0, PAUSE_MOST_MS, &map->pause_ms);
    json_read_u16(doc, top, "refresh_s", 0, REFRESH_MOST_S, &map->refresh_s);
    json_read_bool(doc, top, "read_back", &is_read_back);
    map->is_never_read_back = !is_read_back;
}

static void read_identify(struct json_doc *doc, const struct json *top, struct profile *profile) {
    static const char *const known[] = { "register", "function", NULL };
    const struct json *node = json_get(top, "identify");
    uint16_t function = WRITE_HOLDING;
    if (node == NULL) {
        return;
    }
    if (!json_is_object(node)) {
        json_expect(doc, top, "identify", "{ \"register\": N } that takes the seconds to blink");
        return;
    }
    json_only(doc, node, known);
    if (json_get(node, "register") == NULL) {
        json_complain(doc, node, "register", "missing, expected a whole number 0..65535");
    }
    json_read_u16(doc, node, "register", 0, UINT16_MAX, &profile->identify);
    json_read_u16(doc, node, "function", WRITE_REGISTER, WRITE_HOLDING, &function);
    if (function != WRITE_REGISTER && function != WRITE_HOLDING) {
        json_expect(doc, node, "function", "6 or 16");
    }
    profile->vendor.identify_function = (uint8_t)function;
    profile->vendor.has_identify = true;
}
