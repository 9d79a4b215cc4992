#include "devices/frame.h"

#include <assert.h>
#include <string.h>

#include "protocol/cursor.h"

enum { CRC_BYTES = 2, EXCEPTION_BIT = 0x80 };

static uint16_t bit_bytes(uint16_t bits);
static bool is_single(uint8_t function);
static uint16_t single_value(const struct rtu_request *request);
static void put_registers(struct cursor *cursor, const struct rtu_request *request);
static void put_bits(struct cursor *cursor, const struct rtu_request *request);
static size_t frame_whole(const uint8_t *bytes, size_t length);
static size_t frame_stated_length(const uint8_t *bytes, size_t length);
static enum frame_verdict frame_fit(const struct rtu_request *request, const uint8_t *frame,
                                    size_t length);
static bool frame_is_echo_begun(struct frame_scan *scan, const struct rtu_request *request,
                                const uint8_t *bytes, size_t length);

bool frame_is_write(uint8_t function) {
    return function >= WRITE_COIL;
}

bool frame_is_bits(uint8_t function) {
    return function == READ_COILS || function == READ_DISCRETE || function == WRITE_COIL ||
           function == WRITE_COILS;
}

uint16_t frame_answer_size(const struct rtu_request *request) {
    assert(!frame_is_write(request->function));
    return frame_is_bits(request->function) ? bit_bytes(request->count) : request->count;
}

size_t frame_build(const struct rtu_request *request, uint8_t *out) {
    struct cursor cursor;
    cursor_init(&cursor, out, FRAME_MAX);
    cursor_put_u8(&cursor, request->slave);
    cursor_put_u8(&cursor, request->function);
    cursor_put_be16(&cursor, request->address);
    if (is_single(request->function)) {
        cursor_put_be16(&cursor, single_value(request));
    } else {
        cursor_put_be16(&cursor, request->count);
    }
    if (request->function == WRITE_HOLDING) {
        put_registers(&cursor, request);
    } else if (request->function == WRITE_COILS) {
        put_bits(&cursor, request);
    }
    assert(!cursor.is_bad);
    return cursor.at;
}

size_t frame_request_length(const struct rtu_request *request) {
    if (request->function == WRITE_HOLDING) {
        return 9U + 2U * request->count;
    }
    return request->function == WRITE_COILS ? 9U + bit_bytes(request->count) : 8U;
}

size_t frame_answer_length(const struct rtu_request *request) {
    if (frame_is_write(request->function)) {
        return 8;
    }
    return FRAME_SHORTEST +
           (frame_is_bits(request->function) ? 1U : 2U) * frame_answer_size(request);
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
    assert(!frame_is_write(request->function));
    const uint8_t *data = frame + 3;
    for (unsigned i = 0; i < request->count; i++) {
        if (frame_is_bits(request->function)) {
            values[i] = data[i / 8] >> i % 8 & 1;
        } else {
            values[i] = (uint16_t)(data[(size_t)2 * i] << 8 | data[(size_t)2 * i + 1]);
        }
    }
}

bool frame_is_answer(const struct rtu_request *request, const uint8_t *frame, size_t length) {
    if (frame[1] != request->function || length + CRC_BYTES != frame_answer_length(request)) {
        return false;
    }
    if (!frame_is_write(request->function)) {
        return frame[2] == length - 3;
    }
    struct cursor cursor;
    cursor_init_read(&cursor, frame + 2, 4);
    uint16_t second = is_single(request->function) ? single_value(request) : request->count;
    bool is_same = cursor_get_be16(&cursor) == request->address;
    return cursor_get_be16(&cursor) == second && is_same;
}

bool frame_is_among(const uint8_t *bytes, size_t length, uint8_t slave) {
    for (size_t at = 0; at + FRAME_SHORTEST <= length; at++) {
        if ((slave == 0 || bytes[at] == slave) && frame_whole(bytes + at, length - at) > 0) {
            return true;
        }
    }
    return false;
}

static uint16_t bit_bytes(uint16_t bits) {
    return (uint16_t)((bits + 7) / 8);
}

/* FC05 and FC06 name a value where the others name a count. */
static bool is_single(uint8_t function) {
    return function == WRITE_COIL || function == WRITE_REGISTER;
}

/* A coil is FF00 for on, 0000 for off (6.5). */
static uint16_t single_value(const struct rtu_request *request) {
    if (request->function == WRITE_COIL) {
        return request->values[0] == 0 ? 0 : 0xFF00;
    }
    return request->values[0];
}

static void put_registers(struct cursor *cursor, const struct rtu_request *request) {
    assert(request->count >= 1 && request->count <= FRAME_WRITE_MAX);
    cursor_put_u8(cursor, (uint8_t)(request->count * 2));
    for (unsigned i = 0; i < request->count; i++) {
        cursor_put_be16(cursor, request->values[i]);
    }
}

/* The lowest address in the lowest bit of the first byte (6.11). */
static void put_bits(struct cursor *cursor, const struct rtu_request *request) {
    assert(request->count >= 1 && request->count <= FRAME_WRITE_MAX);
    uint8_t bytes[(FRAME_WRITE_MAX + 7) / 8] = { 0 };
    for (unsigned i = 0; i < request->count; i++) {
        unsigned bit = request->values[i] == 0 ? 0U : 1U << i % 8;
        bytes[i / 8] = (uint8_t)(bytes[i / 8] | bit);
    }
    cursor_put_u8(cursor, (uint8_t)bit_bytes(request->count));
    for (unsigned i = 0; i < bit_bytes(request->count); i++) {
        cursor_put_u8(cursor, bytes[i]);
    }
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
    bool is_write = is_single(function) || function == WRITE_COILS || function == WRITE_HOLDING;
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
    bool is_answer = frame_is_answer(request, frame, length - CRC_BYTES);
    return is_answer ? FRAME_FITS : FRAME_WANTED;
}

/*
 * Two-wire lines whose receiver stays on while sending give every request back before the answer, perhaps in pieces.
 * A whole echo is stepped over. True while the bytes may still become one: until then they tell nothing else.
 */
static bool frame_is_echo_begun(struct frame_scan *scan, const struct rtu_request *request,
                                const uint8_t *bytes, size_t length) {
    bool is_answer = is_single(request->function) && !scan->is_echoing;
    if (scan->has_echo || scan->taken > 0 || is_answer) {
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
