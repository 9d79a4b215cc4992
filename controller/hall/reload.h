/* The rules in force: taken at config.loaded, also in mid-day. */
#ifndef CONTROLLER_HALL_RELOAD_H
#define CONTROLLER_HALL_RELOAD_H

#include "controller/hall/draft.h"

enum reason decide_config(struct draft *draft);
void apply_config_loaded(struct hall *hall, const struct event *event);

#endif
