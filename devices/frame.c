#include "devices/frame.h"

#include <assert.h>
#include <string.h>

#include "protocol/cursor.h"

enum { CRC_BYTES = 2, EXCEPTION_BIT = 0x80 };

static size_t frame_whole(const uint8_t *bytes, size_t length);
static size_t frame_stated_length(const uint8_t *bytes, size_t length);
static enum frame_verdict frame_fit(const struct rtu_request *request, const uint8_t *frame,
                                    size_t length);
static bool frame_is_echo_begun(struct frame_scan *scan, const struct rtu_request *request,
                                const uint8_t *bytes, size_t length);

size_t frame_build(const struct rtu_request *request, uint8_t *out) {
    struct cursor cursor;
    cursor_init(&cursor, out, FRAME_MAX);
    cursor_put_u8(&cursor, request->slave);
    cursor_put_u8(&cursor, request->function);
    cursor_put_be16(&cursor, request->address);
    cursor_put_be16(&cursor, request->count);
    if (request->function == WRITE_HOLDING) {
        assert(request->count >= 1 && request->count <= FRAME_WRITE_MAX);
        cursor_put_u8(&cursor, (uint8_t)(request->count * 2));
        for (unsigned i = 0; i < request->count; i++) {
            cursor_put_be16(&cursor, request->values[i]);
        }
    }
    assert(!cursor.is_bad);
    return cursor.at;
}

size_t frame_request_length(const struct rtu_request *request) {
    return request->function == WRITE_HOLDING ? 9U + 2U * request->count : 8U;
}

size_t frame_answer_length(const struct rtu_request *request) {
    return request->function == WRITE_HOLDING ? 8U : 5U + 2U * request->count;
}

enum frame_verdict frame_look(struct frame_scan *scan, const struct rtu_request *request,
                              const uint8_t *bytes, size_t length) {
    if (frame_is_echo_begun(scan, request, bytes, length)) {
        return FRAME_WANTED;
    }
    for (size_t at = scan->taken; at + FRAME_SHORTEST <= length;) {
        size_t whole = frame_whole(bytes + at, length - at);
        if (whole == 0) {
            at++;
            continue;
        }
        enum frame_verdict verdict = frame_fit(request, bytes + at, whole);
        if (verdict != FRAME_WANTED) {
            scan->frame = bytes + at;
            return verdict;
        }
        at += whole;
        scan->taken = at;
        scan->misfits++;
    }
    const uint8_t *rest = bytes + scan->taken;
    size_t left = length - scan->taken;
    size_t stated = frame_stated_length(rest, left);
    bool is_mangled = stated > 0 && stated <= left && rest[0] == request->slave;
    return is_mangled ? FRAME_MANGLED : FRAME_WANTED;
}

bool frame_is_remnant(const struct frame_scan *scan, const struct rtu_request *request,
                      const uint8_t *bytes, size_t length) {
    return length >= scan->taken + FRAME_SHORTEST && bytes[scan->taken] == request->slave;
}

void frame_values(const uint8_t *frame, const struct rtu_request *request, uint16_t *values) {
    assert(request->function != WRITE_HOLDING);
    for (unsigned i = 0; i < request->count; i++) {
        const uint8_t *at = frame + 3 + (size_t)2 * i;
        values[i] = (uint16_t)(at[0] << 8 | at[1]);
    }
}

bool frame_is_among(const uint8_t *bytes, size_t length, uint8_t slave) {
    for (size_t at = 0; at + FRAME_SHORTEST <= length; at++) {
        if ((slave == 0 || bytes[at] == slave) && frame_whole(bytes + at, length - at) > 0) {
            return true;
        }
    }
    return false;
}

/* The length of the frame with a good CRC that begins here, 0 if none does. */
static size_t frame_whole(const uint8_t *bytes, size_t length) {
    size_t stated = frame_stated_length(bytes, length);
    if (stated == 0 || stated > length) {
        return 0;
    }
    uint16_t crc = crc16_modbus(bytes, stated - CRC_BYTES);
    bool is_good = bytes[stated - 2] == (crc & 0xFF) && bytes[stated - 1] == crc >> 8;
    return is_good ? stated : 0;
}

/* What an answer says of its own length: by its function, and of a read by its byte count. 0: no known answer. */
static size_t frame_stated_length(const uint8_t *bytes, size_t length) {
    if (length < 3) {
        return 0;
    }
    uint8_t function = bytes[1];
    if (function & EXCEPTION_BIT) {
        return FRAME_SHORTEST;
    }
    if (function >= 1 && function <= READ_INPUT) {
        return FRAME_SHORTEST + (size_t)bytes[2];
    }
    bool is_write = function == 5 || function == 6 || function == 15 || function == WRITE_HOLDING;
    return is_write ? 8 : 0;
}

static enum frame_verdict frame_fit(const struct rtu_request *request, const uint8_t *frame,
                                    size_t length) {
    if (frame[0] != request->slave) {
        return FRAME_WANTED;
    }
    if (frame[1] == (request->function | EXCEPTION_BIT)) {
        return FRAME_EXCEPTION;
    }
    if (frame[1] != request->function || length != frame_answer_length(request)) {
        return FRAME_WANTED;
    }
    if (request->function != WRITE_HOLDING) {
        return FRAME_FITS;
    }
    struct cursor cursor;
    cursor_init_read(&cursor, frame + 2, 4);
    bool is_same = cursor_get_be16(&cursor) == request->address;
    is_same = cursor_get_be16(&cursor) == request->count && is_same;
    return is_same ? FRAME_FITS : FRAME_WANTED;
}

/*
 * Two-wire lines whose receiver stays on while sending give every request back before the answer, perhaps in pieces.
 * A whole echo is stepped over. True while the bytes may still become one: until then they tell nothing else.
 */
static bool frame_is_echo_begun(struct frame_scan *scan, const struct rtu_request *request,
                                const uint8_t *bytes, size_t length) {
    if (scan->has_echo || scan->taken > 0) {
        return false;
    }
    uint8_t sent[FRAME_MAX];
    size_t size = frame_build(request, sent);
    uint16_t crc = crc16_modbus(sent, size);
    sent[size++] = (uint8_t)(crc & 0xFF);
    sent[size++] = (uint8_t)(crc >> 8);
    if (memcmp(bytes, sent, length < size ? length : size) != 0) {
        return false;
    }
    scan->has_echo = length >= size;
    scan->taken = scan->has_echo ? size : 0;
    return length < size;
}
