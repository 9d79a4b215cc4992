/*
 * When the hall and its services are open: the day's spans, what was extended, what a command closed or opened.
 * Tickets are issued inside; who waits is served on outside.
 * hall.extend for the hall keeps open what would be open at the hall's end: a service that has ended its own day before,
 * at noon say, stays closed, unless it was extended up to the hall's end itself. Windows have no hours of their own:
 * they stay open as long as the hall. hall.open outside the hours opens the services that have hours today, over or still
 * to come; on a day on which the hall has none, all of them.
 */
#ifndef CONTROLLER_HALL_HOURS_H
#define CONTROLLER_HALL_HOURS_H

#include "controller/hall/draft.h"

/* May tickets of this service be issued now? REASON_HALL_CLOSED, _SERVICE_STOPPED, _TOO_LATE, else REASON_NONE. */
enum reason hours_refuse(const struct hall *hall, unsigned service, int64_t now_ms);
/* The spans of a day for this service: its own, or the hall's. */
const struct span_list *times_of_service(const struct day_times *times, const char *service);
bool hours_is_open(const struct hall *hall, int64_t now_ms);
/* When the hall closes by itself, 0 when it is not open, INT64_MAX never; when it opens next, 0 none known today. */
int64_t hours_closes_ms(const struct hall *hall, int64_t now_ms);
int64_t hours_opens_ms(const struct hall *hall, int64_t now_ms);
/* `from_ms` plus so much time in which the hall is open; after the last span the clock runs on. */
int64_t hours_add(const struct hall *hall, int64_t from_ms, int64_t open_ms);
/* The end of the working day that lies `days` working days after this hall day. */
int64_t hours_due_ms(const struct hall *hall, unsigned days);

enum reason decide_hall_close(struct draft *draft);
enum reason decide_hall_open(struct draft *draft);
enum reason decide_hall_extend(struct draft *draft);
enum reason decide_hall_notice(struct draft *draft);
enum reason decide_service_stop(struct draft *draft);
enum reason decide_service_resume(struct draft *draft);

void apply_hall_opened(struct hall *hall, const struct event *event);
void apply_hall_closed(struct hall *hall, const struct event *event);
void apply_hall_extended(struct hall *hall, const struct event *event);
void apply_hall_notice_set(struct hall *hall, const struct event *event);
void apply_service_stopped(struct hall *hall, const struct event *event);
void apply_service_resumed(struct hall *hall, const struct event *event);

/* Ticks: see tick.h. */
int64_t hours_due_change(const struct hall *hall, unsigned *place);
void hours_change(struct draft *draft, unsigned place);
int64_t hours_due_notice(const struct hall *hall, unsigned *place);
void hours_end_notice(struct draft *draft, unsigned place);
int64_t hours_due_service(const struct hall *hall, unsigned *place);
void hours_resume_service(struct draft *draft, unsigned place);

#endif
