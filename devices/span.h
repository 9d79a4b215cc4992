/* Which registers one question asks for, so that no late answer can be taken for its own. Pure. */
#ifndef DEVICES_SPAN_H
#define DEVICES_SPAN_H

#include "devices/lengths.h"
#include "devices/profile_map.h"

/*
 * Fills in address and count, for the request's function: the shortest free length that covers `need` and stays inside
 * `room`, longer upwards first. False: all of them rest.
 */
bool span_choose(const struct lengths *lengths, struct span need, struct span room, int64_t now_us,
                 struct rtu_request *request);

#endif
