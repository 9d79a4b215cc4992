#include "controller/hall/queue.h"

#include <assert.h>
#include <string.h>

static void mark_crowded(struct hall *hall, unsigned service);
static void turn_link(struct hall *hall, struct line *line, uint16_t place);
static void issue_link(struct hall *hall, struct line *line, uint16_t place);
static struct pick pick_among(const struct hall *hall, uint64_t services, int64_t now_ms);
static struct pick pick_early(const struct hall *hall, uint64_t services);
static struct pick pick_coming(const struct hall *hall, uint64_t services, struct pick best,
                               const struct coming *coming);
static uint64_t services_overdue(const struct hall *hall, const struct window *window,
                                 int64_t now_ms, const struct coming *coming);
static const char *waits_its_help(const struct window *window, unsigned service, struct pick pick);
static void explain_one(const struct ticket *ticket, const char *reason, struct why *why);
static void explain_line(const struct hall *hall, const struct line *line, const char *reason,
                         struct pick pick, struct why *why);
static const char *reason_in_line(const struct ticket *passed, const struct why *why);

void queue_init(struct line *line) {
    *line = (struct line){ NO_PLACE, NO_PLACE, NO_PLACE, NO_PLACE, 0 };
}

struct line *queue_line_of(struct hall *hall, const struct ticket *ticket) {
    switch ((enum ticket_state)ticket->state) {
    case TICKET_PRINTING:
        return &hall->printing;
    case TICKET_UNSURE:
        return &hall->unsure;
    case TICKET_NO_SHOW:
        return &hall->missed;
    case TICKET_WAITING:
        if (ticket->bound != 0) {
            uint16_t window = live_window(hall, ticket->bound);
            assert(window != NO_PLACE); /* queue_unbind */
            return &hall->windows[window].line;
        }
        return &hall->services[ticket->service].line;
    case TICKET_NONE:
    case TICKET_CALLED:
    case TICKET_SERVING:
    case TICKET_DONE:
    case TICKET_HELD:
    case TICKET_TRANSFERRED:
    case TICKET_CANCELLED:
    case TICKET_EXPIRED:
        return NULL;
    }
    return NULL;
}

static bool is_waiting(const struct hall *hall, uint16_t place) {
    return hall->tickets[place].state == TICKET_WAITING;
}

void queue_insert(struct hall *hall, uint16_t place) {
    struct line *line = queue_line_of(hall, &hall->tickets[place]);
    if (line == NULL) {
        return;
    }
    turn_link(hall, line, place);
    issue_link(hall, line, place);
    line->count++;
    hall->bound_count += hall->tickets[place].bound != 0 && is_waiting(hall, place) ? 1 : 0;
    mark_crowded(hall, hall->tickets[place].service);
}

static void mark_crowded(struct hall *hall, unsigned service) {
    uint64_t bit = UINT64_C(1) << service;
    bool is_crowded = hall->services[service].line.count > 0;
    hall->crowded = is_crowded ? hall->crowded | bit : hall->crowded & ~bit;
}

void queue_remove(struct hall *hall, uint16_t place) {
    struct ticket *ticket = &hall->tickets[place];
    struct line *line = queue_line_of(hall, ticket);
    if (line == NULL) {
        return;
    }
    assert(line->count > 0);
    *(ticket->turn_prev == NO_PLACE ? &line->turn_first
                                    : &hall->tickets[ticket->turn_prev].turn_next) =
        ticket->turn_next;
    *(ticket->turn_next == NO_PLACE ? &line->turn_last
                                    : &hall->tickets[ticket->turn_next].turn_prev) =
        ticket->turn_prev;
    *(ticket->issue_prev == NO_PLACE ? &line->issue_first
                                     : &hall->tickets[ticket->issue_prev].issue_next) =
        ticket->issue_next;
    *(ticket->issue_next == NO_PLACE ? &line->issue_last
                                     : &hall->tickets[ticket->issue_next].issue_prev) =
        ticket->issue_prev;
    ticket->turn_prev = ticket->turn_next = NO_PLACE;
    ticket->issue_prev = ticket->issue_next = NO_PLACE;
    line->count--;
    hall->bound_count -= ticket->bound != 0 && is_waiting(hall, place) ? 1 : 0;
    mark_crowded(hall, ticket->service);
}

/* A bound ticket may be elsewhere just now (called by number, held) and come back to the line later. */
void queue_unbind(struct hall *hall, uint16_t window) {
    for (uint16_t place = 0; place < hall->ticket_count; place++) {
        if (hall->tickets[place].bound == window) {
            queue_remove(hall, place);
            hall->tickets[place].bound = 0;
            queue_insert(hall, place);
        }
    }
}

bool queue_is_before(const struct hall *hall, int64_t turn_ms, uint16_t place, uint16_t other) {
    int64_t turn_of_other = hall->tickets[other].turn_ms;
    return turn_ms < turn_of_other || (turn_ms == turn_of_other && place < other);
}

/* Most tickets belong near one of the two ends: new ones at the tail, "always" classes at the head. */
static void turn_link(struct hall *hall, struct line *line, uint16_t place) {
    struct ticket *ticket = &hall->tickets[place];
    uint16_t before = line->turn_last;
    uint16_t after = NO_PLACE;
    if (line->turn_first != NO_PLACE && ticket->turn_ms <= hall->begins_ms) {
        after = line->turn_first;
        while (after != NO_PLACE && !queue_is_before(hall, ticket->turn_ms, place, after)) {
            after = hall->tickets[after].turn_next;
        }
        before = after == NO_PLACE ? line->turn_last : hall->tickets[after].turn_prev;
    } else {
        while (before != NO_PLACE && queue_is_before(hall, ticket->turn_ms, place, before)) {
            after = before;
            before = hall->tickets[before].turn_prev;
        }
    }
    ticket->turn_prev = before;
    ticket->turn_next = after;
    *(before == NO_PLACE ? &line->turn_first : &hall->tickets[before].turn_next) = place;
    *(after == NO_PLACE ? &line->turn_last : &hall->tickets[after].turn_prev) = place;
}

static void issue_link(struct hall *hall, struct line *line, uint16_t place) {
    uint16_t before = line->issue_last;
    uint16_t after = NO_PLACE;
    while (before != NO_PLACE && before > place) {
        after = before;
        before = hall->tickets[before].issue_prev;
    }
    hall->tickets[place].issue_prev = before;
    hall->tickets[place].issue_next = after;
    *(before == NO_PLACE ? &line->issue_first : &hall->tickets[before].issue_next) = place;
    *(after == NO_PLACE ? &line->issue_last : &hall->tickets[after].issue_prev) = place;
}

unsigned queue_ahead(const struct hall *hall, const struct line *line, int64_t turn_ms) {
    unsigned behind = 0;
    uint16_t place = line->turn_last;
    while (place != NO_PLACE && hall->tickets[place].turn_ms > turn_ms) {
        behind++;
        place = hall->tickets[place].turn_prev;
    }
    return line->count - behind;
}

bool queue_may_serve(const struct window *window, unsigned service) {
    return ((window->own | window->helps) >> service & 1U) != 0;
}

struct pick queue_next_for(const struct hall *hall, const struct window *window, int64_t now_ms,
                           const struct coming *coming) {
    struct pick none = { NO_PLACE, TIER_NONE };
    if (window->line.turn_first != NO_PLACE) {
        return (struct pick){ window->line.turn_first, TIER_BOUND };
    }
    struct pick best =
        pick_coming(hall, window->own, pick_among(hall, window->own, now_ms), coming);
    best.tier = TIER_OWN;
    if (best.place == NO_PLACE) {
        uint64_t overdue = services_overdue(hall, window, now_ms, coming);
        best = pick_coming(hall, overdue, pick_among(hall, overdue, now_ms), coming);
        best.tier = TIER_HELP;
    }
    if (best.place == NO_PLACE) {
        best = pick_early(hall, window->own);
    }
    return best.place == NO_PLACE ? none : best;
}

static bool comes_for(const struct coming *coming, uint64_t services) {
    return coming != NULL && coming->place != NO_PLACE && (services >> coming->service & 1U) != 0;
}

static struct pick pick_coming(const struct hall *hall, uint64_t services, struct pick best,
                               const struct coming *coming) {
    if (comes_for(coming, services) &&
        (best.place == NO_PLACE ||
         queue_is_before(hall, coming->turn_ms, coming->place, best.place))) {
        best.place = coming->place;
    }
    return best;
}

bool queue_is_early(const struct hall *hall, const struct ticket *ticket, int64_t now_ms) {
    int64_t early_ms = (int64_t)hall->rules.appointments.early_minutes * MINUTE_MS;
    return ticket->class == CLASS_APPOINTMENT && now_ms < ticket->slot_ms - early_ms;
}

/* Who is early stands behind those who wait, by a turn that is still to come; only returned no-shows may be behind. */
static uint16_t first_of_line(const struct hall *hall, const struct line *line, int64_t now_ms) {
    uint16_t place = line->turn_first;
    while (place != NO_PLACE && queue_is_early(hall, &hall->tickets[place], now_ms)) {
        place = hall->tickets[place].turn_next;
    }
    return place;
}

static void keep_earlier(const struct hall *hall, uint16_t place, struct pick *best) {
    if (place != NO_PLACE &&
        (best->place == NO_PLACE ||
         queue_is_before(hall, hall->tickets[place].turn_ms, place, best->place))) {
        best->place = place;
    }
}

static struct pick pick_among(const struct hall *hall, uint64_t services, int64_t now_ms) {
    struct pick best = { NO_PLACE, TIER_NONE };
    for (uint64_t left = services & hall->crowded; left != 0; left &= left - 1) {
        keep_earlier(hall, first_of_line(hall, &hall->services[service_first(left)].line, now_ms),
                     &best);
    }
    return best;
}

/* Nobody else is left of these services. */
static struct pick pick_early(const struct hall *hall, uint64_t services) {
    struct pick best = { NO_PLACE, TIER_IDLE };
    for (uint64_t left = services & hall->crowded; left != 0; left &= left - 1) {
        keep_earlier(hall, hall->services[service_first(left)].line.turn_first, &best);
    }
    return best;
}

static int64_t waits_from_ms(const struct hall *hall, const struct ticket *ticket) {
    int64_t early_ms = (int64_t)hall->rules.appointments.early_minutes * MINUTE_MS;
    bool is_early = queue_is_early(hall, ticket, ticket->issued_ms);
    return is_early ? ticket->slot_ms - early_ms : ticket->issued_ms;
}

/* In order of issue nobody behind the first without an appointment can wait longer. */
static int64_t line_since_ms(const struct hall *hall, const struct line *line) {
    int64_t since_ms = INT64_MAX;
    for (uint16_t place = line->issue_first; place != NO_PLACE;
         place = hall->tickets[place].issue_next) {
        const struct ticket *ticket = &hall->tickets[place];
        int64_t from_ms = waits_from_ms(hall, ticket);
        since_ms = from_ms < since_ms ? from_ms : since_ms;
        if (from_ms == ticket->issued_ms) {
            break;
        }
    }
    return since_ms;
}

int64_t queue_waits_since_ms(const struct hall *hall, unsigned service) {
    int64_t since_ms = line_since_ms(hall, &hall->services[service].line);
    for (unsigned i = 0; hall->bound_count > 0 && i < hall->window_count; i++) {
        for (uint16_t place = hall->windows[i].line.issue_first; place != NO_PLACE;
             place = hall->tickets[place].issue_next) {
            const struct ticket *ticket = &hall->tickets[place];
            int64_t from_ms = ticket->service == service ? waits_from_ms(hall, ticket) : INT64_MAX;
            since_ms = from_ms < since_ms ? from_ms : since_ms;
        }
    }
    return since_ms;
}

/* `since_ms` is the longest wait of a helped service, INT64_MAX nobody's. */
static int64_t help_from_ms(const struct hall *hall, const struct window *window,
                            int64_t since_ms) {
    int64_t after_ms = (int64_t)window_rule(hall, window)->help_after_minutes * MINUTE_MS;
    return since_ms == INT64_MAX ? since_ms : since_ms + after_ms + 1;
}

static uint64_t services_overdue(const struct hall *hall, const struct window *window,
                                 int64_t now_ms, const struct coming *coming) {
    uint64_t overdue = 0;
    for (uint64_t left = window->helps & hall->crowded; left != 0; left &= left - 1) {
        unsigned service = service_first(left);
        int64_t since_ms = line_since_ms(hall, &hall->services[service].line);
        if (help_from_ms(hall, window, since_ms) <= now_ms) {
            overdue |= UINT64_C(1) << service;
        }
    }
    if (comes_for(coming, window->helps) &&
        help_from_ms(hall, window, hall->tickets[coming->place].issued_ms) <= now_ms) {
        overdue |= UINT64_C(1) << coming->service;
    }
    return overdue;
}

int64_t queue_next_from_ms(const struct hall *hall, const struct window *window) {
    int64_t from_ms = INT64_MAX;
    if (window->line.count > 0 || (window->own & hall->crowded) != 0) {
        return hall->last_ms;
    }
    for (uint64_t left = window->helps & hall->crowded; left != 0; left &= left - 1) {
        int64_t since_ms = line_since_ms(hall, &hall->services[service_first(left)].line);
        int64_t service_ms = help_from_ms(hall, window, since_ms);
        from_ms = service_ms < from_ms ? service_ms : from_ms;
    }
    return from_ms;
}

unsigned queue_waiting_for(const struct hall *hall, const struct window *window) {
    unsigned count = window->line.count;
    for (uint64_t left = window->own & hall->crowded; left != 0; left &= left - 1) {
        count += hall->services[service_first(left)].line.count;
    }
    return count;
}

/*
 * Passed over is who was issued earlier, waits in a line that this window may call from, and is not called now.
 */
void queue_explain(const struct hall *hall, const struct window *window, struct pick pick,
                   const struct coming *coming, struct why *why) {
    bool is_coming = coming != NULL && coming->place == pick.place;
    uint64_t served = window->own | window->helps;
    memset(why, 0, sizeof *why);
    why->turn_ms = is_coming ? coming->turn_ms : hall->tickets[pick.place].turn_ms;
    why->class = (enum ticket_class)hall->tickets[pick.place].class;
    why->tier = pick.tier;
    explain_line(hall, &window->line, NULL, pick, why);
    for (uint64_t left = served & hall->crowded; left != 0; left &= left - 1) {
        unsigned service = service_first(left);
        explain_line(hall, &hall->services[service].line, waits_its_help(window, service, pick),
                     pick, why);
    }
    if (comes_for(coming, served) && coming->place < pick.place) {
        explain_one(&hall->tickets[coming->place], waits_its_help(window, coming->service, pick),
                    why);
    }
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *other = &hall->windows[i];
        if (other != window && other->line.count > 0) {
            explain_line(hall, &other->line, "bound", pick, why);
        }
    }
}

/* The reason of those whom the window only helps while it calls its own; NULL for the others. */
static const char *waits_its_help(const struct window *window, unsigned service, struct pick pick) {
    bool is_own = (window->own >> service & 1U) != 0;
    return !is_own && pick.tier != TIER_HELP ? "help_later" : NULL;
}

static void explain_one(const struct ticket *ticket, const char *reason, struct why *why) {
    if (why->passed_listed < PASSED_MAX) {
        struct passed *passed = &why->passed[why->passed_listed++];
        passed->ticket = ticket->no;
        word_copy(passed->reason, sizeof passed->reason,
                  reason != NULL ? reason : reason_in_line(ticket, why));
    }
    why->passed_count++;
}

static void explain_line(const struct hall *hall, const struct line *line, const char *reason,
                         struct pick pick, struct why *why) {
    for (uint16_t place = line->issue_first; place != NO_PLACE && place < pick.place;
         place = hall->tickets[place].issue_next) {
        explain_one(&hall->tickets[place], reason, why);
    }
}

/*
 * In a line of the window's own: the tier explains first, then the passed one's own turn, or slot still to come, then the
 * caller's class.
 */
static const char *reason_in_line(const struct ticket *passed, const struct why *why) {
    bool has_slot = passed->class == CLASS_APPOINTMENT && passed->slot_ms > why->turn_ms;
    switch (why->tier) {
    case TIER_BOUND:
        return "bound";
    case TIER_NUMBER:
        return "number";
    case TIER_HELP:
        return passed->is_moved ? "place" : has_slot ? "slot" : "help_later";
    case TIER_NONE:
    case TIER_OWN:
    case TIER_IDLE:
        return passed->is_moved ? "place" : has_slot ? "slot" : "class";
    }
    return "class";
}
