/*
 * Modbus TCP frames, checked: a header of seven bytes (transaction, protocol 0, length, unit) before what an RTU frame
 * has between its address and its CRC. The transaction's number makes a late answer harmless: it is known for what it
 * is, and dropped. Pure. Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3.
 */
#ifndef DEVICES_MBAP_H
#define DEVICES_MBAP_H

#include "devices/frame.h"

enum {
    MBAP_MAX = 260, /* bytes of a frame, the same, 3.1.2 */
    MBAP_HEADER = 7,
    /* What a gateway answers for a device that it does not reach, Modbus Application Protocol V1.1b3, 7. */
    GATEWAY_NO_PATH = 10,
    GATEWAY_NO_ANSWER = 11
};

enum mbap_verdict {
    MBAP_WANTED,    /* nothing that fits yet: listen on */
    MBAP_FITS,      /* the answer */
    MBAP_EXCEPTION, /* the asked device, or its gateway, refuses */
    MBAP_BROKEN     /* no Modbus TCP at all: nothing behind it can be trusted */
};

/* The state of one listening; zeroed before the first call. */
struct mbap_scan {
    size_t taken;         /* bytes of frames that are done with, the fitting one too */
    unsigned misfits;     /* whole frames that answer something else, or too late */
    const uint8_t *frame; /* the fitting one from its unit on, inside the caller's bytes */
};

/* `out` holds MBAP_MAX bytes. */
size_t mbap_build(const struct rtu_request *request, uint16_t transaction, uint8_t *out);
/* Looks at all bytes that are not taken yet. */
enum mbap_verdict mbap_look(struct mbap_scan *scan, const struct rtu_request *request,
                            uint16_t transaction, const uint8_t *bytes, size_t length);

#endif
