/* The types of events: their names, the fields each must have and may have. */
#include "protocol/event.h"

#include <assert.h>
#include <string.h>

#define HAS(field) EVENT_HAS(FIELD_##field)

/* What every ticket event says, and what each may say besides. */
#define TICKET (HAS(TICKET) | HAS(SERVICE) | HAS(CLASS))
#define TICKET_MAY                                                                                 \
    (HAS(VISIT) | HAS(CHANNEL) | HAS(WINDOW) | HAS(STAFF) | HAS(REASON) | HAS(GROUND) | HAS(TURN))
#define PRINT_MAY (TICKET_MAY | HAS(DISPENSER) | HAS(JOB))
#define RATING    (HAS(TICKET) | HAS(VISIT) | HAS(SERVICE))
#define RATING_MAY                                                                                 \
    (HAS(TICKET) | HAS(VISIT) | HAS(SERVICE) | HAS(CLASS) | HAS(WINDOW) | HAS(STAFF) |             \
     HAS(SESSION) | HAS(RATING_CHANNEL) | HAS(GRADE) | HAS(REASONS) | HAS(AFTER) |                 \
     HAS(SUSPICIOUS) | HAS(COUNT) | HAS(NOTE) | HAS(NOTE_HASH) | HAS(REASON) | HAS(CASE))
#define CASE (HAS(CASE) | HAS(CASE_KIND) | HAS(VISIT))
#define CASE_MAY                                                                                   \
    (HAS(TICKET) | HAS(VISIT) | HAS(SERVICE) | HAS(WINDOW) | HAS(STAFF) | HAS(REASON) |            \
     HAS(COUNT) | HAS(DUE) | HAS(NOTE) | HAS(NOTE_HASH) | HAS(GRADE))
#define APPOINTMENT     (HAS(SERVICE) | HAS(SLOT) | HAS(CODE_HASH))
#define APPOINTMENT_MAY (HAS(PERSON) | HAS(REASON) | HAS(NOTE) | HAS(NOTE_HASH))
#define DEVICE_MAY                                                                                 \
    (HAS(BUS) | HAS(ROLE) | HAS(WHAT) | HAS(SERIAL) | HAS(BOOTS) | HAS(DONE_JOB) | HAS(COUNT) |    \
     HAS(WINDOW))

struct type_row {
    const char *name;
    uint64_t required, also; /* what it may have besides */
};

static const struct type_row ROWS[EVENT_TYPES] = {
    [EVENT_HALL_STARTED] = { "hall.started", 0, HAS(TEXT) | HAS(REASON) },
    [EVENT_HALL_STOPPED] = { "hall.stopped", 0, HAS(REASON) },
    [EVENT_HALL_DAY_BEGAN] = { "hall.day_began", HAS(DAY) | HAS(BEGINS) | HAS(ENDS) | HAS(SPANS),
                               HAS(PREVIOUS_HASH) },
    [EVENT_HALL_OPENED] = { "hall.opened", 0, HAS(REASON) | HAS(UNTIL) },
    [EVENT_HALL_CLOSED] = { "hall.closed", 0, HAS(REASON) | HAS(UNTIL) },
    [EVENT_HALL_EXTENDED] = { "hall.extended", HAS(UNTIL),
                              HAS(SERVICE) | HAS(WINDOW) | HAS(REASON) },
    [EVENT_HALL_NOTICE_SET] = { "hall.notice_set", HAS(TEXT), HAS(UNTIL) },
    /* Hall time stood at `begins` and went on at `ends`; with the spans of the day where the hall goes on before it. */
    [EVENT_HALL_CLOCK_SET] = { "hall.clock_set", HAS(BEGINS) | HAS(ENDS),
                               HAS(REASON) | HAS(SPANS) },
    /* `what` has the day's hours (see rules.h); without it the file counts again. With spans: today is open then. */
    [EVENT_CALENDAR_SET] = { "calendar.set", HAS(DAY), HAS(WHAT) | HAS(SPANS) | HAS(REASON) },
    [EVENT_CONFIG_LOADED] = { "config.loaded", HAS(RULES) | HAS(RULES_HASH), 0 },
    [EVENT_SERVICE_STOPPED] = { "service.stopped", HAS(SERVICE), HAS(REASON) | HAS(UNTIL) },
    [EVENT_SERVICE_RESUMED] = { "service.resumed", HAS(SERVICE), HAS(REASON) | HAS(UNTIL) },
    [EVENT_TICKET_ISSUED] = { "ticket.issued",
                              TICKET | HAS(CHANNEL) | HAS(TURN) | HAS(AHEAD) | HAS(CODE),
                              TICKET_MAY | HAS(ESTIMATE) | HAS(DISPENSER) | HAS(JOB) | HAS(PERSON) |
                                  HAS(FOR) | HAS(SERVICES) | HAS(SLOT) | HAS(CODE_HASH) },
    [EVENT_TICKET_PRINTED] = { "ticket.printed", TICKET, PRINT_MAY },
    [EVENT_TICKET_UNSURE] = { "ticket.unsure", TICKET, PRINT_MAY },
    [EVENT_TICKET_RESTORED] = { "ticket.restored", TICKET, PRINT_MAY },
    [EVENT_TICKET_CHECKED_IN] = { "ticket.checked_in", TICKET,
                                  TICKET_MAY | HAS(DISPENSER) | HAS(CODE) },
    [EVENT_TICKET_NEAR] = { "ticket.near", TICKET, TICKET_MAY | HAS(AHEAD) | HAS(ESTIMATE) },
    [EVENT_TICKET_CALLED] = { "ticket.called", TICKET | HAS(WINDOW) | HAS(WAITED) | HAS(WHY),
                              TICKET_MAY | HAS(COUNT) },
    [EVENT_TICKET_RECALLED] = { "ticket.recalled", TICKET | HAS(WINDOW), TICKET_MAY | HAS(COUNT) },
    /* A voice has said the call; `count` as in ticket.recalled, the call itself is 1. Reason given_up: it could not. */
    [EVENT_TICKET_ANNOUNCED] = { "ticket.announced", TICKET | HAS(WINDOW) | HAS(COUNT),
                                 TICKET_MAY },
    [EVENT_TICKET_SERVING] = { "ticket.serving", TICKET | HAS(WINDOW),
                               TICKET_MAY | HAS(ASSUMED) | HAS(WAITED) },
    [EVENT_TICKET_DONE] = { "ticket.done", TICKET | HAS(WINDOW),
                            TICKET_MAY | HAS(SERVED) | HAS(OUTCOME) | HAS(ASSUMED) | HAS(SERVICES) |
                                HAS(WAITED) },
    [EVENT_TICKET_NO_SHOW] = { "ticket.no_show", TICKET, TICKET_MAY | HAS(COUNT) | HAS(UNTIL) },
    [EVENT_TICKET_REQUEUED] = { "ticket.requeued", TICKET, TICKET_MAY | HAS(COUNT) },
    [EVENT_TICKET_TRANSFERRED] = { "ticket.transferred", TICKET,
                                   TICKET_MAY | HAS(OWN) | HAS(SERVED) | HAS(ASSUMED) |
                                       HAS(OUTCOME) | HAS(COUNT) },
    [EVENT_TICKET_HELD] = { "ticket.held", TICKET, TICKET_MAY | HAS(SERVED) | HAS(ASSUMED) },
    [EVENT_TICKET_UNHELD] = { "ticket.unheld", TICKET, TICKET_MAY },
    [EVENT_TICKET_UNDONE] = { "ticket.undone", TICKET, TICKET_MAY | HAS(WAITED) },
    [EVENT_TICKET_RECLASSED] = { "ticket.reclassed", TICKET, TICKET_MAY },
    [EVENT_TICKET_CANCELLED] = { "ticket.cancelled", TICKET | HAS(REASON), PRINT_MAY },
    [EVENT_TICKET_EXPIRED] = { "ticket.expired", TICKET | HAS(REASON), PRINT_MAY },
    [EVENT_VISIT_LINKED] = { "visit.linked", HAS(VISIT),
                             HAS(TICKET) | HAS(PROJECT) | HAS(TASK) | HAS(PRO_STATUS) |
                                 HAS(SERVICE) | HAS(WINDOW) | HAS(STAFF) },
    [EVENT_WINDOW_OPENED] = { "window.opened", HAS(WINDOW),
                              HAS(STAFF) | HAS(REASON) | HAS(UNTIL) | HAS(OWN) | HAS(HELPS) },
    /* With a ticket: not yet, but once this ticket is finished. */
    [EVENT_WINDOW_CLOSED] = { "window.closed", HAS(WINDOW),
                              HAS(TICKET) | HAS(STAFF) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_WINDOW_PAUSED] = { "window.paused", HAS(WINDOW),
                              HAS(TICKET) | HAS(STAFF) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_WINDOW_RESUMED] = { "window.resumed", HAS(WINDOW),
                               HAS(STAFF) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_WINDOW_ASSIGNED] = { "window.assigned", HAS(WINDOW) | HAS(OWN),
                                HAS(HELPS) | HAS(STAFF) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_STAFF_SIGNED_IN] = { "staff.signed_in", HAS(STAFF) | HAS(WINDOW),
                                HAS(REASON) | HAS(UNTIL) },
    [EVENT_STAFF_SIGNED_OUT] = { "staff.signed_out", HAS(STAFF) | HAS(WINDOW),
                                 HAS(REASON) | HAS(UNTIL) },
    [EVENT_STAFF_SET] = { "staff.set", HAS(STAFF), HAS(WINDOW) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_STAFF_REMOVED] = { "staff.removed", HAS(STAFF), HAS(WINDOW) | HAS(REASON) | HAS(UNTIL) },
    [EVENT_RATING_INVITED] = { "rating.invited", RATING, RATING_MAY | HAS(UNTIL) },
    [EVENT_RATING_GIVEN] = { "rating.given", RATING | HAS(RATING_CHANNEL) | HAS(GRADE),
                             RATING_MAY | HAS(UNTIL) },
    [EVENT_RATING_REASONS_GIVEN] = { "rating.reasons_given", RATING | HAS(REASONS), RATING_MAY },
    [EVENT_RATING_MISSED] = { "rating.missed", RATING, RATING_MAY },
    [EVENT_RATING_NOT_ASKED] = { "rating.not_asked", RATING, RATING_MAY },
    [EVENT_RATING_IGNORED] = { "rating.ignored", HAS(REASON),
                               HAS(DEVICE) | HAS(TICKET) | HAS(VISIT) | HAS(SERVICE) | HAS(WINDOW) |
                                   HAS(STAFF) | HAS(SESSION) | HAS(RATING_CHANNEL) | HAS(GRADE) |
                                   HAS(REASONS) | HAS(COUNT) },
    [EVENT_NOTE_ERASED] = { "note.erased", HAS(NOTE),
                            HAS(REASON) | HAS(CASE) | HAS(TICKET) | HAS(VISIT) },
    [EVENT_CASE_OPENED] = { "case.opened", CASE | HAS(TICKET) | HAS(SERVICE), CASE_MAY },
    [EVENT_CASE_CONTACTED] = { "case.contacted", CASE | HAS(CASE_OUTCOME), CASE_MAY },
    [EVENT_CASE_VERIFIED] = { "case.verified", CASE | HAS(CASE_OUTCOME), CASE_MAY },
    [EVENT_CASE_RECTIFIED] = { "case.rectified", CASE | HAS(CAUSE), CASE_MAY },
    [EVENT_CASE_CLOSED] = { "case.closed", CASE | HAS(CASE_OUTCOME), CASE_MAY },
    [EVENT_CASE_APPEALED] = { "case.appealed", CASE, CASE_MAY },
    [EVENT_CASE_LATE] = { "case.late", CASE | HAS(DUE), CASE_MAY },
    [EVENT_APPOINTMENT_BOOKED] = { "appointment.booked", APPOINTMENT, APPOINTMENT_MAY },
    [EVENT_APPOINTMENT_CANCELLED] = { "appointment.cancelled", APPOINTMENT, APPOINTMENT_MAY },
    [EVENT_APPOINTMENT_MISSED] = { "appointment.missed", APPOINTMENT, APPOINTMENT_MAY },
    /* Without a code: its ticket was issued at once. With one: it stands to the end of the hall day `day`. */
    [EVENT_PRECHECK_APPROVED] = { "precheck.approved", HAS(SERVICE) | HAS(CLASS),
                                  HAS(GROUND) | HAS(PERSON) | HAS(NOTE) | HAS(NOTE_HASH) |
                                      HAS(DAY) | HAS(CODE_HASH) },
    [EVENT_DEVICE_ONLINE] = { "device.online", HAS(DEVICE), DEVICE_MAY | HAS(JOB) },
    [EVENT_DEVICE_OFFLINE] = { "device.offline", HAS(DEVICE), DEVICE_MAY },
    [EVENT_DEVICE_FAULTED] = { "device.faulted", HAS(DEVICE), DEVICE_MAY },
    [EVENT_DEVICE_RECOVERED] = { "device.recovered", HAS(DEVICE), DEVICE_MAY },
    [EVENT_DEVICE_KEYS_LOST] = { "device.keys_lost", HAS(DEVICE), DEVICE_MAY },
    [EVENT_ALERT_RAISED] = { "alert.raised", HAS(ALERT_KIND) | HAS(SUBJECT),
                             HAS(ALERT) | HAS(TEXT) | HAS(WINDOW) | HAS(SERVICE) | HAS(TICKET) |
                                 HAS(DUE) | HAS(COUNT) },
    [EVENT_ALERT_ACKNOWLEDGED] = { "alert.acknowledged",
                                   HAS(ALERT) | HAS(ALERT_KIND) | HAS(SUBJECT), HAS(REASON) },
    [EVENT_ALERT_CLEARED] = { "alert.cleared", HAS(ALERT) | HAS(ALERT_KIND) | HAS(SUBJECT),
                              HAS(REASON) },
    [EVENT_COMMAND_REFUSED] = { "command.refused", HAS(NAME) | HAS(REASON),
                                HAS(COUNT) | HAS(WINDOW) | HAS(STAFF) | HAS(DEVICE) },
    [EVENT_REPORT_WEEKLY] = { "report.weekly", HAS(DAY),
                              HAS(TEXT) | HAS(COUNT) | HAS(BEGINS) | HAS(ENDS) },
};

static const struct type_row *row_of(enum event_type type) {
    assert((size_t)type < EVENT_TYPES);
    return &ROWS[type];
}

const char *event_type_name(enum event_type type) {
    return row_of(type)->name;
}

enum event_type event_type_of(const char *name) {
    for (unsigned i = 1; i < EVENT_TYPES; i++) {
        if (strcmp(ROWS[i].name, name) == 0) {
            return (enum event_type)i;
        }
    }
    return EVENT_NONE;
}

uint64_t event_required(enum event_type type) {
    return row_of(type)->required;
}

uint64_t event_allowed(enum event_type type) {
    return row_of(type)->required | row_of(type)->also;
}

void event_init(struct event *event, enum event_type type, int64_t now_ms, const struct by *by) {
    memset(event, 0, offsetof(struct event, more));
    event->type = type;
    event->time_ms = now_ms;
    event->by = *by;
}
