/* How each argument of a command is spelled and bounded: one row an argument, for reading, writing and the schemas. */
#ifndef PROTOCOL_COMMAND_FIELDS_H
#define PROTOCOL_COMMAND_FIELDS_H

#include "protocol/command.h"
#include "protocol/json.h"

enum arg_kind {
    ARG_KIND_NUMBER,   /* whole number low..high of `size` bytes */
    ARG_KIND_TEXT,     /* at most size - 1 bytes */
    ARG_KIND_NAME,     /* [a-z0-9-]{1,32} */
    ARG_KIND_WORD,     /* one of a closed list */
    ARG_KIND_TIME,     /* RFC 3339 */
    ARG_KIND_BOOL,     /* true or false */
    ARG_KIND_PREFIXED, /* "C-1042" */
    ARG_KIND_OWN       /* of a shape of its own */
};

struct arg_row {
    const char *key;
    enum arg_kind kind;
    unsigned (*of_word)(const char *word);
    const char *(*word)(unsigned value);
    const char *expected; /* in words, for a mistake */
    size_t offset, size;  /* in struct command */
    uint64_t low, high;
};

enum { GROUPS_MAX = 3 };
/* At least one of the sets must be there whole; 0 ends the list, none: no such rule. */
struct command_row {
    const char *name;
    uint64_t required, also; /* what it may have besides */
    uint64_t one_of[GROUPS_MAX];
    const char *one_of_text; /* the rule in words */
};

const struct arg_row *arg_row_of(enum command_field field);
const struct command_row *command_row_of(enum command_type type);
uint64_t command_required(enum command_type type);
uint64_t command_allowed(enum command_type type);

/* Reads an argument of ARG_KIND_OWN; a mistake goes to the document. */
bool command_shape_read(struct json_doc *doc, const struct json *top, enum command_field field,
                        struct command *command);
void command_shape_write(struct json_writer *writer, const struct command *command,
                         enum command_field field);

#endif
