/*
 * What one voice is to say: a queue made from what stands now, so a restart or a new voice makes it again. Pure; the hall
 * thread's; one a voice. A window has one line at most. The choices where 4-devices.md and 10-frames.md are silent:
 *  - Order: by the call or recall, oldest first. The image has the oldest VOICE_LINES.
 *  - A first announcement waits as long as its ticket is called (or served by assumption alone), whatever its age. A line
 *    whose ticket is served, gone or called elsewhere leaves the queue; one under way is said to its end all the same.
 *  - RECALL of a ticket whose line waits adds nothing. Behind the line that is being said, or after it, it is a line of its
 *    own, "再次呼叫，" before the text. After 20 s of waiting it is dropped and counted; the one at the head of a living
 *    voice is being said and is not.
 *  - The text as in the config, `times` times. More than two lines not yet said to their end: the short form, once each:
 *    "A012号，3号窗口". Tickets stand as on paper ("A012"): it is speech_spell that parts digits by commas, for chip and card.
 *  - Class and ground are never said: who is called by the green channel is called like anybody.
 *  - The volume is that of the hour in the hall's zone. 0 is silence: the line counts as said all the same.
 */
#ifndef CONTROLLER_ANNOUNCE_H
#define CONTROLLER_ANNOUNCE_H

#include "controller/config.h"
#include "protocol/image.h"
#include "protocol/limits.h"
#include "protocol/snapshot.h"

#define ANNOUNCE_CARD  "sound-card" /* the device that voice.program or voice.clips_dir speaks as */
#define ANNOUNCE_AGAIN "再次呼叫，"

enum { ANNOUNCE_STALE_MS = 20000, ANNOUNCE_FULL_LINES = 2 };

/* The newest line of one window. */
struct announce_line {
    uint16_t window; /* id */
    uint64_t visit;  /* of the call */
    uint16_t calls;  /* what it tells of: 1 the call, n with recall n - 1 */
    uint16_t number; /* in the image; 0 none yet */
    bool is_waiting; /* not yet said to its end */
    bool is_over;    /* the voice has said or given it up */
    bool is_repeat;
    uint32_t order;    /* the smallest waits longest */
    int64_t called_ms; /* the call, or the newest recall */
};

/* What all voices of a hall have in common: lines said to their end, given up by their voice, dropped as too old. */
struct announce_counts {
    uint64_t spoken, given_up, dropped;
    /* Of a line. It goes on when a voice is opened anew: what is still told of an earlier line names no later one. */
    uint16_t last_number;
};

struct announce {
    struct announce_counts *counts; /* the caller's, perhaps of many voices */
    uint32_t last_order;
    /* last_order as it was last shown to a living voice; 0: the voice was away. */
    uint32_t shown_order;
    unsigned line_count;
    struct announce_line lines[WINDOWS_MAX];
};

/* Whose voice it is. */
struct announce_voice {
    const char *id;   /* ANNOUNCE_CARD: of the windows that have it by their rule */
    const char *zone; /* "" all windows; others: the windows of this zone */
};

void announce_begin(struct announce *announce, struct announce_counts *counts);
/* Takes in what stands now. */
void announce_follow(struct announce *announce, const struct announce_voice *voice,
                     const struct snapshot *snapshot, const struct config *config);
void announce_show(const struct announce *announce, const struct snapshot *snapshot,
                   const struct config *config, struct voice_image *image);
/*
 * The voice has ended this line, which may have left the queue meanwhile. NULL: no such line any more. Told twice (because
 * the first could not be saved) it is counted once.
 */
const struct announce_line *announce_end(struct announce *announce, uint16_t number,
                                         bool is_given_up);
/* The text that there can be by this config which is longest in a chip's frame (VOICE_TEXT_SIZE). */
void announce_longest(const struct config *config, char *out);

#endif
