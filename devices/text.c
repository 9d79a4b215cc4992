#include <assert.h>
#include <string.h>

#include "devices/parts.h"
#include "protocol/gbk.h"

enum { TEXT_BYTES = 2 * JOB_TEXT_REGISTERS };

uint16_t text_write(const char *text, uint16_t *registers, uint16_t count) {
    uint8_t bytes[TEXT_BYTES + 1] = { 0 };
    assert(count <= JOB_TEXT_REGISTERS);
    size_t length = gbk_encode(text, bytes, (size_t)2 * count);
    for (size_t i = 0; i < count; i++) {
        registers[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    return (uint16_t)length;
}
