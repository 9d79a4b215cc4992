#include "controller/advice.h"

#include <string.h>

#include "controller/zone.h"

enum { BUSY_PERCENT = 85, HALF_HOUR_S = 1800, HALF_HOUR_MIN = 30, MINUTE_MS = 60000 };

struct reading {
    const struct rules *rules;
    struct advice *advice;
    uint32_t day; /* the last one seen */
};

static void take_arrivals(void *context, const struct store_arrivals *row);
static void take_busy(void *context, const char *service, uint32_t mean_s);

/* 1970-01-01 was a Thursday. */
static unsigned weekday_of(uint32_t date) {
    enum { THURSDAY = 3 };
    return (unsigned)(date_to_days(date) + THURSDAY) % WEEKDAYS;
}

enum hall_error advice_read(struct store *store, const struct rules *rules, uint32_t day,
                            struct advice *advice) {
    struct reading reading = { .rules = rules, .advice = advice };
    uint32_t from = date_of_days(date_to_days(day) - ADVICE_DAYS);
    memset(advice, 0, sizeof *advice);
    enum hall_error error = store_arrivals(store, from, day, take_arrivals, &reading);
    if (error == HALL_OK) {
        error = store_busy_times(store, from, day, take_busy, &reading);
    }
    return error;
}

/* Rows come in order of day. */
static void take_arrivals(void *context, const struct store_arrivals *row) {
    struct reading *reading = context;
    unsigned service = rules_service(reading->rules, row->service);
    unsigned weekday = weekday_of(row->day);
    int64_t local_min = row->from_ms / MINUTE_MS + zone_offset_min(row->from_ms);
    unsigned half_hour = (unsigned)(local_min / HALF_HOUR_MIN % HALF_HOURS);
    if (row->day != reading->day) {
        reading->day = row->day;
        reading->advice->days[weekday]++;
        reading->advice->is_known = true;
    }
    if (service != 0) {
        reading->advice->people[service][weekday][half_hour] += row->people;
    }
}

static void take_busy(void *context, const char *service, uint32_t mean_s) {
    const struct reading *reading = context;
    unsigned place = rules_service(reading->rules, service);
    if (place != 0) {
        reading->advice->busy_s[place] = mean_s;
    }
}

/* Sums and days to divide them by. */
static uint32_t people_on(const struct advice *advice, const struct advice_wish *wish,
                          uint32_t *days) {
    uint32_t people = 0;
    unsigned weekday = weekday_of(wish->date);
    *days = advice->days[weekday];
    if (*days > 0) {
        return advice->people[wish->service][weekday][wish->half_hour];
    }
    for (unsigned i = 0; i < WEEKDAYS; i++) {
        people += advice->people[wish->service][i][wish->half_hour];
        *days += advice->days[i];
    }
    return people;
}

bool advice_windows(const struct advice *advice, const struct advice_wish *wish,
                    unsigned *windows) {
    uint32_t days = 1;
    uint64_t busy_s = advice->busy_s[wish->service];
    if (!advice->is_known || busy_s == 0) {
        return false;
    }
    uint64_t people = people_on(advice, wish, &days);
    uint64_t wait_s = wish->wait_minutes == 0 ? HALF_HOUR_S : wish->wait_minutes * UINT64_C(60);
    /* Seconds of work in each second, in millionths. */
    uint64_t work = people * busy_s * 1000000 / (days * (uint64_t)HALF_HOUR_S) +
                    wish->waiting * busy_s * 1000000 / wait_s;
    uint64_t of_one = BUSY_PERCENT * UINT64_C(10000);
    *windows = (unsigned)((work + of_one - 1) / of_one);
    return true;
}
