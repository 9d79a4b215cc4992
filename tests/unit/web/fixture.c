/* A real server on loopback and its owner; see fixture.h. */
#include "tests/unit/web/fixture.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fixture fx;

static const struct {
    const char *name, *role, *staff;
} USERS[] = {
    { "vera", "viewer", "" },  { "stan", "staff", "0107" }, { "gus", "guide", "" },
    { "mona", "manager", "" }, { "ada", "admin", "" },      { "odd", "sorcerer", "" },
};

static const struct snapshot *owner_snapshot(void *context) {
    (void)context;
    return &fx.snapshot;
}

static uint64_t owner_events(void *context, uint64_t after, unsigned limit,
                             bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                             void *to) {
    (void)context;
    fx.batch_reads++;
    if (fx.is_unread) {
        return WEB_EVENTS_UNREAD;
    }
    after = after + 1 < fx.first_kept ? fx.first_kept - 1 : after;
    for (uint64_t seq = after + 1; seq <= fx.last_seq && limit > 0; seq++, limit--) {
        const char *row = fx.rows[seq - 1];
        if (!take(to, seq, row, strlen(row))) {
            break;
        }
    }
    return fx.last_seq;
}

static void owner_submit(void *context, const struct command *command, uint64_t ticket) {
    (void)context;
    fx.submitted++;
    fx.command = *command;
    fx.ticket = ticket;
    if (!fx.keeps_commands) {
        struct answer done = { .reason = REASON_NONE, .first_seq = 7, .event_count = 1 };
        snprintf(done.id, sizeof done.id, "%s", command->id);
        web_answer(fx.web, ticket, &done);
    }
}

/* One hash for all would be one salt for all; each user's is made when first asked for. */
static bool owner_user(void *context, const char *name, struct web_user *user) {
    static char hashes[sizeof USERS / sizeof USERS[0]][SECRET_PASSWORD_SIZE];
    (void)context;
    for (size_t i = 0; i < sizeof USERS / sizeof USERS[0] && !fx.has_no_user; i++) {
        if (strcmp(USERS[i].name, name) != 0) {
            continue;
        }
        if (hashes[i][0] == '\0') {
            char password[64];
            snprintf(password, sizeof password, "%s-secret", name);
            ck_assert(secret_password_make(password, 1, 8192, hashes[i]));
        }
        *user = (struct web_user){ 0 };
        snprintf(user->name, sizeof user->name, "%s", name);
        snprintf(user->role, sizeof user->role, "%s", USERS[i].role);
        snprintf(user->staff, sizeof user->staff, "%s", USERS[i].staff);
        memcpy(user->hash, hashes[i], sizeof hashes[i]);
        if (fx.has_new_passwords) {
            strcpy(user->hash, "$argon2id$of another password");
        }
        return true;
    }
    return false;
}

static bool owner_token(void *context, const char *hash_hex, struct web_user *user) {
    (void)context;
    char known[SECRET_HASH_SIZE];
    secret_hash_hex("good-token", known);
    if (strcmp(hash_hex, known) != 0) {
        return false;
    }
    *user = (struct web_user){ .name = "backoffice", .role = "manager" };
    return true;
}

static int owner_metrics(void *context, char *out, size_t size) {
    (void)context;
    return snprintf(out, size, "hallq_seq %llu\n", (unsigned long long)fx.last_seq);
}

static int owner_devices(void *context, char *out, size_t size) {
    (void)context;
    return snprintf(out, size, "{\"buses\":[]}");
}

static bool owner_is_ready(void *context) {
    (void)context;
    return fx.is_ready;
}

static void owner_defer(void *context, void (*work)(void *job), void (*done)(void *job),
                        void *job) {
    (void)context;
    ck_assert_uint_lt(fx.job_count, JOBS_MAX);
    fx.jobs[fx.job_count++] = (struct job){ work, done, job };
    fx.jobs_most = fx.job_count > fx.jobs_most ? fx.job_count : fx.jobs_most;
}

static void owner_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    snprintf(fx.logged, sizeof fx.logged, "%s", text);
}

const struct web_owner *fixture_owner(void) {
    static const struct web_owner OWNER = {
        .snapshot = owner_snapshot,
        .events = owner_events,
        .submit = owner_submit,
        .user = owner_user,
        .token = owner_token,
        .metrics = owner_metrics,
        .devices = owner_devices,
        .is_ready = owner_is_ready,
        .defer = owner_defer,
        .log = owner_log,
    };
    return &OWNER;
}

void fixture_settings(struct web_settings *settings) {
    *settings = (struct web_settings){ .listen = "127.0.0.1:0",
                                       .public_listen = "127.0.0.1:0",
                                       .public_url = "https://hall.example/",
                                       .host_count = 1,
                                       .hosts = { "box.example" } };
}

/* Two windows: stan (0107) sits at the first, 0108 at the second. */
void fixture_open(void) {
    struct web_settings settings;
    char fault[WHAT_SIZE] = "";
    fx = (struct fixture){ .is_ready = true };
    struct snapshot *now = &fx.snapshot;
    strcpy(now->hall_id, "test-01");
    strcpy(now->hall_name, "测试大厅");
    now->is_open = true;
    now->is_saved = true;
    now->day = 20261123;
    now->era = 0xabcd1234;
    now->now_ms = INT64_C(1795397462123);
    now->utc_offset_min = 480;
    now->window_count = 2;
    now->windows[0] = (struct window_now){ .id = 1, .staff = "0107", .state = WINDOW_OPEN };
    now->windows[1] = (struct window_now){ .id = 2, .staff = "0108", .state = WINDOW_OPEN };
    now->service_count = 1;
    now->services[0] = (struct service_now){ .index = 1, .id = "social", .prefix = "A" };
    fixture_settings(&settings);
    ck_assert_msg(web_open(&settings, fixture_owner(), &fx.web, fault) == HALL_OK, "%s", fault);
}

void fixture_close(void) {
    web_close(fx.web);
    fx.web = NULL;
}

void fixture_append(const char *type, const char *extra) {
    ck_assert_uint_lt(fx.last_seq, ROWS_MAX);
    snprintf(fx.rows[fx.last_seq], ROW_SIZE,
             "{\"specversion\":\"1.0\",\"id\":\"%llu\",\"source\":\"/halls/test-01\","
             "\"era\":\"abcd1234\",\"type\":\"hallq.%s\","
             "\"time\":\"2026-11-23T09:31:02.123+08:00\",\"datacontenttype\":\"application/json\","
             "\"data\":{\"by\":{\"kind\":\"rule\",\"id\":\"test\"}%s}}",
             (unsigned long long)fx.last_seq + 1, type, extra);
    fx.last_seq++;
    fx.snapshot.seq = fx.last_seq;
}

void fixture_turn(int wait_ms) {
    int fds[2];
    struct pollfd polls[2];
    unsigned count = web_fds(fx.web, fds);
    for (unsigned i = 0; i < count; i++) {
        polls[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
    }
    int due_ms = web_timeout_ms(fx.web);
    due_ms = due_ms < 0 || due_ms > wait_ms ? wait_ms : due_ms;
    (void)poll(polls, count, due_ms);
    web_run(fx.web);
    if (!fx.keeps_jobs) {
        fixture_run_jobs();
    }
}

void fixture_run_jobs(void) {
    while (fx.job_count > 0) {
        struct job first = fx.jobs[0];
        memmove(fx.jobs, fx.jobs + 1, (--fx.job_count) * sizeof fx.jobs[0]);
        first.work(first.job);
        first.done(first.job);
    }
}

void fixture_pass(int64_t ms) {
    fx.web->clock_add_ms += ms;
}
