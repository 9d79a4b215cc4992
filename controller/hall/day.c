#include "controller/hall/day.h"

#include <string.h>

#include "controller/hall/booking.h"
#include "controller/hall/change.h"
#include "controller/hall/days.h"
#include "controller/hall/device.h"
#include "controller/hall/rating.h"
#include "controller/hall/staff.h"
#include "controller/hall/window.h"

enum { EVENTS_PER_WINDOW = 5 };

static void close_windows(struct draft *draft);
static void expire_line(struct draft *draft, const struct line *line, const char *reason);
static void expire_waiting(struct draft *draft);
static void add_began(struct draft *draft);

static const char DAY_END[] = "day_end";

bool hall_day_may_begin(const struct hall *hall, uint32_t day) {
    return day > hall->day || (day < hall->day && day > hall->day_before);
}

void decide_day(struct draft *draft) {
    if (!hall_day_may_begin(draft->hall, draft->input->day.day)) {
        return;
    }
    draft->by = (struct by){ .kind = BY_RULE, .id = "day" };
    close_windows(draft);
    if (draft->out->count == 0) {
        rating_add_defaults(draft);
    }
    if (draft->out->count == 0) {
        expire_waiting(draft);
    }
    if (draft->out->count == 0 && draft->hall->is_open) {
        event_set_reason(draft_add(draft, EVENT_HALL_CLOSED), DAY_END);
    }
    draft->out->again = draft->out->count > 0;
    if (draft->out->count == 0) {
        add_began(draft);
    }
}

/* Who is at a window then is done, and nobody is asked for a rating. */
static void close_window(struct draft *draft, const struct window *window) {
    if (window->ticket != NO_PLACE) {
        struct event *event = draft_ticket(draft, EVENT_TICKET_DONE, window->ticket);
        event_set_window(event, draft->hall, window);
        event->visit = window->visit;
        event->assumed = window->is_assumed;
        event->served_s = window->state == WINDOW_SERVING
                              ? seconds_between(window->serving_ms, draft->now_ms)
                              : 0;
        event->has |= EVENT_HAS(FIELD_VISIT) | EVENT_HAS(FIELD_ASSUMED) | EVENT_HAS(FIELD_SERVED);
        event_set_reason(event, DAY_END);
    }
    if (window->held != NO_PLACE) {
        struct event *event = draft_ticket(draft, EVENT_TICKET_EXPIRED, window->held);
        event_set_reason(event, DAY_END);
    }
    if (window->session.is_open) {
        rating_add_missed(draft, window, DAY_END);
    }
    if (window->staff != NO_STAFF) {
        event_set_reason(draft_window(draft, EVENT_STAFF_SIGNED_OUT, window), DAY_END);
    }
    if (window->state != WINDOW_CLOSED) {
        event_set_reason(draft_window(draft, EVENT_WINDOW_CLOSED, window), DAY_END);
    }
}

static void close_windows(struct draft *draft) {
    for (unsigned i = 0; i < draft->hall->window_count; i++) {
        if (!draft_has_room(draft, EVENTS_PER_WINDOW)) {
            return;
        }
        close_window(draft, &draft->hall->windows[i]);
    }
}

static void expire_line(struct draft *draft, const struct line *line, const char *reason) {
    for (uint16_t place = line->issue_first; place != NO_PLACE && draft_has_room(draft, 1);
         place = draft->hall->tickets[place].issue_next) {
        event_set_reason(draft_ticket(draft, EVENT_TICKET_EXPIRED, place), reason);
    }
}

static void expire_waiting(struct draft *draft) {
    const struct hall *hall = draft->hall;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        expire_line(draft, &hall->services[i].line, DAY_END);
    }
    expire_line(draft, &hall->printing, DAY_END);
    expire_line(draft, &hall->unsure, DAY_END);
    expire_line(draft, &hall->missed, "no_show");
}

static void add_began(struct draft *draft) {
    const struct input *input = draft->input;
    struct event *event = draft_add(draft, EVENT_HALL_DAY_BEGAN);
    event->day = input->day.day;
    event->begins_ms = input->day.begins_ms;
    event->ends_ms = input->day.ends_ms;
    event->more.times = *input->day.times;
    event->has |= EVENT_HAS(FIELD_DAY) | EVENT_HAS(FIELD_BEGINS) | EVENT_HAS(FIELD_ENDS) |
                  EVENT_HAS(FIELD_SPANS);
    if (input->day.previous_hash != NULL && input->day.previous_hash[0] != 0) {
        word_copy(event->hash, sizeof event->hash, input->day.previous_hash);
        event->has |= EVENT_HAS(FIELD_PREVIOUS_HASH);
    }
}

void decide_started(struct draft *draft) {
    const char *next = draft->input->started.next;
    struct event *event = draft_add(draft, EVENT_HALL_STARTED);
    if (next != NULL && next[0] != 0) {
        word_copy(event->more.text, sizeof event->more.text, next);
        event->has |= EVENT_HAS(FIELD_TEXT);
    }
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

static void end_service_changes(struct hall *hall, int64_t now_ms) {
    for (unsigned i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &hall->services[i];
        if (service->stopped_until_ms <= now_ms) {
            service->is_stopped = service->is_stopped_by_rule = false;
            service->stopped_until_ms = 0;
            memset(service->stop_reason, 0, sizeof service->stop_reason);
        }
    }
}

/* Live changes end with the day, but for those with a later `until`. */
static void end_window_day(struct hall *hall, struct window *window, int64_t now_ms) {
    const struct window_rule *rule = window_rule(hall, window);
    bool stays = window->is_assigned && window->assigned_until_ms > now_ms;
    uint64_t own = stays ? window->own : rule->own;
    uint64_t helps = stays ? window->helps : rule->helps;
    int64_t until_ms = stays ? window->assigned_until_ms : 0;
    live_clear_window(window);
    window->own = own;
    window->helps = helps;
    window->is_assigned = stays;
    window->assigned_until_ms = until_ms;
    window->since_ms = now_ms;
}

static void end_hall_changes(struct hall *hall, int64_t now_ms) {
    if (hall->closed_until_ms <= now_ms) {
        hall->is_closed_by_command = false;
        hall->closed_until_ms = 0;
        memset(hall->closed_reason, 0, sizeof hall->closed_reason);
    }
    if (hall->opened_until_ms <= now_ms) {
        hall->is_opened_by_command = false;
        hall->opened_until_ms = 0;
    }
    if (hall->notice_until_ms <= now_ms) {
        memset(hall->notice, 0, sizeof hall->notice);
        hall->notice_until_ms = 0;
    }
    hall->extended_ms = 0;
    hall->is_open = false;
}

void apply_hall_day_began(struct hall *hall, const struct event *event) {
    int64_t now_ms = event->time_ms;
    live_clear_day(hall);
    hall->day_before = hall->day != 0 && hall->day < event->day ? hall->day : hall->day_before;
    hall->day = event->day;
    hall->begins_ms = event->begins_ms;
    hall->ends_ms = event->ends_ms;
    hall->times = event->more.times;
    hall->times.differs = 0; /* does not travel; the ids say it */
    end_hall_changes(hall, now_ms);
    end_service_changes(hall, now_ms);
    days_end(hall);
    change_end_day(hall, now_ms);
    booking_end_day(hall);
    staff_end_day(hall, now_ms);
    for (unsigned i = 0; i < hall->window_count; i++) {
        end_window_day(hall, &hall->windows[i], now_ms);
    }
    for (unsigned i = 0; i < hall->device_count; i++) {
        struct device *device = &hall->devices[i];
        device->ignored_ms = 0;
        device->wrong_codes = (struct tries){ 0 };
    }
    memset(hall->wrong_pins, 0, sizeof hall->wrong_pins);
}

static void take_next_number(struct hall *hall, const char *prefix, unsigned number) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *rule = &hall->rules.services[i];
        if (rule->id[0] == 0 || strcmp(rule->prefix, prefix) != 0 || number <= rule->first ||
            number <= hall->services[i].next_number) {
            continue;
        }
        hall->services[i].next_number = (uint16_t)(number > rule->last ? rule->last + 1U : number);
    }
}

/* "A=120,B=7": numbers go on from there, because paper may have lower ones that a restored store does not know. */
static void take_next_numbers(struct hall *hall, const char *text) {
    enum { DECIMAL = 10 };
    while (*text != 0) {
        char prefix[3] = "";
        unsigned number = 0;
        for (unsigned i = 0; *text >= 'A' && *text <= 'Z'; text++, i++) {
            prefix[i < 2 ? i : 1] = *text;
        }
        text += *text == '=' ? 1 : 0;
        for (; *text >= '0' && *text <= '9' && number <= TICKET_NUMBER_MAX; text++) {
            number = number * DECIMAL + (unsigned)(*text - '0');
        }
        take_next_number(hall, prefix, number);
        text += *text != 0 ? 1 : 0;
    }
}

void apply_hall_started(struct hall *hall, const struct event *event) {
    bool is_restored = (event->has & EVENT_HAS(FIELD_TEXT)) != 0;
    device_forget_all(hall, is_restored);
    hall->started_ms = event->time_ms;
    if (is_restored) {
        take_next_numbers(hall, event->more.text);
    }
}
