/* What each event but a ticket's makes of the hall, and which rule it would break. */
#include "tests/hall/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(service) (UINT64_C(1) << (service))

void model_fault(struct model *model, const char *format, ...) {
    va_list list;
    va_start(list, format);
    if (model->fault[0] == 0) {
        /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): started above */
        vsnprintf(model->fault, sizeof model->fault, format, list);
    }
    va_end(list);
}

void model_init(struct model *model, const struct hall_limits *limits) {
    memset(model, 0, sizeof *model);
    model->limits = *limits;
    model->unheld = -1;
}

int model_ticket_at(const struct model *model, struct ticket_no no) {
    for (unsigned i = 0; i < model->ticket_count; i++) {
        if (ticket_no_equal(model->tickets[i].no, no)) {
            return (int)i;
        }
    }
    return -1;
}

struct model_window *model_window_at(struct model *model, uint16_t id) {
    for (unsigned i = 0; i < model->window_count; i++) {
        if (model->windows[i].id == id) {
            return &model->windows[i];
        }
    }
    return NULL;
}

const struct window_rule *model_rule(const struct model *model, uint16_t id) {
    return rules_window(&model->rules, id);
}

struct model_visit *model_visit_at(struct model *model, uint64_t seq) {
    for (unsigned i = 0; i < model->visit_count; i++) {
        if (model->visits[i].seq == seq) {
            return &model->visits[i];
        }
    }
    model_fault(model, "a visit that never began");
    return NULL;
}

/* --- windows and staff ---------------------------------------------------------------------------------------- */

static void on_window(struct model *model, const struct event *event) {
    struct model_window *window = model_window_at(model, event->window);
    bool is_later = (event->has & EVENT_HAS(FIELD_TICKET)) != 0; /* after this ticket */
    bool takes_back = event->type == EVENT_WINDOW_RESUMED ||
                      (event->type == EVENT_WINDOW_OPENED && window != NULL && window->is_closing);
    if (window == NULL || is_later != (window->ticket >= 0 && !takes_back)) {
        model_fault(model, "%s of window %u, which is busy or unknown",
                    event_type_name(event->type), event->window);
        return;
    }
    if (event->type == EVENT_WINDOW_CLOSED) {
        window->is_closing = is_later;
    } else if (event->type == EVENT_WINDOW_PAUSED) {
        window->is_pausing = is_later;
    } else {
        window->is_pausing = window->is_pausing && event->type == EVENT_WINDOW_OPENED;
        window->is_closing = window->is_closing && event->type == EVENT_WINDOW_RESUMED;
    }
    if (window->ticket >= 0) {
        return;
    }
    window->state = event->type == EVENT_WINDOW_CLOSED   ? WINDOW_CLOSED
                    : event->type == EVENT_WINDOW_PAUSED ? WINDOW_PAUSED
                                                         : WINDOW_OPEN;
    for (unsigned i = 0; window->state == WINDOW_CLOSED && i < model->ticket_count; i++) {
        model->tickets[i].bound =
            model->tickets[i].bound == window->id ? 0 : model->tickets[i].bound;
    }
    window->no_show = window->state == WINDOW_CLOSED ? -1 : window->no_show;
    if (window->state == WINDOW_CLOSED && window->held >= 0) {
        model_fault(model, "window %u closes with a held ticket", window->id);
    }
}

static void on_staff(struct model *model, const struct event *event) {
    struct model_window *window = model_window_at(model, event->window);
    bool is_in = event->type == EVENT_STAFF_SIGNED_IN;
    for (unsigned i = 0; i < model->window_count; i++) {
        if (is_in && &model->windows[i] != window &&
            strcmp(model->windows[i].staff, event->staff) == 0) {
            model_fault(model, "staff %s at two windows", event->staff);
        }
    }
    if (window == NULL || (!is_in && strcmp(window->staff, event->staff) != 0)) {
        model_fault(model, "staff %s signs out where nobody sits", event->staff);
        return;
    }
    memset(window->staff, 0, STAFF_SIZE);
    if (is_in) {
        memcpy(window->staff, event->staff, STAFF_SIZE);
        window->is_closing = false;
    }
}

static void on_staff_list(struct model *model, const struct event *event) {
    if (model->touched_count < MODEL_TOUCHED) {
        model->touched[model->touched_count++] = (uint16_t)strtoul(event->staff, NULL, 10);
    }
}

static uint64_t set_of(const struct model *model, const struct name_list *list) {
    uint64_t services = list->is_all ? SERVICES_ALL : 0;
    for (unsigned i = 0; i < list->count; i++) {
        services |= BIT(rules_service(&model->rules, list->names[i]));
    }
    return services;
}

static void on_assigned(struct model *model, const struct event *event) {
    struct model_window *window = model_window_at(model, event->window);
    if (window != NULL) {
        window->is_assigned = event->by.kind != BY_RULE;
        window->assigned_until_ms = event->until_ms;
        window->own = set_of(model, &event->more.assigned.own);
        window->helps = set_of(model, &event->more.assigned.helps);
    }
}

/* --- the hall ------------------------------------------------------------------------------------------------- */

static uint64_t set_by_new_rules(const struct rules *old, const struct rules *new, uint64_t set) {
    uint64_t services = set == SERVICES_ALL ? set : 0;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        unsigned place = (set & BIT(i)) != 0 ? rules_service(new, old->services[i].id) : 0;
        services |= place != 0 ? BIT(place) : 0;
    }
    return services;
}

/* What was counted or changed live for a service stays with its name. */
static void renumber_services(struct model *model, const struct rules *new) {
    static struct model old;
    const struct rules *rules = &old.rules;
    old = *model;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        unsigned before = rules_service(rules, new->services[i].id);
        model->issued[i] = before != 0 ? old.issued[before] : 0;
        model->stopped_until_ms[i] = before != 0 ? old.stopped_until_ms[before] : 0;
    }
    model->stopped = set_by_new_rules(rules, new, old.stopped);
    model->extended = set_by_new_rules(rules, new, old.extended);
    for (unsigned i = 0; i < model->window_count; i++) {
        model->windows[i].own = set_by_new_rules(rules, new, old.windows[i].own);
        model->windows[i].helps = set_by_new_rules(rules, new, old.windows[i].helps);
    }
}

/* Who waited for a window that is gone waits for any. */
static void unbind_from_gone(struct model *model) {
    for (unsigned i = 0; i < model->ticket_count; i++) {
        struct model_ticket *ticket = &model->tickets[i];
        ticket->bound = model_rule(model, ticket->bound) == NULL ? 0 : ticket->bound;
    }
}

static void check_gone(struct model *model, const struct rules *new) {
    for (unsigned i = 0; i < model->window_count; i++) {
        if (model->windows[i].staff[0] != 0 && rules_window(new, model->windows[i].id) == NULL) {
            model_fault(model, "staff %s sits at window %u, which goes", model->windows[i].staff,
                        model->windows[i].id);
        }
    }
}

/* New rules: windows are matched by id, and what was assigned live stays. */
static void on_config(struct model *model, const struct event *event) {
    static struct model_window old[MODEL_WINDOWS];
    unsigned old_count = model->window_count;
    check_gone(model, event->more.rules);
    renumber_services(model, event->more.rules);
    memcpy(old, model->windows, sizeof old);
    model->rules = *event->more.rules;
    model->window_count = 0;
    for (unsigned i = 0; i < model->rules.window_count; i++) {
        const struct window_rule *rule = &model->rules.windows[i];
        struct model_window *window = &model->windows[model->window_count++];
        *window = (struct model_window){
            .id = rule->id, .state = WINDOW_CLOSED, .ticket = -1, .held = -1, .no_show = -1
        };
        for (unsigned k = 0; k < old_count; k++) {
            *window = old[k].id == rule->id ? old[k] : *window;
        }
        window->is_assigned = window->is_assigned && window->own != 0;
        window->own = window->is_assigned ? window->own : rule->own;
        window->helps = window->is_assigned ? window->helps : rule->helps;
    }
    unbind_from_gone(model);
}

static void on_day(struct model *model, const struct event *event) {
    for (unsigned i = 0; i < model->ticket_count; i++) {
        if (!model_has_ended(&model->tickets[i])) {
            model_fault(model, "%s%03u has not ended with its day", model->tickets[i].no.prefix,
                        model->tickets[i].no.number);
        }
    }
    model_end_ratings(model);
    if (event->day <= model->day || event->begins_ms < model->begins_ms ||
        event->begins_ms > event->time_ms) {
        model_fault(model, "day %u begins a second time", event->day);
    }
    for (unsigned i = 0; i < model->window_count; i++) {
        struct model_window *window = &model->windows[i];
        if (window->state != WINDOW_CLOSED || window->staff[0] != 0) {
            model_fault(model, "window %u is open over the day's end", window->id);
        }
        if (window->is_assigned && window->assigned_until_ms <= event->begins_ms) {
            window->is_assigned = false;
            window->own = model_rule(model, window->id)->own;
            window->helps = model_rule(model, window->id)->helps;
        }
        window->no_show = -1;
    }
    model->day = event->day;
    model->begins_ms = event->begins_ms;
    model->ends_ms = event->ends_ms;
    model->ticket_count = 0;
    model->extended = 0;
    model->floor = 0;
    const struct span_list *hall = &event->more.times.hall;
    int64_t last_ms = (int64_t)model->rules.calendar.last_ticket_minutes * 60000;
    model->last_ticket_ms = hall->count == 0 ? 0 : hall->spans[hall->count - 1].end_ms - last_ms;
    model->has_own_hours = event->more.times.service_count > 0;
    for (unsigned i = 0; i < SERVICES_MAX; i++) {
        model->stopped &= model->stopped_until_ms[i] > event->begins_ms ? UINT64_MAX : ~BIT(i);
    }
    memset(model->issued, 0, sizeof model->issued);
}

static void on_hall(struct model *model, const struct event *event) {
    uint64_t service = BIT(rules_service(&model->rules, event->service));
    if (event->type == EVENT_HALL_OPENED || event->type == EVENT_HALL_CLOSED) {
        model->is_open = event->type == EVENT_HALL_OPENED;
        bool is_persons = event->by.kind != BY_RULE;
        model->opened_until_ms = is_persons ? 0 : model->opened_until_ms;
        if (is_persons && model->is_open) {
            model->opened_until_ms = event->until_ms;
        }
    } else if (event->type == EVENT_HALL_EXTENDED) {
        model->extended |= event->service[0] != 0 ? service : SERVICES_ALL;
    } else if (event->type == EVENT_SERVICE_STOPPED) {
        model->stopped |= service;
        model->stopped_until_ms[rules_service(&model->rules, event->service)] = event->until_ms;
    } else {
        model->stopped &= ~service;
    }
}

void model_event(struct model *model, const struct event *event) {
    static void (*const TAKE[EVENT_TYPES])(struct model *, const struct event *) = {
        [EVENT_WINDOW_OPENED] = on_window,     [EVENT_WINDOW_CLOSED] = on_window,
        [EVENT_WINDOW_PAUSED] = on_window,     [EVENT_WINDOW_RESUMED] = on_window,
        [EVENT_WINDOW_ASSIGNED] = on_assigned, [EVENT_STAFF_SIGNED_IN] = on_staff,
        [EVENT_STAFF_SIGNED_OUT] = on_staff,   [EVENT_STAFF_SET] = on_staff_list,
        [EVENT_STAFF_REMOVED] = on_staff_list, [EVENT_CONFIG_LOADED] = on_config,
        [EVENT_HALL_DAY_BEGAN] = on_day,       [EVENT_HALL_OPENED] = on_hall,
        [EVENT_HALL_CLOSED] = on_hall,         [EVENT_HALL_EXTENDED] = on_hall,
        [EVENT_SERVICE_STOPPED] = on_hall,     [EVENT_SERVICE_RESUMED] = on_hall,
    };
    if (event->seq != model->seq + 1 || event->time_ms < model->now_ms ||
        event->by.kind == BY_NONE) {
        model_fault(model, "event %llu after %llu, or back in time, or by nobody",
                    (unsigned long long)event->seq, (unsigned long long)model->seq);
    }
    model->seq = event->seq;
    model->now_ms = event->time_ms;
    if (TAKE[event->type] != NULL) {
        TAKE[event->type](model, event);
    }
    model_rating_event(model, event);
    model_voice_event(model, event);
    model_ticket_event(model, event);
    model_booking_event(model, event);
}

void model_settle(struct model *model) {
    model->unheld = -1;
    if (model->case_wanted != 0) {
        model_fault(model, "visit %llu has no case", (unsigned long long)model->case_wanted);
    }
    if (model->invitation_wanted != 0) {
        model_fault(model, "a session of window %u is missed for an invitation that never came",
                    model->invitation_wanted);
    }
}
