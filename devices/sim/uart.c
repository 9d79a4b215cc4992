/* Levels and samples. */
#include "devices/sim/uart.h"

#include <string.h>

enum {
    LEVELS_MAX = 512 * 12,
    STEPS = 16,   /* of a receiver's bit: how often it looks for an edge */
    LINE_END = 12 /* bits of silence behind the last character, in which an odd one may still end */
};

struct wire {
    size_t count; /* levels; the line is high before and behind them */
    uint32_t baud;
    bool levels[LEVELS_MAX];
};

/* A receiver's sixteenths of a bit since the first character began. */
struct receiver {
    const struct wire *wire;
    const struct sim_uart *uart;
    uint64_t at;
};

static void put_character(struct wire *wire, const struct sim_uart *uart, uint8_t byte);
static bool is_odd(uint8_t byte);
static bool level_at(const struct receiver *receiver, uint64_t at);
static bool find_start(struct receiver *receiver, uint64_t end);
static uint8_t take_character(struct receiver *receiver);

size_t sim_uart_hear(const struct sim_uart *sent, const struct sim_uart *heard,
                     const uint8_t *bytes, size_t length, uint8_t *out, size_t size) {
    static _Thread_local struct wire wire;
    struct receiver receiver = { .wire = &wire, .uart = heard };
    size_t count = 0;
    wire.count = 0;
    wire.baud = sent->baud;
    for (size_t i = 0; i < length; i++)
        put_character(&wire, sent, bytes[i]);
    uint64_t bits = (uint64_t)wire.count * heard->baud / sent->baud + LINE_END;
    while (count < size && find_start(&receiver, bits * STEPS))
        out[count++] = take_character(&receiver);
    return count;
}

bool sim_uart_parse(const char *text, struct sim_uart *uart) {
    bool is_form = strlen(text) == 3 && (text[0] == '7' || text[0] == '8') &&
                   strchr("NEO", text[1]) != NULL && (text[2] == '1' || text[2] == '2');
    if (!is_form)
        return false;
    uart->data_bits = (uint8_t)(text[0] - '0');
    uart->parity = text[1];
    uart->stop_bits = (uint8_t)(text[2] - '0');
    return true;
}

bool sim_uart_equal(const struct sim_uart *a, const struct sim_uart *b) {
    return a->baud == b->baud && a->data_bits == b->data_bits && a->stop_bits == b->stop_bits &&
           a->parity == b->parity;
}

static void put_level(struct wire *wire, bool level) {
    if (wire->count < LEVELS_MAX)
        wire->levels[wire->count++] = level;
}

static void put_character(struct wire *wire, const struct sim_uart *uart, uint8_t byte) {
    put_level(wire, false);
    uint8_t data = uart->data_bits == 7 ? byte & 0x7F : byte;
    for (unsigned bit = 0; bit < uart->data_bits; bit++)
        put_level(wire, (data >> bit & 1) != 0);
    if (uart->parity != 'N')
        put_level(wire, is_odd(data) == (uart->parity == 'E'));
    for (unsigned i = 0; i < uart->stop_bits; i++)
        put_level(wire, true);
}

static bool is_odd(uint8_t byte) {
    bool result = false;
    for (; byte != 0; byte &= (uint8_t)(byte - 1))
        result = !result;
    return result;
}

static bool level_at(const struct receiver *receiver, uint64_t at) {
    uint64_t place = at * receiver->wire->baud / ((uint64_t)STEPS * receiver->uart->baud);
    return place >= receiver->wire->count || receiver->wire->levels[place];
}

/* A falling edge that is still low half a bit later. Behind a wrong stop bit the line must rise first. */
static bool find_start(struct receiver *receiver, uint64_t end) {
    bool was_high = receiver->at == 0;
    for (; receiver->at < end; receiver->at++) {
        bool is_high = level_at(receiver, receiver->at);
        if (was_high && !is_high && !level_at(receiver, receiver->at + STEPS / 2))
            return true;
        was_high = is_high;
    }
    return false;
}

static uint8_t take_character(struct receiver *receiver) {
    const struct sim_uart *uart = receiver->uart;
    uint64_t at = receiver->at + STEPS / 2;
    uint8_t byte = 0;
    for (unsigned bit = 0; bit < uart->data_bits; bit++) {
        at += STEPS;
        byte |= (uint8_t)(level_at(receiver, at) << bit);
    }
    bool is_good = true;
    if (uart->parity != 'N') {
        at += STEPS;
        is_good = level_at(receiver, at) == (is_odd(byte) == (uart->parity == 'E'));
    }
    at += STEPS;
    is_good = level_at(receiver, at) && is_good;
    receiver->at = at;
    return is_good || uart->parity == 'N' ? byte : 0;
}
