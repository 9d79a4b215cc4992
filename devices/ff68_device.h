/*
 * One caller or rater as its line knows it: which presses it has made and what became of them, what it is to be told.
 * No I/O and no clock; the driver hears and speaks. Owned by the bus's thread.
 *
 * Presses. The device counts nothing, so its presses are counted here. It says a key again and again until the same bytes
 * come back, and those go out once the hall has committed and answered. The same bytes are the same press while it is
 * unanswered, and after the answer, which may have been lost, until they were not heard for FF68_REPEAT_US or the device
 * said another key. (So a key that a person presses twice in a second is done once.) A press that the hall refuses is not
 * sent back: the device shows its own error, and a terminal beeps twice; FF68_REFUSED_US later it is asked for again. A
 * rating that counts for nobody (no session is shown) is refused as well. Counts begin with the opening of the bus: a key
 * that is said again to a bus that a reload opened anew, or to a program that was started anew, is another press.
 *
 * Online. A device that speaks only when it is pressed can't be asked whether it lives, and a rater that stood as offline
 * would never be shown a session. So all of a line's devices are online while the line is open; what is known of one
 * that was never heard stands in its `what`. Some terminals send back what they are told to show: one that has done so
 * is asked by that, and is offline after eight times running without a word from it; any word brings it back.
 *
 * A rater shows no session and says none: a rating is given to the session that the hall shows when it comes.
 */
#ifndef DEVICES_FF68_DEVICE_H
#define DEVICES_FF68_DEVICE_H

#include "devices/bus.h"
#include "devices/ff68_codes.h"

enum {
    FF68_PRESSES = 4,          /* remembered; a terminal has one key under way, seldom two */
    FF68_REPEAT_US = 1200000,  /* longest pause of a device between two times that it says a key */
    FF68_REFUSED_US = 2000000, /* longest time that it goes on saying a key that is refused */
    FF68_ASKED_US = 10000000,  /* a press without an answer is forgotten: its person has given up */
    FF68_MISSES = 8,
    FF68_SAY_FIRST_US = 300000, /* what it shows is told again so soon, then twice as late ... */
    FF68_SAY_MOST_US = 30000000,
    FF68_SAY_LIVING_US =
        5000000,               /* ... but no later to one that sends it back, until it is offline */
    FF68_WAITING_US = 1000000, /* people waiting alone change no more often */
    FF68_BEEP_US = 400000,
    FF68_IDENTIFY_US = 1000000
};

/* What a device is to be told, the most urgent first. */
enum ff68_say { FF68_SAY_ANSWER, FF68_SAY_NEW, FF68_SAY_BEEP, FF68_SAY_AGAIN, FF68_SAY_NOTHING };

enum ff68_press_state { FF68_FREE, FF68_ASKED, FF68_TAKEN, FF68_REFUSED };

struct ff68_press {
    enum ff68_press_state state;
    struct ff68_frame frame;
    uint16_t count;
    bool is_answer_due;
    int64_t asked_us, heard_us; /* first and last time */
    int64_t settled_us;         /* when its answer came */
};

struct ff68_device {
    const struct device_config *config; /* borrowed from the bus, as the next two */
    const char *bus_id;
    const struct bus_callbacks *callbacks;
    const struct ff68_codes *codes;

    bool is_away;     /* reported offline, or not yet online */
    bool was_heard;   /* since the program's start */
    bool sends_back;  /* has sent back what it was told */
    bool is_told_odd; /* a rating without grade was logged */
    uint16_t count;
    uint32_t epoch; /* of this opening of the bus; 0 before the first time online */
    struct ff68_press presses[FF68_PRESSES];

    bool has_image;
    struct image image;
    struct ff68_frame wanted; /* the digits */
    bool has_digits;          /* there is something to show */
    bool is_new;              /* not told yet */
    unsigned tries, misses;
    int64_t due_us, told_us; /* when to tell it next; when it was told last */
    bool is_unconfirmed;     /* told, not sent back */
    unsigned beeps;
    int64_t beep_us, beep_gap_us;
    bool is_identifying;
    uint16_t identify_count;

    uint64_t requests, answers, timeouts, repeats, images;
    int64_t heard_us; /* 0 never */
    char what[WHAT_SIZE];
};

void ff68_device_init(struct ff68_device *device, const struct device_config *config);
/* The line was opened or lost. */
void ff68_device_rise(struct ff68_device *device, int64_t now_us);
void ff68_device_fall(struct ff68_device *device, int64_t now_us);
void ff68_device_show(struct ff68_device *device, const struct image *image, int64_t now_us);
/* A frame of this device. True when it is what it was told, sent back. */
bool ff68_device_hear(struct ff68_device *device, const struct ff68_frame *frame, int64_t now_us);
/* What it is to be told now, if anything, and when it is next (INT64_MAX never). */
enum ff68_say ff68_device_wants(const struct ff68_device *device, int64_t now_us);
int64_t ff68_device_due_us(const struct ff68_device *device);
/* Gives the frame for `say`, which is taken for sent. */
void ff68_device_say(struct ff68_device *device, enum ff68_say say, int64_t now_us,
                     struct ff68_frame *frame);

/* Reports: `report` is filled in what its kind needs; who and where are added. */
void ff68_device_report(const struct ff68_device *device, struct device_report *report,
                        int64_t now_us);
void ff68_device_log(const struct ff68_device *device, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ff68_press.c: a frame that is no answer; the hall's answer; a line that was away while a device may have repeated. */
void ff68_press_take(struct ff68_device *device, const struct ff68_frame *frame, int64_t now_us);
void ff68_press_settle(struct ff68_device *device, const struct key_answer *answer, int64_t now_us);
void ff68_press_hold(struct ff68_device *device, int64_t now_us);
/* The press whose answer is to be sent, NULL none. */
struct ff68_press *ff68_press_answered(struct ff68_device *device);

#endif
