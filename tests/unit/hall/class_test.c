/* Who may give which class, and for which services. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

static enum reason reclass_green(struct lab *lab, const char *ticket) {
    struct command command = { .type = COMMAND_TICKET_RECLASS, .by = { BY_MQTT, "office" } };
    command.ticket = lab_no(ticket);
    command.class = CLASS_GREEN;
    command.ground = GROUND_ELDERLY;
    command.has = COMMAND_HAS(ARG_TICKET) | COMMAND_HAS(ARG_CLASS) | COMMAND_HAS(ARG_GROUND);
    return lab_send(lab, &command);
}

START_TEST(a_class_holds_for_its_services) {
    struct lab *lab = lab_new();
    lab->rules.classes[CLASS_GREEN].services = 1U << 1; /* social */
    lab_begin(lab);
    ck_assert_int_eq(lab_issue_green(lab, "social"), REASON_NONE);
    ck_refused(lab, lab_issue_green(lab, "tax"), REASON_CLASS_NOT_ALLOWED);
    lab_issue(lab, "social");
    lab_issue(lab, "tax");
    ck_assert_int_eq(reclass_green(lab, "A002"), REASON_NONE);
    ck_refused(lab, reclass_green(lab, "B001"), REASON_CLASS_NOT_ALLOWED);
    lab_close(lab);
}
END_TEST

START_TEST(a_class_is_changed_only_while_its_ticket_waits) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_refused(lab, reclass_green(lab, "A001"), REASON_NOT_NOW);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    ck_refused(lab, reclass_green(lab, "A001"), REASON_NOT_NOW);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_refused(lab, reclass_green(lab, "A001"), REASON_NOT_NOW);
    ck_refused(lab, reclass_green(lab, "A009"), REASON_NO_SUCH);
    struct command command = { .type = COMMAND_TICKET_RECLASS, .by = { BY_MQTT, "office" } };
    command.ticket = lab_no("A002");
    command.has = COMMAND_HAS(ARG_TICKET) | COMMAND_HAS(ARG_CLASS) | COMMAND_HAS(ARG_GROUND);
    command.class = CLASS_NORMAL;
    command.ground = GROUND_ELDERLY; /* a ground is green's alone */
    ck_refused(lab, lab_send(lab, &command), REASON_BAD_ARGUMENT);
    lab_close(lab);
}
END_TEST

START_TEST(a_command_that_is_none_is_unknown) {
    struct lab *lab = lab_open();
    struct command command = { .type = COMMAND_NONE, .by = { BY_MQTT, "office" } };
    ck_refused(lab, lab_send(lab, &command), REASON_UNKNOWN_COMMAND);
    lab_close(lab);
}
END_TEST

/* Who sends commands, and how classes.*.by calls them. */
static const struct {
    struct by by;
    bool is_guide;
    enum class_source source;
    enum ticket_channel channel;
} SENDERS[] = {
    { { BY_KEY, "dispenser-1" }, false, SOURCE_KEY, CHANNEL_DISPENSER },
    { { BY_PAGE, "gu" }, true, SOURCE_GUIDE, CHANNEL_GUIDE },
    { { BY_PAGE, "mo" }, false, SOURCE_PAGE, CHANNEL_GUIDE },
    { { BY_MQTT, "office" }, false, SOURCE_COMMAND, CHANNEL_COMMAND },
    { { BY_CLI, "root" }, false, SOURCE_COMMAND, CHANNEL_COMMAND },
};
enum { SENDERS_COUNT = sizeof SENDERS / sizeof SENDERS[0] };

static enum reason send_as(struct lab *lab, unsigned sender, enum command_type type,
                           enum ticket_class class) {
    struct command command = { .type = type, .by = SENDERS[sender].by, .class = class };
    command.is_guide = SENDERS[sender].is_guide;
    command.ticket = lab_no("A001");
    snprintf(command.service, sizeof command.service, "social");
    command.has = COMMAND_HAS(ARG_TICKET) | COMMAND_HAS(ARG_CLASS);
    return lab_send(lab, &command);
}

/* Each word of classes.*.by lets in its own senders and nobody else, by whichever command the class is given. */
START_TEST(a_class_is_given_by_whom_its_by_names) {
    static const enum class_source SOURCES_OF_SENDERS[] = { SOURCE_KEY, SOURCE_GUIDE, SOURCE_PAGE,
                                                            SOURCE_COMMAND };
    static const enum command_type WAYS[] = { COMMAND_TICKET_ISSUE, COMMAND_TICKET_RECLASS,
                                              COMMAND_PRECHECK_APPROVE };
    enum class_source named = SOURCES_OF_SENDERS[_i];
    struct lab *lab = lab_new();
    lab->rules.classes[CLASS_GREEN].channels = 1U << named;
    lab_begin(lab);
    lab_issue(lab, "social");
    for (unsigned sender = 0; sender < SENDERS_COUNT; sender++) {
        bool may = SENDERS[sender].source == named;
        for (unsigned way = 0; way < sizeof WAYS / sizeof WAYS[0]; way++) {
            enum reason reason = send_as(lab, sender, WAYS[way], CLASS_GREEN);
            ck_assert_msg(reason == (may ? REASON_NONE : REASON_CLASS_NOT_ALLOWED),
                          "%s by %s, named %d: %s", command_name(WAYS[way]), SENDERS[sender].by.id,
                          (int)named, reason_word(reason));
        }
    }
    lab_close(lab);
}
END_TEST

START_TEST(a_tickets_channel_is_where_it_was_asked_for) {
    struct lab *lab = lab_open();
    for (unsigned sender = 0; sender < SENDERS_COUNT; sender++) {
        ck_assert_int_eq(send_as(lab, sender, COMMAND_TICKET_ISSUE, CLASS_NORMAL), REASON_NONE);
        ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->channel, SENDERS[sender].channel);
    }
    lab_close(lab);
}
END_TEST

/* A program says for whom it asks; that opens no class to it. */
START_TEST(a_program_may_ask_for_a_kiosk_or_the_web) {
    static const enum ticket_channel CHANNELS[] = { CHANNEL_KIOSK, CHANNEL_WEB };
    struct lab *lab = lab_new();
    lab->rules.classes[CLASS_GREEN].channels = 1U << SOURCE_GUIDE | 1U << SOURCE_PAGE;
    lab_begin(lab);
    for (unsigned i = 0; i < 2; i++) {
        struct command command = { .type = COMMAND_TICKET_ISSUE, .by = { BY_MQTT, "office" } };
        snprintf(command.service, sizeof command.service, "social");
        command.channel = CHANNELS[i];
        command.has = COMMAND_HAS(ARG_SERVICE) | COMMAND_HAS(ARG_CHANNEL);
        ck_assert_int_eq(lab_send(lab, &command), REASON_NONE);
        ck_assert_int_eq(lab_last(lab, EVENT_TICKET_ISSUED)->channel, CHANNELS[i]);
        command.class = CLASS_GREEN;
        ck_refused(lab, lab_send(lab, &command), REASON_CLASS_NOT_ALLOWED);
    }
    lab_close(lab);
}
END_TEST

TCase *class_case(void) {
    TCase *tcase = tcase_create("class");
    tcase_add_test(tcase, a_class_is_changed_only_while_its_ticket_waits);
    tcase_add_test(tcase, a_command_that_is_none_is_unknown);
    tcase_add_test(tcase, a_class_holds_for_its_services);
    tcase_add_loop_test(tcase, a_class_is_given_by_whom_its_by_names, 0, 4);
    tcase_add_test(tcase, a_tickets_channel_is_where_it_was_asked_for);
    tcase_add_test(tcase, a_program_may_ask_for_a_kiosk_or_the_web);
    return tcase;
}
