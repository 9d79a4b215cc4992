/* The rows of data behind records.c: statements run in the order of their rows. */
#ifndef CONTROLLER_STORE_RECORD_STATEMENTS_H
#define CONTROLLER_STORE_RECORD_STATEMENTS_H

#include "protocol/event.h"

struct record_row {
    enum event_type type;
    const char *sql; /* its ":names" are the parameters of records.c */
};

enum { RECORD_ROWS_MAX = 96 };

extern const struct record_row record_rows[];
extern const unsigned record_row_count;

#endif
