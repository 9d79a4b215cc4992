#include "tests/unit/devices/caller.h"

#include <string.h>

struct caller lone;

static void keep(void *context, const struct device_report *report) {
    (void)context;
    ck_assert_uint_lt(lone.report_count, REPORTS);
    lone.reports[lone.report_count++] = *report;
}

static void ignore(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static void open_bus(void) {
    ff68_device_init(&lone.device, &lone.config);
    lone.device.bus_id = "line";
    lone.device.callbacks = &lone.callbacks;
    ff68_device_rise(&lone.device, lone.now_us);
}

static void begin(enum role role) {
    memset(&lone.config, 0, sizeof lone.config);
    memset(&lone.image, 0, sizeof lone.image);
    lone.callbacks = (struct bus_callbacks){ .report = keep, .log = ignore };
    strcpy(lone.config.id, "one");
    lone.config.role = lone.image.role = role;
    lone.config.address = ADDRESS;
    lone.report_count = 0;
    lone.now_us = 100 * (int64_t)SECOND;
    open_bus();
}

void caller_begin_terminal(void) {
    begin(ROLE_TERMINAL);
}

void caller_begin_rater(void) {
    begin(ROLE_KEYPAD);
}

void caller_reopen(void) {
    lone.now_us += SECOND;
    open_bus();
}

unsigned caller_count(enum report_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < lone.report_count; i++) {
        count += lone.reports[i].kind == kind ? 1 : 0;
    }
    return count;
}

const struct device_report *caller_last(enum report_kind kind) {
    for (unsigned i = lone.report_count; i-- > 0;) {
        if (lone.reports[i].kind == kind) {
            return &lone.reports[i];
        }
    }
    ck_abort_msg("no such report");
    return NULL;
}

void caller_hear(const struct ff68_frame *frame, int64_t after_ms) {
    lone.now_us += after_ms * MS;
    ff68_device_hear(&lone.device, frame, lone.now_us);
}

void caller_show(void) {
    ff68_device_show(&lone.device, &lone.image, lone.now_us);
}

void caller_answer_to(const struct device_report *press, uint16_t answer) {
    struct key_answer given = { press->epoch, press->count, answer };
    lone.image.terminal.answer = lone.image.keypad.answer = given;
    caller_show();
}

void caller_answer(uint16_t given) {
    caller_answer_to(caller_last(REPORT_KEY), given);
}

/* What is said until nothing is due at this moment; only frames of this function are counted. */
unsigned caller_say_all(uint8_t function, struct ff68_frame *last) {
    unsigned count = 0;
    enum ff68_say say;
    struct ff68_frame frame;
    while ((say = ff68_device_wants(&lone.device, lone.now_us)) != FF68_SAY_NOTHING) {
        ff68_device_say(&lone.device, say, lone.now_us, &frame);
        if (frame.function == function) {
            *last = frame;
            count++;
        }
    }
    return count;
}
