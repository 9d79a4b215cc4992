/*
 * Tickets outside the windows: taken, printed, returned, given up. What happens to them at a window is in window.h.
 */
#ifndef CONTROLLER_HALL_TICKET_H
#define CONTROLLER_HALL_TICKET_H

#include "controller/hall/draft.h"

enum reason decide_ticket_issue(struct draft *draft);
enum reason decide_ticket_cancel(struct draft *draft);
enum reason decide_ticket_requeue(struct draft *draft);
enum reason decide_ticket_check_in(struct draft *draft);
enum reason decide_ticket_reclass(struct draft *draft);
/* The ticket that a booking's code gives, printed by the dispenser at which it was checked in. */
enum reason ticket_issue_booked(struct draft *draft, const struct booking *booking);
/* May precheck.approve give what it names? With `print` it is issued at once: then it may be issued now. */
enum reason ticket_refuse_precheck(const struct draft *draft);
enum reason ticket_issue_prechecked(struct draft *draft);
/* See hall_foresee. */
bool ticket_foresee(const struct draft *draft, struct foreseen *out);
/* The booking whose ticket the command's code would give; NULL: it is a ticket's, or nobody's. */
const struct booking *ticket_booking_of_code(const struct draft *draft);
/* Print jobs: `device` is a place. */
/* The ticket whose paper the device is to print now, NO_PLACE none. */
uint16_t ticket_to_print(const struct hall *hall, uint16_t device);
/* Has a ticket that is not known to be printed this job at this device? Its number must not be given again. */
bool ticket_awaits_job(const struct hall *hall, uint16_t device, uint16_t job);
/* The job of the newest of them, 0 none. */
uint16_t ticket_newest_job(const struct hall *hall, uint16_t device);
void decide_print_report(struct draft *draft, const struct device_report *report, uint16_t device);
/* The dispenser of a ticket that is to be printed rebooted, and nobody knows whether its job had been sent. */
void ticket_say_rebooted(struct draft *draft, uint16_t place);

/* The turn that a ticket issued at this time gets by its class. */
int64_t ticket_turn_ms(const struct hall *hall, enum ticket_class class, int64_t issued_ms);
/* Of a person as events name them; never 0. */
uint64_t ticket_person_hash(const char *person);
/* May the sender of this command give the class, by classes.*.by? */
bool ticket_may_give(const struct draft *draft, enum ticket_class class);
/* The ticket that a command names: NO_PLACE when there is none today. */
uint16_t ticket_of_command(const struct draft *draft);

void apply_ticket_issued(struct hall *hall, const struct event *event);
void apply_ticket_printed(struct hall *hall, const struct event *event);
void apply_ticket_unsure(struct hall *hall, const struct event *event);
void apply_ticket_requeued(struct hall *hall, const struct event *event);
void apply_ticket_reclassed(struct hall *hall, const struct event *event);
void apply_ticket_near(struct hall *hall, const struct event *event);
void apply_ticket_ended(struct hall *hall, const struct event *event); /* cancelled, expired */
/* Takes the ticket out of its line, gives it the state and puts it into the line of that state. */
void ticket_move(struct hall *hall, uint16_t place, enum ticket_state state, int64_t now_ms);

int64_t ticket_due_expiry(const struct hall *hall, unsigned *place);
void ticket_expire(struct draft *draft, unsigned place);
int64_t ticket_due_near(const struct hall *hall, unsigned *place);
void ticket_say_near(struct draft *draft, unsigned place);

#endif
