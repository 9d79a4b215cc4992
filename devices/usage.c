#include "devices/usage.h"

enum { SECOND_US = 1000000 };

void usage_add(struct usage *usage, int64_t now_us, uint64_t busy_us) {
    int64_t second = now_us / SECOND_US;
    unsigned place = (unsigned)(second % USAGE_SECONDS);
    if (usage->second[place] != second) {
        usage->second[place] = second;
        usage->busy_us[place] = 0;
    }
    usage->busy_us[place] += (uint32_t)busy_us;
}

uint64_t usage_minute(const struct usage *usage, int64_t now_us) {
    int64_t oldest = now_us / SECOND_US - USAGE_SECONDS + 1;
    uint64_t sum = 0;
    for (unsigned i = 0; i < USAGE_SECONDS; i++) {
        sum += usage->second[i] >= oldest ? usage->busy_us[i] : 0;
    }
    return sum;
}
