/*
 * The driver of Alpha signs (protocol/alpha.h), serial or by TCP. A sign answers nothing, so nothing is known of it but
 * that its line takes bytes: it is online while the line is up, and the statistics say that in words. What may be lost
 * on the way is sent again: everything a second after it changed, the lines' STRINGs, which disturb nothing, every
 * half minute. When the line comes up a sign gets its memory map, then all it shows.
 * A number that changes is a STRING; the TEXT, which would begin anew, is written only when mode, colour or the number
 * of lines changed.
 */
#ifndef DEVICES_ALPHA_DRIVER_H
#define DEVICES_ALPHA_DRIVER_H

#include "devices/driver.h"

extern const struct driver ALPHA_DRIVER;

#endif
