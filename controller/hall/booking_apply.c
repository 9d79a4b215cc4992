/* What bookings, their check-in and their end change. */
#include <stdlib.h>
#include <string.h>

#include "controller/hall/booking.h"

enum { HEX = 16 };

static void forget(struct hall *hall, const struct booking *booking);

/* NULL: none with the event's code. */
static struct booking *booking_of(struct hall *hall, const struct event *event) {
    uint64_t hash = strtoull(event->code_hash, NULL, HEX);
    for (unsigned i = 0; i < hall->booking_count; i++) {
        if (hall->bookings[i].code_hash == hash) {
            return &hall->bookings[i];
        }
    }
    return NULL;
}

static void add_booking(struct hall *hall, const struct booking *booking,
                        const struct event *event) {
    struct booking *made = &hall->bookings[hall->booking_count];
    if (hall->booking_count >= hall->bookings_max) {
        return;
    }
    hall->booking_count++;
    *made = *booking;
    made->code_hash = strtoull(event->code_hash, NULL, HEX);
    made->ticket = NO_PLACE;
    made->state = BOOKING_BOOKED;
    word_copy(made->code_end, sizeof made->code_end, event->code_end);
    word_copy(made->service, sizeof made->service, event->service);
    word_copy(made->person, sizeof made->person, event->person);
    booking_find_due(hall);
}

/* The precheck under the same code becomes the appointment. */
void apply_appointment_booked(struct hall *hall, const struct event *event) {
    const struct booking *precheck = booking_of(hall, event);
    if (precheck != NULL) {
        forget(hall, precheck);
    }
    struct booking booking = { .slot_ms = event->slot_ms, .class = CLASS_APPOINTMENT };
    add_booking(hall, &booking, event);
}

void apply_precheck_approved(struct hall *hall, const struct event *event) {
    if ((event->has & EVENT_HAS(FIELD_CODE_HASH)) != 0) {
        struct booking booking = { .last_day = event->day,
                                   .class = (uint8_t)event->class,
                                   .ground = (uint8_t)event->ground };
        add_booking(hall, &booking, event);
    }
}

void apply_appointment_cancelled(struct hall *hall, const struct event *event) {
    const struct booking *booking = booking_of(hall, event);
    if (booking != NULL) {
        forget(hall, booking);
    }
    booking_find_due(hall);
}

/* It stays for the rest of the day, so that who comes too late is told so. */
void apply_appointment_missed(struct hall *hall, const struct event *event) {
    struct booking *booking = booking_of(hall, event);
    if (booking != NULL && event->slot_ms < hall->begins_ms) {
        forget(hall, booking);
    } else if (booking != NULL) {
        booking->state = BOOKING_MISSED;
    }
    booking_find_due(hall);
}

void booking_check_in(struct hall *hall, const struct event *event, uint16_t place) {
    struct booking *booking = booking_of(hall, event);
    if (booking != NULL) {
        booking->state = BOOKING_CHECKED_IN;
        booking->ticket = place;
    }
    booking_find_due(hall);
}

void booking_give_back(struct hall *hall, uint16_t place) {
    for (unsigned i = 0; i < hall->booking_count; i++) {
        struct booking *booking = &hall->bookings[i];
        if (booking->state == BOOKING_CHECKED_IN && booking->ticket == place) {
            booking->state = BOOKING_BOOKED;
            booking->ticket = NO_PLACE;
        }
    }
    booking_find_due(hall);
}

/* An appointment that nobody missed yet, because the power was off, is missed on the new day. */
void booking_end_day(struct hall *hall) {
    uint16_t kept = 0;
    for (uint16_t i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        bool has_lapsed = booking->slot_ms == 0 && booking->last_day < hall->day;
        if (booking->state == BOOKING_BOOKED && !has_lapsed) {
            hall->bookings[kept++] = *booking;
        }
    }
    hall->booking_count = kept;
    booking_find_due(hall);
}

static void forget(struct hall *hall, const struct booking *booking) {
    size_t place = (size_t)(booking - hall->bookings);
    memmove(&hall->bookings[place], &hall->bookings[place + 1],
            (hall->booking_count - place - 1) * sizeof *booking);
    hall->booking_count--;
}
