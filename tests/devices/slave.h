/*
 * Scripted slaves on a pseudo-terminal: a line of devices of the reference map that do what a test says, also what no
 * honest device does. Written from the map alone; shares no code with devices/, so that a misreading shows.
 * One thread a line; every function may be called from the test's thread.
 */
#ifndef TESTS_DEVICES_SLAVE_H
#define TESTS_DEVICES_SLAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
    FAULT_NONE,
    FAULT_DEAF,          /* the request is not heard */
    FAULT_SILENT,        /* obeyed, but the answer is lost */
    FAULT_MANGLED,       /* one bit of the answer flipped */
    FAULT_WRONG_SLAVE,   /* a good answer under another address */
    FAULT_WRONG_LENGTH,  /* a good answer with one register fewer */
    FAULT_FOREIGN_FIRST, /* another slave's good answer, then the right one */
    FAULT_NOISE_FIRST,   /* stray bytes right before the right answer */
    FAULT_TRUNCATED,     /* the answer stops in its middle */
    FAULT_LATE,          /* the right answer, `late_ms` after the request */
    FAULT_REFUSE         /* exception `code` */
};

struct line_slaves;

/* `path` (a link in a folder of its own) is what the bus opens. */
struct line_slaves *slaves_open(void);
void slaves_close(struct line_slaves *slaves);
const char *slaves_path(const struct line_slaves *slaves);
/* A device of this kind at an address, powered up for the first time. */
void slave_add(struct line_slaves *slaves, uint8_t address, uint16_t kind);
/*
 * A device of another maker: registers and bits of its own, all functions 1..6, 15, 16, nothing behind them but a
 * latch: holding register 16 takes a key only while it is 0.
 */
void slave_add_plain(struct line_slaves *slaves, uint8_t address);
/* Discrete input or coil, 0..63. */
void slave_set_discrete(struct line_slaves *slaves, uint8_t address, uint16_t at, bool is_on);
bool slave_coil(struct line_slaves *slaves, uint8_t address, uint16_t at);
/* A key of a plain device; false when it still holds another. */
bool slave_latch(struct line_slaves *slaves, uint8_t address, uint16_t code);
/* The next `count` requests with this function (0 = any) meet the fault. `value`: late_ms or exception code. */
void slave_fault(struct line_slaves *slaves, uint8_t address, enum fault fault, uint8_t function,
                 unsigned count, unsigned value);
/* Skips so many requests that match before the fault begins. */
void slave_fault_after(struct line_slaves *slaves, uint8_t address, unsigned skip);
void slave_press(struct line_slaves *slaves, uint8_t address, uint16_t code, uint16_t argument);
/* Power off and on: boots + 1, counts and holding registers 0. */
void slave_reboot(struct line_slaves *slaves, uint8_t address);
uint16_t slave_holding(struct line_slaves *slaves, uint8_t address, uint16_t at);
uint16_t slave_input(struct line_slaves *slaves, uint8_t address, uint16_t at);
void slave_set_input(struct line_slaves *slaves, uint8_t address, uint16_t at, uint16_t value);
void slave_set_holding(struct line_slaves *slaves, uint8_t address, uint16_t at, uint16_t value);
/* A dispenser that is told to hold takes jobs without finishing them until it is told not to. */
void slave_hold_paper(struct line_slaves *slaves, uint8_t address, bool is_held, uint16_t result);
unsigned slave_printed(struct line_slaves *slaves, uint8_t address, uint16_t job);
unsigned slave_requests(struct line_slaves *slaves, uint8_t address);
/* The line gives back what it is sent, so many bytes at a time; 0 = no more. */
void slaves_echo(struct line_slaves *slaves, unsigned piece);
/* From now on so many of a hundred answers, drawn from `seed`, are lost, mangled, or late by `late_ms`. */
struct storm {
    unsigned seed, lost, mangled, late, late_ms;
};
void slaves_storm(struct line_slaves *slaves, struct storm storm);
/* Pulls the adapter out; puts a new one in under the same path. */
void slaves_unplug(struct line_slaves *slaves);
void slaves_replug(struct line_slaves *slaves);
/* Wire time at this rate is waited out before each answer; 0 = none. */
void slaves_pace(struct line_slaves *slaves, unsigned baud);
/*
 * What was said so far, one frame a line, ">> " the master's, "<< " a slave's; a pulse that
 * says the same as the one before it is left out, since their number is a matter of time. Returns the number of lines.
 */
unsigned slaves_transcript(struct line_slaves *slaves, char *out, size_t size);
/* The shortest silence before any request, in microseconds, since the start. */
int64_t slaves_shortest_silence(struct line_slaves *slaves);

#endif
