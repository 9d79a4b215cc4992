#include "controller/hall/reload.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "controller/hall/booking.h"
#include "controller/hall/days.h"
#include "controller/hall/device.h"
#include "controller/hall/window.h"

enum { EVENTS_PER_CLOSING = 3 };

static enum reason check_limits(const struct hall *hall, const struct rules *rules, char *what);
static enum reason check_services(const struct hall *hall, const struct rules *rules, char *what);
static enum reason check_windows(const struct hall *hall, const struct rules *rules, char *what);

enum reason hall_check_rules(const struct hall *hall, const struct rules *rules, char *what) {
    enum reason reason = check_limits(hall, rules, what);
    if (reason == REASON_NONE && hall->has_rules) {
        reason = check_services(hall, rules, what);
    }
    if (reason == REASON_NONE && hall->has_rules) {
        reason = check_windows(hall, rules, what);
    }
    return reason;
}

static enum reason check_limits(const struct hall *hall, const struct rules *rules, char *what) {
    if (rules->window_count > hall->limits.windows) {
        snprintf(what, WHAT_SIZE, "%u windows, limits.windows is %u", rules->window_count,
                 hall->limits.windows);
        return REASON_NEEDS_RESTART;
    }
    if (rules->service_count > hall->limits.services) {
        snprintf(what, WHAT_SIZE, "%u services, limits.services is %u", rules->service_count,
                 hall->limits.services);
        return REASON_NEEDS_RESTART;
    }
    if (rules->staff_count > hall->limits.staff) {
        snprintf(what, WHAT_SIZE, "%u staff, limits.staff is %u", rules->staff_count,
                 hall->limits.staff);
        return REASON_NEEDS_RESTART;
    }
    return REASON_NONE;
}

/* Staff who were dropped for want of room are missed where they are named. */
static bool has_staff_room(const struct hall *hall, const struct event *event) {
    bool is_named = event->type == EVENT_STAFF_SET || event->type == EVENT_STAFF_REMOVED ||
                    event->type == EVENT_STAFF_SIGNED_IN || event->type == EVENT_STAFF_SIGNED_OUT;
    return !is_named || live_staff(hall, digits_value(event->staff)) != NO_PLACE ||
           (event->type == EVENT_STAFF_SET && hall->staff_count < hall->staff_max);
}

bool hall_fits(const struct hall *hall, const struct event *event, char *what) {
    if (event->type == EVENT_CONFIG_LOADED) {
        return check_limits(hall, event->more.rules, what) == REASON_NONE;
    }
    if (event->type == EVENT_TICKET_ISSUED && hall->ticket_count >= hall->limits.tickets_per_day) {
        snprintf(what, WHAT_SIZE, "more tickets today than limits.tickets_per_day, %u",
                 (unsigned)hall->limits.tickets_per_day);
        return false;
    }
    if (!has_staff_room(hall, event)) {
        snprintf(what, WHAT_SIZE, "more staff today than limits.staff, %u", hall->limits.staff);
        return false;
    }
    return true;
}

/* A service keeps its index while somebody holds a ticket of it: waiting people are kept by index, all else by id. */
static enum reason check_services(const struct hall *hall, const struct rules *rules, char *what) {
    for (uint16_t i = 0; i < hall->ticket_count; i++) {
        const struct ticket *ticket = &hall->tickets[i];
        unsigned service = ticket->service;
        bool is_same = strcmp(rules->services[service].id, hall->rules.services[service].id) == 0;
        for (unsigned k = ticket->step; k < ticket->step_count && is_same; k++) {
            service = ticket->steps[k];
            is_same = strcmp(rules->services[service].id, hall->rules.services[service].id) == 0;
        }
        if (!ticket_is_ended(ticket) && !is_same) {
            snprintf(what, WHAT_SIZE, "service %s has open tickets",
                     hall->rules.services[service].id);
            return REASON_STILL_IN_USE;
        }
    }
    return REASON_NONE;
}

static enum reason check_windows(const struct hall *hall, const struct rules *rules, char *what) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        bool is_used = window->ticket != NO_PLACE || window->held != NO_PLACE ||
                       window->line.count > 0 || window->session.is_open;
        if (is_used && rules_window(rules, window->id) == NULL) {
            snprintf(what, WHAT_SIZE, "window %u has open tickets", window->id);
            return REASON_STILL_IN_USE;
        }
    }
    return REASON_NONE;
}

/* Nobody sits at a window that leaves the file: it closes first, and its staff are signed out. */
static void close_gone(struct draft *draft, const struct rules *rules) {
    for (unsigned i = 0; i < draft->hall->window_count; i++) {
        const struct window *window = &draft->hall->windows[i];
        if (window->state != WINDOW_CLOSED && rules_window(rules, window->id) == NULL &&
            draft_has_room(draft, EVENTS_PER_CLOSING)) {
            step_close(draft, window, "removed");
        }
    }
    draft->out->again = draft->out->count > 0;
}

enum reason decide_config(struct draft *draft) {
    char what[WHAT_SIZE];
    const struct rules *rules = draft->input->config.rules;
    enum reason reason = hall_check_rules(draft->hall, rules, what);
    if (reason != REASON_NONE) {
        return reason;
    }
    close_gone(draft, rules);
    if (draft->out->again) {
        return REASON_NONE;
    }
    struct event *event = draft_add(draft, EVENT_CONFIG_LOADED);
    event->more.rules = rules;
    word_copy(event->hash, sizeof event->hash, draft->input->config.hash);
    event->has |= EVENT_HAS(FIELD_RULES) | EVENT_HAS(FIELD_RULES_HASH);
    return REASON_NONE;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

/* Indexes by id: where a set of services by the old rules stands by the new ones. What is gone is left out. */
static uint64_t renumbered(const struct rules *old, const struct rules *new, uint64_t services) {
    uint64_t set = 0;
    for (unsigned i = 1; services != SERVICES_ALL && i < SERVICES_MAX; i++) {
        unsigned place = (services >> i & 1U) == 0 ? 0 : rules_service(new, old->services[i].id);
        set |= place == 0 ? 0 : UINT64_C(1) << place;
    }
    return services == SERVICES_ALL ? services : set;
}

/*
 * What stands by a service's index goes with its id: counts, live changes, what is assigned. Lines of services that get
 * another index are empty (check_services). A live change that leaves a window without a service of its own ends.
 */
static void take_services(struct hall *hall, const struct rules *new) {
    struct service old[SERVICES_MAX];
    memcpy(old, hall->services, sizeof old);
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        struct service *service = &hall->services[i];
        const char *id = new->services[i].id;
        unsigned before = id[0] == 0 ? 0 : rules_service(&hall->rules, id);
        if (before != 0) {
            *service = old[before];
        } else {
            memset(service, 0, sizeof *service);
            queue_init(&service->line);
        }
    }
    for (uint16_t i = 0; i < hall->window_count; i++) {
        struct window *window = &hall->windows[i];
        window->own = renumbered(&hall->rules, new, window->own);
        window->helps = renumbered(&hall->rules, new, window->helps);
        window->is_assigned = window->is_assigned && window->own != 0;
        window->assigned_until_ms = window->is_assigned ? window->assigned_until_ms : 0;
    }
}

/* Who waits for a window that goes is in no line of it (check_windows), but may be called elsewhere and come back. */
static void unbind_from_gone(struct hall *hall) {
    for (uint16_t i = 0; i < hall->window_count; i++) {
        if (rules_window(&hall->rules, hall->windows[i].id) == NULL) {
            queue_unbind(hall, hall->windows[i].id);
        }
    }
}

/* Windows are matched by id; the array follows the file's order, so it is built anew beside the old one. */
static void take_windows(struct hall *hall) {
    struct window *old = hall->windows;
    struct window *new = hall->spare_windows;
    uint16_t count = hall->rules.window_count;
    for (uint16_t i = 0; i < count; i++) {
        const struct window_rule *rule = &hall->rules.windows[i];
        uint16_t before = live_window(hall, rule->id);
        if (before != NO_PLACE) {
            new[i] = old[before];
        } else {
            new[i].id = rule->id;
            new[i].keypads = 0;
            live_clear_window(&new[i]);
        }
        new[i].rule = i;
        if (!new[i].is_assigned) {
            new[i].own = rule->own;
            new[i].helps = rule->helps;
        }
    }
    hall->windows = new;
    hall->spare_windows = old;
    hall->window_count = count;
    memset(hall->window_at, 0xFF, (WINDOW_ID_MAX + 1U) * sizeof *hall->window_at);
    for (uint16_t i = 0; i < count; i++) {
        hall->window_at[new[i].id] = i;
    }
}

/* Staff who left the file but are signed in, or stand by a live change, are kept. */
static void take_staff(struct hall *hall) {
    for (uint16_t i = 0; i < hall->staff_count; i++) {
        struct staff *staff = &hall->staff[i];
        staff->is_in_rules = rules_staff(&hall->rules, (uint16_t)staff->number) != NULL;
        staff->window = live_window(hall, staff->window) == NO_PLACE ? 0 : staff->window;
    }
    live_staff_drop(hall);
    for (unsigned i = 0; i < hall->rules.staff_count; i++) {
        const struct staff_rule *rule = &hall->rules.staff[i];
        uint16_t place = live_staff_make(hall, rule->number, rule->id);
        if (place != NO_PLACE) {
            hall->staff[place].is_in_rules = true;
            word_copy(hall->staff[place].id, STAFF_SIZE, rule->id);
        }
    }
}

void apply_config_loaded(struct hall *hall, const struct event *event) {
    assert(event->more.rules != NULL);
    take_services(hall, event->more.rules);
    hall->rules = *event->more.rules;
    hall->has_rules = true;
    unbind_from_gone(hall);
    days_make_calendar(hall);
    word_copy(hall->rules_hash, sizeof hall->rules_hash, event->hash);
    take_windows(hall);
    take_staff(hall);
    device_tell_windows(hall);
    booking_find_due(hall);
}
