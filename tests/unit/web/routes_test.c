/* Every route: its status without log-in and for each role, on both listeners; files, pages, headers. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"

enum { COLUMNS = 8 };

/* Statuses: nobody, viewer, staff, guide, manager, admin, token, and nobody on the public listener. */
static const struct {
    const char *method, *path;
    int status[COLUMNS];
} ROWS[] = {
    { "GET", "/healthz", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/readyz", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/metrics", { 200, 200, 403, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/display", { 200, 200, 200, 200, 200, 200, 200, 200 } },
    { "HEAD", "/api/v1/display", { 200, 200, 200, 200, 200, 200, 200, 200 } },
    { "GET", "/api/v1/hall", { 401, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/events", { 401, 200, 403, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/events?after=1&limit=2", { 401, 200, 403, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/events?limit=501", { 401, 400, 403, 400, 400, 400, 400, 404 } },
    { "GET", "/api/v1/events?limit=0", { 401, 400, 403, 400, 400, 400, 400, 404 } },
    { "GET", "/api/v1/events?after=-1", { 401, 400, 403, 400, 400, 400, 400, 404 } },
    { "GET", "/api/v1/events?after=x", { 401, 400, 403, 400, 400, 400, 400, 404 } },
    { "GET", "/api/v1/devices", { 401, 200, 403, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/session", { 401, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/api/v1/stream?after=x", { 401, 400, 400, 400, 400, 400, 400, 404 } },
    { "HEAD", "/api/v1/stream", { 405, 405, 405, 405, 405, 405, 405, 404 } },
    { "POST", "/api/v1/commands/no.such", { 401, 404, 404, 404, 404, 404, 404, 405 } },
    { "POST", "/api/v1/commands/", { 405, 405, 405, 405, 405, 405, 405, 405 } },
    { "GET", "/api/v1/commands/window.next", { 405, 405, 405, 405, 405, 405, 405, 404 } },
    { "POST", "/api/v1/hall", { 405, 405, 405, 405, 405, 405, 405, 405 } },
    { "PUT", "/api/v1/hall", { 405, 405, 405, 405, 405, 405, 405, 405 } },
    { "GET", "/api/v1/none", { 404, 404, 404, 404, 404, 404, 404, 404 } },
    { "GET", "/", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/login", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/terminal/3", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/terminal", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/display", { 200, 200, 200, 200, 200, 200, 200, 200 } },
    { "GET", "/t/abc", { 404, 404, 404, 404, 404, 404, 404, 404 } },
    { "GET", "/now.js", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "HEAD", "/now.js", { 200, 200, 200, 200, 200, 200, 200, 404 } },
    { "GET", "/display.js", { 200, 200, 200, 200, 200, 200, 200, 200 } },
    { "GET", "/icon.svg", { 200, 200, 200, 200, 200, 200, 200, 200 } },
    { "GET", "/../etc/passwd", { 404, 404, 404, 404, 404, 404, 404, 404 } },
    { "DELETE", "/now.js", { 405, 405, 405, 405, 405, 405, 405, 405 } },
};

static void check_answer(bool has_body, int status) {
    ck_assert_ptr_nonnull(strstr(answer, "Content-Security-Policy: default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(answer, "frame-ancestors 'none'"));
    ck_assert_ptr_nonnull(strstr(answer, "X-Content-Type-Options: nosniff"));
    ck_assert_ptr_nonnull(strstr(answer, "Referrer-Policy: same-origin"));
    ck_assert_ptr_null(strstr(answer, "unsafe-inline"));
    if (status >= 400 && has_body) {
        ck_assert_ptr_nonnull(strstr(answer_body(), "{\"error\":\""));
        ck_assert_ptr_nonnull(strstr(answer_body(), "\"message\":\""));
    }
}

static void check_column(unsigned column, const char *headers) {
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        int status = ask(column == 7, ROWS[i].method, ROWS[i].path, headers, "");
        ck_assert_msg(status == ROWS[i].status[column], "%s %s column %u: %d, not %d",
                      ROWS[i].method, ROWS[i].path, column, status, ROWS[i].status[column]);
        check_answer(strcmp(ROWS[i].method, "HEAD") != 0, status);
    }
}

START_TEST(test_every_route) {
    static const char *const USERS[] = { "vera", "stan", "gus", "mona", "ada" };
    fixture_open();
    fixture_append("ticket.issued", "");
    check_column(0, "");
    for (unsigned i = 0; i < 5; i++) {
        check_column(i + 1, log_in(USERS[i]));
    }
    check_column(6, "Authorization: Bearer good-token\r\n");
    check_column(7, "");
    fixture_close();
}
END_TEST

START_TEST(test_files_are_cached_by_their_tag) {
    fixture_open();
    ck_assert_int_eq(ask(0, "GET", "/now.js", "", ""), 200);
    ck_assert_ptr_nonnull(strstr(answer, "ETag: \"js1\""));
    ck_assert_ptr_nonnull(strstr(answer, "Content-Encoding: gzip"));
    ck_assert_ptr_nonnull(strstr(answer, "Vary: Accept-Encoding"));
    ck_assert_ptr_nonnull(strstr(answer, "Content-Type: text/javascript"));
    ck_assert_int_eq(answer_body()[0], 0x1f);
    ck_assert_int_eq(ask(0, "GET", "/now.js", "If-None-Match: \"x\", W/\"js1\"\r\n", ""), 304);
    ck_assert_str_eq(answer_body(), "");
    ck_assert_int_eq(ask(0, "GET", "/now.js", "If-None-Match: \"old\"\r\n", ""), 200);
    fixture_close();
}
END_TEST

START_TEST(test_readiness_and_metrics) {
    fixture_open();
    fx.is_ready = false;
    ck_assert_int_eq(ask(0, "GET", "/readyz", "", ""), 503);
    ck_assert_int_eq(ask(0, "GET", "/healthz", "", ""), 200);
    ck_assert_int_eq(ask(0, "GET", "/metrics", "", ""), 200);
    ck_assert_ptr_nonnull(strstr(answer_body(), "hallq_seq 0\n"));
    ck_assert_ptr_nonnull(strstr(answer_body(), "\nhallq_http_streams 0\n"));
    /* A proxy on this machine makes everybody local: then only a token helps. */
    ck_assert_int_eq(ask(0, "GET", "/metrics", "X-Forwarded-For: 192.0.2.1\r\n", ""), 401);
    ck_assert_int_eq(ask(0, "GET", "/metrics",
                         "X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer good-token\r\n", ""),
                     200);
    ck_assert_int_eq(ask(0, "GET", "/metrics", "Authorization: Bearer bad\r\n", ""), 401);
    fixture_close();
}
END_TEST

START_TEST(test_a_person_gets_words_where_nothing_is) {
    static const char BROWSER[] = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    fixture_open();
    for (unsigned listener = 0; listener < 2; listener++) {
        ck_assert_int_eq(ask(listener, "GET", "/nonsense", BROWSER, ""), 404);
        ck_assert_ptr_nonnull(strstr(answer, "Content-Type: text/html"));
        ck_assert_ptr_nonnull(strstr(answer_body(), "There is nothing at this address."));
        check_answer(false, 404);
        ck_assert_int_eq(ask(listener, "GET", "/api/v1/nonsense", BROWSER, ""), 404);
        check_answer(true, 404);
        ck_assert_int_eq(ask(listener, "GET", "/nonsense", "Accept: */*\r\n", ""), 404);
        check_answer(true, 404);
    }
    fixture_close();
}
END_TEST

START_TEST(test_events_come_in_pages) {
    fixture_open();
    const char *mona = log_in("mona");
    static const char *const TYPES[] = { "ticket.issued", "rating.given", "case.opened",
                                         "note.erased", "ticket.called" };
    for (unsigned i = 0; i < 5; i++) {
        fixture_append(TYPES[i], "");
    }
    fixture_append("alert.raised", ",\"kind\":\"bad_rating\"");
    fixture_append("alert.raised", ",\"kind\":\"idle\"");
    ck_assert_int_eq(ask(0, "GET", "/api/v1/events?after=0&limit=2", mona, ""), 200);
    ck_assert_ptr_nonnull(strstr(answer_body(), "hallq.ticket.issued"));
    ck_assert_ptr_nonnull(strstr(answer_body(), "hallq.rating.given"));
    ck_assert_ptr_nonnull(strstr(answer_body(), "],\"next\":2}"));
    ck_assert_int_eq(ask(0, "GET", "/api/v1/events?after=7", mona, ""), 200);
    ck_assert_str_eq(answer_body(), "{\"events\":[],\"next\":7}");
    fixture_close();
}
END_TEST

START_TEST(test_views_of_the_hall) {
    fixture_open();
    const char *mona = log_in("mona"), *stan = log_in("stan");
    fx.snapshot.alert_count = 1;
    fx.snapshot.alerts[0] = (struct alert_now){ .id = 3, .kind = "bad_rating", .subject = "C-3" };
    fx.snapshot.cases_open = 7;
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", mona, ""), 200);
    ck_assert_ptr_nonnull(strstr(answer_body(), "bad_rating"));
    ck_assert_ptr_nonnull(strstr(answer_body(), "0108"));
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", stan, ""), 200);
    ck_assert_ptr_null(strstr(answer_body(), "bad_rating"));
    ck_assert_int_eq(ask(0, "GET", "/api/v1/display", "", ""), 200);
    ck_assert_ptr_null(strstr(answer_body(), "0108"));
    fixture_close();
}
END_TEST

TCase *routes_case(void) {
    TCase *tests = tcase_create("routes");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_every_route);
    tcase_add_test(tests, test_files_are_cached_by_their_tag);
    tcase_add_test(tests, test_readiness_and_metrics);
    tcase_add_test(tests, test_a_person_gets_words_where_nothing_is);
    tcase_add_test(tests, test_events_come_in_pages);
    tcase_add_test(tests, test_views_of_the_hall);
    return tests;
}
