/*
 * Scripted LED signs on a pseudo-terminal: ONBON cards that answer as a test says, or Alpha signs that never do. Written
 * from the frames' description; shares no code with protocol/ or devices/. One thread; every function may be called from
 * the test's thread.
 */
#ifndef TESTS_DEVICES_SIGN_WIRE_H
#define TESTS_DEVICES_SIGN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sign_kind { SIGN_ONBON = 0x5A, SIGN_ALPHA = 0x04 }; /* the byte that ends a frame */
enum sign_act {
    SIGN_WELL,
    SIGN_REFUSE, /* with `value` as error */
    SIGN_SILENT,
    SIGN_LATE, /* well, `value` ms after the frame */
    SIGN_ECHO  /* the frame itself, then the reply */
};

struct sign_wire;

struct sign_wire *sign_wire_open(enum sign_kind kind);
void sign_wire_close(struct sign_wire *wire);
const char *sign_wire_path(const struct sign_wire *wire);
/* What the card does to the next `count` frames of a command ("A200" ping, "A306" area, "" any), then well again. */
void sign_wire_script(struct sign_wire *wire, uint8_t address, enum sign_act act,
                      const char *command, unsigned count);
void sign_wire_value(struct sign_wire *wire, uint8_t address, unsigned value);
void sign_wire_unplug(struct sign_wire *wire);
void sign_wire_replug(struct sign_wire *wire);
/* How many frames came that hold these bytes (as "5B 02 30", each byte two digits). */
unsigned sign_wire_count(struct sign_wire *wire, const char *bytes);
/* Waits up to 5 s until so many came. */
bool sign_wire_await(struct sign_wire *wire, const char *bytes, unsigned count);
/*
 * What was said so far, a frame a line, ">> " ours, "<< " a card's; a ping that is answered as the one before is left
 * out, and with `once` every frame that was said before, since how often either is said is a matter of time.
 */
void sign_wire_transcript(struct sign_wire *wire, bool once, char *out, size_t size);

#endif
