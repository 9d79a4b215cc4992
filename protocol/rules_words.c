/* Spellings that reading and writing the rules share. */
#include "protocol/rules_words.h"

const char *const DAY_WORDS[WEEK_DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
const char *const SOURCE_WORDS[SOURCES] = { "key", "code", "guide", "page", "command" };

#define ROW(group, key, member, low, high)                                                         \
    { group, key, offsetof(struct rules, member), low, high }

/* In the order in which rules_write writes them; a group's rows stand together. */
/* clang-format off */
const struct rules_number RULES_NUMBER_ROWS[RULES_NUMBERS] = {
    ROW(NULL, "cover_after_minutes", cover_after_minutes, 0, 1440),
    ROW("appointments", "slot_minutes", appointments.slot_minutes, 5, 480),
    ROW("appointments", "per_slot", appointments.per_slot, 1, 1000),
    ROW("appointments", "days_ahead", appointments.days_ahead, 0, 366),
    ROW("appointments", "grace_minutes", appointments.grace_minutes, 0, 240),
    ROW("appointments", "early_minutes", appointments.early_minutes, 0, 240),
    ROW("no_show", "minutes", no_show.minutes, 0, 1440),
    ROW("no_show", "behind", no_show.behind, 0, 1000),
    ROW("no_show", "times", no_show.times, 0, 100),
    ROW("no_show", "after_s", no_show.after_s, 0, 3600),
    ROW("no_show", "after_green_s", no_show.after_green_s, 0, 3600),
    ROW(NULL, "start_after_s", start_after_s, 0, 3600),
    ROW(NULL, "mistake_s", mistake_s, 0, 60),
    ROW(NULL, "recalls", recalls, 0, 100),
    ROW(NULL, "near_ahead", near_ahead, 0, 100),
    ROW("rating", "keypad_s", rating.keypad_s, 1, 3600),
    ROW("rating", "linger_s", rating.linger_s, 0, 3600),
    ROW("rating", "rate_first_s", rating.rate_first_s, 0, 3600),
    ROW("rating", "reason_s", rating.reason_s, 0, 3600),
    ROW("rating", "too_fast_ms", rating.too_fast_ms, 0, 60000),
    ROW("rating", "too_short_s", rating.too_short_s, 0, 3600),
    ROW("rating.case", "contact_days", rating.contact_days, 1, 365),
    ROW("rating.case", "close_days", rating.close_days, 1, 365),
    ROW("alerts.bad_run", "least", alerts.bad_least, 1, 1000),
    ROW("alerts.bad_run", "minutes", alerts.bad_minutes, 1, 1440),
    ROW("alerts", "idle_minutes", alerts.idle_minutes, 1, 1440),
    ROW("estimate", "least", estimate_least, 1, 1000),
};
/* clang-format on */
