/*
 * The driver of the serial speech chips SYN6288 and XFS5152CE: one chip a line, the bus's first device. It sends a line
 * of its image when the chip is silent, never while it speaks (a new frame would cut the old one short), waits until the
 * chip says that the text was taken and then that it is silent; the latter is believed when it was said twice, once of
 * them asked for: one byte of noise, or one flipped bit, ends no announcement. Says of each line what became of it (voice.h).
 * A frame that is not understood or taken is sent three times, then the line is given up. A chip that restarts in
 * mid-line, or a line that was lost, says that line again from its start. When nothing is to be said the chip is asked
 * every two seconds; 8 questions without an answer are offline, then it is asked after 0.1, 0.2, 0.5 ... 30 s.
 */
#ifndef DEVICES_VOICE_DRIVER_H
#define DEVICES_VOICE_DRIVER_H

#include "devices/driver.h"

extern const struct driver VOICE_DRIVER;

#endif
