/* A ticket's life: what each of its events makes of it, and which rule the event would break. */
#include <string.h>

#include "tests/hall/model.h"

#define BIT(service) (UINT64_C(1) << (service))
#define NO           ticket->no.prefix, ticket->no.number

static bool is_in(enum ticket_state state, unsigned states) {
    return (states >> state & 1U) != 0;
}
#define IN(state) (1U << TICKET_##state)
#define OPEN_STATES                                                                                \
    (IN(PRINTING) | IN(UNSURE) | IN(WAITING) | IN(CALLED) | IN(SERVING) | IN(NO_SHOW) | IN(HELD))

bool model_has_ended(const struct model_ticket *ticket) {
    return !is_in(ticket->state, OPEN_STATES);
}

/* The event's ticket, which must be in one of these states; NULL after a fault. */
static struct model_ticket *ticket_of(struct model *model, const struct event *event,
                                      unsigned states) {
    int place = model_ticket_at(model, event->ticket);
    if (place < 0 || event->day != model->day) {
        model_fault(model, "%s of a ticket that is not today's", event_type_name(event->type));
        return NULL;
    }
    struct model_ticket *ticket = &model->tickets[place];
    if (!is_in(ticket->state, states)) {
        model_fault(model, "%s of %s%03u, which is %s", event_type_name(event->type), NO,
                    ticket_state_word(ticket->state));
        return NULL;
    }
    return ticket;
}

/* The window at which the ticket is called or served; it must be the event's. */
static struct model_window *seat_of(struct model *model, const struct event *event,
                                    const struct model_ticket *ticket) {
    struct model_window *window = model_window_at(model, ticket->window);
    if (window == NULL || (event->window != 0 && event->window != ticket->window) ||
        window->ticket != (int)(ticket - model->tickets)) {
        model_fault(model, "%s of %s%03u at window %u, it is at %u", event_type_name(event->type),
                    NO, event->window, ticket->window);
        return NULL;
    }
    return window;
}

/* Takes the ticket from wherever it stands: a window's seat, its held place, the line. */
static void unseat(struct model *model, struct model_ticket *ticket, enum ticket_state state) {
    int place = (int)(ticket - model->tickets);
    for (unsigned i = 0; i < model->window_count; i++) {
        struct model_window *window = &model->windows[i];
        if (window->ticket == place) {
            window->ticket = -1;
            window->state = WINDOW_OPEN;
        }
        window->held = window->held == place ? -1 : window->held;
    }
    ticket->window = 0;
    ticket->state = state;
}

/* What the paper says, and who may not have one now. */
static void check_paper(struct model *model, const struct event *event, unsigned service) {
    unsigned ahead = 0;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *other = &model->tickets[i];
        bool is_here = other->service == service && other->bound == 0 &&
                       is_in(other->state, IN(WAITING) | IN(PRINTING));
        ahead += is_here && other->turn_ms <= event->turn_ms;
        if (is_here && event->person[0] != 0 && strcmp(other->person, event->person) == 0) {
            model_fault(model, "the person of %s%03u waits for this service already",
                        other->no.prefix, other->no.number);
        }
    }
    if (ahead != event->ahead) {
        model_fault(model, "%u people ahead on the paper, %u in the line", event->ahead, ahead);
    }
    if (event->time_ms >= model->last_ticket_ms && event->time_ms >= model->opened_until_ms &&
        model->extended == 0 && event->slot_ms == 0) {
        model_fault(model, "issued after the last ticket's time");
    }
}

static void on_issued(struct model *model, const struct event *event) {
    unsigned service = rules_service(&model->rules, event->service);
    const struct service_rule *rule = &model->rules.services[service];
    if (service == 0 || model->ticket_count >= model->limits.tickets_per_day ||
        (rule->quota != 0 && model->issued[service] >= rule->quota && event->slot_ms == 0)) {
        model_fault(model, "issued beyond a capacity or quota");
        return;
    }
    if (model_ticket_at(model, event->ticket) >= 0 || event->ticket.number < rule->first ||
        event->ticket.number > rule->last || strcmp(event->ticket.prefix, rule->prefix) != 0) {
        model_fault(model, "number %s%03u given twice or out of its range", event->ticket.prefix,
                    event->ticket.number);
    }
    if (event->ticket.prefix[0] == 'A' && event->ticket.number < model->floor) {
        model_fault(model, "A%03u may be on paper from before the restore", event->ticket.number);
    }
    bool is_open = model->is_open || (model->extended & BIT(service)) != 0;
    if (!is_open || (model->stopped & BIT(service)) != 0) {
        model_fault(model, "issued while the hall is closed or the service stopped");
    }
    if (event->turn_ms != model_turn_of_issue(model, event)) {
        model_fault(model, "turn of %s%03u is not its class's", event->ticket.prefix,
                    event->ticket.number);
    }
    check_paper(model, event, service);
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *other = &model->tickets[i];
        if (is_in(other->state, OPEN_STATES) &&
            (other->code == event->code ||
             (event->job != 0 && other->state == TICKET_PRINTING && other->job == event->job &&
              strcmp(other->dispenser, event->dispenser) == 0))) {
            model_fault(model, "code or job of %s%03u given again", other->no.prefix,
                        other->no.number);
        }
    }
    struct model_ticket *ticket = &model->tickets[model->ticket_count++];
    *ticket = (struct model_ticket){ .no = event->ticket,
                                     .service = (uint8_t)service,
                                     .class = event->class,
                                     .state = event->job != 0 ? TICKET_PRINTING : TICKET_WAITING,
                                     .issued_ms = event->time_ms,
                                     .turn_ms = event->turn_ms,
                                     .first_turn_ms = event->turn_ms,
                                     .slot_ms = event->slot_ms,
                                     .code = event->code,
                                     .job = event->job };
    memcpy(ticket->dispenser, event->dispenser, NAME_SIZE);
    memcpy(ticket->person, event->person, HASH_SIZE);
    bool has_list = (event->has & EVENT_HAS(FIELD_SERVICES)) != 0;
    for (unsigned i = 0; has_list && i < event->more.assigned.own.count; i++) {
        ticket->list[ticket->count++] =
            (uint8_t)rules_service(&model->rules, event->more.assigned.own.names[i]);
    }
    model->issued[service]++;
}

/* printed, restored, checked_in: from paper that was not known to a place in the line, with its own turn. */
static void on_printed(struct model *model, const struct event *event) {
    struct model_ticket *ticket =
        ticket_of(model, event, event->type == EVENT_TICKET_PRINTED ? IN(PRINTING) : IN(UNSURE));
    if (ticket != NULL) {
        ticket->state = TICKET_WAITING;
    }
}

static void on_checked_in(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(UNSURE) | IN(PRINTING) | IN(NO_SHOW));
    if (ticket != NULL && ticket->state != TICKET_NO_SHOW) {
        ticket->state = TICKET_WAITING;
    }
}

static void on_unsure(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(PRINTING));
    if (ticket != NULL) {
        ticket->state = TICKET_UNSURE;
    }
}

static void on_near(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(WAITING));
    if (ticket != NULL && (ticket->is_near_said || event->ahead > model->rules.near_ahead)) {
        model_fault(model, "near of %s%03u twice, or with %u ahead", NO, event->ahead);
    }
    if (ticket != NULL) {
        ticket->is_near_said = true;
    }
}

static void on_called(struct model *model, const struct event *event) {
    unsigned states = event->more.why.tier == TIER_NUMBER ? IN(UNSURE) | IN(NO_SHOW) : 0;
    struct model_ticket *ticket = ticket_of(model, event, IN(WAITING) | IN(HELD) | states);
    struct model_window *window = model_window_at(model, event->window);
    if (ticket == NULL || window == NULL || window->state != WINDOW_OPEN) {
        model_fault(model, "called to window %u, which is not open and free", event->window);
        return;
    }
    if (strncmp(event->by.id, "keypad", 6) == 0 && event->time_ms >= window->waits_until_ms) {
        model_fault(model, "a press calls the next at window %u, which waits for none", window->id);
    }
    model_check_call(model, event, (int)(ticket - model->tickets), window);
    unseat(model, ticket, TICKET_CALLED);
    ticket->window = window->id;
    window->ticket = (int)(ticket - model->tickets);
    window->state = WINDOW_CALLING;
    window->visit = event->seq;
    window->calls = 1;
    window->called_ms = window->first_called_ms = event->time_ms;
    window->is_assumed = window->is_back = false;
    window->is_self_called = event->by.kind == BY_RULE;
    window->waits_until_ms = 0;
    model_voice_called(model, window, event->time_ms);
    if (model->visit_count < MODEL_VISITS) {
        model->visits[model->visit_count++] = (struct model_visit){
            .seq = event->seq, .day = event->day, .no = event->ticket, .window = event->window
        };
        memcpy(model->visits[model->visit_count - 1].service, event->service, NAME_SIZE);
    }
}

static void on_recalled(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED) | IN(SERVING));
    struct model_window *window = ticket == NULL ? NULL : seat_of(model, event, ticket);
    if (window == NULL || window->calls++ > model->rules.recalls) {
        model_fault(model, "recalled more often than allowed");
        return;
    }
    window->called_ms = event->time_ms;
}

/* The next citizen's START: the one before has so much time left to press. */
static void let_linger(struct model *model, const struct model_window *window, int64_t now_ms) {
    int64_t ends_ms = now_ms + (int64_t)model->rules.rating.linger_s * 1000;
    for (unsigned i = 0; i < model->visit_count; i++) {
        struct model_visit *visit = &model->visits[i];
        if (visit->is_open && visit->window == window->id && visit->seq != window->visit &&
            visit->ends_ms > ends_ms) {
            visit->ends_ms = ends_ms;
        }
    }
}

static void on_serving(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED));
    struct model_window *window = ticket == NULL ? NULL : seat_of(model, event, ticket);
    int64_t from_ms = window == NULL ? 0 : model_heard_ms(model, window);
    from_ms = window != NULL && window->called_ms > from_ms ? window->called_ms : from_ms;
    if (window != NULL && event->assumed && !window->is_back &&
        event->time_ms < from_ms + (int64_t)model->rules.start_after_s * 1000) {
        model_fault(model, "%s%03u is served, and can't have come since it was spoken of", NO);
    }
    if (window != NULL) {
        let_linger(model, window, event->time_ms);
        ticket->state = TICKET_SERVING;
        window->state = WINDOW_SERVING;
        window->serving_ms = event->time_ms;
        window->is_assumed = event->assumed;
    }
}

/* done: it ends, or waits for the next of its services (the transfer that follows says so). */
static void on_done(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(SERVING) | IN(CALLED));
    struct model_window *window = ticket == NULL ? NULL : seat_of(model, event, ticket);
    struct model_visit *visit = window == NULL ? NULL : model_visit_at(model, window->visit);
    if (visit == NULL) {
        return;
    }
    visit->is_done = true;
    memcpy(visit->staff, window->staff, STAFF_SIZE);
    if (model->rules.services[ticket->service].opens_case && event->reason[0] == 0) {
        model->case_wanted = visit->seq;
    }
    unseat(model, ticket, TICKET_DONE);
}

static void on_no_show(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED) | IN(SERVING));
    struct model_window *window = ticket == NULL ? NULL : seat_of(model, event, ticket);
    if (window == NULL || (ticket->state == TICKET_SERVING && !window->is_assumed)) {
        model_fault(model, "no-show of who is served");
        return;
    }
    window->no_show = window->ticket;
    window->no_show_ms = ticket->no_show_ms = event->time_ms;
    unseat(model, ticket, TICKET_NO_SHOW);
    ticket->bound = 0; /* it returns behind others of its service */
}

static void on_requeued(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(NO_SHOW));
    if (ticket == NULL) {
        return;
    }
    int64_t turn_ms = model_return_turn(model, (int)(ticket - model->tickets));
    if (++ticket->returns > model->rules.no_show.times ||
        (turn_ms != 0 && turn_ms != event->turn_ms) || event->turn_ms < ticket->turn_ms) {
        model_fault(model, "%s%03u returns too often or to a wrong turn", NO);
    }
    ticket->turn_ms = event->turn_ms;
    ticket->is_moved = true;
    ticket->state = TICKET_WAITING;
}

static void on_transferred(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED) | IN(SERVING) | IN(DONE));
    if (ticket == NULL) {
        return;
    }
    bool goes_on = ticket->state == TICKET_DONE && ticket->next + 1 < ticket->count;
    if (ticket->state == TICKET_DONE && !goes_on) {
        model_fault(model, "%s%03u goes on after its end", NO);
    }
    unsigned service = rules_service(&model->rules, event->service);
    if (goes_on && service != ticket->list[++ticket->next]) {
        model_fault(model, "%s%03u goes on to another service than its next", NO);
    }
    bool is_good = goes_on ? event->turn_ms == ticket->first_turn_ms
                           : event->turn_ms == ticket->turn_ms || event->turn_ms == event->time_ms;
    if (!is_good) {
        model_fault(model, "%s%03u loses its turn by a transfer", NO);
    }
    unseat(model, ticket, TICKET_WAITING);
    ticket->service = service != 0 ? (uint8_t)service : ticket->service;
    ticket->is_moved = event->turn_ms != ticket->first_turn_ms;
    ticket->turn_ms = event->turn_ms;
    ticket->bound = event->window;
}

static void on_held(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED) | IN(SERVING));
    struct model_window *window = ticket == NULL ? NULL : seat_of(model, event, ticket);
    if (window == NULL || window->held >= 0) {
        model_fault(model, "held twice at window %u", event->window);
        return;
    }
    unseat(model, ticket, TICKET_HELD);
    ticket->window = window->id;
    window->held = (int)(ticket - model->tickets);
}

/* Back in the line; UNHOLD's call follows in the same input. */
static void on_unheld(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(HELD) | IN(WAITING));
    if (ticket != NULL) {
        unseat(model, ticket, TICKET_WAITING);
        model->unheld = (int)(ticket - model->tickets);
    }
}

/* A call back to the line with its turn, or a no-show back to its window. */
static void on_undone(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, IN(CALLED) | IN(SERVING) | IN(NO_SHOW));
    if (ticket != NULL && ticket->state != TICKET_NO_SHOW) {
        const struct model_window *window = seat_of(model, event, ticket);
        if (window != NULL && ticket->state == TICKET_SERVING && !window->is_assumed) {
            model_fault(model, "undone while served");
        }
        unseat(model, ticket, TICKET_WAITING);
        return;
    }
    struct model_window *window = model_window_at(model, event->window);
    if (ticket == NULL || window == NULL || window->state != WINDOW_OPEN ||
        window->no_show != (int)(ticket - model->tickets)) {
        model_fault(model, "a no-show comes back to window %u, which is not free", event->window);
        return;
    }
    ticket->state = TICKET_CALLED;
    ticket->window = window->id;
    window->ticket = window->no_show;
    window->no_show = -1;
    window->state = WINDOW_CALLING;
    window->visit = event->visit;
    window->is_assumed = false;
    window->is_back = true;
    window->announced = window->calls;
    window->announced_ms = event->time_ms;
    window->waits_until_ms = 0;
}

static void on_reclassed(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, OPEN_STATES);
    if (ticket == NULL) {
        return;
    }
    if (event->turn_ms != model_turn(model, event->class, ticket->issued_ms)) {
        model_fault(model, "turn of %s%03u is not made anew from its issue", NO);
    }
    ticket->class = event->class;
    ticket->turn_ms = ticket->first_turn_ms = event->turn_ms;
    ticket->is_moved = false;
}

static void on_ended(struct model *model, const struct event *event) {
    struct model_ticket *ticket = ticket_of(model, event, OPEN_STATES & ~IN(SERVING));
    if (ticket == NULL) {
        return;
    }
    int64_t stays_ms = (int64_t)model->rules.no_show.minutes * 60000;
    if (strcmp(event->reason, "no_show") == 0 && event->time_ms < model->ends_ms &&
        (ticket->state != TICKET_NO_SHOW || event->time_ms < ticket->no_show_ms + stays_ms)) {
        model_fault(model, "%s%03u expires before its time to return is over", NO);
    }
    if (strcmp(event->reason, "not_printed") == 0) {
        if (ticket->state != TICKET_PRINTING && ticket->state != TICKET_UNSURE) {
            model_fault(model, "%s%03u is on paper and yet not printed", NO);
        }
        model->issued[ticket->service]--;
    }
    unseat(model, ticket,
           event->type == EVENT_TICKET_CANCELLED ? TICKET_CANCELLED : TICKET_EXPIRED);
}

void model_ticket_event(struct model *model, const struct event *event) {
    static void (*const TAKE[EVENT_TYPES])(struct model *, const struct event *) = {
        [EVENT_TICKET_ISSUED] = on_issued,           [EVENT_TICKET_PRINTED] = on_printed,
        [EVENT_TICKET_RESTORED] = on_printed,        [EVENT_TICKET_CHECKED_IN] = on_checked_in,
        [EVENT_TICKET_UNSURE] = on_unsure,           [EVENT_TICKET_NEAR] = on_near,
        [EVENT_TICKET_CALLED] = on_called,           [EVENT_TICKET_RECALLED] = on_recalled,
        [EVENT_TICKET_SERVING] = on_serving,         [EVENT_TICKET_DONE] = on_done,
        [EVENT_TICKET_NO_SHOW] = on_no_show,         [EVENT_TICKET_REQUEUED] = on_requeued,
        [EVENT_TICKET_TRANSFERRED] = on_transferred, [EVENT_TICKET_HELD] = on_held,
        [EVENT_TICKET_UNHELD] = on_unheld,           [EVENT_TICKET_UNDONE] = on_undone,
        [EVENT_TICKET_RECLASSED] = on_reclassed,     [EVENT_TICKET_CANCELLED] = on_ended,
        [EVENT_TICKET_EXPIRED] = on_ended,
    };
    if (TAKE[event->type] != NULL) {
        TAKE[event->type](model, event);
    }
}
