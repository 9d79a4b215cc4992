/*
 * A decision in the making: what the decide functions read and where they put their events. Events are numbered as they
 * are added; their fields say all that apply needs.
 */
#ifndef CONTROLLER_HALL_DRAFT_H
#define CONTROLLER_HALL_DRAFT_H

#include "controller/hall/live.h"
#include "controller/hall/queue.h"

struct draft {
    const struct hall *hall;
    const struct input *input;
    const struct command *command; /* NULL when the input is no command */
    struct decision *out;
    int64_t now_ms;
    struct by by;
};

struct event *draft_add(struct draft *draft, enum event_type type);
/* The same, by the named rule instead of the input's sender. */
struct event *draft_add_rule(struct draft *draft, enum event_type type, const char *rule);
/* Room for so many more events in this decision? */
bool draft_has_room(const struct draft *draft, unsigned events);

/* Adds an event about a ticket: its number, service, class, channel, and visit and window as it stands. */
struct event *draft_ticket(struct draft *draft, enum event_type type, uint16_t place);
/* Adds an event about a window and who is signed in there. */
struct event *draft_window(struct draft *draft, enum event_type type, const struct window *window);

void event_set_window(struct event *event, const struct hall *hall, const struct window *window);
void event_set_reason(struct event *event, const char *reason);
void event_set_until(struct event *event, int64_t until_ms); /* 0 sets nothing */
/* The number and hash of what was written; text and contact themselves never come here. */
void event_set_note(struct event *event, const struct draft *draft);
void event_set_service(struct event *event, const struct hall *hall, unsigned service);
void event_set_turn(struct event *event, int64_t turn_ms);
/* Ids of the services in the set. False, and "*", when it is not everything and yet more than can be named. */
bool names_of_services(const struct hall *hall, uint64_t services, struct name_list *names);
/* False when a name is no service. */
bool services_of_names(const struct hall *hall, const struct name_list *names, uint64_t *services);

uint32_t seconds_between(int64_t from_ms, int64_t to_ms);

#endif
