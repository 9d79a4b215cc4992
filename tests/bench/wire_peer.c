#include "tests/bench/wire_peer.h"

#include <modbus/modbus.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "devices/sim/slave.h"
#include "protocol/registers.h"

enum { TIMEOUT_US = 60000, PULSE = 5, RING = INPUT_COUNT - INPUT_BOOTS, EVENTS = 2 };

static void *poll_all(void *context);
static bool ask(struct peer *peer, modbus_t *line, int count, uint16_t *values);
static void rest(const struct peer *peer);

bool peer_begin(struct peer *peer, const struct row *row, const char *port, bool is_realtime) {
    memset(peer, 0, sizeof *peer);
    peer->row = *row;
    peer->is_realtime = is_realtime;
    snprintf(peer->port, sizeof peer->port, "%s", port);
    return pthread_create(&peer->thread, NULL, poll_all, peer) == 0;
}

void peer_end(struct peer *peer) {
    atomic_store(&peer->is_ending, true);
    pthread_join(peer->thread, NULL);
}

static void *poll_all(void *context) {
    struct peer *peer = context;
    static _Thread_local uint16_t events[PEER_DEVICES];
    modbus_t *line = modbus_new_rtu(peer->port, (int)peer->row.baud, 'N', 8, 1);
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    if (peer->is_realtime) {
        const struct sched_param priority = { .sched_priority = 1 };
        (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    }
    if (line == NULL || modbus_connect(line) != 0) {
        fprintf(stderr, "bench_wire: the peer can't open %s\n", peer->port);
        modbus_free(line);
        return NULL;
    }
    modbus_set_response_timeout(line, 0, TIMEOUT_US);
    while (!atomic_load(&peer->is_ending)) {
        for (unsigned i = 0; i < peer->row.devices; i++) {
            uint16_t values[RING];
            modbus_set_slave(line, (int)i + 1);
            if (!ask(peer, line, PULSE, values)) {
                continue;
            }
            bool is_pressed = values[EVENTS] != events[i];
            events[i] = values[EVENTS];
            atomic_store(&peer->read_us[i], sim_now_us());
            if (is_pressed && ask(peer, line, RING, values)) {
                atomic_store(&peer->pressed_us[i], sim_now_us());
            }
        }
    }
    modbus_close(line);
    modbus_free(line);
    return NULL;
}

static bool ask(struct peer *peer, modbus_t *line, int count, uint16_t *values) {
    rest(peer);
    int got = modbus_read_input_registers(line, INPUT_BOOTS, count, values);
    atomic_fetch_add(&peer->transactions, 1);
    if (got != count) {
        modbus_flush(line);
    }
    return got == count;
}

static void rest(const struct peer *peer) {
    int64_t silence_us = times_silence_us(&peer->row);
    struct timespec span = { 0, silence_us * 1000 };
    clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
}
