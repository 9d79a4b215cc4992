/*
 * Appointments and prechecks: what was promised before anybody takes a ticket, and the codes that turn it into one. A
 * code stands in no event and not in the live day: only its last two digits and its keyed hash, which whoever feeds the
 * core hands in for all codes (input.command.code_hashes), so that replay needs no key.
 *
 * Choices where the rules are silent:
 * - A code is unique among all that stand, of whatever day, so that appointment.cancel needs no day; and among the
 *   check-in codes of tickets on the days on which it gives a ticket.
 * - A precheck gives its ticket on this hall day or one of the next `days_ahead`; then it lapses with the day.
 * - A slot lies wholly inside a span of its service, counted from the span's begin; it is bookable until it begins.
 * - An appointment's ticket needs no quota and comes also after the last-ticket time; a precheck's goes by both.
 * - Who has an appointment of the service today is told so instead of getting another ticket; by name of the person, which
 *   is a keyed hash of the day: so a precheck knows its person only on the day on which it was approved.
 * - A service with precheck is booked by the code of a precheck, which the appointment then takes over.
 * - Once the ticket is there the same code is the ticket's: a no-show comes back with it. A ticket that was reported not
 *   printed gives the code back.
 * - At most twice the day's tickets can stand, and never more than BOOKINGS_MAX: then bookings_full.
 */
#ifndef CONTROLLER_HALL_BOOKING_H
#define CONTROLLER_HALL_BOOKING_H

#include "controller/hall/draft.h"

/* What a code gives today; NULL: nothing. The code must be the command's. */
const struct booking *booking_of_command(const struct draft *draft);
/* May it give its ticket now? REASON_SLOT_OVER, else REASON_NONE. */
enum reason booking_refuse(const struct hall *hall, const struct booking *booking, int64_t now_ms);
/* Of a ticket issued from it now. */
int64_t booking_turn_ms(const struct hall *hall, const struct booking *booking, int64_t now_ms);
/* Has this person an appointment of the service today that is still to come? */
bool booking_of_person(const struct hall *hall, const char *service, const char *person);
/* Does a booking stand that could be checked in today with this code? `hash` of no booking: 0. */
bool booking_uses_code(const struct hall *hall, uint64_t hash);

void booking_snapshot(const struct hall *hall, struct snapshot *out);
void event_set_code(struct event *event, uint64_t hash, const char *end);

enum reason decide_appointment_book(struct draft *draft);
enum reason decide_appointment_cancel(struct draft *draft);
enum reason decide_precheck_approve(struct draft *draft);

void apply_appointment_booked(struct hall *hall, const struct event *event);
void apply_appointment_cancelled(struct hall *hall, const struct event *event);
void apply_appointment_missed(struct hall *hall, const struct event *event);
void apply_precheck_approved(struct hall *hall, const struct event *event);
/* The ticket at `place` was issued from the booking that the event names. */
void booking_check_in(struct hall *hall, const struct event *event, uint16_t place);
/* The ticket was not printed: its code gives another. */
void booking_give_back(struct hall *hall, uint16_t place);
/* What is over goes with the day. */
void booking_end_day(struct hall *hall);
/* After a change of the rules or of what stands: makes `bookings_due_ms` anew. */
void booking_find_due(struct hall *hall);

/* Ticks: see tick.h. */
int64_t booking_due_missed(const struct hall *hall, unsigned *place);
void booking_say_missed(struct draft *draft, unsigned place);

#endif
