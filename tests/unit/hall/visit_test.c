/* What ties a visit to the 办件. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static enum reason link_to(struct lab *lab, uint16_t window, const char *ticket) {
    struct command command = { .type = COMMAND_VISIT_LINK, .by = { BY_PAGE, "0107" } };
    command.window = window;
    command.has = ticket == NULL ? COMMAND_HAS(ARG_WINDOW) : COMMAND_HAS(ARG_TICKET);
    if (ticket != NULL) {
        command.ticket = lab_no(ticket);
    }
    snprintf(command.project, sizeof command.project, "440304-2026-17");
    command.pro_status = 1;
    return lab_send(lab, &command);
}

START_TEST(a_visit_is_linked_while_and_after_it_is_served) {
    struct lab *lab = lab_open();
    lab_sign_in(lab, 1, "0107");
    ck_assert_int_eq(link_to(lab, 1, NULL), REASON_NOT_SERVED_YET);
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    ck_assert_int_eq(link_to(lab, 0, "A001"), REASON_NOT_SERVED_YET);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(link_to(lab, 1, NULL), REASON_NONE);
    const struct event *linked = lab_last(lab, EVENT_VISIT_LINKED);
    uint64_t first = lab_last(lab, EVENT_TICKET_CALLED)->seq;
    ck_assert_uint_eq(linked->visit, first);
    ck_assert_str_eq(linked->project, "440304-2026-17");
    ck_assert_str_eq(linked->staff, "0107");
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_assert_int_eq(link_to(lab, 1, NULL), REASON_NONE); /* the one finished last there */
    ck_assert_uint_eq(lab_last(lab, EVENT_VISIT_LINKED)->visit, first);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_int_eq(link_to(lab, 0, "A001"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_VISIT_LINKED)->visit, first);
    ck_assert_int_eq(link_to(lab, 0, "A002"), REASON_NONE);
    ck_assert_uint_eq(lab_last(lab, EVENT_VISIT_LINKED)->visit,
                      lab_last(lab, EVENT_TICKET_CALLED)->seq);
    lab_close(lab);
}
END_TEST

START_TEST(what_is_not_there_cannot_be_linked) {
    struct lab *lab = lab_open();
    ck_assert_int_eq(link_to(lab, 99, NULL), REASON_NO_SUCH);
    ck_assert_int_eq(link_to(lab, 0, "A001"), REASON_NO_SUCH);
    ck_said(lab, "");
    lab_close(lab);
}
END_TEST

TCase *visit_case(void) {
    TCase *tcase = tcase_create("visit");
    tcase_add_test(tcase, a_visit_is_linked_while_and_after_it_is_served);
    tcase_add_test(tcase, what_is_not_there_cannot_be_linked);
    return tcase;
}
