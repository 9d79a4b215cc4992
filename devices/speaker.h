/*
 * A voice without a chip: the box's own sound card, by a program that is run once for each saying. It stands to the hall
 * as a bus with one device of the role voice does: it gets a voice's image, speaks its lines oldest first, cuts none, and
 * reports ONLINE, OFFLINE (the program can't be found), FAULTED, RECOVERED and SPOKEN by the same callbacks. A thread of
 * its own waits for the program; who calls never does. No child outlives its time or the speaker: it is killed with its
 * whole group.
 *
 * The program: without `clips_dir` it gets the text on its standard input (UTF-8, digits that are read one by one with
 * commas between, as speech_spell gives it), then the input's end. With `clips_dir` it is a player, and gets the paths of
 * the recorded clips behind its arguments, in the order of the text. Either has HALLQ_VOLUME, 0..10, in its environment.
 * Exit status 0 means said to the end. Anything else, a program that had to be killed, or a clip that is missing: FAULTED,
 * told once until a line is said well again, and the line is given up: SPOKEN with `what` not empty.
 *
 * Clips: a piece of the text is a run of digits, of letters A to Z, or of other characters; commas, spaces and other
 * punctuation end a piece and are not spoken. A piece is the file PIECE.wav, or else the longest clips that begin it, one
 * after the other: "请A012号到3号窗口" takes 请 A 0 1 2 号到 3 号窗口, or 号 到 ... where there is no 号到.
 */
#ifndef DEVICES_SPEAKER_H
#define DEVICES_SPEAKER_H

#include <stdint.h>

#include "devices/bus.h"
#include "protocol/image.h"

enum {
    SPEAKER_ARGUMENTS = 16,
    SPEAKER_ARGUMENT_SIZE = 256,
    SPEAKER_PATH_SIZE = 512,
    SPEAKER_LIMIT_MS = 30000
};

struct speaker_config {
    char bus[NAME_SIZE]; /* what its reports name as bus and as device */
    char id[NAME_SIZE];
    /* The program, looked for on PATH. Count 0: with clips "aplay -q", else there is no speaker to open. */
    unsigned argument_count;
    char arguments[SPEAKER_ARGUMENTS][SPEAKER_ARGUMENT_SIZE];
    char clips_dir[SPEAKER_PATH_SIZE]; /* "": the text goes to standard input */
    uint32_t limit_ms;                 /* one saying may take so long; 0: SPEAKER_LIMIT_MS */
};

struct speaker;

/* Takes copies. Any thread. NULL only when no memory, descriptor or thread can be had. */
struct speaker *speaker_open(const struct speaker_config *config,
                             const struct bus_callbacks *callbacks);
/* The newest image wins; never blocks longer than a copy. Any thread. */
void speaker_show(struct speaker *speaker, const struct voice_image *image);
/* A copy of the counters, as of a bus with one device; any thread. `images` counts lines said to their end. */
void speaker_read_stats(struct speaker *speaker, struct bus_stats *stats);
/* Kills what is speaking and ends the thread within 200 ms; no callback after it returns. NULL is taken. */
void speaker_close(struct speaker *speaker);

#endif
