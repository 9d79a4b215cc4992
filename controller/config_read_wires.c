/* Buses, their lines and devices. */
#include "controller/config_read.h"

#include <stdio.h>
#include <string.h>

#include "devices/profile.h"
#include "protocol/rules_parts.h"
#include "protocol/utf8.h"

/* A protocol, how its port may look, and which roles speak it. */
struct protocol_row {
    const char *word;
    enum bus_protocol protocol;
    unsigned roles; /* set of 1 << enum role */
    bool needs_address;
    bool is_network_only;
};

enum { DEFAULT_BOARD_LINES = 4, ADDRESS_MAX = 247, PORT_MAX = 65535 };

/* How a bus's port may look. */
static const char PORTS[] = "a path like /dev/ttyUSB0, usb:SERIAL, usb:1-1.3 or tcp:HOST:PORT";

static const struct protocol_row PROTOCOLS[] = {
    { "modbus-rtu", PROTOCOL_MODBUS_RTU,
      1u << ROLE_DISPENSER | 1u << ROLE_TERMINAL | 1u << ROLE_KEYPAD | 1u << ROLE_BOARD |
          1u << ROLE_UNIT,
      true, false },
    { "modbus-tcp", PROTOCOL_MODBUS_TCP,
      1u << ROLE_DISPENSER | 1u << ROLE_TERMINAL | 1u << ROLE_KEYPAD | 1u << ROLE_BOARD |
          1u << ROLE_UNIT,
      true, true },
    { "ff68", PROTOCOL_FF68, 1u << ROLE_TERMINAL | 1u << ROLE_KEYPAD, true, false },
    { "onbon", PROTOCOL_ONBON, 1u << ROLE_BOARD, true, false },
    { "alpha", PROTOCOL_ALPHA, 1u << ROLE_BOARD, true, false },
    { "syn6288", PROTOCOL_SYN6288, 1u << ROLE_VOICE, false, false },
    { "xfs5152", PROTOCOL_XFS5152, 1u << ROLE_VOICE, false, false },
    { "escpos", PROTOCOL_ESCPOS, 1u << ROLE_PRINTER, false, false },
};

/* The rates that termios knows; an unknown one would silently become another (libmodbus takes 9,600). */
static const uint32_t BAUDS[] = { 1200,  1800,   2400,   4800,   9600,   19200,  38400,
                                  57600, 115200, 230400, 460800, 500000, 576000, 921600 };

static void read_profiles_dir(struct config_reader *reader);
static void read_bus(struct config_reader *reader, const struct json *node,
                     struct bus_place *place);
static const struct protocol_row *read_protocol(struct config_reader *reader,
                                                const struct json *node);
static void read_line(struct config_reader *reader, const struct json *node,
                      const struct protocol_row *row, struct line_settings *line);
static void expect_port(struct config_reader *reader, const struct json *node, const char *port);
static bool is_network(const char *port);
static bool is_port(const char *port);
static void read_baud(struct config_reader *reader, const struct json *node,
                      struct line_settings *line);
static void read_bits(struct config_reader *reader, const struct json *node,
                      struct line_settings *line);
static void check_format(struct config_reader *reader, const struct json *node,
                         const struct protocol_row *row, const struct line_settings *line);
static void read_devices(struct config_reader *reader, const struct json *node,
                         const struct protocol_row *row, struct bus_place *place);
static void read_device(struct config_reader *reader, const struct json *node,
                        const struct protocol_row *row, struct device_config *device);
static void check_reading(struct config_reader *reader, const struct json *node,
                          const struct protocol_row *row, const struct profile *profile);
static enum role read_role(struct config_reader *reader, const struct json *node,
                           const struct protocol_row *row);
static void list_roles(unsigned roles, char *out, size_t size);
static void read_place(struct config_reader *reader, const struct json *node, enum role role,
                       struct device_place *place);
static void read_keys(struct config_reader *reader, const struct json *node,
                      struct device_place *place);
void config_read_wires(struct config_reader *reader) {
    struct config *config = reader->config;
    const struct json *list = config_list(reader, reader->top, "buses", true);
    read_profiles_dir(reader);
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        if (config->bus_count == BUSES_MAX) {
            json_complain(reader->doc, node, NULL, "found one more bus, expected at most %d",
                          BUSES_MAX);
            break;
        }
        if (json_is_object(node)) {
            read_bus(reader, node, &config->buses[config->bus_count++]);
        } else {
            config_expect(reader, node, NULL, "a bus { ... }");
        }
    }
}

static void read_profiles_dir(struct config_reader *reader) {
    utf8_copy(reader->profiles_dir, sizeof(reader->profiles_dir), "/etc/hallq/profiles");
    (void)config_read_path(reader, reader->top, "profiles_dir", reader->profiles_dir,
                           sizeof(reader->profiles_dir));
}

static void read_bus(struct config_reader *reader, const struct json *node,
                     struct bus_place *place) {
    static const char *const KEYS[] = { "id",     "protocol",  "port",    "baud", "data_bits",
                                        "parity", "stop_bits", "devices", NULL };
    json_only(reader->doc, node, KEYS);
    (void)config_require(reader, node, "id", "a name [a-z0-9-]{1,32}");
    (void)json_read_name(reader->doc, node, "id", place->bus.id);
    const struct protocol_row *row = read_protocol(reader, node);
    place->bus.protocol = row == NULL ? PROTOCOL_NONE : row->protocol;
    read_line(reader, node, row, &place->bus.line);
    read_devices(reader, node, row, place);
}

static const struct protocol_row *read_protocol(struct config_reader *reader,
                                                const struct json *node) {
    static const char EXPECTED[] =
        "modbus-rtu, modbus-tcp, ff68, onbon, alpha, syn6288, xfs5152 or escpos";
    const char *word = json_text(json_get(node, "protocol"));
    if (!config_require(reader, node, "protocol", EXPECTED)) {
        return NULL;
    }
    for (size_t i = 0; word != NULL && i < sizeof(PROTOCOLS) / sizeof(PROTOCOLS[0]); i++) {
        if (strcmp(PROTOCOLS[i].word, word) == 0) {
            return &PROTOCOLS[i];
        }
    }
    config_expect(reader, node, "protocol", EXPECTED);
    return NULL;
}

static void read_line(struct config_reader *reader, const struct json *node,
                      const struct protocol_row *row, struct line_settings *line) {
    *line = (struct line_settings){ .baud = 9600, .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    if (config_require(reader, node, "port", PORTS) &&
        json_read_text(reader->doc, node, "port", line->port, sizeof(line->port))) {
        if (!is_port(line->port)) {
            expect_port(reader, node, line->port);
        } else if (row != NULL && row->is_network_only && !is_network(line->port)) {
            config_expect(reader, node, "port", "tcp:HOST:PORT for modbus-tcp");
        }
    }
    read_baud(reader, node, line);
    read_bits(reader, node, line);
    check_format(reader, node, row, line);
}

/* A number behind the host is a port that is too large, or 0. */
static void expect_port(struct config_reader *reader, const struct json *node, const char *port) {
    const char *colon = is_network(port) ? strrchr(port + 4, ':') : NULL;
    bool is_number = colon != NULL && colon > port + 4 && colon[1] != '\0' &&
                     strspn(colon + 1, "0123456789") == strlen(colon + 1);
    if (is_number && config_parse_number(colon + 1, PORT_MAX) == 0) {
        json_complain(reader->doc, node, "port", "found \"%.100s\", expected a port 1..%d", port,
                      PORT_MAX);
    } else {
        config_expect(reader, node, "port", PORTS);
    }
}

/* Of the frames' own rules: RTU's check sum takes all eight bits; alpha's signs are set to one of three. */
static void check_format(struct config_reader *reader, const struct json *node,
                         const struct protocol_row *row, const struct line_settings *line) {
    enum bus_protocol protocol = row == NULL ? PROTOCOL_NONE : row->protocol;
    bool is_alpha = (line->data_bits == 7 && line->parity == 'E') ||
                    (line->data_bits == 8 && line->parity == 'N' && line->stop_bits == 1);
    if (protocol == PROTOCOL_ALPHA && !is_alpha) {
        json_complain(reader->doc, node, "parity",
                      "makes the line %u%c%u, expected 7E1, 7E2 or 8N1", line->data_bits,
                      line->parity, line->stop_bits);
    } else if (protocol != PROTOCOL_NONE && protocol != PROTOCOL_ALPHA && line->data_bits != 8) {
        json_complain(reader->doc, node, "data_bits", "found %u, expected 8 for %s",
                      line->data_bits, row->word);
    }
}

static bool is_network(const char *port) {
    return strncmp(port, "tcp:", 4) == 0;
}

static bool is_port(const char *port) {
    if (is_network(port)) {
        return config_is_address(port + 4);
    }
    if (strncmp(port, "usb:", 4) == 0) {
        return port[4] != '\0' && strchr(port, '/') == NULL;
    }
    return port[0] == '/' && port[1] != '\0';
}

/* A serial line's rate has no default that would be right often enough; a network's is the far server's matter. */
static void read_baud(struct config_reader *reader, const struct json *node,
                      struct line_settings *line) {
    static const char EXPECTED[] = "1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, "
                                   "230400, 460800, 500000, 576000 or 921600";
    const struct json *baud = json_get(node, "baud");
    if (baud == NULL) {
        if (line->port[0] != '\0' && !is_network(line->port)) {
            (void)config_require(reader, node, "baud", EXPECTED);
        }
        return;
    }
    for (size_t i = 0; json_is_number(baud) && i < sizeof(BAUDS) / sizeof(BAUDS[0]); i++) {
        double given = json_number(baud);
        if (given >= BAUDS[i] && given <= BAUDS[i]) {
            line->baud = BAUDS[i];
            return;
        }
    }
    config_expect(reader, node, "baud", EXPECTED);
}

static void read_bits(struct config_reader *reader, const struct json *node,
                      struct line_settings *line) {
    uint16_t data_bits = line->data_bits;
    uint16_t stop_bits = line->stop_bits;
    (void)json_read_u16(reader->doc, node, "data_bits", 7, 8, &data_bits);
    (void)json_read_u16(reader->doc, node, "stop_bits", 1, 2, &stop_bits);
    line->data_bits = (uint8_t)data_bits;
    line->stop_bits = (uint8_t)stop_bits;
    const char *parity = json_text(json_get(node, "parity"));
    if (json_get(node, "parity") == NULL) {
        return;
    }
    if (parity != NULL && strcmp(parity, "none") == 0) {
        line->parity = 'N';
    } else if (parity != NULL && strcmp(parity, "even") == 0) {
        line->parity = 'E';
    } else if (parity != NULL && strcmp(parity, "odd") == 0) {
        line->parity = 'O';
    } else {
        config_expect(reader, node, "parity", "none, even or odd");
    }
}

static void read_devices(struct config_reader *reader, const struct json *node,
                         const struct protocol_row *row, struct bus_place *place) {
    const struct json *list = config_list(reader, node, "devices", true);
    unsigned count = 0;
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        if (count == BUS_DEVICES_MAX) {
            json_complain(reader->doc, one, NULL, "found one more device, expected at most %d",
                          BUS_DEVICES_MAX);
            break;
        }
        if (!json_is_object(one)) {
            config_expect(reader, one, NULL, "a device { ... }");
            continue;
        }
        read_device(reader, one, row, &place->bus.devices[count]);
        read_place(reader, one, place->bus.devices[count].role, &place->devices[count]);
        count++;
    }
    place->bus.device_count = count;
    if (row != NULL && !row->needs_address && count > 1) {
        json_complain(reader->doc, node, "devices",
                      "found %u devices, expected one: %s has no addresses on its line", count,
                      row->word);
    }
}

static void read_device(struct config_reader *reader, const struct json *node,
                        const struct protocol_row *row, struct device_config *device) {
    uint16_t address = 0;
    char profile[NAME_SIZE] = "";
    (void)config_require(reader, node, "id", "a name [a-z0-9-]{1,32}");
    (void)json_read_name(reader->doc, node, "id", device->id);
    device->role = read_role(reader, node, row);
    if (row != NULL && row->needs_address) {
        (void)config_require(reader, node, "address", "a whole number 1..247");
    } else if (row != NULL && json_get(node, "address") != NULL) {
        json_warn(reader->doc, node, "address", "not used: %s has no addresses on its line",
                  row->word);
    }
    (void)json_read_u16(reader->doc, node, "address", 1, ADDRESS_MAX, &address);
    device->address = (uint8_t)address;
    (void)json_read_u16(reader->doc, node, "width", 8, 4096, &device->width);
    (void)json_read_u16(reader->doc, node, "height", 8, 1024, &device->height);
    device->profile = profile_reference();
    if (json_read_name(reader->doc, node, "profile", profile)) {
        device->profile = config_profile(reader, node, profile);
    }
    check_reading(reader, node, row, device->profile);
    /* Printers and voices have their own protocols and no registers. */
    if (device->profile != NULL && device->role != ROLE_NONE && device->role < ROLE_PRINTER &&
        !profile_has_role(device->profile, device->role)) {
        unsigned roles = 0;
        for (unsigned i = ROLE_DISPENSER; i < ROLE_PRINTER; i++) {
            roles |= profile_has_role(device->profile, (enum role)i) ? 1u << i : 0;
        }
        char words[96];
        list_roles(roles, words, sizeof(words));
        json_complain(reader->doc, node, "role",
                      "found %s, which the profile %s does not have, expected %s",
                      role_word(device->role), profile_name(device->profile), words);
    }
}

/* Registers mean nothing to a device that speaks unasked, and its keys nothing to one that has registers. */
static void check_reading(struct config_reader *reader, const struct json *node,
                          const struct protocol_row *row, const struct profile *profile) {
    bool has_keys_of_own = row != NULL && row->protocol == PROTOCOL_FF68;
    if (row == NULL || profile == NULL || profile == profile_reference() ||
        profile_is_unasked(profile) == has_keys_of_own) {
        return;
    }
    json_complain(reader->doc, node, "profile", "found %s, expected one %s on a bus of %s",
                  profile_name(profile),
                  has_keys_of_own ? "with \"reading\": \"unasked\"" : "of registers", row->word);
}

static enum role read_role(struct config_reader *reader, const struct json *node,
                           const struct protocol_row *row) {
    static const char EXPECTED[] = "dispenser, terminal, keypad, board, unit, printer or voice";
    if (!config_require(reader, node, "role", EXPECTED)) {
        return ROLE_NONE;
    }
    const char *word = json_text(json_get(node, "role"));
    enum role role = word == NULL ? ROLE_NONE : role_of_word(word);
    if (role == ROLE_NONE) {
        config_expect(reader, node, "role", EXPECTED);
    } else if (row != NULL && (row->roles & 1u << role) == 0) {
        char roles[96];
        list_roles(row->roles, roles, sizeof(roles));
        json_complain(reader->doc, node, "role", "found %s, which %s does not have, expected %s",
                      word, row->word, roles);
    }
    return role;
}

/* "terminal, keypad" */
static void list_roles(unsigned roles, char *out, size_t size) {
    size_t used = 0;
    for (unsigned i = ROLE_DISPENSER; i <= ROLE_VOICE; i++) {
        if ((roles & 1u << i) != 0) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ",
                                     role_word((enum role)i));
        }
    }
}

/* Which keys a device may have hangs on its role, so that a misplaced one is found. */
static void read_place(struct config_reader *reader, const struct json *node, enum role role,
                       struct device_place *place) {
    static const char *const KEYS[][12] = {
        [ROLE_NONE] = { "id", "profile", "role", "address", "window", "zone", "keys", "lines",
                        "width", "height", "dispenser", NULL },
        [ROLE_DISPENSER] = { "id", "profile", "role", "address", "zone", "keys", NULL },
        [ROLE_TERMINAL] = { "id", "profile", "role", "address", "window", "zone", NULL },
        [ROLE_KEYPAD] = { "id", "profile", "role", "address", "window", "zone", NULL },
        [ROLE_BOARD] = { "id", "profile", "role", "address", "window", "zone", "lines", "width",
                         "height", NULL },
        [ROLE_UNIT] = { "id", "profile", "role", "address", "window", "zone", NULL },
        [ROLE_PRINTER] = { "id", "profile", "role", "address", "zone", "dispenser", NULL },
        [ROLE_VOICE] = { "id", "profile", "role", "address", "zone", NULL },
    };
    struct json_doc *doc = reader->doc;
    json_only(doc, node, KEYS[role]);
    if (role == ROLE_TERMINAL || role == ROLE_KEYPAD || role == ROLE_UNIT) {
        (void)config_require(reader, node, "window", "the id of a window");
    }
    (void)json_read_u16(doc, node, "window", 1, WINDOW_ID_MAX, &place->window);
    (void)json_read_text(doc, node, "zone", place->zone, sizeof(place->zone));
    uint16_t lines = DEFAULT_BOARD_LINES;
    (void)json_read_u16(doc, node, "lines", 1, 16, &lines);
    place->lines = (uint8_t)lines;
    if (role == ROLE_PRINTER) {
        (void)config_require(reader, node, "dispenser", "the id of the dispenser it prints for");
        (void)json_read_name(doc, node, "dispenser", place->dispenser);
    }
    if (role == ROLE_DISPENSER) {
        read_keys(reader, node, place);
    }
}

static void read_keys(struct config_reader *reader, const struct json *node,
                      struct device_place *place) {
    const struct json *keys = config_section(reader, node, "keys", true);
    for (const struct json *one = json_first(keys); one != NULL; one = json_next(one)) {
        unsigned key = config_parse_number(json_key(one), DISPENSER_KEYS);
        const char *id = json_text(one);
        unsigned service = id == NULL ? 0 : rules_service(&reader->config->rules, id);
        if (key == 0) {
            json_complain(reader->doc, one, NULL, "found the key \"%.24s\", expected 1..%d",
                          json_key(one), DISPENSER_KEYS);
        } else if (service != 0) {
            place->keys[key] = (uint8_t)service;
        } else if (!rules_is_named(reader->doc, "services", id)) {
            config_expect(reader, one, NULL, "the id of a service");
        }
    }
}
