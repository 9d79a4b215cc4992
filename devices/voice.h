/*
 * One voice as its line or its sound card knows it: which line of the image is said next, how often it was said, and what
 * the hall was told. voice_driver.c and speaker.c do the speaking; all of this is called on their thread.
 * A line begun is finished, with all its times, also when the image has it no more. What is over is not said again.
 */
#ifndef DEVICES_VOICE_H
#define DEVICES_VOICE_H

#include "devices/bus.h"
#include "protocol/image.h"

struct voice {
    const char *bus_id, *id; /* borrowed, as the next */
    const struct bus_callbacks *callbacks;

    struct voice_image image;   /* the newest */
    uint16_t over[VOICE_LINES]; /* numbers of its lines that are over; 0 none */
    bool was_given_up[VOICE_LINES];
    bool has_identify; /* its own name is to be said, once */
    uint16_t identify_count;

    bool is_begun;          /* `line` is under way */
    struct voice_line line; /* number 0: its own name */
    unsigned said;          /* so many of its times */
    uint64_t lines;         /* said to their end */

    bool is_online;
    bool is_lost; /* its going offline was reported */
    uint32_t epoch;
    bool
        is_well_told; /* RECOVERED since the last fault, and once since the start: the hall may remember an older one */
    char lost[WHAT_SIZE], fault[WHAT_SIZE]; /* why; "" all is well */
};

void voice_init(struct voice *voice, const char *bus_id, const char *id,
                const struct bus_callbacks *callbacks);
/* Of its lines that are over already SPOKEN is reported again: the hall has not heard of it, or not yet. */
void voice_show(struct voice *voice, const struct voice_image *image);
/* The count of an image's identify: when it moves the voice says its own name. */
void voice_identify(struct voice *voice, uint16_t count);
/* The line to be said now; it has begun with that. NULL: none. Good until the next call of any of these. */
const struct voice_line *voice_next(struct voice *voice);
/* It was said once to its end: the last of its times reports SPOKEN, and RECOVERED if a fault was told. */
void voice_said(struct voice *voice);
/* It can't be said: FAULTED, if none was told, and SPOKEN with `what`. */
void voice_give_up(struct voice *voice, const char *what);
/* It was broken off: that saying begins anew with the next voice_next, if the image still has the line; a name always. */
void voice_break_off(struct voice *voice);
/* Reports ONLINE; nothing when it is. */
void voice_come_online(struct voice *voice);
/* Breaks off, and reports OFFLINE; told once. */
void voice_lose(struct voice *voice, const char *what);
/* A fault that is no line's. Told once until voice_said. */
void voice_fault(struct voice *voice, const char *what);
/* What the page says of it: why it is offline or faulted, else "". */
const char *voice_what(const struct voice *voice);

#endif
