/* The rows of the fields, in the order in which they are written. */
#include "protocol/event_fields.h"

#include <assert.h>

/* Whole numbers up to here are exact in JSON. */
#define EXACT UINT64_C(9007199254740991)

#define PLACE(member) offsetof(struct event, member), sizeof(((struct event *)0)->member)
#define NUMBER(key, member, low, high)                                                             \
    { key, KIND_NUMBER, LIST_NONE, PLACE(member), low, high }
#define TEXT(key, member)                                                                          \
    { key, KIND_TEXT, LIST_NONE, PLACE(member), 0, 0 }
#define WORD(key, member, list)                                                                    \
    { key, KIND_WORD, list, PLACE(member), 0, 0 }
#define TIME(key, member)                                                                          \
    { key, KIND_TIME, LIST_NONE, PLACE(member), 0, 0 }
#define SHAPE(key)                                                                                 \
    { key, KIND_OWN, LIST_NONE, 0, 0, 0, 0 }

/* clang-format off */
static const struct field_row ROWS[EVENT_FIELDS] = {
    [FIELD_TICKET] = SHAPE("ticket"),
    [FIELD_VISIT] = NUMBER("visit", visit, 1, EXACT),
    [FIELD_SERVICE] = TEXT("service", service),
    [FIELD_CLASS] = WORD("class", class, LIST_CLASS),
    [FIELD_CHANNEL] = WORD("channel", channel, LIST_CHANNEL),
    [FIELD_GROUND] = WORD("ground", ground, LIST_GROUND),
    [FIELD_WINDOW] = NUMBER("window", window, 1, WINDOW_ID_MAX),
    [FIELD_STAFF] = TEXT("staff", staff),
    [FIELD_TURN] = {"turn", KIND_SIGNED, LIST_NONE, PLACE(turn_ms), 0, 0},
    [FIELD_AHEAD] = NUMBER("ahead", ahead, 0, 65535),
    [FIELD_ESTIMATE] = SHAPE("estimate_s"),
    [FIELD_DISPENSER] = TEXT("dispenser", dispenser),
    [FIELD_JOB] = NUMBER("job", job, 0, 65535),
    [FIELD_CODE] = SHAPE("code"),
    [FIELD_PERSON] = TEXT("person", person),
    [FIELD_FOR] = NUMBER("for", for_count, 1, 65535),
    [FIELD_SERVICES] = SHAPE("services"),
    [FIELD_WAITED] = NUMBER("waited_s", waited_s, 0, UINT32_MAX),
    [FIELD_SERVED] = NUMBER("served_s", served_s, 0, UINT32_MAX),
    [FIELD_ASSUMED] = {"assumed", KIND_BOOL, LIST_NONE, PLACE(assumed), 0, 0},
    [FIELD_OUTCOME] = WORD("outcome", outcome, LIST_OUTCOME),
    [FIELD_REASON] = TEXT("reason", reason),
    [FIELD_UNTIL] = TIME("until", until_ms),
    [FIELD_OWN] = SHAPE("own"),
    [FIELD_HELPS] = SHAPE("helps"),
    [FIELD_WHY] = SHAPE("why"),
    [FIELD_SESSION] = NUMBER("session", session, 0, 65535),
    [FIELD_RATING_CHANNEL] = WORD("channel", rating_channel, LIST_RATING_CHANNEL),
    [FIELD_GRADE] = NUMBER("grade", grade, 1, 5),
    [FIELD_REASONS] = SHAPE("reasons"),
    [FIELD_AFTER] = NUMBER("after_s", after_s, 0, UINT32_MAX),
    [FIELD_SUSPICIOUS] = SHAPE("suspicious"),
    [FIELD_COUNT] = NUMBER("count", count, 0, UINT32_MAX),
    [FIELD_NOTE] = NUMBER("note", note, 1, EXACT),
    [FIELD_NOTE_HASH] = TEXT("note_hash", note_hash),
    [FIELD_CASE] = {"case", KIND_PREFIXED, LIST_NONE, PLACE(case_seq), 1, EXACT},
    [FIELD_CASE_KIND] = WORD("kind", case_kind, LIST_CASE_KIND),
    [FIELD_DUE] = TIME("due", due_ms),
    [FIELD_DEVICE] = TEXT("device", device),
    [FIELD_BUS] = TEXT("bus", bus),
    [FIELD_ROLE] = WORD("role", role, LIST_ROLE),
    [FIELD_WHAT] = TEXT("what", what),
    [FIELD_SERIAL] = NUMBER("serial", serial, 0, UINT32_MAX),
    [FIELD_BOOTS] = NUMBER("boots", boots, 0, 65535),
    [FIELD_DONE_JOB] = NUMBER("done", done_job, 0, 65535),
    [FIELD_ALERT] = NUMBER("alert", alert, 1, EXACT),
    [FIELD_ALERT_KIND] = TEXT("kind", alert_kind),
    [FIELD_SUBJECT] = TEXT("subject", subject),
    [FIELD_NAME] = TEXT("name", name),
    [FIELD_DAY] = SHAPE("day"),
    [FIELD_BEGINS] = TIME("begins", begins_ms),
    [FIELD_ENDS] = TIME("ends", ends_ms),
    [FIELD_SPANS] = SHAPE("spans"),
    [FIELD_PREVIOUS_HASH] = TEXT("previous_hash", hash),
    [FIELD_TEXT] = TEXT("text", more.text),
    [FIELD_RULES] = SHAPE("rules"),
    [FIELD_RULES_HASH] = TEXT("rules_hash", hash),
    [FIELD_PROJECT] = TEXT("project_no", project),
    [FIELD_TASK] = TEXT("task_code", task),
    [FIELD_PRO_STATUS] = NUMBER("pro_status", pro_status, 0, 255),
    [FIELD_CASE_OUTCOME] = WORD("outcome", case_outcome, LIST_CASE_OUTCOME),
    [FIELD_CAUSE] = WORD("cause", cause, LIST_CASE_CAUSE),
    [FIELD_SLOT] = TIME("slot", slot_ms),
    [FIELD_CODE_HASH] = SHAPE("code_hash"),
};
/* clang-format on */

const struct field_row *field_row_of(enum event_field field) {
    assert((size_t)field < EVENT_FIELDS);
    return &ROWS[field];
}

const char *list_word(enum word_list list, unsigned value) {
    switch (list) {
    case LIST_NONE:
        return "";
    case LIST_CLASS:
        return class_word((enum ticket_class)value);
    case LIST_CHANNEL:
        return channel_word((enum ticket_channel)value);
    case LIST_GROUND:
        return ground_word((enum ground)value);
    case LIST_OUTCOME:
        return outcome_word((enum outcome)value);
    case LIST_RATING_CHANNEL:
        return rating_channel_word((enum rating_channel)value);
    case LIST_ROLE:
        return role_word((enum role)value);
    case LIST_CASE_KIND:
        return case_kind_word((enum case_kind)value);
    case LIST_CASE_OUTCOME:
        return case_outcome_word((enum case_outcome)value);
    case LIST_CASE_CAUSE:
        return case_cause_word((enum case_cause)value);
    case LIST_TIER:
        return tier_word((enum tier)value);
    case LIST_BY_KIND:
        return by_kind_word((enum by_kind)value);
    }
    return "";
}

unsigned list_of_word(enum word_list list, const char *word) {
    switch (list) {
    case LIST_NONE:
        return 0;
    case LIST_CLASS:
        return class_of_word(word);
    case LIST_CHANNEL:
        return channel_of_word(word);
    case LIST_GROUND:
        return ground_of_word(word);
    case LIST_OUTCOME:
        return outcome_of_word(word);
    case LIST_RATING_CHANNEL:
        return rating_channel_of_word(word);
    case LIST_ROLE:
        return role_of_word(word);
    case LIST_CASE_KIND:
        return case_kind_of_word(word);
    case LIST_CASE_OUTCOME:
        return case_outcome_of_word(word);
    case LIST_CASE_CAUSE:
        return case_cause_of_word(word);
    case LIST_TIER:
        return tier_of_word(word);
    case LIST_BY_KIND:
        return by_kind_of_word(word);
    }
    return 0;
}

const char *suspicion_text(unsigned bit) {
    if (bit == SUSPICION_TOO_FAST) {
        return "too_fast";
    }
    return bit == SUSPICION_TOO_SHORT ? "too_short" : "run";
}
