/* What happens at windows by itself: the assumed start, calls that nobody presses, opening with the hall. */
#include "controller/hall/change.h"
#include "controller/hall/hours.h"
#include "controller/hall/keys.h"
#include "controller/hall/voice.h"
#include "controller/hall/window.h"

/* Nobody comes before they have heard the call; each recall restarts the timer by its press. */
static int64_t start_ms(const struct hall *hall, const struct window *window) {
    if (window->state != WINDOW_CALLING || hall->rules.start_after_s == 0) {
        return INT64_MAX;
    }
    int64_t heard_ms = voice_heard_ms(window);
    int64_t from_ms = heard_ms > window->called_ms ? heard_ms : window->called_ms;
    return from_ms + (int64_t)hall->rules.start_after_s * 1000;
}

int64_t window_due_start(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->window_count; i++) {
        int64_t window_ms = start_ms(hall, &hall->windows[i]);
        if (window_ms < due_ms) {
            due_ms = window_ms;
            *place = i;
        }
    }
    return due_ms;
}

void window_start(struct draft *draft, unsigned place) {
    const struct window *window = &draft->hall->windows[place];
    draft->by = (struct by){ .kind = BY_RULE, .id = "start_after" };
    struct event *event = draft_ticket(draft, EVENT_TICKET_SERVING, window->ticket);
    event_set_window(event, draft->hall, window);
    event->visit = window->visit;
    event->assumed = true;
    event->has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_ASSUMED);
}

/*
 * A call that waited for a rating lapses when nobody waited at its time: whoever comes later is called by a key, or by
 * auto_call.
 */
static int64_t call_ms(const struct hall *hall, const struct window *window) {
    bool is_auto = window_rule(hall, window)->auto_call;
    if (window->state != WINDOW_OPEN || (!is_auto && window->next_waits_ms == 0)) {
        return INT64_MAX;
    }
    int64_t from_ms = queue_next_from_ms(hall, window);
    if (from_ms == INT64_MAX) {
        return INT64_MAX;
    }
    if (window->next_waits_ms != 0) {
        struct pick pick = queue_next_for(hall, window, window->next_waits_ms, NULL);
        bool waited =
            pick.place != NO_PLACE && hall->tickets[pick.place].since_ms <= window->next_waits_ms;
        int64_t later_ms = from_ms > window->next_waits_ms ? from_ms : window->next_waits_ms;
        return waited ? window->next_waits_ms : is_auto ? later_ms : INT64_MAX;
    }
    return from_ms;
}

int64_t window_due_call(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->window_count; i++) {
        int64_t window_ms = call_ms(hall, &hall->windows[i]);
        if (window_ms < due_ms) {
            due_ms = window_ms;
            *place = i;
        }
    }
    return due_ms;
}

void window_call(struct draft *draft, unsigned place) {
    const struct window *window = &draft->hall->windows[place];
    bool is_auto = window->next_waits_ms == 0 || (window_rule(draft->hall, window)->auto_call &&
                                                  draft->now_ms > window->next_waits_ms);
    draft->by = (struct by){ .kind = BY_RULE };
    word_copy(draft->by.id, sizeof draft->by.id, is_auto ? "auto_call" : "rate_first");
    keys_call_next(draft, window, NULL);
}

/*
 * Without sign-in windows open with the hall, and close with it (or at their own extension's end) once nobody waits
 * for them. INT64_MAX: stays as it is.
 */
static int64_t change_ms(const struct hall *hall, const struct window *window) {
    bool is_free = window->ticket == NO_PLACE && window->held == NO_PLACE &&
                   window->staff == NO_STAFF && queue_waiting_for(hall, window) == 0;
    const struct change *opened = change_find(hall, CHANGE_WINDOW_OPENED, window->id);
    bool opens = window->state == WINDOW_CLOSED && hall->is_open &&
                 window->since_ms <= hall->opened_ms && !change_keeps_closed(hall, window);
    bool closes = window->state != WINDOW_CLOSED && !hall->is_open && is_free;
    if (!opens && !closes) {
        return INT64_MAX;
    }
    if (closes && opened != NULL && opened->until_ms != 0) {
        return INT64_MAX; /* change_end closes it */
    }
    return closes && window->extended_ms > hall->last_ms ? window->extended_ms : hall->last_ms;
}

int64_t window_due_opening(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; !hall->rules.require_sign_in && i < hall->window_count; i++) {
        int64_t window_ms = change_ms(hall, &hall->windows[i]);
        if (window_ms < due_ms) {
            due_ms = window_ms;
            *place = i;
        }
    }
    return due_ms;
}

void window_open_or_close(struct draft *draft, unsigned place) {
    const struct window *window = &draft->hall->windows[place];
    draft->by = (struct by){ .kind = BY_RULE, .id = "hall_hours" };
    if (window->state == WINDOW_CLOSED) {
        draft_window(draft, EVENT_WINDOW_OPENED, window);
    } else {
        step_close(draft, window, "hall_closed");
    }
}

int64_t window_due_revert(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        if (window->is_assigned && window->assigned_until_ms != 0 &&
            window->assigned_until_ms < due_ms) {
            due_ms = window->assigned_until_ms;
            *place = i;
        }
    }
    return due_ms;
}

void window_revert(struct draft *draft, unsigned place) {
    const struct hall *hall = draft->hall;
    const struct window *window = &hall->windows[place];
    const struct window_rule *rule = window_rule(hall, window);
    draft->by = (struct by){ .kind = BY_RULE, .id = "until" };
    struct event *event = draft_window(draft, EVENT_WINDOW_ASSIGNED, window);
    names_of_services(hall, rule->own, &event->more.assigned.own);
    names_of_services(hall, rule->helps, &event->more.assigned.helps);
    event->has |= EVENT_HAS(FIELD_OWN) | EVENT_HAS(FIELD_HELPS);
}
