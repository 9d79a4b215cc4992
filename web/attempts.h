/*
 * Failed log-ins, by address and by account: each failure beyond the free ones doubles the wait, 1 s to 60 s. Slowed,
 * never locked: an enemy who knows a name costs its owner a minute at most. A bounded table; pure.
 */
#ifndef WEB_ATTEMPTS_H
#define WEB_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ATTEMPTS_MAX = 512,
    ATTEMPTS_FREE_ACCOUNT = 3,
    ATTEMPTS_FREE_ADDRESS = 10, /* a whole hall may stand behind one address */
    ATTEMPTS_WAIT_MAX_MS = 60000,
    ATTEMPTS_FORGET_MS = 15 * 60 * 1000
};

enum attempt_kind { ATTEMPT_ACCOUNT, ATTEMPT_ADDRESS };

struct attempt {
    uint64_t key; /* 0 free */
    unsigned failures;
    int64_t last_ms, until_ms;
};

struct attempts {
    struct attempt places[ATTEMPTS_MAX];
};

/* Milliseconds until this account or address may try again, 0 now. */
int64_t attempts_wait_ms(const struct attempts *attempts, enum attempt_kind kind, const char *name,
                         int64_t now_ms);
/* A full table forgets who failed longest ago. */
void attempts_failed(struct attempts *attempts, enum attempt_kind kind, const char *name,
                     int64_t now_ms);
void attempts_succeeded(struct attempts *attempts, enum attempt_kind kind, const char *name);

#endif
