/*
 * hallq.jsonc, read and checked whole: every mistake with file, line, path, what was found and what would be right.
 * A config is a value owned by whoever loaded it; immutable afterwards.
 */
#ifndef CONTROLLER_CONFIG_H
#define CONTROLLER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "controller/hall/hall.h"
#include "devices/bus.h"
#include "devices/speaker.h"
#include "protocol/rules.h"
#include "protocol/snapshot.h"

enum {
    CONFIG_PATH_SIZE = 512,
    TICKET_LINES_MAX = 12,
    LINE_SIZE = 193,
    PROFILES_MAX = 32,
    VOLUMES_MAX = 24,
    HOSTS_MAX = 8,
    PUBLIC_URL_MAX = 88 /* a ticket's QR holds it, "/t/" and the token */
};

/* What the wires need besides devices/bus.h's own: who sits where. Place i = device i of the bus. */
struct device_place {
    uint16_t window;                  /* 0 none */
    uint8_t keys[DISPENSER_KEYS + 1]; /* dispenser: key k (1..32) -> service index, 0 dark */
    uint8_t lines;                    /* summary board: lines, default 4 */
    char zone[NAME_SIZE];
    char dispenser[NAME_SIZE]; /* printer: prints for it */
    char printer[NAME_SIZE];   /* dispenser: the printer that prints for it, "" it prints itself */
};

struct bus_place {
    struct bus_config bus;
    struct device_place devices[BUS_DEVICES_MAX];
};

struct tls_files {
    char ca_file[CONFIG_PATH_SIZE], cert_file[CONFIG_PATH_SIZE], key_file[CONFIG_PATH_SIZE];
};

/* From this time of day on, until the next one's. */
struct volume {
    uint16_t from_min; /* since local midnight */
    uint16_t loudness; /* 0..10 */
};

struct voice_config {
    char text[LINE_SIZE]; /* with {ticket} and perhaps {window} */
    uint16_t times;       /* 1..5 */
    unsigned volume_count;
    struct volume volumes[VOLUMES_MAX]; /* at least one, in order of time */
    bool has_card;                      /* a program or clips: the sound card speaks too */
    struct speaker_config card;
};

struct mqtt_config {
    bool is_used;
    char host[256];
    uint16_t port; /* 1883; with tls 8883 unless said */
    int version;   /* 5 (default) or 4 for "3.1.1" */
    char client_id[COMMAND_ID_SIZE], username[COMMAND_ID_SIZE], password_file[CONFIG_PATH_SIZE];
    bool tls;
    struct tls_files files;
};

struct http_config {
    char listen[64], public_listen[64]; /* "127.0.0.1:8080"; public "" = none */
    char public_url[256];
    unsigned host_count;
    char hosts[HOSTS_MAX][256];
    bool tls;
    struct tls_files files;
};

struct window_label {
    char label[NAME_SIZE], zone[NAME_SIZE];
};
struct staff_label {
    char name[STAFF_NAME_SIZE];
    uint8_t stars;
};

/* One profile read for this config, for all devices that name it. */
struct config_profile {
    char name[NAME_SIZE];
    char hash[HASH_SIZE]; /* of the file's bytes */
    struct profile *profile;
};

struct config {
    char file[CONFIG_PATH_SIZE];
    char
        *warnings; /* owned; one line each, file:line: warning: path: what; "" when there is none */
    char hall_id[NAME_SIZE], hall_name[WHAT_SIZE], timezone[64], locale[16], area_code[16];
    uint16_t day_change_min; /* minutes since midnight */
    uint32_t step_s;
    struct hall_limits limits;
    char store_path[CONFIG_PATH_SIZE], key_file[CONFIG_PATH_SIZE];
    uint32_t keep_days;
    struct rules rules;
    struct label services[SERVICES_MAX];      /* at the service's index */
    struct window_label windows[WINDOWS_MAX]; /* beside rules.windows */
    struct staff_label staff[STAFF_MAX];      /* beside rules.staff */
    struct label pause_reasons[PAUSE_REASONS_MAX];
    unsigned ticket_line_count;
    char ticket_lines[TICKET_LINES_MAX][LINE_SIZE];
    unsigned profile_count;
    struct config_profile profiles[PROFILES_MAX]; /* owned; hallq-1 is not among them */
    unsigned bus_count;
    struct bus_place buses[BUSES_MAX];
    struct {
        char call[LINE_SIZE], idle[LINE_SIZE];
        uint32_t flash_s;
    } boards;
    struct voice_config voice;
    bool speaks_english; /* the display says each call once in English too */
    struct mqtt_config mqtt;
    struct http_config http;
    char socket[CONFIG_PATH_SIZE];
};

/*
 * Loads `file` with its includes and profiles. On success *config is the caller's (config_free). On any mistake prints
 * them all to `mistakes` (one line each: file:line: path: what) and returns HALL_INVALID; HALL_IO when the file can't be
 * read (also printed). Warnings (a bus whose protocol is not built yet, a key that does nothing yet) do not fail; they
 * stand in the config.
 */
enum hall_error config_load(const char *file, struct config **config, FILE *mistakes);
/*
 * The same for whoever will run the hall by it: the certificates, keys and passwords that it names must be readable here
 * and now. (A tool that only looks something up may be somebody else's, who must not read them.)
 */
enum hall_error config_load_to_run(const char *file, struct config **config, FILE *mistakes);
void config_free(struct config *config);
/* What a reload would change that it must not ("http needs a restart"): false, with `what` (WHAT_SIZE). */
bool config_may_replace(const struct config *old, const struct config *new, char *what);
/*
 * Says for each bus of `new` which one of `old` is the same, down to the bytes of its profiles, or BUS_NOT_KEPT. The
 * profiles that these go by have moved into `new`, so that `old` can be freed and none of them need be opened anew.
 */
enum { BUS_NOT_KEPT = BUSES_MAX };
void config_keep_buses(struct config *old, struct config *new, unsigned kept[BUSES_MAX]);
/* The socket's path alone, also out of a config with other mistakes (out: CONFIG_PATH_SIZE). False: said in `mistakes`. */
bool config_find_socket(const char *file, char *out, FILE *mistakes);
/* Hash of the rules part, hex (HASH_SIZE). */
void config_rules_hash(const struct config *config, char *out);

#endif
