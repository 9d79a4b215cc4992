/* The live day as a snapshot. Names, devices' counters and the uplink are the caller's to fill in. */
#include <string.h>

#include "controller/hall/alert.h"
#include "controller/hall/booking.h"
#include "controller/hall/cases.h"
#include "controller/hall/change.h"
#include "controller/hall/hours.h"
#include "controller/hall/queue.h"
#include "controller/hall/ticket.h"
#include "protocol/image.h"

static void fill_hall(const struct hall *hall, int64_t now_ms, struct snapshot *out);
static void fill_service(const struct hall *hall, unsigned place, int64_t now_ms,
                         struct service_now *out);
static void fill_window(const struct hall *hall, const struct window *window, int64_t now_ms,
                        struct window_now *out);
static void fill_keypad(const struct window *window, int64_t now_ms, struct window_now *out);
static void fill_waiting(const struct hall *hall, struct snapshot *out);
static void fill_printing(const struct hall *hall, struct snapshot *out);
static void fill_alerts(const struct hall *hall, struct snapshot *out);
static void fill_calls(const struct hall *hall, struct snapshot *out);
static void fill_devices(const struct hall *hall, struct snapshot *out);

void hall_snapshot(const struct hall *hall, int64_t now_ms, struct snapshot *out) {
    struct waiting_now *waiting = out->waiting;
    uint32_t capacity = out->waiting_capacity;
    memset(out, 0, sizeof *out);
    out->waiting = waiting;
    out->waiting_capacity = capacity;
    fill_hall(hall, now_ms, out);
    if (!hall->has_rules) {
        return;
    }
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        if (hall->rules.services[i].id[0] != 0) {
            fill_service(hall, i, now_ms, &out->services[out->service_count++]);
        }
    }
    for (unsigned i = 0; i < hall->window_count; i++) {
        fill_window(hall, &hall->windows[i], now_ms, &out->windows[out->window_count++]);
    }
    booking_snapshot(hall, out);
    fill_waiting(hall, out);
    fill_printing(hall, out);
    fill_alerts(hall, out);
    fill_calls(hall, out);
    fill_devices(hall, out);
    change_fill(hall, now_ms, out);
}

/* What has passed (an extension's end) changes nothing any more. */
static int64_t still_ahead(int64_t ends_ms, int64_t now_ms) {
    return ends_ms > now_ms ? ends_ms : 0;
}

static void fill_hall(const struct hall *hall, int64_t now_ms, struct snapshot *out) {
    out->is_open = hours_is_open(hall, now_ms);
    out->closed_why = out->is_open ? REASON_NONE : REASON_HALL_CLOSED;
    if (hall->is_closed_by_command && now_ms < hall->closed_until_ms) {
        memcpy(out->closed_reason, hall->closed_reason, sizeof out->closed_reason);
    }
    out->opens_ms = hours_opens_ms(hall, now_ms);
    out->closes_ms = hours_closes_ms(hall, now_ms);
    if (hall->rules.calendar.is_always && out->closes_ms >= hall->ends_ms) {
        out->closes_ms = 0; /* the day ends then, and the next one begins open */
    } else if (out->closes_ms == INT64_MAX) {
        out->closes_ms = hall->ends_ms; /* nobody knows what time it is: as long as the day */
    }
    out->extended_ms = still_ahead(hall->extended_ms, now_ms);
    out->day = hall->day;
    out->seq = hall->seq;
    out->now_ms = now_ms;
    out->is_saved = true;
    out->is_clock_trusted = true;
    out->wants_pin = hall->rules.pin;
    memcpy(out->notice, hall->notice, sizeof out->notice);
    out->issued = hall->issued;
    out->served = hall->served;
    out->no_shows = hall->no_shows;
    out->ratings = hall->ratings;
    out->ratings_satisfied = hall->satisfied;
    out->invited = hall->invited;
    out->cases_open = hall->case_count + hall->cases_beyond;
}

static uint16_t windows_open_for(const struct hall *hall, unsigned service) {
    uint16_t count = 0;
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        bool is_working = window->state != WINDOW_CLOSED && window->state != WINDOW_PAUSED;
        if (is_working && (window->own >> service & 1U) != 0) {
            count++;
        }
    }
    return count;
}

static void fill_service(const struct hall *hall, unsigned place, int64_t now_ms,
                         struct service_now *out) {
    const struct service_rule *rule = &hall->rules.services[place];
    const struct service *service = &hall->services[place];
    uint16_t oldest = service->line.issue_first;
    out->index = (uint8_t)place;
    memcpy(out->id, rule->id, sizeof out->id);
    memcpy(out->prefix, rule->prefix, sizeof out->prefix);
    out->waiting = service->line.count;
    out->longest_since_ms = oldest == NO_PLACE ? 0 : hall->tickets[oldest].issued_ms;
    out->closed_why = hours_refuse(hall, place, now_ms);
    if (out->closed_why == REASON_NONE && rule->quota != 0 &&
        service->issued - service->not_printed >= rule->quota) {
        out->closed_why = REASON_QUOTA_USED;
    }
    if (out->closed_why == REASON_NONE && service->next_number > rule->last) {
        out->closed_why = REASON_NUMBERS_USED;
    }
    out->is_open = out->closed_why == REASON_NONE;
    out->needs_precheck = rule->needs_precheck;
    out->is_stopped = service->is_stopped;
    out->stopped_until_ms = service->is_stopped ? service->stopped_until_ms : 0;
    out->extended_ms = still_ahead(service->extended_ms, now_ms);
    memcpy(out->stop_reason, service->stop_reason, sizeof out->stop_reason);
    out->wait_minutes = rule->wait_minutes;
    out->windows_open = windows_open_for(hall, place);
    out->issued = service->issued;
    out->served = service->served;
}

static void fill_ticket(const struct hall *hall, const struct window *window,
                        struct window_now *out) {
    const struct ticket *ticket = &hall->tickets[window->ticket];
    out->ticket = ticket->no;
    out->ticket_service = ticket->service;
    out->ticket_class = (enum ticket_class)ticket->class;
    out->visit = window->visit;
    out->ticket_issued_ms = ticket->issued_ms;
    out->is_assumed = window->is_assumed;
    out->calls = window->calls;
    out->called_ms = window->called_ms;
    out->first_called_ms = window->first_called_ms;
    out->announced = window->announced;
    out->why = window->why;
}

static void fill_window(const struct hall *hall, const struct window *window, int64_t now_ms,
                        struct window_now *out) {
    char subject[NAME_SIZE] = "";
    out->id = window->id;
    out->state = (enum window_state)window->state;
    if (window->ticket != NO_PLACE) {
        fill_ticket(hall, window, out);
    }
    if (window->held != NO_PLACE) {
        out->held = hall->tickets[window->held].no;
    }
    word_copy(out->staff, sizeof out->staff, staff_id(hall, window->staff));
    out->since_ms = window->since_ms;
    out->own = window->own;
    out->helps = window->helps;
    out->extended_ms = still_ahead(window->extended_ms, now_ms);
    out->differs = window->is_assigned || out->extended_ms != 0 ||
                   change_find(hall, CHANGE_WINDOW_OPENED, window->id) != NULL ||
                   change_find(hall, CHANGE_WINDOW_CLOSED, window->id) != NULL ||
                   change_find(hall, CHANGE_WINDOW_PAUSED, window->id) != NULL;
    memcpy(out->pause_reason, window->pause_reason, sizeof out->pause_reason);
    out->is_pending_close = window->is_pending_close;
    out->is_pending_pause = window->is_pending_pause;
    alert_window_subject(window->id, subject);
    out->help_wanted = live_alert(hall, "help", subject) != NO_PLACE;
    out->waiting = (uint16_t)queue_waiting_for(hall, window);
    struct pick pick = queue_next_for(hall, window, now_ms, NULL);
    if (pick.place != NO_PLACE) {
        out->next = hall->tickets[pick.place].no;
        out->next_since_ms = hall->tickets[pick.place].issued_ms;
    }
    fill_keypad(window, now_ms, out);
    out->qr_ends_ms = still_ahead(window->qr_ends_ms, now_ms);
    out->served = window->served;
    out->served_s = window->served_s;
}

/* The thanks look the same for every grade; reasons are asked instead of them, for as long as they count. */
static void fill_keypad(const struct window *window, int64_t now_ms, struct window_now *out) {
    const struct session *session = &window->session;
    bool is_rated = session->grade != 0;
    out->keypad = window->state == WINDOW_CLOSED ? KEYPAD_CLOSED : KEYPAD_IDLE;
    out->session_ends_ms = session->ends_ms;
    out->thanks_ms = session->given_ms;
    if (session->is_open && now_ms < session->ends_ms) {
        out->keypad = KEYPAD_INVITE;
        out->session = session->number;
    } else if (is_rated && now_ms < session->reasons_end_ms) {
        out->keypad = KEYPAD_REASONS;
        out->session = session->number;
        out->session_ends_ms = session->reasons_end_ms;
    } else if (is_rated && now_ms < session->given_ms + THANKS_MS) {
        out->keypad = KEYPAD_THANKS;
        out->session = session->number;
    }
}

static void add_waiting(const struct hall *hall, uint16_t place, struct snapshot *out) {
    const struct ticket *ticket = &hall->tickets[place];
    if (out->waiting == NULL || out->waiting_count == out->waiting_capacity) {
        return;
    }
    out->waiting[out->waiting_count++] = (struct waiting_now){
        .ticket = ticket->no,
        .service = ticket->service,
        .class = (enum ticket_class)ticket->class,
        .state = (enum ticket_state)ticket->state,
        .issued_ms = ticket->issued_ms,
        .turn_ms = ticket->turn_ms,
        .bound_window = ticket->bound,
    };
}

static void add_line(const struct hall *hall, const struct line *line, struct snapshot *out) {
    for (uint16_t place = line->turn_first; place != NO_PLACE;
         place = hall->tickets[place].turn_next) {
        add_waiting(hall, place, out);
    }
}

static void fill_waiting(const struct hall *hall, struct snapshot *out) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        add_line(hall, &hall->services[i].line, out);
    }
    for (unsigned i = 0; i < hall->window_count; i++) {
        add_line(hall, &hall->windows[i].line, out);
        if (hall->windows[i].held != NO_PLACE) {
            add_waiting(hall, hall->windows[i].held, out);
        }
    }
    add_line(hall, &hall->printing, out);
    add_line(hall, &hall->unsure, out);
    add_line(hall, &hall->missed, out);
}

static void add_printing(const struct hall *hall, uint16_t place, struct snapshot *out) {
    const struct ticket *ticket = &hall->tickets[place];
    struct printing_now *now = &out->printing[out->printing_count++];
    const struct device *dispenser = &hall->devices[ticket->dispenser];
    memcpy(now->dispenser, dispenser->id, sizeof now->dispenser);
    now->serial = dispenser->serial;
    now->boots = dispenser->boots;
    now->job = ticket->job;
    now->ticket = ticket->no;
    now->service = ticket->service;
    now->class = (enum ticket_class)ticket->class;
    now->ahead = ticket->ahead;
    now->code = ticket->code;
    now->has_estimate = ticket->has_estimate;
    memcpy(now->estimate_s, ticket->estimate_s, sizeof now->estimate_s);
    now->issued_ms = ticket->issued_ms;
}

/* One job a dispenser: it prints one at a time, and one that is stuck keeps no other from printing. */
static void fill_printing(const struct hall *hall, struct snapshot *out) {
    for (uint16_t i = 0; i < hall->device_count && out->printing_count < PRINTING_NOW_MAX; i++) {
        uint8_t role = hall->devices[i].role;
        bool may_print = role == ROLE_DISPENSER || role == ROLE_NONE;
        uint16_t place = may_print ? ticket_to_print(hall, i) : NO_PLACE;
        if (place != NO_PLACE) {
            add_printing(hall, place, out);
        }
    }
}

static void fill_alerts(const struct hall *hall, struct snapshot *out) {
    for (unsigned i = 0; i < hall->alert_count; i++) {
        const struct alert *alert = &hall->alerts[i];
        struct alert_now *now = &out->alerts[out->alert_count++];
        now->id = alert->seq;
        memcpy(now->kind, alert->kind, sizeof now->kind);
        memcpy(now->subject, alert->subject, sizeof now->subject);
        now->since_ms = alert->since_ms;
        memcpy(now->acknowledged_by, alert->acknowledged_by, sizeof now->acknowledged_by);
        memcpy(now->text, alert->what, sizeof now->text);
        const struct open_case *open = case_of_subject(hall, alert->subject);
        if (open != NULL) {
            now->window = open->window;
            now->ticket = open->ticket;
        }
        if (strcmp(alert->kind, "clock_untrusted") == 0) {
            out->is_clock_trusted = false;
        }
    }
}

static void fill_calls(const struct hall *hall, struct snapshot *out) {
    for (unsigned i = 0; i < hall->call_count; i++) {
        const struct call *call = &hall->calls[i];
        out->called[out->called_count++] = (struct called_now){
            .ticket = hall->tickets[call->ticket].no,
            .window = call->window,
            .called_ms = call->called_ms,
            .calls = call->calls,
        };
    }
}

/* The devices that have been heard of, as far as events tell; counters and last answers are the caller's. */
static void fill_devices(const struct hall *hall, struct snapshot *out) {
    for (unsigned i = 0; i < hall->device_count && out->device_count < DEVICES_MAX; i++) {
        const struct device *device = &hall->devices[i];
        struct device_now *now = &out->devices[out->device_count++];
        memcpy(now->id, device->id, sizeof now->id);
        memcpy(now->bus, device->bus, sizeof now->bus);
        now->role = device->role;
        now->window = device->window;
        now->is_online = device->is_online;
        now->is_faulted = device->is_faulted;
        now->since_ms = device->since_ms;
    }
}
