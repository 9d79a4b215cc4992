#include "tests/unit/devices/lone.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_US = 5000, DRIVE_MOST = 100 };

static void take_report(void *context, const struct device_report *report) {
    struct lone *lone = context;
    ck_assert_uint_lt(lone->report_count, LONE_REPORTS);
    lone->reports[lone->report_count++] = *report;
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

struct lone *lone_open(enum role role) {
    struct lone *lone = calloc(1, sizeof *lone);
    lone->config = (struct device_config){ .role = role, .address = 7 };
    memcpy(lone->config.id, "the-device", sizeof "the-device");
    lone->config.profile = profile_reference();
    lone->callbacks = (struct bus_callbacks){ take_report, take_log, lone };
    device_init(&lone->device, &lone->config, &lone->item);
    lone->device.bus_id = "floor";
    lone->device.callbacks = &lone->callbacks;
    lone->now_us = 1000000000;
    lone->input[INPUT_KIND] = (uint16_t)role;
    lone->input[INPUT_MAP] = 1;
    lone->input[INPUT_SERIAL] = 0x00AB;
    lone->input[INPUT_BOOTS] = 1;
    return lone;
}

void lone_close(struct lone *lone) {
    free(lone);
}

void lone_read(struct lone *lone) {
    bool is_baseline = lone->item.life == LIFE_RETURNED;
    const struct profile *profile = lone->config.profile;
    struct span span = is_baseline ? profile_baseline(profile) : profile_pulse(profile);
    lone->now_us += STEP_US;
    if (lone->item.life == LIFE_ALIVE && lone->item.has_keys) {
        span = profile_baseline(profile);
    }
    if (is_baseline) {
        device_take_baseline(&lone->device, span, lone->input + span.address, lone->now_us);
    } else {
        device_take_pulse(&lone->device, span, lone->input + span.address, lone->now_us);
    }
}

void lone_press(struct lone *lone, uint16_t code, uint16_t argument) {
    uint16_t *ring = lone->input + INPUT_RING;
    memmove(ring + 2, ring, 14 * sizeof *ring);
    ring[0] = code;
    ring[1] = argument;
    lone->input[INPUT_KEY_EVENTS]++;
}

void lone_reboot(struct lone *lone) {
    lone->input[INPUT_BOOTS]++;
    memset(lone->input + INPUT_STATUS, 0, (INPUT_COUNT - INPUT_STATUS) * sizeof *lone->input);
    memset(lone->holding, 0, sizeof lone->holding);
}

void lone_show(struct lone *lone, const struct image *image) {
    device_show(&lone->device, image, lone->now_us);
}

bool lone_ask(struct lone *lone) {
    lone->now_us += STEP_US;
    bool is_due = lone->item.has_image && lone->item.write_us <= lone->now_us;
    return is_due && device_ask(&lone->device, ASK_IMAGE, lone->now_us, &lone->request);
}

void lone_hear(struct lone *lone, enum rtu_outcome outcome) {
    const struct rtu_request *request = &lone->request;
    struct rtu_result result = { .outcome = outcome, .exception = 2, .done_us = lone->now_us };
    uint16_t *holding = lone->holding + request->address;
    if (outcome == RTU_ANSWER && request->function == WRITE_HOLDING) {
        memcpy(holding, request->values, request->count * sizeof *holding);
    } else if (outcome == RTU_ANSWER) {
        memcpy(result.values, holding, request->count * sizeof *holding);
    }
    device_hear(&lone->device, ASK_IMAGE, request, &result);
}

unsigned lone_fail(struct lone *lone, enum rtu_outcome outcome, unsigned seconds) {
    int64_t end_us = lone->now_us + (int64_t)seconds * 1000000;
    unsigned requests = 0;
    while (lone->now_us < end_us) {
        if (lone_ask(lone)) {
            bool is_write = lone->request.function == WRITE_HOLDING;
            requests += is_write ? 1 : 0;
            lone_hear(lone, is_write ? outcome : RTU_ANSWER);
        }
        lone_read(lone);
        schedule_hit(&lone->item, 0);
    }
    return requests;
}

unsigned lone_drive(struct lone *lone) {
    unsigned requests = 0;
    while (lone_ask(lone)) {
        lone_hear(lone, RTU_ANSWER);
        requests++;
        ck_assert_uint_lt(requests, DRIVE_MOST);
    }
    return requests;
}

unsigned lone_count(const struct lone *lone, enum report_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < lone->report_count; i++) {
        count += lone->reports[i].kind == kind ? 1 : 0;
    }
    return count;
}

const struct device_report *lone_last(const struct lone *lone, enum report_kind kind) {
    for (unsigned i = lone->report_count; i-- > 0;) {
        if (lone->reports[i].kind == kind) {
            return &lone->reports[i];
        }
    }
    return NULL;
}
