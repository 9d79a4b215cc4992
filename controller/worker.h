/*
 * One thread for what must not hold up the hall: password hashing, long reads. Jobs run one after another; `done` comes
 * back to the hall thread through the inbox. Bounded: a full worker refuses.
 */
#ifndef CONTROLLER_WORKER_H
#define CONTROLLER_WORKER_H

#include <stdbool.h>

#include "controller/inbox.h"

struct worker;
struct worker *worker_open(struct inbox *inbox);
void worker_close(
    struct worker
        *worker); /* waits for the running job; jobs not begun are given to `done` undone */
bool worker_do(struct worker *worker, void (*work)(void *job), void (*done)(void *job), void *job);

#endif
