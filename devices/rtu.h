/*
 * One exchange on an RTU line: silence, question, answer, drain. The only file that includes libmodbus, which gives each
 * request (frame.h) its CRC and sends it on our descriptor (modbus_new_rtu, modbus_set_socket, recovery off); the answer
 * is received here, because libmodbus 3.1.6's receive functions can't keep the rules of a shared line:
 *   - modbus_receive_confirmation checks the address before the CRC and gives up the request on a foreign frame, while
 *     the right answer may stand right behind it;
 *   - its byte time-out starts anew with each byte, so a babbling device has no deadline;
 *   - it believes a byte count before the CRC: one flipped bit there swallows the good answer that follows;
 *   - modbus_read_registers takes a late answer as its own, with no error;
 *   - it waits in select(), which breaks on descriptors above FD_SETSIZE.
 * tests/devices/ shows the late answer believed by plain libmodbus and not by this.
 */
#ifndef DEVICES_RTU_H
#define DEVICES_RTU_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/frame.h"
#include "devices/line.h"

enum rtu_outcome {
    RTU_ANSWER,
    RTU_EXCEPTION,
    RTU_NO_ANSWER, /* nothing that fits came in time */
    RTU_MANGLED,   /* the asked device answered, but not readably: it lives */
    RTU_GONE,      /* the line is lost; the line's `what` says why */
    RTU_STOPPED    /* the owner wants to stop */
};

struct rtu_result {
    enum rtu_outcome outcome;
    uint8_t exception;
    bool has_echo;
    unsigned misfits;
    size_t heard;    /* bytes that came since the request, whatever they were, its echo aside */
    size_t strays;   /* bytes that came between the exchange before and this one, ... */
    bool has_frame;  /* ... with a whole frame among them, ... */
    bool has_second; /* ... of the device that was asked then */
    int64_t sent_us, done_us;
    int64_t waited_us; /* from when the wire was done with both frames until the answer was whole */
    int64_t busy_us;   /* wire time of this exchange: its frames and the silences they need */
    uint16_t values[FRAME_READ_MAX];
};

struct rtu;

/* Borrows an open line. NULL when there is no memory. */
struct rtu *rtu_open(struct line *line);
void rtu_close(struct rtu *rtu);
/*
 * Waits for silence, at most `drain_us`; asks once and waits for the answer no longer than the wire time of both frames +
 * `answer_us` + what a serial server between adds; where no answer or a mangled one came, drains, at most `drain_us`.
 * RTU_STOPPED may come at any of it but the last, and then perhaps without a question.
 */
void rtu_ask(struct rtu *rtu, const struct rtu_request *request, int64_t answer_us,
             int64_t drain_us, struct rtu_result *result);

#endif
