/*
 * Log-ins that stand: a bounded table in memory. Sessions end with the program (after a restart people log in again);
 * only the hash of a cookie is kept. Idle 15 min (an open stream counts as use), absolute 12 h. Pure but for chance.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/limits.h"
#include "web/secret.h"

enum { SESSIONS_MAX = 256, SESSION_IDLE_MS = 15 * 60 * 1000, SESSION_LIFE_MS = 12 * 3600 * 1000 };

struct session {
    uint64_t id; /* 0: the place is free; never used twice */
    uint8_t hash[SECRET_HASH_BYTES];
    char user[COMMAND_ID_SIZE];
    uint8_t
        password[SECRET_HASH_BYTES]; /* of the password's hash: a new password ends the session */
    int64_t began_ms, used_ms;
};

struct sessions {
    uint64_t last_id;
    struct session places[SESSIONS_MAX];
};

/*
 * Begins a session and gives its cookie (SECRET_TOKEN_SIZE bytes). `password`: the user's password as it is kept. A
 * full table loses who was idle longest.
 */
uint64_t session_begin(struct sessions *sessions, const char *user, const char *password,
                       int64_t now_ms, char *cookie);
/* Is the user's password still the one that the session was begun with? */
bool session_is_by(const struct session *session, const char *password);
/* The session of a cookie, marked as used now; NULL unknown or over. */
const struct session *session_find(struct sessions *sessions, const char *cookie, int64_t now_ms);
/* Marks the session as used; false when it is over. */
bool session_touch(struct sessions *sessions, uint64_t id, int64_t now_ms);
void session_end(struct sessions *sessions, uint64_t id);

#endif
