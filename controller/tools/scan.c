/* scan: who is on a line. Works on the bench and in the cabinet; hallqd must not have the port at the time. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/tools/tool.h"
#include "devices/scan.h"
#include "protocol/utf8.h"

struct scan_state {
    const struct tool *tool;
    unsigned count;
    bool is_live; /* progress is drawn on a terminal */
};

static volatile sig_atomic_t was_stopped;

static bool read_bauds(const char *text, struct scan_options *options);
static bool read_to(const char *text, struct scan_options *options);
static void take_found(void *context, const struct scan_found *found);
static void print_json(const struct scan_found *found);
static void print_text(const struct scan_found *found);
static bool draw_progress(void *context, uint32_t baud, uint8_t address, unsigned done,
                          unsigned total);
static void clear_progress(const struct scan_state *state);
static void stop(int signal_number);

int tool_scan(const struct tool *tool) {
    struct scan_options options = {
        .line = { .baud = 9600, .data_bits = 8, .stop_bits = 1, .parity = 'N' },
        .first = 1,
        .last = 247
    };
    struct scan_state state = { .tool = tool, .is_live = isatty(STDERR_FILENO) == 1 };
    struct scan_callbacks callbacks = { .found = take_found,
                                        .progress = draw_progress,
                                        .context = &state };
    char what[WHAT_SIZE] = "";
    struct sigaction action = { .sa_handler = stop };
    if (strlen(tool->words[0]) >= sizeof(options.line.port)) {
        fprintf(stderr, "hallq: %s: longer than a port may be\n", tool->words[0]);
        return TOOL_USAGE;
    }
    utf8_copy(options.line.port, sizeof(options.line.port), tool->words[0]);
    if (!read_bauds(tool->baud == NULL ? "115200,19200,9600" : tool->baud, &options) ||
        !read_to(tool->to, &options)) {
        return TOOL_USAGE;
    }
    (void)sigaction(SIGINT, &action, NULL);
    enum hall_error error = scan_line(&options, &callbacks, what);
    clear_progress(&state);
    if (error != HALL_OK) {
        fprintf(stderr, "hallq: %s: %s\n", options.line.port, what);
        return error == HALL_INVALID ? TOOL_USAGE : TOOL_REFUSED;
    }
    if (!tool->json) {
        fprintf(stderr, "%u found%s\n", state.count, was_stopped ? ", stopped before the end" : "");
    }
    return state.count > 0 ? TOOL_DONE : TOOL_REFUSED;
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
    char *end = NULL;
    unsigned long to = text == NULL ? options->last : strtoul(text, &end, 10);
    if (to < 1 || to > 247 || (text != NULL && *end != '\0')) {
        fprintf(stderr, "hallq: --to %s: expected an address 1..247\n", text);
        return false;
    }
    options->last = (uint8_t)to;
    return true;
}

static void take_found(void *context, const struct scan_found *found) {
    struct scan_state *state = context;
    clear_progress(state);
    state->count++;
    if (state->tool->json) {
        print_json(found);
    } else {
        print_text(found);
    }
    (void)fflush(stdout);
}

static void print_json(const struct scan_found *found) {
    char line[256];
    char firmware[16];
    struct json_writer writer;
    bool is_known = !found->is_refused && !found->is_unclear;
    const char *kind =
        found->kind >= ROLE_DISPENSER && found->kind <= ROLE_UNIT ? role_word(found->kind) : NULL;
    (void)snprintf(firmware, sizeof(firmware), "%u.%u", found->firmware / 256u,
                   found->firmware % 256u);
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_int(&writer, "address", found->address);
    json_write_int(&writer, "baud", found->baud);
    json_write_bool(&writer, "refused", found->is_refused);
    json_write_bool(&writer, "unclear", found->is_unclear);
    json_write_text(&writer, "kind", is_known ? kind : NULL);
    json_write_int(&writer, "map", found->map);
    json_write_text(&writer, "firmware", is_known ? firmware : NULL);
    json_write_int(&writer, "serial", found->serial);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void print_text(const struct scan_found *found) {
    printf("address %3u at %u baud: ", found->address, found->baud);
    if (found->is_unclear) {
        printf("answers unreadably: two devices of one address, or a wrong parity\n");
    } else if (found->is_refused) {
        printf("a Modbus device without the reference registers\n");
    } else if (found->kind < ROLE_DISPENSER || found->kind > ROLE_UNIT) {
        printf("kind %u is not understood, map %u\n", found->kind, found->map);
    } else {
        printf("%s, map %u, firmware %u.%u, serial %u\n", role_word(found->kind), found->map,
               found->firmware / 256u, found->firmware % 256u, found->serial);
    }
}

static bool draw_progress(void *context, uint32_t baud, uint8_t address, unsigned done,
                          unsigned total) {
    const struct scan_state *state = context;
    if (state->is_live) {
        fprintf(stderr, "\r%u baud, address %u, %u of %u \033[K", baud, address, done, total);
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
