/* RTU frames of a slave. */
#include "devices/sim/frame.h"

#include <assert.h>
#include <string.h>

#include "devices/sim/foreign.h"
#include "protocol/cursor.h"

enum {
    READ_COILS = 1,
    READ_HOLDING = 3,
    READ_INPUT = 4,
    WRITE_REGISTER = 6,
    WRITE_COILS = 15,
    WRITE_MANY = 16,
    EXCEPTION_BIT = 0x80,
    READ_LENGTH = 8,   /* address, function, first, count, CRC */
    WRITE_HEADER = 7,  /* address, function, first, count, bytes */
    SHORTEST_FRAME = 4 /* address, function, CRC */
};

static enum sim_exception answer_read(struct sim_device *device, const struct sim_frame *request,
                                      struct sim_frame *answer, size_t *payload);
static uint16_t be16(const uint8_t *bytes);
static enum sim_exception answer_write(struct sim_device *device, const struct sim_frame *request,
                                       int64_t now_us, struct sim_frame *answer, size_t *payload);

size_t sim_frame_expect(const struct sim_frame *frame) {
    if (frame->length < 2)
        return 0;
    uint8_t function = frame->bytes[1];
    if (function >= READ_COILS && function <= WRITE_REGISTER)
        return READ_LENGTH;
    bool is_many = function == WRITE_COILS || function == WRITE_MANY;
    if (is_many && frame->length >= WRITE_HEADER) {
        size_t expected = (size_t)WRITE_HEADER + frame->bytes[WRITE_HEADER - 1] + 2;
        return expected <= SIM_FRAME_MAX ? expected : 0;
    }
    return 0;
}

bool sim_frame_knows(uint8_t function) {
    return (function >= READ_COILS && function <= WRITE_REGISTER) || function == WRITE_COILS ||
           function == WRITE_MANY;
}

bool sim_frame_is_good(const struct sim_frame *frame) {
    if (frame->length < SHORTEST_FRAME)
        return false;
    size_t payload = frame->length - 2;
    uint16_t crc = crc16_modbus(frame->bytes, payload);
    return frame->bytes[payload] == (crc & 0xFF) && frame->bytes[payload + 1] == crc >> 8;
}

void sim_frame_seal(struct sim_frame *frame, size_t payload) {
    assert(payload + 2 <= SIM_FRAME_MAX);
    uint16_t crc = crc16_modbus(frame->bytes, payload);
    frame->bytes[payload] = (uint8_t)(crc & 0xFF);
    frame->bytes[payload + 1] = (uint8_t)(crc >> 8);
    frame->length = payload + 2;
}

void sim_frame_answer(struct sim_device *device, const struct sim_frame *request, int64_t now_us,
                      struct sim_frame *answer) {
    assert(request->length >= SHORTEST_FRAME);
    if (device->config.make != MAKE_REFERENCE) {
        sim_foreign_answer(device, request, now_us, answer);
        return;
    }
    uint8_t function = request->bytes[1];
    size_t payload = 0;
    enum sim_exception result = SIM_BAD_FUNCTION;
    if (function == READ_HOLDING || function == READ_INPUT)
        result = answer_read(device, request, answer, &payload);
    if (function == WRITE_MANY)
        result = answer_write(device, request, now_us, answer, &payload);
    if (result != SIM_WELL) {
        answer->bytes[0] = request->bytes[0];
        answer->bytes[1] = function | EXCEPTION_BIT;
        answer->bytes[2] = (uint8_t)result;
        payload = 3;
    }
    sim_frame_seal(answer, payload);
}

bool sim_frame_is_exception(const struct sim_frame *answer) {
    return answer->length >= 2 && (answer->bytes[1] & EXCEPTION_BIT) != 0;
}

static enum sim_exception answer_read(struct sim_device *device, const struct sim_frame *request,
                                      struct sim_frame *answer, size_t *payload) {
    uint16_t values[SIM_READ_MAX];
    uint16_t first = be16(request->bytes + 2), count = be16(request->bytes + 4);
    enum sim_exception result = sim_device_read(device, request->bytes[1], first, count, values);
    if (result != SIM_WELL)
        return result;
    struct cursor cursor;
    cursor_init(&cursor, answer->bytes, sizeof(answer->bytes));
    cursor_put_u8(&cursor, request->bytes[0]);
    cursor_put_u8(&cursor, request->bytes[1]);
    cursor_put_u8(&cursor, (uint8_t)(count * 2));
    for (unsigned i = 0; i < count; i++)
        cursor_put_be16(&cursor, values[i]);
    assert(!cursor.is_bad);
    *payload = cursor.at;
    return SIM_WELL;
}

static uint16_t be16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static enum sim_exception answer_write(struct sim_device *device, const struct sim_frame *request,
                                       int64_t now_us, struct sim_frame *answer, size_t *payload) {
    uint16_t values[SIM_WRITE_MAX];
    struct sim_write write = { .first = be16(request->bytes + 2),
                               .count = be16(request->bytes + 4),
                               .values = values };
    if (write.count == 0 || write.count > SIM_WRITE_MAX ||
        request->bytes[WRITE_HEADER - 1] != write.count * 2)
        return SIM_BAD_VALUE;
    for (unsigned i = 0; i < write.count; i++)
        values[i] = be16(request->bytes + WRITE_HEADER + (size_t)2 * i);
    enum sim_exception result = sim_device_write(device, &write, now_us);
    if (result != SIM_WELL)
        return result;
    *payload = READ_LENGTH - 2;
    memcpy(answer->bytes, request->bytes, *payload);
    return SIM_WELL;
}
