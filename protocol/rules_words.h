/* Spellings that reading and writing the rules share. */
#ifndef PROTOCOL_RULES_WORDS_H
#define PROTOCOL_RULES_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/rules.h"

/* RULES_WEEKS_MAX: services whose week differs, as many as struct day_times holds. */
enum { WEEK_DAYS = 7, SOURCES = 5, RULES_WEEKS_MAX = 16 };

extern const char *const DAY_WORDS[WEEK_DAYS];  /* "mon" .. "sun" */
extern const char *const SOURCE_WORDS[SOURCES]; /* by enum class_source */

/* A plain number among the rules: where it stands in the config and in the struct. */
struct rules_number {
    const char *group; /* NULL: at the top */
    const char *key;
    size_t offset;
    uint32_t low, high;
};
enum { RULES_NUMBERS = 27 };
extern const struct rules_number RULES_NUMBER_ROWS[RULES_NUMBERS];

#endif
