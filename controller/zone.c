#include "controller/zone.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "protocol/words.h"

void zone_set(const char *name) {
    setenv("TZ", name, 1); /* NOLINT(concurrency-mt-unsafe): no thread has been started yet */
    tzset();
}

static int64_t offset_ms(int64_t time_ms) {
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    return (int64_t)local.tm_gmtoff * 1000;
}

int zone_offset_min(int64_t time_ms) {
    return (int)(offset_ms(time_ms) / 60000);
}

/*
 * Not by mktime: for a time that comes twice in autumn its answer depends on what it was asked before. Zones change at
 * most once in two days, so the offsets of a day before and a day after are all there are.
 */
int64_t zone_time(uint32_t date, int minute) {
    enum { DAY_MS = 86400000, MINUTE_MS = 60000 };
    int64_t as_utc_ms = (int64_t)date_to_days(date) * DAY_MS + (int64_t)minute * MINUTE_MS;
    int64_t before_ms = as_utc_ms - offset_ms(as_utc_ms - DAY_MS);
    int64_t after_ms = as_utc_ms - offset_ms(as_utc_ms + DAY_MS);
    bool is_after = as_utc_ms - offset_ms(before_ms) != before_ms &&
                    as_utc_ms - offset_ms(after_ms) == after_ms;
    return is_after ? after_ms : before_ms;
}

uint32_t zone_hall_day(int64_t time_ms, int day_change_min) {
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    uint32_t date = (uint32_t)((local.tm_year + 1900) * 10000 + (local.tm_mon + 1) * 100) +
                    (uint32_t)local.tm_mday;
    if (time_ms < zone_time(date, day_change_min)) {
        date = date_of_days(date_to_days(date) - 1);
    }
    return date;
}
