/* The bench of `hallq device`: one device on an open line, and what its sub-commands share. */
#ifndef CONTROLLER_TOOLS_DEVICE_H
#define CONTROLLER_TOOLS_DEVICE_H

#include "controller/tools/tool.h"
#include "devices/bench.h"
#include "protocol/registers.h"

struct bench_device {
    const struct tool *tool;
    struct line_settings line;
    struct bench *bench;
    uint8_t address;
    int count; /* of words behind the sub-command */
    char **words;
};

/* Each runs one sub-command; an enum tool_exit, what went wrong has been said on stderr. */
int device_read(struct bench_device *device);
int device_print(struct bench_device *device);
int device_text(struct bench_device *device);
int device_conform(struct bench_device *device);

/* Says on stderr what stood in the way; TOOL_REFUSED. */
int device_say(const struct bench_device *device, const struct rtu_result *result);
/* Reads registers; anything but an answer is said on stderr. */
int device_ask_once(struct bench_device *device, const struct rtu_request *request,
                    struct rtu_result *result);
/* All 26 input registers into `result->values`. */
int device_ask_inputs(struct bench_device *device, struct rtu_result *result);
/* "dispenser"; NULL for a kind that the map does not have. */
const char *device_kind_word(uint16_t kind);
uint32_t device_serial(const uint16_t *inputs);

#endif
