/* What differs from the file, part by part; the list of live changes only adds who did it and when. */
#include <string.h>

#include "controller/hall/change.h"

struct view_draft {
    const struct hall *hall;
    int64_t now_ms;
    struct snapshot *out;
};

/* The next place with who and when; NULL: the list is full, and what comes behind is left out. */
static struct change_now *add(const struct view_draft *draft, enum change_kind kind,
                              uint32_t subject, int64_t until_ms) {
    struct snapshot *out = draft->out;
    const struct change *change = change_find(draft->hall, kind, subject);
    if (out->change_count == CHANGES_NOW_MAX) {
        return NULL;
    }
    struct change_now *now = &out->changes[out->change_count++];
    memset(now, 0, sizeof *now);
    now->kind = kind;
    now->until_ms = until_ms;
    if (change != NULL) {
        now->by = change->by;
        now->since_ms = change->since_ms;
    }
    return now;
}

static void add_of_hall(const struct view_draft *draft) {
    const struct hall *hall = draft->hall;
    if (hall->is_closed_by_command && hall->closed_until_ms > draft->now_ms) {
        add(draft, CHANGE_HALL_CLOSED, 0, hall->closed_until_ms);
    }
    if (hall->is_opened_by_command && hall->opened_until_ms > draft->now_ms) {
        add(draft, CHANGE_HALL_OPENED, 0, hall->opened_until_ms);
    }
    if (hall->extended_ms > draft->now_ms) {
        add(draft, CHANGE_HALL_EXTENDED, 0, hall->extended_ms);
    }
}

static void add_of_service(const struct view_draft *draft, unsigned place, enum change_kind kind,
                           int64_t until_ms) {
    struct change_now *now = add(draft, kind, place, until_ms);
    if (now != NULL) {
        memcpy(now->service, draft->hall->rules.services[place].id, sizeof now->service);
    }
}

static void add_of_services(const struct view_draft *draft) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service *service = &draft->hall->services[i];
        if (draft->hall->rules.services[i].id[0] == 0) {
            continue;
        }
        if (service->is_stopped && !service->is_stopped_by_rule) {
            add_of_service(draft, i, CHANGE_SERVICE_STOPPED, service->stopped_until_ms);
        }
        if (service->extended_ms > draft->now_ms) {
            add_of_service(draft, i, CHANGE_SERVICE_EXTENDED, service->extended_ms);
        }
    }
}

static void add_of_window(const struct view_draft *draft, const struct window *window,
                          enum change_kind kind, int64_t until_ms) {
    struct change_now *now = add(draft, kind, window->id, until_ms);
    if (now != NULL) {
        now->window = window->id;
        now->own = window_rule(draft->hall, window)->own;
        now->helps = window_rule(draft->hall, window)->helps;
    }
}

/* Opened, closed and paused are known only from the list: the window's state does not say whose doing it is. */
static void add_of_state(const struct view_draft *draft, const struct window *window) {
    static const enum change_kind KINDS[] = { CHANGE_WINDOW_OPENED, CHANGE_WINDOW_CLOSED,
                                              CHANGE_WINDOW_PAUSED };
    for (unsigned k = 0; k < sizeof KINDS / sizeof KINDS[0]; k++) {
        const struct change *change = change_find(draft->hall, KINDS[k], window->id);
        if (change != NULL) {
            add_of_window(draft, window, KINDS[k], change->until_ms);
        }
    }
}

static void add_of_windows(const struct view_draft *draft) {
    const struct hall *hall = draft->hall;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        if (window->is_assigned) {
            add_of_window(draft, window, CHANGE_WINDOW_ASSIGNED, window->assigned_until_ms);
        }
        add_of_state(draft, window);
        if (window->extended_ms > draft->now_ms) {
            add_of_window(draft, window, CHANGE_WINDOW_EXTENDED, window->extended_ms);
        }
    }
}

static void add_of_staff(const struct view_draft *draft) {
    for (unsigned i = 0; i < draft->hall->staff_count; i++) {
        const struct staff *staff = &draft->hall->staff[i];
        bool is_added = staff->is_added && !staff->is_in_rules;
        bool is_removed = staff->is_removed && staff->is_in_rules;
        bool is_over = staff->until_ms != 0 && staff->until_ms <= draft->now_ms;
        if ((!is_added && !is_removed) || is_over) {
            continue;
        }
        enum change_kind kind = is_added ? CHANGE_STAFF_ADDED : CHANGE_STAFF_REMOVED;
        struct change_now *now = add(draft, kind, (uint32_t)staff->number, staff->until_ms);
        if (now != NULL) {
            memcpy(now->staff, staff->id, sizeof now->staff);
        }
    }
}

static void add_of_days(const struct view_draft *draft) {
    for (unsigned i = 0; i < draft->hall->day_change_count; i++) {
        const struct extra_day *day = &draft->hall->day_changes[i];
        struct change_now *now = add(draft, CHANGE_DAY, day->date, 0);
        if (now != NULL) {
            now->date = day->date;
            now->hours = day->spans;
        }
    }
}

void change_fill(const struct hall *hall, int64_t now_ms, struct snapshot *out) {
    struct view_draft draft = { .hall = hall, .now_ms = now_ms, .out = out };
    add_of_hall(&draft);
    add_of_services(&draft);
    add_of_windows(&draft);
    add_of_staff(&draft);
    add_of_days(&draft);
}
