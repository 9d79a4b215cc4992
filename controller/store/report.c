/* What is asked of the records: arrivals, how long tickets kept a window, promised against actual waits. */
#include "controller/store/store_private.h"

enum { QUARTER_MS = 900000 };

/* Ticket ids begin with their day, so a range of days is a range of the table's key. */
#define FROM "CAST(?1 AS TEXT)"
#define TO   "CAST(?2 AS TEXT)"

static struct statement *prepare_range(struct store *store, const char *sql, uint32_t from,
                                       uint32_t to) {
    struct statement *statement = database_prepare(store->database, sql);
    statement_bind_int(statement, 1, from);
    statement_bind_int(statement, 2, to);
    return statement;
}

static enum hall_error end_rows(struct statement *statement, enum hall_error error) {
    statement_close(statement);
    return error == HALL_MISSING ? HALL_OK : error;
}

enum hall_error store_arrivals(struct store *store, uint32_t from, uint32_t to,
                               void (*take)(void *context, const struct store_arrivals *row),
                               void *context) {
    struct statement *statement =
        prepare_range(store,
                      "SELECT day, service, issued / 900000 AS quarter, count(*),"
                      " sum(coalesce(channel, '') = 'appointment') FROM tickets"
                      " WHERE ticket_id >= " FROM " AND ticket_id < " TO
                      " AND coalesce(reason, '') <> 'not_printed'"
                      " GROUP BY day, service, quarter ORDER BY day",
                      from, to);
    enum hall_error error = statement_step(statement);
    for (; error == HALL_OK; error = statement_step(statement)) {
        struct store_arrivals row = { .day = (uint32_t)statement_int(statement, 0),
                                      .from_ms = statement_int(statement, 2) * QUARTER_MS,
                                      .people = (uint32_t)statement_int(statement, 3),
                                      .booked = (uint32_t)statement_int(statement, 4) };
        statement_copy_text(statement, 1, row.service, sizeof row.service);
        take(context, &row);
    }
    return end_rows(statement, error);
}

enum hall_error store_slots(struct store *store, int64_t from_ms, int64_t to_ms,
                            void (*take)(void *context, const struct store_slot *row),
                            void *context) {
    struct statement *statement =
        database_prepare(store->database, "SELECT service, slot, count(*) FROM appointments"
                                          " WHERE slot >= ?1 AND slot < ?2"
                                          " AND state IN ('booked', 'checked_in')"
                                          " GROUP BY slot, service ORDER BY slot, service");
    statement_bind_int(statement, 1, from_ms);
    statement_bind_int(statement, 2, to_ms);
    enum hall_error error = statement_step(statement);
    for (; error == HALL_OK; error = statement_step(statement)) {
        struct store_slot row = { .slot_ms = statement_int(statement, 1),
                                  .booked = (uint32_t)statement_int(statement, 2) };
        statement_copy_text(statement, 0, row.service, sizeof row.service);
        take(context, &row);
    }
    return end_rows(statement, error);
}

enum hall_error store_busy_times(struct store *store, uint32_t from, uint32_t to,
                                 void (*take)(void *context, const char *service, uint32_t mean_s),
                                 void *context) {
    struct statement *statement = prepare_range(
        store,
        "SELECT service, CAST(avg(min(done - called, 5400000)) / 1000 + 0.5 AS INTEGER)"
        " FROM tickets WHERE ticket_id >= " FROM " AND ticket_id < " TO " AND state = 'done'"
        " AND called IS NOT NULL AND coalesce(reason, '') <> 'day_end' GROUP BY service",
        from, to);
    enum hall_error error = statement_step(statement);
    for (; error == HALL_OK; error = statement_step(statement)) {
        char service[NAME_SIZE];
        statement_copy_text(statement, 0, service, sizeof service);
        take(context, service, (uint32_t)statement_int(statement, 1));
    }
    return end_rows(statement, error);
}

/* The first call is what was promised: a ticket that goes on to another service waits again, without a promise. */
enum hall_error store_promises(struct store *store, uint32_t from, uint32_t to,
                               void (*take)(void *context, const struct store_promise *row),
                               void *context) {
    struct statement *statement = prepare_range(
        store,
        "SELECT t.day, v.service, count(*), avg(v.waited_s) + 0.5,"
        " avg((t.estimate_low + t.estimate_high) / 2.0) + 0.5,"
        " avg(abs((t.estimate_low + t.estimate_high) / 2.0 - v.waited_s)) + 0.5,"
        " sum(v.waited_s BETWEEN t.estimate_low / 60 * 60 AND (t.estimate_high + 59) / 60 * 60)"
        " FROM tickets t JOIN visits v ON v.visit IN (SELECT min(visit) FROM visits"
        " WHERE ticket_id >= " FROM " AND ticket_id < " TO " GROUP BY ticket_id)"
        " AND v.ticket_id = t.ticket_id WHERE t.ticket_id >= " FROM " AND t.ticket_id < " TO
        " AND t.estimate_low IS NOT NULL AND v.waited_s IS NOT NULL"
        " GROUP BY t.day, v.service ORDER BY t.day, v.service",
        from, to);
    enum hall_error error = statement_step(statement);
    for (; error == HALL_OK; error = statement_step(statement)) {
        struct store_promise row = { .day = (uint32_t)statement_int(statement, 0),
                                     .tickets = (uint32_t)statement_int(statement, 2),
                                     .waited_s = (uint32_t)statement_int(statement, 3),
                                     .promised_s = (uint32_t)statement_int(statement, 4),
                                     .error_s = (uint32_t)statement_int(statement, 5),
                                     .within = (uint32_t)statement_int(statement, 6) };
        statement_copy_text(statement, 1, row.service, sizeof row.service);
        take(context, &row);
    }
    return end_rows(statement, error);
}
