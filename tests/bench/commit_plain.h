/*
 * The bench's peer: SQLite alone, running the statements that a store ran, with the values it gave them, in the same
 * transactions. They are written down by SQLite's own trace while a store runs, so nothing can drift apart.
 */
#ifndef TESTS_BENCH_COMMIT_PLAIN_H
#define TESTS_BENCH_COMMIT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plain;

struct plain *plain_make(void);
void plain_free(struct plain *plain);
/* Every connection opened while listening is written down, from the first mark on. One at a time. */
void plain_listen(struct plain *plain);
/* What follows belongs to the next batch. */
void plain_mark(struct plain *plain);
void plain_stop_listening(void);

/* Opens a store's empty file with SQLite alone, as careful as the store is. */
bool plain_open(struct plain *plain, const char *path);
/* Runs a batch that was written down, its transaction included; false: failed. */
bool plain_run(struct plain *plain, unsigned batch);
void plain_close(struct plain *plain);

#endif
