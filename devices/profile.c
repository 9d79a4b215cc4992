#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include "devices/frame.h"
#include "devices/profile_hallq_1.h"
#include "devices/profile_map.h"
#include "devices/profile_read.h"

static struct profile *reference;
static pthread_once_t reference_once = PTHREAD_ONCE_INIT;

static void reference_read(void);
static bool is_ticket(const struct vendor_key *meaning, unsigned key);
static void profile_read_top(struct json_doc *doc, const struct json *top, struct profile *profile);

const struct profile *profile_reference(void) {
    pthread_once(&reference_once, reference_read);
    return reference;
}

struct profile *profile_read(struct json_doc *doc) {
    const struct json *top = json_top(doc);
    struct profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL) {
        return NULL;
    }
    size_t before = json_mistake_count(doc);
    if (top != NULL) {
        profile_read_top(doc, top, profile);
    }
    if (top == NULL || json_mistake_count(doc) > before) {
        free(profile);
        return NULL;
    }
    return profile;
}

void profile_close(struct profile *profile) {
    free(profile);
}

const char *profile_name(const struct profile *profile) {
    return profile->name;
}

bool profile_has_role(const struct profile *profile, enum role role) {
    if (profile->is_unasked) {
        return role == ROLE_TERMINAL || role == ROLE_KEYPAD;
    }
    return profile_is_reference(profile) ? profile_kind(profile, role) != 0
                                         : profile->vendor.role == role;
}

bool profile_is_unasked(const struct profile *profile) {
    return profile->is_unasked;
}

bool profile_can_identify(const struct profile *profile) {
    /* A caller beeps; a rater says itself that it can't. */
    return profile->identify != 0 || profile->vendor.has_identify || profile->is_unasked;
}

bool profile_can_print(const struct profile *profile) {
    return profile->dispenser.kind != 0;
}

bool profile_has_ticket_key(const struct profile *profile, unsigned key) {
    const struct vendor_map *map = &profile->vendor;
    bool is_there = profile_is_reference(profile);
    for (unsigned i = 0; i < map->code_count && !is_there; i++) {
        is_there = is_ticket(&map->codes[i].press, key) || is_ticket(&map->codes[i].hold, key);
    }
    return is_there;
}

static bool is_ticket(const struct vendor_key *meaning, unsigned key) {
    return meaning->part == ROLE_DISPENSER && meaning->code == KEY_TICKET + key;
}

bool profile_is_reference(const struct profile *profile) {
    return profile->vendor.role == ROLE_NONE && !profile->is_unasked;
}

/* The embedded text is ours: a mistake in it is a broken build, not bad input. */
static void reference_read(void) {
    struct json_doc *doc =
        json_open("hallq-1.jsonc", (const char *)profile_hallq_1, profile_hallq_1_size);
    reference = profile_read(doc);
    assert(reference != NULL);
    json_close(doc);
}

/*
 * Keys that are said unasked need no registers; else `role` alone tells the two kinds of profile apart. So each complains
 * of the others' keys.
 */
static void profile_read_top(struct json_doc *doc, const struct json *top,
                             struct profile *profile) {
    if (!json_read_name(doc, top, "name", profile->name) && json_get(top, "name") == NULL) {
        json_complain(doc, top, "name", "missing, expected the profile's name");
    }
    profile->answer_ms = 60;
    profile->read_max = FRAME_READ_MAX;
    json_read_u16(doc, top, "answer_ms", 1, 2000, &profile->answer_ms);
    json_read_u16(doc, top, "read_max", 1, FRAME_READ_MAX, &profile->read_max);
    const char *reading = json_text(json_get(top, "reading"));
    profile->ff68 = FF68_CODES;
    profile->is_unasked = reading != NULL && strcmp(reading, "unasked") == 0;
    if (profile->is_unasked) {
        profile_read_unasked(doc, top, profile);
    } else if (json_get(top, "role") == NULL) {
        profile_read_reference(doc, top, profile);
    } else {
        profile_read_vendor(doc, top, profile);
    }
}
