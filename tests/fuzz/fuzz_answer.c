/*
 * Whatever bytes come after a request on an RTU line, in pieces of any size: believed only when address, function, length
 * and CRC fit; of a stream of Modbus TCP only an answer of the transaction, whole. GBK text of any bytes becomes text that encodes to as many bytes or fewer.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "devices/frame.h"
#include "devices/mbap.h"
#include "protocol/cursor.h"
#include "protocol/gbk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fit(const struct frame_scan *scan, const struct rtu_request *request,
                      const uint8_t *bytes, size_t length) {
    size_t wanted = frame_answer_length(request);
    size_t at = (size_t)(scan->frame - bytes);
    assert(at + wanted <= length);
    assert(scan->frame[0] == request->slave && scan->frame[1] == request->function);
    uint16_t crc = crc16_modbus(scan->frame, wanted - 2);
    assert(scan->frame[wanted - 2] == (crc & 0xFF) && scan->frame[wanted - 1] == crc >> 8);
    if (!frame_is_write(request->function)) {
        uint16_t values[FRAME_READ_MAX];
        frame_values(scan->frame, request, values);
    }
}

static void try_answer(const uint8_t *data, size_t size) {
    static const uint8_t functions[] = { READ_HOLDING,  READ_INPUT, WRITE_HOLDING,  READ_COILS,
                                         READ_DISCRETE, WRITE_COIL, WRITE_REGISTER, WRITE_COILS };
    uint16_t values[FRAME_WRITE_MAX] = { 0 };
    struct rtu_request request = { .slave = (uint8_t)(1 + data[1] % 247),
                                   .function = functions[data[2] % 8],
                                   .address = data[3],
                                   .count = (uint16_t)(1 + data[4] % 120) };
    request.values = frame_is_write(request.function) ? values : NULL;
    size_t length = size - 6;
    uint8_t *bytes = malloc(length + 1);
    memcpy(bytes, data + 6, length);
    struct frame_scan scan = { 0 };
    size_t step = (size_t)data[5] % 16 + 1;
    for (size_t come = 0; come <= length; come += step) {
        enum frame_verdict verdict = frame_look(&scan, &request, bytes, come);
        if (verdict == FRAME_FITS) {
            check_fit(&scan, &request, bytes, come);
        }
        if (verdict != FRAME_WANTED) {
            break;
        }
    }
    free(bytes);
}

/* As an owner does it: what is done with is dropped, and the next question is asked of what is left. */
static void try_stream(const uint8_t *data, size_t size) {
    struct rtu_request request = { .slave = data[1], .function = READ_INPUT, .count = 1 };
    uint8_t *bytes = malloc(size - 5);
    size_t length = size - 6, left = length;
    memcpy(bytes, data + 6, length);
    for (uint16_t transaction = data[2];; transaction++) {
        struct mbap_scan scan = { 0 };
        request.count = (uint16_t)(1 + data[3] % FRAME_READ_MAX);
        enum mbap_verdict verdict = mbap_look(&scan, &request, transaction, bytes, left);
        assert(scan.taken <= left);
        if (verdict == MBAP_FITS) {
            uint16_t values[FRAME_READ_MAX];
            assert((size_t)(scan.frame - bytes) + frame_answer_length(&request) - 2 <= left);
            frame_values(scan.frame, &request, values);
        }
        if (verdict == MBAP_BROKEN || scan.taken == 0) {
            break;
        }
        left -= scan.taken;
        memmove(bytes, bytes + scan.taken, left);
    }
    free(bytes);
}

static void try_text(const uint8_t *data, size_t size) {
    char text[4096];
    uint8_t coded[4096];
    size_t length = gbk_decode(data, size < 1000 ? size : 1000, text, sizeof text);
    assert(strlen(text) <= length);
    size_t bytes = gbk_encode(text, coded, sizeof coded);
    assert(bytes <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 7) {
        return 0;
    }
    if (data[0] % 4 == 0) {
        try_text(data, size);
    } else if (data[0] % 4 == 1) {
        try_stream(data, size);
    } else if (size <= 512) {
        try_answer(data, size);
    }
    return 0;
}
