#include "controller/day.h"

#include "controller/hall/calendar.h"
#include "controller/zone.h"

static int64_t local_clock(void *context, uint32_t date, int minute);

void day_plan_make(const struct rules *rules, int64_t now_ms, int day_change_min,
                   struct day_plan *plan) {
    plan->day = zone_hall_day(now_ms, day_change_min);
    plan->begins_ms = zone_time(plan->day, day_change_min);
    plan->ends_ms = zone_time(date_of_days(date_to_days(plan->day) + 1), day_change_min);
    struct time_span bounds = { .begin_ms = plan->begins_ms, .end_ms = plan->ends_ms };
    calendar_day_times(rules, plan->day, &bounds, local_clock, NULL, &plan->times);
}

static int64_t local_clock(void *context, uint32_t date, int minute) {
    (void)context;
    return zone_time(date, minute);
}
