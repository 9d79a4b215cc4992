/* How each key of an event's data is spelled and bounded: one row a field, for writing, reading and the schemas. */
#ifndef PROTOCOL_EVENT_FIELDS_H
#define PROTOCOL_EVENT_FIELDS_H

#include "protocol/event.h"

enum field_kind {
    KIND_NUMBER,   /* unsigned, `low`..`high`, of `size` bytes */
    KIND_SIGNED,   /* int64 */
    KIND_TEXT,     /* at most size - 1 bytes */
    KIND_WORD,     /* one of a closed list */
    KIND_TIME,     /* RFC 3339 */
    KIND_BOOL,     /* true or false */
    KIND_PREFIXED, /* "C-1042" */
    KIND_OWN       /* of a shape of its own */
};

enum word_list {
    LIST_NONE,
    LIST_CLASS,
    LIST_CHANNEL,
    LIST_GROUND,
    LIST_OUTCOME,
    LIST_RATING_CHANNEL,
    LIST_ROLE,
    LIST_CASE_KIND,
    LIST_CASE_OUTCOME,
    LIST_CASE_CAUSE,
    LIST_TIER,
    LIST_BY_KIND
};

struct field_row {
    const char *key;
    enum field_kind kind;
    enum word_list words;
    size_t offset, size; /* in struct event */
    uint64_t low, high;
};

enum { SUSPICION_BITS = 3 };

/* Also for KIND_OWN: then only the key counts. */
const struct field_row *field_row_of(enum event_field field);
const char *list_word(enum word_list list, unsigned value);
unsigned list_of_word(enum word_list list, const char *word); /* 0 unknown */

/* The word of one bit of enum suspicion. */
const char *suspicion_text(unsigned bit);

#endif
