/*
 * Modbus RTU frames on the slave's side: requests in, answers and exceptions out. Pure.
 * Source: Modbus Application Protocol V1.1b3 and Modbus over Serial Line V1.02.
 */
#ifndef DEVICES_SIM_FRAME_H
#define DEVICES_SIM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/sim/device.h"

enum { SIM_FRAME_MAX = 256 };

struct sim_frame {
    size_t length;
    uint8_t bytes[SIM_FRAME_MAX];
};

/* Bytes the request will have, 0 as long as its header does not tell (too short, or an unknown function). */
size_t sim_frame_expect(const struct sim_frame *frame);
/* Whether a request of this function tells its length itself. */
bool sim_frame_knows(uint8_t function);
/* Long enough and with its right CRC. */
bool sim_frame_is_good(const struct sim_frame *frame);
/* Replaces the last two bytes, or adds them: `payload` bytes stand before the CRC. */
void sim_frame_seal(struct sim_frame *frame, size_t payload);
/* Carries out a good request and makes the answer, or the exception. */
void sim_frame_answer(struct sim_device *device, const struct sim_frame *request, int64_t now_us,
                      struct sim_frame *answer);
bool sim_frame_is_exception(const struct sim_frame *answer);

#endif
