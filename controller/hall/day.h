/* The hall day's end and begin, and the program's start and stop. */
#ifndef CONTROLLER_HALL_DAY_H
#define CONTROLLER_HALL_DAY_H

#include "controller/hall/draft.h"

/* One step of the day's change: closes what is open, then begins the new day. Sets `again` until it has begun. */
void decide_day(struct draft *draft);
void decide_started(struct draft *draft);

void apply_hall_day_began(struct hall *hall, const struct event *event);
void apply_hall_started(struct hall *hall, const struct event *event);

#endif
