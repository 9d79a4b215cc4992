/* Estimates: each rule of "Estimates" by a hall whose every visit took the same time, so that the answer is known. */
#include <stdlib.h>
#include <string.h>

#include "controller/hall/estimate.h"
#include "fixture.h"
#include "suites.h"

enum { VISIT_S = 120, LEAST = 5 };

static struct estimates ESTIMATES;

static const struct estimate *estimate_of(struct lab *lab, unsigned service,
                                          enum ticket_class class) {
    void *memory = malloc(estimate_size(&lab->limits));
    memset(memory, 0xA5, estimate_size(&lab->limits));
    uint64_t digest = hall_digest(lab->hall);
    estimate_run(lab->hall, lab->now_ms, memory, &ESTIMATES);
    ck_assert_msg(hall_digest(lab->hall) == digest, "estimate_run changed the live day");
    free(memory);
    return &ESTIMATES.of[service][class];
}

/* One visit of so many seconds, called the moment the ticket was issued. */
static void visit(struct lab *lab, uint16_t window, const char *service, int64_t seconds) {
    lab_issue(lab, service);
    lab_key(lab, COMMAND_WINDOW_NEXT, window);
    lab_pass(lab, seconds * SECOND);
    lab_key(lab, COMMAND_WINDOW_DONE, window);
    lab_pass(lab, 10 * SECOND);
}

/* Window 1 (own social) is open, and so many visits of two minutes were served there. */
static struct lab *lab_visits(unsigned visits) {
    struct lab *lab = lab_new();
    lab->rules.mistake_s = 0;
    lab->rules.estimate_least = LEAST;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0109");
    for (unsigned i = 0; i < visits; i++) {
        visit(lab, 1, "social", VISIT_S);
    }
    return lab;
}

#define ck_estimate(lab, service, low, high)                                                       \
    do {                                                                                           \
        const struct estimate *said_ = estimate_of((lab), (service), CLASS_NORMAL);                \
        ck_assert(said_->is_known);                                                                \
        ck_assert_uint_eq(said_->low_s, (low));                                                    \
        ck_assert_uint_eq(said_->high_s, (high));                                                  \
    } while (0)

START_TEST(silent_under_so_many_visits) {
    struct lab *lab = lab_visits(LEAST - 1);
    ck_assert(!estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    visit(lab, 1, "social", VISIT_S);
    ck_assert(estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    ck_assert(!estimate_of(lab, 2, CLASS_NORMAL)->is_known);
    lab_close(lab);
}
END_TEST

START_TEST(a_no_show_is_no_visit) {
    struct lab *lab = lab_visits(LEAST - 1);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_sleep(lab, 55 * SECOND);
    lab_key(lab, COMMAND_WINDOW_NO_SHOW, 1);
    ck_said(lab, "ticket.no_show");
    ck_assert(!estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    lab_close(lab);
}
END_TEST

/* Nobody before: at once. Two before, one of them just called: two visits of two minutes. */
START_TEST(who_serves_now_and_who_waits_count) {
    struct lab *lab = lab_visits(LEAST);
    ck_estimate(lab, 1, 0, 0);
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_estimate(lab, 1, 2 * VISIT_S, 2 * VISIT_S);
    lab_pass(lab, 50 * SECOND);
    ck_estimate(lab, 1, 2 * VISIT_S - 50, 2 * VISIT_S - 50);
    lab_close(lab);
}
END_TEST

START_TEST(one_longer_than_all_is_given_half_as_long_again) {
    struct lab *lab = lab_visits(LEAST);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, (VISIT_S + 30) * SECOND);
    ck_estimate(lab, 1, VISIT_S / 2, VISIT_S / 2);
    lab_close(lab);
}
END_TEST

START_TEST(who_stands_at_a_dispenser_waits_too) {
    struct lab *lab = lab_visits(LEAST);
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    lab_print(lab, "social");
    ck_estimate(lab, 1, VISIT_S, VISIT_S);
    lab_close(lab);
}
END_TEST

START_TEST(more_windows_serve_faster_and_paused_ones_do_not) {
    struct lab *lab = lab_visits(LEAST);
    lab_sign_in(lab, 2, "0110");
    for (unsigned i = 0; i < 4; i++) {
        lab_issue(lab, "social");
    }
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_NEXT, 2);
    ck_estimate(lab, 1, 2 * VISIT_S, 2 * VISIT_S);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 2); /* after this ticket */
    ck_estimate(lab, 1, 3 * VISIT_S, 3 * VISIT_S);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    ck_assert(!estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    lab_close(lab);
}
END_TEST

/* Window 4 is shared: who came first for tax is served there before. */
START_TEST(a_general_window_serves_the_other_lines_too) {
    struct lab *lab = lab_visits(LEAST);
    lab_sign_in(lab, 1, "0110");
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    lab_sign_in(lab, 4, "0107");
    lab_issue(lab, "tax");
    lab_issue(lab, "social");
    ck_estimate(lab, 1, 2 * VISIT_S, 2 * VISIT_S);
    lab_close(lab);
}
END_TEST

START_TEST(errands_take_so_many_times_as_long) {
    struct lab *lab = lab_visits(LEAST);
    struct command command = lab_command(COMMAND_TICKET_ISSUE, 0);
    command.by = (struct by){ BY_MQTT, "office" };
    memcpy(command.service, "social", sizeof "social");
    command.for_count = 3;
    lab_send(lab, &command);
    ck_estimate(lab, 1, 3 * VISIT_S, 3 * VISIT_S);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, 60 * SECOND);
    ck_estimate(lab, 1, 3 * VISIT_S - 60, 3 * VISIT_S - 60);
    lab_pass(lab, (3 * VISIT_S - 60) * SECOND);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_issue(lab, "social"); /* the agent's visit counts as one of a third */
    ck_estimate(lab, 1, VISIT_S, VISIT_S);
    lab_close(lab);
}
END_TEST

START_TEST(a_class_is_estimated_by_its_turn) {
    struct lab *lab = lab_visits(LEAST);
    lab_issue(lab, "social");
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    const struct estimate *green = estimate_of(lab, 1, CLASS_GREEN);
    ck_assert(green->is_known);
    ck_assert_uint_eq(green->low_s, VISIT_S);
    ck_assert_uint_eq(green->high_s, VISIT_S);
    lab_close(lab);
}
END_TEST

static uint32_t middle_of_slot(struct lab *lab, int64_t turn_ms) {
    void *memory = malloc(estimate_size(&lab->limits));
    estimate_run_slot(lab->hall, lab->now_ms, turn_ms, memory, &ESTIMATES);
    free(memory);
    const struct estimate *said = &ESTIMATES.of[1][CLASS_APPOINTMENT];
    ck_assert(said->is_known);
    return (said->low_s + said->high_s) / 2;
}

/* One was just called, two wait: a slot before both, between them, behind both, and one still to come. */
START_TEST(an_appointment_is_estimated_by_its_slot) {
    struct lab *lab = lab_visits(LEAST);
    lab_issue(lab, "social");
    lab_pass(lab, MINUTE);
    lab_issue(lab, "social");
    int64_t first_ms = lab->now_ms;
    lab_pass(lab, MINUTE);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    ck_assert_uint_eq(middle_of_slot(lab, first_ms - 1), VISIT_S);
    ck_assert_uint_eq(middle_of_slot(lab, first_ms + 1), 2 * VISIT_S);
    ck_assert_uint_eq(middle_of_slot(lab, lab->now_ms), 3 * VISIT_S);
    ck_assert_uint_eq(middle_of_slot(lab, lab->now_ms + 10 * MINUTE), 3 * VISIT_S);
    ck_assert_uint_eq(estimate_of(lab, 1, CLASS_APPOINTMENT)->low_s, 3 * VISIT_S);
    lab_close(lab);
}
END_TEST

/* Window 2 helps tax after ten minutes; nobody else serves it. */
START_TEST(a_helping_window_comes_when_it_may) {
    struct lab *lab = lab_visits(LEAST);
    lab_sign_in(lab, 3, "0110");
    for (unsigned i = 0; i < LEAST; i++) {
        visit(lab, 3, "tax", VISIT_S);
    }
    lab_key(lab, COMMAND_STAFF_SIGN_OUT, 3);
    lab_sign_in(lab, 2, "0110");
    const struct estimate *said = estimate_of(lab, 2, CLASS_NORMAL);
    ck_assert(said->is_known);
    ck_assert_uint_eq(said->low_s, 600);
    lab_close(lab);
}
END_TEST

START_TEST(a_bound_ticket_keeps_its_window) {
    struct lab *lab = lab_visits(LEAST);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    struct command command = lab_command(COMMAND_WINDOW_TRANSFER, 1);
    lab_sign_in(lab, 2, "0110");
    command.to_window = 2;
    lab_send(lab, &command);
    ck_said(lab, "ticket.transferred");
    ck_assert_uint_eq(estimate_of(lab, 1, CLASS_NORMAL)->high_s, 0);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    ck_assert_uint_gt(estimate_of(lab, 1, CLASS_NORMAL)->low_s, 0);
    lab_close(lab);
}
END_TEST

/* 11:58, three wait: the second and third are called after the break. */
START_TEST(a_break_is_added) {
    struct lab *lab = lab_visits(LEAST);
    lab_pass(lab, lab_time(11, 59) - lab->now_ms);
    lab_issue(lab, "social");
    ck_estimate(lab, 1, 121 * 60, 121 * 60);
    lab_close(lab);
}
END_TEST

START_TEST(before_the_opening_the_opening_is_waited_for) {
    struct lab *lab = lab_visits(LEAST);
    lab_next_day(lab);
    lab_tick(lab, lab_time(9, 0) + 23 * HOUR + 30 * MINUTE);
    lab_sign_in(lab, 1, "0109");
    ck_estimate(lab, 1, 30 * 60, 30 * 60);
    lab_close(lab);
}
END_TEST

/* The next morning begins with what yesterday gave, also when it is restored from the carry-over (lab_close). */
START_TEST(the_last_days_stand_in_until_today_has_its_own) {
    struct lab *lab = lab_visits(LEAST);
    lab_next_day(lab);
    lab_tick(lab, lab_time(9, 0) + 24 * HOUR);
    lab_sign_in(lab, 1, "0109");
    lab_issue(lab, "social");
    ck_estimate(lab, 1, VISIT_S, VISIT_S);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, VISIT_S * SECOND);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    for (unsigned i = 0; i < 64; i++) {
        visit(lab, 1, "social", VISIT_S / 2);
    }
    lab_issue(lab, "social");
    ck_estimate(lab, 1, VISIT_S / 2, VISIT_S / 2);
    lab_close(lab);
}
END_TEST

START_TEST(a_service_at_a_new_index_begins_without_times) {
    struct lab *lab = lab_visits(LEAST);
    lab->rules.services[1].id[0] = 'x';
    lab_reload(lab);
    ck_assert(!estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    lab_close(lab);
}
END_TEST

START_TEST(what_the_days_change_ends_is_no_visit) {
    struct lab *lab = lab_visits(LEAST - 1);
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_next_day(lab);
    lab_tick(lab, lab_time(9, 0) + 24 * HOUR);
    lab_sign_in(lab, 1, "0109");
    ck_assert(!estimate_of(lab, 1, CLASS_NORMAL)->is_known);
    lab_close(lab);
}
END_TEST

START_TEST(different_times_give_a_range_and_the_same_day_the_same_range) {
    struct lab *lab = lab_visits(0);
    for (unsigned i = 0; i < 20; i++) {
        visit(lab, 1, "social", 30 + i * 20);
    }
    for (unsigned i = 0; i < 6; i++) {
        lab_issue(lab, "social");
    }
    struct estimate first = *estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_uint_gt(first.high_s, first.low_s + 60);
    ck_assert_uint_gt(first.high_s, 6 * 220);
    ck_assert_uint_lt(first.low_s, 6 * 220);
    ck_assert_mem_eq(estimate_of(lab, 1, CLASS_NORMAL), &first, sizeof first);
    lab_close(lab);
}
END_TEST

START_TEST(the_time_until_staff_call_is_added) {
    struct lab *lab = lab_visits(LEAST);
    for (unsigned i = 0; i < 4; i++) {
        lab_issue(lab, "social");
        lab_issue(lab, "social");
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_pass(lab, VISIT_S * SECOND);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
        lab_pass(lab, 20 * SECOND); /* somebody waits, and the window is free */
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_pass(lab, VISIT_S * SECOND);
        lab_key(lab, COMMAND_WINDOW_DONE, 1);
        lab_pass(lab, 10 * SECOND);
    }
    ck_estimate(lab, 1, 20, 20);
    lab_close(lab);
}
END_TEST

/* The alert's rule: raised over the limit, kept until clearly under it. */
START_TEST(a_wait_forecast_to_be_over) {
    struct lab *lab = lab_visits(0);
    lab->rules.services[1].wait_minutes = 10;
    lab_reload(lab);
    for (unsigned i = 0; i < LEAST; i++) {
        visit(lab, 1, "social", VISIT_S);
    }
    for (unsigned i = 0; i < 5; i++) {
        lab_issue(lab, "social"); /* 10 minutes, and not over */
    }
    (void)estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_STAYS);
    lab_issue(lab, "social");
    (void)estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_RAISE);
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = "wait_forecast";
    input.condition.subject = "social";
    input.condition.is_raised = true;
    lab_take(lab, &input);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_STAYS);
    lab_tick(lab, lab->now_ms);
    ck_assert(lab_has_alert(lab, "wait_forecast", "social"));
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_pass(lab, VISIT_S * SECOND); /* ten minutes again: it stays */
    (void)estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_STAYS);
    for (unsigned i = 0; i < 3; i++) {
        lab_key(lab, COMMAND_WINDOW_NEXT, 1);
        lab_pass(lab, VISIT_S * SECOND);
    }
    (void)estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_CLEAR);
    lab_key(lab, COMMAND_WINDOW_PAUSE, 1);
    (void)estimate_of(lab, 1, CLASS_NORMAL);
    ck_assert_int_eq(estimate_alert(lab->hall, 1, &ESTIMATES), FORECAST_CLEAR);
    lab_close(lab);
}
END_TEST

START_TEST(a_forecast_of_a_service_that_is_gone_is_cleared) {
    struct lab *lab = lab_open();
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = "wait_forecast";
    input.condition.subject = "permit";
    input.condition.is_raised = true;
    lab_take(lab, &input);
    lab_tick(lab, lab->now_ms);
    ck_assert(lab_has_alert(lab, "wait_forecast", "permit"));
    memset(&lab->rules.services[5], 0, sizeof lab->rules.services[5]);
    lab_reload(lab);
    lab_tick(lab, lab->now_ms);
    ck_assert(!lab_has_alert(lab, "wait_forecast", "permit"));
    lab_close(lab);
}
END_TEST

TCase *estimate_case(void) {
    TCase *tcase = tcase_create("estimate");
    tcase_add_test(tcase, silent_under_so_many_visits);
    tcase_add_test(tcase, a_no_show_is_no_visit);
    tcase_add_test(tcase, who_serves_now_and_who_waits_count);
    tcase_add_test(tcase, one_longer_than_all_is_given_half_as_long_again);
    tcase_add_test(tcase, who_stands_at_a_dispenser_waits_too);
    tcase_add_test(tcase, more_windows_serve_faster_and_paused_ones_do_not);
    tcase_add_test(tcase, a_general_window_serves_the_other_lines_too);
    tcase_add_test(tcase, errands_take_so_many_times_as_long);
    tcase_add_test(tcase, a_class_is_estimated_by_its_turn);
    tcase_add_test(tcase, an_appointment_is_estimated_by_its_slot);
    tcase_add_test(tcase, a_helping_window_comes_when_it_may);
    tcase_add_test(tcase, a_bound_ticket_keeps_its_window);
    tcase_add_test(tcase, a_break_is_added);
    tcase_add_test(tcase, before_the_opening_the_opening_is_waited_for);
    tcase_add_test(tcase, the_last_days_stand_in_until_today_has_its_own);
    tcase_add_test(tcase, a_service_at_a_new_index_begins_without_times);
    tcase_add_test(tcase, what_the_days_change_ends_is_no_visit);
    tcase_add_test(tcase, different_times_give_a_range_and_the_same_day_the_same_range);
    tcase_add_test(tcase, the_time_until_staff_call_is_added);
    tcase_add_test(tcase, a_wait_forecast_to_be_over);
    tcase_add_test(tcase, a_forecast_of_a_service_that_is_gone_is_cleared);
    return tcase;
}
