/*
 * The peer: a bare libmodbus loop. Reads 5..9 of each device in turn, the ring as soon as a count moved; t3.5 is kept by
 * sleeping, a time-out is the profile's 60 ms; nothing else: no drain, no back-off, no images.
 */
#ifndef TESTS_BENCH_WIRE_PEER_H
#define TESTS_BENCH_WIRE_PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/wire_times.h"

enum { PEER_DEVICES = 64 };

struct peer {
    struct row row;
    char port[128];
    pthread_t thread;
    bool is_realtime;
    atomic_bool is_ending;
    atomic_uint_fast64_t transactions;
    atomic_int_fast64_t read_us[PEER_DEVICES]; /* when the device's last pulse came in */
    atomic_int_fast64_t
        pressed_us[PEER_DEVICES]; /* when its last press's ring came in; 0 none yet */
};

/* Its thread has the bus thread's real-time priority, if asked for. False when no thread can be had. */
bool peer_begin(struct peer *peer, const struct row *row, const char *port, bool is_realtime);
void peer_end(struct peer *peer);

#endif
