/* What a request may be: limits, bad JSON, Host, Origin, the command's deadline, addresses that can't be listened on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"
#include "web/orders.h"
#include "web/origin.h"

static char *padded(const char *head, size_t size, const char *tail) {
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    snprintf(text, size + 1, "%-*s%s", (int)(size - strlen(tail)), head, tail);
    return text;
}

START_TEST(test_body_limit) {
    static const struct {
        size_t size;
        int status;
    } ROWS[] = { { 30, 200 }, { 65536, 200 }, { 65537, 413 }, { 900000, 413 }, { 3000000, 413 } };
    fixture_open();
    const char *gus = log_in("gus");
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char *body = padded("{\"service\":\"social\"", ROWS[i].size, "}");
        int status = ask(0, "POST", "/api/v1/commands/ticket.issue", gus, body);
        ck_assert_msg(status == ROWS[i].status, "%zu: %d", ROWS[i].size, status);
        free(body);
    }
    ck_assert_uint_eq(fx.submitted, 2);
    fixture_close();
}
END_TEST

START_TEST(test_chunked_body_without_end_is_cut) {
    fixture_open();
    struct client *client = client_open(0);
    client_send(client, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n");
    char *chunk = padded("8000\r\n", 6 + 0x8000 + 2, "\r\n");
    for (unsigned i = 0; i < 64 && !client->is_closed; i++) {
        client_send(client, chunk);
        (void)client_wait(client, "never", 1);
    }
    ck_assert(client_wait_closed(client, WAIT_MS));
    free(chunk);
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_header_limit) {
    static const struct {
        size_t size;
        int status;
    } ROWS[] = { { 100, 200 }, { 7500, 200 }, { 14000, 431 }, { 60000, 431 } };
    fixture_open();
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char *headers = padded("X-Long: a", ROWS[i].size, "b\r\n");
        memset(headers + 9, 'c', ROWS[i].size - 12);
        int status = ask(0, "GET", "/healthz", headers, "");
        ck_assert_msg(status == ROWS[i].status, "%zu: %d", ROWS[i].size, status);
        free(headers);
    }
    char *path = padded("/", 2000, "");
    memset(path, '/', 2000);
    ck_assert_int_eq(ask(0, "GET", path, "", ""), 404);
    free(path);
    fixture_close();
}
END_TEST

START_TEST(test_bad_json) {
    static const struct {
        const char *name, *body;
        int status;
        const char *says;
    } ROWS[] = {
        { "ticket.issue", "", 400, "malformed" },
        { "ticket.issue", "{", 400, "malformed" },
        { "ticket.issue", "[]", 400, "malformed" },
        { "ticket.issue", "{\"service\":3}", 400, "malformed" },
        { "ticket.issue", "{}", 400, "service" },
        { "ticket.issue", "{\"service\":\"social\",\"colour\":1}", 400, "colour" },
        { "ticket.issue", "{\"service\":\"social\",\"id\":\"a b\"}", 400, "id" },
        { "ticket.eat", "{}", 404, "unknown_command" },
        { "ticket.issue/x", "{}", 404, "unknown_command" },
    };
    fixture_open();
    const char *gus = log_in("gus");
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "/api/v1/commands/%s", ROWS[i].name);
        int status = ask(0, "POST", path, gus, ROWS[i].body);
        ck_assert_msg(status == ROWS[i].status, "%u: %d %s", i, status, answer_body());
        ck_assert_msg(strstr(answer_body(), ROWS[i].says) != NULL, "%u: %s", i, answer_body());
    }
    ck_assert_uint_eq(fx.submitted, 0);
    fixture_close();
}
END_TEST

START_TEST(test_garbage_and_silence) {
    static const char *const TEXTS[] = { "\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
                                         "GET / HTTP/9.9\r\n\r\n",
                                         "POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\n" };
    fixture_open();
    for (unsigned i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct client *client = client_open(0);
        client_send(client, TEXTS[i]);
        fixture_idle(20);
        client_close(client);
    }
    /* Half a request, then nothing: closed after its time, and the server goes on. */
    struct client *slow = client_open(0);
    client_send(slow, "GET /healthz HTTP/1.1\r\nHost: loc");
    fixture_idle(20);
    ck_assert(!slow->is_closed);
    fixture_pass(21000);
    ck_assert(client_wait_closed(slow, WAIT_MS));
    client_close(slow);
    struct client *half = client_open(0);
    client_send(half, "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
                      "Content-Length: 100\r\n\r\n{\"user\"");
    fixture_idle(20);
    fixture_pass(21000);
    ck_assert(client_wait_closed(half, WAIT_MS));
    client_close(half);
    ck_assert_int_eq(ask(0, "GET", "/healthz", "", ""), 200);
    ck_assert_uint_eq(http_connections(fx.web->listeners[0]), 0);
    fixture_close();
}
END_TEST

/* Whoever asks for much and reads nothing is cut after its minute. */
START_TEST(test_answer_that_nobody_takes) {
    fixture_open();
    char request[512];
    for (unsigned i = 0; i < 500; i++) {
        fixture_append("hall.notice_set", ",\"text\":\"0123456789012345678901234567890123456789\"");
    }
    struct client *client = client_open(0);
    const int small = 1024;
    (void)setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    snprintf(request, sizeof request, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
             log_in("mona"));
    for (unsigned i = 0; i < 6; i++) { /* more than the kernel takes for it */
        client_send(client, request);
    }
    fixture_idle(50);
    fixture_pass(59000);
    fixture_idle(20);
    ck_assert_uint_eq(http_connections(fx.web->listeners[0]), 1);
    fixture_pass(2000);
    fixture_idle(50);
    ck_assert_uint_eq(http_connections(fx.web->listeners[0]), 0);
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_host_is_checked) {
    static const struct {
        const char *host;
        int status;
    } ROWS[] = {
        { "Host: localhost\r\n", 200 },
        { "Host: LOCALHOST:99\r\n", 200 },
        { "Host: 127.0.0.1:8080\r\n", 200 },
        { "Host: box.example\r\n", 200 },
        { "Host: hall.example:443\r\n", 200 },
        { "Host: evil.example\r\n", 400 },
        { "Host: 192.0.2.1\r\n", 400 },
        { "Host: localhost.evil.example\r\n", 400 },
        { "Host: \r\n", 400 },
    };
    fixture_open();
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        int status = ask(0, "GET", "/api/v1/display", ROWS[i].host, "");
        ck_assert_msg(status == ROWS[i].status, "%s: %d", ROWS[i].host, status);
    }
    fixture_close();
    /* On every address any number may be ours, but no foreign name. */
    struct web_settings settings;
    fixture_settings(&settings);
    strcpy(settings.listen, "0.0.0.0:8080");
    ck_assert(origin_host_is_ours(&settings, "192.0.2.1:8080"));
    ck_assert(origin_host_is_ours(&settings, "[2001:db8::1]:8080"));
    ck_assert(!origin_host_is_ours(&settings, "evil.example"));
    ck_assert(!origin_host_is_ours(&settings, NULL));
}
END_TEST

START_TEST(test_origin_is_checked) {
    static const struct {
        const char *origin;
        int status;
    } ROWS[] = {
        { "Origin: http://localhost\r\n", 200 },
        { "Origin: https://hall.example\r\n", 200 },
        { "", 403 },
        { "Origin: null\r\n", 403 },
        { "Origin: https://localhost\r\n", 403 },
        { "Origin: http://localhost:81\r\n", 403 },
        { "Origin: https://hall.example.evil\r\n", 403 },
        { "Origin: http://hall.example\r\n", 403 },
        { "Origin: http://evil.example\r\n", 403 },
    };
    fixture_open();
    char cookie[256], headers[512];
    snprintf(cookie, sizeof cookie, "%s", log_in("mona"));
    *(strstr(cookie, "\r\n") + 2) = '\0';
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        snprintf(headers, sizeof headers, "%s%s", cookie, ROWS[i].origin);
        int status =
            ask(0, "POST", "/api/v1/commands/service.stop", headers, "{\"service\":\"social\"}");
        ck_assert_msg(status == ROWS[i].status, "%s: %d", ROWS[i].origin, status);
    }
    ck_assert_uint_eq(fx.submitted, 2);
    /* Reading without Origin is how a browser reads; a foreign page may not even read, nor log anybody in. */
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", cookie, ""), 200);
    snprintf(headers, sizeof headers, "%sOrigin: http://evil.example\r\n", cookie);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", headers, ""), 403);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", "Origin: http://evil.example\r\n",
                         "{\"user\":\"mona\",\"password\":\"mona-secret\"}"),
                     403);
    /* A token comes from no browser. */
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/service.stop",
                         "Authorization: Bearer good-token\r\nOrigin: http://evil.example\r\n",
                         "{\"service\":\"social\"}"),
                     200);
    fixture_close();
}
END_TEST

START_TEST(test_command_is_answered_after_the_commit) {
    fixture_open();
    fx.keeps_commands = true;
    const char *gus = log_in("gus");
    struct client *client = client_open(0);
    char text[512];
    snprintf(text, sizeof text,
             "POST /api/v1/commands/ticket.issue HTTP/1.1\r\nHost: localhost\r\n%s"
             "Content-Length: 34\r\n\r\n{\"service\":\"social\",\"id\":\"page-1\"}",
             gus);
    client_send(client, text);
    ck_assert(!client_wait(client, "HTTP/1.1", 50));
    struct answer done = { .id = "page-1", .first_seq = 42, .event_count = 2 };
    web_answer(fx.web, fx.ticket, &done);
    ck_assert_int_eq(web_timeout_ms(fx.web), 0); /* in a quiet hall nothing else wakes the loop */
    ck_assert(client_wait(client, "\"events\":[42,43]", WAIT_MS));
    ck_assert_ptr_nonnull(strstr(client->bytes, "HTTP/1.1 200"));
    web_answer(fx.web, fx.ticket, &done); /* a second answer finds nobody */
    /* The same connection again; this time the hall refuses. */
    client->length = 0;
    client_send(client, text);
    fixture_idle(20);
    struct answer refused = { .id = "page-1", .reason = REASON_HALL_CLOSED };
    web_answer(fx.web, fx.ticket, &refused);
    ck_assert(client_wait(client, "\"reason\":\"hall_closed\"", WAIT_MS));
    ck_assert_ptr_nonnull(strstr(client->bytes, "HTTP/1.1 200"));
    ck_assert_ptr_nonnull(strstr(client->bytes, "\"ok\":false"));
    /* And once it says nothing. */
    client->length = 0;
    client_send(client, text);
    fixture_idle(20);
    fixture_pass(ORDER_DEADLINE_MS);
    ck_assert(client_wait(client, "HTTP/1.1 503", WAIT_MS));
    web_answer(fx.web, fx.ticket, &done);
    client_close(client);
    fixture_idle(20);
    fixture_close();
}
END_TEST

START_TEST(test_commands_in_flight_are_bounded) {
    fixture_open();
    fx.keeps_commands = true;
    const char *gus = log_in("gus");
    struct client *clients[ORDERS_MAX + 1];
    char text[512];
    snprintf(text, sizeof text,
             "POST /api/v1/commands/ticket.issue HTTP/1.1\r\nHost: localhost\r\n%s"
             "Content-Length: 20\r\n\r\n{\"service\":\"social\"}",
             gus);
    for (unsigned i = 0; i <= ORDERS_MAX; i++) {
        clients[i] = client_open(0);
        client_send(clients[i], text);
        fixture_turn(0);
    }
    ck_assert(client_wait(clients[ORDERS_MAX], "HTTP/1.1 429", WAIT_MS));
    ck_assert_uint_eq(fx.submitted, ORDERS_MAX);
    for (unsigned i = 0; i <= ORDERS_MAX; i++) {
        client_close(clients[i]);
    }
    /* Their callers are gone, the server closes with all of them still open. */
    fixture_close();
}
END_TEST

START_TEST(test_faults_of_opening) {
    static const struct {
        const char *listen;
        enum hall_error error;
        const char *says;
    } ROWS[] = {
        { "8080", HALL_INVALID, "not an address with a port" },
        { "127.0.0.1:99999", HALL_INVALID, "not an address with a port" },
        { "127.0.0.1:", HALL_INVALID, "not an address with a port" },
        { "::1:80", HALL_INVALID, "not an address with a port" },
        { "hall.example:80", HALL_INVALID, "not a numeric address" },
        { "192.0.2.1:8080", HALL_IO, "can't listen on 192.0.2.1:8080" },
    };
    struct web_settings settings;
    struct web *web;
    char fault[WHAT_SIZE];
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        fixture_settings(&settings);
        snprintf(settings.listen, sizeof settings.listen, "%s", ROWS[i].listen);
        ck_assert_int_eq(web_open(&settings, fixture_owner(), &web, fault), ROWS[i].error);
        ck_assert_msg(strstr(fault, ROWS[i].says) != NULL, "%s: %s", ROWS[i].listen, fault);
    }
    fixture_open();
    fixture_settings(&settings);
    snprintf(settings.public_listen, sizeof settings.public_listen, "127.0.0.1:%u",
             web_port(fx.web, 0));
    ck_assert_int_eq(web_open(&settings, fixture_owner(), &web, fault), HALL_BUSY);
    ck_assert_msg(strstr(fault, "taken by another program") != NULL, "%s", fault);
    fixture_close();
}
END_TEST

TCase *requests_case(void) {
    TCase *tests = tcase_create("requests");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_body_limit);
    tcase_add_test(tests, test_chunked_body_without_end_is_cut);
    tcase_add_test(tests, test_header_limit);
    tcase_add_test(tests, test_bad_json);
    tcase_add_test(tests, test_garbage_and_silence);
    tcase_add_test(tests, test_answer_that_nobody_takes);
    tcase_add_test(tests, test_host_is_checked);
    tcase_add_test(tests, test_origin_is_checked);
    tcase_add_test(tests, test_command_is_answered_after_the_commit);
    tcase_add_test(tests, test_commands_in_flight_are_bounded);
    tcase_add_test(tests, test_faults_of_opening);
    return tests;
}
