/* The commands: their names, and the arguments each must have and may have. */
#include "protocol/command.h"

#include <assert.h>
#include <string.h>

#include "protocol/command_fields.h"

#define HAS(field) COMMAND_HAS(ARG_##field)

static const struct command_row COMMANDS[COMMAND_TYPES] = {
    /* Its channel is only a figure's: which classes may be had goes by who sent it, whatever channel it says. */
    [COMMAND_TICKET_ISSUE] = { "ticket.issue",
                               HAS(SERVICE),
                               HAS(CLASS) | HAS(GROUND) | HAS(CHANNEL) | HAS(SERVICES) |
                                   HAS(PERSON) | HAS(FOR) | HAS(PRINT) | HAS(CODE),
                               { 0 },
                               NULL },
    [COMMAND_TICKET_CANCEL] = { "ticket.cancel",
                                0,
                                HAS(TICKET) | HAS(TOKEN) | HAS(REASON),
                                { HAS(TICKET), HAS(TOKEN) },
                                "ticket or token" },
    [COMMAND_TICKET_REQUEUE] = { "ticket.requeue",
                                 0,
                                 HAS(TICKET) | HAS(TOKEN) | HAS(REASON),
                                 { HAS(TICKET), HAS(TOKEN) },
                                 "ticket or token" },
    [COMMAND_TICKET_RECLASS] = { "ticket.reclass",
                                 HAS(TICKET) | HAS(CLASS),
                                 HAS(GROUND) | HAS(REASON),
                                 { 0 },
                                 NULL },
    [COMMAND_TICKET_CHECK_IN] = { "ticket.check_in", HAS(CODE), HAS(DEVICE), { 0 }, NULL },
    [COMMAND_WINDOW_NEXT] = { "window.next", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_RECALL] = { "window.recall", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_NO_SHOW] = { "window.no_show", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_START] = { "window.start", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_DONE] = { "window.done", HAS(WINDOW), HAS(OUTCOME), { 0 }, NULL },
    [COMMAND_WINDOW_PAUSE] = { "window.pause", HAS(WINDOW), HAS(REASON) | HAS(UNTIL), { 0 }, NULL },
    [COMMAND_WINDOW_RESUME] = { "window.resume", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_OPEN] = { "window.open",
                              HAS(WINDOW),
                              HAS(STAFF) | HAS(UNTIL) | HAS(REASON),
                              { 0 },
                              NULL },
    [COMMAND_WINDOW_CLOSE] = { "window.close",
                               HAS(WINDOW),
                               HAS(FORCE) | HAS(REASON) | HAS(UNTIL),
                               { 0 },
                               NULL },
    [COMMAND_WINDOW_TRANSFER] = { "window.transfer",
                                  HAS(WINDOW),
                                  HAS(SERVICE) | HAS(TO_WINDOW) | HAS(PLACE) | HAS(REASON),
                                  { HAS(SERVICE), HAS(TO_WINDOW) },
                                  "service or to_window" },
    [COMMAND_WINDOW_CALL] = { "window.call", HAS(WINDOW) | HAS(TICKET), 0, { 0 }, NULL },
    [COMMAND_WINDOW_HOLD] = { "window.hold", HAS(WINDOW), HAS(REASON), { 0 }, NULL },
    [COMMAND_WINDOW_UNHOLD] = { "window.unhold", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_UNDO] = { "window.undo", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_WINDOW_HELP] = { "window.help", HAS(WINDOW), HAS(TEXT), { 0 }, NULL },
    [COMMAND_WINDOW_ASSIGN] = { "window.assign",
                                HAS(WINDOW),
                                HAS(OWN) | HAS(HELPS) | HAS(UNTIL) | HAS(REASON),
                                { HAS(OWN), HAS(HELPS) },
                                "own or helps" },
    [COMMAND_STAFF_SIGN_IN] = { "staff.sign_in", HAS(WINDOW) | HAS(STAFF), HAS(PIN), { 0 }, NULL },
    [COMMAND_STAFF_SIGN_OUT] = { "staff.sign_out",
                                 0,
                                 HAS(STAFF) | HAS(WINDOW),
                                 { HAS(STAFF), HAS(WINDOW) },
                                 "staff or window" },
    [COMMAND_STAFF_SET] = { "staff.set",
                            HAS(STAFF),
                            HAS(TEXT) | HAS(WINDOW) | HAS(UNTIL) | HAS(PIN),
                            { 0 },
                            NULL },
    [COMMAND_STAFF_REMOVE] = { "staff.remove", HAS(STAFF), HAS(REASON) | HAS(UNTIL), { 0 }, NULL },
    [COMMAND_SERVICE_STOP] = { "service.stop",
                               HAS(SERVICE),
                               HAS(REASON) | HAS(UNTIL),
                               { 0 },
                               NULL },
    [COMMAND_SERVICE_RESUME] = { "service.resume", HAS(SERVICE), HAS(REASON), { 0 }, NULL },
    [COMMAND_HALL_CLOSE] = { "hall.close", 0, HAS(REASON) | HAS(UNTIL), { 0 }, NULL },
    [COMMAND_HALL_OPEN] = { "hall.open", 0, HAS(REASON) | HAS(UNTIL), { 0 }, NULL },
    [COMMAND_HALL_EXTEND] = { "hall.extend",
                              0,
                              HAS(UNTIL) | HAS(SERVICE) | HAS(WINDOW) | HAS(REASON),
                              { 0 },
                              NULL },
    [COMMAND_HALL_NOTICE] = { "hall.notice", HAS(TEXT), HAS(UNTIL), { 0 }, NULL },
    [COMMAND_HALL_TIME] = { "hall.time", HAS(AT), 0, { 0 }, NULL },
    [COMMAND_CALENDAR_SET] = { "calendar.set", HAS(DATE), HAS(SPANS) | HAS(REASON), { 0 }, NULL },
    [COMMAND_VISIT_LINK] = { "visit.link",
                             HAS(PROJECT),
                             HAS(WINDOW) | HAS(TICKET) | HAS(TASK) | HAS(PRO_STATUS),
                             { HAS(WINDOW), HAS(TICKET) },
                             "window or ticket" },
    [COMMAND_RATING_INVITE] = { "rating.invite", HAS(WINDOW), 0, { 0 }, NULL },
    [COMMAND_RATING_GIVE] = { "rating.give",
                              HAS(GRADE) | HAS(RATING_CHANNEL),
                              HAS(TOKEN) | HAS(TICKET) | HAS(WINDOW) | HAS(SESSION) | HAS(REASONS) |
                                  HAS(TEXT) | HAS(CONTACT),
                              { HAS(TOKEN), HAS(TICKET), HAS(WINDOW) | HAS(SESSION) },
                              "token, ticket_id, or window and session" },
    [COMMAND_RATING_REASONS] = { "rating.reasons",
                                 HAS(REASONS),
                                 HAS(TOKEN) | HAS(TICKET) | HAS(WINDOW) | HAS(SESSION) | HAS(TEXT) |
                                     HAS(CONTACT),
                                 { HAS(TOKEN), HAS(TICKET), HAS(WINDOW) | HAS(SESSION) },
                                 "token, ticket_id, or window and session" },
    [COMMAND_CASE_CONTACT] = { "case.contact",
                               HAS(CASE) | HAS(CASE_OUTCOME),
                               HAS(TEXT),
                               { 0 },
                               NULL },
    [COMMAND_CASE_VERIFY] = { "case.verify",
                              HAS(CASE) | HAS(CASE_OUTCOME) | HAS(TEXT),
                              0,
                              { 0 },
                              NULL },
    [COMMAND_CASE_RECTIFY] = { "case.rectify", HAS(CASE) | HAS(CAUSE) | HAS(TEXT), 0, { 0 }, NULL },
    [COMMAND_CASE_CLOSE] = { "case.close",
                             HAS(CASE) | HAS(CASE_OUTCOME) | HAS(TEXT),
                             0,
                             { 0 },
                             NULL },
    [COMMAND_CASE_APPEAL] = { "case.appeal", HAS(CASE) | HAS(STAFF) | HAS(TEXT), 0, { 0 }, NULL },
    [COMMAND_NOTE_ERASE] = { "note.erase", HAS(NOTE), HAS(REASON), { 0 }, NULL },
    [COMMAND_APPOINTMENT_BOOK] = { "appointment.book",
                                   HAS(SERVICE) | HAS(SLOT),
                                   HAS(PERSON) | HAS(CODE) | HAS(NOTE),
                                   { 0 },
                                   NULL },
    [COMMAND_APPOINTMENT_CANCEL] = { "appointment.cancel", HAS(CODE), HAS(REASON), { 0 }, NULL },
    [COMMAND_PRECHECK_APPROVE] = { "precheck.approve",
                                   HAS(SERVICE),
                                   HAS(PERSON) | HAS(NOTE) | HAS(CLASS) | HAS(GROUND) | HAS(PRINT) |
                                       HAS(TEXT),
                                   { 0 },
                                   NULL },
    [COMMAND_ALERT_ACKNOWLEDGE] = { "alert.acknowledge", HAS(ALERT), HAS(REASON), { 0 }, NULL },
    [COMMAND_DEVICE_IDENTIFY] = { "device.identify", HAS(DEVICE), 0, { 0 }, NULL },
    [COMMAND_DEVICE_TEST] = { "device.test", HAS(DEVICE), HAS(TEXT), { 0 }, NULL },
    [COMMAND_EVENTS_REPLAY] = { "events.replay", HAS(FROM), HAS(TO), { 0 }, NULL },
};

const struct command_row *command_row_of(enum command_type type) {
    assert((size_t)type < COMMAND_TYPES);
    return &COMMANDS[type];
}

const char *command_name(enum command_type type) {
    return command_row_of(type)->name;
}

enum command_type command_of_name(const char *name) {
    for (unsigned i = 1; i < COMMAND_TYPES; i++) {
        if (strcmp(COMMANDS[i].name, name) == 0) {
            return (enum command_type)i;
        }
    }
    return COMMAND_NONE;
}

uint64_t command_required(enum command_type type) {
    return command_row_of(type)->required;
}

uint64_t command_allowed(enum command_type type) {
    return command_row_of(type)->required | command_row_of(type)->also;
}
