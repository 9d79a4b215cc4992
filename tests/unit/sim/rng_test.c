#include "devices/sim/rng.h"

#include "tests/unit/sim/sim_tests.h"

START_TEST(same_seed_and_stream_draw_the_same) {
    struct sim_rng one, same, other;
    unsigned differences = 0;
    sim_rng_init(&one, 7, 1);
    sim_rng_init(&same, 7, 1);
    sim_rng_init(&other, 7, 2);
    for (unsigned i = 0; i < 100; i++) {
        uint32_t drawn = sim_rng_next(&one);
        ck_assert_uint_eq(drawn, sim_rng_next(&same));
        differences += drawn != sim_rng_next(&other);
    }
    ck_assert_uint_gt(differences, 98);
}
END_TEST

START_TEST(draws_keep_their_bounds) {
    struct sim_rng rng;
    bool is_low = false, is_high = false;
    sim_rng_init(&rng, 3, 0);
    for (unsigned i = 0; i < 10000; i++) {
        int64_t drawn = sim_rng_between(&rng, -2, 2);
        ck_assert(drawn >= -2 && drawn <= 2);
        is_low = is_low || drawn == -2;
        is_high = is_high || drawn == 2;
    }
    ck_assert(is_low && is_high);
    ck_assert_uint_eq(sim_rng_below(&rng, 0), 0);
}
END_TEST

START_TEST(shares_and_spreads_come_out_on_average) {
    struct sim_rng rng;
    unsigned hits = 0;
    int64_t sum = 0;
    sim_rng_init(&rng, 11, 5);
    for (unsigned i = 0; i < 100000; i++) {
        hits += sim_rng_chance(&rng, 200000);
        int64_t span = sim_rng_spread(&rng, 1000);
        ck_assert_int_ge(span, 250);
        sum += span;
    }
    ck_assert(hits > 19000 && hits < 21000);
    ck_assert(sum > 97000000 && sum < 103000000);
}
END_TEST

TCase *rng_cases(void) {
    TCase *cases = tcase_create("rng");
    tcase_add_test(cases, same_seed_and_stream_draw_the_same);
    tcase_add_test(cases, draws_keep_their_bounds);
    tcase_add_test(cases, shares_and_spreads_come_out_on_average);
    return cases;
}
