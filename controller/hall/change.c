#include "controller/hall/change.h"

#include <string.h>

#include "controller/hall/window.h"

static unsigned place_of(const struct hall *hall, enum change_kind kind, uint32_t subject);
static bool is_change(const struct event *event);
static void note(struct hall *hall, enum change_kind kind, uint32_t subject,
                 const struct event *event);
static void forget(struct hall *hall, enum change_kind kind, uint32_t subject);
static void forget_place(struct hall *hall, unsigned place);
static void note_of_hall(struct hall *hall, const struct event *event);
static void note_extended(struct hall *hall, const struct event *event);
static void note_of_window(struct hall *hall, const struct event *event);
static void note_closed(struct hall *hall, const struct event *event);
static void note_paused(struct hall *hall, const struct event *event);
static bool outlives_day(const struct hall *hall, const struct change *change, int64_t now_ms);

enum reason change_check_until(const struct draft *draft) {
    int64_t until_ms = draft->command->until_ms;
    if (until_ms != 0 && until_ms <= draft->now_ms) {
        return REASON_BAD_ARGUMENT;
    }
    return until_ms != 0 && draft->hall->change_count == CHANGES_MAX ? REASON_CAPACITY
                                                                     : REASON_NONE;
}

const struct change *change_find(const struct hall *hall, enum change_kind kind, uint32_t subject) {
    unsigned place = place_of(hall, kind, subject);
    return place == CHANGES_MAX ? NULL : &hall->changes[place];
}

bool change_keeps_closed(const struct hall *hall, const struct window *window) {
    const struct change *change = change_find(hall, CHANGE_WINDOW_CLOSED, window->id);
    return change != NULL && change->until_ms != 0;
}

static unsigned place_of(const struct hall *hall, enum change_kind kind, uint32_t subject) {
    for (unsigned i = 0; i < hall->change_count; i++) {
        if (hall->changes[i].kind == kind && hall->changes[i].subject == subject) {
            return i;
        }
    }
    return CHANGES_MAX;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

void change_apply(struct hall *hall, const struct event *event) {
    note_of_hall(hall, event);
    if ((event->has & EVENT_HAS(FIELD_WINDOW)) != 0) {
        note_of_window(hall, event);
    }
}

/* Keys are daily work, and rules are the file. */
static bool is_change(const struct event *event) {
    return event->by.kind == BY_PAGE || event->by.kind == BY_MQTT || event->by.kind == BY_CLI;
}

static void note_of_hall(struct hall *hall, const struct event *event) {
    if (event->type == EVENT_HALL_CLOSED || event->type == EVENT_HALL_OPENED) {
        bool is_closed = event->type == EVENT_HALL_CLOSED;
        forget(hall, CHANGE_HALL_OPENED, 0);
        forget(hall, CHANGE_HALL_CLOSED, 0);
        if ((event->has & EVENT_HAS(FIELD_UNTIL)) != 0) {
            note(hall, is_closed ? CHANGE_HALL_CLOSED : CHANGE_HALL_OPENED, 0, event);
        }
    } else if (event->type == EVENT_HALL_EXTENDED) {
        note_extended(hall, event);
    } else if (event->type == EVENT_SERVICE_STOPPED || event->type == EVENT_SERVICE_RESUMED) {
        unsigned service = rules_service(&hall->rules, event->service);
        forget(hall, CHANGE_SERVICE_STOPPED, service);
        if (event->type == EVENT_SERVICE_STOPPED) {
            note(hall, CHANGE_SERVICE_STOPPED, service, event);
        }
    } else if (event->type == EVENT_STAFF_SET || event->type == EVENT_STAFF_REMOVED) {
        bool is_set = event->type == EVENT_STAFF_SET;
        uint32_t number = (uint32_t)digits_value(event->staff);
        forget(hall, is_set ? CHANGE_STAFF_REMOVED : CHANGE_STAFF_ADDED, number);
        note(hall, is_set ? CHANGE_STAFF_ADDED : CHANGE_STAFF_REMOVED, number, event);
    } else if (event->type == EVENT_CALENDAR_SET) {
        forget(hall, CHANGE_DAY, event->day);
        if ((event->has & EVENT_HAS(FIELD_WHAT)) != 0) {
            note(hall, CHANGE_DAY, event->day, event);
        }
    }
}

static void note_extended(struct hall *hall, const struct event *event) {
    if ((event->has & EVENT_HAS(FIELD_SERVICE)) != 0) {
        note(hall, CHANGE_SERVICE_EXTENDED, rules_service(&hall->rules, event->service), event);
    } else if ((event->has & EVENT_HAS(FIELD_WINDOW)) != 0) {
        note(hall, CHANGE_WINDOW_EXTENDED, event->window, event);
    } else {
        note(hall, CHANGE_HALL_EXTENDED, 0, event);
    }
}

/*
 * Is it as the file has it? Where people sign in a window is closed until somebody does; else it is open with the hall.
 * With an end it is a change in any case.
 */
static bool is_plain(const struct hall *hall, const struct event *event) {
    bool is_opened = event->type == EVENT_WINDOW_OPENED;
    bool is_open_by_file = !hall->rules.require_sign_in && hall->is_open;
    return (event->has & EVENT_HAS(FIELD_UNTIL)) == 0 && is_opened == is_open_by_file;
}

/* Who signs in has the window from then on, whoever opened or closed it before. */
static void note_of_window(struct hall *hall, const struct event *event) {
    if (event->type == EVENT_WINDOW_ASSIGNED) {
        forget(hall, CHANGE_WINDOW_ASSIGNED, event->window);
        note(hall, CHANGE_WINDOW_ASSIGNED, event->window, event);
    } else if (event->type == EVENT_STAFF_SIGNED_IN) {
        forget(hall, CHANGE_WINDOW_OPENED, event->window);
        forget(hall, CHANGE_WINDOW_CLOSED, event->window);
    } else if (event->type == EVENT_WINDOW_OPENED) {
        forget(hall, CHANGE_WINDOW_CLOSED, event->window);
        if (!is_plain(hall, event)) {
            note(hall, CHANGE_WINDOW_OPENED, event->window, event);
        }
    } else if (event->type == EVENT_WINDOW_CLOSED) {
        note_closed(hall, event);
    } else if (event->type == EVENT_WINDOW_PAUSED) {
        note_paused(hall, event);
    } else if (event->type == EVENT_WINDOW_RESUMED) {
        forget(hall, CHANGE_WINDOW_PAUSED, event->window);
    }
}

/* A closing that waited for its ticket comes by itself in the end: it is still the manager's. */
static void note_closed(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    bool is_later = (event->has & EVENT_HAS(FIELD_TICKET)) != 0;
    bool was_pending = place != NO_PLACE && hall->windows[place].is_pending_close;
    if (!is_later) {
        forget(hall, CHANGE_WINDOW_OPENED, event->window);
        forget(hall, CHANGE_WINDOW_PAUSED, event->window);
    }
    if (is_later || !was_pending) {
        forget(hall, CHANGE_WINDOW_CLOSED, event->window);
        if (!is_plain(hall, event)) {
            note(hall, CHANGE_WINDOW_CLOSED, event->window, event);
        }
    }
}

/* A pause without an end is the window's own. */
static void note_paused(struct hall *hall, const struct event *event) {
    uint16_t place = live_window(hall, event->window);
    bool is_later = (event->has & EVENT_HAS(FIELD_TICKET)) != 0;
    bool was_pending = place != NO_PLACE && hall->windows[place].is_pending_pause;
    if (!is_later && was_pending && (event->has & EVENT_HAS(FIELD_UNTIL)) == 0) {
        return;
    }
    forget(hall, CHANGE_WINDOW_PAUSED, event->window);
    if ((event->has & EVENT_HAS(FIELD_UNTIL)) != 0) {
        note(hall, CHANGE_WINDOW_PAUSED, event->window, event);
    }
}

/* A list that is full forgets who made the oldest change that ends with the day. */
static void note(struct hall *hall, enum change_kind kind, uint32_t subject,
                 const struct event *event) {
    unsigned place = place_of(hall, kind, subject);
    if (!is_change(event)) {
        return;
    }
    if (place == CHANGES_MAX && hall->change_count == CHANGES_MAX) {
        unsigned oldest = 0;
        while (oldest + 1 < CHANGES_MAX && hall->changes[oldest].until_ms != 0) {
            oldest++;
        }
        forget_place(hall, oldest);
    }
    place = place == CHANGES_MAX ? hall->change_count++ : place;
    struct change *change = &hall->changes[place];
    memset(change, 0, sizeof *change);
    change->kind = (uint8_t)kind;
    change->subject = subject;
    change->by = event->by;
    change->since_ms = event->time_ms;
    change->until_ms = event->until_ms;
}

static void forget(struct hall *hall, enum change_kind kind, uint32_t subject) {
    unsigned place = place_of(hall, kind, subject);
    if (place != CHANGES_MAX) {
        forget_place(hall, place);
    }
}

static void forget_place(struct hall *hall, unsigned place) {
    hall->change_count--;
    memmove(&hall->changes[place], &hall->changes[place + 1],
            (hall->change_count - place) * sizeof hall->changes[0]);
}

void change_end_day(struct hall *hall, int64_t now_ms) {
    for (unsigned i = hall->change_count; i > 0; i--) {
        if (!outlives_day(hall, &hall->changes[i - 1], now_ms)) {
            forget_place(hall, i - 1);
        }
    }
}

/* Where people sign in, every window is closed overnight anyway: there is nothing to keep closed. */
static bool outlives_day(const struct hall *hall, const struct change *change, int64_t now_ms) {
    bool ends_later = change->until_ms > now_ms;
    switch ((enum change_kind)change->kind) {
    case CHANGE_HALL_CLOSED:
    case CHANGE_HALL_OPENED:
    case CHANGE_SERVICE_STOPPED:
    case CHANGE_WINDOW_ASSIGNED:
    case CHANGE_STAFF_ADDED:
    case CHANGE_STAFF_REMOVED:
        return ends_later;
    case CHANGE_WINDOW_CLOSED:
        return ends_later && !hall->rules.require_sign_in;
    case CHANGE_DAY:
        return change->subject >= hall->day;
    case CHANGE_NONE:
    case CHANGE_HALL_EXTENDED:
    case CHANGE_SERVICE_EXTENDED:
    case CHANGE_WINDOW_OPENED:
    case CHANGE_WINDOW_PAUSED:
    case CHANGE_WINDOW_EXTENDED:
    case CHANGE_KINDS:
        break;
    }
    return false;
}

void change_restore(struct hall *hall, const struct change *change) {
    if (hall->change_count < CHANGES_MAX) {
        hall->changes[hall->change_count++] = *change;
    }
}

/* --- ticks ---------------------------------------------------------------------------------------------------- */

/*
 * Opened: closes again unless somebody sits there or the file has it open now. Closed: opens again once the hall is open.
 * INT64_MAX: this change does not end by itself.
 */
static int64_t end_ms(const struct hall *hall, const struct change *change) {
    uint16_t place = live_window(hall, change->subject);
    if (change->until_ms == 0 || place == NO_PLACE) {
        return INT64_MAX;
    }
    const struct window *window = &hall->windows[place];
    bool is_closed = window->state == WINDOW_CLOSED;
    bool ends = false;
    if (change->kind == CHANGE_WINDOW_OPENED) {
        ends = !is_closed && !window->is_pending_close && window->staff == NO_STAFF &&
               (hall->rules.require_sign_in || !hall->is_open);
    } else if (change->kind == CHANGE_WINDOW_CLOSED) {
        ends = is_closed && hall->is_open;
    } else if (change->kind == CHANGE_WINDOW_PAUSED) {
        ends = window->state == WINDOW_PAUSED || window->is_pending_pause;
    }
    return ends ? change->until_ms : INT64_MAX;
}

static bool is_of_window(const struct change *change) {
    return change->kind == CHANGE_WINDOW_OPENED || change->kind == CHANGE_WINDOW_CLOSED ||
           change->kind == CHANGE_WINDOW_PAUSED;
}

int64_t change_due_end(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->change_count; i++) {
        const struct change *change = &hall->changes[i];
        int64_t one_ms = is_of_window(change) ? end_ms(hall, change) : INT64_MAX;
        if (one_ms < due_ms) {
            due_ms = one_ms;
            *place = i;
        }
    }
    return due_ms;
}

void change_end(struct draft *draft, unsigned place) {
    const struct hall *hall = draft->hall;
    const struct change *change = &hall->changes[place];
    const struct window *window = &hall->windows[live_window(hall, change->subject)];
    draft->by = (struct by){ .kind = BY_RULE, .id = "until" };
    if (change->kind == CHANGE_WINDOW_CLOSED) {
        draft_window(draft, EVENT_WINDOW_OPENED, window);
    } else if (change->kind == CHANGE_WINDOW_PAUSED) {
        step_resume(draft, window);
    } else if (window->ticket != NO_PLACE) {
        step_close_after_ticket(draft, window);
    } else {
        step_close(draft, window, "until");
    }
}
