#include "tests/devices/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { LOOK_MS = 5, ANSWER_MS = 60, BYTES_SIZE = 1024, UNIT_AT = 6 };

struct server {
    enum server_kind kind;
    unsigned pack_ms;
    int listening, line, client;
    pthread_t thread;
    atomic_bool is_stopping, is_dropping;
    atomic_uint delay_ms, exception, clients;
    uint8_t heard[BYTES_SIZE];
    size_t heard_length;
};

static void *server_run(void *context);
static void server_serve(struct server *server, const uint8_t *bytes, size_t length);
static void gateway_serve(struct server *server);
static void gateway_forward(struct server *server, const uint8_t *frame, size_t length);

struct server *server_open(struct rig *rig, enum server_kind kind, unsigned pack_ms) {
    struct server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    struct termios raw;
    server->kind = kind;
    server->pack_ms = pack_ms;
    server->client = -1;
    server->listening = socket(AF_INET, SOCK_STREAM, 0);
    int bound = bind(server->listening, (struct sockaddr *)&address, size);
    assert(bound == 0);
    listen(server->listening, 4);
    getsockname(server->listening, (struct sockaddr *)&address, &size);
    snprintf(rig->config.line.port, PORT_SIZE, "tcp:127.0.0.1:%u", ntohs(address.sin_port));
    server->line = open(slaves_path(rig->slaves), O_RDWR | O_NOCTTY);
    tcgetattr(server->line, &raw);
    cfmakeraw(&raw);
    tcsetattr(server->line, TCSANOW, &raw);
    pthread_create(&server->thread, NULL, server_run, server);
    return server;
}

void server_close(struct server *server) {
    server->is_stopping = true;
    pthread_join(server->thread, NULL);
    close(server->listening);
    close(server->line);
    free(server);
}

void server_delay(struct server *server, unsigned ms) {
    server->delay_ms = ms;
}

void server_refuse(struct server *server, unsigned exception) {
    server->exception = exception;
}

void server_drop(struct server *server) {
    server->is_dropping = true;
}

unsigned server_clients(struct server *server) {
    return server->clients;
}

static void server_hang_up(struct server *server) {
    if (server->client >= 0) {
        close(server->client);
    }
    server->client = -1;
    server->heard_length = 0;
}

static void server_accept(struct server *server) {
    int on = 1;
    server_hang_up(server);
    server->client = accept(server->listening, NULL, NULL);
    setsockopt(server->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    server->clients++;
    if (server->kind == SERVER_CLOSES) {
        server_hang_up(server);
    }
}

static void server_send(struct server *server, int to, const uint8_t *bytes, size_t length) {
    rig_sleep(server->pack_ms);
    /* A client may be gone by then. */
    ssize_t sent =
        to == server->client ? send(to, bytes, length, MSG_NOSIGNAL) : write(to, bytes, length);
    (void)sent;
}

static void *server_run(void *context) {
    struct server *server = context;
    while (!server->is_stopping) {
        uint8_t bytes[BYTES_SIZE];
        struct pollfd polls[3] = { { .fd = server->listening, .events = POLLIN },
                                   { .fd = server->client, .events = POLLIN },
                                   { .fd = server->line, .events = POLLIN } };
        poll(polls, server->kind == SERVER_BYTES ? 3 : 2, LOOK_MS);
        if (atomic_exchange(&server->is_dropping, false)) {
            server_hang_up(server);
            continue;
        }
        if (polls[0].revents != 0) {
            server_accept(server);
            continue;
        }
        if (polls[1].revents != 0) {
            ssize_t got = read(server->client, bytes, sizeof bytes);
            if (got > 0) {
                server_serve(server, bytes, (size_t)got);
            } else {
                server_hang_up(server);
            }
        }
        if (server->kind == SERVER_BYTES && polls[2].revents != 0) {
            ssize_t got = read(server->line, bytes, sizeof bytes);
            server_send(server, server->client, bytes, got > 0 ? (size_t)got : 0);
        }
    }
    server_hang_up(server);
    return NULL;
}

static void server_serve(struct server *server, const uint8_t *bytes, size_t length) {
    static const char text[] = "login: ";
    if (server->kind == SERVER_BYTES) {
        server_send(server, server->line, bytes, length);
    } else if (server->kind == SERVER_BABBLES) {
        server_send(server, server->client, (const uint8_t *)text, sizeof text - 1);
    } else if (length <= sizeof server->heard - server->heard_length) {
        memcpy(server->heard + server->heard_length, bytes, length);
        server->heard_length += length;
        gateway_serve(server);
    }
}

static void gateway_serve(struct server *server) {
    while (server->heard_length > UNIT_AT) {
        size_t whole = UNIT_AT + (size_t)(server->heard[4] << 8 | server->heard[5]);
        if (server->heard_length < whole) {
            return;
        }
        gateway_forward(server, server->heard, whole);
        server->heard_length -= whole;
        memmove(server->heard, server->heard + whole, server->heard_length);
    }
}

static size_t put_crc(uint8_t *frame, size_t length) {
    uint16_t crc = 0xFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= frame[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (uint16_t)((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
        }
    }
    frame[length] = (uint8_t)(crc & 0xFF);
    frame[length + 1] = (uint8_t)(crc >> 8);
    return length + 2;
}

/* The unit and what follows go to the line with a CRC; what comes back goes into the same transaction. */
static void gateway_forward(struct server *server, const uint8_t *frame, size_t length) {
    uint8_t serial[BYTES_SIZE];
    uint8_t answer[BYTES_SIZE];
    size_t size = length - UNIT_AT;
    memcpy(serial, frame + UNIT_AT, size);
    memcpy(answer, frame, UNIT_AT);
    ssize_t sent = write(server->line, serial, put_crc(serial, size));
    (void)sent;
    struct pollfd line = { .fd = server->line, .events = POLLIN };
    ssize_t got = 0;
    if (poll(&line, 1, ANSWER_MS) > 0) {
        got = read(server->line, answer + UNIT_AT, sizeof answer - UNIT_AT) - 2;
    } else if (server->exception != 0) {
        answer[UNIT_AT] = frame[UNIT_AT];
        answer[UNIT_AT + 1] = frame[UNIT_AT + 1] | 0x80;
        answer[UNIT_AT + 2] = (uint8_t)server->exception;
        got = 3;
    }
    rig_sleep(atomic_exchange(&server->delay_ms, 0));
    if (got > 0) {
        answer[4] = 0;
        answer[5] = (uint8_t)got;
        server_send(server, server->client, answer, UNIT_AT + (size_t)got);
    }
}
