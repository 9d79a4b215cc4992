#include "tests/bench/wire_rows.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices/profile.h"
#include "tests/bench/wire_hall.h"
#include "tests/bench/wire_order.h"
#include "tests/bench/wire_peer.h"
#include "tests/bench/wire_stir.h"

enum {
    TERMINAL_REGISTERS = 6,
    IDLE_US = 3000000,
    WARM_US = 1500000,
    COST_US = 2000000,
    PEER_PART = 3, /* one in so many presses is made on the peer too */
    SLACK_US = 2000
};

static double wire_share(struct bench *bench);
static double share_of(unsigned n);
static void press_ours(struct bench *bench, struct samples *reported, struct samples *committed);
static void press_peer(const struct row *row, struct samples *read);
static void print_press(struct bench *bench, struct samples *reported, struct samples *committed);
static void print_order(const struct row *row);
static void print_machine(struct bench *bench, const struct stir *stir);
static double cost_ours(const struct bench *bench);
static double cost_peer(const struct bench *bench, bool is_realtime);
static double processor_us(void);
static void ignore_report(void *context, const struct device_report *report);
static void ignore_log(void *context, int level, const char *text);

void row_press(const struct row *row) {
    static struct bench bench;
    static struct samples reported, committed, read;
    static struct stir stir;
    reported.count = committed.count = read.count = 0;
    bench_open(&bench, row);
    bench_start(&bench);
    double share = wire_share(&bench);
    stir_begin(&stir);
    press_ours(&bench, &reported, &committed);
    stir_end(&stir);
    print_press(&bench, &reported, &committed);
    printf(",\"wire_used\":%.3f", share);
    print_order(row);
    print_machine(&bench, &stir);
    bench_close(&bench);
    press_peer(row, &read);
    printf(",\"peer_p50_ms\":%.1f,\"peer_p99_ms\":%.1f}\n", samples_at(&read, 50),
           samples_at(&read, 99));
    (void)fflush(stdout);
}

void row_image(const struct row *row) {
    static struct bench bench;
    static struct samples begun, there;
    static struct stir stir;
    begun.count = there.count = 0;
    bench_open(&bench, row);
    bench_start(&bench);
    stir_begin(&stir);
    int64_t write_us = times_write_us(row, TERMINAL_REGISTERS);
    int64_t pause_us = times_pulse_us(row) + times_silence_us(row);
    for (unsigned i = 0; i < row->presses; i++) {
        unsigned device = i % (row->devices - row->dead);
        struct image *image = &bench.images[device];
        bench_sleep_until(sim_now_us() + 40000 + (int64_t)(share_of(i) * 4 * (double)pause_us));
        bench_forget_sights(&bench);
        image->rank = RANK_CALL;
        image->terminal.ticket.prefix[0] = 'A';
        image->terminal.ticket.number = (uint16_t)(i + 1);
        int64_t shown_us = sim_now_us();
        bus_show(bench.bus, device, image);
        int64_t seen_us = bench_await_sight(&bench, device, SIGHT_TERMINAL) - ANSWER_US;
        samples_add(&there, (double)(seen_us - shown_us) / 1000);
        samples_add(&begun, (double)(seen_us - write_us - shown_us) / 1000);
    }
    stir_end(&stir);
    double most_ms = (double)(times_pulse_us(row) + times_silence_us(row) + SLACK_US) / 1000;
    printf("{\"bench\":\"image\",\"devices\":%u,\"baud\":%u,\"dead\":%u,\"images\":%u,"
           "\"begun_p99_ms\":%.2f,\"there_p50_ms\":%.2f,\"there_p99_ms\":%.2f,\"goal_ms\":%.2f,"
           "\"own_ms\":%.2f,\"begun_ratio\":%.3f",
           row->devices, row->baud, row->dead, row->presses, samples_at(&begun, 99),
           samples_at(&there, 50), samples_at(&there, 99), most_ms, (double)write_us / 1000,
           samples_at(&begun, 99) / most_ms);
    print_machine(&bench, &stir);
    printf("}\n");
    (void)fflush(stdout);
    bench_close(&bench);
}

void row_board(const struct row *row) {
    static struct bench bench;
    static struct samples shown;
    static struct stir stir;
    shown.count = 0;
    bench_open(&bench, row);
    bench_start(&bench);
    stir_begin(&stir);
    for (unsigned i = 0; i < row->presses; i++) {
        struct device_report report;
        unsigned device = i * 7 % row->devices;
        bool is_paused = bench.images[device].terminal.lamp == LAMP_PAUSED;
        bench_sleep_until(bench_moment(&bench, device, share_of(i)));
        bench_forget_sights(&bench);
        int64_t pressed_us = sim_now_us();
        sim_bus_press(bench.slaves, device, is_paused ? KEY_RESUME : KEY_PAUSE, is_paused ? 0 : 1);
        bench_await(&bench, &report);
        bench_obey(&bench, &report, device);
        bench_show_answer(&bench, &report, device);
        int64_t seen_us = bench_await_sight(&bench, row->devices + device, SIGHT_BOARD);
        samples_add(&shown, (double)(seen_us - pressed_us) / 1000);
    }
    stir_end(&stir);
    printf("{\"bench\":\"board\",\"terminals\":%u,\"boards\":%u,\"baud\":%u,\"presses\":%u,"
           "\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"goal_ms\":150",
           row->devices, row->boards, row->baud, row->presses, samples_at(&shown, 50),
           samples_at(&shown, 99));
    print_machine(&bench, &stir);
    printf("}\n");
    (void)fflush(stdout);
    bench_close(&bench);
}

void row_cost(const struct row *row) {
    struct bench bench;
    int gate[2];
    memset(&bench, 0, sizeof bench);
    if (pipe(gate) != 0) {
        exit(1);
    }
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        bench_open(&bench, row);
        if (write(gate[1], &bench, sizeof bench.row + sizeof bench.folder + sizeof bench.port) <
            0) {
            _exit(1);
        }
        for (;;) {
            pause();
        }
    }
    close(gate[1]); /* so that a child that died is an end of file */
    /* Row, folder and port stand first. */
    if (child < 0 ||
        read(gate[0], &bench, sizeof bench.row + sizeof bench.folder + sizeof bench.port) <= 0) {
        exit(1);
    }
    /* What else the machine does is only ever added, so the least of each is the nearest to what it costs. */
    double ours_us = HUGE_VAL;
    double peer_us = HUGE_VAL;
    double realtime_us =
        HUGE_VAL; /* the peer at our priority: what a wake-up costs is the machine's */
    for (unsigned turn = 0; turn < row->presses; turn++) {
        ours_us = fmin(ours_us, cost_ours(&bench));
        peer_us = fmin(peer_us, cost_peer(&bench, false));
        realtime_us = fmin(realtime_us, cost_peer(&bench, true));
    }
    printf("{\"bench\":\"cost\",\"devices\":%u,\"baud\":%u,\"ours_ms\":%.1f,\"peer_ms\":%.1f,"
           "\"ratio\":%.2f,\"goal\":1.3,\"realtime_ms\":%.1f,\"realtime_ratio\":%.2f}\n",
           row->devices, row->baud, ours_us, peer_us, ours_us / peer_us, realtime_us,
           ours_us / realtime_us);
    (void)fflush(stdout);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", bench.folder);
    (void)!system(command);
}

/* Of what t3.5 allows: so many exchanges as went by, each with its silence, against the time that went by. */
static double wire_share(struct bench *bench) {
    struct sim_bus_counts first, last;
    int64_t began_us = sim_now_us();
    sim_bus_read_counts(bench->slaves, &first);
    usleep(IDLE_US);
    sim_bus_read_counts(bench->slaves, &last);
    int64_t took_us = sim_now_us() - began_us;
    int64_t pulse_us = times_pulse_us(&bench->row) + times_silence_us(&bench->row);
    return (double)((int64_t)(last.answers - first.answers) * pulse_us) / (double)took_us;
}

/* The parts of a round in which presses come: evenly spread, so that a hundred of them tell of all of it. */
static double share_of(unsigned n) {
    return fmod((n + 0.5) * 0.6180339887498949, 1);
}

static void press_ours(struct bench *bench, struct samples *reported, struct samples *committed) {
    unsigned alive = bench->row.devices - bench->row.dead;
    for (unsigned i = 0; i < bench->row.presses; i++) {
        struct device_report report;
        unsigned device = (i * 7 + i / alive) % alive;
        bool is_paused = bench->images[device].terminal.lamp == LAMP_PAUSED;
        bench_sleep_until(bench_moment(bench, device, share_of(i)));
        int64_t pressed_us = sim_now_us();
        sim_bus_press(bench->slaves, device, is_paused ? KEY_RESUME : KEY_PAUSE, is_paused ? 0 : 1);
        bench_await(bench, &report);
        bench_obey(bench, &report, device);
        int64_t done_us = sim_now_us();
        samples_add(committed, (double)(done_us - pressed_us) / 1000);
        samples_add(reported, (double)(report.mono_us - pressed_us) / 1000);
        bench_show_answer(bench, &report, device);
    }
}

/* The loop has the line for itself: it is opened anew. */
static void press_peer(const struct row *row, struct samples *read) {
    static struct bench bench;
    static struct peer peer;
    bench_open(&bench, row);
    for (unsigned i = 0; i < row->dead; i++) {
        sim_bus_set_dead(bench.slaves, row->devices - 1 - i, true);
    }
    int64_t round_us = times_round_us(row);
    int64_t most_us = 4 * round_us + (int64_t)row->dead * 200000;
    unsigned count = row->presses / PEER_PART > 0 ? row->presses / PEER_PART : 1;
    if (peer_begin(&peer, row, bench.port, false)) {
        usleep((useconds_t)(2 * round_us + 200000));
        for (unsigned i = 0; i < count; i++) {
            unsigned device = i * 7 % (row->devices - row->dead);
            usleep((useconds_t)(share_of(i) * 2 * (double)round_us) + 20000);
            atomic_store(&peer.pressed_us[device], 0);
            int64_t pressed_us = sim_now_us();
            sim_bus_press(bench.slaves, device, KEY_PAUSE, 1);
            while (atomic_load(&peer.pressed_us[device]) == 0 &&
                   sim_now_us() - pressed_us < most_us) {
                usleep(1000);
            }
            int64_t at_us = atomic_load(&peer.pressed_us[device]);
            at_us = at_us == 0 ? sim_now_us() : at_us;
            samples_add(read, (double)(at_us - pressed_us) / 1000);
        }
        peer_end(&peer);
    }
    bench_close(&bench);
}

static void print_press(struct bench *bench, struct samples *reported, struct samples *committed) {
    const struct row *row = &bench->row;
    struct sim_bus_counts counts;
    sim_bus_read_counts(bench->slaves, &counts);
    double p50 = samples_at(committed, 50);
    double p99 = samples_at(committed, 99);
    double ideal_p50 = times_ideal_ms(row, 0.5);
    double ideal_p99 = times_ideal_ms(row, 0.99);
    printf("{\"bench\":\"wire\",\"devices\":%u,\"baud\":%u,\"dead\":%u,\"presses\":%u,"
           "\"p50_ms\":%.1f,\"ideal_p50_ms\":%.1f,\"ratio_p50\":%.3f,"
           "\"p99_ms\":%.1f,\"ideal_p99_ms\":%.1f,\"ratio_p99\":%.3f,"
           "\"reported_p50\":%.3f,\"reported_p99\":%.3f,\"inside_t35\":%llu",
           row->devices, row->baud, row->dead, row->presses, p50, ideal_p50, p50 / ideal_p50, p99,
           ideal_p99, p99 / ideal_p99, samples_at(reported, 50) / ideal_p50,
           samples_at(reported, 99) / ideal_p99, (unsigned long long)counts.violations);
}

/* The schedule alone on this line, in virtual time. */
static void print_order(const struct row *row) {
    double p50;
    double p99;
    order_measure(row, &p50, &p99);
    printf(",\"order_p50\":%.3f,\"order_p99\":%.3f", p50, p99);
}

static void print_machine(struct bench *bench, const struct stir *stir) {
    struct sim_bus_counts counts;
    sim_bus_read_counts(bench->slaves, &counts);
    printf(",\"late_us\":[%lld,%lld],\"device_late_us\":[%lld,%lld]", (long long)stir_at(stir, 50),
           (long long)stir_at(stir, 99), (long long)stir_of(counts.error, SIM_ERROR_BUCKETS, 50),
           (long long)stir_of(counts.error, SIM_ERROR_BUCKETS, 99));
}

static double cost_ours(const struct bench *bench) {
    static struct bus_stats first, last;
    struct bus_config config = { .id = "b", .protocol = PROTOCOL_MODBUS_RTU };
    struct bus_callbacks callbacks = { .report = ignore_report, .log = ignore_log };
    config.line = (struct line_settings){
        .baud = bench->row.baud, .data_bits = 8, .stop_bits = 1, .parity = 'N'
    };
    snprintf(config.line.port, sizeof config.line.port, "%s", bench->port);
    config.device_count = bench->row.devices;
    for (unsigned i = 0; i < config.device_count; i++) {
        snprintf(config.devices[i].id, sizeof config.devices[i].id, "t-%u", i + 1);
        config.devices[i].role = ROLE_TERMINAL;
        config.devices[i].address = (uint8_t)(i + 1);
        config.devices[i].profile = profile_reference();
    }
    struct bus *bus = bus_open(&config, &callbacks);
    usleep(WARM_US);
    bus_read_stats(bus, &first);
    double began_us = processor_us();
    usleep(COST_US);
    double took_us = processor_us() - began_us;
    bus_read_stats(bus, &last);
    uint64_t requests = 0;
    for (unsigned i = 0; i < config.device_count; i++) {
        requests += last.devices[i].requests - first.devices[i].requests;
    }
    bus_close(bus);
    return requests == 0 ? HUGE_VAL : took_us / (double)requests;
}

static double cost_peer(const struct bench *bench, bool is_realtime) {
    static struct peer peer;
    if (!peer_begin(&peer, &bench->row, bench->port, is_realtime)) {
        return 0;
    }
    usleep(WARM_US);
    uint64_t before = atomic_load(&peer.transactions);
    double began_us = processor_us();
    usleep(COST_US);
    double took_us = processor_us() - began_us;
    uint64_t transactions = atomic_load(&peer.transactions) - before;
    peer_end(&peer);
    return transactions == 0 ? HUGE_VAL : took_us / (double)transactions;
}

static double processor_us(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void ignore_report(void *context, const struct device_report *report) {
    (void)context;
    (void)report;
}

static void ignore_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}
