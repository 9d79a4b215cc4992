/*
 * One exchange of Modbus TCP, with the same question and result as on an RTU line (rtu.h): no silence before it, no CRC
 * and no draining behind it, because each answer names its question. What no gateway could reach (exceptions 10 and 11)
 * is no answer; an answer that is no Modbus TCP at all ends the connection.
 */
#ifndef DEVICES_TCP_H
#define DEVICES_TCP_H

#include "devices/rtu.h"

struct tcp;

/* Borrows an open line. NULL when there is no memory. */
struct tcp *tcp_open(struct line *line);
void tcp_close(struct tcp *tcp);
/* Asks once and waits no longer than the wire time of both frames (behind a gateway) + `answer_us` + the line's lag. */
void tcp_ask(struct tcp *tcp, const struct rtu_request *request, int64_t answer_us,
             struct rtu_result *result);

#endif
