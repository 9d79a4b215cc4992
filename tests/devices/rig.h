/*
 * A test's end of a bus: a bus on scripted slaves, the reports it gave, and the images it should show.
 */
#ifndef TESTS_DEVICES_RIG_H
#define TESTS_DEVICES_RIG_H

#include <pthread.h>

#include "devices/bus.h"
#include "devices/profile.h"
#include "tests/devices/slave.h"

enum { REPORTS_MAX = 4096 };

struct rig {
    struct line_slaves *slaves;
    struct bus *bus;
    struct bus_config config;
    struct profile *profile; /* NULL: the reference */
    pthread_mutex_t mutex;
    unsigned report_count;
    struct device_report reports[REPORTS_MAX];
    struct image images[BUS_DEVICES_MAX];
    /* Called on the bus's thread after each report, so that an image can be the very next thing sent. May be NULL. */
    void (*react)(struct rig *rig, const struct device_report *report);
    char log[256];
};

/* Slaves without a bus yet; devices are added, then rig_start opens the bus. Never NULL. */
struct rig *rig_open(void);
/* Devices added from now on may take so long to answer: for tests whose time-outs a busy machine must not bring about. */
void rig_be_patient(struct rig *rig, unsigned answer_ms);
/* Devices added from now on have this profile (JSON). Once a rig, and not beside rig_be_patient. */
void rig_use(struct rig *rig, const char *profile);
void rig_add(struct rig *rig, const char *id, enum role role, uint8_t address);
void rig_start(struct rig *rig);
void rig_close(struct rig *rig);
/* The n-th report (from 1) of this kind within 5 s, copied; false if it did not come. */
bool rig_await(struct rig *rig, enum report_kind kind, unsigned n, struct device_report *out);
unsigned rig_count(struct rig *rig, enum report_kind kind);
/* Shows rig->images[device]. */
void rig_show(struct rig *rig, unsigned device);
void rig_sleep(unsigned ms);
/* Waits up to 5 s until the holding register has the value. */
bool rig_await_holding(struct rig *rig, uint8_t address, uint16_t at, uint16_t value);
struct device_stats rig_stats(struct rig *rig, unsigned device);

#endif
