/* Today's appointments as numbers. */
#include <string.h>

#include "controller/hall/booking.h"

/* The slot's place, which is made where the order wants it; NULL: no room. */
static struct slot_now *slot_of(struct snapshot *out, unsigned service, int64_t slot_ms) {
    unsigned at = out->slot_count;
    while (at > 0 &&
           (out->slots[at - 1].slot_ms > slot_ms ||
            (out->slots[at - 1].slot_ms == slot_ms && out->slots[at - 1].service > service))) {
        at--;
    }
    if (at > 0 && out->slots[at - 1].slot_ms == slot_ms && out->slots[at - 1].service == service) {
        return &out->slots[at - 1];
    }
    if (out->slot_count == SLOTS_NOW_MAX) {
        return NULL;
    }
    struct slot_now *slot = &out->slots[at];
    memmove(slot + 1, slot, (out->slot_count - at) * sizeof *slot);
    *slot = (struct slot_now){ .service = (uint8_t)service, .slot_ms = slot_ms };
    out->slot_count++;
    return slot;
}

static void count_appointment(const struct hall *hall, const struct booking *booking,
                              struct snapshot *out) {
    unsigned service = rules_service(&hall->rules, booking->service);
    struct slot_now *slot = service == 0 ? NULL : slot_of(out, service, booking->slot_ms);
    if (slot == NULL) {
        return;
    }
    slot->booked = (uint16_t)(slot->booked + (booking->state == BOOKING_BOOKED));
    slot->checked_in = (uint16_t)(slot->checked_in + (booking->state == BOOKING_CHECKED_IN));
    slot->missed = (uint16_t)(slot->missed + (booking->state == BOOKING_MISSED));
}

void booking_snapshot(const struct hall *hall, struct snapshot *out) {
    for (unsigned i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        if (booking->slot_ms == 0) {
            out->prechecks = (uint16_t)(out->prechecks + (booking->state == BOOKING_BOOKED));
        } else if (booking->slot_ms >= hall->begins_ms && booking->slot_ms < hall->ends_ms) {
            count_appointment(hall, booking, out);
        }
    }
}
