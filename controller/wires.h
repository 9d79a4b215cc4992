/*
 * The hall's side of the buses: opens them from the config, gives each device its newest image, keeps the answers that
 * terminals wait for, and reads the buses' counters into the snapshot and the metrics. Hall thread only, but for the
 * reports, which go into the inbox from the buses' own threads.
 */
#ifndef CONTROLLER_WIRES_H
#define CONTROLLER_WIRES_H

#include "controller/announce.h"
#include "controller/config.h"
#include "controller/inbox.h"
#include "controller/pair.h"
#include "protocol/snapshot.h"

struct wires;

/*
 * `config` is borrowed until wires_close or wires_reopen. `log` is called on any thread. NULL: no memory. A bus that
 * gets no thread is logged and stays down.
 */
struct wires *wires_open(const struct config *config, struct inbox *inbox,
                         void (*log)(void *context, int level, const char *text));
/*
 * Goes over to the buses of `config`. Those that `kept` has (see config_keep_buses) stay open, and what their devices
 * show; the others are closed and opened: their devices are online again within a few pulses, and every image is driven
 * again. Takes up to 200 ms a bus that is closed.
 */
void wires_reopen(struct wires *wires, const struct config *config, const unsigned kept[BUSES_MAX]);
/* No report comes any more once it has returned. */
void wires_close(struct wires *wires);

/* Where a device stands; NULL when the config has no such device. `bus` and `device` (may be NULL) get its places. */
const struct device_place *wires_place(const struct wires *wires, const char *device_id,
                                       unsigned *bus, unsigned *device);
/*
 * What the hall is to hear of what a bus said: a dispenser and the printer beside it are one (pair.h), all else is as it
 * was said. Writes into `out`, in their order, and returns how many; 0 when it is none of the hall's business.
 */
unsigned wires_hear(struct wires *wires, const struct device_report *said,
                    struct device_report out[PAIR_SAYS_MAX]);
/* Remembers the answer to a terminal's or keypad's press until it shows it, with the next wires_show; others have none. */
void wires_answer(struct wires *wires, const struct device_report *press, unsigned answer);
/* Counts one more identify of `seconds` for a device; `no_such`, or `not_able`: it has no way to, as the sound card. */
enum reason wires_identify(struct wires *wires, const char *device_id, uint16_t seconds);
/*
 * Prints the reason of a refused press at its dispenser, between tickets. One waits a dispenser at most, the newest, and
 * no longer than ten seconds: the citizen has gone. None waits for a printer that has no paper or is away.
 */
void wires_print_slip(struct wires *wires, const char *dispenser_id, const char *text,
                      int64_t now_ms);
/* A dispenser came online whose last job, done or at hand, was `done_job`: no slip takes that number. */
void wires_note_done(struct wires *wires, const char *dispenser_id, uint16_t done_job);
/*
 * What a report says of the wires' own things. The hall knows no slip: that one is printed or lost, and is not shown again.
 * It knows no voice's line either: `input` becomes INPUT_SPOKEN with whom it called. False: nothing for the hall.
 */
bool wires_settle(struct wires *wires, const struct device_report *report, struct input *input);
/* Of all voices since wires_open. */
const struct announce_counts *wires_announcements(const struct wires *wires);
/* Does a sound card speak? Its device is ANNOUNCE_CARD. */
bool wires_has_card(const struct wires *wires);
/* Gives every device whose image changed its new one. `config` names staff and texts (it may be newer than the wires'). */
void wires_show(struct wires *wires, const struct snapshot *snapshot, const struct config *config);
/*
 * Leaves in snapshot->devices what the config has (the core remembers every device it has heard of), adds those never
 * heard of, fills the buses, and last_answer_ms, failures, firmware, window. `mono_to_hall_ms` turns the bus's clock to hall time.
 */
void wires_health(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms);

unsigned wires_count(const struct wires *wires);
/* The counters of bus 0 .. wires_count - 1, and its config. One that got no thread is down for that reason. */
const struct bus_config *wires_stats(struct wires *wires, unsigned bus, struct bus_stats *stats);

#endif
