#include <syslog.h>

#include "devices/ff68_device.h"
#include "devices/press.h"

static struct ff68_press *find(struct ff68_device *device, const struct ff68_frame *frame,
                               int64_t now_us);
static struct ff68_press *oldest(struct ff68_device *device);
static bool is_over(const struct ff68_press *press, bool is_last, int64_t now_us);
static uint16_t code_of(struct ff68_device *device, const struct ff68_frame *frame,
                        uint16_t *argument);

void ff68_press_take(struct ff68_device *device, const struct ff68_frame *frame, int64_t now_us) {
    struct ff68_press *press = find(device, frame, now_us);
    if (press != NULL) {
        device->repeats++;
        press->heard_us = now_us;
        press->is_answer_due = press->is_answer_due || press->state == FF68_TAKEN;
        return;
    }
    struct device_report report = { .kind = REPORT_KEY, .is_last = true };
    report.code = code_of(device, frame, &report.argument);
    if (report.code == KEY_UNKNOWN && device->config->role == ROLE_KEYPAD) {
        return;
    }
    press = oldest(device);
    *press = (struct ff68_press){ .state = FF68_ASKED,
                                  .frame = *frame,
                                  .count = ++device->count,
                                  .asked_us = now_us,
                                  .heard_us = now_us };
    report.count = press->count;
    ff68_device_report(device, &report, now_us);
}

/*
 * The newest answer alone is known: of an older press that it overtook nobody can say any more what became of it, so it
 * is not sent back.
 */
void ff68_press_settle(struct ff68_device *device, const struct key_answer *answer,
                       int64_t now_us) {
    enum { ANSWER_DONE = 1, BEEPS_REFUSED = 2 };
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        struct ff68_press *press = &device->presses[i];
        uint16_t overtaken = (uint16_t)(answer->count - press->count);
        if (press->state != FF68_ASKED || overtaken > INT16_MAX) {
            continue;
        }
        bool is_done = overtaken == 0 && answer->answer == ANSWER_DONE;
        press->state = is_done ? FF68_TAKEN : FF68_REFUSED;
        press->is_answer_due = is_done;
        press->settled_us = now_us;
        if (overtaken == 0 && !is_done && device->config->role == ROLE_TERMINAL) {
            device->beeps += BEEPS_REFUSED;
            device->beep_us = now_us;
            device->beep_gap_us = FF68_BEEP_US;
        }
    }
}

/* What was said before the line was lost may be said again now: the pause was the line's. */
void ff68_press_hold(struct ff68_device *device, int64_t now_us) {
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        struct ff68_press *press = &device->presses[i];
        if (press->state != FF68_FREE && now_us - press->heard_us < FF68_ASKED_US) {
            press->heard_us = now_us;
        }
    }
}

struct ff68_press *ff68_press_answered(struct ff68_device *device) {
    struct ff68_press *first = NULL;
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        struct ff68_press *press = &device->presses[i];
        if (press->is_answer_due && (first == NULL || press->heard_us < first->heard_us)) {
            first = press;
        }
    }
    return first;
}

static struct ff68_press *find(struct ff68_device *device, const struct ff68_frame *frame,
                               int64_t now_us) {
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        struct ff68_press *press = &device->presses[i];
        bool is_last = press->count == device->count;
        if (ff68_equal(&press->frame, frame) && !is_over(press, is_last, now_us)) {
            return press;
        }
    }
    return NULL;
}

static struct ff68_press *oldest(struct ff68_device *device) {
    struct ff68_press *found = &device->presses[0];
    for (unsigned i = 1; i < FF68_PRESSES; i++) {
        if (device->presses[i].heard_us < found->heard_us) {
            found = &device->presses[i];
        }
    }
    return found;
}

/*
 * The same bytes are another press from now on. A device says one key at a time, so one that it left for another
 * (`is_last` false) is not said again. A refusal ends soon, or whoever keeps pressing would never get through: at worst
 * the hall refuses a repetition once more.
 */
static bool is_over(const struct ff68_press *press, bool is_last, int64_t now_us) {
    bool is_silent = now_us - press->heard_us >= FF68_REPEAT_US;
    switch (press->state) {
    case FF68_FREE:
        return true;
    case FF68_ASKED:
        return now_us - press->asked_us >= FF68_ASKED_US;
    case FF68_TAKEN:
        return is_silent || !is_last;
    case FF68_REFUSED:
        return is_silent || !is_last || now_us - press->settled_us >= FF68_REFUSED_US;
    }
    return true;
}

/* Staff who press a key that nobody knows wait for an answer, if only that there is none; a citizen is told nothing. */
static uint16_t code_of(struct ff68_device *device, const struct ff68_frame *frame,
                        uint16_t *argument) {
    if (device->config->role == ROLE_TERMINAL) {
        uint16_t code = ff68_codes_key(device->codes, frame, argument);
        if (code == KEY_UNKNOWN) {
            ff68_device_log(device, LOG_WARNING, "key %02X (function %02X) is not in the codes",
                            frame->length == 0 ? 0U : frame->data[frame->length - 1],
                            frame->function);
        }
        return code;
    }
    uint8_t grade = ff68_codes_grade(device->codes, frame);
    *argument = device->image.keypad.session;
    if (grade == 0 && !device->is_told_odd) {
        device->is_told_odd = true;
        ff68_device_log(device, LOG_WARNING,
                        "rating %u stands for no grade in the codes: not taken",
                        frame->length == 0 ? 0U : frame->data[0]);
    }
    return grade;
}
