/*
 * What the live day does not know and the records do: a visit of an earlier day by its ticket (two keys and an index,
 * however long the history is), and a case that did not fit, which is rare.
 */
#include <string.h>

#include "controller/store/store_private.h"

enum hall_error store_past_visit(struct store *store, uint32_t day, struct ticket_no ticket,
                                 bool is_rated, struct past_visit *past) {
    char ticket_id[TICKET_ID_SIZE];
    ticket_id_format(day, ticket, ticket_id);
    struct statement *find = store_statement(store, STATEMENT_PAST_VISIT);
    statement_bind_text(find, 1, ticket_id);
    statement_bind_int(find, 2, is_rated);
    enum hall_error error = statement_step(find);
    if (error == HALL_OK) {
        memset(past, 0, sizeof *past);
        past->visit = (uint64_t)statement_int(find, 0);
        past->window = (uint16_t)statement_int(find, 1);
        past->class = (enum ticket_class)class_of_word(statement_text(find, 2));
        past->served_s = (uint32_t)statement_int(find, 3);
        statement_copy_text(find, 4, past->service, sizeof past->service);
        statement_copy_text(find, 5, past->staff, sizeof past->staff);
        past->grade = (uint8_t)statement_int(find, 6);
        past->channel = (enum rating_channel)rating_channel_of_word(statement_text(find, 7));
    }
    statement_reset(find);
    return error;
}

enum hall_error store_past_case(struct store *store, const struct hall *hall, uint64_t case_seq,
                                struct open_case *open) {
    struct statement *row = store_statement(store, STATEMENT_PAST_CASE);
    bool is_open = false;
    memset(open, 0, sizeof *open);
    statement_bind_int(row, 1, (int64_t)case_seq);
    enum hall_error error = statement_step(row);
    while (error == HALL_OK) {
        struct event event;
        size_t length = 0;
        const char *bytes = statement_bytes(row, 0, &length);
        error = event_read(bytes, length, &event, NULL, NULL, NULL);
        if (error == HALL_OK) {
            is_open = hall_follow_case(hall, &event, open);
            error = statement_step(row);
        }
    }
    statement_reset(row);
    return error == HALL_MISSING && is_open ? HALL_OK : error;
}
