/* The keys of a window's terminal (the same as commands): one table of key by state of the window. */
#ifndef CONTROLLER_HALL_KEYS_H
#define CONTROLLER_HALL_KEYS_H

#include "controller/hall/draft.h"

/* Is the command one of the table's? */
bool keys_has(enum command_type type);
enum reason decide_key(struct draft *draft);
/* The way from serving, calling or paused to the next call, used by the timers too. */
void keys_call_next(struct draft *draft, const struct window *window, const struct coming *coming);

#endif
