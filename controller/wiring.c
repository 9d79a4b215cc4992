#include "controller/wiring.h"

#include <stdio.h>
#include <string.h>

static void advise_swap(const struct wiring_place *one, const struct wiring_place *other,
                        char *out);

const char *wiring_word(const struct wiring *wiring, unsigned place) {
    switch (wiring->places[place].state) {
    case WIRING_UNTRIED:
        return "not tried";
    case WIRING_OUTSIDE:
        return "not walked";
    case WIRING_ABSENT:
        return "no answer";
    case WIRING_UNHEARD:
        return "not heard";
    case WIRING_OTHER:
        return wiring_twin(wiring, place) < wiring->count ? "swapped" : "another";
    case WIRING_KEYS:
        return "wrong key";
    case WIRING_RIGHT:
        break;
    }
    return "right";
}

unsigned wiring_twin(const struct wiring *wiring, unsigned place) {
    const struct wiring_place *one = &wiring->places[place];
    if (one->state != WIRING_OTHER) {
        return wiring->count;
    }
    const struct wiring_place *other = &wiring->places[one->other];
    bool is_mutual = other->state == WIRING_OTHER && other->other == place;
    return is_mutual ? one->other : wiring->count;
}

void wiring_advise(const struct wiring *wiring, unsigned place, char *out) {
    const struct wiring_place *one = &wiring->places[place];
    unsigned twin = wiring_twin(wiring, place);
    out[0] = '\0';
    switch (one->state) {
    case WIRING_OTHER:
        if (twin < wiring->count && place < twin) {
            advise_swap(one, &wiring->places[twin], out);
        } else if (twin == wiring->count) {
            const struct wiring_place *other = &wiring->places[one->other];
            snprintf(out, WIRING_ADVICE,
                     "where %s should stand, %s is heard (bus %s, address %u): look at its cable "
                     "and its address",
                     one->id, other->id, other->bus, other->address);
        }
        break;
    case WIRING_ABSENT:
    case WIRING_KEYS:
    case WIRING_UNHEARD:
        snprintf(out, WIRING_ADVICE, "%s (bus %s, address %u): %s", one->id, one->bus, one->address,
                 one->what);
        break;
    case WIRING_UNTRIED:
        snprintf(out, WIRING_ADVICE, "%s was not tried", one->id);
        break;
    case WIRING_OUTSIDE:
        if (one->what[0] != '\0') {
            snprintf(out, WIRING_ADVICE, "%s (bus %s, address %u): %s", one->id, one->bus,
                     one->address, one->what);
        }
        break;
    case WIRING_RIGHT:
        break;
    }
}

unsigned wiring_right(const struct wiring *wiring) {
    unsigned right = 0;
    for (unsigned i = 0; i < wiring->count; i++) {
        right += wiring->places[i].state == WIRING_RIGHT;
    }
    return right;
}

unsigned wiring_outside(const struct wiring *wiring) {
    unsigned outside = 0;
    for (unsigned i = 0; i < wiring->count; i++) {
        outside += wiring->places[i].state == WIRING_OUTSIDE;
    }
    return outside;
}

bool wiring_passes(const struct wiring *wiring) {
    unsigned right = wiring_right(wiring);
    return right > 0 && right + wiring_outside(wiring) == wiring->count;
}

/* Within one bus the addresses can be exchanged at a desk; across two only the cables can. */
static void advise_swap(const struct wiring_place *one, const struct wiring_place *other,
                        char *out) {
    if (strcmp(one->bus, other->bus) == 0) {
        snprintf(out, WIRING_ADVICE,
                 "%s and %s are swapped: exchange the two devices, or their addresses %u and %u "
                 "(bus %s)",
                 one->id, other->id, one->address, other->address, one->bus);
    } else {
        snprintf(out, WIRING_ADVICE,
                 "%s and %s are swapped: exchange the two devices, or their cables (bus %s address "
                 "%u, bus %s address %u)",
                 one->id, other->id, one->bus, one->address, other->bus, other->address);
    }
}
