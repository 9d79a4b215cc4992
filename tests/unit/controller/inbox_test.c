/* The door into the hall thread: order, bound, who is kept out first, and that nothing that was put is forgotten. */
#include "controller/inbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/unit/controller/suites.h"

enum { CAPACITY = 16, FOR_ALL = 12, PUTTERS = 4, PUTS = 20000 };

static struct inbox *inbox;

static void set_up(void) {
    inbox = inbox_open(CAPACITY);
    ck_assert_ptr_nonnull(inbox);
}

static void tear_down(void) {
    inbox_close(inbox);
}

static bool put_report(unsigned code) {
    struct inbox_item item = { .kind = INBOX_REPORT, .report = { .code = (uint16_t)code } };
    return inbox_put(inbox, &item);
}

static bool put_command(void) {
    struct inbox_item item = { .kind = INBOX_COMMAND, .command = { .command = malloc(1) } };
    bool fits = inbox_put(inbox, &item);
    if (!fits) {
        free(item.command.command);
    }
    return fits;
}

static bool is_readable(void) {
    struct pollfd fd = { .fd = inbox_fd(inbox), .events = POLLIN };
    return poll(&fd, 1, 0) == 1;
}

START_TEST(test_order_and_waking) {
    struct inbox_item item;
    ck_assert(!is_readable());
    for (unsigned i = 0; i < 5; i++) {
        ck_assert(put_report(i));
    }
    for (unsigned i = 0; i < 5; i++) {
        ck_assert(is_readable());
        ck_assert(inbox_take(inbox, &item));
        ck_assert_uint_eq(item.report.code, i);
    }
    /* Only an empty one quiets the descriptor, so that no wake is lost between the last take and the sleep. */
    ck_assert(is_readable());
    ck_assert(!inbox_take(inbox, &item));
    ck_assert(!is_readable());
}
END_TEST

START_TEST(test_commands_leave_room_for_devices) {
    for (unsigned i = 0; i < FOR_ALL; i++) {
        ck_assert(put_command());
    }
    ck_assert(!put_command());
    for (unsigned i = FOR_ALL; i < CAPACITY; i++) {
        ck_assert(put_report(i));
    }
    ck_assert(!put_report(0));
    ck_assert_uint_eq(inbox_dropped(inbox), 2);
    /* What nobody took is freed by inbox_close: the sanitizer looks. */
}
END_TEST

START_TEST(test_it_goes_round) {
    struct inbox_item item;
    for (unsigned i = 0; i < 10 * CAPACITY; i++) {
        ck_assert(put_report(i));
        ck_assert(put_report(i + 1000));
        ck_assert(inbox_take(inbox, &item));
        ck_assert(inbox_take(inbox, &item));
        ck_assert_uint_eq(item.report.code, i + 1000);
    }
}
END_TEST

static void *put_many(void *context) {
    const uint16_t *mine = context;
    for (unsigned i = 0; i < PUTS; i++) {
        struct inbox_item item = { .kind = INBOX_REPORT,
                                   .report = { .code = *mine, .count = (uint16_t)i } };
        while (!inbox_put(inbox, &item)) {
            sched_yield();
        }
    }
    return NULL;
}

START_TEST(test_many_threads_lose_nothing) {
    pthread_t threads[PUTTERS];
    uint16_t numbers[PUTTERS];
    uint16_t next[PUTTERS] = { 0 };
    for (unsigned i = 0; i < PUTTERS; i++) {
        numbers[i] = (uint16_t)i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, put_many, &numbers[i]), 0);
    }
    struct inbox_item item;
    for (unsigned taken = 0; taken < PUTTERS * PUTS;) {
        if (inbox_take(inbox, &item)) {
            ck_assert_uint_eq(item.report.count, next[item.report.code]);
            next[item.report.code]++;
            taken++;
        } else {
            struct pollfd fd = { .fd = inbox_fd(inbox), .events = POLLIN };
            ck_assert_int_eq(poll(&fd, 1, 5000), 1);
        }
    }
    for (unsigned i = 0; i < PUTTERS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(next[i], PUTS);
    }
}
END_TEST

Suite *inbox_suite(void) {
    Suite *suite = suite_create("inbox");
    TCase *tests = tcase_create("inbox");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_order_and_waking);
    tcase_add_test(tests, test_commands_leave_room_for_devices);
    tcase_add_test(tests, test_it_goes_round);
    tcase_add_test(tests, test_many_threads_lose_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
