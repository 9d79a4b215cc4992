/* Listening sockets; see listen.h. */
#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOST_SIZE = 64, BACKLOG = 128 };

static enum hall_error listen_bind(const struct addrinfo *address, int *fd);

enum hall_error listen_parse(const char *text, char *host, uint16_t *port) {
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon - text >= HOST_SIZE) {
        return HALL_INVALID;
    }
    char *end;
    errno = 0;
    unsigned long number = strtoul(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || errno != 0 || number > UINT16_MAX) {
        return HALL_INVALID;
    }
    const char *begin = text;
    size_t length = (size_t)(colon - text);
    if (text[0] == '[' && colon[-1] == ']' && length > 2) {
        begin++;
        length -= 2;
    } else if (memchr(text, ':', length) != NULL) {
        return HALL_INVALID; /* an IPv6 address without its brackets */
    }
    memcpy(host, begin, length);
    host[length] = '\0';
    *port = (uint16_t)number;
    return HALL_OK;
}

enum hall_error listen_open(const char *text, int *fd, char *fault) {
    char host[HOST_SIZE], service[8];
    uint16_t port;
    if (listen_parse(text, host, &port) != HALL_OK) {
        snprintf(fault, WHAT_SIZE, "\"%.40s\" is not an address with a port, as 127.0.0.1:8080",
                 text);
        return HALL_INVALID;
    }
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
    struct addrinfo *address;
    if (getaddrinfo(host, service, &hints, &address) != 0) {
        snprintf(fault, WHAT_SIZE, "\"%.60s\" is not a numeric address of this machine", host);
        return HALL_INVALID;
    }
    enum hall_error error = listen_bind(address, fd);
    int cause = errno;
    freeaddrinfo(address);
    if (error != HALL_OK) {
        char why[64];
        snprintf(fault, WHAT_SIZE, "can't listen on %.50s: %.60s", text,
                 error == HALL_BUSY ? "the address is taken by another program"
                                    : strerror_r(cause, why, sizeof why));
    }
    return error;
}

uint16_t listen_port(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char port[8];
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, NULL, 0, port, sizeof port,
                    NI_NUMERICSERV) != 0) {
        return 0;
    }
    return (uint16_t)strtoul(port, NULL, 10);
}

static enum hall_error listen_bind(const struct addrinfo *address, int *fd) {
    int made = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) {
        return HALL_IO;
    }
    const int yes = 1;
    (void)setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(made, address->ai_addr, address->ai_addrlen) != 0 || listen(made, BACKLOG) != 0) {
        int cause = errno;
        (void)close(made);
        errno = cause;
        return cause == EADDRINUSE ? HALL_BUSY : HALL_IO;
    }
    *fd = made;
    return HALL_OK;
}
