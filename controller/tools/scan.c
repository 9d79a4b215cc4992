/* scan: who is on a line. Works on the bench and in the cabinet; hallqd must not have the port at the time. */
#include "devices/scan.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/tools/tool.h"
#include "devices/profile.h"

enum { FOUND_MAX = 247 * SCAN_BAUDS_MAX, STEPS = 10, RATES_TEXT = 160 };

struct scan_state {
    const struct tool *tool;
    struct scan_options options;
    struct tool_bus bus;
    unsigned count;
    struct scan_found *found; /* owned, FOUND_MAX of them */
    bool is_live;             /* progress is drawn over itself, on a terminal */
    bool is_said;             /* progress is said line by line */
    unsigned said;            /* tenths */
    struct timespec began;
};

static volatile sig_atomic_t was_stopped;

static int scan_and_print(struct scan_state *state);
static bool read_bauds(const char *text, struct scan_options *options);
static bool read_to(const char *text, struct scan_options *options);
static void take_found(void *context, const struct scan_found *found);
static void print_json(const struct scan_state *state, const struct scan_found *found);
static void print_table(struct scan_state *state);
static void print_count(const struct scan_state *state);
static void print_missing(const struct scan_state *state);
static const struct device_config *device_at(const struct scan_state *state, uint8_t address);
static void print_heading(const struct scan_state *state);
static int compare_found(const void *left, const void *right);
static void fill_row(struct table *table, const struct scan_state *state,
                     const struct scan_found *found);
static uint8_t twin_of(const struct scan_state *state, const struct scan_found *found);
static double seconds_since(const struct timespec *began);
static bool draw_progress(void *context, uint32_t baud, uint8_t address, unsigned done,
                          unsigned total);
static void clear_progress(const struct scan_state *state);
static void stop(int signal_number);

int tool_scan(const struct tool *tool) {
    struct scan_state state = { .tool = tool,
                                .options = { .first = 1, .last = 247 },
                                .is_live = isatty(STDERR_FILENO) == 1 };
    state.is_said = tool->progress && !state.is_live;
    struct sigaction action = { .sa_handler = stop };
    int code = tool_line(tool, &state.options.line, &state.bus);
    if (code == TOOL_DONE &&
        (!read_bauds(tool->baud == NULL ? "115200,19200,9600" : tool->baud, &state.options) ||
         !read_to(tool->to, &state.options))) {
        code = TOOL_USAGE;
    }
    state.found = calloc(FOUND_MAX, sizeof(*state.found));
    if (code == TOOL_DONE && state.found == NULL) {
        fprintf(stderr, "hallq: no memory\n");
        code = TOOL_REFUSED;
    }
    if (code == TOOL_DONE) {
        (void)sigaction(SIGINT, &action, NULL);
        code = scan_and_print(&state);
    }
    free(state.found);
    tool_bus_deinit(&state.bus);
    return code;
}

static int scan_and_print(struct scan_state *state) {
    struct scan_callbacks callbacks = { .found = take_found,
                                        .progress = draw_progress,
                                        .context = state };
    char what[WHAT_SIZE] = "";
    (void)clock_gettime(CLOCK_MONOTONIC, &state->began);
    enum hall_error error = scan_line(&state->options, &callbacks, what);
    clear_progress(state);
    if (error == HALL_INVALID) {
        fprintf(stderr, "hallq: %s\n", what);
        return TOOL_USAGE;
    }
    if (!state->tool->json && (error == HALL_OK || state->count > 0)) {
        print_table(state);
    }
    if (!state->tool->json && error == HALL_OK && !was_stopped) {
        print_missing(state);
    }
    if (error != HALL_OK) {
        return tool_say_line(state->options.line.port, what);
    }
    if (was_stopped) {
        fprintf(stderr, "hallq: stopped by hand: not every address was asked\n");
    }
    return state->count > 0 ? TOOL_DONE : TOOL_REFUSED;
}

static bool read_bauds(const char *text, struct scan_options *options) {
    const char *at = text;
    while (options->baud_count < SCAN_BAUDS_MAX) {
        char *end = NULL;
        unsigned long baud = strtoul(at, &end, 10);
        if (end == at || baud == 0 || baud > 921600 || (*end != ',' && *end != '\0')) {
            break;
        }
        options->bauds[options->baud_count++] = (uint32_t)baud;
        if (*end == '\0') {
            return true;
        }
        at = end + 1;
    }
    fprintf(stderr, "hallq: --baud %s: expected rates like 115200,9600, at most %d\n", text,
            SCAN_BAUDS_MAX);
    return false;
}

static bool read_to(const char *text, struct scan_options *options) {
    static const unsigned ADDRESSES[2] = { 1, 247 };
    unsigned to = options->last;
    if (text != NULL && !tool_number("--to", text, ADDRESSES, &to)) {
        return false;
    }
    options->last = (uint8_t)to;
    return true;
}

static void take_found(void *context, const struct scan_found *found) {
    struct scan_state *state = context;
    if (state->count < FOUND_MAX) {
        state->found[state->count++] = *found;
    }
    if (state->tool->json) {
        clear_progress(state);
        print_json(state, found);
        (void)fflush(stdout);
    }
}

static bool is_known(const struct scan_found *found) {
    return !found->is_refused && !found->is_unclear && found->kind >= ROLE_DISPENSER &&
           found->kind <= ROLE_UNIT;
}

static void print_json(const struct scan_state *state, const struct scan_found *found) {
    const struct device_config *device = device_at(state, found->address);
    char line[256];
    char firmware[16];
    struct json_writer writer;
    bool is_read = !found->is_refused && !found->is_unclear;
    (void)snprintf(firmware, sizeof(firmware), "%u.%u", found->firmware / 256u,
                   found->firmware % 256u);
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_int(&writer, "address", found->address);
    json_write_int(&writer, "baud", found->baud);
    json_write_bool(&writer, "refused", found->is_refused);
    json_write_bool(&writer, "unclear", found->is_unclear);
    json_write_text(&writer, "kind", is_known(found) ? role_word((enum role)found->kind) : NULL);
    json_write_int(&writer, "map", found->map);
    json_write_text(&writer, "firmware", is_read ? firmware : NULL);
    json_write_int(&writer, "serial", found->serial);
    json_write_text(&writer, "device", device == NULL ? NULL : device->id);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void print_table(struct scan_state *state) {
    struct table table;
    table_init(&table, state->bus.bus == NULL
                           ? ">ADDRESS\t>BAUD\tDEVICE\t>FIRMWARE\t>SERIAL\tREMARK"
                           : ">ADDRESS\t>BAUD\tDEVICE\t>FIRMWARE\t>SERIAL\tIN CONFIG\tREMARK");
    qsort(state->found, state->count, sizeof(*state->found), compare_found);
    for (unsigned i = 0; i < state->count; i++) {
        fill_row(&table, state, &state->found[i]);
    }
    print_heading(state);
    if (state->count > 0) {
        printf("\n");
        table_print(&table, stdout);
        printf("\n");
    }
    table_deinit(&table);
    print_count(state);
}

/* A port that takes any rate finds a device at each: a pseudo-terminal, a serial server that was set by hand. */
static void print_count(const struct scan_state *state) {
    unsigned devices = 0;
    unsigned rates = 0;
    for (unsigned i = 0; i < state->count; i++) {
        const struct scan_found *one = &state->found[i];
        bool is_new = true;
        bool is_new_rate = true;
        for (unsigned before = 0; before < i; before++) {
            const struct scan_found *other = &state->found[before];
            is_new = is_new && (other->address != one->address || other->serial != one->serial);
            is_new_rate = is_new_rate && other->baud != one->baud;
        }
        devices += is_new;
        rates += is_new_rate;
    }
    printf("%u device%s found", devices, devices == 1 ? "" : "s");
    if (devices < state->count) {
        printf(", at %u rates,", rates);
    }
    printf(" in %.1f s%s\n", seconds_since(&state->began),
           was_stopped ? ", stopped before the end" : "");
}

/* Of the addresses that were asked. */
static void print_missing(const struct scan_state *state) {
    const struct bus_config *bus = state->bus.bus;
    const char *heading = "\nIn the config, and not found:\n";
    for (unsigned i = 0; bus != NULL && i < bus->device_count; i++) {
        const struct device_config *one = &bus->devices[i];
        bool is_there = one->address < state->options.first || one->address > state->options.last;
        for (unsigned at = 0; at < state->count; at++) {
            is_there = is_there || state->found[at].address == one->address;
        }
        if (is_there) {
            continue;
        }
        printf("%s  %s (address %u)%s%s\n", heading, one->id, one->address,
               profile_is_reference(one->profile) ? "" : ": a scan may not find its profile, ",
               profile_is_reference(one->profile) ? "" : profile_name(one->profile));
        heading = "";
    }
}

static const struct device_config *device_at(const struct scan_state *state, uint8_t address) {
    const struct bus_config *bus = state->bus.bus;
    for (unsigned i = 0; bus != NULL && i < bus->device_count; i++) {
        if (bus->devices[i].address == address) {
            return &bus->devices[i];
        }
    }
    return NULL;
}

/* What was asked, so that the table still says it when it lies in a folder. */
static void print_heading(const struct scan_state *state) {
    const struct scan_options *options = &state->options;
    char rates[RATES_TEXT] = "";
    char moment[MOMENT_SIZE];
    size_t at = 0;
    for (unsigned i = 0; i < options->baud_count; i++) {
        at += (size_t)snprintf(rates + at, sizeof(rates) - at, "%s%u", i == 0 ? "" : ", ",
                               options->bauds[i]);
    }
    tool_moment(moment);
    printf("Line %s, %s\nAddresses %u to %u asked at %s baud, %u%c%u\n", options->line.port, moment,
           options->first, options->last, rates, options->line.data_bits, options->line.parity,
           options->line.stop_bits);
}

static int compare_found(const void *left, const void *right) {
    const struct scan_found *a = left;
    const struct scan_found *b = right;
    if (a->baud != b->baud) {
        return a->baud < b->baud ? 1 : -1;
    }
    return (int)a->address - (int)b->address;
}

static void fill_row(struct table *table, const struct scan_state *state,
                     const struct scan_found *found) {
    const struct device_config *device = device_at(state, found->address);
    unsigned remark = state->bus.bus == NULL ? 5 : 6;
    uint8_t twin = twin_of(state, found);
    table_row(table);
    table_cell(table, 0, "%u", found->address);
    table_cell(table, 1, "%u", found->baud);
    if (state->bus.bus != NULL) {
        table_cell(table, 5, "%s", device == NULL ? "-" : device->id);
    }
    if (found->is_unclear || found->is_refused) {
        table_cell(table, 2, "-");
        table_cell(table, remark, "%s",
                   found->is_unclear
                       ? "answers unreadably: two of one address, or wrong parity"
                       : "a Modbus device without the reference registers: by a profile of "
                         "its own");
        return;
    }
    if (is_known(found)) {
        table_cell(table, 2, "%s", role_word((enum role)found->kind));
    } else {
        table_cell(table, 2, "kind %u", found->kind);
    }
    table_cell(table, 3, "%u.%u", found->firmware / 256u, found->firmware % 256u);
    table_cell(table, 4, "%u", found->serial);
    if (found->map != 1) {
        table_cell(table, remark, "map %u is not understood", found->map);
    } else if (!is_known(found)) {
        table_cell(table, remark, "this kind is not understood");
    } else if (device != NULL && device->role != (enum role)found->kind) {
        table_cell(table, remark, "the config has a %s here", role_word(device->role));
    } else if (twin != 0) {
        table_cell(table, remark, "the same serial number as address %u", twin);
    }
}

/* Another address with the same serial number at this rate; 0 none. */
static uint8_t twin_of(const struct scan_state *state, const struct scan_found *found) {
    for (unsigned i = 0; i < state->count; i++) {
        const struct scan_found *other = &state->found[i];
        if (other->baud == found->baud && other->address != found->address && is_known(other) &&
            other->serial == found->serial) {
            return other->address;
        }
    }
    return 0;
}

static double seconds_since(const struct timespec *began) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began->tv_sec) + (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

static bool draw_progress(void *context, uint32_t baud, uint8_t address, unsigned done,
                          unsigned total) {
    struct scan_state *state = context;
    unsigned tenth = done * STEPS / total;
    if (state->is_live) {
        fprintf(stderr, "\r%3u%%  %u baud, address %u, %u found \033[K", done * 100 / total, baud,
                address, state->count);
    } else if (state->is_said && (done == 0 || tenth != state->said)) {
        fprintf(stderr, "%3u%%  %u baud, address %u, %u found\n", done * 100 / total, baud, address,
                state->count);
        state->said = tenth;
    }
    return !was_stopped;
}

static void clear_progress(const struct scan_state *state) {
    if (state->is_live) {
        fprintf(stderr, "\r\033[K");
    }
}

static void stop(int signal_number) {
    (void)signal_number;
    was_stopped = 1;
}
