/* What the tests of ratings set up: somebody who was just served at window 1 and is asked. */
#ifndef TESTS_UNIT_HALL_ASKED_H
#define TESTS_UNIT_HALL_ASKED_H

#include "fixture.h"

/* Windows 1 and 2 with keypads; A001 has just been done at 1 by 0107 and is asked for a rating; `more` tickets wait. */
struct lab *asked(unsigned more);
uint16_t session_of(struct lab *lab);                                        /* of window 1 */
enum reason give_reason(struct lab *lab, uint16_t session, uint16_t reason); /* at keypad-1 */

#endif
