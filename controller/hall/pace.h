/*
 * How fast the hall works: what estimates are made from. Of each service the times that its newest visits kept a window
 * (from the first call to the end, also of those who did not come), and of the hall the time from a free window to the
 * call of somebody who waited already. Only apply functions add; the newest ones are kept over days, so that a morning
 * begins with what yesterday gave and soon has its own.
 */
#ifndef CONTROLLER_HALL_PACE_H
#define CONTROLLER_HALL_PACE_H

#include "controller/hall/live.h"

/* Takes one time in: seconds beyond an hour and a half are a forgotten key and count as that. */
void pace_add(struct pace *pace, uint32_t seconds);
/* Mean of those kept, in seconds; 0 without any. */
uint32_t pace_mean_s(const struct pace *pace);

/*
 * While the ticket is still at the window: its visit ends. A ticket for n errands counts as n visits' worth of one. What
 * the day's change ends says nothing.
 */
void pace_take_end(struct hall *hall, const struct window *window, const struct event *event);
/* Before the ticket is moved: the window calls it. */
void pace_take_call(struct hall *hall, const struct window *window, const struct ticket *ticket,
                    int64_t now_ms);

/* As a text for carry.c, four hex digits a time, and back. */
void pace_write(const struct pace *pace, char *out, size_t size);
void pace_read(struct pace *pace, uint32_t visits, const char *text);

#endif
