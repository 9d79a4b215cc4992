/* The live streams: what comes, in which order, without a hole, to whom; who is cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"
#include "web/tail.h"

static struct client *stream_open_at(unsigned listener, const char *path, const char *headers) {
    char request[1024];
    struct client *client = client_open(listener);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path,
             headers);
    client_send(client, request);
    return client;
}

static struct client *stream_of(const char *headers) {
    return stream_open_at(0, "/api/v1/stream", headers);
}

/* Asserts that "id: N" lines go up by one from `first` (the hello's id aside) and gives the last. */
static uint64_t check_ids(const struct client *client, uint64_t first) {
    uint64_t wanted = first;
    for (const char *at = client->bytes; (at = strstr(at, "\nevent: event\n")) != NULL; at++) {
        const char *line = at;
        while (line > client->bytes && line[-1] != '\n') {
            line--;
        }
        ck_assert_msg(strncmp(line, "id: ", 4) == 0, "%.40s", line);
        ck_assert_uint_eq(strtoull(line + 4, NULL, 10), wanted);
        wanted++;
    }
    return wanted - 1;
}

static void append_many(unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        fixture_append("ticket.issued", "");
    }
}

START_TEST(test_stream_begins) {
    fixture_open();
    append_many(3);
    struct client *client = stream_of(log_in("mona"));
    ck_assert(client_wait(client, "event: snapshot\ndata: {\"hall\":", WAIT_MS));
    ck_assert_ptr_nonnull(strstr(client->bytes, "Content-Type: text/event-stream"));
    ck_assert_ptr_nonnull(strstr(client->bytes, "retry: 2000\nid: 3\n\n"));
    ck_assert_ptr_null(strstr(client->bytes, "event: event"));
    fixture_idle(20);
    fixture_append("ticket.called", ",\"ticket\":\"A001\"");
    web_changed(fx.web);
    ck_assert_int_eq(web_timeout_ms(fx.web), 0); /* in a quiet hall nothing else wakes the loop */
    ck_assert(client_wait(client, "id: 4\nevent: event\ndata: {\"specversion\"", WAIT_MS));
    ck_assert_ptr_nonnull(strstr(client->bytes, fx.rows[3])); /* the journal's own bytes */
    fixture_pass(STREAM_HEARTBEAT_MS);
    ck_assert(client_wait(client, "event: heartbeat\ndata: {\"time\":\"2026-11-23T", WAIT_MS));
    ck_assert_ptr_nonnull(strstr(client->bytes, "+08:00\",\"seq\":4}\n\n"));
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_snapshots_at_most_ten_a_second) {
    fixture_open();
    struct client *client = stream_of(log_in("mona"));
    ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
    int64_t began_ms = web_now_ms(fx.web);
    for (unsigned i = 0; i < 100; i++) {
        fixture_append("ticket.issued", "");
        web_changed(fx.web);
        fixture_idle(5);
    }
    ck_assert(client_wait(client, "id: 100\n", WAIT_MS));
    fixture_idle(2 * STREAM_SNAPSHOT_MS);
    (void)client_wait(client, "never", 10);
    unsigned count = 0;
    for (const char *at = client->bytes; (at = strstr(at, "event: snapshot")) != NULL; at++) {
        count++;
    }
    /* The first at connect, then one each 100 ms of changes, and the last one's rest. */
    int64_t most = (web_now_ms(fx.web) - began_ms) / STREAM_SNAPSHOT_MS + 2;
    ck_assert_uint_ge(count, 3);
    ck_assert_int_le(count, most);
    const char *last = client->bytes;
    for (const char *at = last; (at = strstr(at, "event: snapshot")) != NULL; at++) {
        last = at;
    }
    ck_assert_ptr_nonnull(strstr(last, "\"seq\":100"));
    ck_assert_uint_eq(check_ids(client, 1), 100);
    client_close(client);
    fixture_close();
}
END_TEST

/* A page loses its line again and again at any moment while the hall goes on: it has every event once, in order. */
START_TEST(test_stream_continues_without_a_hole) {
    fixture_open();
    const char *mona = log_in("mona");
    char headers[512];
    uint64_t have = 0;
    bool by_query = false;
    append_many(700);
    for (unsigned round = 0; round < 40; round++) {
        char path[64] = "/api/v1/stream";
        if (by_query) {
            snprintf(path, sizeof path, "/api/v1/stream?after=%llu", (unsigned long long)have);
            snprintf(headers, sizeof headers, "%s", mona);
        } else {
            snprintf(headers, sizeof headers, "%sLast-Event-ID: %llu\r\n", mona,
                     (unsigned long long)have);
        }
        by_query = !by_query;
        struct client *client = stream_open_at(0, path, headers);
        for (unsigned i = 0; i < round; i++) {
            append_many(1 + i % 3);
            web_changed(fx.web);
            fixture_turn(0);
        }
        (void)client_wait(client, "never", (int)round % 5);
        /* What came half is not had. */
        char *end = client->bytes + client->length;
        while (end > client->bytes && strncmp(end, "\n\n", 2) != 0) {
            end--;
        }
        *end = '\0';
        have = check_ids(client, have + 1);
        client_close(client);
        append_many(round * 2);
        web_changed(fx.web);
        fixture_turn(0);
    }
    snprintf(headers, sizeof headers, "%sLast-Event-ID: %llu\r\n", mona, (unsigned long long)have);
    struct client *client = stream_of(headers);
    char last[32];
    snprintf(last, sizeof last, "\nid: %llu\nevent: event\n", (unsigned long long)fx.last_seq);
    ck_assert(have == fx.last_seq || client_wait(client, last, WAIT_MS));
    ck_assert_uint_eq(check_ids(client, have + 1), fx.last_seq);
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_whole_journal_in_batches) {
    fixture_open();
    append_many(ROWS_MAX);
    char headers[512];
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 0\r\n", log_in("mona"));
    fx.batch_reads = 0;
    struct client *client = stream_of(headers);
    ck_assert(client_wait(client, "id: 2000\n", 3 * WAIT_MS));
    ck_assert(streams_bytes(fx.web->streams) < 200000);
    ck_assert(client_wait(client, "id: 4096\n", 3 * WAIT_MS));
    ck_assert_uint_ge(fx.batch_reads, ROWS_MAX / 100);
    client_close(client);
    /* An event that a restored journal does not have: from its end on. */
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 999999\r\n", log_in("mona"));
    client = stream_of(headers);
    ck_assert(client_wait(client, "id: 4096\n\n", WAIT_MS));
    client_close(client);
    fixture_close();
}
END_TEST

/* Cut, the page comes again and asks from the same row on; going on behind it would be a hole that nobody sees. */
START_TEST(test_rows_that_cant_be_read_cut_the_stream) {
    fixture_open();
    append_many(600);
    const char *mona = log_in("mona");
    char headers[512];
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 10\r\n", mona);
    fx.is_unread = true;
    struct client *client = stream_of(headers);
    ck_assert(client_wait_closed(client, WAIT_MS));
    ck_assert_ptr_null(strstr(client->bytes, "event: event"));
    client_close(client);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/events?after=10", mona, ""), 503);
    fx.is_unread = false;
    client = stream_of(headers);
    ck_assert(client_wait(client, "id: 600\n", WAIT_MS));
    ck_assert_uint_eq(check_ids(client, 11), 600);
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_rows_no_longer_kept_are_passed_over) {
    fixture_open();
    append_many(600);
    fx.first_kept = 200;
    char headers[512];
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 10\r\n", log_in("mona"));
    struct client *client = stream_of(headers);
    ck_assert(client_wait(client, "id: 600\n", WAIT_MS));
    ck_assert_uint_eq(check_ids(client, 200), 600);
    client_close(client);
    fixture_close();
}
END_TEST

static unsigned count_of(const struct client *client, const char *text) {
    unsigned count = 0;
    for (const char *at = client->bytes; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

/* What the rows of a grade bring to a stream: snapshots, after which nothing more comes. */
static unsigned snapshots_after(struct client *client, const char *const *rows, unsigned count) {
    unsigned before = count_of(client, "event: snapshot");
    for (unsigned i = 0; i < count; i++) {
        fixture_append(rows[i], i == 2 ? ",\"kind\":\"bad_rating\"" : "");
    }
    web_changed(fx.web);
    fixture_idle(2 * STREAM_SNAPSHOT_MS);
    (void)client_wait(client, "never", 10);
    return count_of(client, "event: snapshot") - before;
}

/* Nor can it be told from what comes, when, or how often: a bad grade looks like a good one. */
START_TEST(test_staff_see_no_single_rating) {
    static const char *const GIVEN[] = { "rating.given", "case.opened", "alert.raised" };
    static const char *const AFTER[] = { "rating.reasons_given", "note.erased", "alert.raised" };
    static const char *const PATHS[] = { "/api/v1/stream", "/api/v1/display/stream" };
    fixture_open();
    char headers[512];
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 0\r\n", log_in("stan"));
    fixture_append("ticket.called", "");
    for (unsigned i = 0; i < 2; i++) {
        struct client *client = stream_open_at(0, PATHS[i], headers);
        ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
        fixture_idle(2 * STREAM_SNAPSHOT_MS);
        ck_assert_uint_eq(snapshots_after(client, GIVEN, 1), 1);
        ck_assert_uint_eq(snapshots_after(client, GIVEN, 3), 1);
        ck_assert_uint_eq(snapshots_after(client, AFTER, 3), 0);
        fixture_pass(STREAM_HEARTBEAT_MS);
        ck_assert(client_wait(client, "event: heartbeat\ndata: {\"time\":", WAIT_MS));
        ck_assert_ptr_null(strstr(client->bytes, "id: "));
        ck_assert_ptr_null(strstr(client->bytes, "event: event"));
        ck_assert_ptr_null(strstr(client->bytes, "\"seq\":1"));
        client_close(client);
    }
    struct client *mona = stream_of(log_in("mona"));
    ck_assert(client_wait(mona, "event: snapshot", WAIT_MS));
    fixture_idle(2 * STREAM_SNAPSHOT_MS);
    ck_assert_uint_eq(snapshots_after(mona, AFTER, 3), 1);
    client_close(mona);
    fixture_close();
}
END_TEST

START_TEST(test_display_stream_is_for_everyone) {
    fixture_open();
    for (unsigned listener = 0; listener < 2; listener++) {
        struct client *client = stream_open_at(listener, "/api/v1/display/stream", "");
        ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
        fixture_append("ticket.called", "");
        web_changed(fx.web);
        fixture_pass(STREAM_HEARTBEAT_MS);
        ck_assert(client_wait(client, "event: heartbeat", WAIT_MS));
        fixture_idle(50);
        ck_assert(!client_wait(client, "event: event", 20));
        ck_assert_ptr_null(strstr(client->bytes, "0107"));
        ck_assert_ptr_null(strstr(client->bytes, "hallq.ticket"));
        client_close(client);
    }
    struct client *client = stream_open_at(0, "/api/v1/stream", "");
    ck_assert(client_wait(client, "HTTP/1.1 401", WAIT_MS));
    client_close(client);
    client = stream_open_at(1, "/api/v1/stream", log_in("mona"));
    ck_assert(client_wait(client, "HTTP/1.1 404", WAIT_MS));
    client_close(client);
    fixture_close();
}
END_TEST

START_TEST(test_peer_that_left_is_found) {
    fixture_open();
    struct client *client = stream_of(log_in("mona"));
    ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
    fixture_idle(20);
    client_close(client);
    fixture_idle(50);
    ck_assert_uint_eq(web_streams(fx.web), 1); /* parked, so nobody has noticed */
    fixture_pass(STREAM_HEARTBEAT_MS);
    fixture_idle(50);
    fixture_pass(STREAM_HEARTBEAT_MS);
    fixture_idle(50);
    ck_assert_uint_eq(web_streams(fx.web), 0);
    ck_assert_uint_eq(streams_bytes(fx.web->streams), 0);
    ck_assert_uint_eq(http_connections(fx.web->listeners[0]), 0);
    fixture_close();
}
END_TEST

/* One reads nothing while much is said; another beside it misses nothing; the first is cut after its time. */
START_TEST(test_slow_client_is_cut) {
    fixture_open();
    char headers[512];
    append_many(1000);
    snprintf(headers, sizeof headers, "%sLast-Event-ID: 0\r\n", log_in("mona"));
    struct client *slow = client_open(0);
    const int small = 1024;
    (void)setsockopt(slow->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    char request[1024];
    snprintf(request, sizeof request, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
             headers);
    client_send(slow, request);
    struct client *good = stream_of(log_in("mona"));
    ck_assert(client_wait(good, "event: snapshot", WAIT_MS));
    /* More than the kernel takes for it. */
    for (unsigned i = 0; i < 60; i++) {
        append_many(50);
        web_changed(fx.web);
        (void)client_wait(good, "never", 10);
    }
    ck_assert(client_wait(good, "id: 4000\n", WAIT_MS));
    ck_assert_uint_eq(web_streams(fx.web), 2);
    ck_assert(streams_bytes(fx.web->streams) < 2 * (size_t)TAIL_BYTES);
    for (unsigned i = 0; i <= STREAM_STALL_MS / STREAM_HEARTBEAT_MS; i++) {
        fixture_pass(STREAM_HEARTBEAT_MS);
        (void)client_wait(good, "never", 30);
    }
    ck_assert_uint_eq(web_streams(fx.web), 1);
    ck_assert(!good->is_closed);
    ck_assert_uint_eq(check_ids(good, 1001), 4000);
    client_close(slow);
    client_close(good);
    fixture_close();
}
END_TEST

TCase *stream_case(void) {
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_stream_begins);
    tcase_add_test(tests, test_snapshots_at_most_ten_a_second);
    tcase_add_test(tests, test_stream_continues_without_a_hole);
    tcase_add_test(tests, test_whole_journal_in_batches);
    tcase_add_test(tests, test_rows_that_cant_be_read_cut_the_stream);
    tcase_add_test(tests, test_rows_no_longer_kept_are_passed_over);
    tcase_add_test(tests, test_staff_see_no_single_rating);
    tcase_add_test(tests, test_display_stream_is_for_everyone);
    tcase_add_test(tests, test_peer_that_left_is_found);
    tcase_add_test(tests, test_slow_client_is_cut);
    return tests;
}
