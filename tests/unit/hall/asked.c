#include "asked.h"

#include <stdio.h>

struct lab *asked(unsigned more) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_online(lab, "keypad-2", ROLE_KEYPAD, 2);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i <= more; i++) {
        lab_issue(lab, "social");
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_START, 1);
    lab_pass(lab, 5 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    ck_said(lab, "ticket.done rating.invited");
    return lab;
}

uint16_t session_of(struct lab *lab) {
    return lab_window(lab, 1)->session;
}

enum reason give_reason(struct lab *lab, uint16_t session, uint16_t reason) {
    struct command command = lab_command(COMMAND_RATING_REASONS, 1);
    snprintf(command.by.id, sizeof command.by.id, "keypad-1");
    command.session = session;
    command.reason_count = 1;
    command.reasons[0] = reason;
    command.has |= COMMAND_HAS(ARG_SESSION) | COMMAND_HAS(ARG_REASONS);
    return lab_send(lab, &command);
}
