/* The crowd: who comes when, what is to be seen, and the tally. */
#include "devices/sim/people.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/sim/crowd.h"
#include "devices/sim/paper.h"
#include "protocol/gbk.h"

enum {
    OPENING_MIN = 8 * 60 + 30,
    HALF_HOURS = 18, /* to 17:30; the night between is left out */
    HALF_HOUR_MIN = 30,
    AT_THE_DOOR = 15, /* one in so many of an hour's citizens is there before the opening */
    HOUR_MS = 3600 * 1000,
    MILLION = 1000000,
    STREAM_DOOR = 1,
    STREAM_STAFF = 1000
};

/* Share of the busiest half hour's arrivals, in percent: the two humps of a working day. */
static const uint8_t CURVE[HALF_HOURS] = { 60, 85, 100, 100, 90, 70, 45, 30, 25,
                                           30, 55, 85,  95,  90, 80, 60, 40, 20 };

static void find_devices(struct sim_people *people);
static void place_staff(struct sim_people *people);
static void saw_paper(struct sim_people *people, const struct sim_sight *sight);
static struct dispenser_view *dispenser_of(struct sim_people *people, unsigned device);
static void saw_board(struct sim_people *people, const struct sim_sight *sight);
static struct window_view *view_of(struct sim_people *people, unsigned device, enum role part);
static void saw_terminal(struct sim_people *people, const struct sim_sight *sight);
static void saw_answer(struct sim_people *people, const struct sim_sight *sight);
static void saw_keypad(struct sim_people *people, const struct sim_sight *sight);
static void saw_spoken(struct sim_people *people, const struct sim_sight *sight);
static void saw_reboot(struct sim_people *people, unsigned device);
static bool has_room(const struct sim_people *people);
static void let_in(struct sim_people *people, int64_t now_us);
static uint32_t curve_at(const struct sim_people *people, int64_t now_us);
static void move_up(struct sim_people *people, unsigned place, int64_t now_us);

int64_t crowd_span(const struct sim_people *people, int64_t human_ms) {
    return human_ms * 1000 / people->options.speed;
}

int64_t crowd_draw(const struct sim_people *people, struct sim_rng *rng, int64_t low_ms,
                   int64_t high_ms) {
    return crowd_span(people, sim_rng_between(rng, low_ms, high_ms));
}

struct json_writer *crowd_line(struct sim_people *people, const char *kind, uint32_t number,
                               int64_t now_us) {
    char who[WORD_SIZE];
    snprintf(who, sizeof(who), "%s %u", kind, (unsigned)number);
    struct json_writer *writer = sim_record_begin(people->world.record, now_us);
    json_write_text(writer, "who", who);
    return writer;
}

struct citizen *crowd_at_window(struct sim_people *people, unsigned window, const char *ticket) {
    for (unsigned i = 0; i < CITIZENS_MAX; i++) {
        struct citizen *citizen = &people->citizens[i];
        if (citizen->state == CITIZEN_WINDOW && citizen->window == window && ticket[0] != '\0' &&
            crowd_same_ticket(ticket, citizen->ticket))
            return citizen;
    }
    return NULL;
}

bool crowd_same_ticket(const char *shown, const char *ticket) {
    size_t length = strlen(ticket);
    bool is_number = shown[0] == SHOWN_NUMBER && length > DIGITS;
    return is_number ? strcmp(shown + 1, ticket + length - DIGITS) == 0
                     : strcmp(shown, ticket) == 0;
}

struct sim_people *sim_people_open(const struct sim_hall_config *hall,
                                   const struct sim_people_options *options,
                                   const struct sim_world *world) {
    assert(options->speed > 0 && hall->window_count <= WINDOWS_MAX);
    struct sim_people *people = calloc(1, sizeof(*people));
    if (people == NULL)
        return NULL;
    people->hall = hall;
    people->options = *options;
    people->world = *world;
    people->arrival_us = options->began_us;
    sim_rng_init(&people->door, options->seed, STREAM_DOOR);
    find_devices(people);
    place_staff(people);
    return people;
}

void sim_people_close(struct sim_people *people) {
    free(people);
}

void sim_people_saw(struct sim_people *people, const struct sim_sight *sight) {
    struct dispenser_view *dispenser;
    switch (sight->kind) {
    case SIGHT_PAPER:
        saw_paper(people, sight);
        break;
    case SIGHT_LIT:
        dispenser = dispenser_of(people, sight->device);
        if (dispenser != NULL)
            dispenser->lit = (uint32_t)sight->value[1] << 16 | sight->value[0];
        break;
    case SIGHT_BOARD:
        saw_board(people, sight);
        break;
    case SIGHT_TERMINAL:
        saw_terminal(people, sight);
        break;
    case SIGHT_ANSWER:
        saw_answer(people, sight);
        break;
    case SIGHT_KEYPAD:
        saw_keypad(people, sight);
        break;
    case SIGHT_REBOOT:
        saw_reboot(people, sight->device);
        break;
    case SIGHT_SPOKEN:
        saw_spoken(people, sight);
        break;
    case SIGHT_NO_PAPER:
    case SIGHT_IDENTIFY:
    case SIGHT_BEEP:
    case SIGHT_NONE:
        break;
    }
}

void sim_people_step(struct sim_people *people, int64_t now_us) {
    let_in(people, now_us);
    for (unsigned i = 0; i < people->dispenser_count; i++)
        move_up(people, i, now_us);
    for (unsigned i = 0; i < CITIZENS_MAX; i++)
        if (people->citizens[i].state != CITIZEN_NONE)
            citizen_step(people, &people->citizens[i], now_us);
    for (unsigned i = 0; i < people->hall->window_count; i++)
        staff_step(people, i, now_us);
}

void sim_people_tally(const struct sim_people *people, struct json_writer *writer) {
    const struct crowd_counts *counts = &people->counts;
    json_write_int(writer, "arrived", (int64_t)counts->arrived);
    json_write_int(writer, "turned_away", (int64_t)counts->turned_away);
    json_write_int(writer, "tickets", (int64_t)counts->tickets);
    json_write_int(writer, "slips", (int64_t)counts->slips);
    json_write_int(writer, "without_paper", (int64_t)counts->without_paper);
    json_write_int(writer, "calls_seen", (int64_t)counts->calls_seen);
    json_write_int(writer, "calls_heard", (int64_t)counts->calls_heard);
    json_write_int(writer, "walked_away", (int64_t)counts->walked_away);
    json_write_int(writer, "returned", (int64_t)counts->returned);
    json_write_int(writer, "served", (int64_t)counts->served);
    json_write_int(writer, "ratings", (int64_t)counts->ratings);
    json_write_int(writer, "bad_ratings", (int64_t)counts->bad_ratings);
    json_write_int(writer, "rated_twice", (int64_t)counts->rated_twice);
    json_write_int(writer, "reasons", (int64_t)counts->reasons);
    json_write_int(writer, "unasked", (int64_t)counts->unasked);
    json_write_int(writer, "staff_presses", (int64_t)counts->presses);
    json_begin_array(writer, "key_answers"); /* by the answer's number, from 1 */
    for (unsigned i = 1; i <= 11; i++)
        json_write_int(writer, NULL, (int64_t)counts->answers[i]);
    json_end_array(writer);
}

static void find_devices(struct sim_people *people) {
    const struct sim_hall_config *hall = people->hall;
    for (unsigned i = 0; i < hall->bus_count; i++)
        for (unsigned place = 0; place < hall->buses[i].device_count; place++) {
            const struct sim_device_config *device = &hall->buses[i].devices[place];
            unsigned number = i * SIM_BUS_DEVICES + place;
            if (device->role == ROLE_DISPENSER && people->dispenser_count < DISPENSERS_MAX) {
                people->dispensers[people->dispenser_count].device = number;
                people->dispensers[people->dispenser_count++].keys = device->keys;
            }
            if (device->role == ROLE_BOARD && device->window == 0 &&
                people->board_count < BOARDS_MAX)
                people->boards[people->board_count++].device = number;
        }
}

static void place_staff(struct sim_people *people) {
    struct sim_hall seen = { .config = people->hall };
    for (unsigned i = 0; i < people->hall->window_count; i++) {
        const struct sim_window_config *window = &people->hall->windows[i];
        struct window_view *view = &people->windows[i];
        view->terminal = sim_hall_at_window(&seen, window->id, ROLE_TERMINAL);
        view->keypad = sim_hall_at_window(&seen, window->id, ROLE_KEYPAD);
        view->board = sim_hall_at_window(&seen, window->id, ROLE_BOARD);
        /* Staff go by the number and the answer, which another maker's terminal may not show. */
        bool is_foreign = view->terminal != SIM_NO_DEVICE &&
                          sim_hall_device(&seen, view->terminal)->make != MAKE_REFERENCE;
        view->terminal = is_foreign ? (unsigned)SIM_NO_DEVICE : view->terminal;
        struct staff *staff = &people->staff[i];
        staff->number = window->staff;
        sim_rng_init(&staff->rng, people->options.seed, STREAM_STAFF + window->id);
        staff->act_us = people->options.began_us + crowd_draw(people, &staff->rng, 2000, 20000);
    }
}

static void saw_paper(struct sim_people *people, const struct sim_sight *sight) {
    struct dispenser_view *view = dispenser_of(people, sight->device);
    char text[SIM_TEXT_MAX * 2 + 1];
    if (view == NULL || view->tray_count == TRAY_MAX)
        return;
    gbk_decode(sight->text, sight->text_length, text, sizeof(text));
    struct ticket_no ticket = sim_paper_ticket(text);
    char *into = view->tray[view->tray_count].ticket;
    into[0] = '\0';
    if (ticket.prefix[0] != '\0')
        ticket_no_format(ticket, into);
    view->tray[view->tray_count++].code = sim_paper_code(text);
}

static struct dispenser_view *dispenser_of(struct sim_people *people, unsigned device) {
    for (unsigned i = 0; i < people->dispenser_count; i++)
        if (people->dispensers[i].device == device)
            return &people->dispensers[i];
    return NULL;
}

static void saw_board(struct sim_people *people, const struct sim_sight *sight) {
    struct window_view *view = view_of(people, sight->device, ROLE_BOARD);
    if (view != NULL)
        gbk_decode(sight->text, sight->text_length, view->text, sizeof(view->text));
    for (unsigned i = 0; i < people->board_count; i++)
        if (people->boards[i].device == sight->device)
            gbk_decode(sight->text, sight->text_length, people->boards[i].text,
                       sizeof(people->boards[i].text));
}

static struct window_view *view_of(struct sim_people *people, unsigned device, enum role part) {
    for (unsigned i = 0; i < people->hall->window_count; i++) {
        struct window_view *view = &people->windows[i];
        if ((part == ROLE_TERMINAL && view->terminal == device) ||
            (part == ROLE_KEYPAD && view->keypad == device) ||
            (part == ROLE_BOARD && view->board == device))
            return view;
    }
    return NULL;
}

static void saw_terminal(struct sim_people *people, const struct sim_sight *sight) {
    struct window_view *view = view_of(people, sight->device, ROLE_TERMINAL);
    if (view == NULL)
        return;
    struct ticket_no ticket = sim_record_ticket(sight->value[0], sight->value[1]);
    view->ticket[0] = '\0';
    if (ticket.prefix[0] != '\0')
        ticket_no_format(ticket, view->ticket);
    else if (ticket.number != 0)
        snprintf(view->ticket, sizeof(view->ticket), "%c%03u", SHOWN_NUMBER, ticket.number % 1000u);
    view->waiting = sight->value[2];
    view->lamp = sight->value[3];
}

static void saw_answer(struct sim_people *people, const struct sim_sight *sight) {
    struct window_view *view = view_of(people, sight->device, ROLE_TERMINAL);
    if (view == NULL)
        return;
    view->answered = sight->value[0];
    view->answer = sight->value[1];
    people->counts.answers[view->answer % 16]++;
}

static void saw_keypad(struct sim_people *people, const struct sim_sight *sight) {
    struct window_view *view = view_of(people, sight->device, ROLE_KEYPAD);
    if (view == NULL)
        return;
    view->keypad_state = sight->value[0];
    view->session = sight->value[1];
}

static void saw_spoken(struct sim_people *people, const struct sim_sight *sight) {
    char text[SIM_TEXT_MAX * 2 + 1];
    gbk_decode(sight->text, sight->text_length, text, sizeof(text));
    for (unsigned i = 0; i < CITIZENS_MAX; i++)
        citizen_hear(people, &people->citizens[i], text);
}

/* Everything the device showed has gone dark. */
static void saw_reboot(struct sim_people *people, unsigned device) {
    struct window_view *terminal = view_of(people, device, ROLE_TERMINAL);
    struct window_view *keypad = view_of(people, device, ROLE_KEYPAD);
    struct window_view *board = view_of(people, device, ROLE_BOARD);
    struct dispenser_view *dispenser = dispenser_of(people, device);
    if (terminal != NULL) {
        terminal->ticket[0] = '\0';
        terminal->waiting = terminal->lamp = terminal->answered = terminal->answer = 0;
    }
    if (keypad != NULL)
        keypad->keypad_state = keypad->session = 0;
    if (board != NULL)
        board->text[0] = '\0';
    if (dispenser != NULL)
        dispenser->lit = 0;
}

/* No more than were asked for. */
static bool has_room(const struct sim_people *people) {
    uint32_t most = people->options.citizens_most;
    return most == 0 || people->counts.arrived < most;
}

/* Arrivals are drawn at the busiest rate and thinned by the curve. */
static void let_in(struct sim_people *people, int64_t now_us) {
    if (people->options.per_hour == 0 || people->dispenser_count == 0)
        return;
    /* Some always stand at the door before it opens. */
    while (people->counts.arrived < people->options.per_hour / AT_THE_DOOR && has_room(people))
        citizen_arrive(people, now_us);
    while (people->arrival_us <= now_us) {
        int64_t mean_us = crowd_span(people, HOUR_MS) / people->options.per_hour;
        people->arrival_us += sim_rng_spread(&people->door, mean_us) + 1;
        bool comes = sim_rng_chance(&people->door, curve_at(people, now_us) * (MILLION / 100));
        if (comes && has_room(people))
            citizen_arrive(people, now_us);
    }
}

/* Percent of the busiest half hour's arrivals at this moment of the people's day. */
static uint32_t curve_at(const struct sim_people *people, int64_t now_us) {
    int64_t passed_min =
        (now_us - people->options.began_us) * people->options.speed / SECOND_US / 60;
    int64_t open_min = (int64_t)HALF_HOURS * HALF_HOUR_MIN;
    int64_t minute = (passed_min + people->options.start_min - OPENING_MIN) % open_min;
    if (minute < 0)
        minute += open_min;
    return CURVE[minute / HALF_HOUR_MIN];
}

/* The next in line steps before the dispenser. */
static void move_up(struct sim_people *people, unsigned place, int64_t now_us) {
    struct dispenser_view *view = &people->dispensers[place];
    struct citizen *next = NULL;
    if (view->front != 0)
        return;
    for (unsigned i = 0; i < CITIZENS_MAX; i++) {
        struct citizen *citizen = &people->citizens[i];
        if (citizen->state == CITIZEN_QUEUING && citizen->dispenser == place &&
            (next == NULL || citizen->since_us < next->since_us))
            next = citizen;
    }
    if (next == NULL)
        return;
    view->front = next->number;
    view->tray_count = 0; /* slips that others left go into the bin */
    next->state = CITIZEN_CHOOSING;
    next->act_us = now_us + crowd_draw(people, &next->rng, 1500, 5000);
}
