/* Plans a hall day: its bounds and opening spans as absolute times, from the rules' calendar and the hall's zone. */
#ifndef CONTROLLER_DAY_H
#define CONTROLLER_DAY_H

#include "controller/hall/hall.h"

struct day_plan {
    uint32_t day;
    int64_t begins_ms, ends_ms;
    struct day_times times;
};

/* The hall day that `now_ms` belongs to; the rules' own calendar does not count, `calendar` does. */
void day_plan_make(const struct calendar_rule *calendar, const struct rules *rules, int64_t now_ms,
                   int day_change_min, struct day_plan *plan);
/*
 * What a command about days or the time needs to know of the running day, as the core converts no time zone: the spans
 * up to its end as they are with this calendar.set, or from the time that this hall.time says. False: no such command.
 */
bool day_times_after(const struct hall *hall, const struct command *command, int day_change_min,
                     struct day_times *times);
/* The spans from this time on up to the running day's end. */
void day_times_from(const struct hall *hall, int64_t from_ms, int day_change_min,
                    struct day_times *times);

#endif
