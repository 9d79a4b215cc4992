#include "controller/hall/calendar.h"

#include <string.h>

enum { DAY_MINUTES = 1440, DAYS_LOOKED_AT = 3 };

static bool is_holiday(const struct calendar_rule *calendar, uint32_t date);
static const struct extra_day *extra_day(const struct calendar_rule *calendar, uint32_t date);
static void add_span(struct span_list *list, struct time_span span, const struct time_span *bounds);

void calendar_spans(const struct calendar_rule *calendar, const struct service_week *week,
                    uint32_t date, struct day_spans *out) {
    const struct extra_day *extra = extra_day(calendar, date);
    unsigned weekday = date_weekday(date);
    memset(out, 0, sizeof *out);
    if (extra != NULL) {
        *out = extra->spans;
    } else if (is_holiday(calendar, date)) {
        return;
    } else if (week != NULL && (week->named >> weekday & 1U) != 0) {
        *out = week->week[weekday];
    } else if (calendar->is_always) {
        out->count = 1;
        out->spans[0] = (struct span){ 0, DAY_MINUTES };
    } else {
        *out = calendar->week[weekday];
    }
}

bool calendar_is_working_day(const struct calendar_rule *calendar, uint32_t date) {
    struct day_spans spans;
    calendar_spans(calendar, NULL, date, &spans);
    return spans.count > 0;
}

bool calendar_change(struct calendar_rule *calendar, uint32_t date, const struct day_spans *spans) {
    enum { EXTRA_MAX = sizeof calendar->extra / sizeof calendar->extra[0] };
    unsigned place = 0;
    while (place < calendar->extra_count && calendar->extra[place].date != date) {
        place++;
    }
    if (place == EXTRA_MAX) {
        return false;
    }
    if (place == calendar->extra_count) {
        calendar->extra_count++;
    }
    calendar->extra[place] = (struct extra_day){ .date = date, .spans = *spans };
    return true;
}

static bool is_holiday(const struct calendar_rule *calendar, uint32_t date) {
    for (unsigned i = 0; i < calendar->holiday_count; i++) {
        if (calendar->holidays[i] == date) {
            return true;
        }
    }
    return false;
}

static const struct extra_day *extra_day(const struct calendar_rule *calendar, uint32_t date) {
    for (unsigned i = 0; i < calendar->extra_count; i++) {
        if (calendar->extra[i].date == date) {
            return &calendar->extra[i];
        }
    }
    return NULL;
}

/* A day of 24 h that begins in the afternoon overlaps two civil dates; a third only when a clock change moves its end. */
static void add_dates(const struct calendar_source *source, const struct service_week *week,
                      uint32_t day, const struct time_span *bounds, struct span_list *out) {
    int32_t first = date_to_days(day);
    memset(out, 0, sizeof *out);
    for (int32_t i = 0; i < DAYS_LOOKED_AT; i++) {
        uint32_t date = date_of_days(first + i);
        struct day_spans spans;
        calendar_spans(source->calendar, week, date, &spans);
        for (unsigned k = 0; k < spans.count; k++) {
            struct time_span span = {
                source->clock(source->context, date, spans.spans[k].begin_min),
                source->clock(source->context, date, spans.spans[k].end_min),
            };
            add_span(out, span, bounds);
        }
    }
}

/* Spans come in order of time, so only the last one can touch. */
static void add_span(struct span_list *list, struct time_span span,
                     const struct time_span *bounds) {
    span.begin_ms = span.begin_ms < bounds->begin_ms ? bounds->begin_ms : span.begin_ms;
    span.end_ms = span.end_ms > bounds->end_ms ? bounds->end_ms : span.end_ms;
    if (span.begin_ms >= span.end_ms) {
        return;
    }
    if (list->count > 0 && list->spans[list->count - 1].end_ms >= span.begin_ms) {
        list->spans[list->count - 1].end_ms = span.end_ms;
    } else if (list->count < SPANS_MAX) {
        list->spans[list->count++] = span;
    }
}

void calendar_day_times(const struct calendar_source *source, uint32_t day,
                        const struct time_span *bounds, struct day_times *out) {
    memset(out, 0, sizeof *out);
    add_dates(source, NULL, day, bounds, &out->hall);
    for (unsigned i = 1; i < SERVICES_MAX && out->service_count < DIFFERING_MAX; i++) {
        const struct service_rule *service = &source->rules->services[i];
        if (service->id[0] == 0 || service->week.named == 0) {
            continue;
        }
        unsigned k = out->service_count++;
        out->differs |= UINT64_C(1) << i;
        memcpy(out->service_ids[k], service->id, NAME_SIZE);
        add_dates(source, &service->week, day, bounds, &out->services[k]);
    }
}
