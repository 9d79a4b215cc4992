/* The small tables without sockets: sessions, attempts, the filter, secrets, the journal's tail. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"
#include "web/attempts.h"
#include "web/body.h"
#include "web/filter.h"
#include "web/listen.h"
#include "web/session.h"
#include "web/tail.h"

START_TEST(test_session_ends) {
    static const struct {
        int64_t steps_ms[4]; /* the session is used after each */
        bool is_there;
    } ROWS[] = {
        { { 0 }, true },
        { { SESSION_IDLE_MS - 1 }, true },
        { { SESSION_IDLE_MS }, false },
        { { SESSION_IDLE_MS - 1, SESSION_IDLE_MS - 1, SESSION_IDLE_MS - 1 }, true },
        { { SESSION_IDLE_MS - 1, SESSION_IDLE_MS }, false },
    };
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        static struct sessions sessions;
        char cookie[SECRET_TOKEN_SIZE];
        int64_t now_ms = 5000;
        bool is_there = true;
        (void)session_begin(&sessions, "mona", "", now_ms, cookie);
        ck_assert_uint_eq(strlen(cookie), 32);
        for (unsigned step = 0; step < 4; step++) {
            now_ms += ROWS[i].steps_ms[step];
            is_there = session_find(&sessions, cookie, now_ms) != NULL;
        }
        ck_assert_msg(is_there == ROWS[i].is_there, "row %u", i);
    }
}
END_TEST

START_TEST(test_session_lives_twelve_hours) {
    static struct sessions sessions;
    char cookie[SECRET_TOKEN_SIZE];
    uint64_t id = session_begin(&sessions, "mona", "", 0, cookie);
    int64_t now_ms = 0;
    for (; now_ms < SESSION_LIFE_MS; now_ms += 60000) {
        ck_assert(session_touch(&sessions, id, now_ms));
    }
    ck_assert(!session_touch(&sessions, id, now_ms));
    ck_assert_ptr_null(session_find(&sessions, cookie, 0));
}
END_TEST

START_TEST(test_session_table_is_bounded) {
    static struct sessions sessions;
    char cookies[SESSIONS_MAX + 1][SECRET_TOKEN_SIZE];
    for (unsigned i = 0; i <= SESSIONS_MAX; i++) {
        (void)session_begin(&sessions, "mona", "", i + 1, cookies[i]);
        if (i == SESSIONS_MAX - 1) {
            ck_assert_ptr_nonnull(session_find(&sessions, cookies[0], SESSIONS_MAX));
        }
    }
    ck_assert_ptr_nonnull(session_find(&sessions, cookies[0], 300));
    ck_assert_ptr_null(session_find(&sessions, cookies[1], 300)); /* idle longest */
    ck_assert_ptr_nonnull(session_find(&sessions, cookies[SESSIONS_MAX], 300));
    ck_assert_ptr_null(session_find(&sessions, "", 300));
}
END_TEST

START_TEST(test_attempts_slow_down) {
    static const struct {
        enum attempt_kind kind;
        unsigned failures;
        int64_t wait_ms;
    } ROWS[] = {
        { ATTEMPT_ACCOUNT, 0, 0 },      { ATTEMPT_ACCOUNT, 3, 0 },
        { ATTEMPT_ACCOUNT, 4, 1000 },   { ATTEMPT_ACCOUNT, 5, 2000 },
        { ATTEMPT_ACCOUNT, 9, 32000 },  { ATTEMPT_ACCOUNT, 10, 60000 },
        { ATTEMPT_ACCOUNT, 90, 60000 }, { ATTEMPT_ADDRESS, 10, 0 },
        { ATTEMPT_ADDRESS, 11, 1000 },  { ATTEMPT_ADDRESS, 90, 60000 },
    };
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        static struct attempts attempts;
        attempts = (struct attempts){ 0 };
        for (unsigned k = 0; k < ROWS[i].failures; k++) {
            attempts_failed(&attempts, ROWS[i].kind, "x", 1000);
        }
        ck_assert_int_eq(attempts_wait_ms(&attempts, ROWS[i].kind, "x", 1000), ROWS[i].wait_ms);
        ck_assert_int_eq(attempts_wait_ms(&attempts, ROWS[i].kind, "y", 1000), 0);
        ck_assert_int_eq(attempts_wait_ms(&attempts, ATTEMPT_ADDRESS - ROWS[i].kind, "x", 1000), 0);
        ck_assert_int_eq(attempts_wait_ms(&attempts, ROWS[i].kind, "x", 1000 + ROWS[i].wait_ms), 0);
    }
}
END_TEST

START_TEST(test_attempts_are_forgotten) {
    static struct attempts attempts;
    for (unsigned i = 0; i < 9; i++) {
        attempts_failed(&attempts, ATTEMPT_ACCOUNT, "mona", 1000);
    }
    /* Long after, one more failure is a first one. */
    attempts_failed(&attempts, ATTEMPT_ACCOUNT, "mona", 1001 + ATTEMPTS_FORGET_MS);
    ck_assert_int_eq(
        attempts_wait_ms(&attempts, ATTEMPT_ACCOUNT, "mona", 1001 + ATTEMPTS_FORGET_MS), 0);
    /* A flood of other names pushes out the oldest, never the latest. */
    int64_t now_ms = 2000000;
    for (unsigned i = 0; i < 5; i++) {
        attempts_failed(&attempts, ATTEMPT_ACCOUNT, "mona", now_ms + 600);
    }
    for (unsigned i = 0; i < ATTEMPTS_MAX - 1; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%u", i);
        attempts_failed(&attempts, ATTEMPT_ACCOUNT, name, now_ms + i);
    }
    ck_assert_int_gt(attempts_wait_ms(&attempts, ATTEMPT_ACCOUNT, "mona", now_ms + 600), 0);
    attempts_succeeded(&attempts, ATTEMPT_ACCOUNT, "mona");
    ck_assert_int_eq(attempts_wait_ms(&attempts, ATTEMPT_ACCOUNT, "mona", now_ms + 600), 0);
}
END_TEST

START_TEST(test_filter) {
    static const struct {
        const char *row;
        bool is_hidden;
    } ROWS[] = {
        { "{\"type\":\"hallq.ticket.called\",\"data\":{}}", false },
        { "{\"type\":\"hallq.rating.given\",\"data\":{}}", false },
        { "{\"type\":\"hallq.rating.invited\",\"data\":{}}", false },
        { "{\"type\":\"hallq.rating.reasons_given\",\"data\":{}}", true },
        { "{\"type\":\"hallq.rating.ignored\",\"data\":{}}", true },
        { "{\"type\":\"hallq.case.late\",\"data\":{}}", true },
        { "{\"type\":\"hallq.note.erased\",\"data\":{}}", true },
        { "{\"type\":\"hallq.alert.raised\",\"data\":{\"kind\":\"bad_rating\"}}", true },
        { "{\"type\":\"hallq.alert.raised\",\"data\":{\"kind\":\"bad_run\"}}", true },
        { "{\"type\":\"hallq.alert.cleared\",\"data\":{\"kind\":\"cases_full\"}}", true },
        { "{\"type\":\"hallq.alert.raised\",\"data\":{\"kind\":\"disk\"}}", false },
        { "{\"type\":\"hallq.alert.acknowledged\",\"data\":{\"by\":{\"kind\":\"page\",\"id\":"
          "\"case\"},\"kind\":\"help\"}}",
          false },
        /* A text can't pretend to be a type. */
        { "{\"type\":\"hallq.hall.notice_set\",\"data\":{\"text\":\"\\\"type\\\":\\\"hallq.rating."
          "\"}}",
          false },
        { "{\"nothing\":1}", true },
        { "", true },
    };
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        ck_assert_msg(filter_is_hidden(ROWS[i].row, strlen(ROWS[i].row)) == ROWS[i].is_hidden, "%s",
                      ROWS[i].row);
    }
}
END_TEST

/* The rows as the journal really spells them. */
START_TEST(test_filter_knows_real_rows) {
    static const struct event_source SOURCE = { .hall = "test-01", .era = 1 };
    static const struct by BY = { .kind = BY_RULE, .id = "alert" };
    static struct event event;
    static char row[4096];
    static const struct {
        const char *kind;
        bool is_hidden;
    } ROWS[] = { { "bad_rating", true }, { "bad_run", true }, { "help", false } };
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        event_init(&event, EVENT_ALERT_RAISED, 1000, &BY);
        event.seq = 9;
        event.has = EVENT_HAS(FIELD_ALERT_KIND) | EVENT_HAS(FIELD_SUBJECT);
        snprintf(event.alert_kind, sizeof event.alert_kind, "%s", ROWS[i].kind);
        snprintf(event.subject, sizeof event.subject, "C-3");
        int length = event_write(&event, &SOURCE, row, sizeof row);
        ck_assert_int_gt(length, 0);
        ck_assert_msg(filter_is_hidden(row, (size_t)length) == ROWS[i].is_hidden, "%s", row);
    }
    event_init(&event, EVENT_CASE_LATE, 1000, &BY);
    event.seq = 10;
    event.has = event_required(EVENT_CASE_LATE);
    event.case_seq = 3;
    int length = event_write(&event, &SOURCE, row, sizeof row);
    ck_assert_int_gt(length, 0);
    ck_assert(filter_is_hidden(row, (size_t)length));
}
END_TEST

START_TEST(test_bodies_are_bounded_together) {
    enum { COUNT = 70 };
    static const char BYTES[32768];
    struct body bodies[COUNT] = { 0 };
    size_t account = 0;
    unsigned kept = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        for (unsigned part = 0; part < 2; part++) {
            ck_assert(body_take(&bodies[i], BYTES, sizeof BYTES, &account));
            ck_assert_uint_le(account, BODIES_MAX);
        }
        ck_assert(!bodies[i].is_too_large);
        kept += !bodies[i].is_out_of_memory;
    }
    ck_assert_uint_eq(kept, 63); /* 64 KiB and a NUL each, in 4 MiB */
    for (unsigned i = 0; i < COUNT; i++) {
        body_free(&bodies[i], &account);
    }
    ck_assert_uint_eq(account, 0);
}
END_TEST

START_TEST(test_passwords) {
    char hash[SECRET_PASSWORD_SIZE], hex[SECRET_HASH_SIZE];
    ck_assert(secret_init());
    ck_assert(secret_password_make("正确", SECRET_PASSES, SECRET_MEMORY, hash));
    ck_assert_ptr_nonnull(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    ck_assert(secret_password_is(hash, "正确"));
    ck_assert(!secret_password_is(hash, "正确 "));
    ck_assert(!secret_password_is(NULL, "正确"));
    ck_assert(!secret_password_is("not a hash", "正确"));
    secret_hash_hex("abc", hex); /* FIPS 180-4's example */
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(test_addresses) {
    static const struct {
        const char *text, *host;
        uint16_t port;
    } ROWS[] = { { "127.0.0.1:8080", "127.0.0.1", 8080 },
                 { "[::1]:80", "::1", 80 },
                 { "0.0.0.0:0", "0.0.0.0", 0 },
                 { "box:65535", "box", 65535 } };
    char host[64];
    uint16_t port;
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        ck_assert_int_eq(listen_parse(ROWS[i].text, host, &port), HALL_OK);
        ck_assert_str_eq(host, ROWS[i].host);
        ck_assert_uint_eq(port, ROWS[i].port);
    }
}
END_TEST

START_TEST(test_tail_is_bounded_and_in_order) {
    struct tail tail = { 0 };
    size_t account = 0;
    fx = (struct fixture){ 0 };
    const struct web_owner *owner = fixture_owner();
    fixture_append("ticket.issued", "");
    tail_begin(&tail, owner, &account);
    ck_assert_ptr_null(tail_next(&tail, 0)); /* before its begin: the journal's to tell */
    for (unsigned i = 0; i < 600; i++) {
        fixture_append("ticket.issued", "");
        if (i % 7 == 0) {
            tail_read(&tail, owner);
        }
    }
    tail_read(&tail, owner);
    ck_assert_uint_eq(tail.last, 601);
    ck_assert_ptr_null(tail_next(&tail, 601 - TAIL_MAX - 1));
    for (uint64_t after = 601 - TAIL_MAX; after < 601; after++) {
        ck_assert_uint_eq(tail_next(&tail, after)->seq, after + 1);
    }
    ck_assert_ptr_null(tail_next(&tail, 601));
    /* A burst beyond what is worth holding. */
    for (unsigned i = 0; i < 2100; i++) {
        fixture_append("ticket.issued", "");
    }
    tail_read(&tail, owner);
    ck_assert_uint_eq(tail.last, 2701);
    fixture_append("ticket.issued", "");
    tail_read(&tail, owner);
    ck_assert_uint_eq(tail_next(&tail, 2701)->seq, 2702);
    tail_end(&tail);
    ck_assert_uint_eq(account, 0);
}
END_TEST

TCase *tables_case(void) {
    TCase *tests = tcase_create("tables");
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, test_session_ends);
    tcase_add_test(tests, test_session_lives_twelve_hours);
    tcase_add_test(tests, test_session_table_is_bounded);
    tcase_add_test(tests, test_attempts_slow_down);
    tcase_add_test(tests, test_attempts_are_forgotten);
    tcase_add_test(tests, test_filter);
    tcase_add_test(tests, test_filter_knows_real_rows);
    tcase_add_test(tests, test_bodies_are_bounded_together);
    tcase_add_test(tests, test_passwords);
    tcase_add_test(tests, test_addresses);
    tcase_add_test(tests, test_tail_is_bounded_and_in_order);
    return tests;
}
