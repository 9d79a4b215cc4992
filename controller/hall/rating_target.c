#include "controller/hall/rating_target.h"

#include <string.h>

/* A session and where it is. */
struct found {
    const struct window *window;
    const struct session *session;
};

static enum reason find_session(const struct draft *draft, struct found *found);
static enum reason find_of_session(const struct draft *draft, struct rating_target *target);
static enum reason find_of_today(const struct draft *draft, bool is_rated,
                                 struct rating_target *target);
static enum reason find_past(const struct draft *draft, bool is_rated,
                             struct rating_target *target);

static bool names_session(const struct draft *draft) {
    uint64_t has = draft->command->has;
    return (has & COMMAND_HAS(ARG_SESSION)) != 0 || (has & COMMAND_HAS(ARG_TICKET)) == 0;
}

static bool is_of_today(const struct draft *draft) {
    return draft->command->day == 0 || draft->command->day == draft->hall->day;
}

enum reason rating_find_unrated(const struct draft *draft, struct rating_target *target) {
    if (names_session(draft)) {
        return find_of_session(draft, target);
    }
    return is_of_today(draft) ? find_of_today(draft, false, target)
                              : find_past(draft, false, target);
}

enum reason rating_find_rated(const struct draft *draft, struct rating_target *target) {
    if (!names_session(draft)) {
        return is_of_today(draft) ? find_of_today(draft, true, target)
                                  : find_past(draft, true, target);
    }
    struct found found;
    enum reason reason = find_session(draft, &found);
    if (reason == REASON_NONE && draft->now_ms >= found.session->reasons_end_ms) {
        reason = REASON_SESSION_CLOSED;
    }
    if (reason == REASON_NONE) {
        rating_target_of_session(draft->hall, found.window, found.session, target);
    }
    return reason;
}

/* --- by session ----------------------------------------------------------------------------------------------- */

const struct session *rating_session_at(const struct window *window, uint16_t number) {
    if (number == 0) {
        return NULL;
    }
    if (window->session.number == number) {
        return &window->session;
    }
    return window->last_bad.number == number ? &window->last_bad : NULL;
}

bool rating_has_reason(const struct session *session, uint16_t code) {
    for (unsigned i = 0; i < session->reason_count; i++) {
        if (session->reasons[i] == code) {
            return true;
        }
    }
    return false;
}

static bool is_at_some_window(const struct hall *hall, uint16_t number) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        if (rating_session_at(&hall->windows[i], number) != NULL) {
            return true;
        }
    }
    return false;
}

/* The session at the window that was asked, or why it is none. */
static enum reason find_session(const struct draft *draft, struct found *found) {
    const struct command *command = draft->command;
    uint16_t at = live_window(draft->hall, command->window);
    if (at == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    found->window = &draft->hall->windows[at];
    found->session = rating_session_at(found->window, command->session);
    if (found->session == NULL) {
        return is_at_some_window(draft->hall, command->session) ? REASON_NOT_THIS_WINDOW
                                                                : REASON_SESSION_CLOSED;
    }
    return REASON_NONE;
}

static enum reason find_of_session(const struct draft *draft, struct rating_target *target) {
    struct found found;
    enum reason reason = find_session(draft, &found);
    if (reason != REASON_NONE) {
        return reason;
    }
    const struct session *session = found.session;
    if (session->grade != 0) {
        return REASON_ALREADY_RATED;
    }
    if (!session->is_open || draft->now_ms >= session->ends_ms) {
        return REASON_SESSION_CLOSED;
    }
    rating_target_of_session(draft->hall, found.window, session, target);
    target->has_session = true;
    return REASON_NONE;
}

/* --- by ticket ------------------------------------------------------------------------------------------------ */

/* A default grade is nobody's rating. */
static uint8_t given_grade(const struct visit *visit) {
    return visit->is_default ? 0 : visit->grade;
}

static enum reason find_of_today(const struct draft *draft, bool is_rated,
                                 struct rating_target *target) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    uint16_t place = live_ticket(hall, command->ticket);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct visit *visit = live_visit(hall, hall->tickets[place].last_visit);
    if (visit == NULL) {
        return REASON_NOT_SERVED_YET;
    }
    while (visit != NULL && (given_grade(visit) != 0) != is_rated) {
        visit = live_visit(hall, visit->before);
    }
    if (visit == NULL) {
        return is_rated ? REASON_STEP_MISSING : REASON_ALREADY_RATED;
    }
    rating_target_of_visit(hall, visit, target);
    return REASON_NONE;
}

/*
 * The rating's channel says how many hall days after the visit's a rating still counts; the reasons of one, as long as
 * the channel by which it came. Days by their dates, so one on which the hall was closed counts too.
 */
static bool is_over(const struct draft *draft, enum rating_channel channel) {
    uint32_t days = draft->hall->rules.rating.until_days[channel];
    int64_t gone = (int64_t)date_to_days(draft->hall->day) - date_to_days(draft->command->day);
    return days == 0 || gone > (int64_t)days;
}

static enum reason find_past(const struct draft *draft, bool is_rated,
                             struct rating_target *target) {
    const struct command *command = draft->command;
    const struct past_visit *past = draft->input->command.past_visit;
    if (past == NULL) {
        return REASON_NO_SUCH;
    }
    if (past->visit == 0) {
        return REASON_NOT_SERVED_YET;
    }
    if ((past->grade != 0) != is_rated) {
        return is_rated ? REASON_STEP_MISSING : REASON_ALREADY_RATED;
    }
    if (is_over(draft, is_rated ? past->channel : command->rating_channel)) {
        return REASON_RATING_OVER;
    }
    *target = (struct rating_target){ .day = command->day,
                                      .ticket = command->ticket,
                                      .class = past->class,
                                      .visit = past->visit,
                                      .window_id = past->window,
                                      .service = past->service,
                                      .staff = past->staff,
                                      .grade = past->grade,
                                      .is_finished = true,
                                      .served_s = past->served_s };
    return REASON_NONE;
}

/* --- what they come to ---------------------------------------------------------------------------------------- */

/* Whose visit it is: while the ticket is still at the window, whoever is signed in there now. */
static int32_t staff_of_session(const struct window *window, const struct session *session) {
    bool is_there = window->ticket != NO_PLACE && window->visit == session->visit;
    return is_there ? window->staff : session->staff;
}

static void set_ticket(const struct hall *hall, uint16_t place, struct rating_target *target) {
    const struct ticket *ticket = &hall->tickets[place];
    target->day = hall->day;
    target->ticket = ticket->no;
    target->class = (enum ticket_class)ticket->class;
}

/* Its ticket may wait for another service by now, and somebody else sit there: the session knows whose visit it was. */
void rating_target_of_session(const struct hall *hall, const struct window *window,
                              const struct session *session, struct rating_target *target) {
    *target = (struct rating_target){ .visit = session->visit,
                                      .window_id = window->id,
                                      .service = session->service,
                                      .staff = staff_id(hall, staff_of_session(window, session)),
                                      .window = window,
                                      .grade = session->grade };
    set_ticket(hall, session->ticket, target);
    const struct visit *visit = live_visit(hall, hall->tickets[session->ticket].last_visit);
    while (visit != NULL && visit->seq != session->visit) {
        visit = live_visit(hall, visit->before);
    }
    if (visit != NULL) {
        target->is_finished = true;
        target->served_s = visit->served_s;
    }
}

void rating_target_of_visit(const struct hall *hall, const struct visit *visit,
                            struct rating_target *target) {
    uint16_t place = live_window(hall, visit->window);
    const struct window *window = place == NO_PLACE ? NULL : &hall->windows[place];
    *target = (struct rating_target){ .visit = visit->seq,
                                      .window_id = window == NULL ? 0 : window->id,
                                      .service = visit->service,
                                      .staff = staff_id(hall, visit->staff),
                                      .window = window,
                                      .grade = given_grade(visit),
                                      .is_finished = true,
                                      .served_s = visit->served_s };
    set_ticket(hall, visit->ticket, target);
    if (window != NULL) {
        target->has_session = window->session.is_open && window->session.visit == visit->seq;
    }
}

struct event *rating_add(struct draft *draft, enum event_type type,
                         const struct rating_target *target) {
    struct event *event = draft_add(draft, type);
    event->day = target->day;
    event->ticket = target->ticket;
    event->class = target->class;
    event->visit = target->visit;
    word_copy(event->service, sizeof event->service, target->service);
    event->has |= EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_CLASS) | EVENT_HAS(FIELD_VISIT) |
                  EVENT_HAS(FIELD_SERVICE);
    if (target->window_id != 0) {
        event->window = target->window_id;
        event->has |= EVENT_HAS(FIELD_WINDOW);
    }
    if (target->staff[0] != 0) {
        word_copy(event->staff, sizeof event->staff, target->staff);
        event->has |= EVENT_HAS(FIELD_STAFF);
    }
    return event;
}
