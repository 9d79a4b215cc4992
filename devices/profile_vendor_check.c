/* What only shows between the parts of a vendor's profile, and what the hall will not have of such a device. */
#include "devices/profile_read.h"
#include "devices/vendor_write.h"

static void check_steps(struct json_doc *doc, const struct json *list,
                        const struct vendor_map *map);
static void check_join(struct json_doc *doc, const struct json *node, const struct vendor_map *map,
                       unsigned place);
static void check_overlap(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map, unsigned place);
static void check_room(struct json_doc *doc, const struct json *node,
                       const struct vendor_step *step);
static void check_ticket(struct json_doc *doc, const struct json *node,
                         const struct vendor_step *step);
static void check_size(struct json_doc *doc, const struct json *top, const struct vendor_map *map);
static void check_lack(struct json_doc *doc, const struct json *top, const struct vendor_map *map);
static bool writes(const struct vendor_map *map, enum vendor_value value);
static bool has_part(const struct vendor_map *map, enum role part);

void vendor_check(struct json_doc *doc, const struct json *top, const struct vendor_map *map) {
    check_steps(doc, json_get(top, "write"), map);
    check_size(doc, top, map);
    check_lack(doc, top, map);
}

static void check_steps(struct json_doc *doc, const struct json *list,
                        const struct vendor_map *map) {
    const struct json *node = json_first(list);
    for (unsigned i = 0; i < map->step_count; i++, node = json_next(node)) {
        check_join(doc, node, map, i);
        check_overlap(doc, node, map, i);
        check_room(doc, node, &map->steps[i]);
    }
}

static void check_join(struct json_doc *doc, const struct json *node, const struct vendor_map *map,
                       unsigned place) {
    const struct vendor_step *step = &map->steps[place];
    if (!step->is_joined) {
        return;
    }
    if (place == 0) {
        json_complain(doc, node, "join", "expected a step before it to go out with");
        return;
    }
    const struct vendor_step *before = &map->steps[place - 1];
    unsigned next = before->address + (unsigned)before->count;
    if (step->function != before->function || step->address != next) {
        json_complain(doc, node, "join",
                      "found %u by function %u, expected %u by function %u: right "
                      "behind the step before it",
                      step->address, step->function, next, before->function);
    } else if (step->function == WRITE_COIL || step->function == WRITE_REGISTER) {
        json_complain(doc, node, "join", "function %u writes one at a time, expected function %u",
                      step->function,
                      (unsigned)(step->function == WRITE_COIL ? WRITE_COILS : WRITE_HOLDING));
    }
}

/* Two constants at one place are a trigger that is let go and pulled. */
static void check_overlap(struct json_doc *doc, const struct json *node,
                          const struct vendor_map *map, unsigned place) {
    const struct vendor_step *step = &map->steps[place];
    bool is_coil = frame_is_bits(step->function);
    for (unsigned i = 0; i < place; i++) {
        const struct vendor_step *other = &map->steps[i];
        bool is_apart = step->address + (unsigned)step->count <= other->address ||
                        other->address + (unsigned)other->count <= step->address;
        bool is_trigger = step->value == VALUE_CONSTANT && other->value == VALUE_CONSTANT;
        if (!is_apart && !is_trigger && is_coil == frame_is_bits(other->function)) {
            json_complain(doc, node, is_coil ? "coil" : "register",
                          "found %u..%u, which write[%u] writes too", step->address,
                          step->address + step->count - 1U, i);
            return;
        }
    }
}

/* A number that is cut short says something else; only a long queue may end at what fits. */
static void check_room(struct json_doc *doc, const struct json *node,
                       const struct vendor_step *step) {
    const struct vendor_value_row *row = vendor_value_row(step->value);
    bool may_be_cut = step->value == VALUE_WAITING || step->value == VALUE_KEY_WAITING;
    if (step->value == VALUE_TICKET) {
        check_ticket(doc, node, step);
    }
    if (may_be_cut || row->most == 0) {
        return;
    }
    if (step->as == AS_BCD || step->as == AS_DIGITS) {
        uint32_t most = 1;
        for (unsigned i = 0; i < step->digits; i++) {
            most *= 10;
        }
        if (most - 1 < row->most) {
            json_complain(doc, node, "digits", "found %u, too few for `%s` up to %u", step->digits,
                          row->name, (unsigned)row->most);
        }
    } else if (step->as == AS_NUMBER && step->count == 1 && row->most * step->scale > UINT16_MAX) {
        json_complain(doc, node, "scale",
                      "makes `%s` up to %u, expected at most 65535 or 2 "
                      "`registers`",
                      row->name, (unsigned)(row->most * step->scale));
    }
}

/* Which services there are, the profile does not know. */
static void check_ticket(struct json_doc *doc, const struct json *node,
                         const struct vendor_step *step) {
    if (step->count < 2) {
        json_complain(doc, node, "registers", "found %u, too few for a ticket such as A012",
                      step->count);
    } else if (step->count == 2) {
        json_warn(doc, node, "registers",
                  "2 cut a ticket of two letters short: AB012 shows AB01, and takes 3");
    }
}

static void check_size(struct json_doc *doc, const struct json *top, const struct vendor_map *map) {
    struct vendor_size size = vendor_measure(map);
    if (size.values > SEQUENCE_VALUES) {
        json_complain(doc, top, "write", "takes %u registers and coils, expected at most %u",
                      size.values, (unsigned)SEQUENCE_VALUES);
    }
    if (size.requests > STEPS_MAX) {
        json_complain(doc, top, "write",
                      "takes %u requests, expected at most %u; `join` lets steps "
                      "go out together",
                      size.requests, (unsigned)STEPS_MAX);
    }
}

/* Allowed, but who puts the device in should know. */
static void check_lack(struct json_doc *doc, const struct json *top, const struct vendor_map *map) {
    if (has_part(map, ROLE_TERMINAL)) {
        if (!writes(map, VALUE_NUMBER) && !writes(map, VALUE_TICKET)) {
            json_warn(doc, top, "write",
                      "no `number` or `ticket`: the terminal does not show who is called");
        }
        if (!writes(map, VALUE_ANSWER)) {
            json_warn(doc, top, "write",
                      "no `answer`: the terminal does not show why a key was refused");
        }
    }
    if (has_part(map, ROLE_KEYPAD) && !writes(map, VALUE_STATE) && !writes(map, VALUE_SESSION)) {
        json_warn(doc, top, "write",
                  "no `state`: the keypad does not show when it asks for a rating");
    }
    if (has_part(map, ROLE_BOARD) && !writes(map, VALUE_TEXT)) {
        json_complain(doc, top, "write",
                      "expected a step that writes `text`: a board shows nothing else");
    }
    if (map->role == ROLE_DISPENSER && !writes(map, VALUE_ENABLED)) {
        json_warn(doc, top, "write", "no `enabled`: the keys of closed services stay lit");
    }
}

static bool writes(const struct vendor_map *map, enum vendor_value value) {
    for (unsigned i = 0; i < map->step_count; i++) {
        if (map->steps[i].value == value) {
            return true;
        }
    }
    return false;
}

static bool has_part(const struct vendor_map *map, enum role part) {
    return map->role == part || (map->role == ROLE_UNIT && part != ROLE_DISPENSER);
}
