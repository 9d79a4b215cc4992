/*
 * The driver of ONBON BX font cards (protocol/onbon.h), serial or by TCP: one frame, one reply. Each card is asked
 * whether it is there once a second (ping), since a board only ever written to would stay dead for ever once lost, and
 * its dynamic area is written when the image changed. What a card does not tell is made up for:
 *   - it loses the area with its power and counts no power-ups, so after every answer that did not come the area is
 *     written again;
 *   - a reply does not say to what: within a second after an unanswered question of another kind, a reply to the area
 *     is not believed alone, and the area is written once more after that second.
 */
#ifndef DEVICES_ONBON_DRIVER_H
#define DEVICES_ONBON_DRIVER_H

#include "devices/driver.h"

extern const struct driver ONBON_DRIVER;

#endif
