/*
 * What an exchange takes beyond the wire: a slave that answers at once, and how long after the answer's last byte plus
 * t3.5 the next request begins. Prints p50 and p99 in microseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/rtu.h"
#include "tests/devices/slave.h"

enum { EXCHANGES = 4000 };

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void print(const char *name, int64_t *times) {
    qsort(times, EXCHANGES, sizeof *times, compare);
    printf("%-28s p50 %4lld us  p99 %4lld us\n", name, (long long)times[EXCHANGES / 2],
           (long long)times[EXCHANGES * 99 / 100]);
}

int main(void) {
    static int64_t turns[EXCHANGES], starts[EXCHANGES];
    struct line_slaves *slaves = slaves_open();
    struct line_settings settings = {
        .baud = 115200, .data_bits = 8, .stop_bits = 1, .parity = 'N'
    };
    struct line line;
    struct rtu_result result;
    slave_add(slaves, 11, 2);
    snprintf(settings.port, sizeof settings.port, "%s", slaves_path(slaves));
    line_init(&line, &settings, -1);
    if (line_open(&line) != HALL_OK) {
        fprintf(stderr, "%s\n", line.what);
        return EXIT_FAILURE;
    }
    struct rtu *rtu = rtu_open(&line);
    struct rtu_request request = { .slave = 11, .function = READ_INPUT, .address = 5, .count = 5 };
    int64_t before_us = 0;
    for (unsigned i = 0; i < EXCHANGES; i++) {
        rtu_ask(rtu, &request, 60000, 60000, &result);
        if (result.outcome != RTU_ANSWER) {
            return EXIT_FAILURE;
        }
        turns[i] = result.done_us - result.sent_us;
        starts[i] = i == 0 ? 0 : result.sent_us - before_us - line.silence_us;
        before_us = result.done_us;
    }
    print("question to answer", turns);
    print("beyond t3.5 to next question", starts);
    rtu_close(rtu);
    line_close(&line);
    slaves_close(slaves);
    return EXIT_SUCCESS;
}
