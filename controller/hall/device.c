#include "controller/hall/device.h"

#include <string.h>

#include "controller/hall/alert.h"
#include "controller/hall/staff.h"
#include "controller/hall/ticket.h"
#include "controller/hall/voice.h"

/* What the last device.offline says of a device that left the config. */
static const char REMOVED[] = "removed";

static void add_device(struct draft *draft, enum event_type type,
                       const struct device_report *report) {
    struct event *event = draft_add(draft, type);
    word_copy(event->device, sizeof event->device, report->device);
    event->has |= EVENT_HAS(FIELD_DEVICE);
    if (report->bus[0] != 0) {
        word_copy(event->bus, sizeof event->bus, report->bus);
        event->has |= EVENT_HAS(FIELD_BUS);
    }
    if (report->role != ROLE_NONE) {
        event->role = report->role;
        event->has |= EVENT_HAS(FIELD_ROLE);
    }
    if (draft->input->window != 0) {
        event->window = draft->input->window;
        event->has |= EVENT_HAS(FIELD_WINDOW);
    }
    if (report->what[0] != 0) {
        word_copy(event->what, sizeof event->what, report->what);
        event->has |= EVENT_HAS(FIELD_WHAT);
    }
    if (type == EVENT_DEVICE_ONLINE) {
        event->serial = report->serial;
        event->boots = report->boots;
        event->done_job = report->done_job;
        event->has |= EVENT_HAS(FIELD_SERIAL) | EVENT_HAS(FIELD_BOOTS) | EVENT_HAS(FIELD_DONE_JOB);
        event->job = report->job;
        event->has |= report->job != 0 ? EVENT_HAS(FIELD_JOB) : 0;
    }
    if (type == EVENT_DEVICE_KEYS_LOST) {
        event->count = report->lost;
        event->has |= EVENT_HAS(FIELD_COUNT);
    }
}

/* A bus that is down says so for its devices one by one; on its own it is an alert about the bus. */
static void decide_bus(struct draft *draft, const struct device_report *report) {
    bool is_down = report->kind == REPORT_BUS_DOWN;
    struct input input = { .kind = INPUT_CONDITION, .now_ms = draft->now_ms };
    input.condition.kind = "bus_down";
    input.condition.subject = report->bus;
    input.condition.text = report->what;
    input.condition.is_raised = is_down;
    struct draft inner = *draft;
    inner.input = &input;
    decide_condition(&inner);
}

/*
 * A program that ran through a reboot says itself which job it had sent. One that was started since doesn't know: the
 * job at hand may have been sent before, so it is not sent to a device that can't remember it. Jobs behind it never were.
 */
static void decide_reboot(struct draft *draft, const struct device_report *report, uint16_t place) {
    const struct hall *hall = draft->hall;
    const struct device *device = &hall->devices[place];
    bool is_same_device = device->serial == report->serial;
    if (report->rebooted || !device->has_serial ||
        (is_same_device && device->boots == report->boots)) {
        return;
    }
    uint16_t ticket = ticket_to_print(hall, place);
    if (ticket != NO_PLACE && !(is_same_device && hall->tickets[ticket].job == report->done_job)) {
        ticket_say_rebooted(draft, ticket);
    }
}

static enum reason decide_health(struct draft *draft, const struct device_report *report) {
    const struct hall *hall = draft->hall;
    uint16_t place = live_device(hall, report->device);
    const struct device *device = place == NO_PLACE ? NULL : &hall->devices[place];
    if (device == NULL && hall->device_count == hall->limits.devices) {
        return REASON_CAPACITY;
    }
    switch (report->kind) {
    case REPORT_ONLINE:
        add_device(draft, EVENT_DEVICE_ONLINE, report);
        if (device != NULL) {
            decide_reboot(draft, report, place);
        }
        break;
    case REPORT_OFFLINE:
        if (device == NULL || device->is_online || device->since_ms == 0) {
            add_device(draft, EVENT_DEVICE_OFFLINE, report);
        }
        break;
    case REPORT_REMOVED:
        if (device != NULL && device->since_ms != 0) {
            add_device(draft, EVENT_DEVICE_OFFLINE, report);
            struct event *event = &draft->out->events[draft->out->count - 1];
            word_copy(event->what, sizeof event->what, REMOVED);
            event->has |= EVENT_HAS(FIELD_WHAT);
        }
        break;
    case REPORT_FAULTED:
        add_device(draft, EVENT_DEVICE_FAULTED, report);
        break;
    case REPORT_RECOVERED:
        if (device != NULL && device->is_faulted) {
            add_device(draft, EVENT_DEVICE_RECOVERED, report);
        }
        break;
    case REPORT_KEYS_LOST:
        add_device(draft, EVENT_DEVICE_KEYS_LOST, report);
        break;
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
    case REPORT_SLIP_OVER:
    case REPORT_BUS_DOWN:
    case REPORT_BUS_UP:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
        break;
    }
    return REASON_NONE;
}

enum reason decide_report(struct draft *draft) {
    const struct device_report *report = draft->input->report;
    draft->by.kind = BY_DEVICE;
    word_copy(draft->by.id, sizeof draft->by.id,
              report->device[0] != 0 ? report->device : report->bus);
    uint16_t place = live_device(draft->hall, report->device);
    switch (report->kind) {
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
        if (place != NO_PLACE) {
            decide_print_report(draft, report, place);
        }
        return REASON_NONE;
    case REPORT_BUS_DOWN:
    case REPORT_BUS_UP:
        decide_bus(draft, report);
        return REASON_NONE;
    case REPORT_ONLINE:
    case REPORT_OFFLINE:
    case REPORT_REMOVED:
    case REPORT_FAULTED:
    case REPORT_RECOVERED:
    case REPORT_KEYS_LOST:
        return decide_health(draft, report);
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_SLIP_OVER:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
        return REASON_NONE;
    }
    return REASON_NONE;
}

/* --- apply ---------------------------------------------------------------------------------------------------- */

static struct device *device_of(struct hall *hall, const struct event *event) {
    uint16_t place = live_device_make(hall, event->device);
    if (place == NO_PLACE) {
        return NULL;
    }
    struct device *device = &hall->devices[place];
    if ((event->has & EVENT_HAS(FIELD_ROLE)) != 0) {
        device->role = (uint8_t)event->role;
    }
    if ((event->has & EVENT_HAS(FIELD_BUS)) != 0) {
        memcpy(device->bus, event->bus, sizeof device->bus);
    }
    device->window = event->window;
    return device;
}

/* A device that has rebooted counts its jobs anew: a later `done` with the same number is another ticket's. */
static void forget_unsure_jobs(struct hall *hall, uint16_t device) {
    for (uint16_t place = hall->unsure.turn_first; place != NO_PLACE;
         place = hall->tickets[place].turn_next) {
        if (hall->tickets[place].dispenser == device) {
            hall->tickets[place].job = 0;
        }
    }
}

/*
 * After a restore jobs go on behind those that are still to be printed, if they lie ahead of what is done: one of them may
 * stay in the dispenser when its ticket is past.
 */
static void go_on_behind_waiting(const struct hall *hall, struct device *device) {
    uint16_t newest = ticket_newest_job(hall, (uint16_t)(device - hall->devices));
    int ahead = (newest + TICKET_JOB_MAX - device->done_job % TICKET_JOB_MAX) % TICKET_JOB_MAX;
    if (newest != 0 && ahead < TICKET_JOB_MAX / 2) {
        device->last_job = newest;
        device->has_job = true;
    }
}

void apply_device_online(struct hall *hall, const struct event *event) {
    struct device *device = device_of(hall, event);
    if (device == NULL) {
        return;
    }
    bool is_same =
        device->has_serial && device->serial == event->serial && device->boots == event->boots;
    device->has_job = device->has_job && is_same;
    if (!is_same) {
        forget_unsure_jobs(hall, (uint16_t)(device - hall->devices));
    }
    device->has_serial = true;
    device->serial = event->serial;
    device->boots = event->boots;
    device->done_job = event->done_job;
    device->held_job = (event->has & EVENT_HAS(FIELD_JOB)) != 0 ? event->job : 0;
    device->is_online = true;
    device->since_ms = event->time_ms;
    if (is_same && !device->has_job) {
        go_on_behind_waiting(hall, device);
    }
    device_tell_windows(hall);
}

static void clear_fault(struct device *device, int64_t now_ms) {
    device->is_faulted = false;
    device->faulted_ms = now_ms;
    memset(device->fault, 0, sizeof device->fault);
}

/* A removed one is as if never heard of: nobody misses it. */
void apply_device_offline(struct hall *hall, const struct event *event) {
    struct device *device = device_of(hall, event);
    if (device != NULL) {
        bool is_removed = strcmp(event->what, REMOVED) == 0;
        device->is_online = false;
        device->since_ms = is_removed ? 0 : event->time_ms;
        if (is_removed) {
            clear_fault(device, 0);
        }
        device_tell_windows(hall);
    }
}

void apply_device_faulted(struct hall *hall, const struct event *event) {
    struct device *device = device_of(hall, event);
    if (device != NULL) {
        device->is_faulted = true;
        device->faulted_ms = event->time_ms;
        word_copy(device->fault, sizeof device->fault, event->what);
        device_tell_windows(hall);
    }
}

void apply_device_recovered(struct hall *hall, const struct event *event) {
    struct device *device = device_of(hall, event);
    if (device != NULL) {
        clear_fault(device, event->time_ms);
        device_tell_windows(hall);
    }
}

/* Wrong check-in codes at a dispenser, wrong PINs of somebody at a window; others are only counted. */
void apply_command_refused(struct hall *hall, const struct event *event) {
    uint16_t place = live_device(hall, event->device);
    if (event->has & EVENT_HAS(FIELD_STAFF)) {
        staff_apply_wrong_pin(hall, event);
    } else if (strcmp(event->reason, reason_word(REASON_BAD_CODE)) == 0 && place != NO_PLACE) {
        tries_add(&hall->devices[place].wrong_codes, event->time_ms);
    }
}

void device_forget_all(struct hall *hall, bool is_restored) {
    for (unsigned i = 0; i < hall->device_count; i++) {
        struct device *device = &hall->devices[i];
        device->is_online = false;
        device->since_ms = 0;
        clear_fault(device, 0);
        device->has_job = device->has_job && !is_restored;
    }
    device_tell_windows(hall);
}

/* A unit has a keypad too. One that is faulted can't be trusted to have asked anybody. */
void device_tell_windows(struct hall *hall) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        hall->windows[i].keypads = 0;
    }
    for (unsigned i = 0; i < hall->device_count; i++) {
        const struct device *device = &hall->devices[i];
        uint16_t window = live_window(hall, device->window);
        bool is_keypad = device->role == ROLE_KEYPAD || device->role == ROLE_UNIT;
        if (is_keypad && device->is_online && !device->is_faulted && device->window != 0 &&
            window != NO_PLACE) {
            hall->windows[window].keypads++;
        }
    }
    voice_find_living(hall);
}
