#include "controller/hall/alert_kinds.h"

#include <stdio.h>
#include <string.h>

#include "controller/hall/cases.h"
#include "controller/hall/change.h"
#include "controller/hall/hours.h"
#include "controller/hall/queue.h"

enum {
    NOT_OPEN_AFTER_MS = 10 * MINUTE_MS,
    KEYPAD_MISSED_MS = 30000,
    BEFORE_OPENING_MS = 30 * MINUTE_MS,
    WAIT_HOLD_MS = 2 * MINUTE_MS, /* cleared only when it would not come back within this time */
    QUOTA_PERCENT = 90,
    QUOTA_CLEAR_PERCENT = 80,
    CASES_PERCENT = 95, /* of CASES_MAX */
    CASES_CLEAR_PERCENT = 90
};

struct run {
    unsigned given, bad;
    int64_t last_bad_ms; /* 0 none */
};

static unsigned count_services(const struct hall *hall) {
    (void)hall;
    return SERVICES_MAX;
}

static unsigned count_windows(const struct hall *hall) {
    return hall->window_count;
}

static unsigned count_devices(const struct hall *hall) {
    return hall->device_count;
}

static unsigned count_hall(const struct hall *hall) {
    (void)hall;
    return 1;
}

static void name_service(const struct hall *hall, unsigned place, char *out) {
    memcpy(out, hall->rules.services[place].id, NAME_SIZE);
}

static void name_window(const struct hall *hall, unsigned place, char *out) {
    snprintf(out, NAME_SIZE, "%u", hall->windows[place].id);
}

static void name_device(const struct hall *hall, unsigned place, char *out) {
    memcpy(out, hall->devices[place].id, NAME_SIZE);
}

static void name_hall(const struct hall *hall, unsigned place, char *out) {
    (void)hall;
    (void)place;
    word_copy(out, NAME_SIZE, "hall");
}

/* --- services ------------------------------------------------------------------------------------------------- */

static int64_t wait_over(const struct hall *hall, unsigned place) {
    uint16_t minutes = hall->rules.services[place].wait_minutes;
    int64_t since_ms = queue_waits_since_ms(hall, place);
    return minutes == 0 || since_ms == INT64_MAX ? INT64_MAX
                                                 : since_ms + (int64_t)minutes * MINUTE_MS;
}

static int64_t wait_over_ends(const struct hall *hall, unsigned place) {
    return wait_over(hall, place) > hall->last_ms + WAIT_HOLD_MS ? hall->last_ms : INT64_MAX;
}

/*
 * A window that only helps serves too: who waits is called there after help_after_minutes. One that is paused calls
 * nobody, so it serves nobody.
 */
static bool is_served(const struct hall *hall, unsigned service) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        bool is_working = window->state != WINDOW_CLOSED && window->state != WINDOW_PAUSED;
        if (is_working && queue_may_serve(window, service)) {
            return true;
        }
    }
    return false;
}

/* In a break the windows may rest: who waits keeps the turn until the hall opens again. */
static bool is_break(const struct hall *hall) {
    return !hall->is_open && hours_opens_ms(hall, hall->last_ms) != 0;
}

int64_t alert_unserved_from_ms(const struct hall *hall, unsigned service) {
    uint16_t oldest = hall->services[service].line.issue_first;
    if (oldest == NO_PLACE || is_served(hall, service) || is_break(hall)) {
        return INT64_MAX;
    }
    return hall->tickets[oldest].issued_ms;
}

static bool is_used(const struct hall *hall, unsigned place, uint32_t percent) {
    uint32_t quota = hall->rules.services[place].quota;
    const struct service *service = &hall->services[place];
    uint32_t used = service->issued - (uint32_t)service->not_printed;
    return quota != 0 && used * 100 >= quota * percent;
}

static int64_t quota_near(const struct hall *hall, unsigned place) {
    return is_used(hall, place, QUOTA_PERCENT) ? hall->last_ms : INT64_MAX;
}

/* What was not printed gives its number back, and the next ticket takes it. */
static int64_t quota_near_ends(const struct hall *hall, unsigned place) {
    return is_used(hall, place, QUOTA_CLEAR_PERCENT) ? INT64_MAX : hall->last_ms;
}

/* --- windows -------------------------------------------------------------------------------------------------- */

/* Who comes with n errands may take n times as long. */
static int64_t serve_over(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    if (window->state != WINDOW_SERVING) {
        return INT64_MAX;
    }
    const struct ticket *ticket = &hall->tickets[window->ticket];
    int64_t minutes =
        (int64_t)hall->rules.services[ticket->service].serve_minutes * ticket->for_count;
    return minutes == 0 ? INT64_MAX : window->serving_ms + minutes * MINUTE_MS;
}

/* Since when the oldest of this service could be called here: not before a live change gave the window the service. */
static int64_t callable_since_ms(const struct hall *hall, const struct window *window,
                                 unsigned service) {
    const struct change *assigned = change_find(hall, CHANGE_WINDOW_ASSIGNED, window->id);
    bool is_new = (window_rule(hall, window)->own >> service & 1U) == 0;
    int64_t since_ms = hall->tickets[hall->services[service].line.issue_first].since_ms;
    return is_new && assigned != NULL && assigned->since_ms > since_ms ? assigned->since_ms
                                                                       : since_ms;
}

/* Idle while others wait for it: from the later of "open with nobody" and "somebody could be called". */
static int64_t window_idle(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    if (window->state != WINDOW_OPEN ||
        (window->line.count == 0 && (window->own & hall->crowded) == 0)) {
        return INT64_MAX;
    }
    int64_t waits_ms =
        window->line.count > 0 ? hall->tickets[window->line.issue_first].since_ms : INT64_MAX;
    for (uint64_t left = window->own & hall->crowded; left != 0; left &= left - 1) {
        int64_t since_ms = callable_since_ms(hall, window, service_first(left));
        waits_ms = since_ms < waits_ms ? since_ms : waits_ms;
    }
    int64_t from_ms = waits_ms > window->since_ms ? waits_ms : window->since_ms;
    return from_ms + (int64_t)hall->rules.alerts.idle_minutes * MINUTE_MS;
}

/* When the span that runs began; INT64_MAX while the hall is not open by its calendar. */
static int64_t span_began_ms(const struct hall *hall) {
    const struct span_list *list = &hall->times.hall;
    for (unsigned i = 0; hall->is_open && i < list->count; i++) {
        if (hall->last_ms >= list->spans[i].begin_ms && hall->last_ms < list->spans[i].end_ms) {
            return list->spans[i].begin_ms;
        }
    }
    return INT64_MAX;
}

static bool is_planned(const struct hall *hall, const struct window *window) {
    return window_rule(hall, window)->staff_count > 0;
}

/* A hall without a calendar tells nobody when people come and go. */
static bool is_missed(const struct hall *hall, const struct window *window) {
    return is_planned(hall, window) && window->state == WINDOW_CLOSED &&
           span_began_ms(hall) != INT64_MAX && !hall->rules.calendar.is_always;
}

/* Not once in the span that runs. */
static int64_t window_not_open(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    int64_t began_ms = span_began_ms(hall);
    return is_missed(hall, window) && window->left_ms < began_ms ? began_ms + NOT_OPEN_AFTER_MS
                                                                 : INT64_MAX;
}

/*
 * Without its A and any B: they left, which closes the window, or it was opened without. The break is not counted. One
 * that a manager closed lacks its staff as well.
 */
static int64_t window_uncovered(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    int64_t began_ms = span_began_ms(hall);
    bool was_open =
        window->state != WINDOW_CLOSED || (is_missed(hall, window) && window->left_ms >= began_ms);
    if (!is_planned(hall, window) || !was_open || window->staff != NO_STAFF || !hall->is_open) {
        return INT64_MAX;
    }
    int64_t from_ms =
        began_ms != INT64_MAX && began_ms > window->left_ms ? began_ms : window->left_ms;
    return from_ms + (int64_t)hall->rules.cover_after_minutes * MINUTE_MS;
}

/* When its keypads last came, went, faulted or recovered; after a start: not before that. */
static int64_t keypads_since_ms(const struct hall *hall, const struct window *window) {
    int64_t since_ms = hall->started_ms;
    for (unsigned i = 0; i < hall->device_count; i++) {
        const struct device *device = &hall->devices[i];
        bool is_keypad = device->role == ROLE_KEYPAD || device->role == ROLE_UNIT;
        int64_t changed_ms =
            device->since_ms > device->faulted_ms ? device->since_ms : device->faulted_ms;
        if (is_keypad && device->window == window->id && changed_ms > since_ms) {
            since_ms = changed_ms;
        }
    }
    return since_ms;
}

/* A keypad that was there a moment ago, or has not been heard since the start, is given half a minute. */
static int64_t no_rating_channel(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    bool is_well = window->state == WINDOW_CLOSED || window->keypads > 0;
    return is_well ? INT64_MAX : keypads_since_ms(hall, window) + KEYPAD_MISSED_MS;
}

static int64_t no_rating_channel_ends(const struct hall *hall, unsigned place) {
    const struct window *window = &hall->windows[place];
    if (window->state == WINDOW_CLOSED) {
        return hall->last_ms;
    }
    return window->keypads == 0 ? INT64_MAX : keypads_since_ms(hall, window) + ALERT_WELL_MS;
}

/* --- devices -------------------------------------------------------------------------------------------------- */

/* Outside opening hours (and the half hour before) nobody needs the device. */
static int64_t needed_from_ms(const struct hall *hall, int64_t since_ms) {
    if (hall->is_open) {
        return since_ms;
    }
    int64_t opens_ms = hours_opens_ms(hall, hall->last_ms);
    if (opens_ms == 0) {
        return INT64_MAX;
    }
    opens_ms -= BEFORE_OPENING_MS;
    return since_ms > opens_ms ? since_ms : opens_ms;
}

bool hall_needs_devices(const struct hall *hall, int64_t now_ms) {
    return needed_from_ms(hall, 0) <= now_ms;
}

/* since_ms 0: not heard of since the start, which the bus reports as offline when it is so. */
static int64_t device_offline(const struct hall *hall, unsigned place) {
    const struct device *device = &hall->devices[place];
    return device->is_online || device->since_ms == 0 ? INT64_MAX
                                                      : needed_from_ms(hall, device->since_ms);
}

/* Well since `well_ms`, 0 not heard of since the start: only a while later, or when nobody needs it any more. */
static int64_t device_ends(const struct hall *hall, int64_t from_ms, int64_t well_ms) {
    if (from_ms <= hall->last_ms) {
        return INT64_MAX;
    }
    if (needed_from_ms(hall, 0) > hall->last_ms) {
        return hall->last_ms;
    }
    return (well_ms == 0 ? hall->started_ms : well_ms) + ALERT_WELL_MS;
}

static int64_t device_offline_ends(const struct hall *hall, unsigned place) {
    return device_ends(hall, device_offline(hall, place), hall->devices[place].since_ms);
}

static int64_t device_faulted(const struct hall *hall, unsigned place) {
    const struct device *device = &hall->devices[place];
    return device->is_faulted ? needed_from_ms(hall, device->faulted_ms) : INT64_MAX;
}

static int64_t device_faulted_ends(const struct hall *hall, unsigned place) {
    return device_ends(hall, device_faulted(hall, place), hall->devices[place].faulted_ms);
}

static const char *fault_text(const struct hall *hall, unsigned place, int64_t *since_ms) {
    *since_ms = hall->devices[place].faulted_ms;
    return hall->devices[place].fault;
}

/* --- the hall ------------------------------------------------------------------------------------------------- */

static int64_t waiting_after_closing(const struct hall *hall, unsigned place) {
    (void)place;
    const struct span_list *list = &hall->times.hall;
    bool is_over = list->count > 0 && hall->last_ms >= list->spans[list->count - 1].end_ms;
    bool somebody_waits = hall->crowded != 0 || hall->bound_count > 0;
    return !hall->is_open && is_over && somebody_waits ? hall->last_ms : INT64_MAX;
}

static struct run run_of_grades(const struct hall *hall) {
    struct run run = { 0, 0, 0 };
    int64_t from_ms = hall->last_ms - (int64_t)hall->rules.alerts.bad_minutes * MINUTE_MS;
    for (unsigned i = 0; i < GRADES_FOR_RUN; i++) {
        if (hall->recent_grades[i] == 0 || hall->recent_ms[i] <= from_ms) {
            continue;
        }
        run.given++;
        if (hall->recent_grades[i] < 3) {
            run.bad++;
            run.last_bad_ms =
                hall->recent_ms[i] > run.last_bad_ms ? hall->recent_ms[i] : run.last_bad_ms;
        }
    }
    return run;
}

/* Half or more of at least four ratings in a quarter of an hour are bad. */
static int64_t bad_run(const struct hall *hall, unsigned place) {
    (void)place;
    struct run run = run_of_grades(hall);
    bool is_run = run.given >= hall->rules.alerts.bad_least && run.given > 0 &&
                  run.bad * 100 >= run.given * hall->rules.alerts.bad_share_percent;
    return is_run ? hall->last_ms : INT64_MAX;
}

/* Once less than half that share is bad, or the last bad one is so long ago: a good one between is no end of a run. */
static int64_t bad_run_ends(const struct hall *hall, unsigned place) {
    (void)place;
    struct run run = run_of_grades(hall);
    bool is_better = run.bad * 2 * 100 < run.given * hall->rules.alerts.bad_share_percent;
    return is_better || run.bad == 0
               ? hall->last_ms
               : run.last_bad_ms + (int64_t)hall->rules.alerts.bad_minutes * MINUTE_MS;
}

/* While there is still room for some, so that nothing has to be left to the records alone. */
static int64_t cases_full(const struct hall *hall, unsigned place) {
    (void)place;
    return hall->case_count >= CASES_MAX * CASES_PERCENT / 100 ? hall->last_ms : INT64_MAX;
}

static int64_t cases_full_ends(const struct hall *hall, unsigned place) {
    (void)place;
    return hall->case_count < CASES_MAX * CASES_CLEAR_PERCENT / 100 ? hall->last_ms : INT64_MAX;
}

/* Once it was full it is told as full until it is over: a place that is free for a moment is none. */
static const char *cases_text(const struct hall *hall, unsigned place, int64_t *since_ms) {
    (void)place;
    *since_ms = INT64_MAX - ALERT_WELL_MS;
    return hall->case_count == CASES_MAX ? "full" : "nearly full";
}

/* The first deadline of a case that runs out today, then one that has. */
static int64_t case_due(const struct hall *hall, unsigned place) {
    int64_t from_ms = INT64_MAX;
    (void)place;
    for (unsigned i = 0; i < hall->case_count; i++) {
        int64_t due_ms = case_due_ms(&hall->cases[i]);
        if (due_ms > hall->last_ms && due_ms - DAY_MS < from_ms) {
            from_ms = due_ms - DAY_MS;
        }
    }
    return from_ms;
}

static int64_t case_late(const struct hall *hall, unsigned place) {
    int64_t from_ms = INT64_MAX;
    (void)place;
    for (unsigned i = 0; i < hall->case_count; i++) {
        int64_t due_ms = case_due_ms(&hall->cases[i]);
        from_ms = due_ms < from_ms ? due_ms : from_ms;
    }
    return from_ms;
}

/* In December, where the calendar has holidays at all: the hall would open on the first of January. */
static int64_t holidays_missing(const struct hall *hall, unsigned place) {
    (void)place;
    const struct calendar_rule *calendar = &hall->calendar;
    uint32_t next_year = hall->day / 10000 + 1;
    bool is_missing = hall->day / 100 % 100 == 12 && calendar->holiday_count > 0;
    for (unsigned i = 0; is_missing && i < calendar->holiday_count; i++) {
        is_missing = calendar->holidays[i] / 10000 != next_year;
    }
    for (unsigned i = 0; is_missing && i < calendar->extra_count; i++) {
        is_missing =
            calendar->extra[i].date / 10000 != next_year || calendar->extra[i].spans.count > 0;
    }
    return is_missing ? hall->last_ms : INT64_MAX;
}

const struct alert_kind ALERT_TABLE[ALERT_KINDS] = {
    { "wait_over", count_services, name_service, wait_over, wait_over_ends, NULL },
    { "service_unserved", count_services, name_service, alert_unserved_from_ms, NULL, NULL },
    { "quota_near", count_services, name_service, quota_near, quota_near_ends, NULL },
    { "serve_over", count_windows, name_window, serve_over, NULL, NULL },
    { "window_idle", count_windows, name_window, window_idle, NULL, NULL },
    { "window_not_open", count_windows, name_window, window_not_open, NULL, NULL },
    { "window_uncovered", count_windows, name_window, window_uncovered, NULL, NULL },
    { "no_rating_channel", count_windows, name_window, no_rating_channel, no_rating_channel_ends,
      NULL },
    { "device_offline", count_devices, name_device, device_offline, device_offline_ends, NULL },
    { "device_faulted", count_devices, name_device, device_faulted, device_faulted_ends,
      fault_text },
    { "waiting_after_closing", count_hall, name_hall, waiting_after_closing, NULL, NULL },
    { "bad_run", count_hall, name_hall, bad_run, bad_run_ends, NULL },
    { "cases_full", count_hall, name_hall, cases_full, cases_full_ends, cases_text },
    { "case_due", count_hall, name_hall, case_due, NULL, NULL },
    { "case_late", count_hall, name_hall, case_late, NULL, NULL },
    { "holidays_missing", count_hall, name_hall, holidays_missing, NULL, NULL },
};

bool alert_find_subject(const struct hall *hall, const struct alert_kind *kind, const char *subject,
                        unsigned *place) {
    unsigned count = kind->count(hall);
    for (unsigned i = 0; i < count; i++) {
        char name[NAME_SIZE];
        kind->subject(hall, i, name);
        if (strcmp(name, subject) == 0) {
            *place = i;
            return true;
        }
    }
    return false;
}
