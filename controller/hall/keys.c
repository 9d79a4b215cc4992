/*
 * The table of 3-hall-rules.md: what each key does in each state of its window. An action adds events to the draft or
 * says why not; it never does both, but for a wrong PIN, which is counted.
 */
#include "controller/hall/keys.h"

#include <string.h>

#include "controller/hall/alert.h"
#include "controller/hall/change.h"
#include "controller/hall/rating.h"
#include "controller/hall/staff.h"
#include "controller/hall/ticket.h"
#include "controller/hall/voice.h"
#include "controller/hall/window.h"

typedef enum reason (*action)(struct draft *draft, const struct window *window);

enum { STATES = WINDOW_PAUSED + 1 };

static enum reason sign_in_first(struct draft *draft, const struct window *window);
static enum reason not_now(struct draft *draft, const struct window *window);
static enum reason nothing(struct draft *draft, const struct window *window);
static enum reason next_from_open(struct draft *draft, const struct window *window);
static enum reason next_from_calling(struct draft *draft, const struct window *window);
static enum reason next_from_serving(struct draft *draft, const struct window *window);
static enum reason next_from_paused(struct draft *draft, const struct window *window);
static enum reason recall(struct draft *draft, const struct window *window);
static enum reason start(struct draft *draft, const struct window *window);
static enum reason no_show(struct draft *draft, const struct window *window);
static enum reason done(struct draft *draft, const struct window *window);
static enum reason invite(struct draft *draft, const struct window *window);
static enum reason transfer(struct draft *draft, const struct window *window);
static enum reason call(struct draft *draft, const struct window *window);
static enum reason call_from_calling(struct draft *draft, const struct window *window);
static enum reason hold(struct draft *draft, const struct window *window);
static enum reason unhold(struct draft *draft, const struct window *window);
static enum reason pause(struct draft *draft, const struct window *window);
static enum reason resume(struct draft *draft, const struct window *window);
static enum reason unpend_pause(struct draft *draft, const struct window *window);
static enum reason undo_no_show(struct draft *draft, const struct window *window);
static enum reason undo_call(struct draft *draft, const struct window *window);
static enum reason sign_out(struct draft *draft, const struct window *window);
static enum reason sign_out_later(struct draft *draft, const struct window *window);
static enum reason help(struct draft *draft, const struct window *window);

/* clang-format off */
static const action TABLE[COMMAND_TYPES][STATES] = {
    /* key                        none closed         open            calling            serving            paused */
    [COMMAND_STAFF_SIGN_IN] =   { 0, staff_sign_in,  staff_sign_in,  staff_sign_in,     staff_sign_in,     staff_sign_in },
    [COMMAND_STAFF_SIGN_OUT] =  { 0, not_now,        sign_out,       sign_out_later,    sign_out_later,    sign_out },
    [COMMAND_WINDOW_NEXT] =     { 0, sign_in_first,  next_from_open, next_from_calling, next_from_serving, next_from_paused },
    [COMMAND_WINDOW_RECALL] =   { 0, sign_in_first,  not_now,        recall,            recall,            not_now },
    [COMMAND_WINDOW_START] =    { 0, sign_in_first,  not_now,        start,             nothing,           not_now },
    [COMMAND_WINDOW_NO_SHOW] =  { 0, sign_in_first,  not_now,        no_show,           no_show,           not_now },
    [COMMAND_WINDOW_DONE] =     { 0, sign_in_first,  not_now,        done,              done,              not_now },
    [COMMAND_RATING_INVITE] =   { 0, sign_in_first,  not_now,        not_now,           invite,            not_now },
    [COMMAND_WINDOW_TRANSFER] = { 0, sign_in_first,  not_now,        transfer,          transfer,          not_now },
    [COMMAND_WINDOW_CALL] =     { 0, sign_in_first,  call,           call_from_calling, call,              call },
    [COMMAND_WINDOW_HOLD] =     { 0, sign_in_first,  not_now,        hold,              hold,              not_now },
    [COMMAND_WINDOW_UNHOLD] =   { 0, sign_in_first,  unhold,         not_now,           not_now,           unhold },
    [COMMAND_WINDOW_PAUSE] =    { 0, sign_in_first,  pause,          pause,             pause,             pause },
    [COMMAND_WINDOW_RESUME] =   { 0, sign_in_first,  nothing,        unpend_pause,      unpend_pause,      resume },
    [COMMAND_WINDOW_UNDO] =     { 0, sign_in_first,  undo_no_show,   undo_call,         undo_call,         not_now },
    [COMMAND_WINDOW_HELP] =     { 0, help,           help,           help,              help,              help },
};
/* clang-format on */

bool keys_has(enum command_type type) {
    return TABLE[type][WINDOW_CLOSED] != NULL;
}

enum reason decide_key(struct draft *draft) {
    uint16_t place = live_window(draft->hall, draft->command->window);
    if (place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct window *window = &draft->hall->windows[place];
    return TABLE[draft->command->type][window->state](draft, window);
}

static enum reason sign_in_first(struct draft *draft, const struct window *window) {
    (void)draft;
    (void)window;
    return REASON_SIGN_IN_FIRST;
}

static enum reason not_now(struct draft *draft, const struct window *window) {
    (void)draft;
    (void)window;
    return REASON_NOT_NOW;
}

static enum reason nothing(struct draft *draft, const struct window *window) {
    (void)draft;
    (void)window;
    return REASON_NONE;
}

/* --- calling -------------------------------------------------------------------------------------------------- */

static bool is_just_called(const struct draft *draft, const struct window *window) {
    int64_t mistake_ms = (int64_t)draft->hall->rules.mistake_s * 1000;
    return draft->now_ms < window->first_called_ms + mistake_ms;
}

static bool is_too_soon(const struct draft *draft, const struct window *window) {
    const struct rules *rules = &draft->hall->rules;
    bool is_green = draft->hall->tickets[window->ticket].class == CLASS_GREEN;
    uint32_t after_s = is_green ? rules->no_show.after_green_s : rules->no_show.after_s;
    return draft->now_ms < voice_heard_ms(window) + (int64_t)after_s * 1000;
}

void keys_call_next(struct draft *draft, const struct window *window, const struct coming *coming) {
    struct pick pick = queue_next_for(draft->hall, window, draft->now_ms, coming);
    if (pick.place != NO_PLACE) {
        step_call(draft, window, pick, coming);
    }
}

static enum reason next_from_open(struct draft *draft, const struct window *window) {
    struct pick pick = queue_next_for(draft->hall, window, draft->now_ms, NULL);
    if (pick.place == NO_PLACE) {
        return REASON_QUEUE_EMPTY;
    }
    if (rating_holds_next(window, draft->now_ms) && window->session.is_open) {
        rating_add_missed(draft, window, "skipped");
    }
    step_call(draft, window, pick, NULL);
    return REASON_NONE;
}

static enum reason next_from_calling(struct draft *draft, const struct window *window) {
    if (is_just_called(draft, window)) {
        return REASON_JUST_CALLED;
    }
    if (is_too_soon(draft, window)) {
        return REASON_TOO_SOON;
    }
    step_no_show(draft, window);
    if (!step_pending(draft, window)) {
        keys_call_next(draft, window, NULL);
    }
    return REASON_NONE;
}

/* With rate_first_s the invitation holds the call back; the timer, the press or a second NEXT brings it. */
static bool holds_next_back(struct draft *draft) {
    uint32_t first_s = draft->hall->rules.rating.rate_first_s;
    for (unsigned i = 0; first_s != 0 && i < draft->out->count; i++) {
        struct event *event = &draft->out->events[i];
        if (event->type == EVENT_RATING_INVITED) {
            event_set_until(event, draft->now_ms + (int64_t)first_s * 1000);
            return true;
        }
    }
    return false;
}

static enum reason next_from_serving(struct draft *draft, const struct window *window) {
    struct coming coming;
    if (is_just_called(draft, window)) {
        return REASON_JUST_CALLED;
    }
    step_done(draft, window, OUTCOME_DONE, &coming);
    if (!step_pending(draft, window) && !holds_next_back(draft)) {
        keys_call_next(draft, window, &coming);
    }
    return REASON_NONE;
}

static enum reason next_from_paused(struct draft *draft, const struct window *window) {
    step_resume(draft, window);
    keys_call_next(draft, window, NULL);
    return REASON_NONE;
}

/* At a window that calls by itself a key pressed at the same moment was meant for the one before. */
static bool is_auto_guarded(const struct draft *draft, const struct window *window) {
    return window->is_auto && window_rule(draft->hall, window)->auto_call &&
           is_just_called(draft, window);
}

/* Which ticket CALL means, and whether it may be called here. */
static enum reason find_called(const struct draft *draft, const struct window *window,
                               uint16_t *place) {
    *place = ticket_of_command(draft);
    if (*place == NO_PLACE) {
        return REASON_NO_SUCH;
    }
    const struct ticket *ticket = &draft->hall->tickets[*place];
    bool is_held_here = window->held == *place;
    if (ticket->state != TICKET_WAITING && ticket->state != TICKET_UNSURE && !is_held_here) {
        return REASON_NO_SUCH;
    }
    bool may =
        queue_may_serve(window, ticket->service) || ticket->bound == window->id || is_held_here;
    return may ? REASON_NONE : REASON_NOT_YOURS;
}

static enum reason call(struct draft *draft, const struct window *window) {
    struct coming coming = { .place = NO_PLACE };
    uint16_t place;
    if (is_auto_guarded(draft, window)) {
        return REASON_JUST_CALLED;
    }
    enum reason reason = find_called(draft, window, &place);
    if (reason != REASON_NONE) {
        return reason;
    }
    if (window->state == WINDOW_SERVING) {
        step_done(draft, window, OUTCOME_DONE, &coming);
        if (step_pending(draft, window)) {
            return REASON_NONE;
        }
    } else if (window->state == WINDOW_PAUSED) {
        step_resume(draft, window);
    }
    if (place == window->held) {
        step_unhold(draft, window, place);
    }
    step_call(draft, window, (struct pick){ place, TIER_NUMBER }, &coming);
    return REASON_NONE;
}

static enum reason call_from_calling(struct draft *draft, const struct window *window) {
    return is_auto_guarded(draft, window) ? REASON_JUST_CALLED : REASON_NOT_NOW;
}

static void set_at_window(const struct draft *draft, const struct window *window,
                          struct event *event) {
    event_set_window(event, draft->hall, window);
    event->visit = window->visit;
    event->has |= EVENT_HAS(FIELD_VISIT);
}

static enum reason recall(struct draft *draft, const struct window *window) {
    if (window->state == WINDOW_SERVING && !window->is_assumed) {
        return REASON_NOT_NOW;
    }
    if (is_auto_guarded(draft, window)) {
        return REASON_JUST_CALLED;
    }
    if (window->calls > draft->hall->rules.recalls) {
        return REASON_NOT_NOW;
    }
    struct event *event = draft_ticket(draft, EVENT_TICKET_RECALLED, window->ticket);
    set_at_window(draft, window, event);
    event->count = window->calls + 1U;
    event->has |= EVENT_HAS(FIELD_COUNT);
    return REASON_NONE;
}

static enum reason start(struct draft *draft, const struct window *window) {
    struct event *event = draft_ticket(draft, EVENT_TICKET_SERVING, window->ticket);
    set_at_window(draft, window, event);
    event->has |= EVENT_HAS(FIELD_ASSUMED);
    return REASON_NONE;
}

static enum reason no_show(struct draft *draft, const struct window *window) {
    if (window->state == WINDOW_SERVING && !window->is_assumed) {
        return REASON_NOT_NOW;
    }
    if (is_too_soon(draft, window)) {
        return REASON_TOO_SOON;
    }
    step_no_show(draft, window);
    step_pending(draft, window);
    return REASON_NONE;
}

/* --- serving -------------------------------------------------------------------------------------------------- */

static enum reason done(struct draft *draft, const struct window *window) {
    struct coming coming;
    enum outcome outcome = draft->command->outcome;
    if (outcome > OUTCOME_NOT_HERE) {
        return REASON_BAD_ARGUMENT;
    }
    step_done(draft, window, outcome == OUTCOME_NONE ? OUTCOME_DONE : outcome, &coming);
    step_pending(draft, window);
    return REASON_NONE;
}

static enum reason invite(struct draft *draft, const struct window *window) {
    if (window->is_invited) {
        return REASON_ALREADY;
    }
    if (window->keypads == 0) {
        return REASON_DEVICE_OFFLINE;
    }
    rating_ask(draft, window, true);
    return REASON_NONE;
}

static enum reason read_transfer(const struct draft *draft, const struct window *window,
                                 unsigned *service) {
    const struct command *command = draft->command;
    *service = draft->hall->tickets[window->ticket].service;
    if (command->service[0] == 0 && command->to_window == 0) {
        return REASON_BAD_ARGUMENT;
    }
    if (command->service[0] != 0) {
        *service = rules_service(&draft->hall->rules, command->service);
        if (*service == 0) {
            return REASON_BAD_ARGUMENT;
        }
    }
    if (command->to_window != 0) {
        uint16_t to = live_window(draft->hall, command->to_window);
        if (to == NO_PLACE) {
            return REASON_NO_SUCH;
        }
        if (&draft->hall->windows[to] == window) {
            return REASON_BAD_ARGUMENT;
        }
        return draft->hall->windows[to].state == WINDOW_CLOSED ? REASON_NOT_NOW : REASON_NONE;
    }
    return REASON_NONE;
}

/* The event's window is the one the ticket is bound to now, if any; its visit says where it comes from. */
static enum reason transfer(struct draft *draft, const struct window *window) {
    const struct command *command = draft->command;
    unsigned service;
    enum reason reason = read_transfer(draft, window, &service);
    if (reason != REASON_NONE) {
        return reason;
    }
    struct event *event = draft_ticket(draft, EVENT_TICKET_TRANSFERRED, window->ticket);
    event_set_service(event, draft->hall, service);
    event_set_turn(event, command->place == PLACE_NOW
                              ? draft->now_ms
                              : draft->hall->tickets[window->ticket].turn_ms);
    event->visit = window->visit;
    event->has |= EVENT_HAS(FIELD_VISIT);
    if (command->to_window != 0) {
        event->window = command->to_window;
        event->has |= EVENT_HAS(FIELD_WINDOW);
    }
    step_pending(draft, window);
    return REASON_NONE;
}

static enum reason hold(struct draft *draft, const struct window *window) {
    if (window->held != NO_PLACE) {
        return REASON_NOT_NOW;
    }
    set_at_window(draft, window, draft_ticket(draft, EVENT_TICKET_HELD, window->ticket));
    if (window->is_pending_close) {
        step_unhold(draft, window, window->ticket); /* a window that closes holds nobody */
    }
    step_pending(draft, window);
    return REASON_NONE;
}

static enum reason unhold(struct draft *draft, const struct window *window) {
    if (window->held == NO_PLACE) {
        return REASON_QUEUE_EMPTY;
    }
    if (window->state == WINDOW_PAUSED) {
        step_resume(draft, window);
    }
    step_unhold(draft, window, window->held);
    step_call(draft, window, (struct pick){ window->held, TIER_BOUND }, NULL);
    return REASON_NONE;
}

/* --- the window itself ---------------------------------------------------------------------------------------- */

/* The wire's value as text; known are those of pause_reasons. Without any, a pause needs no reason. */
static bool pause_reason_is_known(const struct rules *rules, const char *reason) {
    int32_t value = digits_value(reason);
    if (rules->pause_reasons == 0) {
        return reason[0] == 0 || value == 0;
    }
    return value >= 0 && value < PAUSE_REASONS_MAX && (rules->pause_reasons >> value & 1U) != 0;
}

static enum reason pause(struct draft *draft, const struct window *window) {
    const char *reason = draft->command->reason;
    if (!pause_reason_is_known(&draft->hall->rules, reason)) {
        return REASON_BAD_ARGUMENT;
    }
    enum reason refusal = change_check_until(draft);
    if (refusal != REASON_NONE) {
        return refusal;
    }
    int64_t until_ms = draft->command->until_ms;
    bool is_later = window->ticket != NO_PLACE;
    const char *standing = is_later ? window->pending_reason : window->pause_reason;
    bool stands = is_later ? window->is_pending_pause : window->state == WINDOW_PAUSED;
    if (!stands || strcmp(standing, reason) != 0 || until_ms != 0) {
        step_pause(draft, window, reason, is_later);
        event_set_until(&draft->out->events[draft->out->count - 1], until_ms);
    }
    return REASON_NONE;
}

static enum reason resume(struct draft *draft, const struct window *window) {
    step_resume(draft, window);
    return REASON_NONE;
}

static enum reason unpend_pause(struct draft *draft, const struct window *window) {
    if (window->is_pending_pause) {
        step_resume(draft, window);
    }
    return REASON_NONE;
}

static enum reason undo_no_show(struct draft *draft, const struct window *window) {
    bool is_back = window->missed == NO_PLACE ||
                   draft->hall->tickets[window->missed].state != TICKET_NO_SHOW ||
                   draft->hall->tickets[window->missed].visit != window->missed_visit;
    if (is_back || draft->now_ms >= window->missed_ms + UNDO_MS) {
        return REASON_NOT_NOW;
    }
    struct event *event = draft_ticket(draft, EVENT_TICKET_UNDONE, window->missed);
    event_set_window(event, draft->hall, window);
    event->visit = window->missed_visit;
    event->has |= EVENT_HAS(FIELD_VISIT);
    return REASON_NONE;
}

/* Within 10 s of the call, or of the assumed start. */
static enum reason undo_call(struct draft *draft, const struct window *window) {
    bool is_serving = window->state == WINDOW_SERVING && !window->is_assumed;
    if (is_serving || draft->now_ms >= window->since_ms + UNDO_MS) {
        return REASON_NOT_NOW;
    }
    step_undo_call(draft, window);
    step_pending(draft, window);
    return REASON_NONE;
}

static enum reason sign_out(struct draft *draft, const struct window *window) {
    step_close(draft, window, "signed_out");
    return REASON_NONE;
}

static enum reason sign_out_later(struct draft *draft, const struct window *window) {
    if (!window->is_pending_close) {
        step_close_after_ticket(draft, window);
    }
    return REASON_NONE;
}

static enum reason help(struct draft *draft, const struct window *window) {
    char subject[NAME_SIZE];
    alert_window_subject(window->id, subject);
    if (live_alert(draft->hall, "help", subject) == NO_PLACE) {
        alert_add_raised(draft, "help", subject, "");
    }
    return REASON_NONE;
}
