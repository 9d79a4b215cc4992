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
