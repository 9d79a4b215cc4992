/* Which recorded clips say a text. The scheme stands in speaker.h. Looks into one folder, keeps nothing open. */
#ifndef DEVICES_CLIPS_H
#define DEVICES_CLIPS_H

#include <stdbool.h>
#include <stddef.h>

#include "devices/speaker.h"

enum {
    CLIPS_MAX = 96,       /* of one text */
    CLIP_NAME_SIZE = 128, /* of a piece with ".wav" */
    CLIP_PATH_SIZE = SPEAKER_PATH_SIZE + CLIP_NAME_SIZE
};

struct clips {
    unsigned count;
    char paths[CLIPS_MAX][CLIP_PATH_SIZE];
};

/* `spelled`: as speech_spell gives it. False: `what` names the file that was looked for. */
bool clips_find(const char *folder, const char *spelled, struct clips *clips, char *what,
                size_t size);

#endif
