/* The rows of the wire's table: each opens a hall of its own, measures, and prints one line of JSON. */
#ifndef TESTS_BENCH_WIRE_ROWS_H
#define TESTS_BENCH_WIRE_ROWS_H

#include "tests/bench/wire_times.h"

/* Press on a terminal to committed event, the wire used meanwhile, and the peer's presses on the same devices. */
void row_press(const struct row *row);
/* A call's image, put into the mailbox at any moment, until it is in its terminal. */
void row_image(const struct row *row);
/* Press on a terminal to the board beside it showing another text. */
void row_board(const struct row *row);
/* Processor time of a thousand exchanges, beside the peer's; the devices in a process of their own. */
void row_cost(const struct row *row);

#endif
