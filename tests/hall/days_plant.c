/* Planted bugs. Each strikes once, at an occasion drawn by lot; the model or the replay must find it. */
#include <assert.h>
#include <string.h>

#include "tests/hall/days.h"

static const char *const NAMES[PLANTS] = {
    [PLANT_NONE] = "none",
    [PLANT_SESSION_OFF_BY_ONE] = "a rating's session off by one",
    [PLANT_NUMBER_TWICE] = "a number given twice",
    [PLANT_SECOND_EARLIEST] = "a later one called first",
    [PLANT_EVENT_DROPPED] = "an event dropped",
    [PLANT_DONE_TWICE] = "a ticket done twice",
    [PLANT_RATED_TWICE] = "a visit rated twice",
    [PLANT_CASE_DROPPED] = "a bad rating without its case",
    [PLANT_TURN_MOVED] = "a turn moved by a transfer",
    [PLANT_CARRY_LOST] = "a row of the carry-over lost",
    [PLANT_PRINT_FORGOTTEN] = "a printed ticket forgotten",
    [PLANT_DAY_TWICE] = "a day begun twice",
    [PLANT_HELP_FIRST] = "help before the window's own",
    [PLANT_BYTES_DIFFER] = "a journal that says something else",
    [PLANT_ANSWER_WRONG] = "a key answered wrongly",
};

const char *plant_name(enum plant plant) {
    return NAMES[plant];
}

static void renumber(struct event *event, int by) {
    event->visit += event->visit == event->seq ? (uint64_t)(int64_t)by : 0;
    event->case_seq += event->case_seq == event->seq ? (uint64_t)(int64_t)by : 0;
    event->alert += event->alert == event->seq ? (uint64_t)(int64_t)by : 0;
    event->seq += (uint64_t)(int64_t)by;
}

static void drop(struct decision *decision, unsigned at) {
    decision->count--;
    for (unsigned i = at; i < decision->count; i++) {
        decision->events[i] = decision->events[i + 1];
        renumber(&decision->events[i], -1);
    }
}

static bool twice(struct decision *decision, unsigned at) {
    if (decision->count == EVENTS_PER_INPUT) {
        return false;
    }
    for (unsigned i = decision->count; i > at; i--) {
        decision->events[i] = decision->events[i - 1];
        renumber(&decision->events[i], 1);
    }
    decision->count++;
    return true;
}

static bool repeat_number(const struct model *model, struct event *event) {
    for (unsigned i = 0; i < model->ticket_count; i++) {
        if (strcmp(model->tickets[i].no.prefix, event->ticket.prefix) == 0) {
            event->ticket = model->tickets[i].no;
            return true;
        }
    }
    return false;
}

/* Somebody else of the same service, whose turn is later. */
static bool call_later(const struct model *model, struct event *event) {
    int place = model_ticket_at(model, event->ticket);
    for (unsigned i = 0; i < model->ticket_count && event->more.why.tier == TIER_OWN; i++) {
        const struct model_ticket *other = &model->tickets[i];
        if (other->state == TICKET_WAITING && other->bound == 0 &&
            other->service == model->tickets[place].service &&
            other->turn_ms > model->tickets[place].turn_ms) {
            event->ticket = other->no;
            event->class = event->more.why.class = other->class;
            event->turn_ms = event->more.why.turn_ms = other->turn_ms;
            return true;
        }
    }
    return false;
}

/* Somebody whom the window helps, while its own wait. */
static bool call_helped(struct model *model, struct event *event) {
    const struct model_window *window = model_window_at(model, event->window);
    for (unsigned i = 0; i < model->ticket_count && event->more.why.tier == TIER_OWN; i++) {
        const struct model_ticket *other = &model->tickets[i];
        if (other->state == TICKET_WAITING && other->bound == 0 &&
            (window->helps & ~window->own) >> other->service & 1U) {
            event->ticket = other->no;
            event->class = event->more.why.class = other->class;
            event->turn_ms = event->more.why.turn_ms = other->turn_ms;
            event->more.why.tier = TIER_HELP;
            return true;
        }
    }
    return false;
}

static const enum event_type OCCASIONS[PLANTS] = {
    [PLANT_SESSION_OFF_BY_ONE] = EVENT_RATING_GIVEN, [PLANT_NUMBER_TWICE] = EVENT_TICKET_ISSUED,
    [PLANT_SECOND_EARLIEST] = EVENT_TICKET_CALLED,   [PLANT_EVENT_DROPPED] = EVENT_TICKET_SERVING,
    [PLANT_DONE_TWICE] = EVENT_TICKET_DONE,          [PLANT_RATED_TWICE] = EVENT_RATING_GIVEN,
    [PLANT_CASE_DROPPED] = EVENT_CASE_OPENED,        [PLANT_TURN_MOVED] = EVENT_TICKET_TRANSFERRED,
    [PLANT_PRINT_FORGOTTEN] = EVENT_TICKET_PRINTED,  [PLANT_DAY_TWICE] = EVENT_HALL_DAY_BEGAN,
    [PLANT_HELP_FIRST] = EVENT_TICKET_CALLED,
};

static bool strike(struct world *world, unsigned at) {
    struct decision *decision = world->decision;
    struct event *event = &decision->events[at];
    switch (world->plant) {
    case PLANT_SESSION_OFF_BY_ONE:
        event->session++;
        return event->rating_channel == RATING_KEYPAD;
    case PLANT_NUMBER_TWICE:
        return repeat_number(world->model, event);
    case PLANT_SECOND_EARLIEST:
        return call_later(world->model, event);
    case PLANT_DONE_TWICE:
    case PLANT_RATED_TWICE:
    case PLANT_DAY_TWICE:
        return twice(decision, at);
    case PLANT_CASE_DROPPED:
    case PLANT_PRINT_FORGOTTEN:
        drop(decision, at);
        return true;
    case PLANT_HELP_FIRST:
        return call_helped(world->model, event);
    case PLANT_TURN_MOVED:
        event->turn_ms += 1;
        return true;
    case PLANT_NONE:
    case PLANT_EVENT_DROPPED:
    case PLANT_CARRY_LOST:
    case PLANT_BYTES_DIFFER:
    case PLANT_ANSWER_WRONG:
    case PLANTS:
        return false;
    }
    return false;
}

void plant_decision(struct world *world) {
    assert(world->plant < PLANTS);
    for (unsigned i = 0; i < world->decision->count && !world->is_planted; i++) {
        bool is_occasion = OCCASIONS[world->plant] != EVENT_NONE &&
                           world->decision->events[i].type == OCCASIONS[world->plant];
        if (is_occasion) {
            world->is_planted = strike(world, i);
        }
    }
}

bool plant_line(struct world *world, struct event *event) {
    bool is_occasion = !world->is_planted && event->type == EVENT_TICKET_REQUEUED;
    if (is_occasion && world->plant == PLANT_BYTES_DIFFER) {
        event->turn_ms++;
        world->is_planted = true;
    } else if (is_occasion && world->plant == PLANT_EVENT_DROPPED) {
        world->is_planted = true;
        return false;
    }
    return true;
}
