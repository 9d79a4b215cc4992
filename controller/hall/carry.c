/*
 * What outlives a day, as rows. Written as it stands right after hall.day_began, so applying that event again on top of
 * the restored rows changes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/hall/change.h"
#include "controller/hall/days.h"
#include "controller/hall/device.h"
#include "controller/hall/live.h"
#include "controller/hall/pace.h"

enum { FLAG_1 = 1, FLAG_2 = 2, FLAG_3 = 4, FLAG_4 = 8, MINUTE_BITS = 11 };

struct sink {
    void (*take)(void *context, const struct carry_row *row);
    void *context;
};

static void row_start(struct carry_row *row, const char *kind, const char *key) {
    memset(row, 0, sizeof *row);
    word_copy(row->kind, sizeof row->kind, kind);
    word_copy(row->key, sizeof row->key, key);
}

static void row_give(const struct sink *sink, const struct carry_row *row) {
    sink->take(sink->context, row);
}

/* --- writing -------------------------------------------------------------------------------------------------- */

static void carry_hall(const struct hall *hall, const struct sink *sink) {
    struct carry_row row;
    row_start(&row, "hall", "");
    row.numbers[0] = hall->session_last;
    row.numbers[1] = hall->last_ms;
    row.numbers[2] = hall->is_closed_by_command ? hall->closed_until_ms : 0;
    row.numbers[3] = hall->is_opened_by_command ? hall->opened_until_ms : 0;
    row.numbers[4] = hall->notice_until_ms;
    row.numbers[5] = hall->opened_ms;
    word_copy(row.text, sizeof row.text, hall->closed_reason);
    row_give(sink, &row);
}

/* A notice may be longer than a row's text: pieces, in order of their keys. */
static void carry_notice(const struct hall *hall, const struct sink *sink) {
    struct carry_row row;
    const size_t piece = sizeof row.text - 1;
    size_t length = strlen(hall->notice);
    for (size_t at = 0; at < length; at += piece) {
        char key[NAME_SIZE];
        snprintf(key, sizeof key, "%u", (unsigned)(at / piece));
        row_start(&row, "notice", key);
        row.numbers[0] = (int64_t)at;
        word_copy(row.text, sizeof row.text, hall->notice + at);
        row_give(sink, &row);
    }
}

static void carry_services(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service *service = &hall->services[i];
        struct carry_row row;
        if (!service->is_stopped) {
            continue;
        }
        row_start(&row, "stopped", hall->rules.services[i].id);
        row.numbers[0] = (int64_t)i;
        row.numbers[1] = service->stopped_until_ms;
        row.numbers[2] = service->is_stopped_by_rule ? 1 : 0;
        word_copy(row.text, sizeof row.text, service->stop_reason);
        row_give(sink, &row);
    }
}

static void carry_pace(const struct hall *hall, const struct sink *sink) {
    struct carry_row row;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct pace *pace = &hall->services[i].pace;
        if (pace->kept > 0) {
            row_start(&row, "pace", hall->rules.services[i].id);
            row.numbers[0] = pace->visits;
            pace_write(pace, row.text, sizeof row.text);
            row_give(sink, &row);
        }
    }
    if (hall->reaction.kept > 0) {
        row_start(&row, "reaction", "");
        pace_write(&hall->reaction, row.text, sizeof row.text);
        row_give(sink, &row);
    }
}

static void carry_windows(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        const struct window *window = &hall->windows[i];
        char key[NAME_SIZE];
        struct carry_row row;
        if (!window->is_assigned) {
            continue;
        }
        snprintf(key, sizeof key, "%u", window->id);
        row_start(&row, "assigned", key);
        row.numbers[0] = window->id;
        row.numbers[1] = (int64_t)window->own;
        row.numbers[2] = (int64_t)window->helps;
        row.numbers[3] = window->assigned_until_ms;
        row_give(sink, &row);
    }
}

static void carry_staff(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->staff_count; i++) {
        const struct staff *staff = &hall->staff[i];
        struct carry_row row;
        if (staff->is_in_rules && !staff->is_added && !staff->is_removed) {
            continue;
        }
        row_start(&row, "staff", staff->id);
        row.numbers[0] = staff->number;
        row.numbers[1] = (staff->is_added ? FLAG_1 : 0) | (staff->is_removed ? FLAG_2 : 0);
        row.numbers[2] = staff->until_ms;
        row_give(sink, &row);
    }
}

static void carry_devices(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->device_count; i++) {
        const struct device *device = &hall->devices[i];
        struct carry_row row;
        row_start(&row, "device", device->id);
        row.numbers[0] = device->role | device->window << 8;
        row.numbers[1] = (device->is_online ? FLAG_1 : 0) | (device->is_faulted ? FLAG_2 : 0) |
                         (device->has_serial ? FLAG_3 : 0) | (device->has_job ? FLAG_4 : 0);
        row.numbers[2] = device->since_ms;
        row.numbers[3] = device->faulted_ms;
        row.numbers[4] = (int64_t)device->serial << 16 | device->boots;
        row.numbers[5] =
            (int64_t)device->held_job << 32 | (int64_t)device->done_job << 16 | device->last_job;
        snprintf(row.text, sizeof row.text, "%s\n%s", device->bus, device->fault);
        row_give(sink, &row);
    }
}

/* One text holds who acknowledged, a line feed, and what was said. */
static void carry_alerts(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->alert_count; i++) {
        const struct alert *alert = &hall->alerts[i];
        char key[NAME_SIZE];
        struct carry_row row;
        snprintf(key, sizeof key, "%llu", (unsigned long long)alert->seq);
        row_start(&row, "alert", key);
        row.numbers[0] = (int64_t)alert->seq;
        row.numbers[1] = alert->since_ms;
        snprintf(row.text, sizeof row.text, "%s\n%s\n%s\n%s", alert->kind, alert->subject,
                 alert->acknowledged_by, alert->what);
        row_give(sink, &row);
    }
}

static void carry_cases(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->case_count; i++) {
        const struct open_case *open = &hall->cases[i];
        char key[NAME_SIZE], ticket[TICKET_SIZE];
        struct carry_row row;
        snprintf(key, sizeof key, "%llu", (unsigned long long)open->seq);
        row_start(&row, "case", key);
        row.numbers[0] = (int64_t)open->visit;
        row.numbers[1] = open->opened_ms;
        row.numbers[2] = open->due_ms;
        row.numbers[3] = open->close_due_ms;
        row.numbers[4] = open->kind | open->grade << 8 | open->step << 16 | open->round << 24 |
                         (int64_t)open->contact << 32 | (int64_t)open->proposed << 40 |
                         (int64_t)open->verdict << 48;
        row.numbers[5] = (open->is_late ? FLAG_1 : 0) | (open->is_appealed ? FLAG_2 : 0) |
                         open->unreached << 8 | (int64_t)open->window << 24 |
                         (int64_t)(open->staff + 1) << 40;
        ticket_no_format(open->ticket, ticket);
        snprintf(row.text, sizeof row.text, "%s\n%s\n%s", open->verified_by, open->found_by,
                 ticket);
        row_give(sink, &row);
    }
}

static void carry_changes(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->change_count; i++) {
        const struct change *change = &hall->changes[i];
        char key[NAME_SIZE];
        struct carry_row row;
        snprintf(key, sizeof key, "%u-%u", change->kind, change->subject);
        row_start(&row, "change", key);
        row.numbers[0] = change->kind;
        row.numbers[1] = change->subject;
        row.numbers[2] = change->by.kind;
        row.numbers[3] = change->since_ms;
        row.numbers[4] = change->until_ms;
        word_copy(row.text, sizeof row.text, change->by.id);
        row_give(sink, &row);
    }
}

/* Two spans a number: minutes of a day take 11 bits. */
static void carry_days(const struct hall *hall, const struct sink *sink) {
    struct carry_row row;
    row_start(&row, "day", "");
    row.numbers[0] = hall->day_before;
    row.numbers[1] = hall->cases_beyond;
    row_give(sink, &row);
    for (unsigned i = 0; i < hall->day_change_count; i++) {
        const struct extra_day *day = &hall->day_changes[i];
        char key[NAME_SIZE];
        snprintf(key, sizeof key, "%u", (unsigned)day->date);
        row_start(&row, "calendar", key);
        row.numbers[0] = day->date;
        row.numbers[1] = day->spans.count;
        for (unsigned k = 0; k < day->spans.count; k++) {
            int64_t minutes =
                (int64_t)day->spans.spans[k].begin_min << MINUTE_BITS | day->spans.spans[k].end_min;
            row.numbers[2 + k / 2] |= minutes << (k % 2 * 2 * MINUTE_BITS);
        }
        row_give(sink, &row);
    }
}

/* Only what stands outlives the day, so there is no state and no ticket to keep. */
static void carry_bookings(const struct hall *hall, const struct sink *sink) {
    for (unsigned i = 0; i < hall->booking_count; i++) {
        const struct booking *booking = &hall->bookings[i];
        char key[NAME_SIZE];
        struct carry_row row;
        snprintf(key, sizeof key, "%016llx", (unsigned long long)booking->code_hash);
        row_start(&row, "booking", key);
        row.numbers[0] = booking->slot_ms;
        row.numbers[1] = booking->last_day;
        row.numbers[2] = booking->class | booking->ground << 8;
        snprintf(row.text, sizeof row.text, "%s\n%s\n%s", booking->service, booking->code_end,
                 booking->person);
        row_give(sink, &row);
    }
}

void hall_carry(const struct hall *hall, void (*take)(void *context, const struct carry_row *row),
                void *context) {
    struct sink sink = { take, context };
    carry_hall(hall, &sink);
    carry_notice(hall, &sink);
    carry_services(hall, &sink);
    carry_pace(hall, &sink);
    carry_windows(hall, &sink);
    carry_staff(hall, &sink);
    carry_devices(hall, &sink);
    carry_alerts(hall, &sink);
    carry_cases(hall, &sink);
    carry_changes(hall, &sink);
    carry_days(hall, &sink);
    carry_bookings(hall, &sink);
}

/* --- reading -------------------------------------------------------------------------------------------------- */

static void restore_hall(struct hall *hall, const struct carry_row *row) {
    hall->session_last = (uint16_t)row->numbers[0];
    hall->last_ms = row->numbers[1];
    hall->is_closed_by_command = row->numbers[2] != 0;
    hall->closed_until_ms = row->numbers[2];
    hall->is_opened_by_command = row->numbers[3] != 0;
    hall->opened_until_ms = row->numbers[3];
    hall->notice_until_ms = row->numbers[4];
    hall->opened_ms = row->numbers[5];
    word_copy(hall->closed_reason, sizeof hall->closed_reason, row->text);
}

static void restore_notice(struct hall *hall, const struct carry_row *row) {
    size_t at = (size_t)row->numbers[0];
    if (at < sizeof hall->notice) {
        word_copy(hall->notice + at, sizeof hall->notice - at, row->text);
    }
}

static void restore_stopped(struct hall *hall, const struct carry_row *row) {
    unsigned place = rules_service(&hall->rules, row->key);
    if (place != 0) {
        hall->services[place].is_stopped = true;
        hall->services[place].stopped_until_ms = row->numbers[1];
        hall->services[place].is_stopped_by_rule = row->numbers[2] != 0;
        word_copy(hall->services[place].stop_reason, WORD_SIZE, row->text);
    }
}

static void restore_pace(struct hall *hall, const struct carry_row *row) {
    unsigned place = rules_service(&hall->rules, row->key);
    if (place != 0) {
        pace_read(&hall->services[place].pace, (uint32_t)row->numbers[0], row->text);
    }
}

static void restore_reaction(struct hall *hall, const struct carry_row *row) {
    pace_read(&hall->reaction, 0, row->text);
}

static void restore_assigned(struct hall *hall, const struct carry_row *row) {
    uint16_t place = live_window(hall, (unsigned)row->numbers[0]);
    if (place != NO_PLACE) {
        hall->windows[place].own = (uint64_t)row->numbers[1];
        hall->windows[place].helps = (uint64_t)row->numbers[2];
        hall->windows[place].is_assigned = true;
        hall->windows[place].assigned_until_ms = row->numbers[3];
    }
}

static void restore_staff(struct hall *hall, const struct carry_row *row) {
    uint16_t place = live_staff_make(hall, (int32_t)row->numbers[0], row->key);
    if (place != NO_PLACE) {
        hall->staff[place].is_added = (row->numbers[1] & FLAG_1) != 0;
        hall->staff[place].is_removed = (row->numbers[1] & FLAG_2) != 0;
        hall->staff[place].until_ms = row->numbers[2];
    }
}

/* Copies one line of `text` and returns where the next one begins. */
static const char *next_line(const char *text, char *out, size_t size) {
    size_t length = strcspn(text, "\n");
    size_t kept = length < size ? length : size - 1;
    memset(out, 0, size);
    memcpy(out, text, kept);
    return text + length + (text[length] == '\n' ? 1 : 0);
}

static void restore_device(struct hall *hall, const struct carry_row *row) {
    uint16_t place = live_device_make(hall, row->key);
    if (place == NO_PLACE) {
        return;
    }
    struct device *device = &hall->devices[place];
    device->role = (uint8_t)(row->numbers[0] & UINT8_MAX);
    device->window = (uint16_t)(row->numbers[0] >> 8);
    device->is_online = (row->numbers[1] & FLAG_1) != 0;
    device->is_faulted = (row->numbers[1] & FLAG_2) != 0;
    device->has_serial = (row->numbers[1] & FLAG_3) != 0;
    device->has_job = (row->numbers[1] & FLAG_4) != 0;
    device->since_ms = row->numbers[2];
    device->faulted_ms = row->numbers[3];
    device->serial = (uint32_t)(row->numbers[4] >> 16);
    device->boots = (uint16_t)(row->numbers[4] & UINT16_MAX);
    device->held_job = (uint16_t)(row->numbers[5] >> 32);
    device->done_job = (uint16_t)(row->numbers[5] >> 16 & UINT16_MAX);
    device->last_job = (uint16_t)(row->numbers[5] & UINT16_MAX);
    const char *text = next_line(row->text, device->bus, sizeof device->bus);
    word_copy(device->fault, sizeof device->fault, text);
    device_tell_windows(hall);
}

static void restore_alert(struct hall *hall, const struct carry_row *row) {
    if (hall->alert_count == ALERTS_MAX) {
        return;
    }
    struct alert *alert = &hall->alerts[hall->alert_count++];
    memset(alert, 0, sizeof *alert);
    alert->seq = (uint64_t)row->numbers[0];
    alert->since_ms = row->numbers[1];
    const char *text = next_line(row->text, alert->kind, sizeof alert->kind);
    text = next_line(text, alert->subject, sizeof alert->subject);
    text = next_line(text, alert->acknowledged_by, sizeof alert->acknowledged_by);
    word_copy(alert->what, sizeof alert->what, text);
}

static void restore_case(struct hall *hall, const struct carry_row *row) {
    if (hall->case_count < CASES_MAX) {
        struct open_case *open = &hall->cases[hall->case_count++];
        *open = (struct open_case){
            .seq = strtoull(row->key, NULL, 10),
            .visit = (uint64_t)row->numbers[0],
            .opened_ms = row->numbers[1],
            .due_ms = row->numbers[2],
            .close_due_ms = row->numbers[3],
            .kind = (uint8_t)row->numbers[4],
            .grade = (uint8_t)(row->numbers[4] >> 8),
            .step = (uint8_t)(row->numbers[4] >> 16),
            .round = (uint8_t)(row->numbers[4] >> 24),
            .contact = (uint8_t)(row->numbers[4] >> 32),
            .proposed = (uint8_t)(row->numbers[4] >> 40),
            .verdict = (uint8_t)(row->numbers[4] >> 48),
            .is_late = (row->numbers[5] & FLAG_1) != 0,
            .is_appealed = (row->numbers[5] & FLAG_2) != 0,
            .unreached = (uint16_t)(row->numbers[5] >> 8),
            .window = (uint16_t)(row->numbers[5] >> 24),
            .staff = (int32_t)(row->numbers[5] >> 40) - 1,
        };
        const char *text = next_line(row->text, open->verified_by, sizeof open->verified_by);
        text = next_line(text, open->found_by, sizeof open->found_by);
        (void)ticket_no_parse(text, &open->ticket); /* none: of a row written before it was kept */
    }
}

static void restore_change(struct hall *hall, const struct carry_row *row) {
    struct change change = { .kind = (uint8_t)row->numbers[0],
                             .subject = (uint32_t)row->numbers[1],
                             .by = { .kind = (enum by_kind)row->numbers[2] },
                             .since_ms = row->numbers[3],
                             .until_ms = row->numbers[4] };
    word_copy(change.by.id, sizeof change.by.id, row->text);
    change_restore(hall, &change);
}

static void restore_day(struct hall *hall, const struct carry_row *row) {
    hall->day_before = (uint32_t)row->numbers[0];
    hall->cases_beyond = (uint32_t)row->numbers[1];
}

static void restore_calendar(struct hall *hall, const struct carry_row *row) {
    enum { MASK = (1 << MINUTE_BITS) - 1 };
    struct extra_day day = { .date = (uint32_t)row->numbers[0] };
    for (unsigned k = 0; k < SPANS_MAX && k < (uint64_t)row->numbers[1]; k++) {
        int64_t minutes = row->numbers[2 + k / 2] >> (k % 2 * 2 * MINUTE_BITS);
        day.spans.spans[k] = (struct span){ .begin_min = (int16_t)(minutes >> MINUTE_BITS & MASK),
                                            .end_min = (int16_t)(minutes & MASK) };
        day.spans.count++;
    }
    days_restore(hall, &day);
    days_make_calendar(hall);
}

static void restore_booking(struct hall *hall, const struct carry_row *row) {
    if (hall->booking_count >= hall->bookings_max) {
        return;
    }
    struct booking *booking = &hall->bookings[hall->booking_count++];
    *booking = (struct booking){ .code_hash = strtoull(row->key, NULL, 16),
                                 .slot_ms = row->numbers[0],
                                 .last_day = (uint32_t)row->numbers[1],
                                 .ticket = NO_PLACE,
                                 .state = BOOKING_BOOKED,
                                 .class = (uint8_t)row->numbers[2],
                                 .ground = (uint8_t)(row->numbers[2] >> 8) };
    const char *text = next_line(row->text, booking->service, sizeof booking->service);
    text = next_line(text, booking->code_end, sizeof booking->code_end);
    word_copy(booking->person, sizeof booking->person, text);
}

void hall_restore(struct hall *hall, const struct carry_row *row) {
    static const struct {
        const char *kind;
        void (*restore)(struct hall *hall, const struct carry_row *row);
    } KINDS[] = {
        { "hall", restore_hall },         { "notice", restore_notice },
        { "stopped", restore_stopped },   { "assigned", restore_assigned },
        { "staff", restore_staff },       { "device", restore_device },
        { "alert", restore_alert },       { "case", restore_case },
        { "pace", restore_pace },         { "reaction", restore_reaction },
        { "change", restore_change },     { "day", restore_day },
        { "calendar", restore_calendar }, { "booking", restore_booking },
    };
    for (unsigned i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].kind, row->kind) == 0) {
            KINDS[i].restore(hall, row);
        }
    }
}
