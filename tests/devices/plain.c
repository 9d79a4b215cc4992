/* A device of another maker: plain registers and bits, each function as Modbus Application Protocol V1.1b3 has it. */
#include <string.h>

#include "tests/devices/slave_private.h"

enum { LATCH = 16 };

static size_t plain_refuse(const uint8_t *request, uint8_t *answer, uint8_t code);
static size_t plain_read_bits(const bool *bits, const uint8_t *request, uint8_t *answer);
static size_t plain_read_words(const uint16_t *words, const uint8_t *request, uint8_t *answer);
static void plain_write(struct slave *slave, const uint8_t *request);
static unsigned pair(const uint8_t *bytes);

void slave_add_plain(struct line_slaves *slaves, uint8_t address) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->slaves[address] = (struct slave){ .is_there = true, .is_plain = true };
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_set_discrete(struct line_slaves *slaves, uint8_t address, uint16_t at, bool is_on) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->slaves[address].discrete[at] = is_on;
    pthread_mutex_unlock(&slaves->mutex);
}

bool slave_coil(struct line_slaves *slaves, uint8_t address, uint16_t at) {
    pthread_mutex_lock(&slaves->mutex);
    bool is_on = slaves->slaves[address].coils[at];
    pthread_mutex_unlock(&slaves->mutex);
    return is_on;
}

bool slave_latch(struct line_slaves *slaves, uint8_t address, uint16_t code) {
    pthread_mutex_lock(&slaves->mutex);
    uint16_t *latch = &slaves->slaves[address].holding[LATCH];
    bool is_taken = *latch == 0;
    *latch = is_taken ? code : *latch;
    pthread_mutex_unlock(&slaves->mutex);
    return is_taken;
}

size_t plain_answer(struct slave *slave, const uint8_t *request, uint8_t *answer) {
    unsigned function = request[1];
    unsigned count = function == 5 || function == 6 ? 1 : pair(request + 4);
    bool is_bits = function == 1 || function == 2 || function == 5 || function == 15;
    unsigned most = is_bits ? BITS : function == 4 ? INPUTS : HOLDINGS;
    if (count == 0 || pair(request + 2) + count > most) {
        return plain_refuse(request, answer, 2);
    }
    switch (function) {
    case 1:
        return plain_read_bits(slave->coils, request, answer);
    case 2:
        return plain_read_bits(slave->discrete, request, answer);
    case 3:
        return plain_read_words(slave->holding, request, answer);
    case 4:
        return plain_read_words(slave->input, request, answer);
    case 5:
    case 6:
    case 15:
    case 16:
        plain_write(slave, request);
        memcpy(answer, request, 6);
        return 6;
    default:
        return plain_refuse(request, answer, 1);
    }
}

static size_t plain_refuse(const uint8_t *request, uint8_t *answer, uint8_t code) {
    answer[0] = request[0];
    answer[1] = request[1] | 0x80;
    answer[2] = code;
    return 3;
}

static size_t plain_read_bits(const bool *bits, const uint8_t *request, uint8_t *answer) {
    unsigned count = pair(request + 4);
    unsigned bytes = (count + 7) / 8;
    memcpy(answer, request, 2);
    answer[2] = (uint8_t)bytes;
    memset(answer + 3, 0, bytes);
    for (unsigned i = 0; i < count; i++) {
        unsigned bit = bits[pair(request + 2) + i] ? 1U << i % 8 : 0;
        answer[3 + i / 8] = (uint8_t)(answer[3 + i / 8] | bit);
    }
    return 3 + bytes;
}

static size_t plain_read_words(const uint16_t *words, const uint8_t *request, uint8_t *answer) {
    unsigned count = pair(request + 4);
    memcpy(answer, request, 2);
    answer[2] = (uint8_t)(2 * count);
    for (unsigned i = 0; i < count; i++) {
        uint16_t word = words[pair(request + 2) + i];
        answer[3 + 2 * i] = (uint8_t)(word >> 8);
        answer[4 + 2 * i] = (uint8_t)(word & 0xFF);
    }
    return 3 + (size_t)2 * count;
}

static void plain_write(struct slave *slave, const uint8_t *request) {
    unsigned at = pair(request + 2);
    unsigned second = pair(request + 4);
    switch (request[1]) {
    case 5:
        slave->coils[at] = second == 0xFF00;
        break;
    case 6:
        slave->holding[at] = (uint16_t)second;
        break;
    case 15:
        for (unsigned i = 0; i < second; i++) {
            slave->coils[at + i] = (request[7 + i / 8] >> i % 8 & 1) != 0;
        }
        break;
    default:
        for (unsigned i = 0; i < second; i++) {
            slave->holding[at + i] = (uint16_t)pair(request + 7 + (size_t)2 * i);
        }
    }
}

static unsigned pair(const uint8_t *bytes) {
    return (unsigned)bytes[0] << 8 | bytes[1];
}
