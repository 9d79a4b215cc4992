#include "devices/vendor_write.h"

#include <assert.h>
#include <string.h>

#include "protocol/gbk.h"

enum { TEXT_BYTES_MAX = 2 * FRAME_WRITE_MAX, BCD_DIGITS = 4, WORD_BITS = 16 };

static unsigned group_at(const struct vendor_map *map, unsigned first, uint16_t *count,
                         bool *is_constant);
static void group_add(const struct vendor_map *map, const struct vendor_step *first, uint16_t count,
                      bool is_constant, struct sequence *out);
static uint16_t request_most(const struct vendor_map *map, const struct vendor_step *step);
static void step_fill(const struct vendor_step *step, const struct vendor_shown *shown,
                      uint16_t *values);
static void fill_number(const struct vendor_step *step, uint32_t number, uint16_t *values);
static void fill_bcd(const struct vendor_step *step, uint32_t number, uint16_t *values);
static void fill_digits(const struct vendor_step *step, uint32_t number, uint16_t *values);
static void fill_text(const struct vendor_step *step, const char *text, uint16_t *values);
static size_t ascii_encode(const char *text, uint8_t *out, size_t size);
static void fill_bits(const struct vendor_step *step, uint32_t state, uint16_t *values);
static void fill_mask(const struct vendor_step *step, uint32_t mask, uint16_t *values);
static void swap_words(uint16_t *values, uint16_t count);
static uint32_t most_of_digits(unsigned digits);

struct vendor_size vendor_measure(const struct vendor_map *map) {
    struct vendor_size size = { 0, 0 };
    for (unsigned i = 0; i < map->step_count;) {
        uint16_t count = 0;
        bool is_constant = false;
        unsigned next = group_at(map, i, &count, &is_constant);
        uint16_t most = request_most(map, &map->steps[i]);
        size.values += count;
        size.requests += (unsigned)(count + most - 1) / most;
        i = next;
    }
    return size;
}

void vendor_write(const struct vendor_map *map, const struct vendor_shown *shown,
                  struct sequence *out) {
    sequence_clear(out);
    for (unsigned i = 0; i < map->step_count;) {
        uint16_t count = 0;
        bool is_constant = false;
        unsigned next = group_at(map, i, &count, &is_constant);
        uint16_t *values = out->values + out->value_count;
        group_add(map, &map->steps[i], count, is_constant, out);
        for (; i < next; i++) {
            step_fill(&map->steps[i], shown, values);
            values += map->steps[i].count;
        }
    }
}

/* The steps that go out together, from `first` on; returns the one behind them. */
static unsigned group_at(const struct vendor_map *map, unsigned first, uint16_t *count,
                         bool *is_constant) {
    unsigned at = first;
    *is_constant = true;
    do {
        *count = (uint16_t)(*count + map->steps[at].count);
        *is_constant = *is_constant && map->steps[at].value == VALUE_CONSTANT;
        at++;
    } while (at < map->step_count && map->steps[at].is_joined);
    return at;
}

/* One request, or as many as the device's longest write makes necessary. */
static void group_add(const struct vendor_map *map, const struct vendor_step *first, uint16_t count,
                      bool is_constant, struct sequence *out) {
    uint16_t most = request_most(map, first);
    for (uint16_t done = 0; done < count;) {
        uint16_t left = (uint16_t)(count - done);
        uint16_t now = left < most ? left : most;
        sequence_add_by(out, first->function, (uint16_t)(first->address + done), now);
        out->steps[out->step_count - 1].is_constant = is_constant;
        done = (uint16_t)(done + now);
    }
}

static uint16_t request_most(const struct vendor_map *map, const struct vendor_step *step) {
    bool is_single = step->function == WRITE_COIL || step->function == WRITE_REGISTER;
    return is_single ? 1 : map->write_max;
}

static void step_fill(const struct vendor_step *step, const struct vendor_shown *shown,
                      uint16_t *values) {
    bool is_ticket = step->value == VALUE_NUMBER || step->value == VALUE_TICKET;
    bool is_none = step->has_none && is_ticket && shown->image->terminal.ticket.prefix[0] == '\0';
    char text[VALUE_TEXT_SIZE];
    switch (step->as) {
    case AS_NUMBER:
        fill_number(step, vendor_number(step, shown), values);
        break;
    case AS_BCD:
        fill_bcd(step, vendor_number(step, shown), values);
        break;
    case AS_DIGITS:
        fill_digits(step, vendor_number(step, shown), values);
        break;
    case AS_ASCII:
    case AS_GBK:
        vendor_text(step, shown, text);
        fill_text(step, text, values);
        break;
    case AS_TABLE:
        values[0] = step->table[vendor_number(step, shown) % VENDOR_STATES_MAX];
        break;
    case AS_BITS:
        fill_bits(step, vendor_number(step, shown), values);
        break;
    case AS_MASK:
        fill_mask(step, vendor_number(step, shown), values);
        break;
    }
    for (unsigned i = 0; is_none && i < step->count; i++) {
        values[i] = step->none;
    }
}

/* What does not fit shows the most that does: a long queue is 99, not 04. */
static void fill_number(const struct vendor_step *step, uint32_t number, uint16_t *values) {
    uint64_t scaled = (uint64_t)number * step->scale;
    uint64_t most = step->count == 1 ? UINT16_MAX : UINT32_MAX;
    scaled = scaled < most ? scaled : most;
    if (frame_is_bits(step->function)) {
        values[0] = scaled == 0 ? 0 : 1;
    } else if (step->count == 1) {
        values[0] = (uint16_t)scaled;
    } else {
        values[0] = (uint16_t)(scaled >> WORD_BITS);
        values[1] = (uint16_t)scaled;
        if (step->is_low_word_first) {
            swap_words(values, step->count);
        }
    }
}

static void fill_bcd(const struct vendor_step *step, uint32_t number, uint16_t *values) {
    uint32_t most = most_of_digits(step->digits);
    uint32_t left = number < most ? number : most;
    for (unsigned i = 0; i < step->count; i++) {
        unsigned word = 0;
        for (unsigned digit = 0; digit < BCD_DIGITS; digit++) {
            word |= left % 10 << 4 * digit;
            left /= 10;
        }
        values[step->count - 1 - i] = (uint16_t)word;
    }
    if (step->is_low_word_first) {
        swap_words(values, step->count);
    }
}

/* The first digit in the first register. */
static void fill_digits(const struct vendor_step *step, uint32_t number, uint16_t *values) {
    uint32_t most = most_of_digits(step->digits);
    uint32_t left = number < most ? number : most;
    for (unsigned i = step->count; i-- > 0;) {
        values[i] = (uint16_t)(left % 10);
        left /= 10;
    }
}

static void fill_text(const struct vendor_step *step, const char *text, uint16_t *values) {
    uint8_t bytes[TEXT_BYTES_MAX] = { 0 };
    size_t size = (size_t)2 * step->count;
    assert(size <= TEXT_BYTES_MAX);
    size_t length =
        step->as == AS_GBK ? gbk_encode(text, bytes, size) : ascii_encode(text, bytes, size);
    memset(bytes + length, step->pad, size - length);
    for (size_t i = 0; i < step->count; i++) {
        unsigned first = bytes[2 * i];
        unsigned second = bytes[2 * i + 1];
        values[i] = (uint16_t)(step->is_low_byte_first ? second << 8 | first : first << 8 | second);
    }
}

/* One '?' for each character that is no ASCII. */
static size_t ascii_encode(const char *text, uint8_t *out, size_t size) {
    size_t length = 0;
    for (const char *at = text; *at != '\0' && length < size; at++) {
        unsigned byte = (unsigned char)*at;
        if (byte < 0x80) {
            out[length++] = (uint8_t)byte;
        } else if (byte >= 0xC0) {
            out[length++] = '?';
        }
    }
    return length;
}

static void fill_bits(const struct vendor_step *step, uint32_t state, uint16_t *values) {
    bool is_coils = frame_is_bits(step->function);
    unsigned bits = is_coils ? step->count : WORD_BITS;
    unsigned word = 0;
    for (unsigned i = 0; i < bits; i++) {
        unsigned is_on = step->bits[i] >> state % VENDOR_STATES_MAX & 1;
        word |= is_on << i;
        if (is_coils) {
            values[i] = (uint16_t)is_on;
        }
    }
    if (!is_coils) {
        values[0] = (uint16_t)word;
    }
}

/* Bit 0 into the first coil, or into the lowest bit of the first register. */
static void fill_mask(const struct vendor_step *step, uint32_t mask, uint16_t *values) {
    bool is_coils = frame_is_bits(step->function);
    for (unsigned i = 0; i < step->count; i++) {
        values[i] = (uint16_t)(is_coils ? mask >> i & 1 : mask >> WORD_BITS * i);
    }
}

static void swap_words(uint16_t *values, uint16_t count) {
    for (unsigned i = 0; i < count / 2U; i++) {
        uint16_t kept = values[i];
        values[i] = values[count - 1U - i];
        values[count - 1U - i] = kept;
    }
}

static uint32_t most_of_digits(unsigned digits) {
    uint32_t most = 1;
    for (unsigned i = 0; i < digits; i++) {
        most *= 10;
    }
    return most - 1;
}
