/* The spelling of every closed list: one table of words a list, place 0 being "none". */
#include "protocol/words.h"

#include <assert.h>
#include <string.h>

#define COUNT_OF(words) (sizeof(words) / sizeof((words)[0]))

static const char *const CLASS_WORDS[] = { "", "normal", "appointment", "green", "credit" };
static const char *const CHANNEL_WORDS[] = { "",      "dispenser",   "kiosk",
                                             "guide", "appointment", "precheck",
                                             "web",   "command" };
static const char *const GROUND_WORDS[] = { "",         "elderly",    "disabled", "pregnant",
                                            "military", "compatriot", "other" };
static const char *const TICKET_STATE_WORDS[] = { "",       "printing",    "unsure",    "waiting",
                                                  "called", "serving",     "done",      "no_show",
                                                  "held",   "transferred", "cancelled", "expired" };
static const char *const WINDOW_STATE_WORDS[] = { "",        "closed",  "open",
                                                  "calling", "serving", "paused" };
static const char *const OUTCOME_WORDS[] = { "",          "done",         "accepted",
                                             "to_follow", "told_missing", "not_here" };
static const char *const TIER_WORDS[] = { "", "own", "help", "bound", "number", "idle" };
static const char *const RATING_CHANNEL_WORDS[] = { "",       "keypad", "tablet", "qr",     "pc",
                                                    "mobile", "phone",  "sms",    "default" };
static const char *const BY_KIND_WORDS[] = { "", "key", "device", "page", "mqtt", "cli", "rule" };
static const char *const ROLE_WORDS[] = { "",      "dispenser", "terminal", "keypad",
                                          "board", "unit",      "printer",  "voice" };
static const char *const CASE_KIND_WORDS[] = { "", "bad_rating", "unsolved" };
static const char *const CASE_OUTCOME_WORDS[] = { "",          "reached",   "unreached",
                                                  "anonymous", "true",      "mistaken",
                                                  "malicious", "satisfied", "not_satisfied",
                                                  "unknown" };
static const char *const CASE_CAUSE_WORDS[] = { "",        "manner", "skill", "wait",  "papers",
                                                "process", "system", "place", "rules", "other" };
static const char *const PLACE_WORDS[] = { "", "keep", "now" };

/* A value beyond its list is a mistake of ours: the outside's words came through index_of. */
static const char *word_at(const char *const *words, size_t count, size_t value) {
    assert(value < count);
    return words[value];
}

/* 0 for an unknown word, and for "". */
static unsigned index_of(const char *const *words, size_t count, const char *word) {
    for (unsigned i = 1; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

const char *class_word(enum ticket_class value) {
    return word_at(CLASS_WORDS, COUNT_OF(CLASS_WORDS), (size_t)value);
}

enum ticket_class class_of_word(const char *word) {
    return (enum ticket_class)index_of(CLASS_WORDS, COUNT_OF(CLASS_WORDS), word);
}

const char *channel_word(enum ticket_channel value) {
    return word_at(CHANNEL_WORDS, COUNT_OF(CHANNEL_WORDS), (size_t)value);
}

enum ticket_channel channel_of_word(const char *word) {
    return (enum ticket_channel)index_of(CHANNEL_WORDS, COUNT_OF(CHANNEL_WORDS), word);
}

const char *ground_word(enum ground value) {
    return word_at(GROUND_WORDS, COUNT_OF(GROUND_WORDS), (size_t)value);
}

enum ground ground_of_word(const char *word) {
    return (enum ground)index_of(GROUND_WORDS, COUNT_OF(GROUND_WORDS), word);
}

const char *ticket_state_word(enum ticket_state value) {
    return word_at(TICKET_STATE_WORDS, COUNT_OF(TICKET_STATE_WORDS), (size_t)value);
}

enum ticket_state ticket_state_of_word(const char *word) {
    return (enum ticket_state)index_of(TICKET_STATE_WORDS, COUNT_OF(TICKET_STATE_WORDS), word);
}

const char *window_state_word(enum window_state value) {
    return word_at(WINDOW_STATE_WORDS, COUNT_OF(WINDOW_STATE_WORDS), (size_t)value);
}

enum window_state window_state_of_word(const char *word) {
    return (enum window_state)index_of(WINDOW_STATE_WORDS, COUNT_OF(WINDOW_STATE_WORDS), word);
}

const char *outcome_word(enum outcome value) {
    return word_at(OUTCOME_WORDS, COUNT_OF(OUTCOME_WORDS), (size_t)value);
}

enum outcome outcome_of_word(const char *word) {
    return (enum outcome)index_of(OUTCOME_WORDS, COUNT_OF(OUTCOME_WORDS), word);
}

const char *tier_word(enum tier value) {
    return word_at(TIER_WORDS, COUNT_OF(TIER_WORDS), (size_t)value);
}

enum tier tier_of_word(const char *word) {
    return (enum tier)index_of(TIER_WORDS, COUNT_OF(TIER_WORDS), word);
}

const char *rating_channel_word(enum rating_channel value) {
    return word_at(RATING_CHANNEL_WORDS, COUNT_OF(RATING_CHANNEL_WORDS), (size_t)value);
}

enum rating_channel rating_channel_of_word(const char *word) {
    return (enum rating_channel)index_of(RATING_CHANNEL_WORDS, COUNT_OF(RATING_CHANNEL_WORDS),
                                         word);
}

const char *by_kind_word(enum by_kind value) {
    return word_at(BY_KIND_WORDS, COUNT_OF(BY_KIND_WORDS), (size_t)value);
}

enum by_kind by_kind_of_word(const char *word) {
    return (enum by_kind)index_of(BY_KIND_WORDS, COUNT_OF(BY_KIND_WORDS), word);
}

const char *role_word(enum role value) {
    return word_at(ROLE_WORDS, COUNT_OF(ROLE_WORDS), (size_t)value);
}

enum role role_of_word(const char *word) {
    return (enum role)index_of(ROLE_WORDS, COUNT_OF(ROLE_WORDS), word);
}

const char *case_kind_word(enum case_kind value) {
    return word_at(CASE_KIND_WORDS, COUNT_OF(CASE_KIND_WORDS), (size_t)value);
}

enum case_kind case_kind_of_word(const char *word) {
    return (enum case_kind)index_of(CASE_KIND_WORDS, COUNT_OF(CASE_KIND_WORDS), word);
}

const char *case_outcome_word(enum case_outcome value) {
    return word_at(CASE_OUTCOME_WORDS, COUNT_OF(CASE_OUTCOME_WORDS), (size_t)value);
}

enum case_outcome case_outcome_of_word(const char *word) {
    return (enum case_outcome)index_of(CASE_OUTCOME_WORDS, COUNT_OF(CASE_OUTCOME_WORDS), word);
}

const char *case_cause_word(enum case_cause value) {
    return word_at(CASE_CAUSE_WORDS, COUNT_OF(CASE_CAUSE_WORDS), (size_t)value);
}

enum case_cause case_cause_of_word(const char *word) {
    return (enum case_cause)index_of(CASE_CAUSE_WORDS, COUNT_OF(CASE_CAUSE_WORDS), word);
}

const char *place_word(enum place value) {
    return word_at(PLACE_WORDS, COUNT_OF(PLACE_WORDS), (size_t)value);
}

enum place place_of_word(const char *word) {
    return (enum place)index_of(PLACE_WORDS, COUNT_OF(PLACE_WORDS), word);
}
