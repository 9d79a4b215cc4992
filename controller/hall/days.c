#include "controller/hall/days.h"

#include <string.h>

#include "controller/hall/calendar.h"

static unsigned place_of(const struct hall *hall, uint32_t date);
static bool is_same_hours(const struct day_spans *a, const struct day_spans *b);
static bool is_same_list(const struct span_list *a, const struct span_list *b);
static bool is_same_times(const struct day_times *a, const struct day_times *b);

static unsigned place_of(const struct hall *hall, uint32_t date) {
    unsigned place = 0;
    while (place < hall->day_change_count && hall->day_changes[place].date != date) {
        place++;
    }
    return place;
}

/* Today or later; without spans the change is taken back. Today's times travel along when they become others. */
enum reason decide_calendar_set(struct draft *draft) {
    const struct hall *hall = draft->hall;
    const struct command *command = draft->command;
    const struct day_times *times = draft->input->command.times;
    unsigned place = place_of(hall, command->date);
    bool is_changed = place < hall->day_change_count;
    bool has_spans = (command->has & COMMAND_HAS(ARG_SPANS)) != 0;
    if (command->date < hall->day || !date_is_valid(command->date)) {
        return REASON_BAD_ARGUMENT;
    }
    if (has_spans ? is_changed && is_same_hours(&hall->day_changes[place].spans, &command->spans)
                  : !is_changed) {
        return REASON_ALREADY;
    }
    if (place == DAY_CHANGES_MAX) {
        return REASON_CAPACITY;
    }
    struct event *event = draft_add(draft, EVENT_CALENDAR_SET);
    event->day = command->date;
    event->has |= EVENT_HAS(FIELD_DAY);
    event_set_reason(event, command->reason);
    if (has_spans) {
        hours_format(&command->spans, event->what);
        event->has |= EVENT_HAS(FIELD_WHAT);
    }
    if (times != NULL && !is_same_times(times, &hall->times)) {
        event->more.times = *times;
        event->has |= EVENT_HAS(FIELD_SPANS);
    }
    return REASON_NONE;
}

void hall_calendar_after(const struct hall *hall, const struct command *command,
                         struct calendar_rule *out) {
    *out = hall->rules.calendar;
    for (unsigned i = 0; i < hall->day_change_count; i++) {
        if (hall->day_changes[i].date != command->date) {
            (void)calendar_change(out, hall->day_changes[i].date, &hall->day_changes[i].spans);
        }
    }
    if ((command->has & COMMAND_HAS(ARG_SPANS)) != 0) {
        (void)calendar_change(out, command->date, &command->spans);
    }
}

static bool is_same_hours(const struct day_spans *a, const struct day_spans *b) {
    bool is_same = a->count == b->count;
    for (unsigned i = 0; is_same && i < a->count; i++) {
        is_same = a->spans[i].begin_min == b->spans[i].begin_min &&
                  a->spans[i].end_min == b->spans[i].end_min;
    }
    return is_same;
}

static bool is_same_list(const struct span_list *a, const struct span_list *b) {
    bool is_same = a->count == b->count;
    for (unsigned i = 0; is_same && i < a->count; i++) {
        is_same = a->spans[i].begin_ms == b->spans[i].begin_ms &&
                  a->spans[i].end_ms == b->spans[i].end_ms;
    }
    return is_same;
}

static bool is_same_times(const struct day_times *a, const struct day_times *b) {
    bool is_same = a->service_count == b->service_count && is_same_list(&a->hall, &b->hall);
    for (unsigned i = 0; is_same && i < a->service_count; i++) {
        is_same = strcmp(a->service_ids[i], b->service_ids[i]) == 0 &&
                  is_same_list(&a->services[i], &b->services[i]);
    }
    return is_same;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

static void remove_place(struct hall *hall, unsigned place) {
    hall->day_change_count--;
    memmove(&hall->day_changes[place], &hall->day_changes[place + 1],
            (hall->day_change_count - place) * sizeof hall->day_changes[0]);
}

void apply_calendar_set(struct hall *hall, const struct event *event) {
    unsigned place = place_of(hall, event->day);
    if (place < hall->day_change_count) {
        remove_place(hall, place);
    }
    struct extra_day day = { .date = event->day };
    if ((event->has & EVENT_HAS(FIELD_WHAT)) != 0 && hours_parse(event->what, &day.spans)) {
        days_restore(hall, &day);
    }
    if ((event->has & EVENT_HAS(FIELD_SPANS)) != 0) {
        hall->times = event->more.times;
        hall->times.differs = 0; /* does not travel; the ids say it */
    }
    days_make_calendar(hall);
}

void days_restore(struct hall *hall, const struct extra_day *day) {
    if (hall->day_change_count < DAY_CHANGES_MAX) {
        hall->day_changes[hall->day_change_count++] = *day;
    }
}

void hall_change_calendar(const struct hall *hall, struct calendar_rule *calendar) {
    for (unsigned i = 0; i < hall->day_change_count; i++) {
        (void)calendar_change(calendar, hall->day_changes[i].date, &hall->day_changes[i].spans);
    }
}

void days_make_calendar(struct hall *hall) {
    hall->calendar = hall->rules.calendar;
    hall_change_calendar(hall, &hall->calendar);
}

void days_end(struct hall *hall) {
    for (unsigned i = hall->day_change_count; i > 0; i--) {
        if (hall->day_changes[i - 1].date < hall->day) {
            remove_place(hall, i - 1);
        }
    }
    days_make_calendar(hall);
}

const struct calendar_rule *hall_calendar(const struct hall *hall) {
    return &hall->calendar;
}
