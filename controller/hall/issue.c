/* Taking a ticket: who may have one now, and what stands on it. */
#include <string.h>

#include "controller/hall/booking.h"
#include "controller/hall/hours.h"
#include "controller/hall/ticket.h"

/* What is asked for, and then the numbers that it gets. */
struct wish {
    unsigned service;
    enum ticket_class class;
    enum ground ground;
    enum ticket_channel channel;
    struct name_list steps;        /* count 0: one service only */
    const struct booking *booking; /* what its code gave, NULL none */
    bool is_prechecked;            /* approved by this very command */
    const char *person, *print;    /* keyed hash, dispenser; "" none */
    uint16_t number, code;
    uint16_t device, job; /* device NO_PLACE: not printed at a dispenser */
};

static enum reason read_wish(const struct draft *draft, struct wish *wish);
static int64_t turn_of(const struct draft *draft, const struct wish *wish);
static enum reason issue(struct draft *draft, struct wish *wish);
static enum reason check_wish(const struct draft *draft, struct wish *wish);
static void wish_of_booking(const struct draft *draft, const struct booking *booking,
                            struct wish *wish);
static enum reason refuse_hours(const struct draft *draft, const struct wish *wish);
static enum reason refuse_class(const struct draft *draft, const struct wish *wish);
static enum reason refuse_person(const struct draft *draft, const struct wish *wish);
static enum reason refuse_quota(const struct hall *hall, const struct wish *wish);
static enum reason take_numbers(const struct draft *draft, struct wish *wish);
static enum reason take_job(const struct draft *draft, struct wish *wish);
static void fill_event(struct draft *draft, const struct wish *wish, struct event *event);

enum reason decide_ticket_issue(struct draft *draft) {
    struct wish wish;
    enum reason reason = read_wish(draft, &wish);
    return reason == REASON_NONE ? issue(draft, &wish) : reason;
}

enum reason ticket_issue_booked(struct draft *draft, const struct booking *booking) {
    struct wish wish = { .device = NO_PLACE, .print = "" };
    wish_of_booking(draft, booking, &wish);
    if (draft->by.kind == BY_KEY || draft->by.kind == BY_DEVICE) {
        wish.print = draft->by.id;
    }
    return wish.service == 0 ? REASON_NO_SUCH : issue(draft, &wish);
}

static void wish_of_precheck(const struct draft *draft, struct wish *wish) {
    const struct command *command = draft->command;
    *wish = (struct wish){ .service = rules_service(&draft->hall->rules, command->service),
                           .class = command->class == CLASS_NONE ? CLASS_NORMAL : command->class,
                           .ground = command->ground,
                           .channel = CHANNEL_PRECHECK,
                           .is_prechecked = true,
                           .person = command->person,
                           .print = command->print,
                           .device = NO_PLACE };
}

enum reason ticket_refuse_precheck(const struct draft *draft) {
    struct wish wish;
    wish_of_precheck(draft, &wish);
    return wish.print[0] != 0 ? check_wish(draft, &wish) : refuse_class(draft, &wish);
}

enum reason ticket_issue_prechecked(struct draft *draft) {
    struct wish wish;
    wish_of_precheck(draft, &wish);
    return issue(draft, &wish);
}

/* Which ticket it would be, as far as it can be known before anything is checked. */
static bool foresee_wish(const struct draft *draft, struct wish *wish) {
    const struct command *command = draft->command;
    if (command->type == COMMAND_TICKET_ISSUE) {
        return read_wish(draft, wish) == REASON_NONE;
    }
    if (command->type == COMMAND_PRECHECK_APPROVE && command->print[0] != 0) {
        wish_of_precheck(draft, wish);
        return true;
    }
    const struct booking *booking =
        command->type == COMMAND_TICKET_CHECK_IN ? ticket_booking_of_code(draft) : NULL;
    if (booking != NULL) {
        wish_of_booking(draft, booking, wish);
    }
    return booking != NULL;
}

bool ticket_foresee(const struct draft *draft, struct foreseen *out) {
    struct wish wish = { .device = NO_PLACE, .print = "" };
    if (!foresee_wish(draft, &wish) || wish.service == 0) {
        return false;
    }
    *out = (struct foreseen){ .service = wish.service,
                              .class = wish.class,
                              .turn_ms = turn_of(draft, &wish) };
    return true;
}

static enum reason issue(struct draft *draft, struct wish *wish) {
    enum reason reason = check_wish(draft, wish);
    if (reason == REASON_NONE) {
        fill_event(draft, wish, draft_add(draft, EVENT_TICKET_ISSUED));
    }
    return reason;
}

static enum reason check_wish(const struct draft *draft, struct wish *wish) {
    enum reason reason = refuse_hours(draft, wish);
    if (reason == REASON_NONE) {
        reason = refuse_class(draft, wish);
    }
    if (reason == REASON_NONE) {
        reason = refuse_person(draft, wish);
    }
    if (reason == REASON_NONE) {
        reason = refuse_quota(draft->hall, wish);
    }
    return reason == REASON_NONE ? take_numbers(draft, wish) : reason;
}

static bool is_appointment(const struct wish *wish) {
    return wish->booking != NULL && wish->booking->slot_ms != 0;
}

/* The place of an appointment was given before: neither the last-ticket time nor the quota takes it away. */
static enum reason refuse_hours(const struct draft *draft, const struct wish *wish) {
    if (wish->booking != NULL) {
        enum reason reason = booking_refuse(draft->hall, wish->booking, draft->now_ms);
        if (reason != REASON_NONE) {
            return reason;
        }
    }
    enum reason reason = hours_refuse(draft->hall, wish->service, draft->now_ms);
    return reason == REASON_TOO_LATE && is_appointment(wish) ? REASON_NONE : reason;
}

/*
 * A page's ticket is the guide desk's, also when it is a manager who stands in for the guide: it is given by hand, to
 * somebody who asked a person. A key is a dispenser's. Programs say where they were asked, or are the back office.
 */
static enum ticket_channel channel_of(const struct command *command) {
    if (command->channel != CHANNEL_NONE) {
        return command->channel;
    }
    switch (command->by.kind) {
    case BY_KEY:
    case BY_DEVICE:
        return CHANNEL_DISPENSER;
    case BY_PAGE:
        return CHANNEL_GUIDE;
    case BY_NONE:
    case BY_MQTT:
    case BY_CLI:
    case BY_RULE:
        return CHANNEL_COMMAND;
    }
    return CHANNEL_COMMAND;
}

static void wish_of_booking(const struct draft *draft, const struct booking *booking,
                            struct wish *wish) {
    wish->booking = booking;
    wish->service = rules_service(&draft->hall->rules, booking->service);
    wish->class = (enum ticket_class)booking->class;
    wish->ground = (enum ground)booking->ground;
    wish->channel = booking->slot_ms != 0 ? CHANNEL_APPOINTMENT : CHANNEL_PRECHECK;
    wish->person = booking->person;
}

/* With a code the ticket is what was booked or approved; the command may say how many errands and more services. */
static enum reason read_code(const struct draft *draft, struct wish *wish) {
    if ((draft->command->has & COMMAND_HAS(ARG_CODE)) == 0) {
        return REASON_NONE;
    }
    const struct booking *booking = booking_of_command(draft);
    if (booking == NULL || rules_service(&draft->hall->rules, booking->service) != wish->service) {
        return REASON_BAD_CODE;
    }
    if (booking->state == BOOKING_CHECKED_IN) {
        return REASON_ALREADY;
    }
    wish_of_booking(draft, booking, wish);
    return REASON_NONE;
}

/* Done at one it waits for the next, so those behind the first must not need what only the first had. */
static enum reason check_steps(const struct draft *draft, const struct wish *wish,
                               const char *first) {
    const struct name_list *steps = &wish->steps;
    if (steps->is_all || steps->count > STEPS_MAX ||
        (steps->count > 0 && strcmp(steps->names[0], first) != 0)) {
        return REASON_BAD_ARGUMENT;
    }
    uint64_t seen = 0;
    for (unsigned i = 0; i < steps->count; i++) {
        unsigned service = rules_service(&draft->hall->rules, steps->names[i]);
        if (service == 0) {
            return REASON_NO_SUCH;
        }
        if (i > 0 && draft->hall->rules.services[service].needs_precheck) {
            return REASON_PRECHECK_NEEDED;
        }
        if ((seen >> service & 1U) != 0) {
            return REASON_BAD_ARGUMENT; /* one service twice */
        }
        seen |= UINT64_C(1) << service;
    }
    return REASON_NONE;
}

/* A list of one is no list. A list without `service` begins with its first. */
static enum reason read_wish(const struct draft *draft, struct wish *wish) {
    const struct command *command = draft->command;
    *wish = (struct wish){ .class = command->class == CLASS_NONE ? CLASS_NORMAL : command->class,
                           .ground = command->ground,
                           .channel = channel_of(command),
                           .person = command->person,
                           .print = command->print,
                           .device = NO_PLACE };
    if ((command->has & COMMAND_HAS(ARG_SERVICES)) != 0) {
        wish->steps = command->services;
    }
    const char *first = command->service;
    if (first[0] == 0 && wish->steps.count > 0) {
        first = wish->steps.names[0];
    }
    wish->service = rules_service(&draft->hall->rules, first);
    if (wish->service == 0) {
        return REASON_NO_SUCH;
    }
    enum reason reason = check_steps(draft, wish, first);
    wish->steps.count = wish->steps.count == 1 ? 0 : wish->steps.count;
    return reason == REASON_NONE ? read_code(draft, wish) : reason;
}

static enum class_source source_of(const struct command *command) {
    switch (command->by.kind) {
    case BY_KEY:
    case BY_DEVICE:
        return SOURCE_KEY;
    case BY_PAGE:
        return command->is_guide ? SOURCE_GUIDE : SOURCE_PAGE;
    case BY_NONE:
    case BY_MQTT:
    case BY_CLI:
    case BY_RULE:
        return SOURCE_COMMAND;
    }
    return SOURCE_COMMAND;
}

bool ticket_may_give(const struct draft *draft, enum ticket_class class) {
    uint32_t sources = draft->hall->rules.classes[class].channels;
    return (sources >> source_of(draft->command) & 1U) != 0;
}

static enum reason refuse_class(const struct draft *draft, const struct wish *wish) {
    const struct class_rule *rule = &draft->hall->rules.classes[wish->class];
    if (wish->booking != NULL) {
        return REASON_NONE;
    }
    if (draft->hall->rules.services[wish->service].needs_precheck && !wish->is_prechecked) {
        return REASON_PRECHECK_NEEDED;
    }
    if (draft->command->ground != GROUND_NONE && wish->class != CLASS_GREEN) {
        return REASON_BAD_ARGUMENT;
    }
    if (wish->class == CLASS_NORMAL) {
        return REASON_NONE;
    }
    bool may = ticket_may_give(draft, wish->class) ||
               (wish->is_prechecked && (rule->channels >> SOURCE_CODE & 1U) != 0);
    may = may && (rule->services >> wish->service & 1U) != 0 && wish->class != CLASS_APPOINTMENT;
    return may ? REASON_NONE : REASON_CLASS_NOT_ALLOWED;
}

/* Whoever is being served may already take the next one; whoever still waits, is called or held may not. */
static enum reason refuse_person(const struct draft *draft, const struct wish *wish) {
    const struct hall *hall = draft->hall;
    if (wish->person[0] == 0) {
        return REASON_NONE;
    }
    if (wish->booking == NULL &&
        booking_of_person(hall, hall->rules.services[wish->service].id, wish->person)) {
        return REASON_ALREADY_BOOKED;
    }
    uint64_t hash = ticket_person_hash(wish->person);
    for (uint16_t i = 0; i < hall->ticket_count; i++) {
        const struct ticket *ticket = &hall->tickets[i];
        bool waits = ticket->state == TICKET_PRINTING || ticket->state == TICKET_UNSURE ||
                     ticket->state == TICKET_WAITING || ticket->state == TICKET_CALLED ||
                     ticket->state == TICKET_HELD;
        if (ticket->person == hash && ticket->service == wish->service && waits) {
            return REASON_ALREADY_WAITING;
        }
    }
    return REASON_NONE;
}

static enum reason refuse_quota(const struct hall *hall, const struct wish *wish) {
    const struct service *service = &hall->services[wish->service];
    uint16_t quota = hall->rules.services[wish->service].quota;
    bool is_used =
        quota != 0 && !is_appointment(wish) && service->issued - service->not_printed >= quota;
    return is_used ? REASON_QUOTA_USED : REASON_NONE;
}

static uint16_t next_number(const struct hall *hall, const struct wish *wish) {
    const struct service_rule *rule = &hall->rules.services[wish->service];
    unsigned slot = prefix_slot(hall, rule->prefix);
    unsigned number = hall->services[wish->service].next_number;
    number = number < rule->first ? rule->first : number;
    while (slot != PREFIXES_MAX && number <= rule->last &&
           hall->numbers[slot][number] != NO_PLACE) {
        number++;
    }
    return number > rule->last ? 0 : (uint16_t)number;
}

/* Any free code will do; chance says where the search begins, so that codes can't be guessed from the number. */
static bool next_code(const struct draft *draft, uint16_t *code) {
    const struct hall *hall = draft->hall;
    const uint64_t *hashes = draft->input->command.code_hashes;
    for (unsigned i = 0; i < CHECK_IN_CODES; i++) {
        unsigned wanted = (draft->input->command.chance % CHECK_IN_CODES + i) % CHECK_IN_CODES;
        bool is_booked = hashes != NULL && booking_uses_code(hall, hashes[wanted]);
        if (live_ticket_of_code(hall, wanted) == NO_PLACE && !is_booked) {
            *code = (uint16_t)wanted;
            return true;
        }
    }
    return false;
}

static enum reason take_numbers(const struct draft *draft, struct wish *wish) {
    const struct hall *hall = draft->hall;
    const char *prefix = hall->rules.services[wish->service].prefix;
    wish->number = next_number(hall, wish);
    if (wish->number == 0) {
        return REASON_NUMBERS_USED;
    }
    if (hall->ticket_count >= hall->limits.tickets_per_day ||
        (prefix_slot(hall, prefix) == PREFIXES_MAX && hall->prefix_count == PREFIXES_MAX) ||
        !next_code(draft, &wish->code)) {
        return REASON_CAPACITY;
    }
    return wish->print[0] == 0 ? REASON_NONE : take_job(draft, wish);
}

/*
 * Jobs run 1..TICKET_JOB_MAX and around; never the number that the device says it has done, or it would not print. A
 * device whose last paper was a slip (a number above) goes on from 1. Never the last one given either: a device that
 * forgets `done` as it reboots would get that number twice in a row, and a job is written only once under its number.
 * After a restore jobs begin at `done` + 1 again, or behind what still stands to be printed. Nor is it one that the
 * device was holding unprinted when it came online: it would print the paper of before, and call it this one.
 */
static enum reason take_job(const struct draft *draft, struct wish *wish) {
    uint16_t place = live_device(draft->hall, wish->print);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    if (!draft->hall->devices[place].is_online) {
        return REASON_DEVICE_OFFLINE;
    }
    const struct device *device = &draft->hall->devices[place];
    uint16_t job = device->has_job ? device->last_job : device->done_job;
    do {
        job = job >= TICKET_JOB_MAX ? 1 : (uint16_t)(job + 1);
    } while (job == device->done_job || job == device->last_job || job == device->held_job ||
             ticket_awaits_job(draft->hall, place, job));
    wish->device = place;
    wish->job = job;
    return REASON_NONE;
}

static unsigned people_ahead(const struct hall *hall, unsigned service, int64_t turn_ms) {
    unsigned ahead = queue_ahead(hall, &hall->services[service].line, turn_ms);
    for (uint16_t place = hall->printing.issue_first; place != NO_PLACE;
         place = hall->tickets[place].issue_next) {
        const struct ticket *ticket = &hall->tickets[place];
        ahead += ticket->service == service && ticket->turn_ms <= turn_ms ? 1 : 0;
    }
    return ahead;
}

static void fill_print(const struct draft *draft, const struct wish *wish, struct event *event) {
    if (wish->device != NO_PLACE) {
        memcpy(event->dispenser, draft->hall->devices[wish->device].id, sizeof event->dispenser);
        event->job = wish->job;
        event->has |= EVENT_HAS(FIELD_DISPENSER) | EVENT_HAS(FIELD_JOB);
    }
    if (draft->input->command.has_estimate) {
        memcpy(event->estimate_s, draft->input->command.estimate_s, sizeof event->estimate_s);
        event->has |= EVENT_HAS(FIELD_ESTIMATE);
    }
}

static void fill_person(const struct command *command, const struct wish *wish,
                        struct event *event) {
    if (wish->person[0] != 0) {
        word_copy(event->person, sizeof event->person, wish->person);
        event->has |= EVENT_HAS(FIELD_PERSON);
    }
    if (command->for_count > 1) {
        event->for_count = command->for_count;
        event->has |= EVENT_HAS(FIELD_FOR);
    }
}

static int64_t turn_of(const struct draft *draft, const struct wish *wish) {
    return wish->booking == NULL ? ticket_turn_ms(draft->hall, wish->class, draft->now_ms)
                                 : booking_turn_ms(draft->hall, wish->booking, draft->now_ms);
}

/* The event names the booking by its slot and the hash of its code. */
static void fill_turn(const struct draft *draft, const struct wish *wish, struct event *event) {
    const struct booking *booking = wish->booking;
    event_set_turn(event, turn_of(draft, wish));
    if (booking == NULL) {
        return;
    }
    event_set_code(event, booking->code_hash, booking->code_end);
    if (booking->slot_ms != 0) {
        event->slot_ms = booking->slot_ms;
        event->has |= EVENT_HAS(FIELD_SLOT);
    }
}

static void fill_event(struct draft *draft, const struct wish *wish, struct event *event) {
    const struct hall *hall = draft->hall;
    event->day = hall->day;
    memcpy(event->ticket.prefix, hall->rules.services[wish->service].prefix,
           sizeof event->ticket.prefix);
    event->ticket.number = wish->number;
    event->class = wish->class;
    event->channel = wish->channel;
    event->code = wish->code;
    event->has |= EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_CLASS) | EVENT_HAS(FIELD_CHANNEL) |
                  EVENT_HAS(FIELD_CODE) | EVENT_HAS(FIELD_AHEAD);
    event_set_service(event, hall, wish->service);
    fill_turn(draft, wish, event);
    event->ahead = (uint16_t)people_ahead(hall, wish->service, event->turn_ms);
    if (wish->class == CLASS_GREEN) {
        event->ground = wish->ground == GROUND_NONE ? GROUND_OTHER : wish->ground;
        event->has |= EVENT_HAS(FIELD_GROUND);
    }
    if (wish->steps.count > 0) {
        event->more.assigned.own = wish->steps;
        event->has |= EVENT_HAS(FIELD_SERVICES);
    }
    fill_print(draft, wish, event);
    fill_person(draft->command, wish, event);
}

int64_t ticket_turn_ms(const struct hall *hall, enum ticket_class class, int64_t issued_ms) {
    const struct class_rule *rule = &hall->rules.classes[class];
    if (class == CLASS_NORMAL || class == CLASS_NONE) {
        return issued_ms;
    }
    return rule->is_always ? hall->begins_ms
                           : issued_ms - (int64_t)rule->advance_minutes * MINUTE_MS;
}
