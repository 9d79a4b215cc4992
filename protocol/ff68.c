#include "protocol/ff68.h"

#include <assert.h>
#include <string.h>

enum {
    HEAD_FF = 0xFF,
    HEAD_68 = 0x68,
    TAIL = 0x16,
    HEAD_LENGTH = 5, /* FF 68 L L 68 */
    LENGTH_LEAST = 2 /* address and function */
};

enum look { LOOK_NO, LOOK_WAIT, LOOK_FRAME };

static enum look look_at(const uint8_t *bytes, size_t count);
static bool head_fits(const uint8_t *bytes, size_t count);
static bool end_fits(const uint8_t *bytes);
static size_t frame_size(const uint8_t *bytes);
static uint8_t sum_of(const uint8_t *bytes, size_t count);
static void read_at(const uint8_t *bytes, struct ff68_frame *frame);
static void leave(struct ff68_reader *reader, size_t count);

size_t ff68_write(const struct ff68_frame *frame, uint8_t *out) {
    assert(frame->length <= FF68_DATA_MAX);
    uint8_t length = (uint8_t)(LENGTH_LEAST + frame->length);
    const uint8_t head[] = { HEAD_FF, HEAD_68,        length,         length,
                             HEAD_68, frame->address, frame->function };
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, frame->data, frame->length);
    out[HEAD_LENGTH + length] = sum_of(out + HEAD_LENGTH, length);
    out[HEAD_LENGTH + length + 1] = TAIL;
    return frame_size(out);
}

bool ff68_equal(const struct ff68_frame *a, const struct ff68_frame *b) {
    return a->address == b->address && a->function == b->function && a->length == b->length &&
           memcmp(a->data, b->data, a->length) == 0;
}

void ff68_take(struct ff68_reader *reader, uint8_t byte) {
    assert(reader->count < sizeof reader->bytes);
    reader->bytes[reader->count++] = byte;
}

bool ff68_next(struct ff68_reader *reader, struct ff68_frame *frame) {
    while (reader->count > 0) {
        enum look look = look_at(reader->bytes, reader->count);
        if (look == LOOK_WAIT) {
            return false;
        }
        if (look == LOOK_FRAME) {
            read_at(reader->bytes, frame);
            leave(reader, frame_size(reader->bytes));
            return true;
        }
        bool is_whole = reader->count > HEAD_LENGTH && head_fits(reader->bytes, reader->count);
        reader->bad += is_whole ? 1 : 0;
        reader->stray++;
        leave(reader, 1);
    }
    return false;
}

bool ff68_next_in_silence(struct ff68_reader *reader, struct ff68_frame *frame) {
    for (size_t at = 0; at < reader->count; at++) {
        const uint8_t *bytes = reader->bytes + at;
        if (look_at(bytes, reader->count - at) == LOOK_FRAME) {
            read_at(bytes, frame);
            reader->stray += at;
            leave(reader, at + frame_size(bytes));
            return true;
        }
    }
    return false;
}

bool ff68_read_key(const struct ff68_frame *frame, struct ff68_key *key) {
    if (frame->function == FF68_RATING || frame->length == 0) {
        return false;
    }
    uint32_t number = 0;
    bool is_number = true;
    uint8_t typed = (uint8_t)(frame->length - 1);
    for (unsigned i = 0; i < typed; i++) {
        is_number = is_number && frame->data[i] <= 9;
        number = is_number ? number * 10 + frame->data[i] : 0;
        is_number = is_number && number <= UINT16_MAX;
    }
    *key = (struct ff68_key){ .code = frame->data[typed],
                              .is_number = is_number,
                              .number = (uint16_t)(is_number ? number : 0) };
    return true;
}

void ff68_show(uint8_t address, uint16_t waiting, struct ticket_no ticket,
               struct ff68_frame *frame) {
    unsigned shown = waiting < FF68_WAITING_MOST ? waiting : FF68_WAITING_MOST;
    unsigned number = ticket.prefix[0] == '\0' ? 0 : ticket.number % 1000U;
    *frame = (struct ff68_frame){ .address = address,
                                  .function = FF68_DIGITS,
                                  .length = FF68_DIGITS_LENGTH,
                                  .data = { (uint8_t)(shown / 100), (uint8_t)(shown / 10 % 10),
                                            (uint8_t)(shown % 10), (uint8_t)(number / 100),
                                            (uint8_t)(number / 10 % 10), (uint8_t)(number % 10) } };
}

/* Whether a frame begins here: not, perhaps with more bytes, or yes and it is whole. */
static enum look look_at(const uint8_t *bytes, size_t count) {
    if (!head_fits(bytes, count)) {
        return LOOK_NO;
    }
    if (count < HEAD_LENGTH || count < frame_size(bytes)) {
        return LOOK_WAIT;
    }
    return end_fits(bytes) ? LOOK_FRAME : LOOK_NO;
}

/* As far as it has come. */
static bool head_fits(const uint8_t *bytes, size_t count) {
    bool fits = count < 1 || bytes[0] == HEAD_FF;
    fits = fits && (count < 2 || bytes[1] == HEAD_68);
    fits = fits &&
           (count < 3 || (bytes[2] >= LENGTH_LEAST && bytes[2] <= LENGTH_LEAST + FF68_DATA_MAX));
    fits = fits && (count < 4 || bytes[3] == bytes[2]);
    return fits && (count < 5 || bytes[4] == HEAD_68);
}

static bool end_fits(const uint8_t *bytes) {
    size_t length = bytes[2];
    return sum_of(bytes + HEAD_LENGTH, length) == bytes[HEAD_LENGTH + length] &&
           bytes[HEAD_LENGTH + length + 1] == TAIL;
}

static size_t frame_size(const uint8_t *bytes) {
    return (size_t)HEAD_LENGTH + bytes[2] + 2;
}

static uint8_t sum_of(const uint8_t *bytes, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += bytes[i];
    }
    return (uint8_t)sum;
}

static void read_at(const uint8_t *bytes, struct ff68_frame *frame) {
    uint8_t length = (uint8_t)(bytes[2] - LENGTH_LEAST);
    *frame = (struct ff68_frame){ .address = bytes[HEAD_LENGTH],
                                  .function = bytes[HEAD_LENGTH + 1],
                                  .length = length };
    memcpy(frame->data, bytes + HEAD_LENGTH + LENGTH_LEAST, length);
}

static void leave(struct ff68_reader *reader, size_t count) {
    memmove(reader->bytes, reader->bytes + count, reader->count - count);
    reader->count -= count;
}
