/* A visit of an earlier day, asked of the records by its ticket: two keys and an index, however long the history is. */
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
