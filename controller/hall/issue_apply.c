/* What an issued ticket changes. */
#include <string.h>

#include "controller/hall/booking.h"
#include "controller/hall/ticket.h"

uint64_t ticket_person_hash(const char *person) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *person != 0; person++) {
        hash = (hash ^ (uint8_t)*person) * UINT64_C(1099511628211);
    }
    return hash == 0 ? 1 : hash;
}

static void give_number(struct hall *hall, struct ticket_no no, uint16_t place) {
    unsigned slot = prefix_slot(hall, no.prefix);
    if (slot == PREFIXES_MAX) {
        slot = live_prefix_make(hall, no.prefix);
    }
    hall->numbers[slot][no.number] = place;
}

static void apply_steps(struct hall *hall, struct ticket *ticket, const struct name_list *steps) {
    for (unsigned i = 1; i < steps->count && i < STEPS_MAX; i++) {
        ticket->steps[ticket->step_count++] = (uint8_t)rules_service(&hall->rules, steps->names[i]);
    }
}

static void apply_job(struct hall *hall, struct ticket *ticket, const struct event *event) {
    uint16_t place = live_device_make(hall, event->dispenser);
    ticket->dispenser = place;
    ticket->job = event->job;
    if (place != NO_PLACE) {
        hall->devices[place].last_job = event->job;
        hall->devices[place].has_job = true;
    }
}

void apply_ticket_issued(struct hall *hall, const struct event *event) {
    uint16_t place = hall->ticket_count++;
    struct ticket *ticket = &hall->tickets[place];
    unsigned service = rules_service(&hall->rules, event->service);
    memset(ticket, 0, sizeof *ticket);
    ticket->no = event->ticket;
    ticket->service = (uint8_t)service;
    ticket->class = (uint8_t)event->class;
    ticket->channel = (uint8_t)event->channel;
    ticket->ground = (uint8_t)event->ground;
    ticket->code = event->code;
    ticket->ahead = event->ahead;
    ticket->for_count = event->for_count == 0 ? 1 : event->for_count;
    ticket->person = event->person[0] == 0 ? 0 : ticket_person_hash(event->person);
    ticket->has_estimate = (event->has & EVENT_HAS(FIELD_ESTIMATE)) != 0;
    memcpy(ticket->estimate_s, event->estimate_s, sizeof ticket->estimate_s);
    ticket->issued_ms = event->time_ms;
    ticket->turn_ms = ticket->first_turn_ms = event->turn_ms;
    ticket->slot_ms = event->slot_ms;
    ticket->dispenser = NO_PLACE;
    ticket->turn_prev = ticket->turn_next = ticket->issue_prev = ticket->issue_next = NO_PLACE;
    if ((event->has & EVENT_HAS(FIELD_SERVICES)) != 0) {
        apply_steps(hall, ticket, &event->more.assigned.own);
    }
    bool is_printed_later = (event->has & EVENT_HAS(FIELD_JOB)) != 0;
    if (is_printed_later) {
        apply_job(hall, ticket, event);
    }
    if ((event->has & EVENT_HAS(FIELD_CODE_HASH)) != 0) {
        booking_check_in(hall, event, place);
    }
    give_number(hall, event->ticket, place);
    hall->codes[event->code] = place;
    hall->services[service].next_number = (uint16_t)(event->ticket.number + 1);
    hall->services[service].issued++;
    hall->issued++;
    ticket_move(hall, place, is_printed_later ? TICKET_PRINTING : TICKET_WAITING, event->time_ms);
}
