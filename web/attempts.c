/* Failed log-ins; see attempts.h. */
#include "web/attempts.h"

#include <stddef.h>
#include <string.h>

#include "web/secret.h"

static uint64_t attempt_key(enum attempt_kind kind, const char *name);
static struct attempt *attempt_place(struct attempts *attempts, uint64_t key, int64_t now_ms);
static int64_t attempt_wait_ms(enum attempt_kind kind, unsigned failures);

int64_t attempts_wait_ms(const struct attempts *attempts, enum attempt_kind kind, const char *name,
                         int64_t now_ms) {
    uint64_t key = attempt_key(kind, name);
    for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
        const struct attempt *one = &attempts->places[i];
        if (one->key == key && one->until_ms > now_ms) {
            return one->until_ms - now_ms;
        }
    }
    return 0;
}

void attempts_failed(struct attempts *attempts, enum attempt_kind kind, const char *name,
                     int64_t now_ms) {
    struct attempt *place = attempt_place(attempts, attempt_key(kind, name), now_ms);
    place->failures++;
    place->last_ms = now_ms;
    place->until_ms = now_ms + attempt_wait_ms(kind, place->failures);
}

void attempts_succeeded(struct attempts *attempts, enum attempt_kind kind, const char *name) {
    uint64_t key = attempt_key(kind, name);
    for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
        if (attempts->places[i].key == key) {
            attempts->places[i].key = 0;
        }
    }
}

/* By a cryptographic hash, so that nobody can look for a name that shares a place with another. */
static uint64_t attempt_key(enum attempt_kind kind, const char *name) {
    uint8_t hash[SECRET_HASH_BYTES];
    uint64_t key;
    secret_hash(name, hash);
    memcpy(&key, &hash[kind == ATTEMPT_ACCOUNT ? 0 : sizeof key], sizeof key);
    return key != 0 ? key : 1;
}

static struct attempt *attempt_place(struct attempts *attempts, uint64_t key, int64_t now_ms) {
    struct attempt *oldest = &attempts->places[0];
    for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
        struct attempt *one = &attempts->places[i];
        if (one->key != 0 && now_ms - one->last_ms > ATTEMPTS_FORGET_MS) {
            one->key = 0;
        }
        if (one->key == key) {
            return one;
        }
        bool is_better = oldest->key != 0 && (one->key == 0 || one->last_ms < oldest->last_ms);
        oldest = is_better ? one : oldest;
    }
    *oldest = (struct attempt){ .key = key };
    return oldest;
}

static int64_t attempt_wait_ms(enum attempt_kind kind, unsigned failures) {
    unsigned free_ones = kind == ATTEMPT_ACCOUNT ? ATTEMPTS_FREE_ACCOUNT : ATTEMPTS_FREE_ADDRESS;
    if (failures <= free_ones) {
        return 0;
    }
    unsigned doublings = failures - free_ones - 1;
    int64_t wait_ms = doublings >= 6 ? ATTEMPTS_WAIT_MAX_MS : INT64_C(1000) << doublings;
    return wait_ms;
}
