/* Images and jobs, written by a tool. */
#include <assert.h>

#include "devices/bench.h"
#include "devices/parts.h"

static void part_write(const struct bench_target *target, enum role part, const struct image *image,
                       struct sequence *out);

enum rtu_outcome bench_show(struct bench *bench, const struct bench_target *target, enum role part,
                            const struct image *image, struct rtu_result *result) {
    struct sequence sequence;
    part_write(target, part, image, &sequence);
    return bench_write(bench, target->slave, &sequence, result);
}

enum rtu_outcome bench_print(struct bench *bench, const struct bench_target *target,
                             const struct print_job *job, struct rtu_result *result) {
    struct sequence sequence;
    dispenser_write_job(&target->profile->dispenser, job, &sequence);
    return bench_write(bench, target->slave, &sequence, result);
}

uint16_t bench_revision(const struct board_image *image) {
    struct sequence sequence;
    board_write(&profile_reference()->board, image, &sequence);
    return board_revision(&sequence);
}

static void part_write(const struct bench_target *target, enum role part, const struct image *image,
                       struct sequence *out) {
    const struct profile *profile = target->profile;
    bool is_unit = target->role == ROLE_UNIT;
    assert(is_unit || target->role == part);
    if (part == ROLE_TERMINAL) {
        terminal_write(is_unit ? &profile->unit.terminal : &profile->terminal, &image->terminal,
                       image->terminal.answer.answer, image->terminal.answer.count, out);
    } else if (part == ROLE_KEYPAD) {
        keypad_write(is_unit ? &profile->unit.keypad : &profile->keypad, &image->keypad, out);
    } else if (part == ROLE_BOARD) {
        board_write(is_unit ? &profile->unit.board : &profile->board, &image->board, out);
    } else {
        assert(part == ROLE_DISPENSER);
        dispenser_write(&profile->dispenser, &image->dispenser, out);
    }
}
