#include "devices/mbap.h"

#include <assert.h>

#include "protocol/cursor.h"

enum {
    LENGTH_AT = 4, /* transaction and protocol stand before it, */
    UNIT_AT = 6,   /* and it counts from here */
    LENGTH_LEAST = 3,
    LENGTH_MOST = MBAP_MAX - UNIT_AT,
    EXCEPTION_BIT = 0x80
};

static uint16_t be16(const uint8_t *bytes);

size_t mbap_build(const struct rtu_request *request, uint16_t transaction, uint8_t *out) {
    size_t length = frame_build(request, out + UNIT_AT);
    struct cursor cursor;
    cursor_init(&cursor, out, UNIT_AT);
    cursor_put_be16(&cursor, transaction);
    cursor_put_be16(&cursor, 0);
    cursor_put_be16(&cursor, (uint16_t)length);
    assert(!cursor.is_bad && length <= LENGTH_MOST);
    return UNIT_AT + length;
}

enum mbap_verdict mbap_look(struct mbap_scan *scan, const struct rtu_request *request,
                            uint16_t transaction, const uint8_t *bytes, size_t length) {
    while (length - scan->taken >= MBAP_HEADER) {
        const uint8_t *at = bytes + scan->taken;
        size_t stated = be16(at + LENGTH_AT);
        if (be16(at + 2) != 0 || stated < LENGTH_LEAST || stated > LENGTH_MOST) {
            return MBAP_BROKEN;
        }
        if (length - scan->taken < UNIT_AT + stated) {
            return MBAP_WANTED;
        }
        scan->taken += UNIT_AT + stated;
        const uint8_t *frame = at + UNIT_AT;
        bool is_asked = be16(at) == transaction && frame[0] == request->slave;
        if (is_asked && stated == LENGTH_LEAST && frame[1] == (request->function | EXCEPTION_BIT)) {
            scan->frame = frame;
            return MBAP_EXCEPTION;
        }
        if (is_asked && frame_is_answer(request, frame, stated)) {
            scan->frame = frame;
            return MBAP_FITS;
        }
        scan->misfits++;
    }
    return MBAP_WANTED;
}

static uint16_t be16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}
