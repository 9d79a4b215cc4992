/* Who is next, said as plainly as it can be: look at every ticket, keep the best. */
#include <string.h>

#include "tests/hall/model.h"

#define MINUTE_MS    INT64_C(60000)
#define BIT(service) (UINT64_C(1) << (service))

static bool is_always(const struct model *model, enum ticket_class class) {
    return class != CLASS_NORMAL && model->rules.classes[class].is_always;
}

int64_t model_turn(const struct model *model, enum ticket_class class, int64_t issued_ms) {
    if (class == CLASS_NORMAL) {
        return issued_ms;
    }
    return is_always(model, class)
               ? model->begins_ms
               : issued_ms - model->rules.classes[class].advance_minutes * MINUTE_MS;
}

/* Who comes to an appointment in time has the turn of the slot. */
int64_t model_turn_of_issue(const struct model *model, const struct event *event) {
    int64_t grace_ms = model->rules.appointments.grace_minutes * MINUTE_MS;
    if (event->slot_ms == 0) {
        return model_turn(model, event->class, event->time_ms);
    }
    return event->time_ms <= event->slot_ms + grace_ms ? event->slot_ms : event->time_ms;
}

/* From when on a ticket waits as others do: an appointment some minutes before its slot. */
static int64_t waits_from_ms(const struct model *model, const struct model_ticket *ticket) {
    int64_t from_ms = ticket->slot_ms - model->rules.appointments.early_minutes * MINUTE_MS;
    bool is_early = ticket->class == CLASS_APPOINTMENT && from_ms > ticket->issued_ms;
    return is_early ? from_ms : ticket->issued_ms;
}

/* -1 none. Earliest turn, then earliest issue: `tickets` stands in order of issue. */
static int earliest(const struct model *model, uint64_t services, uint16_t bound, int64_t now_ms) {
    int best = -1;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *ticket = &model->tickets[i];
        bool is_mine = bound != 0 ? ticket->bound == bound
                                  : ticket->bound == 0 && (services & BIT(ticket->service)) != 0;
        if (ticket->state == TICKET_WAITING && is_mine && waits_from_ms(model, ticket) <= now_ms &&
            (best < 0 || ticket->turn_ms < model->tickets[best].turn_ms)) {
            best = (int)i;
        }
    }
    return best;
}

/* The helped services whose longest wait exceeds the window's time. */
static uint64_t helped(const struct model *model, const struct model_window *window,
                       int64_t now_ms) {
    int64_t after_ms = model_rule(model, window->id)->help_after_minutes * MINUTE_MS;
    uint64_t services = 0;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *ticket = &model->tickets[i];
        if (ticket->state == TICKET_WAITING && ticket->bound == 0 &&
            now_ms - waits_from_ms(model, ticket) > after_ms) {
            services |= BIT(ticket->service);
        }
    }
    return services & window->helps;
}

int model_next(const struct model *model, const struct model_window *window, int64_t now_ms,
               enum tier *tier) {
    int best = earliest(model, 0, window->id, INT64_MAX);
    *tier = TIER_BOUND;
    if (best < 0) {
        best = earliest(model, window->own, 0, now_ms);
        *tier = TIER_OWN;
    }
    if (best < 0) {
        best = earliest(model, helped(model, window, now_ms), 0, now_ms);
        *tier = TIER_HELP;
    }
    if (best < 0) {
        best = earliest(model, window->own, 0, INT64_MAX);
        *tier = TIER_IDLE;
    }
    return best;
}

/* Ageing: nobody is passed by a later comer than the greatest advance allows, unless by a class that is always first. */
static void check_ageing(struct model *model, const struct model_ticket *called,
                         const struct model_window *window) {
    /* Who comes late to an appointment, within its grace, passes those who came since the slot began. */
    int64_t advance_ms = model->rules.appointments.grace_minutes * MINUTE_MS;
    for (unsigned class = CLASS_NORMAL; class <= CLASS_CREDIT; class ++) {
        int64_t of_class = model->rules.classes[class].advance_minutes * MINUTE_MS;
        advance_ms = of_class > advance_ms ? of_class : advance_ms;
    }
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *passed = &model->tickets[i];
        if (passed->state == TICKET_WAITING && passed->bound == 0 && !passed->is_moved &&
            passed->slot_ms == 0 && (window->own & BIT(passed->service)) != 0 &&
            called->issued_ms > passed->issued_ms + advance_ms &&
            !is_always(model, called->class)) {
            model_fault(model, "%s%03u starves behind %s%03u", passed->no.prefix, passed->no.number,
                        called->no.prefix, called->no.number);
        }
    }
}

/* Everybody whom this window serves, who came earlier and still waits, is counted in `why`. */
static void check_passed(struct model *model, const struct event *event,
                         const struct model_ticket *called, const struct model_window *window) {
    const struct why *why = &event->more.why;
    const struct model_ticket *missing = NULL;
    unsigned least = 0;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *passed = &model->tickets[i];
        bool is_passed = passed->state == TICKET_WAITING && passed->bound == 0 &&
                         passed != called && (window->own & BIT(passed->service)) != 0 &&
                         passed->issued_ms < called->issued_ms;
        least += is_passed;
        missing = is_passed ? passed : missing;
    }
    if (why->passed_count < least) {
        model_fault(model, "why counts %u passed over, %u own ones are, %s%03u among them",
                    why->passed_count, least, missing->no.prefix, missing->no.number);
    }
    for (unsigned i = 0; i < why->passed_listed && i < PASSED_MAX; i++) {
        int place = model_ticket_at(model, why->passed[i].ticket);
        if (place < 0 || model->tickets[place].issued_ms > called->issued_ms ||
            why->passed[i].reason[0] == 0) {
            model_fault(model, "why names %s%03u as passed over", why->passed[i].ticket.prefix,
                        why->passed[i].ticket.number);
        }
    }
}

void model_check_call(struct model *model, const struct event *event, int place,
                      const struct model_window *window) {
    const struct model_ticket *called = &model->tickets[place];
    const struct why *why = &event->more.why;
    enum tier tier;
    int best = model_next(model, window, event->time_ms, &tier);
    bool is_unheld = place == model->unheld && why->tier == TIER_BOUND;
    if (why->turn_ms != called->turn_ms || why->class != called->class) {
        model_fault(model, "why has another turn or class than the ticket");
    } else if (why->tier == TIER_NUMBER || is_unheld) {
        if (called->bound != window->id && place != model->unheld &&
            ((window->own | window->helps) & BIT(called->service)) == 0) {
            model_fault(model, "called by number a service that the window does not serve");
        }
    } else if (best != place || why->tier != tier) {
        model_fault(model, "called as %s; the earliest is %s%03u as %s", tier_word(why->tier),
                    best < 0 ? "-" : model->tickets[best].no.prefix,
                    best < 0 ? 0U : model->tickets[best].no.number, tier_word(tier));
    } else if (tier == TIER_OWN) {
        check_ageing(model, called, window);
    }
    check_passed(model, event, called, window);
}

int64_t model_return_turn(const struct model *model, int place) {
    const struct model_ticket *back = &model->tickets[place];
    int64_t turns[MODEL_TICKETS];
    unsigned count = 0;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *ticket = &model->tickets[i];
        if (ticket->state != TICKET_WAITING || ticket->bound != 0 ||
            ticket->service != back->service || is_always(model, ticket->class)) {
            continue;
        }
        unsigned at = count++;
        for (; at > 0 && turns[at - 1] > ticket->turn_ms; at--) {
            turns[at] = turns[at - 1];
        }
        turns[at] = ticket->turn_ms;
    }
    unsigned behind = model->rules.no_show.behind;
    if (count == 0 || behind == 0) {
        return 0;
    }
    int64_t turn_ms = turns[behind <= count ? behind - 1 : count - 1];
    return (turn_ms > back->turn_ms ? turn_ms : back->turn_ms) + 1;
}
