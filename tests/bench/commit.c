/*
 * Committed events a second, batched as in the loop, against SQLite alone running the same statements with the same
 * values in the same transactions (goal: at least 0.9 of it). Both write to files side by side, batch by batch in turn,
 * so that a slow moment of the disk strikes both.
 * `bench_commit [FOLDER]`: on the disk that is meant; default the temporary folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/commit_plain.h"
#include "tests/unit/store/story.h"

enum { SIZES = 4, FOLDER_SIZE = 400, FILE_SIZE = 440 };

static const struct {
    unsigned size, batches;
} plans[SIZES] = { { 1, 2000 }, { 8, 1500 }, { 64, 400 }, { 256, 100 } };

static char folder[FOLDER_SIZE];

struct figures {
    double ours_s, plain_s;
};

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void file_named(const char *name, char *out) {
    snprintf(out, FILE_SIZE, "%s/%s", folder, name);
}

static void remove_file(const char *name) {
    static const char *const beside[] = { "", "-wal", "-shm", ".lock", ".reserve" };
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char file[FILE_SIZE + 16];
        snprintf(file, sizeof file, "%s/%s%s", folder, name, beside[i]);
        unlink(file);
    }
}

static struct store *open_store(const char *name) {
    char file[FILE_SIZE];
    char fault[WHAT_SIZE];
    struct store *store = NULL;
    file_named(name, file);
    if (store_open(file, &store, fault) != HALL_OK) {
        fprintf(stderr, "%s\n", fault);
        _Exit(EXIT_FAILURE);
    }
    return store;
}

static void must(bool is_well, const char *what) {
    if (!is_well) {
        fprintf(stderr, "bench_commit: %s failed\n", what);
        _Exit(EXIT_FAILURE);
    }
}

/* Runs the story once with SQLite's trace on. */
static void write_down(struct plain *plain, struct batch *batch, unsigned size, unsigned batches) {
    struct story story;
    story_init(&story, 1);
    plain_listen(plain);
    struct store *store = open_store("traced.db");
    plain_stop_listening();
    for (unsigned i = 0; i < batches; i++) {
        plain_mark(plain);
        batch_fill(batch, &story, size);
        must(store_append(store, batch->entries, batch->count, NULL, 0) == HALL_OK, "append");
    }
    plain_mark(plain);
    store_close(store);
    remove_file("traced.db");
}

static double run_ours(struct store *store, const struct batch *batch) {
    double begin = now_s();
    must(store_append(store, batch->entries, batch->count, NULL, 0) == HALL_OK, "append");
    must(store_tidy(store) == HALL_OK, "tidy");
    return now_s() - begin;
}

static double run_plain(struct plain *plain, unsigned batch) {
    double begin = now_s();
    must(plain_run(plain, batch), "plain");
    return now_s() - begin;
}

static struct figures race(unsigned size, unsigned batches) {
    struct figures figures = { 0 };
    struct plain *plain = plain_make();
    struct batch batch;
    struct story story;
    char file[FILE_SIZE];
    batch_init(&batch);
    write_down(plain, &batch, size, batches);
    store_close(open_store("plain.db")); /* the same empty tables */
    file_named("plain.db", file);
    must(plain_open(plain, file), "opening the peer");
    struct store *store = open_store("ours.db");
    story_init(&story, 1);
    for (unsigned i = 0; i < batches; i++) {
        batch_fill(&batch, &story, size);
        if (i % 2 == 0) {
            figures.ours_s += run_ours(store, &batch);
            figures.plain_s += run_plain(plain, i);
        } else {
            figures.plain_s += run_plain(plain, i);
            figures.ours_s += run_ours(store, &batch);
        }
    }
    plain_close(plain);
    plain_free(plain);
    store_close(store);
    batch_deinit(&batch);
    remove_file("plain.db");
    remove_file("ours.db");
    return figures;
}

int main(int argc, char **argv) {
    const char *temporary = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    snprintf(folder, sizeof folder, "%s/hallq-commit-XXXXXX",
             argc > 1 ? argv[1] : (temporary != NULL ? temporary : "/tmp"));
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return EXIT_FAILURE;
    }
    printf("%10s %12s %14s %14s %8s\n", "a batch", "ms a batch", "ours events/s", "plain events/s",
           "ratio");
    for (unsigned i = 0; i < SIZES; i++) {
        double events = (double)plans[i].size * plans[i].batches;
        struct figures figures = race(plans[i].size, plans[i].batches);
        printf("%10u %12.3f %14.0f %14.0f %8.3f\n", plans[i].size,
               figures.ours_s * 1e3 / plans[i].batches, events / figures.ours_s,
               events / figures.plain_s, figures.plain_s / figures.ours_s);
        fflush(stdout);
    }
    rmdir(folder);
    return EXIT_SUCCESS;
}
