/* The schedule alone on a row's line, in virtual time: what the order makes of presses, with no machine in it. */
#ifndef TESTS_BENCH_WIRE_ORDER_H
#define TESTS_BENCH_WIRE_ORDER_H

#include "tests/bench/wire_times.h"

/* Presses' p50 and p99 against the ideal. */
void order_measure(const struct row *row, double *p50, double *p99);

#endif
