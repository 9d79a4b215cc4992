/*
 * The driver of a line of callers and raters (protocol/ff68.h, ff68_device.h). They speak unasked on one half-duplex
 * line: it is listened to all the time, and spoken to only when it was silent for t3.5 and no frame has begun. What two
 * say at once is garbage to all: a key is said again by its device, what it shows by the driver. A caller and a rater
 * may have one address, since the function tells who speaks.
 */
#ifndef DEVICES_FF68_DRIVER_H
#define DEVICES_FF68_DRIVER_H

#include "devices/driver.h"

extern const struct driver FF68_DRIVER;

#endif
