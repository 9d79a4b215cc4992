#include "controller/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "controller/zone.h"

enum {
    BATCH_EVENTS = 1024,
    BATCH_BYTES = 2 * 1024 * 1024,
    STEPS_MAX =
        100000, /* of one input with `again`: a day's end of TICKETS_MAX tickets takes fewer */
    CARRY_MAX = 12288,
    ANSWERS_MAX =
        48 /* the store holds 64 until the next commit, and would write more before their events */
};

struct ledger {
    struct store *store;
    struct hall *hall;
    void *memory;
    struct hall_limits limits;
    struct event_source source;
    struct decision *decision;
    unsigned count;
    struct event *events;        /* BATCH_EVENTS places, `count` used */
    struct store_entry *entries; /* beside `events` */
    char *bytes;                 /* the entries' texts, BATCH_BYTES */
    size_t used;
    struct carry_row *carry;
    unsigned carry_count;
    unsigned answer_count; /* kept answers of this batch */
    unsigned note_count;   /* its notes */
    unsigned pin_count;    /* its PINs kept and forgotten */
    bool is_broken;        /* the journal could not be read back: the live day means nothing */
};

static enum hall_error replay(struct ledger *ledger, char *fault);
static void decide(struct ledger *ledger, const struct input *input);
static void decide_begin(struct ledger *ledger, struct input *input, char *hash);
static bool has_note(const struct command *command);
static void decide_with_note(struct ledger *ledger, struct input *input, char *hash);
static void settle_pin(struct ledger *ledger, const struct input *input);
static uint64_t standing_note(struct ledger *ledger, uint64_t number);
static bool find_past(struct ledger *ledger, struct input *input, struct past_visit *past);
static bool find_case(struct ledger *ledger, struct input *input, struct open_case *open);
static void refuse_unsaved(struct ledger *ledger);
static void add(struct ledger *ledger, const struct event *event);
static void take_carry(void *context, const struct carry_row *row);
static bool has_memory(const struct ledger *ledger);

enum hall_error ledger_open(const struct config *config, struct ledger **out, char *fault) {
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL) {
        return HALL_FULL;
    }
    ledger->limits = config->limits;
    ledger->memory = calloc(1, hall_size(&ledger->limits));
    ledger->decision = calloc(1, sizeof *ledger->decision);
    ledger->events = malloc(BATCH_EVENTS * sizeof *ledger->events);
    ledger->entries = malloc(BATCH_EVENTS * sizeof *ledger->entries);
    ledger->bytes = malloc(BATCH_BYTES);
    ledger->carry = malloc(CARRY_MAX * sizeof *ledger->carry);
    enum hall_error error = has_memory(ledger) ? HALL_OK : HALL_FULL;
    if (error == HALL_OK) {
        error = store_open(config->store_path, &ledger->store, fault);
    }
    if (error == HALL_OK) {
        memcpy(ledger->source.hall, config->hall_id, NAME_SIZE);
        ledger->source.era = store_era(ledger->store);
        error = replay(ledger, fault);
    }
    if (error != HALL_OK) {
        ledger_close(ledger);
        return error;
    }
    *out = ledger;
    return HALL_OK;
}

void ledger_close(struct ledger *ledger) {
    if (ledger->store != NULL) {
        store_close(ledger->store);
    }
    free(ledger->memory);
    free(ledger->decision);
    free(ledger->events);
    free(ledger->entries);
    free(ledger->bytes);
    free(ledger->carry);
    free(ledger);
}

const struct hall *ledger_hall(const struct ledger *ledger) {
    return ledger->hall;
}

struct store *ledger_store(struct ledger *ledger) {
    return ledger->store;
}

enum reason ledger_take(struct ledger *ledger, const struct input *input, uint64_t *first_seq,
                        unsigned *count) {
    if (ledger->is_broken) {
        return REASON_NOT_SAVED;
    }
    uint64_t before = hall_seq(ledger->hall);
    struct decision *decision = ledger->decision;
    enum reason reason = REASON_NONE;
    for (unsigned step = 0; step == 0 || (decision->again && ledger_has_room(ledger)); step++) {
        assert(step < STEPS_MAX);
        decide(ledger, input);
        reason = decision->reason;
        for (unsigned i = 0; i < decision->count; i++) {
            hall_apply(ledger->hall, &decision->events[i]);
            add(ledger, &decision->events[i]);
        }
    }
    if (first_seq != NULL) {
        *first_seq = before + 1;
    }
    if (count != NULL) {
        *count = (unsigned)(hall_seq(ledger->hall) - before);
    }
    return reason;
}

void ledger_keep_answer(struct ledger *ledger, const char *id, const char *bytes, int64_t now_ms) {
    store_answer_keep(ledger->store, id, bytes, now_ms);
    ledger->answer_count++;
}

const struct decision *ledger_decision(const struct ledger *ledger) {
    return ledger->decision;
}

bool ledger_has_room(const struct ledger *ledger) {
    return ledger->count + EVENTS_PER_INPUT <= BATCH_EVENTS && ledger->answer_count < ANSWERS_MAX &&
           ledger->note_count < NOTES_PENDING_MAX && ledger->pin_count < PINS_PENDING_MAX &&
           ledger->used + 2 * (size_t)EVENT_JSON_MAX <= BATCH_BYTES;
}

unsigned ledger_pending(const struct ledger *ledger) {
    return ledger->count;
}

const struct event *ledger_event(const struct ledger *ledger, uint64_t seq) {
    uint64_t first = hall_seq(ledger->hall) + 1 - ledger->count;
    return seq >= first && seq < first + ledger->count ? &ledger->events[seq - first] : NULL;
}

enum hall_error ledger_commit(struct ledger *ledger, uint64_t *durable_seq) {
    enum hall_error error = HALL_OK;
    *durable_seq = hall_seq(ledger->hall);
    if (ledger->count > 0 || ledger->answer_count > 0) {
        error = store_append(ledger->store, ledger->entries, ledger->count,
                             ledger->carry_count > 0 ? ledger->carry : NULL, ledger->carry_count);
    }
    ledger->count = 0;
    ledger->used = 0;
    ledger->carry_count = 0;
    ledger->answer_count = 0;
    ledger->note_count = 0;
    ledger->pin_count = 0;
    if (error != HALL_OK) {
        *durable_seq = ledger_mend(ledger) == HALL_OK ? hall_seq(ledger->hall) : 0;
    }
    return error;
}

enum hall_error ledger_tidy(struct ledger *ledger) {
    assert(ledger->count == 0);
    if (ledger->is_broken) {
        return HALL_IO;
    }
    enum hall_error error = store_tidy(ledger->store);
    if (error != HALL_OK) {
        (void)ledger_mend(ledger);
    }
    return error;
}

bool ledger_is_broken(const struct ledger *ledger) {
    return ledger->is_broken;
}

enum hall_error ledger_mend(struct ledger *ledger) {
    char fault[WHAT_SIZE];
    uint64_t last_seq;
    ledger->is_broken = true;
    enum hall_error error = store_recover(ledger->store, &last_seq);
    if (error == HALL_OK) {
        error = replay(ledger, fault);
    }
    ledger->is_broken = error != HALL_OK;
    return error;
}

/* The live day from the journal, in the same memory. */
static enum hall_error replay(struct ledger *ledger, char *fault) {
    memset(ledger->memory, 0, hall_size(&ledger->limits));
    ledger->hall = hall_create(ledger->memory, &ledger->limits);
    return store_replay(ledger->store, ledger->hall, NULL, fault);
}

/*
 * What an input needs of the store is given here. Deciding changes nothing, so the step that makes the event which needs
 * it is decided once more with it: nothing is written for what is refused.
 */
static void decide(struct ledger *ledger, const struct input *input) {
    struct input noted = *input;
    char hash[HASH_SIZE];
    struct past_visit past;
    struct open_case open;
    if (input->kind == INPUT_COMMAND && input->command.command->type == COMMAND_NOTE_ERASE) {
        noted.command.note = standing_note(ledger, input->command.command->note);
    }
    if (input->kind == INPUT_COMMAND &&
        (!find_past(ledger, &noted, &past) || !find_case(ledger, &noted, &open))) {
        refuse_unsaved(ledger);
        return;
    }
    hall_decide(ledger->hall, &noted, ledger->decision);
    if (input->kind == INPUT_DAY && !ledger->decision->again) {
        decide_begin(ledger, &noted, hash);
    } else if (input->kind == INPUT_COMMAND && ledger->decision->reason == REASON_NONE &&
               has_note(input->command.command)) {
        decide_with_note(ledger, &noted, hash);
    }
    if (input->kind == INPUT_COMMAND && ledger->decision->reason == REASON_NONE) {
        settle_pin(ledger, input);
    }
}

/* A staff.set without a PIN leaves the one that stands; who is removed begins without one when they come back. */
static void settle_pin(struct ledger *ledger, const struct input *input) {
    const struct command *command = input->command.command;
    bool is_removed = command->type == COMMAND_STAFF_REMOVE;
    const char *hash = is_removed ? "" : input->command.pin_hash;
    if (hash == NULL || (!is_removed && command->type != COMMAND_STAFF_SET)) {
        return;
    }
    uint16_t staff = (uint16_t)strtoul(command->staff, NULL, 10);
    enum hall_error error = store_pin_keep(ledger->store, staff, hash);
    assert(error == HALL_OK); /* ledger_has_room says when no more fit */
    ledger->pin_count++;
}

/* The event that begins a day names the hash of the row before it, and that row may still wait in this batch. */
static void decide_begin(struct ledger *ledger, struct input *input, char *hash) {
    store_hash_after(ledger->store, ledger->entries, ledger->count, hash);
    input->day.previous_hash = hash;
    hall_decide(ledger->hall, input, ledger->decision);
}

/* What a citizen writes, and what is written of their case or papers, goes beside the journal. */
static bool has_note(const struct command *command) {
    static const enum command_type noted[] = { COMMAND_RATING_GIVE,  COMMAND_RATING_REASONS,
                                               COMMAND_CASE_CONTACT, COMMAND_CASE_VERIFY,
                                               COMMAND_CASE_RECTIFY, COMMAND_CASE_CLOSE,
                                               COMMAND_CASE_APPEAL,  COMMAND_PRECHECK_APPROVE };
    bool is_noted = false;
    for (unsigned i = 0; i < sizeof noted / sizeof noted[0]; i++) {
        is_noted = is_noted || command->type == noted[i];
    }
    return is_noted && (command->text[0] != 0 || command->contact[0] != 0);
}

static void decide_with_note(struct ledger *ledger, struct input *input, char *hash) {
    const struct command *command = input->command.command;
    if (store_note_keep(ledger->store, command->text, command->contact, &input->command.note,
                        hash) != HALL_OK) {
        refuse_unsaved(ledger);
        return;
    }
    ledger->note_count++;
    input->command.note_hash = hash;
    hall_decide(ledger->hall, input, ledger->decision);
}

static uint64_t standing_note(struct ledger *ledger, uint64_t number) {
    char text[TEXT_SIZE];
    char contact[WHAT_SIZE];
    return store_note_get(ledger->store, number, text, contact) == HALL_OK ? number : 0;
}

static bool asks_visit(const struct ledger *ledger, const struct command *command) {
    bool is_rating =
        command->type == COMMAND_RATING_GIVE || command->type == COMMAND_RATING_REASONS;
    return is_rating && (command->has & COMMAND_HAS(ARG_TICKET)) != 0 && command->day != 0 &&
           command->day != hall_day(ledger->hall);
}

static bool asks_case(const struct ledger *ledger, const struct command *command) {
    bool is_step = command->type == COMMAND_CASE_CONTACT || command->type == COMMAND_CASE_VERIFY ||
                   command->type == COMMAND_CASE_RECTIFY || command->type == COMMAND_CASE_CLOSE ||
                   command->type == COMMAND_CASE_APPEAL;
    return is_step && hall_lacks_case(ledger->hall, command->case_seq);
}

bool ledger_asks_records(const struct ledger *ledger, const struct command *command) {
    return asks_visit(ledger, command) || asks_case(ledger, command);
}

/* False: the records can't be read. */
static bool find_past(struct ledger *ledger, struct input *input, struct past_visit *past) {
    const struct command *command = input->command.command;
    if (!asks_visit(ledger, command)) {
        return true;
    }
    enum hall_error error = store_past_visit(ledger->store, command->day, command->ticket,
                                             command->type == COMMAND_RATING_REASONS, past);
    input->command.past_visit = error == HALL_OK ? past : NULL;
    return error == HALL_OK || error == HALL_MISSING;
}

/* The same. */
static bool find_case(struct ledger *ledger, struct input *input, struct open_case *open) {
    const struct command *command = input->command.command;
    if (!asks_case(ledger, command)) {
        return true;
    }
    enum hall_error error = store_past_case(ledger->store, ledger->hall, command->case_seq, open);
    input->command.past_case = error == HALL_OK ? open : NULL;
    return error == HALL_OK || error == HALL_MISSING;
}

static void refuse_unsaved(struct ledger *ledger) {
    struct decision *decision = ledger->decision;
    decision->reason = REASON_NOT_SAVED;
    decision->again = decision->is_dropped = decision->has_code = false;
    decision->count = 0;
}

static void add(struct ledger *ledger, const struct event *event) {
    assert(ledger->count < BATCH_EVENTS);
    struct event *kept = &ledger->events[ledger->count];
    *kept = *event;
    char *bytes = ledger->bytes + ledger->used;
    ledger->source.utc_offset_min = zone_offset_min(event->time_ms);
    int length = event_write(event, &ledger->source, bytes, BATCH_BYTES - ledger->used);
    assert(length > 0);
    ledger->entries[ledger->count] =
        (struct store_entry){ .event = kept, .bytes = bytes, .length = (size_t)length };
    ledger->used += (size_t)length;
    ledger->count++;
    if (event->type == EVENT_HALL_DAY_BEGAN) {
        ledger->carry_count = 0;
        hall_carry(ledger->hall, take_carry, ledger);
    }
}

static void take_carry(void *context, const struct carry_row *row) {
    struct ledger *ledger = context;
    assert(ledger->carry_count < CARRY_MAX);
    ledger->carry[ledger->carry_count++] = *row;
}

static bool has_memory(const struct ledger *ledger) {
    return ledger->memory != NULL && ledger->decision != NULL && ledger->events != NULL &&
           ledger->entries != NULL && ledger->bytes != NULL && ledger->carry != NULL;
}
