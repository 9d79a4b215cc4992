/*
 * The times of a line and the ideal on it, and samples of what was measured. Pure. The ideal is a master that loses no
 * time: a press waits for its device's turn in a full round of pulses, with 3.5 characters of silence before every
 * request and ANSWER_US of thought in every device, then for one reading of the ring.
 */
#ifndef TESTS_BENCH_WIRE_TIMES_H
#define TESTS_BENCH_WIRE_TIMES_H

#include <stdint.h>

enum {
    ANSWER_US = 2000, /* what a device thinks before it answers */
    SAMPLES_MAX = 2000
};

struct row {
    unsigned devices, boards, baud, dead, presses;
};

struct samples {
    unsigned count;
    double ms[SAMPLES_MAX];
};

int64_t times_silence_us(const struct row *row);
/* Question, thought and answer of a pulse, without silence. */
int64_t times_pulse_us(const struct row *row);
/* A full round of pulses of the living, with silences. */
int64_t times_round_us(const struct row *row);
/* The characters of a terminal's or a board's write. */
int64_t times_write_us(const struct row *row, unsigned registers);
double times_ideal_ms(const struct row *row, double share);

void samples_add(struct samples *samples, double ms);
/* What so many in a hundred stayed at or below. */
double samples_at(struct samples *samples, unsigned percent);

#endif
