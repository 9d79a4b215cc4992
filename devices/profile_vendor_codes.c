/* `codes` of a vendor's profile: which code, or which bit, is which key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/profile_read.h"
#include "protocol/image.h"

enum {
    HEX = 16,
    DECIMAL = 10,
    CODE_DIGITS = 5,
    CODE_HEX_DIGITS = 4,
    WORD_REGISTER_BITS = 16,
    NUMBER_DIGITS = 2
};

/* A key with a number behind it: "grade 5". */
struct numbered {
    const char *word;
    enum role part;
    uint16_t base, most;
};

static const struct numbered NUMBERED[] = {
    { "grade", ROLE_KEYPAD, 0, 5 },
    { "reason", ROLE_KEYPAD, KEY_REASON, RATING_REASONS_MAX },
    { "ticket", ROLE_DISPENSER, KEY_TICKET, DISPENSER_KEYS },
};

static void read_code(struct json_doc *doc, const struct json *node, struct vendor_map *map);
static bool parse_code(const char *text, uint16_t *code);
static bool code_is_right(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map, uint16_t code);
static void read_meaning(struct json_doc *doc, const struct json *node,
                         const struct vendor_map *map, struct vendor_code *out);
static void read_active(struct json_doc *doc, const struct json *node, struct vendor_code *out);
static void read_key(struct json_doc *doc, const struct json *parent, const char *key,
                     enum role role, struct vendor_key *out);
static bool parse_key(const char *text, enum role role, struct vendor_key *out);
static bool parse_numbered(const char *text, enum role role, struct vendor_key *out);
static void warn_of_twins(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map);
static unsigned grade_before(const struct vendor_map *map, unsigned place);
static bool has_part(enum role role, enum role part);
static const char *expected_keys(enum role role);

void vendor_read_codes(struct json_doc *doc, const struct json *top, struct vendor_map *map) {
    const struct json *node = json_get(top, "codes");
    if (map->reading == VENDOR_NONE) {
        if (node != NULL) {
            json_complain(doc, top, "codes", "found, expected none where reading is none");
        }
        return;
    }
    if (!json_is_object(node) || json_count(node) == 0) {
        json_expect(doc, top, "codes", "an object: the device's codes, and which key each is");
        return;
    }
    for (const struct json *one = json_first(node); one != NULL; one = json_next(one)) {
        if (map->code_count == VENDOR_CODES_MAX) {
            json_complain(doc, one, NULL, "found one more code, expected at most %d",
                          VENDOR_CODES_MAX);
            return;
        }
        read_code(doc, one, map);
    }
    warn_of_twins(doc, node, map);
    if (map->reading == VENDOR_LEVEL && map->code_count > VENDOR_LEVELS_MAX) {
        json_complain(doc, top, "codes", "found %u, expected at most %d keys in bits",
                      map->code_count, VENDOR_LEVELS_MAX);
    }
}

static void read_code(struct json_doc *doc, const struct json *node, struct vendor_map *map) {
    struct vendor_code *out = &map->codes[map->code_count];
    uint16_t code = 0;
    if (!parse_code(json_key(node), &code)) {
        json_complain(doc, node, NULL, "found the code \"%.24s\", expected 0..65535 or 0x0..0xFFFF",
                      json_key(node));
        return;
    }
    if (!code_is_right(doc, node, map, code)) {
        return;
    }
    *out = (struct vendor_code){ .code = code };
    read_meaning(doc, node, map, out);
    map->code_count++;
}

static bool parse_code(const char *text, uint16_t *code) {
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = is_hex ? text + 2 : text;
    char *end = NULL;
    size_t length = strlen(digits);
    size_t most = is_hex ? CODE_HEX_DIGITS : CODE_DIGITS;
    if (length == 0 || length > most || strspn(digits, "0123456789abcdefABCDEF") != length) {
        return false;
    }
    unsigned long value = strtoul(digits, &end, is_hex ? HEX : DECIMAL);
    *code = (uint16_t)value;
    return *end == '\0' && value <= UINT16_MAX;
}

static bool code_is_right(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map, uint16_t code) {
    for (unsigned i = 0; i < map->code_count; i++) {
        if (map->codes[i].code == code) {
            json_complain(doc, node, NULL, "stands twice: code %u has a key already", code);
            return false;
        }
    }
    unsigned bits = frame_is_bits(map->read.function) ? 1 : WORD_REGISTER_BITS;
    if (map->reading == VENDOR_LEVEL && map->read.count > 0 && code >= map->read.count * bits) {
        json_complain(doc, node, NULL, "found bit %u, expected one of the %u that are read", code,
                      map->read.count * bits);
        return false;
    }
    if (map->reading == VENDOR_CLEAR && code == 0) {
        json_complain(doc, node, NULL, "found code 0, which says that no key was pressed");
        return false;
    }
    return true;
}

/* "next", or { "key": "pause", "argument": 1, "long": { "key": "sign_out" }, "active": "low" } */
static void read_meaning(struct json_doc *doc, const struct json *node,
                         const struct vendor_map *map, struct vendor_code *out) {
    static const char *const known[] = { "key", "argument", "long", "active", NULL };
    static const char *const plain[] = { "key", "argument", NULL };
    bool is_level = map->reading == VENDOR_LEVEL;
    if (json_is_string(node)) {
        if (!parse_key(json_text(node), map->role, &out->press)) {
            json_expect(doc, node, NULL, expected_keys(map->role));
        }
        return;
    }
    if (!json_is_object(node)) {
        json_expect(doc, node, NULL, expected_keys(map->role));
        return;
    }
    json_only(doc, node, is_level ? known : plain);
    read_key(doc, node, "key", map->role, &out->press);
    if (json_read_u16(doc, node, "argument", 0, UINT16_MAX, &out->press.argument)) {
        out->press.has_argument = true;
    }
    if (!is_level) {
        return;
    }
    read_active(doc, node, out);
    const struct json *hold = json_get(node, "long");
    if (json_is_object(hold)) {
        json_only(doc, hold, plain);
        read_key(doc, hold, "key", map->role, &out->hold);
        out->hold.has_argument =
            json_read_u16(doc, hold, "argument", 0, UINT16_MAX, &out->hold.argument);
    } else if (hold != NULL) {
        read_key(doc, node, "long", map->role, &out->hold);
    }
}

static void read_active(struct json_doc *doc, const struct json *node, struct vendor_code *out) {
    static const char *const words[] = { "high", "low", NULL };
    out->is_low = vendor_read_word(doc, node, "active", words) == 1;
}

static void read_key(struct json_doc *doc, const struct json *parent, const char *key,
                     enum role role, struct vendor_key *out) {
    const char *text = json_text(json_get(parent, key));
    if (text == NULL || !parse_key(text, role, out)) {
        json_expect(doc, parent, key, expected_keys(role));
    }
}

static bool parse_key(const char *text, enum role role, struct vendor_key *out) {
    for (unsigned key = KEY_NEXT; has_part(role, ROLE_TERMINAL) && key <= KEY_PIN; key++) {
        if (strcmp(profile_key_word(key), text) == 0) {
            *out = (struct vendor_key){ .part = ROLE_TERMINAL, .code = (uint16_t)key };
            return true;
        }
    }
    if (has_part(role, ROLE_DISPENSER) && strcmp(text, "check_in") == 0) {
        *out = (struct vendor_key){ .part = ROLE_DISPENSER, .code = KEY_CHECK_IN };
        return true;
    }
    return parse_numbered(text, role, out);
}

static bool parse_numbered(const char *text, enum role role, struct vendor_key *out) {
    for (size_t i = 0; i < sizeof NUMBERED / sizeof *NUMBERED; i++) {
        const struct numbered *row = &NUMBERED[i];
        size_t length = strlen(row->word);
        if (!has_part(role, row->part) || strncmp(text, row->word, length) != 0 ||
            text[length] != ' ') {
            continue;
        }
        const char *digits = text + length + 1;
        size_t count = strlen(digits);
        unsigned long number = strtoul(digits, NULL, DECIMAL);
        if (count == 0 || count > NUMBER_DIGITS || strspn(digits, "0123456789") != count ||
            number < 1 || number > row->most) {
            return false;
        }
        *out = (struct vendor_key){ .part = row->part, .code = (uint16_t)(row->base + number) };
        return true;
    }
    return false;
}

/* Two keys that mean one grade are mostly a copied line: then some other grade has no key. */
static void warn_of_twins(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map) {
    for (unsigned i = 0; i < map->code_count; i++) {
        unsigned twin = grade_before(map, i);
        if (twin < i) {
            json_warn(doc, node, NULL, "grade %u stands at code %u and at code %u",
                      map->codes[i].press.code, map->codes[twin].code, map->codes[i].code);
        }
    }
}

/* The first code of the same grade as this one; itself: it is the first, or no grade. */
static unsigned grade_before(const struct vendor_map *map, unsigned place) {
    const struct vendor_key *key = &map->codes[place].press;
    unsigned first = 0;
    if (key->part != ROLE_KEYPAD || key->code < 1 || key->code > NUMBERED[0].most) {
        return place;
    }
    while (map->codes[first].press.part != key->part || map->codes[first].press.code != key->code) {
        first++;
    }
    return first;
}

static bool has_part(enum role role, enum role part) {
    return role == part || (role == ROLE_UNIT && part != ROLE_DISPENSER);
}

static const char *expected_keys(enum role role) {
    if (role == ROLE_DISPENSER) {
        return "ticket 1..32 or check_in";
    }
    if (role == ROLE_KEYPAD) {
        return "grade 1..5 or reason 1..8";
    }
    return role == ROLE_UNIT
               ? "a terminal's key (next, recall, ...), grade 1..5 or reason 1..8"
               : "next, recall, no_show, pause, resume, transfer, done, invite, sign_in, sign_out, "
                 "call, start, help, hold, unhold, undo or pin";
}
