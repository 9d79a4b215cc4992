/* What an image is in the registers and coils of a vendor's device, in the order of its profile. Pure. */
#ifndef DEVICES_VENDOR_WRITE_H
#define DEVICES_VENDOR_WRITE_H

#include "devices/sequence.h"
#include "devices/vendor_value.h"

/* How many values one sequence has, and how many requests it takes: what a profile's check holds against the bounds. */
struct vendor_size {
    unsigned values, requests;
};

struct vendor_size vendor_measure(const struct vendor_map *map);
/* Makes `out` anew; of no steps where the profile writes nothing. The same steps whatever is shown. */
void vendor_write(const struct vendor_map *map, const struct vendor_shown *shown,
                  struct sequence *out);

#endif
