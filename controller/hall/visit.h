/*
 * What ties a visit of the day to the 办件, the back office's own file of the matter. A visit may be linked again: the
 * newest link stands. Visits of another day are not in the live day, so they are no_such.
 */
#ifndef CONTROLLER_HALL_VISIT_H
#define CONTROLLER_HALL_VISIT_H

#include "controller/hall/draft.h"

/* By window: the ticket that is there, else the one finished last there. By ticket: its visit, else its last one. */
enum reason decide_visit_link(struct draft *draft);

#endif
