/*
 * What the writes to a device's parts do: a terminal lights its lamp, a keypad invites, a board shows, a dispenser
 * prints. Of device.c alone. Pure.
 */
#ifndef DEVICES_SIM_PART_H
#define DEVICES_SIM_PART_H

#include "devices/sim/device.h"

bool sim_write_holds(const struct sim_write *write, uint16_t address);
/* The exception of a write whose values the map does not know; SIM_WELL lets it pass. Changes nothing. */
enum sim_exception sim_part_refuses(const struct sim_device *device, const struct sim_write *write);
/* After the registers took the write; `old` holds what stood in the written span before. */
void sim_part_wrote(struct sim_device *device, const struct sim_write *write, const uint16_t *old,
                    int64_t now_us);
/* The paper's time has come: it is out, or it failed. */
void sim_part_printed(struct sim_device *device);

#endif
