#include "controller/hall/window.h"

#include <string.h>

#include "controller/hall/change.h"
#include "controller/hall/hours.h"
#include "controller/hall/rating.h"

static const struct ticket *ticket_at(const struct draft *draft, const struct window *window) {
    return &draft->hall->tickets[window->ticket];
}

/* An event about the ticket that is at the window. */
static struct event *add_visit(struct draft *draft, enum event_type type,
                               const struct window *window) {
    struct event *event = draft_ticket(draft, type, window->ticket);
    event_set_window(event, draft->hall, window);
    event->visit = window->visit;
    event->has |= EVENT_HAS(FIELD_VISIT);
    return event;
}

void step_call(struct draft *draft, const struct window *window, struct pick pick,
               const struct coming *coming) {
    const struct ticket *ticket = &draft->hall->tickets[pick.place];
    struct event *event = draft_ticket(draft, EVENT_TICKET_CALLED, pick.place);
    int64_t turn_ms = ticket->turn_ms;
    if (coming != NULL && coming->place == pick.place) {
        turn_ms = coming->turn_ms;
        event_set_service(event, draft->hall, coming->service);
    }
    event_set_window(event, draft->hall, window);
    event->visit = event->seq;
    event->waited_s = seconds_between(ticket->issued_ms, draft->now_ms);
    event->has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_WAITED) | EVENT_HAS(FIELD_WHY);
    event_set_turn(event, turn_ms);
    queue_explain(draft->hall, window, pick, coming, &event->more.why);
}

void step_no_show(struct draft *draft, const struct window *window) {
    struct event *event = add_visit(draft, EVENT_TICKET_NO_SHOW, window);
    event->count = ticket_at(draft, window)->no_shows + 1U;
    event->has |= EVENT_HAS(FIELD_COUNT);
    event_set_until(event, hours_add(draft->hall, draft->now_ms,
                                     (int64_t)draft->hall->rules.no_show.minutes * MINUTE_MS));
}

void step_undo_call(struct draft *draft, const struct window *window) {
    add_visit(draft, EVENT_TICKET_UNDONE, window);
}

static void add_done(struct draft *draft, const struct window *window, enum outcome outcome) {
    bool is_called = window->state == WINDOW_CALLING;
    struct event *event = add_visit(draft, EVENT_TICKET_DONE, window);
    event->served_s = is_called ? 0 : seconds_between(window->serving_ms, draft->now_ms);
    event->assumed = window->is_assumed;
    event->outcome = outcome;
    event->has |= EVENT_HAS(FIELD_SERVED) | EVENT_HAS(FIELD_ASSUMED) | EVENT_HAS(FIELD_OUTCOME);
}

/* 一件事一次办: the ticket goes on to its next service with its first turn. */
static void add_next_step(struct draft *draft, const struct window *window, struct coming *coming) {
    const struct ticket *ticket = ticket_at(draft, window);
    if (ticket->step >= ticket->step_count) {
        return;
    }
    unsigned service = ticket->steps[ticket->step];
    struct event *event = draft_ticket(draft, EVENT_TICKET_TRANSFERRED, window->ticket);
    event_set_service(event, draft->hall, service);
    event_set_turn(event, ticket->first_turn_ms);
    event_set_reason(event, "next_service");
    *coming = (struct coming){ window->ticket, (uint8_t)service, ticket->first_turn_ms };
}

void step_done(struct draft *draft, const struct window *window, enum outcome outcome,
               struct coming *coming) {
    coming->place = NO_PLACE;
    if (window->state == WINDOW_CALLING) {
        struct event *event = add_visit(draft, EVENT_TICKET_SERVING, window);
        event->has |= EVENT_HAS(FIELD_ASSUMED);
    }
    add_done(draft, window, outcome);
    rating_ask(draft, window, outcome != OUTCOME_NOT_HERE);
    if (draft->hall->rules.services[ticket_at(draft, window)->service].opens_case) {
        rating_open_case(draft, window->ticket, window, CASE_UNSOLVED);
    }
    if (outcome != OUTCOME_NOT_HERE) {
        add_next_step(draft, window, coming);
    }
}

void step_unhold(struct draft *draft, const struct window *window, uint16_t place) {
    struct event *event = draft_ticket(draft, EVENT_TICKET_UNHELD, place);
    event_set_window(event, draft->hall, window);
    event_set_turn(event, draft->hall->tickets[place].turn_ms);
}

void step_resume(struct draft *draft, const struct window *window) {
    draft_window(draft, EVENT_WINDOW_RESUMED, window);
}

/* "After this ticket" is written as the ticket: the window goes on with it, and pauses or closes when it is finished. */
static void set_after_ticket(const struct draft *draft, const struct window *window,
                             struct event *event) {
    event->day = draft->hall->day;
    event->ticket = ticket_at(draft, window)->no;
    event->has |= EVENT_HAS(FIELD_TICKET);
}

void step_pause(struct draft *draft, const struct window *window, const char *reason,
                bool is_after_ticket) {
    struct event *event = draft_window(draft, EVENT_WINDOW_PAUSED, window);
    event_set_reason(event, reason);
    if (is_after_ticket) {
        set_after_ticket(draft, window, event);
    }
}

void step_close_after_ticket(struct draft *draft, const struct window *window) {
    set_after_ticket(draft, window, draft_window(draft, EVENT_WINDOW_CLOSED, window));
}

void step_close(struct draft *draft, const struct window *window, const char *reason) {
    if (window->held != NO_PLACE) {
        step_unhold(draft, window, window->held);
    }
    if (window->staff != NO_STAFF) {
        event_set_reason(draft_window(draft, EVENT_STAFF_SIGNED_OUT, window), reason);
    }
    event_set_reason(draft_window(draft, EVENT_WINDOW_CLOSED, window), reason);
}

bool step_pending(struct draft *draft, const struct window *window) {
    if (window->is_pending_close) {
        step_close(draft, window, "after_ticket");
    } else if (window->is_pending_pause) {
        step_pause(draft, window, window->pending_reason, false);
    } else {
        return false;
    }
    return true;
}

/* --- commands of the manager ---------------------------------------------------------------------------------- */

/* Also takes back a closing that waits for the ticket at the window. */
enum reason decide_window_open(struct draft *draft) {
    uint16_t place = live_window(draft->hall, draft->command->window);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct window *window = &draft->hall->windows[place];
    if (window->state != WINDOW_CLOSED && !window->is_pending_close) {
        return REASON_ALREADY;
    }
    enum reason reason = change_check_until(draft);
    if (reason == REASON_NONE) {
        struct event *event = draft_window(draft, EVENT_WINDOW_OPENED, window);
        event_set_until(event, draft->command->until_ms);
    }
    return reason;
}

/* The last event of a decision is the closing itself: it says until when. */
static void set_last_until(struct draft *draft) {
    event_set_until(&draft->out->events[draft->out->count - 1], draft->command->until_ms);
}

/* Without force as SIGN_OUT; with force at once: a called ticket waits again with its turn, a serving one is done. */
enum reason decide_window_close(struct draft *draft) {
    uint16_t place = live_window(draft->hall, draft->command->window);
    struct coming coming;
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct window *window = &draft->hall->windows[place];
    if (window->state == WINDOW_CLOSED) {
        return REASON_ALREADY;
    }
    enum reason reason = change_check_until(draft);
    if (reason != REASON_NONE) {
        return reason;
    }
    if (window->ticket != NO_PLACE && !draft->command->force) {
        if (window->is_pending_close) {
            return REASON_ALREADY;
        }
        step_close_after_ticket(draft, window);
        set_last_until(draft);
        return REASON_NONE;
    }
    if (window->state == WINDOW_CALLING) {
        step_undo_call(draft, window);
    } else if (window->state == WINDOW_SERVING) {
        step_done(draft, window, OUTCOME_DONE, &coming);
    }
    step_close(draft, window, "closed");
    set_last_until(draft);
    return REASON_NONE;
}

/* What the command does not name stays as it is; what an event can't name can't stay, and must be named anew. */
enum reason decide_window_assign(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    uint16_t place = live_window(hall, command->window);
    uint64_t own;
    uint64_t helps;
    if (place == NO_PLACE || !services_of_names(hall, &command->services, &own) ||
        !services_of_names(hall, &command->helps, &helps)) {
        return REASON_NO_SUCH;
    }
    if (command->until_ms != 0 && command->until_ms <= draft->now_ms) {
        return REASON_BAD_ARGUMENT;
    }
    const struct window *window = &hall->windows[place];
    if ((command->has & COMMAND_HAS(ARG_OWN)) == 0) {
        own = window->own;
    }
    if ((command->has & COMMAND_HAS(ARG_HELPS)) == 0) {
        helps = window->helps;
    }
    struct name_list names[2];
    if (!names_of_services(hall, own, &names[0]) || !names_of_services(hall, helps, &names[1])) {
        return REASON_BAD_ARGUMENT;
    }
    struct event *event = draft_window(draft, EVENT_WINDOW_ASSIGNED, window);
    event->more.assigned.own = names[0];
    event->more.assigned.helps = names[1];
    event->has |= EVENT_HAS(FIELD_OWN) | EVENT_HAS(FIELD_HELPS);
    event_set_until(event, command->until_ms);
    return REASON_NONE;
}
