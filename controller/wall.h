/* The system's wall clock, and what the system says of it. Reads, never sets it. Any thread. */
#ifndef CONTROLLER_WALL_H
#define CONTROLLER_WALL_H

#include <stdbool.h>
#include <stdint.h>

int64_t wall_ms(void); /* milliseconds since 1970 UTC */
/*
 * A time server has set it: the kernel says so (adjtimex without STA_UNSYNC), or, where the sandbox forbids to ask the
 * kernel, systemd-timesyncd's mark.
 */
bool wall_is_synchronised(void);
/*
 * It was set at boot from something that runs on while the power is off: a battery-backed clock (an RTC that the kernel
 * took it from) or the host of a virtual machine. Does not change while the system runs.
 */
bool wall_is_kept(void);

#endif
