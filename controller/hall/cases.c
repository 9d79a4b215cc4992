#include "controller/hall/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/hall/hours.h"

enum { ROUNDS = 2 };

static const struct open_case *case_of(const struct hall *hall, uint64_t seq);
static enum reason find_case(const struct draft *draft, const struct open_case **open);
static struct event *add_step(struct draft *draft, enum event_type type,
                              const struct open_case *open);
static bool is_verdict_of_two(enum case_outcome outcome);
static void forget_case(struct hall *hall, struct open_case *open);
static void begin_case(const struct hall *hall, const struct event *event, struct open_case *open);
static void begin_round(const struct hall *hall, const struct event *event, struct open_case *open);
static void follow_verified(const struct event *event, struct open_case *open);

void case_subject(uint64_t seq, char *out) {
    snprintf(out, NAME_SIZE, "C-%llu", (unsigned long long)seq);
}

const struct open_case *case_of_subject(const struct hall *hall, const char *subject) {
    return strncmp(subject, "C-", 2) == 0 ? case_of(hall, strtoull(subject + 2, NULL, 10)) : NULL;
}

int64_t case_due_ms(const struct open_case *open) {
    return open->step == CASE_STEP_OPENED ? open->due_ms : open->close_due_ms;
}

/* --- steps ---------------------------------------------------------------------------------------------------- */

enum reason decide_case_contact(struct draft *draft) {
    const struct command *command = draft->command;
    const struct open_case *open = NULL;
    enum reason reason = find_case(draft, &open);
    if (reason != REASON_NONE) {
        return reason;
    }
    enum case_outcome outcome = command->case_outcome;
    if (outcome != CASE_REACHED && outcome != CASE_UNREACHED && outcome != CASE_ANONYMOUS) {
        return REASON_BAD_ARGUMENT;
    }
    bool may_try_again = open->step == CASE_STEP_CONTACTED && open->contact == CASE_UNREACHED;
    if (open->step != CASE_STEP_OPENED && !may_try_again) {
        return REASON_ALREADY;
    }
    struct event *event = add_step(draft, EVENT_CASE_CONTACTED, open);
    event->case_outcome = outcome;
    event->due_ms = open->close_due_ms;
    event->has |= EVENT_HAS(FIELD_CASE_OUTCOME) | EVENT_HAS(FIELD_DUE);
    if (outcome == CASE_UNREACHED) {
        event->count = open->unreached + 1U;
        event->has |= EVENT_HAS(FIELD_COUNT);
    }
    return REASON_NONE;
}

/*
 * Verification again by who proposed a verdict that needs two changes nothing, and whose finding is under appeal has no
 * part in what is found after it. The back office's word needs no second.
 */
enum reason decide_case_verify(struct draft *draft) {
    const struct open_case *open = NULL;
    enum reason reason = find_case(draft, &open);
    if (reason != REASON_NONE) {
        return reason;
    }
    enum case_outcome outcome = draft->command->case_outcome;
    if (outcome != CASE_TRUE && !is_verdict_of_two(outcome)) {
        return REASON_BAD_ARGUMENT;
    }
    if (open->step != CASE_STEP_CONTACTED) {
        return open->step == CASE_STEP_OPENED ? REASON_STEP_MISSING : REASON_ALREADY;
    }
    bool is_district = draft->by.kind == BY_MQTT;
    bool is_same_person = strcmp(open->verified_by, draft->by.id) == 0;
    bool is_proposer = open->proposed != 0 && outcome != CASE_TRUE && is_same_person;
    bool is_under_appeal = open->is_appealed && strcmp(open->found_by, draft->by.id) == 0;
    if ((is_proposer || is_under_appeal) && !is_district) {
        return REASON_OTHER_PERSON;
    }
    struct event *event = add_step(draft, EVENT_CASE_VERIFIED, open);
    event->case_outcome = outcome;
    event->has |= EVENT_HAS(FIELD_CASE_OUTCOME);
    bool is_second = open->proposed == (uint8_t)outcome && !is_same_person;
    if (is_verdict_of_two(outcome) && !is_second && !is_district) {
        event_set_reason(event, "second_person_needed");
    }
    return REASON_NONE;
}

enum reason decide_case_rectify(struct draft *draft) {
    const struct open_case *open = NULL;
    enum reason reason = find_case(draft, &open);
    if (reason != REASON_NONE) {
        return reason;
    }
    if (open->step != CASE_STEP_VERIFIED || open->verdict != CASE_TRUE) {
        return open->step < CASE_STEP_VERIFIED ? REASON_STEP_MISSING : REASON_ALREADY;
    }
    struct event *event = add_step(draft, EVENT_CASE_RECTIFIED, open);
    event->cause = draft->command->cause;
    event->has |= EVENT_HAS(FIELD_CAUSE);
    return REASON_NONE;
}

enum reason decide_case_close(struct draft *draft) {
    const struct open_case *open = NULL;
    enum reason reason = find_case(draft, &open);
    if (reason != REASON_NONE) {
        return reason;
    }
    enum case_outcome outcome = draft->command->case_outcome;
    if (outcome != CASE_SATISFIED && outcome != CASE_NOT_SATISFIED && outcome != CASE_UNKNOWN) {
        return REASON_BAD_ARGUMENT;
    }
    bool is_ready = open->step == CASE_STEP_RECTIFIED ||
                    (open->step == CASE_STEP_VERIFIED && open->verdict != CASE_TRUE);
    if (!is_ready) {
        return REASON_STEP_MISSING;
    }
    struct event *event = add_step(draft, EVENT_CASE_CLOSED, open);
    event->case_outcome = outcome;
    event->has |= EVENT_HAS(FIELD_CASE_OUTCOME);
    if (outcome == CASE_NOT_SATISFIED && open->round < ROUNDS) {
        event_set_reason(event, "second_round");
        event->due_ms = hours_due_ms(draft->hall, draft->hall->rules.rating.contact_days);
        event->has |= EVENT_HAS(FIELD_DUE);
    }
    return REASON_NONE;
}

/*
 * By the member of staff whom the case names, against what was found true, once. Before that they are not told of it, so
 * every other answer is that of a case that does not exist: asking number after number tells nothing.
 */
enum reason decide_case_appeal(struct draft *draft) {
    const struct open_case *open = NULL;
    enum reason reason = find_case(draft, &open);
    if (reason != REASON_NONE) {
        return reason;
    }
    if (open->staff == NO_STAFF || open->staff != digits_value(draft->command->staff)) {
        return REASON_NO_SUCH;
    }
    if (open->is_appealed) {
        return REASON_ALREADY;
    }
    if (open->step < CASE_STEP_VERIFIED || open->verdict != CASE_TRUE) {
        return REASON_NO_SUCH;
    }
    struct event *event = add_step(draft, EVENT_CASE_APPEALED, open);
    word_copy(event->staff, sizeof event->staff, staff_id(draft->hall, open->staff));
    event->has |= EVENT_HAS(FIELD_STAFF);
    return REASON_NONE;
}

static enum reason find_case(const struct draft *draft, const struct open_case **open) {
    if (draft->by.id[0] == 0) {
        return REASON_PERSON_NEEDED;
    }
    *open = case_of(draft->hall, draft->command->case_seq);
    if (*open == NULL) {
        *open = draft->input->command.past_case;
    }
    return *open == NULL ? REASON_NO_SUCH : REASON_NONE;
}

static const struct open_case *case_of(const struct hall *hall, uint64_t seq) {
    for (unsigned i = 0; i < hall->case_count; i++) {
        if (hall->cases[i].seq == seq) {
            return &hall->cases[i];
        }
    }
    return NULL;
}

static struct event *add_step(struct draft *draft, enum event_type type,
                              const struct open_case *open) {
    struct event *event = draft_add(draft, type);
    event->case_seq = open->seq;
    event->case_kind = (enum case_kind)open->kind;
    event->visit = open->visit;
    event->has |= EVENT_HAS(FIELD_CASE) | EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_VISIT);
    if (draft->command != NULL) {
        event_set_note(event, draft);
    }
    return event;
}

static bool is_verdict_of_two(enum case_outcome outcome) {
    return outcome == CASE_MISTAKEN || outcome == CASE_MALICIOUS;
}

/* --- what they change ----------------------------------------------------------------------------------------- */

bool hall_lacks_case(const struct hall *hall, uint64_t seq) {
    return hall->cases_beyond > 0 && case_of(hall, seq) == NULL;
}

void apply_case_opened(struct hall *hall, const struct event *event) {
    if (hall->case_count == CASES_MAX) {
        hall->cases_beyond++;
        return;
    }
    begin_case(hall, event, &hall->cases[hall->case_count++]);
}

/* One that did not fit into the live day is changed in the journal alone. */
void apply_case_step(struct hall *hall, const struct event *event) {
    const struct open_case *found = case_of(hall, event->case_seq);
    struct open_case none;
    struct open_case *open = found == NULL ? &none : &hall->cases[found - hall->cases];
    memset(&none, 0, sizeof none);
    if (hall_follow_case(hall, event, open)) {
        return;
    }
    if (found != NULL) {
        forget_case(hall, open);
    } else if (hall->cases_beyond > 0) {
        hall->cases_beyond--;
    }
}

bool hall_follow_case(const struct hall *hall, const struct event *event, struct open_case *open) {
    bool has_reason = (event->has & EVENT_HAS(FIELD_REASON)) != 0;
    if (event->type == EVENT_CASE_OPENED) {
        begin_case(hall, event, open);
    } else if (event->type == EVENT_CASE_CONTACTED) {
        open->step = CASE_STEP_CONTACTED;
        open->contact = (uint8_t)event->case_outcome;
        open->unreached = (uint16_t)(event->case_outcome == CASE_UNREACHED ? event->count : 0);
        open->is_late = false;
    } else if (event->type == EVENT_CASE_VERIFIED) {
        follow_verified(event, open);
    } else if (event->type == EVENT_CASE_RECTIFIED) {
        open->step = CASE_STEP_RECTIFIED;
    } else if (event->type == EVENT_CASE_CLOSED && has_reason) {
        begin_round(hall, event, open);
    } else if (event->type == EVENT_CASE_APPEALED) {
        open->step = CASE_STEP_CONTACTED;
        open->verdict = open->proposed = 0;
        open->is_appealed = true;
        word_copy(open->found_by, sizeof open->found_by, open->verified_by);
    } else if (event->type == EVENT_CASE_LATE) {
        open->is_late = true;
    }
    return event->type != EVENT_CASE_CLOSED || has_reason;
}

static void begin_case(const struct hall *hall, const struct event *event, struct open_case *open) {
    *open = (struct open_case){ .seq = event->seq,
                                .visit = event->visit,
                                .opened_ms = event->time_ms,
                                .due_ms = event->due_ms,
                                .close_due_ms = hours_due_ms(hall, hall->rules.rating.close_days),
                                .kind = (uint8_t)event->case_kind,
                                .grade = event->grade,
                                .step = CASE_STEP_OPENED,
                                .round = 1,
                                .window = event->window,
                                .ticket = event->ticket,
                                .staff = digits_value(event->staff) };
}

static void follow_verified(const struct event *event, struct open_case *open) {
    bool is_proposal = (event->has & EVENT_HAS(FIELD_REASON)) != 0;
    open->proposed = is_proposal ? (uint8_t)event->case_outcome : 0;
    open->verdict = is_proposal ? 0 : (uint8_t)event->case_outcome;
    open->step = is_proposal ? CASE_STEP_CONTACTED : CASE_STEP_VERIFIED;
    word_copy(open->verified_by, sizeof open->verified_by, event->by.id);
}

static void begin_round(const struct hall *hall, const struct event *event,
                        struct open_case *open) {
    open->round++;
    open->step = CASE_STEP_OPENED;
    open->contact = open->proposed = open->verdict = 0;
    open->unreached = 0;
    open->is_late = open->is_appealed = false;
    open->verified_by[0] = open->found_by[0] = 0;
    open->due_ms = event->due_ms;
    open->close_due_ms = hours_due_ms(hall, hall->rules.rating.close_days);
}

static void forget_case(struct hall *hall, struct open_case *open) {
    unsigned behind = hall->case_count - (unsigned)(open - hall->cases) - 1;
    memmove(open, open + 1, behind * sizeof *open);
    hall->case_count--;
}

/* --- time ----------------------------------------------------------------------------------------------------- */

int64_t case_due_late(const struct hall *hall, unsigned *place) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->case_count; i++) {
        const struct open_case *open = &hall->cases[i];
        if (!open->is_late && case_due_ms(open) < due_ms) {
            due_ms = case_due_ms(open);
            *place = i;
        }
    }
    return due_ms;
}

void case_say_late(struct draft *draft, unsigned place) {
    const struct open_case *open = &draft->hall->cases[place];
    draft->by = (struct by){ .kind = BY_RULE, .id = "case" };
    struct event *event = add_step(draft, EVENT_CASE_LATE, open);
    event->due_ms = case_due_ms(open);
    event->has |= EVENT_HAS(FIELD_DUE);
    event_set_reason(event, open->step == CASE_STEP_OPENED ? "contact" : "close");
}
