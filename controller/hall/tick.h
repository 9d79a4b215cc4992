/*
 * What happens by itself as time passes: a table of jobs, each with the time when it has something to do and what it
 * does then. A tick does the first job that is due and asks for another tick, so that each is decided on the state
 * that the one before left.
 */
#ifndef CONTROLLER_HALL_TICK_H
#define CONTROLLER_HALL_TICK_H

#include "controller/hall/draft.h"

void tick_decide(struct draft *draft);
int64_t tick_next_ms(const struct hall *hall);

#endif
