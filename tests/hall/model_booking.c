/* Appointments and prechecks, said as plainly as it can be: a list, looked through for everything. */
#include <stdlib.h>
#include <string.h>

#include "tests/hall/model.h"

#define MINUTE_MS INT64_C(60000)

static struct model_booking *booking_of(struct model *model, const struct event *event) {
    for (unsigned i = 0; i < model->booking_count; i++) {
        if (strcmp(model->bookings[i].hash, event->code_hash) == 0) {
            return &model->bookings[i];
        }
    }
    return NULL;
}

static void drop(struct model *model, const struct model_booking *booking) {
    unsigned place = (unsigned)(booking - model->bookings);
    model->bookings[place] = model->bookings[--model->booking_count];
}

static void add(struct model *model, const struct event *event) {
    if (model->booking_count == MODEL_BOOKINGS) {
        model_fault(model, "more bookings than the model holds");
        return;
    }
    struct model_booking *booking = &model->bookings[model->booking_count++];
    *booking = (struct model_booking){ .slot_ms = event->slot_ms, .last_day = event->day };
    memcpy(booking->hash, event->code_hash, HASH_SIZE);
    memcpy(booking->service, event->service, NAME_SIZE);
    memcpy(booking->person, event->person, HASH_SIZE);
}

static void on_booked(struct model *model, const struct event *event) {
    unsigned taken = 0;
    const struct model_booking *other = booking_of(model, event);
    for (unsigned i = 0; i < model->booking_count; i++) {
        const struct model_booking *booking = &model->bookings[i];
        bool is_same =
            booking->slot_ms == event->slot_ms && strcmp(booking->service, event->service) == 0;
        taken += is_same;
        if (is_same && event->person[0] != 0 && strcmp(booking->person, event->person) == 0) {
            model_fault(model, "somebody booked the same slot twice");
        }
    }
    if (taken >= model->rules.appointments.per_slot || event->slot_ms <= event->time_ms) {
        model_fault(model, "booked a slot that is full or over");
    }
    if (other != NULL && other->slot_ms == 0 && !other->is_used) {
        drop(model, other); /* the precheck that it takes over */
    } else if (other != NULL) {
        model_fault(model, "two bookings under one code");
    }
    add(model, event);
}

static void on_approved(struct model *model, const struct event *event) {
    if ((event->has & EVENT_HAS(FIELD_CODE_HASH)) != 0) {
        if (booking_of(model, event) != NULL) {
            model_fault(model, "a precheck under a code that stands");
        }
        add(model, event);
    }
}

static int64_t missed_ms(const struct model *model, const struct model_booking *booking) {
    return booking->slot_ms + (model->rules.appointments.grace_minutes + 30) * MINUTE_MS;
}

static void on_gone(struct model *model, const struct event *event) {
    struct model_booking *booking = booking_of(model, event);
    bool is_missed = event->type == EVENT_APPOINTMENT_MISSED;
    if (booking == NULL || booking->is_used || booking->is_missed ||
        (is_missed && event->time_ms < missed_ms(model, booking))) {
        model_fault(model, "%s, which does not stand or is not over", event_type_name(event->type));
    } else if (is_missed && event->slot_ms >= model->begins_ms) {
        booking->is_missed = true;
    } else {
        drop(model, booking);
    }
}

static void on_issued(struct model *model, const struct event *event) {
    struct model_booking *booking = booking_of(model, event);
    bool is_of_today =
        booking != NULL && (booking->slot_ms == 0 || (booking->slot_ms >= model->begins_ms &&
                                                      booking->slot_ms < model->ends_ms));
    if (!is_of_today || booking->is_used || booking->is_missed ||
        booking->slot_ms != event->slot_ms ||
        (booking->slot_ms != 0 && event->time_ms >= missed_ms(model, booking))) {
        model_fault(model, "%s%03u comes of a booking that does not stand", event->ticket.prefix,
                    event->ticket.number);
        return;
    }
    booking->is_used = true;
    booking->ticket = event->ticket;
}

static void on_cancelled(struct model *model, const struct event *event) {
    for (unsigned i = 0; i < model->booking_count; i++) {
        struct model_booking *booking = &model->bookings[i];
        if (booking->is_used && ticket_no_equal(booking->ticket, event->ticket) &&
            strcmp(event->reason, "not_printed") == 0) {
            booking->is_used = false;
        }
    }
}

static void on_day(struct model *model, const struct event *event) {
    for (unsigned i = model->booking_count; i-- > 0;) {
        const struct model_booking *booking = &model->bookings[i];
        if (booking->is_used || booking->is_missed ||
            (booking->slot_ms == 0 && booking->last_day < event->day)) {
            drop(model, booking);
        }
    }
}

void model_booking_event(struct model *model, const struct event *event) {
    if (event->type == EVENT_APPOINTMENT_BOOKED) {
        on_booked(model, event);
    } else if (event->type == EVENT_PRECHECK_APPROVED) {
        on_approved(model, event);
    } else if (event->type == EVENT_APPOINTMENT_CANCELLED ||
               event->type == EVENT_APPOINTMENT_MISSED) {
        on_gone(model, event);
    } else if (event->type == EVENT_TICKET_ISSUED && event->code_hash[0] != 0) {
        on_issued(model, event);
    } else if (event->type == EVENT_TICKET_CANCELLED) {
        on_cancelled(model, event);
    } else if (event->type == EVENT_HALL_DAY_BEGAN) {
        on_day(model, event);
    }
}

bool model_has_booked(const struct model *model, const char *service, const char *person) {
    for (unsigned i = 0; i < model->booking_count; i++) {
        const struct model_booking *booking = &model->bookings[i];
        if (booking->slot_ms >= model->begins_ms && booking->slot_ms < model->ends_ms &&
            !booking->is_used && !booking->is_missed && person[0] != 0 &&
            strcmp(booking->service, service) == 0 && strcmp(booking->person, person) == 0) {
            return true;
        }
    }
    return false;
}

/* How many of the day's appointments are in each state. */
void model_compare_bookings(struct model *model, const struct snapshot *now) {
    unsigned counts[3] = { 0, 0, 0 };
    for (unsigned i = 0; i < model->booking_count; i++) {
        const struct model_booking *booking = &model->bookings[i];
        if (booking->slot_ms >= model->begins_ms && booking->slot_ms < model->ends_ms) {
            counts[booking->is_used ? 1 : booking->is_missed ? 2 : 0]++;
        }
    }
    for (unsigned i = 0; i < now->slot_count; i++) {
        counts[0] -= now->slots[i].booked;
        counts[1] -= now->slots[i].checked_in;
        counts[2] -= now->slots[i].missed;
    }
    if (counts[0] != 0 || counts[1] != 0 || counts[2] != 0) {
        model_fault(model, "the hall counts other appointments than were booked");
    }
}
