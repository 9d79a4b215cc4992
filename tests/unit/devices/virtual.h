/*
 * A bus in virtual time: the schedule and the devices' states, all pure, with the exact times of a wire and slaves that
 * obey at once; no thread, no clock, no machine. What is seen here is the order alone, the same on every machine.
 * It goes through what a bus's thread does in devices/modbus.c: silence, mail, choice, exchange, hearing.
 */
#ifndef TESTS_UNIT_DEVICES_VIRTUAL_H
#define TESTS_UNIT_DEVICES_VIRTUAL_H

#include "devices/device.h"
#include "devices/line.h"
#include "protocol/registers.h"

enum {
    VIRTUAL_HOLDING = 700,     /* registers that a slave has */
    VIRTUAL_THOUGHT_US = 2000, /* from a request's last character to its answer's first */
    VIRTUAL_COMMIT_US = 1000   /* from a press's report to its answer's image */
};

/* A slave, what is on its way to it, and what was seen of it. */
struct virtual_slave {
    bool is_dead;
    unsigned loss; /* of a thousand requests so many go unanswered */
    uint16_t input[INPUT_COUNT], holding[VIRTUAL_HOLDING];
    bool has_press; /* a finger comes down at `press_us` ... */
    int64_t press_us;
    bool has_mail; /* an image is put into the mailbox at `mail_us` */
    int64_t mail_us;
    struct image image;
    int64_t asked_us;  /* when its last reading was sent */
    int64_t paused_us; /* the longest that one of its readings was behind the one before */
    int64_t shown_us;  /* when the last write was whole in it */
    unsigned readings, writes;
};

/* An exchange, as it was on the wire. */
struct virtual_exchange {
    unsigned device;
    enum ask ask;
    bool is_answered;
    int64_t began_us, done_us; /* a wait when nothing was to be asked */
};

struct virtual {
    struct line line; /* for its wire times alone: never opened */
    struct bus_callbacks callbacks;
    struct schedule schedule;
    struct device devices[BUS_DEVICES_MAX];
    struct device_config configs[BUS_DEVICES_MAX];
    struct virtual_slave slaves[BUS_DEVICES_MAX];
    int64_t now_us;
    uint64_t seed;
    /* Called with each press that came in, before its answer is put into the mailbox. May be NULL. */
    void (*pressed)(void *context, unsigned device, int64_t reported_us);
    void *context;
};

/* A line at this rate with nobody on it. */
struct virtual *virtual_open(uint32_t baud);
void virtual_close(struct virtual *bus);
/* Before virtual_start; returns its place. */
unsigned virtual_add(struct virtual *bus, enum role role);
/* The line is opened; goes on until everybody who lives is online and shows an image of nothing, and the dead are known. */
void virtual_start(struct virtual *bus);
/* One exchange, or a wait. */
struct virtual_exchange virtual_step(struct virtual *bus);
void virtual_run(struct virtual *bus, int64_t span_us);
/* A finger comes down at that time, which may lie ahead; one press of a device at a time. */
void virtual_press(struct virtual *bus, unsigned device, int64_t at_us);
/* An image of this device is put into its mailbox at that time; the newest wins. */
void virtual_show(struct virtual *bus, unsigned device, const struct image *image, int64_t at_us);
/* Any number below `most`, the same ones for the same bus. */
unsigned virtual_draw(struct virtual *bus, unsigned most);

/* A pulse of this line, its silence with it. */
int64_t virtual_pulse_us(const struct virtual *bus);
/* Question and answer, without silence. */
int64_t virtual_exchange_us(const struct virtual *bus, const struct rtu_request *request);
/* A full round of pulses of the living. */
int64_t virtual_round_us(const struct virtual *bus);
/*
 * From the press of a key to its report on a master that loses no time: the press has waited for `share` of a round when
 * its device begins to answer a pulse; then that answer, a silence, and the reading of the ring.
 */
int64_t virtual_ideal_us(const struct virtual *bus, double share);

#endif
