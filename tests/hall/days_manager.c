/* Managers: what they may change in a living hall. */
#include <stdio.h>
#include <string.h>

#include "tests/hall/days.h"
#include "tests/hall/days_people.h"

static void name_services(struct world *world, struct name_list *list) {
    const struct rules *rules = &world->model->rules;
    list->is_all = draw(world, 6) == 0;
    for (unsigned i = 1; i <= rules->service_count && !list->is_all; i++) {
        if (draw(world, 2) == 0) {
            memcpy(list->names[list->count++], rules->services[i].id, NAME_SIZE);
        }
    }
}

static int64_t some_time(struct world *world) {
    static const int64_t WITHIN[] = { 1, 3, 3, 48 }; /* hours */
    return draw(world, 2) == 0
               ? 0
               : world->now_ms + (int64_t)draw(world, (uint32_t)(WITHIN[draw(world, 4)] * HOUR));
}

static void of_a_window(struct world *world, struct command *command) {
    static const enum command_type TYPES[] = { COMMAND_WINDOW_ASSIGN, COMMAND_WINDOW_ASSIGN,
                                               COMMAND_WINDOW_OPEN, COMMAND_WINDOW_CLOSE,
                                               COMMAND_WINDOW_CLOSE };
    command->type = TYPES[draw(world, 5)];
    command->window = world->model->windows[draw(world, world->model->window_count)].id;
    command->has = COMMAND_HAS(ARG_WINDOW);
    if (command->type == COMMAND_WINDOW_ASSIGN) {
        uint32_t names = draw(world, 4); /* both, or one of them */
        if (names != 0) {
            name_services(world, &command->services);
            command->has |= COMMAND_HAS(ARG_OWN);
        }
        if (names != 1) {
            name_services(world, &command->helps);
            command->has |= COMMAND_HAS(ARG_HELPS);
        }
        command->until_ms = some_time(world);
    } else if (command->type == COMMAND_WINDOW_CLOSE) {
        command->force = draw(world, 2) == 0;
        command->has |= COMMAND_HAS(ARG_FORCE);
    }
}

static void of_the_hall(struct world *world, struct command *command) {
    static const enum command_type TYPES[] = { COMMAND_SERVICE_STOP,   COMMAND_SERVICE_RESUME,
                                               COMMAND_SERVICE_RESUME, COMMAND_HALL_CLOSE,
                                               COMMAND_HALL_OPEN,      COMMAND_HALL_OPEN,
                                               COMMAND_HALL_EXTEND,    COMMAND_HALL_NOTICE };
    command->type = TYPES[draw(world, 8)];
    command->until_ms = some_time(world);
    snprintf(command->reason, sizeof command->reason, "drill");
    command->has = COMMAND_HAS(ARG_REASON);
    unsigned index = 1 + draw(world, world->model->rules.service_count);
    bool names_one = command->type == COMMAND_SERVICE_STOP ||
                     command->type == COMMAND_SERVICE_RESUME ||
                     (command->type == COMMAND_HALL_EXTEND && draw(world, 2) == 0);
    if (names_one) {
        memcpy(command->service, world->model->rules.services[index].id, NAME_SIZE);
        command->has |= COMMAND_HAS(ARG_SERVICE);
    }
    if (command->type == COMMAND_HALL_NOTICE) {
        snprintf(command->text, sizeof command->text, "drill at %u", world->step);
        command->has = COMMAND_HAS(ARG_TEXT);
    }
}

/* Something outside the hall comes or goes; or commands never came to it. */
static void outside(struct world *world) {
    static const char *const KINDS[] = { "uplink_lost", "disk_low", "not_saved" };
    struct input input = { .kind = INPUT_CONDITION };
    if (draw(world, 4) == 0) {
        input.kind = INPUT_REFUSED;
        input.refused.name = "window.fly";
        input.refused.reason = REASON_UNKNOWN_COMMAND;
        input.refused.count = 1 + draw(world, 30);
    } else {
        input.condition.kind = KINDS[draw(world, 3)];
        input.condition.subject = "hall";
        input.condition.text = "by lot";
        input.condition.is_raised = draw(world, 2) == 0;
    }
    world_take(world, &input);
}

static void of_staff(struct world *world, struct command *command) {
    static const enum command_type TYPES[] = { COMMAND_STAFF_SET, COMMAND_STAFF_REMOVE,
                                               COMMAND_STAFF_SIGN_OUT };
    command->type = TYPES[draw(world, 3)];
    snprintf(command->staff, STAFF_SIZE, "%04u", 101 + draw(world, 20));
    command->has = COMMAND_HAS(ARG_STAFF);
    if (command->type == COMMAND_STAFF_SET) {
        command->until_ms = some_time(world);
    }
}

static void acknowledges(struct world *world, struct command *command) {
    command->type = COMMAND_ALERT_ACKNOWLEDGE;
    command->alert = world->last_alert;
    command->has = COMMAND_HAS(ARG_ALERT);
}

void manager_step(struct world *world) {
    uint32_t lot = draw(world, 20);
    if (lot == 0) {
        outside(world);
        return;
    }
    struct command command = people_command(COMMAND_NONE, BY_PAGE, "manager", 1);
    if (lot <= 2) {
        of_staff(world, &command);
    } else if (lot <= 5) {
        acknowledges(world, &command);
    } else if (lot <= 14) {
        of_a_window(world, &command);
    } else {
        of_the_hall(world, &command);
    }
    command.has |= command.until_ms != 0 ? COMMAND_HAS(ARG_UNTIL) : 0;
    people_send(world, &command);
}

void manager_reloads(struct world *world) {
    static struct rules before;
    char what[WHAT_SIZE] = "";
    before = world->rules;
    draw_changes(world);
    bool fits = hall_check_rules(world->hall, &world->rules, what) == REASON_NONE;
    struct input input = { .kind = INPUT_CONFIG };
    input.config.rules = &world->rules;
    input.config.hash = "00fe";
    enum reason reason = world_take(world, &input);
    if (fits != (reason == REASON_NONE)) {
        model_fault(world->model, "a reload is checked well and then refused, or the reverse");
    }
    if (!fits) {
        world->rules = before;
    }
}
