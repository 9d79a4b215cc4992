/*
 * One device of another maker without a wire: registers and bits that the test sets, the real schedule choosing what is
 * asked, and time that moves only with what is asked. For what its keys and its image come to.
 */
#ifndef TESTS_UNIT_DEVICES_BARE_H
#define TESTS_UNIT_DEVICES_BARE_H

#include <check.h>

#include "devices/device.h"

enum { BARE_REPORTS = 64, BARE_REGISTERS = 512, BARE_BITS = 64, BARE_EXCHANGE_US = 5000 };

/* What becomes of a request. */
enum fate {
    FATE_WELL,
    FATE_UNHEARD,    /* lost on its way there */
    FATE_UNANSWERED, /* obeyed, but the answer is lost */
    FATE_REFUSED
};

struct bare {
    struct device device;
    struct device_config config;
    struct bus_callbacks callbacks;
    struct schedule schedule;
    struct profile *profile;
    int64_t now_us;
    uint16_t input[BARE_REGISTERS], holding[BARE_REGISTERS];
    uint16_t discrete[BARE_BITS], coils[BARE_BITS];
    struct rtu_request request; /* the last one */
    enum ask ask;
    unsigned report_count;
    struct device_report reports[BARE_REPORTS];
};

/* A device with this profile (JSON), never heard of. Its role is the profile's. */
struct bare *bare_open(const char *profile);
/* The same, and its baseline is taken. */
struct bare *bare_online(const char *profile);
void bare_close(struct bare *bare);
/* The next exchange, which ends so. */
void bare_step(struct bare *bare, enum fate fate);
/* Exchanges that all end well, for so long. */
void bare_run(struct bare *bare, unsigned ms);
/* Exchanges that end well until it was asked this way and answered; fails after some hundred. */
void bare_until(struct bare *bare, enum ask ask);
/* The next exchange of this kind has this fate; those before it end well. */
void bare_fate(struct bare *bare, bool is_write, enum fate fate);
/* Nothing is answered until it is offline, and for so long. */
void bare_vanish(struct bare *bare, unsigned seconds);
void bare_show(struct bare *bare, const struct image *image);
unsigned bare_count(const struct bare *bare, enum report_kind kind);
/* The n-th of this kind, from 0. */
const struct device_report *bare_report(const struct bare *bare, enum report_kind kind, unsigned n);

#endif
