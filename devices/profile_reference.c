/* Profiles of the reference map, perhaps at other addresses: `roles`, and what stands where for each of them. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "devices/profile_map.h"
#include "devices/profile_read.h"
#include "protocol/image.h"

enum { FIELDS_MAX = 20, MAP_DEFAULT = 1 };

struct field {
    const char *key;
    size_t offset; /* of a uint16_t */
    uint16_t least;
};

#define FIELD(type, name)                                                                          \
    { #name, offsetof(struct type, name), 0 }
/* Kind 0 says that the profile has no such role. */
#define KIND(type)                                                                                 \
    { "kind", offsetof(struct type, kind), 1 }
#define KEY_CODE(key, name)                                                                        \
    { name, sizeof(uint16_t) * (key), 0 }

static const struct field input_fields[] = {
    FIELD(input_map, kind),   FIELD(input_map, map),   FIELD(input_map, firmware),
    FIELD(input_map, serial), FIELD(input_map, boots), FIELD(input_map, status),
    FIELD(input_map, events), FIELD(input_map, done),  FIELD(input_map, result),
    FIELD(input_map, ring),   { NULL, 0, 0 }
};
static const struct field dispenser_fields[] = { KIND(dispenser_map),
                                                 FIELD(dispenser_map, enabled),
                                                 FIELD(dispenser_map, waiting),
                                                 FIELD(dispenser_map, job),
                                                 FIELD(dispenser_map, text),
                                                 FIELD(dispenser_map, qr),
                                                 { NULL, 0, 0 } };
/* `kind` stands first: the parts of a unit are read from the second row on. */
static const struct field terminal_fields[] = { KIND(terminal_map),
                                                FIELD(terminal_map, prefix),
                                                FIELD(terminal_map, number),
                                                FIELD(terminal_map, waiting),
                                                FIELD(terminal_map, lamp),
                                                FIELD(terminal_map, answer),
                                                FIELD(terminal_map, answered),
                                                { NULL, 0, 0 } };
static const struct field keypad_fields[] = { KIND(keypad_map),
                                              FIELD(keypad_map, state),
                                              FIELD(keypad_map, session),
                                              FIELD(keypad_map, stars),
                                              FIELD(keypad_map, staff),
                                              FIELD(keypad_map, name),
                                              { NULL, 0, 0 } };
static const struct field board_fields[] = { KIND(board_map),         FIELD(board_map, revision),
                                             FIELD(board_map, style), FIELD(board_map, length),
                                             FIELD(board_map, text),  { NULL, 0, 0 } };
static const struct field dispenser_codes[] = { FIELD(code_map, ticket),
                                                FIELD(code_map, check_in),
                                                { NULL, 0, 0 } };
static const struct field keypad_codes[] = {
    FIELD(code_map, grade), FIELD(code_map, reason), FIELD(code_map, of_unit), { NULL, 0, 0 }
};
static const struct field terminal_codes[] = {
    KEY_CODE(KEY_NEXT, "next"),       KEY_CODE(KEY_RECALL, "recall"),
    KEY_CODE(KEY_NO_SHOW, "no_show"), KEY_CODE(KEY_PAUSE, "pause"),
    KEY_CODE(KEY_RESUME, "resume"),   KEY_CODE(KEY_TRANSFER, "transfer"),
    KEY_CODE(KEY_DONE, "done"),       KEY_CODE(KEY_INVITE, "invite"),
    KEY_CODE(KEY_SIGN_IN, "sign_in"), KEY_CODE(KEY_SIGN_OUT, "sign_out"),
    KEY_CODE(KEY_CALL, "call"),       KEY_CODE(KEY_START, "start"),
    KEY_CODE(KEY_HELP, "help"),       KEY_CODE(KEY_HOLD, "hold"),
    KEY_CODE(KEY_UNHOLD, "unhold"),   KEY_CODE(KEY_UNDO, "undo"),
    KEY_CODE(KEY_PIN, "pin"),         { NULL, 0, 0 }
};

static void profile_read_roles(struct json_doc *doc, const struct json *top,
                               struct profile *profile);
static void profile_read_unit(struct json_doc *doc, const struct json *roles,
                              struct unit_map *unit);
static void profile_read_codes(struct json_doc *doc, const struct json *top,
                               struct code_map *codes);
static void check_complete(struct json_doc *doc, const struct json *top,
                           const struct profile *profile);
static void require(struct json_doc *doc, const struct json *parent, const char *key,
                    const char *expected);
static void fields_read(struct json_doc *doc, const struct json *parent, const char *key,
                        const struct field *fields, void *out);
static void profile_check(struct json_doc *doc, const struct json *top,
                          const struct profile *profile);
static void check_ends(struct json_doc *doc, const struct json *top, const struct profile *profile);
static void check_keypad_ends(struct json_doc *doc, const struct json *node,
                              const struct keypad_map *keypad);
static void check_end(struct json_doc *doc, const struct json *node, const char *key,
                      struct span span);
static void check_written(struct json_doc *doc, const struct json *parent, const char *key,
                          struct span written);
static void check_board(struct json_doc *doc, const struct json *node,
                        const struct board_map *board);

void profile_read_reference(struct json_doc *doc, const struct json *top, struct profile *profile) {
    static const char *const known[] = { "name",  "reading",  "answer_ms", "read_max", "map",
                                         "input", "identify", "roles",     "codes",    NULL };
    json_only(doc, top, known);
    char reading[NAME_SIZE] = "counter";
    json_read_text(doc, top, "reading", reading, sizeof reading);
    if (strcmp(reading, "counter") != 0) {
        json_complain(doc, top, "reading",
                      "found \"%.32s\", expected \"counter\" where `roles` stand; a device that is "
                      "read otherwise has a `role` and says what is in `read` and `write`",
                      reading);
    }
    profile->map = MAP_DEFAULT;
    json_read_u16(doc, top, "map", 0, UINT16_MAX, &profile->map);
    json_read_u16(doc, top, "identify", 0, UINT16_MAX, &profile->identify);
    fields_read(doc, top, "input", input_fields, &profile->input);
    profile_read_roles(doc, top, profile);
    profile_read_codes(doc, top, &profile->codes);
    check_complete(doc, top, profile);
    size_t before = json_mistake_count(doc);
    check_ends(doc, top, profile);
    if (json_mistake_count(doc) == before) {
        profile_check(doc, top, profile);
    }
}

static void profile_read_roles(struct json_doc *doc, const struct json *top,
                               struct profile *profile) {
    static const char *const known[] = { "dispenser", "terminal", "keypad", "board", "unit", NULL };
    const struct json *roles = json_get(top, "roles");
    if (!json_is_object(roles) || json_count(roles) == 0) {
        json_complain(doc, top, "roles", "expected an object with at least one role");
        return;
    }
    json_only(doc, roles, known);
    fields_read(doc, roles, "dispenser", dispenser_fields, &profile->dispenser);
    fields_read(doc, roles, "terminal", terminal_fields, &profile->terminal);
    fields_read(doc, roles, "keypad", keypad_fields, &profile->keypad);
    fields_read(doc, roles, "board", board_fields, &profile->board);
    profile_read_unit(doc, roles, &profile->unit);
}

static void profile_read_unit(struct json_doc *doc, const struct json *roles,
                              struct unit_map *unit) {
    static const char *const known[] = { "kind", "terminal", "keypad", "board", NULL };
    const struct json *node = json_get(roles, "unit");
    if (node == NULL) {
        return;
    }
    json_only(doc, node, known);
    if (!json_read_u16(doc, node, "kind", 1, UINT16_MAX, &unit->kind)) {
        json_complain(doc, node, "kind", "expected a whole number 1..65535");
    }
    fields_read(doc, node, "terminal", terminal_fields + 1, &unit->terminal);
    fields_read(doc, node, "keypad", keypad_fields + 1, &unit->keypad);
    fields_read(doc, node, "board", board_fields + 1, &unit->board);
}

static void profile_read_codes(struct json_doc *doc, const struct json *top,
                               struct code_map *codes) {
    static const char *const known[] = { "dispenser", "keypad", "terminal", NULL };
    const struct json *node = json_get(top, "codes");
    json_only(doc, node, known);
    fields_read(doc, node, "dispenser", dispenser_codes, codes);
    fields_read(doc, node, "keypad", keypad_codes, codes);
    fields_read(doc, node, "terminal", terminal_codes, codes->terminal);
}

/* What was left out would be register or code 0: a device would be driven there, and its keys would mean nothing. */
static void check_complete(struct json_doc *doc, const struct json *top,
                           const struct profile *profile) {
    static const char CODES[] = "missing, expected the codes of this role's keys";
    static const char PART[] = "missing, expected the registers of this part";
    const struct json *codes = json_get(top, "codes");
    const struct json *unit = json_get(json_get(top, "roles"), "unit");
    bool has_unit = profile->unit.kind != 0;
    bool has_keys[3] = { profile->dispenser.kind != 0, profile->terminal.kind != 0 || has_unit,
                         profile->keypad.kind != 0 || has_unit };
    static const char *const ROLES[3] = { "dispenser", "terminal", "keypad" };
    if (codes == NULL && (has_keys[0] || has_keys[1] || has_keys[2])) {
        require(doc, top, "codes", "missing, expected what the devices' key codes mean");
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (has_keys[i]) {
            require(doc, codes, ROLES[i], CODES);
        }
    }
    if (has_unit) {
        require(doc, unit, "terminal", PART);
        require(doc, unit, "keypad", PART);
        require(doc, unit, "board", PART);
    }
}

static void require(struct json_doc *doc, const struct json *parent, const char *key,
                    const char *expected) {
    if (json_get(parent, key) == NULL) {
        json_complain(doc, parent, key, "%s", expected);
    }
}

/* Reads every field of parent[key], each of which must be there. A part that is not there stays zero. */
static void fields_read(struct json_doc *doc, const struct json *parent, const char *key,
                        const struct field *fields, void *out) {
    const struct json *node = json_get(parent, key);
    if (node == NULL) {
        return;
    }
    const char *known[FIELDS_MAX];
    unsigned count = 0;
    for (; fields[count].key != NULL; count++) {
        known[count] = fields[count].key;
        uint16_t *value = (uint16_t *)(void *)((char *)out + fields[count].offset);
        uint16_t least = fields[count].least;
        json_read_u16(doc, node, known[count], least, UINT16_MAX, value);
        if (json_get(node, known[count]) == NULL) {
            json_complain(doc, node, known[count], "missing, expected a whole number %u..65535",
                          least);
        }
    }
    known[count] = NULL;
    json_only(doc, node, known);
}

/* What one read or one write covers has to lie together, and the ring behind all the rest. */
static void profile_check(struct json_doc *doc, const struct json *top,
                          const struct profile *profile) {
    const struct input_map *input = &profile->input;
    const struct json *roles = json_get(top, "roles");
    struct span pulse = profile_pulse(profile);
    struct span all = profile_baseline(profile);
    if (json_get(top, "input") == NULL || all.count > profile->read_max) {
        json_complain(doc, top, "input", "spans %u registers, expected all in one read of %u",
                      all.count, profile->read_max);
    } else if (input->ring < pulse.address + pulse.count ||
               input->ring + RING_REGISTERS != all.address + all.count) {
        json_complain(doc, top, "input", "expected `ring` behind all other input registers");
    }
    check_written(doc, roles, "terminal", terminal_span(&profile->terminal));
    check_written(doc, roles, "keypad", keypad_span(&profile->keypad));
    check_written(doc, json_get(roles, "unit"), "terminal", terminal_span(&profile->unit.terminal));
    check_written(doc, json_get(roles, "unit"), "keypad", keypad_span(&profile->unit.keypad));
    check_board(doc, json_get(roles, "board"), &profile->board);
    check_board(doc, json_get(json_get(roles, "unit"), "board"), &profile->unit.board);
    const struct dispenser_map *dispenser = &profile->dispenser;
    if (dispenser->kind != 0 && dispenser->waiting != dispenser->enabled + 2) {
        json_complain(doc, json_get(roles, "dispenser"), "waiting",
                      "found %u, expected %u: right behind `enabled`", dispenser->waiting,
                      dispenser->enabled + 2U);
    }
}

/* What takes more than one register must not go beyond the last there is. */
static void check_ends(struct json_doc *doc, const struct json *top,
                       const struct profile *profile) {
    const struct json *input = json_get(top, "input");
    const struct json *roles = json_get(top, "roles");
    const struct json *unit = json_get(roles, "unit");
    const struct json *dispenser = json_get(roles, "dispenser");
    check_end(doc, input, "serial", (struct span){ profile->input.serial, 2 });
    check_end(doc, input, "ring", (struct span){ profile->input.ring, RING_REGISTERS });
    check_end(doc, dispenser, "waiting",
              (struct span){ profile->dispenser.waiting, DISPENSER_KEYS });
    check_end(doc, dispenser, "text",
              (struct span){ profile->dispenser.text, 1 + JOB_TEXT_REGISTERS });
    check_end(doc, dispenser, "qr", (struct span){ profile->dispenser.qr, 1 + QR_REGISTERS });
    check_keypad_ends(doc, json_get(roles, "keypad"), &profile->keypad);
    check_keypad_ends(doc, json_get(unit, "keypad"), &profile->unit.keypad);
    check_end(doc, json_get(roles, "board"), "text",
              (struct span){ profile->board.text, BOARD_TEXT_REGISTERS });
    check_end(doc, json_get(unit, "board"), "text",
              (struct span){ profile->unit.board.text, BOARD_TEXT_REGISTERS });
}

static void check_keypad_ends(struct json_doc *doc, const struct json *node,
                              const struct keypad_map *keypad) {
    check_end(doc, node, "staff", (struct span){ keypad->staff, STAFF_REGISTERS });
    check_end(doc, node, "name", (struct span){ keypad->name, STAFF_NAME_REGISTERS });
}

static void check_end(struct json_doc *doc, const struct json *node, const char *key,
                      struct span span) {
    if (node != NULL && (unsigned)span.address + span.count > UINT16_MAX + 1U) {
        json_complain(doc, node, key, "found %u, expected at most %u: it takes %u registers",
                      span.address, UINT16_MAX + 1U - span.count, span.count);
    }
}

static void check_written(struct json_doc *doc, const struct json *parent, const char *key,
                          struct span written) {
    if (json_get(parent, key) != NULL && written.count > FRAME_WRITE_MAX) {
        json_complain(doc, parent, key, "its registers span %u, expected at most %u in one write",
                      written.count, (unsigned)FRAME_WRITE_MAX);
    }
}

static void check_board(struct json_doc *doc, const struct json *node,
                        const struct board_map *board) {
    if (node != NULL && (board->length != board->style + 1 || board->text != board->length + 1)) {
        json_complain(doc, node, NULL, "expected `style`, `length` and `text` side by side");
    }
}

const char *profile_key_word(unsigned key) {
    assert(key >= KEY_NEXT && key <= KEY_PIN);
    const struct field *field = terminal_codes;
    while (field->offset != sizeof(uint16_t) * key) {
        field++;
    }
    return field->key;
}
