/*
 * One caller or rater without a wire: the test gives the time and the frames, sees the reports and what the device is
 * to be told. Codes: 10-frames.md, "Caller and four-key rater"; what was chosen stands in devices/ff68_codes.c.
 */
#ifndef TESTS_UNIT_DEVICES_CALLER_H
#define TESTS_UNIT_DEVICES_CALLER_H

#include <check.h>

#include "devices/ff68_device.h"

enum { REPORTS = 64, MS = 1000, SECOND = 1000000, ADDRESS = 5 };

struct caller {
    struct ff68_device device;
    struct device_config config;
    struct bus_callbacks callbacks;
    struct image image;
    struct device_report reports[REPORTS];
    unsigned report_count;
    int64_t now_us;
};

extern struct caller lone;

void caller_begin_terminal(void);
void caller_begin_rater(void);
/* The bus is closed and opened, as a reload does; a second has passed. */
void caller_reopen(void);
unsigned caller_count(enum report_kind kind);
const struct device_report *caller_last(enum report_kind kind);
/* A frame comes, so many ms later. */
void caller_hear(const struct ff68_frame *frame, int64_t after_ms);
void caller_show(void);
/* The hall's answer to this press; to the last one. */
void caller_answer_to(const struct device_report *press, uint16_t answer);
void caller_answer(uint16_t given);
/* What is said until nothing is due at this moment; only frames of this function are counted. */
unsigned caller_say_all(uint8_t function, struct ff68_frame *last);

#endif
