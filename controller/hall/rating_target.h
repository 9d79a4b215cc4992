/*
 * Which visit a rating, or the reasons of one, is about: by the session that a keypad shows, by a ticket of today (its
 * visits stand in the live day), or by a ticket of an earlier day (the caller hands in what the records know of it).
 */
#ifndef CONTROLLER_HALL_RATING_TARGET_H
#define CONTROLLER_HALL_RATING_TARGET_H

#include "controller/hall/draft.h"

struct rating_target {
    uint32_t day; /* the visit's hall day: its events say it, whenever they come */
    struct ticket_no ticket;
    enum ticket_class class;
    uint64_t visit;
    uint16_t window_id; /* 0: no longer in the rules */
    const char *service;
    const char *staff;           /* "" nobody, or somebody who has left the file since */
    const struct window *window; /* among today's; NULL none, or a visit of an earlier day */
    uint8_t grade;               /* of its rating; 0 none, or a default grade */
    bool has_session;            /* the window's open session is this visit's */
    bool is_finished;
    uint32_t served_s; /* once it is finished */
};

/* What a rating.give can rate now: the newest finished visit without a rating, or the one of the session. */
enum reason rating_find_unrated(const struct draft *draft, struct rating_target *target);
/* What a rating.reasons explains: the ticket's newest rated visit, or the one of the session. */
enum reason rating_find_rated(const struct draft *draft, struct rating_target *target);

/* The window's session of that number, or the bad one before it; NULL: neither. */
const struct session *rating_session_at(const struct window *window, uint16_t number);
/* Was this reason given under the session? */
bool rating_has_reason(const struct session *session, uint16_t code);
void rating_target_of_session(const struct hall *hall, const struct window *window,
                              const struct session *session, struct rating_target *target);
void rating_target_of_visit(const struct hall *hall, const struct visit *visit,
                            struct rating_target *target);
/* An event about the visit: ticket, class, visit, service, and window and staff where they are known. */
struct event *rating_add(struct draft *draft, enum event_type type,
                         const struct rating_target *target);

#endif
