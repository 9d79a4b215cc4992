/* The row of each argument of a command. */
#include "protocol/command_fields.h"

#include <assert.h>

#define EXACT UINT64_C(9007199254740991)

#define PLACE(member) offsetof(struct command, member), sizeof(((struct command *)0)->member)
#define NUMBER(key, member, low, high)                                                             \
    { key, ARG_KIND_NUMBER, NULL, NULL, NULL, PLACE(member), low, high }
#define TEXT(key, member)                                                                          \
    { key, ARG_KIND_TEXT, NULL, NULL, NULL, PLACE(member), 0, 0 }
#define NAME(key, member)                                                                          \
    { key, ARG_KIND_NAME, NULL, NULL, NULL, PLACE(member), 0, 0 }
#define WORD(key, member, list, expected)                                                          \
    { key, ARG_KIND_WORD, list##_of, list##_text, expected, PLACE(member), 0, 0 }
#define TIME(key, member)                                                                          \
    { key, ARG_KIND_TIME, NULL, NULL, NULL, PLACE(member), 0, 0 }
#define SHAPE(key)                                                                                 \
    { key, ARG_KIND_OWN, NULL, NULL, NULL, 0, 0, 0, 0 }

/* The lists have enums of their own; these give them one type, as calling through another type is undefined. */
static unsigned class_of(const char *word) {
    return class_of_word(word);
}

static const char *class_text(unsigned value) {
    return class_word((enum ticket_class)value);
}

static unsigned ground_of(const char *word) {
    return ground_of_word(word);
}

static const char *ground_text(unsigned value) {
    return ground_word((enum ground)value);
}

/* A program asks for somebody at a kiosk or on the web; every other channel is known from who asks. */
static unsigned channel_of(const char *word) {
    enum ticket_channel channel = channel_of_word(word);
    return channel == CHANNEL_KIOSK || channel == CHANNEL_WEB ? channel : CHANNEL_NONE;
}

static const char *channel_text(unsigned value) {
    return channel_word((enum ticket_channel)value);
}

static unsigned outcome_of(const char *word) {
    return outcome_of_word(word);
}

static const char *outcome_text(unsigned value) {
    return outcome_word((enum outcome)value);
}

static unsigned place_of(const char *word) {
    return place_of_word(word);
}

static const char *place_text(unsigned value) {
    return place_word((enum place)value);
}

/* `default` is a grade that nobody gave: only the day's end writes it. */
static unsigned rating_channel_of(const char *word) {
    enum rating_channel channel = rating_channel_of_word(word);
    return channel == RATING_DEFAULT ? RATING_CHANNEL_NONE : channel;
}

static const char *rating_channel_text(unsigned value) {
    return rating_channel_word((enum rating_channel)value);
}

static unsigned case_outcome_of(const char *word) {
    return case_outcome_of_word(word);
}

static const char *case_outcome_text(unsigned value) {
    return case_outcome_word((enum case_outcome)value);
}

static unsigned case_cause_of(const char *word) {
    return case_cause_of_word(word);
}

static const char *case_cause_text(unsigned value) {
    return case_cause_word((enum case_cause)value);
}

/* clang-format off */
static const struct arg_row ROWS[COMMAND_FIELDS] = {
    [ARG_TICKET] = SHAPE("ticket"),
    [ARG_SERVICE] = NAME("service", service),
    [ARG_SERVICES] = SHAPE("services"),
    [ARG_CLASS] = WORD("class", class, class, "normal, appointment, green or credit"),
    [ARG_GROUND] = WORD("ground", ground, ground, "elderly, disabled, pregnant, military, compatriot or other"),
    [ARG_CHANNEL] = WORD("channel", channel, channel, "kiosk or web"),
    [ARG_PERSON] = TEXT("person", person),
    [ARG_FOR] = NUMBER("for", for_count, 1, 99),
    [ARG_PRINT] = NAME("print", print),
    [ARG_CODE] = SHAPE("code"),
    [ARG_WINDOW] = NUMBER("window", window, 1, WINDOW_ID_MAX),
    [ARG_TO_WINDOW] = NUMBER("to_window", to_window, 1, WINDOW_ID_MAX),
    [ARG_OUTCOME] = WORD("outcome", outcome, outcome, "done, accepted, to_follow, told_missing or not_here"),
    [ARG_REASON] = SHAPE("reason"),
    [ARG_FORCE] = {"force", ARG_KIND_BOOL, NULL, NULL, NULL, PLACE(force), 0, 0},
    [ARG_PLACE] = WORD("place", place, place, "keep or now"),
    [ARG_OWN] = SHAPE("own"),
    [ARG_HELPS] = SHAPE("helps"),
    [ARG_UNTIL] = TIME("until", until_ms),
    [ARG_STAFF] = SHAPE("staff"),
    [ARG_TEXT] = TEXT("text", text),
    [ARG_SESSION] = NUMBER("session", session, 1, 65535),
    [ARG_GRADE] = NUMBER("grade", grade, 1, 5),
    [ARG_RATING_CHANNEL] = WORD("channel", rating_channel, rating_channel, "keypad, tablet, qr, pc, mobile, phone or sms"),
    [ARG_REASONS] = SHAPE("reasons"),
    [ARG_TOKEN] = SHAPE("token"),
    [ARG_CASE] = {"case", ARG_KIND_PREFIXED, NULL, NULL, NULL, PLACE(case_seq), 1, EXACT},
    [ARG_ALERT] = NUMBER("alert", alert, 1, EXACT),
    [ARG_DEVICE] = NAME("device", device),
    [ARG_FROM] = NUMBER("from", from, 1, EXACT),
    [ARG_TO] = NUMBER("to", to, 1, EXACT),
    [ARG_DATE] = SHAPE("date"),
    [ARG_SPANS] = SHAPE("spans"),
    [ARG_PROJECT] = TEXT("project_no", project),
    [ARG_TASK] = TEXT("task_code", task),
    [ARG_PRO_STATUS] = NUMBER("pro_status", pro_status, 1, 3),
    [ARG_NOTE] = NUMBER("note", note, 1, EXACT),
    [ARG_SLOT] = TIME("slot", slot_ms),
    [ARG_CONTACT] = TEXT("contact", contact),
    [ARG_AT] = TIME("at", at_ms),
    [ARG_PIN] = NUMBER("pin", pin, PIN_MIN, PIN_MAX),
    [ARG_CASE_OUTCOME] = WORD("outcome", case_outcome, case_outcome, "reached, unreached, anonymous; true, mistaken, malicious; satisfied, not_satisfied or unknown"),
    [ARG_CAUSE] = WORD("cause", cause, case_cause, "manner, skill, wait, papers, process, system, place, rules or other"),
};
/* clang-format on */

const struct arg_row *arg_row_of(enum command_field field) {
    assert((size_t)field < COMMAND_FIELDS);
    return &ROWS[field];
}
