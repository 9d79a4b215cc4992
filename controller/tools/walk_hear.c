/* The walk's ears: presses, of whom they are, and what is typed meanwhile. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/tools/walk.h"
#include "protocol/utf8.h"

enum {
    ACCEPTED = 1,  /* the answer to a terminal's press */
    LOOK_EVERY = 4 /* how many others are asked between two looks at the expected one */
};

enum heard { HEARD_RIGHT, HEARD_KEY, HEARD_OTHER, HEARD_NOTHING, HEARD_SKIP, HEARD_STOP };

struct hearing {
    enum heard heard;
    unsigned place; /* HEARD_KEY, HEARD_OTHER */
    struct heard_press press;
};

static struct hearing listen(struct walk *walk, unsigned place, const struct walk_key *key);
static bool listen_round(struct walk *walk, unsigned place, const struct walk_key *key,
                         struct hearing *hearing);
static bool listen_to(struct walk *walk, unsigned heard, struct hearing *hearing);
static bool judge(struct walk *walk, unsigned place, const struct walk_key *key,
                  struct hearing *hearing);
static void take_hearing(struct walk *walk, unsigned place, const struct walk_key *key,
                         const struct hearing *hearing);
static void keep_once(struct walk *walk, unsigned place, const struct walk_key *key,
                      const struct hearing *once);

/* What does not fit is asked for once more: somebody passing by may have pressed something. */
void walk_try_key(struct walk *walk, unsigned place, const struct walk_key *key) {
    char what[WALK_NAME + 16];
    (void)snprintf(what, sizeof(what), "press %s", key->name);
    walk_say(walk, place, what);
    struct hearing hearing = listen(walk, place, key);
    const struct hearing once = hearing;
    bool was_other = once.heard == HEARD_OTHER || once.heard == HEARD_KEY;
    if (was_other) {
        const struct wiring_place *other = &walk->wiring.places[hearing.place];
        fprintf(stderr, "      heard %s, its key %u. The same once more, please.\n", other->id,
                hearing.press.code);
        hearing = listen(walk, place, key);
    }
    take_hearing(walk, place, key, &hearing);
    if (was_other && hearing.heard == HEARD_NOTHING) {
        keep_once(walk, place, key, &once);
    }
}

/* One press proves nothing, but tells where to look. */
static void keep_once(struct walk *walk, unsigned place, const struct walk_key *key,
                      const struct hearing *once) {
    struct wiring_place *one = &walk->wiring.places[place];
    const struct wiring_place *other = &walk->wiring.places[once->place];
    char what[WHAT_SIZE];
    if (once->heard == HEARD_OTHER) {
        (void)snprintf(what, sizeof(what),
                       "a press was heard as %s (address %u) once and not again: perhaps swapped; "
                       "walk it again",
                       other->id, other->address);
    } else {
        (void)snprintf(what, sizeof(what),
                       "key %u was asked for, key %u heard once and not again; walk it again",
                       key->code, once->press.code);
    }
    utf8_copy(one->what, sizeof(one->what), what);
}

static struct hearing listen(struct walk *walk, unsigned place, const struct walk_key *key) {
    struct hearing hearing = { .heard = HEARD_NOTHING };
    char line[WALK_TYPED];
    int64_t until_ms = walk_now_ms() + (int64_t)walk->wait_s * 1000;
    while (walk_now_ms() < until_ms) {
        if (walk_was_stopped || walk->is_stopped) {
            hearing.heard = HEARD_STOP;
            return hearing;
        }
        if (listen_round(walk, place, key, &hearing)) {
            return hearing;
        }
        if (walk_read_typed(walk, 0, line)) {
            hearing.heard = strcmp(line, "q") == 0 ? HEARD_STOP : HEARD_SKIP;
            return hearing;
        }
    }
    return hearing;
}

/* Everybody is listened to, the expected one most often. */
static bool listen_round(struct walk *walk, unsigned place, const struct walk_key *key,
                         struct hearing *hearing) {
    for (unsigned i = 0; i < walk->wiring.count && !walk->is_stopped; i++) {
        bool is_heard = i % LOOK_EVERY == 0 && listen_to(walk, place, hearing);
        is_heard = is_heard || (i != place && listen_to(walk, i, hearing));
        if (is_heard && judge(walk, place, key, hearing)) {
            return true;
        }
    }
    return false;
}

static bool listen_to(struct walk *walk, unsigned heard, struct hearing *hearing) {
    struct listener *listener = &walk->listeners[heard];
    struct rtu_result result;
    if (walk->wiring.places[heard].state == WIRING_OUTSIDE) {
        return false;
    }
    enum hall_error error = listener_hear(listener, &hearing->press);
    if (error == HALL_GONE) {
        fprintf(stderr, "hallq: bus %s: the line is lost: %s\n", walk->wiring.places[heard].bus,
                bench_what(listener->bench));
        walk->is_stopped = true;
    }
    if (error != HALL_OK) {
        return false;
    }
    hearing->place = heard;
    if (hearing->press.part == ROLE_TERMINAL) {
        struct image image = { .terminal = { .lamp = LAMP_READY,
                                             .answer = { .count = hearing->press.count,
                                                         .answer = ACCEPTED } } };
        (void)bench_show(listener->bench, &listener->target, ROLE_TERMINAL, &image, &result);
    }
    return true;
}

/* A device of another kind can't stand in this one's place: that press was somebody's mistake. */
static bool judge(struct walk *walk, unsigned place, const struct walk_key *key,
                  struct hearing *hearing) {
    const struct wiring_place *heard = &walk->wiring.places[hearing->place];
    if (heard->role != walk->wiring.places[place].role) {
        fprintf(stderr, "      that was %s, a %s\n", heard->id, role_word(heard->role));
        return false;
    }
    bool is_key = hearing->press.part == key->part && hearing->press.code == key->code;
    hearing->heard = hearing->place != place ? HEARD_OTHER : is_key ? HEARD_RIGHT : HEARD_KEY;
    return true;
}

static void take_hearing(struct walk *walk, unsigned place, const struct walk_key *key,
                         const struct hearing *hearing) {
    struct wiring_place *one = &walk->wiring.places[place];
    const struct wiring_place *other = &walk->wiring.places[hearing->place];
    switch (hearing->heard) {
    case HEARD_RIGHT:
        one->state = one->state == WIRING_KEYS ? WIRING_KEYS : WIRING_RIGHT;
        fprintf(stderr, "      right\n");
        break;
    case HEARD_KEY:
        one->state = WIRING_KEYS;
        (void)snprintf(one->what, sizeof(one->what), "key %u was asked for, key %u heard",
                       key->code, hearing->press.code);
        fprintf(stderr, "      WRONG KEY: %s\n", one->what);
        break;
    case HEARD_OTHER:
        one->state = WIRING_OTHER;
        one->other = hearing->place;
        fprintf(stderr, "      WRONG: it is heard as %s (bus %s, address %u)\n", other->id,
                other->bus, other->address);
        break;
    case HEARD_NOTHING:
        one->state = WIRING_UNHEARD;
        (void)snprintf(one->what, sizeof(one->what), "it answers, but no press was heard in %u s",
                       walk->wait_s);
        fprintf(stderr, "      NOTHING HEARD\n");
        break;
    case HEARD_SKIP:
        one->state = WIRING_UNTRIED;
        fprintf(stderr, "      skipped\n");
        break;
    case HEARD_STOP:
        one->state = WIRING_UNTRIED;
        walk->is_stopped = true;
        break;
    }
}

/* A whole line that was typed, without its end. At most `wait_ms`. */
bool walk_read_typed(struct walk *walk, int wait_ms, char *line) {
    struct pollfd typed = { .fd = walk->is_deaf ? -1 : STDIN_FILENO, .events = POLLIN };
    if (memchr(walk->typed, '\n', walk->typed_length) == NULL && poll(&typed, 1, wait_ms) > 0) {
        ssize_t got = read(STDIN_FILENO, walk->typed + walk->typed_length,
                           sizeof(walk->typed) - walk->typed_length);
        walk->is_deaf = got == 0 || (got < 0 && errno != EINTR);
        walk->typed_length += got > 0 ? (size_t)got : 0;
    }
    char *end = memchr(walk->typed, '\n', walk->typed_length);
    if (end == NULL) {
        bool is_full = walk->typed_length == sizeof(walk->typed);
        walk->typed_length = is_full ? 0 : walk->typed_length; /* no answer is so long */
        return false;
    }
    size_t length = (size_t)(end - walk->typed);
    memcpy(line, walk->typed, length);
    line[length] = '\0';
    walk->typed_length -= length + 1;
    memmove(walk->typed, end + 1, walk->typed_length);
    return true;
}

int64_t walk_now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
