#include "devices/sim/fault.h"

#include <string.h>

#include "tests/unit/sim/sim_tests.h"

START_TEST(a_list_of_faults_is_read) {
    struct sim_rng rng;
    struct sim_faults faults = { .late_ms = 1 };
    sim_rng_init(&rng, 1, 1);
    ck_assert(sim_faults_parse("lost=20 mangled=10 late=3@250", &rng, &faults));
    ck_assert_uint_eq(faults.parts[FAULT_LOST], 200000);
    ck_assert_uint_eq(faults.parts[FAULT_MANGLED], 100000);
    ck_assert_uint_eq(faults.parts[FAULT_LATE], 30000);
    ck_assert_uint_eq(faults.late_ms, 250);
    ck_assert(sim_faults_parse("reboot=0.05,noise=1.5", &rng, &faults));
    ck_assert_uint_eq(faults.parts[FAULT_REBOOT], 500);
    ck_assert_uint_eq(faults.parts[FAULT_NOISE], 15000);
    ck_assert_uint_eq(faults.parts[FAULT_LOST], 0);
    ck_assert(sim_faults_parse("off", &rng, &faults));
    ck_assert_uint_eq(faults.parts[FAULT_NOISE], 0);
}
END_TEST

static const char *const BAD_LISTS[] = { "lots=3",   "lost",     "lost=",        "lost=x",
                                         "lost=101", "lost=2@5", "late=3@",      "lost=60 flip=41",
                                         "lost=3x",  "none=3",   "late=3@99999", "lost=3lost=4" };
enum { BAD_LIST_ROWS = sizeof(BAD_LISTS) / sizeof(BAD_LISTS[0]) };

START_TEST(a_wrong_list_is_refused_whole) {
    struct sim_rng rng;
    struct sim_faults faults = { .late_ms = 17 };
    sim_rng_init(&rng, 1, 1);
    ck_assert(!sim_faults_parse(BAD_LISTS[_i], &rng, &faults));
    ck_assert_uint_eq(faults.late_ms, 17);
}
END_TEST

START_TEST(faults_come_as_often_as_asked) {
    struct sim_rng rng;
    struct sim_faults faults;
    unsigned drawn[FAULT_COUNT] = { 0 };
    sim_rng_init(&rng, 5, 1);
    sim_faults_parse("lost=20 mangled=10 late=3@400", &rng, &faults);
    for (unsigned i = 0; i < 100000; i++)
        drawn[sim_faults_draw(&faults, &rng)]++;
    ck_assert(drawn[FAULT_LOST] > 19500 && drawn[FAULT_LOST] < 20500);
    ck_assert(drawn[FAULT_MANGLED] > 9600 && drawn[FAULT_MANGLED] < 10400);
    ck_assert(drawn[FAULT_LATE] > 2700 && drawn[FAULT_LATE] < 3300);
}
END_TEST

START_TEST(a_spoiled_answer_is_never_the_good_one) {
    static const uint8_t REQUEST[] = { 11, 4, 0, 5, 0, 5 };
    static const uint8_t WRITTEN[] = { 11, 16, 1, 0, 0, 6 };
    struct watched watched;
    struct sim_rng rng;
    struct sim_frame request = { .length = 0 }, good, spoiled;
    watch(&watched, ROLE_TERMINAL);
    sim_rng_init(&rng, 9, (uint64_t)_i);
    memcpy(request.bytes, REQUEST, sizeof(REQUEST));
    sim_frame_seal(&request, sizeof(REQUEST));
    sim_frame_answer(&watched.device, &request, 0, &good);
    if (_i % 2 == 1) {
        memcpy(good.bytes, WRITTEN, sizeof(WRITTEN));
        sim_frame_seal(&good, sizeof(WRITTEN));
    }
    for (unsigned i = 0; i < 200; i++) {
        spoiled = good;
        sim_fault_spoil((enum sim_fault)_i, &rng, &request, &spoiled);
        ck_assert(spoiled.length != good.length ||
                  memcmp(spoiled.bytes, good.bytes, good.length) != 0);
        /* These three have a right CRC: only the check of address, function and length can find them. */
        bool is_sealed = _i == FAULT_ADDRESS || _i == FAULT_FUNCTION || _i == FAULT_LENGTH;
        ck_assert(!is_sealed || sim_frame_is_good(&spoiled));
        /* Under a function that is asked for it could be the answer to the next question. */
        uint8_t function = spoiled.bytes[1];
        bool is_asked = function == 3 || function == 4 || function == 16;
        ck_assert(_i != FAULT_FUNCTION || !is_asked);
    }
}
END_TEST

START_TEST(drawn_classes_depend_on_the_seed_alone) {
    struct sim_faults first, again;
    unsigned on = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct sim_rng rng;
        sim_rng_init(&rng, seed, 0);
        ck_assert(sim_faults_parse("drawn", &rng, &first));
        sim_rng_init(&rng, seed, 0);
        ck_assert(sim_faults_parse("drawn", &rng, &again));
        ck_assert_mem_eq(&first, &again, sizeof(first));
        on += first.parts[FAULT_LOST] > 0;
    }
    ck_assert(on > 3 && on < 17);
}
END_TEST

TCase *fault_cases(void) {
    TCase *cases = tcase_create("fault");
    tcase_add_test(cases, a_list_of_faults_is_read);
    tcase_add_loop_test(cases, a_wrong_list_is_refused_whole, 0, BAD_LIST_ROWS);
    tcase_add_test(cases, faults_come_as_often_as_asked);
    tcase_add_loop_test(cases, a_spoiled_answer_is_never_the_good_one, FAULT_FLIP, FAULT_REBOOT);
    tcase_add_test(cases, drawn_classes_depend_on_the_seed_alone);
    return cases;
}
