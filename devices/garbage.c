#include "devices/garbage.h"

void garbage_init(struct garbage *garbage, uint64_t stray) {
    *garbage = (struct garbage){ .stray = stray, .stray_before = stray };
}

bool garbage_note(struct garbage *garbage, bool is_frame, uint64_t stray, int64_t now_us) {
    bool was_told = garbage->is_told;
    if (is_frame || now_us - garbage->since_us >= GARBAGE_US) {
        garbage->stray_before = is_frame ? stray : garbage->stray;
        garbage->since_us = now_us;
    }
    garbage->stray = stray;
    garbage->byte_us = now_us;
    bool is_much = stray - garbage->stray_before >= GARBAGE_BYTES;
    garbage->is_told = !is_frame && (was_told || is_much);
    return garbage->is_told != was_told;
}

bool garbage_pass(struct garbage *garbage, int64_t now_us) {
    bool is_over = garbage->is_told && now_us - garbage->byte_us >= GARBAGE_OVER_US;
    garbage->is_told = garbage->is_told && !is_over;
    return is_over;
}
