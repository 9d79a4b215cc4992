/*
 * A scripted speech chip on a pseudo-terminal, of either kind, that does what a test says, also what no honest chip does.
 * Written from the datasheets' frames alone; shares no code with devices/ or protocol/, so that a misreading shows.
 * One thread a chip; every function may be called from the test's thread.
 */
#ifndef TESTS_DEVICES_CHIP_H
#define TESTS_DEVICES_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHIP_HEARD_MAX = 32,
    CHIP_HEARD_SIZE = 256,
    TEXT_DEAF = 1,    /* the text is not heard at all */
    TEXT_SILENT = 2,  /* spoken, but the 41 is lost */
    TEXT_REFUSED = 3, /* answered 45 */
    TEXT_BUSY = 4,    /* answered 4E, not spoken */
    TEXT_DIES = 5     /* answered 4A: power failed in that moment */
};

struct chip_told {
    unsigned frames, bad_frames, cuts, heard_count;
    char heard[CHIP_HEARD_MAX][CHIP_HEARD_SIZE]; /* texts spoken to their end, the frame's bytes */
    int64_t shortest_gap_us;                     /* silence between two frames of the master */
};

struct test_chip;

/* `has_xor`: SYN6288. Speaks each text for `speak_ms`. */
struct test_chip *chip_open(bool has_xor, unsigned speak_ms);
void chip_close(struct test_chip *chip);
const char *chip_path(const struct test_chip *chip);
void chip_read(struct test_chip *chip, struct chip_told *told);
/* The next `count` texts meet TEXT_...; all of them until told otherwise when it is 0. */
void chip_fault(struct test_chip *chip, int fault, unsigned count);
/* The question that comes after so many others (from now) is answered with these bytes, whatever the chip does. */
void chip_answer_question(struct test_chip *chip, unsigned others, const char *bytes);
void chip_set_dead(struct test_chip *chip, bool is_dead);
/* Speaks by itself, as after a restart of the master in mid-line; its end is told by 4F. */
void chip_speak_alone(struct test_chip *chip, unsigned ms);
/* Power off and on: what it says is gone, 4A. */
void chip_reboot(struct test_chip *chip);
/* Bytes out of nowhere. */
void chip_noise(struct test_chip *chip, const char *bytes, size_t length);
/* The line gives back what is sent. */
void chip_set_echo(struct test_chip *chip, bool has_echo);
void chip_unplug(struct test_chip *chip);
void chip_replug(struct test_chip *chip);
/* ">> " the master's frames, "<< " the chip's replies; a question with the same answer as the one before it is left out. */
void chip_transcript(struct test_chip *chip, char *out, size_t size);

#endif
