/* Who is signed in where. One staff at one window; the B of a pair takes over window and ticket. */
#ifndef CONTROLLER_HALL_STAFF_H
#define CONTROLLER_HALL_STAFF_H

#include "controller/hall/draft.h"

/*
 * SIGN_IN at the window, in any of its states. A PIN that is not right, and none, are refused as an unknown number is;
 * a wrong one adds a command.refused: after five of them in a minute the journal must say why this number can't sign in
 * at this window for a minute.
 */
enum reason staff_sign_in(struct draft *draft, const struct window *window);
enum reason decide_staff_sign_out(struct draft *draft);
enum reason decide_staff_set(struct draft *draft);
enum reason decide_staff_remove(struct draft *draft);

void apply_staff_signed_in(struct hall *hall, const struct event *event);
void apply_staff_signed_out(struct hall *hall, const struct event *event);
/* A command.refused that names somebody. */
void staff_apply_wrong_pin(struct hall *hall, const struct event *event);
void apply_staff_set(struct hall *hall, const struct event *event);
void apply_staff_removed(struct hall *hall, const struct event *event);
/* Live changes of the staff list end with the day, or at their `until`. */
void staff_end_day(struct hall *hall, int64_t now_ms);

#endif
