/*
 * A dispenser that can't print and the printer beside it, as one device for the hall. What the hall knows of a dispenser's
 * jobs (its serial, boots and last job done) is the printer's; it is online while both are and the printer can print, so
 * that a ticket is refused (device_offline) and its keys are dark while no paper would come. What becomes of a job is said
 * of the dispenser. The printer is a device of its own besides, with its own health. Pure; hall thread.
 */
#ifndef CONTROLLER_PAIR_H
#define CONTROLLER_PAIR_H

#include <stdbool.h>

#include "protocol/key.h"

enum { PAIR_SAYS_MAX = 2 };

/* What the hall was last told of a dispenser's presence. */
enum pair_told { PAIR_TOLD_NOTHING, PAIR_TOLD_ONLINE, PAIR_TOLD_AWAY };

/* One of the two, as its bus said; zeros: not heard of. Either's bus may be opened anew, and then it begins again. */
struct side {
    bool is_up;
    bool is_away;  /* and was said to be: neither is set before the first word */
    bool is_out;   /* a printer: there, and prints nothing */
    bool rebooted; /* a printer's last coming online was a later life under the same serial */
    char bus[NAME_SIZE];
    uint32_t epoch, serial;
    uint16_t boots, done_job, firmware;
    char lost[WHAT_SIZE], fault[WHAT_SIZE]; /* why it is away; out */
    enum pair_told told;                    /* the dispenser's */
    uint32_t told_serial; /* of the printer that the hall was last told to be online with; 0 none */
};

struct pair {
    const char *dispenser_id, *printer_id;
    struct side *dispenser, *printer;
};

/*
 * What the hall is to hear when one of the two (or the printer's bus, down) says `said`: writes up to PAIR_SAYS_MAX
 * reports, in their order, and returns how many.
 */
unsigned pair_hear(const struct pair *pair, const struct device_report *said,
                   struct device_report out[PAIR_SAYS_MAX]);

#endif
