/* Who does something in a step: somebody at a window, a citizen, somebody who rates, a manager. */
#include <stdio.h>
#include <string.h>

#include "tests/hall/days.h"
#include "tests/hall/days_people.h"

enum { UNKNOWN_WINDOW = 999 };

struct command people_command(enum command_type type, enum by_kind kind, const char *who,
                              unsigned number) {
    struct command command = { .type = type, .by.kind = kind };
    snprintf(command.by.id, sizeof command.by.id, "%s-%u", who, number);
    return command;
}

/* Tomorrow as it is expected today: open all day. What it will be is drawn when it begins. */
static const struct hall_day *day_after(const struct world *world, struct hall_day *day,
                                        struct day_times *times) {
    int64_t begins_ms = world->day_ends_ms;
    int64_t ends_ms = begins_ms + 24 * HOUR;
    *times = (struct day_times){ .hall = { 1, { { begins_ms, ends_ms } } } };
    *day = (struct hall_day){ date_of_days(date_to_days(world->model->day) + 1), begins_ms, ends_ms,
                              times };
    return day;
}

/* The answer that a terminal would show, against the table of keys. */
enum reason people_send(struct world *world, const struct command *command) {
    unsigned allowed = model_answers(world->model, command, world->now_ms);
    struct input input = { .kind = INPUT_COMMAND };
    input.command.command = command;
    input.command.is_old_press = world->is_old_press;
    input.command.chance = draw(world, UINT32_MAX);
    input.command.code_hashes = world->code_hashes;
    struct past_visit past;
    if (command->day != 0 && command->day != world->model->day) {
        input.command.past_visit = model_past_visit(world->model, command, &past);
    }
    struct hall_day tomorrow;
    struct day_times times;
    input.command.slot_day = day_after(world, &tomorrow, &times);
    input.command.has_estimate = draw(world, 2) == 0;
    input.command.estimate_s[0] = 60;
    input.command.estimate_s[1] = 60 + draw(world, 900);
    enum reason reason = world_take(world, &input);
    unsigned answer = reason == REASON_NONE ? 1 : reason_answer(reason);
    if (world->plant == PLANT_ANSWER_WRONG && allowed == 1U << 1 && draw(world, 20) == 0) {
        answer = 5;
        world->is_planted = true;
    }
    if (allowed != 0 && (allowed >> answer & 1U) == 0) {
        model_fault(world->model, "%s at window %u answers %u (%s), the table allows %#x",
                    command_name(command->type), command->window, answer, reason_word(reason),
                    allowed);
    }
    return reason;
}

/* Somebody who missed his call, of whom there are few. */
static struct ticket_no missed_ticket(struct world *world) {
    const struct model *model = world->model;
    unsigned from = draw(world, model->ticket_count);
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *ticket = &model->tickets[(from + i) % model->ticket_count];
        if (ticket->state == TICKET_NO_SHOW) {
            return ticket->no;
        }
    }
    return (struct ticket_no){ "A", 1 };
}

static struct ticket_no any_ticket(struct world *world) {
    const struct model *model = world->model;
    if (model->ticket_count == 0 || draw(world, 12) == 0) {
        return (struct ticket_no){ "A", (uint16_t)(1 + draw(world, 999)) };
    }
    return model->tickets[draw(world, model->ticket_count)].no;
}

/* Somebody who waits for one window, for another to call by number; or anybody. */
static struct ticket_no ticket_to_call(struct world *world) {
    const struct model *model = world->model;
    unsigned from = draw(world, model->ticket_count);
    for (unsigned i = 0; i < model->ticket_count && draw(world, 400) != 0; i++) {
        const struct model_ticket *ticket = &model->tickets[(from + i) % model->ticket_count];
        if (ticket->bound != 0 && ticket->state == TICKET_WAITING) {
            return ticket->no;
        }
    }
    return any_ticket(world);
}

/* Sometimes one that this hall does not have. */
static void set_service(struct world *world, struct command *command) {
    if ((world->faults & FAULT_MASHING) != 0 && draw(world, 60) == 0) {
        snprintf(command->service, NAME_SIZE, "passport");
        command->has |= COMMAND_HAS(ARG_SERVICE);
        return;
    }
    unsigned index = 1 + draw(world, world->model->rules.service_count);
    memcpy(command->service, world->model->rules.services[index].id, NAME_SIZE);
    command->has |= COMMAND_HAS(ARG_SERVICE);
}

static void set_ticket(struct command *command, struct ticket_no ticket) {
    command->ticket = ticket;
    command->has |= COMMAND_HAS(ARG_TICKET);
}

/* --- staff ---------------------------------------------------------------------------------------------------- */

static void fill_key(struct world *world, struct command *command) {
    const struct rules *rules = &world->model->rules;
    if (command->type == COMMAND_STAFF_SIGN_IN) {
        unsigned place = draw(world, rules->staff_count + 1U);
        snprintf(command->staff, STAFF_SIZE, "%04u",
                 place == rules->staff_count ? 9999 : rules->staff[place].number);
        command->has |= COMMAND_HAS(ARG_STAFF);
    } else if (command->type == COMMAND_WINDOW_PAUSE) {
        snprintf(command->reason, sizeof command->reason, "%u", draw(world, 4));
        command->has |= COMMAND_HAS(ARG_REASON);
    } else if (command->type == COMMAND_WINDOW_DONE) {
        command->outcome = draw(world, 3) == 0 ? (enum outcome)draw(world, 7) : OUTCOME_DONE;
        command->has |= COMMAND_HAS(ARG_OUTCOME);
    } else if (command->type == COMMAND_WINDOW_CALL) {
        set_ticket(command, ticket_to_call(world));
    } else if (command->type == COMMAND_WINDOW_TRANSFER && draw(world, 3) == 0) {
        command->to_window = world->model->windows[draw(world, world->model->window_count)].id;
        command->has |= COMMAND_HAS(ARG_TO_WINDOW);
    } else if (command->type == COMMAND_WINDOW_TRANSFER) {
        set_service(world, command);
        command->place = draw(world, 2) == 0 ? PLACE_KEEP : PLACE_NOW;
        command->has |= COMMAND_HAS(ARG_PLACE);
    }
}

static void press(struct world *world, enum command_type type, uint16_t window) {
    struct command command = people_command(type, BY_KEY, "terminal", window);
    command.window = window;
    command.has = COMMAND_HAS(ARG_WINDOW);
    fill_key(world, &command);
    people_send(world, &command);
}

static enum command_type any_key(struct world *world) {
    static const enum command_type KEYS[] = {
        COMMAND_WINDOW_NEXT, COMMAND_WINDOW_RECALL, COMMAND_WINDOW_NO_SHOW, COMMAND_WINDOW_START,
        COMMAND_WINDOW_DONE, COMMAND_WINDOW_PAUSE,  COMMAND_WINDOW_RESUME,  COMMAND_WINDOW_TRANSFER,
        COMMAND_WINDOW_CALL, COMMAND_WINDOW_HOLD,   COMMAND_WINDOW_UNHOLD,  COMMAND_WINDOW_UNDO,
        COMMAND_WINDOW_HELP, COMMAND_STAFF_SIGN_IN, COMMAND_STAFF_SIGN_OUT, COMMAND_RATING_INVITE,
    };
    return KEYS[draw(world, sizeof KEYS / sizeof KEYS[0])];
}

/* What somebody who knows the work presses here. */
static enum command_type sensible_key(struct world *world, const struct model_window *window) {
    uint32_t lot = draw(world, 20);
    switch (window->state) {
    case WINDOW_CLOSED:
        return COMMAND_STAFF_SIGN_IN;
    case WINDOW_OPEN:
        if (lot < 6 && world->now_ms - window->no_show_ms < 20 * SECOND) {
            return COMMAND_WINDOW_UNDO;
        }
        return lot == 0                        ? COMMAND_WINDOW_PAUSE
               : lot == 1 && window->held >= 0 ? COMMAND_WINDOW_UNHOLD
                                               : COMMAND_WINDOW_NEXT;
    case WINDOW_CALLING:
        return lot < 10   ? COMMAND_WINDOW_START
               : lot < 13 ? COMMAND_WINDOW_RECALL
               : lot < 17 ? COMMAND_WINDOW_NO_SHOW
                          : COMMAND_WINDOW_NEXT;
    case WINDOW_SERVING:
        return lot < 10   ? COMMAND_WINDOW_DONE
               : lot < 16 ? COMMAND_WINDOW_NEXT
               : lot < 17 ? COMMAND_WINDOW_HOLD
               : lot < 19 ? COMMAND_WINDOW_TRANSFER
                          : COMMAND_RATING_INVITE;
    case WINDOW_PAUSED:
    case WINDOW_NONE:
        return lot < 10 ? COMMAND_WINDOW_RESUME : COMMAND_WINDOW_NEXT;
    }
    return COMMAND_WINDOW_NEXT;
}

static void at_a_window(struct world *world) {
    const struct model_window *window =
        &world->model->windows[draw(world, world->model->window_count)];
    bool mashes = (world->faults & FAULT_MASHING) != 0 && draw(world, 4) == 0;
    unsigned presses = mashes ? 1 + draw(world, 4) : 1;
    uint16_t id = mashes && draw(world, 20) == 0 ? UNKNOWN_WINDOW : window->id;
    for (unsigned i = 0; i < presses && world_is_well(world); i++) {
        bool is_odd = mashes || draw(world, 25) == 0;
        press(world, is_odd ? any_key(world) : sensible_key(world, window), id);
    }
}

/* --- citizens ------------------------------------------------------------------------------------------------- */

static void by_other_ways(struct world *world, struct command *command) {
    static const enum ticket_channel CHANNELS[] = { CHANNEL_KIOSK, CHANNEL_NONE, CHANNEL_WEB,
                                                    CHANNEL_NONE };
    uint32_t way = draw(world, 4);
    command->channel = CHANNELS[way];
    command->has |= command->channel != CHANNEL_NONE ? COMMAND_HAS(ARG_CHANNEL) : 0;
    command->is_guide = way == 1;
    if (draw(world, 6) == 0) {
        snprintf(command->person, sizeof command->person, "%04x", draw(world, 40));
        command->has |= COMMAND_HAS(ARG_PERSON);
    }
    command->for_count = draw(world, 8) == 0 ? 3 : 0;
    command->has |= command->for_count != 0 ? COMMAND_HAS(ARG_FOR) : 0;
    unsigned count = world->model->rules.service_count;
    if (draw(world, 8) == 0 && count > 1) {
        unsigned first = rules_service(&world->model->rules, command->service);
        unsigned second = first % count + 1;
        command->services.count = 2;
        memcpy(command->services.names[0], command->service, NAME_SIZE);
        memcpy(command->services.names[1], world->model->rules.services[second].id, NAME_SIZE);
        command->has |= COMMAND_HAS(ARG_SERVICES);
    }
}

static void takes_a_ticket(struct world *world) {
    bool prints = draw(world, 2) == 0;
    unsigned dispenser = draw(world, DISPENSERS);
    struct command command = people_command(COMMAND_TICKET_ISSUE, prints ? BY_KEY : BY_PAGE,
                                            prints ? "dispenser" : "guide", dispenser + 1);
    set_service(world, &command);
    uint32_t lot = draw(world, 12);
    command.class = lot == 0 ? CLASS_GREEN : lot == 1 ? CLASS_CREDIT : CLASS_NORMAL;
    command.has |= COMMAND_HAS(ARG_CLASS);
    if (command.class == CLASS_GREEN) {
        command.ground = GROUND_ELDERLY;
        command.has |= COMMAND_HAS(ARG_GROUND);
    }
    if (prints) {
        command.channel = CHANNEL_DISPENSER;
        memcpy(command.print, command.by.id, NAME_SIZE);
        command.has |= COMMAND_HAS(ARG_CHANNEL) | COMMAND_HAS(ARG_PRINT);
    } else {
        by_other_ways(world, &command);
    }
    enum reason reason = people_send(world, &command);
    if (reason != REASON_NONE && world_is_well(world)) {
        model_check_refused(world->model, &command, reason, world->now_ms);
    } else if (world_is_well(world) && prints) {
        paper_to_print(world, dispenser);
    }
}

static void goes_to_the_dispenser(struct world *world) {
    const struct model *model = world->model;
    bool guesses =
        model->ticket_count == 0 || ((world->faults & FAULT_RATING) != 0 && draw(world, 2) == 0);
    struct command command =
        people_command(COMMAND_TICKET_CHECK_IN, BY_KEY, "dispenser", 1 + draw(world, DISPENSERS));
    command.code = guesses ? (uint16_t)draw(world, 10000)
                           : model->tickets[draw(world, model->ticket_count)].code;
    command.has = COMMAND_HAS(ARG_CODE);
    people_send(world, &command);
}

static void changes_a_ticket(struct world *world) {
    static const enum command_type TYPES[] = { COMMAND_TICKET_REQUEUE, COMMAND_TICKET_REQUEUE,
                                               COMMAND_TICKET_CANCEL, COMMAND_TICKET_RECLASS };
    struct command command = people_command(TYPES[draw(world, 4)], BY_PAGE, "guide", 1);
    set_ticket(&command, any_ticket(world));
    if (command.type == COMMAND_TICKET_REQUEUE && draw(world, 4) != 0) {
        set_ticket(&command, missed_ticket(world));
    }
    if (command.type == COMMAND_TICKET_RECLASS) {
        command.class = draw(world, 2) == 0 ? CLASS_GREEN : CLASS_NORMAL;
        command.ground = command.class == CLASS_GREEN ? GROUND_DISABLED : GROUND_NONE;
        command.has |= COMMAND_HAS(ARG_CLASS);
        command.has |= command.ground != GROUND_NONE ? COMMAND_HAS(ARG_GROUND) : 0;
    }
    people_send(world, &command);
}

/* --- ratings -------------------------------------------------------------------------------------------------- */

/* The newest visit with an open session, or (late, double, another's) any one of the last. */
static const struct model_visit *visit_to_rate(struct world *world) {
    const struct model *model = world->model;
    bool is_wild = (world->faults & FAULT_RATING) != 0 && draw(world, 3) == 0;
    if (model->visit_count == 0) {
        return NULL;
    }
    if (is_wild) {
        unsigned back = draw(world, model->visit_count < 20 ? model->visit_count : 20);
        return &model->visits[model->visit_count - 1 - back];
    }
    if (draw(world, 8) == 0) { /* by SMS, perhaps of an earlier day */
        return &model->visits[draw(world, model->visit_count)];
    }
    for (unsigned i = model->visit_count; i-- > 0;) {
        if (model->visits[i].is_open) {
            return &model->visits[i];
        }
    }
    return NULL;
}

static void presses_a_keypad(struct world *world, const struct model_visit *visit) {
    bool is_wild = (world->faults & FAULT_RATING) != 0 && draw(world, 6) == 0;
    uint16_t window = is_wild ? (uint16_t)(1 + draw(world, MODEL_WINDOWS)) : visit->window;
    struct command command = people_command(COMMAND_RATING_GIVE, BY_KEY, "keypad", window);
    command.window = window;
    command.session = is_wild ? (uint16_t)draw(world, 60) : visit->session;
    command.rating_channel = RATING_KEYPAD;
    command.grade = (uint8_t)(1 + draw(world, 5));
    command.has = COMMAND_HAS(ARG_WINDOW) | COMMAND_HAS(ARG_SESSION) |
                  COMMAND_HAS(ARG_RATING_CHANNEL) | COMMAND_HAS(ARG_GRADE);
    bool must_count =
        visit->is_open && window == visit->window && command.session == visit->session;
    world->is_old_press = is_wild && draw(world, 3) == 0;
    people_send(world, &command);
    world->is_old_press = false;
    if (world_is_well(world) && must_count && !visit->is_rated) {
        model_fault(world->model, "a press for session %u is lost", visit->session);
    }
    if (world_is_well(world) && command.grade <= 2 && draw(world, 2) == 0) {
        command.type = COMMAND_RATING_REASONS;
        command.reason_count = 1;
        command.reasons[0] = (uint16_t)(1 + draw(world, 8));
        command.has = COMMAND_HAS(ARG_WINDOW) | COMMAND_HAS(ARG_SESSION) |
                      COMMAND_HAS(ARG_RATING_CHANNEL) | COMMAND_HAS(ARG_REASONS);
        people_send(world, &command);
    }
}

/* A rating of an earlier day counts until its channel's end, if there is something to rate. */
static void check_late(struct world *world, const struct command *command,
                       const struct past_visit *past, enum reason reason) {
    const struct model *model = world->model;
    int32_t gone = date_to_days(model->day) - date_to_days(command->day);
    if (gone > 0 && past != NULL && past->visit != 0 && past->grade == 0) {
        bool counts = (uint32_t)gone <= model->rules.rating.until_days[command->rating_channel];
        if (reason != (counts ? REASON_NONE : REASON_RATING_OVER)) {
            model_fault(world->model, "rated %d days later by %s: %s", gone,
                        rating_channel_word(command->rating_channel), reason_word(reason));
        }
    }
}

static void rates_by_phone(struct world *world, const struct model_visit *visit) {
    struct command command = people_command(COMMAND_RATING_GIVE, BY_PAGE, "phone", 1);
    set_ticket(&command, visit->no);
    command.day = visit->day;
    command.rating_channel = draw(world, 2) == 0 ? RATING_QR : RATING_SMS;
    command.grade = (uint8_t)(1 + draw(world, 5));
    command.has |= COMMAND_HAS(ARG_RATING_CHANNEL) | COMMAND_HAS(ARG_GRADE);
    struct past_visit past;
    const struct past_visit *known = model_past_visit(world->model, &command, &past);
    enum reason reason = people_send(world, &command);
    if (world_is_well(world)) {
        check_late(world, &command, known, reason);
    }
    if (world_is_well(world) && draw(world, 2) == 0) {
        command.type = COMMAND_RATING_REASONS;
        command.reason_count = 1;
        command.reasons[0] = 207;
        command.has = COMMAND_HAS(ARG_TICKET) | COMMAND_HAS(ARG_REASONS);
        people_send(world, &command);
    }
}

static void rates(struct world *world) {
    const struct model_visit *visit = visit_to_rate(world);
    bool is_pressed = visit != NULL && visit->session != 0 && visit->day == world->model->day;
    if (is_pressed && draw(world, 5) != 0) {
        presses_a_keypad(world, visit);
    } else if (visit != NULL) {
        rates_by_phone(world, visit);
    }
}

void people_step(struct world *world) {
    uint32_t lot = draw(world, 100);
    if (lot < 26) {
        takes_a_ticket(world);
    } else if (lot < 32) {
        booking_step(world);
    } else if (lot < 34) {
        goes_to_the_dispenser(world);
    } else if (lot < 37) {
        changes_a_ticket(world);
    } else if (lot < 72) {
        at_a_window(world);
    } else if (lot < 82) {
        rates(world);
    } else if (lot < 97) {
        devices_step(world);
    } else if ((world->faults & FAULT_MANAGER) != 0) {
        manager_step(world);
    } else if (lot == 99 && (world->faults & FAULT_RELOAD) != 0) {
        manager_reloads(world);
    }
}
