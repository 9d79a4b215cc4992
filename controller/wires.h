/*
 * The hall's side of the buses: opens them from the config, gives each device its newest image, keeps the answers that
 * terminals wait for, and reads the buses' counters into the snapshot and the metrics. Hall thread only, but for the
 * reports, which go into the inbox from the buses' own threads.
 */
#ifndef CONTROLLER_WIRES_H
#define CONTROLLER_WIRES_H

#include "controller/config.h"
#include "controller/inbox.h"
#include "protocol/snapshot.h"

struct wires;

/* `config` is borrowed until wires_close. `log` is called on any thread. */
struct wires *wires_open(const struct config *config, struct inbox *inbox,
                         void (*log)(void *context, int level, const char *text));
void wires_close(struct wires *wires);

/* Where a device stands; NULL when the config has no such device. `bus` and `device` (may be NULL) get its places. */
const struct device_place *wires_place(const struct wires *wires, const char *device_id,
                                       unsigned *bus, unsigned *device);
/* Remembers the answer to a press until its device shows it; shown with the next wires_show. */
void wires_answer(struct wires *wires, const struct device_report *press, unsigned answer);
/* Counts one more identify of `seconds` for a device; false when there is no such device. */
bool wires_identify(struct wires *wires, const char *device_id, uint16_t seconds);
/* Gives every device whose image changed its new one. `config` names staff and texts (it may be newer than the wires'). */
void wires_show(struct wires *wires, const struct snapshot *snapshot, const struct config *config);
/* Fills snapshot->devices[].last_answer_ms, failures, firmware, ... `mono_to_hall_ms` turns the bus's clock to hall time. */
void wires_health(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms);

unsigned wires_count(const struct wires *wires);
/* The counters of bus 0 .. wires_count - 1, and its config. */
const struct bus_config *wires_stats(struct wires *wires, unsigned bus, struct bus_stats *stats);

#endif
