#include "tests/unit/devices/bare.h"

#include <stdlib.h>
#include <string.h>

#include "devices/profile_map.h"

enum { STEPS_MOST = 400 };

static void take_report(void *context, const struct device_report *report) {
    struct bare *bare = context;
    ck_assert_uint_lt(bare->report_count, BARE_REPORTS);
    bare->reports[bare->report_count++] = *report;
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

struct bare *bare_open(const char *profile) {
    struct bare *bare = calloc(1, sizeof *bare);
    struct json_doc *doc = json_open("bare.jsonc", profile, strlen(profile));
    bare->profile = profile_read(doc);
    ck_assert_msg(json_mistake_count(doc) == 0, "%s: %s", json_mistake_at(doc, 0)->path,
                  json_mistake_at(doc, 0)->what);
    json_close(doc);
    bare->config = (struct device_config){ .id = "foreign", .address = 9 };
    bare->config.profile = bare->profile;
    bare->config.role = bare->profile->vendor.role;
    bare->callbacks = (struct bus_callbacks){ take_report, take_log, bare };
    bare->schedule.count = 1;
    device_init(&bare->device, &bare->config, &bare->schedule.items[0]);
    bare->device.bus_id = "floor";
    bare->device.callbacks = &bare->callbacks;
    bare->now_us = 1000000000;
    schedule_reset(&bare->schedule, bare->now_us);
    return bare;
}

struct bare *bare_online(const char *profile) {
    struct bare *bare = bare_open(profile);
    bare_until(bare, ASK_BASELINE);
    bare_run(bare, 20);
    ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 1);
    return bare;
}

void bare_close(struct bare *bare) {
    profile_close(bare->profile);
    free(bare);
}

static uint16_t *space_of(struct bare *bare, uint8_t function) {
    switch (function) {
    case READ_COILS:
    case WRITE_COIL:
    case WRITE_COILS:
        return bare->coils;
    case READ_DISCRETE:
        return bare->discrete;
    case READ_INPUT:
        return bare->input;
    default:
        return bare->holding;
    }
}

static void obey(struct bare *bare, struct rtu_result *result) {
    const struct rtu_request *request = &bare->request;
    uint16_t *at = space_of(bare, request->function) + request->address;
    if (frame_is_write(request->function)) {
        memcpy(at, request->values, request->count * sizeof *at);
    } else {
        memcpy(result->values, at, request->count * sizeof *at);
    }
}

/* False: nothing is asked now, and time has moved on. */
static bool ask(struct bare *bare) {
    struct choice choice = schedule_next(&bare->schedule, bare->now_us);
    if (choice.ask == ASK_NOTHING) {
        bare->now_us = choice.wake_us;
        return false;
    }
    bare->ask = choice.ask;
    if (!device_ask(&bare->device, choice.ask, bare->now_us, &bare->request)) {
        bare->now_us += BARE_EXCHANGE_US;
        return false;
    }
    return true;
}

static void hear(struct bare *bare, enum fate fate) {
    struct rtu_result result = { .outcome = RTU_ANSWER };
    bare->now_us += BARE_EXCHANGE_US;
    if (fate == FATE_WELL || fate == FATE_UNANSWERED) {
        obey(bare, &result);
    }
    if (fate == FATE_UNHEARD || fate == FATE_UNANSWERED) {
        result.outcome = RTU_NO_ANSWER;
        bare->now_us += 60000;
    } else if (fate == FATE_REFUSED) {
        result.outcome = RTU_EXCEPTION;
        result.exception = 2;
    }
    result.done_us = bare->now_us;
    device_hear(&bare->device, bare->ask, &bare->request, &result);
    if (bare->ask == ASK_PULSE && fate == FATE_WELL) {
        schedule_learn(&bare->schedule, 0, BARE_EXCHANGE_US);
    }
}

void bare_step(struct bare *bare, enum fate fate) {
    for (unsigned i = 0; !ask(bare); i++) {
        ck_assert_uint_lt(i, STEPS_MOST);
    }
    hear(bare, fate);
}

void bare_run(struct bare *bare, unsigned ms) {
    int64_t end_us = bare->now_us + (int64_t)ms * 1000;
    while (bare->now_us < end_us) {
        bare_step(bare, FATE_WELL);
    }
}

void bare_until(struct bare *bare, enum ask asked) {
    for (unsigned i = 0; i < STEPS_MOST; i++) {
        bare_step(bare, FATE_WELL);
        if (bare->ask == asked) {
            return;
        }
    }
    ck_abort_msg("never asked so");
}

void bare_fate(struct bare *bare, bool is_write, enum fate fate) {
    for (unsigned i = 0; i < STEPS_MOST; i++) {
        if (!ask(bare)) {
            continue;
        }
        bool is_meant = frame_is_write(bare->request.function) == is_write;
        hear(bare, is_meant ? fate : FATE_WELL);
        if (is_meant) {
            return;
        }
    }
    ck_abort_msg("never asked so");
}

void bare_vanish(struct bare *bare, unsigned seconds) {
    int64_t end_us = bare->now_us + (int64_t)seconds * 1000000;
    while (bare->now_us < end_us || !bare->device.is_away) {
        bare_step(bare, FATE_UNHEARD);
    }
}

void bare_show(struct bare *bare, const struct image *image) {
    device_show(&bare->device, image, bare->now_us);
}

unsigned bare_count(const struct bare *bare, enum report_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < bare->report_count; i++) {
        count += bare->reports[i].kind == kind ? 1 : 0;
    }
    return count;
}

const struct device_report *bare_report(const struct bare *bare, enum report_kind kind,
                                        unsigned n) {
    for (unsigned i = 0; i < bare->report_count; i++) {
        if (bare->reports[i].kind == kind && n-- == 0) {
            return &bare->reports[i];
        }
    }
    ck_abort_msg("no such report");
    return NULL;
}
