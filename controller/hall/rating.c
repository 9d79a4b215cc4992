#include "controller/hall/rating.h"

#include <assert.h>
#include <string.h>

#include "controller/hall/cases.h"
#include "controller/hall/hours.h"
#include "controller/hall/rating_target.h"
#include "controller/hall/window.h"

enum { WORST_GOOD_GRADE = 3, BEST_GRADE = 5, KEY_REASONS_MAX = 8 };

static void add_given(struct draft *draft, const struct rating_target *target);
static void add_bad(struct draft *draft, const struct rating_target *target);
static enum reason ignore_press(struct draft *draft, enum reason reason);
static uint8_t suspicions(const struct draft *draft, const struct rating_target *target);
static bool explains_grade(const struct command *command, uint8_t grade);

static bool session_is_used(const struct hall *hall, uint16_t number) {
    for (unsigned i = 0; i < hall->window_count; i++) {
        if (rating_session_at(&hall->windows[i], number) != NULL) {
            return true;
        }
    }
    return false;
}

/* 1..65535 and around, skipping those that a keypad may still answer; 0 is none. */
static uint16_t next_session(const struct hall *hall) {
    uint16_t number = hall->session_last;
    do {
        number = number == UINT16_MAX ? 1 : (uint16_t)(number + 1);
    } while (session_is_used(hall, number));
    return number;
}

static struct event *add_rating(struct draft *draft, enum event_type type, uint16_t ticket,
                                uint64_t visit) {
    struct event *event = draft_ticket(draft, type, ticket);
    event->has &= ~EVENT_HAS(FIELD_CHANNEL); /* a rating's channel is another list */
    event->channel = CHANNEL_NONE;
    event->visit = visit;
    event->has |= EVENT_HAS(FIELD_VISIT);
    return event;
}

/* An event about the window's session. */
static struct event *add_of_session(struct draft *draft, enum event_type type,
                                    const struct window *window) {
    struct rating_target target;
    rating_target_of_session(draft->hall, window, &window->session, &target);
    struct event *event = rating_add(draft, type, &target);
    event->session = window->session.number;
    event->has |= EVENT_HAS(FIELD_SESSION);
    return event;
}

void rating_add_missed(struct draft *draft, const struct window *window, const char *reason) {
    event_set_reason(add_of_session(draft, EVENT_RATING_MISSED, window), reason);
}

void rating_ask(struct draft *draft, const struct window *window, bool is_here) {
    if (window->is_invited) {
        return;
    }
    if (!is_here || window->keypads == 0) {
        struct event *event =
            add_rating(draft, EVENT_RATING_NOT_ASKED, window->ticket, window->visit);
        event_set_window(event, draft->hall, window);
        event_set_reason(event, is_here ? "no_keypad" : "not_here");
        return;
    }
    if (window->session.is_open) {
        rating_add_missed(draft, window, "next_invited");
    }
    struct event *event = add_rating(draft, EVENT_RATING_INVITED, window->ticket, window->visit);
    event_set_window(event, draft->hall, window);
    event->session = next_session(draft->hall);
    event->has |= EVENT_HAS(FIELD_SESSION);
}

void rating_open_case(struct draft *draft, uint16_t ticket, const struct window *window,
                      enum case_kind kind) {
    const struct rating_rule *rule = &draft->hall->rules.rating;
    uint64_t visit = draft->hall->tickets[ticket].visit;
    struct event *event = add_rating(draft, EVENT_CASE_OPENED, ticket, visit);
    event->has &= ~EVENT_HAS(FIELD_CLASS);
    event->class = CLASS_NONE;
    event->case_seq = event->seq;
    event->case_kind = kind;
    event->due_ms = hours_due_ms(draft->hall, rule->contact_days);
    event->has |= EVENT_HAS(FIELD_CASE) | EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_DUE);
    if (window != NULL) {
        event_set_window(event, draft->hall, window);
    }
}

void rating_add_defaults(struct draft *draft) {
    const struct hall *hall = draft->hall;
    uint8_t grade = hall->rules.rating.default_grade;
    uint32_t number = hall->defaulted + 1;
    if (hall->visit_count > hall->visits_max && number <= hall->visit_count - hall->visits_max) {
        number = hall->visit_count - hall->visits_max + 1; /* older ones were overwritten */
    }
    for (; grade != 0 && number <= hall->visit_count && draft_has_room(draft, 1); number++) {
        const struct visit *visit = live_visit(hall, number);
        if (!visit->is_asked || visit->grade != 0) {
            continue;
        }
        struct rating_target target;
        rating_target_of_visit(hall, visit, &target);
        struct event *event = rating_add(draft, EVENT_RATING_GIVEN, &target);
        event->rating_channel = RATING_DEFAULT;
        event->grade = grade;
        event->has |= EVENT_HAS(FIELD_RATING_CHANNEL) | EVENT_HAS(FIELD_GRADE);
    }
}

bool rating_holds_next(const struct window *window, int64_t now_ms) {
    return window->state == WINDOW_OPEN && now_ms < window->next_waits_ms;
}

/* --- giving --------------------------------------------------------------------------------------------------- */

enum reason decide_rating_give(struct draft *draft) {
    const struct command *command = draft->command;
    bool is_press = command->by.kind == BY_KEY;
    struct rating_target target;
    if (command->grade < 1 || command->grade > BEST_GRADE ||
        !explains_grade(command, command->grade)) {
        return REASON_BAD_ARGUMENT;
    }
    enum reason reason = rating_find_unrated(draft, &target);
    if (reason != REASON_NONE) {
        return is_press ? ignore_press(draft, reason) : reason;
    }
    add_given(draft, &target);
    if (command->grade < WORST_GOOD_GRADE) {
        add_bad(draft, &target);
    }
    if (target.has_session && rating_holds_next(target.window, draft->now_ms)) {
        struct pick pick = queue_next_for(draft->hall, target.window, draft->now_ms, NULL);
        if (pick.place != NO_PLACE) {
            step_call(draft, target.window, pick, NULL);
        }
    }
    return REASON_NONE;
}

static void add_given(struct draft *draft, const struct rating_target *target) {
    const struct command *command = draft->command;
    struct event *event = rating_add(draft, EVENT_RATING_GIVEN, target);
    event->rating_channel =
        command->rating_channel == RATING_CHANNEL_NONE ? RATING_KEYPAD : command->rating_channel;
    event->grade = command->grade;
    event->has |= EVENT_HAS(FIELD_RATING_CHANNEL) | EVENT_HAS(FIELD_GRADE);
    if (target->has_session) {
        const struct session *session = &target->window->session;
        event->session = session->number;
        event->after_s = seconds_between(session->invited_ms, draft->now_ms);
        event->has |= EVENT_HAS(FIELD_SESSION) | EVENT_HAS(FIELD_AFTER);
    }
    if (command->reason_count > 0) {
        event->reason_count = command->reason_count;
        memcpy(event->reasons, command->reasons, sizeof event->reasons);
        event->has |= EVENT_HAS(FIELD_REASONS);
    }
    event_set_note(event, draft);
    event->suspicious = suspicions(draft, target);
    if (event->suspicious != 0) {
        event->has |= EVENT_HAS(FIELD_SUSPICIOUS);
    }
}

/* Five equal grades within a minute at one window: this one and the four before it. */
static bool is_run(const struct draft *draft, const struct window *window) {
    for (unsigned i = 0; i < GRADES_KEPT; i++) {
        if (window->grades[i] != draft->command->grade ||
            draft->now_ms - window->grades_ms[i] > RUN_OF_GRADES_MS) {
            return false;
        }
    }
    return true;
}

static uint8_t suspicions(const struct draft *draft, const struct rating_target *target) {
    const struct rating_rule *rule = &draft->hall->rules.rating;
    unsigned found = 0;
    if (target->has_session &&
        draft->now_ms - target->window->session.invited_ms < rule->too_fast_ms) {
        found |= SUSPICION_TOO_FAST;
    }
    if (target->is_finished && target->served_s < rule->too_short_s) {
        found |= SUSPICION_TOO_SHORT;
    }
    if (target->window != NULL && is_run(draft, target->window)) {
        found |= SUSPICION_RUN;
    }
    return (uint8_t)found;
}

static void add_bad(struct draft *draft, const struct rating_target *target) {
    const struct hall *hall = draft->hall;
    struct event *opened = rating_add(draft, EVENT_CASE_OPENED, target);
    opened->has &= ~EVENT_HAS(FIELD_CLASS);
    opened->class = CLASS_NONE;
    opened->case_seq = opened->seq;
    opened->case_kind = CASE_BAD_RATING;
    opened->grade = draft->command->grade;
    opened->due_ms = hours_due_ms(hall, hall->rules.rating.contact_days);
    opened->has |= EVENT_HAS(FIELD_CASE) | EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_GRADE) |
                   EVENT_HAS(FIELD_DUE);
    struct event *alert = draft_add_rule(draft, EVENT_ALERT_RAISED, "bad_rating");
    alert->alert = alert->seq;
    word_copy(alert->alert_kind, sizeof alert->alert_kind, "bad_rating");
    case_subject(opened->seq, alert->subject);
    alert->has |= EVENT_HAS(FIELD_ALERT) | EVENT_HAS(FIELD_ALERT_KIND) | EVENT_HAS(FIELD_SUBJECT);
}

/* --- reasons -------------------------------------------------------------------------------------------------- */

/* A key says 1..8; the national codes of its reasons begin at 207 for grade 2 and 108 for grade 1. */
static uint16_t national_code(uint16_t reason, uint8_t grade) {
    enum { GRADE_2_BASE = 206, GRADE_1_BASE = 107 };
    if (reason > KEY_REASONS_MAX) {
        return reason;
    }
    return (uint16_t)(reason + (grade == 1 ? GRADE_1_BASE : GRADE_2_BASE));
}

/* A national code begins with the grade that it explains. */
static bool explains_grade(const struct command *command, uint8_t grade) {
    for (unsigned i = 0; i < command->reason_count; i++) {
        if (national_code(command->reasons[i], grade) / 100 != grade) {
            return false;
        }
    }
    return true;
}

/* After a restart a keypad's last presses come again, of which some may stand in the journal. */
static bool is_said_already(const struct command *command, const struct rating_target *target) {
    const struct session *session =
        target->window == NULL ? NULL : rating_session_at(target->window, command->session);
    return command->by.kind == BY_KEY && session != NULL &&
           rating_has_reason(session, national_code(command->reasons[0], target->grade));
}

/*
 * By session for a keypad's presses, each with one reason, which counts once; by ticket for a phone, and then as often
 * as the citizen thinks better of it.
 */
enum reason decide_rating_reasons(struct draft *draft) {
    const struct command *command = draft->command;
    bool has_session = (command->has & COMMAND_HAS(ARG_SESSION)) != 0;
    struct rating_target target;
    if (command->reason_count == 0) {
        return REASON_BAD_ARGUMENT;
    }
    enum reason reason = rating_find_rated(draft, &target);
    if (reason != REASON_NONE) {
        return command->by.kind == BY_KEY ? ignore_press(draft, reason) : reason;
    }
    if (is_said_already(command, &target)) {
        return REASON_NONE;
    }
    if (!explains_grade(command, target.grade)) {
        return REASON_BAD_ARGUMENT;
    }
    struct event *event = rating_add(draft, EVENT_RATING_REASONS_GIVEN, &target);
    if (has_session) {
        event->session = command->session;
        event->has |= EVENT_HAS(FIELD_SESSION);
    }
    event->grade = target.grade;
    event->reason_count = command->reason_count;
    for (unsigned i = 0; i < command->reason_count; i++) {
        event->reasons[i] = national_code(command->reasons[i], target.grade);
    }
    event->has |= EVENT_HAS(FIELD_GRADE) | EVENT_HAS(FIELD_REASONS);
    event_set_note(event, draft);
    return REASON_NONE;
}

enum reason decide_note_erase(struct draft *draft) {
    if (draft->input->command.note == 0) {
        return REASON_NO_SUCH;
    }
    struct event *event = draft_add(draft, EVENT_NOTE_ERASED);
    event->note = draft->input->command.note;
    event->has |= EVENT_HAS(FIELD_NOTE);
    event_set_reason(event, draft->command->reason);
    return REASON_NONE;
}

static bool ignores_in_silence(const struct draft *draft, const char *device) {
    uint16_t place = live_device(draft->hall, device);
    return place != NO_PLACE && draft->hall->devices[place].ignored_ms != 0 &&
           draft->now_ms < draft->hall->devices[place].ignored_ms + IGNORED_MS;
}

static struct event *add_ignored(struct draft *draft, const char *device, uint16_t window,
                                 uint32_t count) {
    struct event *event = draft_add(draft, EVENT_RATING_IGNORED);
    word_copy(event->device, sizeof event->device, device);
    event->count = count;
    event->has |= EVENT_HAS(FIELD_DEVICE) | EVENT_HAS(FIELD_COUNT);
    if (live_window(draft->hall, window) != NO_PLACE) {
        event->window = window;
        event->has |= EVENT_HAS(FIELD_WINDOW);
    }
    return event;
}

/* No further press came that could have said the sum. */
void decide_dropped(struct draft *draft) {
    const struct input *input = draft->input;
    if (draft->hall->day == 0 || ignores_in_silence(draft, input->dropped.device)) {
        return;
    }
    draft->by = (struct by){ .kind = BY_DEVICE };
    word_copy(draft->by.id, sizeof draft->by.id, input->dropped.device);
    event_set_reason(add_ignored(draft, input->dropped.device, input->window, input->dropped.count),
                     "repeated");
}

/*
 * A press that counts for nobody. The first of a device at once, then one in 10 s: the caller counts those that were
 * dropped and gives the sum with the next press. A press from before the baseline is dropped without a word.
 */
static enum reason ignore_press(struct draft *draft, enum reason reason) {
    const struct command *command = draft->command;
    if (draft->input->command.is_old_press) {
        return REASON_NONE;
    }
    if (ignores_in_silence(draft, command->by.id)) {
        draft->out->is_dropped = true;
        return REASON_NONE;
    }
    struct event *event =
        add_ignored(draft, command->by.id, command->window, 1 + draft->input->command.dropped);
    event->session = command->session;
    event->has |= EVENT_HAS(FIELD_SESSION);
    event_set_reason(event, reason_word(reason));
    return REASON_NONE;
}
