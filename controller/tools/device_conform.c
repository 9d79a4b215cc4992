/* device conform: the check of a maker's device, as a report on stdout; what a person is asked goes to stderr. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/tools/device.h"
#include "devices/conform.h"

static void print_heading(const struct bench_device *device);
static void take_check(void *context, const struct conform_check *check);
static void print_check_json(const struct conform_check *check, const char *verdict);
static void print_end(const struct bench_device *device, const struct conform_report *report);
static void ask_press(void *context, unsigned number, unsigned count);
static int ask_papers(void *context);

int device_conform(struct bench_device *device) {
    struct conform_callbacks callbacks = { .checked = take_check, .context = device };
    struct conform_report report;
    if (device->count > 0 && strcmp(device->words[0], "press") != 0) {
        fprintf(stderr, "hallq: conform: %s: expected press, or nothing\n", device->words[0]);
        return TOOL_USAGE;
    }
    if (device->count > 0) {
        callbacks.press = ask_press;
        callbacks.papers = ask_papers;
    }
    if (!device->tool->json) {
        print_heading(device);
    }
    if (conform_run(device->bench, device->address, &callbacks, &report) != HALL_OK) {
        return tool_say_line(device->line.port, bench_what(device->bench));
    }
    print_end(device, &report);
    return report.faults == 0 ? TOOL_DONE : TOOL_REFUSED;
}

static void print_heading(const struct bench_device *device) {
    char moment[MOMENT_SIZE];
    tool_moment(moment);
    printf("Address %u on %s at %u baud %u%c%u against the register map hallq-1, %s\n\n",
           device->address, device->line.port, device->line.baud, device->line.data_bits,
           device->line.parity, device->line.stop_bits, moment);
}

static void take_check(void *context, const struct conform_check *check) {
    static const char *const VERDICTS[] = { "well", "fault", "untested" };
    static const char *const MARKS[] = { "well", "FAULT", "-" };
    const struct bench_device *device = context;
    if (device->tool->json) {
        print_check_json(check, VERDICTS[check->verdict]);
    } else {
        printf("%-6s %-18s found:    %s\n%-25s expected: %s\n", MARKS[check->verdict], check->name,
               check->found, "", check->expected);
    }
    (void)fflush(stdout);
}

static void print_check_json(const struct conform_check *check, const char *verdict) {
    char line[1024];
    struct json_writer writer;
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "check", check->name);
    json_write_text(&writer, "verdict", verdict);
    json_write_text(&writer, "expected", check->expected);
    json_write_text(&writer, "found", check->found);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void print_end(const struct bench_device *device, const struct conform_report *report) {
    char line[256];
    struct json_writer writer;
    if (!device->tool->json) {
        printf("\n%s: %u well, %u faults, %u not tested\n",
               report->faults == 0 ? "It conforms" : "IT DOES NOT CONFORM", report->well,
               report->faults, report->untested);
        return;
    }
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_bool(&writer, "conforms", report->faults == 0);
    json_write_int(&writer, "well", report->well);
    json_write_int(&writer, "faults", report->faults);
    json_write_int(&writer, "untested", report->untested);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", line);
    }
}

static void ask_press(void *context, unsigned number, unsigned count) {
    (void)context;
    fprintf(stderr, "Press one key of the device, once (%u of %u).\n", number, count);
}

static int ask_papers(void *context) {
    char line[16];
    char *end = NULL;
    (void)context;
    fprintf(stderr, "How many papers came out? Type the number.\n");
    if (fgets(line, sizeof(line), stdin) == NULL) {
        return -1;
    }
    long papers = strtol(line, &end, 10);
    return end == line || papers < 0 || papers > 100 ? -1 : (int)papers;
}
