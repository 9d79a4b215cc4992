#include "tests/bench/wire_times.h"

#include <assert.h>
#include <stdlib.h>

#include "devices/sim/wire.h"

enum {
    READ_REQUEST = 8,
    PULSE_ANSWER = 15, /* address, function, bytes, 5 registers, CRC */
    RING_ANSWER = 47,  /* 5..25 */
    WRITE_HEAD = 9     /* address, function, first, count, bytes, CRC */
};

static int64_t span_us(const struct row *row, size_t characters);
static int compare(const void *a, const void *b);

int64_t times_silence_us(const struct row *row) {
    return sim_wire_silence_us(&(struct sim_wire){ .baud = row->baud, .character_bits = 10 });
}

int64_t times_pulse_us(const struct row *row) {
    return span_us(row, READ_REQUEST) + ANSWER_US + span_us(row, PULSE_ANSWER);
}

int64_t times_round_us(const struct row *row) {
    return (times_pulse_us(row) + times_silence_us(row)) * (row->devices + row->boards - row->dead);
}

int64_t times_write_us(const struct row *row, unsigned registers) {
    return span_us(row, WRITE_HEAD + 2 * (size_t)registers);
}

/* The count is read when the device begins to answer. */
double times_ideal_ms(const struct row *row, double share) {
    int64_t rest_us = span_us(row, PULSE_ANSWER) + times_silence_us(row) +
                      span_us(row, READ_REQUEST) + ANSWER_US + span_us(row, RING_ANSWER);
    return (share * (double)times_round_us(row) + (double)rest_us) / 1000;
}

void samples_add(struct samples *samples, double ms) {
    assert(samples->count < SAMPLES_MAX);
    samples->ms[samples->count++] = ms;
}

double samples_at(struct samples *samples, unsigned percent) {
    assert(samples->count > 0);
    qsort(samples->ms, samples->count, sizeof *samples->ms, compare);
    return samples->ms[samples->count * percent / 100];
}

static int64_t span_us(const struct row *row, size_t characters) {
    return sim_wire_span_us(&(struct sim_wire){ .baud = row->baud, .character_bits = 10 },
                            characters);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}
