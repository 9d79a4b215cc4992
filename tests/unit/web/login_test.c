/* Log-in and log-out, what slows them, and when a session is over. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"
#include "web/login.h"

static int try_log_in(const char *user, const char *password) {
    char body[256];
    snprintf(body, sizeof body, "{\"user\":\"%s\",\"password\":\"%s\"}", user, password);
    return ask(0, "POST", "/api/v1/session", "", body);
}

START_TEST(test_log_in_and_out) {
    fixture_open();
    char headers[256];
    ck_assert_int_eq(try_log_in("stan", "stan-secret"), 200);
    ck_assert_str_eq(answer_body(), "{\"user\":\"stan\",\"role\":\"staff\",\"staff\":\"0107\"}");
    const char *cookie = strstr(answer, "Set-Cookie: hallq_session=");
    ck_assert_ptr_nonnull(cookie);
    ck_assert_uint_eq(strcspn(cookie + 26, ";"), 32);
    ck_assert_ptr_nonnull(strstr(cookie, "; Path=/; HttpOnly; SameSite=Strict\r\n"));
    snprintf(headers, sizeof headers, "Cookie: %.*s\r\n%s", 14 + 32, cookie + 12, own_origin());
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", headers, ""), 200);
    ck_assert_str_eq(answer_body(), "{\"user\":\"stan\",\"role\":\"staff\",\"staff\":\"0107\"}");
    ck_assert_int_eq(ask(0, "DELETE", "/api/v1/session", headers, ""), 204);
    ck_assert_ptr_nonnull(strstr(answer, "Max-Age=0"));
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", headers, ""), 401);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", "Cookie: hallq_session=\r\n", ""), 401);
    fixture_close();
}
END_TEST

START_TEST(test_what_is_no_log_in) {
    static const struct {
        const char *body;
        int status;
    } ROWS[] = {
        { "{\"user\":\"mona\",\"password\":\"wrong\"}", 401 },
        { "{\"user\":\"nobody\",\"password\":\"nobody-secret\"}", 401 },
        { "{\"user\":\"odd\",\"password\":\"odd-secret\"}", 401 }, /* of no role we know */
        { "{\"user\":\"mona\"}", 400 },
        { "{\"user\":\"\",\"password\":\"x\"}", 400 },
        { "{\"user\":7,\"password\":\"x\"}", 400 },
        { "{\"user\":\"mona\",\"password\":\"mona-secret\",\"role\":\"admin\"}", 400 },
        { "user=mona", 400 },
        { "", 400 },
    };
    fixture_open();
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        int status = ask(0, "POST", "/api/v1/session", "", ROWS[i].body);
        ck_assert_msg(status == ROWS[i].status, "%s: %d", ROWS[i].body, status);
        ck_assert_ptr_null(strstr(answer, "Set-Cookie"));
    }
    /* The log names the address, neither name nor password. */
    ck_assert_ptr_nonnull(strstr(fx.logged, "address=127.0.0.1"));
    fixture_close();
}
END_TEST

START_TEST(test_new_cookie_at_each_log_in) {
    fixture_open();
    char first[256], headers[512];
    snprintf(first, sizeof first, "%s", log_in("mona"));
    /* Logging in over an old session ends it. */
    snprintf(headers, sizeof headers, "%s", first);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", headers,
                         "{\"user\":\"mona\",\"password\":\"mona-secret\"}"),
                     200);
    ck_assert_ptr_null(strstr(answer, strstr(first, "hallq_session=")));
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", first, ""), 401);
    fixture_close();
}
END_TEST

START_TEST(test_attempts_are_slowed) {
    fixture_open();
    for (unsigned i = 0; i <= ATTEMPTS_FREE_ACCOUNT; i++) {
        ck_assert_int_eq(try_log_in("mona", "wrong"), 401);
    }
    /* Now even the right password waits, and costs no hashing. */
    unsigned hashed = fx.jobs_most;
    fx.jobs_most = 0;
    ck_assert_int_eq(try_log_in("mona", "mona-secret"), 429);
    ck_assert_ptr_nonnull(strstr(answer, "Retry-After: 1\r\n"));
    ck_assert_uint_eq(fx.jobs_most, 0);
    ck_assert_uint_eq(hashed, 1);
    ck_assert_int_eq(try_log_in("gus", "gus-secret"), 200);
    fixture_pass(1001);
    ck_assert_int_eq(try_log_in("mona", "mona-secret"), 200);
    /* By address, whatever the name. */
    for (unsigned i = 0; i < ATTEMPTS_FREE_ADDRESS; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%u", i);
        (void)try_log_in(name, "wrong");
    }
    ck_assert_int_eq(try_log_in("gus", "gus-secret"), 429);
    fixture_close();
}
END_TEST

/* A proxy on this machine names whom it serves; only that one is slowed. */
START_TEST(test_address_behind_a_proxy) {
    static const char GUESSER[] = "X-Forwarded-For: 198.51.100.9, 192.0.2.7\r\n";
    fixture_open();
    for (unsigned i = 0; i <= ATTEMPTS_FREE_ADDRESS; i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"user\":\"n%u\",\"password\":\"x\"}", i);
        ck_assert_int_eq(ask(0, "POST", "/api/v1/session", GUESSER, body), 401);
        ck_assert_ptr_nonnull(strstr(fx.logged, "address=192.0.2.7"));
    }
    static const char MONA[] = "{\"user\":\"mona\",\"password\":\"mona-secret\"}";
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", GUESSER, MONA), 429);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", "X-Forwarded-For: 192.0.2.8\r\n", MONA),
                     200);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/session", "", MONA), 200);
    fixture_close();
}
END_TEST

START_TEST(test_one_password_at_a_time) {
    fixture_open();
    fx.keeps_jobs = true;
    struct client *clients[LOGINS_MAX + 1];
    for (unsigned i = 0; i <= LOGINS_MAX; i++) {
        clients[i] = client_open(0);
        client_send(clients[i], "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Length: 40\r\n\r\n"
                                "{\"user\":\"mona\",\"password\":\"mona-secret\"}");
        fixture_turn(0);
    }
    ck_assert(client_wait(clients[LOGINS_MAX], "HTTP/1.1 429", WAIT_MS));
    ck_assert_uint_eq(fx.job_count, 1);
    client_close(clients[3]); /* gives up */
    for (unsigned i = 0; i < LOGINS_MAX; i++) {
        ck_assert_uint_eq(fx.job_count, 1);
        struct job job = fx.jobs[0];
        fx.job_count = 0;
        job.work(job.job);
        job.done(job.job);
        fixture_turn(0);
        ck_assert(i == 3 || client_wait(clients[i], "HTTP/1.1 200", WAIT_MS));
    }
    ck_assert_uint_eq(fx.jobs_most, 1);
    for (unsigned i = 0; i <= LOGINS_MAX; i++) {
        if (i != 3) {
            client_close(clients[i]);
        }
    }
    fixture_close();
}
END_TEST

START_TEST(test_guesses_sent_at_once_are_slowed_too) {
    fixture_open();
    fx.keeps_jobs = true;
    struct client *clients[LOGINS_MAX];
    for (unsigned i = 0; i < LOGINS_MAX; i++) {
        clients[i] = client_open(0);
        client_send(clients[i], "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Length: 34\r\n\r\n"
                                "{\"user\":\"mona\",\"password\":\"guess\"}");
        fixture_turn(0);
    }
    unsigned hashed = 0;
    while (fx.job_count > 0) {
        hashed++;
        fixture_run_jobs();
    }
    for (unsigned i = 0; i < LOGINS_MAX; i++) {
        bool is_free = i <= ATTEMPTS_FREE_ACCOUNT;
        ck_assert(client_wait(clients[i], is_free ? "HTTP/1.1 401" : "HTTP/1.1 429", WAIT_MS));
        client_close(clients[i]);
    }
    ck_assert_uint_le(hashed, ATTEMPTS_FREE_ACCOUNT + 1);
    fixture_close();
}
END_TEST

/* The worker may come to its end after the server has closed. */
START_TEST(test_closing_while_the_worker_hashes) {
    fixture_open();
    fx.keeps_jobs = true;
    struct client *clients[3];
    for (unsigned i = 0; i < 3; i++) {
        clients[i] = client_open(0);
        client_send(clients[i], "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n"
                                "Content-Length: 40\r\n\r\n"
                                "{\"user\":\"mona\",\"password\":\"mona-secret\"}");
        fixture_idle(10);
    }
    ck_assert_uint_eq(fx.job_count, 1);
    fixture_close();
    fx.jobs[0].work(fx.jobs[0].job);
    fx.jobs[0].done(fx.jobs[0].job);
    for (unsigned i = 0; i < 3; i++) {
        client_close(clients[i]);
    }
}
END_TEST

START_TEST(test_session_is_over) {
    fixture_open();
    char idle[256], used[256];
    snprintf(idle, sizeof idle, "%s", log_in("mona"));
    snprintf(used, sizeof used, "%s", log_in("mona"));
    fixture_pass(SESSION_IDLE_MS - 60000);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", used, ""), 200);
    fixture_pass(60000);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", used, ""), 200);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", idle, ""), 401);
    /* A user who is removed is out at once. */
    fx.has_no_user = true;
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", used, ""), 401);
    fixture_close();
}
END_TEST

/* A page that lies open and live is in use; without it the session would be over four times. */
START_TEST(test_open_stream_counts_as_use) {
    fixture_open();
    char cookie[256], request[512];
    snprintf(cookie, sizeof cookie, "%s", log_in("mona"));
    struct client *client = client_open(0);
    snprintf(request, sizeof request, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
             cookie);
    client_send(client, request);
    ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
    for (unsigned i = 0; i < 16; i++) {
        fixture_pass(SESSION_IDLE_MS / 4);
        fixture_idle(10);
    }
    ck_assert_int_eq(ask(0, "GET", "/api/v1/session", cookie, ""), 200);
    /* Logged out, the stream ends at the next heartbeat. */
    ck_assert_int_eq(ask(0, "DELETE", "/api/v1/session", cookie, ""), 204);
    fixture_pass(STREAM_HEARTBEAT_MS);
    ck_assert(client_wait_closed(client, WAIT_MS));
    ck_assert_uint_eq(web_streams(fx.web), 0);
    client_close(client);
    fixture_close();
}
END_TEST

/* Who changes a password means to lock out whoever knows the old one: also where they are logged in already. */
START_TEST(test_a_new_password_ends_the_sessions) {
    fixture_open();
    char cookie[256], request[512];
    snprintf(cookie, sizeof cookie, "%s", log_in("mona"));
    struct client *client = client_open(0);
    snprintf(request, sizeof request, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
             cookie);
    client_send(client, request);
    ck_assert(client_wait(client, "event: snapshot", WAIT_MS));
    fx.has_new_passwords = true;
    fixture_pass(STREAM_HEARTBEAT_MS);
    ck_assert(client_wait_closed(client, WAIT_MS));
    client_close(client);
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", cookie, ""), 401);
    fx.has_new_passwords = false; /* and it is over, not only asleep */
    ck_assert_int_eq(ask(0, "GET", "/api/v1/hall", cookie, ""), 401);
    fixture_close();
}
END_TEST

TCase *login_case(void) {
    TCase *tests = tcase_create("login");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_log_in_and_out);
    tcase_add_test(tests, test_what_is_no_log_in);
    tcase_add_test(tests, test_new_cookie_at_each_log_in);
    tcase_add_test(tests, test_attempts_are_slowed);
    tcase_add_test(tests, test_address_behind_a_proxy);
    tcase_add_test(tests, test_one_password_at_a_time);
    tcase_add_test(tests, test_closing_while_the_worker_hashes);
    tcase_add_test(tests, test_session_is_over);
    tcase_add_test(tests, test_open_stream_counts_as_use);
    tcase_add_test(tests, test_a_new_password_ends_the_sessions);
    tcase_add_test(tests, test_guesses_sent_at_once_are_slowed_too);
    return tests;
}
