/* What the events at a window change. */
#include <assert.h>
#include <string.h>

#include "controller/hall/pace.h"
#include "controller/hall/rating.h"
#include "controller/hall/ticket.h"
#include "controller/hall/voice.h"
#include "controller/hall/window.h"

static struct window *window_of(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    assert(place != NO_PLACE);
    return &hall->windows[place];
}

static uint16_t ticket_of(const struct hall *hall, const struct event *event) {
    uint16_t place = live_ticket(hall, event->ticket);
    assert(place != NO_PLACE);
    return place;
}

static void set_state(struct window *window, enum window_state state, int64_t now_ms) {
    window->state = (uint8_t)state;
    window->since_ms = now_ms;
}

static bool is_after_ticket(const struct event *event) {
    return (event->has & EVENT_HAS(FIELD_TICKET)) != 0;
}

/* While a ticket is at the window this takes back a closing pressed for afterwards. */
void apply_window_opened(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    if (window->ticket != NO_PLACE) {
        window->is_pending_close = false;
        return;
    }
    set_state(window, WINDOW_OPEN, event->time_ms);
    if (window->staff == NO_STAFF && window->left_ms == 0) {
        window->left_ms = event->time_ms;
    }
}

void apply_window_closed(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    if (is_after_ticket(event)) {
        window->is_pending_close = true;
        return;
    }
    set_state(window, WINDOW_CLOSED, event->time_ms);
    window->is_pending_close = window->is_pending_pause = false;
    memset(window->pause_reason, 0, sizeof window->pause_reason);
    memset(window->pending_reason, 0, sizeof window->pending_reason);
    window->missed = NO_PLACE;
    window->missed_visit = 0;
    window->missed_ms = 0;
    window->next_waits_ms = 0;
    queue_unbind(hall, window->id);
}

void apply_window_paused(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    if (is_after_ticket(event)) {
        window->is_pending_pause = true;
        word_copy(window->pending_reason, sizeof window->pending_reason, event->reason);
        return;
    }
    set_state(window, WINDOW_PAUSED, event->time_ms);
    window->is_pending_pause = false;
    window->next_waits_ms = 0;
    memset(window->pending_reason, 0, sizeof window->pending_reason);
    word_copy(window->pause_reason, sizeof window->pause_reason, event->reason);
}

/* While a ticket is at the window this takes back a PAUSE pressed for afterwards. */
void apply_window_resumed(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    if (window->ticket != NO_PLACE) {
        window->is_pending_pause = false;
        memset(window->pending_reason, 0, sizeof window->pending_reason);
        return;
    }
    set_state(window, WINDOW_OPEN, event->time_ms);
    memset(window->pause_reason, 0, sizeof window->pause_reason);
}

/* The rule that ends a live change puts the file's sets back, whatever the event could name of them. */
void apply_window_assigned(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    const struct window_rule *rule = window_rule(hall, window);
    window->own = rule->own;
    window->helps = rule->helps;
    if (event->by.kind != BY_RULE) {
        bool is_known = services_of_names(hall, &event->more.assigned.own, &window->own) &&
                        services_of_names(hall, &event->more.assigned.helps, &window->helps);
        assert(is_known);
    }
    window->is_assigned = window->own != rule->own || window->helps != rule->helps;
    window->assigned_until_ms = window->is_assigned ? event->until_ms : 0;
}

static void remember_call(struct hall *hall, const struct call *call) {
    unsigned count = hall->call_count < CALLED_NOW_MAX - 1 ? hall->call_count : CALLED_NOW_MAX - 1;
    memmove(&hall->calls[1], &hall->calls[0], count * sizeof hall->calls[0]);
    hall->calls[0] = *call;
    hall->call_count = (uint8_t)(count + 1);
}

void apply_ticket_called(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    uint16_t place = ticket_of(hall, event);
    struct ticket *ticket = &hall->tickets[place];
    pace_take_call(hall, window, ticket, event->time_ms);
    ticket_move(hall, place, TICKET_CALLED, event->time_ms);
    ticket->window = window->id;
    ticket->visit = event->visit;
    set_state(window, WINDOW_CALLING, event->time_ms);
    window->ticket = place;
    window->visit = event->visit;
    window->calls = 1;
    window->is_assumed = window->is_invited = window->is_asked = false;
    window->is_auto = event->by.kind == BY_RULE;
    window->first_called_ms = window->called_ms = event->time_ms;
    window->serving_ms = 0;
    voice_take_call(hall, window, event->time_ms);
    window->why = event->more.why;
    window->next_waits_ms = window->qr_ends_ms = 0;
    memset(window->pause_reason, 0, sizeof window->pause_reason);
    remember_call(hall, &(struct call){ place, window->id, 1, event->time_ms });
}

void apply_ticket_recalled(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    window->calls++;
    window->called_ms = event->time_ms;
    remember_call(hall,
                  &(struct call){ window->ticket, window->id, window->calls, event->time_ms });
}

void apply_ticket_serving(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    hall->tickets[window->ticket].state = TICKET_SERVING;
    hall->tickets[window->ticket].since_ms = event->time_ms;
    set_state(window, WINDOW_SERVING, event->time_ms);
    window->is_assumed = event->assumed;
    window->serving_ms = event->time_ms;
    rating_linger(hall, window, event->time_ms);
}

static void leave_window(struct window *window, int64_t now_ms) {
    window->ticket = NO_PLACE;
    window->is_assumed = window->is_auto = false;
    window->serving_ms = 0;
    set_state(window, WINDOW_OPEN, now_ms);
}

void apply_ticket_done(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    uint16_t place = window->ticket;
    struct ticket *ticket = &hall->tickets[place];
    pace_take_end(hall, window, event);
    uint32_t number = ++hall->visit_count;
    struct visit *visit = &hall->visits[(number - 1) % hall->visits_max];
    *visit = (struct visit){ .seq = event->visit,
                             .before = ticket->last_visit,
                             .ticket = place,
                             .window = window->id,
                             .staff = window->staff,
                             .served_s = event->served_s,
                             .is_asked = window->is_asked };
    memcpy(visit->service, event->service, sizeof visit->service);
    if (window->session.visit == event->visit) { /* invited before DONE, perhaps rated */
        visit->grade = window->session.grade;
        window->session.staff = window->staff;
    }
    ticket->last_visit = number;
    ticket->bound = 0;
    ticket_move(hall, place, TICKET_DONE, event->time_ms);
    hall->services[ticket->service].served++;
    hall->served++;
    window->served++;
    window->served_s += event->served_s;
    leave_window(window, event->time_ms);
}

/* `why` and the count of calls stay, for UNDO. */
void apply_ticket_no_show(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    uint16_t place = window->ticket;
    pace_take_end(hall, window, event);
    hall->tickets[place].no_shows++;
    hall->tickets[place].bound = 0;
    ticket_move(hall, place, TICKET_NO_SHOW, event->time_ms);
    hall->no_shows++;
    leave_window(window, event->time_ms);
    window->missed = place;
    window->missed_visit = event->visit;
    window->missed_ms = event->time_ms;
}

/* From a window, or, when a visit is done and the ticket lists another service, right after ticket.done. */
void apply_ticket_transferred(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of(hall, event);
    struct ticket *ticket = &hall->tickets[place];
    uint16_t at = live_window(hall, ticket->window);
    bool is_next_step = ticket->state == TICKET_DONE;
    if (is_next_step) {
        ticket->step++;
    } else if (at != NO_PLACE && hall->windows[at].ticket == place) {
        pace_take_end(hall, &hall->windows[at], event);
        leave_window(&hall->windows[at], event->time_ms);
    }
    ticket->state = TICKET_TRANSFERRED;
    ticket->is_moved = ticket->is_moved || ticket->turn_ms != event->turn_ms;
    ticket->service = (uint8_t)rules_service(&hall->rules, event->service);
    ticket->turn_ms = event->turn_ms;
    ticket->bound = event->window;
    ticket_move(hall, place, TICKET_WAITING, event->time_ms);
}

void apply_ticket_held(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    uint16_t place = window->ticket;
    ticket_move(hall, place, TICKET_HELD, event->time_ms);
    window->held = place;
    leave_window(window, event->time_ms);
}

void apply_ticket_unheld(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of(hall, event);
    window_of(hall, event)->held = NO_PLACE;
    ticket_move(hall, place, TICKET_WAITING, event->time_ms);
}

static void undo_no_show(struct hall *hall, struct window *window, const struct event *event) {
    uint16_t place = window->missed;
    ticket_move(hall, place, TICKET_CALLED, event->time_ms);
    hall->tickets[place].no_shows--;
    hall->no_shows--;
    if (window->visit != event->visit) { /* somebody else was called in between */
        memset(&window->why, 0, sizeof window->why);
        window->calls = 1;
        window->is_invited = window->is_asked = false;
    }
    window->ticket = place;
    window->visit = event->visit;
    window->first_called_ms = window->called_ms = event->time_ms;
    voice_take_back(window, event->time_ms);
    window->missed = NO_PLACE;
    window->missed_visit = 0;
    window->missed_ms = 0;
    /* The seat is taken: whoever was to be called after the press waits on. */
    window->next_waits_ms = window->qr_ends_ms = 0;
    set_state(window, WINDOW_CALLING, event->time_ms);
}

void apply_ticket_undone(struct hall *hall, const struct event *event) {
    struct window *window = window_of(hall, event);
    uint16_t place = ticket_of(hall, event);
    if (window->ticket == NO_PLACE) {
        undo_no_show(hall, window, event);
        return;
    }
    ticket_move(hall, place, TICKET_WAITING, event->time_ms);
    leave_window(window, event->time_ms);
}
