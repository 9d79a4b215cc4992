#include "controller/hall/staff.h"

#include <assert.h>
#include <string.h>

#include "controller/hall/window.h"

static bool may_sign_in(const struct staff *staff, int64_t now_ms) {
    bool change_stands = staff->until_ms == 0 || now_ms < staff->until_ms;
    if (staff->is_removed && change_stands) {
        return false;
    }
    return staff->is_in_rules || (staff->is_added && change_stands);
}

static bool is_planned_here(const struct window_rule *rule, int32_t number) {
    for (unsigned i = 0; i < rule->staff_count; i++) {
        if (rule->staff[i] == number) {
            return true;
        }
    }
    return rule->staff_count == 0;
}

static void add_signed(struct draft *draft, enum event_type type, const struct window *window,
                       int32_t number) {
    struct event *event = draft_window(draft, type, window);
    word_copy(event->staff, sizeof event->staff, staff_id(draft->hall, number));
    event->has |= EVENT_HAS(FIELD_STAFF);
}

static void take_over(struct draft *draft, const struct window *window, int32_t number) {
    if (window->staff != NO_STAFF && window->staff != number) {
        struct event *event = draft_window(draft, EVENT_STAFF_SIGNED_OUT, window);
        event_set_reason(event, "taken_over");
    }
    add_signed(draft, EVENT_STAFF_SIGNED_IN, window, number);
    if (window->state == WINDOW_CLOSED) {
        struct event *event = draft_window(draft, EVENT_WINDOW_OPENED, window);
        word_copy(event->staff, sizeof event->staff, staff_id(draft->hall, number));
        event->has |= EVENT_HAS(FIELD_STAFF);
    }
}

static const struct wrong_pins *find_wrong_pins(const struct hall *hall, int32_t number,
                                                uint16_t window) {
    for (unsigned i = 0; i < WRONG_PINS_MAX; i++) {
        const struct wrong_pins *wrong = &hall->wrong_pins[i];
        if (wrong->tries.count > 0 && wrong->staff == number && wrong->window == window) {
            return wrong;
        }
    }
    return NULL;
}

static enum reason check_pin(struct draft *draft, const struct window *window, int32_t number) {
    enum pin_given pin = draft->input->command.pin;
    if (!draft->hall->rules.pin || (!draft->command->needs_pin && pin == PIN_NONE)) {
        return REASON_NONE;
    }
    const struct wrong_pins *wrong = find_wrong_pins(draft->hall, number, window->id);
    if (wrong != NULL && tries_are_used_up(&wrong->tries, draft->now_ms)) {
        return REASON_TOO_MANY;
    }
    if (pin == PIN_WRONG) {
        struct event *event = draft_add(draft, EVENT_COMMAND_REFUSED);
        word_copy(event->name, sizeof event->name, command_name(COMMAND_STAFF_SIGN_IN));
        word_copy(event->staff, sizeof event->staff, staff_id(draft->hall, number));
        event->window = window->id;
        event->has |= EVENT_HAS(FIELD_NAME) | EVENT_HAS(FIELD_STAFF) | EVENT_HAS(FIELD_WINDOW);
        event_set_reason(event, reason_word(REASON_UNKNOWN_STAFF));
    }
    return pin == PIN_RIGHT ? REASON_NONE : REASON_UNKNOWN_STAFF;
}

enum reason staff_sign_in(struct draft *draft, const struct window *window) {
    const struct hall *hall = draft->hall;
    int32_t number = digits_value(draft->command->staff);
    uint16_t place = live_staff(hall, number);
    if (place == NO_PLACE || !may_sign_in(&hall->staff[place], draft->now_ms)) {
        return REASON_UNKNOWN_STAFF;
    }
    enum reason refusal = check_pin(draft, window, number);
    if (refusal != REASON_NONE) {
        return refusal;
    }
    if (!is_planned_here(window_rule(hall, window), number)) {
        return REASON_NOT_YOURS;
    }
    if (window->staff == number && !window->is_pending_close) {
        return REASON_NONE;
    }
    uint16_t elsewhere = live_window(hall, hall->staff[place].window);
    if (elsewhere != NO_PLACE && hall->windows[elsewhere].id != window->id) {
        if (hall->windows[elsewhere].ticket != NO_PLACE) {
            return REASON_BUSY_ELSEWHERE;
        }
        step_close(draft, &hall->windows[elsewhere], "signed_in_elsewhere");
    }
    take_over(draft, window, number);
    return REASON_NONE;
}

/* By the person, wherever they are signed in, or only at the window that is named too; the key names no person. */
enum reason decide_staff_sign_out(struct draft *draft) {
    const struct hall *hall = draft->hall;
    uint16_t place = live_staff(hall, digits_value(draft->command->staff));
    if (place == NO_PLACE) {
        return REASON_UNKNOWN_STAFF;
    }
    uint16_t at = live_window(hall, hall->staff[place].window);
    if (hall->staff[place].window == 0 || at == NO_PLACE) {
        return REASON_NOT_NOW;
    }
    const struct window *window = &hall->windows[at];
    if (draft->command->window != 0 && draft->command->window != window->id) {
        return REASON_NOT_YOURS;
    }
    if (window->ticket == NO_PLACE) {
        step_close(draft, window, "signed_out");
    } else if (!window->is_pending_close) {
        step_close_after_ticket(draft, window);
    }
    return REASON_NONE;
}

static enum reason add_staff_event(struct draft *draft, enum event_type type) {
    const struct command *command = draft->command;
    struct event *event = draft_add(draft, type);
    word_copy(event->staff, sizeof event->staff, command->staff);
    event->has |= EVENT_HAS(FIELD_STAFF);
    event_set_until(event, command->until_ms);
    event_set_reason(event, command->reason);
    return REASON_NONE;
}

enum reason decide_staff_set(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    int32_t number = digits_value(command->staff);
    if (number == NO_STAFF || (command->until_ms != 0 && command->until_ms <= draft->now_ms)) {
        return REASON_BAD_ARGUMENT;
    }
    if (live_staff(hall, number) == NO_PLACE && hall->staff_count >= hall->staff_max) {
        return REASON_CAPACITY;
    }
    return add_staff_event(draft, EVENT_STAFF_SET);
}

/* Whoever is signed in stays so until signing out; they can't sign in again. */
enum reason decide_staff_remove(struct draft *draft) {
    uint16_t place = live_staff(draft->hall, digits_value(draft->command->staff));
    if (place == NO_PLACE || !may_sign_in(&draft->hall->staff[place], draft->now_ms)) {
        return REASON_UNKNOWN_STAFF;
    }
    return add_staff_event(draft, EVENT_STAFF_REMOVED);
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

static struct staff *staff_of(struct hall *hall, const struct event *event) {
    uint16_t place = live_staff(hall, digits_value(event->staff));
    assert(place != NO_PLACE);
    return &hall->staff[place];
}

void apply_staff_signed_in(struct hall *hall, const struct event *event) {
    struct window *window = &hall->windows[live_window(hall, event->window)];
    struct staff *staff = staff_of(hall, event);
    staff->window = window->id;
    window->staff = staff->number;
    window->is_pending_close = false;
}

void apply_staff_signed_out(struct hall *hall, const struct event *event) {
    struct window *window = &hall->windows[live_window(hall, event->window)];
    staff_of(hall, event)->window = 0;
    window->staff = NO_STAFF;
    window->left_ms = event->time_ms;
}

/* The place of this number at this window, else a free one, else that of who was wrong longest ago. */
static struct wrong_pins *wrong_pins_place(struct hall *hall, int32_t number, uint16_t window) {
    struct wrong_pins *best = &hall->wrong_pins[0];
    for (unsigned i = 0; i < WRONG_PINS_MAX; i++) {
        struct wrong_pins *one = &hall->wrong_pins[i];
        if (one->tries.count > 0 && one->staff == number && one->window == window) {
            return one;
        }
        bool is_older = one->tries.count > 0 && best->tries.count > 0 &&
                        one->tries.ms[one->tries.count - 1] < best->tries.ms[best->tries.count - 1];
        best = is_older || (one->tries.count == 0 && best->tries.count > 0) ? one : best;
    }
    *best = (struct wrong_pins){ .staff = number, .window = window };
    return best;
}

void staff_apply_wrong_pin(struct hall *hall, const struct event *event) {
    struct wrong_pins *wrong = wrong_pins_place(hall, digits_value(event->staff), event->window);
    tries_add(&wrong->tries, event->time_ms);
}

void apply_staff_set(struct hall *hall, const struct event *event) {
    uint16_t place = live_staff_make(hall, digits_value(event->staff), event->staff);
    assert(place != NO_PLACE);
    struct staff *staff = &hall->staff[place];
    staff->is_added = true;
    staff->is_removed = false;
    staff->until_ms = event->until_ms;
}

void apply_staff_removed(struct hall *hall, const struct event *event) {
    struct staff *staff = staff_of(hall, event);
    staff->is_removed = true;
    staff->is_added = false;
    staff->until_ms = event->until_ms;
}

void staff_end_day(struct hall *hall, int64_t now_ms) {
    for (unsigned i = 0; i < hall->staff_count; i++) {
        struct staff *staff = &hall->staff[i];
        staff->window = 0;
        if (staff->until_ms <= now_ms) {
            staff->is_added = staff->is_removed = false;
            staff->until_ms = 0;
        }
    }
    live_staff_drop(hall);
}
