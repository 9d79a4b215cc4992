#include "controller/hall/draft.h"

#include <assert.h>
#include <string.h>

static struct event *add_by(struct draft *draft, enum event_type type, const struct by *by) {
    struct decision *out = draft->out;
    assert(out->count < EVENTS_PER_INPUT);
    struct event *event = &out->events[out->count];
    event_init(event, type, draft->now_ms, by);
    event->seq = draft->hall->seq + 1 + out->count;
    out->count++;
    return event;
}

struct event *draft_add(struct draft *draft, enum event_type type) {
    return add_by(draft, type, &draft->by);
}

struct event *draft_add_rule(struct draft *draft, enum event_type type, const char *rule) {
    struct by by = { .kind = BY_RULE };
    word_copy(by.id, sizeof by.id, rule);
    return add_by(draft, type, &by);
}

bool draft_has_room(const struct draft *draft, unsigned events) {
    return draft->out->count + events <= EVENTS_PER_INPUT;
}

struct event *draft_ticket(struct draft *draft, enum event_type type, uint16_t place) {
    const struct hall *hall = draft->hall;
    const struct ticket *ticket = &hall->tickets[place];
    struct event *event = draft_add(draft, type);
    event->day = hall->day;
    event->ticket = ticket->no;
    event->class = (enum ticket_class)ticket->class;
    event->channel = (enum ticket_channel)ticket->channel;
    event->has |= EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_CLASS) | EVENT_HAS(FIELD_CHANNEL);
    event_set_service(event, hall, ticket->service);
    return event;
}

struct event *draft_window(struct draft *draft, enum event_type type, const struct window *window) {
    struct event *event = draft_add(draft, type);
    event_set_window(event, draft->hall, window);
    return event;
}

void event_set_window(struct event *event, const struct hall *hall, const struct window *window) {
    event->window = window->id;
    event->has |= EVENT_HAS(FIELD_WINDOW);
    if (window->staff != NO_STAFF) {
        word_copy(event->staff, sizeof event->staff, staff_id(hall, window->staff));
        event->has |= EVENT_HAS(FIELD_STAFF);
    }
}

void event_set_reason(struct event *event, const char *reason) {
    if (reason[0] != 0) {
        word_copy(event->reason, sizeof event->reason, reason);
        event->has |= EVENT_HAS(FIELD_REASON);
    }
}

void event_set_until(struct event *event, int64_t until_ms) {
    if (until_ms != 0) {
        event->until_ms = until_ms;
        event->has |= EVENT_HAS(FIELD_UNTIL);
    }
}

void event_set_note(struct event *event, const struct draft *draft) {
    if (draft->input->command.note != 0) {
        event->note = draft->input->command.note;
        word_copy(event->note_hash, sizeof event->note_hash, draft->input->command.note_hash);
        event->has |= EVENT_HAS(FIELD_NOTE) | EVENT_HAS(FIELD_NOTE_HASH);
    }
}

void event_set_service(struct event *event, const struct hall *hall, unsigned service) {
    memcpy(event->service, hall->rules.services[service].id, sizeof event->service);
    event->has |= EVENT_HAS(FIELD_SERVICE);
}

void event_set_turn(struct event *event, int64_t turn_ms) {
    event->turn_ms = turn_ms;
    event->has |= EVENT_HAS(FIELD_TURN);
}

bool names_of_services(const struct hall *hall, uint64_t services, struct name_list *names) {
    memset(names, 0, sizeof *names);
    if (services == SERVICES_ALL) {
        names->is_all = true;
        return true;
    }
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        if ((services >> i & 1U) == 0 || hall->rules.services[i].id[0] == 0) {
            continue;
        }
        if (names->count == NAMES_MAX) {
            memset(names, 0, sizeof *names);
            names->is_all = true;
            return false;
        }
        memcpy(names->names[names->count++], hall->rules.services[i].id, NAME_SIZE);
    }
    return true;
}

bool services_of_names(const struct hall *hall, const struct name_list *names, uint64_t *services) {
    uint64_t set = names->is_all ? SERVICES_ALL : 0;
    for (unsigned i = 0; i < names->count; i++) {
        unsigned service = rules_service(&hall->rules, names->names[i]);
        if (service == 0) {
            return false;
        }
        set |= UINT64_C(1) << service;
    }
    *services = set;
    return true;
}

uint32_t seconds_between(int64_t from_ms, int64_t to_ms) {
    return to_ms <= from_ms ? 0 : (uint32_t)((to_ms - from_ms) / 1000);
}
