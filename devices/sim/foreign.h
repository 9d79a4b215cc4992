/*
 * Simulated devices of other makers: the relay module, the keypad that is cleared and the button box of the shipped
 * profiles, as such hardware behaves. Keys are contacts that are closed for a moment, or a latch that takes one key
 * until it is written to 0; what is written are relays and plain registers. Written from what stands in the comments
 * of etc/profiles/, not from the code that reads them. What is shown stands in `holding` as on a device of the
 * reference map too, for whoever looks. Pure, like device.h.
 */
#ifndef DEVICES_SIM_FOREIGN_H
#define DEVICES_SIM_FOREIGN_H

#include "devices/sim/frame.h"

/* The make whose profile has this name; MAKE_UNKNOWN: no such device is simulated. */
enum sim_make sim_make_named(const char *profile);
/* Carries out a good request and makes the answer, or the exception. */
void sim_foreign_answer(struct sim_device *device, const struct sim_frame *request, int64_t now_us,
                        struct sim_frame *answer);
/*
 * A person presses the key that means this code of the reference map; returns how many presses there were, whether or
 * not the device has such a key and could take it.
 */
uint16_t sim_foreign_press(struct sim_device *device, uint16_t code, int64_t now_us);

#endif
