#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct event_source SOURCE = { "test-hall", 0x9f3c21aa, 480 };
static const uint32_t MONDAY = 20261123;

static void set_services(struct rules *rules);
static void set_windows(struct rules *rules);
static void set_staff(struct rules *rules);
static void keep(struct lab *lab, const struct event *event);

int64_t lab_time(int hour, int minute) {
    return (int64_t)date_to_days(MONDAY) * 24 * HOUR + (int64_t)(hour - 8) * HOUR +
           (int64_t)minute * MINUTE;
}

static struct hall *hall_new(const struct hall_limits *limits) {
    void *memory = malloc(hall_size(limits));
    ck_assert_ptr_nonnull(memory);
    return hall_create(memory, limits);
}

struct lab *lab_new(void) {
    struct lab *lab = calloc(1, sizeof *lab);
    ck_assert_ptr_nonnull(lab);
    lab->limits = (struct hall_limits){ 300, 8, 8, 8, 16 };
    lab->last = calloc(EVENT_TYPES, sizeof *lab->last);
    lab->snapshot = calloc(1, sizeof *lab->snapshot);
    lab->snapshot->waiting = lab->waiting;
    lab->snapshot->waiting_capacity = sizeof lab->waiting / sizeof lab->waiting[0];
    rules_defaults(&lab->rules);
    lab->rules.calendar.is_always = false;
    lab->rules.calendar.named = 0x1F;
    for (unsigned day = 0; day < 5; day++) {
        lab->rules.calendar.week[day] =
            (struct day_spans){ 2, { { 9 * 60, 12 * 60 }, { 14 * 60, 18 * 60 } } };
    }
    lab->rules.pause_reasons = 1U << 1 | 1U << 2;
    set_services(&lab->rules);
    set_windows(&lab->rules);
    set_staff(&lab->rules);
    for (unsigned code = 0; code < CHECK_IN_CODES; code++) {
        lab->code_hashes[code] = lab_code_hash(code);
    }
    lab->now_ms = lab_time(9, 0);
    return lab;
}

static void set_service(struct rules *rules, unsigned index, const char *id, const char *prefix) {
    struct service_rule *service = &rules->services[index];
    snprintf(service->id, sizeof service->id, "%s", id);
    snprintf(service->prefix, sizeof service->prefix, "%s", prefix);
    service->first = 1;
    service->last = 999;
    rules->service_count++;
}

static void set_services(struct rules *rules) {
    set_service(rules, 1, "social", "A");
    set_service(rules, 2, "tax", "B");
    set_service(rules, 4, "unsolved", "Z");
    set_service(rules, 5, "permit", "P");
    rules->services[4].opens_case = true;
    rules->services[5].needs_precheck = true;
}

static void set_window(struct rules *rules, uint16_t id, uint64_t own, uint64_t helps) {
    struct window_rule *window = &rules->windows[rules->window_count++];
    window->id = id;
    window->own = own;
    window->helps = helps;
    window->help_after_minutes = 10;
}

static void set_windows(struct rules *rules) {
    set_window(rules, 1, 1U << 1, 0);
    set_window(rules, 2, 1U << 1, 1U << 2);
    set_window(rules, 3, 1U << 2, 0);
    set_window(rules, 4, SERVICES_ALL, 0);
    set_window(rules, 5, 1U << 4, 0);
    rules->windows[3].staff_count = 2;
    rules->windows[3].staff[0] = 107;
    rules->windows[3].staff[1] = 108;
}

static void set_staff(struct rules *rules) {
    static const struct staff_rule STAFF[] = {
        { 107, "0107" }, { 108, "0108" }, { 109, "0109" }, { 110, "0110" }
    };
    memcpy(rules->staff, STAFF, sizeof STAFF);
    rules->staff_count = sizeof STAFF / sizeof STAFF[0];
}

void lab_reload(struct lab *lab) {
    struct input input = { .kind = INPUT_CONFIG, .now_ms = lab->now_ms };
    input.config.rules = &lab->rules;
    input.config.hash = "00ff";
    lab_take(lab, &input);
}

static struct day_times times_of(int64_t begins_ms) {
    return (struct day_times){ .hall = { 2,
                                         { { begins_ms + 5 * HOUR, begins_ms + 8 * HOUR },
                                           { begins_ms + 10 * HOUR, begins_ms + 14 * HOUR } } } };
}

static void begin_day(struct lab *lab, uint32_t day, int64_t begins_ms) {
    struct day_times times = times_of(begins_ms);
    struct input input = { .kind = INPUT_DAY, .now_ms = lab->now_ms };
    input.day.day = day;
    input.day.begins_ms = begins_ms;
    input.day.ends_ms = begins_ms + 24 * HOUR;
    input.day.times = &times;
    input.day.previous_hash = "";
    lab_take(lab, &input);
}

void lab_begin(struct lab *lab) {
    lab->hall = hall_new(&lab->limits);
    lab_reload(lab);
    begin_day(lab, MONDAY, lab_time(4, 0));
    lab_tick(lab, lab->now_ms);
}

struct lab *lab_open(void) {
    struct lab *lab = lab_new();
    lab_begin(lab);
    return lab;
}

void lab_next_day(struct lab *lab) {
    uint32_t day = date_of_days(date_to_days(hall_day(lab->hall)) + 1);
    int64_t begins_ms = hall_day_ends_ms(lab->hall);
    lab->now_ms = begins_ms > lab->now_ms ? begins_ms : lab->now_ms;
    begin_day(lab, day, begins_ms);
}

/* --- inputs --------------------------------------------------------------------------------------------------- */

/* A ticket is the one that its estimate was made for. */
static void ck_foreseen(const struct lab *lab, bool is_foreseen, const struct foreseen *ticket) {
    for (unsigned i = 0; i < lab->decision.count; i++) {
        const struct event *event = &lab->decision.events[i];
        if (event->type != EVENT_TICKET_ISSUED) {
            continue;
        }
        ck_assert_msg(is_foreseen, "a ticket that hall_foresee did not know of");
        ck_assert_str_eq(event->service, hall_rules(lab->hall)->services[ticket->service].id);
        ck_assert_int_eq(event->class, ticket->class);
        ck_assert_int_eq(event->turn_ms, ticket->turn_ms);
    }
}

enum reason lab_step(struct lab *lab, const struct input *input) {
    uint64_t digest = hall_digest(lab->hall);
    struct foreseen ticket;
    bool is_foreseen = hall_foresee(lab->hall, input, &ticket);
    memset(&lab->decision, 0xA5, sizeof lab->decision);
    hall_decide(lab->hall, input, &lab->decision);
    ck_assert_msg(hall_digest(lab->hall) == digest, "hall_decide changed the live day");
    ck_assert_uint_le(lab->decision.count, EVENTS_PER_INPUT);
    ck_foreseen(lab, is_foreseen, &ticket);
    for (unsigned i = 0; i < lab->decision.count; i++) {
        hall_apply(lab->hall, &lab->decision.events[i]);
        keep(lab, &lab->decision.events[i]);
    }
    return lab->decision.reason;
}

enum reason lab_take(struct lab *lab, const struct input *input) {
    enum reason reason;
    lab->said[0] = 0;
    do {
        reason = lab_step(lab, input);
    } while (lab->decision.again);
    return reason;
}

/* A ticket that goes on to its next service has been done just before. */
static int tickets_more(const struct event *event) {
    bool goes_on =
        event->type == EVENT_TICKET_TRANSFERRED && strcmp(event->reason, "next_service") == 0;
    bool ends = event->type == EVENT_TICKET_DONE || event->type == EVENT_TICKET_CANCELLED ||
                event->type == EVENT_TICKET_EXPIRED;
    return event->type == EVENT_TICKET_ISSUED || goes_on ? 1 : ends ? -1 : 0;
}

static void keep(struct lab *lab, const struct event *event) {
    static char bytes[EVENT_JSON_MAX];
    size_t said = strlen(lab->said);
    int length = event_write(event, &SOURCE, bytes, sizeof bytes);
    ck_assert_int_gt(length, 0);
    ck_assert_uint_lt(lab->count, LAB_EVENTS);
    lab->journal[lab->count] = malloc((size_t)length + 1);
    memcpy(lab->journal[lab->count++], bytes, (size_t)length + 1);
    lab->last[event->type] = *event;
    lab->open_tickets += (unsigned)tickets_more(event);
    snprintf(lab->said + said, sizeof lab->said - said, "%s%s", said == 0 ? "" : " ",
             event_type_name(event->type));
}

uint64_t lab_code_hash(unsigned code) {
    return (code + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* The day of a slot: each has the hours of that Monday. */
static bool find_slot_day(int64_t slot_ms, struct hall_day *day, struct day_times *times) {
    int64_t ahead = (slot_ms - lab_time(4, 0)) / (24 * HOUR);
    if (slot_ms < lab_time(4, 0)) {
        return false;
    }
    int64_t begins_ms = lab_time(4, 0) + ahead * 24 * HOUR;
    *times = times_of(begins_ms);
    *day = (struct hall_day){ date_of_days(date_to_days(MONDAY) + (int32_t)ahead), begins_ms,
                              begins_ms + 24 * HOUR, times };
    return true;
}

enum reason lab_send(struct lab *lab, const struct command *command) {
    struct input input = { .kind = INPUT_COMMAND, .now_ms = lab->now_ms };
    struct hall_day day;
    struct day_times times;
    input.command.command = command;
    input.command.chance = lab->chance++ * 2654435761U;
    input.command.code_hashes = lab->code_hashes;
    input.command.slot_day = find_slot_day(command->slot_ms, &day, &times) ? &day : NULL;
    return lab_take(lab, &input);
}

void lab_tick(struct lab *lab, int64_t now_ms) {
    struct input input = { .kind = INPUT_TICK, .now_ms = now_ms };
    lab->now_ms = now_ms;
    lab_take(lab, &input);
    ck_assert_msg(hall_next_tick_ms(lab->hall) > now_ms, "a tick is still due after ticking");
}

void lab_pass(struct lab *lab, int64_t ms) {
    int64_t end_ms = lab->now_ms + ms;
    while (hall_next_tick_ms(lab->hall) <= end_ms) {
        int64_t due_ms = hall_next_tick_ms(lab->hall);
        lab_tick(lab, due_ms > lab->now_ms ? due_ms : lab->now_ms);
    }
    lab->now_ms = end_ms;
}

void lab_sleep(struct lab *lab, int64_t ms) {
    lab->now_ms += ms;
}

void lab_report(struct lab *lab, enum report_kind kind, const char *device, enum role role,
                uint16_t window, uint16_t job) {
    struct device_report report = { .kind = kind, .role = role, .part = role, .job = job };
    struct input input = { .kind = INPUT_REPORT, .now_ms = lab->now_ms, .window = window };
    snprintf(report.device, sizeof report.device, "%s", device);
    snprintf(report.bus, sizeof report.bus, "floor");
    report.serial = 7;
    report.boots = 1;
    input.report = &report;
    lab_take(lab, &input);
}

void lab_online(struct lab *lab, const char *device, enum role role, uint16_t window) {
    lab_report(lab, REPORT_ONLINE, device, role, window, 0);
}

/* --- commands ------------------------------------------------------------------------------------------------- */

struct command lab_command(enum command_type type, uint16_t window) {
    struct command command = { .type = type, .window = window };
    command.by.kind = BY_KEY;
    snprintf(command.by.id, sizeof command.by.id, "terminal-%u", window);
    command.has = window == 0 ? 0 : COMMAND_HAS(ARG_WINDOW);
    return command;
}

enum reason lab_key(struct lab *lab, enum command_type type, uint16_t window) {
    struct command command = lab_command(type, window);
    if (type == COMMAND_WINDOW_PAUSE) {
        snprintf(command.reason, sizeof command.reason, "1");
    }
    return lab_send(lab, &command);
}

static struct command issue_command(const char *service) {
    struct command command = { .type = COMMAND_TICKET_ISSUE };
    command.by = (struct by){ BY_MQTT, "office" };
    command.class = CLASS_NORMAL;
    snprintf(command.service, sizeof command.service, "%s", service);
    return command;
}

enum reason lab_issue(struct lab *lab, const char *service) {
    struct command command = issue_command(service);
    return lab_send(lab, &command);
}

enum reason lab_issue_green(struct lab *lab, const char *service) {
    struct command command = issue_command(service);
    command.class = CLASS_GREEN;
    command.ground = GROUND_ELDERLY;
    return lab_send(lab, &command);
}

enum reason lab_print(struct lab *lab, const char *service) {
    struct command command = issue_command(service);
    command.by = (struct by){ BY_KEY, "dispenser-1" };
    command.channel = CHANNEL_DISPENSER;
    snprintf(command.print, sizeof command.print, "dispenser-1");
    return lab_send(lab, &command);
}

enum reason lab_sign_in(struct lab *lab, uint16_t window, const char *staff) {
    struct command command = lab_command(COMMAND_STAFF_SIGN_IN, window);
    snprintf(command.staff, sizeof command.staff, "%s", staff);
    return lab_send(lab, &command);
}

struct ticket_no lab_no(const char *text) {
    struct ticket_no no = { "", 0 };
    ck_assert_int_eq(ticket_no_parse(text, &no), HALL_OK);
    return no;
}

enum reason lab_call(struct lab *lab, uint16_t window, const char *ticket) {
    struct command command = lab_command(COMMAND_WINDOW_CALL, window);
    command.ticket = lab_no(ticket);
    command.has |= COMMAND_HAS(ARG_TICKET);
    return lab_send(lab, &command);
}

enum reason lab_rate(struct lab *lab, uint16_t window, uint16_t session, uint8_t grade) {
    struct command command = lab_command(COMMAND_RATING_GIVE, window);
    snprintf(command.by.id, sizeof command.by.id, "keypad-%u", window);
    command.session = session;
    command.grade = grade;
    command.rating_channel = RATING_KEYPAD;
    command.has |= COMMAND_HAS(ARG_SESSION) | COMMAND_HAS(ARG_GRADE);
    return lab_send(lab, &command);
}

enum reason lab_ticket(struct lab *lab, enum command_type type, const char *ticket) {
    struct command command = { .type = type, .has = COMMAND_HAS(ARG_TICKET) };
    command.by = (struct by){ BY_PAGE, "manager" };
    command.ticket = lab_no(ticket);
    return lab_send(lab, &command);
}

/* --- looking -------------------------------------------------------------------------------------------------- */

const struct event *lab_last(const struct lab *lab, enum event_type type) {
    ck_assert_msg(lab->last[type].seq != 0, "no %s yet", event_type_name(type));
    return &lab->last[type];
}

const struct window_now *lab_window(struct lab *lab, uint16_t id) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    for (unsigned i = 0; i < lab->snapshot->window_count; i++) {
        if (lab->snapshot->windows[i].id == id) {
            return &lab->snapshot->windows[i];
        }
    }
    ck_abort_msg("no window %u", id);
    return NULL;
}

const struct service_now *lab_service(struct lab *lab, const char *id) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    for (unsigned i = 0; i < lab->snapshot->service_count; i++) {
        if (strcmp(lab->snapshot->services[i].id, id) == 0) {
            return &lab->snapshot->services[i];
        }
    }
    ck_abort_msg("no service %s", id);
    return NULL;
}

const char *lab_at(struct lab *lab, uint16_t window) {
    static char text[TICKET_SIZE];
    ticket_no_format(lab_window(lab, window)->ticket, text);
    return text;
}

bool lab_has_alert(struct lab *lab, const char *kind, const char *subject) {
    hall_snapshot(lab->hall, lab->now_ms, lab->snapshot);
    for (unsigned i = 0; i < lab->snapshot->alert_count; i++) {
        const struct alert_now *alert = &lab->snapshot->alerts[i];
        if (strcmp(alert->kind, kind) == 0 && strcmp(alert->subject, subject) == 0) {
            return true;
        }
    }
    return false;
}

/* --- replay --------------------------------------------------------------------------------------------------- */

enum { CARRIED_MAX = 2560 }; /* a full ledger, and the rest */

struct carried {
    unsigned count;
    struct carry_row rows[CARRIED_MAX];
};

static void take_row(void *context, const struct carry_row *row) {
    struct carried *carried = context;
    ck_assert_uint_lt(carried->count, CARRIED_MAX);
    carried->rows[carried->count++] = *row;
}

/* Replays from..count; where a day begins, writes down the carry-over and how far it had come. */
static void replay(struct lab *lab, struct hall *hall, unsigned from, struct carried *carried,
                   unsigned *day_at) {
    struct rules *rules = malloc(sizeof *rules);
    struct event *event = malloc(sizeof *event);
    for (unsigned i = from; i < lab->count; i++) {
        char fault[WHAT_SIZE] = "";
        const char *bytes = lab->journal[i];
        ck_assert_msg(event_read(bytes, strlen(bytes), event, NULL, rules, fault) == HALL_OK,
                      "%s: %s", fault, bytes);
        hall_apply(hall, event);
        if (event->type == EVENT_HALL_DAY_BEGAN && carried != NULL) {
            carried->count = 0;
            hall_carry(hall, take_row, carried);
            *day_at = i;
        }
    }
    free(event);
    free(rules);
}

/* A hall restored from the carry-over and the day's events, the rules being those in force when the day began. */
static void replay_carried(struct lab *lab, const struct carried *carried, unsigned day_at) {
    struct hall *hall = hall_new(&lab->limits);
    struct rules *rules = malloc(sizeof *rules);
    struct event *event = malloc(sizeof *event);
    for (unsigned i = 0; i < day_at; i++) {
        ck_assert_int_eq(
            event_read(lab->journal[i], strlen(lab->journal[i]), event, NULL, rules, NULL),
            HALL_OK);
        if (event->type == EVENT_CONFIG_LOADED) {
            hall_set_seq(hall, event->seq - 1);
            hall_apply(hall, event);
        }
    }
    for (unsigned i = 0; i < carried->count; i++) {
        hall_restore(hall, &carried->rows[i]);
    }
    hall_set_seq(hall, day_at);
    replay(lab, hall, day_at, NULL, NULL);
    ck_assert_msg(hall_digest(hall) == hall_digest(lab->hall),
                  "the day from its carry-over differs from the day that was lived");
    free(event);
    free(rules);
    free(hall);
}

void lab_restart(struct lab *lab) {
    struct input started = { .kind = INPUT_STARTED, .now_ms = lab->now_ms };
    struct hall *hall = hall_new(&lab->limits);
    replay(lab, hall, 0, NULL, NULL);
    free(lab->hall);
    lab->hall = hall;
    lab_take(lab, &started);
    ck_said(lab, "hall.started");
}

void lab_close(struct lab *lab) {
    struct carried *carried = calloc(1, sizeof *carried);
    struct hall *hall = hall_new(&lab->limits);
    unsigned day_at = 0;
    replay(lab, hall, 0, carried, &day_at);
    ck_assert_msg(hall_digest(hall) == hall_digest(lab->hall),
                  "the replayed day differs from the day that was lived");
    ck_assert_int_eq(hall_next_tick_ms(hall), hall_next_tick_ms(lab->hall));
    replay_carried(lab, carried, day_at);
    for (unsigned i = 0; i < lab->count; i++) {
        free(lab->journal[i]);
    }
    free(carried);
    free(hall);
    free(lab->hall);
    free(lab->last);
    free(lab->snapshot);
    free(lab);
}
