/*
 * What a key press means as a command: the wire's codes and numbers against the config's places. Pure.
 * The core decides whether it is possible; this only says what was asked.
 */
#ifndef CONTROLLER_PRESS_H
#define CONTROLLER_PRESS_H

#include "controller/config.h"
#include "protocol/command.h"
#include "protocol/key.h"

/*
 * REASON_NONE with `command` filled in, or why the press means nothing: REASON_BAD_ARGUMENT, REASON_NO_SUCH (the device
 * has no such key or stands at no window). A rating reason keeps the key's own number 1..8 in reasons[0]; only the hall
 * knows the grade that makes it a national code. The PIN key is no command: type COMMAND_NONE with the PIN, whatever
 * number it is, for pins.h.
 */
enum reason press_to_command(const struct rules *rules, const struct device_place *place,
                             const struct device_report *report, struct command *command);

#endif
