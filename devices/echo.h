/*
 * An echo of the line, for drivers that hear their own frames come back: said after three exchanges running with one, and
 * over after three without, since one may be mangled. Pure but for the words it says of the line. The bus's thread alone.
 */
#ifndef DEVICES_ECHO_H
#define DEVICES_ECHO_H

#include "devices/driver.h"

/* All zeros when the line was opened: it has no warnings left. */
struct echo {
    bool is_told;
    unsigned others; /* exchanges running that say otherwise */
};

/* After an exchange of which something came back, if only what was sent. */
void echo_note(struct echo *echo, struct link *link, bool has_echo);

#endif
