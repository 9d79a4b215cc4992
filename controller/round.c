/*
 * One batch: time first, then what waits at the door, decided and applied one by one; one commit; then everybody hears
 * how it went. Nothing of a batch is told to anybody before the commit.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/day.h"
#include "controller/feed.h"
#include "controller/image.h"
#include "controller/loop_private.h"
#include "controller/press.h"
#include "controller/zone.h"

enum { ANSWER_SIZE = 4096, LONGEST_DAY_MS = 25 * 3600000 };

static void take_time(struct loop *loop, int64_t now_ms);
static bool day_is_due(const struct loop *loop, int64_t now_ms);
static void take_day(struct loop *loop, int64_t now_ms);
static struct input day_input(const struct loop *loop, int64_t now_ms, struct day_plan *plan);
static void take_retries(struct loop *loop, int64_t now_ms);
static void take_item(struct loop *loop, struct inbox_item *item, int64_t now_ms);
static void hear_bus(struct loop *loop, const struct device_report *said, int64_t now_ms);
static void take_report(struct loop *loop, const struct device_report *report, int64_t now_ms);
static void take_press(struct loop *loop, const struct device_report *report);
static bool is_counted(struct loop *loop, const struct answer *answer);
static void take_command(struct loop *loop, const struct inbox_item *item, int64_t now_ms);
static void keep_answer(struct loop *loop, const struct command *command,
                        const struct answer *answer, int64_t now_ms);
static bool answer_again(struct loop *loop, const struct inbox_item *item, int64_t now_ms);
static enum reason decide(struct loop *loop, const struct command *command,
                          const struct device_report *press, struct answer *answer);
static void add_estimate(struct loop *loop, struct input *input);
static void describe(struct loop *loop, struct answer *answer);
static uint32_t *dropped_of(struct loop *loop, const struct device_report *press);
static void tell_dropped(struct loop *loop, int64_t now_ms);
static void make_room(struct loop *loop);
static void settle_for(struct loop *loop, const struct command *command);
static void commit(struct loop *loop);
static void tell(struct loop *loop, const struct waiter *waiter, bool is_durable);

void round_run(struct loop *loop) {
    outside_take_clock(loop);
    take_time(loop, loop_now_ms(loop));
    struct inbox_item item;
    for (unsigned i = 0; i < ROUND_ITEMS && loop->waiter_count < ROUND_ITEMS &&
                         ledger_has_room(loop->ledger) && inbox_take(loop->inbox, &item);
         i++) {
        take_item(loop, &item, loop_now_ms(loop)); /* anew, because one may say what time it is */
    }
    commit(loop);
}

enum hall_error round_now(struct loop *loop, const struct input *input) {
    uint64_t durable_seq;
    enum hall_error error = HALL_IO;
    /* A batch that fell with this input would be told as done by whoever ends it. */
    assert(ledger_pending(loop->ledger) == 0 && loop->waiter_count == 0);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t first_seq;
        unsigned count;
        enum reason reason = ledger_take(loop->ledger, input, &first_seq, &count);
        error = ledger_commit(loop->ledger, &durable_seq);
        if (error == HALL_OK && reason == REASON_NOT_SAVED) {
            error = HALL_IO;
        }
        if (error == HALL_OK) {
            break;
        }
        outside_failed(loop, error);
        if (count > 0 && first_seq + count - 1 <= durable_seq) {
            error = HALL_OK; /* the call failed, the rows are there: what they say stands */
            break;
        }
        if (error != HALL_FULL) {
            break;
        }
    }
    loop->shows_change = true;
    return error;
}

enum hall_error round_end_day(struct loop *loop) {
    const struct hall *hall = ledger_hall(loop->ledger);
    int64_t now_ms = loop_now_ms(loop);
    enum hall_error error = HALL_OK;
    while (error == HALL_OK && hall_day(hall) != 0 && day_is_due(loop, now_ms)) {
        struct day_plan plan;
        struct input input = day_input(loop, now_ms, &plan);
        error = round_now(loop, &input);
    }
    return error;
}

int round_timeout_ms(struct loop *loop) {
    const struct hall *hall = ledger_hall(loop->ledger);
    int64_t now_ms = loop_now_ms(loop);
    int64_t next_ms = now_ms + TIDY_MS;
    int64_t ends_ms = hall_day_ends_ms(hall);
    int64_t wanted[] = { hall_next_tick_ms(hall), ends_ms > now_ms ? ends_ms : INT64_MAX,
                         image_next_ms(loop->snapshot, loop->config) };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        next_ms = wanted[i] < next_ms ? wanted[i] : next_ms;
    }
    /* While nothing can be saved, what is due stays due: look once a second, not in a spin. */
    if (!loop->disk.is_saved) {
        return TIDY_MS;
    }
    return next_ms <= now_ms ? 0 : (int)(next_ms - now_ms);
}

static void take_time(struct loop *loop, int64_t now_ms) {
    const struct hall *hall = ledger_hall(loop->ledger);
    if (loop_mono_ms() - loop->tidied_ms >= TIDY_MS) {
        outside_take(loop, now_ms);
        tell_dropped(loop, now_ms);
    }
    take_retries(loop, now_ms);
    make_room(loop);
    if (day_is_due(loop, now_ms) && outside_may_write(loop, true)) {
        take_day(loop, now_ms);
    }
    make_room(loop);
    if (now_ms >= hall_next_tick_ms(hall) && outside_may_write(loop, false)) {
        struct input input = { .kind = INPUT_TICK, .now_ms = now_ms };
        ledger_take(loop->ledger, &input, NULL, NULL);
    }
    if (loop->snapshot->now_ms != 0 && now_ms >= image_next_ms(loop->snapshot, loop->config)) {
        loop->shows_change = true;
    }
}

/*
 * The first day begins at once; another only by a clock that is trusted. One that a wrong clock began too early is left
 * when the clock is set back.
 */
static bool day_is_due(const struct loop *loop, int64_t now_ms) {
    const struct hall *hall = ledger_hall(loop->ledger);
    if (hall_day(hall) == 0) {
        return true;
    }
    int64_t left_ms = hall_day_ends_ms(hall) - now_ms;
    return (left_ms <= 0 || left_ms > LONGEST_DAY_MS) && loop->clock.is_trusted &&
           hall_day_may_begin(hall, zone_hall_day(now_ms, loop->config->day_change_min));
}

static void take_day(struct loop *loop, int64_t now_ms) {
    struct day_plan plan;
    struct input input = day_input(loop, now_ms, &plan);
    ledger_take(loop->ledger, &input, NULL, NULL);
}

/* What begins the day of `now_ms`; it points into `plan`. */
static struct input day_input(const struct loop *loop, int64_t now_ms, struct day_plan *plan) {
    struct calendar_rule calendar = loop->config->rules.calendar;
    hall_change_calendar(ledger_hall(loop->ledger), &calendar);
    day_plan_make(&calendar, &loop->config->rules, now_ms, loop->config->day_change_min, plan);
    return (struct input){ .kind = INPUT_DAY,
                           .now_ms = now_ms,
                           .day = { .day = plan->day,
                                    .begins_ms = plan->begins_ms,
                                    .ends_ms = plan->ends_ms,
                                    .times = &plan->times } };
}

/* Reports that could not be written stay facts: they are offered again, in their order. */
static void take_retries(struct loop *loop, int64_t now_ms) {
    for (unsigned count = loop->retries.count; count > 0; count--) {
        struct device_report report = loop->retries.reports[0];
        retries_remove(&loop->retries, 0);
        take_report(loop, &report, now_ms);
    }
}

static void take_item(struct loop *loop, struct inbox_item *item, int64_t now_ms) {
    switch (item->kind) {
    case INBOX_REPORT:
        hear_bus(loop, &item->report, now_ms);
        return;
    case INBOX_COMMAND:
        feed_token(loop, item->command.command);
        settle_for(loop, item->command.command);
        take_command(loop, item, now_ms);
        free(item->command.command);
        return;
    case INBOX_WORK_DONE:
        item->work.done(item->work.job);
        return;
    }
}

static void hear_bus(struct loop *loop, const struct device_report *said, int64_t now_ms) {
    struct device_report heard[PAIR_SAYS_MAX];
    unsigned count = wires_hear(loop->wires, said, heard);
    for (unsigned i = 0; i < count; i++) {
        take_report(loop, &heard[i], now_ms);
    }
}

static void take_report(struct loop *loop, const struct device_report *report, int64_t now_ms) {
    make_room(loop);
    if (report->kind == REPORT_KEY) {
        take_press(loop, report);
        return;
    }
    const struct device_place *place = wires_place(loop->wires, report->device, NULL, NULL);
    struct input input = { .kind = INPUT_REPORT,
                           .now_ms = now_ms,
                           .window = place != NULL ? place->window : 0,
                           .report = report };
    if (!wires_settle(loop->wires, report, &input)) {
        return;
    }
    loop->shows_change = true; /* also while nothing is saved: a voice's next line */
    if (!outside_may_write(loop, retries_is_print(report))) {
        retries_keep(&loop->retries, report);
        return;
    }
    if (report->kind == REPORT_ONLINE && report->role == ROLE_DISPENSER) {
        bool is_slip = report->job > TICKET_JOB_MAX;
        wires_note_done(loop->wires, report->device, is_slip ? report->job : report->done_job);
    }
    struct waiter *waiter = &loop->waiters[loop->waiter_count++];
    *waiter = (struct waiter){ .kind = WAITER_REPORT, .report = *report };
    waiter->answer.reason =
        ledger_take(loop->ledger, &input, &waiter->answer.first_seq, &waiter->answer.event_count);
}

static void take_press(struct loop *loop, const struct device_report *report) {
    struct waiter *waiter = &loop->waiters[loop->waiter_count++];
    *waiter = (struct waiter){ .kind = WAITER_PRESS, .report = *report };
    loop->presses++;
    unsigned bus;
    unsigned device;
    const struct device_place *place = wires_place(loop->wires, report->device, &bus, &device);
    struct command command = { .type = COMMAND_NONE };
    enum reason reason = REASON_NO_SUCH;
    if (place != NULL) {
        reason = press_to_command(&loop->config->rules, place, report, &command);
    }
    if (reason == REASON_NONE) {
        pins_pass(&loop->pins, bus * BUS_DEVICES_MAX + device, loop->config->rules.pin,
                  loop_mono_ms(), &command);
    }
    if (reason == REASON_NONE && command.type != COMMAND_NONE) {
        reason = decide(loop, &command, report, &waiter->answer);
    }
    if (reason == REASON_NONE && report->part == ROLE_KEYPAD &&
        !is_counted(loop, &waiter->answer)) {
        reason = REASON_NOT_NOW;
    }
    waiter->answer.reason = reason;
    waiter->help = command.type == COMMAND_WINDOW_HELP ? command.window : 0;
}

/* A press that the hall ignored is written down, but whoever pressed is not thanked for a rating. */
static bool is_counted(struct loop *loop, const struct answer *answer) {
    const struct event *first =
        answer->event_count == 0 ? NULL : ledger_event(loop->ledger, answer->first_seq);
    return first != NULL &&
           (first->type == EVENT_RATING_GIVEN || first->type == EVENT_RATING_REASONS_GIVEN);
}

static void take_command(struct loop *loop, const struct inbox_item *item, int64_t now_ms) {
    const struct command *command = item->command.command;
    if (command->id[0] != 0 && answer_again(loop, item, now_ms)) {
        return;
    }
    if (item->command.is_expired) {
        uplink_expired(loop->uplink, item->command.ticket, command);
        return;
    }
    struct waiter *waiter = &loop->waiters[loop->waiter_count];
    *waiter = (struct waiter){ .kind = WAITER_COMMAND,
                               .origin = item->command.origin,
                               .ticket = item->command.ticket };
    struct answer *answer = &waiter->answer;
    memcpy(answer->id, command->id, sizeof answer->id);
    if (doors_take(loop, command, answer)) {
        /* Events are only read; the same question may be asked again. */
        if (command->type != COMMAND_EVENTS_REPLAY && outside_may_write(loop, false)) {
            keep_answer(loop, command, answer, now_ms);
        }
        doors_answer(loop, waiter->origin, waiter->ticket, answer);
        return;
    }
    loop->waiter_count++;
    waiter->help = command->type == COMMAND_WINDOW_HELP ? command->window : 0;
    answer->reason = decide(loop, command, NULL, answer);
    keep_answer(loop, command, answer, now_ms);
}

static void keep_answer(struct loop *loop, const struct command *command,
                        const struct answer *answer, int64_t now_ms) {
    char bytes[ANSWER_SIZE];
    int length = 0;
    if (command->id[0] != 0 && answer->reason != REASON_NOT_SAVED) {
        length = answer_write(answer, bytes, sizeof bytes - 1);
    }
    if (length > 0) {
        bytes[length] = 0;
        ledger_keep_answer(loop->ledger, command->id, bytes, now_ms);
    }
}

/*
 * The same id gets the same answer and does nothing twice. One whose first is in this very batch waits for the commit
 * as that one does.
 */
static bool answer_again(struct loop *loop, const struct inbox_item *item, int64_t now_ms) {
    const char *id = item->command.command->id;
    for (unsigned i = 0; i < loop->waiter_count; i++) {
        if (loop->waiters[i].kind == WAITER_COMMAND &&
            strcmp(loop->waiters[i].answer.id, id) == 0) {
            struct waiter *waiter = &loop->waiters[loop->waiter_count++];
            *waiter = loop->waiters[i];
            waiter->origin = item->command.origin;
            waiter->ticket = item->command.ticket;
            return true;
        }
    }
    char bytes[ANSWER_SIZE];
    if (!store_answer_find(ledger_store(loop->ledger), id, bytes, sizeof bytes, now_ms)) {
        return false;
    }
    struct answer answer = { .raw = bytes };
    doors_answer(loop, item->command.origin, item->command.ticket, &answer);
    return true;
}

/* Decides a command and says in `answer` what came of it. */
static enum reason decide(struct loop *loop, const struct command *command,
                          const struct device_report *press, struct answer *answer) {
    if (!outside_may_write(loop, false)) {
        return REASON_NOT_SAVED;
    }
    uint32_t *dropped = press != NULL ? dropped_of(loop, press) : NULL;
    struct feed feed;
    struct input input;
    feed_command(loop, command, &feed, &input);
    input.command.is_old_press = press != NULL && press->is_old;
    input.command.dropped = dropped != NULL ? *dropped : 0;
    add_estimate(loop, &input);
    struct day_times times;
    if (day_times_after(ledger_hall(loop->ledger), command, loop->config->day_change_min, &times)) {
        input.command.times = &times;
    }
    enum reason reason =
        ledger_take(loop->ledger, &input, &answer->first_seq, &answer->event_count);
    if (command->type == COMMAND_HALL_TIME && reason == REASON_NONE) {
        outside_said_time(loop, command->at_ms);
    }
    if (reason != REASON_NOT_SAVED && dropped != NULL) {
        const struct event *first = ledger_event(loop->ledger, answer->first_seq);
        bool is_told = first != NULL && first->type == EVENT_RATING_IGNORED;
        *dropped = is_told ? 0 : *dropped + ledger_decision(loop->ledger)->is_dropped;
    }
    describe(loop, answer);
    return reason;
}

/* What the paper will promise, whichever way the ticket is asked for; the core only writes it down. */
static void add_estimate(struct loop *loop, struct input *input) {
    const struct hall *hall = ledger_hall(loop->ledger);
    struct foreseen ticket;
    if (!hall_foresee(hall, input, &ticket)) {
        return;
    }
    struct estimate estimate = forecast_ticket(loop->forecast, hall, input->now_ms, &ticket);
    input->command.has_estimate = estimate.is_known;
    input->command.estimate_s[0] = estimate.low_s;
    input->command.estimate_s[1] = estimate.high_s;
}

/* The ticket that was issued or called, and the code of what was booked or approved. */
static void describe(struct loop *loop, struct answer *answer) {
    const struct decision *decision = ledger_decision(loop->ledger);
    answer->has_code = answer->event_count > 0 && decision->has_code;
    answer->code = answer->has_code ? decision->code : 0;
    for (unsigned i = 0; i < answer->event_count; i++) {
        const struct event *event = ledger_event(loop->ledger, answer->first_seq + i);
        if (event->type == EVENT_TICKET_ISSUED || event->type == EVENT_TICKET_CALLED) {
            answer->ticket = event->ticket;
            answer->day = event->day;
        }
        if (event->type == EVENT_TICKET_ISSUED) {
            answer->code = event->code;
            answer->has_code = true;
        }
    }
}

static uint32_t *dropped_of(struct loop *loop, const struct device_report *press) {
    unsigned bus;
    unsigned device;
    if (press->part != ROLE_KEYPAD ||
        wires_place(loop->wires, press->device, &bus, &device) == NULL) {
        return NULL;
    }
    return &loop->dropped[bus * BUS_DEVICES_MAX + device];
}

/* Presses that no later press of their keypad has counted: the hall says them when it may speak of the device again. */
static void tell_dropped(struct loop *loop, int64_t now_ms) {
    for (unsigned i = 0; i < BUSES_MAX * BUS_DEVICES_MAX && outside_may_write(loop, false); i++) {
        const struct bus_place *bus = &loop->config->buses[i / BUS_DEVICES_MAX];
        if (loop->dropped[i] == 0) {
            continue;
        }
        unsigned count = 0;
        struct input input = { .kind = INPUT_DROPPED,
                               .now_ms = now_ms,
                               .window = bus->devices[i % BUS_DEVICES_MAX].window,
                               .dropped = { .device = bus->bus.devices[i % BUS_DEVICES_MAX].id,
                                            .count = loop->dropped[i] } };
        make_room(loop);
        ledger_take(loop->ledger, &input, NULL, &count);
        loop->dropped[i] = count > 0 ? 0 : loop->dropped[i];
    }
}

/* Before each input: a batch that is full is committed, and the next begins. */
static void make_room(struct loop *loop) {
    if (loop->waiter_count == ROUND_ITEMS || !ledger_has_room(loop->ledger)) {
        commit(loop);
    }
}

/* What is asked of the records must see what this batch has made of them. */
static void settle_for(struct loop *loop, const struct command *command) {
    if (ledger_pending(loop->ledger) > 0 && ledger_asks_records(loop->ledger, command)) {
        commit(loop);
    }
}

static void commit(struct loop *loop) {
    unsigned events = ledger_pending(loop->ledger);
    uint64_t durable_seq;
    enum hall_error error = ledger_commit(loop->ledger, &durable_seq);
    if (error != HALL_OK) {
        loop->commit_failures++;
        outside_failed(loop, error);
    } else if (events > 0) {
        loop->commits++;
        outside_saved(loop);
    }
    unsaved_settle(&loop->unsaved, error == HALL_OK);
    unsigned count = loop->waiter_count;
    loop->waiter_count = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct answer *answer = &loop->waiters[i].answer;
        /* A refusal was decided on what the batch had made of the day: it falls with the batch. */
        bool is_durable =
            error == HALL_OK ||
            (answer->event_count > 0 && answer->first_seq + answer->event_count - 1 <= durable_seq);
        tell(loop, &loop->waiters[i], is_durable);
    }
    /* A press with no event still wants its lamp. */
    if (events > 0 || count > 0 || loop->shows_change) {
        show_run(loop);
    }
    if (events > 0) {
        doors_changed(loop);
    }
}

static void tell(struct loop *loop, const struct waiter *waiter, bool is_durable) {
    struct answer answer = waiter->answer;
    if (!is_durable) {
        answer = (struct answer){ .reason = REASON_NOT_SAVED };
        memcpy(answer.id, waiter->answer.id, sizeof answer.id);
    }
    if (waiter->help != 0 && answer.reason == REASON_NOT_SAVED) {
        outside_keep_help(loop, waiter->help);
    }
    switch (waiter->kind) {
    case WAITER_PRESS:
        if (waiter->report.is_last) {
            wires_answer(loop->wires, &waiter->report,
                         answer.reason == REASON_NONE ? 1 : reason_answer(answer.reason));
        }
        refusal_print(loop, &waiter->report, answer.reason);
        return;
    case WAITER_COMMAND:
        doors_answer(loop, waiter->origin, waiter->ticket, &answer);
        return;
    case WAITER_REPORT:
        if (answer.reason == REASON_NOT_SAVED) {
            retries_keep(&loop->retries, &waiter->report);
        }
        return;
    }
}
