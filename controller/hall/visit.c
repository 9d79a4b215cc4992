#include "controller/hall/visit.h"

/* What is linked: the ticket, and the visit that began with this ticket.called. */
struct linked {
    uint16_t ticket;
    uint64_t visit;
    uint16_t window;     /* id, 0 unknown */
    const char *service; /* id */
    int32_t staff;
};

static enum reason find_at_window(const struct draft *draft, struct linked *linked);
static enum reason find_of_ticket(const struct draft *draft, struct linked *linked);
static void set_finished(const struct visit *visit, struct linked *linked);

enum reason decide_visit_link(struct draft *draft) {
    const struct command *command = draft->command;
    struct linked linked = { .ticket = NO_PLACE, .staff = NO_STAFF };
    bool has_ticket = (command->has & COMMAND_HAS(ARG_TICKET)) != 0;
    enum reason reason =
        has_ticket ? find_of_ticket(draft, &linked) : find_at_window(draft, &linked);
    if (reason != REASON_NONE) {
        return reason;
    }
    struct event *event = draft_add(draft, EVENT_VISIT_LINKED);
    event->day = draft->hall->day;
    event->ticket = draft->hall->tickets[linked.ticket].no;
    event->visit = linked.visit;
    event->window = linked.window;
    word_copy(event->project, sizeof event->project, command->project);
    word_copy(event->task, sizeof event->task, command->task);
    event->pro_status = command->pro_status;
    event->has |= EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_PROJECT);
    event->has |= linked.window != 0 ? EVENT_HAS(FIELD_WINDOW) : 0;
    event->has |= command->task[0] != 0 ? EVENT_HAS(FIELD_TASK) : 0;
    event->has |= command->pro_status != 0 ? EVENT_HAS(FIELD_PRO_STATUS) : 0;
    word_copy(event->service, sizeof event->service, linked.service);
    event->has |= EVENT_HAS(FIELD_SERVICE);
    if (linked.staff != NO_STAFF) {
        word_copy(event->staff, sizeof event->staff, staff_id(draft->hall, linked.staff));
        event->has |= EVENT_HAS(FIELD_STAFF);
    }
    return REASON_NONE;
}

/* The visit of the ticket that is called or served at the window. */
static void set_running(const struct hall *hall, const struct window *window,
                        struct linked *linked) {
    linked->ticket = window->ticket;
    linked->visit = window->visit;
    linked->window = window->id;
    linked->service = hall->rules.services[hall->tickets[window->ticket].service].id;
    linked->staff = window->staff;
}

static enum reason find_at_window(const struct draft *draft, struct linked *linked) {
    const struct hall *hall = draft->hall;
    uint16_t place = live_window(hall, draft->command->window);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    if (hall->windows[place].ticket != NO_PLACE) {
        set_running(hall, &hall->windows[place], linked);
        return REASON_NONE;
    }
    for (uint32_t number = hall->visit_count; number > 0; number--) {
        const struct visit *visit = live_visit(hall, number);
        if (visit == NULL) {
            break;
        }
        if (visit->window == draft->command->window) {
            set_finished(visit, linked);
            return REASON_NONE;
        }
    }
    return REASON_NOT_SERVED_YET;
}

static enum reason find_of_ticket(const struct draft *draft, struct linked *linked) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    bool is_today = command->day == 0 || command->day == hall->day;
    uint16_t place = is_today ? live_ticket(hall, command->ticket) : NO_PLACE;
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct ticket *ticket = &hall->tickets[place];
    uint16_t window = live_window(hall, ticket->window);
    if (window != NO_PLACE && hall->windows[window].ticket == place) {
        set_running(hall, &hall->windows[window], linked);
        return REASON_NONE;
    }
    const struct visit *visit = live_visit(hall, ticket->last_visit);
    if (visit == NULL) {
        return REASON_NOT_SERVED_YET;
    }
    set_finished(visit, linked);
    return REASON_NONE;
}

static void set_finished(const struct visit *visit, struct linked *linked) {
    *linked = (struct linked){ .ticket = visit->ticket,
                               .visit = visit->seq,
                               .window = visit->window,
                               .service = visit->service,
                               .staff = visit->staff };
}
