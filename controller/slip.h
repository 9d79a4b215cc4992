/*
 * A slip: paper that says why a press at a dispenser gave no ticket. Tickets' jobs come from the core, 1..60000; slips
 * take the numbers above, so neither is ever mistaken for the other. Pure; one a dispenser; the hall thread's.
 */
#ifndef CONTROLLER_SLIP_H
#define CONTROLLER_SLIP_H

#include "protocol/image.h"
#include "protocol/limits.h"

struct slip {
    uint16_t job;      /* of the waiting or last one; SLIP_JOB_FIRST - 1: none yet */
    uint16_t done_job; /* what the dispenser said it has done: not printed again by it */
    int64_t until_ms;  /* hall time; 0 nothing waits */
    char text[JOB_TEXT_SIZE];
};

void slip_begin(struct slip *slip);
/* The newest wins. */
void slip_put(struct slip *slip, const char *text, int64_t now_ms);
void slip_note_done(struct slip *slip, uint16_t done_job);
/* Printed or lost. A later one is not ended by an earlier one's news. */
void slip_end(struct slip *slip, uint16_t job);
/* Puts the slip into `job` where no ticket stands: a ticket on its way is never given up for a slip, which comes after it. */
void slip_show(struct slip *slip, int64_t now_ms, struct print_job *job);

#endif
