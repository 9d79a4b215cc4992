/*
 * Live changes: what a manager, the back office or the operator has changed against the file. What stands is kept by the
 * parts themselves (a stopped service, an assigned window); here stands who did it, since when, and the ends that no part
 * keeps: a window opened, closed or paused until a time.
 */
#ifndef CONTROLLER_HALL_CHANGE_H
#define CONTROLLER_HALL_CHANGE_H

#include "controller/hall/draft.h"

/* The command's `until` is no time that is past, and its end can be kept: REASON_BAD_ARGUMENT, _CAPACITY, else _NONE. */
enum reason change_check_until(const struct draft *draft);

/* Every event comes by, before it is applied. */
void change_apply(struct hall *hall, const struct event *event);
/* NULL: nobody is known to have made such a change. `subject` as in struct change. */
const struct change *change_find(const struct hall *hall, enum change_kind kind, uint32_t subject);
/* Is this window to stay closed now although the hall is open? */
bool change_keeps_closed(const struct hall *hall, const struct window *window);
/* Those whose end lies behind the day outlive it. */
void change_end_day(struct hall *hall, int64_t now_ms);
void change_restore(struct hall *hall, const struct change *change);

/* All that differs from the file now, with who did it. */
void change_fill(const struct hall *hall, int64_t now_ms, struct snapshot *out);

/* Ticks: the end of a window's change. */
int64_t change_due_end(const struct hall *hall, unsigned *place);
void change_end(struct draft *draft, unsigned place);

#endif
