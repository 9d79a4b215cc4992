/*
 * One device without a wire: the test gives the time, what is read and what became of a write, and sees the reports and
 * the next request. For what a device is told and shown; tests/devices has the wire.
 */
#ifndef TESTS_UNIT_DEVICES_LONE_H
#define TESTS_UNIT_DEVICES_LONE_H

#include <check.h>

#include "devices/device.h"
#include "protocol/registers.h"

enum { LONE_REPORTS = 64 };

struct lone {
    struct device device;
    struct device_config config;
    struct bus_callbacks callbacks;
    struct schedule_item item;
    int64_t now_us;
    uint16_t input[INPUT_COUNT], holding[1024];
    unsigned report_count;
    struct device_report reports[LONE_REPORTS];
    struct rtu_request request; /* the last one that was asked for */
};

/* A device of this role that has never been heard of. */
struct lone *lone_open(enum role role);
void lone_close(struct lone *lone);
/* What is read of it now: a pulse, or its baseline when that is wanted. Two readings after a reboot. */
void lone_read(struct lone *lone);
void lone_press(struct lone *lone, uint16_t code, uint16_t argument);
/* Power off and on: boots + 1, all else 0. */
void lone_reboot(struct lone *lone);
void lone_show(struct lone *lone, const struct image *image);
/* The next write or reading back, into `request`; false when there is none now. */
bool lone_ask(struct lone *lone);
/* What became of it. An answer obeys: what was written is in `holding`, what is read comes from there. */
void lone_hear(struct lone *lone, enum rtu_outcome outcome);
/* For so many seconds everything that is to be written ends so; readings are answered. Returns the writes tried. */
unsigned lone_fail(struct lone *lone, enum rtu_outcome outcome, unsigned seconds);
/* Asks and obeys until nothing is to be written; returns how many requests that took. */
unsigned lone_drive(struct lone *lone);
unsigned lone_count(const struct lone *lone, enum report_kind kind);
/* The last one of this kind; NULL none. */
const struct device_report *lone_last(const struct lone *lone, enum report_kind kind);

#endif
