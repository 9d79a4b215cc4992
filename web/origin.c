/* Host and Origin; see origin.h. */
#include "web/origin.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "web/listen.h"

enum { HOST_SIZE = 256, LISTEN_HOST_SIZE = 64 };

static bool host_without_port(const char *text, char *host);
static bool host_is_listened(const char *listen, const char *host);
static bool host_is_numeric(const char *host);
static size_t url_origin_length(const char *url);

bool origin_host_is_ours(const struct web_settings *settings, const char *host) {
    char name[HOST_SIZE], own[HOST_SIZE];
    if (host == NULL || !host_without_port(host, name)) {
        return false;
    }
    if (strcasecmp(name, "localhost") == 0 || host_is_listened(settings->listen, name) ||
        host_is_listened(settings->public_listen, name)) {
        return true;
    }
    for (unsigned i = 0; i < settings->host_count; i++) {
        if (host_without_port(settings->hosts[i], own) && strcasecmp(name, own) == 0) {
            return true;
        }
    }
    const char *after_scheme = strstr(settings->public_url, "://");
    if (after_scheme == NULL) {
        return false;
    }
    snprintf(own, sizeof own, "%.*s", (int)strcspn(after_scheme + 3, "/"), after_scheme + 3);
    return host_without_port(own, own) && strcasecmp(name, own) == 0;
}

bool origin_is_ours(const struct web_settings *settings, const char *origin, const char *host) {
    size_t length = url_origin_length(settings->public_url);
    if (length > 0 && strlen(origin) == length &&
        strncasecmp(origin, settings->public_url, length) == 0) {
        return true;
    }
    const char *scheme = settings->tls ? "https://" : "http://";
    size_t skip = strlen(scheme);
    return host != NULL && strncasecmp(origin, scheme, skip) == 0 &&
           strcasecmp(origin + skip, host) == 0;
}

/* "[::1]:8080" -> "::1", "hall.example:80" -> "hall.example". `host` may be `text`. */
static bool host_without_port(const char *text, char *host) {
    bool is_bracketed = text[0] == '[';
    const char *begin = text + is_bracketed;
    size_t length = strcspn(begin, is_bracketed ? "]" : ":");
    if (length == 0 || length >= HOST_SIZE) {
        return false;
    }
    memmove(host, begin, length);
    host[length] = '\0';
    return true;
}

static bool host_is_listened(const char *listen, const char *host) {
    char own[LISTEN_HOST_SIZE];
    uint16_t port;
    if (listen_parse(listen, own, &port) != HALL_OK) {
        return false;
    }
    bool is_every = strcmp(own, "0.0.0.0") == 0 || strcmp(own, "::") == 0;
    return is_every ? host_is_numeric(host) : strcasecmp(own, host) == 0;
}

static bool host_is_numeric(const char *host) {
    struct in6_addr address;
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

/* "https://hall.example/" has the origin "https://hall.example". */
static size_t url_origin_length(const char *url) {
    const char *after_scheme = strstr(url, "://");
    return after_scheme == NULL ? 0
                                : (size_t)(after_scheme + 3 - url) + strcspn(after_scheme + 3, "/");
}
