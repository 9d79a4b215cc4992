/* People in the toy hall: what they do, that they know only what they are shown, and that a seed settles it all. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/sim/sim_tests.h"
#include "tests/unit/sim/toy_hall.h"

enum { RUN_S = 240 };

/* One run's record as text; the caller frees it. */
static char *run_hall(struct toy_hall *hall, uint64_t seed, enum toy_call call) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    toy_hall_open(hall, seed, out, call);
    toy_hall_run(hall, RUN_S);
    fclose(out);
    return text;
}

START_TEST(a_day_goes_its_way) {
    static struct toy_hall hall;
    char *text = run_hall(&hall, (uint64_t)_i, TOY_BOARDS);
    unsigned dones = hall.windows[0].dones + hall.windows[1].dones;
    unsigned ratings = hall.windows[0].ratings + hall.windows[1].ratings;
    ck_assert_uint_gt(hall.issued, 30);
    ck_assert_uint_gt(dones, 15);
    ck_assert_uint_gt(ratings, dones / 3);
    ck_assert_uint_lt(ratings, dones);
    ck_assert_uint_eq(hall.wrong_sessions, 0);
    for (unsigned i = 0; i < TOY_WINDOWS; i++)
        ck_assert_uint_eq(hall.windows[i].sign_ins, 1);
    ck_assert_ptr_nonnull(strstr(text, "\"who\":\"citizen 1\""));
    ck_assert_ptr_nonnull(strstr(text, "\"saw\":\"call\""));
    ck_assert_ptr_nonnull(strstr(text, "\"did\":\"rate\""));
    free(text);
    toy_hall_close(&hall);
}
END_TEST

START_TEST(the_same_seed_and_sights_give_the_same_keys) {
    static struct toy_hall hall;
    char *first = run_hall(&hall, 42, TOY_BOARDS);
    toy_hall_close(&hall);
    char *again = run_hall(&hall, 42, TOY_BOARDS);
    toy_hall_close(&hall);
    char *other = run_hall(&hall, 43, TOY_BOARDS);
    toy_hall_close(&hall);
    ck_assert_str_eq(first, again);
    ck_assert_str_ne(first, other);
    free(first);
    free(again);
    free(other);
}
END_TEST

START_TEST(who_is_shown_nothing_comes_to_no_window) {
    static struct toy_hall hall;
    char *text = run_hall(&hall, 42, TOY_NOTHING);
    ck_assert_ptr_null(strstr(text, "\"saw\":\"call\""));
    ck_assert_uint_gt(hall.issued, 30);
    ck_assert_uint_gt(hall.windows[0].no_shows + hall.windows[1].no_shows, 5);
    ck_assert_uint_eq(hall.windows[0].starts + hall.windows[1].starts, 0);
    free(text);
    toy_hall_close(&hall);
}
END_TEST

START_TEST(who_only_hears_comes_by_the_voice) {
    static struct toy_hall hall;
    char *text = run_hall(&hall, (uint64_t)_i, TOY_VOICE);
    ck_assert_ptr_nonnull(strstr(text, "\"heard\":\"call\""));
    ck_assert_ptr_null(strstr(text, "\"saw\":\"call\""));
    ck_assert_ptr_null(strstr(text, "missed the call"));
    ck_assert_uint_gt(hall.windows[0].dones + hall.windows[1].dones, 15);
    free(text);
    toy_hall_close(&hall);
}
END_TEST

START_TEST(who_only_hears_goes_by_no_board) {
    static struct toy_hall hall;
    char *text = run_hall(&hall, 42, TOY_BOARDS_UNSEEN);
    ck_assert_ptr_null(strstr(text, "\"heard\":\"call\""));
    ck_assert_uint_gt(hall.windows[0].no_shows + hall.windows[1].no_shows, 5);
    ck_assert_uint_eq(hall.windows[0].starts + hall.windows[1].starts, 0);
    free(text);
    toy_hall_close(&hall);
}
END_TEST

START_TEST(staff_type_the_pin_before_they_sign_in) {
    static struct toy_hall hall;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    toy_hall_open(&hall, 42, out, TOY_BOARDS);
    hall.config.pin = 52718;
    toy_hall_run(&hall, RUN_S);
    fclose(out);
    for (unsigned i = 0; i < TOY_WINDOWS; i++) {
        ck_assert_uint_eq(hall.windows[i].pin, 52718);
        ck_assert_uint_eq(hall.windows[i].sign_ins, 1);
    }
    free(text);
    toy_hall_close(&hall);
}
END_TEST

TCase *people_cases(void) {
    TCase *cases = tcase_create("people");
    tcase_add_loop_test(cases, a_day_goes_its_way, 0, 5);
    tcase_add_test(cases, staff_type_the_pin_before_they_sign_in);
    tcase_add_test(cases, the_same_seed_and_sights_give_the_same_keys);
    tcase_add_loop_test(cases, who_only_hears_comes_by_the_voice, 0, 3);
    tcase_add_test(cases, who_only_hears_goes_by_no_board);
    tcase_add_test(cases, who_is_shown_nothing_comes_to_no_window);
    return cases;
}
