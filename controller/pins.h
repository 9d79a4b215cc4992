/*
 * PINs that were typed at terminals, until the SIGN_IN that they are for: a key code of their own (17) comes before it.
 * One waits a terminal at most, the newest, for PIN_MS; the next SIGN_IN there takes it, whatever comes of that. Only
 * here does a PIN stand in clear: it goes into no event, log, answer or image, and feed.c makes it a hash before the
 * core or the store hear of it. Pure; hall thread.
 */
#ifndef CONTROLLER_PINS_H
#define CONTROLLER_PINS_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "protocol/command.h"

enum {
    PIN_MS = 30000, /* long enough to type a number of staff behind it */
    PIN_PLACES = BUSES_MAX * BUS_DEVICES_MAX
};

/* Zeros are none. At bus * BUS_DEVICES_MAX + device. */
struct pins {
    struct {
        uint16_t pin;
        int64_t until_ms; /* CLOCK_MONOTONIC; 0 none */
    } at[PIN_PLACES];
};

/*
 * A terminal's press as press.c gave it. The PIN key's (a command without a type) is remembered, in a hall that wants
 * PINs (`is_wanted`), else dropped: terminals that always ask for one work in either. A SIGN_IN is given what was
 * remembered.
 */
void pins_pass(struct pins *pins, unsigned place, bool is_wanted, int64_t mono_ms,
               struct command *command);
/* Wipes those whose time is over: call it now and then. */
void pins_forget_old(struct pins *pins, int64_t mono_ms);

#endif
