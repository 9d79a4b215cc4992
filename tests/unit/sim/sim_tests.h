/* The test cases of the simulated hall, one function a file, and what several of them need. */
#ifndef TESTS_UNIT_SIM_SIM_TESTS_H
#define TESTS_UNIT_SIM_SIM_TESTS_H

#include <check.h>

#include "devices/sim/device.h"

TCase *rng_cases(void);
TCase *device_cases(void);
TCase *frame_cases(void);
TCase *fault_cases(void);
TCase *paper_cases(void);
TCase *people_cases(void);
TCase *line_cases(void);
TCase *wiring_cases(void);
TCase *control_cases(void);
TCase *ff68_cases(void);
TCase *sign_cases(void);
TCase *escpos_cases(void);
TCase *speech_cases(void);
TCase *foreign_cases(void);

/* A device with what it was seen to do. */
enum { SIGHTS_KEPT = 32 };
struct watched {
    struct sim_device device;
    unsigned count;
    struct sim_sight sights[SIGHTS_KEPT];
};

void watch(struct watched *watched, enum role role);
/* Writes registers; the values end the argument list. */
enum sim_exception write_registers(struct watched *watched, uint16_t first, uint16_t count,
                                   const uint16_t *values);
/* The number of sights of a kind, the last one in `sight` if that is not NULL. */
unsigned seen(const struct watched *watched, enum sim_sight_kind kind, struct sim_sight *sight);

#endif
