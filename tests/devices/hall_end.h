/*
 * The hall's end of a line with one speech chip: a bus on a scripted chip, the reports and warnings it gave, and the
 * image it should speak. Each function may be called from the test's thread alone; what is awaited comes within 10 s,
 * or the test fails.
 */
#ifndef TESTS_DEVICES_HALL_END_H
#define TESTS_DEVICES_HALL_END_H

#include <check.h>
#include <pthread.h>

#include "devices/bus.h"
#include "tests/devices/chip.h"

enum { SAYS_MAX = 128 };

struct hall_end {
    struct test_chip *chip;
    struct bus *bus;
    struct image image;
    pthread_mutex_t mutex;
    unsigned count;
    struct device_report reports[SAYS_MAX];
    char warning[256];
};

/* The chip stands; end_connect opens the bus to it. */
struct hall_end *end_open(bool has_xor, unsigned speak_ms);
void end_connect(struct hall_end *end, enum bus_protocol protocol);
/* Both, with a SYN6288. */
struct hall_end *end_connected(unsigned speak_ms);
void end_close(struct hall_end *end);
/* A line of the image, said once. */
void end_put(struct hall_end *end, unsigned place, uint16_t number, const char *text);
void end_show(struct hall_end *end);
/* How many of a kind came; the last of them in `last`, if that is not NULL. */
unsigned end_count(struct hall_end *end, enum report_kind kind, struct device_report *last);
/* The n-th report of a kind, from 1. */
struct device_report end_await(struct hall_end *end, enum report_kind kind, unsigned n);
/* What the chip was told; it was cut short by nothing. */
struct chip_told end_told(struct hall_end *end);
/* Until the chip has taken so many frames, to be in mid-line. */
void end_await_frames(struct hall_end *end, unsigned frames);

#endif
