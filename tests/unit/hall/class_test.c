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

TCase *class_case(void) {
    TCase *tcase = tcase_create("class");
    tcase_add_test(tcase, a_class_holds_for_its_services);
    return tcase;
}
