#include "devices/schedule.h"
#include "tests/unit/devices/suites.h"

enum { PULSE_US = 5000, SHORT_US = 25000 };
static const int64_t SECOND_US = 1000000;

/* A hall on a wire without devices: time goes by as each request would take. */
struct bench {
    struct schedule schedule;
    int64_t now_us;
    bool is_dead[BUS_DEVICES_MAX];
    int64_t last_us[BUS_DEVICES_MAX], longest_us[BUS_DEVICES_MAX];
    unsigned asked[BUS_DEVICES_MAX], images[BUS_DEVICES_MAX];
    int64_t dead_us;
};

static void bench_add(struct bench *bench, enum role role, bool is_dead) {
    unsigned place = bench->schedule.count++;
    bench->schedule.items[place] = (struct schedule_item){ .role = role };
    bench->is_dead[place] = is_dead;
}

static void bench_begin(struct bench *bench) {
    bench->now_us = 1000 * SECOND_US;
    schedule_reset(&bench->schedule, bench->now_us);
}

/* One exchange; returns what was chosen. */
static struct choice bench_step(struct bench *bench) {
    struct schedule *schedule = &bench->schedule;
    struct choice choice = schedule_next(schedule, bench->now_us);
    if (choice.ask == ASK_NOTHING) {
        ck_assert_int_gt(choice.wake_us, bench->now_us);
        bench->now_us = choice.wake_us;
        return choice;
    }
    struct schedule_item *item = &schedule->items[choice.device];
    int64_t began_us = bench->now_us;
    if (bench->is_dead[choice.device]) {
        bench->now_us += SHORT_US;
        bench->dead_us += SHORT_US;
        schedule_miss(item, bench->now_us);
        bench->asked[choice.device]++;
    } else {
        bench->now_us += PULSE_US;
        schedule_hit(item, 0);
        item->life = item->life == LIFE_DEAD ? LIFE_RETURNED : LIFE_ALIVE;
        if (choice.ask == ASK_IMAGE) {
            item->has_image = false;
            bench->images[choice.device]++;
        } else {
            int64_t pause_us = bench->now_us - bench->last_us[choice.device];
            bench->longest_us[choice.device] = pause_us > bench->longest_us[choice.device]
                                                   ? pause_us
                                                   : bench->longest_us[choice.device];
            bench->last_us[choice.device] = bench->now_us;
            bench->asked[choice.device]++;
            item->has_keys = false;
        }
    }
    if (choice.ask == ASK_PROBE) {
        schedule_spend(schedule, bench->now_us - began_us);
    } else if (choice.ask == ASK_PULSE && !bench->is_dead[choice.device]) {
        schedule_learn(schedule, choice.device, PULSE_US);
    }
    return choice;
}

static void bench_run(struct bench *bench, int64_t span_us) {
    int64_t end_us = bench->now_us + span_us;
    while (bench->now_us < end_us) {
        bench_step(bench);
    }
}

static void bench_forget(struct bench *bench) {
    bench->dead_us = 0;
    for (unsigned i = 0; i < bench->schedule.count; i++) {
        bench->longest_us[i] = 0;
        bench->last_us[i] = bench->now_us;
        bench->asked[i] = bench->images[i] = 0;
    }
}

static void bench_image(struct bench *bench, unsigned device, enum image_rank rank) {
    struct schedule_item *item = &bench->schedule.items[device];
    item->has_image = true;
    item->rank = rank;
    item->image_us = bench->now_us;
}

static struct bench bench_hall(unsigned mains, unsigned others, unsigned dead) {
    struct bench bench = { 0 };
    for (unsigned i = 0; i < mains; i++) {
        bench_add(&bench, i == 0 ? ROLE_DISPENSER : ROLE_TERMINAL, i > 0 && i <= dead);
    }
    for (unsigned i = 0; i < others; i++) {
        bench_add(&bench, i % 2 == 0 ? ROLE_KEYPAD : ROLE_BOARD, false);
    }
    bench_begin(&bench);
    bench_run(&bench, 3 * SECOND_US);
    bench_forget(&bench);
    return bench;
}

START_TEST(no_pause_is_longer_than_promised) {
    static const struct {
        unsigned mains, others, dead;
    } halls[] = {
        { 1, 0, 0 }, { 4, 4, 0 }, { 8, 24, 0 }, { 8, 24, 4 }, { 32, 32, 0 }, { 32, 32, 9 }
    };
    struct bench bench = bench_hall(halls[_i].mains, halls[_i].others, halls[_i].dead);
    int64_t living = halls[_i].mains + halls[_i].others - halls[_i].dead;
    int64_t round_us = living * PULSE_US;
    bench_run(&bench, 20 * SECOND_US);
    for (unsigned i = 0; i < bench.schedule.count; i++) {
        if (!bench.is_dead[i]) {
            bool is_main = i < halls[_i].mains;
            int64_t most_us = (is_main ? 2 : 4) * round_us + SHORT_US + PULSE_US;
            ck_assert_msg(bench.longest_us[i] <= most_us, "device %u: %lld of %lld", i,
                          (long long)bench.longest_us[i], (long long)most_us);
        }
    }
}
END_TEST

START_TEST(a_living_round_is_no_longer_than_the_ideal_one) {
    struct bench bench = bench_hall(8, 24, 0);
    bench_run(&bench, 20 * SECOND_US);
    int64_t round_us = 32 * (int64_t)PULSE_US;
    for (unsigned i = 0; i < 8; i++) {
        ck_assert_int_le(bench.longest_us[i], round_us);
        ck_assert_int_ge(bench.asked[i], 20 * SECOND_US / round_us);
    }
}
END_TEST

START_TEST(the_dead_take_one_part_in_twenty) {
    struct bench bench = bench_hall(16, 0, 4);
    bench_run(&bench, 60 * SECOND_US);
    ck_assert_int_le(bench.dead_us, 60 * SECOND_US / PROBE_SHARE + SHORT_US);
    for (unsigned i = 1; i <= 4; i++) {
        ck_assert_uint_ge(bench.asked[i], 1);
    }
}
END_TEST

/* On a bad line in a rush there is always a call that waits: who comes back is asked all the same, and taken in. */
START_TEST(a_flood_of_calls_keeps_nobody_away) {
    struct bench bench = bench_hall(4, 0, 0);
    unsigned late = bench.schedule.count;
    bench_add(&bench, ROLE_TERMINAL, true);
    int64_t end_us = bench.now_us + 30 * SECOND_US;
    while (bench.now_us < end_us) {
        bench_image(&bench, 0, RANK_CALL);
        bench_image(&bench, 1, RANK_CALL);
        bench_step(&bench);
        bench.is_dead[late] = bench.now_us < end_us - 10 * SECOND_US;
    }
    ck_assert_int_eq(bench.schedule.items[late].life, LIFE_ALIVE);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_ge(bench.asked[i], 30 * SECOND_US / (10 * 4 * PULSE_US));
    }
}
END_TEST

/* Nor does a line that was just opened stand still until it has given up all who are not there. */
START_TEST(the_dead_cost_little_from_the_start) {
    struct bench bench = { 0 };
    for (unsigned i = 0; i < 16; i++) {
        bench_add(&bench, ROLE_TERMINAL, i >= 4);
    }
    bench_begin(&bench);
    bench_run(&bench, 10 * SECOND_US);
    ck_assert_int_le(bench.dead_us, 10 * SECOND_US / PROBE_SHARE + 12 * 3 * SHORT_US);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_ge(bench.asked[i], 200);
    }
}
END_TEST

START_TEST(with_nobody_alive_nobody_is_spared) {
    struct bench bench = bench_hall(1, 0, 0);
    struct schedule *schedule = &bench.schedule;
    for (unsigned i = 0; i < OFFLINE_MISSES; i++) {
        schedule_miss(&schedule->items[0], bench.now_us);
    }
    schedule->credit_us = -SECOND_US;
    bench.now_us = schedule->items[0].probe_us;
    ck_assert_int_eq(schedule_next(schedule, bench.now_us).ask, ASK_PROBE);
}
END_TEST

START_TEST(probes_come_at_growing_pauses) {
    static const int64_t delays_ms[] = {
        100, 200, 500, 1000, 2000, 5000, 10000, 20000, 30000, 30000
    };
    struct schedule_item item = { .role = ROLE_BOARD, .life = LIFE_ALIVE };
    int64_t now_us = SECOND_US;
    for (unsigned i = 1; i < OFFLINE_MISSES; i++) {
        ck_assert(!schedule_miss(&item, now_us));
        ck_assert_int_eq(item.life, LIFE_ALIVE);
    }
    for (unsigned i = 0; i < sizeof delays_ms / sizeof *delays_ms; i++) {
        ck_assert_int_eq(schedule_miss(&item, now_us), i == 0);
        ck_assert_int_eq(item.life, LIFE_DEAD);
        ck_assert_int_eq(item.probe_us - now_us, delays_ms[i] * 1000);
    }
}
END_TEST

static const struct {
    unsigned misses;
    int64_t slowest_us, answer_us;
} answers[] = {
    { 0, 0, 60000 },     { 1, 0, 60000 },     /* twice in full, whoever it is */
    { 2, 0, 20000 },     { 7, 5000, 20000 },  /* then short */
    { 2, 30000, 40000 }, { 7, 45000, 55000 }, /* but long enough for the slow */
    { 2, 55000, 60000 }, { 8, 55000, 60000 }, { 10, 0, 20000 },
    { 9, 0, 60000 },     { 12, 0, 60000 }, /* now and then the dead are listened to in full */
};

START_TEST(a_time_out_is_short_only_for_whoever_answers_fast) {
    struct schedule_item item = { .role = ROLE_TERMINAL, .misses = answers[_i].misses };
    item.slowest_us = answers[_i].slowest_us;
    ck_assert_int_eq(schedule_answer_us(&item, 60000), answers[_i].answer_us);
}
END_TEST

START_TEST(the_longest_answer_seen_is_kept) {
    struct schedule_item item = { .role = ROLE_TERMINAL, .misses = 1 };
    schedule_hit(&item, 45000);
    schedule_hit(&item, -200);
    ck_assert_uint_eq(item.misses, 0);
    ck_assert_int_eq(item.slowest_us, 45000);
}
END_TEST

START_TEST(a_call_goes_before_pulses) {
    struct bench bench = bench_hall(8, 24, 0);
    for (unsigned i = 0; i < 500; i++) {
        bench_image(&bench, i % 32, RANK_CALL);
        struct choice first = bench_step(&bench);
        /* At most one device past its longest pause may come in between. */
        struct choice second = first.ask == ASK_IMAGE ? first : bench_step(&bench);
        ck_assert_int_eq(second.ask, ASK_IMAGE);
        ck_assert_uint_eq(second.device, i % 32);
    }
}
END_TEST

START_TEST(the_image_that_waits_longest_goes_first) {
    struct bench bench = bench_hall(8, 8, 0);
    bench_image(&bench, 9, RANK_CALL);
    bench.now_us += 1000;
    bench_image(&bench, 2, RANK_CALL);
    ck_assert_uint_eq(bench_step(&bench).device, 9);
    ck_assert_uint_eq(bench_step(&bench).device, 2);
}
END_TEST

START_TEST(people_waiting_lag_but_no_more_than_a_second) {
    struct bench bench = bench_hall(16, 16, 0);
    int64_t since_us = bench.now_us;
    for (unsigned i = 0; i < 32; i++) {
        bench_image(&bench, i, RANK_WAITING);
    }
    bench_run(&bench, WAITING_LAG_US - PULSE_US);
    for (unsigned i = 0; i < 32; i++) {
        ck_assert_uint_eq(bench.images[i], 0);
    }
    bool is_pulse_between = true;
    bool was_image = false;
    while (bench.now_us < since_us + WAITING_MOST_US) {
        bool is_image = bench_step(&bench).ask == ASK_IMAGE;
        is_pulse_between = is_pulse_between && !(is_image && was_image);
        was_image = is_image;
    }
    ck_assert(is_pulse_between);
    for (unsigned i = 0; i < 32; i++) {
        ck_assert_uint_eq(bench.images[i], 1);
    }
}
END_TEST

START_TEST(a_lost_answer_is_asked_again_first_and_once) {
    struct bench bench = bench_hall(8, 8, 0);
    struct choice choice = bench_step(&bench);
    while (choice.device != 3) {
        choice = bench_step(&bench);
    }
    schedule_miss(&bench.schedule.items[3], bench.now_us);
    choice = schedule_next(&bench.schedule, bench.now_us);
    ck_assert_uint_eq(choice.device, 3);
    schedule_miss(&bench.schedule.items[3], bench.now_us);
    ck_assert_uint_ne(schedule_next(&bench.schedule, bench.now_us).device, 3);
    schedule_miss(&bench.schedule.items[12], bench.now_us);
    ck_assert(!bench.schedule.items[12].is_again); /* a board waits for its turn */
}
END_TEST

START_TEST(keys_behind_a_count_are_read_at_once) {
    struct bench bench = bench_hall(8, 24, 0);
    bench.schedule.items[20].has_keys = true;
    struct choice choice = bench_step(&bench);
    ck_assert_uint_eq(choice.device, 20);
    ck_assert_int_eq(choice.ask, ASK_KEYS);
}
END_TEST

START_TEST(a_keypad_in_a_session_is_asked_more_often_than_idle_ones) {
    struct bench bench = bench_hall(8, 24, 0);
    bench.schedule.items[8].has_session = true;
    bench_forget(&bench);
    bench_run(&bench, 20 * SECOND_US);
    ck_assert_uint_gt(bench.asked[8], bench.asked[10]);
    ck_assert_uint_gt(bench.asked[0], bench.asked[8]);
}
END_TEST

START_TEST(a_device_whose_lengths_rest_is_left_alone) {
    struct bench bench = bench_hall(2, 0, 0);
    bench.schedule.items[1].resume_us = bench.now_us + SECOND_US;
    bench_forget(&bench);
    bench_run(&bench, SECOND_US - PULSE_US);
    ck_assert_uint_eq(bench.asked[1], 0);
    bench_run(&bench, SECOND_US);
    ck_assert_uint_gt(bench.asked[1], 0);
}
END_TEST

START_TEST(nothing_to_ask_is_a_wait_with_an_end) {
    struct bench bench = { 0 };
    bench_begin(&bench);
    struct choice choice = schedule_next(&bench.schedule, bench.now_us);
    ck_assert_int_eq(choice.ask, ASK_NOTHING);
    ck_assert_int_le(choice.wake_us, bench.now_us + SECOND_US);
}
END_TEST

Suite *schedule_suite(void) {
    Suite *suite = suite_create("schedule");
    TCase *cases = tcase_create("schedule");
    tcase_add_loop_test(cases, no_pause_is_longer_than_promised, 0, 6);
    tcase_add_test(cases, a_living_round_is_no_longer_than_the_ideal_one);
    tcase_add_test(cases, the_dead_take_one_part_in_twenty);
    tcase_add_test(cases, the_dead_cost_little_from_the_start);
    tcase_add_test(cases, a_flood_of_calls_keeps_nobody_away);
    tcase_add_test(cases, with_nobody_alive_nobody_is_spared);
    tcase_add_test(cases, probes_come_at_growing_pauses);
    tcase_add_loop_test(cases, a_time_out_is_short_only_for_whoever_answers_fast, 0,
                        sizeof answers / sizeof *answers);
    tcase_add_test(cases, the_longest_answer_seen_is_kept);
    tcase_add_test(cases, a_call_goes_before_pulses);
    tcase_add_test(cases, the_image_that_waits_longest_goes_first);
    tcase_add_test(cases, people_waiting_lag_but_no_more_than_a_second);
    tcase_add_test(cases, a_lost_answer_is_asked_again_first_and_once);
    tcase_add_test(cases, keys_behind_a_count_are_read_at_once);
    tcase_add_test(cases, a_keypad_in_a_session_is_asked_more_often_than_idle_ones);
    tcase_add_test(cases, a_device_whose_lengths_rest_is_left_alone);
    tcase_add_test(cases, nothing_to_ask_is_a_wait_with_an_end);
    suite_add_tcase(suite, cases);
    return suite;
}
