/* Sums. */
#include "devices/sim/tally.h"

#include <string.h>

struct tally {
    struct sim_bus_counts wire;
    uint64_t papers, failures, presses, order_faults, repeated_jobs, reused_revisions;
};

static void add_up(const struct sim_hall *hall, struct tally *sum);
static void add_wire(struct sim_bus_counts *sum, const struct sim_bus_counts *bus);
static void add_device(struct tally *sum, const struct sim_device *device);
static int64_t error_us(const struct sim_bus_counts *counts, unsigned percent);
static void write_faults(struct json_writer *writer, const struct sim_bus_counts *counts);

void sim_tally_write(struct json_writer *writer, const struct sim_hall *hall) {
    struct tally sum;
    add_up(hall, &sum);
    json_write_int(writer, "papers", (int64_t)sum.papers);
    json_write_int(writer, "papers_failed", (int64_t)sum.failures);
    json_write_int(writer, "jobs_repeated", (int64_t)sum.repeated_jobs);
    json_write_int(writer, "presses", (int64_t)sum.presses);
    json_write_int(writer, "order_faults", (int64_t)sum.order_faults);
    json_write_int(writer, "revisions_reused", (int64_t)sum.reused_revisions);
    json_write_int(writer, "requests", (int64_t)sum.wire.requests);
    json_write_int(writer, "answers", (int64_t)sum.wire.answers);
    json_write_int(writer, "exceptions", (int64_t)sum.wire.exceptions);
    json_write_int(writer, "unanswered", (int64_t)sum.wire.unanswered);
    json_write_int(writer, "bad_crc", (int64_t)sum.wire.bad_crc);
    json_write_int(writer, "stray_bytes", (int64_t)sum.wire.stray);
    json_write_int(writer, "silence_violations", (int64_t)sum.wire.violations);
    json_write_int(writer, "overruns", (int64_t)sum.wire.overruns);
    json_write_int(writer, "noise", (int64_t)sum.wire.noise);
    json_write_int(writer, "collisions", (int64_t)sum.wire.collisions);
    json_write_int(writer, "plugged", (int64_t)sum.wire.plugs);
    json_write_int(writer, "spoken", (int64_t)sum.wire.spoken);
    json_write_int(writer, "cuts", (int64_t)sum.wire.cuts);
    json_write_int(writer, "sights_dropped", (int64_t)sum.wire.sights_dropped);
    json_write_int(writer, "answer_error_p50_us", error_us(&sum.wire, 50));
    json_write_int(writer, "answer_error_p99_us", error_us(&sum.wire, 99));
    write_faults(writer, &sum.wire);
}

static void add_up(const struct sim_hall *hall, struct tally *sum) {
    memset(sum, 0, sizeof(*sum));
    for (unsigned i = 0; i < hall->config->bus_count; i++) {
        struct sim_bus_counts counts;
        sim_bus_read_counts(hall->buses[i], &counts);
        add_wire(&sum->wire, &counts);
        for (unsigned place = 0; place < hall->config->buses[i].device_count; place++) {
            struct sim_device device;
            sim_bus_look(hall->buses[i], place, &device);
            add_device(sum, &device);
        }
    }
}

static void add_wire(struct sim_bus_counts *sum, const struct sim_bus_counts *bus) {
    sum->requests += bus->requests;
    sum->answers += bus->answers;
    sum->exceptions += bus->exceptions;
    sum->unanswered += bus->unanswered;
    sum->bad_crc += bus->bad_crc;
    sum->stray += bus->stray;
    sum->violations += bus->violations;
    sum->overruns += bus->overruns;
    sum->sights_dropped += bus->sights_dropped;
    sum->plugs += bus->plugs;
    sum->noise += bus->noise;
    sum->collisions += bus->collisions;
    sum->spoken += bus->spoken;
    sum->cuts += bus->cuts;
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        sum->faults[i] += bus->faults[i];
    for (unsigned i = 0; i < SIM_ERROR_BUCKETS; i++)
        sum->error[i] += bus->error[i];
}

static void add_device(struct tally *sum, const struct sim_device *device) {
    sum->papers += device->counts.papers;
    sum->failures += device->counts.failures;
    sum->presses += device->counts.presses;
    sum->order_faults += device->counts.order_faults;
    sum->repeated_jobs += device->counts.repeated_jobs;
    sum->reused_revisions += device->counts.reused_revisions;
}

/* The upper bound of the bucket in which `percent` of the answers are done. */
static int64_t error_us(const struct sim_bus_counts *counts, unsigned percent) {
    uint64_t all = 0, seen = 0;
    for (unsigned i = 0; i < SIM_ERROR_BUCKETS; i++)
        all += counts->error[i];
    for (unsigned i = 0; i < SIM_ERROR_BUCKETS; i++) {
        seen += counts->error[i];
        if (all > 0 && seen * 100 >= all * percent)
            return (int64_t)(i + 1) * SIM_ERROR_STEP_US;
    }
    return 0;
}

static void write_faults(struct json_writer *writer, const struct sim_bus_counts *counts) {
    json_begin_object(writer, "faults");
    for (unsigned i = FAULT_NONE + 1; i < FAULT_COUNT; i++)
        if (counts->faults[i] > 0)
            json_write_int(writer, sim_fault_word((enum sim_fault)i), (int64_t)counts->faults[i]);
    json_end_object(writer);
}
