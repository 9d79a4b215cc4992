/*
 * All the simulated devices of a hall: its buses, found by the ids of the config. A device is known by one number,
 * `bus * SIM_BUS_DEVICES + place`. Thread-safe as slave.h is.
 */
#ifndef DEVICES_SIM_HALL_H
#define DEVICES_SIM_HALL_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/sim/slave.h"

enum { SIM_BUSES = 8, SIM_DEVICES = SIM_BUSES * SIM_BUS_DEVICES, SIM_NO_DEVICE = SIM_DEVICES };

/* A window as its staff and the citizens know it. */
struct sim_window_config {
    uint16_t id;
    char label[NAME_SIZE];
    uint64_t services; /* bit i: serves the service with index i */
    uint16_t staff;    /* who works there, as a number; 0 signs nobody in */
};

struct sim_hall_config {
    unsigned bus_count;
    struct sim_bus_config buses[SIM_BUSES];
    unsigned window_count;
    struct sim_window_config windows[WINDOWS_MAX];
    uint16_t pin;          /* what all staff type before they sign in; 0 nothing */
    uint16_t pause_reason; /* the reason that staff give for a break; 0 none known */
};

struct sim_hall {
    const struct sim_hall_config *config; /* borrowed */
    struct sim_bus *buses[SIM_BUSES];
    int wake_fd; /* readable when sights wait */
};

/* False: `why` (SIM_WHY_SIZE) names the bus and what stands against it; nothing stays open. */
bool sim_hall_open(struct sim_hall *hall, const struct sim_hall_config *config,
                   const struct sim_bus_options *options, char *why);
void sim_hall_close(struct sim_hall *hall);

unsigned sim_hall_find(const struct sim_hall *hall, const char *id); /* SIM_NO_DEVICE: none */
struct sim_bus *sim_hall_find_bus(const struct sim_hall *hall, const char *id); /* NULL: none */
const struct sim_device_config *sim_hall_device(const struct sim_hall *hall, unsigned device);
/* The bus a device is on; the place on it is `device % SIM_BUS_DEVICES`. */
struct sim_bus *sim_hall_bus(const struct sim_hall *hall, unsigned device);
/* The device of this role (or a unit, whose part it is) at a window; SIM_NO_DEVICE: none. */
unsigned sim_hall_at_window(const struct sim_hall *hall, uint16_t window, enum role part);

void sim_hall_look(const struct sim_hall *hall, unsigned device, struct sim_device *copy);
/* A press on a part: a unit's keypad codes are shifted here. Returns the key event count. */
uint16_t sim_hall_press(const struct sim_hall *hall, unsigned device, enum role part,
                        const uint16_t key[2]);
/* The next sight of any bus, with its hall-wide device number. A printer's paper is seen at its dispenser. */
bool sim_hall_take_sight(const struct sim_hall *hall, struct sim_sight *sight);

#endif
