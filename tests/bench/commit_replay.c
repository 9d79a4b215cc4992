/*
 * A full day put back after a restart: the time to open the store and to replay it, and of that the part in which the
 * core applies the same events without anybody reading them.
 * `bench_replay [FOLDER]`; a disk's own slowness is not in it, the file is warm.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/store/story.h"

/* The story has four services with 999 numbers each: as near to 5,000 tickets as it comes. */
enum { TICKETS = 3990, EVENTS = TICKETS * 7, BATCH = 64, FOLDER_SIZE = 400, FILE_SIZE = 440 };

static const struct hall_limits limits = {
    .tickets_per_day = 5000, .windows = 128, .services = 32, .staff = 512, .devices = 512
};

static char folder[FOLDER_SIZE], path[FILE_SIZE];

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool is_well, const char *what) {
    if (!is_well) {
        fprintf(stderr, "bench_replay: %s\n", what);
        _Exit(EXIT_FAILURE);
    }
}

static struct hall *make_hall(void) {
    void *memory = malloc(hall_size(&limits));
    must(memory != NULL, "out of memory");
    return hall_create(memory, &limits);
}

static void write_day(void) {
    char fault[WHAT_SIZE];
    struct store *store = NULL;
    struct story story;
    struct batch batch;
    must(store_open(path, &store, fault) == HALL_OK, fault);
    story_init(&story, 1);
    batch_init(&batch);
    for (unsigned done = 0; done < EVENTS; done += BATCH) {
        batch_fill(&batch, &story, BATCH);
        must(store_append(store, batch.entries, BATCH, NULL, 0) == HALL_OK, "append failed");
    }
    batch_deinit(&batch);
    store_close(store);
}

static double apply_alone(void) {
    struct story story;
    struct event event;
    struct hall *hall = make_hall();
    double spent_s = 0;
    story_init(&story, 1);
    for (unsigned done = 0; done < EVENTS; done++) {
        story_next(&story, &event);
        double begin = now_s();
        hall_apply(hall, &event);
        spent_s += now_s() - begin;
    }
    free(hall);
    return spent_s;
}

static void replay(void) {
    char fault[WHAT_SIZE] = "";
    struct store *store = NULL;
    uint64_t events = 0;
    double begin = now_s();
    must(store_open(path, &store, fault) == HALL_OK, fault);
    double opened = now_s();
    struct hall *hall = make_hall();
    must(store_replay(store, hall, &events, fault) == HALL_OK, fault);
    double end = now_s();
    double apply_s = apply_alone();
    printf(
        "%u tickets, %llu events: open %.1f ms, replay %.1f ms (%.2f us an event), of it applying "
        "%.1f ms\n",
        (unsigned)TICKETS, (unsigned long long)events, (opened - begin) * 1e3, (end - opened) * 1e3,
        (end - opened) * 1e6 / (double)events, apply_s * 1e3);
    free(hall);
    store_close(store);
}

int main(int argc, char **argv) {
    static const char *const beside[] = { "", "-wal", "-shm", ".lock", ".reserve" };
    const char *temporary = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe): one thread */
    snprintf(folder, sizeof folder, "%s/hallq-replay-XXXXXX",
             argc > 1 ? argv[1] : (temporary != NULL ? temporary : "/tmp"));
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return EXIT_FAILURE;
    }
    snprintf(path, sizeof path, "%s/hall.db", folder);
    write_day();
    for (unsigned round = 0; round < 3; round++) {
        replay();
    }
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char file[FILE_SIZE + 16];
        snprintf(file, sizeof file, "%s%s", path, beside[i]);
        unlink(file);
    }
    rmdir(folder);
    return EXIT_SUCCESS;
}
