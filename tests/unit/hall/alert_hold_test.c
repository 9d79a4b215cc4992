/* Alerts do not come and go with every flicker: each kind that flickers is cleared late, or by a lower threshold. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

START_TEST(a_wait_that_barely_ended_does_not_flap) {
    struct lab *lab = lab_new();
    lab->rules.services[1].wait_minutes = 30;
    lab_begin(lab);
    lab_sign_in(lab, 1, "0107");
    lab_issue(lab, "social");
    lab_sleep(lab, MINUTE);
    lab_issue(lab, "social");
    lab_pass(lab, 29 * MINUTE);
    lab_key(lab, COMMAND_WINDOW_NEXT, 1); /* A002 has waited 29 min: within the hysteresis */
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "wait_over", "social", true);
    lab_close(lab);
}
END_TEST

/* Of one that stands: another id would be another alert. */
static uint64_t alert_id(struct lab *lab, const char *kind, const char *subject) {
    ck_alert(lab, kind, subject, true); /* fills the snapshot */
    const struct alert_now *alert = lab->snapshot->alerts;
    while (strcmp(alert->kind, kind) != 0 || strcmp(alert->subject, subject) != 0) {
        alert++;
    }
    return alert->id;
}

/* Well for less than a minute, again and again. */
START_TEST(a_device_that_flickers_is_one_alert) {
    static const struct {
        enum report_kind ill, well;
        const char *kind;
    } ROWS[] = { { REPORT_OFFLINE, REPORT_ONLINE, "device_offline" },
                 { REPORT_FAULTED, REPORT_RECOVERED, "device_faulted" } };
    struct lab *lab = lab_open();
    lab_online(lab, "board-1", ROLE_BOARD, 1);
    for (unsigned i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        lab_report(lab, ROWS[i].ill, "board-1", ROLE_BOARD, 1, 0);
        lab_tick(lab, lab->now_ms);
        uint64_t id = alert_id(lab, ROWS[i].kind, "board-1");
        for (unsigned k = 0; k < 3; k++) {
            lab_report(lab, ROWS[i].well, "board-1", ROLE_BOARD, 1, 0);
            lab_pass(lab, MINUTE - 1);
            ck_alert(lab, ROWS[i].kind, "board-1", true);
            lab_report(lab, ROWS[i].ill, "board-1", ROLE_BOARD, 1, 0);
            lab_pass(lab, 2 * MINUTE);
        }
        ck_assert_uint_eq(alert_id(lab, ROWS[i].kind, "board-1"), id);
        lab_report(lab, ROWS[i].well, "board-1", ROLE_BOARD, 1, 0);
        lab_pass(lab, MINUTE);
        ck_alert(lab, ROWS[i].kind, "board-1", false);
    }
    lab_close(lab);
}
END_TEST

/* The bus says within seconds that it is still dead; one that is well again stays unheard until then. */
START_TEST(a_restart_clears_no_alert_of_a_device) {
    struct lab *lab = lab_open();
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    lab_tick(lab, lab->now_ms);
    uint64_t id = alert_id(lab, "device_offline", "board-1");
    lab_pass(lab, MINUTE);
    struct input started = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    lab_take(lab, &started);
    lab_pass(lab, MINUTE - 1);
    ck_alert(lab, "device_offline", "board-1", true);
    lab_report(lab, REPORT_OFFLINE, "board-1", ROLE_BOARD, 1, 0);
    lab_pass(lab, MINUTE);
    ck_alert(lab, "device_offline", "board-1", true);
    ck_assert_uint_eq(alert_id(lab, "device_offline", "board-1"), id);
    lab_take(lab, &(struct input){ .kind = INPUT_STARTED, .now_ms = lab->now_ms });
    lab_pass(lab, MINUTE);
    ck_alert(lab, "device_offline", "board-1", false); /* it left the config meanwhile */
    lab_close(lab);
}
END_TEST

static void says(struct lab *lab, const char *what) {
    struct device_report report = { .kind = REPORT_FAULTED, .role = ROLE_DISPENSER };
    struct input input = { .kind = INPUT_REPORT, .now_ms = lab->now_ms };
    snprintf(report.device, sizeof report.device, "dispenser-1");
    snprintf(report.what, sizeof report.what, "%s", what);
    input.report = &report;
    lab_take(lab, &input);
    lab_tick(lab, lab->now_ms);
}

static void ck_told(struct lab *lab, const char *text, uint64_t *id, bool is_anew) {
    uint64_t before = *id;
    *id = alert_id(lab, "device_faulted", "dispenser-1");
    ck_assert_msg((*id != before) == is_anew, "%s", text);
    for (unsigned i = 0; i < lab->snapshot->alert_count; i++) {
        if (lab->snapshot->alerts[i].id == *id) {
            ck_assert_str_eq(lab->snapshot->alerts[i].text, text);
        }
    }
}

/* What is worse is told at once, what is less bad when it has stood for a minute: a new alert, not seen by anybody. */
START_TEST(paper_low_and_paper_out_are_told_apart) {
    struct lab *lab = lab_open();
    uint64_t id = 0;
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    says(lab, "paper low");
    ck_told(lab, "paper low", &id, true);
    says(lab, "paper low");
    ck_told(lab, "paper low", &id, false);
    says(lab, "paper out");
    ck_told(lab, "paper out", &id, true);
    says(lab, "paper out, cover open");
    ck_told(lab, "paper out, cover open", &id, true);
    says(lab, "paper out");
    lab_pass(lab, MINUTE - 1);
    ck_told(lab, "paper out, cover open", &id, false);
    says(lab, "paper out, cover open"); /* opened again: the same */
    says(lab, "paper out");
    lab_pass(lab, MINUTE - 1);
    ck_told(lab, "paper out, cover open", &id, false);
    lab_pass(lab, 1);
    ck_told(lab, "paper out", &id, true);
    says(lab, "paper low"); /* a new roll is not whole */
    ck_told(lab, "paper low", &id, true);
    lab_close(lab);
}
END_TEST

START_TEST(a_fault_outlives_the_day) {
    struct lab *lab = lab_open();
    uint64_t id = 0;
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    says(lab, "paper low");
    ck_told(lab, "paper low", &id, true);
    lab_next_day(lab);
    lab_pass(lab, lab_time(8, 30) + 24 * HOUR - lab->now_ms);
    ck_told(lab, "paper low", &id, true); /* nobody needed it at night */
    lab_close(lab);
}
END_TEST

static void print_in_vain(struct lab *lab) {
    lab_print(lab, "social");
    uint16_t job = lab_last(lab, EVENT_TICKET_ISSUED)->job;
    lab_report(lab, REPORT_NOT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, job);
    lab_tick(lab, lab->now_ms);
}

/* Of ten nine are used: what was not printed gives its number back, and that is no news. */
START_TEST(a_quota_that_is_given_back_does_not_flap) {
    struct lab *lab = lab_new();
    lab->rules.services[1].quota = 10;
    lab_begin(lab);
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    for (unsigned i = 0; i < 8; i++) {
        lab_issue(lab, "social");
    }
    print_in_vain(lab);
    ck_alert(lab, "quota_near", "social", false);
    lab_issue(lab, "social");
    lab_tick(lab, lab->now_ms);
    uint64_t id = alert_id(lab, "quota_near", "social");
    lab->rules.services[1].quota = 11; /* 9 of 11 are 82 % */
    lab_reload(lab);
    lab_tick(lab, lab->now_ms);
    print_in_vain(lab);
    ck_assert_uint_eq(alert_id(lab, "quota_near", "social"), id);
    lab->rules.services[1].quota = 12;
    lab_reload(lab);
    lab_tick(lab, lab->now_ms);
    ck_alert(lab, "quota_near", "social", false);
    lab_close(lab);
}
END_TEST

static void rate_at_1(struct lab *lab, uint8_t grade) {
    lab_issue(lab, "social");
    lab_key(lab, COMMAND_WINDOW_NEXT, 1);
    lab_key(lab, COMMAND_WINDOW_DONE, 1);
    lab_tick(lab, lab->now_ms);
    lab_rate(lab, 1, lab_window(lab, 1)->session, grade);
    lab_sleep(lab, 30 * SECOND);
    lab_tick(lab, lab->now_ms);
}

static struct lab *lab_rated(const uint8_t *grades, unsigned count) {
    struct lab *lab = lab_open();
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_sign_in(lab, 1, "0107");
    for (unsigned i = 0; i < count; i++) {
        ck_alert(lab, "bad_run", "hall", false);
        rate_at_1(lab, grades[i]);
    }
    return lab;
}

START_TEST(a_run_of_bad_ratings) {
    struct lab *lab = lab_rated((const uint8_t[]){ 1, 5, 1, 5 }, 4);
    ck_alert(lab, "bad_run", "hall", true);
    lab_pass(lab, 14 * MINUTE - 1); /* the last bad one is a minute older */
    ck_alert(lab, "bad_run", "hall", true);
    lab_pass(lab, 1);
    ck_alert(lab, "bad_run", "hall", false);
    lab_close(lab);
}
END_TEST

/* It is over when less than half the share is bad. */
START_TEST(a_run_of_bad_ratings_does_not_end_with_a_good_one) {
    struct lab *lab = lab_rated((const uint8_t[]){ 1, 5, 1, 5 }, 4);
    for (unsigned i = 5; i <= 8; i++) { /* 2 of 5 to 2 of 8 */
        rate_at_1(lab, 5);
        ck_alert(lab, "bad_run", "hall", true);
    }
    rate_at_1(lab, 5);
    ck_alert(lab, "bad_run", "hall", false);
    lab_close(lab);
}
END_TEST

TCase *alert_hold_case(void) {
    TCase *tcase = tcase_create("alert_hold");
    tcase_add_test(tcase, a_wait_that_barely_ended_does_not_flap);
    tcase_add_test(tcase, a_device_that_flickers_is_one_alert);
    tcase_add_test(tcase, a_restart_clears_no_alert_of_a_device);
    tcase_add_test(tcase, paper_low_and_paper_out_are_told_apart);
    tcase_add_test(tcase, a_fault_outlives_the_day);
    tcase_add_test(tcase, a_quota_that_is_given_back_does_not_flap);
    tcase_add_test(tcase, a_run_of_bad_ratings);
    tcase_add_test(tcase, a_run_of_bad_ratings_does_not_end_with_a_good_one);
    return tcase;
}
