/*
 * Waiting lines: each keeps its tickets in order of turn (equal turns in order of issue) and in order of issue.
 * A ticket is in at most one line, the one that queue_line_of names.
 */
#ifndef CONTROLLER_HALL_QUEUE_H
#define CONTROLLER_HALL_QUEUE_H

#include "controller/hall/live.h"

/* The lowest service of a set that is not empty; `left &= left - 1` takes it out. */
static inline unsigned service_first(uint64_t services) {
    return (unsigned)__builtin_ctzll(services);
}

void queue_init(struct line *line);
/* The line that a ticket of this state, service and binding stands in; NULL for states without one. */
struct line *queue_line_of(struct hall *hall, const struct ticket *ticket);
/* Nobody waits for this window any more: who stands in its line goes back to his own, the others forget it. */
void queue_unbind(struct hall *hall, uint16_t window);
void queue_insert(struct hall *hall, uint16_t place);
void queue_remove(struct hall *hall, uint16_t place);
/* Has the ticket an appointment that is still too far off for it to be called before others? */
bool queue_is_early(const struct hall *hall, const struct ticket *ticket, int64_t now_ms);
/*
 * Since when somebody waits to be called for this service, bound to a window or not; INT64_MAX nobody. Who is early
 * waits from `early_minutes` before the slot.
 */
int64_t queue_waits_since_ms(const struct hall *hall, unsigned service);
/* Would (turn, place) be called before the ticket at `other`? */
bool queue_is_before(const struct hall *hall, int64_t turn_ms, uint16_t place, uint16_t other);
/* How many of the line would be called before a ticket issued now with this turn. */
unsigned queue_ahead(const struct hall *hall, const struct line *line, int64_t turn_ms);

/* A ticket that will wait by the time of the call although it does not yet: NO_PLACE none. */
struct coming {
    uint16_t place;
    uint8_t service;
    int64_t turn_ms;
};
struct pick {
    uint16_t place; /* NO_PLACE nobody */
    enum tier tier;
};
/*
 * Who is next at this window: bound, then own, then helped services that wait too long; rather than nobody, who is
 * early for an appointment of its own services.
 */
struct pick queue_next_for(const struct hall *hall, const struct window *window, int64_t now_ms,
                           const struct coming *coming);
/* From when on somebody could be called here; INT64_MAX nobody waits. */
int64_t queue_next_from_ms(const struct hall *hall, const struct window *window);
/* May the window call tickets of this service at all? */
bool queue_may_serve(const struct window *window, unsigned service);
/* How many people may be called here: own services and bound. */
unsigned queue_waiting_for(const struct hall *hall, const struct window *window);
/* Fills `why` for calling `pick` at the window. */
void queue_explain(const struct hall *hall, const struct window *window, struct pick pick,
                   const struct coming *coming, struct why *why);

#endif
