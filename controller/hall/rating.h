/*
 * Ratings: the session that a visit's keypad answers, what is given, missed, never asked or ignored; and the cases that
 * bad ratings open.
 */
#ifndef CONTROLLER_HALL_RATING_H
#define CONTROLLER_HALL_RATING_H

#include "controller/hall/draft.h"

/*
 * Adds rating.invited for the window's visit, and then an older open session of the window is missed first; or
 * rating.not_asked when nobody could answer, which leaves that one open. Nothing when the visit was invited before.
 */
void rating_ask(struct draft *draft, const struct window *window, bool is_here);
void rating_open_case(struct draft *draft, uint16_t ticket, const struct window *window,
                      enum case_kind kind);
void rating_add_missed(struct draft *draft, const struct window *window, const char *reason);
/*
 * At the day's end, rating.default_grade: each visit whose citizen was asked and did not answer is given it, as far as
 * there is room; nobody gave it, so it opens no case and no alert and stands in no figure of what was given. Should the
 * citizen rate within rating.until after all, that rating takes its place.
 */
void rating_add_defaults(struct draft *draft);
/* rate_first_s: does the window's next call wait for a press now? It lapses when its time is over. */
bool rating_holds_next(const struct window *window, int64_t now_ms);
/* The next citizen's serving began at the window: an older session ends `linger_s` from now. */
void rating_linger(struct hall *hall, struct window *window, int64_t now_ms);

enum reason decide_rating_give(struct draft *draft);
enum reason decide_rating_reasons(struct draft *draft);
void decide_dropped(struct draft *draft);
enum reason decide_note_erase(struct draft *draft);

void apply_rating_invited(struct hall *hall, const struct event *event);
void apply_rating_given(struct hall *hall, const struct event *event);
void apply_rating_missed(struct hall *hall, const struct event *event);
void apply_rating_not_asked(struct hall *hall, const struct event *event);
void apply_rating_reasons_given(struct hall *hall, const struct event *event);
void apply_rating_ignored(struct hall *hall, const struct event *event);

int64_t rating_due_end(const struct hall *hall, unsigned *place);
void rating_end(struct draft *draft, unsigned place);

#endif
