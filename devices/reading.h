/*
 * How one device is read: a table of functions for each way, chosen once by its profile (reading_of), and the only place
 * where the ways differ. device.h's functions call it; request.c counts what is lost, keeps the pauses and asks again,
 * whatever the way. All on the bus's thread.
 */
#ifndef DEVICES_READING_H
#define DEVICES_READING_H

#include "devices/device.h"

/* How a device of another maker came: what of the things known of it may still hold. */
enum vendor_return {
    RETURN_FIRST,    /* nothing: never seen before, or another one, or it forgot */
    RETURN_LATE,     /* it was away for ten seconds or more: who pressed has given up */
    RETURN_FRESH,    /* all of it: away for a moment */
    RETURN_REBOOTED, /* a moment ago it was there; its boots say that it has started anew since */
};

struct reading {
    /*
     * The question for any choice of the schedule but ASK_IMAGE. False: none can be asked now; the schedule's item says
     * until when.
     */
    bool (*ask)(struct device *device, enum ask ask, int64_t now_us, struct rtu_request *request);
    /* What became of it, answered or not. */
    void (*hear)(struct device *device, enum ask ask, const struct rtu_request *request,
                 const struct rtu_result *result);
    /* Works out from the image what each part is to show (device_want). */
    void (*make)(struct device *device);
    /*
     * Of other makers' devices (vendor.h), which have this in common: `values` are those of the profile's `read`, from
     * its address on. `begin` takes the first ones after it came, `take` all later ones.
     */
    void (*begin)(struct device *device, const uint16_t *values, enum vendor_return how,
                  int64_t now_us);
    void (*take)(struct device *device, const uint16_t *values, int64_t now_us);
};

const struct reading *reading_of(const struct profile *profile);

/* reading_reference.c, reading_counter.c, reading_clear.c, reading_level.c, vendor.c */
extern const struct reading READING_REFERENCE, READING_COUNTER, READING_CLEAR, READING_LEVEL,
    READING_NONE;

#endif
