/* The local socket over a real unix socket: requests, answers, watches, bounds, and what an earlier process left. */
#include "controller/control.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

/* A hall that answers at once, or when the test says so. */
static struct {
    struct snapshot snapshot;
    size_t event_count, event_size;
    struct command command;
    uint64_t ticket;
    bool is_late;
    char backup[256];
    struct store_user user;
    enum hall_error error;
    unsigned logged, given, reloads;
} hall;

static struct control *control;
static char line[CONTROL_ANSWER_MAX + 1];

static const struct snapshot *give_snapshot(void *context) {
    (void)context;
    return &hall.snapshot;
}

static uint64_t give_events(void *context, uint64_t after, unsigned limit,
                            bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                            void *to) {
    (void)context;
    for (uint64_t seq = after + 1; seq != 0 && seq <= hall.event_count && limit > 0;
         seq++, limit--) {
        char bytes[2048];
        int length = snprintf(bytes, sizeof bytes, "{\"id\":\"%llu\",\"pad\":\"%0*d\"}",
                              (unsigned long long)seq, (int)hall.event_size, 0);
        if (!take(to, seq, bytes, (size_t)length)) {
            break;
        }
        hall.given++;
    }
    return hall.event_count;
}

static void submit(void *context, const struct command *command, uint64_t ticket) {
    (void)context;
    hall.command = *command;
    hall.ticket = ticket;
    if (!hall.is_late) {
        struct answer answer = { .first_seq = 7, .event_count = 1 };
        memcpy(answer.id, command->id, sizeof answer.id);
        control_answer(control, ticket, &answer);
    }
}

static bool reload(void *context, FILE *mistakes) {
    (void)context;
    hall.reloads++;
    fputs(hall.error == HALL_OK ? "" : "hall.jsonc:3: a: b\nhall.jsonc:4: \"c\"\n", mistakes);
    return hall.error == HALL_OK;
}

static void backup(void *context, const char *file, uint64_t ticket) {
    (void)context;
    snprintf(hall.backup, sizeof hall.backup, "%s", file);
    control_done(control, ticket, hall.error, "disk full");
}

static enum hall_error user_put(void *context, const struct store_user *user) {
    (void)context;
    hall.user = *user;
    return hall.error;
}

static enum hall_error user_remove(void *context, const char *name, bool is_token) {
    (void)context;
    (void)is_token;
    if (strcmp(name, "root") == 0) {
        return HALL_BUSY; /* the last admin */
    }
    return strcmp(name, hall.user.name) == 0 ? HALL_OK : HALL_MISSING;
}

static enum hall_error users(void *context, void (*take)(void *to, const struct store_user *user),
                             void *to) {
    (void)context;
    take(to, &hall.user);
    return HALL_OK;
}

static void note(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
    hall.logged++;
}

static const struct control_owner OWNER = { .snapshot = give_snapshot,
                                            .events = give_events,
                                            .submit = submit,
                                            .reload = reload,
                                            .backup = backup,
                                            .user_put = user_put,
                                            .user_remove = user_remove,
                                            .users = users,
                                            .log = note };

static void open_control(void) {
    char fault[WHAT_SIZE] = "";
    memset(&hall, 0, sizeof hall);
    folder_make();
    enum hall_error error = control_open(folder_path("s.sock"), &OWNER, &control, fault);
    ck_assert_msg(error == HALL_OK, "%s", fault);
}

static void close_control(void) {
    control_close(control);
    ck_assert_int_ne(access(folder_path("s.sock"), F_OK), 0);
    folder_remove();
}

static int connect_to(const char *path) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int client(void) {
    int fd = connect_to(folder_path("s.sock"));
    control_run(control);
    return fd;
}

static void say(int fd, const char *text) {
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    control_run(control);
}

/* Lets the socket work and waits a little; false when nothing comes. */
static bool has_more(int fd) {
    struct pollfd one = { .fd = fd, .events = POLLIN };
    if (poll(&one, 1, 0) > 0) {
        return true;
    }
    control_run(control);
    return poll(&one, 1, 50) > 0;
}

/* The next line, "" when the connection has ended, NULL when nothing comes. */
static const char *hear(int fd) {
    size_t length = 0;
    while (length < sizeof line - 1 && has_more(fd)) {
        ssize_t seen = recv(fd, line + length, sizeof line - 1 - length, MSG_PEEK);
        if (seen <= 0) {
            return "";
        }
        const char *end = memchr(line + length, '\n', (size_t)seen);
        size_t taken = end != NULL ? (size_t)(end - line) + 1 - length : (size_t)seen;
        ck_assert_int_eq(recv(fd, line + length, taken, 0), (ssize_t)taken);
        length += taken;
        if (end != NULL) {
            line[length - 1] = '\0';
            return line;
        }
    }
    return NULL;
}

static void ck_hear(int fd, const char *wanted) {
    const char *heard = hear(fd);
    ck_assert_ptr_nonnull(heard);
    ck_assert_msg(strstr(heard, wanted) != NULL, "%s", heard);
}

struct exchange {
    const char *request, *answer; /* part of the answer's line */
};
static const struct exchange EXCHANGES[] = {
    { "{\"do\":\"status\"}\n", "{\"hall\":{\"id\":\"h1\"" },
    { "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":3,\"id\":\"x-1\"}}\n",
      "\"id\":\"x-1\",\"ok\":true,\"events\":[7]" },
    { "{\"do\":\"send\",\"name\":\"window.nixt\",\"command\":{}}\n",
      "\"reason\":\"unknown_command\"" },
    { "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":\"3\"}}\n",
      "\"reason\":\"malformed\"" },
    { "{\"do\":\"send\",\"name\":\"window.next\"}\n", "\"reason\":\"malformed\"" },
    { "{\"do\":\"reload\"}\n", "{\"ok\":true}" },
    { "{\"do\":\"backup\",\"file\":\"/b/c.db\"}\n", "{\"ok\":true}" },
    { "{\"do\":\"backup\",\"file\":\"c.db\"}\n", "\"reason\":\"bad_argument\"" },
    { "{\"do\":\"users\"}\n", "{\"ok\":true,\"users\":[{\"name\":\"wang\"" },
    { "{\"do\":\"user_put\",\"name\":\"li\",\"role\":\"admin\",\"hash\":\"$argon2id$x\"}\n",
      "{\"ok\":true}" },
    { "{\"do\":\"user_put\",\"name\":\"li\",\"role\":\"boss\",\"hash\":\"$argon2id$x\"}\n",
      "expected a role" },
    { "{\"do\":\"user_put\",\"name\":\"l i\",\"role\":\"admin\",\"hash\":\"$argon2id$x\"}\n",
      "expected a name" },
    { "{\"do\":\"user_put\",\"name\":\"li\",\"role\":\"staff\",\"hash\":\"$argon2id$x\"}\n",
      "expected a staff number" },
    { "{\"do\":\"user_put\",\"name\":\"li\",\"role\":\"admin\",\"hash\":\"secret\"}\n",
      "expected a hash" },
    { "{\"do\":\"user_put\",\"name\":5}\n", "\"reason\":\"malformed\"" },
    { "{\"do\":\"user_remove\",\"name\":\"wang\"}\n", "{\"ok\":true}" },
    { "{\"do\":\"user_remove\",\"name\":\"root\"}\n", "the last admin; add another first" },
    { "{\"do\":\"user_remove\",\"name\":\"nobody\"}\n", "\"reason\":\"no_such\"" },
    { "{\"do\":\"time\",\"time\":\"2026-11-23T09:00:00Z\"}\n", "\"ok\":true" },
    { "{\"do\":\"dance\"}\n", "\"reason\":\"unknown_command\"" },
    { "{\"do\":\"status\",\"loud\":true}\n", "\"reason\":\"malformed\"" },
    { "hello\n", "\"reason\":\"malformed\"" },
    { "\n", "\"reason\":\"malformed\"" },
    { "[]\n", "\"reason\":\"unknown_command\"" },
};

START_TEST(each_request_is_answered) {
    const struct exchange *exchange = &EXCHANGES[_i];
    snprintf(hall.snapshot.hall_id, sizeof hall.snapshot.hall_id, "h1");
    snprintf(hall.user.name, sizeof hall.user.name, "wang");
    int fd = client();
    say(fd, exchange->request);
    ck_hear(fd, exchange->answer);
    say(fd, "{\"do\":\"reload\"}\n"); /* and the line is still good */
    ck_hear(fd, "{\"ok\":true}");
    (void)close(fd);
}
END_TEST

START_TEST(commands_are_the_clis) {
    int fd = client();
    say(fd, "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":3,"
            "\"by\":{\"kind\":\"key\",\"id\":\"wang\"}}}\n");
    ck_assert_int_eq(hall.command.by.kind, BY_CLI);
    ck_assert_str_eq(hall.command.by.id, "wang");
    ck_assert_uint_eq(hall.command.window, 3);
    (void)close(fd);
}
END_TEST

START_TEST(failures_are_said) {
    hall.error = HALL_IO;
    int fd = client();
    say(fd, "{\"do\":\"reload\"}\n");
    ck_hear(fd, "\"mistakes\":[\"hall.jsonc:3: a: b\",\"hall.jsonc:4: \\\"c\\\"\"]");
    say(fd, "{\"do\":\"backup\",\"file\":\"/b\"}\n");
    ck_hear(fd, "\"reason\":\"not_saved\",\"message\":\"disk full\"");
    (void)close(fd);
}
END_TEST

/* Two requests in one packet, the first answered later: order stays, nobody else waits. */
START_TEST(a_late_answer_finds_its_client) {
    hall.is_late = true;
    int first = client();
    int second = client();
    say(first, "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":1}}\n"
               "{\"do\":\"users\"}\n");
    ck_assert_ptr_null(hear(first));
    uint64_t ticket = hall.ticket;
    say(second, "{\"do\":\"users\"}\n");
    ck_hear(second, "\"users\"");
    control_answer(control, ticket, &(struct answer){ .reason = REASON_QUEUE_EMPTY });
    ck_hear(first, "\"queue_empty\"");
    ck_hear(first, "\"users\"");
    control_answer(control, ticket, &(struct answer){ 0 }); /* a second time: nobody's */
    ck_assert_ptr_null(hear(first));
    (void)close(first);
    (void)close(second);
}
END_TEST

/* The answer comes out of a batch that is not yet at its end; a reload must not be decided inside it. */
START_TEST(a_line_behind_an_answer_waits_for_its_turn) {
    hall.is_late = true;
    int fd = client();
    say(fd, "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":1}}\n"
            "{\"do\":\"reload\"}\n{\"do\":\"backup\",\"file\":\"/b\"}\n{\"do\":\"reload\"}\n");
    control_answer(control, hall.ticket, &(struct answer){ 0 });
    ck_assert_uint_eq(hall.reloads, 0);
    ck_hear(fd, "\"ok\":true");
    ck_hear(fd, "\"ok\":true");
    ck_hear(fd, "\"ok\":true");
    ck_hear(fd, "\"ok\":true");
    ck_assert_uint_eq(hall.reloads, 2);
    (void)close(fd);
}
END_TEST

START_TEST(an_answer_to_one_who_left_is_dropped) {
    hall.is_late = true;
    int fd = client();
    say(fd, "{\"do\":\"send\",\"name\":\"window.next\",\"command\":{\"window\":1}}\n");
    (void)close(fd);
    control_run(control);
    ck_assert_uint_eq(control_clients(control), 0);
    control_answer(control, hall.ticket, &(struct answer){ 0 });
}
END_TEST

START_TEST(a_watch_gets_each_event_once) {
    hall.event_count = 300;
    int fd = client();
    say(fd, "{\"do\":\"watch\",\"after\":10}\n");
    for (unsigned seq = 11; seq <= 320; seq++) {
        if (seq == 301) {
            ck_assert_ptr_null(hear(fd));
            hall.event_count = 320;
            control_changed(control);
        }
        char wanted[32];
        snprintf(wanted, sizeof wanted, "{\"id\":\"%u\"", seq);
        ck_hear(fd, wanted);
    }
    ck_assert_ptr_null(hear(fd));
    (void)close(fd);
}
END_TEST

/* Years of events for one reader, and the hall goes on between the pieces. */
START_TEST(a_watch_of_all_takes_turns) {
    hall.event_count = 5000;
    int fd = client();
    say(fd, "{\"do\":\"watch\",\"after\":0}\n");
    for (unsigned turn = 0; turn < 3; turn++) {
        ck_assert_uint_le(hall.given, (turn + 1) * 256);
        control_run(control);
    }
    for (unsigned seq = 1; seq <= hall.event_count; seq++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "{\"id\":\"%u\"", seq);
        ck_hear(fd, wanted);
    }
    ck_assert_uint_eq(hall.given, hall.event_count);
    (void)close(fd);
}
END_TEST

START_TEST(a_watch_without_after_begins_now) {
    hall.event_count = 5;
    int fd = client();
    say(fd, "{\"do\":\"watch\"}\n");
    ck_assert_ptr_null(hear(fd));
    hall.event_count = 6;
    control_changed(control);
    ck_hear(fd, "{\"id\":\"6\"");
    (void)close(fd);
}
END_TEST

/* 20 MB for a reader who does not read: memory stays bounded, and all of it comes in order when he does. */
START_TEST(a_slow_watch_loses_nothing) {
    hall.event_count = 20000;
    hall.event_size = 1000;
    int fd = client();
    say(fd, "{\"do\":\"watch\",\"after\":0}\n");
    for (int i = 0; i < 100; i++) {
        control_changed(control);
    }
    for (unsigned seq = 1; seq <= hall.event_count; seq++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "{\"id\":\"%u\"", seq);
        ck_hear(fd, wanted);
    }
    (void)close(fd);
}
END_TEST

START_TEST(a_line_that_is_too_long_ends_it) {
    static char text[CONTROL_LINE_MAX + 1];
    memset(text, 'x', CONTROL_LINE_MAX);
    int fd = client();
    for (size_t at = 0; at < CONTROL_LINE_MAX; at += 4096) {
        ck_assert_int_eq(send(fd, text + at, 4096, MSG_NOSIGNAL), 4096);
        control_run(control);
    }
    ck_hear(fd, "\"reason\":\"too_large\"");
    ck_assert_str_eq(hear(fd), "");
    ck_assert_uint_eq(control_clients(control), 0);
    (void)close(fd);
}
END_TEST

START_TEST(one_client_too_many_is_turned_away) {
    int fds[CONTROL_CLIENTS_MAX];
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        fds[i] = client();
    }
    int more = client();
    ck_hear(more, "\"reason\":\"too_many\"");
    ck_assert_str_eq(hear(more), "");
    (void)close(fds[3]);
    control_run(control);
    int again = client();
    say(again, "{\"do\":\"reload\"}\n");
    ck_hear(again, "{\"ok\":true}");
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (i != 3) {
            (void)close(fds[i]);
        }
    }
    (void)close(more);
    (void)close(again);
}
END_TEST

/* `printf ... | nc -U` closes its side first and still wants the answer. */
START_TEST(a_half_closed_client_is_answered) {
    int fd = client();
    ck_assert_int_eq(send(fd, "{\"do\":\"users\"}\n", 15, MSG_NOSIGNAL), 15);
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    control_run(control);
    ck_hear(fd, "\"users\"");
    ck_assert_str_eq(hear(fd), "");
    (void)close(fd);
}
END_TEST

/* Who leaves a line unfinished is cut after CONTROL_SLOW_S. */
START_TEST(a_slow_line_is_cut) {
    int fd = client();
    say(fd, "{\"do\":");
    struct pollfd one = { .fd = fd, .events = POLLIN };
    for (int i = 0; i < (CONTROL_SLOW_S + 3) * 10 && poll(&one, 1, 100) == 0; i++) {
        control_run(control);
    }
    ck_assert_str_eq(hear(fd), "");
    ck_assert_uint_eq(hall.logged, 1);
    (void)close(fd);
}
END_TEST

START_TEST(the_socket_is_for_its_group) {
    struct stat entry;
    ck_assert_int_eq(stat(folder_path("s.sock"), &entry), 0);
    ck_assert(S_ISSOCK(entry.st_mode));
    ck_assert_uint_eq(entry.st_mode & 0777U, 0660);
}
END_TEST

START_TEST(a_second_listener_is_refused) {
    struct control *second = NULL;
    char fault[WHAT_SIZE] = "";
    ck_assert_int_eq(control_open(folder_path("s.sock"), &OWNER, &second, fault), HALL_BUSY);
    ck_assert_ptr_nonnull(strstr(fault, "another process listens"));
    ck_assert_int_eq(access(folder_path("s.sock"), F_OK), 0);
}
END_TEST

START_TEST(what_a_killed_process_left_is_replaced) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct control *second = NULL;
    char fault[WHAT_SIZE] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "%s", folder_path("old.sock"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    (void)close(fd);
    ck_assert_int_eq(control_open(folder_path("old.sock"), &OWNER, &second, fault), HALL_OK);
    control_close(second);
    folder_write("file", "keep me");
    ck_assert_int_eq(control_open(folder_path("file"), &OWNER, &second, fault), HALL_IO);
    ck_assert_int_eq(access(folder_path("file"), F_OK), 0);
    ck_assert_int_eq(control_open(folder_path("no/such"), &OWNER, &second, fault), HALL_IO);
}
END_TEST

Suite *control_suite(void) {
    Suite *suite = suite_create("control");
    TCase *tests = tcase_create("control");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, open_control, close_control);
    tcase_add_loop_test(tests, each_request_is_answered, 0, sizeof EXCHANGES / sizeof EXCHANGES[0]);
    tcase_add_test(tests, commands_are_the_clis);
    tcase_add_test(tests, failures_are_said);
    tcase_add_test(tests, a_late_answer_finds_its_client);
    tcase_add_test(tests, a_line_behind_an_answer_waits_for_its_turn);
    tcase_add_test(tests, a_watch_of_all_takes_turns);
    tcase_add_test(tests, an_answer_to_one_who_left_is_dropped);
    tcase_add_test(tests, a_watch_gets_each_event_once);
    tcase_add_test(tests, a_watch_without_after_begins_now);
    tcase_add_test(tests, a_slow_watch_loses_nothing);
    tcase_add_test(tests, a_line_that_is_too_long_ends_it);
    tcase_add_test(tests, one_client_too_many_is_turned_away);
    tcase_add_test(tests, a_half_closed_client_is_answered);
    tcase_add_test(tests, a_slow_line_is_cut);
    tcase_add_test(tests, the_socket_is_for_its_group);
    tcase_add_test(tests, a_second_listener_is_refused);
    tcase_add_test(tests, what_a_killed_process_left_is_replaced);
    suite_add_tcase(suite, tests);
    return suite;
}
