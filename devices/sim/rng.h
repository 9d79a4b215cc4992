/*
 * Chance from a seed. Each citizen, window and line has a stream of its own, so that what one of them draws never
 * shifts what another one draws: the same seed and the same observations give the same decisions. Pure.
 */
#ifndef DEVICES_SIM_RNG_H
#define DEVICES_SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct sim_rng {
    uint64_t state;
};

/* `stream` tells apart the users of one seed. */
void sim_rng_init(struct sim_rng *rng, uint64_t seed, uint64_t stream);
uint32_t sim_rng_next(struct sim_rng *rng);
/* 0..bound-1; bound 0 gives 0. */
uint32_t sim_rng_below(struct sim_rng *rng, uint32_t bound);
/* low..high, both included. */
int64_t sim_rng_between(struct sim_rng *rng, int64_t low, int64_t high);
/* True `parts` times in a million. */
bool sim_rng_chance(struct sim_rng *rng, uint32_t parts);
/* A span around `mean`, never under a quarter of it: the shape of service times, a hump with a long right side. */
int64_t sim_rng_spread(struct sim_rng *rng, int64_t mean);

#endif
