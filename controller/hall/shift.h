/*
 * A jump of the clock. Hall time goes on at another time, and every stamp of the live day moves by as much: who waited
 * five minutes has waited five minutes, turns keep their order, no timer ends early or late. What people said as a time
 * of day (spans, ends of changes, due days) stays.
 */
#ifndef CONTROLLER_HALL_SHIFT_H
#define CONTROLLER_HALL_SHIFT_H

#include "controller/hall/draft.h"

enum reason decide_hall_time(struct draft *draft); /* hall.time: somebody says what time it is */
void decide_clock(struct draft *draft);            /* INPUT_CLOCK: the wall clock was set */
void apply_hall_clock_set(struct hall *hall, const struct event *event);

#endif
