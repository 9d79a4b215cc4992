#include "devices/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "devices/line.h"
#include "devices/sequence.h"

struct bench {
    struct line line;
    struct rtu *rtu;
    int64_t answer_us;
    struct bench_counts counts;
};

static void bench_listen_away(struct bench *bench);

enum hall_error bench_open(const struct line_settings *settings, int64_t answer_us,
                           struct bench **bench, char *what) {
    struct bench *made = calloc(1, sizeof *made);
    if (made == NULL) {
        snprintf(what, WHAT_SIZE, "no memory");
        return HALL_FULL;
    }
    made->answer_us = answer_us;
    line_init(&made->line, settings, -1);
    enum hall_error error = line_open_alone(&made->line);
    if (error == HALL_OK) {
        made->rtu = rtu_open(&made->line);
    }
    if (made->rtu == NULL) {
        snprintf(what, WHAT_SIZE, "%s", error == HALL_OK ? "no memory" : made->line.what);
        bench_close(made);
        return error == HALL_OK ? HALL_FULL : error;
    }
    *bench = made;
    return HALL_OK;
}

void bench_close(struct bench *bench) {
    if (bench != NULL) {
        rtu_close(bench->rtu);
        line_close(&bench->line);
        free(bench);
    }
}

enum rtu_outcome bench_ask_once(struct bench *bench, const struct rtu_request *request,
                                struct rtu_result *result) {
    rtu_ask(bench->rtu, request, bench->answer_us, bench->answer_us, result);
    bench->counts.asked++;
    switch (result->outcome) {
    case RTU_ANSWER:
    case RTU_EXCEPTION:
        if (result->waited_us > bench->counts.slowest_us) {
            bench->counts.slowest_us = result->waited_us;
        }
        break;
    case RTU_NO_ANSWER:
        bench->counts.silent++;
        bench_listen_away(bench);
        break;
    case RTU_MANGLED:
        bench->counts.mangled++;
        bench_listen_away(bench);
        break;
    case RTU_GONE:
    case RTU_STOPPED:
        break;
    }
    return result->outcome;
}

enum rtu_outcome bench_ask(struct bench *bench, const struct rtu_request *request,
                           struct rtu_result *result) {
    enum rtu_outcome outcome = bench_ask_once(bench, request, result);
    bool is_lost = outcome == RTU_NO_ANSWER || outcome == RTU_MANGLED;
    return is_lost ? bench_ask_once(bench, request, result) : outcome;
}

enum rtu_outcome bench_write(struct bench *bench, uint8_t slave, const struct sequence *sequence,
                             struct rtu_result *result) {
    enum rtu_outcome outcome = RTU_ANSWER;
    for (unsigned i = 0; i < sequence->step_count && outcome == RTU_ANSWER; i++) {
        const struct write_step *step = &sequence->steps[i];
        struct rtu_request request = { .slave = slave,
                                       .function = WRITE_HOLDING,
                                       .address = step->address,
                                       .count = step->count,
                                       .values = sequence->values + step->at };
        outcome = bench_ask(bench, &request, result);
    }
    return outcome;
}

const struct bench_counts *bench_counts(const struct bench *bench) {
    return &bench->counts;
}

void bench_forget(struct bench *bench) {
    bench->counts = (struct bench_counts){ 0 };
}

const char *bench_what(const struct bench *bench) {
    return bench->line.what;
}

/* A line that is lost meanwhile says so with the next request. */
static void bench_listen_away(struct bench *bench) {
    uint8_t bytes[FRAME_MAX];
    size_t got;
    int64_t until_us = line_now_us() + LENGTH_REST_US;
    enum hall_error error = HALL_OK;
    while (error == HALL_OK && line_now_us() < until_us) {
        error = line_read(&bench->line, until_us, bytes, sizeof bytes, &got);
    }
}
