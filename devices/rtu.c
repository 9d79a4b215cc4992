#include "devices/rtu.h"

#include <assert.h>
#include <errno.h>
#include <modbus/modbus.h>
#include <stdlib.h>
#include <string.h>

enum { HEARD_MAX = 2 * FRAME_MAX + 64 };

struct rtu {
    struct line *line;
    modbus_t *context;
    bool is_echoing;          /* the line has given back what was sent */
    uint8_t heard[HEARD_MAX]; /* all that came since the request */
    size_t heard_length;
    uint8_t asked; /* the address of the exchange before; 0 none */
};

static bool rtu_send(struct rtu *rtu, const struct rtu_request *request);
static enum rtu_outcome rtu_listen(struct rtu *rtu, const struct rtu_request *request,
                                   struct frame_scan *scan, int64_t deadline_us);
static void rtu_take_strays(struct rtu *rtu, uint8_t slave, struct rtu_result *result);
static void rtu_note_rest(struct rtu *rtu, const struct frame_scan *scan, size_t whole);
static void rtu_count(const struct rtu *rtu, const struct rtu_request *request,
                      struct rtu_result *result);

struct rtu *rtu_open(struct line *line) {
    struct rtu *rtu = calloc(1, sizeof *rtu);
    if (rtu == NULL) {
        return NULL;
    }
    rtu->line = line;
    /* Name and settings are never used: the line is open already and stays ours. */
    rtu->context = modbus_new_rtu("line", 9600, 'N', 8, 1);
    if (rtu->context == NULL) {
        free(rtu);
        return NULL;
    }
    modbus_set_error_recovery(rtu->context, MODBUS_ERROR_RECOVERY_NONE);
    modbus_set_socket(rtu->context, line->fd);
    return rtu;
}

void rtu_close(struct rtu *rtu) {
    if (rtu != NULL) {
        modbus_free(rtu->context);
        free(rtu);
    }
}

void rtu_ask(struct rtu *rtu, const struct rtu_request *request, int64_t answer_us,
             int64_t drain_us, struct rtu_result *result) {
    struct line *line = rtu->line;
    size_t characters = frame_request_length(request) + frame_answer_length(request);
    int64_t wire_us = line_wire_us(line, characters);
    struct frame_scan scan = { .is_echoing = rtu->is_echoing };
    memset(result, 0, offsetof(struct rtu_result, values));
    rtu->heard_length = 0;
    enum hall_error silence = line_wait_silence(line, drain_us);
    result->outcome = silence == HALL_BUSY ? RTU_STOPPED : RTU_GONE;
    if (silence == HALL_OK || silence == HALL_TIMEOUT) {
        result->sent_us = line_now_us();
        rtu_take_strays(rtu, request->slave, result);
        if (rtu_send(rtu, request)) {
            int64_t deadline_us = result->sent_us + wire_us + answer_us + line->lag_us;
            result->outcome = rtu_listen(rtu, request, &scan, deadline_us);
        }
    }
    result->done_us = line_now_us();
    result->waited_us = result->done_us - result->sent_us - wire_us;
    result->misfits = scan.misfits;
    result->has_echo = scan.has_echo;
    result->heard = rtu->heard_length - (scan.has_echo ? frame_request_length(request) : 0);
    rtu->is_echoing = rtu->is_echoing || scan.has_echo;
    rtu_count(rtu, request, result);
    switch (result->outcome) {
    case RTU_ANSWER:
        rtu_note_rest(rtu, &scan, frame_answer_length(request));
        if (!frame_is_write(request->function)) {
            frame_values(scan.frame, request, result->values);
        }
        break;
    case RTU_EXCEPTION:
        rtu_note_rest(rtu, &scan, FRAME_SHORTEST);
        result->exception = scan.frame[2];
        break;
    case RTU_NO_ANSWER:
    case RTU_MANGLED:
        if (line_drain(line, drain_us) == HALL_GONE) {
            result->outcome = RTU_GONE;
        }
        break;
    case RTU_GONE:
    case RTU_STOPPED:
        break;
    }
}

/* The CRC and the write are libmodbus's. A short write can only be a line that is gone or stuck. */
static bool rtu_send(struct rtu *rtu, const struct rtu_request *request) {
    uint8_t frame[FRAME_MAX];
    size_t length = frame_build(request, frame);
    int sent = modbus_send_raw_request(rtu->context, frame, (int)length);
    size_t whole = frame_request_length(request);
    /* The device begins to answer when the last character has left; until then the wire is ours. */
    rtu->line->quiet_us = line_now_us() + line_wire_us(rtu->line, whole);
    if (sent == (int)whole) {
        return true;
    }
    line_lose(rtu->line, sent < 0 ? modbus_strerror(errno) : "the line takes no more bytes");
    return false;
}

static enum rtu_outcome rtu_listen(struct rtu *rtu, const struct rtu_request *request,
                                   struct frame_scan *scan, int64_t deadline_us) {
    for (;;) {
        size_t got = 0;
        enum hall_error error = line_read(rtu->line, deadline_us, rtu->heard + rtu->heard_length,
                                          sizeof rtu->heard - rtu->heard_length, &got);
        if (error == HALL_GONE || error == HALL_BUSY) {
            return error == HALL_GONE ? RTU_GONE : RTU_STOPPED;
        }
        rtu->heard_length += got;
        switch (frame_look(scan, request, rtu->heard, rtu->heard_length)) {
        case FRAME_FITS:
            return RTU_ANSWER;
        case FRAME_EXCEPTION:
            return RTU_EXCEPTION;
        case FRAME_MANGLED:
            return RTU_MANGLED;
        case FRAME_WANTED:
            break;
        }
        if (line_now_us() >= deadline_us || rtu->heard_length == sizeof rtu->heard) {
            bool is_remnant = frame_is_remnant(scan, request, rtu->heard, rtu->heard_length);
            return is_remnant ? RTU_MANGLED : RTU_NO_ANSWER;
        }
    }
}

/* What came since the exchange before was over says something of the device that was asked then. */
static void rtu_take_strays(struct rtu *rtu, uint8_t slave, struct rtu_result *result) {
    struct line *line = rtu->line;
    size_t kept = line->stray_count < STRAYS_KEPT ? line->stray_count : STRAYS_KEPT;
    result->strays = line->stray_count;
    result->has_frame = frame_is_among(line->strays, kept, 0);
    result->has_second = rtu->asked != 0 && frame_is_among(line->strays, kept, rtu->asked);
    rtu->asked = slave;
    line_forget_strays(line);
}

/* What was heard behind the answer. */
static void rtu_note_rest(struct rtu *rtu, const struct frame_scan *scan, size_t whole) {
    size_t end = (size_t)(scan->frame - rtu->heard) + whole;
    if (end < rtu->heard_length) {
        line_note_strays(rtu->line, rtu->heard + end, rtu->heard_length - end);
    }
}

static void rtu_count(const struct rtu *rtu, const struct rtu_request *request,
                      struct rtu_result *result) {
    const struct line *line = rtu->line;
    size_t characters = frame_request_length(request) + rtu->heard_length;
    unsigned silences = rtu->heard_length > 0 ? 2 : 1;
    result->busy_us = line_wire_us(line, characters) + (int64_t)silences * line->silence_us;
}
