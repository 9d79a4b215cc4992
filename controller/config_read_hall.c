/* The hall itself, its limits, its store, and the names that stand beside the rules. */
#include "controller/config_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "controller/config_text.h"
#include "protocol/utf8.h"

static void read_hall(struct config_reader *reader);
static void read_timezone(struct config_reader *reader, const struct json *hall);
static void read_limits(struct config_reader *reader);
static void read_store(struct config_reader *reader);
static void warn_of_folder(struct config_reader *reader, const struct json *store,
                           const char *folder);
static void read_service_names(struct config_reader *reader);
static void fill_label(struct label *label, const char *id);
static void read_service_codes(struct config_reader *reader, const struct json *service);
static void refuse_voice(struct config_reader *reader, const struct json *window);
static void read_window_labels(struct config_reader *reader);
static void read_staff_labels(struct config_reader *reader);
static void read_pause_reasons(struct config_reader *reader);

void config_read_hall(struct config_reader *reader) {
    struct config *config = reader->config;
    read_hall(reader);
    read_limits(reader);
    read_store(reader);
    utf8_copy(config->socket, sizeof(config->socket), CONFIG_SOCKET);
    (void)config_read_path(reader, reader->top, "socket", config->socket, CONFIG_SOCKET_SIZE);
    if (config->socket[0] == '\0') {
        config_expect(reader, reader->top, "socket", "a path");
    }
}

void config_read_names(struct config_reader *reader) {
    read_service_names(reader);
    read_window_labels(reader);
    read_staff_labels(reader);
    read_pause_reasons(reader);
}

static void read_hall(struct config_reader *reader) {
    static const char *const KEYS[] = { "id",         "name",   "timezone",  "locale",
                                        "day_change", "step_s", "area_code", NULL };
    struct config *config = reader->config;
    const struct json *hall = config_section(reader, reader->top, "hall", true);
    utf8_copy(config->timezone, sizeof(config->timezone), "Asia/Shanghai");
    utf8_copy(config->locale, sizeof(config->locale), "zh-CN");
    config->day_change_min = 4 * 60;
    config->step_s = 300;
    if (hall == NULL) {
        return;
    }
    json_only(reader->doc, hall, KEYS);
    (void)config_require(reader, hall, "id", "a name [a-z0-9-]{1,32}");
    (void)json_read_name(reader->doc, hall, "id", config->hall_id);
    (void)snprintf(config->hall_name, sizeof(config->hall_name), "%s", config->hall_id);
    (void)json_read_text(reader->doc, hall, "name", config->hall_name, sizeof(config->hall_name));
    (void)json_read_text(reader->doc, hall, "locale", config->locale, sizeof(config->locale));
    if (strcmp(config->locale, "zh-CN") != 0 && strcmp(config->locale, "en") != 0) {
        config_expect(reader, hall, "locale", "\"zh-CN\" or \"en\"");
    }
    (void)json_read_text(reader->doc, hall, "area_code", config->area_code,
                         sizeof(config->area_code));
    (void)config_read_clock(reader, hall, "day_change", &config->day_change_min);
    (void)json_read_u32(reader->doc, hall, "step_s", 1, 86400, &config->step_s);
    read_timezone(reader, hall);
}

static void read_timezone(struct config_reader *reader, const struct json *hall) {
    struct config *config = reader->config;
    char path[CONFIG_PATH_SIZE];
    char magic[4] = "";
    (void)json_read_text(reader->doc, hall, "timezone", config->timezone, sizeof(config->timezone));
    (void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", config->timezone);
    FILE *zone = strstr(config->timezone, "..") == NULL ? fopen(path, "rbe") : NULL;
    /* RFC 9636, 3.1: a zone file begins with these four. */
    bool is_zone = zone != NULL && fread(magic, 1, 4, zone) == 4 && memcmp(magic, "TZif", 4) == 0;
    if (zone != NULL) {
        (void)fclose(zone);
    }
    if (!is_zone) {
        json_complain(reader->doc, hall, "timezone",
                      "found \"%s\", expected a zone of /usr/share/zoneinfo like Asia/Shanghai",
                      config->timezone);
    }
}

static void read_limits(struct config_reader *reader) {
    static const char *const KEYS[] = { "tickets_per_day", "windows", "services",
                                        "staff",           "devices", NULL };
    struct hall_limits *limits = &reader->config->limits;
    const struct json *node = config_section(reader, reader->top, "limits", false);
    limits->tickets_per_day = 5000;
    limits->windows = 128;
    limits->services = 32;
    limits->staff = 512;
    limits->devices = 512;
    if (node == NULL) {
        return;
    }
    struct json_doc *doc = reader->doc;
    json_only(doc, node, KEYS);
    (void)json_read_u32(doc, node, "tickets_per_day", 1, TICKETS_MAX, &limits->tickets_per_day);
    (void)json_read_u16(doc, node, "windows", 1, WINDOWS_MAX, &limits->windows);
    (void)json_read_u16(doc, node, "services", 1, SERVICES_MAX - 1, &limits->services);
    (void)json_read_u16(doc, node, "staff", 1, STAFF_MAX, &limits->staff);
    (void)json_read_u16(doc, node, "devices", 1, DEVICES_MAX, &limits->devices);
}

static void read_store(struct config_reader *reader) {
    static const char *const KEYS[] = { "path", "keep_days", "key_file", NULL };
    struct config *config = reader->config;
    const struct json *store = config_section(reader, reader->top, "store", true);
    utf8_copy(config->store_path, sizeof(config->store_path), "/var/lib/hallq/hall.db");
    config->keep_days = 400;
    if (store != NULL) {
        json_only(reader->doc, store, KEYS);
        (void)config_read_path(reader, store, "path", config->store_path,
                               sizeof(config->store_path) - sizeof("store.key"));
        (void)json_read_u32(reader->doc, store, "keep_days", 2, 36500, &config->keep_days);
    }
    if (config->store_path[0] == '\0') {
        config_expect(reader, store, "path", "a file's path");
    }
    char folder[CONFIG_PATH_SIZE];
    config_folder(config->store_path, folder);
    warn_of_folder(reader, store, folder);
    /* The path was read into less than the field, so the name always fits. */
    (void)snprintf(config->key_file, sizeof(config->key_file), "%.*s%s",
                   (int)(sizeof(config->key_file) - sizeof("store.key")), folder, "store.key");
    (void)config_read_path(reader, store, "key_file", config->key_file, sizeof(config->key_file));
}

/* No mistake: it may be made until hallqd starts. The default's is made then, by systemd (StateDirectory). */
static void warn_of_folder(struct config_reader *reader, const struct json *store,
                           const char *folder) {
    if (!reader->is_to_run || access(folder[0] == '\0' ? "." : folder, W_OK | X_OK) == 0) {
        return;
    }
    int cause = errno;
    const char *why = strerrordesc_np(cause);
    if (cause != ENOENT || strcmp(folder, "/var/lib/hallq/") != 0) {
        json_warn(reader->doc, store, "path",
                  "found \"%.100s\", expected a folder that hallqd may write in: %s",
                  reader->config->store_path, why == NULL ? "unknown" : why);
    }
}

static void read_service_names(struct config_reader *reader) {
    const struct json *list = json_get(reader->top, "services");
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        const char *id = json_text(json_get(node, "id"));
        unsigned index = id == NULL ? 0 : rules_service(&reader->config->rules, id);
        struct label *label = &reader->config->services[index];
        if (json_is_object(node)) {
            config_read_label(reader, node, "name", label);
            read_service_codes(reader, node);
        }
        fill_label(label, id);
    }
    memset(&reader->config->services[0], 0, sizeof(reader->config->services[0]));
}

/* A language without a name borrows the other's, else the id. */
static void fill_label(struct label *label, const char *id) {
    if (label->zh[0] == '\0' && label->en[0] == '\0' && id != NULL) {
        (void)snprintf(label->zh, sizeof(label->zh), "%s", id);
    }
    if (label->zh[0] == '\0') {
        memcpy(label->zh, label->en, sizeof(label->zh));
    }
    if (label->en[0] == '\0') {
        memcpy(label->en, label->zh, sizeof(label->en));
    }
}

/* The codes of the matter in a province's list; the feeds take them from here. */
static void read_service_codes(struct config_reader *reader, const struct json *service) {
    static const char *const KEYS[] = { "task_code", "task_name", "dept_code" };
    for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
        char text[WHAT_SIZE];
        (void)json_read_text(reader->doc, service, KEYS[i], text, sizeof(text));
    }
}

/* The rules have it, but it is made from buses and zones: see config_check_voice. */
static void refuse_voice(struct config_reader *reader, const struct json *window) {
    if (json_get(window, "voice") != NULL) {
        json_complain(reader->doc, window, "voice",
                      "found an unknown key: the voice of its zone speaks for a window");
    }
}

static void read_window_labels(struct config_reader *reader) {
    const struct json *list = json_get(reader->top, "windows");
    unsigned i = 0;
    for (const struct json *node = json_first(list); node != NULL && i < WINDOWS_MAX;
         node = json_next(node), i++) {
        struct window_label *window = &reader->config->windows[i];
        (void)snprintf(window->label, sizeof(window->label), "%.0f",
                       json_number(json_get(node, "id")));
        if (json_is_object(node)) {
            (void)json_read_text(reader->doc, node, "label", window->label, sizeof(window->label));
            (void)json_read_text(reader->doc, node, "zone", window->zone, sizeof(window->zone));
            refuse_voice(reader, node);
        }
    }
}

static void read_staff_labels(struct config_reader *reader) {
    const struct json *list = json_get(reader->top, "staff");
    unsigned i = 0;
    for (const struct json *node = json_first(list); node != NULL && i < STAFF_MAX;
         node = json_next(node), i++) {
        struct staff_label *staff = &reader->config->staff[i];
        uint16_t stars = 0;
        if (json_is_object(node)) {
            (void)json_read_text(reader->doc, node, "name", staff->name, sizeof(staff->name));
            (void)json_read_u16(reader->doc, node, "stars", 0, 5, &stars);
        }
        staff->stars = (uint8_t)stars;
    }
}

static void read_pause_reasons(struct config_reader *reader) {
    struct label *labels = reader->config->pause_reasons;
    const struct json *list = json_get(reader->top, "pause_reasons");
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        unsigned value = config_parse_number(json_key(node), PAUSE_REASONS_MAX - 1);
        if (value != 0 && json_is_object(node)) {
            config_read_label(reader, list, json_key(node), &labels[value]);
        }
    }
}
