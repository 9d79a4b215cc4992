/*
 * Presses, commands and reports drawn by seed, far from any plan: nothing may assert, no decision may change the day,
 * each ticket stands in one place, and (lab_close) the journal replays to the same day.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suites.h"

enum { SEEDS = 24, STEPS = 1500, RANDOM_TICKETS = 300 };

static uint32_t draw(uint32_t *state, uint32_t below) {
    *state = *state * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)(*state >> 8) * below) >> 24);
}

static void random_key(struct lab *lab, uint32_t *state) {
    static const enum command_type KEYS[] = {
        COMMAND_WINDOW_NEXT,    COMMAND_WINDOW_NEXT,   COMMAND_WINDOW_NEXT,
        COMMAND_WINDOW_DONE,    COMMAND_WINDOW_RECALL, COMMAND_WINDOW_START,
        COMMAND_WINDOW_NO_SHOW, COMMAND_RATING_INVITE, COMMAND_WINDOW_TRANSFER,
        COMMAND_WINDOW_CALL,    COMMAND_WINDOW_HOLD,   COMMAND_WINDOW_UNHOLD,
        COMMAND_WINDOW_PAUSE,   COMMAND_WINDOW_RESUME, COMMAND_WINDOW_UNDO,
        COMMAND_WINDOW_HELP,    COMMAND_STAFF_SIGN_IN, COMMAND_STAFF_SIGN_IN,
        COMMAND_STAFF_SIGN_OUT, COMMAND_WINDOW_CLOSE,  COMMAND_WINDOW_OPEN,
    };
    static const char *const STAFF[] = { "0107", "0108", "0109", "0110", "0999" };
    static const char *const SERVICES[] = { "social", "tax", "unsolved", "" };
    enum command_type type = KEYS[draw(state, sizeof KEYS / sizeof KEYS[0])];
    struct command command = lab_command(type, (uint16_t)(1 + draw(state, 5)));
    snprintf(command.staff, sizeof command.staff, "%s", STAFF[draw(state, 5)]);
    snprintf(command.service, sizeof command.service, "%s", SERVICES[draw(state, 4)]);
    snprintf(command.reason, sizeof command.reason, "%u", draw(state, 4));
    command.to_window = (uint16_t)(draw(state, 3) == 0 ? draw(state, 7) : 0);
    command.place = draw(state, 2) == 0 ? PLACE_KEEP : PLACE_NOW;
    command.outcome = (enum outcome)draw(state, 7);
    command.force = draw(state, 2) == 0;
    command.ticket = (struct ticket_no){ { draw(state, 2) == 0 ? 'A' : 'B', 0, 0 },
                                         (uint16_t)(1 + draw(state, 60)) };
    command.has |= COMMAND_HAS(ARG_TICKET);
    lab_send(lab, &command);
}

static void random_citizen(struct lab *lab, uint32_t *state) {
    static const char *const SERVICES[] = { "social", "tax", "unsolved" };
    const char *service = SERVICES[draw(state, 3)];
    struct command command = { .by = { BY_PAGE, "guide" } };
    switch (draw(state, 6)) {
    case 0:
        lab_print(lab, service);
        break;
    case 1:
        lab_issue_green(lab, service);
        break;
    case 2:
        command.type = draw(state, 2) == 0 ? COMMAND_TICKET_REQUEUE : COMMAND_TICKET_CANCEL;
        command.ticket = (struct ticket_no){ "A", (uint16_t)(1 + draw(state, 60)) };
        command.has = COMMAND_HAS(ARG_TICKET);
        lab_send(lab, &command);
        break;
    case 3:
        lab_rate(lab, (uint16_t)(1 + draw(state, 5)), (uint16_t)draw(state, 40),
                 (uint8_t)(1 + draw(state, 5)));
        break;
    default:
        lab_issue(lab, service);
        break;
    }
}

static void random_device(struct lab *lab, uint32_t *state) {
    static const enum report_kind KINDS[] = { REPORT_PRINTED,   REPORT_PRINTED, REPORT_NOT_PRINTED,
                                              REPORT_UNSURE,    REPORT_ONLINE,  REPORT_OFFLINE,
                                              REPORT_RECOVERED, REPORT_FAULTED };
    enum report_kind kind = KINDS[draw(state, 8)];
    if (kind == REPORT_OFFLINE || kind == REPORT_FAULTED || draw(state, 2) == 0) {
        lab_report(lab, kind, "keypad-1", ROLE_KEYPAD, 1, 0);
        return;
    }
    lab_report(lab, kind, "dispenser-1", ROLE_DISPENSER, 0, (uint16_t)(1 + draw(state, 30)));
}

/* Invariant 2: a ticket is in one place until it ends. The snapshot holds lines, held ones and windows. */
static void ck_each_ticket_once(struct lab *lab) {
    bool is_seen[26][1000] = { { false } };
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    const struct snapshot *now = lab->snapshot;
    unsigned found = now->waiting_count;
    for (unsigned i = 0; i < now->waiting_count; i++) {
        bool *seen =
            &is_seen[now->waiting[i].ticket.prefix[0] - 'A'][now->waiting[i].ticket.number];
        ck_assert(!*seen);
        *seen = true;
    }
    for (unsigned i = 0; i < now->window_count; i++) {
        bool is_used =
            now->windows[i].state == WINDOW_CALLING || now->windows[i].state == WINDOW_SERVING;
        ck_assert(is_used == (now->windows[i].ticket.number != 0));
        if (is_used) {
            bool *seen =
                &is_seen[now->windows[i].ticket.prefix[0] - 'A'][now->windows[i].ticket.number];
            ck_assert(!*seen);
            *seen = true;
            found++;
        }
    }
    ck_assert_uint_eq(found, lab->open_tickets);
}

/* A window leaves the file, if it may, or comes back to it. */
static void random_reload(struct lab *lab, uint32_t *state) {
    static struct window_rule gone;
    struct rules *rules = &lab->rules;
    if (rules->window_count == 5) {
        uint32_t at = draw(state, 5);
        gone = rules->windows[at];
        rules->windows[at] = rules->windows[--rules->window_count];
    } else {
        rules->windows[rules->window_count++] = gone;
    }
    lab_reload(lab);
    if (lab->decision.reason != REASON_NONE) {
        rules->windows[rules->window_count++] = gone;
    }
}

START_TEST(a_hall_of_chance_replays) {
    uint32_t state = (uint32_t)_i * 7919U + 1;
    static struct waiting_now waiting[RANDOM_TICKETS];
    struct lab *lab = lab_new();
    lab->snapshot->waiting = waiting;
    lab->snapshot->waiting_capacity = RANDOM_TICKETS;
    lab->rules.windows[1].auto_call = draw(&state, 2) == 0;
    lab->rules.require_sign_in = draw(&state, 3) != 0;
    lab->rules.unserved_stops = draw(&state, 4) == 0;
    lab->rules.rating.rate_first_s = draw(&state, 2) == 0 ? 0 : 10;
    lab->rules.mistake_s = draw(&state, 4);
    lab_begin(lab);
    lab_online(lab, "keypad-1", ROLE_KEYPAD, 1);
    lab_report(lab, REPORT_ONLINE, "dispenser-1", ROLE_DISPENSER, 0, 0);
    for (unsigned step = 0; step < STEPS && lab->count + 400 < LAB_EVENTS; step++) {
        uint32_t kind = draw(&state, 20);
        if (kind < 10) {
            random_key(lab, &state);
        } else if (kind < 17) {
            random_citizen(lab, &state);
        } else {
            random_device(lab, &state);
        }
        if (draw(&state, 3) == 0) {
            lab_pass(lab, draw(&state, 30000));
        }
        if (draw(&state, 100) == 0) {
            random_reload(lab, &state);
        }
        if (draw(&state, 600) == 0) {
            lab_next_day(lab);
            lab_pass(lab, 5 * HOUR);
        }
        ck_each_ticket_once(lab);
    }
    lab_close(lab);
}
END_TEST

TCase *random_case(void) {
    TCase *tcase = tcase_create("random");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_hall_of_chance_replays, 0, SEEDS);
    tcase_set_tags(tcase, "long"); /* mutants.py leaves it out at first */
    return tcase;
}
