/*
 * The people of the simulated hall: citizens who arrive by a daily curve, and the staff behind the windows. They know
 * only what they see and hear (sights of papers, boards, lamps, keypads, what is spoken) and what they say to each other across a window; they
 * act only by keys. The same seed and the same sights at the same times give the same keys. No thread, no clock, no
 * I/O of its own: time and sights come in, keys go out by the world's function, and what they did goes to the record.
 */
#ifndef DEVICES_SIM_PEOPLE_H
#define DEVICES_SIM_PEOPLE_H

#include <stdint.h>

#include "devices/sim/hall.h"
#include "devices/sim/record.h"

struct sim_world {
    void *context;
    /* Presses a key of a part of a device: key is code and argument. Returns the key event count. */
    uint16_t (*press)(void *context, unsigned device, enum role part, const uint16_t key[2]);
    struct sim_record *record; /* borrowed */
};

struct sim_people_options {
    uint64_t seed;
    uint32_t speed; /* people are so many times faster than life; machines are not */
    uint32_t
        per_hour; /* citizens who arrive in a full hour at the busiest time, in people's time */
    uint32_t citizens_most;   /* no more than so many arrive; 0: no end */
    uint32_t hearing_percent; /* of the citizens see no board: they go by what is spoken alone */
    uint32_t start_min;       /* people's time of day at the start, minutes since midnight */
    int64_t began_us;         /* CLOCK_MONOTONIC of the start */
};

struct sim_people;

/* NULL when there is no memory. `hall` and `world` are borrowed. */
struct sim_people *sim_people_open(const struct sim_hall_config *hall,
                                   const struct sim_people_options *options,
                                   const struct sim_world *world);
void sim_people_close(struct sim_people *people);
/* Somebody saw something change; `sight->device` is the hall-wide number. */
void sim_people_saw(struct sim_people *people, const struct sim_sight *sight);
/* Lets everybody act whose moment has come. Call it every few ms. */
void sim_people_step(struct sim_people *people, int64_t now_us);
/* Members into the object that is open in `writer`. */
void sim_people_tally(const struct sim_people *people, struct json_writer *writer);

#endif
