#include "devices/scan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "devices/line.h"
#include "devices/profile_map.h"
#include "devices/rtu.h"
#include "devices/serial.h"

struct scan {
    const struct scan_options *options;
    const struct scan_callbacks *callbacks;
    const struct profile *profile;
    struct line line;
    struct rtu *rtu;
    unsigned done, total;
    bool is_stopped;
};

static enum hall_error scan_rate(struct scan *scan, uint32_t baud);
static enum hall_error scan_addresses(struct scan *scan, uint32_t baud);
static enum rtu_outcome scan_address(struct scan *scan, struct scan_found *found);
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
    enum hall_error error = line_open(&scan->line);
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
    const struct scan_callbacks *callbacks = scan->callbacks;
    for (unsigned address = scan->options->first; address <= scan->options->last; address++) {
        struct scan_found found = { .baud = baud, .address = (uint8_t)address };
        if (callbacks->progress != NULL &&
            !callbacks->progress(callbacks->context, baud, found.address, scan->done,
                                 scan->total)) {
            scan->is_stopped = true;
            return HALL_OK;
        }
        scan->done++;
        enum rtu_outcome outcome = scan_address(scan, &found);
        if (outcome == RTU_GONE) {
            return HALL_GONE;
        }
        if (outcome != RTU_NO_ANSWER) {
            callbacks->found(callbacks->context, &found);
        }
    }
    return HALL_OK;
}

static enum rtu_outcome scan_address(struct scan *scan, struct scan_found *found) {
    struct span identity = profile_identity(scan->profile);
    struct rtu_request request = { .slave = found->address,
                                   .function = READ_INPUT,
                                   .address = identity.address,
                                   .count = identity.count };
    int64_t answer_us = (int64_t)scan->profile->answer_ms * 1000;
    struct rtu_result result;
    rtu_ask(scan->rtu, &request, answer_us, answer_us, &result);
    if (result.outcome == RTU_MANGLED) {
        request.count++; /* Another length, so that a late answer to the first is not believed. */
        rtu_ask(scan->rtu, &request, answer_us, answer_us, &result);
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
