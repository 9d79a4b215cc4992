/* device read: what a device says, in words or as registers. */
#include <stdio.h>
#include <string.h>

#include "controller/tools/device.h"

enum { LINE_MAX_BYTES = 2048, STATUS_TEXT = 160 };

/* What a Modbus device has to be read. */
static const struct {
    const char *word;
    uint8_t function;
} SPACES[] = { { "input", READ_INPUT },
               { "holding", READ_HOLDING },
               { "coil", READ_COILS },
               { "discrete", READ_DISCRETE } };
enum { SPACE_COUNT = sizeof(SPACES) / sizeof(SPACES[0]) };

static int read_registers(struct bench_device *device);
static void print_registers(const struct bench_device *device, const struct rtu_request *request,
                            const struct rtu_result *result);
static void print_value(unsigned number, uint16_t value, bool is_bit);
static const char *space_word(uint8_t function);
static void print_page(const struct bench_device *device, const uint16_t *inputs);
static void print_page_json(const struct bench_device *device, const uint16_t *inputs);
static void status_text(uint16_t status, char *out);
static const char *done_word(uint16_t kind);
static unsigned ring_count(const uint16_t *inputs);

int device_read(struct bench_device *device) {
    if (device->count > 0) {
        return read_registers(device);
    }
    struct rtu_result result;
    int code = device_ask_inputs(device, &result);
    if (code == TOOL_DONE && device->tool->json) {
        print_page_json(device, result.values);
    } else if (code == TOOL_DONE) {
        print_page(device, result.values);
    }
    return code;
}

static int read_registers(struct bench_device *device) {
    static const unsigned WORDS[2] = { 0, UINT16_MAX };
    static const unsigned COUNTS[2] = { 1, FRAME_READ_MAX };
    unsigned space = 0;
    unsigned first = 0;
    unsigned count = 1;
    while (space < SPACE_COUNT && strcmp(device->words[0], SPACES[space].word) != 0) {
        space++;
    }
    if (space == SPACE_COUNT || device->count < 2) {
        fprintf(stderr, "hallq: read: expected input, holding, coil or discrete, a number, and how "
                        "many\n");
        return TOOL_USAGE;
    }
    if (!tool_number("number", device->words[1], WORDS, &first) ||
        (device->count > 2 && !tool_number("count", device->words[2], COUNTS, &count))) {
        return TOOL_USAGE;
    }
    struct rtu_request request = { .slave = device->address,
                                   .function = SPACES[space].function,
                                   .address = (uint16_t)first,
                                   .count = (uint16_t)count };
    struct rtu_result result;
    int code = device_ask_once(device, &request, &result);
    if (code == TOOL_DONE) {
        print_registers(device, &request, &result);
    }
    return code;
}

static void print_value(unsigned number, uint16_t value, bool is_bit) {
    if (is_bit) {
        printf("%5u  %5u\n", number, value);
    } else {
        printf("%5u  %5u  0x%04x\n", number, value, value);
    }
}

static const char *space_word(uint8_t function) {
    unsigned space = 0;
    while (SPACES[space].function != function) {
        space++;
    }
    return SPACES[space].word;
}

static void print_registers(const struct bench_device *device, const struct rtu_request *request,
                            const struct rtu_result *result) {
    if (!device->tool->json) {
        for (unsigned i = 0; i < request->count; i++) {
            print_value(request->address + i, result->values[i], frame_is_bits(request->function));
        }
        return;
    }
    char line[LINE_MAX_BYTES];
    struct json_writer writer;
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_int(&writer, "address", device->address);
    json_write_text(&writer, "registers", space_word(request->function));
    json_write_int(&writer, "first", request->address);
    json_begin_array(&writer, "values");
    for (unsigned i = 0; i < request->count; i++) {
        json_write_int(&writer, NULL, result->values[i]);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void print_page(const struct bench_device *device, const uint16_t *inputs) {
    static const char *const RESULTS[] = { "well", "paper out", "fault", "not understood" };
    char status[STATUS_TEXT];
    const char *kind = device_kind_word(inputs[INPUT_KIND]);
    uint16_t result = inputs[INPUT_RESULT];
    status_text(inputs[INPUT_STATUS], status);
    printf("address     %u\n", device->address);
    printf("kind        %u, %s\n", inputs[INPUT_KIND], kind == NULL ? "not understood" : kind);
    printf("map         %u\n", inputs[INPUT_MAP]);
    printf("firmware    %u.%u\n", inputs[INPUT_FIRMWARE] / 256u, inputs[INPUT_FIRMWARE] % 256u);
    printf("serial      %u\n", device_serial(inputs));
    printf("power-ups   %u\n", inputs[INPUT_BOOTS]);
    printf("status      %s\n", status);
    printf("key events  %u\n", inputs[INPUT_KEY_EVENTS]);
    printf("done        %u, %s\n", inputs[INPUT_DONE], done_word(inputs[INPUT_KIND]));
    if (inputs[INPUT_KIND] == ROLE_DISPENSER) {
        printf("result      %u, %s\n", result,
               result <= RESULT_NOT_UNDERSTOOD ? RESULTS[result] : "unknown");
    }
    printf("last keys   ");
    for (unsigned i = 0; i < ring_count(inputs); i++) {
        const uint16_t *entry = inputs + INPUT_RING + 2 * (size_t)i;
        printf("%s%u (%u)", i == 0 ? "" : ", ", entry[0], entry[1]);
    }
    printf("%s\n", ring_count(inputs) == 0 ? "none" : ", newest first: code (argument)");
}

static void print_page_json(const struct bench_device *device, const uint16_t *inputs) {
    char line[LINE_MAX_BYTES];
    struct json_writer writer;
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_int(&writer, "address", device->address);
    json_write_text(&writer, "kind", device_kind_word(inputs[INPUT_KIND]));
    json_write_int(&writer, "map", inputs[INPUT_MAP]);
    json_write_int(&writer, "firmware", inputs[INPUT_FIRMWARE]);
    json_write_int(&writer, "serial", device_serial(inputs));
    json_write_int(&writer, "boots", inputs[INPUT_BOOTS]);
    json_write_int(&writer, "status", inputs[INPUT_STATUS]);
    json_write_int(&writer, "key_events", inputs[INPUT_KEY_EVENTS]);
    json_write_int(&writer, "done", inputs[INPUT_DONE]);
    json_write_int(&writer, "result", inputs[INPUT_RESULT]);
    json_begin_array(&writer, "keys");
    for (unsigned i = 0; i < ring_count(inputs); i++) {
        const uint16_t *entry = inputs + INPUT_RING + 2 * (size_t)i;
        json_begin_object(&writer, NULL);
        json_write_int(&writer, "code", entry[0]);
        json_write_int(&writer, "argument", entry[1]);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void status_text(uint16_t status, char *out) {
    static const struct {
        uint16_t bit;
        const char *text;
    } BITS[] = { { STATUS_PAPER_LOW, "paper low" }, { STATUS_PAPER_OUT, "paper out" },
                 { STATUS_JAM, "jam or cutter" },   { STATUS_COVER, "cover open" },
                 { STATUS_KEY_STUCK, "key stuck" }, { STATUS_OTHER, "other fault" } };
    size_t at = 0;
    (void)snprintf(out, STATUS_TEXT, "%s", status == 0 ? "well" : "");
    for (size_t i = 0; i < sizeof(BITS) / sizeof(BITS[0]); i++) {
        if ((status & BITS[i].bit) != 0) {
            at += (size_t)snprintf(out + at, STATUS_TEXT - at, "%s%s", at == 0 ? "" : ", ",
                                   BITS[i].text);
            status = (uint16_t)(status & ~BITS[i].bit);
        }
    }
    if (status != 0) {
        (void)snprintf(out + at, STATUS_TEXT - at, "%sunknown bits 0x%04x", at == 0 ? "" : ", ",
                       status);
    }
}

static const char *done_word(uint16_t kind) {
    switch (kind) {
    case ROLE_DISPENSER:
        return "the last finished job";
    case ROLE_TERMINAL:
        return "the last key event answered";
    case ROLE_KEYPAD:
        return "the session shown";
    case ROLE_BOARD:
    case ROLE_UNIT:
        return "the board's revision shown";
    default:
        return "of an unknown kind";
    }
}

static unsigned ring_count(const uint16_t *inputs) {
    return inputs[INPUT_KEY_EVENTS] < RING_ENTRIES ? inputs[INPUT_KEY_EVENTS] : RING_ENTRIES;
}
