/* Plans a hall day: its bounds and opening spans as absolute times, from the rules' calendar and the hall's zone. */
#ifndef CONTROLLER_DAY_H
#define CONTROLLER_DAY_H

#include "protocol/event.h"
#include "protocol/rules.h"

struct day_plan {
    uint32_t day;
    int64_t begins_ms, ends_ms;
    struct day_times times;
};

/* The hall day that `now_ms` belongs to. */
void day_plan_make(const struct rules *rules, int64_t now_ms, int day_change_min,
                   struct day_plan *plan);

#endif
