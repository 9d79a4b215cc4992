/*
 * What happens at a window: calls, serving, its end, and the window's own opening and closing. The parts from which the
 * table of keys (keys.c) is put together; each adds the events of one step to the draft.
 */
#ifndef CONTROLLER_HALL_WINDOW_H
#define CONTROLLER_HALL_WINDOW_H

#include "controller/hall/draft.h"

/* The steps. All expect that the caller has checked the window's state. */
void step_call(struct draft *draft, const struct window *window, struct pick pick,
               const struct coming *coming);
void step_no_show(struct draft *draft, const struct window *window);
void step_undo_call(struct draft *draft, const struct window *window);
/* DONE with all that follows: rating, case, the next service of the ticket (then `coming` says so). */
void step_done(struct draft *draft, const struct window *window, enum outcome outcome,
               struct coming *coming);
/* The ticket that is held, or is held by this very decision, goes back to its line. */
void step_unhold(struct draft *draft, const struct window *window, uint16_t place);
void step_resume(struct draft *draft, const struct window *window);
void step_pause(struct draft *draft, const struct window *window, const char *reason,
                bool is_after_ticket);
/* Staff signed out, held ticket back, window closed. */
void step_close(struct draft *draft, const struct window *window, const char *reason);
void step_close_after_ticket(struct draft *draft, const struct window *window);
/* What was pressed for after this ticket: false when nothing was. */
bool step_pending(struct draft *draft, const struct window *window);

enum reason decide_window_open(struct draft *draft);
enum reason decide_window_close(struct draft *draft);
enum reason decide_window_assign(struct draft *draft);

void apply_window_opened(struct hall *hall, const struct event *event);
void apply_window_closed(struct hall *hall, const struct event *event);
void apply_window_paused(struct hall *hall, const struct event *event);
void apply_window_resumed(struct hall *hall, const struct event *event);
void apply_window_assigned(struct hall *hall, const struct event *event);
void apply_ticket_called(struct hall *hall, const struct event *event);
void apply_ticket_recalled(struct hall *hall, const struct event *event);
void apply_ticket_serving(struct hall *hall, const struct event *event);
void apply_ticket_done(struct hall *hall, const struct event *event);
void apply_ticket_no_show(struct hall *hall, const struct event *event);
void apply_ticket_transferred(struct hall *hall, const struct event *event);
void apply_ticket_held(struct hall *hall, const struct event *event);
void apply_ticket_unheld(struct hall *hall, const struct event *event);
void apply_ticket_undone(struct hall *hall, const struct event *event);

int64_t window_due_start(const struct hall *hall, unsigned *place);
void window_start(struct draft *draft, unsigned place);
int64_t window_due_call(const struct hall *hall, unsigned *place); /* auto_call, rate_first_s */
void window_call(struct draft *draft, unsigned place);
int64_t window_due_opening(const struct hall *hall, unsigned *place); /* require_sign_in false */
void window_open_or_close(struct draft *draft, unsigned place);
int64_t window_due_revert(const struct hall *hall, unsigned *place);
void window_revert(struct draft *draft, unsigned place);

#endif
