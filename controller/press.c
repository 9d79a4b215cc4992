#include "controller/press.h"

#include <stdio.h>
#include <string.h>

enum { CALL_NUMBER_BITS = 10 };

static enum reason from_terminal(const struct rules *rules, const struct device_report *report,
                                 struct command *command);
static enum reason from_keypad(const struct device_report *report, struct command *command);
static enum reason from_dispenser(const struct rules *rules, const struct device_place *place,
                                  const struct device_report *report, struct command *command);
static enum reason set_service(const struct rules *rules, unsigned index, struct command *command);
static enum reason set_called(const struct rules *rules, uint16_t argument,
                              struct command *command);
static void set_staff(const struct rules *rules, uint16_t number, struct command *command);

static const enum command_type TERMINAL_COMMANDS[] = {
    [KEY_NEXT] = COMMAND_WINDOW_NEXT,
    [KEY_RECALL] = COMMAND_WINDOW_RECALL,
    [KEY_NO_SHOW] = COMMAND_WINDOW_NO_SHOW,
    [KEY_PAUSE] = COMMAND_WINDOW_PAUSE,
    [KEY_RESUME] = COMMAND_WINDOW_RESUME,
    [KEY_TRANSFER] = COMMAND_WINDOW_TRANSFER,
    [KEY_DONE] = COMMAND_WINDOW_DONE,
    [KEY_INVITE] = COMMAND_RATING_INVITE,
    [KEY_SIGN_IN] = COMMAND_STAFF_SIGN_IN,
    [KEY_SIGN_OUT] = COMMAND_STAFF_SIGN_OUT,
    [KEY_CALL] = COMMAND_WINDOW_CALL,
    [KEY_START] = COMMAND_WINDOW_START,
    [KEY_HELP] = COMMAND_WINDOW_HELP,
    [KEY_HOLD] = COMMAND_WINDOW_HOLD,
    [KEY_UNHOLD] = COMMAND_WINDOW_UNHOLD,
    [KEY_UNDO] = COMMAND_WINDOW_UNDO,
    [KEY_PIN] = COMMAND_NONE,
};

enum reason press_to_command(const struct rules *rules, const struct device_place *place,
                             const struct device_report *report, struct command *command) {
    memset(command, 0, sizeof *command);
    command->by.kind = BY_KEY;
    snprintf(command->by.id, sizeof command->by.id, "%s", report->device);
    if (report->part == ROLE_DISPENSER) {
        return from_dispenser(rules, place, report, command);
    }
    if (place->window == 0) {
        return REASON_NO_SUCH;
    }
    command->window = place->window;
    command->has |= COMMAND_HAS(ARG_WINDOW);
    return report->part == ROLE_KEYPAD ? from_keypad(report, command)
                                       : from_terminal(rules, report, command);
}

static enum reason from_terminal(const struct rules *rules, const struct device_report *report,
                                 struct command *command) {
    if (report->code < KEY_NEXT || report->code > KEY_PIN) {
        return REASON_NO_SUCH;
    }
    command->type = TERMINAL_COMMANDS[report->code];
    switch ((enum terminal_key)report->code) {
    case KEY_PAUSE:
        snprintf(command->reason, sizeof command->reason, "%u", report->argument);
        command->has |= COMMAND_HAS(ARG_REASON);
        return REASON_NONE;
    case KEY_TRANSFER:
        return set_service(rules, report->argument, command);
    case KEY_DONE:
        command->outcome = report->argument == 0 ? OUTCOME_DONE : (enum outcome)report->argument;
        command->has |= COMMAND_HAS(ARG_OUTCOME);
        return report->argument > OUTCOME_NOT_HERE ? REASON_BAD_ARGUMENT : REASON_NONE;
    case KEY_PIN:
        command->pin = report->argument;
        command->has |= COMMAND_HAS(ARG_PIN);
        return REASON_NONE;
    case KEY_SIGN_IN:
        command->needs_pin = true;
        set_staff(rules, report->argument, command);
        return REASON_NONE;
    case KEY_CALL:
        return set_called(rules, report->argument, command);
    case KEY_NEXT:
    case KEY_RECALL:
    case KEY_NO_SHOW:
    case KEY_RESUME:
    case KEY_INVITE:
    case KEY_SIGN_OUT:
    case KEY_START:
    case KEY_HELP:
    case KEY_HOLD:
    case KEY_UNHOLD:
    case KEY_UNDO:
        return REASON_NONE;
    }
    return REASON_NO_SUCH;
}

static enum reason from_keypad(const struct device_report *report, struct command *command) {
    command->session = report->argument;
    command->rating_channel = RATING_KEYPAD;
    command->has |= COMMAND_HAS(ARG_SESSION) | COMMAND_HAS(ARG_RATING_CHANNEL);
    if (report->code >= 1 && report->code <= 5) {
        command->type = COMMAND_RATING_GIVE;
        command->grade = (uint8_t)report->code;
        command->has |= COMMAND_HAS(ARG_GRADE);
        return REASON_NONE;
    }
    if (report->code > KEY_REASON && report->code <= KEY_REASON + RATING_REASONS_MAX) {
        command->type = COMMAND_RATING_REASONS;
        command->reason_count = 1;
        command->reasons[0] = (uint16_t)(report->code - KEY_REASON);
        command->has |= COMMAND_HAS(ARG_REASONS);
        return REASON_NONE;
    }
    return REASON_NO_SUCH;
}

static enum reason from_dispenser(const struct rules *rules, const struct device_place *place,
                                  const struct device_report *report, struct command *command) {
    if (report->code == KEY_CHECK_IN) {
        command->type = COMMAND_TICKET_CHECK_IN;
        command->code = report->argument;
        command->has |= COMMAND_HAS(ARG_CODE);
        return report->argument > 9999 ? REASON_BAD_ARGUMENT : REASON_NONE;
    }
    unsigned key = report->code - (unsigned)KEY_TICKET;
    if (report->code <= KEY_TICKET || key > DISPENSER_KEYS || place->keys[key] == 0) {
        return REASON_NO_SUCH;
    }
    if (report->argument > 1) {
        return REASON_BAD_ARGUMENT;
    }
    command->type = COMMAND_TICKET_ISSUE;
    command->class = report->argument == 1 ? CLASS_GREEN : CLASS_NORMAL;
    command->channel = CHANNEL_DISPENSER;
    snprintf(command->print, sizeof command->print, "%s", report->device);
    command->has |= COMMAND_HAS(ARG_CLASS) | COMMAND_HAS(ARG_CHANNEL) | COMMAND_HAS(ARG_PRINT);
    if (report->argument == 1) {
        /* A key can't say which ground; the clerk sees the papers. */
        command->ground = GROUND_OTHER;
        command->has |= COMMAND_HAS(ARG_GROUND);
    }
    return set_service(rules, place->keys[key], command);
}

static enum reason set_service(const struct rules *rules, unsigned index, struct command *command) {
    if (index == 0 || index >= SERVICES_MAX || rules->services[index].id[0] == 0) {
        return REASON_BAD_ARGUMENT;
    }
    memcpy(command->service, rules->services[index].id, NAME_SIZE);
    command->has |= COMMAND_HAS(ARG_SERVICE);
    return REASON_NONE;
}

static enum reason set_called(const struct rules *rules, uint16_t argument,
                              struct command *command) {
    unsigned index = argument >> CALL_NUMBER_BITS;
    uint16_t number = argument & ((1U << CALL_NUMBER_BITS) - 1);
    if (index == 0 || rules->services[index].id[0] == 0 || number == 0 ||
        number > TICKET_NUMBER_MAX) {
        return REASON_BAD_ARGUMENT;
    }
    memcpy(command->ticket.prefix, rules->services[index].prefix, sizeof command->ticket.prefix);
    command->ticket.number = number;
    command->has |= COMMAND_HAS(ARG_TICKET);
    return REASON_NONE;
}

/* Staff are written "0107" but pressed 107; one that nobody knows keeps its digits, and the hall refuses it. */
static void set_staff(const struct rules *rules, uint16_t number, struct command *command) {
    const struct staff_rule *staff = rules_staff(rules, number);
    if (staff != NULL) {
        memcpy(command->staff, staff->id, STAFF_SIZE);
    } else {
        snprintf(command->staff, sizeof command->staff, "%u", number);
    }
    command->has |= COMMAND_HAS(ARG_STAFF);
}
