/*
 * The case ledger: what follows a bad rating, or a visit to the service for the unsolved, until it is closed. Steps come
 * in their order: contacted, verified, rectified, closed; nothing is closed without them, and each says who did it. What
 * is found mistaken or malicious needs a second person, or the back office (the district), and skips the rectification.
 * The member of staff may appeal once what was found true: somebody else then verifies again. Who is not satisfied
 * at the first closing gets a second round; the second closing ends the case.
 *
 * Choices where the rules are silent: an attempt that reached nobody is a contact too (its number is counted), so that a
 * case of somebody who never answers can go on; the closing is due so many working days after the opening, in a
 * second round after the first closing.
 *
 * The ledger holds CASES_MAX open cases; closed ones leave it. Long before it is full the alert cases_full tells the
 * manager to close old ones. A bad rating is never refused for it: beyond that the case is opened all the same, has its
 * alert and is counted among the open ones. It stands in the journal alone, and each step is decided on what the journal
 * has of it; only its deadlines are watched by nobody.
 */
#ifndef CONTROLLER_HALL_CASES_H
#define CONTROLLER_HALL_CASES_H

#include "controller/hall/draft.h"

/* `out` holds NAME_SIZE bytes: "C-1042", as commands and pages name the case. */
void case_subject(uint64_t seq, char *out);

/* By that name; NULL: none such, or closed, or one that did not fit into the live day. */
const struct open_case *case_of_subject(const struct hall *hall, const char *subject);

enum reason decide_case_contact(struct draft *draft);
enum reason decide_case_verify(struct draft *draft);
enum reason decide_case_rectify(struct draft *draft);
enum reason decide_case_close(struct draft *draft);
enum reason decide_case_appeal(struct draft *draft);

void apply_case_opened(struct hall *hall, const struct event *event);
/* Every later event of a case. */
void apply_case_step(struct hall *hall, const struct event *event);

/* Ticks: see tick.h. A step whose deadline passed is said to be late, once a deadline. */
int64_t case_due_late(const struct hall *hall, unsigned *place);
void case_say_late(struct draft *draft, unsigned place);

/* The deadline of the step that comes next. */
int64_t case_due_ms(const struct open_case *open);

#endif
