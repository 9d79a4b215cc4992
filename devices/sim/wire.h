/*
 * How long characters take on the simulated line. A pseudo-terminal moves bytes at once; these figures put the time of
 * a real line back. Pure. Source: Modbus over Serial Line V1.02, 2.5.1.1.
 */
#ifndef DEVICES_SIM_WIRE_H
#define DEVICES_SIM_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct sim_wire {
    uint32_t baud;
    uint32_t character_bits; /* start, data, parity and stop bits */
};

/* Microseconds of `characters` on the wire, rounded up. */
int64_t sim_wire_span_us(const struct sim_wire *wire, size_t characters);
/* The silence between two frames: 3.5 characters of 11 bits up to 19,200 baud, 1,750 us above. */
int64_t sim_wire_silence_us(const struct sim_wire *wire);

#endif
