#include "controller/hall/reload.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "controller/hall/device.h"
#include "controller/hall/pace.h"

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

/* A service keeps its index while somebody holds a ticket of it: waiting people are kept by index. */
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

enum reason decide_config(struct draft *draft) {
    char what[WHAT_SIZE];
    const struct rules *rules = draft->input->config.rules;
    enum reason reason = hall_check_rules(draft->hall, rules, what);
    if (reason != REASON_NONE) {
        return reason;
    }
    struct event *event = draft_add(draft, EVENT_CONFIG_LOADED);
    event->more.rules = rules;
    word_copy(event->hash, sizeof event->hash, draft->input->config.hash);
    event->has |= EVENT_HAS(FIELD_RULES) | EVENT_HAS(FIELD_RULES_HASH);
    return REASON_NONE;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

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

/* Staff who left the file but are signed in, or stand by a live change, are kept; the others make room. */
static void drop_staff(struct hall *hall) {
    uint16_t kept = 0;
    memset(hall->staff_at, 0xFF, (STAFF_NUMBER_MAX + 1U) * sizeof *hall->staff_at);
    for (uint16_t i = 0; i < hall->staff_count; i++) {
        struct staff *staff = &hall->staff[i];
        bool sits = staff->window != 0 && live_window(hall, staff->window) != NO_PLACE;
        bool stays =
            sits || staff->is_added || rules_staff(&hall->rules, (uint16_t)staff->number) != NULL;
        if (!stays) {
            continue;
        }
        staff->is_in_rules = false;
        staff->window = sits ? staff->window : 0;
        hall->staff[kept] = *staff;
        hall->staff_at[staff->number] = kept++;
    }
    hall->staff_count = kept;
}

static void take_staff(struct hall *hall) {
    drop_staff(hall);
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
    pace_take_rules(hall, event->more.rules);
    hall->rules = *event->more.rules;
    hall->has_rules = true;
    word_copy(hall->rules_hash, sizeof hall->rules_hash, event->hash);
    take_windows(hall);
    take_staff(hall);
    device_count_keypads(hall);
}
