/*
 * Any text as a profile: what is not taken has a mistake that says why, and what is taken can drive a device of each of
 * its roles through answers, losses and refusals of any kind, its questions and writes always inside Modbus's bounds.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "devices/device.h"
#include "devices/profile_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 120, EXCHANGE_US = 7000, SHOW_EVERY = 16 };

struct drive {
    uint32_t seed;
    int64_t now_us;
    struct schedule schedule;
    struct device device;
    struct device_config config;
    struct bus_callbacks callbacks;
};

static void take_report(void *context, const struct device_report *report) {
    (void)context;
    assert(report->kind != REPORT_NONE);
    assert(memchr(report->what, 0, sizeof report->what) != NULL);
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    assert(text != NULL);
}

static uint32_t draw(struct drive *drive) {
    drive->seed = drive->seed * 1664525U + 1013904223U;
    return drive->seed >> 8;
}

static void check_request(const struct rtu_request *request) {
    uint8_t frame[FRAME_MAX];
    bool is_write = frame_is_write(request->function);
    assert(request->slave == 9);
    assert(request->count >= 1);
    assert(request->count <= (is_write ? (unsigned)FRAME_WRITE_MAX : (unsigned)FRAME_READ_MAX));
    assert((unsigned)request->address + request->count <= UINT16_MAX + 1U);
    assert(is_write == (request->values != NULL));
    assert(frame_build(request, frame) + 2 == frame_request_length(request));
}

static void show(struct drive *drive) {
    static const char *const TEXTS[] = { "", "A017\n2 3", "请A017到3号窗口", "\xff\xfe", "line" };
    struct image image = { .role = drive->config.role };
    uint32_t chance = draw(drive);
    const char *text = TEXTS[chance % 5];
    image.identify_count = (uint16_t)(chance >> 20);
    image.identify_s = 3;
    image.terminal.ticket = (struct ticket_no){ { (char)(chance % 2 == 0 ? 'A' : 0), 0, 0 }, 17 };
    image.terminal.waiting = (uint16_t)chance;
    image.terminal.lamp = (uint16_t)(chance % (LAMP_RATING + 1));
    image.terminal.answer =
        (struct key_answer){ chance % 3, (uint16_t)chance, (uint16_t)(chance % 12) };
    image.keypad.state = (uint16_t)(chance % (KEYPAD_REASONS + 1));
    image.keypad.session = (uint16_t)(chance % 4);
    memcpy(image.keypad.name, text, strlen(text) + 1);
    memcpy(image.board.text, text, strlen(text) + 1);
    image.board.style = (uint16_t)(chance >> 4);
    image.dispenser.enabled = chance * 257;
    image.dispenser.job.job = (uint16_t)(chance % 3);
    image.rank = chance % 2 == 0 ? RANK_CALL : RANK_WAITING;
    device_show(&drive->device, &image, drive->now_us);
}

/* Mostly answers, so that it comes online and stays there; small numbers, so that codes and counts are met. */
static void answer(struct drive *drive, const struct rtu_request *request,
                   struct rtu_result *result) {
    static const enum rtu_outcome OUTCOMES[] = { RTU_NO_ANSWER, RTU_MANGLED, RTU_EXCEPTION };
    uint32_t chance = draw(drive) % 16;
    result->outcome = chance < 3 ? OUTCOMES[chance] : RTU_ANSWER;
    result->exception = 2;
    bool is_bits = frame_is_bits(request->function);
    for (unsigned i = 0; i < request->count; i++) {
        result->values[i] = (uint16_t)(draw(drive) % (is_bits ? 2 : 8));
    }
}

static void drive_role(const struct profile *profile, enum role role, uint32_t seed) {
    struct drive *drive = calloc(1, sizeof *drive);
    drive->seed = seed;
    drive->now_us = 1000000000;
    drive->config = (struct device_config){ .id = "x", .role = role, .address = 9 };
    drive->config.profile = profile;
    drive->callbacks = (struct bus_callbacks){ take_report, take_log, drive };
    drive->schedule.count = 1;
    device_init(&drive->device, &drive->config, &drive->schedule.items[0]);
    drive->device.bus_id = "floor";
    drive->device.callbacks = &drive->callbacks;
    schedule_reset(&drive->schedule, drive->now_us);
    for (unsigned i = 0; i < STEPS; i++) {
        struct rtu_request request = { 0 };
        struct rtu_result result = { 0 };
        if (i % SHOW_EVERY == 3) {
            show(drive);
        }
        struct choice choice = schedule_next(&drive->schedule, drive->now_us);
        drive->now_us = choice.ask == ASK_NOTHING ? choice.wake_us : drive->now_us + EXCHANGE_US;
        if (choice.ask == ASK_NOTHING ||
            !device_ask(&drive->device, choice.ask, drive->now_us, &request)) {
            continue;
        }
        check_request(&request);
        answer(drive, &request, &result);
        result.done_us = drive->now_us;
        device_hear(&drive->device, choice.ask, &request, &result);
    }
    free(drive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint32_t seed = 0;
    if (size > 16384) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        seed = seed * 31 + data[i];
    }
    struct json_doc *doc = json_open("fuzz.jsonc", (const char *)data, size);
    struct profile *profile = profile_read(doc);
    assert((profile == NULL) == (json_mistake_count(doc) > 0));
    for (enum role role = ROLE_DISPENSER; profile != NULL && role <= ROLE_UNIT; role++) {
        /* One without registers is of another driver's devices. */
        if (profile_has_role(profile, role) && !profile_is_unasked(profile)) {
            drive_role(profile, role, seed + role);
        }
    }
    profile_close(profile);
    json_close(doc);
    return 0;
}
