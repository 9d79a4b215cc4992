#include "tests/devices/hall_end.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/devices/rig.h"

enum { AWAIT_MS = 10000, LOOK_MS = 2 };

static void take_report(void *context, const struct device_report *report);
static void take_log(void *context, int level, const char *text);

struct hall_end *end_open(bool has_xor, unsigned speak_ms) {
    struct hall_end *end = calloc(1, sizeof *end);
    ck_assert_ptr_nonnull(end);
    pthread_mutex_init(&end->mutex, NULL);
    end->chip = chip_open(has_xor, speak_ms);
    end->image.role = ROLE_VOICE;
    end->image.voice.volume = 10;
    return end;
}

void end_connect(struct hall_end *end, enum bus_protocol protocol) {
    struct bus_config config = { .id = "speech", .protocol = protocol, .device_count = 1 };
    struct bus_callbacks callbacks = { take_report, take_log, end };
    snprintf(config.line.port, sizeof config.line.port, "%s", chip_path(end->chip));
    config.line.baud = 9600;
    config.line.data_bits = 8;
    config.line.stop_bits = 1;
    config.line.parity = 'N';
    snprintf(config.devices[0].id, NAME_SIZE, "voice-1");
    config.devices[0].role = ROLE_VOICE;
    end->bus = bus_open(&config, &callbacks);
    ck_assert_ptr_nonnull(end->bus);
}

struct hall_end *end_connected(unsigned speak_ms) {
    struct hall_end *end = end_open(true, speak_ms);
    end_connect(end, PROTOCOL_SYN6288);
    return end;
}

void end_close(struct hall_end *end) {
    bus_close(end->bus);
    chip_close(end->chip);
    pthread_mutex_destroy(&end->mutex);
    free(end);
}

void end_put(struct hall_end *end, unsigned place, uint16_t number, const char *text) {
    struct voice_line *line = &end->image.voice.lines[place];
    *line = (struct voice_line){ .number = number, .times = 1 };
    snprintf(line->text, sizeof line->text, "%s", text);
}

void end_show(struct hall_end *end) {
    bus_show(end->bus, 0, &end->image);
}

unsigned end_count(struct hall_end *end, enum report_kind kind, struct device_report *last) {
    const struct device_report *found = NULL;
    unsigned count = 0;
    pthread_mutex_lock(&end->mutex);
    for (unsigned i = 0; i < end->count; i++) {
        bool is_one = end->reports[i].kind == kind;
        count += is_one ? 1 : 0;
        found = is_one ? &end->reports[i] : found;
    }
    if (found != NULL && last != NULL) {
        *last = *found;
    }
    pthread_mutex_unlock(&end->mutex);
    return count;
}

struct device_report end_await(struct hall_end *end, enum report_kind kind, unsigned n) {
    struct device_report report = { 0 };
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (end_count(end, kind, &report) >= n) {
            return report;
        }
        rig_sleep(LOOK_MS);
    }
    ck_abort_msg("report %d came %u times, expected %u", kind, end_count(end, kind, NULL), n);
    return report;
}

struct chip_told end_told(struct hall_end *end) {
    struct chip_told told;
    chip_read(end->chip, &told);
    ck_assert_uint_eq(told.cuts, 0);
    return told;
}

void end_await_frames(struct hall_end *end, unsigned frames) {
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (end_told(end).frames >= frames) {
            return;
        }
        rig_sleep(LOOK_MS);
    }
    ck_abort_msg("%u frames, expected %u", end_told(end).frames, frames);
}

static void take_report(void *context, const struct device_report *report) {
    struct hall_end *end = context;
    pthread_mutex_lock(&end->mutex);
    ck_assert_uint_lt(end->count, SAYS_MAX);
    end->reports[end->count++] = *report;
    pthread_mutex_unlock(&end->mutex);
}

static void take_log(void *context, int level, const char *text) {
    struct hall_end *end = context;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_TEST_LOG") != NULL) {
        fprintf(stderr, "%s\n", text);
    }
    pthread_mutex_lock(&end->mutex);
    if (level == 4) {
        snprintf(end->warning, sizeof end->warning, "%s", text);
    }
    pthread_mutex_unlock(&end->mutex);
}
