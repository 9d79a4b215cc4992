/* Alerts that are raised from outside the core, and the list that holds all of them. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

static void condition(struct lab *lab, const char *kind, bool is_raised) {
    struct input input = { .kind = INPUT_CONDITION, .now_ms = lab->now_ms };
    input.condition.kind = kind;
    input.condition.subject = "hall";
    input.condition.text = "says why";
    input.condition.is_raised = is_raised;
    lab_take(lab, &input);
}

START_TEST(what_happens_outside_the_core) {
    static const char *const KINDS[] = { "uplink_lost", "disk_low", "not_saved" };
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        condition(lab, KINDS[i], true);
        ck_said(lab, "alert.raised");
        condition(lab, KINDS[i], true); /* stands: no second event */
        ck_said(lab, "");
        lab_tick(lab, lab->now_ms);
        ck_alert(lab, KINDS[i], "hall", true);
        condition(lab, KINDS[i], false);
        ck_said(lab, "alert.cleared");
        condition(lab, KINDS[i], false);
        ck_said(lab, "");
    }
    lab_close(lab);
}
END_TEST

START_TEST(the_list_is_bounded_and_never_loops) {
    struct lab *lab = lab_open();
    for (unsigned i = 0; i < 200; i++) {
        char kind[WORD_SIZE];
        snprintf(kind, sizeof kind, "outside_%u", i);
        condition(lab, kind, true);
    }
    lab_issue(lab, "tax");
    lab_tick(lab, lab->now_ms);
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    ck_assert_uint_eq(lab->snapshot->alert_count, ALERTS_NOW_MAX);
    ck_alert(lab, "outside_199", "hall", true); /* the oldest made room */
    ck_alert(lab, "outside_0", "hall", false);
    lab_close(lab);
}
END_TEST

static enum reason acknowledge(struct lab *lab, uint64_t alert) {
    struct command command = { .type = COMMAND_ALERT_ACKNOWLEDGE, .by = { BY_PAGE, "wang" } };
    command.alert = alert;
    return lab_send(lab, &command);
}

START_TEST(what_somebody_has_seen_makes_room_first) {
    struct lab *lab = lab_open();
    uint64_t seen = 0;
    for (unsigned i = 0; i < ALERTS_NOW_MAX; i++) {
        char kind[WORD_SIZE];
        snprintf(kind, sizeof kind, "outside_%u", i);
        condition(lab, kind, true);
        seen = i == 60 ? lab_last(lab, EVENT_ALERT_RAISED)->seq : seen;
    }
    ck_assert_int_eq(acknowledge(lab, seen), REASON_NONE);
    condition(lab, "one_more", true);
    ck_alert(lab, "outside_60", "hall", false);
    ck_alert(lab, "outside_0", "hall", true);
    ck_alert(lab, "one_more", "hall", true);
    lab_close(lab);
}
END_TEST

START_TEST(alerts_outlive_the_day) {
    struct lab *lab = lab_open();
    condition(lab, "uplink_lost", true);
    struct command command = { .type = COMMAND_ALERT_ACKNOWLEDGE, .by = { BY_PAGE, "wang" } };
    command.alert = lab_last(lab, EVENT_ALERT_RAISED)->seq;
    lab_send(lab, &command);
    lab_next_day(lab);
    ck_alert(lab, "uplink_lost", "hall", true);
    ck_assert_str_eq(lab->snapshot->alerts[0].acknowledged_by, "wang");
    ck_assert_str_eq(lab->snapshot->alerts[0].text, "says why");
    lab_close(lab);
}
END_TEST

TCase *alert_list_case(void) {
    TCase *tcase = tcase_create("alert_list");
    tcase_add_test(tcase, what_happens_outside_the_core);
    tcase_add_test(tcase, the_list_is_bounded_and_never_loops);
    tcase_add_test(tcase, what_somebody_has_seen_makes_room_first);
    tcase_add_test(tcase, alerts_outlive_the_day);
    return tcase;
}
