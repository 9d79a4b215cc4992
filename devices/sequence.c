#include "devices/sequence.h"

#include <assert.h>
#include <string.h>

static bool step_equal(const struct sequence *a, const struct sequence *b, unsigned place);
static uint8_t step_read_function(const struct write_step *step);
static unsigned writer_following(const struct writer *writer, unsigned step);
static const struct write_step *writer_step(const struct writer *writer);
static uint16_t writer_check_length(const struct writer *writer, const struct lengths *lengths,
                                    int64_t now_us);
static void writer_compare(struct writer *writer, const struct rtu_request *request,
                           const struct rtu_result *result);
static enum writer_state writer_advance(struct writer *writer);

void sequence_clear(struct sequence *sequence) {
    sequence->step_count = 0;
    sequence->value_count = 0;
}

uint16_t *sequence_add(struct sequence *sequence, uint16_t address, uint16_t count, uint16_t room) {
    uint16_t *values = sequence_add_by(sequence, WRITE_HOLDING, address, count);
    assert(room >= count);
    sequence->steps[sequence->step_count - 1].room = room;
    return values;
}

uint16_t *sequence_add_by(struct sequence *sequence, uint8_t function, uint16_t address,
                          uint16_t count) {
    assert(sequence->step_count < STEPS_MAX);
    assert(sequence->value_count + count <= SEQUENCE_VALUES);
    struct write_step *step = &sequence->steps[sequence->step_count++];
    *step = (struct write_step){ address, count, sequence->value_count, count, function, false };
    uint16_t *values = sequence->values + step->at;
    memset(values, 0, count * sizeof *values);
    sequence->value_count = (uint16_t)(sequence->value_count + count);
    return values;
}

bool sequence_equal(const struct sequence *a, const struct sequence *b) {
    bool is_equal = a->step_count == b->step_count && a->value_count == b->value_count;
    for (unsigned i = 0; is_equal && i < a->step_count; i++) {
        is_equal = step_equal(a, b, i);
    }
    return is_equal;
}

uint32_t sequence_unchanged(const struct sequence *wanted, const struct sequence *shown) {
    uint32_t unchanged = 0;
    assert(wanted->step_count == shown->step_count);
    for (unsigned i = 0; i < wanted->step_count; i++) {
        if (!wanted->steps[i].is_constant && step_equal(wanted, shown, i)) {
            unchanged |= UINT32_C(1) << i;
        }
    }
    return unchanged;
}

void writer_start(struct writer *writer, unsigned part, const struct sequence *sequence) {
    assert(!writer->is_active && sequence->step_count > 0);
    assert(writer->read_max >= 1 && writer->read_max <= FRAME_READ_MAX);
    *writer = (struct writer){ .is_active = true,
                               .part = part,
                               .is_never_read = writer->is_never_read,
                               .cant_be_read = writer->is_never_read,
                               .read_max = writer->read_max,
                               .doubt_us = writer->doubt_us };
    writer->sequence = *sequence;
}

void writer_skip(struct writer *writer, uint32_t skipped) {
    writer->skipped = skipped;
    writer->step = writer_following(writer, 0);
    assert(writer->step < writer->sequence.step_count);
}

void writer_cancel(struct writer *writer) {
    writer->is_active = false;
}

bool writer_is_last(const struct writer *writer) {
    return writer->is_active && !writer->is_checking &&
           writer_following(writer, writer->step + 1) == writer->sequence.step_count;
}

bool writer_next(const struct writer *writer, const struct lengths *lengths, int64_t now_us,
                 struct rtu_request *request) {
    assert(writer->is_active);
    const struct write_step *step = writer_step(writer);
    if (!writer->is_checking) {
        if (writer->cant_be_read && now_us < writer->doubt_us) {
            return false;
        }
        request->function = step->function;
        request->address = step->address;
        request->count = step->count;
        request->values = writer->sequence.values + step->at;
        return true;
    }
    request->function = step_read_function(step);
    request->address = (uint16_t)(step->address + writer->checked);
    request->count = writer_check_length(writer, lengths, now_us);
    request->values = NULL;
    return request->count > 0;
}

enum writer_state writer_take(struct writer *writer, struct lengths *lengths,
                              const struct rtu_request *request, const struct rtu_result *result) {
    if (!frame_is_write(request->function)) {
        if (result->outcome == RTU_ANSWER) {
            lengths_use(lengths, frame_answer_size(request), result->done_us);
        } else {
            lengths_note(lengths, frame_answer_size(request), result->done_us);
        }
        writer_compare(writer, request, result);
        bool is_equal = writer->is_checking && writer->checked == writer_step(writer)->count;
        return is_equal ? writer_advance(writer) : WRITER_BUSY;
    }
    bool is_doubtful = result->done_us < writer->doubt_us;
    if (result->outcome == RTU_ANSWER && !is_doubtful) {
        return writer_advance(writer);
    }
    if (result->outcome == RTU_EXCEPTION && !is_doubtful) {
        writer->is_active = false;
        return WRITER_REFUSED;
    }
    if (result->outcome == RTU_NO_ANSWER || result->outcome == RTU_MANGLED) {
        writer->doubt_us = result->done_us + DOUBT_US;
    }
    writer->is_checking = !writer->cant_be_read;
    writer->checked = 0;
    return WRITER_BUSY;
}

static bool step_equal(const struct sequence *a, const struct sequence *b, unsigned place) {
    const struct write_step *one = &a->steps[place];
    const struct write_step *other = &b->steps[place];
    return one->function == other->function && one->address == other->address &&
           one->count == other->count && one->at == other->at && one->room == other->room &&
           one->is_constant == other->is_constant &&
           memcmp(a->values + one->at, b->values + other->at, one->count * sizeof *a->values) == 0;
}

static uint8_t step_read_function(const struct write_step *step) {
    return frame_is_bits(step->function) ? READ_COILS : READ_HOLDING;
}

/* The step from `step` on that is written next. */
static unsigned writer_following(const struct writer *writer, unsigned step) {
    while (step < writer->sequence.step_count && (writer->skipped >> step & 1) != 0) {
        step++;
    }
    return step;
}

static const struct write_step *writer_step(const struct writer *writer) {
    return &writer->sequence.steps[writer->step];
}

/*
 * How many registers to read back now: all that are left, else fewer, else more than were written. A length that was
 * used in the last second is taken only when no other is free, one that went unanswered never: 0 when all of them rest.
 */
static uint16_t writer_check_length(const struct writer *writer, const struct lengths *lengths,
                                    int64_t now_us) {
    const struct write_step *step = writer_step(writer);
    unsigned left = (unsigned)step->count - writer->checked;
    unsigned most = (unsigned)step->room - writer->checked;
    uint16_t second_best = 0;
    for (unsigned i = 0; i < most; i++) {
        uint16_t count = (uint16_t)(i < left ? left - i : i + 1);
        struct rtu_request request = { .function = step_read_function(step), .count = count };
        uint16_t size = frame_answer_size(&request);
        if (count > writer->read_max || !lengths_is_free(lengths, size, now_us)) {
            continue;
        }
        if (lengths_is_fresh(lengths, size, now_us)) {
            return count;
        }
        second_best = second_best == 0 ? count : second_best;
    }
    return second_best;
}

static void writer_compare(struct writer *writer, const struct rtu_request *request,
                           const struct rtu_result *result) {
    if (result->outcome == RTU_EXCEPTION) {
        writer->cant_be_read = true;
        writer->is_checking = false;
    }
    if (result->outcome != RTU_ANSWER) {
        return;
    }
    const struct write_step *step = writer_step(writer);
    unsigned left = (unsigned)step->count - writer->checked;
    unsigned count = request->count < left ? request->count : left;
    const uint16_t *wanted = writer->sequence.values + step->at + writer->checked;
    if (memcmp(wanted, result->values, count * sizeof *wanted) == 0) {
        writer->checked = (uint16_t)(writer->checked + count);
    } else {
        writer->is_checking = false;
    }
}

static enum writer_state writer_advance(struct writer *writer) {
    writer->is_checking = false;
    writer->checked = 0;
    writer->step = writer_following(writer, writer->step + 1);
    if (writer->step < writer->sequence.step_count) {
        return WRITER_BUSY;
    }
    writer->is_active = false;
    return WRITER_DONE;
}
