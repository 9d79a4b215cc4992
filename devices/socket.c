#include "devices/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/line.h"
#include "devices/lookup.h"

enum {
    HOST_SIZE = LOOKUP_HOST_SIZE,
    /*
     * A half-open connection is noticed by what the other side's kernel does not acknowledge, and an idle one by
     * keep-alives, whatever the devices behind it do.
     */
    UNACKNOWLEDGED_MS = 5000,
    IDLE_S = 5,
    IDLE_AGAIN_S = 2
};

static bool target_split(const char *target, char *host, const char **port);
static int socket_connect(const struct addrinfo *address, int stop_fd, int64_t deadline_us);
static int socket_await(int fd, int stop_fd, int64_t deadline_us);

struct addrinfo *socket_look_up(const char *target, int stop_fd, int64_t deadline_us, char *what,
                                size_t size) {
    char host[HOST_SIZE];
    const char *port;
    if (!target_split(target, host, &port)) {
        snprintf(what, size, "tcp:%.60s: expected tcp:HOST:PORT", target);
        return NULL;
    }
    return lookup_host(host, port, stop_fd, deadline_us, what, size);
}

int socket_open(const char *target, int stop_fd, int64_t deadline_us, char *what, size_t size) {
    struct addrinfo *found = socket_look_up(target, stop_fd, deadline_us, what, size);
    if (found == NULL) {
        return -1;
    }
    int fd = socket_connect_any(found, stop_fd, deadline_us);
    if (fd < 0) {
        snprintf(what, size, "tcp:%.60s: %s", target, line_error_text(errno));
    }
    freeaddrinfo(found);
    return fd;
}

int socket_connect_any(const struct addrinfo *found, int stop_fd, int64_t deadline_us) {
    int fd = -1;
    unsigned left = 0;
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next) {
        left++;
    }
    for (const struct addrinfo *one = found; one != NULL && fd < 0; one = one->ai_next, left--) {
        int64_t now_us = line_now_us();
        fd = socket_connect(one, stop_fd, now_us + (deadline_us - now_us) / left);
    }
    return fd;
}

static bool target_split(const char *target, char *host, const char **port) {
    const char *colon = strrchr(target, ':');
    if (colon == NULL || colon == target || colon - target >= HOST_SIZE) {
        return false;
    }
    size_t length = (size_t)(colon - target);
    *port = colon + 1;
    if (target[0] == '[' && target[length - 1] == ']') {
        target++;
        length -= 2;
    }
    snprintf(host, HOST_SIZE, "%.*s", (int)length, target);
    return true;
}

static int socket_connect(const struct addrinfo *address, int stop_fd, int64_t deadline_us) {
    int type = address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address->ai_family, type, address->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    int error = 0;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
        error = errno == EINPROGRESS ? socket_await(fd, stop_fd, deadline_us) : errno;
    }
    if (error != 0) {
        close(fd);
        errno = error;
        return -1;
    }
    /* A frame is one small write; waiting to fill a segment would add 40 ms to each. */
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    int idle_s = IDLE_S, again_s = IDLE_AGAIN_S;
    unsigned unacknowledged_ms = UNACKNOWLEDGED_MS;
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &again_s, sizeof again_s);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
    return fd;
}

/* 0 when the connection stands, else the error. */
static int socket_await(int fd, int stop_fd, int64_t deadline_us) {
    struct pollfd polls[2] = { { .fd = fd, .events = POLLOUT },
                               { .fd = stop_fd, .events = POLLIN } };
    int64_t left_ms = (deadline_us - line_now_us()) / 1000;
    if (left_ms <= 0 || poll(polls, 2, (int)left_ms) <= 0 || polls[0].revents == 0) {
        return ETIMEDOUT;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}
