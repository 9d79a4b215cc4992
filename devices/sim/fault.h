/*
 * What goes wrong on the simulated line, drawn by seed: answers that never come, come late or come mangled, devices
 * that reboot, a line that is pulled out. Pure.
 */
#ifndef DEVICES_SIM_FAULT_H
#define DEVICES_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/sim/frame.h"
#include "devices/sim/rng.h"

enum sim_fault {
    FAULT_NONE,
    FAULT_LOST,    /* half of them before the device acted, half after */
    FAULT_LATE,    /* a good answer, `late_ms` after its time */
    FAULT_MANGLED, /* one of the six that follow */
    FAULT_FLIP,    /* a bit turned over */
    FAULT_ADDRESS, /* another address, function or length with a right CRC */
    FAULT_FUNCTION,
    FAULT_LENGTH,
    FAULT_TRUNCATE, /* the end is missing */
    FAULT_NOISE,    /* bytes of noise before the answer */
    FAULT_ECHO,     /* the request comes back before the answer */
    FAULT_REBOOT,   /* the device restarts instead of answering */
    FAULT_UNPLUG,   /* the line hangs up for one to three seconds */
    FAULT_COUNT
};

struct sim_faults {
    uint32_t parts[FAULT_COUNT]; /* of a million requests; 0 never */
    uint32_t late_ms;            /* default 400 */
};

/*
 * Reads "lost=20 mangled=10 late=3@400" (percent with up to four decimals, separated by blanks or commas; "off" alone
 * or nothing: no faults; "drawn": each class on or off by `rng`). False and untouched when a word is unknown or the
 * shares are over 100 % together.
 */
bool sim_faults_parse(const char *text, struct sim_rng *rng, struct sim_faults *faults);
/* At most one fault a request. */
enum sim_fault sim_faults_draw(const struct sim_faults *faults, struct sim_rng *rng);
const char *sim_fault_word(enum sim_fault fault);
/* FAULT_MANGLED becomes one of its six. */
enum sim_fault sim_fault_pick(enum sim_fault fault, struct sim_rng *rng);
/*
 * Spoils bytes of any protocol by FLIP, TRUNCATE or NOISE in front of them; a fault that only Modbus has flips a bit,
 * what is not about the bytes leaves them alone. `size`: room of `bytes`. Returns the length, 0 when nothing is left.
 */
size_t sim_fault_spoil_bytes(enum sim_fault fault, struct sim_rng *rng, uint8_t *bytes,
                             size_t length, size_t size);
/* Spoils a good Modbus answer; length 0 afterwards when nothing is left. What is not about the answer leaves it alone. */
void sim_fault_spoil(enum sim_fault fault, struct sim_rng *rng, const struct sim_frame *request,
                     struct sim_frame *answer);

#endif
