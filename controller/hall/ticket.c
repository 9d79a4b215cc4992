#include "controller/hall/ticket.h"

#include <assert.h>
#include <string.h>

#include "controller/hall/booking.h"
#include "controller/hall/hours.h"

/* The reason of a ticket.unsure that a device's reboot caused; silence has none. */
static const char REBOOTED[] = "rebooted";

static int64_t return_turn_ms(const struct hall *hall, uint16_t place);
static enum reason refuse_return(const struct draft *draft, uint16_t place);
static enum reason check_in(struct draft *draft, uint16_t place);
static enum reason refuse_code(struct draft *draft);

uint16_t ticket_of_command(const struct draft *draft) {
    const struct command *command = draft->command;
    bool is_today = command->day == 0 || command->day == draft->hall->day;
    if ((command->has & COMMAND_HAS(ARG_TICKET)) == 0 || !is_today) {
        return NO_PLACE;
    }
    return live_ticket(draft->hall, command->ticket);
}

/* Given up before being called. Whoever is at a window is finished there. */
enum reason decide_ticket_cancel(struct draft *draft) {
    uint16_t place = ticket_of_command(draft);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct ticket *ticket = &draft->hall->tickets[place];
    if (ticket_is_ended(ticket) || ticket->state == TICKET_CALLED ||
        ticket->state == TICKET_SERVING) {
        return REASON_NOT_NOW;
    }
    const char *reason = draft->command->reason;
    event_set_reason(draft_ticket(draft, EVENT_TICKET_CANCELLED, place),
                     reason[0] == 0 ? "given_up" : reason);
    return REASON_NONE;
}

/* A no-show comes back; so does a ticket that nobody knew to be printed. */
enum reason decide_ticket_requeue(struct draft *draft) {
    uint16_t place = ticket_of_command(draft);
    return place == NO_PLACE ? REASON_NO_SUCH : check_in(draft, place);
}

const struct booking *ticket_booking_of_code(const struct draft *draft) {
    if (live_ticket_of_code(draft->hall, draft->command->code) != NO_PLACE) {
        return NULL;
    }
    const struct booking *booking = booking_of_command(draft);
    return booking != NULL && booking->state != BOOKING_CHECKED_IN ? booking : NULL;
}

enum reason decide_ticket_check_in(struct draft *draft) {
    const struct hall *hall = draft->hall;
    bool is_key = draft->by.kind == BY_KEY || draft->by.kind == BY_DEVICE;
    uint16_t device = is_key ? live_device(hall, draft->by.id) : NO_PLACE;
    if (device != NO_PLACE) {
        if (tries_are_used_up(&hall->devices[device].wrong_codes, draft->now_ms)) {
            return REASON_TOO_MANY;
        }
    }
    uint16_t place = live_ticket_of_code(hall, draft->command->code);
    if (place != NO_PLACE) {
        return check_in(draft, place);
    }
    const struct booking *booking = booking_of_command(draft);
    if (booking != NULL && booking->state == BOOKING_CHECKED_IN) {
        return ticket_is_ended(&hall->tickets[booking->ticket]) ? REASON_ALREADY
                                                                : check_in(draft, booking->ticket);
    }
    if (booking != NULL) {
        return ticket_issue_booked(draft, booking);
    }
    return device == NO_PLACE ? REASON_BAD_CODE : refuse_code(draft);
}

/* Wrong codes at a dispenser are facts: after five of them the journal must say why check-in is closed there. */
static enum reason refuse_code(struct draft *draft) {
    struct event *event = draft_add(draft, EVENT_COMMAND_REFUSED);
    word_copy(event->name, sizeof event->name, command_name(COMMAND_TICKET_CHECK_IN));
    word_copy(event->device, sizeof event->device, draft->by.id);
    event->has |= EVENT_HAS(FIELD_NAME) | EVENT_HAS(FIELD_DEVICE);
    event_set_reason(event, reason_word(REASON_BAD_CODE));
    return REASON_BAD_CODE;
}

static enum reason check_in(struct draft *draft, uint16_t place) {
    const struct ticket *ticket = &draft->hall->tickets[place];
    if (ticket->state == TICKET_WAITING) {
        return REASON_ALREADY;
    }
    if (ticket->state == TICKET_UNSURE) {
        struct event *event = draft_ticket(draft, EVENT_TICKET_CHECKED_IN, place);
        event_set_turn(event, ticket->turn_ms);
        return REASON_NONE;
    }
    if (ticket->state != TICKET_NO_SHOW) {
        return REASON_NOT_NOW;
    }
    enum reason reason = refuse_return(draft, place);
    if (reason == REASON_NONE) {
        event_set_turn(draft_ticket(draft, EVENT_TICKET_REQUEUED, place),
                       return_turn_ms(draft->hall, place));
    }
    return reason;
}

static int64_t return_ends_ms(const struct hall *hall, const struct ticket *ticket) {
    return hours_add(hall, ticket->since_ms, (int64_t)hall->rules.no_show.minutes * MINUTE_MS);
}

static enum reason refuse_return(const struct draft *draft, uint16_t place) {
    const struct ticket *ticket = &draft->hall->tickets[place];
    bool is_over = ticket->no_shows > draft->hall->rules.no_show.times ||
                   draft->now_ms >= return_ends_ms(draft->hall, ticket);
    return is_over ? REASON_RETURN_OVER : REASON_NONE;
}

static bool is_always(const struct hall *hall, const struct ticket *ticket) {
    return hall->rules.classes[ticket->class].is_always;
}

/* 1 ms after the `behind`-th ticket that is no "always", or after the last one; never before its own turn. */
static int64_t return_turn_ms(const struct hall *hall, uint16_t returning) {
    const struct ticket *ticket = &hall->tickets[returning];
    const struct line *line = &hall->services[ticket->service].line;
    uint32_t behind = hall->rules.no_show.behind;
    int64_t turn_ms = INT64_MIN;
    for (uint16_t place = line->turn_first; place != NO_PLACE && behind > 0;
         place = hall->tickets[place].turn_next) {
        if (!is_always(hall, &hall->tickets[place])) {
            turn_ms = hall->tickets[place].turn_ms;
            behind--;
        }
    }
    if (turn_ms < ticket->turn_ms) {
        turn_ms = ticket->turn_ms;
    }
    return turn_ms + 1;
}

/* The number stays; the turn is made anew from the time of issue. */
enum reason decide_ticket_reclass(struct draft *draft) {
    const struct command *command = draft->command;
    uint16_t place = ticket_of_command(draft);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct ticket *ticket = &draft->hall->tickets[place];
    const struct class_rule *rule = &draft->hall->rules.classes[command->class];
    if (command->class == CLASS_NONE || (command->class != CLASS_GREEN && command->ground != 0)) {
        return REASON_BAD_ARGUMENT;
    }
    if (command->class == CLASS_APPOINTMENT ||
        (command->class != CLASS_NORMAL && ((rule->services >> ticket->service & 1U) == 0 ||
                                            !ticket_may_give(draft, command->class)))) {
        return REASON_CLASS_NOT_ALLOWED;
    }
    if (ticket_is_ended(ticket) || ticket->state == TICKET_CALLED ||
        ticket->state == TICKET_SERVING) {
        return REASON_NOT_NOW;
    }
    struct event *event = draft_ticket(draft, EVENT_TICKET_RECLASSED, place);
    event->class = command->class;
    if (command->class == CLASS_GREEN) {
        event->ground = command->ground == GROUND_NONE ? GROUND_OTHER : command->ground;
        event->has |= EVENT_HAS(FIELD_GROUND);
    }
    event_set_turn(event, ticket_turn_ms(draft->hall, command->class, ticket->issued_ms));
    return REASON_NONE;
}

/* --- print reports -------------------------------------------------------------------------------------------- */

/* The newest: job numbers come again after a reboot, and an older ticket's paper came out before it, or never. */
static uint16_t ticket_of_job(const struct hall *hall, const struct line *line, uint16_t device,
                              uint16_t job) {
    for (uint16_t place = line->issue_last; place != NO_PLACE;
         place = hall->tickets[place].issue_prev) {
        if (hall->tickets[place].dispenser == device && hall->tickets[place].job == job) {
            return place;
        }
    }
    return NO_PLACE;
}

bool ticket_awaits_job(const struct hall *hall, uint16_t device, uint16_t job) {
    return ticket_of_job(hall, &hall->printing, device, job) != NO_PLACE ||
           ticket_of_job(hall, &hall->unsure, device, job) != NO_PLACE;
}

uint16_t ticket_newest_job(const struct hall *hall, uint16_t device) {
    const struct line *const lines[] = { &hall->printing, &hall->unsure };
    uint16_t newest = NO_PLACE;
    for (unsigned i = 0; i < 2; i++) {
        for (uint16_t place = lines[i]->issue_first; place != NO_PLACE;
             place = hall->tickets[place].issue_next) {
            bool is_its = hall->tickets[place].dispenser == device && hall->tickets[place].job != 0;
            newest = is_its && (newest == NO_PLACE || place > newest) ? place : newest;
        }
    }
    return newest == NO_PLACE ? 0 : hall->tickets[newest].job;
}

/* The first in the order of issue whose job may be written: a reboot has taken the number from some that are unsure. */
static uint16_t first_with_job(const struct hall *hall, const struct line *line, uint16_t device) {
    uint16_t place = line->issue_first;
    while (place != NO_PLACE &&
           (hall->tickets[place].dispenser != device || hall->tickets[place].job == 0)) {
        place = hall->tickets[place].issue_next;
    }
    return place;
}

/*
 * The oldest, and a job that silence has left unsure among them: it is written under its number until `done` says so.
 * Behind a newer job it would come too late, because a dispenser knows only the last job as done.
 */
uint16_t ticket_to_print(const struct hall *hall, uint16_t device) {
    uint16_t printing = first_with_job(hall, &hall->printing, device);
    uint16_t unsure = first_with_job(hall, &hall->unsure, device);
    /* Places are given in the order of issue, and none is the highest. */
    return unsure < printing ? unsure : printing;
}

static void add_print_event(struct draft *draft, enum event_type type, uint16_t place) {
    const struct ticket *ticket = &draft->hall->tickets[place];
    struct event *event = draft_ticket(draft, type, place);
    memcpy(event->dispenser, draft->hall->devices[ticket->dispenser].id, sizeof event->dispenser);
    event->job = ticket->job;
    event->has |= EVENT_HAS(FIELD_DISPENSER) | EVENT_HAS(FIELD_JOB);
    if (type == EVENT_TICKET_CANCELLED) {
        event_set_reason(event, "not_printed");
    }
}

/* A job nobody waits for (called by number meanwhile, or of yesterday) is no news. */
void decide_print_report(struct draft *draft, const struct device_report *report, uint16_t device) {
    const struct hall *hall = draft->hall;
    uint16_t printing = ticket_of_job(hall, &hall->printing, device, report->job);
    uint16_t unsure = ticket_of_job(hall, &hall->unsure, device, report->job);
    uint16_t place = printing != NO_PLACE ? printing : unsure;
    if (place == NO_PLACE) {
        return;
    }
    if (report->kind == REPORT_NOT_PRINTED) {
        add_print_event(draft, EVENT_TICKET_CANCELLED, place);
    } else if (report->kind == REPORT_PRINTED) {
        add_print_event(draft, printing != NO_PLACE ? EVENT_TICKET_PRINTED : EVENT_TICKET_RESTORED,
                        place);
    } else if (report->kind == REPORT_UNSURE && printing != NO_PLACE) {
        add_print_event(draft, EVENT_TICKET_UNSURE, place);
        if (report->rebooted) {
            event_set_reason(&draft->out->events[draft->out->count - 1], REBOOTED);
        }
    }
}

/* One that silence has left unsure loses its job as the device comes online: see forget_unsure_jobs. */
void ticket_say_rebooted(struct draft *draft, uint16_t place) {
    if (draft->hall->tickets[place].state == TICKET_PRINTING) {
        add_print_event(draft, EVENT_TICKET_UNSURE, place);
        event_set_reason(&draft->out->events[draft->out->count - 1], REBOOTED);
    }
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

void ticket_move(struct hall *hall, uint16_t place, enum ticket_state state, int64_t now_ms) {
    struct ticket *ticket = &hall->tickets[place];
    queue_remove(hall, place);
    ticket->state = (uint8_t)state;
    ticket->since_ms = now_ms;
    queue_insert(hall, place);
}

static uint16_t ticket_of_event(const struct hall *hall, const struct event *event) {
    uint16_t place = live_ticket(hall, event->ticket);
    assert(place != NO_PLACE);
    return place;
}

void apply_ticket_printed(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of_event(hall, event);
    const struct ticket *ticket = &hall->tickets[place];
    if (ticket->dispenser != NO_PLACE) {
        hall->devices[ticket->dispenser].done_job = event->job;
    }
    ticket_move(hall, place, TICKET_WAITING, event->time_ms);
}

/* After silence the job is written again; a device that rebooted may have printed it and forgotten, so it never is. */
void apply_ticket_unsure(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of_event(hall, event);
    if (strcmp(event->reason, REBOOTED) == 0) {
        hall->tickets[place].job = 0;
    }
    ticket_move(hall, place, TICKET_UNSURE, event->time_ms);
}

static void set_turn(struct hall *hall, uint16_t place, const struct event *event, bool is_moved) {
    queue_remove(hall, place);
    hall->tickets[place].turn_ms = event->turn_ms;
    hall->tickets[place].is_moved = is_moved;
    queue_insert(hall, place);
}

/* Requeued and checked in. */
void apply_ticket_requeued(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of_event(hall, event);
    bool is_moved = hall->tickets[place].turn_ms != event->turn_ms;
    set_turn(hall, place, event, is_moved || hall->tickets[place].is_moved);
    ticket_move(hall, place, TICKET_WAITING, event->time_ms);
}

void apply_ticket_reclassed(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of_event(hall, event);
    hall->tickets[place].class = (uint8_t)event->class;
    hall->tickets[place].ground = (uint8_t)event->ground;
    hall->tickets[place].first_turn_ms = event->turn_ms;
    set_turn(hall, place, event, false);
}

void apply_ticket_near(struct hall *hall, const struct event *event) {
    hall->tickets[ticket_of_event(hall, event)].is_near = true;
}

void apply_ticket_ended(struct hall *hall, const struct event *event) {
    uint16_t place = ticket_of_event(hall, event);
    struct ticket *ticket = &hall->tickets[place];
    bool is_cancelled = event->type == EVENT_TICKET_CANCELLED;
    if (ticket->state == TICKET_HELD) {
        hall->windows[live_window(hall, ticket->window)].held = NO_PLACE;
    }
    if (is_cancelled && strcmp(event->reason, "not_printed") == 0) {
        hall->services[ticket->service].not_printed++;
        booking_give_back(hall, place);
    }
    ticket_move(hall, place, is_cancelled ? TICKET_CANCELLED : TICKET_EXPIRED, event->time_ms);
}

/* --- ticks ---------------------------------------------------------------------------------------------------- */

int64_t ticket_due_expiry(const struct hall *hall, unsigned *due) {
    int64_t due_ms = INT64_MAX;
    for (uint16_t place = hall->missed.turn_first; place != NO_PLACE;
         place = hall->tickets[place].turn_next) {
        int64_t ends_ms = return_ends_ms(hall, &hall->tickets[place]);
        if (ends_ms < due_ms) {
            due_ms = ends_ms;
            *due = place;
        }
    }
    return due_ms;
}

void ticket_expire(struct draft *draft, unsigned place) {
    struct event *event = draft_ticket(draft, EVENT_TICKET_EXPIRED, (uint16_t)place);
    event_set_reason(event, "no_show");
}

/* The first of a line that has no more than `near_ahead` before it and was not told so. */
static uint16_t near_of_line(const struct hall *hall, const struct line *line) {
    uint16_t place = line->turn_first;
    for (uint32_t ahead = 0; place != NO_PLACE && ahead <= hall->rules.near_ahead; ahead++) {
        if (!hall->tickets[place].is_near) {
            return place;
        }
        place = hall->tickets[place].turn_next;
    }
    return NO_PLACE;
}

/* Who is bound to a window has those before it that wait for that window. */
int64_t ticket_due_near(const struct hall *hall, unsigned *due) {
    uint16_t place = NO_PLACE;
    for (unsigned i = 1; i < SERVICES_MAX && place == NO_PLACE; i++) {
        place = near_of_line(hall, &hall->services[i].line);
    }
    for (unsigned i = 0; hall->bound_count > 0 && i < hall->window_count && place == NO_PLACE;
         i++) {
        place = near_of_line(hall, &hall->windows[i].line);
    }
    *due = place == NO_PLACE ? *due : place;
    return place == NO_PLACE ? INT64_MAX : hall->last_ms;
}

void ticket_say_near(struct draft *draft, unsigned place) {
    const struct hall *hall = draft->hall;
    struct event *event = draft_ticket(draft, EVENT_TICKET_NEAR, (uint16_t)place);
    uint16_t other = hall->tickets[place].turn_prev;
    for (; other != NO_PLACE; other = hall->tickets[other].turn_prev) {
        event->ahead++;
    }
    event->has |= EVENT_HAS(FIELD_AHEAD);
}
