/* Faults of the line. */
#include "devices/sim/fault.h"

#include <string.h>

enum { MILLION = 1000000, PERCENT = 10000, LATE_MS = 400, LATE_MAX_MS = 10000, NOISE_MAX = 8 };

static const char *const WORDS[FAULT_COUNT] = {
    "none",   "lost",     "late",  "mangled", "flip",   "address", "function",
    "length", "truncate", "noise", "echo",    "reboot", "unplug",
};

struct bytes {
    const uint8_t *at;
    size_t length;
};

static void draw_classes(struct sim_rng *rng, struct sim_faults *faults);
static bool read_fault(const char **text, struct sim_faults *faults);
static enum sim_fault fault_of(const char *word, size_t length);
static uint32_t read_percent(const char **text);
static uint32_t read_whole(const char **text, uint32_t bound);
static uint8_t other_function(uint8_t function);
static void shorten(struct sim_frame *answer);
static size_t put_before(uint8_t *bytes, size_t size, size_t length, struct bytes before);

const char *sim_fault_word(enum sim_fault fault) {
    return WORDS[fault];
}

bool sim_faults_parse(const char *text, struct sim_rng *rng, struct sim_faults *faults) {
    struct sim_faults read = { .late_ms = LATE_MS };
    const char *at = text;
    if (strcmp(text, "drawn") == 0) {
        draw_classes(rng, &read);
        at = "";
    } else if (strcmp(text, "off") == 0)
        at = "";
    for (at += strspn(at, ", "); *at != '\0'; at += strspn(at, ", ")) {
        if (!read_fault(&at, &read) || strspn(at, ", ") + (*at == '\0') == 0)
            return false;
    }
    uint64_t sum = 0;
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        sum += read.parts[i];
    if (sum > MILLION)
        return false;
    *faults = read;
    return true;
}

enum sim_fault sim_faults_draw(const struct sim_faults *faults, struct sim_rng *rng) {
    uint32_t at = sim_rng_below(rng, MILLION);
    for (unsigned i = FAULT_NONE + 1; i < FAULT_COUNT; i++) {
        if (at < faults->parts[i])
            return (enum sim_fault)i;
        at -= faults->parts[i];
    }
    return FAULT_NONE;
}

enum sim_fault sim_fault_pick(enum sim_fault fault, struct sim_rng *rng) {
    if (fault != FAULT_MANGLED)
        return fault;
    return (enum sim_fault)sim_rng_between(rng, FAULT_FLIP, FAULT_NOISE);
}

void sim_fault_spoil(enum sim_fault fault, struct sim_rng *rng, const struct sim_frame *request,
                     struct sim_frame *answer) {
    size_t payload = answer->length - 2;
    switch (fault) {
    case FAULT_ADDRESS:
        answer->bytes[0] = (uint8_t)(answer->bytes[0] % 247 + 1);
        sim_frame_seal(answer, payload);
        break;
    case FAULT_FUNCTION:
        answer->bytes[1] = other_function(answer->bytes[1]);
        sim_frame_seal(answer, payload);
        break;
    case FAULT_LENGTH:
        shorten(answer);
        break;
    case FAULT_ECHO:
        answer->length = put_before(answer->bytes, sizeof(answer->bytes), answer->length,
                                    (struct bytes){ request->bytes, request->length });
        break;
    case FAULT_FLIP:
    case FAULT_TRUNCATE:
    case FAULT_NOISE:
    case FAULT_NONE:
    case FAULT_LOST:
    case FAULT_LATE:
    case FAULT_MANGLED:
    case FAULT_REBOOT:
    case FAULT_UNPLUG:
    case FAULT_COUNT:
        answer->length =
            sim_fault_spoil_bytes(fault, rng, answer->bytes, answer->length, sizeof(answer->bytes));
        break;
    }
}

size_t sim_fault_spoil_bytes(enum sim_fault fault, struct sim_rng *rng, uint8_t *bytes,
                             size_t length, size_t size) {
    if (length == 0)
        return 0;
    uint32_t at = sim_rng_below(rng, (uint32_t)length);
    if (fault == FAULT_TRUNCATE)
        return at;
    if (fault == FAULT_FLIP || (fault >= FAULT_ADDRESS && fault <= FAULT_LENGTH))
        bytes[at] ^= (uint8_t)(1u << sim_rng_below(rng, 8));
    if (fault != FAULT_NOISE)
        return length;
    uint8_t noise[NOISE_MAX];
    size_t added = (size_t)sim_rng_between(rng, 1, NOISE_MAX);
    for (size_t i = 0; i < added; i++)
        noise[i] = (uint8_t)sim_rng_next(rng);
    return put_before(bytes, size, length, (struct bytes){ noise, added });
}

static void draw_classes(struct sim_rng *rng, struct sim_faults *faults) {
    /* Rare mixtures concentrate when a class is wholly absent half the time. */
    for (unsigned i = FAULT_LOST; i < FAULT_UNPLUG; i++)
        if (i != FAULT_MANGLED && sim_rng_chance(rng, MILLION / 2))
            faults->parts[i] = (uint32_t)sim_rng_between(rng, PERCENT / 10, (int64_t)4 * PERCENT);
    if (faults->parts[FAULT_REBOOT] > 0)
        faults->parts[FAULT_REBOOT] = 200; /* once in 5,000 requests: a reboot is no noise */
    if (sim_rng_chance(rng, MILLION / 4))
        faults->parts[FAULT_UNPLUG] = 50;
}

/* One "word=percent[@ms]". */
static bool read_fault(const char **text, struct sim_faults *faults) {
    size_t length = strcspn(*text, "=, ");
    enum sim_fault fault = fault_of(*text, length);
    if (fault == FAULT_NONE || (*text)[length] != '=')
        return false;
    *text += length + 1;
    uint32_t parts = read_percent(text);
    if (parts == UINT32_MAX)
        return false;
    faults->parts[fault] = parts;
    if (**text != '@')
        return true;
    (*text)++;
    uint32_t late_ms = read_whole(text, LATE_MAX_MS);
    if (fault != FAULT_LATE || late_ms == UINT32_MAX)
        return false;
    faults->late_ms = late_ms;
    return true;
}

static enum sim_fault fault_of(const char *word, size_t length) {
    for (unsigned i = FAULT_NONE + 1; i < FAULT_COUNT; i++)
        if (strlen(WORDS[i]) == length && memcmp(WORDS[i], word, length) == 0)
            return (enum sim_fault)i;
    return FAULT_NONE;
}

/* A decimal number of percent into parts of a million; moves *text past it. UINT32_MAX: no number, or over 100. */
static uint32_t read_percent(const char **text) {
    uint32_t parts = 0, unit = PERCENT;
    const char *at = *text;
    if (*at < '0' || *at > '9')
        return UINT32_MAX;
    for (; *at >= '0' && *at <= '9' && parts <= MILLION; at++)
        parts = parts * 10 + (uint32_t)(*at - '0') * PERCENT;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++) {
            unit /= 10;
            parts += (uint32_t)(*at - '0') * unit;
        }
    *text = at;
    return parts <= MILLION ? parts : UINT32_MAX;
}

static uint32_t read_whole(const char **text, uint32_t bound) {
    uint32_t value = 0;
    const char *at = *text;
    if (*at < '0' || *at > '9')
        return UINT32_MAX;
    for (; *at >= '0' && *at <= '9' && value <= bound; at++)
        value = value * 10 + (uint32_t)(*at - '0');
    *text = at;
    return value <= bound ? value : UINT32_MAX;
}

/*
 * One that nobody asks here: 1 and 2 for 3 and 4, 15 for 16; an exception stays one. An answer under a function that is
 * asked for could be the answer to the next question, and nobody could tell.
 */
static uint8_t other_function(uint8_t function) {
    return (uint8_t)((function & 0x7F) == 16 ? function - 1 : function - 2);
}

/* A good frame with two data bytes fewer: the answer to a shorter request. */
static void shorten(struct sim_frame *answer) {
    if (answer->length <= 7) {
        answer->bytes[2] ^= 1;
        sim_frame_seal(answer, answer->length - 2);
        return;
    }
    answer->bytes[2] = (uint8_t)(answer->bytes[2] - 2);
    sim_frame_seal(answer, answer->length - 4);
}

/* Returns the new length; what finds no room at the end is cut. */
static size_t put_before(uint8_t *bytes, size_t size, size_t length, struct bytes before) {
    size_t kept = before.length + length > size ? size - before.length : length;
    memmove(bytes + before.length, bytes, kept);
    memcpy(bytes, before.at, before.length);
    return before.length + kept;
}
