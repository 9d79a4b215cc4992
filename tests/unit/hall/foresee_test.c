/* Which ticket a command would issue is known before it is decided, so that its paper can promise a time. */
#include <stdio.h>

#include "fixture.h"
#include "suites.h"

/* What the command would issue now; service 0: no ticket. */
static struct foreseen foresee(struct lab *lab, const struct command *command) {
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    struct foreseen ticket;
    input.command.command = command;
    input.command.code_hashes = lab->code_hashes;
    return hall_foresee(lab->hall, &input, &ticket) ? ticket : (struct foreseen){ 0 };
}

#define ck_foresees(lab, command, wanted_service, wanted_class, wanted_turn_ms)                    \
    do {                                                                                           \
        struct foreseen ticket_ = foresee((lab), (command));                                       \
        ck_assert_uint_eq(ticket_.service, (wanted_service));                                      \
        ck_assert_int_eq(ticket_.class, (wanted_class));                                           \
        ck_assert_int_eq(ticket_.turn_ms, (wanted_turn_ms));                                       \
    } while (0)

static struct command by_office(enum command_type type, const char *service) {
    struct command command = { .type = type, .by = { BY_MQTT, "office" } };
    snprintf(command.service, sizeof command.service, "%s", service);
    command.has = COMMAND_HAS(ARG_SERVICE);
    return command;
}

static struct command check_in(unsigned code) {
    struct command command = { .type = COMMAND_TICKET_CHECK_IN, .by = { BY_KEY, "dispenser-1" } };
    command.code = (uint16_t)code;
    command.has = COMMAND_HAS(ARG_CODE);
    return command;
}

START_TEST(a_ticket_is_foreseen_with_its_class_and_turn) {
    struct lab *lab = lab_open();
    struct command issue = by_office(COMMAND_TICKET_ISSUE, "social");
    ck_foresees(lab, &issue, 1, CLASS_NORMAL, lab->now_ms);
    issue.class = CLASS_GREEN;
    ck_foresees(lab, &issue, 1, CLASS_GREEN, lab_time(8, 30));
    struct command list = by_office(COMMAND_TICKET_ISSUE, "");
    list.services = (struct name_list){ .count = 2, .names = { "tax", "social" } };
    list.has = COMMAND_HAS(ARG_SERVICES);
    ck_foresees(lab, &list, 2, CLASS_NORMAL, lab->now_ms);
    struct command unknown = by_office(COMMAND_TICKET_ISSUE, "passport");
    ck_foresees(lab, &unknown, 0, CLASS_NONE, 0);
    struct command next = lab_command(COMMAND_WINDOW_NEXT, 1);
    ck_foresees(lab, &next, 0, CLASS_NONE, 0);
    lab_close(lab);
}
END_TEST

START_TEST(an_appointments_ticket_is_foreseen_by_its_code) {
    struct lab *lab = lab_open();
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    struct command book = by_office(COMMAND_APPOINTMENT_BOOK, "tax");
    book.slot_ms = lab_time(10, 0);
    ck_assert_int_eq(lab_send(lab, &book), REASON_NONE);
    struct command press = check_in(lab->decision.code);
    struct command issue = by_office(COMMAND_TICKET_ISSUE, "tax");
    issue.code = press.code;
    issue.has |= COMMAND_HAS(ARG_CODE);
    ck_foresees(lab, &press, 2, CLASS_APPOINTMENT, lab_time(10, 0));
    ck_foresees(lab, &issue, 2, CLASS_APPOINTMENT, lab_time(10, 0));
    struct command wrong = check_in((press.code + 1U) % CHECK_IN_CODES);
    ck_foresees(lab, &wrong, 0, CLASS_NONE, 0);
    lab_pass(lab, lab_time(10, 16) - lab->now_ms); /* its grace is over: it has the turn of now */
    ck_foresees(lab, &press, 2, CLASS_APPOINTMENT, lab->now_ms);
    ck_assert_int_eq(lab_send(lab, &press), REASON_NONE);
    ck_said(lab, "ticket.issued");
    ck_foresees(lab, &press, 0, CLASS_NONE, 0); /* it has its ticket */
    ck_foresees(lab, &issue, 0, CLASS_NONE, 0);
    struct command own = check_in(lab_last(lab, EVENT_TICKET_ISSUED)->code);
    ck_foresees(lab, &own, 0, CLASS_NONE, 0); /* a ticket's code gives none */
    lab_close(lab);
}
END_TEST

START_TEST(a_prechecks_ticket_is_foreseen_with_the_class_approved) {
    struct lab *lab = lab_open();
    struct command approve = by_office(COMMAND_PRECHECK_APPROVE, "permit");
    approve.class = CLASS_GREEN;
    ck_foresees(lab, &approve, 0, CLASS_NONE, 0); /* without a dispenser it gives a code */
    ck_assert_int_eq(lab_send(lab, &approve), REASON_NONE);
    struct command press = check_in(lab->decision.code);
    ck_foresees(lab, &press, 5, CLASS_GREEN, lab_time(8, 30));
    snprintf(approve.print, sizeof approve.print, "dispenser-1");
    approve.has |= COMMAND_HAS(ARG_PRINT);
    ck_foresees(lab, &approve, 5, CLASS_GREEN, lab_time(8, 30));
    lab_close(lab);
}
END_TEST

TCase *foresee_case(void) {
    TCase *tcase = tcase_create("foresee");
    tcase_add_test(tcase, a_ticket_is_foreseen_with_its_class_and_turn);
    tcase_add_test(tcase, an_appointments_ticket_is_foreseen_by_its_code);
    tcase_add_test(tcase, a_prechecks_ticket_is_foreseen_with_the_class_approved);
    return tcase;
}
