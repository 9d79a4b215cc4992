/* What the office does about the bad ratings of the whole day, on that evening and on the days after. */
#include <stdio.h>

#include "whole_day.h"

enum { WEDNESDAY = 1, THURSDAY = 2, NEXT_WEDNESDAY = 8 };

static const enum command_type COMMANDS[] = {
    [CONTACT] = COMMAND_CASE_CONTACT, [VERIFY] = COMMAND_CASE_VERIFY,
    [RECTIFY] = COMMAND_CASE_RECTIFY, [CLOSE] = COMMAND_CASE_CLOSE,
    [APPEAL] = COMMAND_CASE_APPEAL,
};
const enum event_type STEP_EVENTS[] = {
    [CONTACT] = EVENT_CASE_CONTACTED, [VERIFY] = EVENT_CASE_VERIFIED,
    [RECTIFY] = EVENT_CASE_RECTIFIED, [CLOSE] = EVENT_CASE_CLOSED,
    [APPEAL] = EVENT_CASE_APPEALED,
};

/* clang-format off */
const struct step STEPS[] = {
    /* Tuesday evening: true, and the citizen is satisfied */
    { 0, 1, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 1, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 1, CLOSE, CASE_SATISFIED, "chen", REASON_STEP_MISSING },
    { 0, 1, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 1, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* reached at the third attempt */
    { 0, 2, CONTACT, CASE_UNREACHED, "chen", REASON_NONE },
    { 0, 2, CONTACT, CASE_UNREACHED, "chen", REASON_NONE },
    { 0, 2, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 2, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 2, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 2, CLOSE, CASE_UNKNOWN, "chen", REASON_NONE },
    /* the B, whose visit it was, appeals; the A may not; another finds it true again */
    { 0, 3, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 3, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 3, APPEAL, CASE_OUTCOME_NONE, "0107", REASON_NO_SUCH },
    { 0, 3, APPEAL, CASE_OUTCOME_NONE, "0108", REASON_NONE },
    { 0, 3, VERIFY, CASE_TRUE, "chen", REASON_OTHER_PERSON },
    { 0, 3, VERIFY, CASE_TRUE, "liu", REASON_NONE },
    { 0, 3, APPEAL, CASE_OUTCOME_NONE, "0108", REASON_ALREADY },
    { 0, 3, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 3, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* no contact was left */
    { 0, 4, CONTACT, CASE_ANONYMOUS, "chen", REASON_NONE },
    { 0, 4, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 4, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 4, CLOSE, CASE_UNKNOWN, "chen", REASON_NONE },
    /* mistaken needs a second person */
    { 0, 5, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 5, VERIFY, CASE_MISTAKEN, "chen", REASON_NONE },
    { 0, 5, VERIFY, CASE_MISTAKEN, "chen", REASON_OTHER_PERSON },
    { 0, 5, CLOSE, CASE_SATISFIED, "chen", REASON_STEP_MISSING },
    { 0, 5, VERIFY, CASE_MISTAKEN, "liu", REASON_NONE },
    { 0, 5, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_ALREADY },
    { 0, 5, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* or the district */
    { 0, 6, CONTACT, CASE_UNREACHED, "chen", REASON_NONE },
    { 0, 6, VERIFY, CASE_MALICIOUS, "district", REASON_NONE },
    { 0, 6, CLOSE, CASE_UNKNOWN, "chen", REASON_NONE },
    /* of two verdicts the one that a second person shares */
    { 0, 7, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 7, VERIFY, CASE_MALICIOUS, "chen", REASON_NONE },
    { 0, 7, VERIFY, CASE_MISTAKEN, "liu", REASON_NONE },
    { 0, 7, VERIFY, CASE_MISTAKEN, "chen", REASON_NONE },
    { 0, 7, CLOSE, CASE_UNKNOWN, "chen", REASON_NONE },
    /* not satisfied, two of them */
    { 0, 8, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 8, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 8, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 8, CLOSE, CASE_NOT_SATISFIED, "chen", REASON_NONE },
    { 0, 9, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 9, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 9, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 9, CLOSE, CASE_NOT_SATISFIED, "chen", REASON_NONE },
    /* an appeal that was right */
    { 0, 10, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 10, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 10, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 10, APPEAL, CASE_OUTCOME_NONE, "0111", REASON_NONE },
    { 0, 10, CLOSE, CASE_SATISFIED, "chen", REASON_STEP_MISSING },
    { 0, 10, VERIFY, CASE_MISTAKEN, "liu", REASON_NONE },
    { 0, 10, VERIFY, CASE_MISTAKEN, "chen", REASON_OTHER_PERSON },
    { 0, 10, VERIFY, CASE_MISTAKEN, "zhao", REASON_NONE },
    { 0, 10, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* begun, and left alone until it is late; of the two unsolved one is finished, one never begun */
    { 0, 12, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 12, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 13, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { 0, 13, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { 0, 13, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { 0, 13, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* the second rounds; there is no third */
    { WEDNESDAY, 8, CLOSE, CASE_SATISFIED, "chen", REASON_STEP_MISSING },
    { WEDNESDAY, 8, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { WEDNESDAY, 8, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { WEDNESDAY, 8, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { WEDNESDAY, 8, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    { WEDNESDAY, 9, CONTACT, CASE_UNREACHED, "chen", REASON_NONE },
    { WEDNESDAY, 9, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { WEDNESDAY, 9, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { WEDNESDAY, 9, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { WEDNESDAY, 9, CLOSE, CASE_NOT_SATISFIED, "chen", REASON_NONE },
    { WEDNESDAY, 9, CONTACT, CASE_REACHED, "chen", REASON_NO_SUCH },
    /* the contact that was due at the end of Wednesday */
    { THURSDAY, 11, CONTACT, CASE_REACHED, "chen", REASON_NONE },
    { THURSDAY, 11, VERIFY, CASE_TRUE, "chen", REASON_NONE },
    { THURSDAY, 11, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { THURSDAY, 11, CLOSE, CASE_SATISFIED, "chen", REASON_NONE },
    /* the closing that was due five working days after */
    { NEXT_WEDNESDAY, 12, RECTIFY, CASE_OUTCOME_NONE, "chen", REASON_NONE },
    { NEXT_WEDNESDAY, 12, CLOSE, CASE_UNKNOWN, "chen", REASON_NONE },
};
const unsigned STEP_COUNT = sizeof STEPS / sizeof STEPS[0];
/* clang-format on */

static void take_step(struct day *day, const struct step *step) {
    bool is_district = step->who[0] == 'd';
    struct command command = { .type = COMMANDS[step->deed],
                               .by = { .kind = is_district ? BY_MQTT : BY_PAGE },
                               .case_seq = day->cases[step->number],
                               .case_outcome = step->outcome,
                               .cause = step->deed == RECTIFY ? CAUSE_WAIT : CAUSE_NONE };
    snprintf(command.by.id, sizeof command.by.id, "%s", step->who);
    snprintf(command.staff, sizeof command.staff, "%s", step->who);
    enum reason reason = lab_send(day->lab, &command);
    ck_assert_msg(reason == step->reason, "case %u, %s by %s: %s instead of %s", step->number,
                  command_name(command.type), step->who, reason_word(reason),
                  reason_word(step->reason));
}

static void take_steps_of(struct day *day, unsigned number_of_day) {
    for (unsigned i = 0; i < STEP_COUNT; i++) {
        if (STEPS[i].day == number_of_day) {
            take_step(day, &STEPS[i]);
        }
    }
}

/* Somebody takes note of each bad rating. */
static void acknowledge(struct day *day) {
    hall_snapshot(day->lab->hall, day->lab->now_ms, day->lab->snapshot);
    for (unsigned i = 0; i < day->lab->snapshot->alert_count; i++) {
        struct command command = { .type = COMMAND_ALERT_ACKNOWLEDGE, .by = { BY_PAGE, "chen" } };
        command.alert = day->lab->snapshot->alerts[i].id;
        if (day->lab->snapshot->alerts[i].kind[0] == 'b') {
            ck_assert_int_eq(lab_send(day->lab, &command), REASON_NONE);
        }
    }
}

void day_follow(struct day *day) {
    acknowledge(day);
    take_steps_of(day, 0);
    for (unsigned number = 1; number <= NEXT_WEDNESDAY; number++) {
        lab_next_day(day->lab);
        lab_pass(day->lab,
                 4 * HOUR + 30 * MINUTE); /* half past eight: nobody has opened a window */
        take_steps_of(day, number);
        lab_pass(day->lab, 0);
    }
}
