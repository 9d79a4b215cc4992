#include "devices/reading.h"

static const struct reading *const VENDORS[] = { [VENDOR_COUNTER] = &READING_COUNTER,
                                                 [VENDOR_CLEAR] = &READING_CLEAR,
                                                 [VENDOR_LEVEL] = &READING_LEVEL,
                                                 [VENDOR_NONE] = &READING_NONE };

const struct reading *reading_of(const struct profile *profile) {
    return profile_is_reference(profile) ? &READING_REFERENCE : VENDORS[profile->vendor.reading];
}
