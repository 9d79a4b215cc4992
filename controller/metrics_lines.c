/* The lines' figures: families of /metrics, and the JSON of /api/v1/devices and `hallq status --lines`. */
#include "controller/loop_private.h"
#include "controller/metrics.h"
#include "controller/metrics_private.h"

/* A figure of a line, or of a device on it. */
struct bus_family {
    const char *name, *kind, *help;
    double (*value)(const struct bus_stats *stats);
};
struct device_family {
    const char *name, *kind, *help;
    double (*value)(const struct device_stats *stats);
};

/* Buckets that are told: every second one of the bus's, 0.4 ms to 1.6 s. */
enum { BUCKET_FIRST = 2, BUCKET_LAST = 14, BUCKET_STEP = 2, BUCKET_US = 100 };

static double bus_up(const struct bus_stats *stats);
static double bus_busy(const struct bus_stats *stats);
static double bus_use(const struct bus_stats *stats);
static double bus_strays(const struct bus_stats *stats);
static double bus_crc_errors(const struct bus_stats *stats);
static double bus_ill(const struct bus_stats *stats);
static double device_online(const struct device_stats *stats);
static double device_requests(const struct device_stats *stats);
static double device_timeouts(const struct device_stats *stats);
static double device_crc_errors(const struct device_stats *stats);
static double device_misfits(const struct device_stats *stats);
static double device_pause(const struct device_stats *stats);
static void put_head(struct metrics_text *text, const char *name, const char *kind,
                     const char *help);
static void put_devices(struct metrics_text *text, struct loop *loop, unsigned bus,
                        const struct device_family *family);
static void put_latencies(struct metrics_text *text, struct loop *loop);
static void put_latency(struct metrics_text *text, const struct bus_config *bus, unsigned place,
                        const struct device_stats *stats);
static void write_bus(struct json_writer *writer, const struct bus_config *bus,
                      const struct bus_stats *stats);
static void write_known(struct json_writer *writer, const char *key, int64_t value);
static void write_device(struct json_writer *writer, const struct device_config *config,
                         const struct device_stats *stats);

static const struct bus_family BUS_FAMILIES[] = {
    { "hallq_bus_up", "gauge", "1 while the line is open", bus_up },
    { "hallq_bus_ill", "gauge", "1 while something is wrong with the line's wiring or settings",
      bus_ill },
    { "hallq_bus_busy_seconds_total", "counter", "Wire time used, frames and silences", bus_busy },
    { "hallq_bus_use_ratio", "gauge", "Share of the last minute's wire time that was used",
      bus_use },
    { "hallq_bus_stray_bytes_total", "counter", "Bytes that came when nothing was asked",
      bus_strays },
    { "hallq_bus_crc_errors_total", "counter", "Frames that could not be read, whoever sent them",
      bus_crc_errors },
};
static const struct device_family DEVICE_FAMILIES[] = {
    { "hallq_device_online", "gauge", "1 while the device answers", device_online },
    { "hallq_device_requests_total", "counter", "Requests to the device", device_requests },
    { "hallq_device_timeouts_total", "counter", "Requests without an answer", device_timeouts },
    { "hallq_device_crc_errors_total", "counter", "Answers that could not be read",
      device_crc_errors },
    { "hallq_device_misfits_total", "counter", "Answers that fitted no question, or came too late",
      device_misfits },
    { "hallq_device_longest_pause_seconds", "gauge",
      "Longest time between two answers while it was online", device_pause },
};

void metrics_put_lines(struct metrics_text *text, struct loop *loop) {
    for (size_t i = 0; i < sizeof BUS_FAMILIES / sizeof *BUS_FAMILIES; i++) {
        const struct bus_family *family = &BUS_FAMILIES[i];
        put_head(text, family->name, family->kind, family->help);
        for (unsigned bus = 0; bus < wires_count(loop->wires); bus++) {
            struct bus_stats stats;
            const struct bus_config *config = wires_stats(loop->wires, bus, &stats);
            metrics_put(text, "%s{bus=\"%s\"} %.10g\n", family->name, config->id,
                        family->value(&stats));
        }
    }
    for (size_t i = 0; i < sizeof DEVICE_FAMILIES / sizeof *DEVICE_FAMILIES; i++) {
        const struct device_family *family = &DEVICE_FAMILIES[i];
        put_head(text, family->name, family->kind, family->help);
        for (unsigned bus = 0; bus < wires_count(loop->wires); bus++) {
            put_devices(text, loop, bus, family);
        }
    }
    put_latencies(text, loop);
}

static void put_devices(struct metrics_text *text, struct loop *loop, unsigned bus,
                        const struct device_family *family) {
    struct bus_stats stats;
    const struct bus_config *config = wires_stats(loop->wires, bus, &stats);
    for (unsigned i = 0; i < config->device_count; i++) {
        metrics_put(text, "%s{device=\"%s\"} %.10g\n", family->name, config->devices[i].id,
                    family->value(&stats.devices[i]));
    }
}

int metrics_write_devices(struct loop *loop, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "buses");
    for (unsigned i = 0; i < wires_count(loop->wires); i++) {
        struct bus_stats stats;
        const struct bus_config *bus = wires_stats(loop->wires, i, &stats);
        write_bus(&writer, bus, &stats);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

static double bus_up(const struct bus_stats *stats) {
    return stats->is_up ? 1 : 0;
}

static double bus_ill(const struct bus_stats *stats) {
    return stats->is_ill ? 1 : 0;
}

static double bus_busy(const struct bus_stats *stats) {
    return (double)stats->busy_us / 1e6;
}

static double bus_use(const struct bus_stats *stats) {
    return stats->minute_us == 0 ? 0 : (double)stats->busy_minute_us / (double)stats->minute_us;
}

static double bus_strays(const struct bus_stats *stats) {
    return (double)stats->stray_bytes;
}

static double bus_crc_errors(const struct bus_stats *stats) {
    uint64_t sum = stats->crc_errors;
    for (unsigned i = 0; i < stats->device_count; i++) {
        sum += stats->devices[i].crc_errors;
    }
    return (double)sum;
}

static double device_online(const struct device_stats *stats) {
    return stats->is_online ? 1 : 0;
}

static double device_requests(const struct device_stats *stats) {
    return (double)stats->requests;
}

static double device_timeouts(const struct device_stats *stats) {
    return (double)stats->timeouts;
}

static double device_crc_errors(const struct device_stats *stats) {
    return (double)stats->crc_errors;
}

static double device_misfits(const struct device_stats *stats) {
    return (double)stats->misfits;
}

static double device_pause(const struct device_stats *stats) {
    return (double)stats->longest_pause_us / 1e6;
}

static void put_head(struct metrics_text *text, const char *name, const char *kind,
                     const char *help) {
    metrics_put(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void put_latencies(struct metrics_text *text, struct loop *loop) {
    put_head(text, "hallq_device_latency_seconds", "histogram", "From a request to its answer");
    for (unsigned bus = 0; bus < wires_count(loop->wires); bus++) {
        struct bus_stats stats;
        const struct bus_config *config = wires_stats(loop->wires, bus, &stats);
        for (unsigned k = 0; k < config->device_count; k++) {
            put_latency(text, config, k, &stats.devices[k]);
        }
    }
}

/* Prometheus counts upward: each bucket has those of all smaller ones, and +Inf all there are. */
static void put_latency(struct metrics_text *text, const struct bus_config *bus, unsigned place,
                        const struct device_stats *stats) {
    const char *name = "hallq_device_latency_seconds";
    const char *id = bus->devices[place].id;
    uint64_t count = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        count += stats->latency[i];
        if (i >= BUCKET_FIRST && i <= BUCKET_LAST && (i - BUCKET_FIRST) % BUCKET_STEP == 0) {
            metrics_put(text, "%s_bucket{device=\"%s\",le=\"%g\"} %llu\n", name, id,
                        (double)(BUCKET_US << i) / 1e6, (unsigned long long)count);
        }
    }
    metrics_put(text, "%s_bucket{device=\"%s\",le=\"+Inf\"} %llu\n", name, id,
                (unsigned long long)count);
    metrics_put(text, "%s_sum{device=\"%s\"} %.6f\n", name, id, (double)stats->latency_us / 1e6);
    metrics_put(text, "%s_count{device=\"%s\"} %llu\n", name, id, (unsigned long long)count);
}

static void write_bus(struct json_writer *writer, const struct bus_config *bus,
                      const struct bus_stats *stats) {
    int64_t lived_us = loop_mono_ms() * 1000 - (int64_t)stats->since_us;
    json_begin_object(writer, NULL);
    json_write_text(writer, "id", bus->id);
    json_write_text(writer, "port", bus->line.port);
    json_write_int(writer, "baud", bus->line.baud);
    json_write_bool(writer, "up", stats->is_up);
    json_write_bool(writer, "ill", stats->is_ill);
    json_write_text(writer, "what", stats->what);
    json_write_fixed(writer, "use_percent",
                     lived_us <= 0 ? 0 : (int64_t)stats->busy_us * 1000 / lived_us, 1);
    json_write_fixed(
        writer, "use_percent_minute",
        stats->minute_us == 0 ? 0 : (int64_t)(stats->busy_minute_us * 1000 / stats->minute_us), 1);
    json_write_int(writer, "stray_bytes", (int64_t)stats->stray_bytes);
    json_write_int(writer, "crc_errors", (int64_t)bus_crc_errors(stats));
    json_begin_array(writer, "devices");
    for (unsigned k = 0; k < bus->device_count; k++) {
        write_device(writer, &bus->devices[k], &stats->devices[k]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void write_device(struct json_writer *writer, const struct device_config *config,
                         const struct device_stats *stats) {
    json_begin_object(writer, NULL);
    json_write_text(writer, "id", config->id);
    json_write_text(writer, "role", role_word(config->role));
    json_write_int(writer, "address", config->address);
    json_write_bool(writer, "online", stats->is_online);
    json_write_bool(writer, "faulted", stats->is_faulted);
    write_known(writer, "serial", stats->serial);
    write_known(writer, "firmware", stats->firmware);
    json_write_int(writer, "requests", (int64_t)stats->requests);
    json_write_int(writer, "answers", (int64_t)stats->answers);
    json_write_int(writer, "timeouts", (int64_t)stats->timeouts);
    json_write_int(writer, "crc_errors", (int64_t)stats->crc_errors);
    json_write_int(writer, "misfits", (int64_t)stats->misfits);
    json_write_int(writer, "longest_pause_ms", (int64_t)(stats->longest_pause_us / 1000));
    json_write_int(writer, "latency_us", (int64_t)stats->latency_us); /* the sum of all answers' */
    json_begin_array(writer, "latency"); /* bucket i: answers under 2^i * 100 us */
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        json_write_int(writer, NULL, stats->latency[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

/* 0: the device has not told it, or has none that it tells. */
static void write_known(struct json_writer *writer, const char *key, int64_t value) {
    if (value == 0) {
        json_write_null(writer, key);
    } else {
        json_write_int(writer, key, value);
    }
}
