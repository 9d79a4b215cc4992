/*
 * How many windows a service needs in a half hour, and how long people would wait with so many: from who came without an
 * appointment on the same weekday of the last four weeks, the appointments of the day itself, and how long a ticket kept a
 * window. Nobody is counted twice: those who came by appointment are counted apart from the other arrivals, and for them
 * stands what is booked for the half hour. As bookings for a later day still come in, the larger of what is booked and
 * what used to come by appointment stands there. Plain values; the reading is a store's.
 */
#ifndef CONTROLLER_ADVICE_H
#define CONTROLLER_ADVICE_H

#include "controller/store/store.h"

enum { HALF_HOURS = 48, WEEKDAYS = 7, ADVICE_DAYS = 28 };

struct advice {
    bool is_known;          /* false: no day before is in the records */
    uint8_t days[WEEKDAYS]; /* hall days with tickets, by weekday of their date; 0 is Monday */
    /* Sums over those days, by local time: who came without an appointment, and with one. */
    uint32_t people[SERVICES_MAX][WEEKDAYS][HALF_HOURS];
    uint32_t booked[SERVICES_MAX][WEEKDAYS][HALF_HOURS];
    uint32_t busy_s[SERVICES_MAX]; /* mean time that a ticket kept its window; 0 unknown */
};

/* The four weeks before `day` (YYYYMMDD). `rules` tells the indexes of services. */
enum hall_error advice_read(struct store *store, const struct rules *rules, uint32_t day,
                            struct advice *advice);

/*
 * The half hour of a date. A weekday that none of the last weeks had goes by the mean of all days. `waiting` people stand in
 * line when it begins and should be called within `wait_minutes` (0: half an hour).
 */
struct advice_wish {
    unsigned service, half_hour; /* half_hour: of the local day, 0..47 */
    uint32_t date;               /* YYYYMMDD */
    uint32_t waiting, wait_minutes;
    uint32_t booked; /* appointments of the half hour, but those who wait already */
    bool is_settled; /* no more than these will come by appointment: it is today */
};
/* Of the half hour that runs, with who waits already and the appointments that are still to come. */
struct advice_wish advice_wish_now(const struct snapshot *snapshot,
                                   const struct service_now *service);
/* Windows, so that staff are busy for at most 85 % of the half hour. False: not known. */
bool advice_windows(const struct advice *advice, const struct advice_wish *wish, unsigned *windows);
/* Window time that who comes in the half hour takes. False: not known. */
bool advice_work_ms(const struct advice *advice, const struct advice_wish *wish, uint64_t *work_ms);
/*
 * The longest wait of the half hour in which so many windows do this work, as if people came evenly: what bunches waits
 * longer. `*left_ms` is the work that waits at its begin, 0 in the morning, and then that at its end.
 */
uint32_t advice_wait_s(uint64_t *left_ms, uint64_t work_ms, unsigned windows);

#endif
