#include "devices/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "devices/mbap.h"

enum { HEARD_MAX = 4 * MBAP_MAX };

struct tcp {
    struct line *line;
    uint16_t transaction;
    uint8_t heard
        [HEARD_MAX]; /* the end of a frame may come after the question that it answers is given up */
    size_t heard_length;
};

static bool tcp_send(struct tcp *tcp, const struct rtu_request *request);
static enum rtu_outcome tcp_listen(struct tcp *tcp, const struct rtu_request *request,
                                   int64_t deadline_us, struct rtu_result *result);
static enum rtu_outcome tcp_take(struct tcp *tcp, const struct rtu_request *request,
                                 struct rtu_result *result);

struct tcp *tcp_open(struct line *line) {
    struct tcp *tcp = calloc(1, sizeof *tcp);
    if (tcp != NULL) {
        tcp->line = line;
    }
    return tcp;
}

void tcp_close(struct tcp *tcp) {
    free(tcp);
}

void tcp_ask(struct tcp *tcp, const struct rtu_request *request, int64_t answer_us,
             struct rtu_result *result) {
    struct line *line = tcp->line;
    size_t characters = frame_request_length(request) + frame_answer_length(request);
    int64_t wire_us = line_wire_us(line, characters);
    memset(result, 0, offsetof(struct rtu_result, values));
    result->outcome = RTU_GONE;
    result->sent_us = line_now_us();
    tcp->transaction++;
    if (tcp_send(tcp, request)) {
        int64_t deadline_us = result->sent_us + wire_us + answer_us + line->lag_us;
        result->outcome = tcp_listen(tcp, request, deadline_us, result);
    }
    bool is_gateways =
        result->exception == GATEWAY_NO_PATH || result->exception == GATEWAY_NO_ANSWER;
    if (result->outcome == RTU_EXCEPTION && is_gateways) {
        result->outcome = RTU_NO_ANSWER;
        result->heard = 0; /* of the device */
    }
    result->done_us = line_now_us();
    result->waited_us = result->done_us - result->sent_us - wire_us;
    /* Nothing else can be asked meanwhile, whatever the wire behind the gateway does. */
    result->busy_us = result->done_us - result->sent_us;
}

static bool tcp_send(struct tcp *tcp, const struct rtu_request *request) {
    uint8_t frame[MBAP_MAX];
    size_t length = mbap_build(request, tcp->transaction, frame);
    ssize_t sent = send(tcp->line->fd, frame, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length) {
        return true;
    }
    line_lose(tcp->line, sent < 0 ? line_error_text(errno) : "the line takes no more bytes");
    return false;
}

static enum rtu_outcome tcp_listen(struct tcp *tcp, const struct rtu_request *request,
                                   int64_t deadline_us, struct rtu_result *result) {
    for (;;) {
        size_t got = 0;
        enum hall_error error = line_read(tcp->line, deadline_us, tcp->heard + tcp->heard_length,
                                          sizeof tcp->heard - tcp->heard_length, &got);
        if (error == HALL_GONE || error == HALL_BUSY) {
            return error == HALL_GONE ? RTU_GONE : RTU_STOPPED;
        }
        tcp->heard_length += got;
        result->heard += got;
        enum rtu_outcome outcome = tcp_take(tcp, request, result);
        if (outcome != RTU_NO_ANSWER || line_now_us() >= deadline_us) {
            return outcome;
        }
    }
}

/* Takes whole frames out of what was heard. RTU_NO_ANSWER: none of them is the answer. */
static enum rtu_outcome tcp_take(struct tcp *tcp, const struct rtu_request *request,
                                 struct rtu_result *result) {
    enum rtu_outcome outcome = RTU_NO_ANSWER;
    struct mbap_scan scan = { 0 };
    switch (mbap_look(&scan, request, tcp->transaction, tcp->heard, tcp->heard_length)) {
    case MBAP_FITS:
        outcome = RTU_ANSWER;
        if (!frame_is_write(request->function)) {
            frame_values(scan.frame, request, result->values);
        }
        break;
    case MBAP_EXCEPTION:
        result->exception = scan.frame[2];
        outcome = RTU_EXCEPTION;
        break;
    case MBAP_BROKEN:
        line_lose(tcp->line, "what comes is no Modbus TCP: is this port a serial server for "
                             "modbus-rtu?");
        return RTU_GONE;
    case MBAP_WANTED:
        break;
    }
    result->misfits += scan.misfits;
    tcp->heard_length -= scan.taken;
    memmove(tcp->heard, tcp->heard + scan.taken, tcp->heard_length);
    return outcome;
}
