/* device: one device on the bench, or in the cabinet while hallqd does not run. */
#include "controller/tools/device.h"

#include <stdio.h>
#include <string.h>

enum { ADDRESS_MAX = 247, ANSWER_US = 500000, IDENTIFY_S = 10, IDENTIFY_MOST_S = 3600 };

struct act {
    const char *word;
    int least, most; /* words behind it */
    int (*run)(struct bench_device *device);
    const char *usage;
};

static int device_write(struct bench_device *device);
static int device_identify(struct bench_device *device);
static int device_address(struct bench_device *device);
static int write_address(struct bench_device *device, uint32_t serial, uint8_t address);
static int check_moved(struct bench_device *device, uint32_t serial, uint8_t address);
static int read_back(struct bench_device *device, const struct rtu_request *written);

static const struct act ACTS[] = {
    { "read", 0, 3, device_read, "read [input|holding|coil|discrete NUMBER [COUNT]]" },
    { "write", 2, 2 + FRAME_WRITE_MAX, device_write,
      "write REGISTER VALUE... | write coil NUMBER 0|1..." },
    { "identify", 0, 1, device_identify, "identify [SECONDS]" },
    { "address", 1, 1, device_address, "address NEW" },
    { "print", 0, 2, device_print, "print [TEXT [QR]]" },
    { "text", 1, 4, device_text, "text TEXT [red|green|amber] [flash] [scroll]" },
    { "conform", 0, 1, device_conform, "conform [press]" },
};
enum { ACT_COUNT = sizeof(ACTS) / sizeof(ACTS[0]) };

int tool_device(const struct tool *tool) {
    static const unsigned ADDRESSES[2] = { 1, ADDRESS_MAX };
    struct bench_device device = { .tool = tool,
                                   .count = tool->count - 3,
                                   .words = tool->words + 3 };
    const struct act *act = NULL;
    unsigned address = 0;
    char what[WHAT_SIZE] = "";
    for (unsigned i = 0; i < ACT_COUNT && act == NULL; i++) {
        act = strcmp(ACTS[i].word, tool->words[2]) == 0 ? &ACTS[i] : NULL;
    }
    if (act == NULL || device.count < act->least || device.count > act->most) {
        fprintf(stderr, "usage: hallq device PORT ADDRESS %s\n",
                act == NULL ? "read|write|identify|address|print|text|conform" : act->usage);
        return TOOL_USAGE;
    }
    struct tool_bus bus;
    if (!tool_number("address", tool->words[1], ADDRESSES, &address) ||
        tool_line(tool, &device.line, &bus) != TOOL_DONE) {
        return TOOL_USAGE;
    }
    tool_bus_deinit(&bus);
    if (tool->baud != NULL && !tool_baud(tool->baud, &device.line)) {
        return TOOL_USAGE;
    }
    device.address = (uint8_t)address;
    if (bench_open(&device.line, ANSWER_US, &device.bench, what) != HALL_OK) {
        return tool_say_line(device.line.port, what);
    }
    int code = act->run(&device);
    bench_close(device.bench);
    return code;
}

int device_say(const struct bench_device *device, const struct rtu_result *result) {
    static const char *const EXCEPTIONS[] = {
        "",          "no such function", "no such register", "a value it does not take",
        "it failed", "it needs longer",  "it is busy"
    };
    enum { EXCEPTION_COUNT = sizeof(EXCEPTIONS) / sizeof(EXCEPTIONS[0]) };
    fprintf(stderr, "hallq: address %u on %s: ", device->address, device->line.port);
    switch (result->outcome) {
    case RTU_ANSWER:
    case RTU_STOPPED:
        fprintf(stderr, "stopped\n");
        break;
    case RTU_EXCEPTION:
        fprintf(stderr, "refuses with exception %u: %s\n", result->exception,
                result->exception < EXCEPTION_COUNT ? EXCEPTIONS[result->exception] : "unknown");
        break;
    case RTU_NO_ANSWER:
        fprintf(stderr, "no answer at %u baud %u%c%u, asked twice%s\n", device->line.baud,
                device->line.data_bits, device->line.parity, device->line.stop_bits,
                result->has_echo ? "; the line only gives back what is sent" : "");
        break;
    case RTU_MANGLED:
        fprintf(stderr, "answers unreadably: two devices of one address, or a wrong parity\n");
        break;
    case RTU_GONE:
        fprintf(stderr, "the line is lost: %s\n", bench_what(device->bench));
        break;
    }
    return TOOL_REFUSED;
}

int device_ask_once(struct bench_device *device, const struct rtu_request *request,
                    struct rtu_result *result) {
    bool is_well = bench_ask(device->bench, request, result) == RTU_ANSWER;
    return is_well ? TOOL_DONE : device_say(device, result);
}

int device_ask_inputs(struct bench_device *device, struct rtu_result *result) {
    struct rtu_request request = {
        .slave = device->address, .function = READ_INPUT, .address = 0, .count = INPUT_COUNT
    };
    return device_ask_once(device, &request, result);
}

const char *device_kind_word(uint16_t kind) {
    return kind >= ROLE_DISPENSER && kind <= ROLE_UNIT ? role_word((enum role)kind) : NULL;
}

uint32_t device_serial(const uint16_t *inputs) {
    return (uint32_t)inputs[INPUT_SERIAL] << 16 | inputs[INPUT_SERIAL + 1];
}

/* One coil goes out by FC05, several by FC15: some modules know only one of the two. */
static int device_write(struct bench_device *device) {
    static const unsigned WORDS[2] = { 0, UINT16_MAX };
    static const unsigned BITS[2] = { 0, 1 };
    bool is_coil = strcmp(device->words[0], "coil") == 0;
    char **words = device->words + (is_coil ? 1 : 0);
    int count = device->count - (is_coil ? 2 : 1); /* of values */
    uint16_t values[FRAME_WRITE_MAX];
    unsigned number = 0;
    if (count < 1 || count > FRAME_WRITE_MAX) {
        fprintf(stderr, "hallq: write: expected a number and 1..%d values\n", FRAME_WRITE_MAX);
        return TOOL_USAGE;
    }
    if (!tool_number(is_coil ? "coil" : "register", words[0], WORDS, &number)) {
        return TOOL_USAGE;
    }
    struct rtu_request request = { .slave = device->address,
                                   .function = !is_coil     ? WRITE_HOLDING
                                               : count == 1 ? WRITE_COIL
                                                            : WRITE_COILS,
                                   .address = (uint16_t)number,
                                   .count = (uint16_t)count,
                                   .values = values };
    for (int i = 0; i < count; i++) {
        if (!tool_number("value", words[i + 1], is_coil ? BITS : WORDS, &number)) {
            return TOOL_USAGE;
        }
        values[i] = (uint16_t)number;
    }
    struct rtu_result result;
    int code = device_ask_once(device, &request, &result);
    return code == TOOL_DONE ? read_back(device, &request) : code;
}

/* Of use to whoever writes a register that the device changes, or does not keep. */
static int read_back(struct bench_device *device, const struct rtu_request *written) {
    bool is_coil = frame_is_bits(written->function);
    struct rtu_request request = { .slave = device->address,
                                   .function = is_coil ? READ_COILS : READ_HOLDING,
                                   .address = written->address,
                                   .count = written->count };
    struct rtu_result result;
    bool is_read = bench_ask(device->bench, &request, &result) == RTU_ANSWER;
    bool is_same = is_read && memcmp(result.values, written->values,
                                     written->count * sizeof(*written->values)) == 0;
    printf("%u %s%s written from %u on; %s\n", written->count, is_coil ? "coil" : "register",
           written->count == 1 ? "" : "s", written->address,
           is_same   ? "read back the same"
           : is_read ? "they read back as another value"
                     : "they can't be read back");
    return TOOL_DONE;
}

static int device_identify(struct bench_device *device) {
    static const unsigned SECONDS[2] = { 0, IDENTIFY_MOST_S };
    unsigned seconds = IDENTIFY_S;
    if (device->count > 0 && !tool_number("seconds", device->words[0], SECONDS, &seconds)) {
        return TOOL_USAGE;
    }
    uint16_t value = (uint16_t)seconds;
    struct rtu_request request = { .slave = device->address,
                                   .function = WRITE_HOLDING,
                                   .address = HOLD_IDENTIFY,
                                   .count = 1,
                                   .values = &value };
    struct rtu_result result;
    if (bench_ask(device->bench, &request, &result) == RTU_EXCEPTION) {
        fprintf(stderr, "hallq: address %u is not able to show which one it is\n", device->address);
        return TOOL_REFUSED;
    }
    if (result.outcome != RTU_ANSWER) {
        return device_say(device, &result);
    }
    if (seconds == 0) {
        printf("address %u blinks no more\n", device->address);
    } else {
        printf("address %u blinks for %u s\n", device->address, seconds);
    }
    return TOOL_DONE;
}

/* Nobody may answer at the new address: two of one address are found by nobody any more. */
static int device_address(struct bench_device *device) {
    static const unsigned ADDRESSES[2] = { 1, ADDRESS_MAX };
    struct rtu_result result;
    unsigned address = 0;
    if (!tool_number("new address", device->words[0], ADDRESSES, &address)) {
        return TOOL_USAGE;
    }
    int code = device_ask_inputs(device, &result);
    if (code != TOOL_DONE) {
        return code;
    }
    uint32_t serial = device_serial(result.values);
    struct rtu_request request = {
        .slave = (uint8_t)address, .function = READ_INPUT, .address = 0, .count = INPUT_BOOTS
    };
    if (address == device->address) {
        fprintf(stderr, "hallq: address %u is what it has already\n", address);
        return TOOL_REFUSED;
    }
    if (bench_ask(device->bench, &request, &result) != RTU_NO_ANSWER) {
        fprintf(stderr, "hallq: address %u is taken: a device answers there\n", address);
        return TOOL_REFUSED;
    }
    return write_address(device, serial, (uint8_t)address);
}

static int write_address(struct bench_device *device, uint32_t serial, uint8_t address) {
    uint16_t values[3] = { (uint16_t)(serial >> 16), (uint16_t)serial, address };
    struct rtu_request request = { .slave = device->address,
                                   .function = WRITE_HOLDING,
                                   .address = HOLD_ADDRESS,
                                   .count = 3,
                                   .values = values };
    struct rtu_result result;
    enum rtu_outcome outcome = bench_ask_once(device->bench, &request, &result);
    if (outcome == RTU_EXCEPTION) {
        fprintf(stderr, "hallq: address %u can't be told its address: set it at the device\n",
                device->address);
        return TOOL_REFUSED;
    }
    /* A device may move before it answers: where it answers now is what counts. */
    return outcome == RTU_GONE ? device_say(device, &result) : check_moved(device, serial, address);
}

static int check_moved(struct bench_device *device, uint32_t serial, uint8_t address) {
    struct rtu_result result;
    uint8_t old = device->address;
    device->address = address;
    int code = device_ask_inputs(device, &result);
    if (code != TOOL_DONE) {
        fprintf(stderr, "hallq: it was told to move from %u, and is not there\n", old);
        return code;
    }
    if (device_serial(result.values) != serial) {
        fprintf(stderr, "hallq: at address %u is another serial number, %u\n", address,
                device_serial(result.values));
        return TOOL_REFUSED;
    }
    printf("serial %u moved from address %u to %u\n", serial, old, address);
    return TOOL_DONE;
}
