/* `write` of a vendor's profile: its steps in their order. */
#include <stdio.h>
#include <string.h>

#include "devices/profile_read.h"
#include "devices/vendor_value.h"

enum {
    TEXT_REGISTERS_MAX = 64,
    DIGITS_MAX = 8,
    BCD_DIGITS = 4,
    SCALE_MOST = 1000,
    LIST_SIZE = 128
};

static void read_step(struct json_doc *doc, const struct json *node, const struct vendor_map *map,
                      struct vendor_step *step);
static bool read_what(struct json_doc *doc, const struct json *node, enum role role,
                      struct vendor_step *step);
static bool read_where(struct json_doc *doc, const struct json *node, struct vendor_step *step);
static bool read_as(struct json_doc *doc, const struct json *node, struct vendor_step *step);
static enum vendor_as default_as(const struct vendor_step *step);
static bool as_fits(const struct vendor_step *step, enum vendor_as as);
static void read_count(struct json_doc *doc, const struct json *node, struct vendor_step *step);
static void read_details(struct json_doc *doc, const struct json *node, struct vendor_step *step);
static void read_orders(struct json_doc *doc, const struct json *node, struct vendor_step *step);
static void read_table(struct json_doc *doc, const struct json *table, struct vendor_step *step);
static void warn_unsaid(struct json_doc *doc, const struct json *table,
                        const struct vendor_step *step, uint32_t said);
static void read_bits(struct json_doc *doc, const struct json *bits, struct vendor_step *step);
static uint32_t read_states(struct json_doc *doc, const struct json *node,
                            const struct vendor_step *step);
static int read_state(struct json_doc *doc, const struct json *node,
                      const struct vendor_step *step);
static int state_named(const struct vendor_step *step, const char *word);
static void read_function(struct json_doc *doc, const struct json *node, struct vendor_step *step);

void vendor_read_steps(struct json_doc *doc, const struct json *top, struct vendor_map *map) {
    const struct json *list = json_get(top, "write");
    if (list == NULL) {
        return;
    }
    if (!json_is_array(list)) {
        json_expect(doc, top, "write", "a list of steps");
        return;
    }
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        if (map->step_count == VENDOR_STEPS_MAX) {
            json_complain(doc, one, NULL, "found one more step, expected at most %d",
                          VENDOR_STEPS_MAX);
            return;
        }
        if (json_is_object(one)) {
            read_step(doc, one, map, &map->steps[map->step_count++]);
        } else {
            json_expect(doc, one, NULL, "a step { ... }");
        }
    }
}

static void read_step(struct json_doc *doc, const struct json *node, const struct vendor_map *map,
                      struct vendor_step *step) {
    static const char *const known[] = { "value",     "constant", "register", "coil",   "as",
                                         "registers", "coils",    "function", "digits", "scale",
                                         "key",       "line",     "none",     "words",  "bytes",
                                         "pad",       "table",    "bits",     "join",   NULL };
    json_only(doc, node, known);
    *step = (struct vendor_step){ .scale = 1, .count = 1 };
    bool has_place = read_where(doc, node, step);
    if (!read_what(doc, node, map->role, step) || !has_place || !read_as(doc, node, step)) {
        return;
    }
    read_count(doc, node, step);
    read_details(doc, node, step);
    read_orders(doc, node, step);
    read_function(doc, node, step);
    json_read_bool(doc, node, "join", &step->is_joined);
    if (step->address + (uint32_t)step->count > UINT16_MAX + 1U) {
        json_complain(doc, node, NULL, "ends at %u, expected at most 65535",
                      step->address + step->count - 1U);
    }
}

static bool read_what(struct json_doc *doc, const struct json *node, enum role role,
                      struct vendor_step *step) {
    char expected[WHAT_SIZE];
    char list[LIST_SIZE];
    const char *name = json_text(json_get(node, "value"));
    bool has_constant = json_get(node, "constant") != NULL;
    bool has_value = json_get(node, "value") != NULL;
    vendor_value_list(role, list, sizeof list);
    if (has_constant == has_value) {
        json_complain(doc, node, "value", "expected either `constant` or `value`, one of %s", list);
        return false;
    }
    if (has_constant) {
        return json_read_u16(doc, node, "constant", 0, UINT16_MAX, &step->constant);
    }
    step->value = name == NULL ? VALUE_CONSTANT : vendor_value_named(name, role);
    if (step->value == VALUE_CONSTANT) {
        snprintf(expected, sizeof expected, "%.120s", list);
        json_expect(doc, node, "value", expected);
    }
    return step->value != VALUE_CONSTANT;
}

static bool read_where(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    bool has_register = json_get(node, "register") != NULL;
    bool has_coil = json_get(node, "coil") != NULL;
    if (has_register == has_coil) {
        json_complain(doc, node, "register",
                      "expected either `register` or `coil`, 0..65535: where it goes");
        return false;
    }
    step->function = has_coil ? WRITE_COILS : WRITE_HOLDING;
    return json_read_u16(doc, node, has_coil ? "coil" : "register", 0, UINT16_MAX, &step->address);
}

static bool read_as(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    static const char *const words[] = { "number", "bcd", "digits", "ascii", "gbk", "mask", NULL };
    static const enum vendor_as as[] = { AS_NUMBER, AS_BCD, AS_DIGITS, AS_ASCII, AS_GBK, AS_MASK };
    bool has_bits = json_get(node, "bits") != NULL;
    bool has_table = json_get(node, "table") != NULL;
    bool has_as = json_get(node, "as") != NULL;
    if ((has_bits ? 1 : 0) + (has_table ? 1 : 0) + (has_as ? 1 : 0) > 1) {
        json_complain(doc, node, has_as ? "as" : "table",
                      "expected one of `as`, `bits` and `table`");
        return false;
    }
    if (has_as) {
        int found = vendor_read_word(doc, node, "as", words);
        step->as = found < 0 ? AS_NUMBER : as[found];
        if (found < 0) {
            return false;
        }
    } else {
        step->as = has_bits ? AS_BITS : has_table ? AS_TABLE : default_as(step);
    }
    if (!as_fits(step, step->as)) {
        const struct vendor_value_row *row = vendor_value_row(step->value);
        json_complain(doc, node, has_as ? "as" : NULL, "expected %s for `%s`%s",
                      step->value == VALUE_ENABLED ? "mask"
                      : row->most == 0             ? "ascii or gbk"
                                                   : "number, bcd, digits, bits or table",
                      row->name, frame_is_bits(step->function) ? ", and of a coil `bits`" : "");
        return false;
    }
    return true;
}

static enum vendor_as default_as(const struct vendor_step *step) {
    if (vendor_value_row(step->value)->most == 0) {
        return step->value == VALUE_NAME || step->value == VALUE_TEXT ? AS_GBK : AS_ASCII;
    }
    return step->value == VALUE_ENABLED ? AS_MASK : AS_NUMBER;
}

static bool as_fits(const struct vendor_step *step, enum vendor_as as) {
    bool is_text = vendor_value_row(step->value)->most == 0;
    bool is_coil = frame_is_bits(step->function);
    bool is_states = as == AS_BITS || as == AS_TABLE;
    bool has_states = !is_text && vendor_value_row(step->value)->most < VENDOR_STATES_MAX;
    if (step->value == VALUE_CONSTANT) {
        return as == AS_NUMBER;
    }
    if (step->value == VALUE_ENABLED || as == AS_MASK) {
        return step->value == VALUE_ENABLED && as == AS_MASK;
    }
    if (is_coil) {
        return as == AS_BITS && has_states;
    }
    return is_text ? as == AS_ASCII || as == AS_GBK
                   : as != AS_ASCII && as != AS_GBK && (!is_states || has_states);
}

/* How many registers or coils it takes. */
static void read_count(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    bool is_coil = frame_is_bits(step->function);
    const char *key = is_coil ? "coils" : "registers";
    const char *other = is_coil ? "registers" : "coils";
    if (json_get(node, other) != NULL) {
        json_complain(doc, node, other, "expected `%s`", key);
    }
    if (step->as == AS_ASCII || step->as == AS_GBK || (step->as == AS_MASK && is_coil)) {
        uint16_t most = is_coil ? DISPENSER_KEYS : TEXT_REGISTERS_MAX;
        if (json_get(node, key) == NULL) {
            json_complain(doc, node, key, "missing, expected a whole number 1..%u", most);
        }
        json_read_u16(doc, node, key, 1, most, &step->count);
    } else if (step->as == AS_MASK || (step->as == AS_NUMBER && !is_coil)) {
        json_read_u16(doc, node, key, 1, 2, &step->count);
    } else if (json_get(node, key) != NULL) {
        json_complain(doc, node, key, "expected nothing: `digits` or `bits` say how many");
    }
    if (step->as == AS_BCD || step->as == AS_DIGITS) {
        if (json_get(node, "digits") == NULL) {
            json_complain(doc, node, "digits", "missing, expected a whole number 1..%d",
                          DIGITS_MAX);
        }
        step->digits = 1;
        json_read_u16(doc, node, "digits", 1, DIGITS_MAX, &step->digits);
        step->count = step->as == AS_DIGITS
                          ? step->digits
                          : (uint16_t)((step->digits + BCD_DIGITS - 1) / BCD_DIGITS);
    } else if (json_get(node, "digits") != NULL) {
        json_complain(doc, node, "digits", "expected nothing: it belongs to bcd and digits");
    }
}

static void read_details(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    bool is_ticket = step->value == VALUE_NUMBER;
    json_read_u16(doc, node, "scale", 1, SCALE_MOST, &step->scale);
    if (json_get(node, "scale") != NULL && step->as != AS_NUMBER) {
        json_complain(doc, node, "scale", "expected nothing: it belongs to numbers");
    }
    if (step->value == VALUE_KEY_WAITING) {
        if (json_get(node, "key") == NULL) {
            json_complain(doc, node, "key", "missing, expected a whole number 1..%d",
                          DISPENSER_KEYS);
        }
        step->key = 1;
        json_read_u16(doc, node, "key", 1, DISPENSER_KEYS, &step->key);
    } else if (json_get(node, "key") != NULL) {
        json_complain(doc, node, "key", "expected nothing: it belongs to a dispenser's `waiting`");
    }
    json_read_u16(doc, node, "line", 1, VENDOR_LINES_MAX, &step->line);
    if (step->line != 0 && step->value != VALUE_TEXT) {
        json_complain(doc, node, "line", "expected nothing: it belongs to `text`");
    }
    step->has_none = json_read_u16(doc, node, "none", 0, UINT16_MAX, &step->none);
    if (step->has_none && !is_ticket) {
        json_complain(doc, node, "none", "expected nothing: it belongs to `number`");
    }
    if (step->as == AS_TABLE) {
        read_table(doc, json_get(node, "table"), step);
    } else if (step->as == AS_BITS) {
        read_bits(doc, json_get(node, "bits"), step);
    }
}

static void read_orders(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    static const char *const words[] = { "high_first", "low_first", NULL };
    uint16_t pad = 0;
    bool is_text = step->as == AS_ASCII || step->as == AS_GBK;
    step->is_low_word_first = vendor_read_word(doc, node, "words", words) == 1;
    step->is_low_byte_first = vendor_read_word(doc, node, "bytes", words) == 1;
    json_read_u16(doc, node, "pad", 0, UINT8_MAX, &pad);
    step->pad = (uint8_t)pad;
    if (json_get(node, "words") != NULL && step->as != AS_NUMBER && step->as != AS_BCD) {
        json_complain(doc, node, "words", "expected nothing: it belongs to number and bcd");
    }
    if (!is_text && (json_get(node, "bytes") != NULL || json_get(node, "pad") != NULL)) {
        json_complain(doc, node, json_get(node, "pad") != NULL ? "pad" : "bytes",
                      "expected nothing: it belongs to ascii and gbk");
    }
}

/* { "ready": 1, "calling": 5 }; a state that is not there is 0. */
static void read_table(struct json_doc *doc, const struct json *table, struct vendor_step *step) {
    uint32_t said = 0;
    if (!json_is_object(table) || json_count(table) == 0) {
        json_expect(doc, table, NULL, "an object: a number 0..65535 for each state");
        return;
    }
    for (const struct json *one = json_first(table); one != NULL; one = json_next(one)) {
        int state = state_named(step, json_key(one));
        uint16_t number = 0;
        if (state < 0) {
            (void)read_state(doc, one, step);
        } else if (json_read_u16(doc, table, json_key(one), 0, UINT16_MAX, &number)) {
            step->table[state] = number;
            said |= UINT32_C(1) << state;
        }
    }
    warn_unsaid(doc, table, step, said);
}

/* Allowed: the device may have no page for it. But 0 may be one that it should not show then. */
static void warn_unsaid(struct json_doc *doc, const struct json *table,
                        const struct vendor_step *step, uint32_t said) {
    const struct vendor_value_row *row = vendor_value_row(step->value);
    char words[WHAT_SIZE] = "";
    size_t used = 0;
    for (unsigned i = 0; row->states != NULL && row->states[i] != NULL; i++) {
        if ((said & UINT32_C(1) << i) == 0) {
            used += (size_t)snprintf(words + used, sizeof words - used, "%s`%s`",
                                     used == 0 ? "" : ", ", row->states[i]);
        }
    }
    if (words[0] != '\0') {
        json_warn(doc, table, NULL, "no number for %s: 0 is written then", words);
    }
}

/* [ "ready", [ "calling", "rating" ] ]: the states in which the first coil or bit is on, the second, ... */
static void read_bits(struct json_doc *doc, const struct json *bits, struct vendor_step *step) {
    unsigned count = json_count(bits);
    if (!json_is_array(bits) || count == 0 || count > VENDOR_BITS_MAX) {
        json_expect(doc, bits, NULL, "a list of 1..16: the states in which each bit is on");
        return;
    }
    if (frame_is_bits(step->function)) {
        step->count = (uint16_t)count;
    }
    unsigned place = 0;
    for (const struct json *one = json_first(bits); one != NULL; one = json_next(one)) {
        step->bits[place++] = read_states(doc, one, step);
    }
}

static uint32_t read_states(struct json_doc *doc, const struct json *node,
                            const struct vendor_step *step) {
    uint32_t set = 0;
    if (!json_is_array(node)) {
        int state = read_state(doc, node, step);
        return state < 0 ? 0 : UINT32_C(1) << state;
    }
    for (const struct json *one = json_first(node); one != NULL; one = json_next(one)) {
        int state = read_state(doc, one, step);
        set |= state < 0 ? 0 : UINT32_C(1) << state;
    }
    return set;
}

/* -1 and a mistake when it is none. */
static int read_state(struct json_doc *doc, const struct json *node,
                      const struct vendor_step *step) {
    const struct vendor_value_row *row = vendor_value_row(step->value);
    char expected[WHAT_SIZE] = "";
    size_t used = 0;
    if (row->states == NULL) {
        double number = json_number(node);
        int state = number >= 0 && number <= row->most ? (int)number : -1;
        if (!json_is_number(node) || state < 0 || number > state) {
            snprintf(expected, sizeof expected, "a whole number 0..%u", (unsigned)row->most);
            json_expect(doc, node, NULL, expected);
            return -1;
        }
        return state;
    }
    int state = json_text(node) == NULL ? -1 : state_named(step, json_text(node));
    for (unsigned i = 0; state < 0 && row->states[i] != NULL; i++) {
        used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s",
                                 i == 0 ? "" : ", ", row->states[i]);
    }
    if (state < 0) {
        json_expect(doc, node, NULL, expected);
    }
    return state;
}

static int state_named(const struct vendor_step *step, const char *word) {
    const struct vendor_value_row *row = vendor_value_row(step->value);
    for (int i = 0; row->states != NULL && row->states[i] != NULL; i++) {
        if (strcmp(row->states[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

/* What is not said is the one that every device has: FC16, and FC05 for one coil. */
static void read_function(struct json_doc *doc, const struct json *node, struct vendor_step *step) {
    bool is_coil = frame_is_bits(step->function);
    uint16_t function = is_coil && step->count == 1 ? WRITE_COIL : step->function;
    json_read_u16(doc, node, "function", WRITE_COIL, WRITE_HOLDING, &function);
    bool is_right = is_coil ? function == WRITE_COIL || function == WRITE_COILS
                            : function == WRITE_REGISTER || function == WRITE_HOLDING;
    if (!is_right) {
        json_expect(doc, node, "function", is_coil ? "5 or 15 for coils" : "6 or 16 for registers");
        return;
    }
    step->function = (uint8_t)function;
}
