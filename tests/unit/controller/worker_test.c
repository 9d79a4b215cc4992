/* The worker: on a thread of its own, in order, bounded, and no job is forgotten when it ends. */
#include "controller/worker.h"

#include <poll.h>
#include <pthread.h>

#include "tests/unit/controller/suites.h"

enum { JOBS = 32, INBOX = 4 };

struct task {
    unsigned number;
    bool is_worked, is_done;
    pthread_t by;
};

static struct inbox *inbox;
static struct worker *worker;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static unsigned done_count;

static void set_up(void) {
    inbox = inbox_open(INBOX);
    worker = worker_open(inbox);
    ck_assert_ptr_nonnull(worker);
    done_count = 0;
}

static void tear_down(void) {
    inbox_close(inbox);
}

static void work(void *job) {
    struct task *task = job;
    pthread_mutex_lock(&gate);
    task->by = pthread_self();
    task->is_worked = true;
    pthread_mutex_unlock(&gate);
}

static void done(void *job) {
    struct task *task = job;
    ck_assert(!task->is_done);
    task->is_done = true;
    task->number = done_count++;
}

static void take_done(void) {
    struct inbox_item item;
    while (inbox_take(inbox, &item)) {
        ck_assert_int_eq(item.kind, INBOX_WORK_DONE);
        item.work.done(item.work.job);
    }
}

START_TEST(test_jobs_come_back_in_order) {
    struct task tasks[JOBS] = { 0 };
    for (unsigned i = 0; i < JOBS; i++) {
        ck_assert(worker_do(worker, work, done, &tasks[i]));
    }
    /* The inbox is smaller than what there is to tell: the worker waits for it. */
    while (done_count < JOBS) {
        struct pollfd fd = { .fd = inbox_fd(inbox), .events = POLLIN };
        ck_assert_int_eq(poll(&fd, 1, 5000), 1);
        take_done();
    }
    for (unsigned i = 0; i < JOBS; i++) {
        ck_assert(tasks[i].is_worked);
        ck_assert_uint_eq(tasks[i].number, i);
        ck_assert(!pthread_equal(tasks[i].by, pthread_self()));
    }
    worker_close(worker);
}
END_TEST

START_TEST(test_a_full_one_refuses) {
    struct task tasks[JOBS + 2] = { 0 };
    unsigned taken = 0;
    pthread_mutex_lock(&gate);
    while (taken < JOBS + 2 && worker_do(worker, work, done, &tasks[taken])) {
        taken++;
    }
    /* One may have left the queue for the thread. */
    ck_assert_uint_ge(taken, JOBS);
    ck_assert_uint_le(taken, JOBS + 1);
    pthread_mutex_unlock(&gate);
    worker_close(worker);
    take_done();
    ck_assert_uint_eq(done_count, taken);
}
END_TEST

/* Nobody empties the inbox any more: closing must not wait for it for ever, and each job still hears its end. */
START_TEST(test_closing_with_a_full_inbox) {
    struct task tasks[INBOX + 4] = { 0 };
    struct inbox_item report = { .kind = INBOX_REPORT };
    for (unsigned i = 0; i < INBOX; i++) {
        ck_assert(inbox_put(inbox, &report));
    }
    for (unsigned i = 0; i < INBOX + 4; i++) {
        ck_assert(worker_do(worker, work, done, &tasks[i]));
    }
    worker_close(worker);
    for (unsigned i = 0; i < INBOX + 4; i++) {
        ck_assert(tasks[i].is_done);
    }
}
END_TEST

Suite *worker_suite(void) {
    Suite *suite = suite_create("worker");
    TCase *tests = tcase_create("worker");
    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_jobs_come_back_in_order);
    tcase_add_test(tests, test_a_full_one_refuses);
    tcase_add_test(tests, test_closing_with_a_full_inbox);
    suite_add_tcase(suite, tests);
    return suite;
}
