/* Checks between the sections. Walks the document again, so that each mistake stands at its own line. */
#include "controller/config_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/profile.h"

static void check_limits(struct config_reader *reader);
static void check_count(struct config_reader *reader, const char *key, unsigned limit,
                        const char *limit_key);
static void check_buses(struct config_reader *reader);
static void check_devices(struct config_reader *reader, const struct json *bus);
static void check_address(struct config_reader *reader, const struct json *bus,
                          const struct json *device);
static bool may_share(const struct json *bus, const struct json *one, const struct json *other);
static void check_device_id(struct config_reader *reader, const struct json *device);
static void check_device_links(struct config_reader *reader, const struct json *device);
static void check_printer(struct config_reader *reader, const struct json *printer,
                          const char *dispenser);
static void link_printers(struct config *config);
static void link_printer(struct config *config, const struct bus_place *bus, unsigned printer);
static void check_papers(struct config_reader *reader);
static void check_paper(struct config_reader *reader, const struct bus_place *bus, unsigned place);
static void check_keys(struct config_reader *reader, const struct device_config *dispenser,
                       const uint8_t *keys);
static void check_spare(struct config_reader *reader, const struct device_config *dispenser,
                        const char *printer);
static const struct json *find_device(const struct json *buses, const char *id);
static void check_alone(struct config_reader *reader, const struct json *bus, const char *key);
static const struct json *find_in(const struct json *devices, const char *id);
static void check_rules_size(struct config_reader *reader);

void config_check(struct config_reader *reader) {
    (void)config_require(reader, reader->top, "services", "an array of services");
    (void)config_require(reader, reader->top, "windows", "an array of windows");
    check_limits(reader);
    check_buses(reader);
    link_printers(reader->config);
    check_papers(reader);
    check_rules_size(reader);
}

static void check_limits(struct config_reader *reader) {
    const struct hall_limits *limits = &reader->config->limits;
    unsigned devices = 0;
    check_count(reader, "services", limits->services, "limits.services");
    check_count(reader, "windows", limits->windows, "limits.windows");
    check_count(reader, "staff", limits->staff, "limits.staff");
    for (unsigned i = 0; i < reader->config->bus_count; i++) {
        devices += reader->config->buses[i].bus.device_count;
    }
    devices += reader->config->voice.has_card;
    if (devices > limits->devices) {
        json_complain(reader->doc, reader->top, "buses",
                      "found %u devices, expected at most limits.devices, %u", devices,
                      (unsigned)limits->devices);
    }
}

static void check_count(struct config_reader *reader, const char *key, unsigned limit,
                        const char *limit_key) {
    const struct json *list = json_get(reader->top, key);
    if (json_is_array(list) && json_count(list) > limit) {
        json_complain(reader->doc, reader->top, key, "found %u, expected at most %s, %u",
                      json_count(list), limit_key, limit);
    }
}

static void check_buses(struct config_reader *reader) {
    const struct json *buses = json_get(reader->top, "buses");
    for (const struct json *bus = json_first(buses); bus != NULL; bus = json_next(bus)) {
        check_alone(reader, bus, "id");
        /* Two threads on one line would hear each other's answers. */
        check_alone(reader, bus, "port");
        check_devices(reader, bus);
    }
}

/* No bus before this one has the same text there. */
static void check_alone(struct config_reader *reader, const struct json *bus, const char *key) {
    const char *text = json_text(json_get(bus, key));
    for (const struct json *other = json_first(json_get(reader->top, "buses")); other != bus;
         other = json_next(other)) {
        const char *same = json_text(json_get(other, key));
        if (text != NULL && same != NULL && strcmp(text, same) == 0) {
            json_complain(reader->doc, bus, key, "found \"%.100s\" a second time", text);
        }
    }
}

static void check_devices(struct config_reader *reader, const struct json *bus) {
    const struct json *devices = json_get(bus, "devices");
    for (const struct json *device = json_first(devices); device != NULL;
         device = json_next(device)) {
        check_device_id(reader, device);
        check_address(reader, bus, device);
        check_device_links(reader, device);
    }
}

static void check_device_id(struct config_reader *reader, const struct json *device) {
    const char *id = json_text(json_get(device, "id"));
    if (id != NULL && find_device(json_get(reader->top, "buses"), id) != device) {
        json_complain(reader->doc, device, "id",
                      "found \"%.32s\" a second time, expected one device of a name in all buses",
                      id);
    }
}

static void check_address(struct config_reader *reader, const struct json *bus,
                          const struct json *device) {
    const struct json *address = json_get(device, "address");
    for (const struct json *other = json_first(json_get(bus, "devices"));
         json_is_number(address) && other != device; other = json_next(other)) {
        const struct json *same = json_get(other, "address");
        double distance = json_number(same) - json_number(address);
        bool is_same = json_is_number(same) && distance > -0.5 && distance < 0.5;
        if (is_same && !may_share(bus, device, other)) {
            const char *id = json_text(json_get(other, "id"));
            json_complain(reader->doc, device, "address",
                          "found %.0f, which %.32s has on this bus, expected a free one",
                          json_number(address), id == NULL ? "another device" : id);
            return;
        }
    }
}

/* A caller and the rater beside it: which of the two speaks is told by the function, not by the address. */
static bool may_share(const struct json *bus, const struct json *one, const struct json *other) {
    const char *protocol = json_text(json_get(bus, "protocol"));
    const char *role = json_text(json_get(one, "role"));
    const char *same = json_text(json_get(other, "role"));
    return protocol != NULL && strcmp(protocol, "ff68") == 0 && role != NULL && same != NULL &&
           strcmp(role, same) != 0;
}

static void check_device_links(struct config_reader *reader, const struct json *device) {
    const struct json *window = json_get(device, "window");
    double id = json_number(window);
    if (json_is_number(window) && id >= 1 && id <= WINDOW_ID_MAX &&
        rules_window(&reader->config->rules, (uint16_t)id) == NULL) {
        config_expect(reader, device, "window", "the id of a window in windows");
    }
    const char *dispenser = json_text(json_get(device, "dispenser"));
    const struct json *named =
        dispenser == NULL ? NULL : find_device(json_get(reader->top, "buses"), dispenser);
    const char *role = json_text(json_get(named, "role"));
    if (dispenser != NULL &&
        (named == NULL || role == NULL || role_of_word(role) != ROLE_DISPENSER)) {
        config_expect(reader, device, "dispenser", "the id of a dispenser");
    } else if (dispenser != NULL) {
        check_printer(reader, device, dispenser);
    }
}

/* Two would print every ticket twice. */
static void check_printer(struct config_reader *reader, const struct json *printer,
                          const char *dispenser) {
    struct device_cursor other = { NULL, NULL };
    while (config_next_device(reader, &other) && other.device != printer) {
        const char *named = json_text(json_get(other.device, "dispenser"));
        const char *id = json_text(json_get(other.device, "id"));
        if (named != NULL && strcmp(named, dispenser) == 0) {
            json_complain(reader->doc, printer, "dispenser",
                          "found \"%.32s\", for which %.32s prints, expected one that has no "
                          "printer yet",
                          dispenser, id == NULL ? "another" : id);
            return;
        }
    }
}

bool config_next_device(const struct config_reader *reader, struct device_cursor *cursor) {
    if (cursor->bus == NULL) {
        cursor->bus = json_first(json_get(reader->top, "buses"));
        cursor->device = json_first(json_get(cursor->bus, "devices"));
    } else {
        cursor->device = json_next(cursor->device);
    }
    while (cursor->device == NULL && cursor->bus != NULL) {
        cursor->bus = json_next(cursor->bus);
        cursor->device = json_first(json_get(cursor->bus, "devices"));
    }
    return cursor->device != NULL;
}

/* Each dispenser that has a printer is told so. */
static void link_printers(struct config *config) {
    for (unsigned i = 0; i < config->bus_count; i++) {
        for (unsigned k = 0; k < config->buses[i].bus.device_count; k++) {
            link_printer(config, &config->buses[i], k);
        }
    }
}

static void link_printer(struct config *config, const struct bus_place *bus, unsigned printer) {
    const char *dispenser = bus->devices[printer].dispenser;
    for (unsigned i = 0; dispenser[0] != '\0' && i < config->bus_count * BUS_DEVICES_MAX; i++) {
        struct bus_place *other = &config->buses[i / BUS_DEVICES_MAX];
        unsigned place = i % BUS_DEVICES_MAX;
        if (place < other->bus.device_count &&
            strcmp(other->bus.devices[place].id, dispenser) == 0) {
            memcpy(other->devices[place].printer, bus->bus.devices[printer].id, NAME_SIZE);
        }
    }
}

/* A dispenser needs one printer, its own or one beside it: a ticket is one once it is on paper. */
static void check_papers(struct config_reader *reader) {
    for (unsigned i = 0; i < reader->config->bus_count * BUS_DEVICES_MAX; i++) {
        const struct bus_place *bus = &reader->config->buses[i / BUS_DEVICES_MAX];
        if (i % BUS_DEVICES_MAX < bus->bus.device_count) {
            check_paper(reader, bus, i % BUS_DEVICES_MAX);
        }
    }
}

static void check_paper(struct config_reader *reader, const struct bus_place *bus, unsigned place) {
    const struct device_config *device = &bus->bus.devices[place];
    const char *printer = bus->devices[place].printer;
    if (device->role != ROLE_DISPENSER || device->profile == NULL) {
        return;
    }
    check_keys(reader, device, bus->devices[place].keys);
    bool can_print = profile_can_print(device->profile);
    if (can_print && printer[0] != '\0') {
        check_spare(reader, device, printer);
    } else if (!can_print && printer[0] == '\0') {
        json_complain(reader->doc, find_device(json_get(reader->top, "buses"), device->id),
                      "profile",
                      "found %.32s, which has no printer, expected a device "
                      "{ \"role\": \"printer\", \"dispenser\": \"%.32s\" } beside it",
                      profile_name(device->profile), device->id);
    }
}

/* A service at a key that the device does not have would get no tickets, and nobody would know why. */
static void check_keys(struct config_reader *reader, const struct device_config *dispenser,
                       const uint8_t *keys) {
    const struct json *device = find_device(json_get(reader->top, "buses"), dispenser->id);
    for (unsigned key = 1; key <= DISPENSER_KEYS; key++) {
        char word[8];
        (void)snprintf(word, sizeof(word), "%u", key);
        if (keys[key] != 0 && !profile_has_ticket_key(dispenser->profile, key)) {
            json_warn(reader->doc, json_get(device, "keys"), word,
                      "not used: no key of the profile %.32s sends ticket %u",
                      profile_name(dispenser->profile), key);
        }
    }
}

/* Two printers, and only the one beside it is used: wanted where its own is broken or was never built in. */
static void check_spare(struct config_reader *reader, const struct device_config *dispenser,
                        const char *printer) {
    json_warn(
        reader->doc, find_device(json_get(reader->top, "buses"), printer), "dispenser",
        "found \"%.32s\", whose profile %.32s has a printer: it prints nothing itself any more, "
        "and is offline while %.32s is away or has no paper",
        dispenser->id, profile_name(dispenser->profile), printer);
}

/* The first device of this name. */
static const struct json *find_device(const struct json *buses, const char *id) {
    const struct json *found = NULL;
    for (const struct json *bus = json_first(buses); bus != NULL && found == NULL;
         bus = json_next(bus)) {
        found = find_in(json_get(bus, "devices"), id);
    }
    return found;
}

static const struct json *find_in(const struct json *devices, const char *id) {
    for (const struct json *device = json_first(devices); device != NULL;
         device = json_next(device)) {
        const char *name = json_text(json_get(device, "id"));
        if (name != NULL && strcmp(name, id) == 0) {
            return device;
        }
    }
    return NULL;
}

/* The rules travel in one event; what is around them there takes under 1 KiB. */
static void check_rules_size(struct config_reader *reader) {
    enum { RULES_JSON_MAX = EVENT_JSON_MAX - 1024 };
    char *bytes = json_mistake_count(reader->doc) == 0 ? malloc(RULES_JSON_MAX) : NULL;
    if (bytes != NULL && rules_write(&reader->config->rules, bytes, RULES_JSON_MAX) < 0) {
        json_complain(reader->doc, reader->top, NULL,
                      "found rules of over 127 KiB as JSON, expected fewer windows or staff");
    }
    free(bytes);
}
