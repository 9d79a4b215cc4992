/* What the tools that go onto a line share: which line is meant, how it is set, and who holds it when it can't be had. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "controller/tools/tool.h"
#include "controller/zone.h"
#include "devices/adapter.h"
#include "devices/driver.h"
#include "devices/holder.h"
#include "protocol/utf8.h"

static bool take_format(const char *text, struct line_settings *line);
static bool find_line(const struct tool *tool, struct line_settings *line, struct tool_bus *bus);

int tool_line(const struct tool *tool, struct line_settings *line, struct tool_bus *bus) {
    const char *port = tool->words[0];
    *bus = (struct tool_bus){ 0 };
    *line = (struct line_settings){ .baud = 9600, .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    if (strlen(port) >= sizeof(line->port)) {
        fprintf(stderr, "hallq: %s: longer than a port may be\n", port);
        return TOOL_USAGE;
    }
    utf8_copy(line->port, sizeof(line->port), port);
    if (!find_line(tool, line, bus)) {
        return TOOL_USAGE;
    }
    if (bus->config != NULL) {
        zone_set(bus->config->timezone); /* a cabinet's computer may live in another */
    }
    if (tool->format != NULL && !take_format(tool->format, line)) {
        fprintf(stderr, "hallq: --format %s: expected data bits, parity and stop bits: 8N1, 8E1\n",
                tool->format);
        tool_bus_deinit(bus);
        return TOOL_USAGE;
    }
    return TOOL_DONE;
}

void tool_bus_deinit(struct tool_bus *bus) {
    if (bus->config != NULL) {
        config_free(bus->config);
    }
    *bus = (struct tool_bus){ 0 };
}

void tool_moment(char *out) {
    enum { OFFSET_AT = 23 }; /* 2026-11-23T14:24:05.000+08:00 */
    char moment[TIME_SIZE];
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    time_format(now_ms, zone_offset_min(now_ms), moment);
    (void)snprintf(out, MOMENT_SIZE, "%.10s %.5s %.6s", moment, moment + 11, moment + OFFSET_AT);
}

bool tool_baud(const char *text, struct line_settings *line) {
    static const unsigned RATES[2] = { 1200, 921600 };
    unsigned baud = 0;
    if (!tool_number("--baud", text, RATES, &baud)) {
        return false;
    }
    line->baud = baud;
    return true;
}

int tool_say_line(const char *port, const char *what) {
    char path[PORT_SIZE];
    char unseen[WHAT_SIZE];
    struct holder holder;
    fprintf(stderr, "hallq: %s\n", what);
    bool is_held = adapter_resolve(port, path, sizeof(path), unseen, sizeof(unseen)) &&
                   holder_find(path, &holder);
    if (is_held && strcmp(holder.name, "hallqd") == 0) {
        fprintf(stderr, "hallq: stop hallqd first (systemctl stop hallqd), or take the bus %s\n",
                "out of its config and reload");
        return TOOL_RUNNING;
    }
    return TOOL_REFUSED;
}

bool tool_number(const char *name, const char *text, const unsigned range[2], unsigned *out) {
    char *end = NULL;
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned long value = strtoul(text, &end, is_hex ? 16 : 10); /* a leading 0 is no octal here */
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < range[0] || value > range[1]) {
        fprintf(stderr, "hallq: %s %s: expected a number %u..%u\n", name, text, range[0], range[1]);
        return false;
    }
    *out = (unsigned)value;
    return true;
}

static bool take_format(const char *text, struct line_settings *line) {
    bool is_good = strlen(text) == 3 && (text[0] == '7' || text[0] == '8') &&
                   strchr("NEO", text[1]) != NULL && (text[2] == '1' || text[2] == '2');
    if (is_good) {
        line->data_bits = (uint8_t)(text[0] - '0');
        line->parity = text[1];
        line->stop_bits = (uint8_t)(text[2] - '0');
    }
    return is_good;
}

/* PORT is a bus's id, or the port of one. A config that nobody named may be missing, wrong or of another line. */
static bool find_line(const struct tool *tool, struct line_settings *line, struct tool_bus *bus) {
    FILE *mistakes = tool->is_config_given ? stderr : fopen("/dev/null", "we");
    struct config *config = NULL;
    const struct bus_config *found = NULL;
    if (mistakes == NULL || config_load(tool->config_file, &config, mistakes) != HALL_OK) {
        config = NULL;
    }
    for (unsigned i = 0; config != NULL && i < config->bus_count && found == NULL; i++) {
        const struct bus_config *one = &config->buses[i].bus;
        bool is_it = strcmp(one->id, line->port) == 0 || strcmp(one->line.port, line->port) == 0;
        found = is_it ? one : NULL;
    }
    bool speaks = found == NULL || found->protocol == PROTOCOL_MODBUS_RTU;
    if (!speaks) {
        fprintf(stderr, "hallq: bus %s speaks %s: only a line of modbus-rtu can be asked here\n",
                found->id, driver_word(found->protocol));
    } else if (found != NULL) {
        *line = found->line;
    } else if (config != NULL && tool->is_config_given) {
        fprintf(stderr, "hallq: %s: %s has no such bus or port (without -c any port is taken)\n",
                line->port, config->file);
    }
    if (mistakes != NULL && mistakes != stderr) {
        (void)fclose(mistakes);
    }
    *bus = (struct tool_bus){ config, found };
    if (found == NULL || !speaks) {
        tool_bus_deinit(bus);
    }
    return speaks && (found != NULL || !tool->is_config_given);
}
