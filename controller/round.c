#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>

#include "controller/day.h"
#include "controller/image.h"
#include "controller/loop_private.h"
#include "controller/press.h"
#include "controller/zone.h"

static void take_time(struct loop *loop, int64_t now_ms);
static void take_refusals(struct loop *loop, int64_t now_ms);
static void take_item(struct loop *loop, struct inbox_item *item, int64_t now_ms);
static void take_report(struct loop *loop, const struct device_report *report, int64_t now_ms);
static void take_press(struct loop *loop, const struct device_report *report, int64_t now_ms);
static void take_command(struct loop *loop, const struct inbox_item *item, int64_t now_ms);
static void take_condition(struct loop *loop, const char *kind, const char *text, bool is_raised);
static enum reason decide(struct loop *loop, const struct command *command,
                          const struct device_report *press, struct answer *answer);
static uint32_t *dropped_of(struct loop *loop, const struct device_report *press);
static void commit(struct loop *loop);
static void tell(struct loop *loop, const struct waiter *waiter, bool is_durable);
static void complete_snapshot(struct loop *loop, int64_t now_ms);
static uint32_t chance(void);

void round_run(struct loop *loop) {
    int64_t now_ms = loop_now_ms(loop);
    take_time(loop, now_ms);
    struct inbox_item item;
    for (unsigned i = 0; i < ROUND_ITEMS && loop->waiter_count < ROUND_ITEMS &&
                         ledger_has_room(loop->ledger) && inbox_take(loop->inbox, &item);
         i++) {
        take_item(loop, &item, now_ms);
    }
    commit(loop);
}

enum hall_error round_now(struct loop *loop, const struct input *input) {
    uint64_t durable_seq;
    ledger_take(loop->ledger, input, NULL, NULL);
    loop->shows_change = true;
    return ledger_commit(loop->ledger, &durable_seq);
}

void round_show(struct loop *loop) {
    loop->shows_change = false;
    complete_snapshot(loop, loop_now_ms(loop));
    if (loop->wires != NULL) {
        wires_show(loop->wires, loop->snapshot, loop->config);
    }
}

int round_timeout_ms(struct loop *loop) {
    const struct hall *hall = ledger_hall(loop->ledger);
    int64_t now_ms = loop_now_ms(loop);
    int64_t next_ms = now_ms + TIDY_MS;
    int64_t wanted[] = { hall_next_tick_ms(hall), hall_day_ends_ms(hall),
                         image_next_ms(loop->snapshot, loop->config) };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        next_ms = wanted[i] < next_ms ? wanted[i] : next_ms;
    }
    /* While nothing can be saved, what is due stays due: look once a second, not in a spin. */
    if (!loop->is_saved) {
        return TIDY_MS;
    }
    return next_ms <= now_ms ? 0 : (int)(next_ms - now_ms);
}

static void take_time(struct loop *loop, int64_t now_ms) {
    const struct hall *hall = ledger_hall(loop->ledger);
    if (now_ms >= hall_day_ends_ms(hall) || hall_day(hall) == 0) {
        struct day_plan plan;
        char previous_hash[HASH_SIZE];
        day_plan_make(&loop->config->rules, now_ms, loop->config->day_change_min, &plan);
        store_last_hash(ledger_store(loop->ledger), previous_hash);
        struct input input = { .kind = INPUT_DAY,
                               .now_ms = now_ms,
                               .day = { .day = plan.day,
                                        .begins_ms = plan.begins_ms,
                                        .ends_ms = plan.ends_ms,
                                        .times = &plan.times,
                                        .previous_hash = previous_hash } };
        ledger_take(loop->ledger, &input, NULL, NULL);
    }
    if (now_ms >= hall_next_tick_ms(hall)) {
        struct input input = { .kind = INPUT_TICK, .now_ms = now_ms };
        ledger_take(loop->ledger, &input, NULL, NULL);
    }
    take_refusals(loop, now_ms);
    if (loop->snapshot->now_ms != 0 && now_ms >= image_next_ms(loop->snapshot, loop->config)) {
        loop->shows_change = true;
    }
    /* Reports that could not be written stay facts: they are offered again, in their order. */
    unsigned count = loop->retry_count;
    loop->retry_count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct device_report report = loop->retries[i];
        take_report(loop, &report, now_ms);
    }
}

/* At most one command.refused a second, with the count since. */
static void take_refusals(struct loop *loop, int64_t now_ms) {
    if (loop->refused_count == 0 || now_ms - loop->refused_ms < 1000) {
        return;
    }
    struct input input = { .kind = INPUT_REFUSED,
                           .now_ms = now_ms,
                           .refused = { .name = loop->refused_name,
                                        .reason = loop->refused_reason,
                                        .count = loop->refused_count } };
    ledger_take(loop->ledger, &input, NULL, NULL);
    loop->refused_count = 0;
    loop->refused_ms = now_ms;
}

static void take_item(struct loop *loop, struct inbox_item *item, int64_t now_ms) {
    switch (item->kind) {
    case INBOX_REPORT:
        take_report(loop, &item->report, now_ms);
        return;
    case INBOX_COMMAND:
        take_command(loop, item, now_ms);
        free(item->command.command);
        return;
    case INBOX_ACKNOWLEDGED:
        store_set_cursor(ledger_store(loop->ledger), item->seq);
        return;
    case INBOX_UPLINK:
        loop->is_uplink_connected = item->note.is_connected;
        memcpy(loop->uplink_what, item->note.text, WHAT_SIZE);
        take_condition(loop, "uplink_lost", item->note.text, !item->note.is_connected);
        loop->shows_change = true;
        return;
    case INBOX_REFUSED:
        loop->refused_count++;
        loop->refused_reason = item->note.reason;
        snprintf(loop->refused_name, sizeof loop->refused_name, "%.32s", item->note.text);
        return;
    case INBOX_WORK_DONE:
        item->work.done(item->work.job);
        return;
    }
}

static void take_report(struct loop *loop, const struct device_report *report, int64_t now_ms) {
    if (loop->waiter_count == ROUND_ITEMS) {
        commit(loop);
    }
    if (report->kind == REPORT_KEY) {
        take_press(loop, report, now_ms);
        return;
    }
    struct waiter *waiter = &loop->waiters[loop->waiter_count++];
    *waiter = (struct waiter){ .kind = WAITER_REPORT, .report = *report };
    const struct device_place *place = wires_place(loop->wires, report->device, NULL, NULL);
    struct input input = { .kind = INPUT_REPORT,
                           .now_ms = now_ms,
                           .window = place != NULL ? place->window : 0,
                           .report = report };
    ledger_take(loop->ledger, &input, &waiter->answer.first_seq, &waiter->answer.event_count);
}

static void take_press(struct loop *loop, const struct device_report *report, int64_t now_ms) {
    (void)now_ms;
    struct waiter *waiter = &loop->waiters[loop->waiter_count++];
    *waiter = (struct waiter){ .kind = WAITER_PRESS, .report = *report };
    loop->presses++;
    const struct device_place *place = wires_place(loop->wires, report->device, NULL, NULL);
    struct command command;
    enum reason reason = REASON_NO_SUCH;
    if (place != NULL) {
        reason = press_to_command(&loop->config->rules, place, report, &command);
    }
    if (reason == REASON_NONE) {
        reason = decide(loop, &command, report, &waiter->answer);
    }
    waiter->answer.reason = reason;
}

static void take_command(struct loop *loop, const struct inbox_item *item, int64_t now_ms) {
    const struct command *command = item->command.command;
    struct waiter *waiter = &loop->waiters[loop->waiter_count];
    *waiter = (struct waiter){ .kind = WAITER_COMMAND,
                               .origin = item->command.origin,
                               .ticket = item->command.ticket };
    struct answer *answer = &waiter->answer;
    memcpy(answer->id, command->id, sizeof answer->id);
    char kept[4096];
    if (command->id[0] != 0 &&
        store_answer_find(ledger_store(loop->ledger), command->id, kept, sizeof kept, now_ms)) {
        answer->raw = kept;
        doors_answer(loop, waiter->origin, waiter->ticket, answer);
        return;
    }
    if (doors_take(loop, command, answer)) {
        doors_answer(loop, waiter->origin, waiter->ticket, answer);
        return;
    }
    loop->waiter_count++;
    answer->reason = decide(loop, command, NULL, answer);
    if (command->id[0] != 0 && answer->reason != REASON_NOT_SAVED) {
        answer_write(answer, kept, sizeof kept);
        store_answer_keep(ledger_store(loop->ledger), command->id, kept, now_ms);
    }
}

static void take_condition(struct loop *loop, const char *kind, const char *text, bool is_raised) {
    struct input input = {
        .kind = INPUT_CONDITION,
        .now_ms = loop_now_ms(loop),
        .condition = { .kind = kind, .subject = "hall", .text = text, .is_raised = is_raised }
    };
    ledger_take(loop->ledger, &input, NULL, NULL);
}

/* Decides a command and says in `answer` what came of it: the events, and the ticket that was issued or called. */
static enum reason decide(struct loop *loop, const struct command *command,
                          const struct device_report *press, struct answer *answer) {
    uint32_t *dropped = press != NULL ? dropped_of(loop, press) : NULL;
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = loop_now_ms(loop),
                           .command = { .command = command,
                                        .is_old_press = press != NULL && press->is_old,
                                        .chance = chance(),
                                        .dropped = dropped != NULL ? *dropped : 0 } };
    enum reason reason =
        ledger_take(loop->ledger, &input, &answer->first_seq, &answer->event_count);
    if (dropped != NULL && ledger_decision(loop->ledger)->is_dropped) {
        (*dropped)++;
    }
    for (unsigned i = 0; i < answer->event_count; i++) {
        const struct event *event = ledger_event(loop->ledger, answer->first_seq + i);
        if (event->type == EVENT_TICKET_ISSUED || event->type == EVENT_TICKET_CALLED) {
            answer->ticket = event->ticket;
            answer->day = event->day;
        }
        if (event->type == EVENT_RATING_IGNORED && dropped != NULL) {
            *dropped = 0;
        }
        if (event->type == EVENT_TICKET_ISSUED) {
            answer->code = event->code;
            answer->has_code = true;
        }
    }
    return reason;
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

static void commit(struct loop *loop) {
    unsigned events = ledger_pending(loop->ledger);
    uint64_t durable_seq;
    enum hall_error error = ledger_commit(loop->ledger, &durable_seq);
    if ((error == HALL_OK) != loop->is_saved && (events > 0 || error != HALL_OK)) {
        loop_log(error == HALL_OK ? LOG_NOTICE : LOG_CRIT, "store: %s",
                 error == HALL_OK     ? "written again"
                 : error == HALL_FULL ? "not written, the disk is full; keys answer \"not saved\""
                                      : "not written; keys answer \"not saved\"");
        loop->is_saved = error == HALL_OK;
        loop->shows_change = true;
    }
    loop->commits += events > 0 && error == HALL_OK;
    loop->commit_failures += error != HALL_OK;
    for (unsigned i = 0; i < loop->waiter_count; i++) {
        const struct answer *answer = &loop->waiters[i].answer;
        bool is_durable =
            answer->event_count == 0 || answer->first_seq + answer->event_count - 1 <= durable_seq;
        tell(loop, &loop->waiters[i], is_durable);
    }
    /* A press with no event still wants its lamp. */
    if (events > 0 || loop->waiter_count > 0 || loop->shows_change) {
        round_show(loop);
    }
    loop->waiter_count = 0;
    if (events > 0) {
        doors_changed(loop, durable_seq);
    }
}

static void tell(struct loop *loop, const struct waiter *waiter, bool is_durable) {
    struct answer answer = waiter->answer;
    if (!is_durable) {
        answer = (struct answer){ .reason = REASON_NOT_SAVED };
        memcpy(answer.id, waiter->answer.id, sizeof answer.id);
    }
    switch (waiter->kind) {
    case WAITER_PRESS:
        if (waiter->report.is_last) {
            wires_answer(loop->wires, &waiter->report,
                         answer.reason == REASON_NONE ? 1 : reason_answer(answer.reason));
        }
        return;
    case WAITER_COMMAND:
        doors_answer(loop, waiter->origin, waiter->ticket, &answer);
        return;
    case WAITER_REPORT:
        if (!is_durable && loop->retry_count < RETRIES_MAX) {
            loop->retries[loop->retry_count++] = waiter->report;
        }
        return;
    }
}

/* What the core does not know: names, labels, health, uplink, era, the moment's offset. */
static void complete_snapshot(struct loop *loop, int64_t now_ms) {
    struct snapshot *snapshot = loop->snapshot;
    const struct config *config = loop->config;
    hall_snapshot(ledger_hall(loop->ledger), now_ms, snapshot);
    memcpy(snapshot->hall_id, config->hall_id, NAME_SIZE);
    memcpy(snapshot->hall_name, config->hall_name, WHAT_SIZE);
    snapshot->era = store_era(ledger_store(loop->ledger));
    snapshot->utc_offset_min = zone_offset_min(now_ms);
    snapshot->is_saved = loop->is_saved;
    snapshot->is_clock_trusted = true;
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        snapshot->services[i].name = config->services[snapshot->services[i].index];
    }
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        for (unsigned k = 0; k < config->rules.window_count; k++) {
            if (config->rules.windows[k].id == snapshot->windows[i].id) {
                memcpy(snapshot->windows[i].label, config->windows[k].label, NAME_SIZE);
                memcpy(snapshot->windows[i].zone, config->windows[k].zone, NAME_SIZE);
            }
        }
    }
    if (loop->wires != NULL) {
        wires_health(loop->wires, snapshot, now_ms - loop_mono_ms());
    }
    snapshot->uplink_configured = config->mqtt.is_used;
    snapshot->uplink_connected = loop->is_uplink_connected;
    uint64_t cursor = store_cursor(ledger_store(loop->ledger));
    snapshot->uplink_behind =
        config->mqtt.is_used && snapshot->seq > cursor ? snapshot->seq - cursor : 0;
}

static uint32_t chance(void) {
    uint32_t value = 0;
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) {
        value = (uint32_t)
            loop_mono_ms(); /* only before the kernel's pool is ready; a code is no secret key */
    }
    return value;
}
