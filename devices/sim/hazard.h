/*
 * What is wrong with the wiring of a simulated line, as an electrician finds it: wires swapped, another rate than the
 * devices', an echo, noise, a server that hangs. It stands between the line and the protocol (talk.h), so every
 * protocol has it. Pure but for the bytes handed on.
 */
#ifndef DEVICES_SIM_HAZARD_H
#define DEVICES_SIM_HAZARD_H

#include "devices/sim/rng.h"
#include "devices/sim/uart.h"

enum { SIM_NOISE_PIECE = 3, SIM_NOISE_MAX = 10000 };

struct sim_hazards {
    bool is_swapped; /* A and B: neither side hears a character */
    bool has_echo;   /* the line gives back what comes */
    bool is_hanging; /* takes what comes and does nothing; of a server that is stuck */
    bool is_foreign; /* the devices are set to `devices`, the line to `line` */
    struct sim_uart line, devices;
    uint32_t noise_a_s; /* bytes a second that nobody sent; 0 none */
};

/* What the devices hear of what was sent on the line, and the other way round. At most `size` bytes. */
size_t sim_hazard_hear(const struct sim_hazards *hazards, const uint8_t *bytes, size_t length,
                       uint8_t *out, size_t size);
size_t sim_hazard_say(const struct sim_hazards *hazards, const uint8_t *bytes, size_t length,
                      uint8_t *out, size_t size);
/* The next piece of noise, 1..SIM_NOISE_PIECE bytes, and how long after it the one behind it comes. */
size_t sim_hazard_noise(const struct sim_hazards *hazards, struct sim_rng *rng, uint8_t *out,
                        int64_t *pause_us);

#endif
