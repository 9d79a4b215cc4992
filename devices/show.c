#include <assert.h>
#include <stdio.h>
#include <syslog.h>

#include "devices/vendor.h"

enum { RETRY_US = 1000000, SHOWN_GRACE_US = 1000000, UNSHOWN_US = 5000000 };

static void part_start(struct device *device, enum part part);
static void part_refresh(struct device *device, enum part part);
static bool part_is_due(const struct device *device, enum part part, int64_t now_us);
static void part_fail(struct device *device, const char *why, int64_t now_us);
static void part_doubt(struct device *device, enum part part, uint16_t shown, uint16_t expected,
                       int64_t now_us);

void device_show(struct device *device, const struct image *image, int64_t now_us) {
    struct schedule_item *item = device->item;
    assert(image->role == device->config->role);
    if (image->identify_count != device->identify_count && device->has_image) {
        device->has_identify = profile_can_identify(device->config->profile);
    }
    device->identify_count = image->identify_count;
    device->image = *image;
    device->has_image = true;
    if (image->terminal.answer.epoch == device->epoch && device->epoch != 0) {
        device->answer = image->terminal.answer.answer;
        device->answered = image->terminal.answer.count;
    }
    item->has_session =
        image->keypad.state == KEYPAD_INVITE || image->keypad.state == KEYPAD_REASONS;
    /* An image that waits for the wire keeps its place, and its higher rank. */
    if (!item->has_image || image->rank < item->rank) {
        item->rank = image->rank;
        item->image_us = now_us;
    }
    device_make(device, now_us);
}

void device_make(struct device *device, int64_t now_us) {
    if (device->has_image) {
        device->reading->make(device);
    }
    device_plan(device, now_us);
}

void device_plan(struct device *device, int64_t now_us) {
    bool is_driven = device->has_image && !device->is_away && !device->is_alien;
    bool has_image = device->writer.is_active || device->has_identify;
    for (enum part part = 0; part < PART_COUNT; part++) {
        has_image = has_image || part_is_due(device, part, now_us);
    }
    device->item->has_image = (is_driven && has_image) || (device->has_unread && !device->is_away);
}

void device_forget_shown(struct device *device) {
    device->write_misses = 0;
    for (enum part part = 0; part < PART_COUNT; part++) {
        device->parts[part].is_shown = false;
        device_end_failure(device, part);
        part_refresh(device, part);
    }
    device->item->rank = RANK_CALL;
}

/* What `done` says is shown: a board's revision, a keypad's session, the count that a terminal answered. */
void device_check_shown(struct device *device, int64_t now_us) {
    const struct device_config *config = device->config;
    if (config->role == ROLE_BOARD || config->role == ROLE_UNIT) {
        const struct sequence *shown = &device->parts[PART_BOARD].shown;
        uint16_t revision = shown->step_count == 0 ? 0 : board_revision(shown);
        part_doubt(device, PART_BOARD, device->done, revision, now_us);
    } else if (config->role == ROLE_TERMINAL) {
        part_doubt(device, PART_TERMINAL, device->done, device->answered, now_us);
    } else if (config->role == ROLE_KEYPAD && device->item->has_session) {
        part_doubt(device, PART_KEYPAD, device->done, device->image.keypad.session, now_us);
    }
    device_plan(device, now_us);
}

bool device_next_write(struct device *device, int64_t now_us, struct rtu_request *request) {
    struct writer *writer = &device->writer;
    for (enum part part = 0; part < PART_COUNT && !writer->is_active; part++) {
        if (part_is_due(device, part, now_us)) {
            part_start(device, part);
        }
    }
    if (!writer->is_active || !writer_next(writer, &device->lengths, now_us, request)) {
        return false;
    }
    /* Before it goes out: when the line is lost meanwhile nobody says any more what became of it. */
    if (writer->part == PART_JOB && writer_is_last(writer)) {
        device_job_sent(device, now_us);
    }
    return true;
}

/* With the last part that failed the fault is over: the next reading tells what else there is. */
void device_end_failure(struct device *device, enum part part) {
    bool is_failing = false;
    device->parts[part].failed_us = 0;
    for (enum part other = 0; other < PART_COUNT; other++) {
        is_failing = is_failing || device->parts[other].failed_us != 0;
    }
    if (device->is_unshown && !is_failing) {
        device->is_unshown = false;
        device->told_status = UINT16_MAX;
    }
}

bool device_take_write(struct device *device, const struct rtu_request *request,
                       const struct rtu_result *result) {
    struct writer *writer = &device->writer;
    struct part_state *part = &device->parts[writer->part];
    int64_t now_us = result->done_us;
    unsigned step = writer->step;
    unsigned checked = writer->checked;
    enum writer_state state = writer_take(writer, &device->lengths, request, result);
    if (state == WRITER_DONE || writer->step > step || writer->checked > checked) {
        device->write_misses = 0;
    }
    if (state == WRITER_DONE) {
        part->is_shown = true;
        part->shown = writer->sequence;
        part->shown_us = now_us;
        part_refresh(device, writer->part);
        device_end_failure(device, writer->part);
        device->images++;
        if (writer->part == PART_JOB) {
            device->job.state = JOB_SENT;
        } else if (writer->part == PART_VENDOR) {
            vendor_note_shown(device);
        }
    } else if (state == WRITER_REFUSED) {
        char why[WHAT_SIZE];
        snprintf(why, sizeof why, "takes no image: refuses a write to %u with exception %u",
                 request->address, result->exception);
        part->retry_us = now_us + RETRY_US;
        part_fail(device, why, now_us);
    } else if (result->outcome == RTU_NO_ANSWER || result->outcome == RTU_MANGLED) {
        part_fail(device, "takes no image", now_us);
    }
    device_plan(device, now_us);
    return state == WRITER_DONE;
}

void device_make_parts(struct device *device) {
    const struct profile *profile = device->config->profile;
    const struct image *image = &device->image;
    enum role role = device->config->role;
    bool is_unit = role == ROLE_UNIT;
    struct sequence made;
    if (role == ROLE_DISPENSER) {
        dispenser_write(&profile->dispenser, &image->dispenser, &made);
        device_want(device, PART_DISPENSER, &made);
        device_want_job(device, &image->dispenser.job);
        dispenser_write_job(&profile->dispenser, &image->dispenser.job, &made);
        device_want(device, PART_JOB, &made);
    }
    if (role == ROLE_TERMINAL || is_unit) {
        terminal_write(is_unit ? &profile->unit.terminal : &profile->terminal, &image->terminal,
                       device->answer, device->answered, &made);
        device_want(device, PART_TERMINAL, &made);
    }
    if (role == ROLE_KEYPAD || is_unit) {
        keypad_write(is_unit ? &profile->unit.keypad : &profile->keypad, &image->keypad, &made);
        device_want(device, PART_KEYPAD, &made);
    }
    if (role == ROLE_BOARD || is_unit) {
        board_write(is_unit ? &profile->unit.board : &profile->board, &image->board, &made);
        device_want(device, PART_BOARD, &made);
    }
}

void device_want(struct device *device, enum part part, const struct sequence *wanted) {
    device->parts[part].is_wanted = true;
    device->parts[part].wanted = *wanted;
    part_refresh(device, part);
}

/*
 * Of another maker's device only the steps that changed are written. What was shown is shown no more once its first
 * step went out: a write that is given up half-way leaves a mixture.
 */
static void part_start(struct device *device, enum part part) {
    struct part_state *state = &device->parts[part];
    writer_start(&device->writer, part, &state->wanted);
    if (part != PART_VENDOR) {
        return;
    }
    if (state->is_shown) {
        writer_skip(&device->writer, sequence_unchanged(&state->wanted, &state->shown));
    }
    state->is_shown = false;
    part_refresh(device, part);
    vendor_note_write(device);
}

static void part_refresh(struct device *device, enum part part) {
    struct part_state *state = &device->parts[part];
    state->is_due =
        state->is_wanted && (!state->is_shown || !sequence_equal(&state->wanted, &state->shown));
}

static bool part_is_due(const struct device *device, enum part part, int64_t now_us) {
    const struct part_state *state = &device->parts[part];
    bool is_due = state->is_due;
    if (part == PART_JOB) {
        is_due = state->is_wanted && device_may_print(device, now_us);
    }
    return is_due && now_us >= state->retry_us;
}

/* Told once the part under way has failed for some seconds. */
static void part_fail(struct device *device, const char *why, int64_t now_us) {
    struct part_state *part = &device->parts[device->writer.part];
    if (part->failed_us == 0) {
        part->failed_us = now_us;
    }
    /* One that answers no readings either will be offline soon, and that is said then. */
    if (device->is_unshown || device->good_us - part->failed_us < UNSHOWN_US) {
        return;
    }
    struct device_report report = { .kind = REPORT_FAULTED };
    device->is_unshown = true;
    snprintf(report.what, sizeof report.what, "%s", why);
    device_report(device, &report, now_us);
    device_log(device, LOG_ERR, "%s", why);
}

/* The device says that it shows something else than what was written a while ago: it is written again. */
static void part_doubt(struct device *device, enum part part, uint16_t shown, uint16_t expected,
                       int64_t now_us) {
    struct part_state *state = &device->parts[part];
    if (state->is_shown && shown != expected && now_us - state->shown_us > SHOWN_GRACE_US) {
        state->is_shown = false;
        part_refresh(device, part);
    }
}
