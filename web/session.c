/* Log-ins that stand; see session.h. */
#include "web/session.h"

#include <stdio.h>
#include <string.h>

static bool session_is_over(const struct session *session, int64_t now_ms);
static struct session *session_place(struct sessions *sessions, int64_t now_ms);

uint64_t session_begin(struct sessions *sessions, const char *user, const char *password,
                       int64_t now_ms, char *cookie) {
    struct session *place = session_place(sessions, now_ms);
    secret_token_make(cookie);
    secret_hash(cookie, place->hash);
    secret_hash(password, place->password);
    snprintf(place->user, sizeof place->user, "%s", user);
    place->began_ms = now_ms;
    place->used_ms = now_ms;
    place->id = ++sessions->last_id;
    return place->id;
}

bool session_is_by(const struct session *session, const char *password) {
    uint8_t hash[SECRET_HASH_BYTES];
    secret_hash(password, hash);
    return secret_equal(session->password, hash);
}

const struct session *session_find(struct sessions *sessions, const char *cookie, int64_t now_ms) {
    uint8_t hash[SECRET_HASH_BYTES];
    secret_hash(cookie, hash);
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        struct session *one = &sessions->places[i];
        if (one->id != 0 && secret_equal(one->hash, hash)) {
            return session_touch(sessions, one->id, now_ms) ? one : NULL;
        }
    }
    return NULL;
}

bool session_touch(struct sessions *sessions, uint64_t id, int64_t now_ms) {
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        struct session *one = &sessions->places[i];
        if (one->id != id || id == 0) {
            continue;
        }
        if (session_is_over(one, now_ms)) {
            one->id = 0;
            return false;
        }
        one->used_ms = now_ms;
        return true;
    }
    return false;
}

void session_end(struct sessions *sessions, uint64_t id) {
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        if (sessions->places[i].id == id) {
            sessions->places[i].id = 0;
        }
    }
}

static bool session_is_over(const struct session *session, int64_t now_ms) {
    return now_ms - session->used_ms >= SESSION_IDLE_MS ||
           now_ms - session->began_ms >= SESSION_LIFE_MS;
}

static struct session *session_place(struct sessions *sessions, int64_t now_ms) {
    struct session *oldest = &sessions->places[0];
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        struct session *one = &sessions->places[i];
        if (one->id == 0 || session_is_over(one, now_ms)) {
            return one;
        }
        oldest = one->used_ms < oldest->used_ms ? one : oldest;
    }
    return oldest;
}
