#include "devices/garbage.h"
#include "tests/unit/devices/suites.h"

enum { SECOND_US = 1000000 };

struct ear {
    struct garbage garbage;
    uint64_t stray;
    int64_t now_us;
    unsigned changes;
};

static void ear_init(struct ear *ear) {
    *ear = (struct ear){ .stray = 1000, .now_us = (int64_t)1000 * SECOND_US };
    garbage_init(&ear->garbage, ear->stray);
}

/* So many bytes a second, for so many seconds. */
static void hear_noise(struct ear *ear, unsigned bytes, unsigned seconds) {
    for (unsigned i = 0; i < seconds; i++) {
        ear->now_us += SECOND_US;
        ear->stray += bytes;
        ear->changes += garbage_note(&ear->garbage, false, ear->stray, ear->now_us) ? 1 : 0;
    }
}

static void hear_nothing(struct ear *ear, unsigned seconds) {
    for (unsigned i = 0; i < seconds; i++) {
        ear->now_us += SECOND_US;
        ear->changes += garbage_pass(&ear->garbage, ear->now_us) ? 1 : 0;
    }
}

static void hear_frame(struct ear *ear) {
    ear->changes += garbage_note(&ear->garbage, true, ear->stray, ear->now_us) ? 1 : 0;
}

START_TEST(much_in_a_short_time_is_told_once) {
    struct ear ear;
    ear_init(&ear);
    hear_noise(&ear, 5, 100);
    ck_assert(!ear.garbage.is_told);
    hear_noise(&ear, 50, 10);
    ck_assert(ear.garbage.is_told);
    ck_assert_uint_eq(ear.changes, 1);
    ear_init(&ear);
    hear_noise(&ear, 64, 1); /* all at once */
    ck_assert(ear.garbage.is_told);
}
END_TEST

START_TEST(it_is_over_after_a_minute_without_a_byte) {
    struct ear ear;
    ear_init(&ear);
    hear_noise(&ear, 50, 10);
    hear_nothing(&ear, 50);
    hear_noise(&ear, 1, 1);
    hear_nothing(&ear, 59);
    ck_assert(ear.garbage.is_told);
    hear_nothing(&ear, 1);
    ck_assert(!ear.garbage.is_told);
    ck_assert_uint_eq(ear.changes, 2);
    hear_nothing(&ear, 100);
    hear_noise(&ear, 5, 10); /* what came before counts no more */
    ck_assert_uint_eq(ear.changes, 2);
}
END_TEST

START_TEST(a_frame_ends_it) {
    struct ear ear;
    ear_init(&ear);
    hear_noise(&ear, 50, 2);
    hear_frame(&ear);
    ck_assert(!ear.garbage.is_told);
    for (unsigned i = 0; i < 10; i++) {
        hear_noise(&ear, 30, 2); /* always with a frame between */
        hear_frame(&ear);
    }
    ck_assert_uint_eq(ear.changes, 2);
}
END_TEST

Suite *garbage_suite(void) {
    Suite *suite = suite_create("garbage");
    TCase *cases = tcase_create("garbage");
    tcase_add_test(cases, much_in_a_short_time_is_told_once);
    tcase_add_test(cases, it_is_over_after_a_minute_without_a_byte);
    tcase_add_test(cases, a_frame_ends_it);
    suite_add_tcase(suite, cases);
    return suite;
}
