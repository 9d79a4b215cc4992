/*
 * Frames of the Alpha sign protocol: what an LED sign of digits and Latin letters is told. A sign answers nothing. Pure.
 * A sign has files: a TEXT says how something is shown and may call STRINGs, whose bytes change without the TEXT
 * beginning anew. Files have room only once the memory map has given it to them, and the map empties them all.
 * A frame is NUL five times (from which the sign takes the rate), 01, sign type, address, 02, command, data, 03, four
 * hex digits of the sum from 02 to 03, 04. Where the sum is wrong the sign drops the frame.
 * Sources: 10-frames.md; Adaptive, "Alpha Sign Communications Protocol" 9708-8061F, also for the colours (1C).
 */
#ifndef PROTOCOL_ALPHA_H
#define PROTOCOL_ALPHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ALPHA_STRING_MAX = 125, /* bytes of a STRING, by the manual */
    ALPHA_FILES_MAX = 8,
    ALPHA_CALLS_MAX = 4,
    ALPHA_FRAME_MAX = 256,
    ALPHA_EVERYBODY = 0 /* the address of all signs on the line */
};

enum alpha_mode { ALPHA_ROTATE = 'a', ALPHA_HOLD = 'b', ALPHA_FLASH = 'c' };

struct alpha_file {
    char label; /* 'A', '1'; not '0', the text of an emergency */
    bool is_string;
    uint16_t size; /* bytes */
};

/* How a sign shows: `text`, or the STRINGs of `calls` (their labels, NUL after the last), each on a line of its own. */
struct alpha_text {
    char label;
    enum alpha_mode mode;
    char colour; /* '1' red, '2' green, '3' amber; 0 as the sign likes */
    const char *text;
    char calls[ALPHA_CALLS_MAX + 1];
};

/* Each returns the frame's bytes in `out` (ALPHA_FRAME_MAX). Text: what alpha_can_show; cut at ALPHA_STRING_MAX. */
size_t alpha_write_memory(uint8_t address, const struct alpha_file *files, unsigned count,
                          uint8_t *out);
size_t alpha_write_string(uint8_t address, char label, const char *text, uint8_t *out);
size_t alpha_write_text(uint8_t address, const struct alpha_text *text, uint8_t *out);

/* Every character of a text (UTF-8, lines by LF) is one that such a sign has. */
bool alpha_can_show(const char *text);
/*
 * What a sign can show of a text: the runs of digits and Latin letters, with one blank where something is left out
 * between two of them; lines by LF, those with nothing left are gone. "请 A012 到 3 号窗口" gives "A012 3".
 */
void alpha_reduce(const char *text, char *out, size_t size);

#endif
