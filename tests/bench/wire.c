/*
 * From the press of a key to the committed event: real buses, the real core and journal, simulated devices with wire
 * time on a pseudo-terminal. Each row beside the ideal of that wire: a master that loses no time, in a full round of
 * pulses with t3.5, and one reading of the ring. One line of JSON a row.
 *   bench_wire [--presses N] [DEVICES BAUD DEAD]...
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "controller/ledger.h"
#include "controller/press.h"
#include "controller/zone.h"
#include "devices/bus.h"
#include "devices/sim/slave.h"
#include "devices/sim/wire.h"

enum {
    PRESSES_MAX = 2000,
    ANSWER_US = 2000, /* what a device thinks before it answers */
    PULSE_REQUEST = 8,
    PULSE_ANSWER = 15, /* address, function, bytes, 5 registers, CRC */
    RING_ANSWER = 47,  /* 5..25 */
    PRESS_LIMIT_MS = 20000
};

struct row {
    unsigned devices, baud, dead, presses;
};

struct bench {
    struct row row;
    char folder[64];
    struct config *config;
    struct ledger *ledger;
    struct sim_bus *slaves;
    struct bus *bus;
    struct image images[BUS_DEVICES_MAX];
    pthread_mutex_t mutex;
    int wake_fd;
    unsigned online;
    bool has_press;
    struct device_report press;
    double reported_ms[PRESSES_MAX], committed_ms[PRESSES_MAX];
    uint64_t seed;
};

static void write_config(const struct bench *bench, const char *file) {
    FILE *out = fopen(file, "w");
    if (out == NULL) {
        abort();
    }
    fprintf(out,
            "{\"hall\":{\"id\":\"bench\",\"name\":\"bench\",\"timezone\":\"Asia/Shanghai\"},"
            "\"store\":{\"path\":\"%s/"
            "hall.db\"},\"services\":[{\"id\":\"a\",\"index\":1,\"prefix\":\"A\"}],"
            "\"pause_reasons\":{\"1\":{\"zh\":\"a\",\"en\":\"a\"}},\"windows\":[",
            bench->folder);
    for (unsigned i = 1; i <= bench->row.devices; i++) {
        fprintf(out, "%s{\"id\":%u,\"own\":[\"a\"]}", i > 1 ? "," : "", i);
    }
    fprintf(out,
            "],\"buses\":[{\"id\":\"b\",\"protocol\":\"modbus-rtu\",\"port\":\"%s/"
            "line\",\"baud\":%u,\"devices\":[",
            bench->folder, bench->row.baud);
    for (unsigned i = 1; i <= bench->row.devices; i++) {
        fprintf(out, "%s{\"id\":\"t-%u\",\"role\":\"terminal\",\"address\":%u,\"window\":%u}",
                i > 1 ? "," : "", i, i, i);
    }
    fprintf(out, "]}],\"socket\":\"%s/sock\"}\n", bench->folder);
    fclose(out);
}

/* On the bus's thread. */
static void take_report(void *context, const struct device_report *report) {
    struct bench *bench = context;
    pthread_mutex_lock(&bench->mutex);
    bench->online += report->kind == REPORT_ONLINE;
    if (report->kind == REPORT_KEY) {
        bench->press = *report;
        bench->has_press = true;
    }
    pthread_mutex_unlock(&bench->mutex);
    eventfd_write(bench->wake_fd, 1);
}

static void ignore_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static void open_slaves(struct bench *bench) {
    struct sim_bus_config config = { .id = "b",
                                     .protocol = PROTOCOL_MODBUS_RTU,
                                     .baud = bench->row.baud,
                                     .data_bits = 8,
                                     .stop_bits = 1 };
    struct sim_bus_options options = {
        .seed = 1, .boots = 1, .answer_us = ANSWER_US, .is_strict = true, .wake_fd = -1
    };
    char why[SIM_WHY_SIZE];
    snprintf(config.port, sizeof config.port, "%s/line", bench->folder);
    config.device_count = bench->row.devices;
    for (unsigned i = 0; i < bench->row.devices; i++) {
        struct sim_device_config *device = &config.devices[i];
        snprintf(device->id, sizeof device->id, "t-%u", i + 1);
        device->role = ROLE_TERMINAL;
        device->address = (uint8_t)(i + 1);
        device->window = (uint16_t)(i + 1);
    }
    options.wake_fd = eventfd(0, EFD_NONBLOCK);
    bench->slaves = sim_bus_open(&config, &options, why);
    if (bench->slaves == NULL) {
        fprintf(stderr, "bench_wire: %s\n", why);
        exit(1);
    }
}

static void take(struct bench *bench, struct input *input) {
    input->now_ms = sim_now_us() / 1000 + INT64_C(1700000000000);
    ledger_take(bench->ledger, input, NULL, NULL);
}

static void commit(struct bench *bench) {
    uint64_t durable;
    if (ledger_commit(bench->ledger, &durable) != HALL_OK) {
        fprintf(stderr, "bench_wire: the journal can't be written\n");
        exit(1);
    }
}

static void open_hall(struct bench *bench) {
    char file[128];
    char fault[WHAT_SIZE];
    snprintf(file, sizeof file, "%s/hallq.jsonc", bench->folder);
    write_config(bench, file);
    if (config_load(file, &bench->config, stderr) != HALL_OK ||
        ledger_open(bench->config, &bench->ledger, fault) != HALL_OK) {
        exit(1);
    }
    int64_t begins_ms = INT64_C(1700000000000);
    struct day_times times = { .hall = { .count = 1, .spans = { { begins_ms, INT64_MAX } } } };
    struct input inputs[] = {
        { .kind = INPUT_STARTED },
        { .kind = INPUT_CONFIG, .config = { .rules = &bench->config->rules, .hash = "" } },
        { .kind = INPUT_DAY,
          .day = { .day = 20231115,
                   .begins_ms = begins_ms,
                   .ends_ms = begins_ms + INT64_C(1000000000000),
                   .times = &times,
                   .previous_hash = "" } },
        { .kind = INPUT_TICK },
    };
    times.hall.spans[0].end_ms = inputs[2].day.ends_ms;
    for (unsigned i = 0; i < 4; i++) {
        take(bench, &inputs[i]);
    }
    commit(bench);
}

static void open_bus(struct bench *bench) {
    struct bus_callbacks callbacks = { .report = take_report, .log = ignore_log, .context = bench };
    bench->bus = bus_open(&bench->config->buses[0].bus, &callbacks);
    for (unsigned i = 0; i < bench->row.devices; i++) {
        bench->images[i] =
            (struct image){ .role = ROLE_TERMINAL, .terminal = { .lamp = LAMP_READY } };
        bus_show(bench->bus, i, &bench->images[i]);
    }
    for (unsigned waited = 0; waited < 600; waited++) {
        pthread_mutex_lock(&bench->mutex);
        unsigned online = bench->online;
        pthread_mutex_unlock(&bench->mutex);
        if (online == bench->row.devices) {
            break;
        }
        usleep(50000);
    }
    /* The dead are the last ones; they are given time to be found out and backed off. */
    for (unsigned i = 0; i < bench->row.dead; i++) {
        sim_bus_set_dead(bench->slaves, bench->row.devices - 1 - i, true);
    }
    usleep(bench->row.dead > 0 ? 8000000 : 1000000);
}

/* The hall's part of one press: decide, commit, show the answer. */
static void obey(struct bench *bench, const struct device_report *report, unsigned device) {
    struct command command;
    const struct device_place *place = &bench->config->buses[0].devices[device];
    press_to_command(&bench->config->rules, place, report, &command);
    struct input input = { .kind = INPUT_COMMAND, .command = { .command = &command } };
    take(bench, &input);
    if (ledger_pending(bench->ledger) != 1) {
        fprintf(stderr, "bench_wire: a press made %u events\n", ledger_pending(bench->ledger));
        exit(1);
    }
    commit(bench);
}

static void show_answer(struct bench *bench, const struct device_report *report, unsigned device) {
    struct terminal_image *image = &bench->images[device].terminal;
    image->answer =
        (struct key_answer){ .epoch = report->epoch, .count = report->count, .answer = 1 };
    image->lamp = report->code == KEY_PAUSE ? LAMP_PAUSED : LAMP_READY;
    bus_show(bench->bus, device, &bench->images[device]);
}

/* A press comes at any moment of the round with equal chance; then its device's pulse and ring must come in. */
static double ideal_ms(const struct row *row, double share) {
    struct sim_wire wire = { .baud = row->baud, .character_bits = 10 };
    int64_t silence_us = sim_wire_silence_us(&wire);
    int64_t pulse_us = sim_wire_span_us(&wire, PULSE_REQUEST) + ANSWER_US +
                       sim_wire_span_us(&wire, PULSE_ANSWER) + silence_us;
    int64_t ring_us =
        sim_wire_span_us(&wire, PULSE_REQUEST) + ANSWER_US + sim_wire_span_us(&wire, RING_ANSWER);
    int64_t alive = row->devices - row->dead;
    /* The count is read when the device begins to answer. */
    int64_t answer_us = sim_wire_span_us(&wire, PULSE_ANSWER) + silence_us;
    return (share * (double)(alive * pulse_us) + (double)(answer_us + ring_us)) / 1000;
}

static void press_once(struct bench *bench, unsigned n) {
    unsigned alive = bench->row.devices - bench->row.dead;
    unsigned device = (n * 7 + n / alive) % alive;
    bool is_paused = bench->images[device].terminal.lamp == LAMP_PAUSED;
    bench->seed = bench->seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
    /* Long enough for the last answer to be shown, then any moment of the next rounds alike. */
    useconds_t round_us =
        (useconds_t)((ideal_ms(&bench->row, 1) - ideal_ms(&bench->row, 0)) * 1000);
    usleep(100000 + (useconds_t)(bench->seed >> 33) % (2 * round_us));
    int64_t pressed_us = sim_now_us();
    sim_bus_press(bench->slaves, device, is_paused ? KEY_RESUME : KEY_PAUSE, is_paused ? 0 : 1);
    struct device_report report = { .kind = REPORT_NONE };
    while (report.kind == REPORT_NONE && sim_now_us() - pressed_us < PRESS_LIMIT_MS * 1000) {
        eventfd_t value;
        eventfd_read(bench->wake_fd, &value);
        pthread_mutex_lock(&bench->mutex);
        if (bench->has_press) {
            report = bench->press;
            bench->has_press = false;
        }
        pthread_mutex_unlock(&bench->mutex);
    }
    bench->reported_ms[n] = (double)(report.mono_us - pressed_us) / 1000;
    obey(bench, &report, device);
    bench->committed_ms[n] = (double)(sim_now_us() - pressed_us) / 1000;
    show_answer(bench, &report, device);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_row(struct bench *bench) {
    const struct row *row = &bench->row;
    struct sim_bus_counts counts;
    struct bus_stats stats;
    sim_bus_read_counts(bench->slaves, &counts);
    bus_read_stats(bench->bus, &stats);
    qsort(bench->reported_ms, row->presses, sizeof(double), compare);
    qsort(bench->committed_ms, row->presses, sizeof(double), compare);
    unsigned p50 = row->presses / 2;
    unsigned p99 = row->presses * 99 / 100;
    printf(
        "{\"bench\":\"wire\",\"devices\":%u,\"baud\":%u,\"dead\":%u,\"presses\":%u,"
        "\"p50_ms\":%.1f,\"ideal_p50_ms\":%.1f,\"ratio_p50\":%.3f,"
        "\"p99_ms\":%.1f,\"ideal_p99_ms\":%.1f,\"ratio_p99\":%.3f,"
        "\"commit_p50_ms\":%.2f,\"inside_t35\":%llu,\"busy\":%.3f}\n",
        row->devices, row->baud, row->dead, row->presses, bench->committed_ms[p50],
        ideal_ms(row, 0.5), bench->committed_ms[p50] / ideal_ms(row, 0.5), bench->committed_ms[p99],
        ideal_ms(row, 0.99), bench->committed_ms[p99] / ideal_ms(row, 0.99),
        bench->committed_ms[p50] - bench->reported_ms[p50], (unsigned long long)counts.violations,
        (double)stats.busy_us / (double)(sim_now_us() - (int64_t)stats.since_us));
    fflush(stdout);
}

static void run(const struct row *row) {
    static struct bench bench;
    memset(&bench, 0, sizeof bench);
    bench.row = *row;
    bench.seed = 42;
    snprintf(bench.folder, sizeof bench.folder, "/tmp/hallq-bench.XXXXXX");
    if (mkdtemp(bench.folder) == NULL) {
        exit(1);
    }
    pthread_mutex_init(&bench.mutex, NULL);
    bench.wake_fd = eventfd(0, 0);
    open_slaves(&bench);
    open_hall(&bench);
    open_bus(&bench);
    for (unsigned i = 0; i < row->presses; i++) {
        press_once(&bench, i);
    }
    print_row(&bench);
    bus_close(bench.bus);
    sim_bus_close(bench.slaves);
    ledger_close(bench.ledger);
    config_free(bench.config);
    close(bench.wake_fd);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", bench.folder);
    if (system(command) != 0) {
        fprintf(stderr, "bench_wire: %s stays\n", bench.folder);
    }
}

int main(int argc, char **argv) {
    unsigned presses = 400;
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--presses") == 0) {
        presses = (unsigned)strtoul(argv[2], NULL, 10);
        at = 3;
    }
    if (presses == 0 || presses > PRESSES_MAX || (argc - at) % 3 != 0) {
        fprintf(stderr, "usage: bench_wire [--presses 1..%d] [DEVICES BAUD DEAD]...\n",
                PRESSES_MAX);
        return 2;
    }
    zone_set("Asia/Shanghai");
    for (; at + 2 < argc; at += 3) {
        struct row row = { (unsigned)strtoul(argv[at], NULL, 10),
                           (unsigned)strtoul(argv[at + 1], NULL, 10),
                           (unsigned)strtoul(argv[at + 2], NULL, 10), presses };
        if (row.devices == 0 || row.devices > BUS_DEVICES_MAX || row.dead >= row.devices) {
            fprintf(stderr, "bench_wire: %u devices with %u dead can't be\n", row.devices,
                    row.dead);
            return 2;
        }
        run(&row);
    }
    return 0;
}
