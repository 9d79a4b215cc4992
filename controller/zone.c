#include "controller/zone.h"

#include <stdlib.h>
#include <time.h>

#include "protocol/words.h"

void zone_set(const char *name) {
    setenv("TZ", name, 1); /* NOLINT(concurrency-mt-unsafe): no thread has been started yet */
    tzset();
}

int zone_offset_min(int64_t time_ms) {
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local;
    localtime_r(&seconds, &local);
    return (int)(local.tm_gmtoff / 60);
}

int64_t zone_time(uint32_t date, int minute) {
    struct tm local = { .tm_year = (int)(date / 10000) - 1900,
                        .tm_mon = (int)(date / 100 % 100) - 1,
                        .tm_mday = (int)(date % 100),
                        .tm_min = minute,
                        .tm_isdst = -1 };
    return (int64_t)mktime(&local) * 1000;
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
