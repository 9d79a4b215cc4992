/* What a reload may change: all but what hallqd has built on since its start. */
#include "controller/config.h"

#include <string.h>

static bool hall_equal(const struct config *old, const struct config *new);
static bool limits_equal(const struct hall_limits *old, const struct hall_limits *new);
static bool tls_equal(const struct tls_files *old, const struct tls_files *new);
static bool mqtt_equal(const struct mqtt_config *old, const struct mqtt_config *new);
static bool http_equal(const struct http_config *old, const struct http_config *new);

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
