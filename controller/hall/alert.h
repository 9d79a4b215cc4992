/*
 * Alerts: raised, acknowledged by a named person, cleared by themselves. A table says for each kind when it should
 * stand for each of its subjects; kinds that come from outside the core are raised and cleared by INPUT_CONDITION.
 */
#ifndef CONTROLLER_HALL_ALERT_H
#define CONTROLLER_HALL_ALERT_H

#include "controller/hall/draft.h"

void alert_add_raised(struct draft *draft, const char *kind, const char *subject, const char *text);
void alert_window_subject(uint16_t window, char *out /* NAME_SIZE */);
enum reason decide_alert_acknowledge(struct draft *draft);
void decide_condition(struct draft *draft);

void apply_alert_raised(struct hall *hall, const struct event *event);
void apply_alert_acknowledged(struct hall *hall, const struct event *event);
void apply_alert_cleared(struct hall *hall, const struct event *event);

int64_t alert_due_raise(const struct hall *hall, unsigned *place);
void alert_raise(struct draft *draft, unsigned place);
int64_t alert_due_clear(const struct hall *hall, unsigned *place);
void alert_clear(struct draft *draft, unsigned place);
/* when_unserved: stop. A service that nobody serves takes no more tickets until somebody does. */
int64_t alert_due_unserved(const struct hall *hall, unsigned *place);
void alert_stop_unserved(struct draft *draft, unsigned place);

#endif
