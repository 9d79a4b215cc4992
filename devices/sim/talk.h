/*
 * A protocol of the simulated line: what its devices say and do there. A table of functions a protocol; they are called
 * on the bus's thread, without its lock. A bus's inside is here for them alone, and for slave.c, whose thread it is.
 */
#ifndef DEVICES_SIM_TALK_H
#define DEVICES_SIM_TALK_H

#include <pthread.h>

#include "devices/sim/slave.h"
#include "devices/sim/wire.h"

enum {
    SIM_IDLE_US = 100 * 1000, /* longest wait without looking at the stop flag */
    SIM_SAYINGS = 16,         /* on their way to the line; more: the oldest is dropped */
    SIM_SAYING_MAX = 512
};

struct sim_talk {
    size_t size; /* of its own state, in `own`; zeroed before `open` */
    /* Once, before the thread runs; NULL: nothing to do. */
    void (*open)(struct sim_bus *bus);
    /* When `act` is wanted next; no later than now + SIM_IDLE_US. */
    int64_t (*due_us)(const struct sim_bus *bus, int64_t now_us);
    /* Bytes came. */
    void (*hear)(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
    /* Does what is due; called each time round, and soon after every press and power-up. */
    void (*act)(struct sim_bus *bus, int64_t now_us);
    /* The line was pulled out: what was under way is gone. */
    void (*drop)(struct sim_bus *bus);
};

/* Bytes that go on the line at a moment. */
struct sim_saying {
    int64_t due_us; /* 0: free */
    size_t length;
    uint8_t bytes[SIM_SAYING_MAX];
};

struct sim_bus {
    struct sim_bus_config config;
    struct sim_bus_options options;
    struct sim_wire wire;
    const struct sim_talk *talk;
    void *own; /* the protocol's state: the thread's, unless a function says otherwise */
    pthread_t thread;
    int wake_fd;
    pthread_mutex_t lock; /* guards what follows, up to the thread's own */
    bool is_stopping, is_plugged;
    int64_t replug_at_us; /* a fault's unplugging ends; 0 none */
    struct sim_faults faults;
    struct sim_hazards wanted_hazards;
    struct sim_bus_counts counts;
    struct sim_device devices[SIM_BUS_DEVICES];
    unsigned sight_first, sight_count;
    struct sim_sight sights[SIM_SIGHTS_MAX];
    /* The thread's own. */
    struct sim_line line;
    struct sim_rng rng;
    struct sim_hazards hazards; /* a copy of the wanted ones, each time round */
    int64_t noise_us;           /* when the next noise comes */
    struct sim_saying sayings[SIM_SAYINGS];
};

/* Of the protocols: slave.c picks one by the config. */
extern const struct sim_talk SIM_MODBUS_TALK, SIM_MBAP_TALK, SIM_FF68_TALK;
extern const struct sim_talk SIM_ONBON_TALK, SIM_ALPHA_TALK, SIM_ESCPOS_TALK, SIM_SPEECH_TALK;

/* The time that so many characters take on this wire; 0 where the bus is instant. */
int64_t sim_talk_span_us(const struct sim_bus *bus, size_t characters);
/* What a serial server between adds to an answer, 2 to 15 ms by its packing; 0 on a pseudo-terminal. */
int64_t sim_talk_lag_us(struct sim_bus *bus);
/* The living device at an address, NULL none. With the bus's lock, as the next. */
struct sim_device *sim_talk_device(struct sim_bus *bus, uint8_t address);
/* Another living one with the same address, NULL none. */
struct sim_device *sim_talk_beside(struct sim_bus *bus, const struct sim_device *device);
/* The line hangs up for one to three seconds. With the bus's lock. */
void sim_talk_unplug(struct sim_bus *bus, int64_t now_us);
/* Hands bytes to the line now; false when nobody takes them. */
bool sim_talk_send(struct sim_bus *bus, const uint8_t *bytes, size_t length);
/* Hands them over at `due_us`, the moment their last character has gone. */
void sim_talk_say(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t due_us);
/* How late something left beyond its due time, for the counts. With the bus's lock. */
void sim_talk_count_error(struct sim_bus *bus, int64_t error_us);

#endif
