/*
 * From the press of a key to the committed event, and what else a line is asked for: real buses, the real core and
 * journal, simulated devices with wire time on a pseudo-terminal; each figure beside the ideal of that wire or a bare
 * libmodbus loop in the same run. One line of JSON a row.
 *   bench_wire all           the whole table, about eleven minutes
 *   bench_wire short         every kind of row once, under a minute
 *   bench_wire KIND DEVICES BAUD DEAD PRESSES     one row: press, image, board (half of them boards) or cost, of which
 *                                                PRESSES are the turns
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "controller/zone.h"
#include "devices/bus.h"
#include "tests/bench/wire_rows.h"

typedef void (*row_run)(const struct row *row);

struct plan {
    const char *kind;
    struct row row;
    /* Runs beside the one before it: each is a line of its own, as a hall has several. */
    bool is_beside;
};

static const struct plan all[] = {
    { "press", { 64, 0, 19200, 0, 100 }, false },   { "press", { 32, 0, 19200, 0, 100 }, true },
    { "press", { 16, 0, 19200, 0, 100 }, true },    { "press", { 8, 0, 19200, 0, 100 }, true },
    { "press", { 16, 0, 19200, 1, 100 }, true },    { "press", { 16, 0, 19200, 4, 100 }, true },
    { "press", { 8, 0, 115200, 0, 100 }, false },   { "press", { 16, 0, 115200, 0, 100 }, false },
    { "press", { 32, 0, 115200, 0, 100 }, false },  { "press", { 64, 0, 115200, 0, 100 }, false },
    { "press", { 16, 0, 115200, 1, 100 }, false },  { "press", { 16, 0, 115200, 4, 100 }, false },
    { "image", { 16, 0, 115200, 0, 400 }, false },  { "image", { 16, 0, 115200, 4, 400 }, false },
    { "image", { 16, 0, 19200, 0, 400 }, false },   { "image", { 16, 0, 19200, 4, 400 }, true },
    { "board", { 16, 16, 115200, 0, 100 }, false }, { "cost", { 16, 0, 115200, 0, 4 }, false },
};
static const struct plan some[] = {
    { "press", { 8, 0, 115200, 0, 20 }, false }, { "press", { 16, 0, 115200, 4, 10 }, true },
    { "image", { 16, 0, 115200, 0, 20 }, true }, { "board", { 4, 4, 115200, 0, 10 }, true },
    { "cost", { 8, 0, 115200, 0, 1 }, true },
};

static row_run run_of(const char *kind);
static bool run_all(const struct plan *plans, unsigned count);
static bool await_all(unsigned *running);
static bool run_one(char **words);

int main(int argc, char **argv) {
    zone_set("Asia/Shanghai");
    bool is_well = false;
    if (argc == 2 && strcmp(argv[1], "all") == 0) {
        is_well = run_all(all, sizeof all / sizeof *all);
    } else if (argc == 2 && strcmp(argv[1], "short") == 0) {
        is_well = run_all(some, sizeof some / sizeof *some);
    } else if (argc == 6 && run_of(argv[1]) != NULL) {
        is_well = run_one(argv + 1);
    } else {
        fprintf(stderr, "usage: bench_wire all | short | press|image|board|cost DEVICES BAUD DEAD "
                        "PRESSES\n");
        return 2;
    }
    return is_well ? 0 : 1;
}

static row_run run_of(const char *kind) {
    static const struct {
        const char *kind;
        row_run run;
    } rows[] = {
        { "press", row_press }, { "image", row_image }, { "board", row_board }, { "cost", row_cost }
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].kind, kind) == 0) {
            return rows[i].run;
        }
    }
    return NULL;
}

/* A process a row: what one of them leaves behind changes no other. */
static bool run_all(const struct plan *plans, unsigned count) {
    unsigned running = 0;
    bool is_well = true;
    for (unsigned i = 0; i < count; i++) {
        if (!plans[i].is_beside) {
            is_well = await_all(&running) && is_well;
        }
        (void)fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            run_of(plans[i].kind)(&plans[i].row);
            exit(0);
        }
        running += child > 0;
        is_well = is_well && child > 0;
    }
    return await_all(&running) && is_well;
}

static bool await_all(unsigned *running) {
    bool is_well = true;
    for (; *running > 0; (*running)--) {
        int status = 1;
        is_well = wait(&status) > 0 && status == 0 && is_well;
    }
    return is_well;
}

static bool run_one(char **words) {
    struct row row = { .devices = (unsigned)strtoul(words[1], NULL, 10),
                       .baud = (unsigned)strtoul(words[2], NULL, 10),
                       .dead = (unsigned)strtoul(words[3], NULL, 10),
                       .presses = (unsigned)strtoul(words[4], NULL, 10) };
    bool is_board = strcmp(words[0], "board") == 0;
    bool is_well = row.devices > 0 && row.devices <= BUS_DEVICES_MAX && row.dead < row.devices &&
                   row.baud > 0 && row.presses > 0 && row.presses <= SAMPLES_MAX &&
                   !(is_board && row.devices % 2 != 0);
    if (!is_well) {
        fprintf(stderr, "bench_wire: %u devices at %u baud with %u dead and %u presses can't be\n",
                row.devices, row.baud, row.dead, row.presses);
        return false;
    }
    if (is_board) {
        row.boards = row.devices / 2;
        row.devices -= row.boards;
    }
    run_of(words[0])(&row);
    return true;
}
