/* A digest over every field of the live day, so that a replayed day can be held against the one that was lived. */
#include <string.h>

#include "controller/hall/live.h"

struct digest {
    uint64_t value;
};

static void add_number(struct digest *digest, uint64_t number) {
    digest->value = (digest->value ^ number) * UINT64_C(0x9E3779B97F4A7C15);
    digest->value ^= digest->value >> 29;
}

static void add_time(struct digest *digest, int64_t time_ms) {
    add_number(digest, (uint64_t)time_ms);
}

static void add_text(struct digest *digest, const char *text) {
    size_t length = strlen(text);
    add_number(digest, length);
    for (size_t i = 0; i < length; i++) {
        add_number(digest, (uint8_t)text[i]);
    }
}

static void add_no(struct digest *digest, struct ticket_no no) {
    add_text(digest, no.prefix);
    add_number(digest, no.number);
}

static void add_line(struct digest *digest, const struct line *line) {
    add_number(digest, line->turn_first);
    add_number(digest, line->turn_last);
    add_number(digest, line->issue_first);
    add_number(digest, line->issue_last);
    add_number(digest, line->count);
}

static void add_spans(struct digest *digest, const struct span_list *list) {
    add_number(digest, list->count);
    for (unsigned i = 0; i < list->count; i++) {
        add_time(digest, list->spans[i].begin_ms);
        add_time(digest, list->spans[i].end_ms);
    }
}

static void add_times(struct digest *digest, const struct day_times *times) {
    add_spans(digest, &times->hall);
    add_number(digest, times->differs);
    add_number(digest, times->service_count);
    for (unsigned i = 0; i < times->service_count; i++) {
        add_text(digest, times->service_ids[i]);
        add_spans(digest, &times->services[i]);
    }
}

static void add_ticket(struct digest *digest, const struct ticket *ticket) {
    const uint64_t numbers[] = {
        ticket->state,      ticket->service,    ticket->class,         ticket->channel,
        ticket->ground,     ticket->step,       ticket->step_count,    ticket->no_shows,
        ticket->is_near,    ticket->is_moved,   ticket->has_estimate,  ticket->for_count,
        ticket->code,       ticket->job,        ticket->dispenser,     ticket->window,
        ticket->bound,      ticket->ahead,      ticket->turn_prev,     ticket->turn_next,
        ticket->issue_prev, ticket->issue_next, ticket->estimate_s[0], ticket->estimate_s[1],
        ticket->visit,      ticket->person,     ticket->last_visit,
    };
    add_no(digest, ticket->no);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    for (unsigned i = 0; i < STEPS_MAX; i++) {
        add_number(digest, ticket->steps[i]);
    }
    add_time(digest, ticket->issued_ms);
    add_time(digest, ticket->turn_ms);
    add_time(digest, ticket->first_turn_ms);
    add_time(digest, ticket->since_ms);
    add_time(digest, ticket->slot_ms);
}

static void add_visit(struct digest *digest, const struct visit *visit) {
    add_number(digest, visit->seq);
    add_number(digest, visit->before);
    add_number(digest, visit->ticket);
    add_number(digest, visit->window);
    add_number(digest, (uint64_t)(int64_t)visit->staff);
    add_number(digest, visit->served_s);
    add_text(digest, visit->service);
    add_number(digest, visit->grade);
    add_number(digest, visit->is_asked);
    add_number(digest, visit->is_default);
}

static void add_pace(struct digest *digest, const struct pace *pace) {
    add_number(digest, pace->visits);
    add_number(digest, pace->kept);
    for (unsigned i = 0; i < pace->kept; i++) {
        add_number(digest, pace->seconds[i]);
    }
}

static void add_service(struct digest *digest, const struct service *service) {
    add_line(digest, &service->line);
    add_pace(digest, &service->pace);
    add_number(digest, service->next_number);
    add_number(digest, service->issued);
    add_number(digest, service->not_printed);
    add_number(digest, service->served);
    add_number(digest, service->is_stopped);
    add_number(digest, service->is_stopped_by_rule);
    add_text(digest, service->stop_reason);
    add_time(digest, service->stopped_until_ms);
    add_time(digest, service->extended_ms);
}

static void add_why(struct digest *digest, const struct why *why) {
    add_time(digest, why->turn_ms);
    add_number(digest, why->class);
    add_number(digest, why->tier);
    add_number(digest, why->passed_count);
    add_number(digest, why->passed_listed);
    for (unsigned i = 0; i < why->passed_listed; i++) {
        add_no(digest, why->passed[i].ticket);
        add_text(digest, why->passed[i].reason);
    }
}

static void add_session(struct digest *digest, const struct session *session) {
    add_number(digest, session->number);
    add_number(digest, session->is_open);
    add_number(digest, session->grade);
    add_number(digest, session->ticket);
    add_number(digest, session->visit);
    add_text(digest, session->service);
    add_number(digest, (uint64_t)(int64_t)session->staff);
    add_time(digest, session->invited_ms);
    add_time(digest, session->ends_ms);
    add_time(digest, session->given_ms);
    add_time(digest, session->reasons_end_ms);
    add_number(digest, session->reason_count);
    for (unsigned i = 0; i < session->reason_count; i++) {
        add_number(digest, session->reasons[i]);
    }
}

static void add_window(struct digest *digest, const struct window *window) {
    const uint64_t numbers[] = {
        window->id,
        window->rule,
        window->state,
        window->own,
        window->helps,
        window->is_assigned,
        window->ticket,
        window->visit,
        window->calls,
        window->is_assumed,
        window->is_auto,
        window->is_invited,
        window->is_asked,
        window->missed,
        window->held,
        window->missed_visit,
        window->keypads,
        window->is_voiced,
        window->announced,
        window->served,
        window->served_s,
        window->is_pending_close,
        window->is_pending_pause,
        (uint64_t)(int64_t)window->staff,
    };
    const int64_t times[] = {
        window->assigned_until_ms, window->extended_ms,   window->since_ms,
        window->first_called_ms,   window->called_ms,     window->serving_ms,
        window->missed_ms,         window->next_waits_ms, window->qr_ends_ms,
        window->left_ms,           window->announced_ms,  window->speak_by_ms,
    };
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        add_time(digest, times[i]);
    }
    add_line(digest, &window->line);
    add_why(digest, &window->why);
    add_text(digest, window->pause_reason);
    add_text(digest, window->pending_reason);
    add_session(digest, &window->session);
    add_session(digest, &window->last_bad);
    for (unsigned i = 0; i < GRADES_KEPT; i++) {
        add_number(digest, window->grades[i]);
        add_time(digest, window->grades_ms[i]);
    }
}

static void add_staff(struct digest *digest, const struct staff *staff) {
    add_number(digest, (uint64_t)(int64_t)staff->number);
    add_text(digest, staff->id);
    add_number(digest, staff->window);
    add_number(digest, staff->is_in_rules);
    add_number(digest, staff->is_added);
    add_number(digest, staff->is_removed);
    add_time(digest, staff->until_ms);
}

static void add_tries(struct digest *digest, const struct tries *tries) {
    add_number(digest, tries->count);
    for (unsigned i = 0; i < tries->count; i++) {
        add_time(digest, tries->ms[i]);
    }
}

static void add_wrong_pins(struct digest *digest, const struct hall *hall) {
    for (unsigned i = 0; i < WRONG_PINS_MAX; i++) {
        const struct wrong_pins *wrong = &hall->wrong_pins[i];
        if (wrong->tries.count > 0) {
            add_time(digest, wrong->staff);
            add_number(digest, wrong->window);
            add_tries(digest, &wrong->tries);
        }
    }
}

static void add_device(struct digest *digest, const struct device *device) {
    const uint64_t numbers[] = {
        device->role,    device->window,     device->is_online, device->is_faulted,
        device->serial,  device->boots,      device->done_job,  device->last_job,
        device->has_job, device->has_serial, device->held_job,
    };
    add_text(digest, device->id);
    add_text(digest, device->bus);
    add_text(digest, device->fault);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    add_time(digest, device->since_ms);
    add_time(digest, device->faulted_ms);
    add_time(digest, device->ignored_ms);
    add_tries(digest, &device->wrong_codes);
}

static void add_case(struct digest *digest, const struct open_case *open) {
    const uint64_t numbers[] = { open->seq,        open->visit,     open->kind,    open->grade,
                                 open->step,       open->round,     open->contact, open->proposed,
                                 open->verdict,    open->unreached, open->window,  open->is_late,
                                 open->is_appealed };
    char ticket[TICKET_SIZE];
    ticket_no_format(open->ticket, ticket);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    add_time(digest, open->opened_ms);
    add_time(digest, open->due_ms);
    add_time(digest, open->close_due_ms);
    add_time(digest, open->staff);
    add_text(digest, open->verified_by);
    add_text(digest, open->found_by);
    add_text(digest, ticket);
}

static void add_booking(struct digest *digest, const struct booking *booking) {
    const uint64_t numbers[] = { booking->code_hash, booking->last_day, booking->ticket,
                                 booking->state,     booking->class,    booking->ground };
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    add_time(digest, booking->slot_ms);
    add_text(digest, booking->code_end);
    add_text(digest, booking->service);
    add_text(digest, booking->person);
}

static void add_alerts(struct digest *digest, const struct hall *hall) {
    add_number(digest, hall->alert_count);
    for (unsigned i = 0; i < hall->alert_count; i++) {
        const struct alert *alert = &hall->alerts[i];
        add_number(digest, alert->seq);
        add_time(digest, alert->since_ms);
        add_text(digest, alert->kind);
        add_text(digest, alert->subject);
        add_text(digest, alert->acknowledged_by);
        add_text(digest, alert->what);
    }
    add_number(digest, hall->booking_count);
    for (unsigned i = 0; i < hall->booking_count; i++) {
        add_booking(digest, &hall->bookings[i]);
    }
    add_number(digest, hall->case_count);
    for (unsigned i = 0; i < hall->case_count; i++) {
        add_case(digest, &hall->cases[i]);
    }
}

static void add_changes(struct digest *digest, const struct hall *hall) {
    add_number(digest, hall->change_count);
    for (unsigned i = 0; i < hall->change_count; i++) {
        const struct change *change = &hall->changes[i];
        add_number(digest, change->kind);
        add_number(digest, change->subject);
        add_number(digest, change->by.kind);
        add_text(digest, change->by.id);
        add_time(digest, change->since_ms);
        add_time(digest, change->until_ms);
    }
    add_number(digest, hall->day_change_count);
    for (unsigned i = 0; i < hall->day_change_count; i++) {
        const struct extra_day *day = &hall->day_changes[i];
        add_number(digest, day->date);
        add_number(digest, day->spans.count);
        for (unsigned k = 0; k < day->spans.count; k++) {
            add_time(digest, day->spans.spans[k].begin_min);
            add_time(digest, day->spans.spans[k].end_min);
        }
    }
}

static void add_counts(struct digest *digest, const struct hall *hall) {
    const uint64_t numbers[] = {
        hall->seq,          hall->has_rules,
        hall->day,          hall->is_open,
        hall->issued,       hall->is_closed_by_command,
        hall->served,       hall->is_opened_by_command,
        hall->no_shows,     hall->ratings,
        hall->satisfied,    hall->invited,
        hall->recent_at,    hall->session_last,
        hall->call_count,   hall->visit_count,
        hall->prefix_count, hall->day_before,
        hall->defaulted,    hall->bound_count,
        hall->cases_beyond,
    };
    const int64_t times[] = {
        hall->last_ms,         hall->begins_ms,   hall->ends_ms,         hall->opened_ms,
        hall->closed_until_ms, hall->extended_ms, hall->opened_until_ms, hall->notice_until_ms,
    };
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(digest, numbers[i]);
    }
    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        add_time(digest, times[i]);
    }
    add_text(digest, hall->rules_hash);
    add_text(digest, hall->closed_reason);
    add_text(digest, hall->notice);
    add_times(digest, &hall->times);
    for (unsigned i = 0; i < GRADES_FOR_RUN; i++) {
        add_number(digest, hall->recent_grades[i]);
        add_time(digest, hall->recent_ms[i]);
    }
    for (unsigned i = 0; i < hall->call_count; i++) {
        add_number(digest, hall->calls[i].ticket);
        add_number(digest, hall->calls[i].window);
        add_number(digest, hall->calls[i].calls);
        add_time(digest, hall->calls[i].called_ms);
    }
}

static void add_tables(struct digest *digest, const struct hall *hall) {
    for (unsigned slot = 0; slot < hall->prefix_count; slot++) {
        for (unsigned number = 0; number <= TICKET_NUMBER_MAX; number++) {
            add_number(digest, hall->numbers[slot][number]);
        }
    }
    for (unsigned i = 0; i < PREFIX_KEYS; i++) {
        add_number(digest, hall->prefix_slots[i]);
    }
    for (unsigned i = 0; i < CHECK_IN_CODES; i++) {
        add_number(digest, hall->codes[i]);
    }
}

uint64_t hall_digest(const struct hall *hall) {
    struct digest digest = { UINT64_C(14695981039346656037) };
    add_counts(&digest, hall);
    add_line(&digest, &hall->printing);
    add_line(&digest, &hall->unsure);
    add_line(&digest, &hall->missed);
    add_pace(&digest, &hall->reaction);
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        add_service(&digest, &hall->services[i]);
    }
    for (unsigned i = 0; i < hall->ticket_count; i++) {
        add_ticket(&digest, &hall->tickets[i]);
    }
    for (uint32_t number = 1; number <= hall->visit_count; number++) {
        const struct visit *visit = live_visit(hall, number);
        if (visit != NULL) {
            add_visit(&digest, visit);
        }
    }
    for (unsigned i = 0; i < hall->window_count; i++) {
        add_window(&digest, &hall->windows[i]);
    }
    for (unsigned i = 0; i < hall->staff_count; i++) {
        add_staff(&digest, &hall->staff[i]);
    }
    add_wrong_pins(&digest, hall);
    for (unsigned i = 0; i < hall->device_count; i++) {
        add_device(&digest, &hall->devices[i]);
    }
    add_alerts(&digest, hall);
    add_changes(&digest, hall);
    add_tables(&digest, hall);
    return digest.value;
}
