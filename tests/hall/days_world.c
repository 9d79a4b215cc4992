/* A world: its memory, the journal as bytes, replay, restart, the days one after another. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/hall/days_people.h"

enum { BYTES = 1 << 25, AGAIN_MAX = 5000, LINE = EVENT_JSON_MAX, FIRST_DAY = 20261123 };

static const struct event_source SOURCE = { "days", 0x5EED0001, 480 };

static void *take_memory(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static struct hall *hall_new(const struct hall_limits *limits) {
    return hall_create(take_memory(hall_size(limits)), limits);
}

uint32_t draw(struct world *world, uint32_t below) {
    /* splitmix64 by Sebastiano Vigna, public domain: https://prng.di.unimi.it/splitmix64.c */
    uint64_t z = world->chance += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return below == 0 ? 0 : (uint32_t)((z ^ z >> 31) % below);
}

bool world_is_well(const struct world *world) {
    return world->model->fault[0] == 0;
}

struct world *world_new(uint64_t seed, unsigned faults, enum plant plant) {
    struct world *world = take_memory(sizeof *world);
    world->seed = seed;
    world->chance = seed * 7919 + 1;
    world->plant = plant;
    world->faults = faults == 0 ? 0 : draw(world, FAULTS);
    world->model = take_memory(sizeof *world->model);
    world->snapshot = take_memory(sizeof *world->snapshot);
    world->decision = take_memory(sizeof *world->decision);
    world->parsed = take_memory(sizeof *world->parsed);
    world->parsed_rules = take_memory(sizeof *world->parsed_rules);
    world->waiting = take_memory(MODEL_TICKETS * sizeof *world->waiting);
    world->snapshot->waiting = world->waiting;
    world->snapshot->waiting_capacity = MODEL_TICKETS;
    world->config = take_memory(LINE);
    world->newest = take_memory(LINE);
    world->bytes = malloc(BYTES);
    if (world->bytes == NULL) {
        abort();
    }
    for (unsigned code = 0; code < CHECK_IN_CODES; code++) {
        world->code_hashes[code] = booking_code_hash(code);
    }
    draw_rules(world);
    world->hall = hall_new(&world->limits);
    world->shadow = hall_new(&world->limits);
    model_init(world->model, &world->limits);
    return world;
}

void world_free(struct world *world) {
    free(world->hall);
    free(world->shadow);
    free(world->model);
    free(world->snapshot);
    free(world->decision);
    free(world->parsed);
    free(world->parsed_rules);
    free(world->waiting);
    free(world->config);
    free(world->newest);
    free(world->bytes);
    free(world);
}

/* --- the journal ---------------------------------------------------------------------------------------------- */

static void keep_row(void *context, const struct carry_row *row) {
    struct world *world = context;
    assert(world->carry_count < CARRY_ROWS);
    world->carry[world->carry_count++] = *row;
}

static const struct event *read_line(struct world *world, const char *line) {
    char fault[WHAT_SIZE] = "";
    if (event_read(line, strlen(line), world->parsed, NULL, world->parsed_rules, fault) !=
        HALL_OK) {
        model_fault(world->model, "the journal's line is not readable: %s: %.200s", fault, line);
    }
    return world->parsed;
}

/* A new day's journal begins with hall.day_began; what came before lives on in the carry-over and the rules' line. */
static void begin_day(struct world *world, const struct event *event) {
    char *last = world->bytes + world->starts[world->line_count - 1];
    size_t length = strlen(last) + 1;
    memmove(world->bytes, last, length);
    world->starts[0] = 0;
    world->line_count = 1;
    world->bytes_used = length;
    world->day_seq = event->seq;
    world->carry_count = 0;
    hall_carry(world->hall, keep_row, world);
    memcpy(world->config, world->newest, LINE);
}

static void write_line(struct world *world, const struct event *event) {
    char *line = world->bytes + world->bytes_used;
    assert(world->line_count < DAY_EVENTS && world->bytes_used + LINE < BYTES);
    *world->parsed = *event;
    if (!plant_line(world, world->parsed)) {
        return;
    }
    int length = event_write(world->parsed, &SOURCE, line, LINE);
    if (length <= 0) {
        model_fault(world->model, "an event does not fit its line");
        return;
    }
    if (world->is_printing) {
        printf("%u %s\n", world->step, line);
    }
    world->starts[world->line_count++] = world->bytes_used;
    world->bytes_used += (size_t)length + 1;
    if (event->type == EVENT_CONFIG_LOADED) {
        memcpy(world->newest, line, (size_t)length + 1);
    }
    const struct event *parsed = read_line(world, line);
    if (parsed->seq != hall_seq(world->shadow) + 1) {
        model_fault(world->model, "the journal has a hole before %llu",
                    (unsigned long long)parsed->seq);
    }
    if (world_is_well(world)) {
        hall_apply(world->shadow, parsed);
    }
}

static void settle_event(struct world *world, const struct event *event) {
    model_event(world->model, event);
    write_line(world, event);
    if (!world_is_well(world)) {
        return;
    }
    world->event_count++;
    world->last_alert = event->type == EVENT_ALERT_RAISED ? event->seq : world->last_alert;
    hall_apply(world->hall, event);
    if (event->type == EVENT_HALL_DAY_BEGAN) {
        begin_day(world, event);
    }
}

/* A command that is refused has no event, but for the wrong check-in code's. */
static void check_refusal(struct world *world, const struct input *input) {
    const struct decision *decision = world->decision;
    bool is_code = input->kind == INPUT_COMMAND && decision->count == 1 &&
                   decision->events[0].type == EVENT_COMMAND_REFUSED;
    if (decision->reason != REASON_NONE && decision->count > 0 && !is_code) {
        model_fault(world->model, "refused %s and yet %u events", reason_word(decision->reason),
                    decision->count);
    }
    if (decision->count > EVENTS_PER_INPUT) {
        model_fault(world->model, "%u events of one input", decision->count);
    }
}

enum reason world_take(struct world *world, struct input *input) {
    enum reason reason = REASON_NONE;
    unsigned rounds = 0;
    input->now_ms = world->now_ms;
    bool is_first = true;
    do {
        bool compares = draw(world, 64) == 0;
        uint64_t before = compares ? hall_digest(world->hall) : 0;
        hall_decide(world->hall, input, world->decision);
        reason = is_first ? world->decision->reason : reason;
        is_first = false;
        check_refusal(world, input);
        plant_decision(world);
        for (unsigned i = 0; i < world->decision->count && world_is_well(world); i++) {
            settle_event(world, &world->decision->events[i]);
        }
        if (compares && world->decision->count == 0 && hall_digest(world->hall) != before) {
            model_fault(world->model, "an input without events changed the live day");
        }
        world->input_count++;
        if (++rounds > AGAIN_MAX) {
            model_fault(world->model, "an input never comes to its end");
        }
    } while (world->decision->again && world_is_well(world));
    model_settle(world->model);
    return reason;
}

static void tick(struct world *world) {
    struct input input = { .kind = INPUT_TICK };
    if (hall_next_tick_ms(world->hall) <= world->now_ms) {
        world_take(world, &input);
        if (world_is_well(world) && hall_next_tick_ms(world->hall) <= world->now_ms) {
            model_fault(world->model, "a tick is still due after ticking");
        }
    }
}

/* --- replay --------------------------------------------------------------------------------------------------- */

/* The day from its carry-over and its bytes, as a start makes it. */
static struct hall *replayed(struct world *world) {
    struct hall *hall = hall_new(&world->limits);
    const struct event *event = read_line(world, world->config);
    hall_set_seq(hall, event->seq - 1);
    hall_apply(hall, event);
    unsigned lost = world->carry_count;
    if (world->plant == PLANT_CARRY_LOST && world->carry_count > 1) {
        lost = draw(world, world->carry_count);
        world->is_planted = true;
    }
    for (unsigned i = 0; i < world->carry_count; i++) {
        if (i != lost) {
            hall_restore(hall, &world->carry[i]);
        }
    }
    hall_set_seq(hall, world->day_seq - 1);
    for (unsigned i = 0; i < world->line_count && world_is_well(world); i++) {
        event = read_line(world, world->bytes + world->starts[i]);
        if (event->seq != hall_seq(hall) + 1) {
            model_fault(world->model, "the journal has a hole at %llu",
                        (unsigned long long)hall_seq(hall));
        } else {
            hall_apply(hall, event);
        }
    }
    return hall;
}

/* What is due at once is due at once, whatever moment in the past it names. */
static int64_t next_tick(const struct world *world, const struct hall *hall) {
    int64_t due_ms = hall_next_tick_ms(hall);
    return due_ms > world->now_ms ? due_ms : world->now_ms;
}

static void compare(struct world *world, const struct hall *hall, const char *who) {
    if (hall_digest(hall) != hall_digest(world->hall) ||
        next_tick(world, hall) != next_tick(world, world->hall)) {
        model_fault(world->model, "%s differs from the day that was lived", who);
    }
}

void world_check_replay(struct world *world) {
    tick(world);
    compare(world, world->shadow, "the hall that lives from the bytes");
    hall_snapshot(world->hall, world->now_ms, world->snapshot);
    model_compare(world->model, world->snapshot, world->now_ms);
}

/*
 * After a restore the operator names the number from which prefix A goes on: paper may be out up to there. Jobs begin
 * anew behind what each dispenser has done, and it may be printing one of before.
 */
static void start(struct world *world) {
    char next[16];
    struct input started = { .kind = INPUT_STARTED };
    bool is_restored = draw(world, 6) == 0 && world->model->ticket_count > 0;
    unsigned least = 1 + draw(world, 300);
    snprintf(next, sizeof next, "A=%u", least);
    started.started.next = is_restored ? next : NULL;
    world_take(world, &started);
    if (is_restored && world_is_well(world)) {
        world->model->floor = least > world->model->floor ? (uint16_t)least : world->model->floor;
    }
}

void world_restart(struct world *world) {
    struct input stopped = { .kind = INPUT_STOPPED };
    if (draw(world, 2) == 0) {
        world_take(world, &stopped);
    }
    struct hall *hall = replayed(world);
    compare(world, hall, "the day made again from its carry-over");
    free(world->hall);
    world->hall = hall;
    if (world_is_well(world)) {
        start(world);
    }
    if (world_is_well(world)) {
        people_devices_online(world);
    }
}

/* --- days ----------------------------------------------------------------------------------------------------- */

/* Time goes on to `then_ms`, with every tick at its time; after a leap of the clock there is one, late. */
static void pass(struct world *world, int64_t then_ms, bool leaps) {
    while (!leaps && world_is_well(world) && hall_next_tick_ms(world->hall) <= then_ms) {
        int64_t due_ms = hall_next_tick_ms(world->hall);
        world->now_ms = due_ms > world->now_ms ? due_ms : world->now_ms;
        tick(world);
    }
    world->now_ms = then_ms > world->now_ms ? then_ms : world->now_ms;
    if (world_is_well(world)) {
        tick(world);
    }
}

static void change_day(struct world *world) {
    uint32_t day =
        world->model->day == 0 ? FIRST_DAY : date_of_days(date_to_days(world->model->day) + 1);
    int64_t begins_ms = (int64_t)date_to_days(day) * 24 * HOUR - 4 * HOUR; /* 04:00 at UTC+8 */
    world->day_ends_ms = begins_ms + 24 * HOUR;
    world->now_ms = world->now_ms > begins_ms ? world->now_ms : begins_ms;
    draw_times(world, begins_ms);
    struct input input = { .kind = INPUT_DAY };
    input.day.day = day;
    input.day.begins_ms = begins_ms;
    input.day.ends_ms = world->day_ends_ms;
    input.day.times = &world->times;
    input.day.previous_hash = "";
    world_take(world, &input);
}

static int64_t next_step_ms(struct world *world) {
    const struct span_list *hall = &world->times.hall;
    int64_t open_ms = 0;
    bool is_open = false;
    for (unsigned i = 0; i < hall->count; i++) {
        open_ms += hall->spans[i].end_ms - hall->spans[i].begin_ms;
        is_open = is_open || (world->now_ms >= hall->spans[i].begin_ms - 5 * MINUTE &&
                              world->now_ms < hall->spans[i].end_ms + 5 * MINUTE);
    }
    if (!is_open) {
        return world->now_ms + 5 * MINUTE + draw(world, 10 * MINUTE);
    }
    uint32_t mean_ms = (uint32_t)(open_ms / world->steps_a_day);
    return world->now_ms + (draw(world, 2) == 0 ? draw(world, 4000) : draw(world, 4 * mean_ms));
}

static void live_day(struct world *world) {
    change_day(world);
    while (world_is_well(world)) {
        int64_t then_ms = next_step_ms(world);
        bool leaps = (world->faults & FAULT_CLOCK) != 0 && draw(world, 150) == 0;
        then_ms += leaps ? draw(world, HOUR) : 0;
        if (then_ms >= world->day_ends_ms || world->line_count + 4000 > DAY_EVENTS) {
            break;
        }
        pass(world, then_ms, leaps);
        world->step++;
        if (world_is_well(world)) {
            people_step(world);
        }
        if (world_is_well(world) && draw(world, 200) == 0) {
            world_check_replay(world);
        }
        if (world_is_well(world) && (world->faults & FAULT_RESTART) != 0 && draw(world, 600) == 0) {
            world_restart(world);
        }
    }
    if (world_is_well(world)) {
        world_check_replay(world);
    }
}

bool world_run(struct world *world, unsigned days) {
    struct input config = { .kind = INPUT_CONFIG };
    config.config.rules = &world->rules;
    config.config.hash = "00ff";
    struct input started = { .kind = INPUT_STARTED };
    world->now_ms = (int64_t)date_to_days(FIRST_DAY) * 24 * HOUR - 5 * HOUR;
    world_take(world, &started);
    world_take(world, &config);
    people_devices_online(world);
    for (unsigned i = 0; i < days && world_is_well(world); i++) {
        live_day(world);
        pass(world, world->day_ends_ms, false);
    }
    if (world_is_well(world)) {
        change_day(world);
    }
    if (world_is_well(world)) {
        world_check_replay(world);
        world_restart(world);
    }
    return world_is_well(world);
}
