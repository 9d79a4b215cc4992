/* SplitMix64 (Steele, Lea, Flood 2014): one addition and a mix, good for any seed, also 0. */
#include "devices/sim/rng.h"

static const uint64_t STEP = 0x9E3779B97F4A7C15u;
static const uint32_t MILLION = 1000000;

static uint64_t mix(uint64_t value);

void sim_rng_init(struct sim_rng *rng, uint64_t seed, uint64_t stream) {
    rng->state = mix(seed) ^ mix(stream * STEP + 1);
}

uint32_t sim_rng_next(struct sim_rng *rng) {
    rng->state += STEP;
    return (uint32_t)(mix(rng->state) >> 32);
}

uint32_t sim_rng_below(struct sim_rng *rng, uint32_t bound) {
    return (uint32_t)(((uint64_t)sim_rng_next(rng) * bound) >> 32);
}

int64_t sim_rng_between(struct sim_rng *rng, int64_t low, int64_t high) {
    return low + (int64_t)sim_rng_below(rng, (uint32_t)(high - low + 1));
}

bool sim_rng_chance(struct sim_rng *rng, uint32_t parts) {
    return sim_rng_below(rng, MILLION) < parts;
}

int64_t sim_rng_spread(struct sim_rng *rng, int64_t mean) {
    /* A quarter is fixed; the rest is the product of two even draws, whose mean is again one. */
    int64_t rest = mean - mean / 4;
    int64_t first = sim_rng_below(rng, 2001), second = sim_rng_below(rng, 2001);
    return mean / 4 + rest * first / 1000 * second / 1000;
}

static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}
