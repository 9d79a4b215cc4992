/* One run of the live day forward: whom each window calls next, until the next ticket of every service was called. */
#include "controller/hall/estimate_work.h"
#include "controller/hall/queue.h"

static void begin_run(struct estimate_work *work);
static bool is_asking(const struct estimate_work *work);
static void call_next(struct estimate_work *work, struct desk *desk);
static int64_t after_gaps(const struct estimate_work *work, int64_t time_ms);
static int64_t first_free_ms(struct estimate_work *work, const struct desk *desk);
static void sift_down(struct estimate_work *work, unsigned at);

void estimate_run_once(struct estimate_work *work, unsigned run) {
    work->run = run;
    begin_run(work);
    while (work->heap_count > 0 && is_asking(work) &&
           work->desks[work->heap[0]].free_ms < HORIZON_MS) {
        call_next(work, &work->desks[work->heap[0]]);
    }
}

/* Keeps `crowded` and `head_ms` beside `next`. */
static void line_moved(struct estimate_work *work, unsigned service) {
    uint64_t bit = UINT64_C(1) << service;
    if (work->next[service] == work->lines[service].end) {
        work->crowded &= ~bit;
        return;
    }
    work->crowded |= bit;
    work->head_ms[service] = work->waiters[work->next[service]].turn_ms;
}

static void begin_run(struct estimate_work *work) {
    work->chance = work->run;
    work->crowded = 0;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        work->next[i] = work->lines[i].first;
        line_moved(work, i);
        for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
            work->wait_ms[i][k][work->run] = -1;
        }
    }
    uint64_t known = 0;
    for (unsigned i = 0; i < work->desk_count; i++) {
        struct desk *desk = &work->desks[i];
        desk->next_bound = desk->bound.first;
        desk->free_ms = after_gaps(work, first_free_ms(work, desk));
        work->heap[i] = (uint16_t)i;
        known |= desk->own | desk->helps;
    }
    for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
        work->asked[k] = k == CLASS_NONE ? 0 : known & ~UINT64_C(1);
    }
    work->heap_count = work->desk_count;
    for (unsigned at = work->heap_count / 2; at > 0; at--) {
        sift_down(work, at - 1);
    }
}

static bool is_asking(const struct estimate_work *work) {
    uint64_t asked = 0;
    for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
        asked |= work->asked[k];
    }
    return asked != 0;
}

static int64_t after_gaps(const struct estimate_work *work, int64_t time_ms) {
    for (unsigned i = 0; i < work->gap_count; i++) {
        if (time_ms >= work->gaps[i].begin_ms && time_ms < work->gaps[i].end_ms) {
            time_ms = work->gaps[i].end_ms;
        }
    }
    return time_ms;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint32_t draw(struct estimate_work *work, uint32_t below) {
    work->chance += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t value = work->chance;
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((value >> 32) * below) >> 32);
}

static const struct times *times_of(const struct estimate_work *work, unsigned service) {
    return &work->times[work->times[service].count == 0 ? 0 : service];
}

static int64_t draw_time(struct estimate_work *work, const struct times *times) {
    return times->count == 0 ? 0 : times->seconds[draw(work, times->count)] * INT64_C(1000);
}

/*
 * What is left of a time of which so much has passed: drawn among those that were longer. Longer than all of them: it
 * takes as long again as half the longest.
 */
static int64_t draw_rest(struct estimate_work *work, const struct times *times, int64_t passed_ms) {
    unsigned longer = times->count;
    while (longer > 0 && times->seconds[longer - 1] * INT64_C(1000) > passed_ms) {
        longer--;
    }
    if (times->count == 0) {
        return 0;
    }
    if (longer == times->count) {
        return times->seconds[times->count - 1] * INT64_C(500);
    }
    return times->seconds[longer + draw(work, times->count - longer)] * INT64_C(1000) - passed_ms;
}

static void sift_down(struct estimate_work *work, unsigned at) {
    uint16_t moved = work->heap[at];
    int64_t free_ms = work->desks[moved].free_ms;
    for (unsigned child = 2 * at + 1; child < work->heap_count; child = 2 * at + 1) {
        if (child + 1 < work->heap_count &&
            work->desks[work->heap[child + 1]].free_ms < work->desks[work->heap[child]].free_ms) {
            child++;
        }
        if (work->desks[work->heap[child]].free_ms >= free_ms) {
            break;
        }
        work->heap[at] = work->heap[child];
        at = child;
    }
    work->heap[at] = moved;
}

/* Staff at a free window look up when somebody comes; those with a ticket end that first. */
static int64_t first_free_ms(struct estimate_work *work, const struct desk *desk) {
    int64_t rest_ms = 0;
    if (desk->service != 0) {
        rest_ms = draw_rest(work, times_of(work, desk->service), -desk->busy_ms / desk->errands) *
                  desk->errands;
    }
    return rest_ms + draw_time(work, &work->reaction);
}

/* The service of whoever has the earliest turn among these, 0 nobody. Equal turns go by service, as they may. */
static unsigned first_of(const struct estimate_work *work, uint64_t services) {
    unsigned best = 0;
    for (uint64_t left = services & work->crowded; left != 0; left &= left - 1) {
        unsigned service = service_first(left);
        if (best == 0 || work->head_ms[service] < work->head_ms[best]) {
            best = service;
        }
    }
    return best;
}

/* Whoever is first by turn stands for who waits longest: of one service they seldom differ. */
static uint64_t overdue(const struct estimate_work *work, const struct desk *desk) {
    uint64_t services = 0;
    for (uint64_t left = desk->helps & work->crowded; left != 0; left &= left - 1) {
        unsigned service = service_first(left);
        int64_t issued_ms = work->waiters[work->next[service]].issued_ms;
        services |= issued_ms + desk->help_after_ms < desk->free_ms ? UINT64_C(1) << service : 0;
    }
    return services;
}

/* Those of the services whose next ticket would be called now, before `best` (0 nobody). */
static void answer(struct estimate_work *work, const struct desk *desk, uint64_t services,
                   unsigned best) {
    for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
        uint64_t left = work->asked[k] & services;
        if (left == 0 || (best != 0 && work->head_ms[best] <= work->turn_ms[k])) {
            continue;
        }
        work->asked[k] &= ~left;
        for (; left != 0; left &= left - 1) {
            work->wait_ms[service_first(left)][k][work->run] = (int32_t)desk->free_ms;
        }
    }
}

/* The desk at the heap's top is busy until then; DAY_MS and beyond: it is out of this run. */
static void desk_again(struct estimate_work *work, struct desk *desk, int64_t free_ms) {
    desk->free_ms = free_ms;
    if (free_ms >= DAY_MS) {
        work->heap[0] = work->heap[--work->heap_count];
    }
    if (work->heap_count > 0) {
        sift_down(work, 0);
    }
}

static void serve(struct estimate_work *work, struct desk *desk, const struct waiter *waiter) {
    int64_t busy_ms = draw_time(work, times_of(work, waiter->service)) * waiter->errands +
                      draw_time(work, &work->reaction);
    /* Never nothing: a hall whose every time is 0 would stand still. */
    desk_again(work, desk, after_gaps(work, desk->free_ms + (busy_ms > 0 ? busy_ms : 1)));
}

/* Nobody to call: looks again when the first of those it helps has waited long enough. */
static void rest(struct estimate_work *work, struct desk *desk) {
    int64_t next_ms = DAY_MS;
    for (uint64_t left = desk->helps & work->crowded; left != 0; left &= left - 1) {
        int64_t issued_ms = work->waiters[work->next[service_first(left)]].issued_ms;
        int64_t late_ms = issued_ms + desk->help_after_ms + 1;
        next_ms = late_ms < next_ms ? late_ms : next_ms;
    }
    uint64_t asked = 0;
    for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
        asked |= work->asked[k] & desk->helps;
    }
    if (asked != 0 && desk->help_after_ms + 1 < next_ms) {
        next_ms = desk->help_after_ms + 1;
    }
    desk_again(work, desk, after_gaps(work, next_ms));
}

static void call_next(struct estimate_work *work, struct desk *desk) {
    if (desk->next_bound < desk->bound.end) {
        serve(work, desk, &work->waiters[desk->next_bound++]);
        return;
    }
    unsigned best = first_of(work, desk->own);
    answer(work, desk, desk->own, best);
    if (best == 0) {
        best = first_of(work, overdue(work, desk));
        answer(work, desk, desk->help_after_ms < desk->free_ms ? desk->helps : 0, best);
    }
    if (best == 0) {
        rest(work, desk);
        return;
    }
    const struct waiter *waiter = &work->waiters[work->next[best]++];
    line_moved(work, best);
    serve(work, desk, waiter);
}
