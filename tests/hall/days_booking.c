/* Who books, cancels, has papers looked over, and comes with a code. */
#include <stdio.h>
#include <string.h>

#include "tests/hall/days.h"
#include "tests/hall/days_people.h"

enum { SLOT_MS = 30 * 60 * 1000 };

uint64_t booking_code_hash(unsigned code) {
    return (code + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static void keep_code(struct world *world) {
    if (world->decision->has_code) {
        world->given[world->given_count++ % GIVEN_CODES] = world->decision->code;
    }
}

static uint16_t any_code(struct world *world) {
    unsigned count = world->given_count < GIVEN_CODES ? world->given_count : GIVEN_CODES;
    bool guesses = count == 0 || draw(world, 10) == 0;
    return guesses ? (uint16_t)draw(world, CHECK_IN_CODES) : world->given[draw(world, count)];
}

/* A slot of today, mostly a right one, or at some time of tomorrow. */
static int64_t any_slot(struct world *world) {
    const struct span_list *spans = &world->times.hall;
    if (draw(world, 4) == 0 || spans->count == 0) {
        return world->day_ends_ms + (int64_t)draw(world, 48) * SLOT_MS;
    }
    const struct time_span *span = &spans->spans[draw(world, spans->count)];
    uint32_t count = (uint32_t)((span->end_ms - span->begin_ms) / SLOT_MS) + 1;
    return span->begin_ms + (int64_t)draw(world, count) * SLOT_MS + (draw(world, 20) == 0);
}

static void set_any_service(struct world *world, struct command *command) {
    const struct rules *rules = &world->model->rules;
    memcpy(command->service, rules->services[1 + draw(world, rules->service_count)].id, NAME_SIZE);
    command->has |= COMMAND_HAS(ARG_SERVICE);
}

static void books(struct world *world) {
    struct command command = people_command(COMMAND_APPOINTMENT_BOOK, BY_MQTT, "office", 1);
    set_any_service(world, &command);
    command.slot_ms = any_slot(world);
    command.has |= COMMAND_HAS(ARG_SLOT);
    if (draw(world, 3) == 0) {
        snprintf(command.person, sizeof command.person, "%04x", draw(world, 40));
        command.has |= COMMAND_HAS(ARG_PERSON);
    }
    if (draw(world, 10) == 0) {
        command.code = any_code(world);
        command.has |= COMMAND_HAS(ARG_CODE);
    }
    people_send(world, &command);
    keep_code(world);
}

static void approves(struct world *world) {
    struct command command = people_command(COMMAND_PRECHECK_APPROVE, BY_PAGE, "guide", 1);
    set_any_service(world, &command);
    command.class = draw(world, 3) == 0 ? CLASS_CREDIT : CLASS_NORMAL;
    people_send(world, &command);
    keep_code(world);
}

static void cancels(struct world *world) {
    struct command command = people_command(COMMAND_APPOINTMENT_CANCEL, BY_MQTT, "office", 1);
    command.code = any_code(world);
    command.has = COMMAND_HAS(ARG_CODE);
    people_send(world, &command);
}

static void comes(struct world *world) {
    bool prints = draw(world, 2) == 0;
    unsigned dispenser = draw(world, DISPENSERS);
    struct command command = people_command(COMMAND_TICKET_CHECK_IN, prints ? BY_KEY : BY_PAGE,
                                            prints ? "dispenser" : "guide", dispenser + 1);
    command.code = any_code(world);
    command.has = COMMAND_HAS(ARG_CODE);
    unsigned before = world->model->ticket_count;
    people_send(world, &command);
    if (world_is_well(world) && prints && world->model->ticket_count > before) {
        paper_to_print(world, dispenser);
    }
}

void booking_step(struct world *world) {
    uint32_t lot = draw(world, 10);
    if (lot < 4) {
        books(world);
    } else if (lot < 5) {
        approves(world);
    } else if (lot < 6) {
        cancels(world);
    } else {
        comes(world);
    }
}
