/* What follows from a walk: swaps are mutual, a ring of three is none, nothing passes that was not heard. */
#include "controller/wiring.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/controller/suites.h"

static struct wiring wiring;

static void add(const char *id, const char *bus, uint8_t address, enum wiring_state state,
                unsigned other) {
    struct wiring_place *place = &wiring.places[wiring.count++];
    *place = (struct wiring_place){ .address = address, .state = state, .other = other };
    snprintf(place->id, sizeof place->id, "%s", id);
    snprintf(place->bus, sizeof place->bus, "%s", bus);
    snprintf(place->what, sizeof place->what, "%s", "what was seen");
}

static void begin(void) {
    wiring.count = 0;
}

static void ck_advice(unsigned place, const char *expected) {
    char advice[WIRING_ADVICE];
    wiring_advise(&wiring, place, advice);
    ck_assert_str_eq(advice, expected);
}

START_TEST(test_two_that_are_heard_in_each_others_place_are_swapped) {
    begin();
    add("keypad-1", "floor", 31, WIRING_OTHER, 1);
    add("keypad-2", "floor", 32, WIRING_OTHER, 0);
    add("keypad-3", "floor", 33, WIRING_RIGHT, 0);
    ck_assert_uint_eq(wiring_twin(&wiring, 0), 1);
    ck_assert_uint_eq(wiring_twin(&wiring, 1), 0);
    ck_assert_uint_eq(wiring_twin(&wiring, 2), 3);
    ck_assert_str_eq(wiring_word(&wiring, 1), "swapped");
    ck_advice(0, "keypad-1 and keypad-2 are swapped: exchange the two devices, or their addresses "
                 "31 and 32 (bus floor)");
    ck_advice(1, "");
    ck_assert(!wiring_passes(&wiring));
    ck_assert_uint_eq(wiring_right(&wiring), 1);
}
END_TEST

START_TEST(test_addresses_are_not_exchanged_across_buses) {
    begin();
    add("keypad-1", "floor", 31, WIRING_OTHER, 1);
    add("keypad-2", "upstairs", 31, WIRING_OTHER, 0);
    ck_advice(0, "keypad-1 and keypad-2 are swapped: exchange the two devices, or their cables "
                 "(bus floor address 31, bus upstairs address 31)");
}
END_TEST

START_TEST(test_a_ring_of_three_is_no_swap) {
    begin();
    add("a", "floor", 1, WIRING_OTHER, 1);
    add("b", "floor", 2, WIRING_OTHER, 2);
    add("c", "floor", 3, WIRING_OTHER, 0);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_uint_eq(wiring_twin(&wiring, i), 3);
        ck_assert_str_eq(wiring_word(&wiring, i), "another");
    }
    ck_advice(2, "where c should stand, a is heard (bus floor, address 1): look at its cable and "
                 "its address");
}
END_TEST

/* Heard in the place of one that was heard right itself: somebody stands in two places, nothing is swapped. */
START_TEST(test_one_heard_twice_is_no_swap) {
    begin();
    add("a", "floor", 1, WIRING_OTHER, 1);
    add("b", "floor", 2, WIRING_RIGHT, 0);
    ck_assert_uint_eq(wiring_twin(&wiring, 0), 2);
}
END_TEST

static const struct {
    enum wiring_state state;
    bool passes; /* beside one that is right */
    const char *word, *advice;
} states[] = {
    { WIRING_UNTRIED, false, "not tried", "x was not tried" },
    { WIRING_OUTSIDE, true, "not walked", "x (bus floor, address 9): what was seen" },
    { WIRING_ABSENT, false, "no answer", "x (bus floor, address 9): what was seen" },
    { WIRING_UNHEARD, false, "not heard", "x (bus floor, address 9): what was seen" },
    { WIRING_KEYS, false, "wrong key", "x (bus floor, address 9): what was seen" },
    { WIRING_RIGHT, true, "right", "" },
};

START_TEST(test_what_passes) {
    begin();
    add("x", "floor", 9, states[_i].state, 0);
    ck_assert(wiring_passes(&wiring) == (states[_i].state == WIRING_RIGHT));
    ck_assert_str_eq(wiring_word(&wiring, 0), states[_i].word);
    ck_advice(0, states[_i].advice);
    add("y", "floor", 10, WIRING_RIGHT, 0);
    ck_assert(wiring_passes(&wiring) == states[_i].passes);
}
END_TEST

START_TEST(test_nothing_is_no_pass) {
    begin();
    ck_assert(!wiring_passes(&wiring));
}
END_TEST

Suite *wiring_suite(void) {
    Suite *suite = suite_create("wiring");
    TCase *cases = tcase_create("wiring");
    tcase_add_test(cases, test_two_that_are_heard_in_each_others_place_are_swapped);
    tcase_add_test(cases, test_addresses_are_not_exchanged_across_buses);
    tcase_add_test(cases, test_a_ring_of_three_is_no_swap);
    tcase_add_test(cases, test_one_heard_twice_is_no_swap);
    tcase_add_loop_test(cases, test_what_passes, 0, sizeof states / sizeof *states);
    tcase_add_test(cases, test_nothing_is_no_pass);
    suite_add_tcase(suite, cases);
    return suite;
}
