/*
 * The simulated devices of one bus on a pseudo-terminal or a socket: a thread that hears what comes, lets the devices act when its
 * wire time has passed, waits the wire time of what they say and says it, as its protocol has it (talk.h); with the
 * faults that are asked for. Everything here
 * may be called from any thread; a call holds the bus's lock for microseconds and never waits for the wire.
 */
#ifndef DEVICES_SIM_SLAVE_H
#define DEVICES_SIM_SLAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/sim/device.h"
#include "devices/sim/fault.h"
#include "devices/sim/hazard.h"
#include "devices/sim/line.h"

enum {
    SIM_BUS_DEVICES = 64,
    SIM_SIGHTS_MAX = 256, /* waiting to be taken; more: the oldest is dropped and counted */
    SIM_ERROR_BUCKETS = 1000,
    SIM_ERROR_STEP_US = 5
};

struct sim_bus_config {
    char id[NAME_SIZE];
    enum bus_protocol protocol;
    char port[SIM_PORT_SIZE];
    uint32_t baud, data_bits, stop_bits;
    bool has_parity, is_parity_odd;
    unsigned device_count;
    struct sim_device_config devices[SIM_BUS_DEVICES];
};

struct sim_bus_options {
    uint64_t seed;
    uint16_t boots;        /* what every device's `boots` is at the start */
    uint32_t answer_us;    /* from the request's last character to the answer's first */
    bool is_instant;       /* no wire time and no answer delay */
    bool is_strict;        /* requests that begin inside t3.5 are not heard */
    uint32_t character_us; /* a voice speaks a character for so long; 0: all at once */
    bool
        is_sharp; /* due moments are waited for awake at their end: for measuring, it costs processor time */
    struct sim_faults faults;
    int wake_fd; /* eventfd that is raised when there is something to take; borrowed */
};

struct sim_bus_counts {
    uint64_t requests, answers, exceptions;
    uint64_t unanswered; /* no such device, or a dead one */
    uint64_t bad_crc;    /* requests with a wrong CRC or a wrong length */
    uint64_t stray;      /* bytes that never became a request */
    uint64_t violations; /* requests that began inside t3.5 */
    uint64_t
        overruns; /* requests that were read together with the one before: this machine stood still */
    uint64_t sights_dropped, plugs;
    uint64_t noise;      /* bytes that nobody sent */
    uint64_t collisions; /* answers that another device of the same address spoilt */
    uint64_t spoken;     /* texts that a voice said to their end ... */
    uint64_t cuts;       /* ... and that the master's next text cut short */
    uint64_t faults[FAULT_COUNT];
    /* How late answers left beyond their due time: bucket i = under (i + 1) * SIM_ERROR_STEP_US; the last takes the rest. */
    uint64_t error[SIM_ERROR_BUCKETS];
};

struct sim_bus;

/* Whether devices of this protocol can be simulated. */
bool sim_bus_knows(enum bus_protocol protocol);
/* NULL: `why` (SIM_WHY_SIZE) says what stands against it. Takes copies. */
struct sim_bus *sim_bus_open(const struct sim_bus_config *config,
                             const struct sim_bus_options *options, char *why);
/* Stops the thread within 100 ms, removes the symlink. */
void sim_bus_close(struct sim_bus *bus);
/* Oldest first; false when there is none. */
bool sim_bus_take_sight(struct sim_bus *bus, struct sim_sight *sight);
/* A copy of the device as it stands, with prints that are due now done. */
void sim_bus_look(struct sim_bus *bus, unsigned device, struct sim_device *copy);
/* The key event count after the press. */
uint16_t sim_bus_press(struct sim_bus *bus, unsigned device, uint16_t code, uint16_t argument);
void sim_bus_reboot(struct sim_bus *bus, unsigned device);
void sim_bus_set_dead(struct sim_bus *bus, unsigned device, bool is_dead);
void sim_bus_set_status(struct sim_bus *bus, unsigned device, uint16_t status);
/* Another address, which another device may have already. */
void sim_bus_set_address(struct sim_bus *bus, unsigned device, uint8_t address);
/* What is wrong with the wiring; `line` and `devices` stand at the config's settings. */
void sim_bus_read_hazards(struct sim_bus *bus, struct sim_hazards *hazards);
void sim_bus_set_hazards(struct sim_bus *bus, const struct sim_hazards *hazards);
const struct sim_bus_config *sim_bus_config(const struct sim_bus *bus);
void sim_bus_set_faults(struct sim_bus *bus, const struct sim_faults *faults);
/* Pulls the adapter out, or plugs it in again; done by the thread within a few ms. */
void sim_bus_set_plugged(struct sim_bus *bus, bool is_plugged);
void sim_bus_read_counts(struct sim_bus *bus, struct sim_bus_counts *counts);
/* CLOCK_MONOTONIC. */
int64_t sim_now_us(void);

#endif
