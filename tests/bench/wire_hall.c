#include "tests/bench/wire_hall.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "controller/press.h"
#include "tests/bench/wire_times.h"

enum {
    PATIENCE_US = 20000000,
    BACK_OFF_US = 20000000, /* from the fifth probe on they are so far apart that they are rare */
    SETTLE_US = 1000000
};

static const int64_t BEGINS_MS = INT64_C(1700000000000);

static void write_config(const struct bench *bench, const char *file);
static void open_hall(struct bench *bench);
static void open_bus(struct bench *bench);
static void take_report(void *context, const struct device_report *report);
static void ignore_log(void *context, int level, const char *text);
static void take(struct bench *bench, struct input *input);
static void commit(struct bench *bench);
static void give_up(const char *why) __attribute__((noreturn));
static bool is_board(const struct bench *bench, unsigned place);

void bench_open(struct bench *bench, const struct row *row) {
    struct sim_bus_config config = { .id = "b",
                                     .protocol = PROTOCOL_MODBUS_RTU,
                                     .baud = row->baud,
                                     .data_bits = 8,
                                     .stop_bits = 1 };
    struct sim_bus_options options = { .seed = 1,
                                       .boots = 1,
                                       .answer_us = ANSWER_US,
                                       .is_strict = true,
                                       .is_sharp = true,
                                       .wake_fd = -1 };
    char why[SIM_WHY_SIZE];
    memset(bench, 0, sizeof *bench);
    bench->row = *row;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/hallq-bench.XXXXXX");
    if (mkdtemp(bench->folder) == NULL) {
        exit(1);
    }
    snprintf(bench->port, sizeof bench->port, "%s/line", bench->folder);
    snprintf(config.port, sizeof config.port, "%s", bench->port);
    config.device_count = row->devices + row->boards;
    for (unsigned i = 0; i < config.device_count; i++) {
        struct sim_device_config *device = &config.devices[i];
        snprintf(device->id, sizeof device->id, "t-%u", i + 1);
        device->role = is_board(bench, i) ? ROLE_BOARD : ROLE_TERMINAL;
        device->address = (uint8_t)(i + 1);
        device->window = (uint16_t)(i % row->devices + 1);
    }
    bench->slaves = sim_bus_open(&config, &options, why);
    if (bench->slaves == NULL) {
        fprintf(stderr, "bench_wire: %s\n", why);
        exit(1);
    }
}

void bench_start(struct bench *bench) {
    pthread_mutex_init(&bench->mutex, NULL);
    bench->wake_fd = eventfd(0, EFD_NONBLOCK);
    open_hall(bench);
    open_bus(bench);
    int64_t end_us = sim_now_us() + PATIENCE_US;
    for (unsigned online = 0; online < bench->row.devices + bench->row.boards;) {
        usleep(50000);
        pthread_mutex_lock(&bench->mutex);
        online = bench->online;
        pthread_mutex_unlock(&bench->mutex);
        if (sim_now_us() > end_us) {
            fprintf(stderr, "bench_wire: %u devices online\n", online);
            exit(1);
        }
    }
    for (unsigned i = 0; i < bench->row.dead; i++) {
        sim_bus_set_dead(bench->slaves, bench->row.devices - 1 - i, true);
    }
    usleep(bench->row.dead > 0 ? BACK_OFF_US : SETTLE_US);
}

void bench_close(struct bench *bench) {
    char command[128];
    bus_close(bench->bus);
    sim_bus_close(bench->slaves);
    if (bench->ledger != NULL) {
        ledger_close(bench->ledger);
        config_free(bench->config);
        close(bench->wake_fd);
    }
    snprintf(command, sizeof command, "rm -rf %s", bench->folder);
    if (system(command) != 0) {
        fprintf(stderr, "bench_wire: %s stays\n", bench->folder);
    }
}

int64_t bench_moment(const struct bench *bench, unsigned device, double share) {
    static struct bus_stats stats;
    int64_t round_us = times_round_us(&bench->row);
    int64_t since_us = sim_now_us();
    /* A reading after all that went before has been shown. */
    do {
        usleep((useconds_t)(round_us / 8));
        bus_read_stats(bench->bus, &stats);
    } while (stats.devices[device].last_answer_us < since_us &&
             sim_now_us() - since_us < PATIENCE_US);
    int64_t at_us = stats.devices[device].last_answer_us + (int64_t)(share * (double)round_us);
    return at_us < sim_now_us() + 1000 ? at_us + round_us : at_us;
}

void bench_sleep_until(int64_t at_us) {
    struct timespec until = { at_us / 1000000, at_us % 1000000 * 1000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

void bench_await(struct bench *bench, struct device_report *report) {
    int64_t end_us = sim_now_us() + PATIENCE_US;
    bool is_there = false;
    while (!is_there) {
        struct pollfd wake = { .fd = bench->wake_fd, .events = POLLIN };
        eventfd_t value;
        if (sim_now_us() > end_us) {
            give_up("a press never came");
        }
        (void)poll(&wake, 1, 100);
        (void)eventfd_read(bench->wake_fd, &value);
        pthread_mutex_lock(&bench->mutex);
        is_there = bench->has_press;
        *report = bench->press;
        bench->has_press = false;
        pthread_mutex_unlock(&bench->mutex);
    }
}

void bench_obey(struct bench *bench, const struct device_report *report, unsigned device) {
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

void bench_show_answer(struct bench *bench, const struct device_report *report, unsigned device) {
    struct terminal_image *terminal = &bench->images[device].terminal;
    terminal->answer =
        (struct key_answer){ .epoch = report->epoch, .count = report->count, .answer = 1 };
    terminal->lamp = report->code == KEY_PAUSE ? LAMP_PAUSED : LAMP_READY;
    unsigned place = bench->row.devices + device;
    if (is_board(bench, place) && place < bench->row.devices + bench->row.boards) {
        struct board_image *board = &bench->images[place].board;
        snprintf(board->text, sizeof board->text,
                 "A%03u \350\257\267\345\210\260 %u \345\217\267\n", report->count, device + 1);
        board->style = STYLE_RED | STYLE_FLASH;
        bus_show(bench->bus, place, &bench->images[place]);
    }
    bus_show(bench->bus, device, &bench->images[device]);
}

int64_t bench_await_sight(struct bench *bench, unsigned device, enum sim_sight_kind kind) {
    struct sim_sight sight;
    int64_t end_us = sim_now_us() + PATIENCE_US;
    for (;;) {
        while (sim_bus_take_sight(bench->slaves, &sight)) {
            if (sight.device == device && sight.kind == kind) {
                return sight.at_us;
            }
        }
        if (sim_now_us() > end_us) {
            give_up("what was to be shown never was");
        }
        usleep(2000);
    }
}

void bench_forget_sights(struct bench *bench) {
    struct sim_sight sight;
    while (sim_bus_take_sight(bench->slaves, &sight)) {
    }
}

static void give_up(const char *why) {
    fprintf(stderr, "bench_wire: %s\n", why);
    exit(1);
}

static void write_config(const struct bench *bench, const char *file) {
    FILE *out = fopen(file, "w");
    if (out == NULL) {
        exit(1);
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
            "],\"buses\":[{\"id\":\"b\",\"protocol\":\"modbus-rtu\",\"port\":\"%s\",\"baud\":%u,"
            "\"devices\":[",
            bench->port, bench->row.baud);
    for (unsigned i = 0; i < bench->row.devices + bench->row.boards; i++) {
        fprintf(out, "%s{\"id\":\"t-%u\",\"role\":\"%s\",\"address\":%u,\"window\":%u}",
                i > 0 ? "," : "", i + 1, is_board(bench, i) ? "board" : "terminal", i + 1,
                i % bench->row.devices + 1);
    }
    fprintf(out, "]}],\"socket\":\"%s/sock\"}\n", bench->folder);
    (void)fclose(out);
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
    struct day_times times = { .hall = { .count = 1, .spans = { { BEGINS_MS, INT64_MAX } } } };
    struct input inputs[] = {
        { .kind = INPUT_STARTED },
        { .kind = INPUT_CONFIG, .config = { .rules = &bench->config->rules, .hash = "" } },
        { .kind = INPUT_DAY,
          .day = { .day = 20231115,
                   .begins_ms = BEGINS_MS,
                   .ends_ms = BEGINS_MS + INT64_C(1000000000000),
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
    for (unsigned i = 0; i < bench->row.devices + bench->row.boards; i++) {
        bench->images[i].role = is_board(bench, i) ? ROLE_BOARD : ROLE_TERMINAL;
        bench->images[i].terminal.lamp = LAMP_READY;
        bus_show(bench->bus, i, &bench->images[i]);
    }
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

static void take(struct bench *bench, struct input *input) {
    input->now_ms = sim_now_us() / 1000 + BEGINS_MS;
    ledger_take(bench->ledger, input, NULL, NULL);
}

static void commit(struct bench *bench) {
    uint64_t durable;
    if (ledger_commit(bench->ledger, &durable) != HALL_OK) {
        fprintf(stderr, "bench_wire: the journal can't be written\n");
        exit(1);
    }
}

static bool is_board(const struct bench *bench, unsigned place) {
    return place >= bench->row.devices;
}
