/* The hall's devices. */
#include "devices/sim/hall.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool sim_hall_open(struct sim_hall *hall, const struct sim_hall_config *config,
                   const struct sim_bus_options *options, char *why) {
    memset(hall, 0, sizeof(*hall));
    hall->config = config;
    hall->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sim_bus_options own = *options;
    own.wake_fd = hall->wake_fd;
    for (unsigned i = 0; i < config->bus_count; i++) {
        char reason[SIM_WHY_SIZE];
        hall->buses[i] = sim_bus_open(&config->buses[i], &own, reason);
        if (hall->buses[i] == NULL) {
            snprintf(why, SIM_WHY_SIZE, "bus %s: %.300s", config->buses[i].id, reason);
            sim_hall_close(hall);
            return false;
        }
    }
    return true;
}

void sim_hall_close(struct sim_hall *hall) {
    for (unsigned i = 0; i < SIM_BUSES; i++)
        if (hall->buses[i] != NULL)
            sim_bus_close(hall->buses[i]);
    if (hall->wake_fd >= 0)
        close(hall->wake_fd);
    memset(hall->buses, 0, sizeof(hall->buses));
    hall->wake_fd = -1;
}

unsigned sim_hall_find(const struct sim_hall *hall, const char *id) {
    for (unsigned i = 0; i < hall->config->bus_count; i++)
        for (unsigned place = 0; place < hall->config->buses[i].device_count; place++)
            if (strcmp(hall->config->buses[i].devices[place].id, id) == 0)
                return i * SIM_BUS_DEVICES + place;
    return SIM_NO_DEVICE;
}

struct sim_bus *sim_hall_find_bus(const struct sim_hall *hall, const char *id) {
    for (unsigned i = 0; i < hall->config->bus_count; i++)
        if (strcmp(hall->config->buses[i].id, id) == 0)
            return hall->buses[i];
    return NULL;
}

const struct sim_device_config *sim_hall_device(const struct sim_hall *hall, unsigned device) {
    assert(device < SIM_DEVICES);
    return &hall->config->buses[device / SIM_BUS_DEVICES].devices[device % SIM_BUS_DEVICES];
}

struct sim_bus *sim_hall_bus(const struct sim_hall *hall, unsigned device) {
    assert(device < SIM_DEVICES && hall->buses[device / SIM_BUS_DEVICES] != NULL);
    return hall->buses[device / SIM_BUS_DEVICES];
}

unsigned sim_hall_at_window(const struct sim_hall *hall, uint16_t window, enum role part) {
    for (unsigned i = 0; i < hall->config->bus_count; i++)
        for (unsigned place = 0; place < hall->config->buses[i].device_count; place++) {
            const struct sim_device_config *device = &hall->config->buses[i].devices[place];
            if (device->window == window && (device->role == part || device->role == ROLE_UNIT))
                return i * SIM_BUS_DEVICES + place;
        }
    return SIM_NO_DEVICE;
}

void sim_hall_look(const struct sim_hall *hall, unsigned device, struct sim_device *copy) {
    sim_bus_look(sim_hall_bus(hall, device), device % SIM_BUS_DEVICES, copy);
}

uint16_t sim_hall_press(const struct sim_hall *hall, unsigned device, enum role part,
                        const uint16_t key[2]) {
    bool is_shifted = part == ROLE_KEYPAD && sim_hall_device(hall, device)->role == ROLE_UNIT;
    uint16_t code = (uint16_t)(key[0] + (is_shifted ? UNIT_KEYPAD_CODES : 0));
    return sim_bus_press(sim_hall_bus(hall, device), device % SIM_BUS_DEVICES, code, key[1]);
}

bool sim_hall_take_sight(const struct sim_hall *hall, struct sim_sight *sight) {
    for (unsigned i = 0; i < hall->config->bus_count; i++)
        if (sim_bus_take_sight(hall->buses[i], sight)) {
            sight->device += i * SIM_BUS_DEVICES;
            const struct sim_device_config *device = sim_hall_device(hall, sight->device);
            unsigned dispenser = sim_hall_find(hall, device->dispenser);
            if (sight->kind == SIGHT_PAPER && dispenser != SIM_NO_DEVICE)
                sight->device = dispenser;
            return true;
        }
    return false;
}
