#include "controller/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { JOBS_MAX = 32 };

struct job {
    void (*work)(void *job);
    void (*done)(void *job);
    void *context;
};

struct worker {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct inbox *inbox;
    bool is_ending;
    unsigned first, count; /* of `jobs` */
    struct job jobs[JOBS_MAX];
    struct job untold; /* done while ending, with no room in the inbox; done NULL: none */
};

static void *run(void *context);
static void tell(struct worker *worker, const struct job *job);
static bool is_ending(struct worker *worker);
static bool next_job(struct worker *worker, struct job *job);

struct worker *worker_open(struct inbox *inbox) {
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    worker->inbox = inbox;
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_cond_init(&worker->wake, NULL);
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) {
        pthread_cond_destroy(&worker->wake);
        pthread_mutex_destroy(&worker->mutex);
        free(worker);
        return NULL;
    }
    return worker;
}

void worker_close(struct worker *worker) {
    pthread_mutex_lock(&worker->mutex);
    worker->is_ending = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
    pthread_join(worker->thread, NULL);
    if (worker->untold.done != NULL) {
        worker->untold.done(worker->untold.context);
    }
    for (unsigned i = 0; i < worker->count; i++) {
        struct job *job = &worker->jobs[(worker->first + i) % JOBS_MAX];
        job->done(job->context);
    }
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

bool worker_do(struct worker *worker, void (*work)(void *job), void (*done)(void *job), void *job) {
    pthread_mutex_lock(&worker->mutex);
    bool fits = worker->count < JOBS_MAX;
    if (fits) {
        worker->jobs[(worker->first + worker->count) % JOBS_MAX] =
            (struct job){ .work = work, .done = done, .context = job };
        worker->count++;
        pthread_cond_signal(&worker->wake);
    }
    pthread_mutex_unlock(&worker->mutex);
    return fits;
}

static void *run(void *context) {
    struct worker *worker = context;
    struct job job;
    while (next_job(worker, &job)) {
        job.work(job.context);
        tell(worker, &job);
    }
    return NULL;
}

/*
 * The inbox always empties while the hall lives, so a full one is tried again soon. While the hall ends nobody empties
 * it: then worker_close tells.
 */
static void tell(struct worker *worker, const struct job *job) {
    struct inbox_item item = { .kind = INBOX_WORK_DONE,
                               .work = { .done = job->done, .job = job->context } };
    while (!inbox_put(worker->inbox, &item)) {
        if (is_ending(worker)) {
            worker->untold = *job;
            return;
        }
        struct timespec pause = { .tv_nsec = 5000000 };
        nanosleep(&pause, NULL);
    }
}

static bool is_ending(struct worker *worker) {
    pthread_mutex_lock(&worker->mutex);
    bool answer = worker->is_ending;
    pthread_mutex_unlock(&worker->mutex);
    return answer;
}

static bool next_job(struct worker *worker, struct job *job) {
    pthread_mutex_lock(&worker->mutex);
    while (worker->count == 0 && !worker->is_ending) {
        pthread_cond_wait(&worker->wake, &worker->mutex);
    }
    bool has_one = !worker->is_ending;
    if (has_one) {
        *job = worker->jobs[worker->first];
        worker->first = (worker->first + 1) % JOBS_MAX;
        worker->count--;
    }
    pthread_mutex_unlock(&worker->mutex);
    return has_one;
}
