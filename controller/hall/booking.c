#include "controller/hall/booking.h"

#include <stdio.h>
#include <string.h>

#include "controller/hall/calendar.h"
#include "controller/hall/hours.h"
#include "controller/hall/ticket.h"

enum { MISSED_AFTER_MS = 30 * MINUTE_MS, CODE_END = 100 };

static bool is_of_today(const struct hall *hall, const struct booking *booking);
static int64_t missed_ms(const struct hall *hall, const struct booking *booking);
static enum reason refuse_slot(const struct draft *draft, unsigned service);
static enum reason refuse_taken(const struct draft *draft, const struct booking *precheck);
static enum reason take_code(const struct draft *draft, bool is_today, uint16_t *code);
static void set_booking(struct event *event, const struct booking *booking);

/* --- looking -------------------------------------------------------------------------------------------------- */

static const struct booking *booking_of_hash(const struct hall *hall, uint64_t hash) {
    for (unsigned i = 0; i < hall->booking_count; i++) {
        if (hall->bookings[i].code_hash == hash) {
            return &hall->bookings[i];
        }
    }
    return NULL;
}

/* 0: no hashes were handed in, or no code was named. */
static uint64_t hash_of_command(const struct draft *draft) {
    const uint64_t *hashes = draft->input->command.code_hashes;
    bool has_code = (draft->command->has & COMMAND_HAS(ARG_CODE)) != 0;
    return hashes == NULL || !has_code ? 0 : hashes[draft->command->code % CHECK_IN_CODES];
}

const struct booking *booking_of_command(const struct draft *draft) {
    uint64_t hash = hash_of_command(draft);
    const struct booking *booking = hash == 0 ? NULL : booking_of_hash(draft->hall, hash);
    return booking == NULL || !is_of_today(draft->hall, booking) ? NULL : booking;
}

/* A precheck is of every day until it lapses. */
static bool is_of_today(const struct hall *hall, const struct booking *booking) {
    return booking->slot_ms == 0 ||
           (booking->slot_ms >= hall->begins_ms && booking->slot_ms < hall->ends_ms);
}

bool booking_uses_code(const struct hall *hall, uint64_t hash) {
    const struct booking *booking = booking_of_hash(hall, hash);
    return booking != NULL && is_of_today(hall, booking);
}

static int64_t grace_ends_ms(const struct hall *hall, const struct booking *booking) {
    return booking->slot_ms + (int64_t)hall->rules.appointments.grace_minutes * MINUTE_MS;
}

static int64_t missed_ms(const struct hall *hall, const struct booking *booking) {
    return grace_ends_ms(hall, booking) + MISSED_AFTER_MS;
}

enum reason booking_refuse(const struct hall *hall, const struct booking *booking, int64_t now_ms) {
    bool is_over = booking->state == BOOKING_MISSED ||
                   (booking->slot_ms != 0 && now_ms >= missed_ms(hall, booking));
    return is_over ? REASON_SLOT_OVER : REASON_NONE;
}

/* Who comes in time has the turn of the slot, who comes late that of the check-in; a precheck's is that of its class. */
int64_t booking_turn_ms(const struct hall *hall, const struct booking *booking, int64_t now_ms) {
    if (booking->slot_ms == 0) {
        return ticket_turn_ms(hall, (enum ticket_class)booking->class, now_ms);
    }
    return now_ms <= grace_ends_ms(hall, booking) ? booking->slot_ms : now_ms;
}

bool booking_of_person(const struct hall *hall, const char *service, const char *person) {
    for (unsigned i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        if (booking->slot_ms != 0 && booking->state == BOOKING_BOOKED &&
            is_of_today(hall, booking) && strcmp(booking->service, service) == 0 &&
            strcmp(booking->person, person) == 0) {
            return true;
        }
    }
    return false;
}

/* --- appointments --------------------------------------------------------------------------------------------- */

/* The day of the slot and its spans: today as it stands, another day as it was handed in. NULL: not known. */
static const struct hall_day *day_of_slot(const struct draft *draft, struct hall_day *today) {
    const struct hall *hall = draft->hall;
    int64_t slot_ms = draft->command->slot_ms;
    *today = (struct hall_day){ hall->day, hall->begins_ms, hall->ends_ms, &hall->times };
    const struct hall_day *day = slot_ms >= hall->begins_ms && slot_ms < hall->ends_ms
                                     ? today
                                     : draft->input->command.slot_day;
    bool is_known = day != NULL && slot_ms >= day->begins_ms && slot_ms < day->ends_ms;
    return is_known ? day : NULL;
}

static bool is_slot(const struct span_list *spans, int64_t slot_ms, int64_t length_ms) {
    for (unsigned i = 0; i < spans->count; i++) {
        const struct time_span *span = &spans->spans[i];
        if (slot_ms >= span->begin_ms && slot_ms + length_ms <= span->end_ms) {
            return (slot_ms - span->begin_ms) % length_ms == 0;
        }
    }
    return false;
}

static enum reason refuse_slot(const struct draft *draft, unsigned service) {
    const struct hall *hall = draft->hall;
    struct hall_day today;
    int64_t slot_ms = draft->command->slot_ms;
    int64_t length_ms = (int64_t)hall->rules.appointments.slot_minutes * MINUTE_MS;
    const struct hall_day *day = day_of_slot(draft, &today);
    if (day == NULL || slot_ms <= draft->now_ms || length_ms == 0 ||
        !is_slot(times_of_service(day->times, hall->rules.services[service].id), slot_ms,
                 length_ms)) {
        return REASON_NO_SUCH_SLOT;
    }
    int32_t ahead = date_to_days(day->day) - date_to_days(hall->day);
    if (ahead > (int32_t)hall->rules.appointments.days_ahead) {
        return REASON_TOO_FAR_AHEAD;
    }
    const struct service *live = &hall->services[service];
    bool is_stopped = live->is_stopped && (live->stopped_until_ms > slot_ms ||
                                           (live->stopped_until_ms == 0 && day == &today));
    return is_stopped ? REASON_SERVICE_STOPPED : REASON_NONE;
}

/* One person has one appointment a service and slot; a slot takes so many, whoever came meanwhile counts. */
static enum reason refuse_taken(const struct draft *draft, const struct booking *precheck) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    uint32_t taken = 0;
    for (unsigned i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        if (booking->slot_ms != command->slot_ms ||
            strcmp(booking->service, command->service) != 0) {
            continue;
        }
        if (command->person[0] != 0 && strcmp(booking->person, command->person) == 0) {
            return REASON_ALREADY_BOOKED;
        }
        taken++;
    }
    if (taken >= hall->rules.appointments.per_slot) {
        return REASON_SLOT_FULL;
    }
    return hall->booking_count >= hall->bookings_max && precheck == NULL ? REASON_BOOKINGS_FULL
                                                                         : REASON_NONE;
}

/* The precheck that the appointment takes over: it stands under the code that the booking names. */
static const struct booking *precheck_of_command(const struct draft *draft) {
    const struct booking *booking = booking_of_command(draft);
    bool is_it = booking != NULL && booking->slot_ms == 0 && booking->state == BOOKING_BOOKED &&
                 strcmp(booking->service, draft->command->service) == 0;
    return is_it ? booking : NULL;
}

static bool code_is_free(const struct draft *draft, bool is_today, unsigned code) {
    return booking_of_hash(draft->hall, draft->input->command.code_hashes[code]) == NULL &&
           !(is_today && live_ticket_of_code(draft->hall, code) != NO_PLACE);
}

/* The code that the command asks for, else any: chance says where the search begins. */
static enum reason take_code(const struct draft *draft, bool is_today, uint16_t *code) {
    const struct command *command = draft->command;
    if ((command->has & COMMAND_HAS(ARG_CODE)) != 0) {
        *code = command->code;
        return code_is_free(draft, is_today, *code) ? REASON_NONE : REASON_CODE_USED;
    }
    for (unsigned i = 0; i < CHECK_IN_CODES; i++) {
        unsigned wanted = (draft->input->command.chance % CHECK_IN_CODES + i) % CHECK_IN_CODES;
        if (code_is_free(draft, is_today, wanted)) {
            *code = (uint16_t)wanted;
            return REASON_NONE;
        }
    }
    return REASON_BOOKINGS_FULL;
}

/* Who asked is told the code; the event says only its end and its hash. */
static void give_code(struct draft *draft, struct event *event, uint16_t code) {
    char end[CODE_END_SIZE];
    snprintf(end, sizeof end, "%02u", code % CODE_END);
    event_set_code(event, draft->input->command.code_hashes[code], end);
    draft->out->code = code;
    draft->out->has_code = true;
}

static void set_person(const struct command *command, struct event *event) {
    if (command->person[0] != 0) {
        word_copy(event->person, sizeof event->person, command->person);
        event->has |= EVENT_HAS(FIELD_PERSON);
    }
}

enum reason decide_appointment_book(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    unsigned service = rules_service(&hall->rules, command->service);
    if (draft->input->command.code_hashes == NULL) {
        return REASON_NOT_ABLE;
    }
    if (service == 0) {
        return REASON_NO_SUCH;
    }
    const struct booking *precheck = precheck_of_command(draft);
    if (hall->rules.services[service].needs_precheck && precheck == NULL) {
        return REASON_PRECHECK_NEEDED;
    }
    enum reason reason = refuse_slot(draft, service);
    if (reason == REASON_NONE) {
        reason = refuse_taken(draft, precheck);
    }
    uint16_t code = command->code;
    if (reason == REASON_NONE && precheck == NULL) {
        reason = take_code(draft, command->slot_ms < hall->ends_ms, &code);
    }
    if (reason == REASON_NONE) {
        struct event *event = draft_add(draft, EVENT_APPOINTMENT_BOOKED);
        event_set_service(event, hall, service);
        event->slot_ms = command->slot_ms;
        event->has |= EVENT_HAS(FIELD_SLOT);
        give_code(draft, event, code);
        set_person(command, event);
    }
    return reason;
}

enum reason decide_appointment_cancel(struct draft *draft) {
    uint64_t hash = hash_of_command(draft);
    const struct booking *booking = hash == 0 ? NULL : booking_of_hash(draft->hall, hash);
    if (booking == NULL || booking->slot_ms == 0) {
        return REASON_BAD_CODE;
    }
    if (booking->state != BOOKING_BOOKED) {
        return REASON_NOT_NOW;
    }
    struct event *event = draft_add(draft, EVENT_APPOINTMENT_CANCELLED);
    set_booking(event, booking);
    event_set_reason(event, draft->command->reason);
    return REASON_NONE;
}

static void set_booking(struct event *event, const struct booking *booking) {
    memcpy(event->service, booking->service, sizeof event->service);
    event->slot_ms = booking->slot_ms;
    event->has |= EVENT_HAS(FIELD_SERVICE) | EVENT_HAS(FIELD_SLOT);
    event_set_code(event, booking->code_hash, booking->code_end);
    if (booking->person[0] != 0) {
        word_copy(event->person, sizeof event->person, booking->person);
        event->has |= EVENT_HAS(FIELD_PERSON);
    }
}

void event_set_code(struct event *event, uint64_t hash, const char *end) {
    snprintf(event->code_hash, sizeof event->code_hash, "%016llx", (unsigned long long)hash);
    word_copy(event->code_end, sizeof event->code_end, end);
    event->has |= EVENT_HAS(FIELD_CODE_HASH);
}

/* --- prechecks ------------------------------------------------------------------------------------------------ */

static enum ticket_class class_of_precheck(const struct command *command) {
    return command->class == CLASS_NONE ? CLASS_NORMAL : command->class;
}

/* With a dispenser named the ticket comes at once, and there is no code. */
enum reason decide_precheck_approve(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    bool is_printed = command->print[0] != 0;
    unsigned service = rules_service(&hall->rules, command->service);
    uint16_t code = 0;
    if (service == 0) {
        return REASON_NO_SUCH;
    }
    if (!is_printed && draft->input->command.code_hashes == NULL) {
        return REASON_NOT_ABLE;
    }
    enum reason reason = ticket_refuse_precheck(draft);
    if (reason == REASON_NONE && !is_printed) {
        reason = hall->booking_count >= hall->bookings_max ? REASON_BOOKINGS_FULL
                                                           : take_code(draft, true, &code);
    }
    if (reason != REASON_NONE) {
        return reason;
    }
    struct event *event = draft_add(draft, EVENT_PRECHECK_APPROVED);
    event_set_service(event, hall, service);
    event->class = class_of_precheck(command);
    event->has |= EVENT_HAS(FIELD_CLASS);
    if (event->class == CLASS_GREEN) {
        event->ground = command->ground == GROUND_NONE ? GROUND_OTHER : command->ground;
        event->has |= EVENT_HAS(FIELD_GROUND);
    }
    set_person(command, event);
    event_set_note(event, draft);
    if (is_printed) {
        return ticket_issue_prechecked(draft);
    }
    give_code(draft, event, code);
    event->day =
        date_of_days(date_to_days(hall->day) + (int32_t)hall->rules.appointments.days_ahead);
    event->has |= EVENT_HAS(FIELD_DAY);
    return REASON_NONE;
}

/* --- ticks ---------------------------------------------------------------------------------------------------- */

int64_t booking_due_missed(const struct hall *hall, unsigned *place) {
    *place = hall->booking_due;
    return hall->bookings_due_ms;
}

void booking_find_due(struct hall *hall) {
    hall->bookings_due_ms = INT64_MAX;
    hall->booking_due = 0;
    for (uint16_t i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        bool waits = booking->slot_ms != 0 && booking->state == BOOKING_BOOKED;
        if (waits && missed_ms(hall, booking) < hall->bookings_due_ms) {
            hall->bookings_due_ms = missed_ms(hall, booking);
            hall->booking_due = i;
        }
    }
}

void booking_say_missed(struct draft *draft, unsigned place) {
    set_booking(draft_add_rule(draft, EVENT_APPOINTMENT_MISSED, "appointment"),
                &draft->hall->bookings[place]);
}
