/*
 * The days that calendar.set has changed, from today on, and the calendar that comes of them: the file's, with each
 * changed day put over it. They hold for services too, as holidays and extra days do.
 */
#ifndef CONTROLLER_HALL_DAYS_H
#define CONTROLLER_HALL_DAYS_H

#include "controller/hall/draft.h"

enum reason decide_calendar_set(struct draft *draft);
void apply_calendar_set(struct hall *hall, const struct event *event);
/* Makes hall->calendar anew: the rules or the changed days are others. */
void days_make_calendar(struct hall *hall);
/* What lies before the day that has begun is over. */
void days_end(struct hall *hall);
void days_restore(struct hall *hall, const struct extra_day *day);

#endif
