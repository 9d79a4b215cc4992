#include "tests/bench/wire_order.h"

#include "tests/unit/devices/presses.h"

enum { ORDER_PRESSES = 4000 };

void order_measure(const struct row *row, double *p50, double *p99) {
    static struct presses presses;
    struct presses_hall hall = {
        .baud = row->baud, .terminals = row->devices, .dead = row->dead, .count = ORDER_PRESSES
    };
    presses_make(&presses, &hall);
    *p50 = presses_ratio(&presses, 500);
    *p99 = presses_ratio(&presses, 990);
    presses_close(&presses);
}
