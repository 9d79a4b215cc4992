/* device print, device text: what a device can show, shown. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "controller/tools/device.h"
#include "devices/profile.h"
#include "protocol/utf8.h"

enum { PRINT_WAIT_S = 30, LOOK_NS = 200000000 };

static int await_paper(struct bench_device *device, uint16_t job);
static uint16_t free_job(struct bench_device *device, uint16_t done);
static bool take_text(const char *name, const char *text, char *out, size_t size);
static bool take_style(struct bench_device *device, uint16_t *style);
static void pause_ns(long ns);

int device_print(struct bench_device *device) {
    struct rtu_result result;
    struct print_job job = { .text = "HallQ\n打印测试 test print\n\x1d"
                                     "A000\nABCDEFGHIJKLMNOPQRST 0123456789\n" };
    if ((device->count > 0 && !take_text("text", device->words[0], job.text, sizeof(job.text))) ||
        (device->count > 1 && !take_text("QR", device->words[1], job.qr, sizeof(job.qr)))) {
        return TOOL_USAGE;
    }
    int code = device_ask_inputs(device, &result);
    if (code != TOOL_DONE) {
        return code;
    }
    if (result.values[INPUT_KIND] != ROLE_DISPENSER) {
        const char *kind = device_kind_word(result.values[INPUT_KIND]);
        fprintf(stderr, "hallq: address %u is a %s: only a dispenser prints\n", device->address,
                kind == NULL ? "device of an unknown kind" : kind);
        return TOOL_REFUSED;
    }
    job.job = free_job(device, result.values[INPUT_DONE]);
    struct bench_target target = { device->address, ROLE_DISPENSER, profile_reference() };
    if (bench_print(device->bench, &target, &job, &result) != RTU_ANSWER) {
        return device_say(device, &result);
    }
    return await_paper(device, job.job);
}

int device_text(struct bench_device *device) {
    struct rtu_result result;
    struct board_image image = { .style = STYLE_RED };
    if (!take_text("text", device->words[0], image.text, sizeof(image.text)) ||
        !take_style(device, &image.style)) {
        return TOOL_USAGE;
    }
    int code = device_ask_inputs(device, &result);
    if (code != TOOL_DONE) {
        return code;
    }
    uint16_t kind = result.values[INPUT_KIND];
    if (kind != ROLE_BOARD && kind != ROLE_UNIT) {
        const char *word = device_kind_word(kind);
        fprintf(stderr, "hallq: address %u is a %s: only a board or a unit shows text\n",
                device->address, word == NULL ? "device of an unknown kind" : word);
        return TOOL_REFUSED;
    }
    struct image shown = { .board = image };
    struct bench_target target = { device->address, (enum role)kind, profile_reference() };
    if (bench_show(device->bench, &target, ROLE_BOARD, &shown, &result) != RTU_ANSWER) {
        return device_say(device, &result);
    }
    uint16_t revision = bench_revision(&image);
    code = device_ask_inputs(device, &result);
    if (code == TOOL_DONE && result.values[INPUT_DONE] != revision) {
        fprintf(stderr, "hallq: address %u took the text and shows revision %u, not %u\n",
                device->address, result.values[INPUT_DONE], revision);
        return TOOL_REFUSED;
    }
    if (code == TOOL_DONE) {
        printf("address %u shows it\n", device->address);
    }
    return code;
}

/* The number behind `done`, but none that the device has in work: it would not print it again. */
static uint16_t free_job(struct bench_device *device, uint16_t done) {
    struct rtu_request request = {
        .slave = device->address, .function = READ_HOLDING, .address = DISPENSER_JOB, .count = 1
    };
    struct rtu_result result;
    bool is_read = bench_ask(device->bench, &request, &result) == RTU_ANSWER;
    uint16_t job = (uint16_t)(done + 1);
    while (job == 0 || job == done || (is_read && job == result.values[0])) {
        job++;
    }
    return job;
}

static int await_paper(struct bench_device *device, uint16_t job) {
    static const char *const RESULTS[] = { "", "paper out", "a fault of the printer",
                                           "it did not understand the job" };
    struct rtu_result result;
    time_t until = time(NULL) + PRINT_WAIT_S;
    do {
        pause_ns(LOOK_NS);
        int code = device_ask_inputs(device, &result);
        if (code != TOOL_DONE) {
            return code;
        }
    } while (result.values[INPUT_DONE] != job && time(NULL) < until);
    uint16_t how = result.values[INPUT_RESULT];
    if (result.values[INPUT_DONE] != job) {
        fprintf(stderr, "hallq: job %u is not finished after %d s\n", job, PRINT_WAIT_S);
        return TOOL_REFUSED;
    }
    if (how != RESULT_WELL) {
        fprintf(stderr, "hallq: job %u is not printed: %s\n", job,
                how <= RESULT_NOT_UNDERSTOOD ? RESULTS[how] : "an unknown result");
        return TOOL_REFUSED;
    }
    printf("job %u is printed\n", job);
    return TOOL_DONE;
}

/* What does not fit is refused here: on paper nobody would know that its end is missing. */
static bool take_text(const char *name, const char *text, char *out, size_t size) {
    if (strlen(text) >= size) {
        fprintf(stderr, "hallq: %s: found %zu bytes, expected at most %zu\n", name, strlen(text),
                size - 1);
        return false;
    }
    utf8_copy(out, size, text);
    return true;
}

static bool take_style(struct bench_device *device, uint16_t *style) {
    static const struct {
        const char *word;
        uint16_t bits;
    } STYLES[] = { { "red", STYLE_RED },
                   { "green", STYLE_GREEN },
                   { "amber", STYLE_AMBER },
                   { "flash", STYLE_FLASH },
                   { "scroll", STYLE_SCROLL } };
    enum { STYLE_COUNT = sizeof(STYLES) / sizeof(STYLES[0]), COLOURS = 3 };
    for (int i = 1; i < device->count; i++) {
        size_t at = 0;
        while (at < STYLE_COUNT && strcmp(STYLES[at].word, device->words[i]) != 0) {
            at++;
        }
        if (at == STYLE_COUNT) {
            fprintf(stderr, "hallq: text: %s: expected red, green, amber, flash or scroll\n",
                    device->words[i]);
            return false;
        }
        *style = (uint16_t)(at < COLOURS ? (*style & ~(unsigned)COLOURS) | STYLES[at].bits
                                         : *style | STYLES[at].bits);
    }
    return true;
}

static void pause_ns(long ns) {
    const struct timespec pause = { .tv_sec = 0, .tv_nsec = ns };
    (void)nanosleep(&pause, NULL);
}
