/* Commands: what each must and may have, what is said of every mistake, the way there and back, the answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/command.h"
#include "protocol/command_fields.h"
#include "suite.h"

static struct command command;
static char fault[WHAT_SIZE];

static enum reason read(const char *name, const char *text) {
    return command_read(name, text, strlen(text), &command, fault);
}

static const struct {
    const char *name, *text;
} GOOD[] = {
    { "ticket.issue",
      "{\"id\":\"a\",\"service\":\"social\",\"class\":\"green\",\"ground\":\"elderly\"}" },
    { "ticket.issue", "{\"service\":\"social\",\"services\":[\"social\",\"tax\"],\"for\":3,"
                      "\"print\":\"dispenser-1\",\"person\":\"x\"}" },
    { "ticket.issue", "{\"service\":\"social\",\"channel\":\"kiosk\"}" },
    { "ticket.issue", "{\"service\":\"social\",\"channel\":\"web\"}" },
    { "ticket.cancel", "{\"ticket\":\"A001\"}" },
    { "ticket.cancel", "{\"token\":\"abc.DEF_-9\"}" },
    { "ticket.requeue", "{\"ticket\":\"20261123-A001\"}" },
    { "ticket.check_in", "{\"code\":\"0042\"}" },
    { "ticket.check_in", "{\"code\":42}" },
    { "window.pause", "{\"window\":3,\"reason\":1}" },
    { "window.pause", "{\"window\":3,\"reason\":\"break\"}" },
    { "window.done", "{\"window\":3,\"outcome\":\"told_missing\"}" },
    { "window.close", "{\"window\":3,\"force\":true}" },
    { "window.transfer", "{\"window\":3,\"service\":\"tax\",\"place\":\"now\"}" },
    { "window.transfer", "{\"window\":3,\"to_window\":4}" },
    { "window.assign", "{\"window\":3,\"own\":[\"*\"],\"helps\":[\"tax\"]}" },
    { "staff.set", "{\"staff\":\"0107\",\"pin\":1000,\"by\":{\"id\":\"liu\"}}" },
    { "staff.sign_in", "{\"window\":1,\"staff\":\"0107\",\"pin\":65535}" },
    { "hall.extend", "{\"until\":\"2026-11-23T18:30:00+08:00\",\"by\":\"liu\"}" },
    { "hall.extend", "{\"window\":3}" },
    { "hall.time", "{\"at\":\"2026-11-23T09:31:02+08:00\",\"by\":\"liu\"}" },
    { "calendar.set", "{\"date\":\"2027-01-10\",\"spans\":[\"09:00-12:00\"]}" },
    { "calendar.set", "{\"date\":\"2027-01-10\"}" },
    { "visit.link", "{\"window\":3,\"project_no\":\"p\",\"task_code\":\"t\",\"pro_status\":3}" },
    { "visit.link", "{\"ticket\":\"A001\",\"project_no\":\"p\"}" },
    { "rating.give", "{\"token\":\"t\",\"grade\":5,\"channel\":\"qr\"}" },
    { "rating.give",
      "{\"ticket_id\":\"20261123-A001\",\"grade\":1,\"channel\":\"pc\",\"reasons\":[108]}" },
    { "rating.give",
      "{\"window\":3,\"session\":9,\"grade\":2,\"channel\":\"tablet\",\"text\":\"慢\","
      "\"contact\":\"138\"}" },
    { "rating.reasons", "{\"window\":3,\"session\":9,\"reasons\":[207,214]}" },
    { "case.contact", "{\"case\":\"C-1042\",\"outcome\":\"reached\"}" },
    { "case.rectify", "{\"case\":\"C-1042\",\"cause\":\"wait\",\"text\":\"加开窗口\"}" },
    { "case.appeal", "{\"case\":\"C-1042\",\"staff\":\"0107\",\"text\":\"不是我\"}" },
    { "appointment.book", "{\"service\":\"tax\",\"slot\":\"2026-11-24T09:30:00+08:00\"}" },
    { "alert.acknowledge", "{\"alert\":77,\"by\":\"liu\"}" },
    { "events.replay", "{\"from\":1,\"to\":100}" },
    { "window.next", "{\"id\":\"x\",\"time\":\"2026-11-23T09:31:02+08:00\","
                     "\"expires\":\"2026-11-23T09:32:02Z\",\"window\":1}" },
};

START_TEST(good_commands_are_taken_and_come_back) {
    static struct command back;
    char text[4096];
    ck_assert_msg(read(GOOD[_i].name, GOOD[_i].text) == REASON_NONE, "%s: %s", GOOD[_i].text,
                  fault);
    ck_assert_str_eq(command_name(command.type), GOOD[_i].name);
    back = command;
    int length = command_write(&back, text, sizeof text);
    ck_assert_int_gt(length, 0);
    ck_assert_msg(read(GOOD[_i].name, text) == REASON_NONE, "%s: %s", text, fault);
    ck_assert_mem_eq(&command, &back, sizeof command);
    ck_assert_int_eq(command_write(&back, text, (size_t)length), HALL_FULL);
}
END_TEST

static const struct {
    const char *name, *text;
    enum reason reason;
    const char *fault;
} WRONG[] = {
    { "window.nxt", "{}", REASON_UNKNOWN_COMMAND, "found \"window.nxt\"" },
    { "", "{}", REASON_UNKNOWN_COMMAND, "found \"\"" },
    { "window.next", "{}", REASON_MALFORMED, "window: is missing" },
    { "window.next", "[]", REASON_MALFORMED, "expected an object {}" },
    { "window.next", "{", REASON_MALFORMED, "found the end of the text" },
    { "window.next", "{\"window\":\"x\"}", REASON_MALFORMED,
      "window: found \"x\", expected a whole number 1..999" },
    { "window.next", "{\"window\":1000}", REASON_MALFORMED, "window: found 1000" },
    { "window.next", "{\"window\":1.5}", REASON_MALFORMED, "window: found 1.5" },
    { "window.next", "{\"windw\":1}", REASON_MALFORMED,
      "windw: found an unknown key, expected perhaps \"window\"" },
    { "window.next", "{\"window\":1,\"service\":\"a\"}", REASON_MALFORMED,
      "service: found an unknown" },
    { "window.next", "{\"window\":1,\"window\":2}", REASON_MALFORMED,
      "window: found this key twice" },
    { "window.next", "{\"window\":1,\"id\":\"a b\"}", REASON_MALFORMED,
      "id: found \"a b\", expected" },
    { "window.next", "{\"window\":1,\"time\":\"now\"}", REASON_MALFORMED, "time: found \"now\"" },
    { "window.next", "{\"window\":1,\"by\":7}", REASON_MALFORMED, "by: found 7, expected" },
    { "ticket.issue", "{\"service\":\"Social\"}", REASON_MALFORMED, "service: found \"Social\"" },
    { "ticket.issue", "{\"service\":\"a\",\"class\":\"vip\"}", REASON_MALFORMED,
      "class: found \"vip\", expected normal, appointment" },
    { "ticket.issue", "{\"service\":\"a\",\"services\":[7]}", REASON_MALFORMED,
      "services[0]: found" },
    { "ticket.cancel", "{}", REASON_MALFORMED, "found none, expected ticket or token" },
    { "ticket.cancel", "{\"ticket\":\"1\"}", REASON_MALFORMED,
      "ticket: found \"1\", expected a ticket" },
    { "ticket.cancel", "{\"token\":\"a/b\"}", REASON_MALFORMED, "token: found \"a/b\", expected" },
    { "ticket.check_in", "{\"code\":\"42\"}", REASON_MALFORMED,
      "code: found \"42\", expected four" },
    { "window.pause", "{\"window\":1,\"reason\":16}", REASON_MALFORMED, "reason: found 16" },
    { "window.transfer", "{\"window\":1}", REASON_MALFORMED, "found none, expected service or" },
    { "staff.sign_in", "{\"window\":1,\"staff\":\"x\"}", REASON_MALFORMED, "staff: found \"x\"" },
    { "rating.give", "{\"grade\":6,\"channel\":\"qr\",\"token\":\"t\"}", REASON_MALFORMED,
      "grade: found 6" },
    { "rating.give", "{\"grade\":5,\"channel\":\"qr\",\"window\":1}", REASON_MALFORMED,
      "found none, expected token, ticket_id" },
    { "ticket.issue", "{\"service\":\"a\",\"class\":\"credit\",\"channel\":\"guide\"}",
      REASON_MALFORMED, "channel: found \"guide\", expected kiosk or web" },
    { "rating.give", "{\"grade\":5,\"channel\":\"default\",\"token\":\"t\"}", REASON_MALFORMED,
      "channel: found \"default\", expected keypad, tablet" },
    { "rating.give", "{\"grade\":5,\"channel\":\"fax\",\"token\":\"t\"}", REASON_MALFORMED,
      "channel: found \"fax\"" },
    { "rating.reasons", "{\"token\":\"t\",\"reasons\":[1]}", REASON_MALFORMED,
      "reasons[0]: found 1, expected" },
    { "case.contact", "{\"case\":\"C-0\",\"outcome\":\"reached\"}", REASON_MALFORMED,
      "case: found \"C-0\"" },
    { "case.rectify", "{\"case\":\"C-1042\",\"text\":\"t\"}", REASON_MALFORMED,
      "cause: is missing" },
    { "case.rectify", "{\"case\":\"C-1042\",\"cause\":\"fate\",\"text\":\"t\"}", REASON_MALFORMED,
      "cause: found \"fate\", expected manner" },
    { "calendar.set", "{\"date\":\"2027-02-30\",\"spans\":[]}", REASON_MALFORMED,
      "date: found \"2027-02-30\"" },
    { "calendar.set", "{\"date\":\"2027-02-03\",\"spans\":[\"x\"]}", REASON_MALFORMED,
      "spans[0]: found \"x\"" },
    { "events.replay", "{\"from\":0}", REASON_MALFORMED, "from: found 0" },
    /* A PIN is not said back, whatever is wrong with it. */
    { "staff.set", "{\"staff\":\"0107\",\"pin\":\"52718\"}", REASON_MALFORMED,
      "pin: expected a whole number 1000..65535" },
    { "staff.set", "{\"staff\":\"0107\",\"pin\":999}", REASON_MALFORMED, "pin: expected a whole" },
    { "staff.set", "{\"staff\":\"0107\",\"pin\":65536}", REASON_MALFORMED,
      "pin: expected a whole" },
    { "staff.sign_in", "{\"window\":1,\"staff\":\"0107\",\"pin\":1000.5}", REASON_MALFORMED,
      "pin: expected a whole" },
};

START_TEST(mistakes_are_named) {
    ck_assert_uint_eq(read(WRONG[_i].name, WRONG[_i].text), WRONG[_i].reason);
    ck_assert_msg(strstr(fault, WRONG[_i].fault) == fault, "%s: %s", WRONG[_i].text, fault);
}
END_TEST

START_TEST(the_id_is_kept_for_the_answer) {
    ck_assert_uint_eq(read("window.next", "{\"id\":\"abc\",\"window\":0}"), REASON_MALFORMED);
    ck_assert_str_eq(command.id, "abc");
    ck_assert_uint_eq(read("no.such", "{\"id\":\"abc\"}"), REASON_UNKNOWN_COMMAND);
    ck_assert_str_eq(command.id, "abc");
    ck_assert_uint_eq(read("window.next", "{\"id\":\"abc\",\"id\":\"d\",\"window\":1}"),
                      REASON_MALFORMED);
}
END_TEST

START_TEST(the_sender_never_says_how_it_came) {
    ck_assert_uint_eq(
        read("window.next", "{\"window\":1,\"by\":{\"kind\":\"key\",\"id\":\"liu\"}}"),
        REASON_NONE);
    ck_assert_uint_eq(command.by.kind, BY_NONE);
    ck_assert_str_eq(command.by.id, "liu");
}
END_TEST

START_TEST(values_arrive) {
    ck_assert_uint_eq(read("rating.give",
                           "{\"ticket_id\":\"20261123-AB041\",\"grade\":2,\"channel\":"
                           "\"mobile\",\"reasons\":[207,214],\"text\":\"慢\"}"),
                      REASON_NONE);
    ck_assert_uint_eq(command.day, 20261123);
    ck_assert(ticket_no_equal(command.ticket, (struct ticket_no){ "AB", 41 }));
    ck_assert_uint_eq(command.grade, 2);
    ck_assert_uint_eq(command.rating_channel, RATING_MOBILE);
    ck_assert_uint_eq(command.channel, CHANNEL_NONE);
    ck_assert_uint_eq(command.reason_count, 2);
    ck_assert_uint_eq(command.reasons[1], 214);
    ck_assert_str_eq(command.text, "慢");
    ck_assert(!(command.has & COMMAND_HAS(ARG_CONTACT)));
    ck_assert_uint_eq(read("window.pause", "{\"window\":3,\"reason\":2}"), REASON_NONE);
    ck_assert_str_eq(command.reason, "2");
    ck_assert_uint_eq(
        read("case.close", "{\"case\":\"C-1042\",\"outcome\":\"satisfied\",\"text\":\"已答复\"}"),
        REASON_NONE);
    ck_assert_uint_eq(command.case_seq, 1042);
}
END_TEST

START_TEST(size_has_a_bound) {
    char *text = malloc(COMMAND_JSON_MAX + 2);
    ck_assert_ptr_nonnull(text);
    int used = snprintf(text, COMMAND_JSON_MAX, "{\"window\":1}");
    memset(text + used, ' ', COMMAND_JSON_MAX + 1 - (size_t)used);
    ck_assert_uint_eq(command_read("window.next", text, COMMAND_JSON_MAX, &command, fault),
                      REASON_NONE);
    ck_assert_uint_eq(command_read("window.next", text, COMMAND_JSON_MAX + 1, &command, fault),
                      REASON_TOO_LARGE);
    free(text);
}
END_TEST

START_TEST(every_command_has_a_name) {
    ck_assert_ptr_null(command_name(COMMAND_NONE));
    for (unsigned i = 1; i < COMMAND_TYPES; i++) {
        ck_assert_uint_eq(command_of_name(command_name((enum command_type)i)), i);
    }
}
END_TEST

START_TEST(answers_are_those_of_the_design) {
    char out[1024];
    struct answer answer = { .id = "a1", .first_seq = 1042, .event_count = 2 };
    ck_assert_int_gt(answer_write(&answer, out, sizeof out), 0);
    ck_assert_str_eq(out, "{\"id\":\"a1\",\"ok\":true,\"events\":[1042,1043]}");
    answer.event_count = 1;
    answer.day = 20261123;
    answer.ticket = (struct ticket_no){ "A", 7 };
    answer.has_code = true;
    answer.code = 42;
    ck_assert_int_gt(answer_write(&answer, out, sizeof out), 0);
    ck_assert_str_eq(out, "{\"id\":\"a1\",\"ok\":true,\"events\":[1042],\"ticket\":\"A007\","
                          "\"ticket_id\":\"20261123-A007\",\"code\":\"0042\"}");
    answer = (struct answer){ .items = "[{}]", .items_length = 4, .has_more = true };
    ck_assert_int_gt(answer_write(&answer, out, sizeof out), 0);
    ck_assert_str_eq(out, "{\"id\":null,\"ok\":true,\"events\":[],\"items\":[{}],\"more\":true}");
    answer = (struct answer){ .id = "b", .reason = REASON_NOT_SAVED };
    ck_assert_int_gt(answer_write(&answer, out, sizeof out), 0);
    ck_assert_str_eq(out,
                     "{\"id\":\"b\",\"ok\":false,\"reason\":\"not_saved\",\"message\":\"Not saved, "
                     "press again\",\"message_zh\":\"没有保存，请再按一次\"}");
    char numbers[] = "{\"id\":\"a\",\"ok\":true,\"events\":[1042,1043],\"ticket\":\"A007\"}";
    numbers[answer_hide_events(numbers, (int)strlen(numbers))] = '\0';
    ck_assert_str_eq(numbers, "{\"id\":\"a\",\"ok\":true,\"events\":[],\"ticket\":\"A007\"}");
    int refused = (int)strlen(out);
    ck_assert_int_eq(answer_hide_events(out, refused), refused);
    snprintf(answer.message, sizeof answer.message, "window: found 0");
    ck_assert_int_gt(answer_write(&answer, out, sizeof out), 0);
    ck_assert_ptr_nonnull(strstr(out, "\"message\":\"window: found 0\""));
    ck_assert_int_eq(answer_write(&answer, out, 20), HALL_FULL);
}
END_TEST

TCase *command_case(void) {
    TCase *tcase = tcase_create("command");
    tcase_add_loop_test(tcase, good_commands_are_taken_and_come_back, 0,
                        (int)(sizeof GOOD / sizeof GOOD[0]));
    tcase_add_loop_test(tcase, mistakes_are_named, 0, (int)(sizeof WRONG / sizeof WRONG[0]));
    tcase_add_test(tcase, the_id_is_kept_for_the_answer);
    tcase_add_test(tcase, the_sender_never_says_how_it_came);
    tcase_add_test(tcase, values_arrive);
    tcase_add_test(tcase, size_has_a_bound);
    tcase_add_test(tcase, every_command_has_a_name);
    tcase_add_test(tcase, answers_are_those_of_the_design);
    return tcase;
}
