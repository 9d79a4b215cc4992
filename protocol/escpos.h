/*
 * ESC/POS as ticket printers speak it: a print job as bytes, the questions about a printer's state, and what it answers.
 * Pure. Marks (u) of the frame description are kept: kanji mode around GBK text is what most printers of the Chinese
 * market take, and not confirmed by a standard.
 *
 * Bytes of a job: init; everything centred; each line of text by LF, double size where it begins with 1D; the QR; four
 * lines of feed, so that the text is past the knife; a partial cut. Nothing in a text can be a command: what is not
 * printable is a question mark.
 */
#ifndef PROTOCOL_ESCPOS_H
#define PROTOCOL_ESCPOS_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/image.h"

enum {
    ESCPOS_JOB_SIZE = 3072, /* bytes of the longest job */
    ESCPOS_QUESTION_SIZE = 3,
    ESCPOS_RESET_SIZE = 160,
    ESCPOS_QUESTIONS = 4 /* what DLE EOT can ask: printer, offline, error, paper */
};

/* `out` holds ESCPOS_JOB_SIZE. Returns the bytes written; every job fits. */
size_t escpos_write_job(const struct print_job *job, uint8_t *out);
/* DLE EOT `about` (1..4), `out` holds ESCPOS_QUESTION_SIZE: answered at once, whatever the printer is doing. */
void escpos_write_question(unsigned about, uint8_t *out);
/* GS r 1, of the same size: answered in its turn, when all that was sent before it has been printed and cut. */
void escpos_write_turn(uint8_t *out);

/*
 * Puts a printer in order that somebody may have left in the middle of a job: enough NULs to end the longest command that
 * was cut short (they print nothing), init, and what stands on the paper is fed and cut off, so that it does not head the
 * next ticket. `out` holds ESCPOS_RESET_SIZE. Returns the bytes written.
 */
size_t escpos_write_reset(uint8_t *out);

/* What came in one wait for an answer. Flow control (11, 13) is neither an answer nor noise. */
struct escpos_heard {
    unsigned statuses, turns, noise; /* bytes of each kind */
    uint8_t status;                  /* the last of them */
};

/*
 * Sorts bytes: an answer to DLE EOT is 0xx1xx10, one to GS r 0xx0xxxx, all else is noise. Adds to `heard`. Since noise
 * may look like an answer, what was heard together with noise, or more than once, should not be believed.
 */
void escpos_hear(struct escpos_heard *heard, const uint8_t *bytes, size_t length);
/* The status words of registers.h out of the answers to questions 1..4, in this order. */
uint16_t escpos_status(const uint8_t answers[ESCPOS_QUESTIONS]);

#endif
