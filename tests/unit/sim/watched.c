/* A device under watch. */
#include <string.h>

#include "tests/unit/sim/sim_tests.h"

static void keep(void *context, const struct sim_sight *sight) {
    struct watched *watched = context;
    ck_assert_uint_lt(watched->count, SIGHTS_KEPT);
    watched->sights[watched->count++] = *sight;
}

void watch(struct watched *watched, enum role role) {
    struct sim_device_config config = { .id = "tested-1", .role = role, .address = 11 };
    memset(watched, 0, sizeof(*watched));
    sim_device_init(&watched->device, &config, 3, 7);
    watched->device.saw = keep;
    watched->device.context = watched;
}

enum sim_exception write_registers(struct watched *watched, uint16_t first, uint16_t count,
                                   const uint16_t *values) {
    struct sim_write write = { .first = first, .count = count, .values = values };
    return sim_device_write(&watched->device, &write, 0);
}

unsigned seen(const struct watched *watched, enum sim_sight_kind kind, struct sim_sight *sight) {
    unsigned found = 0;
    for (unsigned i = 0; i < watched->count; i++)
        if (watched->sights[i].kind == kind) {
            found++;
            if (sight != NULL)
                *sight = watched->sights[i];
        }
    return found;
}
