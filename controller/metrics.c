#include "controller/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "controller/loop_private.h"

struct text {
    char *out;
    size_t size, used;
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put_hall(struct text *text, struct loop *loop);
static void put_bus(struct text *text, struct loop *loop, unsigned bus);
static void write_device(struct json_writer *writer, const struct device_config *config,
                         const struct device_stats *stats);
static long resident_bytes(void);

int metrics_write(struct loop *loop, char *out, size_t size) {
    struct text text = { .out = out, .size = size };
    put_hall(&text, loop);
    for (unsigned i = 0; i < wires_count(loop->wires); i++) {
        put_bus(&text, loop, i);
    }
    return text.used < size ? (int)text.used : HALL_FULL;
}

int metrics_write_devices(struct loop *loop, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "buses");
    for (unsigned i = 0; i < wires_count(loop->wires); i++) {
        struct bus_stats stats;
        const struct bus_config *bus = wires_stats(loop->wires, i, &stats);
        json_begin_object(&writer, NULL);
        json_write_text(&writer, "id", bus->id);
        json_write_text(&writer, "port", bus->line.port);
        json_write_int(&writer, "baud", bus->line.baud);
        json_write_bool(&writer, "up", stats.is_up);
        json_write_text(&writer, "what", stats.what);
        int64_t lived_us = loop_mono_ms() * 1000 - (int64_t)stats.since_us;
        int64_t use = lived_us <= 0 ? 0 : (int64_t)stats.busy_us * 1000 / lived_us;
        json_write_fixed(&writer, "use_percent", use, 1);
        json_write_int(&writer, "stray_bytes", (int64_t)stats.stray_bytes);
        json_begin_array(&writer, "devices");
        for (unsigned k = 0; k < bus->device_count; k++) {
            write_device(&writer, &bus->devices[k], &stats.devices[k]);
        }
        json_end_array(&writer);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

static void put(struct text *text, const char *format, ...) {
    va_list arguments;
    size_t left = text->used < text->size ? text->size - text->used : 0;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): begun in the line above; the analyzer loses it */
    int length = vsnprintf(left > 0 ? text->out + text->used : NULL, left, format, arguments);
    va_end(arguments);
    text->used += length > 0 ? (size_t)length : 0;
}

static void put_hall(struct text *text, struct loop *loop) {
    const struct snapshot *now = loop->snapshot;
    const struct {
        const char *name, *kind, *help;
        double value;
    } rows[] = {
        { "hallq_seq", "counter", "Events in the journal", (double)now->seq },
        { "hallq_commits_total", "counter", "Batches made durable", (double)loop->commits },
        { "hallq_commit_failures_total", "counter", "Batches the disk refused",
          (double)loop->commit_failures },
        { "hallq_presses_total", "counter", "Key presses seen", (double)loop->presses },
        { "hallq_inbox_dropped_total", "counter", "Inputs dropped because too many waited",
          (double)(inbox_dropped(loop->inbox) + loop->retries.dropped) },
        { "hallq_waiting", "gauge", "People waiting", (double)snapshot_waiting(now) },
        { "hallq_tickets_issued", "gauge", "Tickets issued today", (double)now->issued },
        { "hallq_visits_done", "gauge", "Visits done today", (double)now->served },
        { "hallq_alerts", "gauge", "Alerts standing", (double)now->alert_count },
        { "hallq_saved", "gauge", "1 while the journal can be written", now->is_saved ? 1 : 0 },
        { "hallq_uplink_connected", "gauge", "1 while the broker is connected",
          now->uplink_connected ? 1 : 0 },
        { "hallq_uplink_behind", "gauge", "Events the broker has not acknowledged",
          (double)now->uplink_behind },
        { "hallq_uplink_ack_p50_seconds", "gauge", "Publish to PUBACK, median",
          (double)loop->uplink_stats.ack_p50_us / 1e6 },
        { "hallq_uplink_ack_p99_seconds", "gauge", "Publish to PUBACK, 99 of 100",
          (double)loop->uplink_stats.ack_p99_us / 1e6 },
        { "hallq_streams", "gauge", "Open page streams", (double)web_streams(loop->web) },
        { "hallq_resident_bytes", "gauge", "Resident memory", (double)resident_bytes() },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(text, "# HELP %s %s\n# TYPE %s %s\n%s %.10g\n", rows[i].name, rows[i].help,
            rows[i].name, rows[i].kind, rows[i].name, rows[i].value);
    }
}

static void put_bus(struct text *text, struct loop *loop, unsigned bus) {
    struct bus_stats stats;
    const struct bus_config *config = wires_stats(loop->wires, bus, &stats);
    put(text, "hallq_bus_up{bus=\"%s\"} %d\n", config->id, stats.is_up);
    put(text, "hallq_bus_busy_seconds_total{bus=\"%s\"} %.6f\n", config->id,
        (double)stats.busy_us / 1e6);
    for (unsigned i = 0; i < config->device_count; i++) {
        const struct device_stats *device = &stats.devices[i];
        const char *id = config->devices[i].id;
        put(text, "hallq_device_online{device=\"%s\"} %d\n", id, device->is_online);
        put(text, "hallq_device_requests_total{device=\"%s\"} %llu\n", id,
            (unsigned long long)device->requests);
        put(text, "hallq_device_timeouts_total{device=\"%s\"} %llu\n", id,
            (unsigned long long)device->timeouts);
        put(text, "hallq_device_crc_errors_total{device=\"%s\"} %llu\n", id,
            (unsigned long long)device->crc_errors);
        put(text, "hallq_device_misfits_total{device=\"%s\"} %llu\n", id,
            (unsigned long long)device->misfits);
    }
}

static void write_device(struct json_writer *writer, const struct device_config *config,
                         const struct device_stats *stats) {
    json_begin_object(writer, NULL);
    json_write_text(writer, "id", config->id);
    json_write_text(writer, "role", role_word(config->role));
    json_write_int(writer, "address", config->address);
    json_write_bool(writer, "online", stats->is_online);
    json_write_bool(writer, "faulted", stats->is_faulted);
    json_write_int(writer, "serial", stats->serial);
    json_write_int(writer, "firmware", stats->firmware);
    json_write_int(writer, "requests", (int64_t)stats->requests);
    json_write_int(writer, "answers", (int64_t)stats->answers);
    json_write_int(writer, "timeouts", (int64_t)stats->timeouts);
    json_write_int(writer, "crc_errors", (int64_t)stats->crc_errors);
    json_write_int(writer, "misfits", (int64_t)stats->misfits);
    json_begin_array(writer, "latency"); /* bucket i: answers under 2^i * 100 us */
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        json_write_int(writer, NULL, stats->latency[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

/* The second number of the file, in pages. */
static long resident_bytes(void) {
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return 0;
    }
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    char *second = line;
    if (read != NULL) {
        (void)strtol(line, &second, 10);
    }
    return strtol(second, NULL, 10) * sysconf(_SC_PAGESIZE);
}
