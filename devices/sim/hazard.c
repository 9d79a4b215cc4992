/* Bad wiring. */
#include "devices/sim/hazard.h"

#include <assert.h>
#include <string.h>

static size_t pass(const struct sim_hazards *hazards, bool to_devices, const uint8_t *bytes,
                   size_t length, uint8_t *out, size_t size);

size_t sim_hazard_hear(const struct sim_hazards *hazards, const uint8_t *bytes, size_t length,
                       uint8_t *out, size_t size) {
    return pass(hazards, true, bytes, length, out, size);
}

size_t sim_hazard_say(const struct sim_hazards *hazards, const uint8_t *bytes, size_t length,
                      uint8_t *out, size_t size) {
    return pass(hazards, false, bytes, length, out, size);
}

size_t sim_hazard_noise(const struct sim_hazards *hazards, struct sim_rng *rng, uint8_t *out,
                        int64_t *pause_us) {
    assert(hazards->noise_a_s > 0);
    size_t length = (size_t)sim_rng_between(rng, 1, SIM_NOISE_PIECE);
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)sim_rng_next(rng);
    *pause_us = (int64_t)length * 1000000 / hazards->noise_a_s;
    return length;
}

/* With A and B swapped every level is upside down, so the line never rests and no receiver finds a start in it. */
static size_t pass(const struct sim_hazards *hazards, bool to_devices, const uint8_t *bytes,
                   size_t length, uint8_t *out, size_t size) {
    if (hazards->is_swapped)
        return 0;
    if (hazards->is_foreign) {
        const struct sim_uart *line = &hazards->line, *devices = &hazards->devices;
        return sim_uart_hear(to_devices ? line : devices, to_devices ? devices : line, bytes,
                             length, out, size);
    }
    size_t taken = length < size ? length : size;
    memcpy(out, bytes, taken);
    return taken;
}
