/* What rating events change, and when sessions end. */
#include <assert.h>
#include <string.h>

#include "controller/hall/rating.h"
#include "controller/hall/rating_target.h"

void rating_linger(struct hall *hall, struct window *window, int64_t now_ms) {
    struct session *session = &window->session;
    int64_t ends_ms = now_ms + (int64_t)hall->rules.rating.linger_s * 1000;
    if (session->is_open && session->visit != window->visit && ends_ms < session->ends_ms) {
        session->ends_ms = ends_ms;
    }
}

/* The number of the ticket's visit that began with this event, 0 when it is not finished or not of today. */
static uint32_t number_of_visit(const struct hall *hall, uint16_t ticket, uint64_t seq) {
    uint32_t number = ticket == NO_PLACE ? 0 : hall->tickets[ticket].last_visit;
    const struct visit *visit = live_visit(hall, number);
    while (visit != NULL && visit->seq != seq) {
        number = visit->before;
        visit = live_visit(hall, number);
    }
    return visit == NULL ? 0 : number;
}

static struct visit *visit_at(struct hall *hall, uint32_t number) {
    return &hall->visits[(number - 1) % hall->visits_max];
}

/* Who was just rated badly may be explained while the next citizen is asked: DONE can come quickly after NEXT. */
void apply_rating_invited(struct hall *hall, const struct event *event) {
    struct window *window = &hall->windows[live_window(hall, event->window)];
    if (event->time_ms < window->session.reasons_end_ms) {
        window->last_bad = window->session;
    }
    uint16_t ticket = live_ticket(hall, event->ticket);
    int64_t keypad_ms = (int64_t)hall->rules.rating.keypad_s * 1000;
    window->session = (struct session){ .number = event->session,
                                        .is_open = true,
                                        .ticket = ticket,
                                        .visit = event->visit,
                                        .staff = window->staff,
                                        .invited_ms = event->time_ms,
                                        .ends_ms = event->time_ms + keypad_ms };
    memcpy(window->session.service, event->service, sizeof window->session.service);
    window->is_invited = window->is_asked = true;
    uint32_t number = number_of_visit(hall, ticket, event->visit);
    if (number != 0) {
        visit_at(hall, number)->is_asked = true;
    }
    window->next_waits_ms = event->until_ms;
    hall->session_last = event->session;
    hall->invited++;
}

/*
 * The way that is left without a keypad is the QR on paper: of that the board speaks for as long as a session would have
 * stood, and only to whose ticket a dispenser printed.
 */
void apply_rating_not_asked(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    if (place == NO_PLACE) {
        return;
    }
    struct window *window = &hall->windows[place];
    uint16_t ticket = live_ticket(hall, event->ticket);
    bool has_paper = ticket != NO_PLACE && hall->tickets[ticket].dispenser != NO_PLACE;
    window->is_invited = true;
    if (has_paper && strcmp(event->reason, "no_keypad") == 0) {
        window->qr_ends_ms = event->time_ms + (int64_t)hall->rules.rating.keypad_s * 1000;
    }
}

void apply_rating_missed(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    if (place != NO_PLACE && hall->windows[place].session.number == event->session) {
        live_clear_session(&hall->windows[place].session);
    }
}

static void remember_grade(struct hall *hall, struct window *window, const struct event *event) {
    memmove(&window->grades[1], &window->grades[0], GRADES_KEPT - 1);
    memmove(&window->grades_ms[1], &window->grades_ms[0],
            (GRADES_KEPT - 1) * sizeof window->grades_ms[0]);
    window->grades[0] = event->grade;
    window->grades_ms[0] = event->time_ms;
    hall->recent_grades[hall->recent_at] = event->grade;
    hall->recent_ms[hall->recent_at] = event->time_ms;
    hall->recent_at = (uint16_t)((hall->recent_at + 1U) % GRADES_FOR_RUN);
}

static void answer_session(const struct hall *hall, struct window *window,
                           const struct event *event) {
    struct session *session = &window->session;
    bool asks_reasons = event->grade < 3 && event->rating_channel == RATING_KEYPAD;
    session->is_open = false;
    session->grade = event->grade;
    session->given_ms = event->time_ms;
    session->reasons_end_ms =
        asks_reasons ? event->time_ms + (int64_t)hall->rules.rating.reason_s * 1000 : 0;
    window->next_waits_ms = 0;
}

/*
 * A visit of an earlier day is in the records alone, and a default grade counts nowhere: neither is a grade of today's
 * figures, or says how the hall does just now.
 */
void apply_rating_given(struct hall *hall, const struct event *event) {
    if (event->day != hall->day) {
        return;
    }
    bool is_default = event->rating_channel == RATING_DEFAULT;
    uint32_t number = number_of_visit(hall, live_ticket(hall, event->ticket), event->visit);
    if (number != 0) {
        visit_at(hall, number)->grade = event->grade;
        visit_at(hall, number)->is_default = is_default;
    }
    if (is_default) {
        hall->defaulted = number;
        return;
    }
    hall->ratings++;
    hall->satisfied += event->grade >= 3 ? 1 : 0;
    uint16_t place = live_window(hall, event->window);
    if (place == NO_PLACE) {
        return;
    }
    struct window *window = &hall->windows[place];
    remember_grade(hall, window, event);
    if (window->session.is_open && window->session.visit == event->visit) {
        answer_session(hall, window, event);
    }
}

static void keep_reasons(struct session *session, const struct event *event) {
    for (unsigned i = 0; i < event->reason_count; i++) {
        if (session->reason_count < RATING_REASONS_MAX &&
            !rating_has_reason(session, event->reasons[i])) {
            session->reasons[session->reason_count++] = event->reasons[i];
        }
    }
}

void apply_rating_reasons_given(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    if (place == NO_PLACE || event->session == 0) {
        return;
    }
    struct window *window = &hall->windows[place];
    if (window->session.number == event->session) {
        keep_reasons(&window->session, event);
    } else if (window->last_bad.number == event->session) {
        keep_reasons(&window->last_bad, event);
    }
}

void apply_rating_ignored(struct hall *hall, const struct event *event) {
    uint16_t place = live_device(hall, event->device);
    if (place != NO_PLACE) {
        hall->devices[place].ignored_ms = event->time_ms;
    }
}

int64_t rating_due_end(const struct hall *hall, unsigned *due) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct session *session = &hall->windows[i].session;
        if (session->is_open && session->ends_ms < due_ms) {
            due_ms = session->ends_ms;
            *due = i;
        }
    }
    return due_ms;
}

void rating_end(struct draft *draft, unsigned place) {
    const struct window *window = &draft->hall->windows[place];
    const struct session *session = &window->session;
    bool lingered =
        session->ends_ms < session->invited_ms + (int64_t)draft->hall->rules.rating.keypad_s * 1000;
    rating_add_missed(draft, window, lingered ? "next_citizen" : "no_answer");
}
