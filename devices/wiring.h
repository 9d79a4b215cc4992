/*
 * What is wrong with a line, for drivers that ask and are answered: each exchange is judged together with those before it
 * (diagnosis.h); what is found stands with the line's counters and in the log until the line is well again. The bus's
 * thread alone.
 */
#ifndef DEVICES_WIRING_H
#define DEVICES_WIRING_H

#include "devices/diagnosis.h"
#include "devices/driver.h"

struct wiring {
    struct link *link;
    struct diagnosis diagnosis;
};

void wiring_init(struct wiring *wiring, struct link *link);
/* The line was opened: it has no warnings left. That a device was ever heard on it stays known. */
void wiring_rise(struct wiring *wiring);
void wiring_note(struct wiring *wiring, const struct diagnosis_note *note);

#endif
