/* One entry of a device's ring as a press: of which part, under the reference map's code whatever the profile. Pure. */
#ifndef DEVICES_PRESS_H
#define DEVICES_PRESS_H

#include "devices/profile_map.h"

enum { KEY_UNKNOWN = 0 }; /* no key's code */

struct press {
    enum role part; /* ROLE_NONE: the profile has no such code, and nobody waits for an answer */
    uint16_t code, argument; /* code KEY_UNKNOWN: a terminal's, and the profile has no such */
};

/* `entry`: code and argument as they stand in the ring of a device of this role. */
struct press press_read(const struct profile *profile, enum role role, const uint16_t *entry);

#endif
