#include "controller/advice.h"

#include <string.h>

#include "controller/zone.h"

enum {
    BUSY_PERCENT = 85,
    HALF_HOUR_S = 1800,
    HALF_HOUR_MS = HALF_HOUR_S * 1000,
    HALF_HOUR_MIN = 30,
    DAY_MIN = 24 * 60,
    MINUTE_MS = 60000
};

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
        reading->advice->people[service][weekday][half_hour] += row->people - row->booked;
        reading->advice->booked[service][weekday][half_hour] += row->booked;
    }
}

static void take_busy(void *context, const char *service, uint32_t mean_s) {
    const struct reading *reading = context;
    unsigned place = rules_service(reading->rules, service);
    if (place != 0) {
        reading->advice->busy_s[place] = mean_s;
    }
}

/* Sums of these arrivals and days to divide them by. */
static uint64_t people_on(const struct advice *advice, const struct advice_wish *wish,
                          const uint32_t (*people)[HALF_HOURS], uint32_t *days) {
    uint64_t sum = 0;
    unsigned weekday = weekday_of(wish->date);
    *days = advice->days[weekday];
    if (*days > 0) {
        return people[weekday][wish->half_hour];
    }
    for (unsigned i = 0; i < WEEKDAYS; i++) {
        sum += people[i][wish->half_hour];
        *days += advice->days[i];
    }
    return sum;
}

bool advice_work_ms(const struct advice *advice, const struct advice_wish *wish,
                    uint64_t *work_ms) {
    uint32_t days = 1;
    uint64_t busy_ms = advice->busy_s[wish->service] * UINT64_C(1000);
    if (!advice->is_known || busy_ms == 0) {
        return false;
    }
    uint64_t people = people_on(advice, wish, advice->people[wish->service], &days);
    uint64_t used_to = people_on(advice, wish, advice->booked[wish->service], &days);
    uint64_t booked = (uint64_t)wish->booked * days;
    if (!wish->is_settled && used_to > booked) {
        booked = used_to;
    }
    *work_ms = (people + booked) * busy_ms / days;
    return true;
}

bool advice_windows(const struct advice *advice, const struct advice_wish *wish,
                    unsigned *windows) {
    uint64_t work_ms = 0;
    if (!advice_work_ms(advice, wish, &work_ms)) {
        return false;
    }
    uint64_t wait_s = wish->wait_minutes == 0 ? HALF_HOUR_S : wish->wait_minutes * UINT64_C(60);
    /* Seconds of work in each second, in millionths. */
    uint64_t work = work_ms * 1000 / HALF_HOUR_S +
                    wish->waiting * (uint64_t)advice->busy_s[wish->service] * 1000000 / wait_s;
    uint64_t of_one = BUSY_PERCENT * UINT64_C(10000);
    *windows = (unsigned)((work + of_one - 1) / of_one);
    return true;
}

static uint32_t booked_from(const struct snapshot *snapshot, unsigned service, int64_t from_ms) {
    uint32_t booked = 0;
    for (unsigned i = 0; i < snapshot->slot_count; i++) {
        const struct slot_now *slot = &snapshot->slots[i];
        bool is_in = slot->slot_ms >= from_ms && slot->slot_ms < from_ms + HALF_HOUR_MS;
        booked += slot->service == service && is_in ? slot->booked : 0;
    }
    return booked;
}

struct advice_wish advice_wish_now(const struct snapshot *snapshot,
                                   const struct service_now *service) {
    int64_t now_min = snapshot->now_ms / MINUTE_MS;
    int64_t local_min = now_min + zone_offset_min(snapshot->now_ms);
    int64_t from_ms = (now_min - local_min % HALF_HOUR_MIN) * MINUTE_MS;
    return (struct advice_wish){ .service = service->index,
                                 .half_hour = (unsigned)(local_min / HALF_HOUR_MIN % HALF_HOURS),
                                 .date = date_of_days((int32_t)(local_min / DAY_MIN)),
                                 .waiting = service->waiting,
                                 .wait_minutes = service->wait_minutes,
                                 .booked = booked_from(snapshot, service->index, from_ms),
                                 .is_settled = true };
}

/* The line grows or shrinks at one pace for the whole half hour, so it is longest at its begin or its end. */
uint32_t advice_wait_s(uint64_t *left_ms, uint64_t work_ms, unsigned windows) {
    uint64_t before_ms = *left_ms;
    uint64_t done_ms = UINT64_C(1000) * HALF_HOUR_S * windows;
    uint64_t sum_ms = before_ms + work_ms;
    *left_ms = sum_ms > done_ms ? sum_ms - done_ms : 0;
    uint64_t most_ms = before_ms > *left_ms ? before_ms : *left_ms;
    return (uint32_t)(most_ms / windows / 1000);
}
