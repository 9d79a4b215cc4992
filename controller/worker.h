/*
 * A thread for what must not hold up the hall: password hashing, checkpoints; another for backups. Jobs run in order;
 * `done` comes back to the hall thread through the inbox. Bounded: a full worker refuses.
 */
#ifndef CONTROLLER_WORKER_H
#define CONTROLLER_WORKER_H

#include <stdbool.h>

#include "controller/inbox.h"

struct worker;

/* NULL: no memory or thread. `inbox` must outlive the worker. */
struct worker *worker_open(struct inbox *inbox);
/*
 * Hall thread. Waits for the running job; jobs not begun are given to `done` undone. What the inbox already holds
 * (INBOX_WORK_DONE) is still the caller's to take.
 */
void worker_close(struct worker *worker);
/*
 * Hall thread. Runs work(job) on the worker's thread, then done(job) on the hall thread; `job` belongs to the worker in
 * between. False: 32 jobs wait already, and neither will be called.
 */
bool worker_do(struct worker *worker, void (*work)(void *job), void (*done)(void *job), void *job);

#endif
