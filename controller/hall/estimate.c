#include "controller/hall/estimate.h"

#include <string.h>

#include "controller/hall/estimate_work.h"
#include "controller/hall/pace.h"
#include "controller/hall/ticket.h"

enum {
    /* Of the sorted runs. Waits lean to the right: one more is left out there, so that the middle lies well. */
    LOW_RUN = 2,
    HIGH_RUN = ESTIMATE_RUNS - 1 - 3,
    UNKNOWN_S = 300 /* a visit of a service without any times, where no other has some */
};

static void read_hall(struct estimate_work *work);
static void read_gaps(struct estimate_work *work);
static void read_times(struct estimate_work *work);
static void read_lines(struct estimate_work *work);
static void read_desks(struct estimate_work *work);
static void sum_up(const struct estimate_work *work, struct estimates *out);

size_t estimate_size(const struct hall_limits *limits) {
    return sizeof(struct estimate_work) + limits->tickets_per_day * sizeof(struct waiter);
}

void estimate_run(const struct hall *hall, int64_t now_ms, void *memory, struct estimates *out) {
    estimate_run_slot(hall, now_ms, now_ms, memory, out);
}

void estimate_run_slot(const struct hall *hall, int64_t now_ms, int64_t slot_turn_ms, void *memory,
                       struct estimates *out) {
    struct estimate_work *work = memory;
    memset(out, 0, sizeof *out);
    out->now_ms = now_ms;
    if (!hall->has_rules || hall->day == 0) {
        return;
    }
    work->hall = hall;
    work->now_ms = now_ms;
    read_hall(work);
    work->turn_ms[CLASS_APPOINTMENT] = slot_turn_ms - now_ms;
    for (unsigned run = 0; run < ESTIMATE_RUNS; run++) {
        estimate_run_once(work, run);
    }
    sum_up(work, out);
}

/* --- what stands ---------------------------------------------------------------------------------------------- */

static void read_hall(struct estimate_work *work) {
    for (unsigned k = 0; k < ESTIMATE_CLASSES; k++) {
        work->turn_ms[k] =
            ticket_turn_ms(work->hall, (enum ticket_class)k, work->now_ms) - work->now_ms;
    }
    read_gaps(work);
    read_times(work);
    read_lines(work);
    read_desks(work);
}

static void add_gap(struct estimate_work *work, int64_t begin_ms, int64_t end_ms) {
    if (end_ms > work->now_ms && work->gap_count < SPANS_MAX + 1) {
        work->gaps[work->gap_count++] =
            (struct gap){ begin_ms - work->now_ms, end_ms - work->now_ms };
    }
}

/*
 * Before the first span, and a break that is still to come: nobody is called in it. In a break that runs already, the
 * windows that are open serve on; after the last span they do too.
 */
static void read_gaps(struct estimate_work *work) {
    const struct hall *hall = work->hall;
    const struct span_list *list = &hall->times.hall;
    work->gap_count = 0;
    if (hall->is_closed_by_command) {
        add_gap(work, hall->begins_ms, hall->closed_until_ms);
    }
    if (hall->rules.calendar.is_always || list->count == 0 || hall->is_opened_by_command) {
        return;
    }
    add_gap(work, hall->begins_ms, list->spans[0].begin_ms);
    for (unsigned i = 1; i < list->count; i++) {
        if (list->spans[i - 1].end_ms > work->now_ms) {
            add_gap(work, list->spans[i - 1].end_ms, list->spans[i].begin_ms);
        }
    }
}

static void sort_times(const struct pace *pace, struct times *times) {
    times->count = 0;
    for (unsigned i = 0; i < pace->kept; i++) {
        unsigned at = times->count++;
        for (; at > 0 && times->seconds[at - 1] > pace->seconds[i]; at--) {
            times->seconds[at] = times->seconds[at - 1];
        }
        times->seconds[at] = pace->seconds[i];
    }
}

/* A service that nobody was served for yet is expected to take as long as the mean of the others. */
static void read_times(struct estimate_work *work) {
    uint32_t sum = 0;
    uint32_t count = 0;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct pace *pace = &work->hall->services[i].pace;
        sort_times(pace, &work->times[i]);
        sum += pace_mean_s(pace);
        count += pace->kept > 0 ? 1 : 0;
    }
    work->times[0].count = 1;
    work->times[0].seconds[0] = (uint16_t)(count == 0 ? UNKNOWN_S : sum / count);
    sort_times(&work->hall->reaction, &work->reaction);
}

static void add_waiter(struct estimate_work *work, uint16_t place, uint32_t first) {
    const struct ticket *ticket = &work->hall->tickets[place];
    struct waiter waiter = { .turn_ms = ticket->turn_ms - work->now_ms,
                             .issued_ms = ticket->issued_ms - work->now_ms,
                             .errands = ticket->for_count,
                             .service = ticket->service };
    uint32_t at = work->waiter_count++;
    for (; at > first && work->waiters[at - 1].turn_ms > waiter.turn_ms; at--) {
        work->waiters[at] = work->waiters[at - 1];
    }
    work->waiters[at] = waiter;
}

static struct stretch read_line(struct estimate_work *work, const struct line *line) {
    struct stretch stretch = { .first = work->waiter_count };
    for (uint16_t place = line->turn_first; place != NO_PLACE;
         place = work->hall->tickets[place].turn_next) {
        add_waiter(work, place, work->waiter_count);
    }
    stretch.end = work->waiter_count;
    return stretch;
}

/* Who stands at a dispenser has a place in the line: a ticket's turn counts from its issue. */
static void add_printing(struct estimate_work *work, unsigned service) {
    const struct hall *hall = work->hall;
    for (uint16_t place = hall->printing.issue_first; place != NO_PLACE;
         place = hall->tickets[place].issue_next) {
        if (hall->tickets[place].service == service) {
            add_waiter(work, place, work->lines[service].first);
        }
    }
}

static void read_lines(struct estimate_work *work) {
    work->waiter_count = 0;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        work->lines[i] = read_line(work, &work->hall->services[i].line);
        add_printing(work, i);
        work->lines[i].end = work->waiter_count;
    }
}

static void read_desk(struct estimate_work *work, const struct window *window) {
    const struct hall *hall = work->hall;
    struct desk *desk = &work->desks[work->desk_count++];
    *desk = (struct desk){ .own = window->own,
                           .helps = window->helps,
                           .help_after_ms =
                               (int64_t)window_rule(hall, window)->help_after_minutes * MINUTE_MS,
                           .busy_ms = window->since_ms - work->now_ms,
                           .errands = 1 };
    if (window->ticket != NO_PLACE) {
        desk->busy_ms = window->first_called_ms - work->now_ms;
        desk->service = hall->tickets[window->ticket].service;
        desk->errands = hall->tickets[window->ticket].for_count;
    }
    desk->bound = read_line(work, &window->line);
}

static void read_desks(struct estimate_work *work) {
    const struct hall *hall = work->hall;
    work->desk_count = 0;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        bool is_left_out = window->state == WINDOW_CLOSED || window->state == WINDOW_PAUSED ||
                           window->is_pending_close || window->is_pending_pause;
        if (!is_left_out) {
            read_desk(work, window);
        }
    }
}

/* --- what came of the runs ------------------------------------------------------------------------------------ */

static void sort_waits(const int32_t *from, int32_t *out) {
    for (unsigned i = 0; i < ESTIMATE_RUNS; i++) {
        int32_t wait_ms = from[i] < 0 ? INT32_MAX : from[i];
        unsigned at = i;
        for (; at > 0 && out[at - 1] > wait_ms; at--) {
            out[at] = out[at - 1];
        }
        out[at] = wait_ms;
    }
}

static struct estimate range_of(const int32_t *wait_ms) {
    int32_t sorted[ESTIMATE_RUNS];
    sort_waits(wait_ms, sorted);
    if (sorted[HIGH_RUN] == INT32_MAX) {
        return (struct estimate){ 0 };
    }
    return (struct estimate){ true, (uint32_t)sorted[LOW_RUN] / 1000,
                              (uint32_t)sorted[HIGH_RUN] / 1000 };
}

static void sum_up(const struct estimate_work *work, struct estimates *out) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        bool is_enough = work->hall->services[i].pace.visits >= work->hall->rules.estimate_least;
        for (unsigned k = CLASS_NORMAL; is_enough && k < ESTIMATE_CLASSES; k++) {
            out->of[i][k] = range_of(work->wait_ms[i][k]);
        }
    }
}

/* --- the alert ------------------------------------------------------------------------------------------------ */

enum forecast_change estimate_alert(const struct hall *hall, unsigned service,
                                    const struct estimates *estimates) {
    const struct service_rule *rule = &hall->rules.services[service];
    const struct estimate *estimate = &estimates->of[service][CLASS_NORMAL];
    bool stands = live_alert(hall, "wait_forecast", rule->id) != NO_PLACE;
    uint32_t limit_s = rule->wait_minutes * UINT32_C(60);
    uint32_t middle_s = estimate->low_s + (estimate->high_s - estimate->low_s) / 2;
    bool is_known = estimate->is_known && limit_s != 0 && hall->services[service].line.count > 0;
    if (!stands) {
        return is_known && middle_s > limit_s ? FORECAST_RAISE : FORECAST_STAYS;
    }
    return is_known && middle_s >= limit_s / 5 * 4 ? FORECAST_STAYS : FORECAST_CLEAR;
}
