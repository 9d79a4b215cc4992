/*
 * hall_days: whole hall days from seeds, judged by the model.
 * `hall_days [--days N] [--seed S] [--faults] [--planted] [--print]`; --print shows every event's line.
 * Odd seeds have faults, even ones none; --faults gives them to all. A seed lives one to three days in a row.
 * --planted plants the bugs and nothing else; without it they follow the days, unless a seed is named.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/hall/days.h"

/* A day is some 20 ms; under a sanitizer five times that. */
#ifdef __SANITIZE_ADDRESS__
enum { DAYS_DEFAULT = 200 };
#else
enum { DAYS_DEFAULT = 1000 };
#endif
enum { PLANT_SEEDS = 40 };

struct options {
    unsigned days;
    uint64_t seed;
    bool has_seed, has_faults, only_planted, prints;
};

static unsigned days_of(uint64_t seed) {
    return 1 + (unsigned)(seed % 3);
}

static bool run_seed(const struct options *options, uint64_t seed, unsigned long *inputs) {
    bool has_faults = options->has_faults || seed % 2 == 1;
    struct world *world = world_new(seed, has_faults, PLANT_NONE);
    world->is_printing = options->prints;
    bool is_well = world_run(world, days_of(seed));
    *inputs += world->input_count;
    if (!is_well) {
        printf("seed %llu, step %u, event %llu, faults %#x: %s\n", (unsigned long long)seed,
               world->step, (unsigned long long)world->model->seq, world->faults,
               world->model->fault);
        printf("again: hall_days --seed %llu --days 1%s\n", (unsigned long long)seed,
               options->has_faults ? " --faults" : "");
    }
    world_free(world);
    return is_well;
}

/* The bug is planted into one seed after another until it strikes; then it must be found in that very run. */
static bool run_plant(enum plant plant, uint64_t first) {
    for (uint64_t seed = first; seed < first + PLANT_SEEDS; seed++) {
        struct world *world = world_new(seed, 1, plant);
        world->faults |= FAULT_RESTART;
        bool is_well = world_run(world, days_of(seed));
        bool has_struck = world->is_planted;
        if (has_struck) {
            printf("planted: %s: seed %llu: %s\n", plant_name(plant), (unsigned long long)seed,
                   is_well ? "NOT FOUND" : world->model->fault);
        }
        world_free(world);
        if (has_struck) {
            return !is_well;
        }
    }
    printf("planted: %s: never struck\n", plant_name(plant));
    return false;
}

static bool read_options(int count, char **words, struct options *options) {
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--days") == 0 && i + 1 < count) {
            options->days = (unsigned)strtoul(words[++i], NULL, 10);
        } else if (strcmp(words[i], "--seed") == 0 && i + 1 < count) {
            options->seed = strtoull(words[++i], NULL, 10);
            options->has_seed = true;
        } else if (strcmp(words[i], "--faults") == 0) {
            options->has_faults = true;
        } else if (strcmp(words[i], "--planted") == 0) {
            options->only_planted = true;
        } else if (strcmp(words[i], "--print") == 0) {
            options->prints = true;
        } else {
            fprintf(stderr, "hall_days [--days N] [--seed S] [--faults] [--planted] [--print]\n");
            return false;
        }
    }
    return true;
}

int main(int count, char **words) {
    struct options options = { .days = 0, .seed = 1 };
    unsigned passed = 0;
    unsigned failed = 0;
    unsigned long inputs = 0;
    if (!read_options(count, words, &options)) {
        return 2;
    }
    bool plants = !options.has_seed || options.only_planted;
    unsigned days = options.only_planted ? 0 : options.days == 0 ? DAYS_DEFAULT : options.days;
    uint64_t seed = options.seed;
    for (unsigned lived = 0; lived < days; seed++) {
        bool is_well = run_seed(&options, seed, &inputs);
        lived += days_of(seed);
        passed += is_well;
        failed += !is_well;
    }
    for (enum plant plant = PLANT_NONE + 1; plants && plant < PLANTS; plant++) {
        bool is_found = run_plant(plant, options.seed);
        passed += is_found;
        failed += !is_found;
    }
    printf("%lu inputs decided\n%u passed, %u failed\n", inputs, passed, failed);
    return failed == 0 ? 0 : 1;
}
