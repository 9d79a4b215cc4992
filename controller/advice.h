/*
 * How many windows a service needs in a half hour: from the arrivals of the same weekday in the last four weeks, and
 * how long a ticket kept a window then. Bookings come on top of the arrivals as soon as there are some: the caller adds
 * them to `people`. Plain values; the reading is a store's.
 */
#ifndef CONTROLLER_ADVICE_H
#define CONTROLLER_ADVICE_H

#include "controller/store/store.h"

enum { HALF_HOURS = 48, WEEKDAYS = 7, ADVICE_DAYS = 28 };

struct advice {
    bool is_known;          /* false: no day before is in the records */
    uint8_t days[WEEKDAYS]; /* hall days with tickets, by weekday of their date; 0 is Monday */
    uint32_t people[SERVICES_MAX][WEEKDAYS][HALF_HOURS]; /* sums over those days, by local time */
    uint32_t busy_s[SERVICES_MAX]; /* mean time that a ticket kept its window; 0 unknown */
};

/* The four weeks before `day` (YYYYMMDD). `rules` tells the indexes of services. */
enum hall_error advice_read(struct store *store, const struct rules *rules, uint32_t day,
                            struct advice *advice);

/*
 * Windows for the half hour of a date, so that staff are busy for at most 85 % of it. A weekday that none of the last
 * weeks had goes by the mean of all days. `waiting` people stand in line when it begins and should be called within
 * `wait_minutes` (0: half an hour). False: not known.
 */
struct advice_wish {
    unsigned service, half_hour; /* half_hour: of the local day, 0..47 */
    uint32_t date;               /* YYYYMMDD */
    uint32_t waiting, wait_minutes;
};
bool advice_windows(const struct advice *advice, const struct advice_wish *wish, unsigned *windows);

#endif
