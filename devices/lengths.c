#include "devices/lengths.h"

#include <assert.h>

void lengths_note(struct lengths *lengths, uint16_t count, int64_t now_us) {
    assert(count >= 1 && count <= FRAME_READ_MAX);
    lengths->rest_us[count] = now_us + LENGTH_REST_US;
}

bool lengths_is_free(const struct lengths *lengths, uint16_t count, int64_t now_us) {
    assert(count >= 1 && count <= FRAME_READ_MAX);
    return lengths->rest_us[count] <= now_us;
}

void lengths_use(struct lengths *lengths, uint16_t count, int64_t now_us) {
    assert(count >= 1 && count <= FRAME_READ_MAX);
    lengths->used_us[count] = now_us + LENGTH_REST_US;
}

bool lengths_is_fresh(const struct lengths *lengths, uint16_t count, int64_t now_us) {
    assert(count >= 1 && count <= FRAME_READ_MAX);
    return lengths->used_us[count] <= now_us;
}

uint16_t lengths_shortest(const struct lengths *lengths, uint16_t low, uint16_t high,
                          int64_t now_us) {
    for (uint16_t count = low; count <= high; count++) {
        if (lengths_is_free(lengths, count, now_us)) {
            return count;
        }
    }
    return 0;
}
