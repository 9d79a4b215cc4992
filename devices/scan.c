#include "devices/scan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "devices/line.h"
#include "devices/profile_map.h"
#include "devices/rtu.h"
#include "devices/serial.h"

enum {
    BRIEF_US = 20000,
    LOOK_BACK =
        5 /* as many addresses as may be asked before a slow device's answer, and one more */
};

struct scan {
    const struct scan_options *options;
    const struct scan_callbacks *callbacks;
    const struct profile *profile;
    struct line line;
    struct rtu *rtu;
    unsigned done, total;
    bool is_stopped;
    uint64_t stray_bytes;      /* the line's, when last looked at */
    uint8_t silent[LOOK_BACK]; /* the last ones that did not answer, the newest first; 0 none */
};

static enum hall_error scan_rate(struct scan *scan, uint32_t baud);
static enum hall_error scan_addresses(struct scan *scan, uint32_t baud);
static bool scan_goes_on(struct scan *scan, const struct scan_found *next);
static enum rtu_outcome scan_again(struct scan *scan, uint32_t baud);
static bool scan_hear_last(struct scan *scan);
static enum rtu_outcome scan_address(struct scan *scan, int64_t answer_us, struct scan_found *found,
                                     bool *is_disturbed);
static void scan_read(const struct profile *profile, const struct rtu_request *request,
                      const struct rtu_result *result, struct scan_found *found);

enum hall_error scan_line(const struct scan_options *options,
                          const struct scan_callbacks *callbacks, char *what) {
    assert(options->first >= 1 && options->first <= options->last && options->last <= 247);
    assert(options->baud_count >= 1 && options->baud_count <= SCAN_BAUDS_MAX);
    unsigned addresses = options->last - options->first + 1U;
    struct scan scan = { .options = options,
                         .callbacks = callbacks,
                         .profile =
                             options->profile == NULL ? profile_reference() : options->profile,
                         .total = addresses * options->baud_count };
    for (unsigned i = 0; i < options->baud_count; i++) {
        if (!serial_knows_baud(options->bauds[i])) {
            snprintf(what, WHAT_SIZE, "%u baud is no rate of a serial line",
                     (unsigned)options->bauds[i]);
            return HALL_INVALID;
        }
    }
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; i < options->baud_count && error == HALL_OK && !scan.is_stopped; i++) {
        error = scan_rate(&scan, options->bauds[i]);
    }
    if (error != HALL_OK) {
        snprintf(what, WHAT_SIZE, "%s", scan.line.what);
    }
    return error;
}

static enum hall_error scan_rate(struct scan *scan, uint32_t baud) {
    struct line_settings settings = scan->options->line;
    settings.baud = baud;
    line_init(&scan->line, &settings, -1);
    enum hall_error error = line_open_alone(&scan->line);
    if (error != HALL_OK) {
        return error;
    }
    scan->rtu = rtu_open(&scan->line);
    if (scan->rtu == NULL) {
        line_lose(&scan->line, "no memory");
        error = HALL_FULL;
    } else {
        error = scan_addresses(scan, baud);
    }
    rtu_close(scan->rtu);
    line_close(&scan->line);
    return error;
}

static enum hall_error scan_addresses(struct scan *scan, uint32_t baud) {
    memset(scan->silent, 0, sizeof scan->silent);
    scan->stray_bytes = scan->line.stray_bytes;
    for (unsigned address = scan->options->first; address <= scan->options->last; address++) {
        struct scan_found found = { .baud = baud, .address = (uint8_t)address };
        if (!scan_goes_on(scan, &found)) {
            return HALL_OK;
        }
        scan->done++;
        bool is_disturbed = false;
        enum rtu_outcome outcome = scan_address(scan, BRIEF_US, &found, &is_disturbed);
        if (outcome == RTU_GONE || (is_disturbed && scan_again(scan, baud) == RTU_GONE)) {
            return HALL_GONE;
        }
        if (outcome != RTU_NO_ANSWER) {
            scan->callbacks->found(scan->callbacks->context, &found);
        } else {
            memmove(scan->silent + 1, scan->silent, sizeof scan->silent - 1);
            scan->silent[0] = (uint8_t)address;
        }
    }
    return scan_hear_last(scan) && scan_again(scan, baud) == RTU_GONE ? HALL_GONE : HALL_OK;
}

static bool scan_goes_on(struct scan *scan, const struct scan_found *next) {
    const struct scan_callbacks *callbacks = scan->callbacks;
    scan->is_stopped =
        callbacks->progress != NULL && !callbacks->progress(callbacks->context, next->baud,
                                                            next->address, scan->done, scan->total);
    return !scan->is_stopped;
}

/* Something came that fits no question: one of the silent ones may have been slow. All are asked with patience. */
static enum rtu_outcome scan_again(struct scan *scan, uint32_t baud) {
    int64_t patience_us = (int64_t)scan->profile->answer_ms * 1000;
    for (unsigned i = LOOK_BACK; i > 0; i--) {
        struct scan_found found = { .baud = baud, .address = scan->silent[i - 1] };
        bool is_disturbed = false;
        if (found.address == 0) {
            continue;
        }
        enum rtu_outcome outcome = scan_address(scan, patience_us, &found, &is_disturbed);
        if (outcome == RTU_GONE) {
            return RTU_GONE;
        }
        if (outcome != RTU_NO_ANSWER) {
            scan->callbacks->found(scan->callbacks->context, &found);
        }
    }
    memset(scan->silent, 0, sizeof scan->silent);
    scan->stray_bytes = scan->line.stray_bytes;
    return RTU_NO_ANSWER;
}

/* Behind the last address nobody is asked whose listening would hear a slow one. */
static bool scan_hear_last(struct scan *scan) {
    uint8_t bytes[FRAME_MAX];
    size_t got = 0;
    int64_t until_us = line_now_us() + (int64_t)scan->profile->answer_ms * 1000;
    return line_read(&scan->line, until_us, bytes, sizeof bytes, &got) == HALL_OK;
}

static enum rtu_outcome scan_address(struct scan *scan, int64_t answer_us, struct scan_found *found,
                                     bool *is_disturbed) {
    struct span identity = profile_identity(scan->profile);
    struct rtu_request request = { .slave = found->address,
                                   .function = READ_INPUT,
                                   .address = identity.address,
                                   .count = identity.count };
    struct rtu_result result;
    rtu_ask(scan->rtu, &request, answer_us, answer_us, &result);
    *is_disturbed = result.misfits > 0 || scan->line.stray_bytes != scan->stray_bytes ||
                    (result.outcome == RTU_NO_ANSWER && result.heard > 0);
    if (result.outcome == RTU_MANGLED) {
        int64_t patience_us = (int64_t)scan->profile->answer_ms * 1000;
        request.count++; /* Another length, so that a late answer to the first is not believed. */
        rtu_ask(scan->rtu, &request, patience_us, patience_us, &result);
        found->is_unclear = result.outcome == RTU_MANGLED || result.outcome == RTU_NO_ANSWER;
        if (found->is_unclear) {
            return RTU_MANGLED;
        }
    }
    found->is_refused = result.outcome == RTU_EXCEPTION;
    if (result.outcome == RTU_ANSWER) {
        scan_read(scan->profile, &request, &result, found);
    }
    return result.outcome;
}

static void scan_read(const struct profile *profile, const struct rtu_request *request,
                      const struct rtu_result *result, struct scan_found *found) {
    const struct input_map *input = &profile->input;
    const uint16_t *values = result->values;
    found->kind = values[input->kind - request->address];
    found->map = values[input->map - request->address];
    found->firmware = values[input->firmware - request->address];
    found->serial = (uint32_t)values[input->serial - request->address] << 16 |
                    values[input->serial + 1 - request->address];
}
