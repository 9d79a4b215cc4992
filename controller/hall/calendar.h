/*
 * The calendar as rules: which spans a civil date has, by the week, the holidays and the extra days. Pure; local times
 * only. The caller turns local times into absolute ones (calendar_clock), because the core knows no time zone.
 */
#ifndef CONTROLLER_HALL_CALENDAR_H
#define CONTROLLER_HALL_CALENDAR_H

#include "protocol/event.h"
#include "protocol/rules.h"

/* Absolute time of a local date and minute of that day (0..1440). */
typedef int64_t (*calendar_clock)(void *context, uint32_t date, int minute);

/*
 * The spans of a date; `week` (NULL: the hall itself) names the days on which a service differs. A holiday has none, an
 * extra day has its own; both hold for services too. Without a calendar the whole day is open.
 */
void calendar_spans(const struct calendar_rule *calendar, const struct service_week *week,
                    uint32_t date, struct day_spans *out);
/* From now on the date has these spans, whatever the file says of it. False: the calendar is full. */
bool calendar_change(struct calendar_rule *calendar, uint32_t date, const struct day_spans *spans);
/* A date on which the hall opens at all: what "working days" counts. */
bool calendar_is_working_day(const struct calendar_rule *calendar, uint32_t date);
/* Whose spans, and how local times become absolute ones. */
struct calendar_source {
    const struct calendar_rule *calendar;
    const struct rules *rules; /* its services; its own calendar does not count */
    calendar_clock clock;
    void *context;
};
/*
 * The absolute spans that overlap [begin_ms, end_ms), each by its own civil date, cut at the bounds, touching ones
 * joined; for the hall and for each service that differs. `day` is the date on which the bounds begin.
 */
void calendar_day_times(const struct calendar_source *source, uint32_t day,
                        const struct time_span *bounds, struct day_times *out);

#endif
