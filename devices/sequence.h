/*
 * Ordered register writes that bring one part of a device to its image, and the writer that carries them out. A step
 * follows only when the one before it is known to be in the device. Pure.
 *
 * An answer to FC16 names only address and count, so after a write timed out an acknowledgement may belong to an older
 * write. While a device is in doubt (1 s) every write is therefore read back by FC03, in lengths not used in that
 * second, and the next step waits until it compared equal.
 */
#ifndef DEVICES_SEQUENCE_H
#define DEVICES_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/lengths.h"
#include "devices/profile_map.h"
#include "devices/rtu.h"

enum { STEPS_MAX = 16, SEQUENCE_VALUES = 168, DOUBT_US = LENGTH_REST_US };

struct write_step {
    uint16_t address, count, at; /* at: its first value; a coil's is 0 or 1 */
    uint16_t room; /* registers that the map has from `address` on; may be read back with it */
    uint8_t function;
    bool
        is_constant; /* written for its own sake: goes out when any other step of its sequence does */
};

struct sequence {
    unsigned step_count;
    uint16_t value_count;
    struct write_step steps[STEPS_MAX];
    uint16_t values[SEQUENCE_VALUES];
};

struct writer {
    bool is_active;
    bool is_checking;   /* the step was sent and is to be read back */
    bool cant_be_read;  /* the device refuses to read it back: doubt is waited out instead */
    bool is_never_read; /* so it is with every step; the owner's */
    unsigned part;      /* the owner's number of what is written */
    unsigned step;
    uint32_t skipped;  /* steps that are left out, bit 0 the first */
    uint16_t checked;  /* registers of the step found equal */
    uint16_t read_max; /* most registers in a reading back, 1..FRAME_READ_MAX; the owner's */
    int64_t doubt_us;  /* until then no acknowledgement is believed alone */
    struct sequence sequence;
};

enum writer_state { WRITER_BUSY, WRITER_DONE, WRITER_REFUSED };

void sequence_clear(struct sequence *sequence);
/* A further step of FC16; its values, all 0, are to be filled in. */
uint16_t *sequence_add(struct sequence *sequence, uint16_t address, uint16_t count, uint16_t room);
/* The same by another function, its room as large as itself. */
uint16_t *sequence_add_by(struct sequence *sequence, uint8_t function, uint16_t address,
                          uint16_t count);
bool sequence_equal(const struct sequence *a, const struct sequence *b);
/* The steps of `wanted` that need not be written where `shown`, of the same steps, is in the device: bit 0 the first. */
uint32_t sequence_unchanged(const struct sequence *wanted, const struct sequence *shown);

void writer_start(struct writer *writer, unsigned part, const struct sequence *sequence);
/* Leaves steps out; right after writer_start. One at least stays. */
void writer_skip(struct writer *writer, uint32_t skipped);
void writer_cancel(struct writer *writer);
/* Is the next request the write of the last step? (That is the one that makes a printer print.) */
bool writer_is_last(const struct writer *writer);
/* The next request. False: all lengths to read back in rest, or doubt must pass; look again later. */
bool writer_next(const struct writer *writer, const struct lengths *lengths, int64_t now_us,
                 struct rtu_request *request);
/* What became of it. */
enum writer_state writer_take(struct writer *writer, struct lengths *lengths,
                              const struct rtu_request *request, const struct rtu_result *result);

#endif
