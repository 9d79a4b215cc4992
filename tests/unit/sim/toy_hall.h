/*
 * A hall of two windows and one dispenser without any wire: just enough of the rules that people can be watched in it.
 * It answers every key at once and in order of arrival. No part of the real one.
 */
#ifndef TESTS_UNIT_SIM_TOY_HALL_H
#define TESTS_UNIT_SIM_TOY_HALL_H

#include "devices/sim/people.h"

enum { TOY_WINDOWS = 2, TOY_TICKETS = 400, TOY_DISPENSER = 0 };

/* How people are called. In the last two they see no board and go by what they hear. */
enum toy_call { TOY_NOTHING, TOY_BOARDS, TOY_VOICE, TOY_BOARDS_UNSEEN };

struct toy_window {
    uint16_t lamp, ticket, session;
    uint16_t pin; /* typed last */
    unsigned sign_ins, starts, dones, no_shows, ratings;
};

struct toy_hall {
    struct sim_hall_config config;
    struct sim_people *people;
    struct sim_record record;
    int64_t now_us;
    uint16_t counts[SIM_BUS_DEVICES];
    uint16_t issued, sessions;
    unsigned waiting_first, waiting_count;
    uint16_t waiting[TOY_TICKETS];
    struct toy_window windows[TOY_WINDOWS];
    unsigned
        wrong_sessions; /* grades under another session than the one that is shown, which is 0 when none is */
    enum toy_call call;
};

void toy_hall_open(struct toy_hall *hall, uint64_t seed, FILE *out, enum toy_call call);
/* Lets people move for so long, in steps of 10 ms. */
void toy_hall_run(struct toy_hall *hall, unsigned seconds);
void toy_hall_close(struct toy_hall *hall);

#endif
