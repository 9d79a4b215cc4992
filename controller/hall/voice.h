/*
 * Announcements as far as the hall's rules go: which call was spoken, and when its clocks begin. What is said, where and
 * in which order is announce.c's; the core only knows that a voice speaks for a window (rules.h), whether that voice lives
 * (its device's events), and what it has said (ticket.announced).
 */
#ifndef CONTROLLER_HALL_VOICE_H
#define CONTROLLER_HALL_VOICE_H

#include "controller/hall/draft.h"

/*
 * How long a call's clocks wait for its announcement: 20 s, and 10 s for each call that its voice still had to speak of when
 * it came, together at most 3 minutes. A voice that has been silent for so long says nothing about a citizen any more.
 */
enum { SPEAK_MS = 20000, SPEAK_EACH_MS = 10000, SPEAK_LONGEST_MS = 180000 };

/* A voice has said a call, or given it up. Nothing when the ticket has left the window, or that call was told before. */
void decide_spoken(struct draft *draft);
void apply_ticket_announced(struct hall *hall, const struct event *event);

/* A new call stands at the window: nothing of it is spoken. */
void voice_take_call(struct hall *hall, struct window *window, int64_t now_ms);
/* Somebody who was given up stands there: nobody need be called. */
void voice_take_back(struct window *window, int64_t now_ms);
/*
 * When the citizen could hear the call, from where the clocks of NO_SHOW and of the assumed start run: once its first
 * announcement was spoken; before that the time by which it is waited for. Where no voice speaks for the window, or it is
 * offline or faulted, the call itself.
 */
int64_t voice_heard_ms(const struct window *window);
/* Says of each window whether its voice lives: after a device's event, a start, new rules. */
void voice_find_living(struct hall *hall);

#endif
