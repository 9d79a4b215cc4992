/* Topics put together and taken apart; nothing of another hall or with a wildcard is ours. */
#include "protocol/topic.h"
#include "suite.h"

START_TEST(topics_of_a_hall) {
    char topic[TOPIC_SIZE];
    topic_event("futian-01", EVENT_TICKET_NO_SHOW, topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/events/ticket/no_show");
    topic_status("futian-01", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/status");
    topic_state_hall("futian-01", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/state/hall");
    topic_state("futian-01", "window", "3", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/state/window/3");
    topic_commands("futian-01", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/commands/#");
    topic_reply("futian-01", "abc.1", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/replies/abc.1");
    topic_reply("futian-01", "", topic);
    ck_assert_str_eq(topic, "hallq/v1/futian-01/replies/invalid");
}
END_TEST

static const struct {
    const char *topic, *name;
} COMMANDS[] = {
    { "hallq/v1/h/commands/window.next", "window.next" },
    { "hallq/v1/h/commands/", NULL },
    { "hallq/v1/h/commands/a/b", NULL },
    { "hallq/v1/h/commands/#", NULL },
    { "hallq/v1/h/commands/+", NULL },
    { "hallq/v1/hh/commands/window.next", NULL },
    { "hallq/v2/h/commands/window.next", NULL },
    { "hallq/v1/h/events/ticket/called", NULL },
    { "", NULL },
};

START_TEST(command_names) {
    const char *name = topic_command_name("h", COMMANDS[_i].topic);
    if (COMMANDS[_i].name == NULL) {
        ck_assert_ptr_null(name);
    } else {
        ck_assert_str_eq(name, COMMANDS[_i].name);
    }
}
END_TEST

START_TEST(replies_lie_under_this_hall) {
    ck_assert(topic_is_reply("h", "hallq/v1/h/replies/x"));
    ck_assert(topic_is_reply("h", "hallq/v1/h/replies/back-office/7"));
    ck_assert(!topic_is_reply("h", "hallq/v1/h/replies/"));
    ck_assert(!topic_is_reply("h", "hallq/v1/h/replies/+"));
    ck_assert(!topic_is_reply("h", "hallq/v1/h/replies/a/#"));
    ck_assert(!topic_is_reply("h", "hallq/v1/g/replies/x"));
    ck_assert(!topic_is_reply("h", "hallq/v1/h/events/ticket/called"));
}
END_TEST

TCase *topic_case(void) {
    TCase *tcase = tcase_create("topic");
    tcase_add_test(tcase, topics_of_a_hall);
    tcase_add_loop_test(tcase, command_names, 0, (int)(sizeof COMMANDS / sizeof COMMANDS[0]));
    tcase_add_test(tcase, replies_lie_under_this_hall);
    return tcase;
}
