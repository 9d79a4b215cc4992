/* How much of the last minute a line was in use. Pure; plain struct that the bus owns. */
#ifndef DEVICES_USAGE_H
#define DEVICES_USAGE_H

#include <stdint.h>

enum { USAGE_SECONDS = 60 };

struct usage {
    int64_t second[USAGE_SECONDS]; /* which one stands there */
    uint32_t busy_us[USAGE_SECONDS];
};

/* So much wire time was used up to now. */
void usage_add(struct usage *usage, int64_t now_us, uint64_t busy_us);
/* Microseconds of the last minute: of fifty-nine whole seconds and the one that runs. */
uint64_t usage_minute(const struct usage *usage, int64_t now_us);

#endif
