/* Wire time. */
#include "devices/sim/wire.h"

enum { SLOW_BAUD = 19200, FAST_SILENCE_US = 1750, SECOND_US = 1000000 };

int64_t sim_wire_span_us(const struct sim_wire *wire, size_t characters) {
    uint64_t bits = (uint64_t)characters * wire->character_bits;
    return (int64_t)((bits * SECOND_US + wire->baud - 1) / wire->baud);
}

int64_t sim_wire_silence_us(const struct sim_wire *wire) {
    if (wire->baud > SLOW_BAUD)
        return FAST_SILENCE_US;
    return (int64_t)((uint64_t)SECOND_US * 77 / 2 / wire->baud);
}
