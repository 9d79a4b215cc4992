/* The kinds of alerts that the live day itself gives: for each subject since when it should stand. */
#ifndef CONTROLLER_HALL_ALERT_KINDS_H
#define CONTROLLER_HALL_ALERT_KINDS_H

#include "controller/hall/live.h"

struct alert_kind {
    const char *name;
    /* How many subjects there are: services, windows, devices; 1 for the hall. */
    unsigned (*count)(const struct hall *hall);
    /* The subject's name; NAME_SIZE bytes. */
    void (*subject)(const struct hall *hall, unsigned place, char *out);
    /* From when on it should stand as things are; INT64_MAX: not at all. */
    int64_t (*from_ms)(const struct hall *hall, unsigned place);
    /*
     * Hysteresis: when one that stands is over as things are, INT64_MAX not yet. NULL: as soon as from_ms lies ahead,
     * for what flickers neither by itself nor by a device.
     */
    int64_t (*ends_ms)(const struct hall *hall, unsigned place);
    /*
     * What more there is to say, words parted by ", ", and since when; NULL nothing. One that says more than was told is
     * told anew at once, as another alert; one that says less, when it has done so for ALERT_WELL_MS.
     */
    const char *(*text)(const struct hall *hall, unsigned place, int64_t *since_ms);
};

enum {
    ALERT_KINDS = 16,
    ALERT_WELL_MS = MINUTE_MS /* a device must be well, or better, for so long */
};
extern const struct alert_kind ALERT_TABLE[ALERT_KINDS];

/*
 * A service with people waiting and no open window: since when, INT64_MAX not so. An open window is one that is open,
 * calling or serving, paused is not, and that owns the service or helps it: who waits is called by a helper after
 * help_after_minutes. In a break nobody misses it.
 */
int64_t alert_unserved_from_ms(const struct hall *hall, unsigned service);
/* Subject's place among those of the kind; false when it is gone. */
bool alert_find_subject(const struct hall *hall, const struct alert_kind *kind, const char *subject,
                        unsigned *place);

#endif
