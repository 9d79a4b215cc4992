/* As many streams as there is room for, what they cost, and what the next one hears. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"

/* What the program holds of the heap, the test's own clients aside. 0 under a sanitizer, which has a heap of its own. */
static size_t heap_bytes(unsigned clients) {
    struct mallinfo2 info = mallinfo2();
    size_t all = info.uordblks + info.hblkhd;
    return all == 0 ? 0 : all - clients * sizeof(struct client);
}

static struct client *stream(const char *path, const char *headers) {
    char request[512];
    struct client *client = client_open(0);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path,
             headers);
    client_send(client, request);
    return client;
}

START_TEST(test_two_hundred_streams) {
    fixture_open();
    struct client *clients[STREAMS_MAX];
    char cookie[256];
    snprintf(cookie, sizeof cookie, "%s", log_in("mona"));
    size_t before = heap_bytes(0);
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        clients[i] = stream("/api/v1/stream", cookie);
        ck_assert_msg(client_wait(clients[i], "event: snapshot", WAIT_MS), "stream %u", i);
    }
    size_t with = heap_bytes(STREAMS_MAX);
    ck_assert_uint_eq(web_streams(fx.web), STREAMS_MAX);
    struct client *refused = stream("/api/v1/stream", cookie);
    ck_assert(client_wait(refused, "HTTP/1.1 503", WAIT_MS));
    ck_assert(client_wait(refused, "too_many_streams", WAIT_MS));
    client_close(refused);
    for (unsigned i = 0; i < 20; i++) {
        fixture_append("ticket.called", "");
        web_changed(fx.web);
        fixture_turn(0);
    }
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        ck_assert_msg(client_wait(clients[i], "id: 20\n", WAIT_MS), "stream %u", i);
    }
    /* Everything else is still served beside them. */
    ck_assert_int_eq(ask(0, "GET", "/healthz", "", ""), 200);
    printf("%u streams: %zu bytes of heap each\n", (unsigned)STREAMS_MAX,
           (with - before) / STREAMS_MAX);
    ck_assert_uint_le((with - before) / STREAMS_MAX, 20000);
    for (unsigned i = 0; i < STREAMS_MAX; i++) {
        client_close(clients[i]);
    }
    fixture_idle(20);
    for (unsigned i = 0; i < 2; i++) {
        fixture_pass(STREAM_HEARTBEAT_MS);
        fixture_idle(100);
    }
    ck_assert_uint_eq(web_streams(fx.web), 0);
    ck_assert_uint_eq(streams_bytes(fx.web->streams), 0);
    fixture_close();
}
END_TEST

START_TEST(test_people_at_work_always_find_room) {
    fixture_open();
    struct client *clients[STREAMS_PUBLIC_MAX];
    const char *mona = log_in("mona");
    for (unsigned i = 0; i < STREAMS_PUBLIC_MAX; i++) {
        clients[i] = stream("/api/v1/display/stream", "");
        fixture_turn(0);
    }
    struct client *one_more = stream("/api/v1/display/stream", "");
    ck_assert(client_wait(one_more, "HTTP/1.1 503", WAIT_MS));
    client_close(one_more);
    struct client *at_work = stream("/api/v1/stream", mona);
    ck_assert(client_wait(at_work, "event: snapshot", WAIT_MS));
    client_close(at_work);
    /* The server closes with all of them open and parked. */
    fixture_close();
    for (unsigned i = 0; i < STREAMS_PUBLIC_MAX; i++) {
        client_close(clients[i]);
    }
}
END_TEST

/* With every connection taken the next waits in the kernel, and is served as soon as one has left. */
START_TEST(test_full_of_connections) {
    enum { SOME = 4 };
    fixture_open();
    struct client *clients[HTTP_CONNECTIONS_MAX], *waiting[SOME];
    for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        clients[i] = client_open(0);
        fixture_turn(0);
    }
    fixture_idle(20);
    ck_assert_uint_eq(http_connections(fx.web->listeners[0]), HTTP_CONNECTIONS_MAX);
    for (unsigned i = 0; i < SOME; i++) {
        waiting[i] = client_open(0);
        client_send(waiting[i], "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    ck_assert(!client_wait(waiting[0], "HTTP/1.1", 50));
    /* The public listener has room of its own. */
    ck_assert_int_eq(ask(1, "GET", "/icon.svg", "", ""), 200);
    for (unsigned i = 0; i < SOME; i++) {
        client_close(clients[i]);
        ck_assert_msg(client_wait(waiting[i], "HTTP/1.1 200", WAIT_MS), "%u", i);
    }
    /* Those that say nothing are sent away in time. */
    fixture_pass(21000);
    fixture_idle(100);
    ck_assert_uint_le(http_connections(fx.web->listeners[0]), SOME);
    for (unsigned i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
        if (i >= SOME) {
            client_close(clients[i]);
        } else {
            client_close(waiting[i]);
        }
    }
    fixture_close();
}
END_TEST

TCase *load_case(void) {
    TCase *tests = tcase_create("load");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_two_hundred_streams);
    tcase_add_test(tests, test_full_of_connections);
    tcase_add_test(tests, test_people_at_work_always_find_room);
    return tests;
}
