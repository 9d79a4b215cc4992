/*
 * Local time of the hall by the system's zone files. The core converts no time zone; this does, for the loop.
 * zone_set changes the process's TZ and is called before any thread starts.
 */
#ifndef CONTROLLER_ZONE_H
#define CONTROLLER_ZONE_H

#include <stdint.h>

#include "protocol/event.h"

void zone_set(const char *name);
/* Minutes east of UTC at this moment. */
int zone_offset_min(int64_t time_ms);
/*
 * Absolute time of a local date (YYYYMMDD) and minute of the day (0..1440). Where the clock is put forward over it, as
 * much later as the gap is long; where it comes twice, the first.
 */
int64_t zone_time(uint32_t date, int minute);
/* The hall day that `time_ms` belongs to, when days change at `day_change_min`. */
uint32_t zone_hall_day(int64_t time_ms, int day_change_min);

#endif
