#include "controller/day.h"

#include "controller/hall/calendar.h"
#include "controller/zone.h"

static int64_t local_clock(void *context, uint32_t date, int minute);

void day_plan_make(const struct calendar_rule *calendar, const struct rules *rules, int64_t now_ms,
                   int day_change_min, struct day_plan *plan) {
    struct calendar_source source = { calendar, rules, local_clock, NULL };
    plan->day = zone_hall_day(now_ms, day_change_min);
    plan->begins_ms = zone_time(plan->day, day_change_min);
    plan->ends_ms = zone_time(date_of_days(date_to_days(plan->day) + 1), day_change_min);
    struct time_span bounds = { .begin_ms = plan->begins_ms, .end_ms = plan->ends_ms };
    calendar_day_times(&source, plan->day, &bounds, &plan->times);
}

bool day_times_after(const struct hall *hall, const struct command *command, int day_change_min,
                     struct day_times *times) {
    if (hall_rules(hall) == NULL || hall_day(hall) == 0) {
        return false;
    }
    if (command->type == COMMAND_HALL_TIME) {
        day_times_from(hall, command->at_ms, day_change_min, times);
        return true;
    }
    if (command->type != COMMAND_CALENDAR_SET) {
        return false;
    }
    struct calendar_rule calendar;
    hall_calendar_after(hall, command, &calendar);
    struct calendar_source source = { &calendar, hall_rules(hall), local_clock, NULL };
    struct time_span bounds = { .begin_ms = zone_time(hall_day(hall), day_change_min),
                                .end_ms = hall_day_ends_ms(hall) };
    calendar_day_times(&source, hall_day(hall), &bounds, times);
    return true;
}

void day_times_from(const struct hall *hall, int64_t from_ms, int day_change_min,
                    struct day_times *times) {
    struct calendar_source source = { hall_calendar(hall), hall_rules(hall), local_clock, NULL };
    uint32_t day = zone_hall_day(from_ms, day_change_min);
    struct time_span bounds = { .begin_ms = zone_time(day, day_change_min),
                                .end_ms = hall_day_ends_ms(hall) };
    calendar_day_times(&source, day, &bounds, times);
}

static int64_t local_clock(void *context, uint32_t date, int minute) {
    (void)context;
    return zone_time(date, minute);
}
