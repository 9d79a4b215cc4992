/* The core's snapshot against the model's arrays: nothing has got lost, nothing stands twice. */
#include <stdlib.h>
#include <string.h>

#include "tests/hall/model.h"

static void compare_window(struct model *model, const struct window_now *now, int64_t now_ms) {
    const struct model_window *window = model_window_at(model, now->id);
    static const struct ticket_no NOBODY;
    if (window == NULL) {
        model_fault(model, "the snapshot has a window %u", now->id);
        return;
    }
    enum tier tier;
    int next = model_next(model, window, now_ms, &tier);
    struct ticket_no seat = window->ticket < 0 ? NOBODY : model->tickets[window->ticket].no;
    struct ticket_no held = window->held < 0 ? NOBODY : model->tickets[window->held].no;
    if (now->state != window->state || !ticket_no_equal(now->ticket, seat) ||
        !ticket_no_equal(now->held, held) || strcmp(now->staff, window->staff) != 0) {
        model_fault(
            model, "window %u is %s with %s%03u and staff \"%s\"; %s with %s%03u and \"%s\"",
            now->id, window_state_word(now->state), now->ticket.prefix, now->ticket.number,
            now->staff, window_state_word(window->state), seat.prefix, seat.number, window->staff);
    }
    if (now->own != window->own || now->helps != window->helps) {
        model_fault(model, "window %u serves %llx and helps %llx; %llx and %llx", now->id,
                    (unsigned long long)now->own, (unsigned long long)now->helps,
                    (unsigned long long)window->own, (unsigned long long)window->helps);
    }
    if (window->state == WINDOW_OPEN &&
        !ticket_no_equal(now->next, next < 0 ? NOBODY : model->tickets[next].no)) {
        model_fault(model, "next at window %u is %s%03u; %s%03u", now->id, now->next.prefix,
                    now->next.number, next < 0 ? "-" : model->tickets[next].no.prefix,
                    next < 0 ? 0U : model->tickets[next].no.number);
    }
}

/* What time alone brings: an assumed start, a call by itself, the end of an invitation. */
static void compare_clocks(struct model *model, const struct model_window *window, int64_t now_ms) {
    const struct window_rule *rule = model_rule(model, window->id);
    int64_t start_ms = (int64_t)model->rules.start_after_s * 1000;
    int64_t heard_ms = model_heard_ms(model, window);
    int64_t from_ms = heard_ms > window->called_ms ? heard_ms : window->called_ms;
    enum tier tier;
    if (window->state == WINDOW_CALLING && start_ms != 0 && !window->is_back &&
        now_ms >= from_ms + start_ms) {
        model_fault(model, "window %u still calls %lld ms after its call", window->id,
                    (long long)(now_ms - from_ms));
    }
    if (window->state == WINDOW_OPEN && rule->auto_call && now_ms >= window->waits_until_ms &&
        model_next(model, window, now_ms, &tier) >= 0) {
        model_fault(model, "window %u calls by itself, and does not", window->id);
    }
}

static void compare_sessions(struct model *model, int64_t now_ms) {
    for (unsigned i = 0; i < model->visit_count; i++) {
        if (model->visits[i].is_open && now_ms >= model->visits[i].ends_ms) {
            model_fault(model, "session %u is open for too long", model->visits[i].session);
        }
    }
}

static bool stands_in_line(enum ticket_state state) {
    return state == TICKET_PRINTING || state == TICKET_UNSURE || state == TICKET_WAITING ||
           state == TICKET_HELD;
}

static void compare_line(struct model *model, const struct snapshot *now) {
    unsigned in_line = 0;
    unsigned listed = 0;
    for (unsigned i = 0; i < now->waiting_count; i++) {
        const struct waiting_now *waiting = &now->waiting[i];
        int place = model_ticket_at(model, waiting->ticket);
        const struct model_ticket *ticket = place < 0 ? NULL : &model->tickets[place];
        if (ticket == NULL || ticket->state != waiting->state ||
            ticket->turn_ms != waiting->turn_ms || ticket->class != waiting->class ||
            (ticket->state == TICKET_WAITING && ticket->bound != waiting->bound_window)) {
            model_fault(model, "%s%03u in the line is %s, not %s", waiting->ticket.prefix,
                        waiting->ticket.number, ticket_state_word(waiting->state),
                        ticket == NULL ? "known" : ticket_state_word(ticket->state));
            return;
        }
        listed += stands_in_line(ticket->state);
    }
    for (unsigned i = 0; i < model->ticket_count; i++) {
        in_line += stands_in_line(model->tickets[i].state);
    }
    if (in_line != listed) {
        model_fault(model, "%u in the line, the hall lists %u", in_line, listed);
    }
}

void model_compare(struct model *model, const struct snapshot *now, int64_t now_ms) {
    if (now->seq != model->seq || now->day != model->day ||
        now->window_count != model->window_count || now->cases_open != model->case_count ||
        now->issued > model->ticket_count) {
        model_fault(model, "the hall has %u windows, %u cases, %u issued; %u, %u, %u",
                    now->window_count, now->cases_open, now->issued, model->window_count,
                    model->case_count, model->ticket_count);
    }
    for (unsigned i = 0; i < now->window_count; i++) {
        compare_window(model, &now->windows[i], now_ms);
    }
    for (unsigned i = 0; i < model->window_count; i++) {
        compare_clocks(model, &model->windows[i], now_ms);
    }
    compare_sessions(model, now_ms);
    compare_line(model, now);
    model_compare_bookings(model, now);
}
