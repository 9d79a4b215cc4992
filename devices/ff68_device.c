#include "devices/ff68_device.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "devices/profile_map.h"

enum { IDENTIFY_MOST = 60 };

static void come_online(struct ff68_device *device, int64_t now_us);
static void go_offline(struct ff68_device *device, const char *what, int64_t now_us);
static void tell_anew(struct ff68_device *device, int64_t now_us);
static void show_terminal(struct ff68_device *device, const struct image *image, int64_t now_us);
static void identify(struct ff68_device *device, const struct image *image, int64_t now_us);
static bool is_sent_back(const struct ff68_device *device, const struct ff68_frame *frame);
static void take_sent_back(struct ff68_device *device, const struct ff68_frame *frame,
                           int64_t now_us);
static void say_digits(struct ff68_device *device, int64_t now_us);
static void say_beep(struct ff68_device *device, int64_t now_us);

void ff68_device_init(struct ff68_device *device, const struct device_config *config) {
    *device = (struct ff68_device){ .config = config, .is_away = true };
    device->codes = config->profile == NULL ? &FF68_CODES : &config->profile->ff68;
}

void ff68_device_rise(struct ff68_device *device, int64_t now_us) {
    ff68_press_hold(device, now_us);
    device->misses = 0;
    come_online(device, now_us);
}

void ff68_device_fall(struct ff68_device *device, int64_t now_us) {
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        device->presses[i].is_answer_due = false;
    }
    device->beeps = 0;
    device->is_identifying = false;
    if (!device->is_away) {
        go_offline(device, "the line is lost", now_us);
    }
    snprintf(device->what, sizeof device->what, "the line is lost");
}

void ff68_device_show(struct ff68_device *device, const struct image *image, int64_t now_us) {
    assert(image->role == device->config->role);
    bool is_terminal = image->role == ROLE_TERMINAL;
    const struct key_answer *answer = is_terminal ? &image->terminal.answer : &image->keypad.answer;
    if (answer->epoch != 0 && answer->epoch == device->epoch) {
        ff68_press_settle(device, answer, now_us);
    }
    identify(device, image, now_us);
    if (is_terminal) {
        show_terminal(device, image, now_us);
    }
    device->image = *image;
    device->has_image = true;
}

bool ff68_device_hear(struct ff68_device *device, const struct ff68_frame *frame, int64_t now_us) {
    device->answers++;
    device->heard_us = now_us;
    device->misses = 0; /* any word is life */
    if (!device->was_heard || device->is_away) {
        device->was_heard = true;
        device->what[0] = '\0';
    }
    if (device->is_away) {
        come_online(device, now_us);
    }
    if (is_sent_back(device, frame)) {
        take_sent_back(device, frame, now_us);
        return true;
    }
    ff68_press_take(device, frame, now_us);
    return false;
}

enum ff68_say ff68_device_wants(const struct ff68_device *device, int64_t now_us) {
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        if (device->presses[i].is_answer_due) {
            return FF68_SAY_ANSWER;
        }
    }
    bool is_due = device->has_digits && now_us >= device->due_us;
    if (is_due && device->is_new) {
        return FF68_SAY_NEW;
    }
    if (device->beeps > 0 && now_us >= device->beep_us) {
        return FF68_SAY_BEEP;
    }
    return is_due ? FF68_SAY_AGAIN : FF68_SAY_NOTHING;
}

int64_t ff68_device_due_us(const struct ff68_device *device) {
    int64_t due_us = device->has_digits ? device->due_us : INT64_MAX;
    if (device->beeps > 0 && device->beep_us < due_us) {
        due_us = device->beep_us;
    }
    for (unsigned i = 0; i < FF68_PRESSES; i++) {
        due_us = device->presses[i].is_answer_due ? 0 : due_us;
    }
    return due_us;
}

void ff68_device_say(struct ff68_device *device, enum ff68_say say, int64_t now_us,
                     struct ff68_frame *frame) {
    struct ff68_press *press = ff68_press_answered(device);
    device->requests++;
    switch (say) {
    case FF68_SAY_ANSWER:
        assert(press != NULL);
        *frame = press->frame;
        frame->function = device->config->role == ROLE_KEYPAD ? FF68_RATED : press->frame.function;
        press->is_answer_due = false;
        return;
    case FF68_SAY_NEW:
    case FF68_SAY_AGAIN:
        *frame = device->wanted;
        say_digits(device, now_us);
        return;
    case FF68_SAY_BEEP:
        *frame = (struct ff68_frame){ .address = device->config->address, .function = FF68_BEEP };
        say_beep(device, now_us);
        return;
    case FF68_SAY_NOTHING:
        break;
    }
    assert(false);
}

void ff68_device_report(const struct ff68_device *device, struct device_report *report,
                        int64_t now_us) {
    snprintf(report->bus, sizeof report->bus, "%s", device->bus_id);
    snprintf(report->device, sizeof report->device, "%s", device->config->id);
    report->role = report->part = device->config->role;
    report->mono_us = now_us;
    report->epoch = device->epoch;
    device->callbacks->report(device->callbacks->context, report);
}

void ff68_device_log(const struct ff68_device *device, int level, const char *format, ...) {
    char what[WHAT_SIZE];
    char text[2 * WHAT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "bus %s: %s: %s", device->bus_id, device->config->id, what);
    device->callbacks->log(device->callbacks->context, level, text);
}

static void come_online(struct ff68_device *device, int64_t now_us) {
    struct device_report report = { .kind = REPORT_ONLINE };
    device->is_away = false;
    /* From the clock, so that an answer to a press from before a reload of the bus is none to one from after it. */
    device->epoch = device->epoch == 0 ? (uint32_t)(now_us / 1000) | 1U : device->epoch;
    snprintf(device->what, sizeof device->what, "%s",
             device->was_heard ? "" : "not heard yet: it speaks only when it is pressed");
    tell_anew(device, now_us);
    ff68_device_report(device, &report, now_us);
    ff68_device_log(device, LOG_NOTICE, "online%s%s", device->was_heard ? "" : ", ", device->what);
}

static void go_offline(struct ff68_device *device, const char *what, int64_t now_us) {
    struct device_report report = { .kind = REPORT_OFFLINE };
    device->is_away = true;
    snprintf(device->what, sizeof device->what, "%s", what);
    snprintf(report.what, sizeof report.what, "%s", what);
    ff68_device_report(device, &report, now_us);
    ff68_device_log(device, LOG_WARNING, "%s, offline", what);
}

static void tell_anew(struct ff68_device *device, int64_t now_us) {
    device->is_new = true;
    device->is_unconfirmed = false;
    device->tries = 0;
    device->due_us = now_us;
}

/* A window's new call is heard as well as seen; the caller's own recall is not, its key is answered. */
static void show_terminal(struct ff68_device *device, const struct image *image, int64_t now_us) {
    const struct terminal_image *shown = &image->terminal;
    const struct terminal_image *before = &device->image.terminal;
    struct ff68_frame wanted;
    bool is_call =
        shown->lamp == LAMP_CALLING && device->has_image &&
        (before->lamp != LAMP_CALLING || !ticket_no_equal(before->ticket, shown->ticket));
    ff68_show(device->config->address, shown->waiting, shown->ticket, &wanted);
    if (is_call && !device->is_away) {
        device->beeps++;
        device->beep_us = now_us;
        device->beep_gap_us = FF68_BEEP_US;
    }
    if (device->has_digits && ff68_equal(&wanted, &device->wanted)) {
        return;
    }
    /* What should have been told by now, and found the line taken, is not put off again. */
    bool is_overdue = device->has_digits && device->is_new && device->due_us <= now_us;
    device->wanted = wanted;
    device->has_digits = true;
    tell_anew(device, now_us);
    bool is_early = device->told_us + FF68_WAITING_US > now_us;
    if (image->rank == RANK_WAITING && is_early && !is_overdue) {
        device->due_us = device->told_us + FF68_WAITING_US;
    }
}

/* A terminal beeps once a second; a rater has no sign that it could give. */
static void identify(struct ff68_device *device, const struct image *image, int64_t now_us) {
    bool is_asked = device->has_image && image->identify_count != device->identify_count;
    device->identify_count = image->identify_count;
    if (!is_asked) {
        return;
    }
    if (device->config->role != ROLE_TERMINAL) {
        struct device_report report = { .kind = REPORT_ABLE };
        snprintf(report.what, sizeof report.what, "not able to identify");
        ff68_device_report(device, &report, now_us);
        return;
    }
    device->beeps = image->identify_s < IDENTIFY_MOST ? image->identify_s : IDENTIFY_MOST;
    device->beep_us = now_us;
    device->beep_gap_us = FF68_IDENTIFY_US;
    device->is_identifying = true;
}

/* Also digits that are not wanted any more: no key is among them. */
static bool is_sent_back(const struct ff68_device *device, const struct ff68_frame *frame) {
    bool is_digits = frame->function == FF68_DIGITS && frame->length == FF68_DIGITS_LENGTH;
    for (unsigned i = 0; i < frame->length; i++) {
        is_digits = is_digits && frame->data[i] <= FF68_LEAVE;
    }
    bool is_beep = frame->function == FF68_BEEP && frame->length == 0;
    return device->config->role == ROLE_TERMINAL && (is_beep || is_digits);
}

/* One that lives is asked again only now and then. */
static void take_sent_back(struct ff68_device *device, const struct ff68_frame *frame,
                           int64_t now_us) {
    device->sends_back = true;
    if (!ff68_equal(frame, &device->wanted) || !device->is_unconfirmed) {
        return;
    }
    device->images++;
    device->is_unconfirmed = false;
    device->tries = 0;
    device->due_us = now_us + FF68_SAY_MOST_US;
}

/*
 * Twice as late each time: a terminal that sends nothing back may have missed it in a collision, or been without power.
 */
static void say_digits(struct ff68_device *device, int64_t now_us) {
    if (device->sends_back && device->is_unconfirmed) {
        device->timeouts++;
        device->misses++;
    }
    bool is_lost = device->sends_back && device->misses >= FF68_MISSES;
    if (is_lost && !device->is_away) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "no answer %u of %u", device->misses, (unsigned)FF68_MISSES);
        go_offline(device, what, now_us);
    }
    int64_t most_us = device->sends_back && !is_lost ? FF68_SAY_LIVING_US : FF68_SAY_MOST_US;
    int64_t pause_us = (int64_t)FF68_SAY_FIRST_US << (device->tries < 10 ? device->tries : 10);
    device->images += device->is_new && !device->sends_back ? 1 : 0;
    device->tries++;
    device->is_new = false;
    device->is_unconfirmed = true;
    device->told_us = now_us;
    device->due_us = now_us + (pause_us < most_us ? pause_us : most_us);
}

static void say_beep(struct ff68_device *device, int64_t now_us) {
    device->beeps--;
    device->beep_us = now_us + device->beep_gap_us;
    if (device->is_identifying) {
        struct device_report report = { .kind = REPORT_ABLE };
        device->is_identifying = false;
        ff68_device_report(device, &report, now_us);
    }
}
