/*
 * A hall on one simulated line: the real bus, the real core and journal, terminals (the first of the places) and boards.
 * The main thread is the hall's; presses, commits and images are made here one at a time.
 */
#ifndef TESTS_BENCH_WIRE_HALL_H
#define TESTS_BENCH_WIRE_HALL_H

#include <pthread.h>
#include <stdbool.h>

#include "controller/ledger.h"
#include "devices/bus.h"
#include "devices/sim/slave.h"
#include "tests/bench/wire_times.h"

struct bench {
    struct row row;
    char folder[64];
    char port[80];
    struct config *config;
    struct ledger *ledger;
    struct sim_bus *slaves;
    struct bus *bus;
    struct image images[BUS_DEVICES_MAX];
    pthread_mutex_t mutex; /* guards the three that follow */
    unsigned online;
    bool has_press;
    struct device_report press;
    int wake_fd;
};

/* A folder, and the slaves on its line; the dead among the terminals, the last ones, still live. */
void bench_open(struct bench *bench, const struct row *row);
/* Core, journal and bus; comes back when all devices are online, the dead dead and backed off. */
void bench_start(struct bench *bench);
void bench_close(struct bench *bench);

/* The next moment after now at which this share of a round has passed since a reading of the device. */
int64_t bench_moment(const struct bench *bench, unsigned device, double share);
void bench_sleep_until(int64_t at_us);
/* Waits for the report of a press. One that does not come within 20 s ends the program: it is no figure. */
void bench_await(struct bench *bench, struct device_report *report);
/* Decides the press and commits its event. */
void bench_obey(struct bench *bench, const struct device_report *report, unsigned device);
/* The key's answer, and on the board beside it (if there is one) another text. */
void bench_show_answer(struct bench *bench, const struct device_report *report, unsigned device);
/*
 * Waits until a device is seen to show something new of this kind; its moment in the device. Ends
 * the program after 20 s.
 */
int64_t bench_await_sight(struct bench *bench, unsigned device, enum sim_sight_kind kind);
void bench_forget_sights(struct bench *bench);

#endif
