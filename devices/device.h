/*
 * One device as its bus knows it: what it last said, what it should show, what of that it shows. Owned by the bus's
 * thread. pulse.c takes what was read, show.c brings images to the device, job.c follows its print job; request.c
 * turns the schedule's choice into a question and hands on what became of it.
 */
#ifndef DEVICES_DEVICE_H
#define DEVICES_DEVICE_H

#include "devices/parts.h"
#include "devices/schedule.h"

enum {
    FRESH_US = 10000000,
    LOOK_AGAIN_US = 20000, /* all that could be asked rests: looked at again after so long */
    BACKWARD_MOST = 3,
    ANSWER_NOT_NOW = 5 /* to a terminal's press from before the baseline */
};

/* The parts of a device that are written on their own, in this order. */
enum part {
    PART_JOB,
    PART_DISPENSER,
    PART_TERMINAL,
    PART_KEYPAD,
    PART_BOARD,
    PART_VENDOR, /* all that a device of another maker shows */
    PART_COUNT
};

struct part_state {
    bool is_wanted; /* the device has this part and an image of it came */
    bool is_shown;  /* `shown` is in the device, and known to be */
    bool is_due;    /* `wanted` is not */
    int64_t shown_us, retry_us;
    int64_t failed_us; /* since when the device takes none of it; 0 it does, or was not asked */
    struct sequence wanted, shown;
};

enum job_state {
    JOB_NONE,
    JOB_WANTED, /* to be written */
    JOB_SENT,   /* its number went out: the paper may come */
    JOB_OVER    /* finished or given up; never sent again */
};

struct job {
    enum job_state state;
    uint16_t number;
    bool is_slip;
    bool was_sent; /* at some time: after a reboot it is unsure */
    bool is_unsure;
    bool is_bound; /* to the device with this serial and boots */
    uint32_t serial;
    uint16_t boots;
    int64_t sent_us;
    enum report_kind end; /* how it ended, as the hall is told until it asks for the job no more */
    uint16_t result;      /* of its `done` */
    int64_t told_us;
    uint16_t
        unsure; /* an earlier job that was left unsure; a `done` that shows it later tells it */
};

/* A key whose level is read. */
struct level_key {
    bool is_raw, is_down; /* as last read; as believed */
    bool is_old;          /* was held when the device came, until it is let go */
    bool is_held;         /* its long press was told */
    int64_t raw_us;       /* since when it is read so */
    int64_t down_us;
};

/* What is known of a device of another maker alone (vendor.h). */
struct vendor_state {
    bool is_identified;
    uint16_t count; /* VENDOR_COUNTER: as it was last read */
    /* VENDOR_CLEAR: `held` was taken as a press and is still to be cleared; see reading_clear.c. */
    bool is_held, is_verifying;
    uint16_t held, held_argument, cleared;
    int64_t cleared_us, doubt_us, retry_us;
    struct level_key levels[VENDOR_LEVELS_MAX]; /* VENDOR_LEVEL: at the profile's codes */
    /* The session that the keypad shows, 0 none or in doubt; as its last reading found it; of what is being written. */
    uint16_t shown_session, read_session, written_session;
    bool is_session_doubtful; /* a write of another one went out, and is not known to be over */
};

struct reading;

struct device {
    const struct device_config *config; /* borrowed from the bus, as the next three */
    const char *bus_id;
    const struct bus_callbacks *callbacks;
    struct schedule_item *item;
    const struct reading *reading;

    bool is_known;    /* a baseline was taken since the program's start */
    bool is_lost;     /* its going offline was reported */
    bool is_away;     /* reported offline, or not yet online */
    bool is_refusing; /* answers readings with exceptions, and that was reported */
    bool is_unshown;  /* takes no image, and that was reported */
    bool is_alien;    /* its kind or map is not the role's: asked, never driven */
    bool is_rebooted; /* three answers running went backwards */
    /* What it was last reported with: why it is offline, faulted ("" when recovered), not able to identify. */
    char lost[WHAT_SIZE], fault[WHAT_SIZE], unable[WHAT_SIZE];
    uint32_t serial, epoch;
    uint16_t boots, status, events, done, result, firmware;
    uint16_t told_status;
    unsigned backward;
    int64_t good_us; /* the last pulse that was believed */

    uint16_t answer, answered; /* of a terminal's keys */
    bool has_unread; /* a unit's: whether `unread`, its last press, was answered is to be read */
    uint16_t unread;
    bool has_image;
    struct image image;
    bool has_identify; /* a blink is to be sent */
    uint16_t identify_count;
    struct part_state parts[PART_COUNT];
    struct writer writer;
    unsigned write_misses; /* writes and readings back that failed since the last that helped */
    struct lengths lengths;
    struct job job;
    unsigned held_tries; /* held.c */
    uint16_t held;       /* sent before this start, and not done since; 0 none */
    uint16_t sent_job; /* the last one sent, slips too, until `done` or a reboot ends it; 0 none */
    int64_t sent_us;
    uint64_t images; /* that it was brought to show */
    struct vendor_state vendor;
};

void device_init(struct device *device, const struct device_config *config,
                 struct schedule_item *item);

/* Reports, from the device. `report` is filled by the caller in what its kind needs; who and where are added. */
void device_report(struct device *device, struct device_report *report, int64_t now_us);
/* What an operator is to know of it now, "" when all is well. */
const char *device_what(const struct device *device);
void device_log(const struct device *device, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* pulse.c: input registers that were read, `span` of them, each answer one consistent snapshot. */
void device_take_pulse(struct device *device, struct span span, const uint16_t *values,
                       int64_t now_us);
void device_take_baseline(struct device *device, struct span span, const uint16_t *values,
                          int64_t now_us);
/* It is there: reports it. Its baseline is taken, and what it shows is known to be unknown. */
void device_come_online(struct device *device, bool is_rebooted, int64_t now_us);
/* Reports its status where that changed. */
void device_tell_status(struct device *device, int64_t now_us);
/* The device is offline. */
void device_lose(struct device *device, const char *what, int64_t now_us);

/* keys.c: the newest `missed` events of a ring that ends at `events`. */
void device_take_keys(struct device *device, const uint16_t *ring, uint16_t events, uint16_t missed,
                      int64_t now_us);
/* Presses from before the baseline: only keypads' are reported, and a terminal's newest is found for its answer. */
void device_take_old_keys(struct device *device, const uint16_t *ring, uint16_t events,
                          int64_t now_us);

/* show.c */
void device_show(struct device *device, const struct image *image, int64_t now_us);
/* The image or the answer changed: works out the registers anew. */
void device_make(struct device *device, int64_t now_us);
/* Tells the schedule whether something is to be written now. */
void device_plan(struct device *device, int64_t now_us);
/* Nothing of the image can be taken for shown any more. */
void device_forget_shown(struct device *device);
/* A part that the device took nothing of is taken, or wanted no more. */
void device_end_failure(struct device *device, enum part part);
/* Compares what a pulse says is shown with what should be. */
void device_check_shown(struct device *device, int64_t now_us);
/* Of a reading's `make`: the parts of a device of the reference map, and what one part is to show. */
void device_make_parts(struct device *device);
void device_want(struct device *device, enum part part, const struct sequence *wanted);
bool device_next_write(struct device *device, int64_t now_us, struct rtu_request *request);
/* True when the device now shows one more part. */
bool device_take_write(struct device *device, const struct rtu_request *request,
                       const struct rtu_result *result);

/* held.c: before its first baseline a dispenser is asked what it holds. Is that still to be asked? */
bool held_is_wanted(const struct device *device);
bool held_ask(struct device *device, int64_t now_us, struct rtu_request *request);
void held_hear(struct device *device, const struct rtu_result *result);
/* A reading came: what it has done it holds no more. */
void held_check(struct device *device);

/* request.c: the question for what the schedule chose. False: nothing can be asked now, the schedule is told until when. */
bool device_ask(struct device *device, enum ask ask, int64_t now_us, struct rtu_request *request);
/* What became of it. */
void device_hear(struct device *device, enum ask ask, const struct rtu_request *request,
                 const struct rtu_result *result);

/* It answered a reading with an exception: it lives, and is asked less often. */
void device_refuse(struct device *device, const struct rtu_result *result);

/* job.c */
void device_want_job(struct device *device, const struct print_job *job);
/* Is the job that is asked for to be sent now, and is this the device that it is for? */
bool device_may_print(const struct device *device, int64_t now_us);
void device_check_job(struct device *device, int64_t now_us);
void device_job_rebooted(struct device *device, int64_t now_us);
void device_job_lost(struct device *device, int64_t now_us);
void device_job_sent(struct device *device, int64_t now_us);

#endif
