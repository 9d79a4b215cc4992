/*
 * What the bus costs beyond the wire, against slaves that answer at once:
 *   - an exchange on its own: question to answer, and how long after t3.5 the next question begins;
 *   - a press on a terminal to its report, against a full round of pulses on that wire (frames and their silences), all
 *     alive and with four dead.
 * Prints p50 and p99; the slaves wait out wire time at the stated rate.
 */
#include <stdio.h>
#include <stdlib.h>

#include "devices/line.h"
#include "devices/rtu.h"
#include "tests/devices/rig.h"

enum { EXCHANGES = 4000, PRESSES = 150, PULSE_CHARACTERS = 8 + 15, PRESS_PAUSE_MS = 20 };

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t part_of(int64_t *times, unsigned count, unsigned percent) {
    qsort(times, count, sizeof *times, compare);
    return times[count * percent / 100];
}

static void print_exchange(const char *name, int64_t *times) {
    printf("%-36s p50 %5lld us  p99 %5lld us\n", name, (long long)part_of(times, EXCHANGES, 50),
           (long long)part_of(times, EXCHANGES, 99));
}

static int measure_exchanges(void) {
    static int64_t turns[EXCHANGES];
    static int64_t starts[EXCHANGES];
    struct line_slaves *slaves = slaves_open();
    struct line_settings settings = {
        .baud = 115200, .data_bits = 8, .stop_bits = 1, .parity = 'N'
    };
    struct rtu_request request = { .slave = 11, .function = READ_INPUT, .address = 5, .count = 5 };
    struct rtu_result result = { .outcome = RTU_ANSWER };
    struct line line;
    int64_t before_us = 0;
    slave_add(slaves, 11, 2);
    snprintf(settings.port, sizeof settings.port, "%s", slaves_path(slaves));
    line_init(&line, &settings, -1);
    if (line_open(&line) != HALL_OK) {
        fprintf(stderr, "%s\n", line.what);
        return EXIT_FAILURE;
    }
    struct rtu *rtu = rtu_open(&line);
    for (unsigned i = 0; i < EXCHANGES && result.outcome == RTU_ANSWER; i++) {
        rtu_ask(rtu, &request, 60000, 60000, &result);
        turns[i] = result.done_us - result.sent_us;
        starts[i] = i == 0 ? 0 : result.sent_us - before_us - line.silence_us;
        before_us = result.done_us;
    }
    print_exchange("question to answer", turns);
    print_exchange("beyond t3.5 to the next question", starts);
    rtu_close(rtu);
    line_close(&line);
    slaves_close(slaves);
    return result.outcome == RTU_ANSWER ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void measure_presses(unsigned devices, unsigned dead, uint32_t baud) {
    static int64_t times[PRESSES];
    struct rig *rig = rig_open();
    struct device_report report;
    rig->config.line.baud = baud;
    for (unsigned i = 0; i < devices; i++) {
        char id[NAME_SIZE];
        snprintf(id, sizeof id, "terminal-%u", i);
        rig_add(rig, id, ROLE_TERMINAL, (uint8_t)(i + 1));
        slave_fault(rig->slaves, (uint8_t)(i + 1), FAULT_DEAF, 0, i < dead ? 1000000 : 0, 0);
    }
    slaves_pace(rig->slaves, baud);
    rig_start(rig);
    rig_await(rig, REPORT_ONLINE, devices - dead, NULL);
    rig_await(rig, REPORT_OFFLINE, dead, NULL);
    unsigned seed = 1;
    for (unsigned i = 0; i < PRESSES; i++) {
        seed = seed * 1103515245U + 12345U;
        unsigned device = dead + (seed >> 16) % (devices - dead);
        rig_sleep(PRESS_PAUSE_MS + (seed >> 8) % 13);
        int64_t pressed_us = line_now_us();
        slave_press(rig->slaves, (uint8_t)(device + 1), 1, 0);
        rig_await(rig, REPORT_KEY, i + 1, &report);
        times[i] = report.mono_us - pressed_us;
    }
    struct line line;
    line_init(&line, &rig->config.line, -1);
    int64_t round_us = (int64_t)(devices - dead) *
                       (line_wire_us(&line, PULSE_CHARACTERS) + 2 * (int64_t)line.silence_us);
    printf("%2u terminals, %u dead, %6u baud: round %6lld us, press p50 %6lld us, p99 %6lld us\n",
           devices, dead, (unsigned)baud, (long long)round_us,
           (long long)part_of(times, PRESSES, 50), (long long)part_of(times, PRESSES, 99));
    rig_close(rig);
}

int main(void) {
    int status = measure_exchanges();
    measure_presses(8, 0, 19200);
    measure_presses(8, 0, 115200);
    measure_presses(32, 0, 115200);
    measure_presses(16, 0, 115200);
    measure_presses(16, 4, 115200);
    return status;
}
