/*
 * The table of keys as a table: what each key may be answered in each state of its window. Where the rules leave two
 * answers open, both stand.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/hall/model.h"

enum { UNDO_MS = 10000, SECOND_MS = 1000 };

#define A(answer) (1U << (answer))

struct press {
    const struct model *model;
    const struct model_window *window;
    const struct command *command;
    int64_t now_ms;
};

static long number_of(const char *text) {
    return strtol(text, NULL, 10);
}

static bool has_next(const struct press *press) {
    enum tier tier;
    return model_next(press->model, press->window, press->now_ms, &tier) >= 0;
}

static bool is_seated(const struct press *press) {
    return press->window->state == WINDOW_CALLING || press->window->state == WINDOW_SERVING;
}

/* The time since the call is under `within`: of the call itself, or (then it may or may not count) of its recall. */
static unsigned since_call(const struct press *press, int64_t within_ms, unsigned then,
                           unsigned later) {
    int64_t first_ms = press->now_ms - press->window->first_called_ms;
    int64_t last_ms = press->now_ms - press->window->called_ms;
    if (press->window->is_back) {
        return then | later;
    }
    return (first_ms < within_ms || last_ms < within_ms ? then : 0) |
           (first_ms >= within_ms ? later : 0);
}

static unsigned too_soon(const struct press *press) {
    const struct model *model = press->model;
    const struct model_ticket *ticket = &model->tickets[press->window->ticket];
    uint32_t after_s = ticket->class == CLASS_GREEN ? model->rules.no_show.after_green_s
                                                    : model->rules.no_show.after_s;
    int64_t within_ms = (int64_t)after_s * SECOND_MS;
    int64_t heard_ms = press->now_ms - model_heard_ms(model, press->window);
    int64_t last_ms = press->now_ms - press->window->called_ms;
    if (press->window->is_back) {
        return A(8) | A(1);
    }
    return (heard_ms < within_ms || last_ms < within_ms ? A(8) : 0) |
           (heard_ms >= within_ms ? A(1) : 0);
}

static unsigned mistaken(const struct press *press, unsigned later) {
    return since_call(press, (int64_t)press->model->rules.mistake_s * SECOND_MS, A(7), later);
}

static unsigned next_answers(const struct press *press) {
    const struct model_window *window = press->window;
    unsigned call = has_next(press) ? A(1) : A(2);
    switch (window->state) {
    case WINDOW_OPEN:
        return mistaken(press, 0) | call;
    case WINDOW_CALLING:
        return mistaken(press, too_soon(press)) | (has_next(press) ? 0 : A(2));
    case WINDOW_SERVING:
    case WINDOW_PAUSED:
        return mistaken(press, 0) | A(1) | (has_next(press) ? 0 : A(2));
    case WINDOW_CLOSED:
    case WINDOW_NONE:
        return A(3);
    }
    return 0;
}

static unsigned recall_answers(const struct press *press) {
    const struct model_window *window = press->window;
    if (!is_seated(press) || (window->state == WINDOW_SERVING && !window->is_assumed)) {
        return A(5);
    }
    unsigned answer = window->calls > press->model->rules.recalls ? A(5) : A(1);
    return window->is_self_called ? mistaken(press, answer) | answer : answer;
}

static unsigned no_show_answers(const struct press *press) {
    if (press->window->state == WINDOW_CALLING) {
        return too_soon(press);
    }
    bool is_assumed = press->window->state == WINDOW_SERVING && press->window->is_assumed;
    return is_assumed ? too_soon(press) : A(5);
}

static unsigned done_answers(const struct press *press) {
    bool is_bad = press->command->outcome > OUTCOME_NOT_HERE;
    return is_bad ? A(4) | A(5) : is_seated(press) ? A(1) : A(5);
}

static unsigned transfer_answers(const struct press *press) {
    const struct command *command = press->command;
    unsigned service = rules_service(&press->model->rules, command->service);
    if (!is_seated(press)) {
        return A(5) | A(4) | A(9);
    }
    bool is_plain = command->to_window == 0 && service != 0 &&
                    service != press->model->tickets[press->window->ticket].service;
    return is_plain ? A(1) : A(1) | A(4) | A(5) | A(9);
}

/* CALL by number: a ticket that waits and that this window may serve is called, one that never was is not. */
static unsigned number_answers(const struct press *press) {
    const struct model_window *window = press->window;
    int place = model_ticket_at(press->model, press->command->ticket);
    const struct model_ticket *ticket = place < 0 ? NULL : &press->model->tickets[place];
    unsigned guard = window->is_self_called ? mistaken(press, 0) : 0;
    if (window->state == WINDOW_CALLING) {
        return guard | A(5);
    }
    if (ticket == NULL || ticket->state == TICKET_PRINTING) {
        return guard | A(9);
    }
    bool is_mine = ticket->bound == window->id || window->held == place ||
                   ((window->own | window->helps) >> ticket->service & 1U) != 0;
    if (ticket->state == TICKET_WAITING || ticket->state == TICKET_UNSURE) {
        return guard | (is_mine ? A(1) : A(9));
    }
    bool may_wait = ticket->state == TICKET_NO_SHOW || window->held == place;
    return guard | A(9) | A(5) | (may_wait && is_mine ? A(1) : 0);
}

static unsigned undo_answers(const struct press *press) {
    const struct model_window *window = press->window;
    if (window->state == WINDOW_CALLING) {
        return since_call(press, UNDO_MS, A(1), A(5)) | (window->calls > 1 ? A(5) : 0);
    }
    if (window->state == WINDOW_SERVING) {
        return window->is_assumed && press->now_ms < window->serving_ms + UNDO_MS ? A(1) : A(5);
    }
    bool is_back = window->state == WINDOW_OPEN && window->no_show >= 0 &&
                   press->now_ms - window->no_show_ms < UNDO_MS &&
                   press->model->tickets[window->no_show].state == TICKET_NO_SHOW;
    return is_back ? A(1) : A(5);
}

static unsigned unhold_answers(const struct press *press) {
    if (is_seated(press)) {
        return A(5);
    }
    return press->window->held >= 0 ? A(1) : A(2) | A(5) | A(9);
}

static unsigned pause_answers(const struct press *press) {
    long reason = number_of(press->command->reason);
    bool is_known = reason > 0 && (press->model->rules.pause_reasons >> reason & 1U) != 0;
    return is_known ? A(1) : A(4);
}

static unsigned sign_in_answers(const struct press *press) {
    const struct model *model = press->model;
    const struct window_rule *rule = model_rule(model, press->window->id);
    long number = number_of(press->command->staff);
    for (unsigned i = 0; i < model->touched_count; i++) {
        if (model->touched[i] == number) {
            return A(1) | A(9) | A(10) | A(11); /* whether it still holds is not modelled */
        }
    }
    if (number > STAFF_NUMBER_MAX || rules_staff(&model->rules, (uint16_t)number) == NULL) {
        return A(10);
    }
    bool covers = rule->staff_count == 0;
    for (unsigned i = 0; i < rule->staff_count; i++) {
        covers = covers || rule->staff[i] == number;
    }
    unsigned answers = covers ? 0 : A(9) | A(10);
    for (unsigned i = 0; i < model->window_count; i++) {
        const struct model_window *other = &model->windows[i];
        if (other != press->window && other->ticket >= 0 && other->staff[0] != 0 &&
            number_of(other->staff) == number) {
            answers |= A(11);
        }
    }
    return answers != 0 ? answers : A(1);
}

static unsigned start_answers(const struct press *press) {
    return is_seated(press) ? A(1) : A(5);
}

static unsigned invite_answers(const struct press *press) {
    return press->window->state == WINDOW_SERVING ? A(1) | A(5) : A(5);
}

static unsigned hold_answers(const struct press *press) {
    return is_seated(press) && press->window->held < 0 ? A(1) : A(5);
}

static unsigned help_answers(const struct press *press) {
    return press->window->id != 0 ? A(1) : A(9);
}

static unsigned resume_answers(const struct press *press) {
    return press->model->day != 0 ? A(1) : A(5);
}

static unsigned sign_out_answers(const struct press *press) {
    return press->window->staff[0] != 0 ? A(1) : A(1) | A(5);
}

static unsigned (*const ANSWERS[COMMAND_TYPES])(const struct press *) = {
    [COMMAND_WINDOW_NEXT] = next_answers,         [COMMAND_WINDOW_RECALL] = recall_answers,
    [COMMAND_WINDOW_START] = start_answers,       [COMMAND_WINDOW_NO_SHOW] = no_show_answers,
    [COMMAND_WINDOW_DONE] = done_answers,         [COMMAND_RATING_INVITE] = invite_answers,
    [COMMAND_WINDOW_TRANSFER] = transfer_answers, [COMMAND_WINDOW_CALL] = number_answers,
    [COMMAND_WINDOW_HOLD] = hold_answers,         [COMMAND_WINDOW_UNHOLD] = unhold_answers,
    [COMMAND_WINDOW_PAUSE] = pause_answers,       [COMMAND_WINDOW_RESUME] = resume_answers,
    [COMMAND_WINDOW_UNDO] = undo_answers,         [COMMAND_WINDOW_HELP] = help_answers,
    [COMMAND_STAFF_SIGN_IN] = sign_in_answers,    [COMMAND_STAFF_SIGN_OUT] = sign_out_answers,
};

unsigned model_answers(const struct model *model, const struct command *command, int64_t now_ms) {
    struct press press = { .model = model, .command = command, .now_ms = now_ms };
    for (unsigned i = 0; i < model->window_count; i++) {
        press.window = model->windows[i].id == command->window ? &model->windows[i] : press.window;
    }
    if (press.window == NULL || model->day == 0 || ANSWERS[command->type] == NULL) {
        return 0;
    }
    unsigned answers = ANSWERS[command->type](&press);
    if (press.window->state != WINDOW_CLOSED || command->type == COMMAND_STAFF_SIGN_IN ||
        command->type == COMMAND_WINDOW_HELP) {
        return answers;
    }
    return command->type == COMMAND_STAFF_SIGN_OUT ? A(5) : A(3) | (answers & (A(4) | A(9)));
}
