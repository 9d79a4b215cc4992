/* Sockets. */
#include "devices/sim/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/sim/line.h"

enum { HOST_SIZE = 128, WAITING = 4 };

static struct addrinfo *find_address(const char *target);

int sim_listen_open(const char *target, char *why) {
    struct addrinfo *address = find_address(target);
    if (address == NULL) {
        snprintf(why, SIM_WHY_SIZE, "tcp:%.60s: expected an address of this machine and a port",
                 target);
        return -1;
    }
    int type = address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address->ai_family, type, address->ai_protocol);
    int on = 1;
    /* A port whose last client has just gone is still ours. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, WAITING) < 0) {
        snprintf(why, SIM_WHY_SIZE, "tcp:%.60s: %s", target, strerrordesc_np(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(address);
    return fd;
}

int sim_listen_accept(int listen_fd) {
    int on = 1;
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static struct addrinfo *find_address(const char *target) {
    char host[HOST_SIZE];
    struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    const char *colon = strrchr(target, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - target);
    if (length >= 2 && target[0] == '[' && target[length - 1] == ']') {
        target++;
        length -= 2;
    }
    if (length == 0 || length >= sizeof(host))
        return NULL;
    snprintf(host, sizeof(host), "%.*s", (int)length, target);
    return getaddrinfo(host, colon + 1, &hints, &found) == 0 ? found : NULL;
}
