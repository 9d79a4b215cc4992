/*
 * Reading as a citizen reads: the ticket number and the check-in code on a slip, the window that a board names beside
 * a number. Works on the shown text alone. Pure.
 */
#ifndef DEVICES_SIM_PAPER_H
#define DEVICES_SIM_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

/* The number printed large (the first line that starts with byte 1D and is a ticket number); prefix "" when it is a slip. */
struct ticket_no sim_paper_ticket(const char *text);
/* Four digits that stand alone (no time, no date, no longer number); 0 when there are none. */
uint16_t sim_paper_code(const char *text);
/*
 * Whether `text` names the ticket. If it does, `label` (of `size` bytes) is the first number or word of ASCII letters
 * and digits that follows on the same line, "" when none does: on a board at a window its own window is meant.
 */
bool sim_paper_calls(const char *text, const char *ticket, char *label, size_t size);

#endif
