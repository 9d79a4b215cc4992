/*
 * Whom to ask next on a bus, and what. Pure: time and the devices' states come in, a choice comes out; plain structs
 * that the bus owns. The order, highest first:
 *   1 a device that answers and comes near its longest pause (three quarters of twice the ideal round for terminals,
 *     units and dispensers, five eighths of four times for keypads and boards, so that all who fall due together are
 *     still in time): one of them, and more running only for as long as images, probes and those who don't answer have
 *     taken before, so that a flood of these leaves the healthy half of the wire;
 *   2 a terminal, unit or dispenser whose answer was just lost: asked again first, once;
 *   3 images of a call, a ticket or a key's answer, the longest waiting first;
 *   4 the keys behind a count that moved, and the baseline of a device that came back; behind them, images of 6 that
 *     have lagged a whole second;
 *   5 a probe of a dead device that is due and within the budget; its first two, and where nobody lives every one, may
 *     go beyond that;
 *   6 images in which only people waiting changed: they lag a little, so that the next change may join them, and are
 *     then spread evenly over what is left of their second, because a press waits for all that goes before its pulse;
 *   7 pulses, by how far each device's pause is stretched: those of keypads in a session may be half as long again as
 *     those of terminals, units and dispensers, those of idle keypads and boards three times as long.
 * Whoever was passed over for long goes before all of it, one between two others: a device not asked for twice its
 * longest pause, and a probe that has been due for 1 s, within the budget. Else a rush on a bad line would keep away for
 * ever who is not online yet.
 * Who lost an answer of late is sent no image, and no pulse but where there is nothing else, while such have taken half
 * of the time: the others are not to wait for it. Where most of the living are such, it is the line, and nobody is held
 * back.
 */
#ifndef DEVICES_SCHEDULE_H
#define DEVICES_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"

enum {
    OFFLINE_MISSES = 8,      /* unanswered in a row */
    SHORT_MISSES = 2,        /* from the third unanswered request on the time-out is short, */
    SHORT_ANSWER_US = 20000, /* but not below the longest answer seen and this margin more; */
    ANSWER_MARGIN_US = 10000,
    FULL_PROBES = 3, /* one in so many probes waits in full: a slow device may have been put in */
    LONGEST_LEAST_US = 50000, /* on a short bus no pause under this is called too long */
    WAITING_LAG_US = 200000,
    WAITING_MOST_US = 1000000,
    PASSED_OVER_US = 1000000,
    TRUST_HITS = 8,  /* so many answers running make up for a lost one */
    PROBE_SHARE = 20 /* the dead cost the living one part in so many */
};

enum life { LIFE_DEAD, LIFE_RETURNED /* answered a probe: baseline wanted */, LIFE_ALIVE };
enum ask { ASK_NOTHING, ASK_IMAGE, ASK_KEYS, ASK_BASELINE, ASK_PULSE, ASK_PROBE };

struct schedule_item {
    enum role role;
    enum life life;
    bool has_session; /* a keypad that waits for a press */
    bool is_again, was_again;
    bool has_keys;
    bool has_image;
    enum image_rank rank;
    int64_t image_us;   /* since when the image waits */
    int64_t asked_us;   /* the last request of any kind but an image */
    int64_t resume_us;  /* reads rest until then: all their lengths are used up */
    int64_t write_us;   /* the same of images */
    int64_t probe_us;   /* next probe */
    int64_t pulse_us;   /* what one of its pulses takes, silences and all: a running mean */
    int64_t slowest_us; /* the longest it has ever let us wait for an answer, wire time aside */
    unsigned misses;    /* unanswered in a row */
    unsigned hits;      /* answered since, no further than TRUST_HITS */
};

struct schedule {
    unsigned count;
    struct schedule_item items[BUS_DEVICES_MAX];
    int64_t round_us;  /* the ideal round: one pulse of each living device */
    int64_t credit_us; /* time that probes may take: 200 ms at most are saved up, one probe owed */
    int64_t credited_us;
    bool was_overdue, was_waiting, was_passed_over;
    bool was_nothing;
    bool was_reading;   /* the last choice was to read a device that answers */
    unsigned chosen;    /* its device ... */
    int64_t chosen_us;  /* ... and when it was made */
    int64_t lost_us;    /* what living devices that didn't answer have taken from the others */
    int64_t owed_us;    /* what all else has taken from devices past their longest pause */
    int64_t waited_us;  /* when an image of 6 was last chosen */
    int64_t waiting_us; /* no further one before */
};

struct choice {
    unsigned device;
    enum ask ask;
    int64_t wake_us; /* of ASK_NOTHING: when something falls due by itself, at most 1 s ahead */
};

/* Chooses and notes what was chosen. */
struct choice schedule_next(struct schedule *schedule, int64_t now_us);
/* A probe took so long. */
void schedule_spend(struct schedule *schedule, int64_t cost_us);
/* A request was not answered: counts it and says when to ask again. Returns true when the device just went offline. */
bool schedule_miss(struct schedule_item *item, int64_t now_us);
/* An answer came, `waited_us` after the wire was done with both frames. */
void schedule_hit(struct schedule_item *item, int64_t waited_us);
/*
 * How long to wait for the next answer, wire time aside, where `full_us` is the profile's time-out: in full, or briefly
 * from the third unanswered request on.
 */
int64_t schedule_answer_us(const struct schedule_item *item, int64_t full_us);
/* The device answered, but not readably: it lives, and nothing was learned. */
void schedule_mangle(struct schedule_item *item, int64_t now_us);
/* A pulse of a living device took so long. */
void schedule_learn(struct schedule *schedule, unsigned device, int64_t pulse_us);
/* Everything is dead and due for a probe at once: the line was opened. */
void schedule_reset(struct schedule *schedule, int64_t now_us);

#endif
