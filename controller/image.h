/*
 * What each device should show, computed from what stands now: the same snapshot and config always give the same image.
 * Pure. Where 3-hall-rules.md and the config are silent the choices stand in the functions' comments.
 */
#ifndef CONTROLLER_IMAGE_H
#define CONTROLLER_IMAGE_H

#include "controller/config.h"
#include "protocol/image.h"
#include "protocol/snapshot.h"

/*
 * The image of one device. The answer of a terminal, the identify count and the rank are the caller's. `place` is the
 * device's; `id` its id (a dispenser finds its print job by it, and a printer the job of the one that it prints for).
 */
void image_of_device(const struct snapshot *snapshot, const struct config *config,
                     const struct device_config *device, const struct device_place *place,
                     struct image *image);
/* When an image changes by time alone (flash or thanks end): hall time, INT64_MAX never. */
int64_t image_next_ms(const struct snapshot *snapshot, const struct config *config);

#endif
