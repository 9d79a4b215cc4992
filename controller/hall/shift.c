#include "controller/hall/shift.h"

static void add_set(struct draft *draft, int64_t to_ms, const char *reason,
                    const struct day_times *times);
static void move(int64_t *time_ms, int64_t by_ms);

/* Not over the back office's line: a command may wait there, and by then the time it says is past. */
enum reason decide_hall_time(struct draft *draft) {
    const struct command *command = draft->command;
    if (draft->by.kind == BY_MQTT) {
        return REASON_NOT_ALLOWED;
    }
    if (command->at_ms < HALL_TIME_MIN_MS || command->at_ms > HALL_TIME_MAX_MS) {
        return REASON_BAD_ARGUMENT;
    }
    add_set(draft, command->at_ms, "said", draft->input->command.times);
    return REASON_NONE;
}

void decide_clock(struct draft *draft) {
    int64_t to_ms = draft->input->clock.to_ms;
    draft->by = (struct by){ .kind = BY_RULE, .id = "clock" };
    add_set(draft, to_ms, to_ms < draft->now_ms ? "behind" : "step", draft->input->clock.times);
}

/* Set back before the day that has begun, the hall stays in it (a day begins once) and opens as the clock says now. */
static void add_set(struct draft *draft, int64_t to_ms, const char *reason,
                    const struct day_times *times) {
    int64_t from_ms = draft->now_ms;
    draft->now_ms = to_ms;
    struct event *event = draft_add(draft, EVENT_HALL_CLOCK_SET);
    event->begins_ms = from_ms;
    event->ends_ms = to_ms;
    event->has |= EVENT_HAS(FIELD_BEGINS) | EVENT_HAS(FIELD_ENDS);
    event_set_reason(event, reason);
    if (times != NULL && to_ms < draft->hall->begins_ms) {
        event->more.times = *times;
        event->has |= EVENT_HAS(FIELD_SPANS);
    }
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

static void move_ticket(struct ticket *ticket, int64_t by_ms) {
    move(&ticket->issued_ms, by_ms);
    move(&ticket->turn_ms, by_ms);
    move(&ticket->first_turn_ms, by_ms);
    move(&ticket->since_ms, by_ms);
}

static void move_session(struct session *session, int64_t by_ms) {
    move(&session->invited_ms, by_ms);
    move(&session->ends_ms, by_ms);
    move(&session->given_ms, by_ms);
    move(&session->reasons_end_ms, by_ms);
}

static void move_window(struct window *window, int64_t by_ms) {
    move(&window->since_ms, by_ms);
    move(&window->left_ms, by_ms);
    move(&window->first_called_ms, by_ms);
    move(&window->called_ms, by_ms);
    move(&window->serving_ms, by_ms);
    move(&window->announced_ms, by_ms);
    move(&window->speak_by_ms, by_ms);
    move(&window->missed_ms, by_ms);
    move(&window->next_waits_ms, by_ms);
    move(&window->qr_ends_ms, by_ms);
    move(&window->why.turn_ms, by_ms);
    move_session(&window->session, by_ms);
    move_session(&window->last_bad, by_ms);
    for (unsigned i = 0; i < GRADES_KEPT; i++) {
        move(&window->grades_ms[i], by_ms);
    }
}

static void move_tries(struct tries *tries, int64_t by_ms) {
    for (unsigned i = 0; i < TRIES_MAX; i++) {
        move(&tries->ms[i], by_ms);
    }
}

static void move_device(struct device *device, int64_t by_ms) {
    move(&device->since_ms, by_ms);
    move(&device->faulted_ms, by_ms);
    move(&device->ignored_ms, by_ms);
    move_tries(&device->wrong_codes, by_ms);
}

/* The day's begin moves with the turns that are made from it. */
static void move_hall(struct hall *hall, int64_t by_ms) {
    move(&hall->begins_ms, by_ms);
    move(&hall->opened_ms, by_ms);
    move(&hall->started_ms, by_ms);
    for (unsigned i = 0; i < GRADES_FOR_RUN; i++) {
        move(&hall->recent_ms[i], by_ms);
    }
    for (unsigned i = 0; i < hall->call_count; i++) {
        move(&hall->calls[i].called_ms, by_ms);
    }
    for (unsigned i = 0; i < hall->alert_count; i++) {
        move(&hall->alerts[i].since_ms, by_ms);
    }
    for (unsigned i = 0; i < hall->change_count; i++) {
        move(&hall->changes[i].since_ms, by_ms);
    }
    for (unsigned i = 0; i < WRONG_PINS_MAX; i++) {
        move_tries(&hall->wrong_pins[i].tries, by_ms);
    }
}

void apply_hall_clock_set(struct hall *hall, const struct event *event) {
    int64_t by_ms = event->ends_ms - event->begins_ms;
    move_hall(hall, by_ms);
    for (unsigned i = 0; i < hall->ticket_count; i++) {
        move_ticket(&hall->tickets[i], by_ms);
    }
    for (unsigned i = 0; i < hall->window_count; i++) {
        move_window(&hall->windows[i], by_ms);
    }
    for (unsigned i = 0; i < hall->device_count; i++) {
        move_device(&hall->devices[i], by_ms);
    }
    if ((event->has & EVENT_HAS(FIELD_SPANS)) != 0) {
        hall->times = event->more.times;
        hall->times.differs = 0; /* does not travel; the ids say it */
    }
    hall->last_ms = event->time_ms;
}

/* 0 says none. */
static void move(int64_t *time_ms, int64_t by_ms) {
    *time_ms += *time_ms == 0 ? 0 : by_ms;
}
