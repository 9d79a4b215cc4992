#include "controller/hall/hours.h"

#include <string.h>

#include "controller/hall/calendar.h"

static const struct span_list *spans_of(const struct hall *hall, unsigned service);
static bool is_within(const struct span_list *list, int64_t now_ms);
static bool clock_is_untrusted(const struct hall *hall);
static bool is_open_only_by_command(const struct hall *hall, int64_t now_ms);

static bool is_extended(int64_t extended_ms, const struct span_list *list, int64_t now_ms) {
    return list->count > 0 && now_ms >= list->spans[list->count - 1].end_ms && now_ms < extended_ms;
}

/* By a person's hall.open outside the spans, which stands until its time. */
static bool is_opened(const struct hall *hall, int64_t now_ms) {
    return hall->is_opened_by_command && now_ms < hall->opened_until_ms;
}

/* By a person's hall.close, which stands until its time. */
static bool is_closed(const struct hall *hall, int64_t now_ms) {
    return hall->is_closed_by_command && now_ms < hall->closed_until_ms;
}

/* On a day on which the hall has no hours its opening is for everything; else for what is open today at some time. */
static bool is_opened_for(const struct hall *hall, const struct span_list *list, int64_t now_ms) {
    return is_opened(hall, now_ms) && (list->count > 0 || hall->times.hall.count == 0);
}

/* Until when the service is extended, by itself or with the hall; service 0 is the hall. */
static int64_t extended_to_ms(const struct hall *hall, unsigned service) {
    const struct span_list *list = spans_of(hall, service);
    const struct span_list *halls = &hall->times.hall;
    if (service == 0) {
        return hall->extended_ms;
    }
    int64_t own_ms = hall->services[service].extended_ms;
    if (list->count == 0 || halls->count == 0) {
        return own_ms;
    }
    int64_t ends_ms = list->spans[list->count - 1].end_ms;
    ends_ms = own_ms > ends_ms ? own_ms : ends_ms;
    bool is_there = ends_ms >= halls->spans[halls->count - 1].end_ms;
    return is_there && hall->extended_ms > own_ms ? hall->extended_ms : own_ms;
}

static bool is_open_by_calendar(const struct hall *hall, unsigned service, int64_t now_ms) {
    const struct span_list *list = spans_of(hall, service);
    return is_within(list, now_ms) || is_extended(extended_to_ms(hall, service), list, now_ms) ||
           clock_is_untrusted(hall) || is_opened_for(hall, list, now_ms);
}

bool hours_is_open(const struct hall *hall, int64_t now_ms) {
    return hall->day != 0 && !is_closed(hall, now_ms) && is_open_by_calendar(hall, 0, now_ms);
}

enum reason hours_refuse(const struct hall *hall, unsigned service, int64_t now_ms) {
    const struct span_list *list = spans_of(hall, service);
    const struct service *live = &hall->services[service];
    if (hall->day == 0 || is_closed(hall, now_ms) || !is_open_by_calendar(hall, service, now_ms)) {
        return REASON_HALL_CLOSED;
    }
    if (live->is_stopped && (live->stopped_until_ms == 0 || now_ms < live->stopped_until_ms)) {
        return REASON_SERVICE_STOPPED;
    }
    if (hall->rules.calendar.is_always || list->count == 0 || is_opened(hall, now_ms) ||
        clock_is_untrusted(hall)) {
        return REASON_NONE;
    }
    int64_t extended_ms = extended_to_ms(hall, service);
    int64_t end_ms = list->spans[list->count - 1].end_ms;
    end_ms = extended_ms > end_ms ? extended_ms : end_ms;
    int64_t last_ms = end_ms - (int64_t)hall->rules.calendar.last_ticket_minutes * MINUTE_MS;
    return now_ms >= last_ms ? REASON_TOO_LATE : REASON_NONE;
}

/* Service 0 is the hall itself. Services are found by id: a reload may give another service the index. */
static const struct span_list *spans_of(const struct hall *hall, unsigned service) {
    return service == 0 ? &hall->times.hall
                        : times_of_service(&hall->times, hall->rules.services[service].id);
}

const struct span_list *times_of_service(const struct day_times *times, const char *service) {
    for (unsigned i = 0; i < times->service_count; i++) {
        if (strcmp(times->service_ids[i], service) == 0) {
            return &times->services[i];
        }
    }
    return &times->hall;
}

static bool is_within(const struct span_list *list, int64_t now_ms) {
    for (unsigned i = 0; i < list->count; i++) {
        if (now_ms >= list->spans[i].begin_ms && now_ms < list->spans[i].end_ms) {
            return true;
        }
    }
    return false;
}

/* Raised by INPUT_CONDITION: tickets are issued despite the calendar until somebody says what time it is. */
static bool clock_is_untrusted(const struct hall *hall) {
    for (uint16_t i = 0; i < hall->alert_count; i++) {
        if (strcmp(hall->alerts[i].kind, "clock_untrusted") == 0) {
            return true;
        }
    }
    return false;
}

/* The latest end of what holds the hall open at this time; `now_ms` itself when nothing does. */
static int64_t held_open_until_ms(const struct hall *hall, int64_t now_ms) {
    const struct span_list *list = &hall->times.hall;
    int64_t end_ms = now_ms;
    if (clock_is_untrusted(hall)) {
        return INT64_MAX;
    }
    if (is_opened(hall, now_ms)) {
        end_ms = hall->opened_until_ms;
    }
    if (is_extended(hall->extended_ms, list, now_ms) && hall->extended_ms > end_ms) {
        end_ms = hall->extended_ms;
    }
    for (unsigned i = 0; i < list->count; i++) {
        const struct time_span *span = &list->spans[i];
        if (now_ms >= span->begin_ms && now_ms < span->end_ms && span->end_ms > end_ms) {
            end_ms = span->end_ms;
        }
    }
    return end_ms;
}

/* One end may lie within what comes after it: a span in a hall.open, an extension behind the last span. */
int64_t hours_closes_ms(const struct hall *hall, int64_t now_ms) {
    if (!hours_is_open(hall, now_ms)) {
        return 0;
    }
    int64_t end_ms = held_open_until_ms(hall, now_ms);
    int64_t later_ms = end_ms == INT64_MAX ? end_ms : held_open_until_ms(hall, end_ms);
    while (later_ms > end_ms) {
        end_ms = later_ms;
        later_ms = end_ms == INT64_MAX ? end_ms : held_open_until_ms(hall, end_ms);
    }
    return end_ms;
}

int64_t hours_opens_ms(const struct hall *hall, int64_t now_ms) {
    const struct span_list *list = &hall->times.hall;
    int64_t from_ms = now_ms;
    if (hall->is_closed_by_command && hall->closed_until_ms > now_ms) {
        from_ms = hall->closed_until_ms;
        if (is_open_by_calendar(hall, 0, from_ms)) {
            return from_ms;
        }
    }
    for (unsigned i = 0; i < list->count; i++) {
        if (list->spans[i].end_ms > from_ms) {
            return list->spans[i].begin_ms > from_ms ? list->spans[i].begin_ms : from_ms;
        }
    }
    return 0;
}

int64_t hours_add(const struct hall *hall, int64_t from_ms, int64_t open_ms) {
    const struct span_list *list = &hall->times.hall;
    for (unsigned i = 0; i < list->count; i++) {
        const struct time_span *span = &list->spans[i];
        if (span->end_ms <= from_ms) {
            continue;
        }
        from_ms = from_ms < span->begin_ms && i > 0 ? span->begin_ms : from_ms;
        if (i + 1U == list->count || from_ms + open_ms <= span->end_ms) {
            break;
        }
        open_ms -= span->end_ms - from_ms;
        from_ms = span->end_ms;
    }
    return from_ms + open_ms;
}

int64_t hours_due_ms(const struct hall *hall, unsigned days) {
    enum { FAR_DAYS = 400 };
    int32_t first = date_to_days(hall->day);
    int32_t date = first;
    while (days > 0 && date - first < FAR_DAYS) {
        date++;
        days -= calendar_is_working_day(&hall->calendar, date_of_days(date)) ? 1 : 0;
    }
    return hall->ends_ms + (int64_t)(date - first) * DAY_MS;
}

const char *hall_stop_reason(const struct hall *hall, unsigned service, enum reason refusal,
                             int64_t now_ms) {
    if (refusal == REASON_HALL_CLOSED) {
        return is_closed(hall, now_ms) ? hall->closed_reason : "";
    }
    return refusal == REASON_SERVICE_STOPPED ? hall->services[service].stop_reason : "";
}

/* --- commands ------------------------------------------------------------------------------------------------- */

static bool until_is_bad(const struct draft *draft) {
    return draft->command->until_ms != 0 && draft->command->until_ms <= draft->now_ms;
}

enum reason decide_hall_close(struct draft *draft) {
    if (until_is_bad(draft)) {
        return REASON_BAD_ARGUMENT;
    }
    if (is_closed(draft->hall, draft->now_ms)) {
        return REASON_ALREADY;
    }
    struct event *event = draft_add(draft, EVENT_HALL_CLOSED);
    event_set_reason(event, draft->command->reason);
    int64_t until_ms =
        is_open_only_by_command(draft->hall, draft->now_ms) ? draft->now_ms : draft->hall->ends_ms;
    event_set_until(event, draft->command->until_ms != 0 ? draft->command->until_ms : until_ms);
    return REASON_NONE;
}

/* Closing such a hall takes the opening back: it holds no longer than this moment, the next span opens it again. */
static bool is_open_only_by_command(const struct hall *hall, int64_t now_ms) {
    const struct span_list *list = &hall->times.hall;
    return is_opened(hall, now_ms) && !is_within(list, now_ms) &&
           !is_extended(hall->extended_ms, list, now_ms);
}

enum reason decide_hall_open(struct draft *draft) {
    const struct hall *hall = draft->hall;
    if (until_is_bad(draft)) {
        return REASON_BAD_ARGUMENT;
    }
    if (hours_is_open(hall, draft->now_ms)) {
        return REASON_ALREADY;
    }
    struct event *event = draft_add(draft, EVENT_HALL_OPENED);
    event_set_reason(event, draft->command->reason);
    if (!is_open_by_calendar(hall, 0, draft->now_ms)) {
        event_set_until(event,
                        draft->command->until_ms != 0 ? draft->command->until_ms : hall->ends_ms);
    }
    return REASON_NONE;
}

static int64_t extension_ms(const struct hall *hall, unsigned service, uint16_t window) {
    if (service != 0) {
        return hall->services[service].extended_ms;
    }
    return window != 0 ? hall->windows[live_window(hall, window)].extended_ms : hall->extended_ms;
}

/* Without a time the extension is taken back: it ends now. */
enum reason decide_hall_extend(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    unsigned service = rules_service(&hall->rules, command->service);
    if (until_is_bad(draft) || command->until_ms > hall->ends_ms) {
        return REASON_BAD_ARGUMENT;
    }
    if ((command->service[0] != 0 && service == 0) ||
        (command->window != 0 && live_window(hall, command->window) == NO_PLACE)) {
        return REASON_NO_SUCH;
    }
    if (command->until_ms == 0 && extension_ms(hall, service, command->window) <= draft->now_ms) {
        return REASON_ALREADY;
    }
    struct event *event = draft_add(draft, EVENT_HALL_EXTENDED);
    event_set_until(event, command->until_ms != 0 ? command->until_ms : draft->now_ms);
    event_set_reason(event, command->reason);
    if (service != 0) {
        event_set_service(event, hall, service);
    } else if (command->window != 0) {
        event->window = command->window;
        event->has |= EVENT_HAS(FIELD_WINDOW);
    }
    return REASON_NONE;
}

enum reason decide_hall_notice(struct draft *draft) {
    if (until_is_bad(draft)) {
        return REASON_BAD_ARGUMENT;
    }
    struct event *event = draft_add(draft, EVENT_HALL_NOTICE_SET);
    word_copy(event->more.text, sizeof event->more.text, draft->command->text);
    event->has |= EVENT_HAS(FIELD_TEXT);
    event_set_until(event, draft->command->until_ms);
    return REASON_NONE;
}

enum reason decide_service_stop(struct draft *draft) {
    unsigned service = rules_service(&draft->hall->rules, draft->command->service);
    if (service == 0) {
        return REASON_NO_SUCH;
    }
    if (until_is_bad(draft)) {
        return REASON_BAD_ARGUMENT;
    }
    if (draft->hall->services[service].is_stopped) {
        return REASON_ALREADY;
    }
    struct event *event = draft_add(draft, EVENT_SERVICE_STOPPED);
    event_set_service(event, draft->hall, service);
    event_set_reason(event, draft->command->reason);
    event_set_until(event, draft->command->until_ms);
    return REASON_NONE;
}

enum reason decide_service_resume(struct draft *draft) {
    unsigned service = rules_service(&draft->hall->rules, draft->command->service);
    if (service == 0) {
        return REASON_NO_SUCH;
    }
    if (!draft->hall->services[service].is_stopped) {
        return REASON_ALREADY;
    }
    struct event *event = draft_add(draft, EVENT_SERVICE_RESUMED);
    event_set_service(event, draft->hall, service);
    return REASON_NONE;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

void apply_hall_opened(struct hall *hall, const struct event *event) {
    hall->is_open = true;
    hall->opened_ms = event->time_ms;
    hall->is_closed_by_command = false;
    hall->closed_until_ms = 0;
    hall->closed_reason[0] = 0;
    if ((event->has & EVENT_HAS(FIELD_UNTIL)) != 0) {
        hall->is_opened_by_command = true;
        hall->opened_until_ms = event->until_ms;
    }
}

/*
 * The closing of the calendar and of the day has no `until`, and leaves a standing hall.open alone; a person's always has
 * one, and takes it back.
 */
void apply_hall_closed(struct hall *hall, const struct event *event) {
    bool is_persons = (event->has & EVENT_HAS(FIELD_UNTIL)) != 0;
    hall->is_open = false;
    if (is_persons || !is_opened(hall, event->time_ms)) {
        hall->is_opened_by_command = false;
        hall->opened_until_ms = 0;
    }
    if (is_persons) {
        hall->is_closed_by_command = true;
        hall->closed_until_ms = event->until_ms;
        word_copy(hall->closed_reason, sizeof hall->closed_reason, event->reason);
    }
}

void apply_hall_extended(struct hall *hall, const struct event *event) {
    if ((event->has & EVENT_HAS(FIELD_SERVICE)) != 0) {
        unsigned service = rules_service(&hall->rules, event->service);
        hall->services[service].extended_ms = event->until_ms;
    } else if ((event->has & EVENT_HAS(FIELD_WINDOW)) != 0) {
        hall->windows[live_window(hall, event->window)].extended_ms = event->until_ms;
    } else {
        hall->extended_ms = event->until_ms;
    }
}

void apply_hall_notice_set(struct hall *hall, const struct event *event) {
    word_copy(hall->notice, sizeof hall->notice, event->more.text);
    hall->notice_until_ms = event->until_ms;
}

void apply_service_stopped(struct hall *hall, const struct event *event) {
    struct service *service = &hall->services[rules_service(&hall->rules, event->service)];
    service->is_stopped = true;
    service->is_stopped_by_rule = event->by.kind == BY_RULE;
    service->stopped_until_ms = event->until_ms;
    word_copy(service->stop_reason, sizeof service->stop_reason, event->reason);
}

void apply_service_resumed(struct hall *hall, const struct event *event) {
    struct service *service = &hall->services[rules_service(&hall->rules, event->service)];
    service->is_stopped = service->is_stopped_by_rule = false;
    service->stopped_until_ms = 0;
    memset(service->stop_reason, 0, sizeof service->stop_reason);
}

/* --- ticks ---------------------------------------------------------------------------------------------------- */

/* When the hall's being open differs from what its hours say, seen from the last event. */
int64_t hours_due_change(const struct hall *hall, unsigned *place) {
    (void)place;
    if (hall->day == 0) {
        return INT64_MAX;
    }
    if (hours_is_open(hall, hall->last_ms) != hall->is_open) {
        return hall->last_ms;
    }
    if (hall->is_open) {
        return hours_closes_ms(hall, hall->last_ms);
    }
    int64_t opens_ms = hours_opens_ms(hall, hall->last_ms);
    return opens_ms == 0 ? INT64_MAX : opens_ms;
}

/* A span that passed wholly unseen gives one more "closed", so that the time of the last event moves on. */
void hours_change(struct draft *draft, unsigned place) {
    (void)place;
    bool is_open = hours_is_open(draft->hall, draft->now_ms);
    enum event_type type = is_open ? EVENT_HALL_OPENED : EVENT_HALL_CLOSED;
    event_set_reason(draft_add_rule(draft, type, "calendar"), "calendar");
}

int64_t hours_due_notice(const struct hall *hall, unsigned *place) {
    (void)place;
    return hall->notice_until_ms == 0 ? INT64_MAX : hall->notice_until_ms;
}

void hours_end_notice(struct draft *draft, unsigned place) {
    (void)place;
    struct event *event = draft_add_rule(draft, EVENT_HALL_NOTICE_SET, "until");
    memset(event->more.text, 0, sizeof event->more.text);
    event->has |= EVENT_HAS(FIELD_TEXT);
}

int64_t hours_due_service(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service *service = &hall->services[i];
        if (service->is_stopped && service->stopped_until_ms != 0 &&
            service->stopped_until_ms < due_ms) {
            due_ms = service->stopped_until_ms;
            *place = i;
        }
    }
    return due_ms;
}

void hours_resume_service(struct draft *draft, unsigned place) {
    struct event *event = draft_add_rule(draft, EVENT_SERVICE_RESUMED, "until");
    event_set_service(event, draft->hall, place);
}
