/* The whole day as it is lived: everybody of the timetable comes, presses and asks at their time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whole_day.h"

enum {
    START_AFTER_MS = 15000,
    PRESS_AFTER_MS = 4000,
    EARLY_MS = 180000,
    MISSED_AFTER_MINUTES = 46, /* a minute after appointment.missed */
    GRACE_MINUTES = 15,
    GREEN_MINUTES = 30,
    ERRANDS = 5,
    ACTS_MAX = 4096
};

struct act {
    int64_t time_ms;
    unsigned order; /* in which acts of one moment are done */
    void (*do_it)(struct day *day, const struct act *act);
    struct person *person;
    struct call *call;
    const struct doing *doing;
    enum reason reason;
};

struct agenda {
    unsigned count;
    struct act acts[ACTS_MAX];
};

static void set_rules(struct rules *rules);
static void book_all(struct day *day);
static void put_devices_online(struct lab *lab);
static void plan_acts(struct day *day, struct agenda *agenda);
static int by_time(const void *a, const void *b);

/* --- the day -------------------------------------------------------------------------------------------------- */

void day_live(struct day *day) {
    struct agenda *agenda = calloc(1, sizeof *agenda);
    day->lab = lab_new();
    day->lab->limits.tickets_per_day = PEOPLE_MAX;
    set_rules(&day->lab->rules);
    lab_begin(day->lab);
    lab_pass(day->lab, 5 * MINUTE);
    book_all(day);
    lab_next_day(day->lab);
    lab_pass(day->lab, day_ms(CLOCK(8, 50)) - day->lab->now_ms);
    put_devices_online(day->lab);
    plan_acts(day, agenda);
    for (unsigned i = 0; i < agenda->count; i++) {
        const struct act *act = &agenda->acts[i];
        lab_pass(day->lab, act->time_ms - day->lab->now_ms);
        act->do_it(day, act);
    }
    lab_pass(day->lab, day_ms(CLOCK(23, 0)) - day->lab->now_ms);
    free(agenda);
}

static void set_service(struct rules *rules, unsigned index, const char *prefix) {
    struct service_rule *service = &rules->services[index];
    *service = (struct service_rule){ .first = 1, .last = 999 };
    snprintf(service->id, sizeof service->id, "%s", SERVICE_IDS[index]);
    snprintf(service->prefix, sizeof service->prefix, "%s", prefix);
}

static void set_pair(struct window_rule *window, uint16_t a, uint16_t b) {
    window->staff_count = 2;
    window->staff[0] = a;
    window->staff[1] = b;
}

static void set_rules(struct rules *rules) {
    static const char *const PREFIXES[] = { "", "A", "B", "C", "D", "Z", "E" };
    for (unsigned i = 1; i <= DAY_SERVICES; i++) {
        set_service(rules, i, PREFIXES[i]);
    }
    rules->service_count = DAY_SERVICES;
    rules->services[3].serve_minutes = 4;
    rules->services[5].opens_case = true;
    rules->unserved_stops = true;
    rules->window_count = DAY_WINDOWS;
    for (unsigned i = 0; i < DAY_WINDOWS; i++) {
        rules->windows[i] = (struct window_rule){ .id = (uint16_t)(i + 1),
                                                  .own = UINT64_C(1) << (i + 1),
                                                  .help_after_minutes = 10 };
    }
    rules->windows[4].helps = 1U << 1 | 1U << 2;
    set_pair(&rules->windows[0], 107, 108);
    set_pair(&rules->windows[1], 109, 110);
    for (unsigned i = 0; i < DAY_STAFF; i++) {
        rules->staff[i].number = (uint16_t)(107 + i);
        snprintf(rules->staff[i].id, sizeof rules->staff[i].id, "%s", STAFF_IDS[i + 1]);
    }
    rules->staff_count = DAY_STAFF;
}

static void book_all(struct day *day) {
    for (unsigned i = 0; i < day->people_count; i++) {
        const struct person *person = &day->people[i];
        if (person->kind->way != BOOKED) {
            continue;
        }
        struct command book = { .type = COMMAND_APPOINTMENT_BOOK, .slot_ms = person->slot_ms };
        book.by = (struct by){ BY_MQTT, "office" };
        book.code = person->code;
        book.has = COMMAND_HAS(ARG_SERVICE) | COMMAND_HAS(ARG_SLOT) | COMMAND_HAS(ARG_CODE);
        snprintf(book.service, sizeof book.service, "%s", person->service);
        ck_assert_int_eq(lab_send(day->lab, &book), REASON_NONE);
        ck_said(day->lab, "appointment.booked");
    }
}

static void put_keypad(struct lab *lab, uint16_t window, enum report_kind kind) {
    char keypad[NAME_SIZE];
    snprintf(keypad, sizeof keypad, "keypad-%u", window);
    lab_report(lab, kind, keypad, ROLE_KEYPAD, window, 0);
}

static void put_devices_online(struct lab *lab) {
    lab_online(lab, "dispenser-1", ROLE_DISPENSER, 0);
    for (uint16_t i = 1; i <= DAY_WINDOWS; i++) {
        put_keypad(lab, i, REPORT_ONLINE);
    }
}

/* --- people --------------------------------------------------------------------------------------------------- */

static enum reason check_in(struct day *day, const struct person *person) {
    struct command command = { .type = COMMAND_TICKET_CHECK_IN, .by = { BY_PAGE, "guide" } };
    command.code = person->code;
    command.has = COMMAND_HAS(ARG_CODE);
    return lab_send(day->lab, &command);
}

static enum reason take_for_several(struct day *day, const struct person *person) {
    struct command command = { .type = COMMAND_TICKET_ISSUE, .by = { BY_PAGE, "guide" } };
    command.for_count = ERRANDS;
    snprintf(command.service, sizeof command.service, "%s", person->service);
    return lab_send(day->lab, &command);
}

static enum reason take_ticket(struct day *day, const struct person *person) {
    switch (person->kind->way) {
    case BOOKED:
        return check_in(day, person);
    case PRINTED:
        return lab_print(day->lab, person->service);
    case AGENT:
        return take_for_several(day, person);
    case GREEN:
        return lab_issue_green(day->lab, person->service);
    }
    return REASON_NOT_ABLE;
}

/* In time: the slot; late, and without an appointment: now; green: half an hour ago. */
static int64_t turn_of(const struct person *person) {
    int64_t grace_ms = GRACE_MINUTES * MINUTE;
    if (person->kind->way == BOOKED && person->came_ms <= person->slot_ms + grace_ms) {
        return person->slot_ms;
    }
    return person->came_ms - (person->kind->way == GREEN ? GREEN_MINUTES * MINUTE : 0);
}

static void come(struct day *day, const struct act *act) {
    struct person *person = act->person;
    ck_assert_int_eq(take_ticket(day, person), REASON_NONE);
    ck_said(day->lab, "ticket.issued");
    const struct event issued = *lab_last(day->lab, EVENT_TICKET_ISSUED);
    ck_assert_int_eq(issued.turn_ms, turn_of(person));
    ck_assert_str_eq(issued.service, person->service);
    ck_assert_uint_eq(issued.for_count, person->kind->way == AGENT ? ERRANDS : 0);
    person->ticket = issued.ticket;
    if (person->kind->way == PRINTED) {
        lab_report(day->lab, REPORT_PRINTED, "dispenser-1", ROLE_DISPENSER, 0, issued.job);
        ck_said(day->lab, "ticket.printed");
    }
}

/* Who is refused, and comes back or goes home. */
static void try_to_come(struct day *day, const struct act *act) {
    ck_assert_int_eq(take_ticket(day, act->person), act->reason);
    ck_said(day->lab, "");
}

/* --- windows -------------------------------------------------------------------------------------------------- */

static void press_next(struct day *day, const struct act *act) {
    const struct call *call = act->call;
    enum reason reason = lab_key(day->lab, COMMAND_WINDOW_NEXT, call->window);
    if (call->person == NULL) {
        ck_assert_int_eq(reason, REASON_QUEUE_EMPTY);
        return;
    }
    ck_assert_int_eq(reason, REASON_NONE);
    ck_said(day->lab, "ticket.called");
    const struct event *called = lab_last(day->lab, EVENT_TICKET_CALLED);
    char found[TICKET_SIZE];
    char expected[TICKET_SIZE];
    ticket_no_format(called->ticket, found);
    ticket_no_format(call->person->ticket, expected);
    ck_assert_msg(ticket_no_equal(called->ticket, call->person->ticket),
                  "window %u at minute %d calls %s, the timetable says %s", call->window,
                  (int)((call->called_ms - day_ms(0)) / MINUTE), found, expected);
    ck_assert_int_eq(called->more.why.tier, call->tier);
}

static void press_start(struct day *day, const struct act *act) {
    ck_assert_int_eq(lab_key(day->lab, COMMAND_WINDOW_START, act->call->window), REASON_NONE);
    ck_said(day->lab, "ticket.serving");
}

static void keep_case(struct day *day, unsigned number) {
    day->cases[number] = lab_last(day->lab, EVENT_CASE_OPENED)->case_seq;
    day->case_count++;
}

static void finish(struct day *day, const struct call *call) {
    char said[128];
    bool is_unsolved = strcmp(call->person->service, "unsolved") == 0;
    snprintf(said, sizeof said, "ticket.done %s%s%s",
             is_asked(call) ? "rating.invited" : "rating.not_asked",
             is_unsolved ? " case.opened" : "",
             leaves_after(call) ? " staff.signed_out window.closed" : "");
    ck_assert_int_eq(lab_key(day->lab, COMMAND_WINDOW_DONE, call->window), REASON_NONE);
    ck_said(day->lab, said);
    const struct event *done = lab_last(day->lab, EVENT_TICKET_DONE);
    ck_assert_str_eq(done->staff, STAFF_IDS[staff_place_at(call->window, call->ended_ms)]);
    if (is_unsolved) {
        keep_case(day, BAD_COUNT + 1 + (day->cases[BAD_COUNT + 1] != 0));
    }
}

static void press_end(struct day *day, const struct act *act) {
    const struct call *call = act->call;
    if (call->fate == NO_SHOW) {
        ck_assert_int_eq(lab_key(day->lab, COMMAND_WINDOW_NO_SHOW, call->window), REASON_NONE);
        ck_said(day->lab, "ticket.no_show");
    } else if (call->fate == HELD) {
        ck_assert_int_eq(lab_key(day->lab, COMMAND_WINDOW_HOLD, call->window), REASON_NONE);
        ck_said(day->lab, "ticket.held");
    } else {
        finish(day, call);
    }
}

static void press_grade(struct day *day, const struct act *act) {
    const struct call *call = act->call;
    uint16_t session = lab_window(day->lab, call->window)->session;
    lab_rate(day->lab, call->window, session, call->grade);
    ck_said(day->lab, call->bad == 0 ? "rating.given" : "rating.given case.opened alert.raised");
    const struct event *given = lab_last(day->lab, EVENT_RATING_GIVEN);
    ck_assert(ticket_no_equal(given->ticket, call->person->ticket));
    ck_assert_str_eq(given->staff, STAFF_IDS[staff_place_at(call->window, call->ended_ms)]);
    ck_assert_uint_eq(given->suspicious, 0);
    if (call->bad != 0) {
        ck_assert_str_eq(lab_last(day->lab, EVENT_CASE_OPENED)->staff, BADS[call->bad - 1].staff);
        keep_case(day, call->bad);
    }
}

/* --- the rest of the timetable -------------------------------------------------------------------------------- */

static void set_ticket(const struct day *day, struct command *command) {
    command->has |= COMMAND_HAS(ARG_TICKET);
    if (command->type == COMMAND_TICKET_CANCEL) {
        command->ticket = lab_last(day->lab, EVENT_TICKET_ISSUED)->ticket;
        return;
    }
    for (unsigned i = 0; i < day->people_count; i++) {
        if (day->people[i].kind->letter == 'N') {
            command->ticket = day->people[i].ticket;
        }
    }
}

static struct command command_of(const struct day *day, const struct doing *doing) {
    struct command command = lab_command(doing->type, doing->window);
    int64_t until_ms = doing->until_s == 0 ? 0 : day_ms(doing->until_s);
    command.by = (struct by){ BY_PAGE, "wang" };
    if (doing->type == COMMAND_STAFF_SIGN_IN) {
        snprintf(command.staff, sizeof command.staff, "%s", doing->what);
    } else if (doing->type == COMMAND_WINDOW_PAUSE) {
        snprintf(command.reason, sizeof command.reason, "%s", doing->what);
    } else if (doing->type == COMMAND_WINDOW_ASSIGN) {
        command.services = (struct name_list){ .count = 2, .names = { "unsolved" } };
        snprintf(command.services.names[1], NAME_SIZE, "%s", doing->what);
        command.has |= COMMAND_HAS(ARG_OWN);
    } else {
        snprintf(command.service, sizeof command.service, "%s", doing->what);
    }
    if (doing->type == COMMAND_APPOINTMENT_BOOK) {
        command.slot_ms = until_ms;
    } else {
        command.until_ms = until_ms;
    }
    if (doing->type == COMMAND_TICKET_CANCEL || doing->type == COMMAND_TICKET_REQUEUE) {
        set_ticket(day, &command);
    }
    return command;
}

static void do_doing(struct day *day, const struct act *act) {
    const struct doing *doing = act->doing;
    if (doing->type == COMMAND_NONE) {
        bool is_online = strcmp(doing->what, "online") == 0;
        put_keypad(day->lab, doing->window, is_online ? REPORT_ONLINE : REPORT_OFFLINE);
    } else {
        struct command command = command_of(day, doing);
        ck_assert_int_eq(lab_send(day->lab, &command), doing->reason);
    }
    ck_said(day->lab, doing->said);
}

/* --- the agenda ----------------------------------------------------------------------------------------------- */

static struct act *add_act(struct agenda *agenda, int64_t time_ms,
                           void (*do_it)(struct day *day, const struct act *act)) {
    ck_assert_uint_lt(agenda->count, ACTS_MAX);
    struct act *act = &agenda->acts[agenda->count];
    *act = (struct act){ .time_ms = time_ms, .order = agenda->count, .do_it = do_it };
    agenda->count++;
    return act;
}

/* At its slot a stopped service, or three minutes before it a closed hall, takes nobody; who was absent comes too late. */
static void plan_person(struct agenda *agenda, struct person *person) {
    char letter = person->kind->letter;
    int64_t early_ms = person->slot_ms - EARLY_MS;
    bool opens = person->slot_ms == day_ms(CLOCK(9, 0)) || person->slot_ms == day_ms(CLOCK(14, 0));
    enum reason reason = letter == 'p' || letter == 'q' ? REASON_SERVICE_STOPPED
                         : letter == 'a' && opens       ? REASON_HALL_CLOSED
                                                        : REASON_NONE;
    if (reason != REASON_NONE) {
        struct act *act = add_act(agenda, early_ms, try_to_come);
        act->person = person;
        act->reason = reason;
    }
    if (person->kind->fate == ABSENT) {
        int64_t over_ms = person->slot_ms + MISSED_AFTER_MINUTES * MINUTE;
        struct act *act = add_act(agenda, over_ms, try_to_come);
        act->person = person;
        act->reason = REASON_SLOT_OVER;
    } else {
        add_act(agenda, person->came_ms, come)->person = person;
    }
}

static void plan_call(struct agenda *agenda, struct call *call) {
    add_act(agenda, call->called_ms, press_next)->call = call;
    if (call->person == NULL) {
        return;
    }
    if (call->fate != NO_SHOW) {
        add_act(agenda, call->called_ms + START_AFTER_MS, press_start)->call = call;
    }
    if (call->fate != LEFT) {
        add_act(agenda, call->ended_ms, press_end)->call = call;
    }
    if (is_asked(call) && call->grade != 0) {
        add_act(agenda, call->ended_ms + PRESS_AFTER_MS, press_grade)->call = call;
    }
}

static void plan_acts(struct day *day, struct agenda *agenda) {
    for (unsigned i = 0; i < day->people_count; i++) {
        plan_person(agenda, &day->people[i]);
    }
    for (unsigned i = 0; i < DOING_COUNT; i++) {
        add_act(agenda, day_ms(DOINGS[i].time_s), do_doing)->doing = &DOINGS[i];
    }
    for (unsigned i = 0; i < day->call_count; i++) {
        plan_call(agenda, &day->calls[i]);
    }
    qsort(agenda->acts, agenda->count, sizeof agenda->acts[0], by_time);
}

static int by_time(const void *a, const void *b) {
    const struct act *one = a;
    const struct act *other = b;
    if (one->time_ms != other->time_ms) {
        return one->time_ms < other->time_ms ? -1 : 1;
    }
    return one->order < other->order ? -1 : 1;
}
