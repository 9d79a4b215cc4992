/*
 * The driver of a bus that ends in an ESC/POS printer: one printer a line, since its answers name nobody. What to say when
 * is decided in printer.h; here is the line: questions one at a time, a job's bytes no faster than the wire takes them.
 * A printer's flow control is not obeyed: a ticket is shorter than the smallest receive buffer, and one that is held up
 * shows in the answers.
 */
#ifndef DEVICES_PRINTER_DRIVER_H
#define DEVICES_PRINTER_DRIVER_H

#include "devices/driver.h"

extern const struct driver PRINTER_DRIVER;

#endif
