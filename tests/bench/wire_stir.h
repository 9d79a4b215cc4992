/*
 * What the machine adds while a row is measured: a thread that sleeps as a master does, t3.5 and a little, and notes how
 * much later than asked it ran again. Every exchange has two such waits in the master and two in the simulated device.
 */
#ifndef TESTS_BENCH_WIRE_STIR_H
#define TESTS_BENCH_WIRE_STIR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { STIR_STEP_US = 5, STIR_BUCKETS = 2000 };

struct stir {
    pthread_t thread;
    atomic_bool is_ending;
    uint64_t late[STIR_BUCKETS]; /* by STIR_STEP_US; the last takes the rest */
};

void stir_begin(struct stir *stir);
void stir_end(struct stir *stir);
/* By how many microseconds so many in a hundred were late at most. */
int64_t stir_at(const struct stir *stir, double percent);
/* The same of any such counts. */
int64_t stir_of(const uint64_t *late, unsigned buckets, double percent);

#endif
