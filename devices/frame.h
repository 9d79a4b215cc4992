/*
 * Modbus RTU frames, checked: which bytes ask a question, and which of the bytes that came are its answer. An answer is
 * taken only when address, function, length and CRC all fit (Modbus over Serial Line V1.02, 2.5.1); whole frames that
 * answer something else are stepped over, so that the right answer behind them is still found. Pure.
 */
#ifndef DEVICES_FRAME_H
#define DEVICES_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_MAX = 256,
    FRAME_SHORTEST = 5, /* an exception */
    FRAME_READ_MAX =
        125, /* registers in one read, Modbus Application Protocol V1.1b3, 6.3; bits too */
    FRAME_WRITE_MAX = 123, /* registers in one FC16, 6.12; coils too */
    READ_COILS = 1,
    READ_DISCRETE = 2,
    READ_HOLDING = 3,
    READ_INPUT = 4,
    WRITE_COIL = 5,
    WRITE_REGISTER = 6,
    WRITE_COILS = 15,
    WRITE_HOLDING = 16,
    EXCEPTION_ADDRESS = 2
};

struct rtu_request {
    uint8_t slave;
    uint8_t function;        /* one of READ_COILS .. WRITE_HOLDING */
    uint16_t address, count; /* count: registers or bits; 1 for WRITE_COIL and WRITE_REGISTER */
    const uint16_t *values;  /* `count` of them for a write, a bit as 0 or 1; else NULL */
};

enum frame_verdict {
    FRAME_WANTED,    /* nothing that fits yet: listen on */
    FRAME_FITS,      /* the answer */
    FRAME_EXCEPTION, /* the asked device refuses */
    FRAME_MANGLED    /* from the asked device, whole, with a bad CRC */
};

/* The state of one listening; zeroed before the first call but for what the caller knows. */
struct frame_scan {
    /*
     * The caller's: the line is known to give back what is sent. The answer to WRITE_COIL and WRITE_REGISTER is their
     * request once more, so there nothing else tells an echo from it.
     */
    bool is_echoing;
    size_t taken; /* bytes that belong to frames already dropped */
    unsigned misfits;
    bool has_echo;        /* the line gave back our own request, whole */
    const uint8_t *frame; /* the fitting frame, inside the caller's bytes */
};

bool frame_is_write(uint8_t function);
/* Is each of its values one bit? */
bool frame_is_bits(uint8_t function);
/*
 * What alone tells an answer to a read from one to another read of the same function: registers, or bytes of bits.
 * 1..FRAME_READ_MAX.
 */
uint16_t frame_answer_size(const struct rtu_request *request);
/* The request without its CRC (libmodbus adds it). `out` holds FRAME_MAX bytes. */
size_t frame_build(const struct rtu_request *request, uint8_t *out);
/* Bytes with CRC. */
size_t frame_request_length(const struct rtu_request *request);
size_t frame_answer_length(const struct rtu_request *request);
/* Looks again at all `length` bytes that came since the request; called after each arrival. */
enum frame_verdict frame_look(struct frame_scan *scan, const struct rtu_request *request,
                              const uint8_t *bytes, size_t length);
/* Does this whole frame answer, `length` bytes from its address on, without the CRC? */
bool frame_is_answer(const struct rtu_request *request, const uint8_t *frame, size_t length);
/* At the time-out: do the bytes that are left begin as the asked device's? Then it lives, but was mangled. */
bool frame_is_remnant(const struct frame_scan *scan, const struct rtu_request *request,
                      const uint8_t *bytes, size_t length);
/* The registers or bits (0, 1) of a fitting answer to a read, `count` of them; `frame` from its address on. */
void frame_values(const uint8_t *frame, const struct rtu_request *request, uint16_t *values);
/*
 * A whole frame of this device (0: of any) stands somewhere in what came unasked: it answered late, or somebody answers
 * beside it.
 */
bool frame_is_among(const uint8_t *bytes, size_t length, uint8_t slave);

#endif
