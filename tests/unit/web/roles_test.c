/* Every command x role: the table of web/roles.c against this one, and over HTTP with real sessions. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/web/fixture.h"
#include "tests/unit/web/suites.h"

/*
 * Columns: viewer, staff, guide, manager, admin. '-' never, 'y' yes, 'w' at their own window, 's' for themselves.
 * In a body of 'w', %d is the window; of 's', the staff number.
 */
static const struct {
    const char *name, *may, *body;
} ROWS[] = {
    { "ticket.issue", "--yyy", "{\"service\":\"social\"}" },
    { "ticket.cancel", "--yyy", "{\"ticket\":\"A001\"}" },
    { "ticket.requeue", "--yyy", "{\"ticket\":\"A001\"}" },
    { "ticket.reclass", "--yyy",
      "{\"ticket\":\"A001\",\"class\":\"green\",\"ground\":\"elderly\"}" },
    { "ticket.check_in", "--yyy", "{\"code\":\"0042\"}" },
    { "window.next", "-w-yy", "{\"window\":%d}" },
    { "window.recall", "-w-yy", "{\"window\":%d}" },
    { "window.no_show", "-w-yy", "{\"window\":%d}" },
    { "window.start", "-w-yy", "{\"window\":%d}" },
    { "window.done", "-w-yy", "{\"window\":%d}" },
    { "window.pause", "-w-yy", "{\"window\":%d,\"reason\":1}" },
    { "window.resume", "-w-yy", "{\"window\":%d}" },
    { "window.open", "-w-yy", "{\"window\":%d}" },
    { "window.close", "-w-yy", "{\"window\":%d}" },
    { "window.transfer", "-w-yy", "{\"window\":%d,\"service\":\"social\"}" },
    { "window.call", "-w-yy", "{\"window\":%d,\"ticket\":\"A001\"}" },
    { "window.hold", "-w-yy", "{\"window\":%d}" },
    { "window.unhold", "-w-yy", "{\"window\":%d}" },
    { "window.undo", "-w-yy", "{\"window\":%d}" },
    { "window.help", "-w-yy", "{\"window\":%d}" },
    { "window.assign", "---yy", "{\"window\":1,\"own\":[\"social\"],\"helps\":[]}" },
    { "staff.sign_in", "-s-yy", "{\"window\":2,\"staff\":\"0%d\"}" },
    { "staff.sign_out", "-s-yy", "{\"staff\":\"0%d\"}" },
    { "staff.set", "----y", "{\"staff\":\"0109\"}" },
    { "staff.remove", "----y", "{\"staff\":\"0109\"}" },
    { "service.stop", "---yy", "{\"service\":\"social\"}" },
    { "service.resume", "---yy", "{\"service\":\"social\"}" },
    { "hall.close", "---yy", "{}" },
    { "hall.open", "---yy", "{}" },
    { "hall.extend", "---yy", "{\"until\":\"2026-11-23T18:30:00+08:00\"}" },
    { "hall.notice", "---yy", "{\"text\":\"hello\"}" },
    { "hall.time", "----y", "{\"at\":\"2026-11-23T09:00:00+08:00\"}" },
    { "calendar.set", "----y", "{\"date\":\"2027-01-01\",\"spans\":[]}" },
    { "visit.link", "-w-yy", "{\"window\":%d,\"project_no\":\"P1\"}" },
    { "rating.invite", "-w-yy", "{\"window\":%d}" },
    { "rating.give", "---yy",
      "{\"ticket_id\":\"20261123-A001\",\"grade\":5,\"channel\":\"phone\"}" },
    { "rating.reasons", "---yy", "{\"ticket_id\":\"20261123-A001\",\"reasons\":[207]}" },
    { "case.contact", "---yy", "{\"case\":\"C-12\",\"outcome\":\"reached\"}" },
    { "case.verify", "---yy", "{\"case\":\"C-12\",\"outcome\":\"true\",\"text\":\"t\"}" },
    { "case.rectify", "---yy", "{\"case\":\"C-12\",\"cause\":\"wait\",\"text\":\"t\"}" },
    { "case.close", "---yy", "{\"case\":\"C-12\",\"outcome\":\"satisfied\",\"text\":\"t\"}" },
    { "case.appeal", "-s-yy", "{\"case\":\"C-12\",\"staff\":\"%d\",\"text\":\"t\"}" },
    { "note.erase", "---yy", "{\"note\":3}" },
    { "appointment.book", "--yyy",
      "{\"service\":\"social\",\"slot\":\"2026-11-24T09:00:00+08:00\"}" },
    { "appointment.cancel", "--yyy", "{\"code\":\"0042\"}" },
    { "precheck.approve", "--yyy", "{\"service\":\"social\"}" },
    { "alert.acknowledge", "---yy", "{\"alert\":12}" },
    { "device.identify", "---yy", "{\"device\":\"board-1\"}" },
    { "device.test", "---yy", "{\"device\":\"board-1\"}" },
    { "events.replay", "---yy", "{\"from\":1,\"to\":9}" },
};
enum { ROW_COUNT = sizeof ROWS / sizeof ROWS[0], ROLES = 5 };
static const char *const USERS[ROLES] = { "vera", "stan", "gus", "mona", "ada" };

static int give(const char *cookie, unsigned row, int value) {
    char path[96], body[160];
    snprintf(path, sizeof path, "/api/v1/commands/%s", ROWS[row].name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(body, sizeof body, ROWS[row].body, value);
#pragma GCC diagnostic pop
    return ask(0, "POST", path, cookie, body);
}

START_TEST(test_every_command_is_in_the_table) {
    bool is_seen[COMMAND_TYPES] = { false };
    for (unsigned i = 0; i < ROW_COUNT; i++) {
        enum command_type type = command_of_name(ROWS[i].name);
        ck_assert_msg(type != COMMAND_NONE, "%s", ROWS[i].name);
        is_seen[type] = true;
        for (unsigned role = 0; role < ROLES; role++) {
            static const enum permission LETTERS[] = {
                ['-'] = MAY_NOT, ['y'] = MAY, ['w'] = MAY_AT_OWN_WINDOW, ['s'] = MAY_FOR_ONESELF
            };
            enum permission wanted = LETTERS[(unsigned char)ROWS[i].may[role]];
            ck_assert_msg(role_permission(WEB_VIEWER + role, type) == wanted, "%s %s", ROWS[i].name,
                          USERS[role]);
        }
        ck_assert_int_eq(role_permission(WEB_NOBODY, type), MAY_NOT);
    }
    for (unsigned type = COMMAND_NONE + 1; type < COMMAND_TYPES; type++) {
        ck_assert_msg(is_seen[type], "%s", command_name(type));
    }
}
END_TEST

static void check_command(const char *cookie, unsigned row, unsigned role) {
    char letter = ROWS[row].may[role];
    int own = letter == 's' ? 107 : 1, other = letter == 's' ? 108 : 2;
    unsigned before = fx.submitted;
    int status = give(cookie, row, own);
    ck_assert_msg(status == (letter == '-' ? 403 : 200), "%s %s: %d %s", ROWS[row].name,
                  USERS[role], status, answer_body());
    ck_assert_uint_eq(fx.submitted - before, letter != '-');
    if (letter == 'w' || letter == 's') {
        ck_assert_msg(give(cookie, row, other) == 403, "%s", ROWS[row].name);
    }
}

START_TEST(test_every_command_over_http) {
    fixture_open();
    for (unsigned role = 0; role < ROLES; role++) {
        const char *cookie = log_in(USERS[role]);
        for (unsigned row = 0; row < ROW_COUNT; row++) {
            check_command(cookie, row, role);
        }
    }
    for (unsigned row = 0; row < ROW_COUNT; row++) {
        ck_assert_int_eq(give("", row, 1), 401);
    }
    fixture_close();
}
END_TEST

static bool asks_pin(const char *headers, const char *body) {
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/staff.sign_in", headers, body), 200);
    return fx.command.needs_pin;
}

/* The own log-in has asked for a password already, and a program answers for whom it names. */
START_TEST(test_whose_pin_is_asked_for) {
    static const char OF_107[] = "{\"window\":2,\"staff\":\"0107\"}";
    fixture_open();
    ck_assert(!asks_pin(log_in("stan"), OF_107));
    ck_assert(asks_pin(log_in("mona"), OF_107));
    ck_assert(asks_pin(log_in("ada"), "{\"window\":2,\"staff\":\"0107\",\"pin\":52718}"));
    ck_assert_uint_eq(fx.command.pin, 52718);
    ck_assert(!asks_pin("Authorization: Bearer good-token\r\n", OF_107));
    fixture_close();
}
END_TEST

START_TEST(test_own_window_follows_the_hall) {
    fixture_open();
    const char *stan = log_in("stan");
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/window.next", stan, "{\"window\":1}"), 200);
    strcpy(fx.snapshot.windows[0].staff, "");
    strcpy(fx.snapshot.windows[1].staff, "107");
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/window.next", stan, "{\"window\":1}"), 403);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/window.next", stan, "{\"window\":2}"), 200);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/window.next", stan, "{\"window\":3}"), 403);
    /* Signing out by window, and opening one's window under another's name. */
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/staff.sign_out", stan, "{\"window\":2}"),
                     200);
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/staff.sign_out", stan, "{\"window\":1}"),
                     403);
    ck_assert_int_eq(
        ask(0, "POST", "/api/v1/commands/window.open", stan, "{\"window\":2,\"staff\":\"0108\"}"),
        403);
    fixture_close();
}
END_TEST

START_TEST(test_by_is_who_logged_in) {
    fixture_open();
    const char *body = "{\"service\":\"social\",\"by\":{\"kind\":\"key\",\"id\":\"chen\"}}";
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/ticket.issue", log_in("gus"), body), 200);
    ck_assert_int_eq(fx.command.by.kind, BY_PAGE);
    ck_assert_str_eq(fx.command.by.id, "gus");
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/ticket.issue",
                         "Authorization: Bearer good-token\r\n", body),
                     200);
    ck_assert_int_eq(fx.command.by.kind, BY_PAGE);
    ck_assert_str_eq(fx.command.by.id, "backoffice:chen");
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/ticket.issue",
                         "Authorization: Bearer good-token\r\n", "{\"service\":\"social\"}"),
                     200);
    ck_assert_str_eq(fx.command.by.id, "backoffice");
    fixture_close();
}
END_TEST

static void issue_by(const char *headers, const char *body, int status) {
    ck_assert_int_eq(ask(0, "POST", "/api/v1/commands/ticket.issue", headers, body), status);
}

/* Who is a guide is known by the log-in; the channel is said by programs alone. */
START_TEST(test_the_desk_is_known_by_who_asks) {
    static const char TOKEN[] = "Authorization: Bearer good-token\r\n";
    static const char PLAIN[] = "{\"service\":\"social\"}";
    static const char OF_WEB[] = "{\"service\":\"social\",\"channel\":\"web\"}";
    fixture_open();
    issue_by(log_in("gus"), PLAIN, 200);
    ck_assert(fx.command.is_guide);
    ck_assert_int_eq(fx.command.channel, CHANNEL_NONE);
    issue_by(log_in("mona"), PLAIN, 200);
    ck_assert(!fx.command.is_guide);
    ck_assert_int_eq(fx.command.channel, CHANNEL_NONE);
    issue_by(TOKEN, PLAIN, 200);
    ck_assert(!fx.command.is_guide);
    ck_assert_int_eq(fx.command.channel, CHANNEL_COMMAND);
    issue_by(TOKEN, OF_WEB, 200);
    ck_assert_int_eq(fx.command.channel, CHANNEL_WEB);
    unsigned before = fx.submitted;
    issue_by(log_in("gus"), OF_WEB, 400);
    ck_assert_ptr_nonnull(strstr(answer_body(), "channel: "));
    ck_assert_uint_eq(fx.submitted, before);
    fixture_close();
}
END_TEST

TCase *roles_case(void) {
    TCase *tests = tcase_create("roles");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_every_command_is_in_the_table);
    tcase_add_test(tests, test_every_command_over_http);
    tcase_add_test(tests, test_own_window_follows_the_hall);
    tcase_add_test(tests, test_whose_pin_is_asked_for);
    tcase_add_test(tests, test_by_is_who_logged_in);
    tcase_add_test(tests, test_the_desk_is_known_by_who_asks);
    return tests;
}
