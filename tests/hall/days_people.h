/* Those who act in a hall day, beside the staff and the citizens: devices, managers. */
#ifndef TESTS_HALL_DAYS_PEOPLE_H
#define TESTS_HALL_DAYS_PEOPLE_H

#include "tests/hall/days.h"

struct command people_command(enum command_type type, enum by_kind kind, const char *who,
                              unsigned number);

/* The dispenser takes the slip of the ticket that was issued last. */
void paper_to_print(struct world *world, unsigned dispenser);
/* What the keeper of the key would give for this code. */
uint64_t booking_code_hash(unsigned code);
void booking_step(struct world *world);
void devices_step(struct world *world);
void manager_step(struct world *world);
void manager_reloads(struct world *world);

#endif
