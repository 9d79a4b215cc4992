/* `read` and `identity` of a vendor's profile: what is read in every pulse, and what once when the device comes. */
#include <stdio.h>
#include <string.h>

#include "devices/profile_read.h"

enum { READ_KEYS_MAX = 12 };
enum { REPEAT_MOST_MS = 10000, BOUNCE_MOST_MS = 1000, LONG_MOST_MS = 10000, RING_MOST = 8 };

struct reach {
    unsigned low, high;
};

static void check_keys(struct json_doc *doc, const struct json *node, enum vendor_reading reading);
static bool is_among(const char *const *known, const char *key);
static void list_readings_of(const char *key, char *out, size_t size);
static void read_function(struct json_doc *doc, const struct json *node, bool takes_bits,
                          uint8_t *function);
static bool read_register(struct json_doc *doc, const struct json *node, const char *key,
                          struct reach *reach, uint16_t *address);
static void require_register(struct json_doc *doc, const struct json *node, const char *key,
                             struct reach *reach, uint16_t *address);
static void read_counter(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                         struct reach *reach);
static void read_clear(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                       struct reach *reach);
static void read_level(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                       struct reach *reach);
static void read_none(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                      struct reach *reach);
static void read_block(struct json_doc *doc, const struct json *node, struct reach *reach);
static void reach_take(struct json_doc *doc, const struct json *node, struct reach reach,
                       struct profile *profile);
static void reach_add(struct reach *reach, unsigned address, unsigned count);

/* At enum vendor_reading. */
static const struct {
    const char *known[READ_KEYS_MAX];
    bool takes_bits;
    void (*read)(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                 struct reach *reach);
} READINGS[] = {
    [VENDOR_COUNTER] = { { "function", "events", "modulo", "ring", "entries", "argument", "boots",
                           "room", NULL },
                         false,
                         read_counter },
    [VENDOR_CLEAR] = { { "function", "code", "argument", "clear", "repeat_ms", "boots", "room",
                         NULL },
                       false,
                       read_clear },
    [VENDOR_LEVEL] = { { "function", "address", "count", "bounce_ms", "long_ms", "room", NULL },
                       true,
                       read_level },
    [VENDOR_NONE] = { { "function", "address", "count", "boots", "room", NULL }, true, read_none },
};

void vendor_read_keys(struct json_doc *doc, const struct json *top, struct profile *profile) {
    const struct json *node = json_get(top, "read");
    struct vendor_map *map = &profile->vendor;
    struct reach reach = { UINT16_MAX + 1U, 0 };
    if (!json_is_object(node)) {
        json_expect(doc, top, "read", "an object: what is read in every pulse");
        return;
    }
    check_keys(doc, node, map->reading);
    read_function(doc, node, READINGS[map->reading].takes_bits, &map->read.function);
    READINGS[map->reading].read(doc, node, &map->read, &reach);
    map->read.has_boots = read_register(doc, node, "boots", &reach, &map->read.boots);
    reach_take(doc, node, reach, profile);
}

/* A key of another reading is told as such: it is spelt right, and the reading beside it may be what is wrong. */
static void check_keys(struct json_doc *doc, const struct json *node, enum vendor_reading reading) {
    const char *known[READ_KEYS_MAX * (VENDOR_NONE + 2)];
    const unsigned room = sizeof known / sizeof *known - 1;
    unsigned count = 0;
    for (; READINGS[reading].known[count] != NULL; count++) {
        known[count] = READINGS[reading].known[count];
    }
    for (const struct json *one = json_first(node); one != NULL && count < room;
         one = json_next(one)) {
        char readings[WHAT_SIZE] = "";
        list_readings_of(json_key(one), readings, sizeof readings);
        if (readings[0] != '\0' && !is_among(READINGS[reading].known, json_key(one))) {
            json_complain(doc, node, json_key(one),
                          "found where reading is %s, expected only where it is %s",
                          vendor_reading_word(reading), readings);
            known[count++] = json_key(one);
        }
    }
    known[count] = NULL;
    json_only(doc, node, known);
}

static bool is_among(const char *const *known, const char *key) {
    for (; *known != NULL; known++) {
        if (strcmp(*known, key) == 0) {
            return true;
        }
    }
    return false;
}

/* "counter or clear": those that have this key. */
static void list_readings_of(const char *key, char *out, size_t size) {
    size_t used = 0;
    for (unsigned reading = VENDOR_COUNTER; reading <= VENDOR_NONE; reading++) {
        if (is_among(READINGS[reading].known, key)) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : " or ",
                                     vendor_reading_word((enum vendor_reading)reading));
        }
    }
}

void vendor_read_identity(struct json_doc *doc, const struct json *top, struct profile *profile) {
    static const char *const known[] = {
        "function", "kind", "kind_is", "firmware", "serial", NULL
    };
    const struct json *node = json_get(top, "identity");
    struct vendor_identity *identity = &profile->vendor.identity;
    struct reach reach = { UINT16_MAX + 1U, 0 };
    if (node == NULL) {
        return;
    }
    if (!json_is_object(node) || json_count(node) == 0) {
        json_expect(doc, top, "identity", "an object with kind, firmware or serial");
        return;
    }
    json_only(doc, node, known);
    identity->is_there = true;
    read_function(doc, node, false, &identity->function);
    identity->has_kind = read_register(doc, node, "kind", &reach, &identity->kind);
    identity->has_firmware = read_register(doc, node, "firmware", &reach, &identity->firmware);
    identity->has_serial = read_register(doc, node, "serial", &reach, &identity->serial);
    bool has_kind_is = json_read_u16(doc, node, "kind_is", 0, UINT16_MAX, &identity->kind_is);
    if (identity->has_kind != has_kind_is) {
        json_complain(doc, node, has_kind_is ? "kind" : "kind_is",
                      "missing, expected a whole number 0..65535 beside `%s`",
                      has_kind_is ? "kind_is" : "kind");
    }
    if (identity->has_serial) {
        reach_add(&reach, identity->serial, 2);
    }
    if (reach.high > UINT16_MAX + 1U || reach.high - reach.low > profile->read_max) {
        json_complain(doc, top, "identity", "spans %u registers, expected one read of at most %u",
                      reach.high - reach.low, profile->read_max);
    } else if (reach.high > reach.low) {
        identity->address = (uint16_t)reach.low;
        identity->count = (uint16_t)(reach.high - reach.low);
    } else {
        json_expect(doc, top, "identity", "an object with kind, firmware or serial");
    }
}

static void read_function(struct json_doc *doc, const struct json *node, bool takes_bits,
                          uint8_t *function) {
    uint16_t value = 0;
    const char *expected = takes_bits ? "1, 2, 3 or 4" : "3 or 4";
    if (json_get(node, "function") == NULL) {
        json_complain(doc, node, "function", "missing, expected %s", expected);
    } else if (json_read_u16(doc, node, "function", takes_bits ? READ_COILS : READ_HOLDING,
                             READ_INPUT, &value)) {
        *function = (uint8_t)value;
    }
}

/* False when it is not there. */
static bool read_register(struct json_doc *doc, const struct json *node, const char *key,
                          struct reach *reach, uint16_t *address) {
    if (!json_read_u16(doc, node, key, 0, UINT16_MAX, address)) {
        return false;
    }
    reach_add(reach, *address, 1);
    return true;
}

static void require_register(struct json_doc *doc, const struct json *node, const char *key,
                             struct reach *reach, uint16_t *address) {
    if (json_get(node, key) == NULL) {
        json_complain(doc, node, key, "missing, expected a whole number 0..65535");
    } else {
        (void)read_register(doc, node, key, reach, address);
    }
}

static void read_counter(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                         struct reach *reach) {
    uint32_t modulo = UINT16_MAX + 1U;
    require_register(doc, node, "events", reach, &read->events);
    require_register(doc, node, "ring", reach, &read->ring);
    read->entries = 1;
    json_read_u16(doc, node, "entries", 1, RING_MOST, &read->entries);
    json_read_bool(doc, node, "argument", &read->has_argument);
    read->stride = read->has_argument ? 2 : 1;
    json_read_u32(doc, node, "modulo", 0, UINT32_MAX, &modulo);
    read->is_byte = modulo == UINT8_MAX + 1U;
    if (!read->is_byte && modulo != UINT16_MAX + 1U) {
        json_expect(doc, node, "modulo", "256 or 65536");
    }
    reach_add(reach, read->ring, (unsigned)read->entries * read->stride);
    bool is_inside =
        read->events >= read->ring && read->events < read->ring + read->entries * read->stride;
    if (is_inside && json_get(node, "events") != NULL && json_get(node, "ring") != NULL) {
        json_complain(doc, node, "events", "found %u, which is one of the ring's registers",
                      read->events);
    }
}

static void read_clear(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                       struct reach *reach) {
    uint16_t function = WRITE_REGISTER;
    require_register(doc, node, "code", reach, &read->code);
    read->has_argument = read_register(doc, node, "argument", reach, &read->argument);
    if (read->has_argument && read->argument == read->code) {
        json_complain(doc, node, "argument", "found %u, which is the code's register",
                      read->argument);
    }
    json_read_u16(doc, node, "clear", WRITE_REGISTER, WRITE_HOLDING, &function);
    if (function != WRITE_REGISTER && function != WRITE_HOLDING) {
        json_expect(doc, node, "clear", "6 or 16, the function that writes it to 0");
    }
    read->clear_function = (uint8_t)function;
    json_read_u16(doc, node, "repeat_ms", 0, REPEAT_MOST_MS, &read->repeat_ms);
}

static void read_level(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                       struct reach *reach) {
    read->bounce_ms = 30;
    read->long_ms = 1000;
    read_block(doc, node, reach);
    json_read_u16(doc, node, "bounce_ms", 0, BOUNCE_MOST_MS, &read->bounce_ms);
    json_read_u16(doc, node, "long_ms", 1, LONG_MOST_MS, &read->long_ms);
    if (read->long_ms <= read->bounce_ms) {
        json_complain(doc, node, "long_ms", "found %u, expected more than bounce_ms, %u",
                      read->long_ms, read->bounce_ms);
    }
}

static void read_none(struct json_doc *doc, const struct json *node, struct vendor_read *read,
                      struct reach *reach) {
    (void)read;
    read_block(doc, node, reach);
}

static void read_block(struct json_doc *doc, const struct json *node, struct reach *reach) {
    uint16_t address = 0;
    uint16_t count = 1;
    require_register(doc, node, "address", reach, &address);
    json_read_u16(doc, node, "count", 1, FRAME_READ_MAX, &count);
    reach_add(reach, address, count);
}

/* All of it comes in one answer, so that it fits together. */
static void reach_take(struct json_doc *doc, const struct json *node, struct reach reach,
                       struct profile *profile) {
    struct vendor_read *read = &profile->vendor.read;
    if (reach.high <= reach.low) {
        return; /* said already */
    }
    unsigned count = reach.high - reach.low;
    if (count > profile->read_max || reach.high > UINT16_MAX + 1U) {
        json_complain(doc, node, NULL, "spans %u registers, expected all in one read of at most %u",
                      count, profile->read_max);
        return;
    }
    if (read->has_boots && frame_is_bits(read->function)) {
        json_complain(doc, node, "boots", "is a register, expected bits as in all the rest");
    }
    read->address = (uint16_t)reach.low;
    read->count = read->room = (uint16_t)count;
    uint32_t most = UINT16_MAX + 1U - reach.low;
    most = most < profile->read_max ? most : profile->read_max;
    json_read_u16(doc, node, "room", (uint16_t)count, (uint16_t)most, &read->room);
}

static void reach_add(struct reach *reach, unsigned address, unsigned count) {
    reach->low = address < reach->low ? address : reach->low;
    reach->high = address + count > reach->high ? address + count : reach->high;
}
