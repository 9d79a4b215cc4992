/* The small HTTP client of fixture.h. */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/web/fixture.h"

enum { TURN_MS = 5 };

char answer[CLIENT_SIZE + 1];

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct client *client_open(unsigned listener) {
    struct client *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(web_port(fx.web, listener)),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    made->fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(made->fd, 0);
    ck_assert_int_eq(connect(made->fd, (struct sockaddr *)&address, sizeof address), 0);
    return made;
}

void client_close(struct client *client) {
    close(client->fd);
    free(client);
}

/* In pieces, turning the loop when the server does not keep up. */
void client_send(struct client *client, const char *text) {
    size_t left = strlen(text);
    int64_t end = now_ms() + WAIT_MS;
    while (left > 0 && now_ms() < end) {
        ssize_t sent = send(client->fd, text, left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            return;
        }
        text += sent > 0 ? sent : 0;
        left -= sent > 0 ? (size_t)sent : 0;
        fixture_turn(0);
    }
}

/* One byte of the answer; between two chunks "\r\nSIZE\r\n" is left out. */
static void client_take(struct client *client, char byte) {
    if (client->is_chunked && client->chunk_left == 0) {
        size_t used = strlen(client->mark);
        ck_assert_uint_lt(used, sizeof client->mark - 1);
        client->mark[used] = byte;
        client->mark[used + 1] = '\0';
        if (byte == '\n' && used > 1) {
            client->chunk_left = strtoul(client->mark, NULL, 16);
            memset(client->mark, 0, sizeof client->mark);
        }
        return;
    }
    client->chunk_left -= client->is_chunked;
    ck_assert_uint_lt(client->length, CLIENT_SIZE);
    client->bytes[client->length++] = byte;
    client->bytes[client->length] = '\0';
    if (!client->is_chunked && byte == '\n' && client->length > 4 &&
        memcmp(client->bytes + client->length - 4, "\r\n\r\n", 4) == 0) {
        client->is_chunked = strstr(client->bytes, "Transfer-Encoding: chunked") != NULL;
    }
}

static void client_read(struct client *client) {
    char some[16384];
    ssize_t got;
    do {
        got = recv(client->fd, some, sizeof some, MSG_DONTWAIT);
        for (ssize_t i = 0; i < got; i++) {
            client_take(client, some[i]);
        }
        client->is_closed = client->is_closed || got == 0 || (got < 0 && errno != EAGAIN);
    } while (got > 0);
}

bool client_wait(struct client *client, const char *text, int wait_ms) {
    int64_t end = now_ms() + wait_ms;
    do {
        client_read(client);
        if (strstr(client->bytes, text) != NULL) {
            return true;
        }
        fixture_turn(TURN_MS);
    } while (!client->is_closed && now_ms() < end);
    client_read(client);
    return strstr(client->bytes, text) != NULL;
}

bool client_wait_closed(struct client *client, int wait_ms) {
    int64_t end = now_ms() + wait_ms;
    while (!client->is_closed && now_ms() < end) {
        fixture_turn(TURN_MS);
        client_read(client);
    }
    return client->is_closed;
}

void fixture_idle(int ms) {
    int64_t end = now_ms() + ms;
    for (int turn = 0; turn < ms / TURN_MS || now_ms() < end; turn++) {
        fixture_turn(TURN_MS);
    }
}

int ask(unsigned listener, const char *method, const char *path, const char *headers,
        const char *body) {
    struct client *client = client_open(listener);
    size_t size = strlen(headers) + strlen(path) + strlen(body) + 256;
    char *request = malloc(size);
    ck_assert_ptr_nonnull(request);
    bool has_host = strstr(headers, "Host: ") != NULL;
    snprintf(request, size,
             "%s %s HTTP/1.1\r\n%s%sConnection: close\r\nContent-Length: %zu\r\n\r\n%s", method,
             path, has_host ? "" : "Host: localhost\r\n", headers, strlen(body), body);
    client_send(client, request);
    client_wait_closed(client, WAIT_MS);
    memcpy(answer, client->bytes, client->length + 1);
    client_close(client);
    free(request);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

const char *answer_body(void) {
    const char *end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

const char *own_origin(void) {
    return "Origin: http://localhost\r\n";
}

const char *log_in(const char *user) {
    static char headers[8][256];
    static unsigned turn;
    char *out = headers[turn++ % 8];
    char body[128];
    snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"%s-secret\"}", user, user);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", own_origin(), body), 200);
    const char *cookie = strstr(answer, "hallq_session=");
    ck_assert_ptr_nonnull(cookie);
    snprintf(out, sizeof headers[0], "Cookie: %.*s\r\n%s", (int)strcspn(cookie, ";"), cookie,
             own_origin());
    return out;
}
