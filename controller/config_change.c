/* What a reload may change: all but what hallqd has built on since its start. */
#include "controller/config.h"

#include <string.h>

static bool hall_equal(const struct config *old, const struct config *new);
static bool limits_equal(const struct hall_limits *old, const struct hall_limits *new);
static bool tls_equal(const struct tls_files *old, const struct tls_files *new);
static bool mqtt_equal(const struct mqtt_config *old, const struct mqtt_config *new);
static bool http_equal(const struct http_config *old, const struct http_config *new);
static void keep_profile(struct config *old, struct config *new, unsigned place);
static void replace_profile(struct config *config, const struct profile *from,
                            const struct profile *to);
static bool bus_equal(const struct bus_place *old, const struct bus_place *new);
static unsigned place_of_equal(const struct config *config, const struct bus_place *bus);

bool config_may_replace(const struct config *old, const struct config *new, char *what) {
    const char *part = NULL;
    if (!limits_equal(&old->limits, &new->limits)) {
        part = "limits";
    } else if (!hall_equal(old, new)) {
        part = "hall";
    } else if (strcmp(old->store_path, new->store_path) != 0 ||
               strcmp(old->key_file, new->key_file) != 0 || old->keep_days != new->keep_days) {
        part = "store";
    } else if (!http_equal(&old->http, &new->http)) {
        part = "http";
    } else if (!mqtt_equal(&old->mqtt, &new->mqtt)) {
        part = "mqtt";
    } else if (strcmp(old->socket, new->socket) != 0) {
        part = "socket";
    }
    if (part != NULL) {
        (void)snprintf(what, WHAT_SIZE, "%s needs a restart", part);
    }
    return part == NULL;
}

void config_keep_buses(struct config *old, struct config *new, unsigned kept[BUSES_MAX]) {
    for (unsigned i = 0; i < new->profile_count; i++) {
        keep_profile(old, new, i);
    }
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        kept[i] = i < new->bus_count ? place_of_equal(old, &new->buses[i]) : BUS_NOT_KEPT;
    }
}

static unsigned place_of_equal(const struct config *config, const struct bus_place *bus) {
    for (unsigned i = 0; i < config->bus_count; i++) {
        if (bus_equal(&config->buses[i], bus)) {
            return i;
        }
    }
    return BUS_NOT_KEPT;
}

/* The same profile goes on in the old one's place: buses that stay open go by it. */
static void keep_profile(struct config *old, struct config *new, unsigned place) {
    struct config_profile *fresh = &new->profiles[place];
    for (unsigned i = 0; i < old->profile_count; i++) {
        struct config_profile *kept = &old->profiles[i];
        if (strcmp(kept->name, fresh->name) == 0 && strcmp(kept->hash, fresh->hash) == 0) {
            struct profile *given_up = fresh->profile;
            fresh->profile = kept->profile;
            kept->profile = given_up;
            replace_profile(new, given_up, fresh->profile);
            return;
        }
    }
}

static void replace_profile(struct config *config, const struct profile *from,
                            const struct profile *to) {
    for (unsigned i = 0; i < config->bus_count; i++) {
        struct bus_config *bus = &config->buses[i].bus;
        for (unsigned k = 0; k < bus->device_count; k++) {
            bus->devices[k].profile =
                bus->devices[k].profile == from ? to : bus->devices[k].profile;
        }
    }
}

/* The hall's own names and times, all of `hall`. */
static bool hall_equal(const struct config *old, const struct config *new) {
    return strcmp(old->hall_id, new->hall_id) == 0 && strcmp(old->hall_name, new->hall_name) == 0 &&
           strcmp(old->timezone, new->timezone) == 0 && strcmp(old->locale, new->locale) == 0 &&
           strcmp(old->area_code, new->area_code) == 0 &&
           old->day_change_min == new->day_change_min && old->step_s == new->step_s;
}

static bool limits_equal(const struct hall_limits *old, const struct hall_limits *new) {
    return old->tickets_per_day == new->tickets_per_day && old->windows == new->windows &&
           old->services == new->services && old->staff == new->staff &&
           old->devices == new->devices;
}

static bool tls_equal(const struct tls_files *old, const struct tls_files *new) {
    return strcmp(old->ca_file, new->ca_file) == 0 && strcmp(old->cert_file, new->cert_file) == 0 &&
           strcmp(old->key_file, new->key_file) == 0;
}

static bool mqtt_equal(const struct mqtt_config *old, const struct mqtt_config *new) {
    return old->is_used == new->is_used &&strcmp(old->host, new->host) == 0 &&
           old->port == new->port &&
           old->version == new->version &&strcmp(old->client_id, new->client_id) == 0 &&
           strcmp(old->username, new->username) == 0 &&
           strcmp(old->password_file, new->password_file) == 0 &&
           old->tls == new->tls &&tls_equal(&old->files, &new->files);
}

static bool http_equal(const struct http_config *old, const struct http_config *new) {
    bool is_equal = strcmp(old->listen, new->listen) == 0 &&
                    strcmp(old->public_listen, new->public_listen) == 0 &&
                    strcmp(old->public_url, new->public_url) == 0 &&
                    old->tls == new->tls &&tls_equal(&old->files, &new->files) &&
                    old->host_count == new->host_count;
    for (unsigned i = 0; is_equal && i < new->host_count; i++) {
        is_equal = strcmp(old->hosts[i], new->hosts[i]) == 0;
    }
    return is_equal;
}

/* A config is read into zeros, gaps too; at worst a bus that is the same is opened anew. */
static bool is_same(const void *a, const void *b, size_t size) {
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c): see above */
    return memcmp(a, b, size) == 0;
}

/* Profiles that are the same are one object by now. */
static bool bus_equal(const struct bus_place *old, const struct bus_place *new) {
    const struct bus_config *a = &old->bus;
    const struct bus_config *b = &new->bus;
    bool is_equal = strcmp(a->id, b->id) == 0 && a->protocol == b->protocol &&
                    is_same(&a->line, &b->line, sizeof a->line) &&
                    a->device_count == b->device_count &&
                    is_same(old->devices, new->devices, sizeof old->devices);
    for (unsigned i = 0; i < b->device_count && is_equal; i++) {
        const struct device_config *device = &a->devices[i];
        const struct device_config *other = &b->devices[i];
        is_equal = strcmp(device->id, other->id) == 0 && device->role == other->role &&
                   device->address == other->address && device->profile == other->profile &&
                   device->width == other->width && device->height == other->height;
    }
    return is_equal;
}
