/*
 * A scripted ESC/POS printer on a pseudo-terminal: answers the questions about its state, and GS r once what came before
 * it is printed. Written from the frame description alone. One thread; every function may be called from the test's.
 */
#ifndef TESTS_DEVICES_PAPER_H
#define TESTS_DEVICES_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct paper;

/* `path` is what the bus opens. */
struct paper *paper_open(void);
void paper_close(struct paper *paper);
const char *paper_path(const struct paper *paper);
/* The answers to questions 1..4. */
void paper_answer(struct paper *paper, uint8_t printer, uint8_t offline, uint8_t error,
                  uint8_t roll);
/* Takes bytes and prints none, until it is told to go on. */
void paper_hold(struct paper *paper, bool is_held);
/* Power off: hears and says nothing, forgets what it held. */
void paper_set_power(struct paper *paper, bool is_on);
/* Says so many bytes drawn by chance before each answer. */
void paper_babble(struct paper *paper, unsigned bytes);
void paper_unplug(struct paper *paper);
void paper_replug(struct paper *paper);
/* How many tickets it has cut so far. */
unsigned paper_cuts(struct paper *paper);
/* Bytes of jobs that it has heard so far, printed or not. */
size_t paper_heard(struct paper *paper);
/* What was said, a job and each question whose answer is not the one of before on a line of its own. */
void paper_transcript(struct paper *paper, char *out, size_t size);

#endif
