#include "devices/span.h"

#include <assert.h>

bool span_choose(const struct lengths *lengths, struct span need, struct span room, int64_t now_us,
                 struct rtu_request *request) {
    unsigned end = (unsigned)room.address + room.count;
    assert(need.address >= room.address && (unsigned)need.address + need.count <= end);
    for (unsigned count = need.count; count <= room.count; count++) {
        request->count = (uint16_t)count;
        if (lengths_is_free(lengths, frame_answer_size(request), now_us)) {
            unsigned highest = end - count;
            request->address = (uint16_t)(need.address < highest ? need.address : highest);
            return true;
        }
    }
    return false;
}
