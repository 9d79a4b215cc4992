#include "controller/day.h"

#include <string.h>

#include "controller/hall/calendar.h"
#include "controller/zone.h"

static void add_date(const struct rules *rules, unsigned service, uint32_t date,
                     const struct day_plan *plan, struct span_list *list);
static void add_span(struct span_list *list, struct time_span span);

void day_plan_make(const struct rules *rules, int64_t now_ms, int day_change_min,
                   struct day_plan *plan) {
    memset(plan, 0, sizeof *plan);
    plan->day = zone_hall_day(now_ms, day_change_min);
    uint32_t next = date_of_days(date_to_days(plan->day) + 1);
    plan->begins_ms = zone_time(plan->day, day_change_min);
    plan->ends_ms = zone_time(next, day_change_min);
    /* A hall day overlaps two calendar dates; each span is taken by its own date. */
    add_date(rules, 0, plan->day, plan, &plan->times.hall);
    add_date(rules, 0, next, plan, &plan->times.hall);
    for (unsigned index = 1; index < SERVICES_MAX; index++) {
        const struct service_rule *service = &rules->services[index];
        unsigned place = plan->times.service_count;
        if (service->id[0] == 0 || service->week.named == 0 || place == DIFFERING_MAX) {
            continue;
        }
        plan->times.differs |= UINT64_C(1) << index;
        memcpy(plan->times.service_ids[place], service->id, NAME_SIZE);
        add_date(rules, index, plan->day, plan, &plan->times.services[place]);
        add_date(rules, index, next, plan, &plan->times.services[place]);
        plan->times.service_count++;
    }
}

static void add_date(const struct rules *rules, unsigned service, uint32_t date,
                     const struct day_plan *plan, struct span_list *list) {
    struct day_spans spans;
    calendar_spans(rules, service, date, &spans);
    for (unsigned i = 0; i < spans.count; i++) {
        struct time_span span = { .begin_ms = zone_time(date, spans.spans[i].begin_min),
                                  .end_ms = zone_time(date, spans.spans[i].end_min) };
        if (span.begin_ms < plan->ends_ms && span.end_ms > plan->begins_ms) {
            span.begin_ms = span.begin_ms < plan->begins_ms ? plan->begins_ms : span.begin_ms;
            span.end_ms = span.end_ms > plan->ends_ms ? plan->ends_ms : span.end_ms;
            add_span(list, span);
        }
    }
}

/* Spans come in order; those that touch are one. */
static void add_span(struct span_list *list, struct time_span span) {
    if (list->count > 0 && list->spans[list->count - 1].end_ms >= span.begin_ms) {
        list->spans[list->count - 1].end_ms = span.end_ms;
    } else if (list->count < SPANS_MAX) {
        list->spans[list->count++] = span;
    }
}
