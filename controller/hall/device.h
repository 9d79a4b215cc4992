/* Devices as far as the hall's rules need them: alive or not, where they stand, and their print jobs. */
#ifndef CONTROLLER_HALL_DEVICE_H
#define CONTROLLER_HALL_DEVICE_H

#include "controller/hall/draft.h"

enum reason decide_report(struct draft *draft);

void apply_device_online(struct hall *hall, const struct event *event);
void apply_device_offline(struct hall *hall, const struct event *event);
void apply_device_faulted(struct hall *hall, const struct event *event);
void apply_device_recovered(struct hall *hall, const struct event *event);
void apply_command_refused(struct hall *hall, const struct event *event);
/* Every device is unknown; after a restore their jobs begin anew. */
void device_forget_all(struct hall *hall, bool is_restored);
/* Counts the living keypads of each window anew, and says whether its voice lives. */
void device_tell_windows(struct hall *hall);

#endif
