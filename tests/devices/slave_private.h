/*
 * What slave.c (the line and its thread) and script.c (what a test tells and asks it) share. All behind the mutex.
 */
#ifndef TESTS_DEVICES_SLAVE_PRIVATE_H
#define TESTS_DEVICES_SLAVE_PRIVATE_H

#include <pthread.h>

#include "tests/devices/slave.h"

enum {
    SLAVES_MAX = 248,
    INPUTS = 26,
    HOLDINGS = 1024,
    BITS = 64,
    FRAME_SIZE = 256,
    LATE_MAX = 16,
    LINES_MAX = 400,
    LINE_SIZE = 3 * FRAME_SIZE + 8,
    JOBS_MAX = 256
};

struct slave {
    bool is_there, is_held, is_plain;
    uint16_t input[INPUTS], holding[HOLDINGS];
    bool discrete[BITS], coils[BITS];
    enum fault fault;
    uint8_t fault_function;
    unsigned fault_skip, fault_count, fault_value;
    uint16_t last_job;
    unsigned requests, job_count;
    uint16_t jobs[JOBS_MAX];
};

struct late_answer {
    int64_t due_us;
    size_t length;
    uint8_t frame[FRAME_SIZE];
};

struct line_slaves {
    pthread_t thread;
    pthread_mutex_t mutex;
    bool is_stopping;
    unsigned echo; /* bytes at a time */
    struct storm storm;
    int master;
    unsigned baud;
    char folder[64], path[80];
    struct slave slaves[SLAVES_MAX];
    uint8_t heard[2 * FRAME_SIZE];
    size_t heard_length;
    int64_t heard_us, ended_us, shortest_us;
    struct late_answer late[LATE_MAX];
    unsigned late_count, line_count;
    char (*lines)[LINE_SIZE];
};
/* plain.c: the answer of a plain device, without its CRC; returns its bytes. */
size_t plain_answer(struct slave *slave, const uint8_t *request, uint8_t *answer);

#endif
