/* Creation, and which function decides and applies what. */
#include "controller/hall/hall.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "controller/hall/alert.h"
#include "controller/hall/booking.h"
#include "controller/hall/cases.h"
#include "controller/hall/change.h"
#include "controller/hall/day.h"
#include "controller/hall/days.h"
#include "controller/hall/device.h"
#include "controller/hall/draft.h"
#include "controller/hall/hours.h"
#include "controller/hall/keys.h"
#include "controller/hall/rating.h"
#include "controller/hall/reload.h"
#include "controller/hall/shift.h"
#include "controller/hall/staff.h"
#include "controller/hall/tick.h"
#include "controller/hall/ticket.h"
#include "controller/hall/visit.h"
#include "controller/hall/voice.h"
#include "controller/hall/window.h"

/* --- creation ------------------------------------------------------------------------------------------------- */

/* Takes the next `bytes` of the block; with a NULL block it only counts. */
static void *take(char *block, size_t *at, size_t bytes) {
    enum { ALIGN = alignof(max_align_t) };
    size_t begin = (*at + ALIGN - 1) / ALIGN * ALIGN;
    *at = begin + bytes;
    return block == NULL ? NULL : block + begin;
}

static size_t lay_out(struct hall *hall, char *block, const struct hall_limits *limits) {
    size_t at = sizeof *hall;
    uint32_t visits = limits->tickets_per_day * 2;
    uint32_t staff = limits->staff + (uint32_t)limits->windows;
    staff = staff < NO_PLACE ? staff : NO_PLACE - 1;
    hall->visits_max = visits;
    hall->bookings_max = visits < BOOKINGS_MAX ? visits : BOOKINGS_MAX;
    hall->staff_max = (uint16_t)staff;
    hall->tickets = take(block, &at, limits->tickets_per_day * sizeof *hall->tickets);
    hall->visits = take(block, &at, visits * sizeof *hall->visits);
    hall->windows = take(block, &at, limits->windows * sizeof *hall->windows);
    hall->spare_windows = take(block, &at, limits->windows * sizeof *hall->windows);
    hall->staff = take(block, &at, staff * sizeof *hall->staff);
    hall->devices = take(block, &at, limits->devices * sizeof *hall->devices);
    hall->alerts = take(block, &at, ALERTS_MAX * sizeof *hall->alerts);
    hall->cases = take(block, &at, CASES_MAX * sizeof *hall->cases);
    hall->bookings = take(block, &at, hall->bookings_max * sizeof *hall->bookings);
    hall->numbers = take(block, &at, PREFIXES_MAX * sizeof *hall->numbers);
    hall->codes = take(block, &at, CHECK_IN_CODES * sizeof *hall->codes);
    hall->window_at = take(block, &at, (WINDOW_ID_MAX + 1U) * sizeof *hall->window_at);
    hall->staff_at = take(block, &at, (STAFF_NUMBER_MAX + 1U) * sizeof *hall->staff_at);
    return at;
}

size_t hall_size(const struct hall_limits *limits) {
    struct hall measured;
    return lay_out(&measured, NULL, limits);
}

struct hall *hall_create(void *memory, const struct hall_limits *limits) {
    struct hall *hall = memory;
    assert(limits->tickets_per_day > 0 && limits->tickets_per_day <= TICKETS_MAX);
    assert(limits->windows <= WINDOWS_MAX && limits->devices <= DEVICES_MAX);
    memset(memory, 0, hall_size(limits));
    hall->limits = *limits;
    lay_out(hall, memory, limits);
    memset(hall->window_at, 0xFF, (WINDOW_ID_MAX + 1U) * sizeof *hall->window_at);
    memset(hall->staff_at, 0xFF, (STAFF_NUMBER_MAX + 1U) * sizeof *hall->staff_at);
    live_clear_day(hall);
    booking_find_due(hall);
    return hall;
}

/* --- decide --------------------------------------------------------------------------------------------------- */

typedef enum reason (*decider)(struct draft *draft);

/* Besides the keys of a window (keys.c). What has no row is a part that this hall does not have. */
static const decider DECIDERS[COMMAND_TYPES] = {
    [COMMAND_TICKET_ISSUE] = decide_ticket_issue,
    [COMMAND_TICKET_CANCEL] = decide_ticket_cancel,
    [COMMAND_TICKET_REQUEUE] = decide_ticket_requeue,
    [COMMAND_TICKET_RECLASS] = decide_ticket_reclass,
    [COMMAND_TICKET_CHECK_IN] = decide_ticket_check_in,
    [COMMAND_WINDOW_OPEN] = decide_window_open,
    [COMMAND_WINDOW_CLOSE] = decide_window_close,
    [COMMAND_WINDOW_ASSIGN] = decide_window_assign,
    [COMMAND_STAFF_SET] = decide_staff_set,
    [COMMAND_STAFF_REMOVE] = decide_staff_remove,
    [COMMAND_SERVICE_STOP] = decide_service_stop,
    [COMMAND_SERVICE_RESUME] = decide_service_resume,
    [COMMAND_HALL_CLOSE] = decide_hall_close,
    [COMMAND_HALL_OPEN] = decide_hall_open,
    [COMMAND_HALL_EXTEND] = decide_hall_extend,
    [COMMAND_HALL_NOTICE] = decide_hall_notice,
    [COMMAND_VISIT_LINK] = decide_visit_link,
    [COMMAND_HALL_TIME] = decide_hall_time,
    [COMMAND_CALENDAR_SET] = decide_calendar_set,
    [COMMAND_RATING_GIVE] = decide_rating_give,
    [COMMAND_RATING_REASONS] = decide_rating_reasons,
    [COMMAND_CASE_CONTACT] = decide_case_contact,
    [COMMAND_CASE_VERIFY] = decide_case_verify,
    [COMMAND_CASE_RECTIFY] = decide_case_rectify,
    [COMMAND_CASE_CLOSE] = decide_case_close,
    [COMMAND_CASE_APPEAL] = decide_case_appeal,
    [COMMAND_NOTE_ERASE] = decide_note_erase,
    [COMMAND_APPOINTMENT_BOOK] = decide_appointment_book,
    [COMMAND_APPOINTMENT_CANCEL] = decide_appointment_cancel,
    [COMMAND_PRECHECK_APPROVE] = decide_precheck_approve,
    [COMMAND_ALERT_ACKNOWLEDGE] = decide_alert_acknowledge,
};

/* Opening a window signs nobody in: somebody who is to sit there would be accepted and forgotten. */
static bool asks_too_much(const struct command *command) {
    return command->type == COMMAND_WINDOW_OPEN && command->staff[0] != 0;
}

static enum reason decide_command(struct draft *draft) {
    const struct command *command = draft->input->command.command;
    draft->command = command;
    draft->by = command->by;
    if (command->type == COMMAND_NONE || command->type >= COMMAND_TYPES) {
        return REASON_UNKNOWN_COMMAND;
    }
    if (!draft->hall->has_rules || draft->hall->day == 0) {
        return REASON_NOT_NOW;
    }
    if (asks_too_much(command)) {
        return REASON_BAD_ARGUMENT;
    }
    if (command->type == COMMAND_STAFF_SIGN_OUT && command->staff[0] != 0) {
        return decide_staff_sign_out(draft);
    }
    if (keys_has(command->type)) {
        return decide_key(draft);
    }
    decider decide = DECIDERS[command->type];
    return decide == NULL ? REASON_NOT_ABLE : decide(draft);
}

/* Only the count is kept: what was refused before it came here changes nothing in the hall. */
static void decide_refused(struct draft *draft) {
    struct event *event = draft_add(draft, EVENT_COMMAND_REFUSED);
    event->by.kind = BY_MQTT;
    word_copy(event->name, sizeof event->name, draft->input->refused.name);
    event->count = draft->input->refused.count;
    event->has |= EVENT_HAS(FIELD_NAME) | EVENT_HAS(FIELD_COUNT);
    event_set_reason(event, reason_word(draft->input->refused.reason));
}

static struct draft draft_of(const struct hall *hall, const struct input *input) {
    return (struct draft){ .hall = hall,
                           .input = input,
                           .now_ms = input->now_ms < hall->last_ms ? hall->last_ms : input->now_ms,
                           .by = { .kind = BY_RULE, .id = "hall" } };
}

bool hall_foresee(const struct hall *hall, const struct input *input, struct foreseen *out) {
    struct draft draft = draft_of(hall, input);
    if (input->kind != INPUT_COMMAND || !hall->has_rules || hall->day == 0) {
        return false;
    }
    draft.command = input->command.command;
    draft.by = draft.command->by;
    return ticket_foresee(&draft, out);
}

void hall_decide(const struct hall *hall, const struct input *input, struct decision *decision) {
    struct draft draft = draft_of(hall, input);
    draft.out = decision;
    decision->reason = REASON_NONE;
    decision->again = false;
    decision->is_dropped = false;
    decision->has_code = false;
    decision->count = 0;
    switch (input->kind) {
    case INPUT_COMMAND:
        decision->reason = decide_command(&draft);
        break;
    case INPUT_REPORT:
        decision->reason = decide_report(&draft);
        break;
    case INPUT_SPOKEN:
        decide_spoken(&draft);
        break;
    case INPUT_TICK:
        tick_decide(&draft);
        break;
    case INPUT_DAY:
        decide_day(&draft);
        break;
    case INPUT_STARTED:
        decide_started(&draft);
        break;
    case INPUT_STOPPED:
        draft_add(&draft, EVENT_HALL_STOPPED);
        break;
    case INPUT_CONFIG:
        decision->reason = decide_config(&draft);
        break;
    case INPUT_CLOCK:
        decide_clock(&draft);
        break;
    case INPUT_CONDITION:
        decide_condition(&draft);
        break;
    case INPUT_DROPPED:
        decide_dropped(&draft);
        break;
    case INPUT_REFUSED:
        decide_refused(&draft);
        break;
    }
}

int64_t hall_next_tick_ms(const struct hall *hall) {
    return tick_next_ms(hall);
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

typedef void (*applier)(struct hall *hall, const struct event *event);

/* Events without a row change nothing that the live day keeps. */
static const applier APPLIERS[EVENT_TYPES] = {
    [EVENT_HALL_STARTED] = apply_hall_started,
    [EVENT_HALL_DAY_BEGAN] = apply_hall_day_began,
    [EVENT_HALL_OPENED] = apply_hall_opened,
    [EVENT_HALL_CLOSED] = apply_hall_closed,
    [EVENT_HALL_EXTENDED] = apply_hall_extended,
    [EVENT_HALL_NOTICE_SET] = apply_hall_notice_set,
    [EVENT_HALL_CLOCK_SET] = apply_hall_clock_set,
    [EVENT_CALENDAR_SET] = apply_calendar_set,
    [EVENT_CONFIG_LOADED] = apply_config_loaded,
    [EVENT_SERVICE_STOPPED] = apply_service_stopped,
    [EVENT_SERVICE_RESUMED] = apply_service_resumed,
    [EVENT_TICKET_ISSUED] = apply_ticket_issued,
    [EVENT_TICKET_PRINTED] = apply_ticket_printed,
    [EVENT_TICKET_UNSURE] = apply_ticket_unsure,
    [EVENT_TICKET_RESTORED] = apply_ticket_printed,
    [EVENT_TICKET_CHECKED_IN] = apply_ticket_requeued,
    [EVENT_TICKET_NEAR] = apply_ticket_near,
    [EVENT_TICKET_CALLED] = apply_ticket_called,
    [EVENT_TICKET_RECALLED] = apply_ticket_recalled,
    [EVENT_TICKET_ANNOUNCED] = apply_ticket_announced,
    [EVENT_TICKET_SERVING] = apply_ticket_serving,
    [EVENT_TICKET_DONE] = apply_ticket_done,
    [EVENT_TICKET_NO_SHOW] = apply_ticket_no_show,
    [EVENT_TICKET_REQUEUED] = apply_ticket_requeued,
    [EVENT_TICKET_TRANSFERRED] = apply_ticket_transferred,
    [EVENT_TICKET_HELD] = apply_ticket_held,
    [EVENT_TICKET_UNHELD] = apply_ticket_unheld,
    [EVENT_TICKET_UNDONE] = apply_ticket_undone,
    [EVENT_TICKET_RECLASSED] = apply_ticket_reclassed,
    [EVENT_TICKET_CANCELLED] = apply_ticket_ended,
    [EVENT_TICKET_EXPIRED] = apply_ticket_ended,
    [EVENT_WINDOW_OPENED] = apply_window_opened,
    [EVENT_WINDOW_CLOSED] = apply_window_closed,
    [EVENT_WINDOW_PAUSED] = apply_window_paused,
    [EVENT_WINDOW_RESUMED] = apply_window_resumed,
    [EVENT_WINDOW_ASSIGNED] = apply_window_assigned,
    [EVENT_STAFF_SIGNED_IN] = apply_staff_signed_in,
    [EVENT_STAFF_SIGNED_OUT] = apply_staff_signed_out,
    [EVENT_STAFF_SET] = apply_staff_set,
    [EVENT_STAFF_REMOVED] = apply_staff_removed,
    [EVENT_RATING_INVITED] = apply_rating_invited,
    [EVENT_RATING_GIVEN] = apply_rating_given,
    [EVENT_RATING_MISSED] = apply_rating_missed,
    [EVENT_RATING_NOT_ASKED] = apply_rating_not_asked,
    [EVENT_RATING_REASONS_GIVEN] = apply_rating_reasons_given,
    [EVENT_RATING_IGNORED] = apply_rating_ignored,
    [EVENT_CASE_OPENED] = apply_case_opened,
    [EVENT_CASE_CONTACTED] = apply_case_step,
    [EVENT_CASE_VERIFIED] = apply_case_step,
    [EVENT_CASE_RECTIFIED] = apply_case_step,
    [EVENT_CASE_CLOSED] = apply_case_step,
    [EVENT_CASE_APPEALED] = apply_case_step,
    [EVENT_CASE_LATE] = apply_case_step,
    [EVENT_APPOINTMENT_BOOKED] = apply_appointment_booked,
    [EVENT_APPOINTMENT_CANCELLED] = apply_appointment_cancelled,
    [EVENT_APPOINTMENT_MISSED] = apply_appointment_missed,
    [EVENT_PRECHECK_APPROVED] = apply_precheck_approved,
    [EVENT_DEVICE_ONLINE] = apply_device_online,
    [EVENT_DEVICE_OFFLINE] = apply_device_offline,
    [EVENT_DEVICE_FAULTED] = apply_device_faulted,
    [EVENT_DEVICE_RECOVERED] = apply_device_recovered,
    [EVENT_ALERT_RAISED] = apply_alert_raised,
    [EVENT_ALERT_ACKNOWLEDGED] = apply_alert_acknowledged,
    [EVENT_ALERT_CLEARED] = apply_alert_cleared,
    [EVENT_COMMAND_REFUSED] = apply_command_refused,
};

void hall_apply(struct hall *hall, const struct event *event) {
    assert(event->seq == hall->seq + 1);
    assert(event->type > EVENT_NONE && event->type < EVENT_TYPES);
    change_apply(hall, event);
    applier apply = APPLIERS[event->type];
    if (apply != NULL) {
        apply(hall, event);
    }
    hall->seq = event->seq;
    hall->last_ms = event->time_ms > hall->last_ms ? event->time_ms : hall->last_ms;
}

/* --- what others may know ------------------------------------------------------------------------------------- */

const struct rules *hall_rules(const struct hall *hall) {
    return hall->has_rules ? &hall->rules : NULL;
}

uint64_t hall_seq(const struct hall *hall) {
    return hall->seq;
}

void hall_set_seq(struct hall *hall, uint64_t seq) {
    hall->seq = seq;
}

uint32_t hall_day(const struct hall *hall) {
    return hall->day;
}

int64_t hall_day_ends_ms(const struct hall *hall) {
    return hall->ends_ms;
}

int64_t hall_last_ms(const struct hall *hall) {
    return hall->last_ms;
}
