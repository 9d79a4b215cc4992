/* The way to the back office and the pages: who listens where, with which secrets' files. */
#include "controller/config_read.h"
#include "protocol/utf8.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum { MQTT_PORT = 1883, MQTT_TLS_PORT = 8883 };

static void read_mqtt(struct config_reader *reader, const struct json *mqtt);
static void read_mqtt_version(struct config_reader *reader, const struct json *mqtt);
static void read_http(struct config_reader *reader, const struct json *http);
static void read_address(struct config_reader *reader, const struct json *http, const char *key,
                         char *out, size_t size);
static bool is_public_url(const char *url);
static bool is_numeric(const char *address);
static void read_hosts(struct config_reader *reader, const struct json *http);
static void default_hosts(struct http_config *http);
static void read_secret(struct config_reader *reader, const struct json *object, const char *key,
                        char *path);
static bool read_tls(struct config_reader *reader, const struct json *object, bool is_server,
                     struct tls_files *files);

void config_read_uplink(struct config_reader *reader) {
    struct http_config *http = &reader->config->http;
    const struct json *mqtt = config_section(reader, reader->top, "mqtt", false);
    if (mqtt != NULL) {
        read_mqtt(reader, mqtt);
    }
    utf8_copy(http->listen, sizeof(http->listen), "127.0.0.1:8080");
    const struct json *node = config_section(reader, reader->top, "http", false);
    if (node != NULL) {
        read_http(reader, node);
    }
    if (http->host_count == 0) {
        default_hosts(http);
    }
}

static void read_mqtt(struct config_reader *reader, const struct json *mqtt) {
    static const char *const KEYS[] = { "host",     "port",          "version", "client_id",
                                        "username", "password_file", "tls",     NULL };
    struct mqtt_config *config = &reader->config->mqtt;
    struct json_doc *doc = reader->doc;
    json_only(doc, mqtt, KEYS);
    config->is_used = true;
    config->version = 5;
    (void)config_require(reader, mqtt, "host", "the broker's name or address");
    if (json_read_text(doc, mqtt, "host", config->host, sizeof(config->host)) &&
        (config->host[0] == '\0' || strcspn(config->host, " \t/") != strlen(config->host))) {
        config_expect(reader, mqtt, "host", "the broker's name or address, the port beside it");
    }
    config->tls = read_tls(reader, mqtt, false, &config->files);
    config->port = config->tls ? MQTT_TLS_PORT : MQTT_PORT;
    (void)json_read_u16(doc, mqtt, "port", 1, 65535, &config->port);
    read_mqtt_version(reader, mqtt);
    (void)snprintf(config->client_id, sizeof(config->client_id), "hallq-%s",
                   reader->config->hall_id);
    (void)json_read_text(doc, mqtt, "client_id", config->client_id, sizeof(config->client_id));
    if (config->client_id[0] == '\0') {
        config_expect(reader, mqtt, "client_id", "1 to 64 bytes");
    }
    (void)json_read_text(doc, mqtt, "username", config->username, sizeof(config->username));
    read_secret(reader, mqtt, "password_file", config->password_file);
    if (config->password_file[0] != '\0') {
        (void)config_require(reader, mqtt, "username", "the name that the password belongs to");
    }
}

/* The numbers are the protocol's levels: 5, and 4 for 3.1.1 (MQTT 3.1.1, 3.1.2.2). */
static void read_mqtt_version(struct config_reader *reader, const struct json *mqtt) {
    const struct json *version = json_get(mqtt, "version");
    const char *text = json_text(version);
    double number = json_number(version);
    int level = 0;
    if (version == NULL || (text != NULL && strcmp(text, "5") == 0) ||
        (number >= 5 && number <= 5)) {
        level = 5;
    } else if ((text != NULL && strcmp(text, "3.1.1") == 0) || (number >= 4 && number <= 4)) {
        level = 4;
    } else {
        config_expect(reader, mqtt, "version", "5 or \"3.1.1\"");
    }
    reader->config->mqtt.version = level;
}

static void read_http(struct config_reader *reader, const struct json *http) {
    static const char *const KEYS[] = { "listen", "public", "public_url", "hosts", "tls", NULL };
    struct http_config *config = &reader->config->http;
    json_only(reader->doc, http, KEYS);
    read_address(reader, http, "listen", config->listen, sizeof(config->listen));
    if (config->listen[0] == '\0') {
        config_expect(reader, http, "listen", "ADDRESS:PORT");
    }
    read_address(reader, http, "public", config->public_listen, sizeof(config->public_listen));
    if (strcmp(config->listen, config->public_listen) == 0) {
        config_expect(reader, http, "public", "another address than listen has");
    }
    if (json_read_text(reader->doc, http, "public_url", config->public_url,
                       sizeof(config->public_url)) &&
        config->public_url[0] != '\0' && !is_public_url(config->public_url)) {
        config_expect(reader, http, "public_url",
                      "a URL that begins with https:// or http://, of at most 88 characters");
    }
    read_hosts(reader, http);
    config->tls = read_tls(reader, http, true, &config->files);
}

/* It stands in the QR of each ticket. */
static bool is_public_url(const char *url) {
    bool has_scheme = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
    size_t length = strlen(url);
    for (size_t i = 0; i < length; i++) {
        has_scheme = has_scheme && url[i] > ' ' && url[i] <= '~';
    }
    return has_scheme && length <= PUBLIC_URL_MAX;
}

static void read_address(struct config_reader *reader, const struct json *http, const char *key,
                         char *out, size_t size) {
    if (json_read_text(reader->doc, http, key, out, size) && out[0] != '\0' &&
        !(config_is_address(out) && is_numeric(out))) {
        config_expect(reader, http, key, "ADDRESS:PORT like 127.0.0.1:8080 or [::1]:8080");
    }
}

/* A name would have to be resolved before the network is up, and might stand for several addresses. */
static bool is_numeric(const char *address) {
    char host[64];
    bool is_bracketed = address[0] == '[';
    size_t length = is_bracketed ? strcspn(address, "]") - 1 : strcspn(address, ":");
    struct in_addr ip4;
    if (length >= sizeof(host)) {
        return false;
    }
    memcpy(host, address + (is_bracketed ? 1 : 0), length);
    host[length] = '\0';
    if (!is_bracketed) {
        return inet_pton(AF_INET, host, &ip4) == 1;
    }
    /* Unlike inet_pton it takes fe80::1%eth0. */
    const struct addrinfo hints = { .ai_family = AF_INET6, .ai_flags = AI_NUMERICHOST };
    struct addrinfo *found = NULL;
    bool is_good = getaddrinfo(host, NULL, &hints, &found) == 0;
    if (is_good) {
        freeaddrinfo(found);
    }
    return is_good;
}

static void read_hosts(struct config_reader *reader, const struct json *http) {
    struct http_config *config = &reader->config->http;
    const struct json *list = config_list(reader, http, "hosts", false);
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        const char *host = json_text(node);
        if (host == NULL || host[0] == '\0' || strlen(host) >= sizeof(config->hosts[0]) ||
            strcspn(host, " /") != strlen(host)) {
            config_expect(reader, node, NULL, "a host's name without scheme");
        } else if (config->host_count == HOSTS_MAX) {
            json_complain(reader->doc, node, NULL, "found one more, expected at most %d hosts",
                          HOSTS_MAX);
        } else {
            utf8_copy(config->hosts[config->host_count++], sizeof(config->hosts[0]), host);
        }
    }
}

/* The listen address without its port, and localhost. */
static void default_hosts(struct http_config *http) {
    const char *colon = strrchr(http->listen, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - http->listen);
    if (length > 0) {
        memcpy(http->hosts[0], http->listen, length);
        http->hosts[0][length] = '\0';
        http->host_count = 1;
    }
    if (http->host_count == 0 || strcmp(http->hosts[0], "localhost") != 0) {
        utf8_copy(http->hosts[http->host_count++], sizeof(http->hosts[0]), "localhost");
    }
}

/* A file that hallqd opens at its start or at each connect; `path` has CONFIG_PATH_SIZE bytes. */
static void read_secret(struct config_reader *reader, const struct json *object, const char *key,
                        char *path) {
    if (!config_read_path(reader, object, key, path, CONFIG_PATH_SIZE) || path[0] == '\0' ||
        !reader->is_to_run) {
        return;
    }
    FILE *file = fopen(path, "rbe");
    int cause = file == NULL ? errno : 0;
    if (file != NULL && fgetc(file) == EOF) {
        cause = ferror(file) != 0 ? errno : ENODATA;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (cause != 0) {
        const char *why = strerrordesc_np(cause);
        json_complain(reader->doc, object, key, "found \"%.100s\", expected a file to read: %s",
                      path, why == NULL ? "an unknown error" : why);
    }
}

/* A server needs its certificate and key; a client the authority that it believes, and perhaps a pair of its own. */
static bool read_tls(struct config_reader *reader, const struct json *object, bool is_server,
                     struct tls_files *files) {
    static const char *const SERVER_KEYS[] = { "cert_file", "key_file", NULL };
    static const char *const CLIENT_KEYS[] = { "ca_file", "cert_file", "key_file", NULL };
    const struct json *tls = config_section(reader, object, "tls", false);
    if (tls == NULL) {
        return false;
    }
    struct json_doc *doc = reader->doc;
    json_only(doc, tls, is_server ? SERVER_KEYS : CLIENT_KEYS);
    read_secret(reader, tls, "ca_file", files->ca_file);
    read_secret(reader, tls, "cert_file", files->cert_file);
    read_secret(reader, tls, "key_file", files->key_file);
    bool has_cert = files->cert_file[0] != '\0';
    bool has_key = files->key_file[0] != '\0';
    if (!is_server && files->ca_file[0] == '\0') {
        json_complain(doc, tls, "ca_file", "missing, expected the authority's certificate file");
    }
    if ((is_server || has_key) && !has_cert) {
        json_complain(doc, tls, "cert_file", "missing, expected a certificate's file");
    }
    if ((is_server || has_cert) && !has_key) {
        json_complain(doc, tls, "key_file", "missing, expected the file of the certificate's key");
    }
    return true;
}
