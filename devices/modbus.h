/*
 * The Modbus master of a bus: asks the devices in the order of the schedule (schedule.h), one exchange a step, and hands
 * on what became of it (device.h).
 */
#ifndef DEVICES_MODBUS_H
#define DEVICES_MODBUS_H

#include "devices/driver.h"

extern const struct driver MODBUS_DRIVER;

#endif
