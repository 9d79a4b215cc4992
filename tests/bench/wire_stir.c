#include "tests/bench/wire_stir.h"

#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "devices/sim/slave.h"

enum { SLEEP_US = 5000 };

static void *sleep_and_note(void *context);

void stir_begin(struct stir *stir) {
    memset(stir->late, 0, sizeof stir->late);
    atomic_store(&stir->is_ending, false);
    pthread_create(&stir->thread, NULL, sleep_and_note, stir);
}

void stir_end(struct stir *stir) {
    atomic_store(&stir->is_ending, true);
    pthread_join(stir->thread, NULL);
}

int64_t stir_at(const struct stir *stir, double percent) {
    return stir_of(stir->late, STIR_BUCKETS, percent);
}

int64_t stir_of(const uint64_t *late, unsigned buckets, double percent) {
    uint64_t all = 0;
    uint64_t below = 0;
    for (unsigned i = 0; i < buckets; i++) {
        all += late[i];
    }
    for (unsigned i = 0; i < buckets; i++) {
        below += late[i];
        if ((double)below >= (double)all * percent / 100) {
            return (int64_t)(i + 1) * STIR_STEP_US;
        }
    }
    return 0;
}

static void *sleep_and_note(void *context) {
    struct stir *stir = context;
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    while (!atomic_load(&stir->is_ending)) {
        int64_t due_us = sim_now_us() + SLEEP_US;
        struct timespec until = { due_us / 1000000, due_us % 1000000 * 1000 };
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        int64_t bucket = (sim_now_us() - due_us) / STIR_STEP_US;
        stir->late[bucket < STIR_BUCKETS ? bucket : STIR_BUCKETS - 1]++;
    }
    return NULL;
}
